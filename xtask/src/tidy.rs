//! The rules of the house that a machine can check. Each check is a function from the repository to findings,
//! and each finding says what to do instead.

mod containment;
mod decisions;
mod golden;
mod invariants;
mod layers;
mod licences;
mod manifests;
mod places;
mod rejections;
mod shape;
mod size;
mod vocabulary;

pub(crate) use rejections::{COMMITTED_LIST, updated_list};

use crate::repository::{Outcome, Repository};
use std::fmt;

/// One breach of a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    path: String,
    /// Counted from 1; 0 when the finding is about the whole file.
    line: usize,
    message: String,
}

impl Finding {
    fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(formatter, "{}: {}", self.path, self.message),
            line => write!(formatter, "{}:{line}: {}", self.path, self.message),
        }
    }
}

type Check = fn(&Repository) -> Vec<Finding>;

const CHECKS: &[(&str, Check)] = &[
    ("layers", layers::check),
    ("containment", containment::check),
    ("shape of applications", shape::check),
    ("manifests and lints", manifests::check),
    ("vocabulary", vocabulary::check),
    ("size of files", size::check),
    ("places and machines", places::check),
    ("invariants", invariants::check),
    ("decision records", decisions::check),
    ("rejection numbers", rejections::check),
    ("golden files", golden::check),
    ("licences and sources", licences::check),
];

/// Runs every check and prints what it found. True when it found nothing.
pub(crate) fn run() -> Outcome<bool> {
    let repository = Repository::load()?;
    let mut total = 0;
    for (name, check) in CHECKS {
        let mut findings = check(&repository);
        findings.sort();
        findings.dedup();
        println!("tidy: {name}: {}", if findings.is_empty() { "clean" } else { "NOT CLEAN" });
        for finding in &findings {
            println!("  {finding}");
        }
        total += findings.len();
    }
    println!("tidy: {total} finding(s) in {} files", repository.files.len());
    Ok(total == 0)
}
