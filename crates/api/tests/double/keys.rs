//! Who is who in the double's network.

use chancery_crypto::signature::SigningKey;
use chancery_types::ids::MemberId;
use chancery_types::key::PublicKey;

/// The node itself.
pub const NODE: u8 = 1;
/// The supervising authority of both registers.
pub const AUTHORITY: u8 = 2;
/// A filer.
pub const FILER: u8 = 3;
/// A member with no part in anything.
pub const STRANGER: u8 = 4;

pub fn signing(who: u8) -> SigningKey {
    SigningKey::from_seed(&[who; 32])
}

pub fn member(who: u8) -> MemberId {
    MemberId([who; 16])
}

/// A member with its signing key.
pub fn holder(who: u8) -> (MemberId, SigningKey) {
    (member(who), signing(who))
}

/// Members with their bound keys; the node is no member that does business.
pub fn all() -> Vec<(u8, PublicKey)> {
    [AUTHORITY, FILER, STRANGER].map(|who| (who, signing(who).public_key())).to_vec()
}
