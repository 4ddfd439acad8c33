//! What this machine could do at most, measured in the same run: the yardstick beside each figure.
//!
//! Each limit is measured alone on the idle machine before the network is founded, so no network that does more than
//! this one thing can reach it. They use the very code that the validators use.

use crate::exit::Exit;
use chancery_client::randomness::generator;
use chancery_crypto::amount::{AmountPoint, Blinding, commit};
use chancery_crypto::hash::{Tag, hash};
use chancery_crypto::signature::{BatchVerifier, PublicKey, Purpose, Signature, Signed, SigningKey};
use chancery_types::ids::NetworkId;
use serde::{Deserialize, Serialize};
use std::fs::OpenOptions;
use std::io::Write as _;
use std::num::NonZeroUsize;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// How long each limit is measured.
const FOR: Duration = Duration::from_millis(800);
/// How many signatures or points there are to go round.
const ITEMS: usize = 1_024;
/// A key, a value as a record's head has it, and two hashes below: what changes in the state's tree with one update.
const UPDATE_BYTES: usize = 32 + 96 + 64;
/// What is written between two flushes to the disk.
const WRITE_BYTES: usize = 4_096;

/// The limits.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Limits {
    /// How many cores this program may use.
    pub(crate) cores: usize,
    /// Ed25519 signatures verified by one core in a second, in batches of 1,024.
    pub(crate) verifications_per_core: f64,
    /// The same by all cores at once.
    pub(crate) verifications: f64,
    /// Committed amounts decoded by one core in a second: each is a point of Ristretto255.
    pub(crate) decodings_per_core: f64,
    /// Flushes to the disk of the data folder in a second, one after the other, 4 KiB each.
    pub(crate) flushes: f64,
    /// SHA-256 over the bytes of one update of the state, by one core in a second. An upper bound for updates of the
    /// state: an update hashes that much at least, and writes it to the disk besides.
    pub(crate) update_hashes_per_core: f64,
    /// Transactions signed by one core in a second: the client's own limit.
    pub(crate) signings_per_core: f64,
}

impl Limits {
    /// Measures all of them, in some seconds; `folder` is on the disk of the data.
    pub(crate) fn measure(folder: &Path) -> Result<Self, Exit> {
        let cores = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let signed = Signatures::new()?;
        Ok(Self {
            cores: cores.get(),
            verifications_per_core: signed.verified(NonZeroUsize::MIN),
            verifications: signed.verified(cores),
            decodings_per_core: decodings()?,
            flushes: flushes(folder)?,
            update_hashes_per_core: per_second(1, || {
                std::hint::black_box(hash(Tag::Content, &[std::hint::black_box(&[7; UPDATE_BYTES])]));
            }),
            signings_per_core: signed.signed(),
        })
    }
}

/// How often something that does `each` things at once does one of them in a second.
fn per_second(each: usize, mut work: impl FnMut()) -> f64 {
    let begun = Instant::now();
    let mut rounds = 0u32;
    while begun.elapsed() < FOR {
        work();
        rounds += 1;
    }
    (f64::from(rounds) * each as f64 / begun.elapsed().as_secs_f64()).round()
}

/// Signatures by different keys over different messages.
struct Signatures {
    network: NetworkId,
    key: SigningKey,
    items: Vec<([u8; 32], PublicKey, Signature)>,
}

impl Signatures {
    fn new() -> Result<Self, Exit> {
        let mut rng = generator()?;
        let network = NetworkId([1; 32]);
        let items = (0..ITEMS).map(|at| {
            let key = SigningKey::generate(&mut rng);
            let message = hash(Tag::Content, &[&at.to_le_bytes()]).0;
            (message, key.public_key(), key.sign(Purpose::Transaction, &network, &message))
        });
        Ok(Self { network, items: items.collect(), key: SigningKey::generate(&mut rng) })
    }

    fn verified(&self, cores: NonZeroUsize) -> f64 {
        let items: Vec<Signed<'_>> = self
            .items
            .iter()
            .map(|(message, key, signature)| Signed {
                purpose: Purpose::Transaction,
                network: &self.network,
                message,
                key,
                signature,
            })
            .cycle()
            .take(ITEMS * cores.get())
            .collect();
        let verifier = BatchVerifier::new(cores);
        per_second(items.len(), || {
            std::hint::black_box(verifier.all_good(&items));
        })
    }

    fn signed(&self) -> f64 {
        per_second(1, || {
            std::hint::black_box(self.key.sign(Purpose::Transaction, &self.network, &[7; 32]));
        })
    }
}

fn decodings() -> Result<f64, Exit> {
    let mut rng = generator()?;
    let points: Vec<_> = (0..64).map(|value| commit(value, &Blinding::generate(&mut rng)).encode()).collect();
    Ok(per_second(points.len(), || {
        for point in &points {
            let _ = std::hint::black_box(AmountPoint::decode(point));
        }
    }))
}

fn flushes(folder: &Path) -> Result<f64, Exit> {
    let path = folder.join("flushes.tmp");
    let failed = |error: std::io::Error| Exit::file(&path, &error);
    let mut file = OpenOptions::new().create(true).write(true).truncate(true).open(&path).map_err(failed)?;
    let mut failure = None;
    let rate = per_second(1, || {
        if let Err(error) = file.write_all(&[7; WRITE_BYTES]).and_then(|()| file.sync_data()) {
            failure = Some(error);
        }
    });
    std::fs::remove_file(&path).map_err(failed)?;
    failure.map_or(Ok(rate), |error| Err(failed(error)))
}
