//! A chain in memory, for tests that tell a story: parties sign, blocks are carried out, time passes.
//!
//! Every block is carried out twice, as the leader who proposes it and as a validator who follows it, and the two must
//! agree; so every story is also a test of that.

use crate::admission::open;
use crate::application::{Applications, Refusal};
use crate::block::{Executed, Mode, Stopped, execute_block};
use crate::context::BlockContext;
use crate::rejection::LedgerRejection;
use crate::view::View;
use chancery_crypto::digest::transaction_id;
use chancery_crypto::hash::{Digest, Tag, hash};
use chancery_crypto::signature::{Purpose, SigningKey, verify};
use chancery_types::encoding::to_bytes;
use chancery_types::event::Event;
use chancery_types::ids::{ApplicationId, Epoch, Height, MemberId, NetworkId, StateKey};
use chancery_types::key::{PublicKey, Signature};
use chancery_types::outcome::Outcome;
use chancery_types::rejection::RejectionCode;
use chancery_types::time::{BlockTime, MINUTE_MS};
use chancery_types::transaction::{Body, Envelope};
use std::collections::BTreeMap;

/// The time at which every story begins: 2026-01-01T00:00:00Z.
pub const BEGIN: BlockTime = BlockTime(1_767_225_600_000);
/// The network of every story.
pub const NETWORK: NetworkId = NetworkId([7; 32]);
/// How far ahead a story's transactions expire.
const EXPIRES_AHEAD_MS: u64 = 10 * MINUTE_MS;

/// The signing key of a name; equal names have equal keys.
pub fn key_of(name: &str) -> SigningKey {
    SigningKey::from_seed(&hash(Tag::Derivation, &[b"testing key", name.as_bytes()]).0)
}

/// Someone who signs: a member with one of its keys.
#[derive(Clone, Debug)]
pub struct Party {
    /// The member.
    pub member: MemberId,
    /// The key that signs.
    pub key: SigningKey,
}

impl Party {
    /// A member with the key of a name.
    pub fn new(member: MemberId, key_name: &str) -> Self {
        Self { member, key: key_of(key_name) }
    }

    /// The public half of the key.
    pub fn public_key(&self) -> PublicKey {
        self.key.public_key()
    }
}

/// A chain in memory.
pub struct Chain {
    applications: Box<dyn Applications>,
    state: BTreeMap<StateKey, Vec<u8>>,
    height: Height,
    time: BlockTime,
    /// Stands for the last header's hash; a story has no headers.
    parent: Digest,
    salt: u64,
}

impl Chain {
    /// A chain over a founding state, at [`BEGIN`].
    pub fn new(applications: impl Applications + 'static, state: BTreeMap<StateKey, Vec<u8>>) -> Self {
        let parent = hash(Tag::Header, &[b"testing"]);
        Self { applications: Box::new(applications), state, height: Height(0), time: BEGIN, parent, salt: 0 }
    }

    /// What the next block's transactions know about it.
    pub fn context(&self) -> BlockContext {
        BlockContext { network: NETWORK, height: self.height.next(), epoch: Epoch(0), time: self.time.plus_ms(1) }
    }

    /// The height of the last block.
    pub const fn height(&self) -> Height {
        self.height
    }

    /// The time of the last block.
    pub const fn time(&self) -> BlockTime {
        self.time
    }

    /// The state after the last block.
    pub const fn state(&self) -> &BTreeMap<StateKey, Vec<u8>> {
        &self.state
    }

    /// Lets time pass.
    pub fn wait_ms(&mut self, ms: u64) {
        self.time = self.time.plus_ms(ms);
    }

    /// Signs a transaction that expires in ten minutes. No two are the same.
    pub fn sign<T: minicbor::Encode<()>>(
        &mut self,
        party: &Party,
        application: ApplicationId,
        transaction: &T,
    ) -> Vec<u8> {
        self.sign_until(party, application, transaction, self.time.plus_ms(EXPIRES_AHEAD_MS))
    }

