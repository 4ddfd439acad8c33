//! What the archive keeps, and what it refuses to keep.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use chancery_archive::{Archive, ArchiveError, NewBlock, Outcomes};
use chancery_crypto::digest::transaction_id;
use chancery_types::ids::{Height, TransactionId};
use chancery_verify::testing::{Block, Story};
use std::path::{Path, PathBuf};

fn outcomes(block: &Block) -> Outcomes {
    Outcomes { entries: block.entries.clone(), events: block.events.clone() }
}

fn finalize(archive: &Archive, block: &Block) -> Result<bool, ArchiveError> {
    let settled = archive.finalize(&NewBlock {
        header: &block.header,
        hash: block.hash,
        signature: block.signature,
        transactions: &block.transactions(),
        certificate: None,
    })?;
    if let Some(ids) = &settled {
        let transactions = outcomes(block).transactions();
        assert_eq!(ids, &transactions, "whoever waits for a transaction is told");
        assert!(ids.iter().all(|id| archive.place(id).unwrap().is_some()));
    }
    Ok(settled.is_some())
}

fn keep_outcomes(archive: &Archive, height: Height, block: &Block) {
    let outcomes = outcomes(block);
    archive.keep_outcomes(height, &outcomes.root(), &outcomes).unwrap();
}

fn keep(archive: &Archive, block: &Block) -> Result<bool, ArchiveError> {
    keep_outcomes(archive, block.header.height, block);
    finalize(archive, block)
}

fn check_same(archive: &Archive, block: &Block) {
    let kept = archive.block(block.header.height).unwrap();
    assert_eq!((&kept.header, kept.hash, kept.signature), (&block.header, block.hash, block.signature));
    assert_eq!(kept.transactions, block.transactions());
    assert_eq!(kept.outcomes, outcomes(block));
    assert!(kept.outcomes.is_consistent());
    assert_eq!(kept.outcomes.root(), block.header.outcomes_root);
}

/// A folder of its own for one test, removed with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("chancery-archive-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("archive.sqlite")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed stays behind in the folder for temporary files.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn blocks_are_kept_in_order_with_their_outcomes() {
    let Story { network } = Story::tell("Demonstration");
    let archive = Archive::open(None).unwrap();
    assert_eq!(archive.latest(), Height(0));
    assert!(matches!(archive.block(Height(1)), Err(ArchiveError::NoBlock(Height(1)))));
    for block in network.blocks() {
        assert!(keep(&archive, block).unwrap());
        assert_eq!(archive.latest(), block.header.height);
        check_same(&archive, block);
    }
    let second = network.block(1).envelopes.get(1).unwrap();
    assert_eq!(archive.place(&transaction_id(&second.body)).unwrap(), Some((Height(1), 1)));
    assert_eq!(archive.place(&TransactionId([0; 32])).unwrap(), None);
}

#[test]
fn a_block_without_its_outcomes_is_refused_and_can_follow_later() {
    let Story { network } = Story::tell("Demonstration");
    let archive = Archive::open(None).unwrap();
    let block = network.block(1);
    assert!(matches!(finalize(&archive, block), Err(ArchiveError::NoOutcomes(Height(1)))));
    assert_eq!(archive.latest(), Height(0));
    // The outcomes of another block at the same height, which was proposed and not agreed on.
    keep_outcomes(&archive, Height(1), network.block(2));
    assert!(matches!(finalize(&archive, block), Err(ArchiveError::NoOutcomes(Height(1)))));
    assert!(keep(&archive, block).unwrap());
    check_same(&archive, block);
}

#[test]
fn outcomes_of_several_proposals_wait_side_by_side() {
    let Story { network } = Story::tell("Demonstration");
    let archive = Archive::open(None).unwrap();
    for candidate in [3, 1, 2, 1] {
        keep_outcomes(&archive, Height(1), network.block(candidate));
    }
    assert!(finalize(&archive, network.block(1)).unwrap());
    check_same(&archive, network.block(1));
    // Too late to matter, and no fault: the engine asks again after a restart.
    keep_outcomes(&archive, Height(1), network.block(2));
    check_same(&archive, network.block(1));
}

#[test]
fn a_gap_is_refused() {
    let Story { network } = Story::tell("Demonstration");
    let archive = Archive::open(None).unwrap();
    let gap = |given| move |result| matches!(result, Err(ArchiveError::Gap { given: at, .. }) if at == Height(given));
    assert!(gap(2)(keep(&archive, network.block(2))));
    keep(&archive, network.block(1)).unwrap();
    assert!(gap(3)(keep(&archive, network.block(3))));
    assert!(keep(&archive, network.block(2)).unwrap());
}

