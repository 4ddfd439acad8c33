//! Every address that is open to all: what it answers, and how it refuses.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod double;

use axum::http::StatusCode;
use axum::http::header::ALLOW;
use chancery_api::backend::BlockOutcomes;
use chancery_types::encoding::from_bytes;
use chancery_types::ids::Height;
use chancery_types::outcome::Outcome;
use double::{AUTHORITY, FILER, World, envelope, member};
use serde_json::Value;
use std::sync::atomic::Ordering;

const ID: &str = "05050505050505050505050505050505";

#[tokio::test]
async fn every_address_answers() {
    let world = World::new();
    let (authority, filer) = (member(AUTHORITY).to_string(), member(FILER).to_string());
    let key = envelope(FILER, 16).key.to_string();
    for (path, pointer, expected) in [
        ("/readyz".to_owned(), "/ready", Value::from(true)),
        ("/api/v1/network".to_owned(), "/id", "07".repeat(32).into()),
        ("/api/v1/network/peers".to_owned(), "/0/connected", false.into()),
        ("/api/v1/refusals".to_owned(), "/0/code", "0-001".into()),
        (format!("/api/v1/state/{}", "ab".repeat(32)), "/present", false.into()),
        ("/api/v1/blocks?limit=2".to_owned(), "/1/height", 2.into()),
        ("/api/v1/blocks?before=1".to_owned(), "/0/height", 0.into()),
        ("/api/v1/blocks/3?limit=2".to_owned(), "/next", 1.into()),
        ("/api/v1/blocks/3?after=1".to_owned(), "/entries/0/index", 2.into()),
        ("/api/v1/blocks/3/outcomes".to_owned(), "/entries/0/events", 2.into()),
        ("/api/v1/blocks/3/outcomes".to_owned(), "/entries/1/code", "0-009".into()),
        ("/api/v1/members?kind=organisation".to_owned(), "/items/0/id", filer.clone().into()),
        (format!("/api/v1/members/{filer}"), "/kind", "organisation".into()),
        ("/api/v1/authorities".to_owned(), "/items/0/jurisdiction/region", "01".into()),
        ("/api/v1/regions?after=00".to_owned(), "/items/1/parent", "01".into()),
        ("/api/v1/regions/01001".to_owned(), "/end/successors/0", "01".into()),
        (format!("/api/v1/members/{filer}/history"), "/identification/level", "high".into()),
        (format!("/api/v1/authorities/{authority}/suspension?limit=1"), "/next", authority.clone().into()),
        (format!("/api/v1/authorities/{authority}/suspension?at=0"), "/roles/0/member", filer.clone().into()),
        (format!("/api/v1/keys/{key}"), "/member", filer.into()),
        ("/api/v1/registers".to_owned(), "/items/1/class", "confidential".into()),
        ("/api/v1/registers/labour-force".to_owned(), "/structure/cells/0/id", "employed".into()),
        ("/api/v1/records?register=labour-force&period=2016".to_owned(), "/items/0/id", ID.into()),
        (format!("/api/v1/records/{ID}"), "/versions/0/cells/2/value/kind", "nil".into()),
        ("/api/v1/figures?register=labour-force".to_owned(), "/items/0/cells/0/total", 36.into()),
        ("/api/v1/figures/labour-force/2016/01".to_owned(), "/publications/0/sequence", 1.into()),
        ("/api/v1/aggregates/labour-force/2016/01".to_owned(), "/cells/0/sum/value", 36.into()),
    ] {
        let reply = world.get(&path).await;
        assert_eq!((reply.status, reply.kind()), (StatusCode::OK, "application/json"), "{path}: {reply:?}");
        assert_eq!(reply.json().pointer(pointer), Some(&expected), "{path}{pointer}: {}", reply.json());
    }
    for (path, kind) in [
        ("/healthz", "text/plain; charset=utf-8"),
        ("/metrics", "text/plain; version=0.0.4; charset=utf-8"),
        (&format!("/api/v1/receipts/records/{ID}/1"), "application/cbor"),
        ("/api/v1/receipts/figures/labour-force/2016/01/1", "application/cbor"),
    ] {
        let reply = world.get(path).await;
        assert_eq!((reply.status, reply.kind()), (StatusCode::OK, kind), "{path}");
    }
}

#[tokio::test]
async fn the_outcomes_of_a_block_are_given_as_they_are_accepted() {
    let world = World::new();
    let path = "/api/v1/blocks/2/outcomes";
    let reply = world.get_accepting(path, "application/cbor").await;
    assert_eq!((reply.status, reply.kind()), (StatusCode::OK, "application/cbor"));
    let outcomes: BlockOutcomes = from_bytes(&reply.body).unwrap();
    assert_eq!((outcomes.height, outcomes.entries.len()), (Height(2), 2));
    assert!(matches!(outcomes.entries[0].outcome, Outcome::Accepted { count: 2, .. }));
    assert!(matches!(outcomes.entries[1].outcome, Outcome::Rejected { .. }));
    assert_eq!(world.get_accepting(path, "*/*").await.kind(), "application/json");
    world.get_accepting(path, "text/html").await.refused(406, "90-007");
    world.get("/api/v1/blocks/4/outcomes").await.refused(404, "90-002");
    world.get("/api/v1/blocks/04/outcomes").await.refused(400, "90-004");
}

