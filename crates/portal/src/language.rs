//! The languages of the pages, and how a reader gets one of them.
//!
//! In order: the prefix of the path (`/zh/blocks`), the parameter `lang`, the browser's `Accept-Language`, English.

use serde::Serialize;

/// A language that every message exists in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Language {
    /// English.
    English,
    /// Chinese in simplified characters.
    Chinese,
}

impl Language {
    /// All languages, the first being the one for readers who ask for none of them.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// The short name in addresses: `en`, `zh`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh",
        }
    }

    /// The BCP 47 tag for `lang` attributes and `Content-Language`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-Hans",
        }
    }

    /// The language's name in itself.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Chinese => "中文",
        }
    }

    /// The other language, to which the switch leads.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::English => Self::Chinese,
            Self::Chinese => Self::English,
        }
    }

    /// Reads `zh`, `zh-Hans-CN`, `en-GB` by their first part.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let first = tag.split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(first))
    }

    /// The best language of an `Accept-Language` header (RFC 9110 §12.5.4); ties go to the earlier entry.
    #[must_use]
    pub fn negotiate(header: &str) -> Option<Self> {
        let mut best: Option<(u16, Self)> = None;
        for entry in header.split(',').take(ENTRIES_MAX) {
            let mut parts = entry.split(';');
            let Some(language) = parts.next().map(str::trim).and_then(Self::from_tag) else { continue };
            let weight = parts.find_map(|part| part.trim().strip_prefix("q=")).map_or(1000, weight_thousandths);
            if weight > 0 && best.is_none_or(|(known, _)| weight > known) {
                best = Some((weight, language));
            }
        }
        best.map(|(_, language)| language)
    }
}

/// More entries than this are not read.
const ENTRIES_MAX: usize = 32;

/// Reads `0.8` as 800; anything ill-formed weighs nothing.
fn weight_thousandths(text: &str) -> u16 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    match whole {
        "1" => 1000,
        "0" => format!("{fraction:0<3}").get(..3).and_then(|digits| digits.parse().ok()).unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_negotiated() {
        let check =
            |header: &str, expected: Option<Language>| assert_eq!(Language::negotiate(header), expected, "{header}");
        check("zh-CN,zh;q=0.9,en;q=0.8", Some(Language::Chinese));
        check("en;q=0.4, zh-Hant;q=0.41", Some(Language::Chinese));
        check("fr-FR, en;q=0.2", Some(Language::English));
        check("en;q=0, zh;q=0.001", Some(Language::Chinese));
        check("zh;q=0", None);
        check("en, zh", Some(Language::English));
        check("de", None);
        check("", None);
        check("zh;q=é", None);
    }
}
