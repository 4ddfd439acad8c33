//! Every foreign package comes from the public registry, under licences that `deny.toml` allows.
//!
//! The list stands in the format of `cargo deny`, which can check it too, and advisories besides.

use super::Finding;
use crate::repository::{ForeignPackage, Repository};

const LIST: &str = "deny.toml";
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

pub(super) fn check(repository: &Repository) -> Vec<Finding> {
    let allowed = allowed(repository.file(LIST).map_or("", |file| &file.text));
    if allowed.is_empty() {
        return vec![Finding::new(LIST, 0, "has no `allow = [` list of licences")];
    }
    repository.foreign.iter().filter_map(|package| judge(package, &allowed)).collect()
}

fn judge(package: &ForeignPackage, allowed: &[String]) -> Option<Finding> {
    let ForeignPackage { name, licence, source } = package;
    if source != REGISTRY {
        let message = format!("`{name}` comes from {source}; packages come from the public registry only");
        return Some(Finding::new("Cargo.lock", 0, message));
    }
    let Some(licence) = licence else {
        return Some(Finding::new(LIST, 0, format!("`{name}` states no licence: read it, or do without the package")));
    };
    let message = format!("`{name}` is under `{licence}`, which {LIST} does not allow: do without it, or decide");
    (!satisfied(licence, allowed)).then(|| Finding::new(LIST, 0, message))
}

/// The quoted names between `allow = [` and `]`.
fn allowed(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim).skip_while(|line| *line != "allow = [").skip(1);
    lines.take_while(|line| *line != "]").map(|line| line.trim_matches(['"', ',']).to_owned()).collect()
}

/// Whether an SPDX expression can be satisfied with allowed licences. The old way to write OR was `/`.
fn satisfied(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ").replace(" WITH ", "+WITH+");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut words = words.as_slice();
    either(&mut words, allowed) && words.is_empty()
}

fn either(words: &mut &[&str], allowed: &[String]) -> bool {
    let mut value = both(words, allowed);
    while let Some(rest) = words.strip_prefix(&["OR"]) {
        *words = rest;
        value |= both(words, allowed);
    }
    value
}

fn both(words: &mut &[&str], allowed: &[String]) -> bool {
    let mut value = single(words, allowed);
    while let Some(rest) = words.strip_prefix(&["AND"]) {
        *words = rest;
        value &= single(words, allowed);
    }
    value
}

fn single(words: &mut &[&str], allowed: &[String]) -> bool {
    let Some((first, rest)) = words.split_first() else { return false };
    *words = rest;
    if *first != "(" {
        return allowed.contains(&first.replace("+WITH+", " WITH "));
    }
    let value = either(words, allowed);
    match words.strip_prefix(&[")"]) {
        Some(rest) => {
            *words = rest;
            value
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{allowed, judge, satisfied};
    use crate::repository::ForeignPackage;

    #[test]
    fn expressions() {
        let list = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned);
        let check = |expression: &str, expected| assert_eq!(satisfied(expression, &list), expected, "{expression}");
        check("MIT", true);
        check("MIT OR GPL-3.0", true);
        check("GPL-3.0/MIT", true);
        check("MIT AND GPL-3.0", false);
        check("GPL-3.0 OR MIT AND Apache-2.0", true);
        check("(MIT OR Apache-2.0) AND ISC", false);
        check("(GPL-3.0 OR MIT) AND Apache-2.0", true);
        check("Apache-2.0 WITH LLVM-exception", true);
        check("(MIT", false);
        check("MIT Apache-2.0", false);
        check("", false);
    }

    #[test]
    fn the_list_is_read_from_the_file() {
        assert_eq!(allowed("[licenses]\n# why\nallow = [\n    \"MIT\",\n]\n[bans]\n"), ["MIT"]);
        assert!(allowed("").is_empty());
    }

    #[test]
    fn a_foreign_source_or_licence_is_found() {
        let found = |source: &str, licence: Option<&str>| {
            let licence = licence.map(str::to_owned);
            let package = ForeignPackage { name: "x".to_owned(), licence, source: source.to_owned() };
            judge(&package, &["MIT".to_owned()]).is_some()
        };
        assert!(!found(super::REGISTRY, Some("MIT")));
        assert!(found(super::REGISTRY, Some("GPL-3.0")));
        assert!(found(super::REGISTRY, None));
        assert!(found("git+https://example.org/x", Some("MIT")));
    }
}
