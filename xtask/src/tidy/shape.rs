//! Every application has the same files, so that a reader of one has read them all.
//!
//! An application is a folder under `apps/` or a module of the kernel. A file that grows past its idea becomes a
//! folder of the same name (`execute.rs` and `execute/publish.rs`); the names at the top stay the agreed ones.

use super::{Finding, layers};
use crate::repository::{Repository, SourceFile};
use std::collections::BTreeSet;

const ALLOWED: &[&str] = &[
    "lib",
    "mod",
    "ids",
    "params",
    "genesis",
    "record",
    "state",
    "transaction",
    "authorize",
    "execute",
    "event",
    "rejection",
    "query",
    "tests",
];
const REQUIRED: &[&str] = &["state", "transaction", "authorize", "execute", "event", "rejection"];
const KERNEL: &str = "crates/kernel/src/";

pub(super) fn check(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for root in application_roots(repository) {
        findings.extend(files_are_the_agreed_ones(&root, repository));
    }
    findings.extend(keys_are_built_in_state(repository));
    findings.extend(kernel_imports_run_back(repository));
    findings
}

/// Folders of applications, ending with `/`: `apps/statistics/src/`, `crates/kernel/src/identity/`.
fn application_roots(repository: &Repository) -> BTreeSet<String> {
    repository.rust_files().filter_map(|file| application_root(&file.path)).collect()
}

fn application_root(path: &str) -> Option<String> {
    if let Some(inside) = path.strip_prefix(KERNEL) {
        return inside.split_once('/').map(|(module, _)| format!("{KERNEL}{module}/"));
    }
    let inside = path.strip_prefix("apps/")?;
    let (name, rest) = inside.split_once('/')?;
    rest.starts_with("src/").then(|| format!("apps/{name}/src/"))
}

fn files_are_the_agreed_ones(root: &str, repository: &Repository) -> Vec<Finding> {
    let mut present = BTreeSet::new();
    let mut findings = Vec::new();
    for file in repository.rust_files() {
        let Some(inside) = file.path.strip_prefix(root) else { continue };
        let name = inside.split('/').next().unwrap_or_default().trim_end_matches(".rs");
        if !ALLOWED.contains(&name) {
            let message = format!(
                "an application has no file `{name}`. Put it where a reader looks for it: one of {}; a large idea \
                 becomes a folder of that name",
                ALLOWED.join(", ")
            );
            findings.push(Finding::new(&file.path, 0, message));
        }
        present.insert(name);
    }
    let module_beside = format!("{}.rs", root.trim_end_matches('/'));
    let has_root = present.contains("lib") || present.contains("mod") || repository.file(&module_beside).is_some();
    let missing = REQUIRED.iter().filter(|name| !present.contains(**name)).map(|name| (*name).to_owned());
    for name in missing.chain((!has_root).then(|| "lib (or mod)".to_owned())) {
        findings.push(Finding::new(root, 0, format!("this application has no `{name}`; every application has one")));
    }
    findings
}

/// The application's own name for a file at its top, whether a file or a folder: `state` for `state/keys.rs`.
fn idea(file: &SourceFile) -> Option<(String, &str)> {
    let root = application_root(&file.path)?;
    let inside = file.path.strip_prefix(&root)?;
    Some((root, inside.split('/').next()?.trim_end_matches(".rs")))
}

fn keys_are_built_in_state(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in repository.rust_files() {
        let Some((root, idea)) = idea(file) else { continue };
        if idea == "state" || idea == "tests" {
            continue;
        }
        for (number, line) in file.shipped_lines().filter(|(_, line)| builds_a_key(line)) {
            let message =
                format!("builds a state key: only {root}state.rs does; call a function there ({})", line.trim());
            findings.push(Finding::new(&file.path, number, message));
        }
    }
    findings
}

fn builds_a_key(line: &str) -> bool {
    ["StateKey::", "StateKey(", "Key::new(", "Key::<", "DueQueue::new("].iter().any(|builder| {
        line.match_indices(builder).any(|(at, _)| {
            let before = line.get(..at).and_then(|before| before.chars().next_back());
            before.is_none_or(|c| !c.is_alphanumeric() && c != '_')
        })
    })
}

/// A module of the kernel may call the ones listed before it in the table of layers, and none listed after it.
fn kernel_imports_run_back(repository: &Repository) -> Vec<Finding> {
    let map = repository.file("ARCHITECTURE.md").map_or("", |map| map.text.as_str());
    let order = kernel_modules(map);
    let mut findings = Vec::new();
    for root in application_roots(repository).iter().filter(|root| root.starts_with(KERNEL)) {
        let module = root.trim_start_matches(KERNEL).trim_end_matches('/');
        let Some(place) = order.iter().position(|name| name == module) else {
            let message = format!("the kernel's row in the table of layers does not list `{module}`");
            findings.push(Finding::new("ARCHITECTURE.md", 0, message));
            continue;
        };
        for file in repository.rust_files().filter(|file| file.path.starts_with(root.as_str())) {
            for (number, line) in file.shipped_lines() {
                for later in order.iter().skip(place + 1).filter(|later| imports(line, later)) {
                    let message = format!(
                        "`{module}` imports `{later}`, which stands after it in the table of layers; let `{later}` \
                         call `{module}`, or pass what is needed as an argument"
                    );
                    findings.push(Finding::new(&file.path, number, message));
                }
            }
        }
    }
    findings
}

