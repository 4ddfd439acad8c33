//! Whatever is repeated, interrupted or begun anew, the tables hold every block once.

use super::ledger::{Block, Did, File, NETWORK, UNKNOWN, decided, filed};
use chancery_readmodel::{FoldBlock, ReadModel, ReadModelError};
use chancery_types::event::{Event, RECORD_VERSION, RECORDS};
use chancery_types::ids::{Height, NetworkId};
use proptest::prelude::*;

/// What happens in a transaction of a made-up ledger.
#[derive(Clone, Debug)]
enum Doing {
    File(bool, u8, u32, i64),
    Decide(u8, u32, bool),
    Refused,
    Unknown,
}

fn doings() -> impl Strategy<Value = Doing> {
    prop_oneof![
        3 => (any::<bool>(), 0..6u8, 1..4u32, 0..1_000i64).prop_map(|(open, who, version, n)| Doing::File(open, who, version, n)),
        2 => (0..6u8, 1..4u32, any::<bool>()).prop_map(|(who, version, good)| Doing::Decide(who, version, good)),
        1 => Just(Doing::Refused),
        1 => Just(Doing::Unknown),
    ]
}

fn did(doing: &Doing) -> Did {
    match *doing {
        Doing::File(open, who, version, amount) => {
            let register = if open { "labour" } else { "firms" };
            let mut events = vec![filed(register, who, version, "01001", [amount, amount + 1])];
            events.extend(open.then(|| decided(register, who, version, None)));
            Did::These(events)
        }
        Doing::Decide(who, version, good) => {
            Did::These(vec![decided("firms", who, version, (!good).then_some("16-007"))])
        }
        Doing::Refused => Did::Refused("16-003"),
        Doing::Unknown => Did::These(vec![Event { application: UNKNOWN, kind: 1, payload: vec![0xff] }]),
    }
}

fn ledger(doings: &[Vec<Doing>]) -> Vec<Block> {
    let blocks = (1..).zip(doings).map(|(height, doings)| Block::new(height, doings.iter().map(did).collect(), vec![]));
    std::iter::once(Block::founding()).chain(blocks).collect()
}

/// A block that follows `height` and does not fold: a version whose bytes are none.
fn unreadable(height: u64) -> Block {
    let event = Event { application: RECORDS, kind: RECORD_VERSION, payload: vec![0xff] };
    Block::new(height, vec![Did::These(vec![event])], vec![])
}

fn folds(blocks: &[Block]) -> Vec<FoldBlock<'_>> {
    blocks.iter().map(Block::fold).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn tables_are_the_same_whichever_way_they_came_about(
        doings in prop::collection::vec(prop::collection::vec(doings(), 0..5), 1..8),
        portions in prop::collection::vec((1..4usize, 0..3usize, any::<bool>()), 16),
    ) {
        let blocks = ledger(&doings);
        let (whole, piecemeal) = (File::new(), File::new());
        whole.open().apply(&folds(&blocks)).unwrap();
        // In portions; each begins with blocks that were folded before, and some are lost together with a block that
        // cannot be folded, after which the file is opened anew.
        let (mut done, mut portions) = (0, portions.into_iter().cycle());
        while done < blocks.len() {
            let (next, again, interrupted) = portions.next().unwrap();
            let (from, to) = (done.saturating_sub(again), (done + next).min(blocks.len()));
            let model = piecemeal.open();
            if interrupted {
                let before = piecemeal.dump();
                let bad = unreadable(u64::try_from(to).unwrap());
                let mut portion = folds(&blocks[from..to]);
                portion.push(bad.fold());
                let failed = matches!(model.apply(&portion), Err(ReadModelError::Event { .. }));
                prop_assert!(failed);
                prop_assert_eq!(piecemeal.dump(), before, "nothing of a portion that failed");
            }
            model.apply(&folds(&blocks[from..to])).unwrap();
            done = to;
        }
        prop_assert_eq!(piecemeal.dump(), whole.dump());
        prop_assert_eq!(piecemeal.open().position().unwrap(), Some(blocks[blocks.len() - 1].height));
        // Begun anew in the same file.
        let model = piecemeal.open();
        model.reset().unwrap();
        prop_assert_eq!(model.position().unwrap(), None);
        model.apply(&folds(&blocks)).unwrap();
        prop_assert_eq!(piecemeal.dump(), whole.dump());
    }
}

#[test]
fn a_block_that_does_not_follow_is_refused() {
    let file = File::new();
    let model = file.open();
    let (first, third) = (Block::founding(), Block::new(2, vec![], vec![]));
    model.apply(&[first.fold()]).unwrap();
    let gap = model.apply(&[third.fold()]);
    assert!(matches!(gap, Err(ReadModelError::Gap { latest: Height(0), given: Height(2) })), "{gap:?}");
}

#[test]
fn a_file_of_another_network_is_refused_and_one_of_another_version_begun_anew() {
    let file = File::new();
    file.open().apply(&[Block::founding().fold()]).unwrap();
    assert_eq!(file.open().position().unwrap(), Some(Height(0)), "the file is kept");
    file.execute("UPDATE position SET schema = schema + 1");
    assert_eq!(file.open().position().unwrap(), None, "tables of another version are folded anew");
    assert_eq!(file.open().regions(None, 10).unwrap(), []);
    file.execute(&format!("UPDATE position SET network = '{}'", NetworkId([2; 32])));
    let refused = ReadModel::open(Some(file.path()), NETWORK);
    assert!(matches!(refused, Err(ReadModelError::OtherNetwork(_))));
}

#[test]
fn unknown_events_are_passed_over_and_counted() {
    let file = File::new();
    let blocks = ledger(&[vec![Doing::Unknown, Doing::File(true, 1, 1, 5)], vec![Doing::Unknown]]);
    let model = file.open();
    model.apply(&folds(&blocks)).unwrap();
    model.apply(&folds(&blocks)).unwrap();
    let position: Vec<_> = file.dump().into_iter().filter(|row| row.starts_with("position")).collect();
    assert!(position[0].ends_with("Integer(2)]"), "two unknown events, each once: {position:?}");
}

#[test]
fn refusals_are_counted_once() {
    let file = File::new();
    let blocks = ledger(&[vec![Doing::Refused, Doing::Refused], vec![Doing::Refused, Doing::File(true, 1, 1, 5)]]);
    let model = file.open();
    for _ in 0..2 {
        model.apply(&folds(&blocks)).unwrap();
        let counts: Vec<_> =
            model.refusal_counts().unwrap().iter().map(|row| (row.code.to_string(), row.count)).collect();
        assert_eq!(counts, [("16-003".to_owned(), 3)]);
        assert_eq!(model.outcome_counts().unwrap(), (1, 3));
    }
    let block = model.block(Height(2)).unwrap().unwrap();
    assert_eq!((block.transactions, block.rejected), (2, 1));
}
