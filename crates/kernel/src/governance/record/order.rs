//! What votes have made of the network beside its committee.

use chancery_types::hash::Digest;
use chancery_types::ids::{ApplicationId, Height};
use chancery_types::time::BlockTime;
use minicbor::{Decode, Encode};

/// Proposals that something is still to come of, at most [`crate::governance::ids::AGENDA_MAX`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Agenda {
    /// How many proposals have ever been made.
    #[n(0)]
    pub made: u64,
    /// Those that can be voted on, by number.
    #[n(1)]
    pub open: Vec<u64>,
    /// Those that wait for the boundary, in the order in which they were decided.
    #[n(2)]
    pub waiting: Vec<u64>,
}

/// The rules in force. One short value: it is read at every block's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Rules {
    /// Their version.
    #[n(0)]
    pub version: u32,
    /// Since which height.
    #[n(1)]
    pub since: Height,
    /// The rules that come next.
    #[n(2)]
    pub planned: Option<PlannedRules>,
}

/// Rules that were adopted and are not in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct PlannedRules {
    /// Their version.
    #[n(0)]
    pub version: u32,
    /// The first height for which they are to hold.
    #[n(1)]
    pub height: Height,
    /// The proposal that adopted them.
    #[n(2)]
    pub proposal: u64,
}

/// A certificate root whose certificates members may bring.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Root {
    /// SHA-256 of the certificate as DER (RFC 5280), under the purpose *content*.
    #[n(0)]
    pub certificate: Digest,
    /// What people call it.
    #[n(1)]
    pub name: String,
    /// Until when it is good by its own word.
    #[n(2)]
    pub expires: BlockTime,
    /// Since when it was retired.
    #[n(3)]
    pub retired: Option<Height>,
}

impl Root {
    /// Whether certificates under it count at a time.
    pub fn is_live(&self, now: BlockTime) -> bool {
        self.retired.is_none() && now <= self.expires
    }
}

/// An application that takes nothing in until a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Pause {
    /// Which.
    #[n(0)]
    pub application: ApplicationId,
    /// Until when.
    #[n(1)]
    pub until: BlockTime,
    /// The proposal that paused it.
    #[n(2)]
    pub proposal: u64,
}
