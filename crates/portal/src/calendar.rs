//! Milliseconds since 1970 as civil dates in UTC, after the proleptic Gregorian calendar (ISO 8601).

/// How much of a moment to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// The day.
    Date,
    /// The day and the minute.
    Full,
}

/// A moment, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) year: i64,
    pub(crate) month: u8,
    pub(crate) day: u8,
    pub(crate) hour: u8,
    pub(crate) minute: u8,
    pub(crate) second: u8,
}

const DAY_SECONDS: i64 = 86_400;

impl Moment {
    /// Takes milliseconds apart.
    pub(crate) fn from_ms(time_ms: i64) -> Self {
        let seconds = time_ms.div_euclid(1000);
        let (year, month, day) = civil(seconds.div_euclid(DAY_SECONDS));
        let rest = seconds.rem_euclid(DAY_SECONDS);
        let small = |value: i64| u8::try_from(value).unwrap_or(0);
        Self { year, month, day, hour: small(rest / 3600), minute: small(rest / 60 % 60), second: small(rest % 60) }
    }

    /// The form of RFC 3339.
    pub(crate) fn iso(&self) -> String {
        let Self { year, month, day, hour, minute, second } = self;
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

/// Year, month and day of a day number (days since 1970-01-01).
///
/// Counts in eras of 400 years that begin on 1 March, so that the leap day ends a year; after Howard Hinnant,
/// "chrono-compatible low-level date algorithms".
fn civil(days: i64) -> (i64, u8, u8) {
    const ERA_DAYS: i64 = 146_097;
    let shifted = days.saturating_add(719_468);
    let era = shifted.div_euclid(ERA_DAYS);
    let day_of_era = shifted.rem_euclid(ERA_DAYS);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, u8::try_from(month).unwrap_or(1), u8::try_from(day).unwrap_or(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_civil() {
        let check = |time_ms: i64, expected: &str| assert_eq!(Moment::from_ms(time_ms).iso(), expected);
        check(0, "1970-01-01T00:00:00Z");
        check(-1, "1969-12-31T23:59:59Z");
        check(951_782_400_000, "2000-02-29T00:00:00Z");
        check(1_489_484_467_000, "2017-03-14T09:41:07Z");
        check(4_107_542_399_999, "2100-02-28T23:59:59Z");
        check(4_107_542_400_000, "2100-03-01T00:00:00Z");
    }
}
