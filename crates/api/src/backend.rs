//! What the interface needs from the node. `node` implements it over its ledger, its read model and its vault.
//!
//! The division of labour: this crate parses requests, holds sessions and decides who may read what; the node
//! answers questions and never sees an unparsed word. Where a question names something that does not exist, the
//! answer is `None`.

use crate::view;
use chancery_ledger::rejection::RejectionText;
use chancery_types::code::{RegionCode, RegisterId};
use chancery_types::event::Event;
use chancery_types::hash::Digest;
use chancery_types::ids::{Height, MemberId, NetworkId, RecordId, StateKey, TransactionId, Version};
use chancery_types::intake::SignedIntake;
use chancery_types::key::PublicKey;
use chancery_types::member::MemberKind;
use chancery_types::outcome::Outcome;
use chancery_types::period::Period;
use chancery_types::record::Assurance;
use chancery_types::rejection::RejectionCode;
use chancery_types::storage_receipt::StorageReceipt;
use chancery_types::time::BlockTime;
use minicbor::{Decode, Encode};
use std::time::Duration;

/// Why the node does not answer. What happened in detail belongs in the node's log, not in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BackendError {
    /// Refused with a stable number: one of an application, of the ledger, or of [`crate::InterfaceRejection`].
    #[error("refused: {0}")]
    Refused(RejectionCode),
    /// The pool has no room, or the sender's share of it is used up.
    #[error("no room now; again in {retry_after_ms} ms")]
    Busy {
        /// When it is worth trying again.
        retry_after_ms: u64,
    },
    /// The read model, the state or the vault cannot be read now.
    #[error("cannot answer now")]
    Unavailable,
}

/// The node's answer.
pub type Answer<T> = Result<T, BackendError>;

/// Where a list goes on and how much is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging<K> {
    /// Give what comes after this id, in the order of ids.
    pub after: Option<K>,
    /// At most so many: from 1 to [`PAGE_ITEMS_MAX`] + 1, since one more than is shown tells whether there are more.
    pub limit: usize,
}

/// The most items that a page shows.
pub const PAGE_ITEMS_MAX: usize = 1_000;

/// Which members are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemberFilter {
    /// Only of this kind.
    pub kind: Option<MemberKind>,
    /// Only at home in this region itself.
    pub region: Option<RegionCode>,
}

/// Which records are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordFilter {
    /// Only of this register.
    pub register: Option<RegisterId>,
    /// Only about this period.
    pub period: Option<Period>,
    /// Only about this region itself.
    pub region: Option<RegionCode>,
    /// Only those whose latest version is known so well.
    pub assurance: Option<Assurance>,
}

/// Which figures are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FigureFilter {
    /// Only of this register.
    pub register: Option<RegisterId>,
    /// Only about this period.
    pub period: Option<Period>,
}

/// A figure among figures; the order of lists.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FigureId {
    /// The register.
    pub register: RegisterId,
    /// The period.
    pub period: Period,
    /// The region.
    pub region: RegionCode,
}

/// A transaction that the node knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownTransaction {
    /// It waits for a block.
    Pending,
    /// It stands in a final block.
    Final(FinalTransaction),
}

/// Where a transaction stands and what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FinalTransaction {
    /// The block.
    pub height: Height,
    /// Its place in the block, from 0.
    pub index: u32,
    /// The block's time.
    pub time: BlockTime,
    /// What became of it.
    pub outcome: Outcome,
}

/// The place of an event: the order of the stream.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventPlace {
    /// The block.
    pub height: Height,
    /// The entry in the block: a transaction's place, or the number of transactions for the work at the block's end.
    pub entry: u32,
    /// The event of the entry, from 0.
    pub event: u32,
}

/// An event with its place and cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedEvent {
    /// Where.
    pub place: EventPlace,
    /// The block's time.
    pub time: BlockTime,
    /// The transaction that caused it; absent for the work at a block's end.
    pub transaction: Option<TransactionId>,
    /// What happened.
    pub event: Event,
}

