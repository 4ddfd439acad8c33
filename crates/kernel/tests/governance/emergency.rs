//! An emergency decision pauses an application at once and ends by itself.

use super::world::{OTHER, World};
use chancery_kernel::governance::ids::GOVERNANCE;
use chancery_kernel::governance::record::{Choice, Stage};
use chancery_kernel::governance::rejection::GovernanceRejection;
use chancery_kernel::governance::transaction::Action;
use chancery_kernel::identity::ids::IDENTITY;
use chancery_ledger::Refusal;
use chancery_ledger::rejection::LEDGER;
use chancery_types::time::HOUR_MS;

#[test]
fn all_three_pause_an_application_at_once_and_it_opens_again_by_itself() {
    let mut world = World::new();
    let (state, assembly, court) = (world.state.clone(), world.assembly.clone(), world.court.clone());
    world.chain.submit(&state, OTHER, &1u8).unwrap();
    let number = world.proposes(&Action::Emergency(OTHER, 2 * HOUR_MS));
    world.votes(&state, number, Choice::For);
    world.votes(&assembly, number, Choice::For);
    world.chain.submit(&state, OTHER, &1u8).unwrap();
    world.votes(&court, number, Choice::For);
    assert_eq!(world.stage(number), Stage::Executed(world.chain.height()), "no boundary is waited for");
    let paused = GovernanceRejection::Paused.code();
    assert_eq!(world.chain.submit(&state, OTHER, &1u8), Err(paused));
    // What could end the emergency goes on.
    let node = world.nodes[0].clone();
    world.ready(&node);
    world.node("fifth");
    world.chain.wait_ms(2 * HOUR_MS);
    world.chain.submit(&state, OTHER, &1u8).unwrap();
}

#[test]
fn identity_governance_and_the_ledger_are_never_paused_and_nothing_for_long() {
    let mut world = World::new();
    for application in [LEDGER, IDENTITY, GOVERNANCE] {
        world.refuses_proposal(&Action::Emergency(application, HOUR_MS), GovernanceRejection::CannotPause);
    }
    for term_ms in [0, 59_999, 72 * HOUR_MS + 1, u64::MAX] {
        world.refuses_proposal(&Action::Emergency(OTHER, term_ms), GovernanceRejection::TermUnfit);
    }
}
