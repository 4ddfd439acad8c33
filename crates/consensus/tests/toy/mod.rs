//! A machine for tests: counters by name. It reads what depends on what it read, writes values of many chunks, leaves out
//! what is already in, and keeps a journal of final blocks that outlives it, as a disk would.
#![allow(dead_code, reason = "each test uses a part of it")]

use chancery_consensus::keys::{self, Dealt};
use chancery_consensus::machine::{
    BlockInput, Effects, Fault, FinalizedBlock, Genesis, Known, Loaded, Machine, Run, Selection, Transactions, Work,
};
use chancery_crypto::hash::{Tag, hash};
use chancery_types::hash::Digest;
use chancery_types::ids::{NetworkId, StateKey};
use chancery_types::key::PublicKey;
use chancery_types::time::BlockTime;
use rand_core::SeedableRng;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

/// What a machine has durably taken; shared by the machine's lives.
pub(crate) type Journal = Arc<Mutex<Vec<FinalizedBlock>>>;

pub(crate) struct Toy {
    pub(crate) network: NetworkId,
    pub(crate) journal: Journal,
    pub(crate) waiting: Mutex<BTreeSet<Vec<u8>>>,
    /// From this height on, the disk is full.
    pub(crate) full_at: Option<u64>,
    /// Whether it computes another state than the others.
    pub(crate) lies: bool,
}

pub(crate) fn network() -> NetworkId {
    NetworkId([0x42; 32])
}

pub(crate) fn dealt(count: usize) -> Dealt {
    keys::deal(&mut rand_chacha::ChaCha20Rng::seed_from_u64(99), count).unwrap()
}

pub(crate) fn state_key(name: &[u8]) -> StateKey {
    StateKey(hash(Tag::StateKey, &[name]).0)
}

/// A transaction that counts `name` up; `salt` tells it from others.
pub(crate) fn transaction(name: u8, salt: u64) -> Vec<u8> {
    let mut bytes = b"tx".to_vec();
    bytes.push(name);
    bytes.extend(salt.to_be_bytes());
    bytes
}

impl Toy {
    pub(crate) fn new(journal: Journal) -> Self {
        Self { network: network(), journal, waiting: Mutex::default(), full_at: None, lies: false }
    }

    pub(crate) fn of_network(network: NetworkId) -> Self {
        Self { network, ..Self::new(Journal::default()) }
    }

    /// Takes a transaction in, as an API would.
    pub(crate) fn take(&self, transaction: Vec<u8>) -> bool {
        self.check(std::slice::from_ref(&transaction)) && self.waiting.lock().unwrap().insert(transaction)
    }
}

struct Asked<'a> {
    loaded: &'a Loaded,
    needs: Vec<StateKey>,
    written: BTreeMap<StateKey, Option<Vec<u8>>>,
}

impl Asked<'_> {
    fn get(&mut self, key: StateKey) -> Option<Vec<u8>> {
        if let Some(value) = self.written.get(&key) {
            return value.clone();
        }
        match self.loaded.get(&key) {
            Known::Present(value) => Some(value.to_vec()),
            Known::Absent => None,
            Known::Unknown => {
                self.needs.push(key);
                None
            }
        }
    }
}

/// A block of the toy's, run from its beginning each time.
struct Counting {
    toy: Arc<Toy>,
    input: BlockInput,
    transactions: Transactions,
}

impl Work for Counting {
    fn run(&mut self, state: &Loaded) -> Run {
        self.toy.execute(&self.input, &self.transactions, state)
    }
}

impl Toy {
    fn execute(&self, input: &BlockInput, transactions: &[Vec<u8>], state: &Loaded) -> Run {
        let mut state = Asked { loaded: state, needs: Vec::new(), written: BTreeMap::new() };
        let mut left_out = Vec::new();
        let mut outcomes = Vec::new();
        for (place, transaction) in transactions.iter().enumerate() {
            let seen = state_key(&[b"seen", &transaction[..]].concat());
            if state.get(seen).is_some() {
                left_out.push(place);
                continue;
            }
            state.written.insert(seen, Some(Vec::new()));
            let counter = state_key(&[b"counter", &transaction[2..3]].concat());
            let length = state.get(counter).map_or(0, |value| value.len());
            // Where it counts depends on what it counted, so this key is known only after the first run.
            let shelf = state_key(&[b"shelf", &transaction[2..3], &[u8::try_from(length % 5).unwrap()][..]].concat());
            let kept = state.get(shelf).map_or(0, |value| value.len());
            let grown = if length >= 1_000 { Vec::new() } else { vec![transaction[2]; length + 7] };
            state.written.insert(counter, Some(grown));
            state.written.insert(shelf, (kept < 200).then(|| vec![9; kept + 50]));
            outcomes.push(transaction.as_slice());
        }
        let earlier = state_key(b"history");
        let earlier_root = state.get(earlier).unwrap_or_default();
        let history_root = hash(Tag::HistoryLeaf, &[&earlier_root, input.parent.as_bytes()]);
        state.written.insert(earlier, Some(history_root.0.to_vec()));
        if !state.needs.is_empty() {
            return Run::Needs(state.needs);
        }
        if !input.proposing && !left_out.is_empty() {
            return Run::Invalid("a transaction is in already".to_owned());
        }
        let outcomes_root = hash(Tag::OutcomeLeaf, &outcomes);
        if self.lies {
            state.written.insert(state_key(b"lie"), Some(vec![1]));
        }
        Run::Done(Effects { writes: state.written.into_iter().collect(), outcomes_root, history_root, left_out })
    }
}

