//! The network, its nodes and its refusals.

use super::Moment;
use crate::schema;
use chancery_ledger::rejection::RejectionText;
use chancery_types::ids::{ApplicationId, Height, NetworkId};
use chancery_types::key::{FinalityKey, PublicKey};
use chancery_types::rejection::RejectionCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the network is founded on, and where this node stands in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Network {
    /// The public identity: the hash of `identity`. It is all that a verifier must know.
    #[schema(value_type = schema::LongId)]
    pub id: NetworkId,
    /// The name people call it by.
    pub name: String,
    /// The network's identity in canonical CBOR, hexadecimal.
    #[schema(value_type = schema::Bytes)]
    pub identity: String,
    /// When it was founded.
    pub founded: Moment,
    /// The key under which blocks are final.
    #[schema(value_type = schema::FinalityKeyText)]
    pub finality_key: FinalityKey,
    /// The founding validators' keys, in their order.
    #[schema(value_type = Vec<schema::LongId>)]
    pub validators: Vec<PublicKey>,
    /// How many validators may fail or lie without harm.
    pub faults_max: u32,
    /// How many times faster than the world its clock runs; 1 for every real network.
    pub clock_factor: u32,
    /// Whether one party made all keys: true only for demonstrations and tests.
    pub dealt: bool,
    /// This node's key.
    #[schema(value_type = schema::LongId)]
    pub node: PublicKey,
    /// The version of this node's program.
    pub software: String,
    /// The latest final block here.
    #[schema(value_type = u64)]
    pub height: Height,
    /// That block's time.
    pub time: Moment,
    /// The installed applications.
    pub applications: Vec<Application>,
    /// Why this node follows without voting, in words; absent if it votes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observes: Option<String>,
    /// The first block that this node keeps whole; of earlier ones it has the headers.
    #[serde(default)]
    #[schema(value_type = u64)]
    pub kept_from: Height,
    /// Addresses of nodes that keep all blocks, as far as this node was told.
    #[serde(default)]
    pub archives: Vec<String>,
}

/// An installed application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Application {
    /// Its number: bound into every transaction and refusal.
    #[schema(value_type = u16)]
    pub number: ApplicationId,
    /// Its name.
    pub name: String,
}

/// Another node, as this one sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Peer {
    /// Its key.
    #[schema(value_type = schema::LongId)]
    pub key: PublicKey,
    /// Whether it is a validator.
    pub validator: bool,
    /// Whether there is a connection now.
    pub connected: bool,
    /// When it was last heard from, where that is known.
    pub heard: Option<Moment>,
}

/// Whether this node can serve: it follows the chain and its read model is up to date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Readiness {
    /// Whether it can.
    pub ready: bool,
    /// The latest final block here.
    #[schema(value_type = u64)]
    pub height: Height,
    /// What stands in the way, in words.
    pub reasons: Vec<String>,
}

/// A refusal: what its stable number means and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Refusal {
    /// The number.
    #[schema(value_type = schema::RefusalNumber)]
    pub code: RejectionCode,
    /// Its name in the program.
    pub name: String,
    /// What was wrong.
    pub cause: String,
    /// What to do.
    pub remedy: String,
}

impl From<&RejectionText> for Refusal {
    fn from(text: &RejectionText) -> Self {
        Self {
            code: text.code,
            name: text.name.to_owned(),
            cause: text.cause.to_owned(),
            remedy: text.remedy.to_owned(),
        }
    }
}
