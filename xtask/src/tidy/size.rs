//! A file holds one idea. Past [`LINES_MAX`] lines there is usually a second one.
//!
//! An exception stands in `xtask/tidy-exceptions.txt` with its reason: `path: why this is one idea`.

use super::Finding;
use crate::repository::Repository;
use std::collections::BTreeMap;

const LINES_MAX: usize = 500;
const EXCEPTIONS: &str = "xtask/tidy-exceptions.txt";
const JUDGED: &[&str] = &[".rs", ".py", ".js", ".ts", ".css", ".html", ".sh", ".sql"];

pub(super) fn check(repository: &Repository) -> Vec<Finding> {
    let list = repository.file(EXCEPTIONS).map_or("", |file| file.text.as_str());
    let mut findings = Vec::new();
    let mut exceptions = BTreeMap::new();
    for (line, number) in list.lines().zip(1..).filter(|(line, _)| !line.is_empty() && !line.starts_with('#')) {
        match line.split_once(": ") {
            Some((path, reason)) if !reason.trim().is_empty() => {
                exceptions.insert(path, number);
            }
            _ => findings.push(Finding::new(EXCEPTIONS, number, "write `path: reason`")),
        }
    }
    for file in &repository.files {
        let lines = file.text.lines().count();
        let judged = JUDGED.iter().any(|ending| file.path.ends_with(ending)) && !is_brought_in(&file.path);
        let too_long = judged && lines > LINES_MAX;
        if exceptions.remove(file.path.as_str()).is_none() && too_long {
            let message = format!(
                "{lines} lines, more than {LINES_MAX}: look for the second idea and give it a file of its own, or say \
                 in {EXCEPTIONS} why this is one"
            );
            findings.push(Finding::new(&file.path, 0, message));
        } else if let (false, Some(number)) = (too_long, exception_line(list, &file.path)) {
            findings.push(Finding::new(EXCEPTIONS, number, "the file is short enough now: remove the line"));
        }
    }
    let gone = exceptions
        .into_iter()
        .map(|(path, number)| Finding::new(EXCEPTIONS, number, format!("`{path}` does not exist: remove the line")));
    findings.extend(gone);
    findings
}

/// Files that others wrote and we carry unchanged.
fn is_brought_in(path: &str) -> bool {
    format!("/{path}").contains("/vendor/") || path.ends_with(".min.js") || path.ends_with(".min.css")
}

fn exception_line(list: &str, path: &str) -> Option<usize> {
    let mut lines = list.lines().zip(1..);
    lines.find(|(line, _)| line.split_once(": ").is_some_and(|(named, _)| named == path)).map(|(_, number)| number)
}

#[cfg(test)]
mod tests {
    use super::{EXCEPTIONS, LINES_MAX, check};
    use crate::repository::{Repository, SourceFile};

    fn found(path: &str, lines: usize, exceptions: &str) -> Vec<String> {
        let files = vec![SourceFile::new(path, &"x\n".repeat(lines)), SourceFile::new(EXCEPTIONS, exceptions)];
        check(&Repository { files, ..Repository::default() }).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_long_file_is_found() {
        assert_eq!(found("crates/node/src/pool.rs", LINES_MAX, "").len(), 0);
        assert_eq!(found("crates/node/src/pool.rs", LINES_MAX + 1, "").len(), 1);
        assert_eq!(found("Cargo.lock", LINES_MAX + 1, "").len(), 0);
        assert_eq!(found("crates/portal/assets/vendor/chart.js", LINES_MAX + 1, "").len(), 0);
    }

    #[test]
    fn an_exception_needs_a_reason_and_a_long_file() {
        let path = "crates/node/src/pool.rs";
        assert_eq!(found(path, LINES_MAX + 1, "# why\ncrates/node/src/pool.rs: one table\n").len(), 0);
        assert_eq!(found(path, LINES_MAX + 1, "crates/node/src/pool.rs\n").len(), 2);
        assert!(found(path, 10, "crates/node/src/pool.rs: one table\n")[0].contains("short enough"));
        assert!(found(path, 10, "crates/node/src/gone.rs: one table\n")[0].contains("does not exist"));
    }
}
