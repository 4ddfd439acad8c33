//! The stream of events (server-sent events), resumed exactly where it broke off.

use crate::backend::EventPlace;
use crate::interface::Interface;
use crate::limits::STREAM_MS_MAX;
use crate::problem::{Handled, Refused};
use crate::rejection::InterfaceRejection;
use crate::request::{Caller, Number, QueryOf};
use crate::schema;
use crate::stream::{Followed, Place, Stream, Wanted};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::response::sse::{KeepAlive, Sse};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;
use utoipa::IntoParams;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct EventsQuery {
    /// Only events after this place; `0.0.0` gives all. Without it, and without `Last-Event-ID`, the stream begins
    /// with the next block.
    #[param(value_type = schema::EventPlace, required = false, inline)]
    after: Option<After>,
    /// End the stream after so many milliseconds; without it the stream has no end.
    #[param(value_type = u64, required = false, minimum = 1, maximum = 900000)]
    for_ms: Option<Number<1, STREAM_MS_MAX>>,
}

#[derive(Debug)]
struct After(EventPlace);

impl<'de> Deserialize<'de> for After {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map(Self).map_err(serde::de::Error::custom)
    }
}

/// Follows what happens.
///
/// Each message has the place of its event as id and an Event object as data; a comment tells that a quiet stream is
/// alive. A client that sends the last id that it saw as `Last-Event-ID` misses nothing and gets nothing twice. A
/// client that reads too slowly is dropped and resumes in the same way.
#[utoipa::path(get, path = "/api/v1/events", tag = "events",
    params(EventsQuery, ("Last-Event-ID" = inline(Option<schema::EventPlace>), Header, nullable = false,
        description = "The last id that was seen; it goes before `after`.")),
    responses((status = 200, description = "The stream.", body = schema::EventMessage, content_type = "text/event-stream")))]
pub(super) async fn events(
    State(interface): State<Arc<Interface>>,
    Caller(address): Caller,
    headers: HeaderMap,
    QueryOf(query): QueryOf<EventsQuery>,
) -> Handled<impl IntoResponse> {
    let resumed = match headers.get("last-event-id") {
        None => None,
        Some(value) => {
            let place = value.to_str().ok().and_then(|text| text.parse::<EventPlace>().ok());
            Some(place.ok_or_else(|| {
                Refused::because(InterfaceRejection::BadHeader, "Last-Event-ID is written height.entry.event.")
            })?)
        }
    };
    let place = Place::take(&interface.streams, address).ok_or(InterfaceRejection::TooManyStreams)?;
    let asked = resumed.or(query.after.map(|After(place)| place));
    let wanted = Wanted {
        followed: Followed::Events(asked.unwrap_or_else(|| EventPlace::end_of(interface.backend.height()))),
        duration: query.for_ms.map(|Number(ms)| Duration::from_millis(ms)),
    };
    let stream = Stream::open(Arc::clone(&interface.backend), wanted, interface.limits.read_timeout, place);
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(interface.limits.heartbeat)))
}
