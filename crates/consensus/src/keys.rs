//! The validators' keys: identities, shares of the finality key, and the committee that holds them.
//!
//! Everything leaves this module as bytes, so that no other crate names a type of the engine. Secrets are plain bytes
//! here; whoever stores them seals them first (`crypto`'s key files).

use crate::error::Error;
use chancery_types::key::{FinalityKey, PublicKey};
use chancery_types::network::VALIDATORS_MAX;
use commonware_codec::{Copying, Decode, DecodeExt, Encode};
use commonware_cryptography::bls12381::dkg::feldman_desmedt;
use commonware_cryptography::bls12381::primitives::group;
use commonware_cryptography::bls12381::primitives::sharing::{Mode, ModeVersion, Sharing};
use commonware_cryptography::bls12381::primitives::variant::MinSig;
use commonware_cryptography::{Signer as _, ed25519};
use commonware_utils::ordered::Set;
use commonware_utils::{N3f1, NZU32};
use rand_core::CryptoRng;
use std::num::NonZeroU32;

#[expect(clippy::cast_possible_truncation, reason = "the bound is a small constant")]
const PARTICIPANTS_MAX: NonZeroU32 = NZU32!(VALIDATORS_MAX as u32);

/// Bytes of an Ed25519 seed (RFC 8032): the secret half of a validator's identity.
pub const SEED_BYTES: usize = 32;

/// A validator's secrets.
#[derive(Clone)]
pub struct ValidatorKeys {
    /// Seed of the Ed25519 identity: peers know the node by its public key, and it signs proposals.
    pub identity: [u8; SEED_BYTES],
    /// Its share of the finality key, in the engine's encoding.
    pub share: Vec<u8>,
}

impl std::fmt::Debug for ValidatorKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ValidatorKeys(secret)")
    }
}

/// Who signs blocks: public, part of the genesis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committee {
    /// Identities in ascending order of their bytes; a validator's place is the index of its share.
    pub validators: Vec<PublicKey>,
    /// The public polynomial of the finality key, in the engine's encoding. It binds every share to its holder.
    pub polynomial: Vec<u8>,
}

/// What a dealer makes.
#[derive(Debug)]
pub struct Dealt {
    /// The public part.
    pub committee: Committee,
    /// One entry per validator, in the order of [`Committee::validators`].
    pub validators: Vec<ValidatorKeys>,
}

/// Makes all keys of a network of `count` validators in one place.
///
/// Whoever runs this holds every share for a moment and could keep them: for demonstrations and tests only, and a
/// network says so in its identity (`dealt`).
pub fn deal(rng: &mut impl CryptoRng, count: usize) -> Result<Dealt, Error> {
    if count == 0 || count > VALIDATORS_MAX {
        return Err(Error::Committee("a committee has 1 to 64 validators"));
    }
    let mut seeds: Vec<[u8; SEED_BYTES]> = vec![[0; SEED_BYTES]; count];
    for seed in &mut seeds {
        rng.fill_bytes(seed);
    }
    let mut identities =
        seeds.into_iter().map(|seed| Ok((public_key(&seed)?, seed))).collect::<Result<Vec<_>, Error>>()?;
    identities.sort();
    let players: Set<ed25519::PublicKey> =
        Set::from_iter_dedup(identities.iter().map(|(key, _)| key).map(engine_key).collect::<Result<Vec<_>, _>>()?);
    let (output, shares) = feldman_desmedt::deal::<MinSig, _, N3f1>(rng, Mode::NonZeroCounter, players)
        .map_err(|_| Error::Committee("the dealer could not make shares"))?;
    let committee = Committee {
        validators: identities.iter().map(|(key, _)| *key).collect(),
        polynomial: output.public().encode().to_vec(),
    };
    let validators = identities
        .into_iter()
        .map(|(key, identity)| {
            let share =
                shares.get_value(&engine_key(&key)?).ok_or(Error::Committee("the dealer left a validator out"))?;
            Ok(ValidatorKeys { identity, share: share.encode().to_vec() })
        })
        .collect::<Result<Vec<_>, Error>>()?;
    Ok(Dealt { committee, validators })
}

/// The public key of an identity.
pub fn public_key(seed: &[u8; SEED_BYTES]) -> Result<PublicKey, Error> {
    let key = identity(seed)?.public_key().encode();
    PublicKey::from_slice(&key).ok_or(Error::Key("the identity key"))
}

