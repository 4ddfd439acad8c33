//! Who vouches, and what has become of an authority's office.

use chancery_types::ids::{Height, MemberId};
use chancery_types::time::BlockTime;
use minicbor::{Decode, Encode};

/// A suspension as it was announced. It is in force from its date until it is lifted; then it is no longer in the
/// state, and stands in the history.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Suspension {
    /// The authority above that announced it.
    #[n(0)]
    pub by: MemberId,
    /// Why, in words for the public.
    #[n(1)]
    pub reason: String,
    /// The block of the notice.
    #[n(2)]
    pub announced: Height,
    /// From when on it is in force.
    #[n(3)]
    pub from: BlockTime,
}

/// The end of an authority that others succeed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct BodyEnd {
    /// From when on it is no more.
    #[n(0)]
    pub from: BlockTime,
    /// Who succeeds it.
    #[n(1)]
    pub successors: Vec<MemberId>,
    /// The act that says so, as cited.
    #[n(2)]
    pub act: String,
    /// The block of the notice.
    #[n(3)]
    pub announced: Height,
    /// The successor that answers for what it vouched for: the first whose jurisdiction covers its own. If none does,
    /// those above it answer.
    #[n(4)]
    pub heir: Option<MemberId>,
}

/// What has become of an authority's office. Nothing is written for one to which nothing has happened. It lies in one
/// value because it is asked for wherever the authority's word counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Office {
    /// Its suspension, announced or in force.
    #[n(0)]
    pub suspension: Option<Suspension>,
    /// Who answers for what it vouched for, in its place.
    #[n(1)]
    pub taken_over_by: Option<MemberId>,
    /// Its end, announced or in force.
    #[n(2)]
    pub end: Option<BodyEnd>,
}

impl Office {
    /// Whether the authority is suspended at this time.
    pub fn is_suspended(&self, time: BlockTime) -> bool {
        self.suspension.as_ref().is_some_and(|suspension| suspension.from <= time)
    }

    /// Its end, if that has come by this time.
    pub fn ended(&self, time: BlockTime) -> Option<&BodyEnd> {
        self.end.as_ref().filter(|end| end.from <= time)
    }

    /// Who answers for what it vouched for at this time, if it is not the authority itself.
    pub fn answered_by(&self, time: BlockTime) -> Option<MemberId> {
        self.taken_over_by.or_else(|| self.ended(time).and_then(|end| end.heir))
    }
}
