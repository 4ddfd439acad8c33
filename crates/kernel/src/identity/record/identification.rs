//! How it was established who a member is, and what a device is.

use chancery_types::hash::Digest;
use chancery_types::ids::{Height, MemberId};
use chancery_types::time::BlockTime;
use minicbor::{Decode, Encode};

/// How well it is known who somebody is: the three levels of Regulation (EU) No 910/2014, Article 8.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, serde::Serialize, serde::Deserialize,
)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum IdentityLevel {
    /// The claimed identity exists and was shown from afar.
    #[n(1)]
    Low,
    /// A document was checked against its register.
    #[n(2)]
    Substantial,
    /// The person or its legal representative stood before the one who checked, with a document that carries a picture.
    #[n(3)]
    High,
}

/// What the ledger knows about a check of somebody's legal identity. The documents stay with the authority.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Identification {
    /// How well it was checked.
    #[n(0)]
    pub level: IdentityLevel,
    /// The authority that answers for the check.
    #[n(1)]
    pub authority: MemberId,
    /// Who checked: the authority itself, or an officer of it by its id.
    #[n(2)]
    pub checked_by: MemberId,
    /// When it was checked.
    #[n(3)]
    pub checked: BlockTime,
    /// Salted commitment to the documents that were checked.
    #[n(4)]
    pub documents: Digest,
    /// The authority's keyed tag of the legal identity ([`crate::identity::query::duplicate_tag`]).
    #[n(5)]
    pub tag: Digest,
    /// The block in which it was recorded.
    #[n(6)]
    pub recorded: Height,
}

/// What a device is. Its owner stands with the member.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Device {
    /// Maker and model, as printed on it.
    #[n(0)]
    pub model: String,
    /// Where it stands, in words for the public.
    #[n(1)]
    pub place: String,
    /// Its latest calibration.
    #[n(2)]
    pub calibration: Option<Calibration>,
}

/// A calibration of a device.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Calibration {
    /// The member that calibrated it: a laboratory, or the authority itself.
    #[n(0)]
    pub by: MemberId,
    /// When.
    #[n(1)]
    pub on: BlockTime,
    /// Until when it is good.
    #[n(2)]
    pub expires: BlockTime,
    /// Hash of the certificate.
    #[n(3)]
    pub certificate: Digest,
}

impl Calibration {
    /// Whether a reading taken at this time was taken under it.
    pub fn covers(&self, time: BlockTime) -> bool {
        self.on <= time && time <= self.expires
    }
}
