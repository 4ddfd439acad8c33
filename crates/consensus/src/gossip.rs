//! The channel of our own between validators: transactions, so that any validator can be asked, and heartbeats, so that
//! each knows whom it hears, where they stand and what their clocks say.
//!
//! Best effort: nobody relies on a message arriving. The network of validators is fully connected, so nothing is passed
//! on. A transaction that reached nobody else is proposed by the node that has it, when it leads.

use crate::config::bounds;
use crate::env::{Env, now, outside};
use crate::machine::Machine;
use crate::status::{PeerStatus, Status};
use bytes::BufMut;
use chancery_types::ids::Height;
use chancery_types::key::PublicKey;
use chancery_types::time::BlockTime;
use commonware_codec::{
    Buf, Decode as _, Encode as _, EncodeSize, Error as CodecError, RangeCfg, Read, ReadExt as _, Write,
};
use commonware_cryptography::ed25519;
use commonware_macros::select;
use commonware_p2p::{Receiver, Recipients, Sender};
use commonware_utils::channel::mpsc;
use std::sync::Arc;
use std::time::Duration;

/// How often a node says that it is there.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// The least time between two messages of transactions: at most 10 per second, well within the channel's quota. What comes
/// together is checked together: a signature among a hundred costs half of one alone.
const PAUSE: Duration = Duration::from_millis(100);
/// The longest encoded message: a heartbeat, or transactions with their length prefixes.
pub(crate) const MESSAGE_BYTES_MAX: usize = bounds::GOSSIP_BYTES + bounds::GOSSIP_ITEMS * 5 + 16;

/// A message between validators.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Message {
    Heartbeat { height: u64, clock: u64 },
    Transactions(Vec<Vec<u8>>),
}

impl Write for Message {
    fn write(&self, buf: &mut impl BufMut) {
        match self {
            Self::Heartbeat { height, clock } => {
                0u8.write(buf);
                height.write(buf);
                clock.write(buf);
            }
            Self::Transactions(transactions) => {
                1u8.write(buf);
                transactions.write(buf);
            }
        }
    }
}

impl EncodeSize for Message {
    fn encode_size(&self) -> usize {
        1 + match self {
            Self::Heartbeat { .. } => 16,
            Self::Transactions(transactions) => transactions.encode_size(),
        }
    }
}

impl Read for Message {
    type Cfg = ();

    fn read_cfg(buf: &mut impl Buf, (): &()) -> Result<Self, CodecError> {
        match u8::read(buf)? {
            0 => Ok(Self::Heartbeat { height: u64::read(buf)?, clock: u64::read(buf)? }),
            1 => {
                let each = (RangeCfg::from(0..=bounds::GOSSIP_BYTES), ());
                let all = (RangeCfg::from(0..=bounds::GOSSIP_ITEMS), each);
                Ok(Self::Transactions(Vec::read_cfg(buf, &all)?))
            }
            tag => Err(CodecError::InvalidEnum(tag)),
        }
    }
}

/// Sends what is in the queue, and heartbeats.
pub(crate) async fn send<E: Env>(
    context: E,
    mut sender: impl Sender<PublicKey = ed25519::PublicKey>,
    mut queue: mpsc::Receiver<Vec<u8>>,
    status: Arc<Status>,
) {
    let mut heartbeat = context.current();
    loop {
        let first = select! {
            _ = context.sleep_until(heartbeat) => None,
            first = queue.recv() => match first {
                Some(first) => Some(first),
                None => return,
            },
        };
        let message = match first {
            None => {
                heartbeat = context.current() + HEARTBEAT;
                Message::Heartbeat { height: status.tip().height.0, clock: now(&context).0 }
            }
            Some(first) => Message::Transactions(gather(first, &mut queue)),
        };
        let pause = matches!(message, Message::Transactions(_));
        let _ = sender.send(Recipients::All, message.encode(), false);
        if pause {
            context.sleep(PAUSE).await;
        }
    }
}

