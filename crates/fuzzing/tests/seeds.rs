//! The committed seeds are what our own code makes. `cargo xtask fuzz --seeds` writes them anew (it runs this test with
//! `UPDATE_FORMATS=1`); a difference means that a format or a target has changed, and is yours to approve.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use chancery_fuzzing::TARGETS;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn folder(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds").join(target)
}

fn committed(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let Ok(files) = std::fs::read_dir(folder) else { return BTreeMap::new() };
    let files = files.map(|file| file.unwrap().path());
    files.map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(path).unwrap())).collect()
}

#[test]
fn golden_seeds_are_what_the_code_makes() {
    for target in TARGETS {
        let (folder, seeds) = (folder(target.name), (target.seeds)());
        let made: BTreeMap<String, Vec<u8>> = seeds.iter().cloned().collect();
        assert_eq!(made.len(), seeds.len(), "{}: two seeds have one name", target.name);
        if std::env::var_os("UPDATE_FORMATS").is_some() {
            let _ = std::fs::remove_dir_all(&folder);
            std::fs::create_dir_all(&folder).unwrap();
            made.iter().for_each(|(name, bytes)| std::fs::write(folder.join(name), bytes).unwrap());
        }
        let there = committed(&folder);
        let names: Vec<&String> = made.keys().collect();
        assert_eq!(there.keys().collect::<Vec<_>>(), names, "{}: run `cargo xtask fuzz --seeds`", target.name);
        let changed: Vec<&String> = names.into_iter().filter(|name| there.get(*name) != made.get(*name)).collect();
        assert!(changed.is_empty(), "{}: {changed:?} changed; `cargo xtask fuzz --seeds`", target.name);
        assert!(made.values().all(|bytes| bytes.len() <= target.bytes_max), "{}", target.name);
    }
}
