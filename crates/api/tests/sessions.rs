//! Sessions, and what only their holders may read or hand over.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod double;

use axum::http::{Method, StatusCode};
use chancery_api::Limits;
use chancery_crypto::signature::{Purpose, verify};
use chancery_types::encoding::{from_bytes, to_bytes};
use chancery_types::ids::NetworkId;
use chancery_types::storage_receipt::StorageReceipt;
use chancery_types::time::MINUTE_MS;
use double::{
    AUTHORITY, CBOR, FILER, NETWORK, NOW, OCTETS, STRANGER, World, holder, member, session_statement, sign_session,
    signed_session,
};

const PATH: &str = "/api/v1/sessions";
const SECRET_TOTAL: &str = "/api/v1/aggregates/turnover/2016/01";

fn handover(filer: u8) -> String {
    format!("/api/v1/openings?register=turnover&record={}&filer={}", "05".repeat(16), member(filer))
}

#[tokio::test]
async fn a_session_is_opened_used_and_ended() {
    let world = World::new();
    let token = world.session(AUTHORITY, 1).await;
    assert_eq!(world.get_as(&token, SECRET_TOTAL).await.status, StatusCode::OK);
    let ended = world.send_as(&token, Method::DELETE, PATH, "", vec![]).await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT);
    world.get_as(&token, SECRET_TOTAL).await.refused(401, "90-019");
}

#[tokio::test]
async fn a_statement_must_be_for_here_now_and_signed_by_the_members_key() {
    let world = World::new();
    let check = async |signed, status, code| {
        let reply = world.post(PATH, CBOR, to_bytes(&signed)).await;
        reply.refused(status, code);
    };
    let good = session_statement(AUTHORITY, 1);
    let change = |edit: &dyn Fn(&mut chancery_types::session::SessionStatement)| {
        let mut statement = good.clone();
        edit(&mut statement);
        sign_session(AUTHORITY, statement)
    };
    check(change(&|s| s.network = NetworkId([8; 32])), 422, "90-020").await;
    check(change(&|s| s.node = holder(FILER).1.public_key()), 422, "90-020").await;
    check(change(&|s| s.expires = NOW), 422, "90-021").await;
    check(change(&|s| s.expires = NOW.plus_ms(15 * MINUTE_MS + 1)), 422, "90-021").await;
    check(change(&|s| s.member = member(FILER)), 422, "90-025").await;
    let mut forged = signed_session(AUTHORITY, 1);
    forged.statement.nonce = 2;
    check(forged, 422, "90-024").await;
    // A signature for another purpose is worth nothing here.
    let mut repurposed = signed_session(AUTHORITY, 1);
    repurposed.signature = holder(AUTHORITY).1.sign(Purpose::Statement, &NETWORK, &to_bytes(&repurposed.statement));
    check(repurposed, 422, "90-024").await;
    world.post(PATH, CBOR, vec![0xa0]).await.refused(400, "90-011");
}

#[tokio::test]
async fn a_statement_opens_one_session() {
    let world = World::new();
    world.session(AUTHORITY, 1).await;
    world.post(PATH, CBOR, to_bytes(&signed_session(AUTHORITY, 1))).await.refused(422, "90-022");
    world.session(AUTHORITY, 2).await;
}

#[tokio::test]
async fn one_member_cannot_take_all_sessions() {
    let world = World::with(Limits { sessions_per_member_max: 1, ..Limits::default() });
    world.session(FILER, 1).await;
    world.post(PATH, CBOR, to_bytes(&signed_session(FILER, 2))).await.refused(503, "90-023");
    world.session(AUTHORITY, 1).await;
}

