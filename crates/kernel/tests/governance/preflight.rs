//! A proposal that would do harm is refused when it is made; what has become harmful since is not carried out.

use super::world::{World, named, propose, seat};
use chancery_crypto::hash::{Tag, hash};
use chancery_kernel::governance::params::{Parameter, Setting};
use chancery_kernel::governance::record::{Choice, Stage};
use chancery_kernel::governance::rejection::GovernanceRejection;
use chancery_kernel::governance::transaction::{Action, Announcement, GovernanceTransaction, NewRoot};
use chancery_kernel::identity::ids::IDENTITY;
use chancery_kernel::identity::transaction::{Ending, IdentityTransaction};
use chancery_types::ids::{Height, MemberId};
use chancery_types::member::MemberKind;
use chancery_types::time::{DAY_MS, HOUR_MS, MINUTE_MS};

#[test]
fn four_validators_do_not_become_three() {
    let mut world = World::new();
    let first = world.nodes[0].member;
    world.refuses_proposal(&Action::RemoveValidator(first), GovernanceRejection::TooFewValidators);
    world.refuses_proposal(&Action::RemoveValidator(MemberId([9; 16])), GovernanceRejection::NotSeated);
}

#[test]
fn no_more_leave_at_one_boundary_than_may_fail() {
    let mut world = World::with(6, vec![]);
    let nodes = world.nodes.clone();
    world.decides(&Action::RemoveValidator(nodes[0].member));
    // Five would be left, then four; but of six only one may be missing at a time.
    world.refuses_proposal(&Action::RemoveValidator(nodes[1].member), GovernanceRejection::TooManyLeaving);
    while !(world.chain.height().0 + 1).is_multiple_of(48) {
        world.block();
    }
    world.proposes(&Action::RemoveValidator(nodes[1].member));
}

#[test]
fn a_removal_that_leaves_too_few_who_are_ready_is_refused_and_the_rehearsal_says_who_and_since_when() {
    let mut world = World::with(5, vec![]);
    let nodes = world.nodes.clone();
    world.chain.wait_ms(2 * HOUR_MS);
    for node in &nodes[..3] {
        world.ready(node);
    }
    // The third goes: of the four that are left, two have spoken lately, and three are needed.
    let action = Action::RemoveValidator(nodes[2].member);
    let rehearsal = world.rehearse(&action);
    assert_eq!(rehearsal.refusal, Some(GovernanceRejection::QuorumNotReady));
    assert_eq!((rehearsal.ready, rehearsal.quorum, rehearsal.after.len()), (2, 3, 4));
    let silent: Vec<_> = rehearsal.rests_on.iter().filter(|one| !one.ready).collect();
    assert_eq!(silent.len(), 2);
    assert!(silent.iter().all(|one| one.age_ms.unwrap() >= 2 * HOUR_MS));
    world.refuses_proposal(&action, GovernanceRejection::QuorumNotReady);
    // To let a silent one go is right.
    let number = world.proposes(&Action::RemoveValidator(nodes[4].member));
    assert!(world.proposal(number).rests_on.is_some_and(|oldest| oldest < world.chain.time()));
}

#[test]
fn a_rehearsal_writes_nothing_and_shows_what_would_happen() {
    let mut world = World::new();
    let fifth = world.node("fifth");
    world.ready(&fifth);
    let before = world.chain.state().clone();
    let rehearsal = world.rehearse(&Action::AdmitValidator(seat(&fifth)));
    assert_eq!(world.chain.state(), &before);
    assert_eq!(rehearsal.refusal, None);
    assert_eq!((rehearsal.needed, rehearsal.electors.len()), (2, 3));
    assert_eq!((rehearsal.before.len(), rehearsal.after.len(), rehearsal.ready, rehearsal.quorum), (4, 5, 5, 4));
    assert_eq!(rehearsal.boundary, Some(Height(31)));
    assert_eq!(rehearsal.effective.map(|epoch| epoch.0), Some(3));
    // What rests on nobody's readiness says so.
    assert!(world.rehearse(&Action::ChangeParameter(Parameter::RespondentsMin, 5)).rests_on.is_empty());
}

