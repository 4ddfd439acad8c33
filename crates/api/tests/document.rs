//! The OpenAPI document against the interface: nothing that writes or is not public is open.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod double;

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, Request};
use double::World;
use serde_json::Value;

/// Operations that write or read what is not public may be open to no stranger. There are no exceptions.
const EXCEPTIONS: [&str; 0] = [];

/// Addresses whose answers have no end.
const STREAMS: [&str; 2] = ["/api/v1/events", "/api/v1/finality"];

async fn document(world: &World) -> Value {
    let reply = world.get("/openapi.json").await;
    assert_eq!(reply.status, 200);
    reply.json()
}

/// The operations: method, path, description.
fn operations(document: &Value) -> Vec<(Method, String, Value)> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            operations.push((method.to_uppercase().parse().unwrap(), path.clone(), operation.clone()));
        }
    }
    operations
}

/// An address with every required parameter filled in from its example.
fn address(path: &str, operation: &Value) -> String {
    let mut address = path.to_owned();
    let mut query = Vec::new();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let name = parameter["name"].as_str().unwrap();
        let schema = &parameter["schema"];
        let example = schema["example"].as_str().map_or_else(|| schema["minimum"].to_string(), str::to_owned);
        match parameter["in"].as_str().unwrap() {
            "path" => address = address.replace(&format!("{{{name}}}"), &example),
            "query" if parameter["required"] == true => query.push(format!("{name}={example}")),
            _ => {}
        }
    }
    if query.is_empty() { address } else { format!("{address}?{}", query.join("&")) }
}

#[tokio::test]
async fn nothing_that_writes_or_is_not_public_is_open() {
    let world = World::new();
    let mut walked = 0;
    for (method, path, operation) in operations(&document(&world).await) {
        let security = operation["security"].as_array().cloned().unwrap_or_default();
        let public_in_part = security.contains(&Value::Object(serde_json::Map::new()));
        if method == Method::GET && (security.is_empty() || public_in_part) {
            continue;
        }
        let kinds = operation["requestBody"]["content"].as_object();
        let kind = kinds.and_then(|kinds| kinds.keys().next()).cloned().unwrap_or_default();
        let name = format!("{method} {path}");
        if EXCEPTIONS.contains(&name.as_str()) {
            continue;
        }
        // Without credentials: no token, and for signed statements nothing that anybody signed.
        let request = Request::builder().method(method).uri(address(&path, &operation)).header(CONTENT_TYPE, kind);
        let reply = world.send(request.body(Body::from(vec![0xa0])).unwrap()).await;
        let expected: &[u16] = if security.is_empty() { &[400, 422] } else { &[401] };
        assert!(expected.contains(&reply.status.as_u16()), "{name}: {reply:?}");
        walked += 1;
    }
    assert_eq!(walked, 7, "transactions (2), intake, openings (2), sessions (2)");
}

#[tokio::test]
async fn public_reads_are_open_and_say_what_they_can_answer() {
    let world = World::new();
    for (method, path, operation) in operations(&document(&world).await) {
        let name = format!("{method} {path}");
        let responses = operation["responses"].as_object().unwrap();
        for status in ["400", "406", "429", "503"] {
            assert!(responses.contains_key(status), "{name} does not say {status}");
        }
        for (status, response) in responses.iter().filter(|(status, _)| status.starts_with(['4', '5'])) {
            let problem = &response["content"]["application/problem+json"]["schema"]["$ref"];
            assert_eq!(problem, "#/components/schemas/Problem", "{name} {status}");
        }
        if operation.get("requestBody").is_some() {
            for status in ["408", "413", "415"] {
                assert!(responses.contains_key(status), "{name} does not say {status}");
            }
        }
        if method == Method::GET && operation.get("security").is_none() && !STREAMS.contains(&path.as_str()) {
            let reply = world.get(&address(&path, &operation)).await;
            assert!(responses.contains_key(reply.status.as_str()), "{name}: {reply:?}");
            assert!([200, 404].contains(&reply.status.as_u16()), "{name}: {reply:?}");
        }
    }
}

#[tokio::test]
async fn every_reference_of_the_document_leads_somewhere() {
    fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.get("$ref").and_then(Value::as_str));
                fields.values().for_each(|field| references(field, found));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }
    let world = World::new();
    let document = document(&world).await;
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 100);
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
    for (message, content) in [("EventMessage", "Event"), ("BlockMessage", "BlockSummary")] {
        let data = &document["components"]["schemas"][message]["properties"]["data"];
        assert_eq!(data["contentSchema"]["$ref"], format!("#/components/schemas/{content}"));
    }
    assert_eq!(document["components"]["schemas"]["CellContent"]["oneOf"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn every_refusal_has_its_sentences_and_a_number_of_its_own() {
    let world = World::new();
    let refusals = world.get("/api/v1/refusals").await.json();
    let refusals = refusals.as_array().unwrap();
    let codes: Vec<_> = refusals.iter().map(|refusal| refusal["code"].as_str().unwrap()).collect();
    assert!(codes.contains(&"0-001") && codes.contains(&"90-001"));
    let mut distinct = codes.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), codes.len());
    for refusal in refusals {
        for field in ["name", "cause", "remedy"] {
            assert!(!refusal[field].as_str().unwrap().is_empty(), "{refusal}");
        }
    }
}
