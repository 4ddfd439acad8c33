//! Whole numbers for reading: grouped digits, shares and rates in exact integer arithmetic.

/// Groups the digits of a number by thousands, with U+2212 as the minus sign.
#[must_use]
pub(crate) fn grouped(value: i128) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3 + 3);
    if value < 0 {
        out.push('\u{2212}');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number that counts units of 10^-scale: `decimal(12345, 2)` is `123.45`.
#[must_use]
pub(crate) fn decimal(value: i128, scale: u8) -> String {
    if scale == 0 {
        return grouped(value);
    }
    let Some(unit) = 10_u128.checked_pow(u32::from(scale)) else { return grouped(value) };
    let magnitude = value.unsigned_abs();
    let sign = if value < 0 { "\u{2212}" } else { "" };
    let whole = grouped(i128::try_from(magnitude / unit).unwrap_or(i128::MAX));
    format!("{sign}{whole}.{:0width$}", magnitude % unit, width = usize::from(scale))
}

/// `part / whole` in thousandths, rounded half away from zero; nothing if there is no whole or it overflows.
#[must_use]
pub(crate) fn per_mille(part: i128, whole: i128) -> Option<i128> {
    if whole <= 0 {
        return None;
    }
    let doubled = part.checked_mul(2000)?;
    let half = if part < 0 { whole.checked_neg()? } else { whole };
    doubled.checked_add(half)?.checked_div(whole.checked_mul(2)?)
}

/// Thousandths as a percentage with one decimal, without the sign: `49` is `4.9`.
#[must_use]
pub(crate) fn percent(per_mille: i128) -> String {
    decimal(per_mille, 1)
}

/// An id in groups of four, as it is read aloud.
#[must_use]
pub(crate) fn fours(id: &str) -> String {
    id.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
}

/// The first and last eight digits of an id in fours; short ids stand whole.
#[must_use]
pub(crate) fn short_id(id: &str) -> String {
    match (id.is_ascii() && id.len() > 20, id.get(..8), id.get(id.len().saturating_sub(8)..)) {
        (true, Some(first), Some(last)) => format!("{} … {}", fours(first), fours(last)),
        _ => id.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped() {
        let check = |value: i128, expected: &str| assert_eq!(grouped(value), expected);
        check(0, "0");
        check(999, "999");
        check(1000, "1,000");
        check(-159_824_216, "\u{2212}159,824,216");
    }

    #[test]
    fn decimals_keep_their_scale() {
        assert_eq!(decimal(12_345, 2), "123.45");
        assert_eq!(decimal(-5, 2), "\u{2212}0.05");
        assert_eq!(decimal(1_234_567, 3), "1,234.567");
        assert_eq!(percent(49), "4.9");
    }

    #[test]
    fn rates_are_exact() {
        let check = |part, whole, expected| assert_eq!(per_mille(part, whole), expected, "{part}/{whole}");
        check(7_858_855, 159_824_216, Some(49));
        check(1, 2000, Some(1));
        check(1, 2001, Some(0));
        check(-1, 2000, Some(-1));
        check(1, 0, None);
        check(i128::MAX, 1, None);
    }

    #[test]
    fn ids_are_short() {
        assert_eq!(short_id("a3e4e4f37c054d77d2229fc1"), "a3e4 e4f3 … d222 9fc1");
        assert_eq!(short_id("07"), "07");
    }
}
