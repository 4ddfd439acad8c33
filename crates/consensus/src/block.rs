//! The engine's block: our header and body under our own hash.
//!
//! The engine agrees on the hash of our header and nothing else, so a certificate leads to a header without any type of the
//! engine (ADR 0002). Decoding refuses whatever does not belong to that header, otherwise a peer could pass off another
//! body under an agreed hash.

use crate::keys::engine_key;
use bytes::BufMut;
use chancery_crypto::digest::body_digest;
use chancery_crypto::hash::{Tag, hash};
use chancery_crypto::signature::{self, Purpose, SigningKey};
use chancery_storage::database::is_usable;
use chancery_types::block::{BLOCK_BYTES_MAX, BLOCK_TRANSACTIONS_MAX, Header, RESHARE_BYTES_MAX};
use chancery_types::encoding;
use chancery_types::hash::Digest;
use chancery_types::ids::NetworkId;
use chancery_types::key::Signature;
use commonware_codec::{Buf, EncodeSize, Error as CodecError, RangeCfg, Read, ReadExt as _, Write};
use commonware_consensus::simplex::types::Context;
use commonware_consensus::types::{Epoch, Height, Round, View};
use commonware_consensus::{BoundedBlock, CertifiableBlock, Heightable};
use commonware_cryptography::{Digestible, ed25519, sha256};

/// The longest encoded header: 32-byte fields, 64-bit numbers and their keys, rounded up.
const HEADER_BYTES_MAX: usize = 1_024;
/// The widest length prefix of the engine's codec.
const PREFIX_BYTES_MAX: usize = 5;

/// Consensus' own facts about a block: round, leader, parent.
pub(crate) type EngineContext = Context<sha256::Digest, ed25519::PublicKey>;

/// A block whose parts are known to belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    header: Header,
    header_bytes: Vec<u8>,
    hash: Digest,
    leader: ed25519::PublicKey,
    signature: Signature,
    transactions: crate::machine::Transactions,
    reshare: Option<Vec<u8>>,
}

impl Block {
    /// Signs a proposal. The caller has filled the header from these transactions.
    pub(crate) fn propose(
        header: Header,
        leader: ed25519::PublicKey,
        transactions: crate::machine::Transactions,
        key: &SigningKey,
    ) -> Self {
        let header_bytes = encoding::to_bytes(&header);
        let hash = hash(Tag::Header, &[&header_bytes]);
        let signature = key.sign(Purpose::Proposal, &header.network, hash.as_bytes());
        Self { header, header_bytes, hash, leader, signature, transactions, reshare: None }
    }

    /// Block 0, which nobody proposed.
    pub(crate) fn genesis(header: Header, leader: ed25519::PublicKey) -> Self {
        let header_bytes = encoding::to_bytes(&header);
        let hash = hash(Tag::Header, &[&header_bytes]);
        let signature = Signature([0; Signature::SIZE]);
        Self { header, header_bytes, hash, leader, signature, transactions: Default::default(), reshare: None }
    }

    pub(crate) fn header(&self) -> &Header {
        &self.header
    }

    pub(crate) fn hash(&self) -> Digest {
        self.hash
    }

    pub(crate) fn signature(&self) -> Signature {
        self.signature
    }

    pub(crate) fn transactions(&self) -> &crate::machine::Transactions {
        &self.transactions
    }

    /// Whether all parts belong to the header, and the header to its proposer.
    fn check(&self, network: &NetworkId) -> Result<(), &'static str> {
        let header = &self.header;
        if header.network != *network {
            return Err("of another network");
        }
        let bytes: usize = self.transactions.iter().map(Vec::len).sum();
        if bytes > BLOCK_BYTES_MAX {
            return Err("too many bytes");
        }
        if usize::try_from(header.transactions) != Ok(self.transactions.len())
            || header.body != body_digest(&self.transactions)
        {
            return Err("the body is not the header's");
        }
        if !is_usable(&header.sync) {
            return Err("the sync target is not usable");
        }
        if header.reshare != self.reshare.as_ref().map(|payload| hash(Tag::Content, &[payload])) {
            return Err("the resharing payload is not the header's");
        }
        if header.height.0 == 0 {
            // Nobody signs block 0. That it is this network's is known by its hash, to which every chain leads.
            let empty = self.transactions.is_empty() && self.signature.0 == [0; Signature::SIZE];
            return empty.then_some(()).ok_or("not a genesis block");
        }
        signature::verify(Purpose::Proposal, network, self.hash.as_bytes(), &header.proposer, &self.signature)
            .map_err(|_| "not signed by its proposer")
    }
}

impl Write for Block {
    fn write(&self, buf: &mut impl BufMut) {
        self.header_bytes.write(buf);
        self.signature.0.write(buf);
        self.transactions.write(buf);
        self.reshare.write(buf);
    }
}

impl EncodeSize for Block {
    fn encode_size(&self) -> usize {
        self.header_bytes.encode_size() + Signature::SIZE + self.transactions.encode_size() + self.reshare.encode_size()
    }
}

impl Read for Block {
    /// The network: a block of another is none.
    type Cfg = NetworkId;

    fn read_cfg(buf: &mut impl Buf, network: &NetworkId) -> Result<Self, CodecError> {
        let bytes = |max: usize| (RangeCfg::from(0..=max), ());
        let header_bytes = Vec::<u8>::read_cfg(buf, &bytes(HEADER_BYTES_MAX))?;
        let signature = Signature(<[u8; Signature::SIZE]>::read(buf)?);
        let transactions =
            Vec::<Vec<u8>>::read_cfg(buf, &(RangeCfg::from(0..=BLOCK_TRANSACTIONS_MAX), bytes(BLOCK_BYTES_MAX)))?;
        let reshare = Option::<Vec<u8>>::read_cfg(buf, &bytes(RESHARE_BYTES_MAX))?;
        let header: Header =
            encoding::from_bytes(&header_bytes).map_err(|_| CodecError::Invalid("Block", "not a canonical header"))?;
        let leader = engine_key(&header.proposer)
            .map_err(|_| CodecError::Invalid("Block", "the proposer's key is not a key"))?;
        let hash = hash(Tag::Header, &[&header_bytes]);
        let block = Self { header, header_bytes, hash, leader, signature, transactions: transactions.into(), reshare };
        block.check(network).map_err(|reason| CodecError::Invalid("Block", reason))?;
        Ok(block)
    }
}

impl Digestible for Block {
    type Digest = sha256::Digest;

    fn digest(&self) -> sha256::Digest {
        sha256::Digest(self.hash.0)
    }
}

impl Heightable for Block {
    fn height(&self) -> Height {
        Height::new(self.header.height.0)
    }
}

impl commonware_consensus::Block for Block {
    fn parent(&self) -> sha256::Digest {
        sha256::Digest(self.header.parent.0)
    }
}

impl CertifiableBlock for Block {
    type Context = EngineContext;

    fn context(&self) -> EngineContext {
        Context {
            round: Round::new(Epoch::new(self.header.epoch.0), View::new(self.header.view.0)),
            leader: self.leader.clone(),
            parent: (View::new(self.header.parent_view.0), sha256::Digest(self.header.parent.0)),
        }
    }
}

impl BoundedBlock for Block {
    fn max_encode_size(_: &NetworkId) -> usize {
        HEADER_BYTES_MAX
            + Signature::SIZE
            + BLOCK_BYTES_MAX
            + BLOCK_TRANSACTIONS_MAX * PREFIX_BYTES_MAX
            + RESHARE_BYTES_MAX
            + 4 * PREFIX_BYTES_MAX
    }
}

#[cfg(test)]
mod tests;
