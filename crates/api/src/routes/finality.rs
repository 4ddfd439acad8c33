//! The stream of final blocks (server-sent events): what a sender needs to see its transactions become final without
//! asking for each.

use crate::interface::Interface;
use crate::limits::{EXACT_NUMBER_MAX, STREAM_MS_MAX};
use crate::problem::{Handled, Refused};
use crate::rejection::InterfaceRejection;
use crate::request::{Caller, Number, QueryOf};
use crate::schema;
use crate::stream::{Followed, Place, Stream, Wanted};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::response::sse::{KeepAlive, Sse};
use chancery_types::ids::Height;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use utoipa::IntoParams;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct FinalityQuery {
    /// Only blocks above this height; `0` gives all. Without it, and without `Last-Event-ID`, the stream begins with the
    /// next block.
    #[param(value_type = u64, required = false, minimum = 0, maximum = 9007199254740991_u64)]
    after: Option<Number<0, EXACT_NUMBER_MAX>>,
    /// End the stream after so many milliseconds; without it the stream has no end.
    #[param(value_type = u64, required = false, minimum = 1, maximum = 900000)]
    for_ms: Option<Number<1, STREAM_MS_MAX>>,
}

/// Follows the blocks that become final on this node.
///
/// Each message has the height as id and a BlockSummary object as data, and comes once this node has written the block
/// to its disk; a comment tells that a quiet stream is alive. It is resumed with `Last-Event-ID` as the stream of
/// events is, and shares its bounds. `GET /api/v1/blocks/{height}/outcomes` gives the transactions of a block.
#[utoipa::path(get, path = "/api/v1/finality", tag = "blocks",
    params(FinalityQuery, ("Last-Event-ID" = inline(Option<u64>), Header, nullable = false, minimum = 0,
        maximum = 9007199254740991_u64, description = "The last height that was seen; it goes before `after`.")),
    responses((status = 200, description = "The stream.", body = schema::BlockMessage,
        content_type = "text/event-stream")))]
pub(super) async fn finality(
    State(interface): State<Arc<Interface>>,
    Caller(address): Caller,
    headers: HeaderMap,
    QueryOf(query): QueryOf<FinalityQuery>,
) -> Handled<impl IntoResponse> {
    let resumed = headers.get("last-event-id").map(|value| value.to_str().ok().and_then(height).ok_or_else(bad_header));
    let place = Place::take(&interface.streams, address).ok_or(InterfaceRejection::TooManyStreams)?;
    let asked = resumed.transpose()?.or(query.after.map(|Number(height)| Height(height)));
    let wanted = Wanted {
        followed: Followed::Blocks(asked.unwrap_or_else(|| interface.backend.height())),
        duration: query.for_ms.map(|Number(ms)| Duration::from_millis(ms)),
    };
    let stream = Stream::open(Arc::clone(&interface.backend), wanted, interface.limits.read_timeout, place);
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(interface.limits.heartbeat)))
}

/// A height in digits and nothing else.
fn height(text: &str) -> Option<Height> {
    let height = text.parse::<u64>().ok().filter(|height| *height <= EXACT_NUMBER_MAX && height.to_string() == text)?;
    Some(Height(height))
}

fn bad_header() -> Refused {
    Refused::because(InterfaceRejection::BadHeader, "Last-Event-ID is a height in digits.")
}
