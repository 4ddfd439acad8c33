//! The sentences of refusals, from `messages/refusals.en.txt` and `messages/refusals.zh.txt`.

use crate::language::Language;

/// Cause, remedy and who can help, in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sentences {
    pub(crate) cause: &'static str,
    pub(crate) remedy: &'static str,
    pub(crate) help: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/refusals.rs"));

/// The sentences of a number; nothing if the message files do not know it.
pub(crate) fn sentences(number: &str, language: Language) -> Option<Sentences> {
    let (_, english, chinese) = REFUSALS.iter().find(|(known, _, _)| *known == number)?;
    Some(match language {
        Language::English => *english,
        Language::Chinese => *chinese,
    })
}

/// Whether the message files know a number.
pub(crate) fn is_known(number: &str) -> bool {
    REFUSALS.iter().any(|(known, _, _)| *known == number)
}
