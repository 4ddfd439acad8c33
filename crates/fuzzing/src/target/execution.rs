//! Arbitrary transactions over the state of a small country: nothing panics or stops, leader and follower agree however
//! much of the state is loaded, and what is refused changes nothing but the replay window.
//!
//! An input is a list of steps `[who, application, wait in ms, payload]`; what is no such list is one payload of the
//! office for the statistics application.

use super::{Seed, seed};
use crate::cbor::Value;
use crate::country::{Country, country};
use chancery_crypto::digest::transaction_id;
use chancery_crypto::hash::{Digest, Tag, hash};
use chancery_crypto::signature::Purpose;
use chancery_ledger::testing::{NETWORK, Party};
use chancery_ledger::{BlockContext, Executed, Lookup, Mode, State, Stopped, VALUE_BYTES_MAX, execute_block, placed};
use chancery_registry::Registry;
use chancery_statistics::ids::STATISTICS;
use chancery_types::encoding::to_bytes;
use chancery_types::ids::{ApplicationId, Epoch, StateKey, TransactionId};
use chancery_types::outcome::Outcome;
use chancery_types::time::{BlockTime, DAY_MS, MINUTE_MS};
use chancery_types::transaction::{Body, Envelope};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

const STEPS_MAX: usize = 6;
const WAIT_MS_MAX: u64 = 500 * DAY_MS;
/// How often a run may ask for more of the state; the deepest walks a tree of regions.
const ROUNDS_MAX: usize = 64;
/// Nobody has this number, so a transaction for it is refused by the ledger itself.
const NO_APPLICATION: ApplicationId = ApplicationId(0xfffe);

fn beginning() -> &'static Country {
    static COUNTRY: OnceLock<Country> = OnceLock::new();
    COUNTRY.get_or_init(country)
}

struct Step {
    party: Party,
    application: ApplicationId,
    wait_ms: u64,
    payload: Vec<u8>,
}

pub(super) fn run(input: &[u8]) {
    let country = beginning();
    let steps = Value::read(input).and_then(|value| {
        let steps = value.as_array()?.iter().take(STEPS_MAX);
        steps.map(|step| read(country, step)).collect::<Option<Vec<_>>>()
    });
    let raw =
        || Step { party: country.parties[1].clone(), application: STATISTICS, wait_ms: 0, payload: input.to_vec() };
    let mut world = World { state: country.state.clone(), context: next(country), salt: 0 };
    for step in steps.unwrap_or_else(|| vec![raw()]) {
        world.step(&step);
    }
}

fn next(country: &Country) -> BlockContext {
    BlockContext { network: NETWORK, height: country.height.next(), epoch: Epoch(0), time: country.time.plus_ms(1) }
}

fn read(country: &Country, step: &Value) -> Option<Step> {
    let [who, application, wait_ms, payload] = step.as_array()? else { return None };
    let who = usize::try_from(who.as_number()?).ok()?;
    Some(Step {
        party: country.parties.get(who)?.clone(),
        application: ApplicationId(u16::try_from(application.as_number()?).ok()?),
        wait_ms: wait_ms.as_number()?.min(WAIT_MS_MAX),
        payload: payload.write(),
    })
}

struct World {
    state: BTreeMap<StateKey, Vec<u8>>,
    context: BlockContext,
    salt: u64,
}

impl World {
    fn step(&mut self, step: &Step) {
        self.context.time = self.context.time.plus_ms(step.wait_ms);
        let (id, bytes) = self.sign(&step.party, step.application, step.payload.clone());
        let done = self.block(&[bytes]);
        match done.entries.first().map(|entry| entry.outcome).filter(|_| done.included == [0]) {
            Some(Outcome::Rejected { .. }) => self.changed_nothing(&step.party, &id, &done),
            Some(Outcome::Accepted { count, .. }) => assert_eq!(done.events[0].len(), count as usize),
            None => assert_eq!(done.writes, self.block(&[]).writes, "what has no place changes nothing"),
        }
        let longest = done.writes.values().flatten().map(Vec::len).max().unwrap_or_default();
        assert!(longest <= VALUE_BYTES_MAX, "a value of {longest} bytes");
        for (key, value) in done.writes {
            match value {
                Some(value) => self.state.insert(key, value),
                None => self.state.remove(&key),
            };
        }
        self.context =
            BlockContext { height: self.context.height.next(), time: self.context.time.plus_ms(1), ..self.context };
    }

