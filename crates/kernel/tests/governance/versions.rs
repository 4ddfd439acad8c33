//! Rules change at a height, if a quorum is ready; a program that does not know them is told to stop.

use super::world::{EPOCH, World, seat};
use chancery_kernel::governance::event::GovernanceEvent;
use chancery_kernel::governance::params::{Parameter, Setting};
use chancery_kernel::governance::query;
use chancery_kernel::governance::record::Stage;
use chancery_kernel::governance::rejection::GovernanceRejection;
use chancery_kernel::governance::transaction::{Action, Announcement, GovernanceTransaction};
use chancery_ledger::testing::Party;
use chancery_types::ids::Height;

fn world() -> World {
    World::with(4, vec![Setting { parameter: Parameter::VersionNoticeBlocksMin, value: 20 }])
}

fn knows(world: &mut World, node: &Party, version: u32) {
    let said = Announcement { version, ..world.announcement() };
    world.accepts(node, &GovernanceTransaction::AnnounceReadiness(said));
}

/// Blocks up to this height; gives what happened at their ends.
fn to(world: &mut World, height: Height) -> Vec<GovernanceEvent> {
    let mut seen = Vec::new();
    while world.chain.height() < height {
        seen.extend(world.block());
    }
    seen
}

fn version(world: &World) -> u32 {
    world.chain.read(|view, _| query::rules(view).version)
}

#[test]
fn rules_that_a_quorum_knows_come_into_force_at_their_height() {
    let mut world = world();
    let height = world.in_blocks(60);
    let number = world.decides(&Action::AdoptVersion(2, height));
    assert!(matches!(world.stage(number), Stage::Executed(_)), "it has a height of its own and waits for no boundary");
    for node in world.nodes.clone().iter().take(3) {
        knows(&mut world, node, 2);
    }
    // An old program hears of it before the first block that it could not carry out.
    let ahead = |world: &World, height, known| world.chain.read(|view, _| query::check_known(view, height, known));
    let before = Height(height.0 - 1);
    assert_eq!(ahead(&world, before, 1), Ok(()));
    let stop = ahead(&world, height, 1).unwrap_err();
    assert_eq!((stop.height, stop.needed, stop.known), (height, 2, 1));
    assert!(stop.to_string().contains("install a version"));
    assert_eq!(ahead(&world, height, 2), Ok(()));
    let seen = to(&mut world, before);
    assert_eq!(seen, [GovernanceEvent::RulesInForce(2, height)]);
    assert_eq!(version(&world), 2);
    assert!(ahead(&world, world.in_blocks(1), 1).is_err());
    // Who knows the old rules alone is no longer ready.
    let first = world.nodes[0].clone();
    let fifth = world.node("fifth");
    knows(&mut world, &fifth, 1);
    world.refuses_proposal(&Action::AdmitValidator(seat(&fifth)), GovernanceRejection::NodeNotReady);
    knows(&mut world, &first, 1);
    knows(&mut world, &fifth, 2);
    world.refuses_proposal(&Action::AdmitValidator(seat(&fifth)), GovernanceRejection::QuorumNotReady);
}

#[test]
fn rules_that_too_few_know_do_not_come_into_force() {
    let mut world = world();
    let height = world.in_blocks(60);
    world.decides(&Action::AdoptVersion(2, height));
    for node in world.nodes.clone().iter().take(2) {
        knows(&mut world, node, 2);
    }
    let seen = to(&mut world, height);
    let [GovernanceEvent::RulesDropped { planned, ready, needed }] = &seen[..] else { panic!("{seen:?}") };
    assert_eq!((planned.version, planned.height, *ready, *needed), (2, height, Some(2), 3));
    assert_eq!(version(&world), 1);
    let known = world.chain.read(|view, _| query::check_known(view, height, 1));
    assert_eq!(known, Ok(()), "the old program goes on");
    // It can be tried again.
    world.decides(&Action::AdoptVersion(2, world.in_blocks(60)));
}

#[test]
fn rules_can_be_backed_out_of_before_their_height_and_not_after() {
    let mut world = world();
    let height = world.in_blocks(60);
    world.refuses_proposal(&Action::BackOutVersion(2), GovernanceRejection::NoVersionPlanned);
    world.decides(&Action::AdoptVersion(2, height));
    for node in world.nodes.clone() {
        knows(&mut world, &node, 2);
    }
    world.refuses_proposal(&Action::AdoptVersion(3, world.in_blocks(60)), GovernanceRejection::VersionPlannedAlready);
    world.refuses_proposal(&Action::BackOutVersion(3), GovernanceRejection::NoVersionPlanned);
    world.decides(&Action::BackOutVersion(2));
    assert_eq!(to(&mut world, height), []);
    assert_eq!(version(&world), 1);
    assert!(world.chain.read(|view, _| query::check_known(view, height, 1)).is_ok());
    let again = world.in_blocks(60);
    world.decides(&Action::AdoptVersion(2, again));
    to(&mut world, again);
    assert_eq!(version(&world), 2);
    world.refuses_proposal(&Action::BackOutVersion(2), GovernanceRejection::NoVersionPlanned);
    world.refuses_proposal(&Action::AdoptVersion(2, world.in_blocks(60)), GovernanceRejection::VersionUnfit);
}

#[test]
fn a_height_that_leaves_no_time_to_prepare_is_refused_also_when_the_vote_took_it() {
    let mut world = world();
    world.refuses_proposal(&Action::AdoptVersion(2, world.in_blocks(20)), GovernanceRejection::NoticeTooShort);
    let height = world.in_blocks(40);
    let number = world.proposes(&Action::AdoptVersion(2, height));
    to(&mut world, Height(EPOCH));
    for by in [world.state.clone(), world.court.clone()] {
        world.votes(&by, number, chancery_kernel::governance::record::Choice::For);
    }
    let Stage::Void(_, code) = world.stage(number) else { panic!("{:?}", world.stage(number)) };
    assert_eq!(super::world::named(code), Some("NoticeTooShort"));
}
