//! Transactions and requests for a word of intake: what is taken in, and what is refused with which number.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod double;

use axum::body::Body;
use axum::http::Request;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use chancery_api::limits::{BATCH_BYTES_MAX, BATCH_TRANSACTIONS_MAX};
use chancery_crypto::digest::transaction_id;
use chancery_crypto::signature::{Purpose, verify};
use chancery_types::encoding::{from_bytes, to_bytes};
use chancery_types::ids::NetworkId;
use chancery_types::intake::SignedIntake;
use chancery_types::time::BlockTime;
use chancery_types::transaction::TRANSACTION_BYTES_MAX;
use double::{CBOR, FILER, NETWORK, World, envelope, envelope_until, intake_request, member};
use minicbor::bytes::ByteVec;
use std::sync::atomic::Ordering;

const PATH: &str = "/api/v1/transactions";
const BATCH: &str = "/api/v1/transactions/batch";

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
    for coding in ["gzip", "br", "identity, gzip"] {
        let packed = Request::post(PATH).header(CONTENT_TYPE, CBOR).header("content-encoding", coding);
        world.send(packed.body(Body::from("x")).unwrap()).await.refused(415, "90-008");
    }
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

/// A batch as it is sent.
fn batch(envelopes: &[Vec<u8>]) -> Vec<u8> {
    to_bytes(&envelopes.iter().cloned().map(ByteVec::from).collect::<Vec<_>>())
}

#[tokio::test]
async fn a_batch_is_answered_one_by_one_and_none_keeps_the_others_out() {
    let world = World::new();
    let good = envelope(FILER, 16);
    let mut forged = good.clone();
    forged.body.salt = 2;
    let sent = [to_bytes(&good), to_bytes(&forged), vec![0xff], to_bytes(&envelope(FILER, 17)), to_bytes(&good)];
    let reply = world.post(BATCH, CBOR, batch(&sent)).await;
    assert_eq!(reply.status, StatusCode::OK);
    let shown = reply.json();
    let codes: Vec<_> = shown.as_array().unwrap().iter().map(|entry| entry["code"].as_str()).collect();
    assert_eq!(codes, [None, Some("0-003"), Some("0-001"), None, None]);
    let id = transaction_id(&good.body).to_string();
    assert_eq!((&shown[0]["id"], &shown[4]["id"]), (&id.clone().into(), &id.clone().into()));
    assert!(shown[1]["id"].is_null());
    assert_eq!(world.get(&format!("{PATH}/{id}")).await.json()["status"], "accepted");

    world.double.full.store(true, Ordering::SeqCst);
    let busy = world.post(BATCH, CBOR, batch(&[to_bytes(&envelope(FILER, 18))])).await;
    assert_eq!(busy.status, StatusCode::OK);
    assert_eq!(busy.json()[0], serde_json::json!({ "id": null, "code": "90-014", "retry_after_ms": 1_500 }));
}

#[tokio::test]
async fn a_batch_is_bounded_in_number_and_bytes_and_has_one_form() {
    let world = World::new();
    world.post(BATCH, CBOR, batch(&[])).await.refused(400, "90-033");
    world.post(BATCH, CBOR, batch(&vec![Vec::new(); BATCH_TRANSACTIONS_MAX + 1])).await.refused(400, "90-033");
    // A number of entries that no memory holds is refused before anything is made room for.
    world.post(BATCH, CBOR, vec![0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]).await.refused(400, "90-033");
    let most = world.post(BATCH, CBOR, batch(&vec![Vec::new(); BATCH_TRANSACTIONS_MAX])).await;
    assert_eq!(most.json().as_array().unwrap().len(), BATCH_TRANSACTIONS_MAX);
    for unfit in [&[][..], &[0x9f, 0xff], &[0x98, 0x01, 0x40], &[0x81, 0x61, 0x61], &[0x81, 0x40, 0x00], &[0x82, 0x40]]
    {
        world.post(BATCH, CBOR, unfit.to_vec()).await.refused(400, "90-011");
    }
    world.post(BATCH, CBOR, vec![0; BATCH_BYTES_MAX + 1]).await.refused(413, "90-009");
    world.post(BATCH, "application/json", "[]").await.refused(415, "90-008");
    world.post(&format!("{BATCH}?wait=final"), CBOR, batch(&[vec![1]])).await.refused(400, "90-005");
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
