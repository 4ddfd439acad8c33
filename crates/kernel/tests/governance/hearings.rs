//! A validator that signs two proposals for one view: shown by anyone, heard, and only then judged.

use super::world::{World, members, named, seat};
use chancery_crypto::digest::header_hash;
use chancery_crypto::signature::{Purpose, SigningKey};
use chancery_kernel::governance::event::GovernanceEvent;
use chancery_kernel::governance::query;
use chancery_kernel::governance::record::Stage;
use chancery_kernel::governance::rejection::GovernanceRejection;
use chancery_kernel::governance::transaction::{Action, Evidence, GovernanceTransaction, NewAnswer, SignedHeader};
use chancery_ledger::testing::{NETWORK, Party, key_of};
use chancery_types::block::{Header, SyncTarget};
use chancery_types::hash::Digest;
use chancery_types::ids::{Epoch, Height, NetworkId, View};
use chancery_types::member::MemberKind;
use chancery_types::time::{BlockTime, DAY_MS, MINUTE_MS};

pub(crate) fn header(proposer: &Party, view: u64, state_root: u8) -> Header {
    Header {
        network: NETWORK,
        height: Height(40),
        epoch: Epoch(1),
        view: View(view),
        parent: Digest([1; 32]),
        parent_view: View(view - 1),
        time: BlockTime(1_767_225_600_000),
        proposer: proposer.public_key(),
        state_root: Digest([state_root; 32]),
        sync: SyncTarget { root: Digest([2; 32]), start: 0, end: 1 },
        outcomes_root: Digest([3; 32]),
        history_root: Digest([4; 32]),
        body: Digest([5; 32]),
        transactions: 0,
        reshare: None,
    }
}

pub(crate) fn signed(header: Header, key: &SigningKey) -> SignedHeader {
    let signature = key.sign(Purpose::Proposal, &header.network, header_hash(&header).as_bytes());
    SignedHeader { header, signature }
}

pub(crate) fn twice(proposer: &Party, view: u64) -> Evidence {
    let of = |root| signed(header(proposer, view, root), &proposer.key);
    Evidence { first: of(6), second: of(7) }
}

fn report(evidence: Evidence) -> GovernanceTransaction {
    GovernanceTransaction::ReportDoubleProposal(Box::new(evidence))
}

fn answer(hearing: u64) -> GovernanceTransaction {
    let statement = "The machine was restored from an old copy.".to_owned();
    GovernanceTransaction::AnswerHearing(NewAnswer { hearing, statement })
}

/// Five validators, of whom the fifth signs two proposals for view 7; a clerk shows them.
fn scene() -> (World, Party, Party) {
    let mut world = World::with(5, vec![]);
    let clerk = world.member("clerk", MemberKind::Person, None);
    let culprit = world.nodes[4].clone();
    world.accepts(&clerk, &report(twice(&culprit, 7)));
    (world, clerk, culprit)
}

#[test]
fn evidence_from_any_member_opens_a_hearing_and_stands_in_public() {
    let (mut world, clerk, culprit) = scene();
    let hearing = world.chain.read(|view, _| query::hearing(view, 1)).unwrap();
    assert_eq!((hearing.accused, hearing.reporter), (culprit.member, clerk.member));
    let stands = world.chain.read(|view, _| query::evidence(view, 1)).unwrap();
    assert_eq!(stands, twice(&culprit, 7));
    assert_eq!(stands.check(&NETWORK), Ok(culprit.public_key()), "anyone can check it with the key alone");
    assert!(members(&world.effective()).contains(&culprit.member), "nothing follows by itself");
    world.refuses(&clerk, &report(twice(&culprit, 7)), GovernanceRejection::ReportedAlready);
    let swapped = twice(&culprit, 7);
    let swapped = Evidence { first: swapped.second, second: swapped.first };
    world.refuses(&clerk, &report(swapped), GovernanceRejection::ReportedAlready);
    world.accepts(&clerk, &report(twice(&culprit, 8)));
}

