//! A validator's secrets in its key file.

use chancery_consensus::keys::{SEED_BYTES, ValidatorKeys};
use chancery_types::encoding::{from_bytes, to_bytes};
use minicbor::{Decode, Encode};

/// The label under which a validator's key file is written.
pub const VALIDATOR_KEY: &str = "validator";

/// What stands in a validator's key file.
#[derive(Encode, Decode)]
#[cbor(map)]
struct Secrets {
    #[cbor(n(0), with = "minicbor::bytes")]
    identity: [u8; SEED_BYTES],
    #[cbor(n(1), with = "minicbor::bytes")]
    share: Vec<u8>,
}

/// The bytes to be encrypted into a key file.
pub fn to_secret(keys: &ValidatorKeys) -> Vec<u8> {
    to_bytes(&Secrets { identity: keys.identity, share: keys.share.clone() })
}

/// The keys from a decrypted key file; none if the file holds something else.
pub fn from_secret(bytes: &[u8]) -> Option<ValidatorKeys> {
    let secrets: Secrets = from_bytes(bytes).ok()?;
    Some(ValidatorKeys { identity: secrets.identity, share: secrets.share })
}
