//! The listening side over real connections: rates, crowds, slow clients, a graceful end.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod double;

use chancery_api::{Limits, Measurements, router, serve};
use double::Double;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

const PATIENCE: Duration = Duration::from_secs(20);

struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

async fn start(limits: Limits) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let measurements = Arc::<Measurements>::default();
    let router = router(Arc::new(Double::new()), limits.clone(), measurements.clone());
    let task = tokio::spawn(serve(listener, router, limits, measurements, async {
        let _ = stopped.await;
    }));
    Server { address, stop, task }
}

/// Sends bytes on a connection of their own and gives what comes back until it is closed.
async fn exchange(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    read(&mut stream).await
}

async fn read(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A reset is an end like any other here.
    let _ = timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.expect("the connection is closed in time");
    String::from_utf8(bytes).unwrap()
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
}

#[tokio::test]
async fn too_many_requests_are_told_when_to_come_again() {
    let server = start(Limits { requests_per_second: 1, requests_burst: 2, ..Limits::default() }).await;
    for _ in 0..2 {
        assert!(exchange(server.address, &get("/healthz")).await.starts_with("HTTP/1.1 200"));
    }
    let refused = exchange(server.address, &get("/healthz")).await;
    assert!(refused.starts_with("HTTP/1.1 429"), "{refused}");
    assert!(refused.contains("\r\nretry-after: 1\r\n") && refused.contains("\"90-012\""), "{refused}");
}

#[tokio::test]
async fn one_address_has_so_many_connections() {
    let server = start(Limits { connections_per_address_max: 1, ..Limits::default() }).await;
    let mut first = TcpStream::connect(server.address).await.unwrap();
    first.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut byte = [0];
    first.read_exact(&mut byte).await.unwrap();
    assert_eq!(exchange(server.address, "").await, "", "a second one is closed without a word");
    drop(first);
    let deadline = Instant::now() + PATIENCE;
    while exchange(server.address, &get("/healthz")).await.is_empty() {
        assert!(Instant::now() < deadline, "the place is given back");
    }
}

#[tokio::test]
async fn headers_and_bodies_must_arrive_in_time() {
    let short = Duration::from_millis(200);
    let server = start(Limits { head_timeout: short, body_timeout: short, ..Limits::default() }).await;
    let begun = Instant::now();
    let answer = exchange(server.address, "GET /healthz HTTP/1.1\r\nhost:").await;
    assert!(!answer.contains(" 200 ") && begun.elapsed() < PATIENCE, "{answer}");
    let slow_body = "POST /api/v1/transactions HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
                     content-type: application/cbor\r\ncontent-length: 10\r\n\r\n123";
    let answer = exchange(server.address, slow_body).await;
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("\"90-010\""), "{answer}");
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let server = start(Limits { head_timeout: Duration::from_millis(200), ..Limits::default() }).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    assert!(read(&mut stream).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn long_heads_are_refused() {
    let server = start(Limits::default()).await;
    let many: String = (0..100).map(|number| format!("x-{number}: y\r\n")).collect();
    let answer = exchange(server.address, &format!("GET /healthz HTTP/1.1\r\nhost: x\r\n{many}\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    let long = "y".repeat(20_000);
    let answer = exchange(server.address, &format!("GET /healthz HTTP/1.1\r\nhost: x\r\nx: {long}\r\n\r\n")).await;
    assert!(!answer.contains(" 200 "), "{answer}");
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_given_up() {
    let server = start(Limits { answer_timeout: Duration::from_millis(100), ..Limits::default() }).await;
    let slow = "POST /api/v1/transactions HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
                content-type: application/cbor\r\ncontent-length: 10\r\n\r\n123";
    let answer = exchange(server.address, slow).await;
    assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("\"90-016\""), "{answer}");
}

#[tokio::test]
async fn a_stop_lets_requests_end_and_then_ends_streams() {
    let server = start(Limits { stop_timeout: Duration::from_millis(300), ..Limits::default() }).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(b"GET /api/v1/events HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut begun = [0; 12];
    stream.read_exact(&mut begun).await.unwrap();
    assert_eq!(&begun, b"HTTP/1.1 200");
    server.stop.send(()).unwrap();
    timeout(PATIENCE, server.task).await.expect("the server ends").unwrap();
    read(&mut stream).await;
    assert!(TcpStream::connect(server.address).await.is_err(), "nobody listens any more");
}
