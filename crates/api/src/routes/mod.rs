//! The addresses, one file per noun. A handler parses nothing and decides nothing that another place decides.

mod batch;
mod blocks;
mod events;
mod figures;
mod finality;
mod intake;
mod members;
mod network;
mod openings;
mod operation;
mod receipts;
mod records;
mod registers;
mod sessions;
mod standing;
mod state;
mod transactions;

use crate::backend::{PAGE_ITEMS_MAX, Paging};
use crate::interface::Interface;
use crate::limits::PAGE_ITEMS_DEFAULT;
use crate::problem::Handled;
use crate::request::{Number, Produced, negotiate};
use crate::view::Page;
use axum::Json;
use axum::middleware::from_fn_with_state;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Routes before they are given their state.
pub(crate) type Routes = OpenApiRouter<Arc<Interface>>;

/// A JSON answer.
type Answered<T> = Handled<Json<T>>;

/// Every address, grouped by the content type that it gives.
pub(crate) fn all() -> Routes {
    let json = OpenApiRouter::new()
        .routes(routes!(operation::document))
        .routes(routes!(operation::ready))
        .routes(routes!(network::network))
        .routes(routes!(network::peers))
        .routes(routes!(network::refusals))
        .routes(routes!(transactions::submit))
        .routes(routes!(batch::submit))
        .routes(routes!(transactions::transaction))
        .routes(routes!(state::state))
        .routes(routes!(blocks::blocks))
        .routes(routes!(blocks::block))
        .routes(routes!(members::members))
        .routes(routes!(members::member))
        .routes(routes!(members::authorities))
        .routes(routes!(members::regions))
        .routes(routes!(members::key))
        .routes(routes!(standing::region))
        .routes(routes!(standing::history))
        .routes(routes!(standing::suspension))
        .routes(routes!(registers::registers))
        .routes(routes!(registers::register))
        .routes(routes!(records::records))
        .routes(routes!(records::record))
        .routes(routes!(figures::figures))
        .routes(routes!(figures::figure))
        .routes(routes!(figures::aggregate))
        .routes(routes!(sessions::open, sessions::end));
    let cbor = OpenApiRouter::new()
        .routes(routes!(receipts::of_transaction))
        .routes(routes!(receipts::of_record))
        .routes(routes!(receipts::of_figure))
        .routes(routes!(intake::sign))
        .routes(routes!(openings::keep));
    let sealed = OpenApiRouter::new().routes(routes!(openings::opening));
    let text = OpenApiRouter::new().routes(routes!(operation::alive)).routes(routes!(operation::metrics));
    let streams = OpenApiRouter::new().routes(routes!(events::events)).routes(routes!(finality::finality));
    let either = OpenApiRouter::new().routes(routes!(blocks::outcomes));
    giving(json, &["application/json"])
        .merge(giving(cbor, &["application/cbor"]))
        .merge(giving(sealed, &["application/octet-stream"]))
        .merge(giving(text, &["text/plain"]))
        .merge(giving(streams, &["text/event-stream"]))
        .merge(giving(either, blocks::OUTCOMES_AS))
}

fn giving(routes: Routes, kinds: &'static [&'static str]) -> Routes {
    routes.route_layer(from_fn_with_state(Produced(kinds), negotiate))
}

/// How many items of a list are wanted.
type Limit = Number<1, { PAGE_ITEMS_MAX as u64 }>;

/// How many items a list shows.
fn items(limit: Option<Limit>) -> usize {
    // A limit is at most a thousand.
    limit.map_or(PAGE_ITEMS_DEFAULT, |Number(limit)| usize::try_from(limit).unwrap_or(PAGE_ITEMS_MAX))
}

/// How many items a list shows, and what the node is asked for: one more.
fn paging<K>(after: Option<K>, limit: Option<Limit>) -> (usize, Paging<K>) {
    let limit = items(limit);
    (limit, Paging { after, limit: limit.saturating_add(1) })
}

/// A page out of one item more than was wanted: if it came, the list goes on after the last that is shown.
fn page<T>(mut items: Vec<T>, limit: usize, id: impl Fn(&T) -> String) -> Json<Page<T>> {
    let next = if items.len() > limit { items.get(limit.saturating_sub(1)).map(id) } else { None };
    items.truncate(limit);
    Json(Page { items, next })
}
