//! Reading all that the engine keeps: every block and certificate, every operation of the state, every vote.
//!
//! Runs on a folder whose node is stopped. Opening a part lets the engine repair it, so [`crate::raw`] looks first.

use crate::archive::Archives;
use crate::block::Block;
use crate::env::Env;
use crate::founding;
use crate::keys::Committee;
use crate::namespace;
use crate::partitions::Part;
use crate::scheme::Scheme;
use crate::standing::Ledger;
use crate::{tuning, votes};
use chancery_storage::database::{self, Database};
use chancery_storage::{scrub as storage_scrub, state};
use chancery_types::block::Header;
use chancery_types::encoding;
use chancery_types::hash::Digest;
use chancery_types::ids::{Height, NetworkId};
use commonware_codec::RangeCfg;
use commonware_parallel::Sequential;
use commonware_runtime::buffer::paged::CacheRef;
use commonware_storage::archive::{Archive as _, Identifier};
use commonware_storage::metadata::{Config, Metadata};
use commonware_utils::sequence::U64;
use std::collections::BTreeMap;

/// Something that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// In which part.
    pub part: Part,
    /// What is wrong.
    pub what: String,
}

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scrubbed {
    /// Blocks.
    pub blocks: u64,
    /// Certificates.
    pub certificates: u64,
    /// Operations of the state.
    pub operations: u64,
    /// The block after which the state stands.
    pub height: Height,
    /// The state's root.
    pub state_root: Option<Digest>,
    /// What is wrong.
    pub damages: Vec<Damage>,
}

impl Scrubbed {
    fn wrong(&mut self, part: Part, what: impl std::fmt::Display) {
        self.damages.push(Damage { part, what: what.to_string() });
    }
}

/// Everything is read once and in order: a small cache does.
const CACHE_BYTES: usize = 16 * 1024 * 1024;

/// Reads everything under a prefix.
pub(crate) async fn scrub<E: Env>(mut context: E, prefix: &str, network: NetworkId, committee: &Committee) -> Scrubbed {
    let mut found = Scrubbed::default();
    let cache = founding::cache(CACHE_BYTES);
    let Ok((participants, sharing)) = committee.participants().and_then(|all| Ok((all, committee.sharing()?))) else {
        found.wrong(Part::Network, "the committee of the genesis is not usable");
        return found;
    };
    let scheme = Scheme::verifier(&namespace::base(&network), participants, sharing);
    let headers = blocks(&mut context, prefix, network, &scheme, &cache, &mut found).await;
    let genesis = founding_header(&context, prefix, &mut found).await;
    states(&context, prefix, &headers, genesis.as_ref(), cache.clone(), &mut found).await;
    journal(&context, prefix, &scheme, cache, &mut found).await;
    found
}

