//! What the cryptography decodes: points, certificates, trees, sealed messages, fields. Nothing verifies by chance.

use super::{Seed, prefixed};
use crate::country::sealing_key;
use chancery_crypto::amount::{
    AmountCommitment, AmountPoint, Blinding, TOTAL_PROOF_BYTES, TotalContext, commit, verify_total,
};
use chancery_crypto::finality::FinalityCertificate;
use chancery_crypto::hash::Digest;
use chancery_crypto::merkle::{self, Frontier};
use chancery_crypto::seal::{SealContext, open};
use chancery_crypto::signature::{Purpose, check_key, verify};
use chancery_ledger::testing::{NETWORK, key_of};
use chancery_types::encoding::{from_bytes, to_bytes};
use chancery_types::ids::{Height, MemberId, RecordId};
use chancery_types::key::{PublicKey, Signature};
use chancery_types::receipt::Path;
use chancery_verify::testing::Story;
use std::sync::OnceLock;

type Check = fn(&[u8]);

const CHECKS: [(&str, Check); 7] = [
    ("point", point),
    ("certificate", certificate),
    ("total", total),
    ("path", path),
    ("frontier", frontier),
    ("seal", sealed),
    ("signature", signature),
];

/// An input's first byte says what the rest is.
pub(super) fn run(input: &[u8]) {
    let Some((first, bytes)) = input.split_first() else { return };
    if let Some((_, check)) = CHECKS.get(usize::from(*first)) {
        check(bytes);
    }
}

/// A point has one encoding, and sums do not leave the group.
fn point(bytes: &[u8]) {
    let Some(commitment) = bytes.get(..32).and_then(AmountCommitment::from_slice) else { return };
    if let Ok(point) = AmountPoint::decode(&commitment) {
        assert_eq!(point.encode(), commitment);
        assert!(AmountPoint::decode(&(point + AmountPoint::public(1)).encode()).is_ok());
    }
    if let Some(Ok(blinding)) = bytes.get(32..64).and_then(|bytes| bytes.try_into().ok()).map(Blinding::from_bytes) {
        let committed = commit(7, &blinding);
        assert!(committed.opens_to(7, &blinding) && !committed.opens_to(8, &blinding));
    }
}

struct Certified {
    certificate: Vec<u8>,
    key: chancery_types::key::FinalityKey,
    network: chancery_types::ids::NetworkId,
}

fn certified() -> &'static Certified {
    static CERTIFIED: OnceLock<Certified> = OnceLock::new();
    CERTIFIED.get_or_init(|| {
        let network = Story::tell("Demonstration").network;
        let certificate = network.certificate(&network.block(4).header);
        Certified { certificate, key: network.identity.finality_key, network: network.id }
    })
}

fn certificate(bytes: &[u8]) {
    let Ok(parsed) = FinalityCertificate::parse(bytes) else { return };
    assert_eq!(parsed.to_bytes(), bytes, "a certificate has one encoding");
    let Certified { certificate, key, network } = certified();
    if parsed.verify(network, key).is_ok() {
        assert_eq!(bytes, certificate, "the group signed one certificate");
    }
}

/// No bytes prove a total that is not hidden in the sum.
fn total(bytes: &[u8]) {
    let sum = AmountPoint::public(42);
    let context = TotalContext { network: &NETWORK, publication: b"figure", cutoff: Height(3) };
    if let Some(proof) = bytes.get(..TOTAL_PROOF_BYTES) {
        assert!(verify_total(&context, &sum, 43, proof).is_err());
    }
    let _ = verify_total(&context, &sum, 42, bytes);
}

/// A path leads from a leaf to a root in a bounded number of steps, or is refused.
fn path(bytes: &[u8]) {
    let Ok(path) = from_bytes::<Path>(bytes) else { return };
    if let Ok(root) = merkle::root_of(&path, &Digest([7; 32])) {
        assert!(path.hashes.len() <= 64 && path.index < path.size);
        assert!(merkle::verify(&path, &Digest([7; 32]), &root).is_ok());
        assert!(merkle::verify(&path, &Digest([8; 32]), &root).is_err());
    }
}

fn frontier(bytes: &[u8]) {
    let Ok((count, peaks)) = from_bytes::<(u64, Vec<Digest>)>(bytes) else { return };
    if let Ok(mut frontier) = Frontier::from_parts(count, peaks) {
        let before = frontier.root();
        if count < u64::MAX {
            frontier.append(Digest([1; 32]));
            assert_ne!(frontier.root(), before);
        }
    }
}

fn sealed(bytes: &[u8]) {
    let register = "wages".parse().unwrap();
    let (filer, record) = (MemberId([1; 16]), RecordId([2; 16]));
    let context = SealContext { network: &NETWORK, register: &register, filer: &filer, record: &record };
    assert!(open(&sealing_key(), &context, bytes).is_err(), "nothing was sealed for this context");
}

/// A signature that holds for one purpose holds for no other.
fn signature(bytes: &[u8]) {
    let Some((key, rest)) = bytes.split_at_checked(32) else { return };
    let (Some(key), Some(signature)) = (PublicKey::from_slice(key), rest.get(..64).and_then(Signature::from_slice))
    else {
        return;
    };
    // Keys of low order sign everything; no member can bind one.
    if check_key(&key).is_ok() && verify(Purpose::Transaction, &NETWORK, b"a message", &key, &signature).is_ok() {
        assert!(verify(Purpose::Intake, &NETWORK, b"a message", &key, &signature).is_err());
    }
}

pub(super) fn seeds() -> Vec<Seed> {
    let mut seeds = Vec::new();
    let mut add = |check: &str, bytes: &[u8]| {
        let place = CHECKS.iter().position(|(name, _)| *name == check).unwrap();
        seeds.push(prefixed(check, u8::try_from(place).unwrap(), bytes));
    };
    let blinding = [&[3; 1][..], &[0; 31]].concat();
    let committed = commit(7, &Blinding::from_bytes(&blinding.clone().try_into().unwrap()).unwrap()).encode();
    add("point", &[committed.as_ref(), &blinding].concat());
    add("certificate", &certified().certificate);
    add("total", &[0; TOTAL_PROOF_BYTES]);
    add("path", &to_bytes(&Story::tell("Demonstration").network.receipt(Story::SEALED, None).path));
    add("frontier", &to_bytes(&(3_u64, vec![Digest([1; 32]), Digest([2; 32])])));
    add("seal", &[7; 32 + 256 + 16]);
    let key = key_of("signer");
    let signed = key.sign(Purpose::Transaction, &NETWORK, b"a message");
    add("signature", &[key.public_key().as_ref(), signed.as_ref()].concat());
    seeds
}
