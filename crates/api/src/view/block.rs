//! Blocks, transactions and proofs of state.

use super::{Moment, Refusal};
use crate::schema;
use chancery_types::hash::Digest;
use chancery_types::ids::{ApplicationId, Epoch, Height, MemberId, StateKey, TransactionId, View};
use chancery_types::key::PublicKey;
use chancery_types::rejection::RejectionCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A block in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BlockSummary {
    /// Its position; genesis is 0.
    #[schema(value_type = u64)]
    pub height: Height,
    /// Its agreed time.
    pub time: Moment,
    /// Hash of its header.
    #[schema(value_type = schema::LongId)]
    pub hash: Digest,
    /// Who proposed it.
    #[schema(value_type = schema::LongId)]
    pub proposer: PublicKey,
    /// How many transactions.
    pub transactions: u32,
}

/// A block with a part of its transactions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Block {
    /// What lists show.
    #[serde(flatten)]
    pub summary: BlockSummary,
    /// The committee's reign.
    #[schema(value_type = u64)]
    pub epoch: Epoch,
    /// The attempt in which it was proposed.
    #[schema(value_type = u64)]
    pub view: View,
    /// Hash of the parent's header.
    #[schema(value_type = schema::LongId)]
    pub parent: Digest,
    /// Root of the authenticated state after the block.
    #[schema(value_type = schema::LongId)]
    pub state_root: Digest,
    /// Root of the transactions with their outcomes.
    #[schema(value_type = schema::LongId)]
    pub outcomes_root: Digest,
    /// Root of the tree of all earlier headers.
    #[schema(value_type = schema::LongId)]
    pub history_root: Digest,
    /// The header in canonical CBOR, hexadecimal.
    #[schema(value_type = schema::Bytes)]
    pub header: String,
    /// Transactions, in their order.
    pub entries: Vec<BlockTransaction>,
    /// Where the transactions go on: give it as `after`. Absent at the end.
    pub next: Option<u32>,
}

/// A transaction in its block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BlockTransaction {
    /// Its place in the block, from 0.
    pub index: u32,
    /// Its id.
    #[schema(value_type = schema::LongId)]
    pub id: TransactionId,
    /// The application it is for.
    #[schema(value_type = u16)]
    pub application: ApplicationId,
    /// Who signed it.
    #[schema(value_type = schema::ShortId)]
    pub sender: MemberId,
    /// The number of the refusal, if it was rejected.
    #[schema(value_type = Option<schema::RefusalNumber>)]
    pub code: Option<RejectionCode>,
}

/// The transactions of a final block with their outcomes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BlockOutcomes {
    /// The block.
    #[schema(value_type = u64)]
    pub height: Height,
    /// Its transactions, in their order.
    pub entries: Vec<TransactionOutcome>,
}

/// What became of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TransactionOutcome {
    /// Its id.
    #[schema(value_type = schema::LongId)]
    pub id: TransactionId,
    /// How many events it caused.
    pub events: u32,
    /// The number of the refusal, if it was rejected.
    #[schema(value_type = Option<schema::RefusalNumber>)]
    pub code: Option<RejectionCode>,
}

/// What a node says about one transaction of a batch: its id if it is taken in, or the number of the refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BatchEntry {
    /// The transaction's id, where it was taken in now or before.
    #[schema(value_type = Option<schema::LongId>)]
    pub id: Option<TransactionId>,
    /// The number of the refusal, where it was not.
    #[schema(value_type = Option<schema::RefusalNumber>)]
    pub code: Option<RejectionCode>,
    /// When it is worth sending this one again, where there was no room for it.
    pub retry_after_ms: Option<u64>,
}

/// How far a transaction has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TransactionStatus {
    /// It waits for a block.
    TakenIn,
    /// It stands in a final block and was carried out.
    Accepted,
    /// It stands in a final block and changed nothing.
    Rejected,
}

/// A transaction and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Transaction {
    /// Its id.
    #[schema(value_type = schema::LongId)]
    pub id: TransactionId,
    /// How far it has come.
    pub status: TransactionStatus,
    /// The final block in which it stands.
    #[schema(value_type = Option<u64>)]
    pub height: Option<Height>,
    /// Its place in that block, from 0.
    pub index: Option<u32>,
    /// That block's time.
    pub time: Option<Moment>,
    /// How many events it caused.
    pub events: Option<u32>,
    /// Why it was rejected and what to do about it.
    pub refusal: Option<Refusal>,
}

/// A value of the authenticated state, or its absence, with a proof at the latest final height.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StateProof {
    /// The key that was asked for.
    #[schema(value_type = schema::LongId)]
    pub key: StateKey,
    /// The height at which the state was read.
    #[schema(value_type = u64)]
    pub height: Height,
    /// The header of the final block that commits to this state, in canonical CBOR, hexadecimal.
    #[schema(value_type = schema::Bytes)]
    pub header: String,
    /// Whether there is a value.
    pub present: bool,
    /// The value, hexadecimal.
    #[schema(value_type = Option<schema::Bytes>)]
    pub value: Option<String>,
    /// The proof against the header's state root, hexadecimal.
    #[schema(value_type = schema::Bytes)]
    pub proof: String,
}
