//! The signing scheme, named once.

use crate::error::Error;
use crate::keys::{self, Committee, ValidatorKeys};
use crate::namespace;
use chancery_types::ids::NetworkId;
use commonware_consensus::simplex::scheme::bls12381_threshold::vrf;
use commonware_cryptography::bls12381::primitives::variant::MinSig;
use commonware_cryptography::{Signer as _, ed25519};

/// Threshold BLS with a beacon per view: keys in G2, signatures in G1 (ADR 0002).
pub(crate) type Scheme = vrf::Scheme<ed25519::PublicKey, MinSig>;

/// The scheme of a validator that follows and signs nothing.
pub(crate) fn member(network: &NetworkId, committee: &Committee, keys: &ValidatorKeys) -> Result<Scheme, Error> {
    let me = keys::identity(&keys.identity)?.public_key();
    Scheme::member(&namespace::base(network), committee.participants()?, committee.sharing()?, &me)
        .ok_or(Error::NotAValidator)
}

/// The scheme of a validator that signs.
pub(crate) fn signer(network: &NetworkId, committee: &Committee, keys: &ValidatorKeys) -> Result<Scheme, Error> {
    let participants = committee.participants()?;
    let me = keys::identity(&keys.identity)?.public_key();
    let place = participants.iter().position(|key| *key == me).ok_or(Error::NotAValidator)?;
    let share = keys::share(&keys.share)?;
    // The engine would panic on a share whose index is out of range.
    if usize::from(share.index) != place {
        return Err(Error::Key("the share of the finality key"));
    }
    Scheme::signer(&namespace::base(network), participants, committee.sharing()?, share)
        .ok_or(Error::Key("the share of the finality key"))
}
