//! Two signed proposals for one view: evidence that anyone can check.

use crate::governance::rejection::GovernanceRejection;
use chancery_crypto::digest::header_hash;
use chancery_crypto::signature::{Purpose, verify};
use chancery_types::block::Header;
use chancery_types::ids::NetworkId;
use chancery_types::key::{PublicKey, Signature};
use minicbor::{Decode, Encode};

/// A header with its proposer's signature, as it stands in a block.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SignedHeader {
    /// The header.
    #[n(0)]
    pub header: Header,
    /// The proposer's signature over the header's hash, with the purpose *proposal*.
    #[n(1)]
    pub signature: Signature,
}

/// Two different headers that one proposer signed for one epoch and view.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Evidence {
    /// One.
    #[n(0)]
    pub first: SignedHeader,
    /// The other.
    #[n(1)]
    pub second: SignedHeader,
}

impl Evidence {
    /// The key that signed both, if they are what they must be: of this network, for one epoch and view, different, and
    /// signed by the proposer whom they name. Honest validators sign one proposal in a view, or none.
    ///
    /// # Errors
    /// [`GovernanceRejection::EvidenceUnsound`].
    pub fn check(&self, network: &NetworkId) -> Result<PublicKey, GovernanceRejection> {
        let (one, other) = (&self.first.header, &self.second.header);
        let of_one_view = one.epoch == other.epoch && one.view == other.view && one.proposer == other.proposer;
        let of_here = one.network == *network && other.network == *network;
        let (one_hash, other_hash) = (header_hash(one), header_hash(other));
        let signed =
            |hash: &[u8], signature| verify(Purpose::Proposal, network, hash, &one.proposer, signature).is_ok();
        let sound = of_one_view
            && of_here
            && one_hash != other_hash
            && signed(one_hash.as_bytes(), &self.first.signature)
            && signed(other_hash.as_bytes(), &self.second.signature);
        if sound { Ok(one.proposer) } else { Err(GovernanceRejection::EvidenceUnsound) }
    }
}
