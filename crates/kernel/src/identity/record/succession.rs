//! Names and ends of regions and members, with their dates.

use chancery_types::code::RegionCode;
use chancery_types::ids::Height;
use chancery_types::time::BlockTime;
use minicbor::{Decode, Encode};

/// A name from a date on. The name before the first of these is the registered one.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Naming {
    /// The name.
    #[n(0)]
    pub name: String,
    /// From when on.
    #[n(1)]
    pub from: BlockTime,
    /// The act that says so, as cited.
    #[n(2)]
    pub act: String,
}

/// The end of a region that others succeed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RegionEnd {
    /// From when on it is no more.
    #[n(0)]
    pub from: BlockTime,
    /// What it has become: one region after a merger, several after a split.
    #[n(1)]
    pub successors: Vec<RegionCode>,
    /// The act that says so, as cited.
    #[n(2)]
    pub act: String,
    /// The block of the notice.
    #[n(3)]
    pub announced: Height,
}
