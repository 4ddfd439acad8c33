//! The texts of refusals: a block per number with its cause, remedy and who can help, in both languages.
//!
//! ```text
//! [204]
//! cause = The key that signed has been revoked.
//! remedy = Sign with a key in force and send it again.
//! help = The authority that registered you.
//! ```

use std::collections::BTreeMap;
use std::fmt::Write;

/// The three sentences of one refusal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Sentences {
    pub(crate) cause: String,
    pub(crate) remedy: String,
    pub(crate) help: String,
}

/// Number, English, Chinese.
pub(crate) type Refusals = BTreeMap<String, (Sentences, Sentences)>;

fn parse(text: &str) -> Result<BTreeMap<String, Sentences>, String> {
    let mut found: BTreeMap<String, Sentences> = BTreeMap::new();
    let mut current: Option<String> = None;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(number) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            if found.insert(number.to_owned(), Sentences::default()).is_some() {
                return Err(format!("refusal {number} stands twice"));
            }
            current = Some(number.to_owned());
            continue;
        }
        let entry = current.as_ref().and_then(|number| found.get_mut(number));
        let (Some(entry), Some((field, words))) = (entry, line.split_once('=')) else {
            return Err(format!("line {} is not `field = words` under a number", index + 1));
        };
        let words = words.trim().to_owned();
        match field.trim() {
            "cause" => entry.cause = words,
            "remedy" => entry.remedy = words,
            "help" => entry.help = words,
            other => return Err(format!("line {}: no field is called {other}", index + 1)),
        }
    }
    for (number, sentences) in &found {
        if sentences.cause.is_empty() || sentences.remedy.is_empty() || sentences.help.is_empty() {
            return Err(format!("refusal {number} lacks its cause, remedy or help"));
        }
    }
    Ok(found)
}

/// Reads both files; every number stands in both.
pub(crate) fn join(english: &str, chinese: &str) -> Result<Refusals, String> {
    let english = parse(english).map_err(|error| format!("messages/refusals.en.txt: {error}"))?;
    let mut chinese = parse(chinese).map_err(|error| format!("messages/refusals.zh.txt: {error}"))?;
    let mut joined = Refusals::new();
    for (number, sentences) in english {
        let twin = chinese.remove(&number).ok_or(format!("messages/refusals.zh.txt lacks {number}"))?;
        joined.insert(number, (sentences, twin));
    }
    match chinese.keys().next() {
        Some(number) => Err(format!("messages/refusals.en.txt lacks {number}")),
        None => Ok(joined),
    }
}

/// The source of the table, in the order of the numbers.
pub(crate) fn table(refusals: &Refusals) -> String {
    let mut out = String::from("static REFUSALS: &[(&str, Sentences, Sentences)] = &[\n");
    for (number, (english, chinese)) in refusals {
        let _ = write!(out, "    ({number:?}");
        for language in [english, chinese] {
            let Sentences { cause, remedy, help } = language;
            let _ = write!(out, ", Sentences {{ cause: {cause:?}, remedy: {remedy:?}, help: {help:?} }}");
        }
        out.push_str("),\n");
    }
    out.push_str("];\n");
    out
}