#[test]
fn a_node_that_is_not_ready_is_not_admitted() {
    let mut world = World::new();
    let fifth = world.node("fifth");
    let admit = Action::AdmitValidator(seat(&fifth));
    world.refuses_proposal(&admit, GovernanceRejection::NodeNotReady);
    let good = world.announcement();
    for unready in [
        Announcement { version: 0, ..good },
        Announcement { disk_free_mib: 4_095, ..good },
        Announcement { clock_difference_ms: -501, ..good },
        Announcement { clock_difference_ms: i64::MIN, ..good },
    ] {
        let short = world.chain.read(|_, context| context.height.0) < 1_000;
        // A lag of a few blocks is none; it is one only under a stricter measure.
        let expected =
            if unready.height == Height(0) && short { None } else { Some(GovernanceRejection::NodeNotReady) };
        world.accepts(&fifth, &GovernanceTransaction::AnnounceReadiness(unready));
        assert_eq!(world.rehearse(&admit).refusal, expected, "{unready:?}");
    }
    world.accepts(&fifth, &GovernanceTransaction::AnnounceReadiness(good));
    assert_eq!(world.rehearse(&admit).refusal, None);
    world.chain.wait_ms(HOUR_MS + MINUTE_MS);
    world.all_ready();
    world.refuses_proposal(&admit, GovernanceRejection::NodeNotReady);
    let ahead = Announcement { height: world.in_blocks(1), ..good };
    world.refuses(&fifth, &GovernanceTransaction::AnnounceReadiness(ahead), GovernanceRejection::ReadinessUnfit);
}

#[test]
fn a_node_that_lags_is_not_admitted() {
    let strict = Setting { parameter: Parameter::ReadinessLagBlocksMax, value: 10 };
    let mut world = World::with(4, vec![strict]);
    let fifth = world.node("fifth");
    for _ in 0..20 {
        world.block();
    }
    let behind = Announcement { height: Height(5), ..world.announcement() };
    world.accepts(&fifth, &GovernanceTransaction::AnnounceReadiness(behind));
    world.refuses_proposal(&Action::AdmitValidator(seat(&fifth)), GovernanceRejection::NodeNotReady);
}

#[test]
fn only_a_live_node_with_a_lasting_key_of_its_own_is_admitted_and_only_once() {
    let mut world = World::new();
    let (clerk, passing) = (
        world.member("clerk", MemberKind::Person, None),
        world.member("passing", MemberKind::Node, Some(world.chain.time().plus_ms(DAY_MS))),
    );
    let (fifth, first) = (world.node("fifth"), world.nodes[0].clone());
    for node in [&passing, &fifth] {
        world.ready(node);
    }
    let mut check = |seat, refusal| world.refuses_proposal(&Action::AdmitValidator(seat), refusal);
    check(seat(&clerk), GovernanceRejection::NodeUnfit);
    check(seat(&passing), GovernanceRejection::KeyExpires);
    check(seat(&first), GovernanceRejection::SeatedAlready);
    let mut borrowed = seat(&fifth);
    borrowed.key = clerk.public_key();
    check(borrowed, GovernanceRejection::NodeUnfit);
    world.decides(&Action::AdmitValidator(seat(&fifth)));
    world.refuses_proposal(&Action::AdmitValidator(seat(&fifth)), GovernanceRejection::SeatedAlready);
}

#[test]
fn what_has_become_harmful_while_it_was_voted_on_is_void() {
    let mut world = World::with(5, vec![]);
    let (state, court, nodes) = (world.state.clone(), world.court.clone(), world.nodes.clone());
    // Each alone leaves four; both together would leave three.
    let first = world.proposes(&Action::RemoveValidator(nodes[0].member));
    let second = world.proposes(&Action::RemoveValidator(nodes[1].member));
    for number in [first, second] {
        world.votes(&state, number, Choice::For);
        world.votes(&court, number, Choice::For);
    }
    assert!(matches!(world.stage(first), Stage::Decided { .. }));
    let Stage::Void(_, code) = world.stage(second) else { panic!("{:?}", world.stage(second)) };
    assert_eq!(named(code), Some("TooFewValidators"));
}

#[test]
fn what_has_become_harmful_before_the_boundary_is_void() {
    let mut world = World::with(5, vec![]);
    let nodes = world.nodes.clone();
    let number = world.decides(&Action::RemoveValidator(nodes[0].member));
    world.chain.wait_ms(2 * HOUR_MS);
    while !(world.chain.height().0 + 1).is_multiple_of(40) {
        world.block();
    }
    let Stage::Void(height, code) = world.stage(number) else { panic!("{:?}", world.stage(number)) };
    assert_eq!((height, named(code)), (world.chain.height(), Some("QuorumNotReady")));
    assert_eq!(world.decided().seats.len(), 5);
}

