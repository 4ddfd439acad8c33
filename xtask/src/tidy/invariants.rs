//! Every numbered invariant in `ARCHITECTURE.md` names a test that exists.
//!
//! The section `## Invariants` is a numbered list; an entry ends with
//! `— test: ` (or `— tests: `) and one or more paths in backticks, `crate::module::name_of_the_test` separated by
//! commas. A crate is named by its folder (`ledger`, `statistics`). A path with a `/` names a file, for example a
//! script under `tests/system/`.

use super::{Finding, layers::section};
use crate::repository::{Repository, SourceFile};

const MAP: &str = "ARCHITECTURE.md";

/// An entry of the list: its number, and the tests that it names.
#[derive(Debug, PartialEq, Eq)]
struct Invariant {
    number: usize,
    tests: Vec<String>,
}

pub(super) fn check(repository: &Repository) -> Vec<Finding> {
    let text = repository.file(MAP).map_or("", |map| map.text.as_str());
    let invariants = parse(text);
    if invariants.is_empty() {
        return vec![Finding::new(MAP, 0, "has no numbered list in a section `## Invariants`")];
    }
    let mut findings = Vec::new();
    for (invariant, expected) in invariants.iter().zip(1..) {
        if invariant.number != expected {
            let message = format!("invariant {} stands where {expected} belongs", invariant.number);
            findings.push(Finding::new(MAP, 0, message));
        }
        if invariant.tests.is_empty() {
            let message =
                format!("invariant {} names no test: end it with — test: `crate::path::name`", invariant.number);
            findings.push(Finding::new(MAP, 0, message));
        }
        for test in invariant.tests.iter().filter(|test| !exists(repository, test)) {
            let message = format!("invariant {} names the test `{test}`, which does not exist", invariant.number);
            findings.push(Finding::new(MAP, 0, message));
        }
    }
    findings
}

fn parse(text: &str) -> Vec<Invariant> {
    let mut entries: Vec<(usize, String)> = Vec::new();
    for line in section(text, "## Invariants") {
        let numbered = line.split_once(". ").and_then(|(number, rest)| Some((number.parse().ok()?, rest)));
        match (numbered, entries.last_mut()) {
            (Some((number, rest)), _) => entries.push((number, rest.to_owned())),
            (None, Some((_, entry))) => {
                entry.push(' ');
                entry.push_str(line.trim());
            }
            (None, None) => {}
        }
    }
    entries.into_iter().map(|(number, entry)| Invariant { number, tests: tests_named(&entry) }).collect()
}

fn tests_named(entry: &str) -> Vec<String> {
    let named = entry.rsplit_once("— tests: ").or_else(|| entry.rsplit_once("— test: "));
    let list = named.map_or("", |(_, list)| list);
    list.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn exists(repository: &Repository, test: &str) -> bool {
    if test.contains('/') {
        return repository.file(test).is_some();
    }
    let (Some((first, _)), Some((_, name))) = (test.split_once("::"), test.rsplit_once("::")) else { return false };
    repository
        .rust_files()
        .any(|file| file.crate_folder().rsplit('/').next() == Some(first) && declares_test(file, name))
}

/// Whether the file has `fn name` with an attribute that makes it a test.
fn declares_test(file: &SourceFile, name: &str) -> bool {
    let lines: Vec<&str> = file.text.lines().map(str::trim).collect();
    let declared = format!("fn {name}(");
    lines.iter().enumerate().any(|(at, line)| {
        let above = lines.iter().take(at).rev().take_while(|line| line.starts_with("#[") || line.starts_with("//"));
        line.contains(&declared) && above.filter(|line| line.starts_with("#[")).any(|line| line.contains("test"))
    })
}

#[cfg(test)]
mod tests {
    use super::{Invariant, check, parse};
    use crate::repository::{Repository, SourceFile};

    fn found(map: &str, source: &str) -> Vec<String> {
        let files =
            vec![SourceFile::new("ARCHITECTURE.md", map), SourceFile::new("crates/ledger/src/block.rs", source)];
        check(&Repository { files, ..Repository::default() }).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_entry_may_span_lines_and_name_several_tests() {
        let map =
            "## Invariants\nWords.\n\n1. Nothing\n   unsigned — tests: `a::b`,\n   `c::d`\n2. Two\n## Next\n3. Not\n";
        let expected = vec![
            Invariant { number: 1, tests: vec!["a::b".to_owned(), "c::d".to_owned()] },
            Invariant { number: 2, tests: vec![] },
        ];
        assert_eq!(parse(map), expected);
    }

    #[test]
    fn a_test_must_exist_and_be_a_test() {
        let map = "## Invariants\n1. One — test: `ledger::block::refuses`\n";
        assert_eq!(found(map, "#[test]\nfn refuses() {}\n"), Vec::<String>::new());
        assert_eq!(found(map, "#[test]\n// why\n#[ignore]\nfn refuses() {}\n"), Vec::<String>::new());
        assert_eq!(found(map, "fn refuses() {}\n").len(), 1);
        assert_eq!(found(map, "#[test]\nfn refuses_all() {}\n").len(), 1);
        assert_eq!(found("## Invariants\n1. One — test: `verify::refuses`\n", "#[test]\nfn refuses() {}\n").len(), 1);
    }

    #[test]
    fn a_missing_section_test_or_number_is_found() {
        let source = "#[test]\nfn refuses() {}\n";
        assert_eq!(found("# Map\n", source).len(), 1);
        assert_eq!(found("## Invariants\n1. One\n", source).len(), 1);
        assert_eq!(found("## Invariants\n2. Two — test: `ledger::refuses`\n", source).len(), 1);
        assert_eq!(found("## Invariants\n1. A script — test: `tests/system/01-x.py`\n", source).len(), 1);
    }
}
