//! How members were identified, and what devices are.

use crate::identity::record::{Device, Identification, IdentityLevel};
use crate::identity::rejection::IdentityRejection;
use crate::identity::state;
use chancery_crypto::hash::{Tag, hash};
use chancery_ledger::View;
use chancery_types::hash::Digest;
use chancery_types::ids::{MemberId, NetworkId};
use chancery_types::time::BlockTime;

/// The size of an authority's key for tags, in bytes.
pub const TAG_KEY_BYTES: usize = 32;

/// An authority's tag of a legal identity, by which the ledger notices that it is registered twice (ADR 0013). `register`
/// names the official register ("national-id", "company-register"), `number` is the number in it; case, spaces and
/// punctuation of the number do not matter.
///
/// The key is the authority's own secret and never leaves it: without it nobody can try out numbers, and the tags of two
/// authorities, or of one on two networks, have nothing in common. Keyed twice, inside and outside, as in HMAC
/// (RFC 2104), so that no tag can be computed from another.
pub fn duplicate_tag(
    key: &[u8; TAG_KEY_BYTES],
    network: &NetworkId,
    authority: &MemberId,
    register: &str,
    number: &str,
) -> Digest {
    let number: String = number.chars().filter(|sign| sign.is_alphanumeric()).flat_map(char::to_uppercase).collect();
    let parts: [&[u8]; 6] =
        [b"duplicate", key, network.as_bytes(), authority.as_bytes(), register.as_bytes(), number.as_bytes()];
    let inner = hash(Tag::LegalIdentity, &parts);
    hash(Tag::LegalIdentity, &[b"duplicate tag", key, inner.as_bytes()])
}

/// How a member was identified last; `None` if no authority has said.
pub fn identification(view: &View<'_>, member: &MemberId) -> Option<Identification> {
    view.read(&state::identification(member))
}

/// Whether a member was identified at a level or a higher one.
pub fn is_identified(view: &View<'_>, member: &MemberId, level: IdentityLevel) -> bool {
    identification(view, member).is_some_and(|known| known.level >= level)
}

/// The member that an authority has registered under its tag, live or ended.
pub fn identified_as(view: &View<'_>, authority: &MemberId, tag: &Digest) -> Option<MemberId> {
    view.read(&state::identified(authority, tag))
}

/// What a device is.
pub fn device(view: &View<'_>, member: &MemberId) -> Option<Device> {
    view.read(&state::device(member))
}

/// Whether a device was calibrated at the time of a reading. An application whose register demands calibration asks this
/// when a reading is filed.
///
/// # Errors
/// [`IdentityRejection::CalibrationMissing`].
pub fn check_calibration(view: &View<'_>, member: &MemberId, reading: BlockTime) -> Result<(), IdentityRejection> {
    let calibration = device(view, member).and_then(|device| device.calibration);
    let covered = calibration.is_some_and(|calibration| calibration.covers(reading));
    if covered { Ok(()) } else { Err(IdentityRejection::CalibrationMissing) }
}