#[test]
fn a_measure_that_makes_the_quorum_unready_is_refused() {
    let mut world = World::new();
    let strict = |value| Action::ChangeParameter(Parameter::DiskFreeMinMib, value);
    world.refuses_proposal(&strict(200_000), GovernanceRejection::QuorumNotReady);
    world.refuses_proposal(&strict(1), GovernanceRejection::ParameterOutOfBounds);
    world.refuses_proposal(&strict(4_096), GovernanceRejection::NothingChanges);
    world.enacts(&strict(50_000));
}

#[test]
fn those_who_are_left_can_take_every_hurdle() {
    let mut world = World::new();
    let (assembly, court, state) = (world.assembly.clone(), world.court.clone(), world.state.clone());
    world.refuses_proposal(&Action::UnseatConstituent(MemberId([9; 16])), GovernanceRejection::ConstituentUnknown);
    world.refuses_proposal(&Action::SeatConstituent(court.member), GovernanceRejection::ConstituentAlready);
    let clerk = world.member("clerk", MemberKind::Person, None);
    world.refuses_proposal(&Action::SeatConstituent(clerk.member), GovernanceRejection::AuthorityUnfit);
    world.enacts(&Action::UnseatConstituent(assembly.member));
    world.enacts(&Action::UnseatConstituent(court.member));
    world.refuses_proposal(&Action::UnseatConstituent(state.member), GovernanceRejection::LastConstituent);
}

#[test]
fn an_authority_without_a_key_does_not_count_among_those_who_are_left() {
    let mut world = World::new();
    let council = world.authority("council");
    world.enacts(&Action::SeatConstituent(council.member));
    let (state, assembly) = (world.state.clone(), world.assembly.clone());
    let ending = Ending { member: council.member, reason: "dissolved".to_owned() };
    world.chain.submit(&state, IDENTITY, &IdentityTransaction::RevokeMember(ending)).unwrap();
    // Three would be left, and three quarters of three are all of them; but one of the three is gone.
    world.refuses_proposal(&Action::UnseatConstituent(assembly.member), GovernanceRejection::LastConstituent);
    world.proposes(&Action::UnseatConstituent(council.member));
}

#[test]
fn the_last_certificate_root_in_use_is_not_retired() {
    let mut world = World::new();
    let root = |name: &str, expires| NewRoot {
        certificate: hash(Tag::Content, &[name.as_bytes()]),
        name: name.to_owned(),
        expires,
    };
    let year = world.chain.time().plus_ms(365 * DAY_MS);
    let (first, second) = (root("Root 1", year), root("Root 2", year));
    let soon = root("Root 0", world.chain.time().plus_ms(29 * DAY_MS));
    world.refuses_proposal(&Action::AdmitRoot(soon), GovernanceRejection::RootExpiresSoon);
    world.refuses_proposal(&Action::RetireRoot(first.certificate), GovernanceRejection::RootUnknown);
    world.enacts(&Action::AdmitRoot(first.clone()));
    world.refuses_proposal(&Action::AdmitRoot(first.clone()), GovernanceRejection::RootKnown);
    world.refuses_proposal(&Action::RetireRoot(first.certificate), GovernanceRejection::LastRoot);
    world.enacts(&Action::AdmitRoot(second.clone()));
    world.enacts(&Action::RetireRoot(first.certificate));
    world.refuses_proposal(&Action::RetireRoot(first.certificate), GovernanceRejection::RootUnknown);
    world.refuses_proposal(&Action::RetireRoot(second.certificate), GovernanceRejection::LastRoot);
}

#[test]
fn a_reason_is_needed() {
    let mut world = World::new();
    let state = world.state.clone();
    for reason in ["", " ", "turned \u{202e}around", "two\nlines", &"x".repeat(501)] {
        let mut bare = propose(&Action::ChangeParameter(Parameter::RespondentsMin, 5));
        if let GovernanceTransaction::Propose(proposal) = &mut bare {
            reason.clone_into(&mut proposal.reason);
        }
        world.refuses(&state, &bare, GovernanceRejection::TextUnfit);
    }
}
