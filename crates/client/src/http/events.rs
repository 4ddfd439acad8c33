//! What happens, as it happens: events, and blocks as they become final.

use super::Client;
use super::messages::Messages;
use crate::error::ClientError;
use chancery_api::view;
use chancery_types::ids::Height;

/// Final events, in order, each once.
#[derive(Debug)]
pub struct EventStream<'a>(Messages<'a>);

impl EventStream<'_> {
    /// The next event; waits for it. A connection that breaks is taken up again after the last event, at whichever
    /// node answers.
    ///
    /// # Errors
    /// If no node can be reached, one refuses, or an event cannot be read.
    pub async fn next(&mut self) -> Result<view::Event, ClientError> {
        self.0.next(|event: &view::Event| event.id.clone()).await
    }
}

/// Final blocks, in order, each once, as soon as a node has them on its disk.
#[derive(Debug)]
pub struct FinalityStream<'a>(Messages<'a>);

impl FinalityStream<'_> {
    /// The next final block; waits for it. A client that is confined to one node ([`Client::only`]) learns when that
    /// node had it.
    ///
    /// # Errors
    /// If no node can be reached, one refuses, or a message cannot be read.
    pub async fn next(&mut self) -> Result<view::BlockSummary, ClientError> {
        self.0.next(|block: &view::BlockSummary| block.height.to_string()).await
    }
}

impl Client {
    /// The events after a place (`None`: from the next block on). Nothing is sent before the first is asked for.
    pub const fn events(&self, after: Option<String>) -> EventStream<'_> {
        EventStream(Messages::new(self, "/api/v1/events", after))
    }

    /// The final blocks above a height. Nothing is sent before the first is asked for.
    pub fn finality(&self, after: Height) -> FinalityStream<'_> {
        FinalityStream(Messages::new(self, "/api/v1/finality", Some(after.to_string())))
    }
}
