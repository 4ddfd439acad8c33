//! What a network's government may be founded on.

use super::world::{World, founding, government, members};
use chancery_kernel::governance::genesis::{Founding, FoundingError, found};
use chancery_kernel::governance::params::{Parameter, ProposalKind, Setting, Threshold, ThresholdOf};
use chancery_kernel::governance::query;

fn refused(change: impl FnOnce(&mut Founding)) -> FoundingError {
    let (identity, others) = founding(4);
    let mut founding = government(&identity, &others, vec![]);
    change(&mut founding);
    found(&founding).unwrap_err()
}

#[test]
fn the_founding_validators_are_the_first_committee_decided_and_effective() {
    let world = World::new();
    assert_eq!(world.decided(), world.effective());
    let mut nodes: Vec<_> = world.nodes.iter().map(|node| node.member).collect();
    let mut seated = members(&world.effective());
    nodes.sort();
    seated.sort();
    assert_eq!(nodes, seated);
    assert!(world.effective().seats.is_sorted(), "in the order of keys, as the engine has them");
    assert_eq!(world.chain.read(|view, _| query::constituents(view).len()), 3);
    assert_eq!(world.chain.read(|view, _| query::rules(view).version), 1);
}

#[test]
fn what_is_out_of_bounds_founds_nothing() {
    assert_eq!(refused(|founding| founding.constituents.clear()), FoundingError::Constituents);
    assert_eq!(refused(|founding| founding.constituents[1] = founding.constituents[0]), FoundingError::Constituents);
    // Too short to deal shares in for four validators.
    assert_eq!(refused(|founding| founding.epoch_blocks = 31), FoundingError::EpochBlocks);
    assert_eq!(refused(|founding| founding.epoch_blocks = 1_000_001), FoundingError::EpochBlocks);
    let respondents = |value| Setting { parameter: Parameter::RespondentsMin, value };
    assert_eq!(
        refused(|founding| founding.parameters = vec![respondents(2)]),
        FoundingError::Parameter(Parameter::RespondentsMin)
    );
    assert_eq!(
        refused(|founding| founding.parameters = vec![respondents(5), respondents(6)]),
        FoundingError::Parameter(Parameter::RespondentsMin)
    );
    let half = ThresholdOf { kind: ProposalKind::Suspend, threshold: Threshold { numerator: 1, denominator: 2 } };
    assert_eq!(refused(|founding| founding.thresholds = vec![half]), FoundingError::Threshold(ProposalKind::Suspend));
}
