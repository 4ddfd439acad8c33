//! Where the pages get their data: a trait that the node implements over its read model and its ledger.

use crate::language::Language;
use crate::view::{
    Authority, AuthorityLine, Block, BlockSummary, CheckResult, Figure, FigureSummary, Found, Member, Network,
    NetworkState, Record, Refusal, RefusalText, Register, RegisterSummary, Transaction, TransactionSummary,
};

/// Why a source cannot answer. What happened in detail belongs in the node's log, not on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// The read model or the ledger cannot be read now.
    #[error("the data cannot be read now")]
    Unavailable,
    /// The question is ill-formed, such as a cursor that no list gave out.
    #[error("the question is not well-formed")]
    BadQuestion,
}

/// The answer of a source.
pub type Answer<T> = Result<T, SourceError>;

/// The data behind the pages. Every list is bounded by its `limit` or by the caller's patience named at the method.
///
/// "Nothing there" is `None` or an empty list, never an error.
#[async_trait::async_trait]
pub trait Source: Send + Sync + 'static {
    /// What every page shows. Called once per page, so it should be cheap.
    async fn state(&self) -> Answer<NetworkState>;

    /// The validators and the identity.
    async fn network(&self) -> Answer<Network>;

    /// Final blocks below `before` (or the latest), newest first, at most `limit`.
    async fn blocks(&self, before: Option<u64>, limit: usize) -> Answer<Vec<BlockSummary>>;

    /// A final block, with at most `limit` of its transactions from the cursor `after`.
    async fn block(&self, height: u64, after: Option<&str>, limit: usize) -> Answer<Option<Block>>;

    /// A final transaction by its id in hex.
    async fn transaction(&self, id: &str) -> Answer<Option<Transaction>>;

    /// A record by its id in hex.
    async fn record(&self, id: &str) -> Answer<Option<Record>>;

    /// All registers.
    async fn registers(&self) -> Answer<Vec<RegisterSummary>>;

    /// A register.
    async fn register(&self, id: &str) -> Answer<Option<Register>>;

    /// The whole tree, each parent before its children.
    async fn authorities(&self) -> Answer<Vec<AuthorityLine>>;

    /// An authority, with its members from the cursor `after`.
    async fn authority(&self, id: &str, after: Option<&str>, limit: usize) -> Answer<Option<Authority>>;

    /// A member.
    async fn member(&self, id: &str) -> Answer<Option<Member>>;

    /// All published figures and the live totals of open registers, newest first.
    async fn figures(&self) -> Answer<Vec<FigureSummary>>;

    /// A figure, or its part for a region.
    async fn figure(&self, flow: &str, period: &str, region: Option<&str>) -> Answer<Option<Figure>>;

    /// What a refusal means, in English, from the lists of the installed applications. Not a question to a database.
    fn refusal_text(&self, number: &str) -> Option<RefusalText>;

    /// All refusals that the installed applications can give, with their counts.
    async fn refusals(&self) -> Answer<Vec<Refusal>>;

    /// A refusal that some installed application can give, with at most `limit` of its latest uses.
    async fn refusal(&self, number: &str, limit: usize) -> Answer<Option<Refusal>>;

    /// Publications of figures that were refused, newest first.
    async fn refused_publications(&self, limit: usize) -> Answer<Vec<TransactionSummary>>;

    /// What fits a query of at most [`QUERY_CHARACTERS_MAX`] characters.
    async fn find(&self, query: &str, limit: usize) -> Answer<Found>;

    /// Runs the offline verifier on a receipt against this network's identity. Sentences should be in `language`
    /// if the verifier has them.
    async fn check_receipt(&self, receipt: &[u8], language: Language) -> Answer<CheckResult>;
}

/// Longer queries are refused.
pub const QUERY_CHARACTERS_MAX: usize = 200;