#[tokio::test]
async fn a_list_goes_on_where_its_page_ended() {
    let world = World::new();
    let mut path = "/api/v1/members?limit=1".to_owned();
    let mut seen = Vec::new();
    loop {
        let page = world.get(&path).await.json();
        let items = page["items"].as_array().unwrap();
        seen.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/members?limit=1&after={next}");
    }
    let all = [2, 3, 4].map(|who| member(who).to_string());
    assert_eq!(seen, all);
    let figures = world.get("/api/v1/figures?after=labour-force/2015/01").await.json();
    assert_eq!(figures["items"].as_array().unwrap().len(), 1);
    assert_eq!(world.get("/api/v1/figures?after=labour-force/2016/01").await.json()["items"], Value::Array(vec![]));
}

#[tokio::test]
async fn what_is_not_there_is_said_with_a_number() {
    let world = World::new();
    let nothing = "ee".repeat(16);
    let nothing_long = "ee".repeat(32);
    for path in [
        format!("/api/v1/transactions/{nothing_long}"),
        format!("/api/v1/receipts/transactions/{nothing_long}"),
        format!("/api/v1/receipts/records/{nothing}/1"),
        "/api/v1/receipts/figures/labour-force/2016/01/2".to_owned(),
        "/api/v1/blocks/9007199254740991".to_owned(),
        format!("/api/v1/members/{nothing}"),
        format!("/api/v1/keys/{nothing_long}"),
        "/api/v1/registers/nothing".to_owned(),
        format!("/api/v1/records/{nothing}"),
        "/api/v1/figures/labour-force/2017/01".to_owned(),
        "/api/v1/aggregates/nothing/2016/01".to_owned(),
        "/api/v1/aggregates/labour-force/2016/99".to_owned(),
    ] {
        world.get(&path).await.refused(404, "90-002");
    }
    for path in ["/api", "/api/", "/api/v2/members", "/api/v1/members/a/b"] {
        world.get(path).await.refused(404, "90-001");
    }
}

#[tokio::test]
async fn what_is_badly_written_is_refused() {
    let world = World::new();
    for path in [
        "/api/v1/members/XX",
        "/api/v1/members/0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A",
        "/api/v1/blocks/-1",
        "/api/v1/blocks/01",
        "/api/v1/blocks/9007199254740992",
        "/api/v1/figures/labour-force/2016-02-30/01",
        "/api/v1/figures/-x/2016/01",
        "/api/v1/registers/%ff",
        "/api/v1/receipts/records/05050505050505050505050505050505/0",
        "/api/v1/receipts/records/05050505050505050505050505050505/4294967296",
    ] {
        world.get(path).await.refused(400, "90-004");
    }
    for path in [
        "/healthz?x=1",
        "/api/v1/network?x",
        "/api/v1/members?nme=x",
        "/api/v1/members?limit=0",
        "/api/v1/members?limit=1001",
        "/api/v1/members?limit=",
        "/api/v1/members?limit=1&limit=1",
        "/api/v1/members?kind=king",
        "/api/v1/members?after=zz",
        "/api/v1/records?period=2016-13",
        "/api/v1/records?assurance=sure",
        "/api/v1/figures?after=labour-force/2016",
        "/api/v1/blocks?before=0",
        "/api/v1/blocks/1?after=8192",
        "/api/v1/events?for_ms=0",
        "/api/v1/events?after=1",
    ] {
        world.get(path).await.refused(400, "90-005");
    }
}

#[tokio::test]
async fn methods_and_types_are_negotiated() {
    let world = World::new();
    let reply = world.post("/api/v1/members", "application/json", "{}").await;
    reply.refused(405, "90-003");
    assert_eq!(reply.headers.get(ALLOW).unwrap(), "GET,HEAD");
    world.get_accepting("/api/v1/members", "text/html").await.refused(406, "90-007");
    world.get_accepting("/api/v1/events", "application/json").await.refused(406, "90-007");
    let receipt = format!("/api/v1/receipts/records/{ID}/1");
    world.get_accepting(&receipt, "application/json").await.refused(406, "90-007");
    assert_eq!(world.get_accepting(&receipt, "application/cbor").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_node_that_cannot_answer_says_so() {
    let world = World::new();
    world.double.broken.store(true, Ordering::SeqCst);
    world.get("/readyz").await.refused(503, "90-017");
    for path in ["/api/v1/network", "/api/v1/members", "/api/v1/figures/labour-force/2016/01"] {
        let reply = world.get(path).await;
        reply.refused(503, "90-015");
        assert_eq!(reply.headers.get("retry-after").unwrap(), "1");
    }
    assert_eq!(world.get("/healthz").await.status, StatusCode::OK, "the process is alive all the same");
}

#[tokio::test]
async fn answers_cannot_be_framed_cached_or_sniffed() {
    let world = World::new();
    for path in ["/api/v1/network", "/api/v1/nothing"] {
        let headers = world.get(path).await.headers;
        assert_eq!(headers.get("x-content-type-options").unwrap(), "nosniff");
        assert_eq!(headers.get("cache-control").unwrap(), "no-store");
        assert_eq!(headers.get("content-security-policy").unwrap(), "default-src 'none'; frame-ancestors 'none'");
        assert!(headers.get("access-control-allow-origin").is_none());
    }
}
