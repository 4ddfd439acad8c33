//! Proposals and votes: who decides, how many are needed, and when it is over.

use super::world::{World, propose, vote};
use chancery_kernel::governance::event::GovernanceEvent;
use chancery_kernel::governance::ids::AGENDA_MAX;
use chancery_kernel::governance::params::{Parameter, ProposalKind, Threshold};
use chancery_kernel::governance::query;
use chancery_kernel::governance::record::{Choice, Stage};
use chancery_kernel::governance::rejection::GovernanceRejection;
use chancery_kernel::governance::transaction::Action;
use chancery_types::time::DAY_MS;

const FIVE: Action = Action::ChangeParameter(Parameter::RespondentsMin, 5);

#[test]
fn two_of_three_decide_and_the_boundary_carries_it_out() {
    let mut world = World::new();
    let (state, assembly, court) = (world.state.clone(), world.assembly.clone(), world.court.clone());
    let number = world.proposes(&FIVE);
    assert_eq!(world.proposal(number).needed, 2);
    world.votes(&state, number, Choice::For);
    assert_eq!(world.stage(number), Stage::Open);
    world.votes(&court, number, Choice::For);
    let Stage::Decided { decided, boundary } = world.stage(number) else { panic!("{:?}", world.stage(number)) };
    assert_eq!((decided, boundary.0), (world.chain.height(), 31));
    assert_eq!(world.parameter(Parameter::RespondentsMin), 3, "it waits");
    world.refuses(&assembly, &vote(number, Choice::Against), GovernanceRejection::VotingOver);
    let seen = world.until_boundary();
    assert_eq!(world.chain.height(), boundary);
    assert_eq!(world.stage(number), Stage::Executed(boundary));
    assert_eq!(world.parameter(Parameter::RespondentsMin), 5);
    assert!(seen.contains(&GovernanceEvent::ParameterSet(Parameter::RespondentsMin, 5)));
}

#[test]
fn every_vote_stands_in_public_with_its_reason() {
    let mut world = World::new();
    let (state, assembly) = (world.state.clone(), world.assembly.clone());
    let number = world.proposes(&FIVE);
    world.votes(&state, number, Choice::For);
    world.votes(&assembly, number, Choice::Abstain);
    let proposal = world.proposal(number);
    let votes = world.chain.read(|view, _| query::votes(view, &proposal));
    let mut seen: Vec<_> = votes.iter().map(|vote| (vote.elector, vote.choice)).collect();
    seen.sort();
    let mut cast = vec![(state.member, Choice::For), (assembly.member, Choice::Abstain)];
    cast.sort();
    assert_eq!(seen, cast);
    assert!(votes.iter().all(|vote| vote.reason == "It serves the country."));
    assert_eq!((proposal.tally.in_favour, proposal.tally.against, proposal.tally.abstained), (1, 0, 1));
}

#[test]
fn a_vote_is_cast_once() {
    let mut world = World::new();
    let state = world.state.clone();
    let number = world.proposes(&FIVE);
    world.votes(&state, number, Choice::For);
    for again in [Choice::For, Choice::Against] {
        world.refuses(&state, &vote(number, again), GovernanceRejection::VotedAlready);
    }
    world.refuses(&state, &vote(number + 1, Choice::For), GovernanceRejection::ProposalUnknown);
}

#[test]
fn a_proposal_that_can_no_longer_pass_ends_early() {
    let mut world = World::new();
    let (state, assembly, court) = (world.state.clone(), world.assembly.clone(), world.court.clone());
    let number = world.proposes(&FIVE);
    world.votes(&assembly, number, Choice::Against);
    assert_eq!(world.stage(number), Stage::Open);
    // An abstention is no word in favour: one is left, and two are needed.
    world.votes(&court, number, Choice::Abstain);
    assert_eq!(world.stage(number), Stage::Refused(world.chain.height()));
    world.refuses(&state, &vote(number, Choice::For), GovernanceRejection::VotingOver);
    assert_eq!(world.chain.read(|view, _| query::agenda(view).open.len()), 0);
}

#[test]
fn a_proposal_lapses_at_its_deadline_in_the_ledgers_time() {
    let mut world = World::new();
    let (state, court) = (world.state.clone(), world.court.clone());
    let number = world.proposes(&FIVE);
    world.votes(&state, number, Choice::For);
    world.chain.wait_ms(14 * DAY_MS);
    // The queue has not come to it, but its time is over.
    world.refuses(&court, &vote(number, Choice::For), GovernanceRejection::VotingOver);
    assert_eq!(world.stage(number), Stage::Open);
    let seen = world.wait(14 * DAY_MS);
    assert!(matches!(world.stage(number), Stage::Lapsed(_)));
    assert!(
        seen.iter().any(|event| matches!(event, GovernanceEvent::StageReached(n, Stage::Lapsed(_)) if *n == number))
    );
    world.until_boundary();
    assert_eq!(world.parameter(Parameter::RespondentsMin), 3);
}

