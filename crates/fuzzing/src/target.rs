//! The targets, one file each: what is read, and what must hold whatever the bytes are.

mod asked;
mod county;
mod crypto;
mod execution;
mod formats;
mod genesis;
mod keyfile;
mod opening;
mod pages;
mod receipt;
mod request;
mod texts;
mod transaction;

/// A name and an input.
pub type Seed = (String, Vec<u8>);

/// Something that reads what strangers send.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name: of the fuzzer's binary, and of the folders of its seeds and findings.
    pub name: &'static str,
    /// How many bytes stand before the CBOR in its inputs.
    pub prefix: usize,
    /// The longest input worth trying.
    pub bytes_max: usize,
    /// Takes any bytes; panics where a promise is broken.
    pub run: fn(&[u8]),
    /// Inputs that lead to every corner, made by our own code. The same in every run.
    pub seeds: fn() -> Vec<Seed>,
}

/// Every target.
pub const TARGETS: [Target; 12] = [
    Target { name: "formats", prefix: 1, bytes_max: 8 * 1024, run: formats::run, seeds: formats::seeds },
    Target { name: "texts", prefix: 0, bytes_max: 256, run: texts::run, seeds: texts::seeds },
    Target { name: "transaction", prefix: 1, bytes_max: 64 * 1024, run: transaction::run, seeds: transaction::seeds },
    Target { name: "execution", prefix: 0, bytes_max: 64 * 1024, run: execution::run, seeds: execution::seeds },
    Target { name: "receipt", prefix: 0, bytes_max: 16 * 1024, run: receipt::run, seeds: receipt::seeds },
    Target { name: "crypto", prefix: 1, bytes_max: 4 * 1024, run: crypto::run, seeds: crypto::seeds },
    Target { name: "keyfile", prefix: 0, bytes_max: 4 * 1024, run: keyfile::run, seeds: keyfile::seeds },
    Target { name: "opening", prefix: 0, bytes_max: 4 * 1024, run: opening::run, seeds: opening::seeds },
    Target { name: "genesis", prefix: 0, bytes_max: 32 * 1024, run: genesis::run, seeds: genesis::seeds },
    Target { name: "county", prefix: 0, bytes_max: 32 * 1024, run: county::run, seeds: county::seeds },
    Target { name: "request", prefix: 0, bytes_max: 80 * 1024, run: request::run, seeds: request::seeds },
    Target { name: "pages", prefix: 0, bytes_max: 80 * 1024, run: pages::run, seeds: pages::seeds },
];

/// The target of a name.
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

/// A seed out of a name and bytes.
fn seed(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Seed {
    (name.into(), bytes.into())
}

/// A seed with one byte, which says what the rest is, before it.
fn prefixed(name: impl Into<String>, first: u8, bytes: &[u8]) -> Seed {
    (name.into(), [&[first], bytes].concat())
}
