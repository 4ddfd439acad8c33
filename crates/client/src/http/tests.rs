use super::*;
use std::io::{Read, Write};
use std::net::TcpListener;

const NETWORK: &str = include_str!("tests/network.json");

/// A node that gives these answers, one per connection, and then nothing.
fn node(answers: Vec<String>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    address
}

fn answer(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}")
}

#[tokio::test]
async fn a_node_that_is_down_is_passed_over_and_one_that_is_busy_is_asked_again() {
    let busy = answer("429 Too Many Requests", "Retry-After: 0\r\n", "{}");
    let good = answer("200 OK", "", NETWORK);
    let nodes = ["http://127.0.0.1:1".to_owned(), node(vec![busy, good])];
    let client = Client::connect(&nodes).await.unwrap();
    assert_eq!(client.founded_network().name, "Test");
}

#[tokio::test]
async fn a_refusal_keeps_its_number_and_remedy() {
    let problem = r#"{"type":"about:blank","title":"Absent","status":404,"detail":"Nothing.","code":"90-002","remedy":"Check the id."}"#;
    let nodes = [node(vec![answer("200 OK", "", NETWORK), answer("404 Not Found", "", problem)])];
    let client = Client::connect(&nodes).await.unwrap();
    let error = client.network().await.unwrap_err();
    assert!(error.is_absent());
    assert_eq!(error.code().unwrap().to_string(), "90-002");
    assert_eq!(error.to_string(), "refused: 90-002 Nothing. Check the id.");
}

#[tokio::test]
async fn nobody_there_is_said_with_the_addresses() {
    let error = Client::connect(&["http://127.0.0.1:1".to_owned()]).await.unwrap_err();
    assert!(matches!(&error, ClientError::Unreachable { nodes, .. } if nodes == "http://127.0.0.1:1"), "{error}");
    for bad in ["", "127.0.0.1:8800", "ftp://127.0.0.1", "https://example.org"] {
        assert!(matches!(Client::connect(&[bad.to_owned()]).await, Err(ClientError::Address(_))), "{bad}");
    }
}

#[tokio::test]
async fn events_come_whole_and_a_broken_stream_goes_on_after_the_last() {
    let event = |id: &str| {
        format!(
            "id: {id}\ndata: {{\"id\":\"{id}\",\"height\":1,\"time\":{{\"ms\":0,\"iso\":\"\"}},\"transaction\":null,\
             \"application\":2,\"kind\":1,\"payload\":\"\"}}\n\n"
        )
    };
    let stream = |body: &str| format!("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n{body}");
    let first = stream(&format!(": hello\n\n{}id: 1.1.0\ndata: {{\"cut", event("1.0.0")));
    let nodes = [node(vec![answer("200 OK", "", NETWORK), first, stream(&event("1.1.0"))])];
    let client = Client::connect(&nodes).await.unwrap();
    let mut events = client.events(None);
    assert_eq!(events.next().await.unwrap().id, "1.0.0");
    assert_eq!(events.next().await.unwrap().id, "1.1.0");
}