#[test]
fn a_threshold_is_changed_with_the_higher_of_old_and_new() {
    let mut world = World::new();
    let (state, assembly, court) = (world.state.clone(), world.assembly.clone(), world.court.clone());
    let two_thirds = Threshold { numerator: 2, denominator: 3 };
    // The procedure's own hurdle (three quarters) is lowered: all three are needed, since three quarters of three are.
    let own = Action::ChangeThreshold(ProposalKind::ChangeThreshold, two_thirds);
    assert_eq!(world.rehearse(&own).needed, 3);
    world.enacts(&own);
    // Now two of three change a threshold, but not one that asks for three...
    let emergency = Action::ChangeThreshold(ProposalKind::Emergency, two_thirds);
    let number = world.proposes(&emergency);
    world.votes(&state, number, Choice::For);
    world.votes(&assembly, number, Choice::For);
    assert_eq!(world.stage(number), Stage::Open);
    world.votes(&court, number, Choice::For);
    assert!(matches!(world.stage(number), Stage::Decided { .. }));
    // ...nor to one that would.
    let all = Threshold { numerator: 1, denominator: 1 };
    assert_eq!(world.rehearse(&Action::ChangeThreshold(ProposalKind::Suspend, all)).needed, 3);
    let more_than_half = Threshold { numerator: 51, denominator: 100 };
    assert_eq!(world.rehearse(&Action::ChangeThreshold(ProposalKind::Suspend, more_than_half)).needed, 2);
    for (threshold, refusal) in [
        (Threshold { numerator: 1, denominator: 2 }, GovernanceRejection::ThresholdUnfit),
        (Threshold { numerator: 3, denominator: 2 }, GovernanceRejection::ThresholdUnfit),
        (two_thirds, GovernanceRejection::NothingChanges),
    ] {
        world.refuses_proposal(&Action::ChangeThreshold(ProposalKind::Suspend, threshold), refusal);
    }
}

#[test]
fn those_vote_who_constituted_the_network_when_it_was_proposed() {
    let mut world = World::new();
    let (state, assembly) = (world.state.clone(), world.assembly.clone());
    let number = world.proposes(&FIVE);
    let council = world.authority("council");
    world.refuses(&council, &vote(number, Choice::For), GovernanceRejection::NotConstituent);
    world.enacts(&Action::SeatConstituent(council.member));
    world.refuses(&council, &vote(number, Choice::For), GovernanceRejection::NotElector);
    let later = world.proposes(&Action::ChangeParameter(Parameter::RespondentsMin, 4));
    assert_eq!(world.proposal(later).needed, 3, "two thirds of four");
    world.votes(&council, later, Choice::For);
    world.votes(&state, number, Choice::For);
    world.votes(&assembly, number, Choice::For);
    assert!(matches!(world.stage(number), Stage::Decided { .. }));
    // Whoever no longer constitutes the network votes no more, also on what was proposed before.
    world.enacts(&Action::UnseatConstituent(assembly.member));
    world.refuses(&assembly, &vote(later, Choice::For), GovernanceRejection::NotConstituent);
}

#[test]
fn what_nobody_answers_does_not_fill_the_agenda_for_ever() {
    let mut world = World::new();
    for _ in 0..AGENDA_MAX {
        world.proposes(&FIVE);
    }
    let court = world.court.clone();
    world.refuses(&court, &propose(&FIVE), GovernanceRejection::AgendaFull);
    world.wait(15 * DAY_MS);
    world.accepts(&court, &propose(&FIVE));
}

#[test]
fn the_second_of_two_equal_decisions_is_void() {
    let mut world = World::new();
    let (first, second) = (world.proposes(&FIVE), world.proposes(&FIVE));
    let (state, court) = (world.state.clone(), world.court.clone());
    for number in [second, first] {
        world.votes(&state, number, Choice::For);
        world.votes(&court, number, Choice::For);
    }
    assert!(matches!(world.stage(second), Stage::Decided { .. }));
    let Stage::Void(_, code) = world.stage(first) else { panic!("{:?}", world.stage(first)) };
    assert_eq!(super::world::named(code), Some("NothingChanges"));
}
