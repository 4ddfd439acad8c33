//! `formats/crypto.golden`: numbers by which another implementation can check itself, and the alarm when a library or
//! an edit changes what is hashed, signed, committed to or sealed.
//!
//! Every value was also computed, or checked, by other means than this crate: hashes, trees, commitments and the proof
//! of a total by a script after RFC 9496 and the module's formulas, signatures by OpenSSL, the sealed message and the
//! key file by opening them with other libraries.
//!
//! `UPDATE_FORMATS=1 cargo test -p chancery-crypto --test golden` writes the file anew.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use chancery_crypto::amount::{Blinding, TotalContext, commit, prove_total};
use chancery_crypto::field::{DocumentSalt, Fields};
use chancery_crypto::hash::{Digest, Tag, hash};
use chancery_crypto::keyfile::{self, PassphraseCost};
use chancery_crypto::merkle::{self, LeafKind};
use chancery_crypto::seal::{SealContext, SealingKey, seal};
use chancery_crypto::signature::{Purpose, SigningKey};
use chancery_types::ids::{Height, MemberId, NetworkId, RecordId};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use std::fmt::Write as _;
use std::path::Path;

const NETWORK: NetworkId = NetworkId([7; 32]);

fn rng() -> ChaCha20Rng {
    ChaCha20Rng::from_seed([42; 32])
}

fn hashes(text: &mut String) {
    for (tag, parts) in
        [(Tag::Transaction, &[&b"abc"[..]][..]), (Tag::Header, &[]), (Tag::MerkleNode, &[&[0; 32], &[0xff; 32]])]
    {
        let written: Vec<_> = parts.iter().map(hex::encode).collect();
        writeln!(text, "hash {} [{}] {}", tag.text(), written.join(", "), hash(tag, parts)).unwrap();
    }
    for count in [0u64, 1, 7] {
        let leaves: Vec<Digest> =
            (0..count).map(|place| merkle::leaf(LeafKind::Outcome, &[&place.to_be_bytes()])).collect();
        writeln!(text, "merkle-root {count} {}", merkle::root(&leaves)).unwrap();
    }
    let fields = [("name", &b"Li"[..]), ("born", b"1970-01-01"), ("income", b"31000")];
    let document = Fields::new(DocumentSalt::from_bytes([1; 32]), fields).unwrap();
    writeln!(text, "field-root {}", document.root()).unwrap();
}

fn signatures(text: &mut String) {
    let key = SigningKey::from_seed(&[1; 32]);
    writeln!(text, "public-key {}", key.public_key()).unwrap();
    for purpose in [Purpose::Transaction, Purpose::Proposal] {
        writeln!(text, "signature {} {}", purpose as u8, key.sign(purpose, &NETWORK, b"hello")).unwrap();
    }
}

fn amounts(text: &mut String) {
    for (value, blinding) in [(0, 0u64), (1, 0), (0, 1), (159_824_216, 12_345), (-5, 12_345)] {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&blinding.to_le_bytes());
        let point = commit(value, &Blinding::from_bytes(&bytes).unwrap());
        writeln!(text, "commitment {value} {blinding} {}", point.encode()).unwrap();
    }
    let blinding = Blinding::generate(&mut rng());
    let sum = commit(42, &blinding);
    let context = TotalContext { network: &NETWORK, publication: b"employment 2016 01", cutoff: Height(1_000) };
    let proof = prove_total(&context, &sum, 42, &blinding, &mut rng()).unwrap();
    writeln!(text, "total 42 {} {}", sum.encode(), hex::encode(proof)).unwrap();
}

fn secrets(text: &mut String) {
    let register = "labour".parse().unwrap();
    let context =
        SealContext { network: &NETWORK, register: &register, filer: &MemberId([1; 16]), record: &RecordId([2; 16]) };
    let key = SealingKey::from_seed(&[3; 32]);
    let sealed = seal(&key.public_key(), &context, b"opening", &mut rng()).unwrap();
    writeln!(text, "sealing-public-key {}", key.public_key()).unwrap();
    writeln!(text, "sealed {}", hex::encode(sealed)).unwrap();
    let cost = PassphraseCost::DEMONSTRATION;
    let file = keyfile::write("signing-key", &[9; 32], b"correct horse", cost, &mut rng()).unwrap();
    writeln!(text, "key-file {}", hex::encode(file)).unwrap();
}

#[test]
fn golden_values_of_cryptography() {
    let mut made = String::from("# Made by crates/crypto/tests/golden.rs, which says from what.\n");
    for part in [hashes, signatures, amounts, secrets] {
        part(&mut made);
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../formats/crypto.golden");
    if std::env::var_os("UPDATE_FORMATS").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    for (made, kept) in made.lines().zip(kept.lines()) {
        assert_eq!(made, kept);
    }
    assert_eq!(made, kept);
}
