//! Many transactions on their way at once, with a bound.

use crate::error::ClientError;
use crate::http::{Client, Finalised};
use crate::signing::SignedTransaction;
use chancery_types::ids::Height;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// How long to wait until a node has seen what another has.
const CATCH_UP_POLLS_MAX: u32 = 600;
const CATCH_UP_POLL: Duration = Duration::from_millis(50);

/// A bounded number of transactions in flight, shared among the nodes.
#[derive(Debug)]
pub struct Pipeline {
    clients: Vec<Arc<Client>>,
    in_flight_max: usize,
}

/// What came of transactions that were sent together.
#[derive(Debug, Default)]
pub struct Sent {
    /// How many were carried out.
    pub accepted: usize,
    /// Those that were not: the place in what was sent, and why.
    pub refused: Vec<(usize, ClientError)>,
    /// The highest block in which one of them stands.
    pub height: Height,
}

impl Sent {
    /// All were carried out.
    ///
    /// # Errors
    /// The first refusal.
    pub fn all_accepted(mut self) -> Result<Height, ClientError> {
        if self.refused.is_empty() { Ok(self.height) } else { Err(self.refused.swap_remove(0).1) }
    }
}

impl Pipeline {
    /// A pipeline over all nodes of a client.
    pub fn new(client: &Client, in_flight_max: usize) -> Self {
        let clients = (0..client.nodes().len()).map(|node| Arc::new(client.beginning_with(node))).collect();
        Self { clients, in_flight_max: in_flight_max.max(1) }
    }

    /// Sends transactions, in no order among each other, and waits until all are final. Returns when all nodes have
    /// seen them, so that whoever reads next, anywhere, reads what was written.
    ///
    /// # Errors
    /// Only what makes going on useless: no node can be reached, or an answer cannot be read. What is refused or
    /// rejected is in the result, with its place in `transactions`.
    pub async fn send(
        &self,
        transactions: impl IntoIterator<Item = SignedTransaction>,
        mut progress: impl FnMut(usize),
    ) -> Result<Sent, ClientError> {
        let mut sent = Sent::default();
        let mut done = 0;
        let mut flying = JoinSet::new();
        for (place, transaction) in transactions.into_iter().enumerate() {
            if flying.len() >= self.in_flight_max
                && let Some(joined) = flying.join_next().await
            {
                sent.note(joined)?;
                done += 1;
                progress(done);
            }
            let client = self.clients.get(place % self.clients.len().max(1)).cloned();
            if let Some(client) = client {
                flying.spawn(async move { (place, client.submit(&transaction).await.and_then(Finalised::accepted)) });
            }
        }
        while let Some(joined) = flying.join_next().await {
            sent.note(joined)?;
            done += 1;
            progress(done);
        }
        self.caught_up(sent.height).await?;
        Ok(sent)
    }

    /// Waits until every node that can be reached has this block, and shows it in its lists.
    ///
    /// # Errors
    /// If no node can be reached, or one stays behind.
    pub async fn caught_up(&self, height: Height) -> Result<(), ClientError> {
        for client in &self.clients {
            let mut polls = 0;
            while shown(client).await? < height {
                polls += 1;
                if polls > CATCH_UP_POLLS_MAX {
                    let cause = format!("it has not reached block {height}");
                    return Err(ClientError::Unreachable { nodes: client.nodes().join(", "), cause });
                }
                tokio::time::sleep(CATCH_UP_POLL).await;
            }
        }
        Ok(())
    }
}

/// Up to which block a node's lists go: they come from tables that follow the blocks a moment later.
async fn shown(client: &Client) -> Result<Height, ClientError> {
    match client.readiness().await {
        Ok(readiness) => Ok(readiness.height),
        Err(ClientError::Unreachable { .. }) => {
            // It is away: asking goes on to the next node, at which the next look is.
            client.network().await?;
            Ok(Height(0))
        }
        Err(error) => Err(error),
    }
}

type Joined = Result<(usize, Result<Finalised, ClientError>), tokio::task::JoinError>;

impl Sent {
    fn note(&mut self, joined: Joined) -> Result<(), ClientError> {
        let (place, outcome) = joined.map_err(|error| ClientError::Answer {
            request: "/api/v1/transactions".to_owned(),
            cause: error.to_string(),
        })?;
        match outcome {
            Ok(finalised) => {
                self.accepted += 1;
                self.height = self.height.max(finalised.height);
            }
            Err(error @ (ClientError::Refused(_) | ClientError::Rejected { .. })) => self.refused.push((place, error)),
            Err(error) => return Err(error),
        }
        Ok(())
    }
}