impl Committee {
    /// The network's finality key: the constant term of the polynomial.
    pub fn finality_key(&self) -> Result<FinalityKey, Error> {
        let key = self.sharing()?.public().encode();
        FinalityKey::from_slice(&key).ok_or(Error::Key("the finality key"))
    }

    /// Checks that the committee is well-formed: sorted, distinct keys, and a polynomial of the right degree for them.
    pub fn check(&self) -> Result<(), Error> {
        self.participants()?;
        self.sharing().map(drop)
    }

    /// The identities as the engine wants them.
    pub(crate) fn participants(&self) -> Result<Set<ed25519::PublicKey>, Error> {
        if !self.validators.is_sorted_by(|a, b| a < b) {
            return Err(Error::Committee("validators must be distinct and in ascending order"));
        }
        let keys = self.validators.iter().map(engine_key).collect::<Result<Vec<_>, _>>()?;
        Ok(Set::from_iter_dedup(keys))
    }

    /// The public polynomial, checked against the number of validators.
    pub(crate) fn sharing(&self) -> Result<Sharing<MinSig>, Error> {
        let cfg = (PARTICIPANTS_MAX, ModeVersion::v0());
        let sharing = Sharing::<MinSig>::decode_cfg(Copying(&self.polynomial), &cfg)
            .map_err(|_| Error::Key("the committee's public polynomial"))?;
        let total = usize::try_from(sharing.total().get()).unwrap_or(usize::MAX);
        if total != self.validators.len() || sharing.required() != quorum(self.validators.len()) {
            return Err(Error::Committee("the polynomial does not fit the number of validators"));
        }
        Ok(sharing)
    }
}

/// The engine's private key of an identity.
pub(crate) fn identity(seed: &[u8; SEED_BYTES]) -> Result<ed25519::PrivateKey, Error> {
    ed25519::PrivateKey::decode(Copying(seed)).map_err(|_| Error::Key("the identity seed"))
}

/// The engine's form of a public key.
pub(crate) fn engine_key(key: &PublicKey) -> Result<ed25519::PublicKey, Error> {
    ed25519::PublicKey::decode(Copying(&key.0)).map_err(|_| Error::Key("a validator's public key"))
}

/// The engine's form of a share.
pub(crate) fn share(bytes: &[u8]) -> Result<group::Share, Error> {
    group::Share::decode(Copying(bytes)).map_err(|_| Error::Key("the share of the finality key"))
}

/// n − f of n ≥ 3f + 1.
fn quorum(validators: usize) -> u32 {
    let faults = validators.saturating_sub(1) / 3;
    u32::try_from(validators - faults).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_core::SeedableRng;

    fn dealt(count: usize) -> Dealt {
        deal(&mut rand_chacha::ChaCha20Rng::seed_from_u64(7), count).unwrap()
    }

    #[test]
    fn a_dealt_committee_is_well_formed_for_every_size_in_use() {
        for count in [1, 2, 3, 4, 5, 7, 10] {
            let dealt = dealt(count);
            assert_eq!(dealt.committee.check(), Ok(()), "{count} validators");
            assert_eq!(dealt.validators.len(), count);
            for (key, secrets) in dealt.committee.validators.iter().zip(&dealt.validators) {
                assert_eq!(public_key(&secrets.identity).unwrap(), *key);
                assert!(share(&secrets.share).is_ok());
            }
        }
    }

    #[test]
    fn the_same_seed_deals_the_same_keys() {
        assert_eq!(dealt(4).committee, dealt(4).committee);
    }

    #[test]
    fn a_committee_that_does_not_fit_is_refused() {
        let mut unsorted = dealt(4).committee;
        unsorted.validators.reverse();
        assert!(unsorted.check().is_err());
        let mut short = dealt(4).committee;
        short.validators.pop();
        assert!(short.check().is_err());
        let mut cut = dealt(4).committee;
        cut.polynomial.pop();
        assert!(cut.check().is_err());
    }

    #[test]
    fn no_committee_is_empty_or_too_large() {
        for count in [0, VALIDATORS_MAX + 1] {
            assert!(deal(&mut rand_chacha::ChaCha20Rng::seed_from_u64(7), count).is_err());
        }
    }
}