/// The transactions of a final block, each with what became of it, in the block's order. The work at the block's end
/// is no transaction and not among them.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct BlockOutcomes {
    /// The block.
    #[n(0)]
    pub height: Height,
    /// Its transactions.
    #[n(1)]
    pub entries: Vec<TransactionOutcome>,
}

/// A final transaction and what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct TransactionOutcome {
    /// The transaction.
    #[n(0)]
    pub id: TransactionId,
    /// What became of it.
    #[n(1)]
    pub outcome: Outcome,
}

/// Sealed bytes that a filer hands over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    /// The register.
    pub register: RegisterId,
    /// The record that they open.
    pub record: RecordId,
    /// Who hands them over: the holder of the session.
    pub filer: MemberId,
    /// The sealed bytes.
    pub sealed: Vec<u8>,
}

/// Sealed bytes as the vault keeps them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptOpening {
    /// The authority that may read them: the supervising authority of their register.
    pub authority: MemberId,
    /// The sealed bytes.
    pub sealed: Vec<u8>,
}

/// The node behind the interface.
#[async_trait::async_trait]
pub trait Backend: Send + Sync + 'static {
    /// The network.
    fn network_id(&self) -> NetworkId;

    /// This node's key: sessions are bound to it.
    fn node_key(&self) -> PublicKey;

    /// This node's clock, UTC.
    fn now(&self) -> BlockTime;

    /// Every refusal that the ledger and the installed applications can give, by number.
    fn refusals(&self) -> Vec<RejectionText>;

    /// The node's measurements in the Prometheus text format.
    async fn metrics(&self) -> String;

    /// Whether the node can serve.
    async fn readiness(&self) -> view::Readiness;

    /// The network and this node's place in it.
    async fn network(&self) -> Answer<view::Network>;

    /// The other nodes, as this one sees them.
    async fn peers(&self) -> Answer<Vec<view::Peer>>;

    /// Takes in the encoded envelope of a transaction: well-formed, right network, not expired, good signature,
    /// room in the pool. One that is final already is no error: the answer is its id, and its outcome can be asked.
    async fn submit(&self, envelope: Vec<u8>) -> Answer<TransactionId>;

    /// Takes in many, and answers for each in their order. A node that can look at them together does so.
    async fn submit_many(&self, envelopes: Vec<Vec<u8>>) -> Vec<Answer<TransactionId>> {
        let mut answers = Vec::with_capacity(envelopes.len());
        for envelope in envelopes {
            answers.push(self.submit(envelope).await);
        }
        answers
    }

    /// A transaction in the pool or in a final block.
    async fn transaction(&self, id: TransactionId) -> Answer<Option<KnownTransaction>>;

    /// Waits until a transaction is final, or until the time is up (`None`).
    async fn wait_final(&self, id: TransactionId, at_most: Duration) -> Answer<Option<FinalTransaction>>;

    /// The receipt of a final transaction, in canonical CBOR.
    async fn transaction_receipt(&self, id: TransactionId) -> Answer<Option<Vec<u8>>>;

    /// The receipt of a record's version, in canonical CBOR.
    async fn record_receipt(&self, record: RecordId, version: Version) -> Answer<Option<Vec<u8>>>;

    /// The receipt of a published figure, in canonical CBOR.
    async fn figure_receipt(&self, figure: &FigureId, sequence: u32) -> Answer<Option<Vec<u8>>>;

    /// A value of the state, or its absence, with a proof at the latest final height.
    async fn state(&self, key: StateKey) -> Answer<view::StateProof>;

    /// Final blocks below `before` (or the latest), newest first.
    async fn blocks(&self, before: Option<Height>, limit: usize) -> Answer<Vec<view::BlockSummary>>;

    /// A final block with a part of its transactions: those after the given place.
    async fn block(&self, height: Height, page: Paging<u32>) -> Answer<Option<view::Block>>;

    /// Final blocks above a height, oldest first and without a gap. Fewer than `limit` means that there are no more yet.
    /// A node that keeps no tables answers this too.
    async fn final_blocks(&self, after: Height, limit: usize) -> Answer<Vec<view::BlockSummary>>;

    /// The transactions of a final block with their outcomes. A node that keeps no tables answers this too.
    async fn outcomes(&self, height: Height) -> Answer<Option<BlockOutcomes>>;

    /// Members, in the order of their ids.
    async fn members(&self, filter: &MemberFilter, page: Paging<MemberId>) -> Answer<Vec<view::MemberSummary>>;

    /// A member.
    async fn member(&self, id: MemberId) -> Answer<Option<view::Member>>;

    /// Authorities, in the order of their ids.
    async fn authorities(&self, page: Paging<MemberId>) -> Answer<Vec<view::Authority>>;

    /// Regions, in the order of their codes.
    async fn regions(&self, page: Paging<RegionCode>) -> Answer<Vec<view::Region>>;

    /// A region with what it was called and has become.
    async fn region_history(&self, code: &RegionCode) -> Answer<Option<view::RegionHistory>>;

    /// A member with what it was called and has become, how it was identified, and on whose word it stands.
    async fn member_history(&self, id: MemberId) -> Answer<Option<view::MemberHistory>>;

    /// Whom a suspension of an authority that is in force at a time, or now, would touch: a page of members, as many
    /// roles, and how many of each there are. None if there is no such authority.
    async fn suspension_preview(
        &self,
        authority: MemberId,
        at: Option<BlockTime>,
        page: Paging<MemberId>,
    ) -> Answer<Option<view::SuspensionPreview>>;

    /// A key that is or was bound.
    async fn key(&self, key: PublicKey) -> Answer<Option<view::Key>>;

    /// Whether the state at the latest final height has this key as a business key of this member, neither expired
    /// nor revoked, and the member neither.
    async fn is_valid_key(&self, member: MemberId, key: PublicKey) -> Answer<bool>;

    /// Registers, in the order of their ids.
    async fn registers(&self, page: Paging<RegisterId>) -> Answer<Vec<view::Register>>;

    /// A register with its structure and periods.
    async fn register(&self, id: &RegisterId) -> Answer<Option<view::RegisterDetail>>;

    /// Records, in the order of their ids.
    async fn records(&self, filter: &RecordFilter, page: Paging<RecordId>) -> Answer<Vec<view::RecordSummary>>;

    /// A record with its versions.
    async fn record(&self, id: RecordId) -> Answer<Option<view::Record>>;

    /// The latest publication of each figure, in the order of [`FigureId`].
    async fn figures(&self, filter: &FigureFilter, page: Paging<FigureId>) -> Answer<Vec<view::Figure>>;

    /// Every publication of one figure, the latest first; empty if there is none.
    async fn figure_history(&self, figure: &FigureId) -> Answer<Vec<view::Figure>>;

    /// The running totals of a region. This crate has made sure that the reader may see them.
    async fn aggregate(&self, figure: &FigureId) -> Answer<Option<view::Aggregate>>;

    /// Final events after a place (`None`: from the first block on), in order, at most `limit`. Fewer than `limit`
    /// means that there are no more yet.
    async fn events(&self, after: Option<EventPlace>, limit: usize) -> Answer<Vec<PlacedEvent>>;

    /// The latest final height whose events [`Backend::events`] can give.
    fn height(&self) -> Height;

    /// Returns once [`Backend::height`] is above `height`, or when the node stops. May be dropped at any time.
    async fn wait_above(&self, height: Height);

    /// Signs that a filing lay before this node now. This crate has checked the filer's signature and key.
    ///
    /// # Errors
    /// [`crate::InterfaceRejection::NotValidator`] where this node's word does not count.
    async fn sign_intake(&self, filing: Digest, filer: MemberId) -> Answer<SignedIntake>;

    /// Keeps sealed bytes in this node's vault and signs a receipt. The same bytes again give a receipt again.
    ///
    /// # Errors
    /// [`crate::InterfaceRejection::NoVaultHere`], [`crate::InterfaceRejection::VaultFull`],
    /// [`crate::InterfaceRejection::FilerShareUsed`].
    async fn keep_opening(&self, handover: Handover) -> Answer<StorageReceipt>;

    /// Sealed bytes by their hash.
    async fn opening(&self, digest: Digest) -> Answer<Option<KeptOpening>>;
}