#[test]
fn a_block_handed_over_again_is_passed_over() {
    let Story { network } = Story::tell("Demonstration");
    let archive = Archive::open(None).unwrap();
    keep(&archive, network.block(1)).unwrap();
    keep(&archive, network.block(2)).unwrap();
    assert!(!finalize(&archive, network.block(1)).unwrap());
    assert!(!keep(&archive, network.block(2)).unwrap());
    assert_eq!(archive.latest(), Height(2));
    assert!(keep(&archive, network.block(3)).unwrap());
}

#[test]
fn a_block_of_another_history_is_refused_and_spoils_nothing() {
    let (here, there) = (Story::tell("Demonstration").network, Story::tell("Elsewhere").network);
    let archive = Archive::open(None).unwrap();
    keep(&archive, here.block(1)).unwrap();
    assert!(matches!(keep(&archive, there.block(2)), Err(ArchiveError::Damaged(Height(2)))));
    assert!(keep(&archive, here.block(2)).unwrap());
    check_same(&archive, here.block(2));
}

#[test]
fn what_was_kept_is_there_after_reopening() {
    let folder = Folder::new("reopen");
    let Story { network } = Story::tell("Demonstration");
    {
        let archive = Archive::open(Some(&folder.file())).unwrap();
        keep(&archive, network.block(1)).unwrap();
        keep(&archive, network.block(2)).unwrap();
        // Known before the vote, not yet final when the power fails.
        keep_outcomes(&archive, Height(3), network.block(3));
    }
    let archive = Archive::open(Some(&folder.file())).unwrap();
    assert_eq!(archive.latest(), Height(2));
    check_same(&archive, network.block(1));
    check_same(&archive, network.block(2));
    assert!(finalize(&archive, network.block(3)).unwrap());
    assert!(keep(&archive, network.block(4)).unwrap());
}

/// Changes the file as a failing disk or a stranger would, and opens it again.
fn check_damage(name: &str, sql: &str, expected: Height) {
    let folder = Folder::new(name);
    fill(&folder.file());
    rusqlite::Connection::open(folder.file()).unwrap().execute_batch(sql).unwrap();
    match Archive::open(Some(&folder.file())).map(|archive| archive.latest()) {
        Err(ArchiveError::Damaged(height)) => assert_eq!(height, expected, "{name}"),
        other => panic!("{name}: {other:?}"),
    }
}

fn fill(file: &Path) {
    let archive = Archive::open(Some(file)).unwrap();
    for block in Story::tell("Demonstration").network.blocks() {
        keep(&archive, block).unwrap();
    }
}

#[test]
fn a_damaged_archive_is_not_opened() {
    check_damage("cut", "UPDATE block SET header = substr(header, 1, 40) WHERE height = 2", Height(2));
    check_damage("missing", "DELETE FROM block WHERE height = 2", Height(3));
    check_damage("begin", "DELETE FROM block WHERE height = 1", Height(2));
    check_damage(
        "swapped",
        "UPDATE block SET header = (SELECT header FROM block WHERE height = 3) WHERE height = 2",
        Height(2),
    );
    // A header whose time was changed is well-formed; the hash kept beside it and the next header's parent are not its.
    check_damage("hash", "UPDATE block SET hash = zeroblob(32) WHERE height = 4", Height(4));
}

#[test]
fn a_header_with_any_changed_byte_is_not_opened() {
    let folder = Folder::new("header");
    fill(&folder.file());
    let database = rusqlite::Connection::open(folder.file()).unwrap();
    let read = "SELECT header FROM block WHERE height = 4";
    let header: Vec<u8> = database.query_row(read, [], |row| row.get(0)).unwrap();
    for at in 0..header.len() {
        let mut changed = header.clone();
        changed[at] ^= 0x10;
        database.execute("UPDATE block SET header = ?1 WHERE height = 4", [changed]).unwrap();
        assert!(matches!(Archive::open(Some(&folder.file())), Err(ArchiveError::Damaged(Height(4)))), "byte {at}");
    }
}

#[test]
fn damaged_outcomes_are_named_when_they_are_asked_for() {
    let folder = Folder::new("outcomes");
    fill(&folder.file());
    let sql = "UPDATE block SET outcomes = (SELECT outcomes FROM block WHERE height = 1) WHERE height = 2";
    rusqlite::Connection::open(folder.file()).unwrap().execute_batch(sql).unwrap();
    let archive = Archive::open(Some(&folder.file())).unwrap();
    assert!(matches!(archive.block(Height(2)), Err(ArchiveError::Damaged(Height(2)))));
    assert!(archive.block(Height(1)).is_ok());
}

#[test]
fn a_file_that_is_no_archive_is_an_error_and_no_panic() {
    let folder = Folder::new("nonsense");
    std::fs::write(folder.file(), [0x55; 8_192]).unwrap();
    assert!(matches!(Archive::open(Some(&folder.file())), Err(ArchiveError::Database(_))));
    assert!(matches!(Archive::open(Some(&folder.0)), Err(ArchiveError::Database(_))));
}
