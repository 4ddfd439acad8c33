//! Many keys from one secret: for whoever holds the keys of others in trust (a demonstration, an office that files for
//! bodies without systems of their own), so that there is one secret to guard.
//!
//! Every key and salt is the hash of the secret and a label, for example `county/01001`.

use chancery_crypto::hash::{Digest, Tag, hash};
use chancery_crypto::seal::SealingKey;
use chancery_crypto::signature::SigningKey;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

/// A secret from which keys are derived.
#[derive(Clone)]
pub struct Keyring(Zeroizing<[u8; 32]>);

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keyring(secret)")
    }
}

impl Keyring {
    /// A new one.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut seed = Zeroizing::new([0; 32]);
        rng.fill_bytes(seed.as_mut());
        Self(seed)
    }

    /// The one of this secret.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self(Zeroizing::new(seed))
    }

    /// The secret, to be kept in a key file.
    pub fn to_seed(&self) -> Zeroizing<[u8; 32]> {
        self.0.clone()
    }

    /// The signing key of a label.
    pub fn signing_key(&self, label: &str) -> SigningKey {
        SigningKey::from_seed(&self.derive("signing", label))
    }

    /// The sealing key of a label.
    pub fn sealing_key(&self, label: &str) -> SealingKey {
        SealingKey::from_seed(&self.derive("sealing", label))
    }

    /// The salted commitment to a legal identity that stands on the ledger.
    pub fn legal_identity(&self, label: &str, documents: &str) -> Digest {
        hash(Tag::LegalIdentity, &[self.derive("salt", label).as_ref(), documents.as_bytes()])
    }

    fn derive(&self, what: &str, label: &str) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(hash(Tag::Derivation, &[self.0.as_ref(), what.as_bytes(), label.as_bytes()]).0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_uses_give_different_keys_and_the_same_ones_the_same() {
        let ring = Keyring::from_seed([1; 32]);
        let key = |ring: &Keyring, label: &str| ring.signing_key(label).public_key();
        assert_eq!(key(&ring, "county/01001"), key(&Keyring::from_seed(*ring.to_seed()), "county/01001"));
        assert_ne!(key(&ring, "county/01001"), key(&ring, "county/01003"));
        assert_ne!(key(&ring, "county/01001"), key(&Keyring::from_seed([2; 32]), "county/01001"));
        assert_ne!(ring.legal_identity("a", "x"), ring.legal_identity("b", "x"));
    }
}
