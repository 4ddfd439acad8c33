//! Finding a page by an id, a number, a name or a place.

use super::words::{as_filed, both};
use super::{Desk, Read};
use chancery_ledger::rejection::RejectionText;
use chancery_portal::view::{Found, FoundItem, Noun, Text};
use chancery_readmodel::{Hit, HitKind, RecordFilter};
use chancery_types::code::RegionCode;
use chancery_types::ids::{Height, MemberId};
use chancery_types::member::MemberKind;

/// How many figures and how many records of one place are named.
const OF_PLACE_MAX: usize = 3;

impl Desk<'_> {
    /// What fits. An id or a number that names exactly one thing leads straight to its page.
    pub(super) fn find(&self, query: &str, limit: usize) -> Read<Found> {
        let query = query.trim();
        if query.is_empty() {
            return Ok(Found::default());
        }
        // Ids are written in lower case; names are compared without case by the database.
        let words = if is_hexadecimal(query) { query.to_lowercase() } else { query.to_owned() };
        let mut items = Vec::new();
        let mut exact = Vec::new();
        if let Some(path) = self.block_by_height(&words)? {
            items.push(item(Noun::Block, both(format!("Block {words}"), format!("区块 {words}")), None, path.clone()));
            exact.push(path);
        }
        for hit in self.model.search(&words, limit.saturating_add(1))? {
            let found = self.found(&hit)?;
            if hit.id == words || hit.kind == HitKind::Block {
                exact.extend(found.iter().map(|item| item.path.clone()));
            }
            items.extend(found);
        }
        for refusal in self.refusals_like(&words) {
            if refusal.path.ends_with(&format!("/{words}")) {
                exact.push(refusal.path.clone());
            }
            items.push(refusal);
        }
        let more = items.len() > limit;
        items.truncate(limit);
        let exact = if let [only] = exact.as_slice() { Some(only.clone()) } else { None };
        Ok(Found { exact, items, more })
    }

    fn found(&self, hit: &Hit) -> Read<Vec<FoundItem>> {
        let id = &hit.id;
        let name = as_filed(&hit.name);
        Ok(match hit.kind {
            HitKind::Region => return self.of_place(id, &hit.name),
            HitKind::Member => vec![self.found_member(id, name)?],
            HitKind::Register => vec![item(Noun::Register, name, Some(id), format!("/registers/{id}"))],
            HitKind::Record => vec![item(Noun::Record, name, None, format!("/records/{id}"))],
            HitKind::Transaction => vec![item(Noun::Transaction, name, None, format!("/transactions/{id}"))],
            HitKind::Block => vec![item(Noun::Block, name, Some(id), format!("/blocks/{id}"))],
        })
    }

    fn found_member(&self, id: &str, name: Text) -> Read<FoundItem> {
        let Some(row) = id.parse::<MemberId>().ok().map(|id| self.model.member(&id)).transpose()?.flatten() else {
            return Ok(item(Noun::Member, name, None, format!("/members/{id}")));
        };
        let region = self.region(&row.member.region)?;
        let note = format!("{} · {}", region.code, region.name.text);
        let folder = if row.member.kind == MemberKind::Authority { "authorities" } else { "members" };
        let name = self.link(&row.member.id)?.name;
        Ok(item(Noun::Member, name, Some(&note), format!("/{folder}/{id}")))
    }

    /// A place has no page of its own: what was published of it and what was filed there lately.
    fn of_place(&self, code: &str, name: &str) -> Read<Vec<FoundItem>> {
        let Ok(region) = code.parse::<RegionCode>() else { return Ok(Vec::new()) };
        let mut items = Vec::new();
        for figure in self.model.figures_in(&region, OF_PLACE_MAX)? {
            let figure = figure.value;
            let title = self.model.register(&figure.register)?.map(|row| row.register.title);
            let note = format!("{} {}", title.unwrap_or_else(|| figure.register.to_string()), figure.period);
            let path = format!("/statistics/{}/{}/{code}", figure.register, figure.period);
            items.push(item(Noun::Figure, as_filed(name), Some(&note), path));
        }
        let filter = RecordFilter { region: Some(region), ..RecordFilter::default() };
        for record in self.model.latest_records(&filter, OF_PLACE_MAX)? {
            let subject = self.link(&record.subject)?.name;
            let note = format!("{} {} · {code} {name}", record.register, record.period);
            items.push(item(Noun::Record, subject, Some(&note), format!("/records/{}", record.id)));
        }
        Ok(items)
    }

    fn block_by_height(&self, words: &str) -> Read<Option<String>> {
        // A number with leading zeros is a region's code.
        let height = words.parse::<u64>().ok().filter(|height| height.to_string() == words).map(Height);
        match height {
            Some(height) => Ok(self.model.block(height)?.map(|_| format!("/blocks/{height}"))),
            None => Ok(None),
        }
    }

    fn refusals_like(&self, words: &str) -> Vec<FoundItem> {
        let lower = words.to_lowercase();
        let fits = |text: &&RejectionText| {
            text.code.to_string() == words || lower.len() > 3 && text.cause.to_lowercase().contains(&lower)
        };
        self.refusals
            .iter()
            .filter(fits)
            .map(|text| {
                let number = text.code.to_string();
                let name = Text::new("en", text.cause);
                item(Noun::Refusal, name, Some(&number), format!("/refusals/{number}"))
            })
            .collect()
    }
}

fn is_hexadecimal(query: &str) -> bool {
    query.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn item(noun: Noun, name: Text, note: Option<&str>, path: String) -> FoundItem {
    FoundItem { noun, name, note: note.map(as_filed), path }
}
