//! The golden files under `formats/`: encodings and numbers that others rely on.
//!
//! A golden test stands in a file of its own under a crate's `tests/`, or has `golden` in its name. It compares what
//! the code produces with the file, and writes the file instead when `UPDATE_FORMATS=1` is set. Regenerating one is
//! an approval: read the difference.

use crate::{
    repository::{Outcome, Repository, cargo},
    step, tidy,
};
use std::{collections::BTreeSet, process::Command, time::Duration};

const VARIABLE: &str = "UPDATE_FORMATS";
const LIMIT: Duration = Duration::from_secs(25 * 60);

/// What to do where code and file differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Compare,
    Update,
}

/// The name that selects the list of rejection numbers, which needs nothing built.
const REJECTIONS: &str = "rejections";

/// Compares or updates everything under `formats/`, or only what one crate (by its folder's name) or
/// [`REJECTIONS`] has there. True when code and files agree.
pub(crate) fn run(mode: Mode, only: Option<&str>) -> Outcome<bool> {
    let repository = Repository::load()?;
    let mut agreed = true;
    if only.is_none_or(|name| name == REJECTIONS) {
        agreed &= rejection_list(&repository, mode)?;
    }
    if only != Some(REJECTIONS) {
        agreed &= run_golden_tests(&repository, mode, only)?;
    }
    if mode == Mode::Update {
        println!("formats: what changed; commit it only if every difference is meant:");
        step::run(
            Command::new("git").args(["--no-pager", "diff", "--stat", "--", "formats"]).current_dir(&repository.root),
            Duration::from_secs(60),
        )?;
    }
    Ok(agreed)
}

fn run_golden_tests(repository: &Repository, mode: Mode, only: Option<&str>) -> Outcome<bool> {
    let targets = golden_targets(repository, only);
    if targets.is_empty() {
        println!("formats: no golden tests here (tests that know {VARIABLE})");
        return Ok(false);
    }
    let mut agreed = true;
    for arguments in targets {
        let mut command = Command::new(cargo());
        command.current_dir(&repository.root).args(["test", "--quiet"]).args(&arguments);
        if mode == Mode::Update {
            command.env(VARIABLE, "1");
        } else {
            command.env_remove(VARIABLE);
        }
        println!("formats: {}", arguments.join(" "));
        agreed &= step::run(&mut command, LIMIT)?.succeeded();
    }
    Ok(agreed)
}

/// For each source that can write a golden file, the arguments that make `cargo test` run its tests and no others.
fn golden_targets(repository: &Repository, only: Option<&str>) -> BTreeSet<Vec<String>> {
    let mut targets = BTreeSet::new();
    for file in repository.rust_files().filter(|file| file.text.contains(VARIABLE)) {
        let Some(package) = repository.packages.iter().find(|package| package.folder == file.crate_folder()) else {
            continue;
        };
        let inside = file.path.strip_prefix(&format!("{}/", package.folder)).unwrap_or_default();
        let target: &[&str] = match inside.strip_prefix("tests/") {
            Some(_) => &["--test", file.stem()],
            None => &["--lib", "golden"],
        };
        let folder = package.folder.rsplit('/').next().unwrap_or_default();
        if folder != "xtask" && only.is_none_or(|name| name == folder) {
            let mut arguments = vec!["--package".to_owned(), package.name.clone()];
            arguments.extend(target.iter().map(|word| (*word).to_owned()));
            targets.insert(arguments);
        }
    }
    targets
}

fn rejection_list(repository: &Repository, mode: Mode) -> Outcome<bool> {
    let updated = match tidy::updated_list(repository) {
        Ok(updated) => updated,
        Err(findings) => {
            findings.iter().for_each(|finding| println!("formats: {finding}"));
            return Ok(false);
        }
    };
    let committed = repository.file(tidy::COMMITTED_LIST).map(|file| file.text.as_str());
    if committed == Some(updated.as_str()) {
        return Ok(true);
    }
    if mode == Mode::Update {
        std::fs::write(repository.root.join(tidy::COMMITTED_LIST), updated)?;
        return Ok(true);
    }
    println!("formats: {} lacks a number; run `cargo xtask formats --update rejections`", tidy::COMMITTED_LIST);
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::golden_targets;
    use crate::repository::{Package, Repository, SourceFile};

    fn repository(files: &[(&str, &str)]) -> Repository {
        let files = files.iter().map(|(path, text)| SourceFile::new(path, text)).collect();
        let name = "chancery-types".to_owned();
        let packages = vec![Package { name, folder: "crates/types".to_owned(), dependencies: vec![] }];
        Repository { files, packages, ..Repository::default() }
    }

    #[test]
    fn targets_are_the_tests_that_can_update() {
        let check = |path: &str, expected: &[&str]| {
            let targets = golden_targets(&repository(&[(path, "UPDATE_FORMATS")]), None);
            assert_eq!(targets.into_iter().next().unwrap(), expected, "{path}");
        };
        check("crates/types/tests/encodings.rs", &["--package", "chancery-types", "--test", "encodings"]);
        check("crates/types/src/block.rs", &["--package", "chancery-types", "--lib", "golden"]);
        assert!(golden_targets(&repository(&[("crates/types/src/block.rs", "")]), None).is_empty());
        let types = repository(&[("crates/types/src/block.rs", "UPDATE_FORMATS")]);
        assert_eq!(golden_targets(&types, Some("types")).len(), 1);
        assert!(golden_targets(&types, Some("crypto")).is_empty());
    }
}
