//! Blocks, transactions, refusals, and what a search finds.

use super::{MemberLink, Slice, Stamp, Text};
use serde::Serialize;

/// What became of a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "state", content = "refusal")]
pub enum Outcome {
    /// It changed the state.
    Accepted,
    /// It was refused with a number.
    Refused(String),
}

/// A transaction in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TransactionSummary {
    /// Its id, hex.
    pub id: String,
    /// What it asks for, such as "File a return".
    pub kind: Text,
    /// Who signed it.
    pub sender: MemberLink,
    /// What became of it.
    pub outcome: Outcome,
    /// Where it stands.
    pub at: Stamp,
}

/// A transaction's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Transaction {
    /// What the lists show.
    pub summary: TransactionSummary,
    /// Its place in its block, from 0.
    pub index: u32,
    /// The application it is for.
    pub application: Text,
    /// Until when it could have been entered, UTC milliseconds.
    pub expires_ms: Option<i64>,
    /// Its size in bytes.
    pub size_bytes: Option<u64>,
    /// Records that it filed or decided, with the words for the link.
    pub records: Vec<(String, Text)>,
    /// The figure that it published: flow, period and title.
    pub figure: Option<(String, String, Text)>,
    /// Where its receipt can be had.
    pub receipt_href: Option<String>,
}

/// A block in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BlockSummary {
    /// Its height.
    pub height: u64,
    /// Its agreed time, UTC milliseconds.
    pub time_ms: i64,
    /// How many transactions it holds.
    pub transactions: u32,
    /// How many of them were refused.
    pub refused: u32,
    /// The hash of its header, hex.
    pub hash: String,
}

/// A block's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Block {
    /// What the lists show.
    pub summary: BlockSummary,
    /// The hash of its parent's header, hex.
    pub parent: String,
    /// The state root after it, hex.
    pub state_root: String,
    /// The root of its transactions with their outcomes, hex.
    pub outcomes_root: Option<String>,
    /// The root of the tree of all earlier headers, hex.
    pub history_root: Option<String>,
    /// The validator that proposed it.
    pub proposer: String,
    /// The epoch.
    pub epoch: u64,
    /// How many validators signed it, if it is known who did.
    pub signed: Option<u32>,
    /// How many signatures make it final.
    pub quorum: u32,
    /// How many validators there are.
    pub validators: u32,
    /// Its transactions, in order, from the cursor on.
    pub transactions: Slice<TransactionSummary>,
}

/// What a refusal means. A source gives it in English.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefusalText {
    /// What was wrong.
    pub cause: Text,
    /// What to do.
    pub remedy: Text,
}

/// A refusal's number, and how it was used in this network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// The stable number, as printed.
    pub number: String,
    /// The name of the refusal in the program.
    pub name: String,
    /// The application that gives it.
    pub application: Text,
    /// How often it was given.
    pub count: u64,
    /// The latest transactions that were refused with it, newest first; empty in lists.
    pub recent: Vec<TransactionSummary>,
}

/// The kinds of thing that a search finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Noun {
    /// A published figure or a part of one.
    Figure,
    /// A place.
    Place,
    /// A member or authority.
    Member,
    /// A record.
    Record,
    /// A register.
    Register,
    /// A block.
    Block,
    /// A transaction.
    Transaction,
    /// A refusal.
    Refusal,
}

/// One thing that a search found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FoundItem {
    /// What it is.
    pub noun: Noun,
    /// Its name.
    pub name: Text,
    /// What distinguishes it from others of the name.
    pub note: Option<Text>,
    /// The path of its page.
    pub path: String,
}

/// What a search found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Found {
    /// The path of the one page that the query names exactly, if there is one.
    pub exact: Option<String>,
    /// What else fits, best first.
    pub items: Vec<FoundItem>,
    /// Whether there was more than fits.
    pub more: bool,
}
