//! What a reader asks for besides the page: the language and the form.
//!
//! `/zh/blocks/7.json` is rewritten to `/blocks/7` before the routes see it; language and form travel beside it.

use crate::language::Language;
use axum::extract::Request;
use axum::http::Uri;
use axum::http::header::ACCEPT_LANGUAGE;

/// The form of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A page.
    Page,
    /// The page's data.
    Json,
}

/// What was asked for besides the page.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub(crate) language: Language,
    /// `/en` or `/zh` if the reader chose by address; links keep it.
    pub(crate) prefix: &'static str,
    pub(crate) form: Form,
    /// The path without prefix and ending.
    pub(crate) path: String,
    /// The query without `lang`.
    pub(crate) query: String,
    /// Whether the page was asked for at a past height.
    pub(crate) at_height: bool,
}

impl Ask {
    /// Reads a request's address and its `Accept-Language`.
    pub(crate) fn read(uri: &Uri, accept_language: &str) -> Self {
        let (by_path, path) = split_prefix(uri.path());
        let mut by_query = None;
        let mut at_height = false;
        let mut kept = Vec::new();
        for pair in uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("lang", tag)) => by_query = Language::from_tag(tag),
                Some(("at", _)) => at_height = true,
                _ => kept.push(pair),
            }
        }
        let chosen = by_query.or(by_path);
        let (path, form) = match path.strip_suffix(".json") {
            Some(stem) if stem.len() > 1 => (stem, Form::Json),
            _ => (path, Form::Page),
        };
        Self {
            language: chosen.or_else(|| Language::negotiate(accept_language)).unwrap_or(Language::English),
            prefix: match chosen {
                Some(Language::English) => "/en",
                Some(Language::Chinese) => "/zh",
                None => "",
            },
            form,
            path: path.to_owned(),
            query: kept.join("&"),
            at_height,
        }
    }

    /// The address of the same page in another language.
    pub(crate) fn address_in(&self, language: Language) -> String {
        let path = if self.path == "/" { "" } else { &self.path };
        let query = if self.query.is_empty() { String::new() } else { format!("?{}", self.query) };
        format!("/{}{path}{query}", language.code())
    }
}

fn split_prefix(path: &str) -> (Option<Language>, &str) {
    for language in Language::ALL {
        if let Some(rest) = path.strip_prefix('/').and_then(|rest| rest.strip_prefix(language.code())) {
            if rest.is_empty() {
                return (Some(language), "/");
            }
            if rest.starts_with('/') {
                return (Some(language), rest);
            }
        }
    }
    (None, path)
}

/// Rewrites the address for the routes and notes what was asked.
pub(crate) async fn rewrite(mut request: Request) -> Request {
    let header = request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let ask = Ask::read(request.uri(), header);
    let target = if ask.query.is_empty() { ask.path.clone() } else { format!("{}?{}", ask.path, ask.query) };
    if let Ok(uri) = target.parse() {
        *request.uri_mut() = uri;
    }
    request.extensions_mut().insert(ask);
    request
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, header: &str, expected: (Language, &str, Form, &str, &str)) {
        let ask = Ask::read(&address.parse().unwrap(), header);
        let found = (ask.language, ask.prefix, ask.form, ask.path.as_str(), ask.query.as_str());
        assert_eq!(found, expected, "{address} {header}");
    }

    #[test]
    fn addresses_are_read() {
        use Form::{Json, Page};
        use Language::{Chinese, English};
        check("/", "", (English, "", Page, "/", ""));
        check("/", "zh-CN", (Chinese, "", Page, "/", ""));
        check("/zh", "en", (Chinese, "/zh", Page, "/", ""));
        check("/zh/blocks/7.json", "", (Chinese, "/zh", Json, "/blocks/7", ""));
        check("/en/find?q=a&lang=zh", "", (Chinese, "/zh", Page, "/find", "q=a"));
        check("/zhejiang", "", (English, "", Page, "/zhejiang", ""));
        check("/blocks?lang=fr", "zh", (Chinese, "", Page, "/blocks", ""));
    }

    #[test]
    fn the_switch_leads_to_the_same_page() {
        let ask = Ask::read(&"/find?q=%E6%9E%97&lang=en".parse().unwrap(), "");
        assert_eq!(ask.address_in(Language::Chinese), "/zh/find?q=%E6%9E%97");
        let ask = Ask::read(&"/".parse().unwrap(), "");
        assert_eq!(ask.address_in(Language::Chinese), "/zh");
    }
}
