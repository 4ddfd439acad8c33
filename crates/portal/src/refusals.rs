//! The sentences of refusals: English from the source, where they stand with the code that refuses; Chinese from
//! `messages/refusals.zh.txt`.

use crate::view::{RefusalText, Text};

include!(concat!(env!("OUT_DIR"), "/refusals.rs"));

/// Adds the Chinese sentences of a number, if there are any.
pub(crate) fn translated(number: &str, text: RefusalText) -> RefusalText {
    let Some((_, cause, remedy)) = CHINESE.iter().find(|(known, _, _)| *known == number) else { return text };
    let with = |text: Text, words: &str| text.with("zh-Hans", words);
    RefusalText { cause: with(text.cause, cause), remedy: with(text.remedy, remedy) }
}
