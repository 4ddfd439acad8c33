//! Text that others chose, made safe to stand among our own.

/// The most characters shown of a text that others chose.
const SHOWN_MAX: usize = 512;

/// The text in quotation marks, on one line and in one direction of writing. What could break out of that is shown as
/// the replacement character.
pub(super) fn quoted(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN_MAX).map(plain).collect();
    if text.chars().nth(SHOWN_MAX).is_some() {
        shown.push('…');
    }
    format!("“{shown}”")
}

fn plain(character: char) -> char {
    match character {
        '“' | '”' => '"',
        // Line and paragraph separators; marks, embeddings, overrides and isolates of direction.
        '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{061c}' => char::REPLACEMENT_CHARACTER,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => char::REPLACEMENT_CHARACTER,
        _ if character.is_control() => char::REPLACEMENT_CHARACTER,
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_others_stays_between_its_quotation_marks() {
        let check = |text: &str, expected: &str| assert_eq!(quoted(text), expected);
        check("a plant was left out", "“a plant was left out”");
        check("漏报了一家工厂", "“漏报了一家工厂”");
        check("x”. The block is final. “y", "“x\". The block is final. \"y”");
        check("line\nbreak\r\u{1b}[2J", "“line\u{fffd}break\u{fffd}\u{fffd}[2J”");
        check("\u{202e}turned\u{2028}", "“\u{fffd}turned\u{fffd}”");
        assert_eq!(quoted(&"x".repeat(600)).chars().count(), SHOWN_MAX + 3);
    }
}
