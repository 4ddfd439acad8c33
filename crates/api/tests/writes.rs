//! Transactions and requests for a word of intake: what is taken in, and what is refused with which number.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod double;

use axum::body::Body;
use axum::http::Request;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use chancery_crypto::digest::transaction_id;
use chancery_crypto::signature::{Purpose, verify};
use chancery_types::encoding::{from_bytes, to_bytes};
use chancery_types::ids::NetworkId;
use chancery_types::intake::SignedIntake;
use chancery_types::time::BlockTime;
use chancery_types::transaction::TRANSACTION_BYTES_MAX;
use double::{CBOR, FILER, NETWORK, World, envelope, envelope_until, intake_request, member};
use std::sync::atomic::Ordering;

const PATH: &str = "/api/v1/transactions";

#[tokio::test]
async fn a_transaction_is_taken_in_and_its_outcome_is_shown() {
    let world = World::new();
    world.double.quick.store(false, Ordering::SeqCst);
    let waiting = world.post(PATH, CBOR, to_bytes(&envelope(FILER, 16))).await;
    assert_eq!(waiting.status, StatusCode::ACCEPTED);
    assert_eq!(waiting.json()["status"], "taken_in");
    let id = transaction_id(&envelope(FILER, 16).body).to_string();
    assert_eq!(waiting.json()["id"], id);
    assert_eq!(world.get(&format!("{PATH}/{id}")).await.json()["status"], "taken_in");

    world.double.quick.store(true, Ordering::SeqCst);
    let accepted = world.post(&format!("{PATH}?wait=final"), CBOR, to_bytes(&envelope(FILER, 17))).await;
    assert_eq!(accepted.status, StatusCode::OK);
    assert_eq!((&accepted.json()["status"], &accepted.json()["events"]), (&"accepted".into(), &2.into()));
}

#[tokio::test]
async fn a_rejection_stands_with_its_number_and_remedy_and_sending_again_gives_it_again() {
    let world = World::new();
    for _ in 0..2 {
        let rejected = world.post(PATH, CBOR, to_bytes(&envelope(FILER, 99))).await;
        assert_eq!(rejected.status, StatusCode::OK);
        let shown = rejected.json();
        assert_eq!((&shown["status"], &shown["height"]), (&"rejected".into(), &3.into()));
        assert_eq!(shown["refusal"]["code"], "0-009");
        assert!(!shown["refusal"]["remedy"].as_str().unwrap().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn waiting_ends_with_the_time_that_was_given() {
    let world = World::new();
    world.double.quick.store(false, Ordering::SeqCst);
    let before = tokio::time::Instant::now();
    let reply = world.post(&format!("{PATH}?wait=final&timeout_ms=300"), CBOR, to_bytes(&envelope(FILER, 16))).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED);
    assert_eq!(before.elapsed().as_millis(), 300);
}

#[tokio::test]
async fn what_nobody_signed_is_refused() {
    let world = World::new();
    let good = envelope(FILER, 16);
    let mut forged = good.clone();
    forged.body.salt = 2;
    world.post(PATH, CBOR, to_bytes(&forged)).await.refused(422, "0-003");
    let mut elsewhere = good.clone();
    elsewhere.body.network = NetworkId([8; 32]);
    world.post(PATH, CBOR, to_bytes(&elsewhere)).await.refused(422, "0-002");
    let mut other = good.clone();
    other.body.sender = member(4);
    let key = double::holder(FILER).1;
    other.signature = key.sign(Purpose::Transaction, &NETWORK, transaction_id(&other.body).as_bytes());
    world.post(PATH, CBOR, to_bytes(&other)).await.refused(422, "0-008");
    world.post(PATH, CBOR, to_bytes(&envelope_until(FILER, 16, BlockTime(1)))).await.refused(422, "0-004");
}

#[tokio::test]
async fn bodies_have_a_type_a_bound_and_a_canonical_form() {
    let world = World::new();
    let good = to_bytes(&envelope(FILER, 16));
    world.post(PATH, "application/json", "{}").await.refused(415, "90-008");
    let untyped = Request::post(PATH).body(Body::from(good.clone())).unwrap();
    world.send(untyped).await.refused(415, "90-008");
    world.post(PATH, CBOR, vec![0; TRANSACTION_BYTES_MAX + 1]).await.refused(413, "90-009");
    let declared = Request::post(PATH).header(CONTENT_TYPE, CBOR).header(CONTENT_LENGTH, u64::MAX);
    world.send(declared.body(Body::from(good.clone())).unwrap()).await.refused(413, "90-009");
    world.post(PATH, CBOR, vec![]).await.refused(400, "0-001");
    let mut longer = good.clone();
    longer.push(0);
    world.post(PATH, CBOR, longer).await.refused(400, "0-001");
    world.post("/api/v1/intake", CBOR, vec![0xa0]).await.refused(400, "90-011");
    world.post("/api/v1/intake", CBOR, vec![0; 5_000]).await.refused(413, "90-009");
    world.post(&format!("{PATH}?wait=soon"), CBOR, good.clone()).await.refused(400, "90-005");
    world.post(&format!("{PATH}?timeout_ms=20001"), CBOR, good).await.refused(400, "90-005");
}

#[tokio::test]
async fn a_full_pool_says_when_to_come_again() {
    let world = World::new();
    world.double.full.store(true, Ordering::SeqCst);
    let reply = world.post(PATH, CBOR, to_bytes(&envelope(FILER, 16))).await;
    reply.refused(429, "90-014");
    assert_eq!(reply.headers.get(RETRY_AFTER).unwrap(), "2", "1,500 ms in whole seconds");
}

#[tokio::test]
async fn a_validators_word_is_given_to_the_filer_only() {
    let world = World::new();
    let request = intake_request(FILER);
    let reply = world.post("/api/v1/intake", CBOR, to_bytes(&request)).await;
    assert_eq!((reply.status, reply.kind()), (StatusCode::OK, CBOR));
    let word: SignedIntake = from_bytes(&reply.body).unwrap();
    assert_eq!((word.statement.filing, word.statement.filer), (request.filing, request.filer));
    verify(Purpose::Intake, &NETWORK, &to_bytes(&word.statement), &word.validator, &word.signature).unwrap();

    let mut forged = request.clone();
    forged.filing.0[0] ^= 1;
    world.post("/api/v1/intake", CBOR, to_bytes(&forged)).await.refused(422, "90-024");
    world.double.revoke(request.key);
    world.post("/api/v1/intake", CBOR, to_bytes(&request)).await.refused(422, "90-025");
}
