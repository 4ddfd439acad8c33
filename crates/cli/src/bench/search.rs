//! The search for the highest rate that a network keeps up with.

use super::report::{Purpose, Run};
use super::session::{Kind, Session};
use super::words;
use crate::exit::Exit;

/// How long each step lasts: long enough for what cannot be kept up to show.
const PROBE_SECONDS: u32 = 10;
/// The search ends when the lowest rate that failed is no more than this much above the highest that was kept up.
const CLOSE_PERCENT: u64 = 6;
const PROBES_MAX: usize = 12;
/// How often a rate that did not hold for the whole time is lowered before the search is given up, and by how much.
const CONFIRMATIONS_MAX: usize = 4;
const LOWER_PERCENT: u64 = 6;

/// Where a search stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Bracket {
    /// The highest rate that was kept up with.
    kept: Option<u32>,
    /// The lowest that was not.
    failed: Option<u32>,
    /// The most that was carried when too much was asked for.
    carried: Option<u32>,
}

impl Bracket {
    fn note(&mut self, rate: u32, kept_up: bool, carried: u32) {
        if kept_up {
            self.kept = Some(self.kept.unwrap_or(0).max(rate));
        } else {
            self.failed = Some(self.failed.unwrap_or(u32::MAX).min(rate));
            self.carried = Some(self.carried.unwrap_or(0).max(carried));
        }
    }

    /// The rate to try next; nothing when the bracket is narrow enough.
    fn next(&self) -> Option<u32> {
        match (self.kept, self.failed) {
            (None, None) => None,
            (Some(kept), None) => Some(kept.saturating_mul(2)),
            (kept, Some(failed)) => {
                let low = kept.unwrap_or(0);
                if u64::from(failed) * 100 <= u64::from(low) * (100 + CLOSE_PERCENT) || failed <= low + 1 {
                    return None;
                }
                let middle = low + (failed - low) / 2;
                // What was carried under too much load is a better guess than the middle, where it lies between.
                let guess = self.carried.filter(|carried| *carried > low + (failed - low) / 8 && *carried < failed);
                Some(guess.map_or(middle, |guess| guess.min(failed - (failed - low) / 4)).max(1))
            }
        }
    }
}

/// Finds the rate, and then holds it for `seconds`. Gives every step and, last, the run that held; none of the runs is
/// marked as sustained if nothing held.
pub(crate) async fn search(session: &mut Session, kind: Kind, from: u32, seconds: u32) -> Result<Vec<Run>, Exit> {
    let (mut bracket, mut runs, mut rate) = (Bracket::default(), Vec::new(), from);
    for _ in 0..PROBES_MAX {
        let run = session.run(kind, rate, PROBE_SECONDS, Purpose::Probe, None).await?;
        session.output.progress(words::line(&run));
        bracket.note(rate, run.kept_up, whole(run.final_per_second));
        runs.push(run);
        match bracket.next() {
            Some(next) => rate = next,
            None => break,
        }
    }
    let Some(mut rate) = bracket.kept else { return Ok(runs) };
    for _ in 0..CONFIRMATIONS_MAX {
        let mut run = session.run(kind, rate, seconds, Purpose::Sustained, None).await?;
        session.output.progress(words::line(&run));
        if run.kept_up {
            runs.push(run);
            return Ok(runs);
        }
        run.purpose = Purpose::Probe;
        runs.push(run);
        rate = u32::try_from(u64::from(rate) * (100 - LOWER_PERCENT) / 100).unwrap_or(rate).max(1);
    }
    Ok(runs)
}

fn whole(value: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rates are small and not negative")]
    {
        value.round() as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Searches on a network that keeps up with so much; gives what was found and in how many steps.
    fn found(capacity: u32, from: u32) -> (Option<u32>, usize) {
        let (mut bracket, mut rate) = (Bracket::default(), from);
        for step in 1..=PROBES_MAX {
            bracket.note(rate, rate <= capacity, rate.min(capacity * 9 / 10));
            match bracket.next() {
                Some(next) => rate = next,
                None => return (bracket.kept, step),
            }
        }
        (bracket.kept, PROBES_MAX)
    }

    #[test]
    fn a_search_comes_close_from_below_in_few_steps() {
        for capacity in [1, 7, 100, 999, 10_000, 23_456] {
            for from in [1, 500, 1_000, 50_000] {
                let (kept, steps) = found(capacity, from);
                let Some(kept) = kept else {
                    assert!(capacity < 8 && from > 100, "{capacity} from {from}: nothing in {steps} steps");
                    continue;
                };
                assert!(kept <= capacity);
                let close = u64::from(kept) * 100 >= u64::from(capacity) * 90 || capacity - kept <= 1;
                assert!(close || steps == PROBES_MAX, "{capacity} from {from}: {kept} in {steps} steps");
            }
        }
        assert!(found(10_000, 1_000).1 <= 10);
    }
}