#[test]
fn what_does_not_show_two_proposals_is_refused() {
    let mut world = World::new();
    let (accuser, first, second) = (world.state.clone(), world.nodes[0].clone(), world.nodes[1].clone());
    let good = || header(&first, 7, 6);
    let other = |change: fn(&mut Header)| {
        let mut other = header(&first, 7, 7);
        change(&mut other);
        signed(other, &first.key)
    };
    let one = || signed(good(), &first.key);
    let mut forged = one();
    forged.header.state_root = Digest([7; 32]);
    let stranger = key_of("stranger");
    for (what, evidence) in [
        ("the same proposal twice", Evidence { first: one(), second: one() }),
        ("another view", Evidence { first: one(), second: other(|header| header.view = View(8)) }),
        ("another epoch", Evidence { first: one(), second: other(|header| header.epoch = Epoch(2)) }),
        ("another network", Evidence { first: one(), second: other(|header| header.network = NetworkId([8; 32])) }),
        ("another proposer", Evidence { first: one(), second: signed(header(&second, 7, 7), &second.key) }),
        ("a changed header", Evidence { first: one(), second: forged }),
        ("another's signature", Evidence { first: one(), second: signed(header(&first, 7, 7), &stranger) }),
    ] {
        let refused = world.submit(&accuser, &report(evidence)).expect_err(what);
        assert_eq!(named(refused), Some("EvidenceUnsound"), "{what}");
    }
    // Sound, but against nobody who was a validator.
    let node = world.node("fifth");
    world.refuses(&accuser, &report(twice(&node, 7)), GovernanceRejection::AccusedUnknown);
    let nobody = Party { member: node.member, key: stranger };
    world.refuses(&accuser, &report(twice(&nobody, 7)), GovernanceRejection::AccusedUnknown);
}

#[test]
fn nobody_is_suspended_before_it_was_heard() {
    let (mut world, _, culprit) = scene();
    let suspend = Action::Suspend(culprit.member, 1);
    world.refuses_proposal(&suspend, GovernanceRejection::NotHeard);
    world.refuses_proposal(&Action::Suspend(culprit.member, 2), GovernanceRejection::HearingUnknown);
    let other = world.nodes[0].member;
    world.refuses_proposal(&Action::Suspend(other, 1), GovernanceRejection::HearingUnknown);
    world.accepts(&culprit, &answer(1));
    world.refuses(&culprit, &answer(1), GovernanceRejection::HearingOver);
    world.proposes(&suspend);
}

#[test]
fn silence_ends_with_the_term() {
    let (mut world, _, culprit) = scene();
    let seen = world.wait(7 * DAY_MS + 2 * MINUTE_MS);
    assert!(seen.contains(&GovernanceEvent::HearingTermOver(1)));
    world.refuses(&culprit, &answer(1), GovernanceRejection::HearingOver);
    world.all_ready();
    world.proposes(&Action::Suspend(culprit.member, 1));
}

#[test]
fn a_suspended_validator_leaves_at_the_boundary_and_returns_only_when_the_suspension_is_lifted() {
    let (mut world, _, culprit) = scene();
    world.accepts(&culprit, &answer(1));
    let number = world.decides(&Action::Suspend(culprit.member, 1));
    assert!(members(&world.decided()).contains(&culprit.member));
    while !(world.chain.height().0 + 1).is_multiple_of(40) {
        world.block();
    }
    assert!(matches!(world.stage(number), Stage::Executed(_)));
    assert!(!members(&world.decided()).contains(&culprit.member));
    let tenure = world.chain.read(|view, _| query::tenure(view, &culprit.member)).unwrap();
    assert_eq!((tenure.until, tenure.suspended), (Some(1), Some(1)));
    world.all_ready();
    let admit = Action::AdmitValidator(seat(&culprit));
    world.refuses_proposal(&admit, GovernanceRejection::Suspended);
    let lift = Action::LiftSuspension(culprit.member);
    world.decides(&lift);
    while !(world.chain.height().0 + 1).is_multiple_of(40) {
        world.block();
    }
    world.refuses_proposal(&lift, GovernanceRejection::NotSuspended);
    world.proposes(&admit);
}

#[test]
fn a_suspension_that_would_take_the_quorum_is_refused_like_any_other() {
    let mut world = World::new();
    let culprit = world.nodes[3].clone();
    let accuser = world.state.clone();
    world.accepts(&accuser, &report(twice(&culprit, 7)));
    world.accepts(&culprit, &answer(1));
    world.refuses_proposal(&Action::Suspend(culprit.member, 1), GovernanceRejection::TooFewValidators);
}
