//! The result of checking a receipt.

use super::Text;
use serde::Serialize;

/// What the check says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The proof holds.
    Proven,
    /// The proof does not hold.
    Refused,
    /// The file is damaged or of another network; nothing can be said.
    CannotTell,
}

/// The five steps, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Every field matches its commitment.
    Fields,
    /// The record leads up to the block's root.
    Inclusion,
    /// Enough validators signed the block.
    Finality,
    /// Those validators belong to the network's identity.
    Identity,
    /// The witnesses cosigned the block.
    Witnesses,
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// It holds.
    Passed,
    /// It fails.
    Failed,
    /// The check ended before it.
    NotReached,
    /// The receipt has nothing of the kind.
    Absent,
}

/// One step and how it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CheckStep {
    /// The step.
    pub step: Step,
    /// How it ended.
    pub state: StepState,
}

/// One line about what the receipt is of. Labels and values come from the verifier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// What the line is about.
    pub label: Text,
    /// What it says.
    pub value: Text,
}

/// The result of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckResult {
    /// What the check says.
    pub verdict: Verdict,
    /// In one sentence, why.
    pub reason: Option<Text>,
    /// What the receipt is of.
    pub facts: Vec<Fact>,
    /// What is proven.
    pub proves: Vec<Text>,
    /// What the proof rests on.
    pub rests_on: Vec<Text>,
    /// What is not proven.
    pub does_not_prove: Vec<Text>,
    /// The steps, in order.
    pub steps: Vec<CheckStep>,
    /// The size of what was checked, bytes.
    pub size_bytes: u64,
    /// The path of the page of what the receipt is of, in this portal.
    pub path: Option<String>,
}
