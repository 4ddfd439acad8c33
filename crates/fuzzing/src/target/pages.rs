//! The pages, asked anything at all: they answer, and what was asked comes back as text and never as mark-up.

#[path = "../../../portal/examples/preview/fixture/mod.rs"]
mod fixture;

use super::asked::{ask, read, request, runtime};
use super::{Seed, seed};
use axum::Router;
use axum::http::StatusCode;
use fixture::Fixture;
use std::sync::{Arc, OnceLock};

fn router() -> &'static Router {
    static ROUTER: OnceLock<Router> = OnceLock::new();
    ROUTER.get_or_init(|| chancery_portal::router(Arc::new(Fixture::new())))
}

pub(super) fn run(input: &[u8]) {
    let Some(request) = read(input, |_| None) else { return };
    let address = request.uri().to_string();
    let answer = runtime().block_on(ask(router(), request));
    assert!(answer.status != StatusCode::INTERNAL_SERVER_ERROR, "{address}");
    assert!(answer.header("content-security-policy").contains("default-src"), "{address}");
    if answer.header("content-type").starts_with("text/html") {
        let page = std::str::from_utf8(&answer.body).expect("a page is UTF-8");
        let reflected = page.matches("<b>\"'&").count();
        assert_eq!(reflected, 0, "{address}: what was asked comes back as mark-up");
    }
    if answer.header("content-type").starts_with("application/json") && !answer.body.is_empty() {
        serde_json::from_slice::<serde_json::Value>(&answer.body).expect("JSON");
    }
}

const ADDRESSES: [&str; 30] = [
    "/",
    "/en",
    "/zh",
    "/zh-Hans/find",
    "/find?q=a",
    "/find?q=%3Cb%3E%22%27%26",
    "/en/find?q=01010101010101010101010101010101",
    "/check",
    "/check/how",
    "/blocks",
    "/blocks?before=3",
    "/blocks/3",
    "/blocks/3.json",
    "/blocks/99999999999999999999",
    "/registers",
    "/registers/turnover",
    "/registers/labour-force?after=x",
    "/authorities",
    "/authorities.json",
    "/statistics",
    "/statistics/labour-force/2016",
    "/statistics/labour-force/2016/01",
    "/statistics/labour-force/2016/01.json",
    "/network",
    "/network/identity",
    "/refusals",
    "/refusals/16-033",
    "/refusals/%3Cb%3E%22%27%26",
    "/assets/chancery.css",
    "/%2e%2e/%2e%2e/etc/passwd",
];

pub(super) fn seeds() -> Vec<Seed> {
    let mut seeds: Vec<Seed> = Vec::new();
    for (number, address) in ADDRESSES.iter().enumerate() {
        let headers = [("accept-language", "zh-CN,zh;q=0.9,en;q=0.5")];
        seeds.push(seed(format!("get-{number:02}"), request("GET", address, &headers, b"")));
    }
    let form = |name: &str, body: &str| {
        let body = format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{body}\r\n--b--\r\n");
        request("POST", "/check", &[("content-type", "multipart/form-data; boundary=b")], body.as_bytes())
    };
    seeds.push(seed("check-file", form("receipt", "a receipt that is none")));
    seeds.push(seed("check-text", form("text", "YSByZWNlaXB0")));
    seeds.push(seed("check-broken-text", form("text", "<b>\"'&")));
    seeds.push(seed("check-no-form", request("POST", "/check", &[("content-type", "multipart/form-data")], b"")));
    seeds
}
