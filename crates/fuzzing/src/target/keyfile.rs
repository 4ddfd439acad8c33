//! Key files: only what the program wrote opens, and a file from elsewhere cannot ask for more work than is allowed.

use super::{Seed, seed};
use crate::cbor::Value;
use chancery_crypto::hash::{Digest, Tag, hash};
use chancery_crypto::keyfile::{LANES_MAX, MEMORY_KIB_MAX, PASSES_MAX, PassphraseCost, kind, read, write};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

const PASSPHRASE: &[u8] = b"a passphrase";
const SECRET: &[u8] = b"a secret of thirty-two bytes ...";
/// "CHANCERY KEY\n", the version and the length of the body.
const FRAME_BYTES: usize = 18;
/// What a run of this target pays for one passphrase, in KiB times passes; larger files are looked at unopened.
const WORK_MAX: u64 = 1024;

/// An input is a whole file, or the body of one: the checksum protects nothing, but it would hide from a fuzzer what lies
/// behind it.
pub(super) fn run(input: &[u8]) {
    check(input);
    check(&framed(input));
}

fn framed(body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap();
    let front = [&b"CHANCERY KEY\n\x01"[..], &length.to_be_bytes(), body].concat();
    let checksum = hash(Tag::KeyFileChecksum, &[&front]);
    [&front[..], checksum.as_bytes()].concat()
}

fn check(file: &[u8]) {
    let _ = kind(file);
    match cost(file) {
        // What is out of bounds is refused before any work is done; that it is, shows in the time that this takes.
        Some(cost) if cost.is_allowed() && cost.work() > WORK_MAX => return,
        _ => {}
    }
    if let Ok(opened) = read(file, PASSPHRASE) {
        assert_eq!((opened.kind.as_str(), &opened.secret[..]), ("signing-key", SECRET));
        assert_eq!(file, written(), "one secret has one file");
    }
}

/// What a file asks for.
struct Cost {
    memory_kib: u64,
    passes: u64,
    lanes: u64,
}

impl Cost {
    fn is_allowed(&self) -> bool {
        self.memory_kib <= u64::from(MEMORY_KIB_MAX)
            && self.passes <= u64::from(PASSES_MAX)
            && self.lanes <= u64::from(LANES_MAX)
    }

    const fn work(&self) -> u64 {
        self.memory_kib.saturating_mul(self.passes)
    }
}

fn cost(file: &[u8]) -> Option<Cost> {
    let body = file.get(FRAME_BYTES..file.len().checked_sub(Digest::SIZE)?)?;
    let body = Value::read(body)?;
    let Value::Map(header) = body.as_array()?.first()? else { return None };
    let number = |wanted: u64| {
        let entry = header.iter().find(|(key, _)| key.as_number() == Some(wanted));
        entry.and_then(|(_, value)| value.as_number())
    };
    Some(Cost { memory_kib: number(1)?, passes: number(2)?, lanes: number(3)? })
}

fn written() -> Vec<u8> {
    let mut rng = ChaCha20Rng::from_seed([3; 32]);
    write("signing-key", SECRET, PASSPHRASE, PassphraseCost::DEMONSTRATION, &mut rng).unwrap()
}

pub(super) fn seeds() -> Vec<Seed> {
    let mut rng = ChaCha20Rng::from_seed([4; 32]);
    let empty = write("", b"", b"other", PassphraseCost::DEMONSTRATION, &mut rng).unwrap();
    let body = |file: &[u8]| file[FRAME_BYTES..file.len() - Digest::SIZE].to_vec();
    vec![seed("signing", written()), seed("signing-body", body(&written())), seed("empty-body", body(&empty))]
}
