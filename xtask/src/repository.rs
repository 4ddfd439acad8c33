//! The files and packages of the repository, read once and handed to the checks as plain values.

use serde_json::Value;
use std::{
    error::Error,
    path::{Path, PathBuf},
    process::Command,
};

pub(crate) type Outcome<T> = Result<T, Box<dyn Error>>;

/// A text file, its path relative to the root and written with `/`.
#[derive(Debug, Clone)]
pub(crate) struct SourceFile {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl SourceFile {
    #[cfg(test)]
    pub(crate) fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    pub(crate) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// The file's name without folder and extension.
    pub(crate) fn stem(&self) -> &str {
        Path::new(&self.path).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default()
    }

    /// The crate's folder: `crates/ledger`, `apps/statistics`, `xtask`.
    pub(crate) fn crate_folder(&self) -> &str {
        let depth = if self.path.starts_with("crates/") || self.path.starts_with("apps/") { 2 } else { 1 };
        match self.path.match_indices('/').nth(depth - 1) {
            Some((end, _)) => self.path.get(..end).unwrap_or_default(),
            None => "",
        }
    }

    /// Whether the whole file is test or benchmark code.
    pub(crate) fn is_test(&self) -> bool {
        let path = format!("/{}", self.path);
        path.contains("/tests/")
            || path.contains("/benches/")
            || path.ends_with("/tests.rs")
            || path.ends_with("_tests.rs")
    }

    /// Numbered lines of code that ships: no comments, and nothing from the test module on.
    pub(crate) fn shipped_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let mut lines = self.text.lines().zip(1..).peekable();
        let test = self.is_test();
        std::iter::from_fn(move || {
            let (line, number) = lines.next()?;
            let next = lines.peek().map_or("", |(next, _)| next.trim_start());
            let opens_tests = line.trim() == "#[cfg(test)]"
                && next.trim_start_matches("pub(crate) ").starts_with("mod ")
                && next.ends_with('{');
            (!test && !opens_tests).then_some((number, without_comment(line)))
        })
    }
}

fn without_comment(line: &str) -> &str {
    if line.trim_start().starts_with("//") {
        return "";
    }
    line.split_once(" // ").map_or(line, |(code, _)| code)
}

/// A dependency as the manifest states it.
#[derive(Debug, Clone)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) for_tests_only: bool,
}

/// A package of the workspace.
#[derive(Debug, Clone)]
pub(crate) struct Package {
    pub(crate) name: String,
    /// Relative to the root: `crates/ledger`.
    pub(crate) folder: String,
    pub(crate) dependencies: Vec<Dependency>,
}

/// A package that others keep, below ours at any depth.
#[derive(Debug, Clone)]
pub(crate) struct ForeignPackage {
    pub(crate) name: String,
    /// An SPDX expression, when the manifest states one.
    pub(crate) licence: Option<String>,
    /// Where cargo gets it from.
    pub(crate) source: String,
}

/// What the checks look at.
#[derive(Debug, Default)]
pub(crate) struct Repository {
    pub(crate) root: PathBuf,
    pub(crate) files: Vec<SourceFile>,
    pub(crate) packages: Vec<Package>,
    pub(crate) foreign: Vec<ForeignPackage>,
}

impl Repository {
    /// Reads every text file that git tracks or would track, and the workspace's packages.
    pub(crate) fn load() -> Outcome<Self> {
        let root = root()?;
        let (packages, foreign) = read_packages(&root)?;
        Ok(Self { files: read_files(&root)?, packages, foreign, root })
    }

    pub(crate) fn file(&self, path: &str) -> Option<&SourceFile> {
        self.files.iter().find(|file| file.path == path)
    }

    pub(crate) fn rust_files(&self) -> impl Iterator<Item = &SourceFile> {
        self.files.iter().filter(|file| file.is_rust())
    }
}

/// The workspace's root: the parent of this crate's folder.
pub(crate) fn root() -> Outcome<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    Ok(own.parent().ok_or("xtask has no parent folder")?.to_path_buf())
}

