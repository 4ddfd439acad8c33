//! The connections between validators: only the committee's keys are let in, under the network's own namespace.

use crate::block::Block;
use crate::config::{NodeConfig, bounds};
use crate::env::Env;
use crate::error::Error;
use crate::keys::{engine_key, identity};
use crate::scheme::Scheme;
use crate::{gossip, namespace};
use chancery_storage::database::Operation;
use chancery_types::ids::NetworkId;
use commonware_codec::FixedSize as _;
use commonware_consensus::marshal::standard::Standard;
use commonware_consensus::{marshal, simplex};
use commonware_cryptography::{ChaCha20Poly1305, Signer as _, ed25519, sha256};
use commonware_glue::stateful::db::p2p as state_sync;
use commonware_p2p::authenticated::lookup;
use commonware_p2p::{Address, AddressableManager as _, max_message_size};
use commonware_runtime::Quota;
use commonware_storage::mmr;
use commonware_stream::cups::{self, Cups};
use commonware_stream::sake::{self, Sake};
use commonware_utils::ordered::Map;
use std::num::NonZeroUsize;
use std::time::Duration;

/// How far two validators' clocks may differ when they greet each other.
const SYNCHRONY_BOUND: Duration = Duration::from_secs(5);
/// How old a greeting may be.
const HANDSHAKE_AGE_MAX: Duration = Duration::from_secs(10);
/// How soon a lost connection is tried again.
const RECONNECT: Duration = Duration::from_millis(500);

/// The authenticated network.
type Network<E> = lookup::Network<E, Cups<Sake<ed25519::PrivateKey>, ChaCha20Poly1305>>;
/// What the engine asks about peers.
pub(crate) type Oracle = lookup::Oracle<ed25519::PublicKey>;
/// One direction each.
pub(crate) type Channel<E> = (lookup::Sender<ed25519::PublicKey, E>, Inbound);
/// What arrives on a channel.
#[cfg(not(feature = "simulation"))]
pub(crate) type Inbound = lookup::Receiver<ed25519::PublicKey>;
/// What arrives on a channel, if the simulated links let it through.
#[cfg(feature = "simulation")]
pub(crate) type Inbound = crate::links::Through<lookup::Receiver<ed25519::PublicKey>>;

/// The channels, by use. Their numbers are part of the protocol between nodes.
pub(crate) struct Channels<E: Env> {
    pub(crate) votes: Channel<E>,
    pub(crate) certificates: Channel<E>,
    pub(crate) resolver: Channel<E>,
    pub(crate) backfill: Channel<E>,
    pub(crate) blocks: Channel<E>,
    pub(crate) state: Channel<E>,
    pub(crate) gossip: Channel<E>,
    // 7 and 8 are kept for dealing new shares.
}

/// Sets the network up and starts it.
pub(crate) fn start<E: Env>(
    context: &E,
    config: &NodeConfig,
    network: &NetworkId,
    inbound: impl Fn(u64, lookup::Receiver<ed25519::PublicKey>) -> Inbound,
) -> Result<(Channels<E>, Oracle, commonware_runtime::Handle<()>), Error> {
    let signer = identity(&config.keys.identity)?;
    let me = signer.public_key();
    let committee = u32::try_from(config.committee.validators.len()).unwrap_or(u32::MAX);
    let sake = Sake {
        signer,
        synchrony_bound: SYNCHRONY_BOUND,
        max_handshake_age: HANDSHAKE_AGE_MAX,
        version: sake::Version::V1,
    };
    let mut settings = lookup::Config::local(
        Cups::<_, ChaCha20Poly1305>::new(sake, cups::Version::V1),
        &namespace::base(network),
        config.listen,
        NonZeroUsize::new(config.committee.validators.len()).unwrap_or(NonZeroUsize::MIN),
        message_bytes_max(committee, network),
        bounds::MAILBOX,
    );
    settings.bypass_ip_check = config.peers_from_anywhere;
    settings.tracked_peer_sets = NonZeroUsize::MIN;
    settings.peer_connection_cooldown = RECONNECT;
    settings.dial_frequency = RECONNECT / 2;
    settings.allowed_handshake_rate_per_ip = Quota::per_second(bounds::HANDSHAKES_PER_SECOND);
    let (mut network, mut oracle) = lookup::Network::new(context.child("network"), settings);
    let quota = Quota::per_second(bounds::MESSAGES_PER_SECOND);
    let often = Quota::per_second(bounds::VOTES_PER_SECOND);
    let mut channel = |number, rate| {
        let (sender, receiver) = network.register(number, rate);
        (sender, inbound(number, receiver))
    };
    let channels = Channels {
        votes: channel(0, often),
        certificates: channel(1, often),
        resolver: channel(2, quota),
        backfill: channel(3, quota),
        blocks: channel(4, quota),
        state: channel(5, quota),
        gossip: channel(6, quota),
    };
    let mut addresses = vec![(me, Address::from(config.listen))];
    for peer in config.peers.iter().filter(|peer| config.committee.validators.contains(&peer.key)) {
        addresses.push((engine_key(&peer.key)?, Address::from(peer.address)));
    }
    oracle.track(0, Map::from_iter_dedup(addresses));
    let network: Network<E> = network;
    Ok((channels, oracle, network.start()))
}

/// The longest message of any channel.
fn message_bytes_max(committee: u32, network: &NetworkId) -> u32 {
    max_message_size(&[
        simplex::max_payload_size::<Scheme, sha256::Digest>(committee),
        marshal::max_payload_size::<Standard<Block>, Scheme>(committee, network),
        state_sync::max_payload_size::<mmr::Family, sha256::Digest>(bounds::SERVE_OPERATIONS, Operation::SIZE),
        gossip::MESSAGE_BYTES_MAX,
    ])
}
