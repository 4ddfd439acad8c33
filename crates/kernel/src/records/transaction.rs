//! What members may ask of the records application. Versions of records are filed through the applications that
//! give them their meaning; those call [`super::execute`].

use chancery_types::code::{Domain, RegionCode, RegisterId};
use chancery_types::record::RegisterClass;
use minicbor::{Decode, Encode};

/// A transaction of this application.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum RecordsTransaction {
    /// Opens a register within the sender's jurisdiction; the sender supervises it.
    #[n(0)]
    OpenRegister(#[n(0)] NewRegister),
}

/// A register to be opened.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct NewRegister {
    /// Its id.
    #[n(0)]
    pub id: RegisterId,
    /// Whether values stand in clear or as commitments.
    #[n(1)]
    pub class: RegisterClass,
    /// The subject domain, within one of the sender's.
    #[n(2)]
    pub domain: Domain,
    /// The region that it covers, within the sender's.
    #[n(3)]
    pub region: RegionCode,
    /// The law, as cited.
    #[n(4)]
    pub legal_basis: String,
    /// What people call it.
    #[n(5)]
    pub title: String,
}