/// The names in backticks in the last cell of the kernel's row, in order.
fn kernel_modules(map: &str) -> Vec<String> {
    let row = layers::section(map, "## Layers").find(|line| line.contains("| `kernel` |")).unwrap_or_default();
    let last = row.trim().trim_end_matches('|').rsplit('|').next().unwrap_or_default();
    last.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn imports(line: &str, module: &str) -> bool {
    let grouped =
        line.contains("crate::{") && line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|w| w == module);
    let direct = |prefix: &str| {
        line.match_indices(&format!("{prefix}::{module}")).any(|(at, found)| {
            !line.get(at + found.len()..).unwrap_or_default().starts_with(|c: char| c.is_alphanumeric() || c == '_')
        })
    };
    grouped || direct("crate") || direct("super::super")
}

#[cfg(test)]
mod tests {
    use super::{application_root, check, imports};
    use crate::repository::{Repository, SourceFile};

    const MAP: &str = "## Layers\n| 4 | `kernel` | the system applications: `identity`, `records` |\n";

    fn messages(files: &[(&str, &str)]) -> Vec<String> {
        let mut files: Vec<_> = files.iter().map(|(path, text)| SourceFile::new(path, text)).collect();
        files.push(SourceFile::new("ARCHITECTURE.md", MAP));
        let repository = Repository { files, ..Repository::default() };
        check(&repository).iter().map(ToString::to_string).collect()
    }

    fn whole(root: &'static str, module: &'static str) -> Vec<(String, String)> {
        let names = ["state", "transaction", "authorize", "execute", "event", "rejection", module];
        names.iter().map(|name| (format!("{root}{name}.rs"), String::new())).collect()
    }

    fn with(root: &'static str, module: &'static str, path: &str, text: &str) -> Vec<String> {
        let mut files = whole(root, module);
        files.push((path.to_owned(), text.to_owned()));
        let borrowed: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        messages(&borrowed)
    }

    #[test]
    fn roots() {
        let check =
            |path: &str, expected: Option<&str>| assert_eq!(application_root(path).as_deref(), expected, "{path}");
        check("apps/credit/src/state.rs", Some("apps/credit/src/"));
        check("apps/credit/tests/story.rs", None);
        check("crates/kernel/src/identity/state.rs", Some("crates/kernel/src/identity/"));
        check("crates/kernel/src/lib.rs", None);
    }

    #[test]
    fn the_agreed_files_pass_and_a_stranger_is_found() {
        let root = "apps/credit/src/";
        assert_eq!(with(root, "lib", "apps/credit/src/query.rs", ""), Vec::<String>::new());
        assert_eq!(with(root, "lib", "apps/credit/src/execute/accept.rs", ""), Vec::<String>::new());
        let found = with(root, "lib", "apps/credit/src/scoring.rs", "");
        assert!(found.len() == 1 && found[0].contains("no file `scoring`"), "{found:?}");
    }

    #[test]
    fn a_missing_file_is_found() {
        let found = messages(&[("apps/credit/src/lib.rs", "")]);
        assert_eq!(found.len(), 6, "{found:?}");
        let found = with("apps/credit/src/", "ids", "apps/credit/src/query.rs", "");
        assert!(found.len() == 1 && found[0].contains("lib (or mod)"), "{found:?}");
    }

    #[test]
    fn a_module_beside_its_folder_counts_as_its_root() {
        let found = with("crates/kernel/src/records/", "ids", "crates/kernel/src/records.rs", "");
        assert_eq!(found, Vec::<String>::new());
    }

    #[test]
    fn keys_are_built_in_state_only() {
        let line = "let key: Key<u8> = Key::new(ID, \"grants\", &parts);\n";
        let root = "apps/credit/src/";
        let found = with(root, "lib", "apps/credit/src/execute/accept.rs", line);
        assert!(found.len() == 1 && found[0].contains("builds a state key"), "{found:?}");
        assert_eq!(with(root, "lib", "apps/credit/src/state/keys.rs", line), Vec::<String>::new());
        let inside_tests = format!("#[cfg(test)]\nmod tests {{\n{line}}}\n");
        assert_eq!(with(root, "lib", "apps/credit/src/query.rs", &inside_tests), Vec::<String>::new());
    }

    #[test]
    fn builders_of_keys_are_recognised() {
        let check = |line: &str, expected| assert_eq!(super::builds_a_key(line), expected, "{line}");
        check("Key::new(ID, \"a\", &b)", true);
        check("chancery_ledger::Key::new(ID, \"a\", &b)", true);
        check("StateKey([0; 32])", true);
        check("DueQueue::new(ID, \"a\")", true);
        check("PublicKey::new(bytes)", false);
        check("fn read(key: &StateKey) {}", false);
    }

    #[test]
    fn kernel_modules_import_earlier_ones_only() {
        let use_records = "use crate::records::state;\n";
        let found = with("crates/kernel/src/identity/", "mod", "crates/kernel/src/identity/query.rs", use_records);
        assert!(found.len() == 1 && found[0].contains("`identity` imports `records`"), "{found:?}");
        let use_identity = "use crate::identity::state;\n";
        let found = with("crates/kernel/src/records/", "mod", "crates/kernel/src/records/query.rs", use_identity);
        assert_eq!(found, Vec::<String>::new());
        let found = with("crates/kernel/src/secrets/", "mod", "crates/kernel/src/secrets/query.rs", "");
        assert!(found.len() == 1 && found[0].contains("does not list `secrets`"), "{found:?}");
    }

    #[test]
    fn imports_are_recognised() {
        let check = |line: &str, expected| assert_eq!(imports(line, "records"), expected, "{line}");
        check("use crate::records::state;", true);
        check("use crate::{identity, records};", true);
        check("let x = super::super::records::get();", true);
        check("use crate::records_of_old;", false);
        check("let records = 1;", false);
    }
}
