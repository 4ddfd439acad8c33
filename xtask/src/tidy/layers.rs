//! Dependencies between our crates run downwards. The table in `ARCHITECTURE.md` is the only place where a
//! crate's layer is written; this check reads it there.

use super::Finding;
use crate::repository::{Package, Repository};
use std::collections::BTreeMap;

const MAP: &str = "ARCHITECTURE.md";

/// Layers up to this one are pure: what they compute is a function of their arguments.
pub(super) const PURE_LAYER_MAX: u32 = 6;

/// The layer of each crate by the name that the table gives it: `ledger`, `apps/*`.
#[derive(Debug, Default)]
pub(super) struct Layers(BTreeMap<String, u32>);

impl Layers {
    /// Reads the rows of the table under `## Layers`: `| 8 | `readmodel`, `vault` | … |`.
    pub(super) fn parse(text: &str) -> Self {
        let mut layers = BTreeMap::new();
        for line in section(text, "## Layers") {
            let mut cells = line.trim().trim_matches('|').split('|').map(str::trim);
            let (Some(layer), Some(names)) = (cells.next(), cells.next()) else { continue };
            let Ok(layer) = layer.parse() else { continue };
            for name in names.split(',') {
                layers.insert(name.trim().trim_matches('`').to_owned(), layer);
            }
        }
        Self(layers)
    }

    pub(super) fn of(&self, folder: &str) -> Option<u32> {
        let name = match folder.strip_prefix("crates/") {
            Some(name) => name,
            None if folder.starts_with("apps/") => "apps/*",
            None => folder,
        };
        self.0.get(name).copied()
    }

    pub(super) fn is_pure(&self, folder: &str) -> bool {
        self.of(folder).is_some_and(|layer| layer <= PURE_LAYER_MAX)
    }
}

/// The lines of a section of a Markdown file, its heading left out.
pub(super) fn section<'a>(text: &'a str, heading: &str) -> impl Iterator<Item = &'a str> {
    text.lines().skip_while(move |line| *line != heading).skip(1).take_while(|line| !line.starts_with("## "))
}

pub(super) fn check(repository: &Repository) -> Vec<Finding> {
    let Some(map) = repository.file(MAP) else {
        return vec![Finding::new(MAP, 0, "is missing; it holds the table of layers")];
    };
    let layers = Layers::parse(&map.text);
    let mut findings = table_and_folders_agree(&layers, &repository.packages);
    for package in &repository.packages {
        findings.extend(edges_run_down(&layers, package, &repository.packages));
    }
    findings
}

fn table_and_folders_agree(layers: &Layers, packages: &[Package]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in packages.iter().filter(|package| package.folder != "xtask") {
        if layers.of(&package.folder).is_none() {
            let message = format!("`{}` has no layer; give it a row in the table under \"Layers\"", package.folder);
            findings.push(Finding::new(MAP, 0, message));
        }
    }
    for name in layers.0.keys().filter(|name| *name != "apps/*") {
        if !packages.iter().any(|package| package.folder == format!("crates/{name}")) {
            let message = format!("the table names `{name}`, which is no crate; correct the row");
            findings.push(Finding::new(MAP, 0, message));
        }
    }
    findings
}

fn edges_run_down(layers: &Layers, package: &Package, all: &[Package]) -> Vec<Finding> {
    let Some(own) = layers.of(&package.folder) else { return Vec::new() };
    let mut findings = Vec::new();
    for dependency in &package.dependencies {
        let Some(target) = all.iter().find(|candidate| candidate.name == dependency.name) else { continue };
        let Some(below) = layers.of(&target.folder) else { continue };
        // Tests of an application run it inside the whole ledger, so they may reach up to the registry.
        // Any crate's tests may name the crate itself, to turn on its features.
        let own_features = dependency.for_tests_only && target.name == package.name;
        let tests_whole_ledger = dependency.for_tests_only && own <= PURE_LAYER_MAX && below <= PURE_LAYER_MAX;
        if below >= own && !tests_whole_ledger && !own_features {
            let message = format!(
                "`{}` (layer {own}) depends on `{}` (layer {below}). A crate depends on lower layers only: move \
                 what both need into a lower crate, or take it as an argument or a trait. The layers stand in {MAP}",
                package.name, target.name
            );
            findings.push(Finding::new(&format!("{}/Cargo.toml", package.folder), 0, message));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::{Layers, edges_run_down, table_and_folders_agree};
    use crate::repository::{Dependency, Package};

    const TABLE: &str = "# A\n## Layers\n| layer | crate | x |\n|---|---|---|\n| 0 | `types` | a |\n| 4 | `kernel` | b |\n\
                         | 5 | `apps/*` | c |\n| 8 | `readmodel`, `vault` | d |\n## Next\n| 9 | `api` | not in the section |\n";

    fn package(folder: &str, dependencies: &[(&str, bool)]) -> Package {
        let name = format!("chancery-{}", folder.rsplit('/').next().unwrap());
        let dependencies = dependencies
            .iter()
            .map(|(name, for_tests_only)| Dependency { name: (*name).to_owned(), for_tests_only: *for_tests_only })
            .collect();
        Package { name, folder: folder.to_owned(), dependencies }
    }

    #[test]
    fn the_table_is_read_from_its_section_only() {
        let layers = Layers::parse(TABLE);
        let check = |folder: &str, expected| assert_eq!(layers.of(folder), expected, "{folder}");
        check("crates/types", Some(0));
        check("crates/vault", Some(8));
        check("apps/statistics", Some(5));
        check("crates/api", None);
        check("xtask", None);
    }

    #[test]
    fn an_edge_upwards_or_sideways_is_found() {
        let layers = Layers::parse(TABLE);
        let all = [package("crates/types", &[]), package("crates/kernel", &[]), package("apps/credit", &[])];
        let check = |folder: &str, dependency: (&str, bool), expected: usize| {
            let found = edges_run_down(&layers, &package(folder, &[dependency]), &all);
            assert_eq!(found.len(), expected, "{folder} -> {dependency:?}: {found:?}");
        };
        check("crates/kernel", ("chancery-types", false), 0);
        check("crates/types", ("chancery-kernel", false), 1);
        check("apps/statistics", ("chancery-credit", false), 1);
        check("apps/statistics", ("chancery-kernel", false), 0);
        check("apps/statistics", ("chancery-credit", true), 0);
        check("apps/statistics", ("serde", false), 0);
        check("crates/kernel", ("chancery-kernel", true), 0);
        check("crates/kernel", ("chancery-kernel", false), 1);
    }

    #[test]
    fn a_crate_without_a_row_and_a_row_without_a_crate_are_found() {
        let layers = Layers::parse(TABLE);
        let packages = [package("crates/types", &[]), package("crates/kernel", &[]), package("crates/new", &[])];
        let found: Vec<_> = table_and_folders_agree(&layers, &packages).into_iter().map(|f| f.message).collect();
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found.iter().any(|message| message.contains("`crates/new` has no layer")));
        assert!(found.iter().any(|message| message.contains("names `vault`")));
    }
}
