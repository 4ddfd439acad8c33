//! What all pages share: the words, the state of the network, where the reader is.

use crate::ask::Ask;
use crate::assets;
use crate::language::Language;
use crate::refusals;
use crate::source::Source;
use crate::view::{NetworkState, RefusalText};
use crate::words::Words;
use std::sync::Arc;

/// The part of the site that a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    Statistics,
    Registers,
    Authorities,
    Blocks,
    Refusals,
    Check,
    Network,
    /// No entry of the navigation.
    Elsewhere,
}

/// What all pages share.
#[derive(Clone)]
pub(crate) struct Frame {
    source: Arc<dyn Source>,
    pub(crate) words: Words,
    /// Nothing if the source could not be read; the page then says so.
    pub(crate) state: Option<NetworkState>,
    pub(crate) section: Section,
    /// The same page in the other language.
    pub(crate) switch_address: String,
    /// The same page's data, where there is a twin.
    pub(crate) data_address: Option<String>,
    /// The folder of style, script and marks.
    pub(crate) assets: String,
}

impl Frame {
    pub(crate) fn new(source: Arc<dyn Source>, ask: &Ask, state: Option<NetworkState>) -> Self {
        let network_id = state.as_ref().map_or("", |state| state.id.as_str());
        Self {
            source,
            words: Words::new(ask.language, ask.prefix),
            switch_address: ask.address_in(ask.language.other()),
            data_address: None,
            section: Section::Elsewhere,
            assets: assets::folder(network_id),
            state,
        }
    }

    /// The language of the page.
    pub(crate) const fn language(&self) -> Language {
        self.words.language()
    }

    /// What a refusal means.
    pub(crate) fn refusal_text(&self, number: &str) -> Option<RefusalText> {
        Some(refusals::translated(number, self.source.refusal_text(number)?))
    }

    /// Whether a navigation entry is the reader's own section.
    pub(crate) fn is_in(&self, section: Section) -> bool {
        self.section == section
    }
}
