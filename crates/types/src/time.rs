//! Time as the ledger knows it.

use minicbor::{Decode, Encode};
use std::fmt;

/// UTC milliseconds since 1970-01-01 (without leap seconds): the time of a block, agreed and monotone.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Encode,
    Decode,
    serde::Serialize,
    serde::Deserialize,
)]
#[cbor(transparent)]
#[serde(transparent)]
pub struct BlockTime(pub u64);

/// Milliseconds in a minute.
pub const MINUTE_MS: u64 = 60_000;
/// Milliseconds in an hour.
pub const HOUR_MS: u64 = 60 * MINUTE_MS;
/// Milliseconds in a day.
pub const DAY_MS: u64 = 24 * HOUR_MS;

impl BlockTime {
    /// This time and so many milliseconds more; stays at the end of time rather than wrap.
    pub const fn plus_ms(self, ms: u64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// The civil date `(year, month, day)` of this time, by the proleptic Gregorian calendar.
    pub const fn date(self) -> (i64, u8, u8) {
        // Howard Hinnant's days-to-civil algorithm, in unsigned arithmetic since 1970 lies after its epoch 0000-03-01.
        let days = self.0 / DAY_MS + 719_468;
        let era = days / 146_097;
        let day_of_era = days % 146_097;
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
        #[expect(clippy::cast_possible_truncation, reason = "a month is at most 12 and a day at most 31")]
        #[expect(clippy::cast_possible_wrap, reason = "u64 milliseconds hold fewer than 600 million years")]
        (year as i64, month as u8, day as u8)
    }
}

impl fmt::Display for BlockTime {
    /// ISO 8601 in UTC, to the second.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.date();
        let second = self.0 / 1_000 % 86_400;
        write!(f, "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", second / 3_600, second / 60 % 60, second % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_times_are_written_in_iso_8601() {
        for (ms, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400_000, "2000-02-29T00:00:00Z"),
            (1_795_363_199_000, "2026-11-22T15:59:59Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(BlockTime(ms).to_string(), text);
        }
    }
}
