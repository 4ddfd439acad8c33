//! What members may ask of the records application. Versions of records are filed through the applications that
//! give them their meaning; those call [`super::execute`].

use super::ids::TEXT_BYTES_MAX;
use super::rejection::RecordsRejection;
use chancery_types::code::{Domain, RegionCode, RegisterId};
use chancery_types::encoding::from_bytes;
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

impl RecordsTransaction {
    /// Decodes a payload. What comes out is within its bounds.
    ///
    /// # Errors
    /// [`RecordsRejection::Malformed`], or [`RecordsRejection::TextUnfit`].
    pub fn decode(payload: &[u8]) -> Result<Self, RecordsRejection> {
        let transaction: Self = from_bytes(payload).map_err(|_| RecordsRejection::Malformed)?;
        let Self::OpenRegister(register) = &transaction;
        if is_line(&register.title) && is_line(&register.legal_basis) {
            Ok(transaction)
        } else {
            Err(RecordsRejection::TextUnfit)
        }
    }
}

/// Something to read, on one line, of at most [`TEXT_BYTES_MAX`] bytes.
pub(super) fn is_line(text: &str) -> bool {
    let written = !text.trim().is_empty() && text.trim().len() == text.len();
    written && text.len() <= TEXT_BYTES_MAX && !text.chars().any(char::is_control)
}
