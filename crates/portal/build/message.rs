//! The message files: one key per line, a translator's note above it, and a value in a small notation.
//!
//! ```text
//! # Under the title of the first page. {due} is a date.
//! home-late = {count: one = *{count}* return is | other = *{count}* returns are} late since [{due}](link).
//! ```
//!
//! - `{name}` is an argument; `{name: one = … | other = …}` chooses by the plural rule of the language.
//! - `*words*` are strong, `` `words` `` are code, `[words](name)` is a link to the argument `name`.
//! - A line that starts with a space continues the value above it.
//!
//! Sentences are never put together from parts: whatever varies stands inside the sentence.

use std::collections::{BTreeMap, BTreeSet};

/// One piece of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Words as they are.
    Words(String),
    /// The value of an argument.
    Argument(String),
    /// Pieces chosen by the plural category of an argument.
    Plural(String, BTreeMap<String, Vec<Piece>>),
    /// Strong words.
    Strong(Vec<Piece>),
    /// Words of a machine.
    Code(Vec<Piece>),
    /// Words that lead to the address in an argument.
    Link(Vec<Piece>, String),
}

/// One message: its line in the file, and its pieces.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) key: String,
    pub(crate) note: String,
    pub(crate) pieces: Vec<Piece>,
}

/// What an argument is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Use {
    Value,
    Count,
    Address,
}

impl Message {
    /// The arguments in the order of the alphabet, so that rewording a message never changes what its callers pass.
    pub(crate) fn arguments(&self) -> Vec<(String, Use)> {
        let mut found = Vec::new();
        collect(&self.pieces, &mut found);
        found.sort();
        found
    }
}

fn collect(pieces: &[Piece], found: &mut Vec<(String, Use)>) {
    let mut note = |name: &String, way: Use| match found.iter_mut().find(|(known, _)| known == name) {
        Some(entry) => entry.1 = entry.1.max(way),
        None => found.push((name.clone(), way)),
    };
    for piece in pieces {
        match piece {
            Piece::Words(_) => {}
            Piece::Argument(name) => note(name, Use::Value),
            Piece::Plural(name, _) => note(name, Use::Count),
            Piece::Link(_, name) => note(name, Use::Address),
            Piece::Strong(_) | Piece::Code(_) => {}
        }
    }
    for piece in pieces {
        match piece {
            Piece::Plural(_, branches) => branches.values().for_each(|branch| collect(branch, found)),
            Piece::Strong(inner) | Piece::Code(inner) | Piece::Link(inner, _) => collect(inner, found),
            Piece::Words(_) | Piece::Argument(_) => {}
        }
    }
}

/// Whether a file carries the notes for the translator. They stand once, in English.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notes {
    Required,
    Elsewhere,
}

/// Reads a message file. Every key stands once.
pub(crate) fn parse(text: &str, notes: Notes) -> Result<Vec<Message>, String> {
    let mut messages: Vec<Message> = Vec::new();
    let mut seen = BTreeSet::new();
    for (key, note, value) in lines(text)? {
        if note.is_empty() && notes == Notes::Required {
            return Err(format!("{key} has no note for the translator"));
        }
        if !seen.insert(key.clone()) {
            return Err(format!("{key} stands twice"));
        }
        let mut rest = value.as_str();
        let pieces = pieces(&mut rest, &[]).map_err(|error| format!("{key}: {error}"))?;
        messages.push(Message { key, note, pieces });
    }
    Ok(messages)
}

/// Splits a file into (key, note, value); continued lines are joined by a space.
fn lines(text: &str) -> Result<Vec<(String, String, String)>, String> {
    let mut entries: Vec<(String, String, String)> = Vec::new();
    let mut note = String::new();
    for (index, line) in text.lines().enumerate() {
        if let Some(words) = line.strip_prefix('#') {
            if !note.is_empty() {
                note.push(' ');
            }
            note.push_str(words.trim());
        } else if line.trim().is_empty() {
            note.clear();
        } else if line.starts_with(' ') {
            let last = entries.last_mut().ok_or(format!("line {} continues nothing", index + 1))?;
            last.2.push(' ');
            last.2.push_str(line.trim());
        } else {
            let (key, value) = line.split_once('=').ok_or(format!("line {} has no key", index + 1))?;
            let key = key.trim();
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            if key.is_empty() || !key.chars().all(plain) || value.trim().is_empty() {
                return Err(format!("line {} is not `key = words`", index + 1));
            }
            entries.push((key.to_owned(), std::mem::take(&mut note), value.trim().to_owned()));
        }
    }
    Ok(entries)
}

