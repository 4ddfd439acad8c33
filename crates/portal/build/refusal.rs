//! The sentences of refusals in Chinese. The English ones stand with the code that refuses, and the source gives them.
//!
//! ```text
//! [16-031]
//! cause = 数值为负。
//! remedy = 请更正数值；数量不小于零。
//! ```

use std::collections::BTreeMap;
use std::fmt::Write;

/// The sentences of one refusal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Sentences {
    pub(crate) cause: String,
    pub(crate) remedy: String,
}

/// Reads the file. Every number stands once, with both sentences.
pub(crate) fn parse(text: &str) -> Result<BTreeMap<String, Sentences>, String> {
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
            other => return Err(format!("line {}: no field is called {other}", index + 1)),
        }
    }
    match found.iter().find(|(_, sentences)| sentences.cause.is_empty() || sentences.remedy.is_empty()) {
        Some((number, _)) => Err(format!("refusal {number} lacks its cause or remedy")),
        None => Ok(found),
    }
}

/// The source of the table, in the order of the numbers.
pub(crate) fn table(refusals: &BTreeMap<String, Sentences>) -> String {
    let mut out = String::from("/// Number, cause, remedy.\nstatic CHINESE: &[(&str, &str, &str)] = &[\n");
    for (number, Sentences { cause, remedy }) in refusals {
        let _ = writeln!(out, "    ({number:?}, {cause:?}, {remedy:?}),");
    }
    out.push_str("];\n");
    out
}
