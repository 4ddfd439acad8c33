//! The network: its latest block, its validators, its identity.

use super::words::as_filed;
use super::{Desk, Read, count, time_ms};
use chancery_consensus::{PeerStatus, Tip};
use chancery_portal::view::{Head, MemberLink, Network, NetworkState, Reach, Validator};
use chancery_types::key::PublicKey;
use chancery_types::time::BlockTime;
use std::time::Duration;

/// A validator that has not been heard for longer counts as silent.
const SILENT_MS: u64 = 10_000;

/// What this node sees of the others.
pub(super) struct Seen {
    /// This node's identity.
    pub(super) here: PublicKey,
    /// The last block that this node has.
    pub(super) tip: Tip,
    /// The others, as far as they were heard.
    pub(super) peers: Vec<PeerStatus>,
    /// This node's clock.
    pub(super) now: BlockTime,
    /// How many transactions wait here.
    pub(super) waiting: usize,
    /// How long a leader waits for something to order.
    pub(super) idle_interval: Duration,
}

impl Desk<'_> {
    /// The head is the latest block that the pages know, so that everything on a page is of one time; the engine's own
    /// while they know none.
    pub(super) fn state(&self, tip: &Tip) -> Read<NetworkState> {
        let latest = self.model.blocks(None, 1)?.into_iter().next();
        let (height, time, hash) = match latest {
            Some(block) => (block.height, block.time, block.hash),
            None => (tip.height, tip.time, tip.hash),
        };
        let identity = self.identity;
        Ok(NetworkState {
            id: self.network.to_string(),
            name: as_filed(&identity.name),
            publisher: None,
            head: Head {
                height: height.0,
                time_ms: time_ms(time),
                hash: hash.to_string(),
                signed: None,
                quorum: self.quorum(),
                validators: count(identity.validators.len()),
            },
            clock_factor: identity.clock_factor,
            demonstration: identity.dealt || identity.clock_factor != 1,
            dealt_keys: identity.dealt,
        })
    }

    pub(super) fn network(&self, seen: &Seen) -> Read<Network> {
        let (accepted, refused) = self.model.outcome_counts()?;
        let latest = self.model.blocks(None, 1)?.into_iter().next().and_then(|block| block.header);
        let mut validators =
            self.identity.validators.iter().map(|key| self.validator(key, seen)).collect::<Read<Vec<Validator>>>()?;
        validators
            .sort_by(|one, other| (&one.operator.name.text, &one.name).cmp(&(&other.operator.name.text, &other.name)));
        Ok(Network {
            validators,
            quorum: self.quorum(),
            epoch: latest.map_or(0, |header| header.epoch.0),
            waiting: u64::try_from(seen.waiting).ok(),
            refused,
            accepted,
            idle_interval_ms: u64::try_from(seen.idle_interval.as_millis()).ok(),
            genesis_time_ms: time_ms(self.identity.founded),
            finality_key: self.identity.finality_key.to_string(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        })
    }

    /// The name of a validator; its key where the genesis is not at hand.
    pub(super) fn validator_name(&self, key: &PublicKey) -> String {
        let known = self.validators.iter().find(|validator| validator.key == *key);
        known.map_or_else(|| key.to_string(), |validator| validator.name.clone())
    }

    fn validator(&self, key: &PublicKey, seen: &Seen) -> Read<Validator> {
        let peer = seen.peers.iter().find(|peer| peer.key == *key);
        let (reach, last_height) = match peer {
            _ if *key == seen.here => (Reach::Here, Some(seen.tip.height)),
            None => (Reach::Unknown, None),
            Some(peer) if seen.now.0.saturating_sub(peer.heard.0) <= SILENT_MS => (Reach::Reached, Some(peer.height)),
            Some(peer) => (Reach::Silent, Some(peer.height)),
        };
        let operator = self.validators.iter().find(|validator| validator.key == *key);
        // The operator is a name in the genesis; the link leads to the node as a member.
        let member = self.model.key(key)?.map(|row| row.binding.member.to_string()).unwrap_or_default();
        Ok(Validator {
            name: self.validator_name(key),
            operator: MemberLink {
                id: member,
                name: as_filed(operator.map(|validator| validator.operator.clone()).unwrap_or_default()),
            },
            key: key.to_string(),
            reach,
            last_height: last_height.map(|height| height.0),
        })
    }
}