/// Reads pieces until the end or until one of `stops`, which is left in place.
fn pieces(rest: &mut &str, stops: &[char]) -> Result<Vec<Piece>, String> {
    let mut out = Vec::new();
    let mut words = String::new();
    while let Some(next) = rest.chars().next() {
        if stops.contains(&next) {
            break;
        }
        *rest = rest.strip_prefix(next).unwrap_or_default();
        let piece = match next {
            '{' => argument(rest)?,
            '*' => Piece::Strong(enclosed(rest, '*')?),
            '`' => Piece::Code(enclosed(rest, '`')?),
            '[' => link(rest)?,
            '}' | ']' => return Err(format!("`{next}` without its beginning")),
            _ => {
                words.push(next);
                continue;
            }
        };
        if !words.is_empty() {
            out.push(Piece::Words(std::mem::take(&mut words)));
        }
        out.push(piece);
    }
    if !words.is_empty() {
        out.push(Piece::Words(words));
    }
    Ok(out)
}

fn enclosed(rest: &mut &str, end: char) -> Result<Vec<Piece>, String> {
    let inner = pieces(rest, &[end])?;
    expect(rest, end)?;
    Ok(inner)
}

fn expect(rest: &mut &str, wanted: char) -> Result<(), String> {
    *rest = rest.strip_prefix(wanted).ok_or(format!("`{wanted}` is missing"))?;
    Ok(())
}

fn name(rest: &mut &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_lowercase() || c == '_';
    let end = rest.find(|c| !plain(c)).unwrap_or(rest.len());
    let (name, left) = rest.split_at(end);
    if name.is_empty() {
        return Err("an argument has no name".to_owned());
    }
    *rest = left;
    Ok(name.to_owned())
}

fn link(rest: &mut &str) -> Result<Piece, String> {
    let inner = enclosed(rest, ']')?;
    expect(rest, '(')?;
    let address = name(rest)?;
    expect(rest, ')')?;
    Ok(Piece::Link(inner, address))
}

fn argument(rest: &mut &str) -> Result<Piece, String> {
    let argument = name(rest)?;
    if let Some(left) = rest.strip_prefix('}') {
        *rest = left;
        return Ok(Piece::Argument(argument));
    }
    expect(rest, ':')?;
    let mut branches = BTreeMap::new();
    loop {
        *rest = rest.trim_start();
        let category = name(rest)?;
        *rest = rest.trim_start();
        expect(rest, '=')?;
        *rest = rest.trim_start();
        let mut branch = pieces(rest, &['|', '}'])?;
        if let Some(Piece::Words(last)) = branch.last_mut() {
            last.truncate(last.trim_end().len());
        }
        if branches.insert(category.clone(), branch).is_some() {
            return Err(format!("{category} stands twice"));
        }
        if let Some(left) = rest.strip_prefix('|') {
            *rest = left;
        } else {
            expect(rest, '}')?;
            return Ok(Piece::Plural(argument, branches));
        }
    }
}

/// Both languages have the same keys with the same arguments, and each has its own plural categories.
pub(crate) fn compare(english: &[Message], chinese: &[Message]) -> Result<(), String> {
    let keys = |list: &[Message]| list.iter().map(|message| message.key.clone()).collect::<BTreeSet<_>>();
    let (ours, theirs) = (keys(english), keys(chinese));
    if let Some(key) = ours.difference(&theirs).next() {
        return Err(format!("messages/zh.txt lacks {key}"));
    }
    if let Some(key) = theirs.difference(&ours).next() {
        return Err(format!("messages/en.txt lacks {key}"));
    }
    for message in english {
        let Some(twin) = chinese.iter().find(|twin| twin.key == message.key) else { continue };
        let names = |message: &Message| message.arguments().into_iter().map(|(name, _)| name).collect::<BTreeSet<_>>();
        if names(message) != names(twin) {
            return Err(format!("{}: the two languages take different arguments", message.key));
        }
        plurals(&message.key, &message.pieces, &["one", "other"])?;
        plurals(&twin.key, &twin.pieces, &["other"])?;
    }
    Ok(())
}

fn plurals(key: &str, list: &[Piece], categories: &[&str]) -> Result<(), String> {
    for piece in list {
        match piece {
            Piece::Plural(_, branches) => {
                let present: Vec<&str> = branches.keys().map(String::as_str).collect();
                if present != categories {
                    return Err(format!("{key}: plural categories are {present:?}, not {categories:?}"));
                }
                branches.values().try_for_each(|branch| plurals(key, branch, categories))?;
            }
            Piece::Strong(inner) | Piece::Code(inner) | Piece::Link(inner, _) => plurals(key, inner, categories)?,
            Piece::Words(_) | Piece::Argument(_) => {}
        }
    }
    Ok(())
}
