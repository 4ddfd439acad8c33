//! What a network's government is founded on: who votes, who validates, how long an epoch is.
//!
//! The founding state is part of the network's identity; see [`crate::identity::genesis`].

use super::event::GovernanceEvent;
use super::ids::{CONSTITUENTS_MAX, EPOCH_BLOCKS_MAX, EPOCH_BLOCKS_PER_VALIDATOR_MIN};
use super::params::{Parameters, Setting, ThresholdOf, Thresholds};
use super::record::{Committee, Rules, Seat, Standing, Tenure};
use super::state;
use chancery_ledger::Changes;
use chancery_types::ids::{Epoch, Height, MemberId};
use std::collections::BTreeSet;

/// What a network's government is founded on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Founding {
    /// The constituting authorities.
    pub constituents: Vec<MemberId>,
    /// The validators.
    pub seats: Vec<Seat>,
    /// The length of an epoch, in blocks. No vote changes it.
    pub epoch_blocks: u64,
    /// Parameters that differ from their defaults.
    pub parameters: Vec<Setting>,
    /// Thresholds that differ from their defaults.
    pub thresholds: Vec<ThresholdOf>,
}

/// Why a network cannot be governed so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FoundingError {
    /// No constituting authorities, too many, or one twice.
    #[error("a network has 1 to {CONSTITUENTS_MAX} constituting authorities, none of them twice")]
    Constituents,
    /// An epoch in which no shares could be dealt, or one that never ends.
    #[error(
        "an epoch has at least {EPOCH_BLOCKS_PER_VALIDATOR_MIN} blocks for each validator and at most {EPOCH_BLOCKS_MAX}"
    )]
    EpochBlocks,
    /// A parameter outside its bounds, or set twice.
    #[error("the parameter {0:?} lies outside its bounds or is set twice")]
    Parameter(super::params::Parameter),
    /// A threshold that is not more than half and at most all, or set twice.
    #[error("the threshold of {0:?} is not more than half and at most all, or is set twice")]
    Threshold(super::params::ProposalKind),
}

/// The founding state, with the events that readers fold as block 0.
///
/// # Errors
/// See [`FoundingError`].
pub fn found(founding: &Founding) -> Result<Changes, FoundingError> {
    let constituents = distinct(&founding.constituents).ok_or(FoundingError::Constituents)?;
    let validators = u64::try_from(founding.seats.len()).unwrap_or(u64::MAX);
    let shortest = validators.saturating_mul(EPOCH_BLOCKS_PER_VALIDATOR_MIN).max(1);
    if !(shortest..=EPOCH_BLOCKS_MAX).contains(&founding.epoch_blocks) {
        return Err(FoundingError::EpochBlocks);
    }
    let (parameters, thresholds) = (parameters(founding)?, thresholds(founding)?);
    let mut seats = founding.seats.clone();
    seats.sort();
    let committee = Committee { number: 0, from: Epoch(0), decided: Height(0), seats };
    let standing = Standing { epoch_blocks: founding.epoch_blocks, effective: 0, decided: 0 };
    let mut changes = Changes::new();
    changes.put(&state::constituents(), &constituents);
    changes.put(&state::standing(), &standing);
    changes.put(&state::parameters(), &parameters);
    changes.put(&state::thresholds(), &thresholds);
    changes.put(&state::rules(), &Rules { version: 1, since: Height(0), planned: None });
    for seat in &committee.seats {
        changes.put(&state::tenure(&seat.member), &Tenure::default());
    }
    changes.put(&state::committee(0), &committee);
    changes.emit(GovernanceEvent::Constituted(constituents).to_event());
    changes.emit(GovernanceEvent::CommitteeDecided(committee).to_event());
    for Setting { parameter, value } in parameters.0 {
        changes.emit(GovernanceEvent::ParameterSet(parameter, value).to_event());
    }
    for threshold in thresholds.0 {
        changes.emit(GovernanceEvent::ThresholdSet(threshold).to_event());
    }
    Ok(changes)
}

fn distinct(members: &[MemberId]) -> Option<Vec<MemberId>> {
    let distinct: BTreeSet<MemberId> = members.iter().copied().collect();
    let fit = distinct.len() == members.len() && (1..=CONSTITUENTS_MAX).contains(&members.len());
    fit.then(|| distinct.into_iter().collect())
}

fn parameters(founding: &Founding) -> Result<Parameters, FoundingError> {
    let mut parameters = Parameters::default();
    for Setting { parameter, value } in founding.parameters.iter().copied() {
        let twice = parameters.0.iter().any(|set| set.parameter == parameter);
        if twice || !parameter.admits(value) {
            return Err(FoundingError::Parameter(parameter));
        }
        parameters.set(parameter, value);
    }
    Ok(parameters)
}

fn thresholds(founding: &Founding) -> Result<Thresholds, FoundingError> {
    let mut thresholds = Thresholds::default();
    for ThresholdOf { kind, threshold } in founding.thresholds.iter().copied() {
        let twice = thresholds.0.iter().any(|set| set.kind == kind);
        if twice || !threshold.is_sound() {
            return Err(FoundingError::Threshold(kind));
        }
        thresholds.set(kind, threshold);
    }
    Ok(thresholds)
}
