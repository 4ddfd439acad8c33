//! What may reach which crate: the pure layers have no engine, runtime, network or database below them, and the
//! engine stays inside the few crates that [`ENGINE_CRATES`] names.

use super::{Finding, layers::Layers};
use crate::repository::{Package, Repository, cargo};
use std::process::Command;

/// Packages that a pure crate may not have below it at any depth. A `-` at the end stands for every such name.
const IMPURE: &[&str] = &["commonware-", "tokio", "mio", "socket2", "axum", "hyper", "ureq", "reqwest", "rusqlite"];

/// Crates that may name any of the engine's packages. Its types are unstable: everything else meets our own traits.
const ENGINE_CRATES: &[&str] = &["crates/storage", "crates/consensus"];

/// Crates that may name the engine's runtime, which gives a node its time, disk, network and randomness.
const RUNTIME_CRATES: &[&str] = &["crates/node", "crates/simulator", "crates/cli"];
const RUNTIME_PACKAGES: &[&str] = &["commonware-runtime", "commonware-macros", "commonware-utils"];

/// Doors out of a pure function, looked for in the code that ships. Test code may read files and clocks.
const DOORS: &[(&str, &str)] = &[
    ("std::fs", "the caller reads and passes bytes"),
    ("std::net", "networking belongs to `api`, `client` and `consensus`"),
    ("std::env", "behaviour that depends on the environment cannot be agreed on; pass it in"),
    ("std::process", "only `cli` and `xtask` start or end processes"),
    ("SystemTime", "the only time is the block's"),
    ("Instant::", "the only time is the block's"),
    ("std::thread", "execution is single-threaded; only `crypto` verifies batches on several threads"),
    ("std::io::", "the pure layers work on bytes, not on streams"),
];

pub(super) fn check(repository: &Repository) -> Vec<Finding> {
    // A missing map is the finding of the `layers` check.
    let layers = Layers::parse(repository.file("ARCHITECTURE.md").map_or("", |map| &map.text));
    let mut findings = doors(repository, &layers);
    for package in &repository.packages {
        findings.extend(engine_is_contained(package));
        if layers.is_pure(&package.folder) {
            match packages_below(repository, &package.name) {
                Ok(below) => findings.extend(nothing_impure_below(package, &below)),
                Err(message) => findings.push(Finding::new(&format!("{}/Cargo.toml", package.folder), 0, message)),
            }
        }
    }
    findings
}

/// The packages that ship with this one, with the features it alone asks for.
fn packages_below(repository: &Repository, name: &str) -> Result<Vec<String>, String> {
    let output = Command::new(cargo())
        .args(["tree", "--edges", "normal", "--prefix", "none", "--format", "{p}", "--package", name])
        .current_dir(&repository.root)
        .output()
        .map_err(|error| format!("cargo tree did not start: {error}"))?;
    if !output.status.success() {
        return Err(format!("cargo tree failed: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let listing = String::from_utf8_lossy(&output.stdout);
    Ok(listing.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect())
}

fn nothing_impure_below(package: &Package, below: &[String]) -> Vec<Finding> {
    let impure = |name: &str| {
        IMPURE.iter().any(|forbidden| name == *forbidden || (forbidden.ends_with('-') && name.starts_with(forbidden)))
    };
    let mut findings = Vec::new();
    for name in below.iter().filter(|name| impure(name)) {
        let message = format!(
            "`{}` is a pure crate and has `{name}` below it (`cargo tree -p {} -i {name}` shows the way). Turn the \
             feature off that pulls it in, or move the code that needs it to a layer above the pure ones",
            package.name, package.name
        );
        findings.push(Finding::new(&format!("{}/Cargo.toml", package.folder), 0, message));
    }
    findings
}

fn engine_is_contained(package: &Package) -> Vec<Finding> {
    let folder = package.folder.as_str();
    let runs = RUNTIME_CRATES.contains(&folder);
    let strays = package.dependencies.iter().map(|dependency| dependency.name.as_str()).filter(|name| {
        name.starts_with("commonware-")
            && !ENGINE_CRATES.contains(&folder)
            && !(runs && RUNTIME_PACKAGES.contains(name))
    });
    let message = |name: &str| {
        format!(
            "`{}` names the engine's package `{name}`. The engine's types stay inside {}, its runtime inside those and \
             {}: put a trait of ours between",
            package.name,
            ENGINE_CRATES.join(" and "),
            RUNTIME_CRATES.join(", ")
        )
    };
    strays.map(|name| Finding::new(&format!("{folder}/Cargo.toml"), 0, message(name))).collect()
}

fn doors(repository: &Repository, layers: &Layers) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in repository.rust_files().filter(|file| layers.is_pure(file.crate_folder())) {
        for (number, line) in file.shipped_lines() {
            for (door, instead) in DOORS {
                let batch_verification = *door == "std::thread" && file.crate_folder() == "crates/crypto";
                if line.contains(door) && !batch_verification {
                    let message = format!("`{door}` in a pure layer: {instead}");
                    findings.push(Finding::new(&file.path, number, message));
                }
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::{doors, engine_is_contained, nothing_impure_below};
    use crate::{
        repository::{Dependency, Package, Repository, SourceFile},
        tidy::layers::Layers,
    };

    fn package(folder: &str, dependency: &str) -> Package {
        let dependencies = vec![Dependency { name: dependency.to_owned(), for_tests_only: false }];
        Package { name: "chancery-verify".to_owned(), folder: folder.to_owned(), dependencies }
    }

    #[test]
    fn an_engine_or_a_runtime_below_a_pure_crate_is_found() {
        let check = |name: &str, expected: usize| {
            let found = nothing_impure_below(&package("crates/verify", "x"), &[name.to_owned()]);
            assert_eq!(found.len(), expected, "{name}");
        };
        check("commonware-cryptography", 1);
        check("tokio", 1);
        check("tokio-is-only-a-prefix", 0);
        check("sha2", 0);
    }

    #[test]
    fn the_engine_outside_its_crates_is_found() {
        let check = |folder: &str, name: &str, expected: usize| {
            assert_eq!(engine_is_contained(&package(folder, name)).len(), expected, "{folder}");
        };
        check("crates/storage", "commonware-storage", 0);
        check("crates/api", "commonware-runtime", 1);
        check("crates/api", "axum", 0);
        check("crates/node", "commonware-runtime", 0);
        check("crates/node", "commonware-consensus", 1);
    }

    #[test]
    fn a_door_is_found_in_shipped_code_of_pure_layers_only() {
        let layers = Layers::parse("## Layers\n| 1 | `crypto` |\n| 3 | `ledger` |\n| 9 | `api` |\n");
        let check = |path: &str, text: &str, expected: usize| {
            let files = vec![SourceFile::new(path, text)];
            let repository = Repository { files, ..Repository::default() };
            assert_eq!(doors(&repository, &layers).len(), expected, "{path}: {text}");
        };
        check("crates/ledger/src/block.rs", "use std::fs;\n", 1);
        check("crates/ledger/src/block.rs", "// not std::fs\n", 0);
        check("crates/ledger/src/block.rs", "#[cfg(test)]\nmod tests {\n use std::fs;\n}\n", 0);
        check("crates/ledger/tests/story.rs", "use std::fs;\n", 0);
        check("crates/api/src/lib.rs", "use std::fs;\n", 0);
        check("crates/crypto/src/batch.rs", "std::thread::scope(|s| {});\n", 0);
        check("crates/ledger/src/batch.rs", "std::thread::scope(|s| {});\n", 1);
    }
}
