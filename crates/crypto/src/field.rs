//! A commitment to a document field by field: the root stands on the ledger, one field can be shown without the others.
//!
//! Each field is a leaf over its name, its salt and its value. The salt is derived from the document's secret salt and
//! the name, so nobody can try out values of a field that was not shown, and destroying the one salt makes the whole
//! commitment unreadable for good. The leaves stand in the order of the fields' names. What a commitment shows is the
//! number of fields, and, with an opened field, its place among them.

use crate::error::CryptoError;
use crate::hash::{Digest, Tag, hash};
use crate::merkle::{self, LeafKind, Path};
use rand_core::CryptoRng;
use std::collections::BTreeMap;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The most fields in one document.
pub const FIELDS_MAX: usize = 4_096;

/// A document's secret salt. Erased from memory when dropped, never shown in debug output.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct DocumentSalt([u8; 32]);

impl DocumentSalt {
    /// A new salt. Every version of a document has its own.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut salt = Self([0; 32]);
        rng.fill_bytes(&mut salt.0);
        salt
    }

    /// Reads a salt from where it is kept sealed.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The secret bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The salt of one field. SHA-256 under its own tag over a secret of fixed length is a sound derivation.
    fn of_field(&self, name: &str) -> [u8; 32] {
        hash(Tag::FieldSalt, &[&self.0, name.as_bytes()]).0
    }
}

impl std::fmt::Debug for DocumentSalt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DocumentSalt(secret)")
    }
}

/// A document with what is needed to open its fields. Debug output shows the number of fields only.
pub struct Fields<'a> {
    salt: DocumentSalt,
    values: BTreeMap<&'a str, &'a [u8]>,
}

/// One field, shown: enough to check it against the document's root. It is shown to its recipient, not to a log: debug
/// output has the name only.
#[derive(Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct FieldOpening {
    /// The field's name.
    #[n(0)]
    pub name: String,
    /// The field's salt.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub salt: [u8; 32],
    /// The field's value, in its own encoding.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub value: Vec<u8>,
    /// The field's place in the document.
    #[n(3)]
    pub path: Path,
}

impl<'a> Fields<'a> {
    /// Takes a document's fields, in any order.
    ///
    /// # Errors
    /// [`CryptoError::FieldsInvalid`] if a name occurs twice or there are more than [`FIELDS_MAX`].
    pub fn new(salt: DocumentSalt, fields: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Result<Self, CryptoError> {
        let mut values = BTreeMap::new();
        for (name, value) in fields {
            if values.insert(name, value).is_some() || values.len() > FIELDS_MAX {
                return Err(CryptoError::FieldsInvalid { max: FIELDS_MAX });
            }
        }
        Ok(Self { salt, values })
    }

    /// The commitment: what stands on the ledger.
    pub fn root(&self) -> Digest {
        merkle::root(&self.leaves())
    }

    /// Shows one field.
    ///
    /// # Errors
    /// [`CryptoError::FieldUnknown`] if the document has no field of that name.
    pub fn open(&self, name: &str) -> Result<FieldOpening, CryptoError> {
        let value = self.values.get(name).ok_or(CryptoError::FieldUnknown)?;
        // The place among the sorted names.
        let index = self.values.range(..name).count() as u64;
        let path = merkle::prove(&self.leaves(), index)?;
        Ok(FieldOpening { name: name.to_owned(), salt: self.salt.of_field(name), value: value.to_vec(), path })
    }

    fn leaves(&self) -> Vec<Digest> {
        self.values.iter().map(|(name, value)| leaf(name, &self.salt.of_field(name), value)).collect()
    }
}

impl FieldOpening {
    /// Checks that the document with this root has this field with this value.
    ///
    /// # Errors
    /// [`CryptoError::MerkleMalformed`] or [`CryptoError::MerkleMismatch`] if not.
    pub fn verify(&self, root: &Digest) -> Result<(), CryptoError> {
        merkle::verify(&self.path, &leaf(&self.name, &self.salt, &self.value), root)
    }
}

impl std::fmt::Debug for Fields<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Fields({} of a document)", self.values.len())
    }
}

