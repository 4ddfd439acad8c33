//! Renaming, merging and splitting regions and authorities.

use chancery_types::code::RegionCode;
use chancery_types::ids::MemberId;
use chancery_types::time::BlockTime;
use minicbor::{Decode, Encode};

/// What has a name.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Named {
    /// A region.
    #[n(0)]
    Region(#[n(0)] RegionCode),
    /// An authority, organisation or node.
    #[n(1)]
    Member(#[n(0)] MemberId),
}

/// A new name from a date on.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Renaming {
    /// Of what.
    #[n(0)]
    pub of: Named,
    /// The new name.
    #[n(1)]
    pub name: String,
    /// From when on, not in the past.
    #[n(2)]
    pub from: BlockTime,
    /// The act that says so, as cited.
    #[n(3)]
    pub act: String,
}

/// Regions that end on a date, and those that they become. One to several is a split, several to one a merger.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RegionReform {
    /// One to [`crate::identity::ids::REFORMED_MAX`] regions that end. A region ends after the regions within it.
    #[n(0)]
    pub ended: Vec<RegionCode>,
    /// One to [`crate::identity::ids::REFORMED_MAX`] regions that go on or begin; they are registered already.
    #[n(1)]
    pub successors: Vec<RegionCode>,
    /// From when on, not in the past.
    #[n(2)]
    pub from: BlockTime,
    /// The act that says so, as cited.
    #[n(3)]
    pub act: String,
}

/// Authorities that end on a date, and those that succeed them.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct BodyReform {
    /// One to [`crate::identity::ids::REFORMED_MAX`] authorities that end.
    #[n(0)]
    pub ended: Vec<MemberId>,
    /// One to [`crate::identity::ids::REFORMED_MAX`] authorities. What an ended one vouched for is answered for by the first of
    /// them whose jurisdiction covers its own; if none does, by those above it.
    #[n(1)]
    pub successors: Vec<MemberId>,
    /// From when on, not in the past.
    #[n(2)]
    pub from: BlockTime,
    /// The act that says so, as cited.
    #[n(3)]
    pub act: String,
}