fn read_files(root: &Path) -> Outcome<Vec<SourceFile>> {
    let listing = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()?;
    if !listing.status.success() {
        return Err(String::from_utf8_lossy(&listing.stderr).into());
    }
    let names = String::from_utf8(listing.stdout)?;
    let mut files = Vec::new();
    for name in names.split('\0').filter(|name| !name.is_empty()) {
        // A tracked file may be deleted in the work tree, and a binary file is not text: neither is ours to judge.
        if let Ok(text) = std::fs::read_to_string(root.join(name)) {
            files.push(SourceFile { path: name.to_owned(), text });
        }
    }
    files.sort_by(|left, right| left.path.cmp(&right.path));
    files.dedup_by(|left, right| left.path == right.path);
    Ok(files)
}

/// The workspace's packages, and the foreign ones that a server's build needs.
fn read_packages(root: &Path) -> Outcome<(Vec<Package>, Vec<ForeignPackage>)> {
    let output = Command::new(cargo())
        .args(["metadata", "--format-version", "1", "--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(root)
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let listed = metadata.get("packages").and_then(Value::as_array).ok_or("cargo metadata lists no packages")?;
    let (mut packages, mut foreign) = (Vec::new(), Vec::new());
    for package in listed {
        match text_field(package, "source") {
            None => packages.push(read_package(root, package)?),
            Some(source) => foreign.push(ForeignPackage {
                name: text_field(package, "name").ok_or("cargo metadata: a package without a name")?,
                licence: text_field(package, "license"),
                source,
            }),
        }
    }
    Ok((packages, foreign))
}

fn read_package(root: &Path, package: &Value) -> Outcome<Package> {
    let manifest = PathBuf::from(text_field(package, "manifest_path").ok_or("a package without a manifest")?);
    let folder = manifest.parent().ok_or("a manifest without a folder")?.strip_prefix(root)?;
    let listed = package.get("dependencies").and_then(Value::as_array);
    let mut dependencies = Vec::new();
    for dependency in listed.into_iter().flatten() {
        dependencies.push(Dependency {
            name: text_field(dependency, "name").ok_or("cargo metadata: a dependency without a name")?,
            for_tests_only: text_field(dependency, "kind").as_deref() == Some("dev"),
        });
    }
    let name = text_field(package, "name").ok_or("cargo metadata: a package without a name")?;
    Ok(Package { name, folder: folder.to_string_lossy().replace('\\', "/"), dependencies })
}

fn text_field(value: &Value, field: &str) -> Option<String> {
    value.get(field).and_then(Value::as_str).map(str::to_owned)
}

/// The cargo that started us, so that a `+toolchain` on the command line holds for every step.
pub(crate) fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}

#[cfg(test)]
mod tests {
    use super::SourceFile;

    #[test]
    fn shipped_lines_end_where_the_tests_begin() {
        let file = SourceFile::new(
            "crates/ledger/src/lib.rs",
            "//! doc\nlet a = 1; // why\n#[cfg(test)]\nmod tests {\n    bad();\n}\n",
        );
        let lines: Vec<_> = file.shipped_lines().collect();
        assert_eq!(lines, [(1, ""), (2, "let a = 1;")]);
    }

    #[test]
    fn a_declared_test_module_does_not_hide_what_follows() {
        let file = SourceFile::new("crates/ledger/src/lib.rs", "#[cfg(test)]\nmod tests;\nfn shipped() {}\n");
        assert_eq!(file.shipped_lines().count(), 3);
    }

    #[test]
    fn a_file_knows_its_crate() {
        let check = |path: &str, expected: &str| assert_eq!(SourceFile::new(path, "").crate_folder(), expected);
        check("crates/ledger/src/block.rs", "crates/ledger");
        check("apps/statistics/src/lib.rs", "apps/statistics");
        check("xtask/src/main.rs", "xtask");
        check("README.md", "");
    }

    #[test]
    fn test_files_ship_nothing() {
        assert_eq!(SourceFile::new("apps/statistics/tests/story.rs", "fn a() {}").shipped_lines().count(), 0);
    }
}
