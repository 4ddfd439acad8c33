//! Writes one method of `Words` per message, so that a page that names a missing string does not compile.
//!
//! Arguments are passed in the order of the alphabet.

use crate::message::{Message, Piece, Use};
use std::fmt::Write;

/// The source of `impl Words`, from two files that were compared.
pub(crate) fn methods(english: &[Message], chinese: &[Message]) -> String {
    let mut out = String::from("impl Words {\n");
    for message in english {
        if let Some(twin) = chinese.iter().find(|twin| twin.key == message.key) {
            method(&mut out, message, twin);
        }
    }
    out.push_str("}\n");
    out
}

fn method(out: &mut String, english: &Message, chinese: &Message) {
    let mut arguments = english.arguments();
    for (name, way) in chinese.arguments() {
        if let Some(entry) = arguments.iter_mut().find(|(known, _)| *known == name) {
            entry.1 = entry.1.max(way);
        }
    }
    let parameters: String = arguments
        .iter()
        .map(|(name, way)| match way {
            Use::Value => format!(", {name}: impl Argument"),
            Use::Count => format!(", {name}: impl Count"),
            Use::Address => format!(", {name}: impl AsRef<str>"),
        })
        .collect();
    let _ = writeln!(out, "    /// {}", english.note.replace('`', ""));
    let _ = writeln!(out, "    pub(crate) fn {}(&self{parameters}) -> Markup {{", english.key.replace('-', "_"));
    let _ = writeln!(out, "        let mut out = Markup::default();");
    let _ = writeln!(out, "        match self.language() {{");
    for (language, message) in [("English", english), ("Chinese", chinese)] {
        let _ = writeln!(out, "            Language::{language} => {{");
        body(out, &message.pieces, language);
        let _ = writeln!(out, "            }}");
    }
    let _ = writeln!(out, "        }}\n        out\n    }}");
}

fn body(out: &mut String, pieces: &[Piece], language: &str) {
    for piece in pieces {
        match piece {
            Piece::Words(words) => {
                let _ = writeln!(out, "out.raw({:?});", escape(words));
            }
            Piece::Argument(name) => {
                let _ = writeln!(out, "{name}.write(self, &mut out);");
            }
            // Where the language has one form for every number, there is nothing to choose.
            Piece::Plural(_, branches) if branches.len() == 1 => {
                branches.values().for_each(|branch| body(out, branch, language));
            }
            Piece::Plural(name, branches) => {
                let _ = writeln!(out, "match Plural::of(Language::{language}, {name}.count()) {{");
                for (category, branch) in branches {
                    let pattern = if category == "one" { "Plural::One" } else { "_" };
                    let _ = writeln!(out, "{pattern} => {{");
                    body(out, branch, language);
                    let _ = writeln!(out, "}}");
                }
                let _ = writeln!(out, "}}");
            }
            Piece::Strong(inner) => element(out, "b", inner, language),
            Piece::Code(inner) => element(out, "code", inner, language),
            Piece::Link(inner, name) => {
                let _ = writeln!(out, "out.link_opens(&self.to({name}.as_ref()));");
                body(out, inner, language);
                let _ = writeln!(out, "out.raw(\"</a>\");");
            }
        }
    }
}

fn element(out: &mut String, name: &str, inner: &[Piece], language: &str) {
    let _ = writeln!(out, "out.raw(\"<{name}>\");");
    body(out, inner, language);
    let _ = writeln!(out, "out.raw(\"</{name}>\");");
}

fn escape(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
