//! Hearings: a validator is shown to have signed two proposals, and answers before anyone decides.

use chancery_types::ids::{Epoch, Height, MemberId, View};
use chancery_types::time::BlockTime;
use minicbor::{Decode, Encode};

/// A hearing. The evidence stands beside it and can be checked by anyone with the validator's key alone.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Hearing {
    /// Its number, from 1.
    #[n(0)]
    pub number: u64,
    /// The validator.
    #[n(1)]
    pub accused: MemberId,
    /// The epoch of the two proposals.
    #[n(2)]
    pub epoch: Epoch,
    /// The view of the two proposals.
    #[n(3)]
    pub view: View,
    /// Who showed them.
    #[n(4)]
    pub reporter: MemberId,
    /// Since when.
    #[n(5)]
    pub opened: Height,
    /// Until when the accused can answer.
    #[n(6)]
    pub until: BlockTime,
    /// The answer.
    #[n(7)]
    pub answer: Option<Answer>,
}

/// What the accused says.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Answer {
    /// By whom: the validator, or the member that stands behind it.
    #[n(0)]
    pub by: MemberId,
    /// In words for the public.
    #[n(1)]
    pub statement: String,
    /// In which block.
    #[n(2)]
    pub height: Height,
}

impl Hearing {
    /// Whether the accused has been heard: it has answered, or its term is over.
    pub fn is_over(&self, now: BlockTime) -> bool {
        self.answer.is_some() || now > self.until
    }
}
