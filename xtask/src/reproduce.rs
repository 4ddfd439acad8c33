//! `cargo xtask reproduce`: builds the release binary twice and compares the two, byte for byte.
//!
//! The two builds have nothing in common but the commit, the compiler and the downloaded packages: each has a fresh copy of
//! what is committed, in a folder of another name and depth, and a target folder of its own. What would tell them apart is
//! mapped away: paths of sources, packages and target folder in Rust and in C, and times (`SOURCE_DATE_EPOCH` is the
//! commit's). Two builds cost twice a cold release build.

use crate::{
    repository::{self, Outcome, cargo},
    step,
    suite::{minutes, told},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

const LIMIT: Duration = minutes(90);
/// How many places in which the binaries differ are shown.
const SHOWN_MAX: usize = 10;
const BINARY: &str = "release/chancery";

/// Builds twice and compares. True when there is no difference.
pub(crate) fn run() -> Outcome<bool> {
    let root = repository::root()?;
    let commit = git(&root, &["rev-parse", "HEAD"])?;
    if !git(&root, &["status", "--porcelain", "--untracked-files=no"])?.is_empty() {
        println!("note: what is not committed is not built");
    }
    let base = std::env::temp_dir().join(format!("chancery-reproduce-{}", std::process::id()));
    // Of different length and depth, so that a path that is left over moves everything behind it.
    let places = [base.join("a"), base.join("a-second-place/deeper")];
    println!("commit {commit}\n{}", version("rustc")?);
    let mut binaries = Vec::new();
    for place in &places {
        binaries.push(build(&root, &commit, place)?);
    }
    let same = compare(&binaries)?;
    if same {
        std::fs::remove_dir_all(&base)?;
    } else {
        println!("both are kept in {}", base.display());
    }
    Ok(same)
}

/// A build of a commit in a place of its own.
fn build(root: &Path, commit: &str, place: &Path) -> Outcome<PathBuf> {
    let (source, target) = (place.join("source"), place.join("target"));
    std::fs::create_dir_all(&source)?;
    let archive = place.join("source.tar");
    git(root, &["archive", "--output", text(&archive)?, commit])?;
    let unpacked = Command::new("tar").arg("xf").arg(&archive).arg("-C").arg(&source).status()?;
    if !unpacked.success() {
        return Err("tar could not unpack what git packed".into());
    }
    let began = Instant::now();
    let mut command = Command::new(cargo());
    command.args(["build", "--release", "--locked", "--package", "chancery-cli", "--bin", "chancery"]);
    command.current_dir(&source).env("CARGO_TARGET_DIR", &target);
    for (variable, value) in environment(&source, &target, &git(root, &["show", "-s", "--format=%ct", commit])?)? {
        command.env(variable, value);
    }
    let ended = step::run(&mut command, LIMIT)?;
    if !ended.succeeded() {
        return Err(format!("the build in {} failed: {}", source.display(), told(ended, LIMIT)).into());
    }
    let binary = target.join(BINARY);
    println!("built in {} s: {}", began.elapsed().as_secs(), hash(&binary)?);
    Ok(binary)
}

/// What makes a build the same wherever it is made; docs/security/supply-chain.md says it for people.
fn environment(source: &Path, target: &Path, committed: &str) -> Outcome<Vec<(&'static str, String)>> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")));
    let home = home.ok_or("neither CARGO_HOME nor HOME is set")?;
    let mapped = [(text(source)?, "/source"), (text(target)?, "/target"), (text(&home)?, "/cargo")];
    let rust: Vec<String> = mapped.iter().map(|(from, to)| format!("--remap-path-prefix={from}={to}")).collect();
    let c: Vec<String> = mapped.iter().map(|(from, to)| format!("-ffile-prefix-map={from}={to}")).collect();
    Ok(vec![
        // Separated as cargo wants it, so that a path may hold a space.
        ("CARGO_ENCODED_RUSTFLAGS", rust.join("\x1f")),
        ("CFLAGS", c.join(" ")),
        ("SOURCE_DATE_EPOCH", committed.to_owned()),
        ("CARGO_INCREMENTAL", "0".to_owned()),
        ("TZ", "UTC".to_owned()),
        ("LC_ALL", "C".to_owned()),
    ])
}

fn compare(binaries: &[PathBuf]) -> Outcome<bool> {
    let [first, second] = binaries else { return Err("two builds are compared".into()) };
    let (left, right) = (std::fs::read(first)?, std::fs::read(second)?);
    if left == right {
        println!("the two are the same, byte for byte: {} bytes", left.len());
        return Ok(true);
    }
    println!("they differ: {} and {} bytes", left.len(), right.len());
    for (offset, a, b) in differences(&left, &right).take(SHOWN_MAX) {
        println!("  at {offset:#x}: {a:02x} and {b:02x}; around it: {:?}", around(&left, offset));
    }
    println!("  {} bytes differ in all", differences(&left, &right).count());
    let culprits = culprits(&compiled(first)?, &compiled(second)?);
    println!(
        "  compiled differently: {}",
        if culprits.is_empty() { "nothing; see the linker".to_owned() } else { culprits.join(", ") }
    );
    Ok(false)
}

/// What each package was compiled to, by file name: the first that differs is where to look.
fn compiled(binary: &Path) -> Outcome<BTreeMap<String, Vec<u8>>> {
    let folder = binary.parent().ok_or("a binary stands in a folder")?.join("deps");
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        if name.ends_with(".rlib") || name.ends_with(".so") {
            found.insert(name, std::fs::read(path)?);
        }
    }
    Ok(found)
}

