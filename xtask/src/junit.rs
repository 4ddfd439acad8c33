//! Counting what the test runner did, from the JUnit report that it writes.
//!
//! A test that cannot run here (its data is not there, for example) passes for the runner and prints a line that
//! begins with `skipped:`. It counts as skipped, and the reason is shown: a test that did nothing is not a pass.

/// How many checks passed, failed, and did not run, each with what there is to say about it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: usize,
    pub(crate) failures: Vec<String>,
    pub(crate) skips: Vec<String>,
}

impl Tally {
    pub(crate) fn passed() -> Self {
        Self { passed: 1, ..Self::default() }
    }

    pub(crate) fn failed(what: impl Into<String>) -> Self {
        Self { failures: vec![what.into()], ..Self::default() }
    }

    pub(crate) fn skipped(what: impl Into<String>) -> Self {
        Self { skips: vec![what.into()], ..Self::default() }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failures.extend(other.failures);
        self.skips.extend(other.skips);
    }
}

/// Reads a report of `cargo nextest`.
pub(crate) fn read(report: &str) -> Tally {
    let mut tally = Tally::default();
    for case in report.split("<testcase ").skip(1) {
        let case = case.split("</testcase>").next().unwrap_or_default();
        let name = format!("{}::{}", attribute(case, "classname"), attribute(case, "name"));
        let reason = case.lines().find_map(skip_reason);
        if case.contains("<failure") || case.contains("<error") {
            tally.failures.push(name);
        } else if let Some(reason) = reason {
            tally.skips.push(format!("{name}: {reason}"));
        } else {
            tally.passed += 1;
        }
    }
    tally
}

/// Reads the summaries that `cargo test` prints, one for each test binary.
pub(crate) fn read_libtest(output: &str) -> Tally {
    let mut tally = Tally::default();
    for line in output.lines() {
        if let Some(counts) = line.strip_prefix("test result: ") {
            tally.passed += count(counts, " passed");
            let ignored = count(counts, " ignored");
            tally.skips.extend((0..ignored).map(|_| "a test marked #[ignore]".to_owned()));
        } else if let Some(name) = line.strip_prefix("test ").and_then(|rest| rest.strip_suffix(" ... FAILED")) {
            tally.failures.push(name.to_owned());
        }
    }
    tally
}

fn skip_reason(line: &str) -> Option<&str> {
    let text = line.rsplit('>').next().unwrap_or(line);
    text.trim_start().strip_prefix("skipped:").map(str::trim)
}

fn attribute<'a>(element: &'a str, name: &str) -> &'a str {
    let opening = format!("{name}=\"");
    let mut starts = element.match_indices(&opening).filter(|(at, _)| {
        let before = element.get(..*at).unwrap_or_default();
        before.is_empty() || before.ends_with(' ')
    });
    let rest = starts.next().and_then(|(at, found)| element.get(at + found.len()..)).unwrap_or_default();
    rest.split('"').next().unwrap_or_default()
}

fn count(text: &str, label: &str) -> usize {
    let before = text.split(label).next().unwrap_or_default();
    let digits = before.rsplit(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    if text.contains(label) { digits.parse().unwrap_or(0) } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::{read, read_libtest};

    #[test]
    fn cases_are_told_apart() {
        let report = r#"<testsuites name="nextest-run" tests="3" failures="1">
            <testsuite name="chancery-ledger">
              <testcase name="block::passes" classname="chancery-ledger" time="0.1"></testcase>
              <testcase name="block::fails" classname="chancery-ledger"><failure type="x">boom</failure></testcase>
              <testcase name="real::loads" classname="chancery-ledger">
                <system-out>running 1 test
skipped: the data folder is not there
</system-out></testcase>
            </testsuite></testsuites>"#;
        let tally = read(report);
        assert_eq!(tally.passed, 1);
        assert_eq!(tally.failures, ["chancery-ledger::block::fails"]);
        assert_eq!(tally.skips, ["chancery-ledger::real::loads: the data folder is not there"]);
    }

    #[test]
    fn a_case_without_content_counts() {
        assert_eq!(read(r#"<testcase name="a" classname="b" time="1"/><testcase name="c" classname="b"/>"#).passed, 2);
        assert_eq!(read("").passed, 0);
    }

    #[test]
    fn libtest_summaries_add_up() {
        let output = "test a ... ok\ntest b ... FAILED\n\
                      test result: FAILED. 11 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out\n\
                      test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n";
        let tally = read_libtest(output);
        assert_eq!((tally.passed, tally.failures.len(), tally.skips.len()), (14, 1, 2));
    }
}
