//! A golden file that no test reads is compared with nothing.

use super::Finding;
use crate::repository::Repository;

pub(super) fn check(repository: &Repository) -> Vec<Finding> {
    let golden =
        repository.files.iter().filter(|file| file.path.starts_with("formats/") && file.path.ends_with(".golden"));
    let unread = golden.filter(|file| !repository.rust_files().any(|source| source.text.contains(file.stem())));
    unread.map(|file| Finding::new(&file.path, 0, "no source mentions it: test it or remove it")).collect()
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::repository::{Repository, SourceFile};

    #[test]
    fn a_golden_file_that_nothing_reads_is_found() {
        let found = |name: &str| {
            let source = SourceFile::new("crates/types/tests/golden.rs", "check(\"header.golden\")");
            let files = vec![source, SourceFile::new(name, "")];
            check(&Repository { files, ..Repository::default() }).len()
        };
        assert_eq!(found("formats/header.golden"), 0);
        assert_eq!(found("formats/receipt.golden"), 1);
    }
}
