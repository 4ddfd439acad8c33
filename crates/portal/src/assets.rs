//! Style sheet, script, marks and fonts, all inside the binary.
//!
//! Their addresses carry a stamp of their content and of the network, so that browsers may keep them for good.

use crate::emblem;
use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::sync::LazyLock;

const STYLE: &[u8] = include_bytes!("../assets/chancery.css");
const SCRIPT: &[u8] = include_bytes!("../assets/chancery.js");
const MARKS: &str = include_str!("../assets/marks.svg");

/// File name, media type, content. The licences of the fonts are served beside them.
const FILES: &[(&str, &str, &[u8])] = &[
    ("chancery.css", "text/css; charset=utf-8", STYLE),
    ("chancery.js", "text/javascript; charset=utf-8", SCRIPT),
    ("fonts/sans.woff2", "font/woff2", include_bytes!("../assets/fonts/sans.woff2")),
    ("fonts/sans-ext.woff2", "font/woff2", include_bytes!("../assets/fonts/sans-ext.woff2")),
    ("fonts/sans-italic.woff2", "font/woff2", include_bytes!("../assets/fonts/sans-italic.woff2")),
    ("fonts/serif.woff2", "font/woff2", include_bytes!("../assets/fonts/serif.woff2")),
    ("fonts/code.woff2", "font/woff2", include_bytes!("../assets/fonts/code.woff2")),
    ("fonts/OFL-source-sans.txt", TEXT, include_bytes!("../assets/fonts/OFL-source-sans.txt")),
    ("fonts/OFL-source-serif.txt", TEXT, include_bytes!("../assets/fonts/OFL-source-serif.txt")),
    ("fonts/OFL-source-code.txt", TEXT, include_bytes!("../assets/fonts/OFL-source-code.txt")),
];
const TEXT: &str = "text/plain; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// A stamp of what the files hold (FNV-1a; it tells versions apart, it protects nothing).
static STAMP: LazyLock<u64> = LazyLock::new(|| {
    let mut stamp = 0xcbf2_9ce4_8422_2325_u64;
    for byte in STYLE.iter().chain(SCRIPT).chain(MARKS.as_bytes()) {
        stamp = (stamp ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    stamp
});

/// The folder of the files for a network: `/assets/{stamp}-{network}`.
pub(crate) fn folder(network_id: &str) -> String {
    let network: String = network_id.chars().filter(char::is_ascii_alphanumeric).take(64).collect();
    format!("/assets/{:016x}-{network}", *STAMP)
}

/// Serves a file of the folder.
pub(crate) async fn serve(Path((folder, file)): Path<(String, String)>) -> Response {
    let network_id = folder.split_once('-').map_or("", |(_, id)| id);
    let (media_type, body) = match file.as_str() {
        "marks.svg" => (SVG, Body::from(marks(network_id))),
        "icon.svg" => (SVG, Body::from(icon(network_id))),
        "band.svg" => (SVG, Body::from(emblem::band(network_id))),
        _ => match FILES.iter().find(|(name, _, _)| *name == file) {
            Some((_, media_type, content)) => (*media_type, Body::from(Bytes::from_static(content))),
            None => return StatusCode::NOT_FOUND.into_response(),
        },
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
    ];
    (headers, body).into_response()
}

fn marks(network_id: &str) -> String {
    MARKS
        .replace("EMBLEM", &emblem::rosette(network_id, 5, ".62"))
        .replace("SMALL", &emblem::rosette(network_id, 3, "1.3"))
}

fn icon(network_id: &str) -> String {
    let emblem = emblem::rosette(network_id, 3, "3");
    format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 100 100\" color=\"#456d96\">{emblem}</svg>")
}
