//! What a vault promises: kept once, kept through a restart, kept within bounds, kept for one network.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use chancery_types::ids::{MemberId, NetworkId, RecordId};
use chancery_types::time::BlockTime;
use chancery_vault::{Document, Vault, VaultError, VaultLimits, digest};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

const NETWORK: NetworkId = NetworkId([1; 32]);
const NOW: BlockTime = BlockTime(1_000_000);
const SMALL: VaultLimits = VaultLimits { document_bytes_max: 10, filer_bytes_max: 25, total_bytes_max: 40 };

fn document(filer: u8, sealed: &[u8]) -> Document {
    Document {
        authority: MemberId([9; 16]),
        register: "turnover".parse().unwrap(),
        record: RecordId([filer; 16]),
        filer: MemberId([filer; 16]),
        sealed: sealed.to_vec(),
    }
}

/// A file that is gone when the test ends.
struct File(PathBuf);

impl File {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        Self(std::env::temp_dir().join(format!("chancery-vault-{}-{number}.sqlite", std::process::id())))
    }

    fn open(&self, network: NetworkId) -> Result<Vault, VaultError> {
        Vault::open_with(Some(&self.0), network, SMALL)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        for ending in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{ending}", self.0.display()));
        }
    }
}

#[test]
fn what_was_kept_is_there_after_a_restart() {
    let file = File::new();
    let kept = file.open(NETWORK).unwrap().keep(&document(1, b"sealed"), NOW).unwrap();
    assert_eq!((kept.digest, kept.received), (digest(b"sealed"), NOW));
    assert!(kept.expires > NOW);
    let vault = file.open(NETWORK).unwrap();
    assert_eq!(vault.get(&kept.digest).unwrap(), Some(document(1, b"sealed")));
    assert_eq!(vault.get(&digest(b"other")).unwrap(), None);
}

#[test]
fn what_was_kept_is_there_without_a_farewell() {
    // A copy of the files while the vault is open is what a machine that loses power leaves behind at best; the
    // document must be in it, because its receipt may be signed by then.
    let (file, copy) = (File::new(), File::new());
    let vault = file.open(NETWORK).unwrap();
    let kept = vault.keep(&document(1, b"sealed"), NOW).unwrap();
    for ending in ["", "-wal"] {
        std::fs::copy(format!("{}{ending}", file.0.display()), format!("{}{ending}", copy.0.display())).unwrap();
    }
    assert_eq!(copy.open(NETWORK).unwrap().get(&kept.digest).unwrap(), Some(document(1, b"sealed")));
}

#[test]
fn the_same_again_changes_nothing_and_takes_no_room() {
    let vault = Vault::open_with(None, NETWORK, SMALL).unwrap();
    let first = vault.keep(&document(1, b"0123456789"), NOW).unwrap();
    for later in 1..10 {
        let again = vault.keep(&document(1, b"0123456789"), NOW.plus_ms(later)).unwrap();
        assert_eq!(again, first, "the first time of arrival stands");
    }
}

#[test]
fn the_same_bytes_for_another_record_are_refused() {
    let vault = Vault::open_with(None, NETWORK, SMALL).unwrap();
    vault.keep(&document(1, b"sealed"), NOW).unwrap();
    let changes: [fn(&mut Document); 4] = [
        |document| document.authority = MemberId([8; 16]),
        |document| document.register = "wages".parse().unwrap(),
        |document| document.record = RecordId([8; 16]),
        |document| document.filer = MemberId([8; 16]),
    ];
    for change in changes {
        let mut other = document(1, b"sealed");
        change(&mut other);
        assert!(matches!(vault.keep(&other, NOW), Err(VaultError::KeptForAnother)), "{other:?}");
    }
    assert_eq!(vault.get(&digest(b"sealed")).unwrap(), Some(document(1, b"sealed")));
}

#[test]
fn nobody_takes_more_than_a_share_and_all_together_no_more_than_there_is() {
    let file = File::new();
    let vault = file.open(NETWORK).unwrap();
    assert!(matches!(vault.keep(&document(1, b"01234567890"), NOW), Err(VaultError::TooLong(10))));
    vault.keep(&document(1, b"0123456789"), NOW).unwrap();
    vault.keep(&document(1, b"1234567890"), NOW).unwrap();
    drop(vault);
    // The shares are counted across a restart.
    let vault = file.open(NETWORK).unwrap();
    assert!(matches!(vault.keep(&document(1, b"234567"), NOW), Err(VaultError::FilerShareUsed)));
    vault.keep(&document(1, b"23456"), NOW).unwrap();
    vault.keep(&document(2, b"3456789012"), NOW).unwrap();
    assert!(matches!(vault.keep(&document(3, b"456789"), NOW), Err(VaultError::Full)));
    vault.keep(&document(3, b"45678"), NOW).unwrap();
    // A refused document leaves nothing behind.
    assert_eq!(vault.get(&digest(b"456789")).unwrap(), None);
    // What is there already is still confirmed.
    vault.keep(&document(1, b"0123456789"), NOW).unwrap();
}

#[test]
fn a_vault_belongs_to_one_network() {
    let file = File::new();
    drop(file.open(NETWORK).unwrap());
    assert!(matches!(file.open(NetworkId([2; 32])), Err(VaultError::OtherNetwork)));
    std::fs::write(&file.0, b"this is no database, and it is long enough to be looked at as one").unwrap();
    assert!(matches!(file.open(NETWORK), Err(VaultError::Database(_))));
}

#[test]
fn many_may_hand_over_at_once() {
    let vault = Vault::open(None, NETWORK).unwrap();
    std::thread::scope(|scope| {
        for filer in 0..8 {
            let vault = &vault;
            scope.spawn(move || {
                for number in 0..20_u8 {
                    vault.keep(&document(filer, &[filer, number]), NOW).unwrap();
                }
            });
        }
    });
    for filer in 0..8 {
        assert_eq!(vault.get(&digest(&[filer, 19])).unwrap(), Some(document(filer, &[filer, 19])));
    }
}
