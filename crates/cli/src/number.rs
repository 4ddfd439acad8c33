//! Numbers and tables as people read them.

/// A table with aligned columns.
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max().unwrap_or(0))
        .collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width_max) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', width_max.saturating_sub(width(cell)) + 2));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Columns on a terminal: ideographs and full-width forms take two.
fn width(text: &str) -> usize {
    text.chars()
        .map(|c| if ('\u{2e80}'..='\u{d7a3}').contains(&c) || ('\u{ff01}'..='\u{ff60}').contains(&c) { 2 } else { 1 })
        .sum()
}

/// An integer with its thousands apart.
pub(crate) fn grouped(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if value < 0 { format!("-{text}") } else { text }
}

/// A ratio in per cent with so many decimals, rounded half up, computed in integers.
pub(crate) fn per_cent(numerator: i64, denominator: i64, decimals: u8) -> Option<String> {
    if denominator <= 0 || numerator < 0 {
        return None;
    }
    let scale = 10i128.checked_pow(u32::from(decimals))?;
    let (numerator, denominator) = (i128::from(numerator), i128::from(denominator));
    let scaled = (numerator * 100 * scale * 2 + denominator) / (denominator * 2);
    let whole = scaled / scale;
    Some(match decimals {
        0 => whole.to_string(),
        _ => format!("{whole}.{:0width$}", scaled % scale, width = usize::from(decimals)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_ratios_rounded_half_up() {
        for (value, text) in
            [(0, "0"), (999, "999"), (1_000, "1,000"), (159_824_216, "159,824,216"), (-1_234, "-1,234")]
        {
            assert_eq!(grouped(value), text);
        }
        for (numerator, denominator, decimals, text) in [
            (7_858_855, 159_824_216, 1, Some("4.9")),
            (1, 8, 1, Some("12.5")),
            (1, 16, 1, Some("6.3")),
            (1, 200, 0, Some("1")),
            (0, 5, 2, Some("0.00")),
            (1, 0, 1, None),
        ] {
            assert_eq!(per_cent(numerator, denominator, decimals).as_deref(), text, "{numerator}/{denominator}");
        }
    }

    #[test]
    fn columns_are_aligned_also_under_wide_characters() {
        let rows = [vec!["清河".to_owned(), "1".to_owned()], vec!["abcd".to_owned(), "2".to_owned()]];
        assert_eq!(table(&rows), "清河  1\nabcd  2\n");
    }
}
