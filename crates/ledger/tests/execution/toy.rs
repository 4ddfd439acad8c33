//! An application that does a little of everything, and blocks of it.

use chancery_crypto::digest::transaction_id;
use chancery_ledger::{
    Application, Applications, BlockContext, Changes, DueQueue, Executed, Key, Mode, Permitted, Sender, State, Stopped,
    View, execute_block, rejections, run,
};
use chancery_types::encoding::{from_bytes, to_bytes};
use chancery_types::event::Event;
use chancery_types::hash::Digest;
use chancery_types::ids::{ApplicationId, Epoch, Height, MemberId, NetworkId, StateKey, TransactionId};
use chancery_types::key::{PublicKey, Signature};
use chancery_types::member::{KeyPurpose, MemberKind};
use chancery_types::rejection::RejectionCode;
use chancery_types::time::{BlockTime, MINUTE_MS};
use chancery_types::transaction::{Body, Envelope};
use minicbor::{Decode, Encode};
use std::collections::BTreeMap;

pub(crate) const TOY: ApplicationId = ApplicationId(999);
pub(crate) const NETWORK: NetworkId = NetworkId([1; 32]);
pub(crate) const QUEUE: DueQueue<u32> = DueQueue::new(TOY, "due");
/// A member whom the toy's `identify` knows; all others it does not.
pub(crate) const KNOWN: MemberId = MemberId([1; 16]);

