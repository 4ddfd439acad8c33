//! Stable numbers of refusals.

use crate::ids::ApplicationId;
use minicbor::{Decode, Encode};
use std::fmt;

/// Why a transaction changed nothing: an application's number and the reason's number within it. A number, once
/// given, is never given to another reason; `formats/rejections.txt` keeps the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct RejectionCode {
    /// The application that refused; 0 is the ledger itself.
    #[n(0)]
    pub application: ApplicationId,
    /// The reason's number within the application.
    #[n(1)]
    pub number: u16,
}

impl fmt::Display for RejectionCode {
    /// `application-number`, for example `16-007`: one spelling in pages, errors and receipts.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:03}", self.application.0, self.number)
    }
}

/// The text is not a rejection code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a refusal's number is written like 16-007")]
pub struct InvalidRejectionCode;

impl std::str::FromStr for RejectionCode {
    type Err = InvalidRejectionCode;

    fn from_str(text: &str) -> Result<Self, InvalidRejectionCode> {
        let (application, number) = text.split_once('-').ok_or(InvalidRejectionCode)?;
        let code = Self {
            application: ApplicationId(application.parse().map_err(|_| InvalidRejectionCode)?),
            number: number.parse().map_err(|_| InvalidRejectionCode)?,
        };
        if code.to_string() == text { Ok(code) } else { Err(InvalidRejectionCode) }
    }
}

impl serde::Serialize for RejectionCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for RejectionCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