/// As many waiting transactions as fit one message. A transaction that fits none is left out: no block would hold it.
fn gather(first: Vec<u8>, queue: &mut mpsc::Receiver<Vec<u8>>) -> Vec<Vec<u8>> {
    let mut transactions = Vec::new();
    let mut bytes = 0usize;
    let mut next = Some(first);
    while let Some(transaction) = next {
        if transaction.len() <= bounds::GOSSIP_BYTES / 2 {
            bytes += transaction.len();
            transactions.push(transaction);
        }
        // Stop while the next one, whatever its size, still fits.
        if bytes >= bounds::GOSSIP_BYTES / 2 || transactions.len() == bounds::GOSSIP_ITEMS {
            break;
        }
        next = queue.try_recv().ok();
    }
    transactions
}

/// Hands what peers send to the machine.
pub(crate) async fn receive<E: Env>(
    context: E,
    mut receiver: impl Receiver<PublicKey = ed25519::PublicKey>,
    machine: Arc<dyn Machine>,
    status: Arc<Status>,
) {
    while let Ok((from, bytes)) = receiver.recv().await {
        let Some(key) = PublicKey::from_slice(&from.encode()) else { continue };
        match Message::decode_cfg(bytes, &()) {
            Ok(Message::Heartbeat { height, clock }) => {
                status.heard(PeerStatus { key, heard: now(&context), height: Height(height), clock: BlockTime(clock) })
            }
            Ok(Message::Transactions(transactions)) => {
                let now = now(&context);
                let machine = machine.clone();
                match outside(&context, "admit", move || machine.admit(&key, transactions, now)).await {
                    Some(true) => status.wake(),
                    Some(false) => {}
                    None => return,
                }
            }
            // A validator that talks nonsense on this channel harms nobody; what it sends is dropped.
            Err(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use commonware_codec::Copying;
    use rand_chacha::ChaCha20Rng;
    use rand_core::{Rng as _, SeedableRng as _};

    #[test]
    fn any_bytes_are_refused_or_are_a_message_within_the_bounds() {
        let honest = Message::Transactions(vec![vec![7; 300], Vec::new(), vec![9; 40]]).encode().to_vec();
        for seed in 0..20_000 {
            let mut rng = ChaCha20Rng::seed_from_u64(seed);
            let mut bytes = honest.clone();
            bytes.truncate(rng.next_u32() as usize % (honest.len() + 1));
            // The tag and the first lengths are what a message is decided by.
            for _ in 0..rng.next_u32() % 4 {
                let place = rng.next_u32() as usize % 12;
                let byte = rng.next_u32().to_le_bytes()[0];
                bytes.iter_mut().skip(place).take(1).for_each(|target| *target = byte);
            }
            match Message::decode_cfg(Copying(&bytes), &()) {
                Ok(message) => assert_eq!(message.encode()[..], bytes, "seed {seed}: a message has one encoding"),
                Err(error) => assert!(!error.to_string().is_empty()),
            }
        }
        // A count that the bytes do not hold is believed for no memory.
        assert!(Message::decode_cfg(Copying(&[1, 0xff, 0xff, 0xff, 0xff, 0x0f]), &()).is_err());
    }

    #[test]
    fn messages_come_back_and_are_bounded() {
        let largest =
            Message::Transactions(vec![vec![7; bounds::GOSSIP_BYTES / bounds::GOSSIP_ITEMS]; bounds::GOSSIP_ITEMS]);
        for message in [Message::Heartbeat { height: u64::MAX, clock: 1 }, Message::Transactions(Vec::new()), largest] {
            let bytes = message.encode();
            assert!(bytes.len() <= MESSAGE_BYTES_MAX);
            assert_eq!(Message::decode_cfg(bytes, &()).unwrap(), message);
        }
        assert!(Message::decode_cfg(Copying(&[2]), &()).is_err());
    }

    #[test]
    fn a_message_never_outgrows_its_bound() {
        let (sender, mut queue) = mpsc::channel(64);
        for length in [1, bounds::GOSSIP_BYTES, bounds::GOSSIP_BYTES / 2, bounds::GOSSIP_BYTES / 2] {
            sender.try_send(vec![0; length]).unwrap();
        }
        let first = gather(queue.try_recv().unwrap(), &mut queue);
        assert_eq!(first.iter().map(Vec::len).collect::<Vec<_>>(), [1, bounds::GOSSIP_BYTES / 2]);
        assert!(Message::Transactions(first).encode_size() <= MESSAGE_BYTES_MAX);
    }
}
