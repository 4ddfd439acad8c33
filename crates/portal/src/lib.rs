//! The web pages, served by the same binary.
//!
//! Pages are rendered on the server and complete without scripts, in English and Chinese, from what a [`Source`]
//! answers. They prove nothing by themselves: whatever they show can be checked with the verifier alone, and each
//! page says how.
//!
//! - [`source`]: the trait that the node implements; [`view`]: the values that it returns.
//! - [`router`]: all pages, ready to merge into the node's own router.
//! - `language`, `words`, `refusals`: what people read, from the files in `messages/`.
//! - `ask`, `desk`, `headers`: language and form of a request, the common part of all answers.
//! - `frame`, `marks`, `emblem`, `assets`: what all pages look like.
//! - `page`: one file per group of pages, each with its templates in `templates/`.
//!
//! Not here: sign-in and the pages that need it, pages at a past height, decisions of any kind.

pub mod source;
pub mod view;

mod ask;
mod assets;
mod calendar;
mod desk;
mod emblem;
mod frame;
mod headers;
mod language;
mod marks;
mod number;
mod page;
mod refusals;
mod words;

pub use language::Language;
pub use source::{Answer, Source, SourceError};

use axum::Router;
use axum::middleware::{map_request, map_response};
use std::sync::Arc;
use tower_layer::Layer;

/// All pages.
///
/// The router answers every path that no other route takes, because language prefixes (`/zh/…`) and data twins
/// (`….json`) are resolved before its own routes. Merge it into a router that has no fallback of its own:
///
/// ```ignore
/// let app = api_router.merge(chancery_portal::router(source));
/// ```
pub fn router(source: Arc<dyn Source>) -> Router {
    let pages = page::routes().with_state(source).layer(map_response(headers::add));
    Router::new().fallback_service(map_request(ask::rewrite).layer(pages))
}
