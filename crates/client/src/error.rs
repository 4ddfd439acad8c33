//! What can go wrong between a member and a network, one variant for each thing a caller can do differently.

use chancery_types::ids::TransactionId;
use chancery_types::rejection::RejectionCode;
use serde::Deserialize;

/// A refusal as the interface writes it (RFC 9457, with the stable number and the remedy).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Problem {
    /// In a few words.
    #[serde(default)]
    pub title: String,
    /// The HTTP status.
    #[serde(default)]
    pub status: u16,
    /// What was wrong here.
    #[serde(default)]
    pub detail: String,
    /// The stable number.
    pub code: Option<RejectionCode>,
    /// What to do.
    #[serde(default)]
    pub remedy: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(code) = self.code {
            write!(f, "{code} ")?;
        }
        write!(f, "{}", if self.detail.is_empty() { &self.title } else { &self.detail })?;
        if self.remedy.is_empty() { Ok(()) } else { write!(f, " {}", self.remedy) }
    }
}

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// An address is not one of a node.
    #[error("{0:?} is no address of a node; write it like http://127.0.0.1:8800")]
    Address(String),
    /// No node of the list could be reached.
    #[error("cannot reach {nodes}: {cause}")]
    Unreachable {
        /// The addresses that were tried.
        nodes: String,
        /// What happened at the last one.
        cause: String,
    },
    /// The node refused the request.
    #[error("refused: {0}")]
    Refused(Problem),
    /// The node's answer is not what the interface promises.
    #[error("the node's answer to {request} cannot be read: {cause}")]
    Answer {
        /// What was asked.
        request: String,
        /// What was wrong.
        cause: String,
    },
    /// The transaction was not final before it expired.
    #[error("transaction {0} was not final before its expiry; ask for its outcome before sending anything anew")]
    NotFinal(TransactionId),
    /// The ledger rejected the transaction.
    #[error("transaction {id} was rejected: {code} {cause} {remedy}")]
    Rejected {
        /// Its id: a receipt proves the rejection.
        id: TransactionId,
        /// The stable number.
        code: RejectionCode,
        /// What was wrong.
        cause: String,
        /// What to do.
        remedy: String,
    },
    /// The operating system gave no randomness.
    #[error("the operating system gave no randomness: {0}")]
    Randomness(getrandom::Error),
    /// Something could not be sealed, signed or proved.
    #[error(transparent)]
    Cryptography(#[from] chancery_crypto::CryptoError),
    /// A return cannot be built or a figure cannot be published.
    #[error("{0}")]
    Statistics(String),
}

impl ClientError {
    /// The stable number, where the ledger or the interface gave one.
    pub const fn code(&self) -> Option<RejectionCode> {
        match self {
            Self::Refused(problem) => problem.code,
            Self::Rejected { code, .. } => Some(*code),
            _ => None,
        }
    }

    /// Whether the node said that there is nothing of this id.
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Refused(Problem { status: 404, .. }))
    }
}
