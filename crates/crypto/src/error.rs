//! What can go wrong, one variant for each thing a caller can do differently.

/// An error of this crate. No variant carries secret material, plaintext or a passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CryptoError {
    /// The bytes are not a public key that may be registered: not a canonical point of the prime-order group.
    #[error("not an acceptable public key")]
    PublicKeyInvalid,
    /// The signature does not verify for this purpose, network, message and key.
    #[error("the signature does not verify")]
    SignatureInvalid,
    /// The bytes are not the canonical encoding of a group element.
    #[error("not the canonical encoding of a point")]
    PointInvalid,
    /// The bytes are not the canonical encoding of a scalar (an integer below the group order).
    #[error("not the canonical encoding of a scalar")]
    ScalarInvalid,
    /// A linear identity gives its dependent term the coefficient zero.
    #[error("the dependent term of a linear identity has the coefficient zero")]
    CoefficientZero,
    /// The proof of a total does not hold for this sum, total and context.
    #[error("the proof of the total does not hold")]
    TotalProofInvalid,
    /// A Merkle proof or frontier is not one of a tree with the stated number of leaves.
    #[error("not a well-formed proof for a tree of the stated size")]
    MerkleMalformed,
    /// The Merkle proof is well-formed but does not lead to the root.
    #[error("the proof does not lead to the root")]
    MerkleMismatch,
    /// A tree cannot hold or does not have the leaf that was asked for.
    #[error("leaf {index} is outside a tree of {count} leaves")]
    LeafOutOfRange {
        /// The leaf asked for.
        index: u64,
        /// How many leaves there are.
        count: u64,
    },
    /// The bytes are not one finality certificate.
    #[error("not a finality certificate")]
    CertificateMalformed,
    /// The finality key is not an acceptable BLS12-381 key.
    #[error("not an acceptable finality key")]
    FinalityKeyInvalid,
    /// The certificate's finality signature does not verify.
    #[error("the finality signature does not verify under the network's key")]
    FinalityInvalid,
    /// The certificate's seed signature does not verify.
    #[error("the seed signature does not verify under the network's key")]
    SeedInvalid,
    /// Two fields of one document have the same name, or there are more fields than a document may have.
    #[error("a document's fields are named once each, and are at most {max}")]
    FieldsInvalid {
        /// The greatest number of fields.
        max: usize,
    },
    /// The document has no field of that name.
    #[error("the document has no such field")]
    FieldUnknown,
    /// The sealed message cannot be opened: other key, other context, or changed bytes.
    #[error("the sealed message cannot be opened with this key in this context")]
    SealInvalid,
    /// The randomness for sealing led to a key that cannot be used, or the message is too long.
    #[error("the message cannot be sealed to this key")]
    SealImpossible,
    /// The key file ends before its stated length, or does not begin as a key file does.
    #[error("the key file is cut short or is not a key file")]
    KeyFileTruncated,
    /// The key file was written by another version of the format.
    #[error("key file version {version} is not known; this program reads version {known}")]
    KeyFileVersion {
        /// The version found.
        version: u8,
        /// The version this program reads.
        known: u8,
    },
    /// The key file's bytes changed since it was written (its checksum differs).
    #[error("the key file is damaged: its checksum differs; restore it from a copy")]
    KeyFileDamaged,
    /// The key file asks for more work than this program will do, or for parameters that do not exist.
    #[error("the key file's passphrase parameters are out of bounds")]
    KeyFileCost,
    /// The passphrase does not open the key file.
    #[error("wrong passphrase")]
    PassphraseWrong,
    /// A label or secret is longer than a key file may hold.
    #[error("too long for a key file: {bytes} bytes, at most {max}")]
    KeyFileTooLong {
        /// The length given.
        bytes: usize,
        /// The longest allowed.
        max: usize,
    },
}
