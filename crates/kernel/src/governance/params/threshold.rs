//! How many votes each kind of proposal needs.

use minicbor::{Decode, Encode};

/// The kinds of proposals, one for each kind of action.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, serde::Serialize, serde::Deserialize,
)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum ProposalKind {
    /// A validator joins.
    #[n(0)]
    AdmitValidator,
    /// A validator leaves.
    #[n(1)]
    RemoveValidator,
    /// A validator leaves for another, or for another key of its own.
    #[n(2)]
    ReplaceValidator,
    /// A parameter changes.
    #[n(3)]
    ChangeParameter,
    /// A threshold changes.
    #[n(4)]
    ChangeThreshold,
    /// A certificate root is admitted.
    #[n(5)]
    AdmitRoot,
    /// A certificate root is retired.
    #[n(6)]
    RetireRoot,
    /// Rules are adopted from a height on.
    #[n(7)]
    AdoptVersion,
    /// Rules that were adopted do not come into force.
    #[n(8)]
    BackOutVersion,
    /// A validator is suspended.
    #[n(9)]
    Suspend,
    /// A validator may be admitted again.
    #[n(10)]
    LiftSuspension,
    /// An application is paused at once.
    #[n(11)]
    Emergency,
    /// An authority becomes a constituting one.
    #[n(12)]
    SeatConstituent,
    /// An authority ceases to be a constituting one.
    #[n(13)]
    UnseatConstituent,
}

impl ProposalKind {
    /// Every kind, by number.
    pub const EVERY: &'static [Self] = &[
        Self::AdmitValidator,
        Self::RemoveValidator,
        Self::ReplaceValidator,
        Self::ChangeParameter,
        Self::ChangeThreshold,
        Self::AdmitRoot,
        Self::RetireRoot,
        Self::AdoptVersion,
        Self::BackOutVersion,
        Self::Suspend,
        Self::LiftSuspension,
        Self::Emergency,
        Self::SeatConstituent,
        Self::UnseatConstituent,
    ];

    /// The threshold unless genesis or a vote says otherwise: two thirds; three quarters for what changes who decides;
    /// more than half for stepping back from rules that are not in force yet.
    pub const fn default_threshold(self) -> Threshold {
        match self {
            Self::ChangeThreshold | Self::SeatConstituent | Self::UnseatConstituent | Self::Emergency => {
                Threshold { numerator: 3, denominator: 4 }
            }
            Self::BackOutVersion => Threshold { numerator: 51, denominator: 100 },
            _ => Threshold { numerator: 2, denominator: 3 },
        }
    }

    /// Whether a decision takes effect at once instead of at a boundary: an emergency cannot wait, adopted rules have a
    /// height of their own, and stepping back from them must come before it.
    pub const fn is_immediate(self) -> bool {
        matches!(self, Self::Emergency | Self::AdoptVersion | Self::BackOutVersion)
    }
}

/// The part of all constituting authorities that must be in favour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// So many...
    #[n(0)]
    pub numerator: u8,
    /// ...of so many.
    #[n(1)]
    pub denominator: u8,
}

impl Threshold {
    /// How many of `electors` must be in favour.
    pub fn needed(self, electors: usize) -> usize {
        let wanted = electors.saturating_mul(usize::from(self.numerator));
        wanted.div_ceil(usize::from(self.denominator.max(1))).max(1)
    }

    /// More than half and at most all: two proposals that contradict each other cannot both pass by different votes.
    pub const fn is_sound(self) -> bool {
        self.numerator <= self.denominator
            && self.denominator <= 100
            && self.numerator as u16 * 2 > self.denominator as u16
    }
}

/// A threshold that genesis or a vote has set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThresholdOf {
    /// For which kind.
    #[n(0)]
    pub kind: ProposalKind,
    /// How much.
    #[n(1)]
    pub threshold: Threshold,
}

/// What has been set, by kind; everything else is at its default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct Thresholds(#[n(0)] pub Vec<ThresholdOf>);

impl Thresholds {
    /// The threshold in force.
    pub fn get(&self, kind: ProposalKind) -> Threshold {
        let set = self.0.iter().find(|set| set.kind == kind);
        set.map_or(kind.default_threshold(), |set| set.threshold)
    }

    /// Sets a threshold.
    pub fn set(&mut self, kind: ProposalKind, threshold: Threshold) {
        self.0.retain(|set| set.kind != kind);
        self.0.push(ThresholdOf { kind, threshold });
        self.0.sort_by_key(|set| set.kind);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn of(numerator: u8, denominator: u8) -> Threshold {
        Threshold { numerator, denominator }
    }

    #[test]
    fn a_part_of_the_electors_is_rounded_up() {
        for (threshold, electors, needed) in [
            (of(2, 3), 1, 1),
            (of(2, 3), 3, 2),
            (of(2, 3), 4, 3),
            (of(2, 3), 6, 4),
            (of(2, 3), 7, 5),
            (of(3, 4), 4, 3),
            (of(3, 4), 5, 4),
            (of(51, 100), 2, 2),
            (of(51, 100), 3, 2),
            (of(1, 1), 32, 32),
        ] {
            assert_eq!(threshold.needed(electors), needed, "{threshold:?} of {electors}");
        }
    }

    #[test]
    fn half_is_not_enough_and_more_than_all_is_too_much() {
        for (threshold, sound) in [
            (of(1, 2), false),
            (of(2, 3), true),
            (of(1, 1), true),
            (of(4, 3), false),
            (of(0, 0), false),
            (of(51, 101), false),
            (of(200, 255), false),
        ] {
            assert_eq!(threshold.is_sound(), sound, "{threshold:?}");
        }
        assert!(ProposalKind::EVERY.iter().all(|kind| kind.default_threshold().is_sound()));
        for (number, kind) in (0u8..).zip(ProposalKind::EVERY) {
            assert_eq!(chancery_types::encoding::to_bytes(kind), [number]);
        }
    }
}
