//! Numbers in addresses: digits and nothing else, so that a number has one spelling.

use serde::de::Error;
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;

/// A number from `LOW` to `HIGH`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Number<const LOW: u64, const HIGH: u64>(pub(crate) u64);

impl<'de, const LOW: u64, const HIGH: u64> Deserialize<'de> for Number<LOW, HIGH> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <Cow<'de, str>>::deserialize(deserializer)?;
        let number = text.parse::<u64>().ok().filter(|number| number.to_string() == text);
        match number {
            Some(number) if (LOW..=HIGH).contains(&number) => Ok(Self(number)),
            _ => Err(D::Error::custom(format_args!("a number from {LOW} to {HIGH} is wanted, in digits"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Number;
    use serde::Deserialize;
    use serde::de::IntoDeserializer;
    use serde::de::value::{Error, StrDeserializer};

    #[test]
    fn a_number_has_one_spelling_and_bounds() {
        let check = |text: &str, expected: Option<u64>| {
            let deserializer: StrDeserializer<'_, Error> = text.into_deserializer();
            let read = Number::<1, 1000>::deserialize(deserializer).ok().map(|number| number.0);
            assert_eq!(read, expected, "{text:?}");
        };
        check("1", Some(1));
        check("1000", Some(1000));
        for bad in ["", "0", "1001", "+5", "05", " 5", "5.0", "1e2", "-1", "18446744073709551616"] {
            check(bad, None);
        }
    }
}
