//! What the pages show, as plain values. A [`Source`](crate::Source) fills them; the templates read them; the data
//! twins (`.json`) are their serialisation.
//!
//! Ids are hex or the short codes of their registers, times are UTC milliseconds of blocks, heights are block
//! heights, counts are whole numbers.

mod figure;
mod ledger;
mod network;
mod party;
mod receipt;
mod record;

pub use figure::{Figure, FigureSummary, Part, Proof, Rate, Vintage};
pub use ledger::{
    Block, BlockSummary, Found, FoundItem, Noun, Outcome, Refusal, RefusalText, Transaction, TransactionSummary,
};
pub use network::{Head, Network, NetworkState, Reach, Validator};
pub use party::{Authority, AuthorityLine, Member, MemberKey, MemberKind, MemberLink, Role};
pub use receipt::{CheckResult, CheckStep, Fact, Step, StepState, Verdict};
pub use record::{
    Act, ActKind, Cell, Class, Field, Record, RecordSummary, Register, RegisterSummary, Season, Standing, Value,
    Version,
};

use serde::Serialize;

/// A name or sentence that comes from the ledger, in the language of its author, with official translations.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Text {
    /// The words as filed.
    pub text: String,
    /// Their language as a BCP 47 tag; empty if unknown.
    pub language: String,
    /// Official translations: language tag and words.
    pub translations: Vec<(String, String)>,
}

impl Text {
    /// Words in a language.
    #[must_use]
    pub fn new(language: &str, text: impl Into<String>) -> Self {
        Self { text: text.into(), language: language.to_owned(), translations: Vec::new() }
    }

    /// The same, with a translation.
    #[must_use]
    pub fn with(mut self, language: &str, text: impl Into<String>) -> Self {
        self.translations.push((language.to_owned(), text.into()));
        self
    }

    /// The words for a reader of `language`, and the language that they are in.
    #[must_use]
    pub fn in_language(&self, language: &str) -> (&str, &str) {
        let same = |tag: &str| tag.split('-').next() == Some(language);
        if same(&self.language) {
            return (&self.text, &self.language);
        }
        match self.translations.iter().find(|(tag, _)| same(tag)) {
            Some((tag, text)) => (text, tag),
            None => (&self.text, &self.language),
        }
    }
}

/// When and in which block something was entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Stamp {
    /// The block's height.
    pub height: u64,
    /// The block's agreed time, UTC milliseconds.
    pub time_ms: i64,
}

/// A region and its name. The code is data and keeps its leading zeros.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Region {
    /// The code, as text.
    pub code: String,
    /// The name.
    pub name: Text,
}

/// Part of a longer list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Slice<T> {
    /// The items on this page.
    pub items: Vec<T>,
    /// What to pass as `after` for the next page; nothing at the end.
    pub next: Option<String>,
}