#[tokio::test]
async fn a_session_ends_with_its_time_and_with_its_key() {
    let world = World::new();
    let token = world.session(AUTHORITY, 1).await;
    world.double.set_now(NOW.plus_ms(10 * MINUTE_MS));
    world.get_as(&token, SECRET_TOTAL).await.refused(401, "90-019");

    let world = World::new();
    let token = world.session(AUTHORITY, 1).await;
    world.double.revoke(holder(AUTHORITY).1.public_key());
    world.get_as(&token, SECRET_TOTAL).await.refused(401, "90-019");
}

#[tokio::test]
async fn a_confidential_running_total_is_for_the_supervising_authority() {
    let world = World::new();
    world.get(SECRET_TOTAL).await.refused(401, "90-018");
    let other = world.session(STRANGER, 1).await;
    world.get_as(&other, SECRET_TOTAL).await.refused(403, "90-026");
    let authority = world.session(AUTHORITY, 1).await;
    let total = world.get_as(&authority, SECRET_TOTAL).await;
    assert_eq!(total.json()["cells"][0]["sum"]["kind"], "committed");
    // What is public needs no session, but a wrong one is not passed over.
    let public = "/api/v1/aggregates/labour-force/2016/01";
    assert_eq!(world.get(public).await.status, StatusCode::OK);
    world.get_as(&"0".repeat(64), public).await.refused(401, "90-019");
    world.get_as("", public).await.refused(401, "90-019");
}

#[tokio::test]
async fn an_opening_goes_from_its_filer_to_the_authority_and_to_nobody_else() {
    let world = World::new();
    let (filer, authority) = (world.session(FILER, 1).await, world.session(AUTHORITY, 1).await);
    let sealed = b"sealed".to_vec();
    let reply = world.send_as(&filer, Method::POST, &handover(FILER), OCTETS, sealed.clone()).await;
    assert_eq!((reply.status, reply.kind()), (StatusCode::OK, CBOR), "{reply:?}");
    let receipt: StorageReceipt = from_bytes(&reply.body).unwrap();
    verify(Purpose::StorageReceipt, &NETWORK, &to_bytes(&receipt.statement), &receipt.node, &receipt.signature)
        .unwrap();
    assert_eq!(receipt.statement.filer, member(FILER));

    let path = format!("/api/v1/openings/{}", receipt.statement.digest);
    let fetched = world.get_as(&authority, &path).await;
    assert_eq!((fetched.status, fetched.kind()), (StatusCode::OK, OCTETS));
    assert_eq!(fetched.body, sealed);
    world.get(&path).await.refused(401, "90-018");
    world.get_as(&filer, &path).await.refused(403, "90-026");
    let unknown = format!("/api/v1/openings/{}", "00".repeat(32));
    world.get_as(&authority, &unknown).await.refused(404, "90-002");
}

#[tokio::test]
async fn nobody_hands_over_for_another() {
    let world = World::new();
    let stranger = world.session(STRANGER, 1).await;
    let send = async |path: String, body: Vec<u8>| world.send_as(&stranger, Method::POST, &path, OCTETS, body).await;
    send(handover(FILER), vec![1]).await.refused(403, "90-027");
    send(handover(STRANGER), vec![]).await.refused(400, "90-011");
    send(handover(STRANGER), vec![0; 64 * 1024 + 1]).await.refused(413, "90-009");
    send(handover(STRANGER).replace("turnover", "labour-force"), vec![1]).await.refused(422, "90-029");
    send("/api/v1/openings".to_owned(), vec![1]).await.refused(400, "90-005");
}

#[tokio::test]
async fn tokens_are_secrets() {
    let world = World::new();
    let token = world.session(AUTHORITY, 1).await;
    assert_eq!(token.len(), 64);
    assert_ne!(token, world.session(AUTHORITY, 2).await);
    let metrics = world.get("/metrics").await;
    let text = String::from_utf8(metrics.body.to_vec()).unwrap();
    assert!(text.contains("chancery_api_sessions 2\n") && !text.contains(&token));
    assert!(text.contains("chancery_height 3\n") && !text.contains("# EOF"), "one text out of two");
}
