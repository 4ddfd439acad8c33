//! What happened to the network's government, for those who follow.

use super::ids::GOVERNANCE;
use super::params::{Parameter, ThresholdOf};
use super::record::{Committee, Hearing, Pause, PlannedRules, Proposal, Readiness, Root, Stage, Tally, Vote};
use super::transaction::Evidence;
use chancery_types::encoding::{from_bytes, to_bytes};
use chancery_types::event::Event;
use chancery_types::ids::{Height, MemberId};
use minicbor::{Decode, Encode};

/// An event of this application. On the wire each is an [`chancery_types::event::Event`] whose kind is the number of
/// the variant and whose payload is the whole value.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum GovernanceEvent {
    /// A proposal was made.
    #[n(1)]
    Proposed(#[n(0)] Proposal),
    /// A vote was cast; the votes so far.
    #[n(2)]
    Voted(#[n(0)] Vote, #[n(1)] Tally),
    /// A proposal came to another stage.
    #[n(3)]
    StageReached(#[n(0)] u64, #[n(1)] Stage),
    /// A committee was decided.
    #[n(4)]
    CommitteeDecided(#[n(0)] Committee),
    /// A committee's epoch has come.
    #[n(5)]
    CommitteeEffective(#[n(0)] u32, #[n(1)] Height),
    /// The constituting authorities, all of them.
    #[n(6)]
    Constituted(#[n(0)] Vec<MemberId>),
    /// A parameter has a value.
    #[n(7)]
    ParameterSet(#[n(0)] Parameter, #[n(1)] u64),
    /// A threshold was set.
    #[n(8)]
    ThresholdSet(#[n(0)] ThresholdOf),
    /// A certificate root was admitted or retired.
    #[n(9)]
    RootChanged(#[n(0)] Root),
    /// Rules were adopted.
    #[n(10)]
    RulesPlanned(#[n(0)] PlannedRules),
    /// Rules that were adopted do not come into force: by vote, or because too few were ready.
    #[n(11)]
    RulesDropped {
        /// Which.
        #[n(0)]
        planned: PlannedRules,
        /// Of the effective committee, how many were ready for them; absent if a vote dropped them.
        #[n(1)]
        ready: Option<u32>,
        /// How many would have been needed.
        #[n(2)]
        needed: u32,
    },
    /// Rules are in force, from a height on.
    #[n(12)]
    RulesInForce(#[n(0)] u32, #[n(1)] Height),
    /// An application is paused.
    #[n(13)]
    Paused(#[n(0)] Pause),
    /// A node said how it stands.
    #[n(14)]
    ReadinessAnnounced(#[n(0)] MemberId, #[n(1)] Readiness),
    /// A validator was shown to have signed two proposals for one view; the evidence stands in full.
    #[n(15)]
    HearingOpened(#[n(0)] Hearing, #[n(1)] Box<Evidence>),
    /// The accused has answered.
    #[n(16)]
    HearingAnswered(#[n(0)] Hearing),
    /// The term for the answer is over without one.
    #[n(17)]
    HearingTermOver(#[n(0)] u64),
    /// A validator was suspended after a hearing, or the suspension was lifted.
    #[n(18)]
    SuspensionChanged(#[n(0)] MemberId, #[n(1)] Option<u64>),
}

impl GovernanceEvent {
    /// The number of the variant.
    pub const fn kind(&self) -> u16 {
        match self {
            Self::Proposed(..) => 1,
            Self::Voted(..) => 2,
            Self::StageReached(..) => 3,
            Self::CommitteeDecided(..) => 4,
            Self::CommitteeEffective(..) => 5,
            Self::Constituted(..) => 6,
            Self::ParameterSet(..) => 7,
            Self::ThresholdSet(..) => 8,
            Self::RootChanged(..) => 9,
            Self::RulesPlanned(..) => 10,
            Self::RulesDropped { .. } => 11,
            Self::RulesInForce(..) => 12,
            Self::Paused(..) => 13,
            Self::ReadinessAnnounced(..) => 14,
            Self::HearingOpened(..) => 15,
            Self::HearingAnswered(..) => 16,
            Self::HearingTermOver(..) => 17,
            Self::SuspensionChanged(..) => 18,
        }
    }

    /// The event as it stands under an outcome.
    pub fn to_event(&self) -> Event {
        Event { application: GOVERNANCE, kind: self.kind(), payload: to_bytes(self) }
    }

    /// Reads an event; `None` if it is not one of this application, or of a kind that this version does not know.
    pub fn from_event(event: &Event) -> Option<Self> {
        let own = event.application == GOVERNANCE;
        from_bytes(&event.payload).ok().filter(|read: &Self| own && read.kind() == event.kind)
    }
}
