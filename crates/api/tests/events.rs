//! The streams of events and of final blocks: in order, each once, resumed where they broke off, bounded.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod double;

use axum::body::{Body, BodyDataStream};
use axum::http::{Request, StatusCode};
use chancery_api::Limits;
use double::World;
use http_body_util::BodyExt;
use serde_json::Value;
use std::time::Duration;
use tower::ServiceExt;

/// A client of the stream.
struct Follower {
    body: Body,
    text: String,
}

impl Follower {
    async fn of(world: &World, path: &str, last_event: Option<&str>) -> Self {
        let mut request = Request::get(path);
        if let Some(id) = last_event {
            request = request.header("last-event-id", id);
        }
        let response = world.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { body: response.into_body(), text: String::new() }
    }

    /// The next message: its lines.
    async fn next(&mut self) -> Option<Vec<String>> {
        loop {
            if let Some((message, rest)) = self.text.split_once("\n\n") {
                let message = message.lines().map(str::to_owned).collect();
                self.text = rest.to_owned();
                return Some(message);
            }
            let frame = self.body.frame().await?.unwrap();
            self.text.push_str(std::str::from_utf8(frame.data_ref().unwrap()).unwrap());
        }
    }

    /// The next event's id; its data says the same.
    async fn id(&mut self) -> Option<String> {
        let message = self.next().await?;
        let field = |name: &str| message.iter().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
        let id = field("id: ").unwrap();
        let data: Value = serde_json::from_str(&field("data: ").unwrap()).unwrap();
        assert_eq!(data["id"], id);
        assert_eq!(data["payload"], "a0");
        Some(id)
    }
}

impl Follower {
    /// The next final block's height; its data says the same.
    async fn height(&mut self) -> Option<u64> {
        let message = self.next().await?;
        let field = |name: &str| message.iter().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
        let data: Value = serde_json::from_str(&field("data: ").unwrap()).unwrap();
        assert_eq!(field("id: ").unwrap(), data["height"].to_string());
        assert!(data["transactions"].is_u64() && data["time"]["ms"].is_u64() && data["hash"].is_string());
        data["height"].as_u64()
    }
}

#[tokio::test]
async fn final_blocks_are_followed_and_resumed_without_a_gap() {
    let world = World::new();
    let mut live = Follower::of(&world, "/api/v1/finality", None).await;
    for _ in 0..200 {
        world.double.grow(0);
    }
    let mut all = Follower::of(&world, "/api/v1/finality?after=0", None).await;
    for height in 1..=203 {
        assert_eq!(all.height().await, Some(height));
    }
    for height in 4..=203 {
        assert_eq!(live.height().await, Some(height));
    }
    let mut resumed = Follower::of(&world, "/api/v1/finality?after=0", Some("202")).await;
    assert_eq!(resumed.height().await, Some(203));
    world.double.grow(0);
    assert_eq!((resumed.height().await, live.height().await), (Some(204), Some(204)));
    for bad in ["", "x", "01", "-1", "1.0.0", "9007199254740992"] {
        let request = Request::get("/api/v1/finality").header("last-event-id", bad).body(Body::empty()).unwrap();
        world.send(request).await.refused(400, "90-006");
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_of_blocks_shares_the_places_and_ends_when_asked() {
    let world = World::with(Limits { streams_max: 1, ..Limits::default() });
    let mut first = Follower::of(&world, "/api/v1/finality?for_ms=40000", None).await;
    let request = Request::get("/api/v1/events").body(Body::empty()).unwrap();
    world.send(request).await.refused(503, "90-013");
    let mut heartbeats = 0;
    while let Some(message) = first.next().await {
        assert_eq!(message, [":"]);
        heartbeats += 1;
    }
    assert_eq!(heartbeats, 2);
}

#[tokio::test]
async fn a_stream_begins_with_the_next_block_and_follows() {
    let world = World::new();
    world.double.grow(1);
    let mut follower = Follower::of(&world, "/api/v1/events", None).await;
    world.double.grow(2);
    world.double.grow(0);
    world.double.grow(1);
    for expected in ["5.0.0", "5.0.1", "7.0.0"] {
        assert_eq!(follower.id().await.as_deref(), Some(expected));
    }
}

#[tokio::test]
async fn a_stream_is_resumed_after_the_last_event_and_misses_nothing() {
    let world = World::new();
    world.double.grow(600);
    world.double.grow(2);
    let mut all = Vec::new();
    let mut follower = Follower::of(&world, "/api/v1/events?after=0.0.0", None).await;
    while all.last().is_none_or(|id| id != "5.0.1") {
        all.push(follower.id().await.unwrap());
    }
    assert_eq!(all.len(), 602);
    for cut in [0, 254, 255, 256, 599, 600] {
        // The header goes before the query, as a browser's own resumption keeps the address.
        let mut resumed = Follower::of(&world, "/api/v1/events?after=0.0.0", Some(&all[cut])).await;
        for expected in &all[cut + 1..] {
            assert_eq!(resumed.id().await.as_ref(), Some(expected));
        }
    }
}

#[tokio::test]
async fn a_place_that_is_none_is_refused() {
    let world = World::new();
    for bad in ["", "x", "1.2", "1.2.3.4", "01.2.3"] {
        let request = Request::get("/api/v1/events").header("last-event-id", bad).body(Body::empty()).unwrap();
        world.send(request).await.refused(400, "90-006");
    }
}

#[tokio::test(start_paused = true)]
async fn a_quiet_stream_shows_that_it_is_alive_and_ends_when_asked() {
    let world = World::new();
    let mut follower = Follower::of(&world, "/api/v1/events?for_ms=40000", None).await;
    let begun = tokio::time::Instant::now();
    let mut heartbeats = 0;
    while let Some(message) = follower.next().await {
        assert_eq!(message, [":"]);
        heartbeats += 1;
    }
    assert_eq!((heartbeats, begun.elapsed().as_secs()), (2, 40));
}

#[tokio::test]
async fn streams_are_bounded_and_give_their_place_back() {
    let world = World::with(Limits { streams_max: 1, ..Limits::default() });
    let first = Follower::of(&world, "/api/v1/events", None).await;
    let request = || Request::get("/api/v1/events").body(Body::empty()).unwrap();
    world.send(request()).await.refused(503, "90-013");
    drop(first);
    tokio::time::timeout(Duration::from_secs(5), async {
        while world.router.clone().oneshot(request()).await.unwrap().status() != StatusCode::OK {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .expect("the place is given back");
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_read_is_dropped() {
    let world = World::with(Limits { read_timeout: Duration::from_secs(5), ..Limits::default() });
    world.double.grow(2_000);
    let follower = Follower::of(&world, "/api/v1/events?after=0.0.0", None).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    // What was queued for it is still there, and then the stream ends before its time.
    let mut stream: BodyDataStream = follower.body.into_data_stream();
    let mut read = String::new();
    while let Some(bytes) = next(&mut stream).await {
        read.push_str(std::str::from_utf8(&bytes).unwrap());
    }
    let events = read.matches("\nid: ").count() + usize::from(read.starts_with("id: "));
    assert!((1..2_000).contains(&events), "{events}");
}

async fn next(stream: &mut BodyDataStream) -> Option<axum::body::Bytes> {
    std::future::poll_fn(|context| futures_core::Stream::poll_next(std::pin::Pin::new(&mut *stream), context))
        .await
        .map(Result::unwrap)
}
