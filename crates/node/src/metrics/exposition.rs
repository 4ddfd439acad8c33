//! Writing measurements in the Prometheus text format, version 0.0.4.

use super::histogram::Snapshot;
use std::fmt::Write as _;

/// What a measurement is, for those who read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Family {
    /// Its name; ends with its unit, counters with `_total`.
    pub name: &'static str,
    /// How it moves.
    pub kind: Kind,
    /// What it says, in one sentence.
    pub help: &'static str,
}

/// How a measurement moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Up only, from zero at the start of the process.
    Counter,
    /// Up and down.
    Gauge,
    /// Durations by upper bound.
    Histogram,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// A text in the making. Writing to a string cannot fail.
#[derive(Clone, Debug, Default)]
pub struct Exposition(String);

impl Exposition {
    /// One value without labels.
    pub fn one(&mut self, family: &Family, value: f64) {
        self.many(family, [(vec![], value)]);
    }

    /// Values with labels. A family without values is left out whole: nothing is known of it.
    pub fn many<'a>(&mut self, family: &Family, values: impl IntoIterator<Item = (Vec<(&'a str, String)>, f64)>) {
        let mut values = values.into_iter().peekable();
        if values.peek().is_none() {
            return;
        }
        self.head(family);
        for (labels, value) in values {
            let _ = writeln!(self.0, "{}{} {value}", family.name, braced(&labels));
        }
    }

    /// A histogram without labels.
    pub fn histogram(&mut self, family: &Family, snapshot: &Snapshot) {
        self.head(family);
        let name = family.name;
        for (bound, count) in &snapshot.buckets {
            let _ = writeln!(self.0, "{name}_bucket{{le=\"{}\"}} {count}", bound.as_secs_f64());
        }
        let (count, sum) = (snapshot.count, snapshot.sum.as_secs_f64());
        let _ = writeln!(self.0, "{name}_bucket{{le=\"+Inf\"}} {count}\n{name}_sum {sum}\n{name}_count {count}");
    }

    /// The whole text.
    pub fn into_text(self) -> String {
        self.0
    }

    fn head(&mut self, family: &Family) {
        let (name, kind) = (family.name, family.kind.name());
        let _ = writeln!(self.0, "# HELP {name} {}\n# TYPE {name} {kind}", family.help);
    }
}

fn braced(labels: &[(&str, String)]) -> String {
    if labels.is_empty() {
        return String::new();
    }
    let pairs: Vec<String> = labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
    format!("{{{}}}", pairs.join(","))
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const FAMILY: Family = Family { name: "chancery_test_seconds", kind: Kind::Gauge, help: "A test." };

    #[test]
    fn names_from_outside_cannot_break_a_line() {
        let mut text = Exposition::default();
        text.many(&FAMILY, [(vec![("validator", "a\"b\\c\nd".to_owned())], -0.25)]);
        let expected = "# HELP chancery_test_seconds A test.\n# TYPE chancery_test_seconds gauge\n\
                        chancery_test_seconds{validator=\"a\\\"b\\\\c\\nd\"} -0.25\n";
        assert_eq!(text.into_text(), expected);
    }

    #[test]
    fn what_is_not_known_is_not_written() {
        let mut text = Exposition::default();
        text.many(&FAMILY, []);
        assert_eq!(text.into_text(), "");
    }

    #[test]
    fn a_histogram_ends_with_everything() {
        let snapshot =
            Snapshot { buckets: vec![(Duration::from_millis(25), 2)], count: 3, sum: Duration::from_millis(1_040) };
        let mut text = Exposition::default();
        text.histogram(&Family { kind: Kind::Histogram, ..FAMILY }, &snapshot);
        let text = text.into_text();
        let lines: Vec<&str> = text.lines().skip(2).collect();
        assert_eq!(
            lines,
            [
                "chancery_test_seconds_bucket{le=\"0.025\"} 2",
                "chancery_test_seconds_bucket{le=\"+Inf\"} 3",
                "chancery_test_seconds_sum 1.04",
                "chancery_test_seconds_count 3"
            ]
        );
    }
}
