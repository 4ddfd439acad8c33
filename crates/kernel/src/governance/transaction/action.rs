//! What a proposal may ask for.

use crate::governance::params::{Parameter, ProposalKind, Threshold};
use crate::governance::record::Seat;
use chancery_types::hash::Digest;
use chancery_types::ids::{ApplicationId, Height, MemberId};
use chancery_types::time::BlockTime;
use minicbor::{Decode, Encode};

/// One typed change of the network.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Action {
    /// A node becomes a validator.
    #[n(0)]
    AdmitValidator(#[n(0)] Seat),
    /// A validator leaves.
    #[n(1)]
    RemoveValidator(#[n(0)] MemberId),
    /// A validator leaves and another comes, or the same one with another key.
    #[n(2)]
    ReplaceValidator(#[n(0)] MemberId, #[n(1)] Seat),
    /// A parameter gets a value.
    #[n(3)]
    ChangeParameter(#[n(0)] Parameter, #[n(1)] u64),
    /// A kind of proposal gets a threshold. It needs the higher of the old and the new one, too.
    #[n(4)]
    ChangeThreshold(#[n(0)] ProposalKind, #[n(1)] Threshold),
    /// Members may bring certificates under this root.
    #[n(5)]
    AdmitRoot(#[n(0)] NewRoot),
    /// They may no more.
    #[n(6)]
    RetireRoot(#[n(0)] Digest),
    /// Rules hold from a height on, if a quorum is ready for them.
    #[n(7)]
    AdoptVersion(#[n(0)] u32, #[n(1)] Height),
    /// Rules that were adopted do not come into force.
    #[n(8)]
    BackOutVersion(#[n(0)] u32),
    /// A validator is suspended after a hearing.
    #[n(9)]
    Suspend(#[n(0)] MemberId, #[n(1)] u64),
    /// A suspended validator may be admitted again.
    #[n(10)]
    LiftSuspension(#[n(0)] MemberId),
    /// An application takes nothing in for so many milliseconds, at once.
    #[n(11)]
    Emergency(#[n(0)] ApplicationId, #[n(1)] u64),
    /// An authority becomes a constituting one.
    #[n(12)]
    SeatConstituent(#[n(0)] MemberId),
    /// An authority ceases to be a constituting one.
    #[n(13)]
    UnseatConstituent(#[n(0)] MemberId),
}

/// A certificate root to be admitted.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct NewRoot {
    /// SHA-256 of the certificate as DER (RFC 5280), under the purpose *content*.
    #[n(0)]
    pub certificate: Digest,
    /// What people call it.
    #[n(1)]
    pub name: String,
    /// Until when it is good by its own word.
    #[n(2)]
    pub expires: BlockTime,
}

impl Action {
    /// The kind of proposal that asks for it.
    pub const fn kind(&self) -> ProposalKind {
        match self {
            Self::AdmitValidator(_) => ProposalKind::AdmitValidator,
            Self::RemoveValidator(_) => ProposalKind::RemoveValidator,
            Self::ReplaceValidator(..) => ProposalKind::ReplaceValidator,
            Self::ChangeParameter(..) => ProposalKind::ChangeParameter,
            Self::ChangeThreshold(..) => ProposalKind::ChangeThreshold,
            Self::AdmitRoot(_) => ProposalKind::AdmitRoot,
            Self::RetireRoot(_) => ProposalKind::RetireRoot,
            Self::AdoptVersion(..) => ProposalKind::AdoptVersion,
            Self::BackOutVersion(_) => ProposalKind::BackOutVersion,
            Self::Suspend(..) => ProposalKind::Suspend,
            Self::LiftSuspension(_) => ProposalKind::LiftSuspension,
            Self::Emergency(..) => ProposalKind::Emergency,
            Self::SeatConstituent(_) => ProposalKind::SeatConstituent,
            Self::UnseatConstituent(_) => ProposalKind::UnseatConstituent,
        }
    }

    /// The texts in it.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        match self {
            Self::AdmitRoot(root) => Some(root.name.as_str()),
            _ => None,
        }
        .into_iter()
    }
}