/// Every block with its signature and body, each the child of the one before, and every certificate. Answers the headers'
/// state roots by height.
async fn blocks<E: Env>(
    context: &mut E,
    prefix: &str,
    network: NetworkId,
    scheme: &Scheme,
    cache: &CacheRef,
    found: &mut Scrubbed,
) -> BTreeMap<u64, Digest> {
    let mut roots = BTreeMap::new();
    let archives = Archives { prefix: prefix.to_owned(), cache: cache.clone(), network };
    let (blocks, certificates) = match (archives.blocks(context).await, archives.certificates(context).await) {
        (Ok(blocks), Ok(certificates)) => (blocks, certificates),
        (Err(error), _) | (_, Err(error)) => {
            found.wrong(Part::Blocks, error);
            return roots;
        }
    };
    let mut before: Option<(u64, Digest)> = None;
    let mut hashes = BTreeMap::new();
    for height in blocks.ranges().flat_map(|(from, to)| from..=to) {
        let block: std::sync::Arc<Block> = match blocks.get(Identifier::Index(height)).await {
            Ok(Some(block)) => block,
            Ok(None) => continue,
            Err(error) => {
                found.wrong(Part::Blocks, format!("block {height} cannot be read: {error}"));
                continue;
            }
        };
        found.blocks += 1;
        let follows = before.is_none_or(|(last, hash)| last + 1 != height || block.header().parent == hash);
        if block.header().height != Height(height) || !follows {
            found.wrong(Part::Blocks, format!("block {height} is not the child of the block before it"));
        }
        before = Some((height, block.hash()));
        hashes.insert(height, block.hash());
        roots.insert(height, block.header().state_root);
    }
    for height in certificates.ranges().flat_map(|(from, to)| from..=to) {
        match certificates.get(Identifier::Index(height)).await {
            Ok(None) => {}
            Ok(Some(certificate)) => {
                found.certificates += 1;
                let about = hashes.get(&height).is_none_or(|hash| hash.0 == certificate.proposal.payload.0);
                if !about || !certificate.verify(context, scheme, &Sequential) {
                    found.wrong(Part::Blocks, format!("the certificate of block {height} does not hold"));
                }
            }
            Err(error) => {
                found.wrong(Part::Blocks, format!("the certificate of block {height} cannot be read: {error}"))
            }
        }
    }
    roots
}

/// Block 0's header, as the folder remembers it.
async fn founding_header<E: Env>(context: &E, prefix: &str, found: &mut Scrubbed) -> Option<Header> {
    let config = Config {
        partition: format!("{prefix}-network"),
        codec_config: (RangeCfg::from(0..=founding::ENTRY_BYTES_MAX), ()),
    };
    let marker = match Metadata::<E, U64, Vec<u8>>::init(context.child("marker"), config).await {
        Ok(marker) => marker,
        Err(error) => {
            found.wrong(Part::Network, error);
            return None;
        }
    };
    let bytes = marker.get(&founding::HEADER)?;
    encoding::from_bytes(bytes).map_err(|error| found.wrong(Part::Network, error)).ok()
}

/// The state: that it opens, that its root is the header's, and that all operations make it.
async fn states<E: Env>(
    context: &E,
    prefix: &str,
    roots: &BTreeMap<u64, Digest>,
    genesis: Option<&Header>,
    cache: CacheRef,
    found: &mut Scrubbed,
) {
    let config = database::config(&founding::state_prefix(prefix), cache);
    let database: Database<E> = match Database::init(context.child("state"), config, None).await {
        Ok(database) => database,
        Err(error) => {
            found.wrong(Part::State, error);
            return;
        }
    };
    let (root, _) = state::database_roots(&database);
    found.state_root = Some(root);
    match state::height(&database).await {
        Ok(height) => found.height = height,
        Err(error) => found.wrong(Part::State, error),
    }
    let expected = match found.height {
        Height(0) => genesis.map(|header| &header.state_root),
        Height(height) => roots.get(&height),
    };
    if let Some(expected) = expected
        && *expected != root
    {
        let what = format!("its root is {root}, and block {} says {expected}", found.height);
        found.wrong(Part::State, what);
    }
    match storage_scrub::operations(&database).await {
        Ok(count) => found.operations = count,
        Err(error) => found.wrong(Part::State, error),
    }
}

/// The vote journal, held to the copy of the votes.
async fn journal<E: Env>(context: &E, prefix: &str, scheme: &Scheme, cache: CacheRef, found: &mut Scrubbed) {
    let journal = votes::journaled(context, tuning::vote_journal(prefix), scheme, cache).await;
    if let votes::Journaled::Damaged(what) = &journal {
        found.wrong(Part::Journal, what);
    }
    match Ledger::look(context, prefix).await {
        Ok(None) => {}
        Ok(Some(ledger)) => {
            if let Some(reason) = ledger.lacks(&journal) {
                found.wrong(Part::Journal, reason);
            }
        }
        Err(error) => found.wrong(Part::Standing, error),
    }
}