/// Names that only one build has, or whose contents differ.
fn culprits(left: &BTreeMap<String, Vec<u8>>, right: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let names: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
    names.into_iter().filter(|name| left.get(*name) != right.get(*name)).cloned().collect()
}

/// Where two binaries differ, as far as both go.
fn differences<'a>(left: &'a [u8], right: &'a [u8]) -> impl Iterator<Item = (usize, u8, u8)> + 'a {
    left.iter().zip(right).enumerate().filter(|(_, (a, b))| a != b).map(|(offset, (a, b))| (offset, *a, *b))
}

/// What can be read around a place: often it names the culprit.
fn around(bytes: &[u8], offset: usize) -> String {
    let (from, to) = (offset.saturating_sub(24), offset.saturating_add(40).min(bytes.len()));
    let near = bytes.get(from..to).unwrap_or_default();
    near.iter().map(|byte| if byte.is_ascii_graphic() { char::from(*byte) } else { '.' }).collect()
}

fn text(path: &Path) -> Outcome<&str> {
    path.to_str().ok_or_else(|| format!("{} is not valid text", path.display()).into())
}

fn git(root: &Path, arguments: &[&str]) -> Outcome<String> {
    said(Command::new("git").args(arguments).current_dir(root))
}

fn version(program: &str) -> Outcome<String> {
    said(Command::new(program).arg("--version"))
}

fn hash(path: &Path) -> Outcome<String> {
    let listed = said(Command::new("sha256sum").arg(path))?;
    Ok(format!("sha256 {}", listed.split_whitespace().next().unwrap_or_default()))
}

fn said(command: &mut Command) -> Outcome<String> {
    let output = command.output()?;
    if !output.status.success() {
        return Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr).trim()).into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::{around, culprits, differences, environment};
    use std::{collections::BTreeMap, path::Path};

    #[test]
    fn every_difference_is_found_and_shown_with_what_stands_around_it() {
        let (left, right) = (b"\0/home/me/source\0", b"\0/home/ml/source\0");
        assert_eq!(differences(left, right).collect::<Vec<_>>(), [(8, b'e', b'l')]);
        assert_eq!(around(left, 8), "./home/me/source.");
        assert_eq!(differences(left, left).count(), 0);
    }

    #[test]
    fn packages_that_were_compiled_differently_are_named() {
        let build = |files: &[(&str, &[u8])]| -> BTreeMap<String, Vec<u8>> {
            files.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect()
        };
        let left = build(&[("a.rlib", b"1"), ("b.rlib", b"2"), ("c.rlib", b"3")]);
        let right = build(&[("a.rlib", b"1"), ("b.rlib", b"0"), ("d.rlib", b"3")]);
        assert_eq!(culprits(&left, &right), ["b.rlib", "c.rlib", "d.rlib"]);
        assert!(culprits(&left, &left).is_empty());
    }

    #[test]
    fn paths_are_mapped_for_both_compilers() {
        let set = environment(Path::new("/x/source"), Path::new("/x/target"), "7").unwrap();
        let value = |name: &str| set.iter().find(|(variable, _)| *variable == name).unwrap().1.clone();
        assert!(value("CARGO_ENCODED_RUSTFLAGS").contains("--remap-path-prefix=/x/source=/source\x1f"));
        assert!(value("CFLAGS").contains("-ffile-prefix-map=/x/target=/target"));
        assert_eq!(value("SOURCE_DATE_EPOCH"), "7");
    }
}
