//! The shortest story that fails: parts of a plan are left out, halves first and then one by one, for as long as what is left
//! still fails.

use crate::plan::{Part, Plan};
use crate::{Failed, run_plan};
use std::collections::BTreeSet;

/// The least that still fails, and how.
pub struct Shortest {
    /// What is left of the plan.
    pub plan: Plan,
    /// How it fails.
    pub failed: Failed,
    /// How many runs it took to find.
    pub runs: usize,
}

impl Shortest {
    /// The parts that are left, as the command line takes them.
    pub fn kept(&self) -> String {
        let parts: Vec<String> = self.plan.parts().iter().map(Part::to_string).collect();
        if parts.is_empty() { "none".to_owned() } else { parts.join(",") }
    }
}

/// Makes the story of a run that failed shorter.
pub fn shrink(plan: &Plan, failed: Failed) -> Shortest {
    let mut shortest = Shortest { plan: plan.clone(), failed, runs: 0 };
    let mut share = plan.parts().len().div_ceil(2);
    while share > 0 {
        let parts = shortest.plan.parts();
        let mut has_shrunk = false;
        for left_out in parts.chunks(share) {
            let kept: BTreeSet<Part> =
                shortest.plan.parts().into_iter().filter(|part| !left_out.contains(part)).collect();
            let shorter = shortest.plan.clone().only(&kept);
            shortest.runs = shortest.runs.saturating_add(1);
            if let Err(failed) = run_plan(&shorter) {
                (shortest.plan, shortest.failed, has_shrunk) = (shorter, failed, true);
            }
        }
        // Once more in pieces of the same size if that helped: what could not go before may go now.
        share = match (has_shrunk, share) {
            (true, _) => share.min(shortest.plan.parts().len()),
            (false, 1) => 0,
            (false, _) => share / 2,
        };
    }
    shortest
}
