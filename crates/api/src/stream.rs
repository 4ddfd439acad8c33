//! One client's stream of events or of final blocks: from a place onwards, in order, each once.
//!
//! A task reads pages from the node and puts them into a short queue that the client empties. While there is nothing
//! new it waits for the next block. It ends when the client goes, when the client leaves the queue full
//! for too long, when the time that was asked for is up, when somebody with fewer streams needs the place, or when the
//! node stops.

use crate::backend::{Backend, EventPlace, PlacedEvent};
use crate::crowd::{Crowd, Guest};
use crate::rate::Address;
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
use tokio::sync::{Notify, mpsc};

/// How many events are asked for at once.
const PAGE_EVENTS: usize = 256;
/// How many blocks are asked for at once.
const PAGE_BLOCKS: usize = 64;
/// How many messages may wait for one client.
const QUEUE_MESSAGES_MAX: usize = 256;

/// What a client follows, and after what.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Followed {
    Events(EventPlace),
    Blocks(Height),
}

/// What a client wants.
pub(crate) struct Wanted {
    pub(crate) followed: Followed,
    /// For how long; without end if absent.
    pub(crate) duration: Option<Duration>,
}

/// A place among the streams.
pub(crate) struct Place {
    guest: Guest,
    leave: Arc<Notify>,
}

impl Place {
    /// Takes a place, if there is one for this address.
    pub(crate) fn take(streams: &Arc<Crowd>, address: Address) -> Option<Self> {
        let leave = Arc::new(Notify::new());
        Some(Self { guest: Crowd::admit(streams, address, 1, &leave)?, leave })
    }
}

/// Messages for one client.
pub(crate) struct Stream(mpsc::Receiver<sse::Event>);

impl Stream {
    /// Opens a stream; the place is given back when it ends.
    pub(crate) fn open(backend: Arc<dyn Backend>, wanted: Wanted, read_timeout: Duration, place: Place) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE_MESSAGES_MAX);
        tokio::spawn(async move {
            let feed = feed(backend.as_ref(), wanted.followed, &sender, read_timeout);
            let limited = async {
                match wanted.duration {
                    Some(duration) => tokio::time::timeout(duration, feed).await.unwrap_or(()),
                    None => feed.await,
                }
            };
            tokio::select! {
                () = limited => {}
                () = sender.closed() => {}
                () = place.leave.notified() => {}
            }
            drop(place.guest);
        });
        Self(receiver)
    }
}

async fn feed(backend: &dyn Backend, mut followed: Followed, sender: &mpsc::Sender<sse::Event>, timeout: Duration) {
    loop {
        // Read before the page: a block that comes in between ends the wait below at once.
        let height = backend.height();
        // A stream has no place for a refusal. It ends, and the client that resumes is told.
        let Some(page) = page(backend, followed).await else { return };
        for (place, message) in page.messages {
            followed = place;
            if sender.send_timeout(message, timeout).await.is_err() {
                return;
            }
        }
        if page.complete {
            backend.wait_above(height).await;
            if backend.height() <= height {
                return;
            }
        }
    }
}

/// Messages, each with where the stream goes on after it.
struct Page {
    messages: Vec<(Followed, sse::Event)>,
    /// Whether there is no more yet.
    complete: bool,
}

async fn page(backend: &dyn Backend, followed: Followed) -> Option<Page> {
    match followed {
        Followed::Events(after) => {
            let events = backend.events(Some(after), PAGE_EVENTS).await.ok()?;
            let complete = events.len() < PAGE_EVENTS;
            let messages = events.into_iter().map(|event| Some((Followed::Events(event.place), event_message(event)?)));
            Some(Page { messages: messages.collect::<Option<_>>()?, complete })
        }
        Followed::Blocks(after) => {
            let blocks = backend.final_blocks(after, PAGE_BLOCKS).await.ok()?;
            let complete = blocks.len() < PAGE_BLOCKS;
            let messages = blocks.iter().map(|block| Some((Followed::Blocks(block.height), block_message(block)?)));
            Some(Page { messages: messages.collect::<Option<_>>()?, complete })
        }
    }
}

fn event_message(placed: PlacedEvent) -> Option<sse::Event> {
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

fn block_message(block: &view::BlockSummary) -> Option<sse::Event> {
    sse::Event::default().id(block.height.to_string()).json_data(block).ok()
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
