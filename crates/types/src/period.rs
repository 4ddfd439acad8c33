//! The time a record is about (valid time): ISO 8601 years, months and days, and SDMX quarters.

use std::fmt;

/// A period, written `2016`, `2016-Q1`, `2016-03` or `2016-03-31`. Years run from 1000 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Period {
    /// A calendar year.
    Year(u16),
    /// A quarter, 1 to 4.
    Quarter(u16, u8),
    /// A month, 1 to 12.
    Month(u16, u8),
    /// A day.
    Day(u16, u8, u8),
}

/// The text is not a period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a period is written 2016, 2016-Q1, 2016-03 or 2016-03-31")]
pub struct InvalidPeriod;

fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn digits<T: std::str::FromStr>(text: &str, length: usize) -> Result<T, InvalidPeriod> {
    if text.len() == length && text.bytes().all(|b| b.is_ascii_digit()) {
        text.parse().map_err(|_| InvalidPeriod)
    } else {
        Err(InvalidPeriod)
    }
}

fn within(value: u8, low: u8, high: u8) -> Result<u8, InvalidPeriod> {
    if (low..=high).contains(&value) { Ok(value) } else { Err(InvalidPeriod) }
}

impl std::str::FromStr for Period {
    type Err = InvalidPeriod;

    fn from_str(text: &str) -> Result<Self, InvalidPeriod> {
        let mut parts = text.split('-');
        let year: u16 = digits(parts.next().unwrap_or_default(), 4)?;
        if year < 1000 {
            return Err(InvalidPeriod);
        }
        let (second, third, rest) = (parts.next(), parts.next(), parts.next());
        match (second, third, rest) {
            (None, ..) => Ok(Self::Year(year)),
            (Some(second), None, _) => match second.strip_prefix('Q') {
                Some(quarter) => Ok(Self::Quarter(year, within(digits(quarter, 1)?, 1, 4)?)),
                None => Ok(Self::Month(year, within(digits(second, 2)?, 1, 12)?)),
            },
            (Some(second), Some(third), None) => {
                let month = within(digits(second, 2)?, 1, 12)?;
                Ok(Self::Day(year, month, within(digits(third, 2)?, 1, days_in_month(year, month))?))
            }
            _ => Err(InvalidPeriod),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Year(year) => write!(f, "{year:04}"),
            Self::Quarter(year, quarter) => write!(f, "{year:04}-Q{quarter}"),
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Self::Day(year, month, day) => write!(f, "{year:04}-{month:02}-{day:02}"),
        }
    }
}

impl<C> minicbor::Encode<C> for Period {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.str(&self.to_string())?;
        Ok(())
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Period {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        d.str()?.parse().map_err(|_| minicbor::decode::Error::message("not a period"))
    }
}

impl serde::Serialize for Period {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Period {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_read_as_they_are_written() {
        for text in ["2016", "2016-Q4", "2016-12", "2016-02-29", "2100-02-28"] {
            assert_eq!(text.parse::<Period>().map(|p| p.to_string()), Ok(text.to_owned()));
        }
        for bad in [
            "",
            "16",
            "0999",
            "2016-13",
            "2016-00",
            "2016-Q5",
            "2015-02-29",
            "2100-02-29",
            "2016-1",
            "2016-01-01-01",
            "+016",
        ] {
            assert_eq!(bad.parse::<Period>(), Err(InvalidPeriod), "{bad}");
        }
    }
}
