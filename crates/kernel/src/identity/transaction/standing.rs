//! Suspending, taking over, vouching beside another authority.

use chancery_types::ids::MemberId;
use chancery_types::time::BlockTime;
use minicbor::{Decode, Encode};

/// The public notice of a suspension.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SuspensionNotice {
    /// The authority to be suspended.
    #[n(0)]
    pub authority: MemberId,
    /// From when on: at least [`crate::identity::ids::NOTICE_MS_MIN`] ahead.
    #[n(1)]
    pub from: BlockTime,
    /// Why, in words for the public.
    #[n(2)]
    pub reason: String,
}

/// The end of a suspension, or the withdrawal of its notice.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Lifting {
    /// The suspended authority.
    #[n(0)]
    pub authority: MemberId,
    /// Why, in words for the public.
    #[n(1)]
    pub reason: String,
}

/// Another authority answers for what one vouched for that is suspended or has ended.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct TakingOver {
    /// The authority that is suspended, is to be, or has ended.
    #[n(0)]
    pub authority: MemberId,
    /// Who answers in its place; the sender itself, if the superior takes back what it handed on.
    #[n(1)]
    pub by: MemberId,
    /// Why, in words for the public.
    #[n(2)]
    pub reason: String,
}

/// An authority no longer vouches for a member that it had vouched for beside another.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Withdrawal {
    /// The member.
    #[n(0)]
    pub member: MemberId,
    /// Why, in words for the public.
    #[n(1)]
    pub reason: String,
}
