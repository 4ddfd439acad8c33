//! The listening side when everything is taken: who holds the most makes room, and what is large is bounded in all.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod double;

use chancery_api::{Limits, Measurements, router, serve};
use double::Double;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(20);

async fn start(limits: Limits) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let measurements = Arc::<Measurements>::default();
    let router = router(Arc::new(Double::new()), limits.clone(), measurements.clone());
    tokio::spawn(serve(listener, router, limits, measurements, std::future::pending()));
    address
}

/// A connection from 127.0.0.`from`: on Linux all of 127.0.0.0/8 is this machine.
async fn connect(server: SocketAddr, from: u8) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((Ipv4Addr::new(127, 0, 0, from), 0).into()).unwrap();
    socket.connect(server).await.unwrap()
}

/// Sends a request and gives the first line of the answer; nothing if the connection ends.
async fn ask(stream: &mut TcpStream, request: &str) -> String {
    let mut line = [0; 12];
    let asked = async {
        stream.write_all(request.as_bytes()).await?;
        stream.read_exact(&mut line).await
    };
    let done = timeout(PATIENCE, asked).await.expect("an answer or an end in time");
    done.map_or(String::new(), |_| String::from_utf8_lossy(&line).into_owned())
}

async fn ends(stream: &mut TcpStream) -> bool {
    let mut rest = Vec::new();
    // A reset is an end like any other here.
    let _ = timeout(PATIENCE, stream.read_to_end(&mut rest)).await.expect("the connection is closed in time");
    true
}

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
const OK: &str = "HTTP/1.1 200";

#[tokio::test]
async fn the_oldest_connection_of_the_address_with_the_most_makes_room() {
    let server = start(Limits { connections_max: 3, ..Limits::default() }).await;
    let mut many = Vec::new();
    for _ in 0..3 {
        many.push(connect(server, 1).await);
        assert_eq!(ask(many.last_mut().unwrap(), HEALTH).await, OK);
    }
    let mut newcomer = connect(server, 2).await;
    assert_eq!(ask(&mut newcomer, HEALTH).await, OK);
    assert!(ends(&mut many[0]).await);
    assert_eq!(ask(&mut many[2], HEALTH).await.len(), OK.len(), "the others stay");
    assert!(ask(&mut connect(server, 2).await, HEALTH).await.is_empty(), "no second one for one who has as many then");
}

#[tokio::test]
async fn the_oldest_stream_of_the_address_with_the_most_makes_room() {
    let server = start(Limits { streams_max: 2, ..Limits::default() }).await;
    let stream = "GET /api/v1/events HTTP/1.1\r\nhost: x\r\n\r\n";
    let mut many = [connect(server, 1).await, connect(server, 1).await];
    for one in &mut many {
        assert_eq!(ask(one, stream).await, OK);
    }
    assert_eq!(ask(&mut connect(server, 1).await, stream).await, "HTTP/1.1 503");
    assert_eq!(ask(&mut connect(server, 2).await, stream).await, OK);
    let mut rest = [0; 4096];
    let mut tail = Vec::new();
    while !tail.ends_with(b"0\r\n\r\n") {
        let read = timeout(PATIENCE, many[0].read(&mut rest)).await.expect("the stream ends in time").unwrap();
        assert!(read > 0, "a stream ends as it should");
        tail.extend(&rest[..read]);
    }
}

/// A batch of which nothing comes.
const LARGE: &str = "POST /api/v1/transactions/batch HTTP/1.1\r\nhost: x\r\ncontent-type: application/cbor\r\n\
                     content-length: 1000000\r\n\r\n";

#[tokio::test]
async fn large_bodies_hold_so_much_and_no_more() {
    let held = 20 * 64 * 1024;
    let limits = Limits { held_bytes_max: held, held_bytes_per_address_max: held, ..Limits::default() };
    let server = start(limits).await;
    let mut slow = connect(server, 1).await;
    slow.write_all(LARGE.as_bytes()).await.unwrap();
    assert_eq!(ask(&mut connect(server, 1).await, LARGE).await, "HTTP/1.1 503", "16 of 20 places are taken");
    assert_eq!(ask(&mut connect(server, 1).await, HEALTH).await, OK, "what is small takes no place");
    let smaller = LARGE.replace("1000000", "500000");
    let mut other = connect(server, 2).await;
    other.write_all(smaller.as_bytes()).await.unwrap();
    assert!(ends(&mut slow).await, "who holds the most makes room");
    drop(other);
}

#[tokio::test]
async fn a_large_answer_arrives_whole() {
    let held = 64 * 1024 * 1024;
    let limits = Limits { held_bytes_max: held, ..Limits::default() };
    let server = start(limits.clone()).await;
    let mut stream = connect(server, 1).await;
    let request = "GET /openapi.json HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("in time").unwrap();
    let begin = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    let expected = double::World::with(limits).get("/openapi.json").await.body;
    assert!(expected.len() > 64 * 1024);
    assert_eq!(answer[begin..], expected);
    let head = String::from_utf8_lossy(&answer[..begin]).into_owned();
    assert!(head.contains(&format!("content-length: {}", expected.len())), "{head}");
}

#[tokio::test]
async fn a_batch_of_nonsense_is_paid_for_afterwards() {
    let server = start(Limits { requests_per_second: 10, requests_burst: 10, ..Limits::default() }).await;
    // Twenty empty envelopes: an array of twenty byte strings of no bytes.
    let nonsense = "POST /api/v1/transactions/batch HTTP/1.1\r\nhost: x\r\ncontent-type: application/cbor\r\n\
                    content-length: 21\r\n\r\n";
    let mut stream = connect(server, 1).await;
    stream.write_all(nonsense.as_bytes()).await.unwrap();
    stream.write_all(&[&[0x94_u8][..], &[0x40_u8; 20][..]].concat()).await.unwrap();
    assert_eq!(ask(&mut stream, "").await, OK);
    assert_eq!(ask(&mut connect(server, 1).await, HEALTH).await, "HTTP/1.1 429");
    assert_eq!(ask(&mut connect(server, 2).await, HEALTH).await, OK, "nobody else pays");
}
