//! Proposals and votes.

use crate::governance::transaction::Action;
use chancery_types::ids::{Height, MemberId};
use chancery_types::rejection::RejectionCode;
use chancery_types::time::BlockTime;
use minicbor::{Decode, Encode};

/// A proposal.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Proposal {
    /// Its number, from 1.
    #[n(0)]
    pub number: u64,
    /// What is to be done.
    #[n(1)]
    pub action: Action,
    /// Why, in words for the public.
    #[n(2)]
    pub reason: String,
    /// The constituting authority that made it.
    #[n(3)]
    pub proposer: MemberId,
    /// The block in which it was made.
    #[n(4)]
    pub made: Height,
    /// Until when it can be voted on.
    #[n(5)]
    pub deadline: BlockTime,
    /// The constituting authorities when it was made: those who vote.
    #[n(6)]
    pub electors: Vec<MemberId>,
    /// How many of them must be in favour.
    #[n(7)]
    pub needed: u32,
    /// The time of the oldest announcement that its pre-flight rested on.
    #[n(8)]
    pub rests_on: Option<BlockTime>,
    /// The votes so far.
    #[n(9)]
    pub tally: Tally,
    /// What has become of it.
    #[n(10)]
    pub stage: Stage,
}

/// Votes, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Tally {
    /// In favour.
    #[n(0)]
    pub in_favour: u32,
    /// Against.
    #[n(1)]
    pub against: u32,
    /// Neither, said aloud.
    #[n(2)]
    pub abstained: u32,
}

/// What has become of a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Stage {
    /// It can be voted on until its deadline.
    #[n(0)]
    Open,
    /// Enough were in favour; it waits for the boundary.
    #[n(1)]
    Decided {
        /// The block of the vote that decided it.
        #[n(0)]
        decided: Height,
        /// The boundary at which it is carried out.
        #[n(1)]
        boundary: Height,
    },
    /// It could no longer pass.
    #[n(2)]
    Refused(#[n(0)] Height),
    /// Its deadline came.
    #[n(3)]
    Lapsed(#[n(0)] Height),
    /// It was carried out.
    #[n(4)]
    Executed(#[n(0)] Height),
    /// Enough were in favour, but it could no longer be carried out without harm, for this reason.
    #[n(5)]
    Void(#[n(0)] Height, #[n(1)] RejectionCode),
}

/// A vote. It is cast once and not changed: with votes that change, whoever votes last decides, and the same votes in
/// another order would have another result.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Vote {
    /// On which proposal.
    #[n(0)]
    pub proposal: u64,
    /// By whom.
    #[n(1)]
    pub elector: MemberId,
    /// How.
    #[n(2)]
    pub choice: Choice,
    /// Why, in words for the public.
    #[n(3)]
    pub reason: String,
    /// In which block.
    #[n(4)]
    pub height: Height,
}

/// How someone votes.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, serde::Serialize, serde::Deserialize,
)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// In favour.
    #[n(0)]
    For,
    /// Against.
    #[n(1)]
    Against,
    /// Neither. It counts as not in favour.
    #[n(2)]
    Abstain,
}

impl Proposal {
    /// Whether enough are in favour.
    pub const fn has_passed(&self) -> bool {
        self.tally.in_favour >= self.needed
    }

    /// Whether too few are left to bring it about.
    pub fn cannot_pass(&self) -> bool {
        let electors = u32::try_from(self.electors.len()).unwrap_or(u32::MAX);
        let lost = self.tally.against.saturating_add(self.tally.abstained);
        electors.saturating_sub(lost) < self.needed
    }
}

impl Tally {
    /// One vote more.
    pub const fn count(&mut self, choice: Choice) {
        let counted = match choice {
            Choice::For => &mut self.in_favour,
            Choice::Against => &mut self.against,
            Choice::Abstain => &mut self.abstained,
        };
        *counted = counted.saturating_add(1);
    }
}
