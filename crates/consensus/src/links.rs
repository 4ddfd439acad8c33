//! Bad connections, for simulations: what arrives from a peer is let through, lost now and then, or lost always.
//!
//! It sits where messages arrive, under all channels alike, so the engine sees what it would see if the network had lost
//! them. Connections stay up: a peer behind a cut link looks alive and says nothing, which is the harder case.

use chancery_types::key::PublicKey;
use commonware_p2p::{Message, Receiver};
use commonware_utils::sync::Mutex;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Arc;

/// What becomes of the messages from one peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// They arrive.
    Open,
    /// One in so many is lost.
    Lossy(u32),
    /// None arrives.
    Cut,
}

/// The links to one node; all are open until set otherwise.
#[derive(Clone, Debug, Default)]
pub struct Links(Arc<Mutex<BTreeMap<PublicKey, (Link, u32)>>>);

impl Links {
    /// Sets what becomes of messages from a peer.
    pub fn set(&self, from: PublicKey, link: Link) {
        self.0.lock().insert(from, (link, 0));
    }

    /// Whether a message that has just arrived from a peer is let through.
    fn lets_through(&self, from: &[u8]) -> bool {
        let mut links = self.0.lock();
        let Some((link, count)) = PublicKey::from_slice(from).and_then(|from| links.get_mut(&from)) else {
            return true;
        };
        *count = count.wrapping_add(1);
        match link {
            Link::Open => true,
            Link::Lossy(one_in) => *one_in == 0 || !count.is_multiple_of(*one_in),
            Link::Cut => false,
        }
    }
}

/// A receiver behind links.
#[derive(Debug)]
pub struct Through<R> {
    receiver: R,
    links: Links,
}

impl<R> Through<R> {
    pub(crate) fn new(receiver: R, links: Links) -> Self {
        Self { receiver, links }
    }
}

impl<R: Receiver> Receiver for Through<R> {
    type Error = R::Error;
    type PublicKey = R::PublicKey;

    async fn recv(&mut self) -> Result<Message<R::PublicKey>, R::Error> {
        loop {
            let message = self.receiver.recv().await?;
            if self.links.lets_through(message.0.as_ref()) {
                return Ok(message);
            }
        }
    }

    fn capacity(&self) -> NonZeroUsize {
        self.receiver.capacity()
    }
}
