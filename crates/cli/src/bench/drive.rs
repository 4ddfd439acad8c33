//! Sends a prepared run on time, whatever the answers.

use super::prepare::{Parcel, Prepared};
use chancery_client::Client;
use chancery_client::http::BatchEntry;
use chancery_types::rejection::RejectionCode;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// The most requests that wait for one validator at once; further ones wait here, and their latency counts.
const REQUESTS_PER_VALIDATOR_MAX: usize = 96;

/// What the validator that was asked said about a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It was taken in.
    In,
    /// It was refused with a number.
    Refused(RejectionCode),
    /// Nobody answered: it may have been taken in, or not.
    Unanswered,
}

/// A run that was sent.
#[derive(Debug)]
pub(crate) struct Driven {
    /// When the clock started.
    pub(crate) start: Instant,
    /// What was said about each transaction.
    pub(crate) taken: Vec<Taken>,
    /// How late each request left this program: what the client itself added.
    pub(crate) lags: Vec<Duration>,
    /// How many requests were sent again because a validator did not answer.
    pub(crate) sent_again: u64,
}

/// Sends everything; returns when every request was answered or given up.
pub(crate) async fn drive(client: &Client, prepared: &mut Prepared) -> Driven {
    let nodes: Arc<Vec<Node>> = Arc::new((0..client.nodes().len()).map(|at| Node::of(client.only(at))).collect());
    let parcels = std::mem::take(&mut prepared.parcels);
    let mut driven = Driven {
        start: Instant::now(),
        taken: vec![Taken::Unanswered; prepared.schedule.count],
        lags: Vec::with_capacity(parcels.len()),
        sent_again: 0,
    };
    let start = driven.start;
    let mut requests = JoinSet::new();
    for (number, parcel) in parcels.into_iter().enumerate() {
        tokio::time::sleep_until((start + parcel.at).into()).await;
        driven.lags.push(start.elapsed().saturating_sub(parcel.at));
        requests.spawn(carry(Arc::clone(&nodes), number, parcel));
        while let Some(Ok(carried)) = requests.try_join_next() {
            driven.note(carried);
        }
    }
    while let Some(joined) = requests.join_next().await {
        if let Ok(carried) = joined {
            driven.note(carried);
        }
    }
    driven
}

#[derive(Debug)]
struct Node {
    client: Client,
    places: Semaphore,
}

impl Node {
    fn of(client: Client) -> Self {
        Self { client, places: Semaphore::new(REQUESTS_PER_VALIDATOR_MAX) }
    }
}

struct Carried {
    first: usize,
    count: usize,
    /// Absent if nobody answered.
    entries: Option<Vec<BatchEntry>>,
    sent_again: u64,
}

/// Brings a parcel to the validator whose turn it is, and to the next one if that does not answer.
async fn carry(nodes: Arc<Vec<Node>>, number: usize, parcel: Parcel) -> Carried {
    let Parcel { which, mut body, .. } = parcel;
    let mut carried = Carried { first: which.start, count: which.len(), entries: None, sent_again: 0 };
    for attempt in 0..nodes.len() {
        let Some(node) = nodes.get((number + attempt) % nodes.len()) else { break };
        let Ok(_place) = node.places.acquire().await else { break };
        let last = attempt + 1 == nodes.len();
        let sent = if last { std::mem::take(&mut body) } else { body.clone() };
        carried.sent_again += u64::from(attempt > 0);
        if let Ok(entries) = node.client.submit_batch(sent).await {
            carried.entries = Some(entries);
            break;
        }
    }
    carried
}

impl Driven {
    fn note(&mut self, carried: Carried) {
        self.sent_again += carried.sent_again;
        let slots = self.taken.iter_mut().skip(carried.first).take(carried.count);
        for (slot, entry) in slots.zip(carried.entries.into_iter().flatten()) {
            *slot = entry.code.map_or(Taken::In, Taken::Refused);
        }
    }
}
