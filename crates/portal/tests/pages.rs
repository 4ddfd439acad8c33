//! The pages as answers: status, headers, language, escaping, data twins, the check of receipts.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../examples/preview/fixture/mod.rs"]
mod fixture;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use chancery_portal::{Source, router};
use fixture::Fixture;
use http_body_util::BodyExt;
use std::sync::Arc;
use tower::ServiceExt;

async fn send(source: Fixture, request: Request<Body>) -> Response {
    router(Arc::new(source)).oneshot(request).await.unwrap()
}

async fn get(path: &str) -> (StatusCode, String) {
    ask(Fixture::new(), path, "").await
}

async fn ask(source: Fixture, path: &str, languages: &str) -> (StatusCode, String) {
    let request = Request::get(path).header(header::ACCEPT_LANGUAGE, languages).body(Body::empty()).unwrap();
    text(send(source, request).await).await
}

async fn text(response: Response) -> (StatusCode, String) {
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn every_page_answers_in_both_languages() {
    let fixture = Fixture::new();
    let record = fixture.registers().await.unwrap();
    assert_eq!(record.len(), 2);
    let member = fixture.authorities().await.unwrap()[2].authority.id.clone();
    let record = fixture.register("labour-force").await.unwrap().unwrap().records[0].id.clone();
    let transaction = fixture.block(3, None, 1).await.unwrap().unwrap().transactions.items[0].id.clone();
    let paths = [
        "/",
        "/find",
        "/find?q=a",
        "/check",
        "/check/how",
        "/blocks",
        "/blocks/3",
        "/registers",
        "/registers/turnover",
        "/authorities",
        "/statistics",
        "/statistics/labour-force/2016",
        "/statistics/labour-force/2016/01",
        "/network",
        "/network/identity",
        "/refusals",
        "/refusals/16-033",
        "/refusals/16-999",
    ];
    let mut paths: Vec<String> = paths.map(str::to_owned).to_vec();
    paths.push(format!("/authorities/{member}"));
    paths.push(format!("/members/{member}"));
    paths.push(format!("/records/{record}"));
    paths.push(format!("/transactions/{transaction}"));
    for path in paths {
        for (prefix, tag) in [("/en", "en"), ("/zh", "zh-Hans")] {
            let address = if path == "/" { prefix.to_owned() } else { format!("{prefix}{path}") };
            let (status, page) = get(&address).await;
            assert_eq!(status, StatusCode::OK, "{address}");
            assert!(page.contains(&format!("<html lang=\"{tag}\">")), "{address}");
            assert_eq!(page.matches("<h1>").count(), 1, "{address}");
            assert!(!page.contains(" style="), "{address} has an inline style");
            assert!(page.contains("class=\"dateline\""), "{address}");
        }
    }
}

#[tokio::test]
async fn the_language_is_chosen_by_address_parameter_and_header() {
    let check = async |path: &str, languages: &str, tag: &str| {
        let (_, page) = ask(Fixture::new(), path, languages).await;
        assert!(page.contains(&format!("<html lang=\"{tag}\">")), "{path} {languages}");
        page
    };
    check("/", "", "en").await;
    check("/", "zh-CN, en;q=0.5", "zh-Hans").await;
    check("/?lang=en", "zh-CN", "en").await;
    let page = check("/?lang=zh", "en", "zh-Hans").await;
    assert!(page.contains("href=\"/zh/statistics\""), "links keep the language that was chosen");
    assert!(page.contains("href=\"/en\" lang=\"en\""), "the switch leads to the same page");
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    for path in ["/", "/nothing", "/statistics.json", "/assets/x-y/chancery.css"] {
        let response = send(Fixture::new(), Request::get(path).body(Body::empty()).unwrap()).await;
        let headers = response.headers();
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{path}");
        assert_eq!(headers[header::REFERRER_POLICY], "no-referrer", "{path}");
    }
}

#[tokio::test]
async fn failures_are_pages_too() {
    let check = async |path: &str, status: StatusCode| {
        let (found, page) = get(path).await;
        assert_eq!(found, status, "{path}");
        assert!(page.contains("class=\"wordmark\""), "{path}");
    };
    check("/nothing", StatusCode::NOT_FOUND).await;
    check("/blocks/nine", StatusCode::NOT_FOUND).await;
    check("/blocks/99999", StatusCode::NOT_FOUND).await;
    check("/records/00", StatusCode::NOT_FOUND).await;
    check("/blocks?before=x", StatusCode::BAD_REQUEST).await;
    check("/statistics?at=3", StatusCode::BAD_REQUEST).await;
    check(&format!("/find?q={}", "a".repeat(201)), StatusCode::BAD_REQUEST).await;
    let (status, page) = ask(Fixture::broken(), "/statistics", "").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.contains("The data cannot be read now"));
    let post = Request::post("/blocks").body(Body::empty()).unwrap();
    assert_eq!(send(Fixture::new(), post).await.status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_new_network_says_what_will_appear() {
    let (_, page) = ask(Fixture::empty(), "/", "").await;
    assert!(page.contains("No figure is published yet."));
    assert!(page.contains("No register has an open period."));
    let (_, page) = ask(Fixture::empty(), "/statistics", "").await;
    assert!(page.contains("A figure appears here once its authority has published it."));
}

#[tokio::test]
async fn names_cannot_act_in_a_page() {
    let (_, page) = get("/find?q=%3Cscript%3Ealert(1)%3C/script%3E%22").await;
    assert!(!page.contains("<script>alert"), "{page}");
    assert!(page.contains("&lt;script&gt;") || page.contains("&#60;script&#62;"), "{page}");
    let (_, page) = get("/statistics/labour-force/2016/05").await;
    assert!(page.contains("Brandon &amp; Byshottles"), "names are escaped once");
    assert!(!page.contains("&amp;amp;"));
}

#[tokio::test]
async fn foreign_names_carry_their_language() {
    let (_, page) = get("/zh/statistics/labour-force/2016/02").await;
    assert!(page.contains("<span lang=\"fr\">Saint-Étienne</span>"));
    assert!(page.contains("枫谷省"), "the official translation is used");
    let (_, page) = get("/en/statistics/labour-force/2016/03").await;
    assert!(page.contains("<span lang=\"zh-Hans\">龙口市</span>"));
}

#[tokio::test]
async fn rates_are_derived_from_totals() {
    let figure = Fixture::new().figure("labour-force", "2016", None).await.unwrap().unwrap();
    let rate = figure.rate.unwrap();
    let summed: i128 = figure.parts.iter().filter_map(|part| part.rate.as_ref()?.per_mille()).sum();
    assert_eq!(rate.per_mille(), Some((rate.part * 2000 + rate.whole) / (2 * rate.whole)));
    assert_ne!(rate.per_mille(), Some(summed));
}

#[tokio::test]
async fn a_part_that_would_expose_somebody_is_withheld() {
    let (_, page) = get("/statistics/turnover/2016-Q4").await;
    assert!(page.contains("not published") && page.contains("href=\"/refusals/16-063\""));
    let (status, _) = get("/statistics/turnover/2016-Q4/06").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn pages_have_data_twins() {
    let (status, body) = get("/zh/statistics/labour-force/2016.json").await;
    assert_eq!(status, StatusCode::OK);
    let data: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(data["summary"]["flow"], "labour-force");
    assert_eq!(data["parts"][0]["region"]["code"], "05", "codes keep their leading zeros");
    let (status, body) = get("/records/00.json").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(body.starts_with('{'));
}

fn form(parts: &[(&str, &[u8])]) -> Request<Body> {
    let mut body = Vec::new();
    for (name, content) in parts {
        body.extend_from_slice(format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n").as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--b--\r\n");
    Request::post("/check")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
        .body(Body::from(body))
        .unwrap()
}

#[tokio::test]
async fn receipts_are_checked() {
    let check = async |parts: &[(&str, &[u8])], words: &str| {
        let (status, page) = text(send(Fixture::new(), form(parts)).await).await;
        assert_eq!(status, StatusCode::OK);
        assert!(page.contains(words), "{words}");
    };
    let receipt = fixture::receipt("labour");
    let changed = [&receipt[..receipt.len() - 1], b"z"].concat();
    check(&[("receipt", &receipt), ("text", b"")], "<h2 id=\"result\">Proven</h2>").await;
    check(&[("receipt", b""), ("text", hex::encode(&receipt).as_bytes())], "<h2 id=\"result\">Proven</h2>").await;
    check(&[("receipt", &changed)], "<h2 id=\"result\">Refused</h2>").await;
    check(&[("receipt", b"else")], "<h2 id=\"result\">Cannot tell</h2>").await;
    check(&[("receipt", b""), ("text", b"")], "Choose a file or paste the text").await;
    check(&[("text", b"what?")], "neither hexadecimal nor base64").await;
}

#[tokio::test]
async fn uploads_are_bounded() {
    let large = vec![b'x'; 1024 * 1024 + 1];
    let (status, page) = text(send(Fixture::new(), form(&[("receipt", &large)])).await).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("larger than any receipt"));
    let plain = Request::post("/check").body(Body::from("x")).unwrap();
    assert_eq!(send(Fixture::new(), plain).await.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn assets_are_kept_for_good_and_fonts_have_their_licences() {
    for file in [
        "chancery.css",
        "chancery.js",
        "marks.svg",
        "band.svg",
        "icon.svg",
        "fonts/serif.woff2",
        "fonts/OFL-source-serif.txt",
    ] {
        let response =
            send(Fixture::new(), Request::get(format!("/assets/0-ab/{file}")).body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), StatusCode::OK, "{file}");
        assert!(response.headers()[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"), "{file}");
    }
    let (status, _) = get("/assets/0-ab/other").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}
