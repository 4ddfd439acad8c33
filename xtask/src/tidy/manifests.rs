//! Every crate takes the workspace's lints, and the pure ones add theirs, the same everywhere.

use super::{Finding, layers::Layers};
use crate::repository::Repository;

const PURE_LINTS: &[&str] = &["clippy::float_arithmetic", "clippy::cast_possible_truncation"];
/// The only crate that may turn the planted faults on.
const MAY_PLANT: &str = "crates/simulator";
const PURE_CLIPPY_MODEL: &str = "crates/types/clippy.toml";

pub(super) fn check(repository: &Repository) -> Vec<Finding> {
    let layers = Layers::parse(repository.file("ARCHITECTURE.md").map_or("", |map| &map.text));
    let mut findings = Vec::new();
    for package in &repository.packages {
        let manifest = format!("{}/Cargo.toml", package.folder);
        let text = repository.file(&manifest).map_or("", |file| &file.text);
        if !takes_workspace_lints(text) {
            findings.push(Finding::new(&manifest, 0, "add `[lints]` with `workspace = true`"));
        }
        if layers.is_pure(&package.folder) {
            findings.extend(pure_crate(repository, &package.folder));
        }
        if package.folder != MAY_PLANT && turns_planted_faults_on(text) {
            let message = format!("turns the planted faults on: only {MAY_PLANT} may, or a release could have them");
            findings.push(Finding::new(&manifest, 0, message));
        }
    }
    findings
}

/// Whether the manifest names a feature of the planted faults, as a feature of its own or of a dependency.
fn turns_planted_faults_on(manifest: &str) -> bool {
    manifest.lines().map(str::trim).filter(|line| !line.starts_with('#')).any(|line| {
        let names_feature = line.contains("chancery-planted/") || line.contains("chancery-simulator/planted");
        let is_dependency = line.starts_with("chancery-planted") || line.starts_with("chancery-simulator");
        names_feature || (is_dependency && line.contains("features"))
    })
}

fn takes_workspace_lints(manifest: &str) -> bool {
    let mut section = manifest.lines().map(str::trim).skip_while(|line| *line != "[lints]").skip(1);
    section.by_ref().take_while(|line| !line.starts_with('[')).any(|line| line == "workspace = true")
}

fn pure_crate(repository: &Repository, folder: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let root = format!("{folder}/src/lib.rs");
    let text = repository.file(&root).map_or("", |file| &file.text);
    for lint in PURE_LINTS.iter().filter(|lint| !denies(text, lint)) {
        findings.push(Finding::new(&root, 0, format!("a pure crate opens with `#![deny({lint})]`")));
    }
    let clippy = format!("{folder}/clippy.toml");
    let model = repository.file(PURE_CLIPPY_MODEL).map(|file| &file.text);
    match repository.file(&clippy) {
        Some(file) if Some(&file.text) == model => {}
        Some(_) => {
            findings.push(Finding::new(&clippy, 0, format!("differs from {PURE_CLIPPY_MODEL}: make the copies equal")));
        }
        None => findings.push(Finding::new(&clippy, 0, format!("is missing: copy {PURE_CLIPPY_MODEL}"))),
    }
    findings
}

/// Whether the crate's root denies (or forbids) the lint for the whole crate; the attribute may span lines.
fn denies(text: &str, lint: &str) -> bool {
    let attributes = text.split("#![").skip(1).filter_map(|rest| rest.split(']').next());
    let mut lists = attributes.filter_map(|attribute| {
        attribute.trim().strip_prefix("deny(").or_else(|| attribute.trim().strip_prefix("forbid("))
    });
    lists.any(|list| list.trim_end_matches(')').split(',').any(|entry| entry.trim() == lint))
}

#[cfg(test)]
mod tests {
    use super::{check, denies, takes_workspace_lints, turns_planted_faults_on};
    use crate::repository::{Package, Repository, SourceFile};

    #[test]
    fn workspace_lints() {
        let check = |text: &str, expected| assert_eq!(takes_workspace_lints(text), expected, "{text}");
        check("[package]\nname = \"a\"\n\n[lints]\nworkspace = true\n", true);
        check("[package]\nname = \"a\"\n", false);
        check("[lints]\n[package]\nworkspace = true\n", false);
    }

    #[test]
    fn planted_faults() {
        let check = |text: &str, expected| assert_eq!(turns_planted_faults_on(text), expected, "{text}");
        check("[dependencies]\nchancery-planted = { workspace = true }\n", false);
        check("[dependencies]\nchancery-planted.workspace = true\n", false);
        check("[features]\ndefault = [\"chancery-planted/active\"]\n", true);
        check("chancery-planted = { workspace = true, features = [\"active\"] }\n", true);
        check("chancery-simulator = { path = \"../simulator\", features = [\"planted\"] }\n", true);
    }

    #[test]
    fn denied_lints() {
        let check = |text: &str, expected| assert_eq!(denies(text, "clippy::float_arithmetic"), expected, "{text}");
        check("#![deny(clippy::float_arithmetic)]\n", true);
        check("//! doc\n#![deny(\n    clippy::cast_possible_truncation,\n    clippy::float_arithmetic,\n)]\n", true);
        check("#![warn(clippy::float_arithmetic)]\n", false);
        check("#[deny(clippy::float_arithmetic)]\nfn one() {}\n", false);
        check("", false);
    }

    #[test]
    fn a_pure_crate_without_its_lints_is_found() {
        let file = SourceFile::new;
        let package = |folder: &str| Package { name: String::new(), folder: folder.to_owned(), dependencies: vec![] };
        let files = vec![
            file("ARCHITECTURE.md", "## Layers\n| 0 | `types` |\n| 3 | `ledger` |\n| 9 | `api` |\n"),
            file("crates/types/Cargo.toml", "[lints]\nworkspace = true\n"),
            file("crates/types/clippy.toml", "model\n"),
            file("crates/types/src/lib.rs", "#![deny(clippy::float_arithmetic, clippy::cast_possible_truncation)]\n"),
            file("crates/ledger/Cargo.toml", "[lints]\nworkspace = true\n"),
            file("crates/ledger/clippy.toml", "changed\n"),
            file("crates/ledger/src/lib.rs", ""),
            file("crates/api/Cargo.toml", ""),
        ];
        let packages = vec![package("crates/types"), package("crates/ledger"), package("crates/api")];
        let found: Vec<_> =
            check(&Repository { files, packages, ..Repository::default() }).iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), 4, "{found:?}");
        assert!(found.iter().all(|message| !message.starts_with("crates/types")), "{found:?}");
    }
}