pub(crate) type WholeState = BTreeMap<StateKey, Vec<u8>>;

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) enum Toy {
    /// Does nothing.
    #[n(0)]
    Nothing,
    /// Adds to a slot.
    #[n(1)]
    Add(#[n(0)] u8, #[n(1)] u64),
    /// Makes a slot point to another.
    #[n(2)]
    Point(#[n(0)] u8, #[n(1)] u8),
    /// Follows pointers from a slot for at most four steps and adds one to the slot at their end.
    #[n(3)]
    Chase(#[n(0)] u8),
    /// Is refused when it is carried out.
    #[n(4)]
    Fail,
    /// Is refused to everyone.
    #[n(5)]
    Forbidden,
    /// Writes a value of so many bytes.
    #[n(6)]
    Big(#[n(0)] u32),
    /// Puts an item in the queue, due so many minutes from now.
    #[n(7)]
    Later(#[n(0)] u8, #[n(1)] u32),
}

rejections! {
    /// Why the toy refuses.
    pub enum ToyRejection of TOY => {
        Malformed = 1, "Not a toy.", "Send a toy.";
        Failed = 2, "It failed.", "Send something else.";
        Forbidden = 3, "Nobody may.", "Do not.";
    }
}

pub(crate) fn slot(number: u8) -> Key<u64> {
    Key::new(TOY, "slot", &number)
}

fn pointer(number: u8) -> Key<u8> {
    Key::new(TOY, "pointer", &number)
}

fn big() -> Key<String> {
    Key::new(TOY, "big", &())
}

pub(crate) struct ToyApplication;

impl Application for ToyApplication {
    const ID: ApplicationId = TOY;
    const NAME: &'static str = "toy";
    type Transaction = Toy;
    type Rejection = ToyRejection;

    fn decode(payload: &[u8]) -> Result<Toy, ToyRejection> {
        from_bytes(payload).map_err(|_| ToyRejection::Malformed)
    }

    fn authorize(_: &View<'_>, _: &BlockContext, _: &Sender, toy: &Toy) -> Result<(), ToyRejection> {
        if *toy == Toy::Forbidden { Err(ToyRejection::Forbidden) } else { Ok(()) }
    }

    fn execute(view: &View<'_>, context: &BlockContext, permitted: Permitted<Toy>) -> Result<Changes, ToyRejection> {
        let mut changes = Changes::new();
        match permitted.into_parts().1 {
            Toy::Nothing => {}
            Toy::Fail | Toy::Forbidden => return Err(ToyRejection::Failed),
            Toy::Add(number, amount) => {
                let sum = view.read(&slot(number)).unwrap_or(0).wrapping_add(amount);
                changes.put(&slot(number), &sum);
                changes.emit(Event { application: TOY, kind: 1, payload: to_bytes(&(number, sum)) });
            }
            Toy::Point(from, to) => changes.put(&pointer(from), &to),
            Toy::Chase(start) => {
                let mut at = start;
                for _ in 0..4 {
                    at = view.read(&pointer(at)).unwrap_or(at);
                }
                changes.put(&slot(at), &view.read(&slot(at)).unwrap_or(0).wrapping_add(1));
            }
            Toy::Big(bytes) => changes.put(&big(), &"x".repeat(bytes as usize)),
            Toy::Later(minutes, item) => {
                let due = context.time.plus_ms(u64::from(minutes) * MINUTE_MS);
                changes.append(QUEUE.push(view, context.time, due, &[item]));
            }
        }
        Ok(changes)
    }

    fn end_block(view: &View<'_>, context: &BlockContext) -> Changes {
        let (items, mut changes) = QUEUE.take(view, context.time, 1);
        for item in items {
            changes.emit(Event { application: TOY, kind: 2, payload: to_bytes(&item) });
        }
        changes
    }
}

pub(crate) struct Installed;

impl Applications for Installed {
    fn identify(&self, view: &View<'_>, _: &BlockContext, envelope: &Envelope) -> Result<Sender, RejectionCode> {
        // Reads something, so that identification too can depend on what is loaded.
        let ended = view.read(&slot(255)).is_some_and(|value| value > 0);
        let Body { sender: member, .. } = envelope.body;
        if member != KNOWN || ended {
            return Err("0-007".parse().unwrap());
        }
        Ok(Sender { member, kind: MemberKind::Person, key: envelope.key, purpose: KeyPurpose::Business })
    }

    fn run(
        &self,
        view: &View<'_>,
        context: &BlockContext,
        sender: Sender,
        _: ApplicationId,
        payload: &[u8],
    ) -> Result<Changes, RejectionCode> {
        run::<ToyApplication>(view, context, sender, payload)
    }

    fn end_block(&self, view: &View<'_>, context: &BlockContext) -> Changes {
        ToyApplication::end_block(view, context)
    }
}

pub(crate) const BEGIN: BlockTime = BlockTime(1_000 * MINUTE_MS);

/// Block `height` of a chain with a block every `minutes` minutes.
pub(crate) fn context(height: u64, minutes: u64) -> BlockContext {
    let time = BEGIN.plus_ms(height * minutes * MINUTE_MS);
    BlockContext { network: NETWORK, height: Height(height), epoch: Epoch(0), time }
}

pub(crate) fn body(toy: &Toy, salt: u64, expires: BlockTime) -> Body {
    Body { network: NETWORK, application: TOY, sender: KNOWN, expires, salt, payload: to_bytes(toy) }
}

pub(crate) fn envelope(body: Body) -> Vec<u8> {
    to_bytes(&Envelope { body, key: PublicKey([2; 32]), signature: Signature([3; 64]) })
}

/// A transaction that expires ten minutes after the block's time.
pub(crate) fn sign(toy: &Toy, salt: u64, context: &BlockContext) -> Vec<u8> {
    envelope(body(toy, salt, context.time.plus_ms(10 * MINUTE_MS)))
}

pub(crate) fn id(bytes: &[u8]) -> TransactionId {
    transaction_id(&from_bytes::<Envelope>(bytes).unwrap().body)
}

/// A stand-in for the hash of the header at a height.
pub(crate) fn header_hash(height: u64) -> Digest {
    chancery_crypto::hash::hash(chancery_crypto::hash::Tag::Header, &[&height.to_be_bytes()])
}

pub(crate) fn execute(
    state: &dyn State,
    context: &BlockContext,
    transactions: &[Vec<u8>],
    mode: Mode,
) -> Result<Executed, Stopped> {
    let parent = header_hash(context.height.0 - 1);
    execute_block(&Installed, state, context, &parent, transactions, mode)
}

pub(crate) fn apply(state: &mut WholeState, executed: &Executed) {
    for (key, value) in &executed.writes {
        match value {
            Some(value) => state.insert(*key, value.clone()),
            None => state.remove(key),
        };
    }
}

pub(crate) fn toys() -> impl proptest::strategy::Strategy<Value = Toy> {
    use proptest::prelude::*;
    prop_oneof![
        Just(Toy::Nothing),
        (0..6u8, any::<u64>()).prop_map(|(slot, amount)| Toy::Add(slot, amount)),
        (0..6u8, 0..6u8).prop_map(|(from, to)| Toy::Point(from, to)),
        (0..6u8).prop_map(Toy::Chase),
        Just(Toy::Fail),
        Just(Toy::Forbidden),
        (16_000..17_000u32).prop_map(Toy::Big),
        (0..4u8, any::<u32>()).prop_map(|(minutes, item)| Toy::Later(minutes, item)),
    ]
}
