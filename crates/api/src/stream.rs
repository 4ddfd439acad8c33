//! One client's stream of events: from a place onwards, in order, each once.
//!
//! A task reads pages of final events from the node and puts them into a short queue that the client empties. While
//! there are none it waits for the next block. It ends when the client goes, when the client leaves the queue full
//! for too long, when the time that was asked for is up, or when the node stops.

use crate::backend::{Backend, EventPlace, PlacedEvent};
use crate::view;
use axum::response::sse;
use chancery_types::ids::Height;
use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::str::FromStr;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, mpsc};

/// How many events are asked for at once.
const PAGE_EVENTS: usize = 256;
/// How many events may wait for one client.
const QUEUE_EVENTS_MAX: usize = 256;

/// What a client wants.
pub(crate) struct Wanted {
    pub(crate) after: EventPlace,
    /// For how long; without end if absent.
    pub(crate) duration: Option<Duration>,
}

/// Messages for one client.
pub(crate) struct Stream(mpsc::Receiver<sse::Event>);

impl Stream {
    /// Opens a stream; the permit is given back when it ends.
    pub(crate) fn open(
        backend: Arc<dyn Backend>,
        wanted: Wanted,
        read_timeout: Duration,
        permit: OwnedSemaphorePermit,
    ) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE_EVENTS_MAX);
        tokio::spawn(async move {
            let feed = feed(backend.as_ref(), wanted.after, &sender, read_timeout);
            let limited = async {
                match wanted.duration {
                    Some(duration) => tokio::time::timeout(duration, feed).await.unwrap_or(()),
                    None => feed.await,
                }
            };
            tokio::select! {
                () = limited => {}
                () = sender.closed() => {}
            }
            drop(permit);
        });
        Self(receiver)
    }
}

async fn feed(backend: &dyn Backend, mut after: EventPlace, sender: &mpsc::Sender<sse::Event>, read_timeout: Duration) {
    loop {
        // Read before the page: a block that comes in between ends the wait below at once.
        let height = backend.height();
        // A stream has no place for a refusal. It ends, and the client that resumes is told.
        let Ok(events) = backend.events(Some(after), PAGE_EVENTS).await else { return };
        let complete = events.len() < PAGE_EVENTS;
        for event in events {
            after = event.place;
            let Some(message) = message(event) else { return };
            if sender.send_timeout(message, read_timeout).await.is_err() {
                return;
            }
        }
        if complete {
            backend.wait_above(height).await;
            if backend.height() <= height {
                return;
            }
        }
    }
}

fn message(placed: PlacedEvent) -> Option<sse::Event> {
    let id = placed.place.to_string();
    let event = view::Event {
        id: id.clone(),
        height: placed.place.height,
        time: placed.time.into(),
        transaction: placed.transaction,
        application: placed.event.application,
        kind: placed.event.kind,
        payload: hex::encode(placed.event.payload),
    };
    sse::Event::default().id(id).json_data(event).ok()
}

impl futures_core::Stream for Stream {
    type Item = Result<sse::Event, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|event| event.map(Ok))
    }
}

impl EventPlace {
    /// The place after everything in a block.
    pub fn end_of(height: Height) -> Self {
        Self { height, entry: u32::MAX, event: u32::MAX }
    }
}

impl fmt::Display for EventPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.height, self.entry, self.event)
    }
}

/// The text is not a place of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an event's place is written height.entry.event, in digits")]
pub struct InvalidEventPlace;

impl FromStr for EventPlace {
    type Err = InvalidEventPlace;

    fn from_str(text: &str) -> Result<Self, InvalidEventPlace> {
        let mut parts = text.split('.');
        let (Some(height), Some(entry), Some(event), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(InvalidEventPlace);
        };
        let place = Self {
            height: Height(height.parse().map_err(|_| InvalidEventPlace)?),
            entry: entry.parse().map_err(|_| InvalidEventPlace)?,
            event: event.parse().map_err(|_| InvalidEventPlace)?,
        };
        if place.to_string() == text { Ok(place) } else { Err(InvalidEventPlace) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_one_spelling() {
        let place = EventPlace { height: Height(120), entry: 0, event: 3 };
        assert_eq!("120.0.3".parse(), Ok(place));
        assert_eq!(place.to_string(), "120.0.3");
        for bad in ["", "120", "120.0", "120.0.3.1", "120.0.+3", "120.00.3", "a.b.c", " 1.2.3"] {
            assert_eq!(bad.parse::<EventPlace>(), Err(InvalidEventPlace), "{bad:?}");
        }
    }
}