impl Machine for Toy {
    fn genesis(&self) -> Genesis {
        Genesis {
            network: self.network,
            time: BlockTime(1_000),
            writes: vec![(state_key(b"founded"), Some(vec![1; 300]))],
            outcomes_root: Digest([1; 32]),
            history_root: Digest([2; 32]),
        }
    }

    fn has_work(&self) -> bool {
        !self.waiting.lock().unwrap().is_empty()
    }

    fn select(&self, selection: &Selection) -> Vec<Vec<u8>> {
        let taken: BTreeSet<&Vec<u8>> = selection.ancestors.iter().flat_map(|t| t.iter()).collect();
        let waiting = self.waiting.lock().unwrap();
        waiting.iter().filter(|t| !taken.contains(t)).take(selection.transactions_max.min(1_000)).cloned().collect()
    }

    fn check(&self, transactions: &[Vec<u8>]) -> bool {
        transactions.iter().all(|t| t.starts_with(b"tx") && t.len() == 11)
    }

    fn begin(self: Arc<Self>, input: BlockInput, transactions: Transactions) -> Box<dyn Work> {
        Box::new(Counting { toy: self, input, transactions })
    }

    fn finalized(&self, block: FinalizedBlock) -> Result<(), Fault> {
        if self.full_at.is_some_and(|height| block.header.height.0 >= height) {
            return Err(Fault("no space left on the toy's disk".to_owned()));
        }
        let mut waiting = self.waiting.lock().unwrap();
        waiting.retain(|transaction| !block.transactions.contains(transaction));
        let mut journal = self.journal.lock().unwrap();
        let position = journal.last().map_or(0, |block| block.header.height.0);
        match block.header.height.0 {
            height if height == position + 1 => journal.push(block),
            height if height <= position => {
                let index = usize::try_from(height - 1).unwrap();
                assert_eq!(journal[index].hash, block.hash, "another block came at height {height}");
            }
            height => panic!("block {height} came after {position}"),
        }
        Ok(())
    }

    fn admit(&self, _: &PublicKey, transactions: Vec<Vec<u8>>, _: BlockTime) -> bool {
        let journal = self.journal.lock().unwrap();
        let known: BTreeSet<&Vec<u8>> = journal.iter().flat_map(|block| block.transactions.iter()).collect();
        let new: Vec<_> = transactions.iter().filter(|t| !known.contains(t)).cloned().collect();
        drop(known);
        drop(journal);
        new.into_iter().filter(|transaction| self.take(transaction.clone())).count() > 0
    }
}

/// Restates what must hold of journals, without the code that made them: one chain, no gap, no transaction twice.
pub(crate) fn check_journals(journals: &[Journal]) {
    let mut chain: Vec<Digest> = Vec::new();
    for (node, journal) in journals.iter().enumerate() {
        let journal = journal.lock().unwrap();
        let mut seen = BTreeSet::new();
        for (index, block) in journal.iter().enumerate() {
            assert_eq!(block.header.height.0, index as u64 + 1, "node {node}: a gap");
            match chain.get(index) {
                Some(hash) => assert_eq!(*hash, block.hash, "node {node}: a fork at {}", index + 1),
                None => chain.push(block.hash),
            }
            if index > 0 {
                let parent = &journal[index - 1];
                assert_eq!(block.header.parent, parent.hash);
                assert!(block.header.time > parent.header.time);
            }
            for transaction in block.transactions.iter() {
                assert!(seen.insert(transaction.clone()), "node {node}: a transaction stands twice");
            }
        }
    }
}
