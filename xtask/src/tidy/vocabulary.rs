//! Names that say nothing, and the one keyword that we do without.

use super::Finding;
use crate::repository::{Repository, SourceFile};

/// A module with such a name collects whatever has no home.
const FORBIDDEN_MODULES: &[&str] =
    &["util", "utils", "common", "helper", "helpers", "misc", "manager", "managers", "stuff", "shared"];

pub(super) fn check(repository: &Repository) -> Vec<Finding> {
    repository.rust_files().flat_map(|file| module_names(file).into_iter().chain(unsafe_code(file))).collect()
}

fn module_names(file: &SourceFile) -> Vec<Finding> {
    let message = |name: &str| format!("a module named `{name}` says nothing: name the thing it holds");
    let mut findings = Vec::new();
    let folders = file.path.split('/').rev().skip(1).filter(|folder| *folder != "..");
    for name in std::iter::once(file.stem()).chain(folders).filter(|name| FORBIDDEN_MODULES.contains(name)) {
        findings.push(Finding::new(&file.path, 0, message(name)));
    }
    for (line, number) in file.text.lines().zip(1..) {
        let declared = line
            .split_once("mod ")
            .filter(|(before, _)| before.is_empty() || before.ends_with(' ') || before.ends_with('('));
        let name = declared.map_or("", |(_, rest)| rest.trim_end_matches(['{', ';', ' ']));
        if FORBIDDEN_MODULES.contains(&name) && line.trim_end().ends_with('{') {
            findings.push(Finding::new(&file.path, number, message(name)));
        }
    }
    findings
}

/// The compiler forbids it too; this also covers files that no crate compiles.
fn unsafe_code(file: &SourceFile) -> Vec<Finding> {
    let openings = ["{", "fn ", "impl ", "extern ", "trait "].map(|rest| format!("{} {rest}", concat!("un", "safe")));
    let lines = file.text.lines().zip(1..).filter(|(line, _)| !line.trim_start().starts_with("//"));
    lines
        .filter(|(line, _)| openings.iter().any(|opening| line.contains(opening.as_str())))
        .map(|(_, number)| {
            let message = format!("`{}` code: find a safe way or a kept crate that wraps it", concat!("un", "safe"));
            Finding::new(&file.path, number, message)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::repository::{Repository, SourceFile};

    fn found(path: &str, text: &str) -> usize {
        let files = vec![SourceFile::new(path, text)];
        check(&Repository { files, ..Repository::default() }).len()
    }

    #[test]
    fn modules_that_say_nothing() {
        assert_eq!(found("crates/node/src/utils.rs", ""), 1);
        assert_eq!(found("crates/node/src/common/mod.rs", ""), 1);
        assert_eq!(found("crates/node/tests/helpers/cluster.rs", ""), 1);
        assert_eq!(found("crates/node/src/pool.rs", "mod utils {\n}\n"), 1);
        assert_eq!(found("crates/node/src/pool.rs", "pub(crate) mod misc {\n}\n"), 1);
        assert_eq!(found("crates/node/src/pool.rs", "// a common mod utils\nmod commonwealth {\n}\n"), 0);
        assert_eq!(found("docs/common/page.md", ""), 0);
    }

    #[test]
    fn unsafe_blocks_and_functions() {
        let word = concat!("un", "safe");
        assert_eq!(found("crates/node/src/pool.rs", &format!("let a = {word} {{ b() }};\n")), 1);
        assert_eq!(found("crates/node/src/pool.rs", &format!("{word} fn a() {{}}\n")), 1);
        assert_eq!(found("crates/node/src/pool.rs", &format!("// {word} fn a() {{}}\n")), 0);
        assert_eq!(found("crates/node/src/pool.rs", &format!("#![forbid({word}_code)]\n")), 0);
    }
}
