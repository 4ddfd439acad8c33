//! Key files on disk: encrypted, readable by their owner only, written whole or not at all.

use crate::exit::Exit;
use chancery_client::keyring::Keyring;
use chancery_crypto::keyfile::{self, PassphraseCost};
use chancery_crypto::seal::SealingKey;
use chancery_crypto::signature::SigningKey;
use chancery_types::encoding::{from_bytes, to_bytes};
use chancery_types::ids::MemberId;
use minicbor::{Decode, Encode};
use rand_core::CryptoRng;
use std::io::Write as _;
use std::path::Path;
use zeroize::Zeroizing;

/// The label of a member's key file.
pub(crate) const MEMBER_KEY: &str = "member";
/// The label of a file with the key of an invitation.
pub(crate) const INVITATION_KEY: &str = "invitation";
/// The label of a file with a secret from which the keys of many members are derived.
pub(crate) const KEYRING: &str = "keyring";

/// What stands in a member's key file: the signing seed, and whose key it is once that is known.
#[derive(Encode, Decode)]
#[cbor(map)]
struct MemberSecret {
    #[cbor(n(0), with = "minicbor::bytes")]
    seed: [u8; 32],
    #[n(1)]
    member: Option<MemberId>,
    #[cbor(n(2), with = "minicbor::bytes")]
    sealing: Option<[u8; 32]>,
}

/// A member's key.
pub(crate) struct MemberKey {
    /// The key.
    pub(crate) key: SigningKey,
    /// Whose it is.
    pub(crate) member: Option<MemberId>,
    /// What opens returns that are sealed to it, for an authority.
    pub(crate) sealing: Option<SealingKey>,
}

/// Encrypts a secret into a file that must not be there yet.
pub(crate) fn write(
    path: &Path,
    kind: &str,
    secret: &[u8],
    passphrase: &str,
    cost: PassphraseCost,
    rng: &mut impl CryptoRng,
) -> Result<(), Exit> {
    if path.exists() {
        return Err(Exit::remedied(
            format!("{} is there already", path.display()),
            "Choose another name; a key file is never overwritten.",
        ));
    }
    let bytes = keyfile::write(kind, secret, passphrase.as_bytes(), cost, rng)
        .map_err(|error| Exit::failed(error.to_string()))?;
    write_private(path, &bytes).map_err(|error| Exit::file(path, &error))
}

/// Decrypts a key file of the expected kind.
pub(crate) fn read(path: &Path, kind: &str, passphrase: &str) -> Result<Zeroizing<Vec<u8>>, Exit> {
    let bytes = std::fs::read(path).map_err(|error| Exit::file(path, &error))?;
    let opened = keyfile::read(&bytes, passphrase.as_bytes())
        .map_err(|error| Exit::failed(format!("{}: {error}", path.display())))?;
    if opened.kind != kind {
        return Err(Exit::failed(format!("{} holds a {} key, not a {kind} key", path.display(), opened.kind)));
    }
    Ok(opened.secret)
}

/// Writes a member's key file.
pub(crate) fn write_member(
    path: &Path,
    held: &MemberKey,
    passphrase: &str,
    cost: PassphraseCost,
    rng: &mut impl CryptoRng,
) -> Result<(), Exit> {
    write(path, MEMBER_KEY, &to_secret(held), passphrase, cost, rng)
}

/// Writes the key of an invitation. It has a label of its own, so that nobody signs anything else with it.
pub(crate) fn write_invitation(
    path: &Path,
    invitation: &MemberKey,
    passphrase: &str,
    rng: &mut impl CryptoRng,
) -> Result<(), Exit> {
    write(path, INVITATION_KEY, &to_secret(invitation), passphrase, PassphraseCost::STANDARD, rng)
}

/// Reads the key of an invitation.
pub(crate) fn read_invitation(path: &Path, passphrase: &str) -> Result<MemberKey, Exit> {
    from_secret(path, &read(path, INVITATION_KEY, passphrase)?)
}

/// Writes a keyring's secret.
pub(crate) fn write_keyring(
    path: &Path,
    keyring: &Keyring,
    passphrase: &str,
    cost: PassphraseCost,
    rng: &mut impl CryptoRng,
) -> Result<(), Exit> {
    write(path, KEYRING, keyring.to_seed().as_ref(), passphrase, cost, rng)
}

/// Reads a keyring's secret.
pub(crate) fn read_keyring(path: &Path, passphrase: &str) -> Result<Keyring, Exit> {
    let secret = read(path, KEYRING, passphrase)?;
    let seed = <[u8; 32]>::try_from(secret.as_slice());
    seed.map(Keyring::from_seed).map_err(|_| Exit::failed(format!("{} does not hold a keyring", path.display())))
}

/// What a key file says it holds, without opening it.
pub(crate) fn kind(path: &Path) -> Result<String, Exit> {
    let bytes = std::fs::read(path).map_err(|error| Exit::file(path, &error))?;
    keyfile::kind(&bytes).map_err(|error| Exit::failed(format!("{}: {error}", path.display())))
}

fn to_secret(held: &MemberKey) -> Zeroizing<Vec<u8>> {
    let sealing = held.sealing.as_ref().map(|key| *key.to_seed());
    Zeroizing::new(to_bytes(&MemberSecret { seed: *held.key.to_seed(), member: held.member, sealing }))
}

fn from_secret(path: &Path, secret: &[u8]) -> Result<MemberKey, Exit> {
    let secret: MemberSecret =
        from_bytes(secret).map_err(|_| Exit::failed(format!("{} does not hold a member's key", path.display())))?;
    let sealing = secret.sealing.as_ref().map(SealingKey::from_seed);
    Ok(MemberKey { key: SigningKey::from_seed(&secret.seed), member: secret.member, sealing })
}

/// Reads a member's key file.
pub(crate) fn read_member(path: &Path, passphrase: &str) -> Result<MemberKey, Exit> {
    from_secret(path, &read(path, MEMBER_KEY, passphrase)?)
}

/// Writes a file that only its owner may read: first beside its place, then moved there.
fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&beside, path)
}
