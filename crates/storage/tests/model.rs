//! The state against a map in memory, on the engine's deterministic runtime: what is written is read, what is deleted is
//! gone to the last chunk, and every proof of presence and absence holds while every tampered one fails.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that goes wrong should stop where it goes wrong"
)]

use chancery_storage::database::{self, Database};
use chancery_storage::state::{self, Write};
use chancery_storage::{Error, StateProof, VALUE_BYTES_MAX};
use chancery_types::hash::Digest;
use chancery_types::ids::StateKey;
use commonware_runtime::buffer::paged::CacheRef;
use commonware_runtime::{Runner as _, Supervisor as _, deterministic};
use commonware_utils::{NZU16, NZUsize};
use proptest::prelude::*;
use std::collections::BTreeMap;

type Db = Database<deterministic::Context>;

fn key(number: u8) -> StateKey {
    // Neighbours in the tree for low numbers, far apart for high ones.
    StateKey(std::array::from_fn(|place| if place == 31 || number > 7 { number } else { 0 }))
}

fn value(length: usize, fill: u8) -> Vec<u8> {
    vec![fill; length]
}

async fn open(context: &deterministic::Context, run: usize) -> Db {
    let cache = CacheRef::new(NZU16!(4_084), NZUsize!(256));
    let context = context.child("state").with_attribute("run", run);
    Db::init(context, database::config("test", cache), None).await.unwrap()
}

fn run<F: Future<Output = ()>>(scenario: impl FnOnce(deterministic::Context) -> F) {
    deterministic::Runner::default().start(scenario);
}

async fn check(db: &Db, model: &BTreeMap<StateKey, Vec<u8>>) {
    let keys: Vec<StateKey> = (0..16).map(key).collect();
    let expected: Vec<Option<Vec<u8>>> = keys.iter().map(|key| model.get(key).cloned()).collect();
    assert_eq!(state::read(db, &keys).await.unwrap(), expected);
    let root = Digest(db.root().0);
    for (key, expected) in keys.iter().zip(expected) {
        let proof = StateProof::make(db, key).await.unwrap();
        let proof = StateProof::from_bytes(&proof.to_bytes()).unwrap();
        assert_eq!(proof.verify(&root, key).unwrap(), expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_behaves_as_a_map(blocks in proptest::collection::vec(
        proptest::collection::vec((0u8..16, proptest::option::of((0usize..700, any::<u8>()))), 0..8), 1..6)) {
        run(|context| async move {
            let mut db = open(&context, 0).await;
            let mut model = BTreeMap::new();
            for block in blocks {
                let writes: Vec<Write> = block
                    .into_iter()
                    .map(|(number, change)| (key(number), change.map(|(length, fill)| value(length, fill))))
                    .collect();
                // What is known beforehand of some keys changes nothing about what is written.
                let before = |key: &StateKey| key.0[31].is_multiple_of(2).then(|| model.get(key).map(Vec::len));
                let planned = state::plan(&db, writes.clone(), &before).await.unwrap();
                assert_eq!(planned, state::plan(&db, writes.clone(), &|_| None).await.unwrap());
                for (key, change) in &writes {
                    match change {
                        Some(value) => model.insert(*key, value.clone()),
                        None => model.remove(key),
                    };
                }
                db = state::commit(db, writes).await.unwrap();
                check(&db, &model).await;
            }
        });
    }
}

#[test]
fn a_shorter_value_leaves_no_chunk_behind() {
    run(|context| async move {
        let mut long_first = open(&context, 0).await;
        long_first = state::commit(long_first, vec![(key(1), Some(value(VALUE_BYTES_MAX, 7)))]).await.unwrap();
        for (length, chunks) in [(500, 4), (126, 1), (0, 1)] {
            long_first = state::commit(long_first, vec![(key(1), Some(value(length, 7)))]).await.unwrap();
            let keys = futures::StreamExt::count(long_first.keys(..)).await;
            assert_eq!(keys, chunks, "{length} bytes");
        }
        long_first = state::commit(long_first, vec![(key(1), None)]).await.unwrap();
        assert_eq!(futures::StreamExt::count(long_first.keys(..)).await, 0);
        check(&long_first, &BTreeMap::new()).await;
    });
}

#[test]
fn what_was_committed_is_there_after_a_crash() {
    let runner = deterministic::Runner::default();
    let (root, checkpoint) = runner.start_and_recover(|context| async move {
        let db = state::commit(open(&context, 0).await, vec![(key(3), Some(value(300, 1)))]).await.unwrap();
        db.root()
    });
    deterministic::Runner::from(checkpoint).start(|context| async move {
        let db = open(&context, 1).await;
        assert_eq!(db.root(), root);
        check(&db, &BTreeMap::from([(key(3), value(300, 1))])).await;
    });
}

#[test]
fn a_proof_convinces_of_nothing_else() {
    run(|context| async move {
        let writes = vec![(key(1), Some(value(300, 1))), (key(5), Some(value(3, 5)))];
        let db = state::commit(open(&context, 0).await, writes).await.unwrap();
        let root = Digest(db.root().0);
        for (number, other) in [(1, 5), (5, 1), (3, 1), (9, 5)] {
            let proof = StateProof::make(&db, &key(number)).await.unwrap();
            assert!(proof.verify(&root, &key(number)).is_ok());
            assert!(proof.verify(&root, &key(other)).is_err(), "{number} proves nothing about {other}");
            assert!(proof.verify(&Digest([1; 32]), &key(number)).is_err(), "another root");
        }
    });
}

#[test]
fn no_changed_byte_of_a_proof_passes() {
    run(|context| async move {
        let writes = vec![(key(1), Some(value(200, 1))), (key(5), Some(value(3, 5)))];
        let db = state::commit(open(&context, 0).await, writes).await.unwrap();
        let root = Digest(db.root().0);
        for number in [1, 3] {
            let honest = StateProof::make(&db, &key(number)).await.unwrap();
            let expected = honest.verify(&root, &key(number)).unwrap();
            let bytes = honest.to_bytes();
            for place in 0..bytes.len() {
                let mut changed = bytes.clone();
                changed[place] ^= 1;
                let verdict = StateProof::from_bytes(&changed).and_then(|proof| proof.verify(&root, &key(number)));
                // A byte that the engine's format leaves free may change; what is proved may not.
                if let Ok(proved) = verdict {
                    assert_eq!(proved, expected, "byte {place} of the proof for {number}");
                }
            }
        }
    });
}

#[test]
fn a_value_that_is_too_long_is_refused_before_anything_is_written() {
    run(|context| async move {
        let db = open(&context, 0).await;
        let refused = state::plan(&db, vec![(key(1), Some(value(VALUE_BYTES_MAX + 1, 0)))], &|_| None).await;
        assert!(matches!(refused, Err(Error::ValueTooLong { .. })));
    });
}

#[test]
fn foreign_chunks_are_reported_as_damage() {
    run(|context| async move {
        let db = open(&context, 0).await;
        // A whole value, of which one tail is then taken away behind the layout's back.
        let db = state::commit(db, vec![(key(1), Some(value(400, 1)))]).await.unwrap();
        let batch = db.new_batch().write(chancery_storage::chunk::tail_key(&key(1), 1), None);
        let sealed = batch.merkleize(&db, None, &mut commonware_storage::qmdb::floor::Proportional).await.unwrap();
        let db = db.apply_batch(sealed).await.unwrap();
        assert!(matches!(state::read(&db, &[key(1)]).await, Err(Error::Damaged { key: damaged }) if damaged == key(1)));
    });
}
