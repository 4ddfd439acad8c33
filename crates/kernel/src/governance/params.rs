//! What governance may set without a new version: parameters with their bounds, and thresholds of votes.

mod threshold;

pub use threshold::{ProposalKind, Threshold, ThresholdOf, Thresholds};

use chancery_types::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use minicbor::{Decode, Encode};

/// A number that a vote may change.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, serde::Serialize, serde::Deserialize,
)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Parameter {
    /// How long a proposal can be voted on, in milliseconds.
    #[n(0)]
    VotingPeriodMs,
    /// How long an emergency proposal can be voted on, in milliseconds.
    #[n(1)]
    EmergencyPeriodMs,
    /// How long an accused validator has to answer, in milliseconds.
    #[n(2)]
    HearingTermMs,
    /// The age at which an announcement of readiness says nothing any more, in milliseconds.
    #[n(3)]
    ReadinessAgeMaxMs,
    /// How far a ready node may lie behind when it announces, in blocks.
    #[n(4)]
    ReadinessLagBlocksMax,
    /// How much room a ready node has at least, in MiB.
    #[n(5)]
    DiskFreeMinMib,
    /// How far a ready node's clock may be off, either way, in milliseconds.
    #[n(6)]
    ClockDifferenceMaxMs,
    /// How many blocks lie at least between a proposal to adopt a version and its height.
    #[n(7)]
    VersionNoticeBlocksMin,
    /// Statistics: the fewest different owners that stand behind a confidential figure, whatever a period declares.
    #[n(8)]
    RespondentsMin,
}

/// What a parameter may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// At least.
    pub min: u64,
    /// Unless genesis or a vote says otherwise.
    pub default: u64,
    /// At most.
    pub max: u64,
}

const fn limits(min: u64, default: u64, max: u64) -> Limits {
    Limits { min, default, max }
}

impl Parameter {
    /// Every parameter, by number.
    pub const EVERY: &'static [Self] = &[
        Self::VotingPeriodMs,
        Self::EmergencyPeriodMs,
        Self::HearingTermMs,
        Self::ReadinessAgeMaxMs,
        Self::ReadinessLagBlocksMax,
        Self::DiskFreeMinMib,
        Self::ClockDifferenceMaxMs,
        Self::VersionNoticeBlocksMin,
        Self::RespondentsMin,
    ];

    /// What it may be. The bounds are those of this version: a vote never leaves them.
    pub const fn limits(self) -> Limits {
        match self {
            Self::VotingPeriodMs => limits(HOUR_MS, 14 * DAY_MS, 90 * DAY_MS),
            Self::EmergencyPeriodMs => limits(10 * MINUTE_MS, 6 * HOUR_MS, 3 * DAY_MS),
            Self::HearingTermMs => limits(HOUR_MS, 7 * DAY_MS, 90 * DAY_MS),
            Self::ReadinessAgeMaxMs => limits(10 * MINUTE_MS, HOUR_MS, 7 * DAY_MS),
            Self::ReadinessLagBlocksMax => limits(10, 1_000, 100_000),
            Self::DiskFreeMinMib => limits(64, 4_096, 16 * 1_024 * 1_024),
            Self::ClockDifferenceMaxMs => limits(10, 500, 10_000),
            Self::VersionNoticeBlocksMin => limits(1, 1_024, 10_000_000),
            Self::RespondentsMin => limits(3, 3, 100),
        }
    }

    /// Whether whoever is ready depends on it.
    pub const fn judges_readiness(self) -> bool {
        matches!(
            self,
            Self::ReadinessAgeMaxMs | Self::ReadinessLagBlocksMax | Self::DiskFreeMinMib | Self::ClockDifferenceMaxMs
        )
    }

    /// Whether it may have this value.
    pub const fn admits(self, value: u64) -> bool {
        let Limits { min, max, .. } = self.limits();
        min <= value && value <= max
    }
}

/// A parameter that genesis or a vote has set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// Which.
    #[n(0)]
    pub parameter: Parameter,
    /// To what.
    #[n(1)]
    pub value: u64,
}

/// What has been set, by number; everything else is at its default, also a parameter that a later version adds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct Parameters(#[n(0)] pub Vec<Setting>);

impl Parameters {
    /// The value in force.
    pub fn get(&self, parameter: Parameter) -> u64 {
        let set = self.0.iter().find(|setting| setting.parameter == parameter);
        set.map_or(parameter.limits().default, |setting| setting.value)
    }

    /// Sets a value.
    pub fn set(&mut self, parameter: Parameter, value: u64) {
        self.0.retain(|setting| setting.parameter != parameter);
        self.0.push(Setting { parameter, value });
        self.0.sort_by_key(|setting| setting.parameter);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_lie_within_their_bounds_and_every_parameter_is_listed() {
        for (number, parameter) in (0u8..).zip(Parameter::EVERY) {
            let Limits { min, default, max } = parameter.limits();
            assert!(min <= default && default <= max, "{parameter:?}");
            assert_eq!(chancery_types::encoding::to_bytes(parameter), [number]);
            assert!(!parameter.admits(min - 1) && parameter.admits(min) && !parameter.admits(max + 1));
        }
    }

    #[test]
    fn what_is_set_last_holds_and_stands_once() {
        let mut parameters = Parameters::default();
        assert_eq!(parameters.get(Parameter::RespondentsMin), 3);
        parameters.set(Parameter::RespondentsMin, 5);
        parameters.set(Parameter::VotingPeriodMs, HOUR_MS);
        parameters.set(Parameter::RespondentsMin, 7);
        assert_eq!(parameters.get(Parameter::RespondentsMin), 7);
        assert_eq!(parameters.0.len(), 2);
        assert_eq!(parameters.get(Parameter::HearingTermMs), 7 * DAY_MS);
    }
}
