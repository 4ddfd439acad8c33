//! The interface, asked anything at all: it answers in time, refuses with a number and a remedy, never with "500", and
//! what it says is not public it says to nobody but those who may know it.

#[path = "../../../api/tests/double/mod.rs"]
mod double;

use super::asked::{Answer, ask, read, request, runtime};
use super::{Seed, seed};
use axum::http::StatusCode;
use chancery_types::encoding::to_bytes;
use double::{
    AUTHORITY, CBOR, FILER, OCTETS, STRANGER, World, envelope, intake_request, session_statement, sign_session,
};
use minicbor::bytes::ByteVec;
use serde_json::Value as Json;
use std::cell::RefCell;

/// After so many requests a new node is asked, so that what they leave behind stays small.
const REQUESTS_MAX: usize = 2_000;

/// A node with a session for each kind of member.
struct Node {
    world: World,
    sessions: [(&'static str, String); 3],
    asked: usize,
}

thread_local! {
    static NODE: RefCell<Option<Node>> = const { RefCell::new(None) };
}

async fn new_node() -> Node {
    let world = World::new();
    let mut sessions = [("filer", FILER), ("authority", AUTHORITY), ("stranger", STRANGER)]
        .map(|(name, who)| (name, who, String::new()));
    for (_, who, token) in &mut sessions {
        *token = world.session(*who, 1).await;
    }
    world.double.grow(3);
    Node { world, sessions: sessions.map(|(name, _, token)| (name, token)), asked: 0 }
}

pub(super) fn run(input: &[u8]) {
    let node = NODE.take().filter(|node| node.asked < REQUESTS_MAX);
    runtime().block_on(async {
        let mut node = match node {
            Some(node) => node,
            None => new_node().await,
        };
        let session = |value: &str| {
            let name = value.strip_prefix("Bearer {")?.strip_suffix('}')?;
            let (_, token) = node.sessions.iter().find(|(known, _)| *known == name)?;
            Some(format!("Bearer {token}"))
        };
        if let Some(request) = read(input, session) {
            let address = request.uri().path().to_owned();
            let answer = ask(&node.world.router, request).await;
            check(&address, &answer);
            node.asked += 1;
        }
        NODE.set(Some(node));
    });
}

fn check(address: &str, answer: &Answer) {
    let status = answer.status;
    assert!(status != StatusCode::INTERNAL_SERVER_ERROR, "{address}");
    let ours = address.starts_with("/api/v1/");
    if ours {
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{address}");
        // A stream says so in its own words.
        let streams = answer.header("content-type") == "text/event-stream";
        assert_eq!(answer.header("cache-control"), if streams { "no-cache" } else { "no-store" }, "{address}");
    }
    if status.is_client_error() || status.is_server_error() {
        if ours {
            assert_eq!(answer.header("content-type"), "application/problem+json", "{address} {status}");
        }
        refusal(address, answer);
    } else if answer.header("content-type") == "application/json" && !answer.body.is_empty() {
        serde_json::from_slice::<Json>(&answer.body).expect("JSON");
    }
    if address.starts_with("/api/v1/openings/") && status.is_success() {
        assert!(answer.body.len() <= 64 * 1024);
    }
}

/// A refusal has a number, a remedy, and does not repeat what was sent.
fn refusal(address: &str, answer: &Answer) {
    if answer.header("content-type") != "application/problem+json" || answer.body.is_empty() {
        return;
    }
    let problem: Json = serde_json::from_slice(&answer.body).expect("JSON");
    for field in ["type", "title", "code", "remedy"] {
        assert!(problem[field].as_str().is_some_and(|text| !text.is_empty()), "{address}: {problem}");
    }
    assert_eq!(problem["status"], answer.status.as_u16());
    let longest = 1_024 + 4 * address.len();
    assert!(problem["detail"].as_str().is_none_or(|detail| detail.len() <= longest.max(80 * 1024)));
}

/// The signed statements that the interface takes, by the names of their formats.
pub(super) fn statements() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("signed-session", to_bytes(&sign_session(FILER, session_statement(FILER, 7)))),
        ("intake-request", to_bytes(&intake_request(FILER))),
    ]
}

