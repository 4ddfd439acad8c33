//! Proofs of what stands in the state, and of what does not.

use crate::chunk::{self, Chunk, Key};
use crate::database::{Database, Exclusion, Inclusion};
use crate::error::Error;
use crate::state;
use chancery_types::encoding;
use chancery_types::hash::Digest;
use chancery_types::ids::StateKey;
use commonware_codec::{Copying, Decode, Encode as _};
use commonware_cryptography::{Sha256, sha256};
use commonware_runtime::Spawner;
use commonware_storage::Context;
use commonware_storage::qmdb::any::value::FixedEncoding;
use minicbor::bytes::ByteVec;
use minicbor::{Decode as CborDecode, Encode as CborEncode};

/// The most digests in one of the engine's proofs: more than any tree that fits on a disk needs.
const DIGESTS_MAX: usize = 64;
/// The most proofs of chunks: the head of the longest value and its tails.
const CHUNKS_MAX: usize = 1 + chunk::VALUE_BYTES_MAX.div_ceil(chunk::CHUNK_BYTES);

/// A proof of what stands under one key, against a state root.
///
/// It holds the engine's proofs as opaque bytes, whose format may change with the engine: it is for those who ask now,
/// and never part of a receipt.
#[derive(Clone, Debug, PartialEq, Eq, CborEncode, CborDecode)]
pub enum StateProof {
    /// A value stands there.
    #[n(0)]
    Present {
        /// The value.
        #[cbor(n(0), with = "minicbor::bytes")]
        value: Vec<u8>,
        /// The engine's proof of each chunk, head first.
        #[n(1)]
        chunks: Vec<ByteVec>,
    },
    /// Nothing stands there.
    #[n(1)]
    Absent {
        /// The engine's proof that the head is not there.
        #[cbor(n(0), with = "minicbor::bytes")]
        proof: Vec<u8>,
    },
}

impl StateProof {
    /// Proves what stands under `key` in the database as it is.
    ///
    /// # Errors
    /// [`Error::Damaged`] or [`Error::Database`].
    pub async fn make<E: Context + Spawner>(database: &Database<E>, key: &StateKey) -> Result<Self, Error> {
        let Some(value) = state::read(database, &[*key]).await?.pop().flatten() else {
            let proof = database.exclusion_proof(&chunk::head_key(key)).await.map_err(Error::database)?;
            return Ok(Self::Absent { proof: proof.encode().to_vec() });
        };
        let mut chunks = Vec::new();
        for (key, _) in layout(key, &value)? {
            let proof = database.key_value_proof(key).await.map_err(Error::database)?;
            chunks.push(ByteVec::from(proof.encode().to_vec()));
        }
        Ok(Self::Present { value, chunks })
    }

    /// What the proof proves to stand under `key` in the state whose root this is.
    ///
    /// # Errors
    /// [`Error::Proof`] if it proves nothing about this key and root.
    pub fn verify(&self, root: &Digest, key: &StateKey) -> Result<Option<Vec<u8>>, Error> {
        let root = sha256::Digest(root.0);
        match self {
            Self::Absent { proof } => {
                let proof = Exclusion::decode_cfg(Copying(proof), &(DIGESTS_MAX, (), ()))
                    .map_err(|_| Error::Proof("not a proof of absence"))?;
                let holds = proof.verify::<Sha256>(&chunk::head_key(key), &root);
                holds.then_some(None).ok_or(Error::Proof("absence does not follow from the root"))
            }
            Self::Present { value, chunks } => {
                let layout = layout(key, value)?;
                if layout.len() != chunks.len() {
                    return Err(Error::Proof("not one proof for each chunk of the value"));
                }
                for ((key, chunk), proof) in layout.into_iter().zip(chunks) {
                    let proof = Inclusion::decode_cfg(Copying(proof), &(DIGESTS_MAX, ()))
                        .map_err(|_| Error::Proof("not a proof of presence"))?;
                    if !proof.verify::<Sha256, FixedEncoding<Chunk>>(key, chunk, &root) {
                        return Err(Error::Proof("the value does not follow from the root"));
                    }
                }
                Ok(Some(value.clone()))
            }
        }
    }

    /// The canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        encoding::to_bytes(self)
    }

    /// Reads the canonical bytes.
    ///
    /// # Errors
    /// [`Error::Proof`] if they are anything else, or longer than any honest proof.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let proof: Self = encoding::from_bytes(bytes).map_err(|_| Error::Proof("not an encoded proof"))?;
        match &proof {
            Self::Present { chunks, .. } if chunks.len() > CHUNKS_MAX => Err(Error::Proof("too many chunks")),
            _ => Ok(proof),
        }
    }
}

/// The keys and chunks of a value, head first.
fn layout(key: &StateKey, value: &[u8]) -> Result<Vec<(Key, Chunk)>, Error> {
    let keys = std::iter::once(chunk::head_key(key)).chain((0..).map(|index| chunk::tail_key(key, index)));
    Ok(keys.zip(chunk::split(value)?).collect())
}