impl std::fmt::Debug for FieldOpening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FieldOpening").field("name", &self.name).finish_non_exhaustive()
    }
}

fn leaf(name: &str, salt: &[u8; 32], value: &[u8]) -> Digest {
    merkle::leaf(LeafKind::Field, &[name.as_bytes(), salt, value])
}

#[cfg(test)]
mod tests {
    use super::*;
    use chancery_types::encoding::{from_bytes, to_bytes};

    fn document(salt: u8) -> Fields<'static> {
        let fields = [("name", &b"Li"[..]), ("born", b"1970-01-01"), ("income", b"31000")];
        Fields::new(DocumentSalt::from_bytes([salt; 32]), fields).unwrap()
    }

    #[test]
    fn each_field_opens_alone() {
        let document = document(1);
        for name in ["name", "born", "income"] {
            let opening = document.open(name).unwrap();
            assert_eq!(opening.verify(&document.root()), Ok(()));
            assert_eq!(from_bytes(&to_bytes(&opening)), Ok(opening));
        }
        assert_eq!(document.open("address"), Err(CryptoError::FieldUnknown));
    }

    #[test]
    fn an_opening_cannot_be_changed_or_moved() {
        let document = document(1);
        let good = document.open("income").unwrap();
        for bad in [
            FieldOpening { value: b"31001".to_vec(), ..good.clone() },
            FieldOpening { name: "incomf".to_owned(), ..good.clone() },
            FieldOpening { salt: [0; 32], ..good.clone() },
            FieldOpening { path: document.open("name").unwrap().path, ..good.clone() },
            FieldOpening { path: Path { index: 0, ..good.path.clone() }, ..good.clone() },
        ] {
            assert!(bad.verify(&document.root()).is_err(), "{bad:?}");
        }
        assert!(good.verify(&self::document(2).root()).is_err());
    }

    #[test]
    fn order_does_not_matter_and_salt_does() {
        let salt = || DocumentSalt::from_bytes([1; 32]);
        let reordered = [("income", &b"31000"[..]), ("name", b"Li"), ("born", b"1970-01-01")];
        assert_eq!(Fields::new(salt(), reordered).unwrap().root(), document(1).root());
        assert_ne!(document(1).root(), document(2).root());
        // An empty value is not a missing field.
        let with_empty = [("a", &b"1"[..]), ("b", b"")];
        assert_ne!(
            Fields::new(salt(), with_empty).unwrap().root(),
            Fields::new(salt(), [("a", &b"1"[..])]).unwrap().root()
        );
    }

    #[test]
    fn the_salts_of_two_fields_tell_nothing_of_each_other() {
        let document = document(1);
        let (name, born) = (document.open("name").unwrap().salt, document.open("born").unwrap().salt);
        assert_ne!(name, born);
        assert_ne!(&name, document.salt.as_bytes());
        assert_eq!(format!("{:?}", document.salt), "DocumentSalt(secret)");
    }

    #[test]
    fn values_do_not_reach_a_log() {
        let document = document(1);
        let opening = document.open("born").unwrap();
        assert_eq!(format!("{document:?} {opening:?}"), "Fields(3 of a document) FieldOpening { name: \"born\", .. }");
    }

    #[test]
    fn double_names_and_too_many_fields_are_refused() {
        let salt = || DocumentSalt::from_bytes([1; 32]);
        let refused = CryptoError::FieldsInvalid { max: FIELDS_MAX };
        assert_eq!(Fields::new(salt(), [("a", &b"1"[..]), ("a", b"2")]).unwrap_err(), refused);
        let names: Vec<String> = (0..=FIELDS_MAX).map(|i| i.to_string()).collect();
        assert_eq!(Fields::new(salt(), names.iter().map(|n| (n.as_str(), &b""[..]))).unwrap_err(), refused);
    }
}