const ADDRESSES: [&str; 43] = [
    "/healthz",
    "/readyz",
    "/metrics",
    "/openapi.json",
    "/api",
    "/api/v1/network",
    "/api/v1/network/peers",
    "/api/v1/refusals",
    "/api/v1/blocks?limit=3",
    "/api/v1/blocks?before=9007199254740991",
    "/api/v1/blocks/3?after=0&limit=1000",
    "/api/v1/members?kind=organisation&region=01",
    "/api/v1/members?after=00000000000000000000000000000000",
    "/api/v1/members/03030303030303030303030303030303",
    "/api/v1/authorities?limit=1000",
    "/api/v1/regions?after=01",
    "/api/v1/keys/0303030303030303030303030303030303030303030303030303030303030303",
    "/api/v1/registers",
    "/api/v1/registers/labour",
    "/api/v1/registers/a%20b",
    "/api/v1/records?register=labour&period=2016&region=01&assurance=accepted",
    "/api/v1/records?period=2026-Q1&assurance=nothing",
    "/api/v1/records/01010101010101010101010101010101",
    "/api/v1/figures?register=labour&period=2016",
    "/api/v1/figures/labour/2016/01",
    "/api/v1/aggregates/labour/2016/01",
    "/api/v1/transactions/0909090909090909090909090909090909090909090909090909090909090909",
    "/api/v1/receipts/transactions/0909090909090909090909090909090909090909090909090909090909090909",
    "/api/v1/receipts/records/01010101010101010101010101010101/1",
    "/api/v1/receipts/figures/labour/2016/01/1",
    "/api/v1/state/0101010101010101010101010101010101010101010101010101010101010101",
    "/api/v1/events?after=0.0.0&for_ms=1",
    "/api/v1/events?after=4294967296.4294967295.4294967295&for_ms=900000",
    "/api/v1/openings/0101010101010101010101010101010101010101010101010101010101010101",
    "/api/v1/nowhere",
    "/api/v1/members?limit=0",
    "/api/v1/members?limit=1001",
    "/api/v1/members?limit=%31",
    "/api/v1/members?limit=1&limit=2",
    "/api/v1/%6dembers",
    "/api/v1/finality?after=0&for_ms=1",
    "/api/v1/blocks/3/outcomes",
    "/api/v1/blocks/9007199254740992/outcomes",
];

pub(super) fn seeds() -> Vec<Seed> {
    let mut seeds: Vec<Seed> = Vec::new();
    for (number, address) in ADDRESSES.iter().enumerate() {
        seeds.push(seed(format!("get-{number:02}"), request("GET", address, &[("accept", "*/*")], b"")));
    }
    let session = |name: &str| format!("Bearer {{{name}}}");
    for (name, address) in [("filer", ADDRESSES[33]), ("authority", ADDRESSES[33]), ("authority", ADDRESSES[25])] {
        let number = seeds.len();
        let headers = [("authorization", session(name))];
        let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
        seeds.push(seed(format!("get-as-{name}-{number}"), request("GET", address, &headers, b"")));
    }
    let cbor = [("content-type", CBOR)];
    let [session_body, intake_body] = statements().try_into().unwrap();
    let signed = to_bytes(&envelope(FILER, 16));
    let mut post = |name: &str, address: &str, headers: &[(&str, &str)], body: &[u8]| {
        seeds.push(seed(name, request("POST", address, headers, body)));
    };
    post("submit", "/api/v1/transactions", &cbor, &signed);
    post("submit-and-wait", "/api/v1/transactions?wait=final&timeout_ms=20000", &cbor, &signed);
    post("submit-rejected", "/api/v1/transactions?wait=final", &cbor, &to_bytes(&envelope(STRANGER, 99)));
    post("session", "/api/v1/sessions", &cbor, &session_body.1);
    post("intake", "/api/v1/intake", &cbor, &intake_body.1);
    let batch = to_bytes(&[signed.clone(), vec![], signed.clone()].map(ByteVec::from).to_vec());
    post("batch", "/api/v1/transactions/batch", &cbor, &batch);
    post("batch-of-nothing", "/api/v1/transactions/batch", &cbor, &[0x80]);
    post("wrong-type", "/api/v1/transactions", &[("content-type", "text/plain")], &signed);
    post("encoded", "/api/v1/transactions", &[("content-type", CBOR), ("content-encoding", "gzip")], &signed);
    let filer = session("filer");
    let headed = [("content-type", OCTETS), ("authorization", filer.as_str())];
    let address = "/api/v1/openings?register=enterprise&record=01010101010101010101010101010101";
    post("hand-over", address, &headed, &[7; 304]);
    seeds
}
