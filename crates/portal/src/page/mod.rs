//! The pages, one file per group. Each has its handlers, and one struct per template.

mod authorities;
mod blocks;
mod check;
pub(crate) mod failure;
mod find;
mod home;
mod network;
mod records;
mod refusals;
mod registers;
mod statistics;

use crate::assets;
use crate::source::Source;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use std::sync::Arc;

/// How many items a list shows on one page.
const LIST_MAX: usize = 100;

/// The addresses of all pages. Language prefixes and data twins are resolved before they get here.
pub(crate) fn routes() -> Router<Arc<dyn Source>> {
    Router::new()
        .route("/", get(home::home))
        .route("/find", get(find::find))
        .route("/check", get(check::form).post(check::check).layer(DefaultBodyLimit::max(check::UPLOAD_BYTES_MAX)))
        .route("/check/how", get(check::how))
        .route("/blocks", get(blocks::list))
        .route("/blocks/{height}", get(blocks::block))
        .route("/transactions/{id}", get(blocks::transaction))
        .route("/records/{id}", get(records::record))
        .route("/registers", get(registers::list))
        .route("/registers/{id}", get(registers::register))
        .route("/authorities", get(authorities::tree))
        .route("/authorities/{id}", get(authorities::authority))
        .route("/members/{id}", get(authorities::member))
        .route("/statistics", get(statistics::list))
        .route("/statistics/{flow}/{period}", get(statistics::whole))
        .route("/statistics/{flow}/{period}/{region}", get(statistics::part))
        .route("/network", get(network::network))
        .route("/network/identity", get(network::identity))
        .route("/refusals", get(refusals::list))
        .route("/refusals/{number}", get(refusals::refusal))
        .route("/assets/{folder}/{*file}", get(assets::serve))
        .fallback(failure::not_found)
        .method_not_allowed_fallback(failure::wrong_method)
}
