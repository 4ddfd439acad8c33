//! Sealing and looking at a folder of made-up files.

use super::*;
use crate::folder::inspect::at_start;

/// A data folder of its own for one test, removed with it.
struct Data(PathBuf);

impl Data {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("chancery-folder-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        let data = Self(path);
        data.write("engine/node-simplex-0/0000000000000001", &[7; 5_000]);
        data.write("engine/node-state-log-blobs/0000000000000000", &vec![9; 3 << 20]);
        data.write(ARCHIVE, &[1; 4_096]);
        data.write("lock", b"");
        data
    }

    fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        // What cannot be removed stays behind in the folder for temporary files.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The file that a start names as damaged.
fn named(data: &Data) -> Option<String> {
    match at_start(&data.0) {
        Ok(()) => None,
        Err(FolderError::Damaged { path, .. }) => {
            Some(path.strip_prefix(&data.0).unwrap().to_string_lossy().into_owned())
        }
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn a_sealed_folder_is_held_to_its_seal() {
    let check = |name: &str, change: &dyn Fn(&Data), expected: Option<&str>| {
        let data = Data::new(name);
        seal::put_on(&data.0).unwrap();
        assert_eq!(named(&data), None, "{name}: nothing has changed");
        change(&data);
        assert_eq!(named(&data).as_deref(), expected, "{name}");
    };
    let journal = "engine/node-simplex-0/0000000000000001";
    let mut flipped = vec![7; 5_000];
    flipped[4_999] ^= 1;
    check("flip", &|data| data.write(journal, &flipped), Some(journal));
    check("gone", &|data| fs::remove_file(data.0.join(journal)).unwrap(), Some(journal));
    check("shorter", &|data| data.write(ARCHIVE, &[1; 4_095]), Some(ARCHIVE));
    check("unrelated", &|data| data.write("set-aside/x/y", b"whatever"), None);
}

#[test]
fn a_seal_is_taken_off_once_and_keeps_what_has_not_changed() {
    let data = Data::new("twice");
    seal::put_on(&data.0).unwrap();
    let first = seal::look(&data.0).unwrap().unwrap();
    assert_eq!(first.files.len(), 3, "locks are not sealed");
    seal::take_off(&data.0).unwrap();
    assert_eq!(seal::look(&data.0).unwrap(), None);
    data.write(ARCHIVE, &[2; 4_096]);
    seal::put_on(&data.0).unwrap();
    let second = seal::look(&data.0).unwrap().unwrap();
    for (path, sealed) in &first.files {
        assert_eq!(second.files[path].sha256 == sealed.sha256, path != ARCHIVE, "{path}");
    }
}

#[test]
fn a_database_that_was_not_closed_is_not_sealed() {
    let data = Data::new("open");
    data.write(&format!("{ARCHIVE}-wal"), b"more");
    seal::put_on(&data.0).unwrap();
    assert!(!seal::look(&data.0).unwrap().unwrap().files.keys().any(|path| path.starts_with(ARCHIVE)));
}

#[test]
fn a_damaged_seal_is_noticed() {
    let data = Data::new("seal");
    seal::put_on(&data.0).unwrap();
    let text = fs::read_to_string(data.0.join("seal.json")).unwrap();
    data.write("seal.json", text.replacen("5000", "5001", 1).as_bytes());
    assert!(matches!(seal::look(&data.0), Err(FolderError::Damaged { .. })));
}

#[test]
fn files_are_told_apart_by_their_paths() {
    for (path, expected) in [
        ("archive.sqlite", Belongs::Archive),
        ("archive.sqlite-wal", Belongs::Archive),
        ("readmodel.sqlite", Belongs::Tables),
        ("vault.sqlite", Belongs::Vault),
        ("engine/node-simplex-0/0000000000000001", Belongs::VoteJournal),
        ("engine/node-standing/6c656674", Belongs::VoteRecord),
        ("engine/node-state-log-blobs/0000000000000000", Belongs::State),
        ("engine/node-marshal-cache-metadata/6c656674", Belongs::Blocks),
        ("engine/elsewhere/x", Belongs::Other),
        ("../../validator.key", Belongs::Other),
    ] {
        assert_eq!(Belongs::of(path), expected, "{path}");
    }
}