    /// Signs a transaction that expires at a time.
    pub fn sign_until<T: minicbor::Encode<()>>(
        &mut self,
        party: &Party,
        application: ApplicationId,
        transaction: &T,
        expires: BlockTime,
    ) -> Vec<u8> {
        self.salt = self.salt.saturating_add(1);
        let payload = to_bytes(transaction);
        let body = Body { network: NETWORK, application, sender: party.member, expires, salt: self.salt, payload };
        let signature = party.key.sign(Purpose::Transaction, &NETWORK, transaction_id(&body).as_bytes());
        to_bytes(&Envelope { body, key: party.public_key(), signature })
    }

    /// Signs a transaction and carries it out in a block of its own.
    ///
    /// # Errors
    /// The number with which it was refused, in the block or before it.
    pub fn submit<T: minicbor::Encode<()>>(
        &mut self,
        party: &Party,
        application: ApplicationId,
        transaction: &T,
    ) -> Result<Vec<Event>, RejectionCode> {
        let bytes = self.sign(party, application, transaction);
        self.submit_bytes(bytes)
    }

    /// Carries a signed transaction out in a block of its own.
    ///
    /// # Errors
    /// The number with which it was refused, in the block or before it.
    pub fn submit_bytes(&mut self, bytes: Vec<u8>) -> Result<Vec<Event>, RejectionCode> {
        let executed = self.block(&[bytes]);
        if let Some((_, code)) = executed.left_out.first() {
            return Err(*code);
        }
        match executed.entries.first().map(|entry| entry.outcome) {
            Some(Outcome::Rejected { code }) => Err(code),
            _ => Ok(executed.events.into_iter().next().unwrap_or_default()),
        }
    }

    /// Carries out a block, with every transaction whose signature is good and that has a place in it.
    pub fn block(&mut self, transactions: &[Vec<u8>]) -> Executed {
        let good: Vec<usize> =
            (0..).zip(transactions).filter(|(_, bytes)| signature_good(bytes)).map(|(i, _)| i).collect();
        let offered: Vec<Vec<u8>> = good.iter().filter_map(|index| transactions.get(*index).cloned()).collect();
        let mut executed = self.run(&offered, Mode::Propose);
        let included: Vec<Vec<u8>> =
            executed.included.iter().filter_map(|index| offered.get(*index).cloned()).collect();
        let followed = self.run(&included, Mode::Follow);
        assert_eq!(executed.writes, followed.writes, "leader and follower write the same");
        assert_eq!(executed.outcomes_root, followed.outcomes_root, "leader and follower see the same outcomes");
        for (index, _) in (0..).zip(transactions).filter(|(index, _)| !good.contains(index)) {
            executed.left_out.push((index, LedgerRejection::BadSignature.code()));
        }
        self.apply(&executed);
        executed
    }

    /// Reads the state as the next block's first transaction would.
    pub fn read<R>(&self, read: impl FnOnce(&View<'_>, &BlockContext) -> R) -> R {
        let answer = View::query(&self.state, |view| read(view, &self.context()));
        settled(answer)
    }

    fn run(&self, transactions: &[Vec<u8>], mode: Mode) -> Executed {
        let applications = self.applications.as_ref();
        settled(execute_block(applications, &self.state, &self.context(), &self.parent, transactions, mode))
    }

    fn apply(&mut self, executed: &Executed) {
        let context = self.context();
        for (key, value) in &executed.writes {
            match value {
                Some(value) => self.state.insert(*key, value.clone()),
                None => self.state.remove(key),
            };
        }
        (self.height, self.time) = (context.height, context.time);
        self.parent = hash(Tag::Header, &[self.parent.as_bytes(), executed.outcomes_root.as_bytes()]);
    }
}

fn signature_good(bytes: &[u8]) -> bool {
    // What is malformed is left to the ledger to refuse.
    open(bytes, NETWORK).map_or(true, |opened| {
        let Envelope { key, signature, .. } = &opened.envelope;
        verify(Purpose::Transaction, &NETWORK, opened.id.as_bytes(), key, signature).is_ok()
    })
}

/// A signature with which nothing verifies.
pub const BAD_SIGNATURE: Signature = Signature([0xff; 64]);

#[expect(clippy::panic, reason = "a story over a whole and sound state cannot stop; if it does, the test has failed")]
fn settled<T>(answer: Result<T, Stopped>) -> T {
    answer.unwrap_or_else(|stopped| panic!("the story stopped: {stopped}"))
}