    /// A refused transaction writes what another refused one of the same sender and expiry writes, but for its own
    /// place; and where the block without it writes too, the same values.
    fn changed_nothing(&mut self, party: &Party, id: &TransactionId, done: &Executed) {
        let (other, bytes) = self.sign(party, NO_APPLICATION, vec![0xf6]);
        let (refused, nothing) = (self.block(&[bytes]), self.block(&[]));
        assert!(matches!(refused.entries[0].outcome, Outcome::Rejected { .. }));
        let changed = |executed: &Executed, own: &TransactionId| -> BTreeSet<StateKey> {
            let differs = |key: &&StateKey| executed.writes.get(*key) != nothing.writes.get(*key);
            let keys = executed.writes.keys().chain(nothing.writes.keys());
            keys.filter(differs).filter(|key| *key != placed(own).raw()).copied().collect()
        };
        assert_eq!(changed(done, id), changed(&refused, &other), "only the replay window changes");
        assert!(done.events[0].is_empty());
    }

    fn sign(&mut self, party: &Party, application: ApplicationId, payload: Vec<u8>) -> (TransactionId, Vec<u8>) {
        self.salt += 1;
        let expires = BlockTime(self.context.time.0 + 10 * MINUTE_MS);
        let body = Body { network: NETWORK, application, sender: party.member, expires, salt: self.salt, payload };
        let id = transaction_id(&body);
        let signature = party.key.sign(Purpose::Transaction, &NETWORK, id.as_bytes());
        (id, to_bytes(&Envelope { body, key: party.public_key(), signature }))
    }

    /// Carries a block out as its leader, as a follower, and as a follower who begins with nothing loaded.
    fn block(&self, transactions: &[Vec<u8>]) -> Executed {
        let led = self.execute(&self.state, transactions, Mode::Propose).expect("a leader is never stopped");
        let included: Vec<Vec<u8>> = led.included.iter().map(|index| transactions[*index].clone()).collect();
        let followed = self.execute(&self.state, &included, Mode::Follow).expect("a follower is never stopped");
        assert_eq!((&led.writes, led.outcomes_root), (&followed.writes, followed.outcomes_root));
        assert_eq!(self.load(&included), followed, "however much is loaded");
        led
    }

    fn load(&self, transactions: &[Vec<u8>]) -> Executed {
        let partly = Partly { whole: &self.state, loaded: RefCell::default() };
        for _ in 0..ROUNDS_MAX {
            match self.execute(&partly, transactions, Mode::Follow) {
                Ok(executed) => return executed,
                Err(Stopped::Unknown(keys)) => partly.loaded.borrow_mut().extend(keys),
                Err(stopped) => panic!("{stopped}"),
            }
        }
        panic!("more than {ROUNDS_MAX} rounds of loading");
    }

    fn execute(&self, state: &dyn State, transactions: &[Vec<u8>], mode: Mode) -> Result<Executed, Stopped> {
        let parent: Digest = hash(Tag::Header, &[b"parent"]);
        execute_block(&Registry, state, &self.context, &parent, transactions, mode)
    }
}

/// A state of which a part is loaded.
struct Partly<'a> {
    whole: &'a BTreeMap<StateKey, Vec<u8>>,
    loaded: RefCell<BTreeSet<StateKey>>,
}

impl State for Partly<'_> {
    fn lookup(&self, key: &StateKey) -> Lookup<'_> {
        if !self.loaded.borrow().contains(key) {
            return Lookup::Unknown;
        }
        self.whole.get(key).map_or(Lookup::Absent, |value| Lookup::Present(value))
    }
}

/// What happened in the story, as it would be sent again by everybody, and in pairs.
pub(super) fn seeds() -> Vec<Seed> {
    let country = beginning();
    let step = |(who, application, payload): &(usize, ApplicationId, Vec<u8>), wait_ms: u64| {
        let payload = Value::read(payload).unwrap();
        let (who, application) = (Value::Unsigned(*who as u64), Value::Unsigned(u64::from(application.0)));
        Value::Array(vec![who, application, Value::Unsigned(wait_ms), payload])
    };
    let mut seeds: Vec<Seed> = Vec::new();
    for (number, told) in country.told.iter().enumerate() {
        seeds.push(seed(format!("step-{number:02}"), Value::Array(vec![step(told, 0)]).write()));
    }
    for (number, pair) in country.told.windows(3).step_by(4).enumerate() {
        let waits = [0, DAY_MS, 10 * DAY_MS];
        let steps = pair.iter().zip(waits).map(|(told, wait)| step(told, wait)).collect();
        seeds.push(seed(format!("steps-{number:02}"), Value::Array(steps).write()));
    }
    seeds
}
