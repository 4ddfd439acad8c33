//! Refusals and how often each was given.

use super::words::PUBLISH;
use super::{Desk, Read, words};
use chancery_ledger::rejection::RejectionText;
use chancery_portal::view::{Refusal, TransactionSummary};
use chancery_statistics::ids::STATISTICS;
use chancery_types::rejection::RejectionCode;
use std::collections::BTreeMap;

impl Desk<'_> {
    /// Every refusal of what is installed, and every other that this network ever gave, by number.
    pub(super) fn refusals(&self) -> Read<Vec<Refusal>> {
        let known = self.refusals.iter().map(|text| (text.code, 0));
        let mut counts: BTreeMap<RejectionCode, u64> = known.collect();
        counts.extend(self.model.refusal_counts()?.into_iter().map(|given| (given.code, given.count)));
        Ok(counts.into_iter().map(|(code, count)| self.refusal_summary(code, count)).collect())
    }

    pub(super) fn refusal(&self, code: RejectionCode, limit: usize) -> Read<Option<Refusal>> {
        let Some(found) = self.refusals()?.into_iter().find(|refusal| refusal.number == code.to_string()) else {
            return Ok(None);
        };
        let recent = self.transaction_summaries(&self.model.refused_with(code, limit)?)?;
        Ok(Some(Refusal { recent, ..found }))
    }

    pub(super) fn refused_publications(&self, limit: usize) -> Read<Vec<TransactionSummary>> {
        self.transaction_summaries(&self.model.refused_of_kind(STATISTICS, PUBLISH, limit)?)
    }

    pub(super) fn refusal_words(&self, code: RejectionCode) -> Option<RejectionText> {
        self.refusals.iter().copied().find(|text| text.code == code)
    }

    fn refusal_summary(&self, code: RejectionCode, count: u64) -> Refusal {
        Refusal {
            number: code.to_string(),
            name: self.refusal_words(code).map_or_else(|| code.to_string(), |text| text.name.to_owned()),
            application: words::application(code.application, self.applications),
            count,
            recent: Vec::new(),
        }
    }
}
