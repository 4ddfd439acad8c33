//! Members: the parties that are known by real name.

use minicbor::{Decode, Encode};

/// What kind of party a member is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, serde::Serialize, serde::Deserialize,
)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum MemberKind {
    /// A government body with a jurisdiction.
    #[n(0)]
    Authority,
    /// A company, institution or other body.
    #[n(1)]
    Organisation,
    /// A natural person.
    #[n(2)]
    Person,
    /// A device that signs readings.
    #[n(3)]
    Device,
    /// A validator or other node.
    #[n(4)]
    Node,
}

/// What a key may sign.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, serde::Serialize, serde::Deserialize,
)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum KeyPurpose {
    /// The member's business.
    #[n(0)]
    Business,
    /// Nothing but the acceptance of the invitation that carries it.
    #[n(1)]
    Invitation,
}
