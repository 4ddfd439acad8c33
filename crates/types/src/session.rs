//! A member's signed wish to read what is not public.

use crate::ids::{MemberId, NetworkId};
use crate::key::{PublicKey, Signature};
use crate::time::BlockTime;
use minicbor::{Decode, Encode};

/// The longest a session may last.
pub const SESSION_MS_MAX: u64 = 15 * crate::time::MINUTE_MS;

/// What is signed, with the purpose *session*.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SessionStatement {
    /// The network.
    #[n(0)]
    pub network: NetworkId,
    /// The node that is asked, so that a session is worth nothing elsewhere.
    #[n(1)]
    pub node: PublicKey,
    /// Who asks.
    #[n(2)]
    pub member: MemberId,
    /// Until when, by the node's clock; at most [`SESSION_MS_MAX`] ahead.
    #[n(3)]
    pub expires: BlockTime,
    /// Chosen by the member.
    #[n(4)]
    pub nonce: u64,
}

/// The statement with the member's signature.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SignedSession {
    /// What is said.
    #[n(0)]
    pub statement: SessionStatement,
    /// The key.
    #[n(1)]
    pub key: PublicKey,
    /// The signature.
    #[n(2)]
    pub signature: Signature,
}
