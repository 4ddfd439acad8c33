//! What bounds a node's interface. Everything that a stranger could make grow has a number here.

use std::time::Duration;

/// The largest sealed opening that is taken in.
pub const OPENING_BYTES_MAX: usize = 64 * 1024;
/// The largest signed statement (a session, a request for a word of intake).
pub const STATEMENT_BYTES_MAX: usize = 4 * 1024;
/// A body or an answer up to this size is bounded by the number of connections; larger ones by [`Limits::held_bytes_max`].
pub const LIGHT_BYTES_MAX: usize = 16 * 1024;
/// The most bytes of a batch of transactions.
pub const BATCH_BYTES_MAX: usize = 4 * 1024 * 1024;
/// The most transactions of a batch.
pub const BATCH_TRANSACTIONS_MAX: usize = 4_096;
/// The longest that a request may wait for finality.
pub const WAIT_MS_MAX: u64 = 20_000;
/// How long a request waits for finality if it does not say.
pub const WAIT_MS_DEFAULT: u64 = 10_000;
/// The longest that a client may ask for events or blocks to be streamed at once; without asking a stream has no end.
pub const STREAM_MS_MAX: u64 = 900_000;
/// How many items a page has if the request does not say.
pub const PAGE_ITEMS_DEFAULT: usize = 100;
/// The largest number that JSON readers in every language hold exactly; heights are bounded by it in requests.
pub const EXACT_NUMBER_MAX: u64 = (1 << 53) - 1;

/// The bounds that an operator may set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The most connections at once. A further one takes the place of one of the address that has the most, or is
    /// closed.
    pub connections_max: usize,
    /// The most connections at once from one address. Further ones are closed.
    pub connections_per_address_max: usize,
    /// How many requests per second one address may make in the long run.
    pub requests_per_second: u32,
    /// How many requests one address may make at once after a pause.
    pub requests_burst: u32,
    /// How many addresses the rate limit remembers.
    pub addresses_max: usize,
    /// The most headers of a request.
    pub headers_max: usize,
    /// The most bytes of a request's line and headers.
    pub head_bytes_max: usize,
    /// The most bytes at once of all bodies and answers that are larger than [`LIGHT_BYTES_MAX`]. A further one takes
    /// the place of those of the address that has the most, whose connections are closed, or is refused.
    pub held_bytes_max: usize,
    /// The most bytes at once of the bodies and answers of one address that are larger than [`LIGHT_BYTES_MAX`].
    pub held_bytes_per_address_max: usize,
    /// How long a request's headers may take to arrive, and how long a connection may stay idle.
    pub head_timeout: Duration,
    /// How long a request's body may take to arrive.
    pub body_timeout: Duration,
    /// How long an answer may take; more than [`WAIT_MS_MAX`].
    pub answer_timeout: Duration,
    /// How long a client may leave bytes of an answer, or events of a stream, unread.
    pub read_timeout: Duration,
    /// The most streams, of events and of final blocks together, at once.
    /// A further one ends one of the address that has the most, or is refused.
    pub streams_max: usize,
    /// How often a stream without events says that it is alive.
    pub heartbeat: Duration,
    /// The most sessions at once.
    pub sessions_max: usize,
    /// The most sessions that one member may open in the time that a session lasts.
    pub sessions_per_member_max: usize,
    /// How long open connections are given to end when the node stops.
    pub stop_timeout: Duration,
}

impl Default for Limits {
    /// Bounds for a node of a ministry: some thousand clients, none of which can crowd out the others. One address
    /// can hold an eighth of the connections and a quarter of the streams.
    fn default() -> Self {
        Self {
            connections_max: 2_048,
            connections_per_address_max: 256,
            requests_per_second: 1_000,
            requests_burst: 2_000,
            addresses_max: 16_384,
            headers_max: 64,
            head_bytes_max: 16 * 1024,
            held_bytes_max: 128 * 1024 * 1024,
            held_bytes_per_address_max: 64 * 1024 * 1024,
            head_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(15),
            answer_timeout: Duration::from_secs(30),
            read_timeout: Duration::from_secs(20),
            streams_max: 1_024,
            heartbeat: Duration::from_secs(15),
            sessions_max: 4_096,
            sessions_per_member_max: 32,
            stop_timeout: Duration::from_secs(5),
        }
    }
}
