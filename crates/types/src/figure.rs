//! Published figures as statements that a receipt can prove.

use crate::amount::{AmountCommitment, Quantity};
use crate::code::{CellId, RegionCode, RegisterId};
use crate::ids::{Height, MemberId};
use crate::period::Period;
use crate::record::RegisterClass;
use minicbor::{Decode, Encode};

/// The total of one cell.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct FigureCell {
    /// Which cell.
    #[n(0)]
    pub id: CellId,
    /// The total.
    #[n(1)]
    pub total: Quantity,
    /// For a confidential register: the sum of commitments that the total was proved against.
    #[n(2)]
    pub sum: Option<AmountCommitment>,
    /// For a confidential register: the proof (R ‖ s), 64 bytes, that the sum hides exactly the total.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub proof: Option<Vec<u8>>,
}

/// A published figure: the totals over all returns accepted up to a height.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Figure {
    /// The register.
    #[n(0)]
    pub register: RegisterId,
    /// The period.
    #[n(1)]
    pub period: Period,
    /// The region whose returns are summed, with all regions within it.
    #[n(2)]
    pub region: RegionCode,
    /// Publications of this figure are numbered from 1; a later one is a revision.
    #[n(3)]
    pub sequence: u32,
    /// Whether the parts are public.
    #[n(4)]
    pub class: RegisterClass,
    /// Every return accepted at or below this height is in.
    #[n(5)]
    pub cutoff: Height,
    /// How many returns.
    #[n(6)]
    pub returns: u64,
    /// How many different owners stand behind them.
    #[n(7)]
    pub respondents: u64,
    /// Totals in the order of the structure's additive cells.
    #[n(8)]
    pub cells: Vec<FigureCell>,
    /// The authority that published, and that signed the dominance statement of a confidential figure.
    #[n(9)]
    pub authority: MemberId,
    /// The largest share in per cent that one owner may have by the authority's signed statement.
    #[n(10)]
    pub dominance_max_percent: Option<u8>,
}

/// Which total of which publication: what a proof of the total is bound to, beside the network and the cut-off.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct TotalId {
    /// The register.
    #[n(0)]
    pub register: RegisterId,
    /// The period.
    #[n(1)]
    pub period: Period,
    /// The region.
    #[n(2)]
    pub region: RegionCode,
    /// The publication's number.
    #[n(3)]
    pub sequence: u32,
    /// The cell.
    #[n(4)]
    pub cell: CellId,
}
