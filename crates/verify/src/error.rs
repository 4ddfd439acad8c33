//! Why a receipt does not hold.

/// Why a receipt does not hold, or cannot be judged. The first thing found wrong is named.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// Longer than any receipt.
    #[error("the file is longer than any receipt; it is something else")]
    TooLong,
    /// The bytes are not a receipt.
    #[error("the bytes are not a receipt in its canonical encoding; the file is damaged or something else")]
    Malformed,
    /// A later version's receipt.
    #[error("the receipt has format {0}, which this version does not know; use a newer verifier")]
    UnknownFormat(u16),
    /// The receipt relies on something that this version cannot check.
    #[error("the receipt carries {0}, which this version cannot check; use a newer verifier")]
    NotSupported(&'static str),
    /// Another network's receipt.
    #[error("the receipt is of another network than the one you named")]
    OtherNetwork,
    /// The header is not this network's.
    #[error("the block header names another network than the receipt")]
    HeaderNetwork,
    /// The proposer is none of the validators.
    #[error("the block was proposed by nobody among the network's validators")]
    UnknownProposer,
    /// The proposer's signature does not hold.
    #[error("the proposer's signature over the block header does not hold")]
    ProposerSignature,
    /// The certificate does not decode.
    #[error("the finality certificate does not decode")]
    CertificateMalformed,
    /// The certificate is about another block.
    #[error("the finality certificate is about another block")]
    CertificateOther,
    /// The certificate's signature does not hold.
    #[error("the finality certificate was not signed by a quorum of the network's validators")]
    CertificateSignature,
    /// The block is not among the anchor's earlier headers.
    #[error("the block does not stand in the history of the later block that is to make it final")]
    History,
    /// The outcome is not in the block.
    #[error("the outcome does not stand in the block")]
    Outcome,
    /// The transaction is another than the one the outcome is about.
    #[error("the transaction is not the one that the outcome is about")]
    OtherTransaction,
    /// The sender's signature does not hold.
    #[error("the sender's signature over the transaction does not hold")]
    TransactionSignature,
    /// The event is not among the outcome's events.
    #[error("the event is not among those that the outcome commits to")]
    Event,
    /// A known kind of event that does not decode.
    #[error("the event is not what its kind says")]
    EventMalformed,
    /// A total does not follow from its sum of commitments.
    #[error("the proof of the total of cell {0} does not hold")]
    Total(String),
}
