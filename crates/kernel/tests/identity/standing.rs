//! A suspension is announced, touches exactly what the suspended authority alone vouched for, and is lifted.

use super::world::{World, certify, give, lifting, new_key, scope, suspension, taking_over};
use chancery_kernel::identity::event::IdentityEvent;
use chancery_kernel::identity::query;
use chancery_kernel::identity::record::Role;
use chancery_kernel::identity::rejection::IdentityRejection;
use chancery_kernel::identity::transaction::{Ending, IdentityTransaction, Withdrawal};
use chancery_ledger::Refusal;
use chancery_ledger::testing::Party;
use chancery_types::time::{DAY_MS, HOUR_MS};

const RESTS: fn() -> Result<(), chancery_types::rejection::RejectionCode> =
    || Err(IdentityRejection::VouchingSuspended.code());

fn vouch(member: &Party) -> IdentityTransaction {
    IdentityTransaction::Vouch(member.member)
}

fn touches(world: &World, authority: &Party, whom: &Party) -> bool {
    world.chain.read(|view, context| {
        let whom = query::member(view, &whom.member).unwrap();
        query::would_touch(view, context, &authority.member, &whom)
    })
}

#[test]
fn a_suspension_begins_on_its_date_and_ends_when_it_is_lifted() {
    let mut world = World::new();
    let (office, north) = (world.office.clone(), world.north.clone());
    let anna = world.person(&north, "anna", "01");
    let from = world.in_days(2);
    let events = world.accepts(&office, &suspension(&north, from));
    let Some(IdentityEvent::SuspensionAnnounced(whom, notice)) = IdentityEvent::from_event(&events[0]) else {
        panic!("the notice is public: {events:?}");
    };
    assert_eq!((whom, notice.by, notice.from), (north.member, office.member, from));
    assert_eq!(notice.reason, "keys lent to a contractor");
    assert_eq!((world.acts(&north), world.acts(&anna)), (Ok(()), Ok(())), "it is only announced");
    world.chain.wait_ms(2 * DAY_MS);
    assert_eq!(world.acts(&north), Err(IdentityRejection::SenderSuspended.code()));
    assert_eq!(world.acts(&anna), RESTS());
    assert!(world.chain.read(|view, _| query::live_member(view, &anna.member)).is_some(), "nothing is deleted");
    world.accepts(&office, &lifting(&north));
    assert_eq!((world.acts(&north), world.acts(&anna)), (Ok(()), Ok(())));
    world.refuses(&office, &lifting(&north), IdentityRejection::NotSuspended);
}

#[test]
fn a_notice_is_given_at_least_a_day_ahead_and_once() {
    let mut world = World::new();
    let (office, north) = (world.office.clone(), world.north.clone());
    let now = world.chain.time();
    for from in [now, now.plus_ms(DAY_MS - HOUR_MS), now.plus_ms(91 * DAY_MS)] {
        world.refuses(&office, &suspension(&north, from), IdentityRejection::NoticeUnfit);
    }
    world.accepts(&office, &suspension(&north, world.in_days(2)));
    world.refuses(&office, &suspension(&north, world.in_days(3)), IdentityRejection::SuspendedAlready);
    // A notice can be withdrawn, and then it never begins.
    world.accepts(&office, &lifting(&north));
    world.chain.wait_ms(3 * DAY_MS);
    assert_eq!(world.acts(&north), Ok(()));
}

#[test]
fn only_who_stands_above_suspends_and_lifts() {
    let mut world = World::new();
    let (state, office, north) = (world.state.clone(), world.office.clone(), world.north.clone());
    let finance = world.authority(&state, "finance", &["finance"], "XX");
    let anna = world.person(&north, "anna", "01");
    let notice = suspension(&north, world.in_days(2));
    world.refuses(&finance, &notice, IdentityRejection::NotAnswerable);
    world.refuses(&north, &notice, IdentityRejection::NotAnswerable);
    world.refuses(&anna, &notice, IdentityRejection::NotAuthority);
    world.refuses(&office, &suspension(&state, world.in_days(2)), IdentityRejection::NotAnswerable);
    world.refuses(&office, &suspension(&anna, world.in_days(2)), IdentityRejection::KindUnfit);
    world.accepts(&office, &notice);
    world.chain.wait_ms(2 * DAY_MS);
    world.refuses(&north, &lifting(&north), IdentityRejection::SenderSuspended);
    world.refuses(&finance, &lifting(&north), IdentityRejection::NotAnswerable);
    world.accepts(&state, &lifting(&north));
}

#[test]
fn what_another_authority_vouches_for_too_stays() {
    let mut world = World::new();
    let (office, north) = (world.office.clone(), world.north.clone());
    let (anna, ben) = (world.person(&north, "anna", "01"), world.person(&north, "ben", "01"));
    let elsewhere = world.person(&office, "carl", "01");
    world.accepts(&office, &vouch(&ben));
    world.refuses(&office, &vouch(&ben), IdentityRejection::VouchedAlready);
    world.refuses(&north, &vouch(&anna), IdentityRejection::VouchedAlready);
    world.refuses(&office, &vouch(&north), IdentityRejection::VouchedAlready);
    let said: Vec<bool> = [&north, &anna, &ben, &elsewhere, &office].map(|whom| touches(&world, &north, whom)).into();
    assert_eq!(said, [true, true, false, false, false], "it is known before");
    world.suspend(&office, &north);
    assert_eq!(world.acts(&anna), RESTS());
    assert_eq!((world.acts(&ben), world.acts(&elsewhere), world.acts(&office)), (Ok(()), Ok(()), Ok(())));
    let withdrawal = Withdrawal { member: ben.member, reason: "moved away".to_owned() };
    world.accepts(&office, &IdentityTransaction::Withdraw(withdrawal.clone()));
    assert_eq!(world.acts(&ben), RESTS());
    world.refuses(&office, &IdentityTransaction::Withdraw(withdrawal), IdentityRejection::NotVouching);
}

#[test]
fn everything_below_rests_with_it_and_block_production_does_not() {
    let mut world = World::new();
    let (state, office, north) = (world.state.clone(), world.office.clone(), world.north.clone());
    let anna = world.person(&north, "anna", "01");
    let validators = world.chain.read(|view, _| query::validators(view));
    world.suspend(&state, &office);
    assert_eq!(world.acts(&office), Err(IdentityRejection::SenderSuspended.code()));
    assert_eq!(world.acts(&north), RESTS(), "certified by the suspended authority");
    assert_eq!(world.acts(&anna), RESTS(), "two steps below");
    let certify = certify(world.chain.time(), "county", &["statistics.labour"], "01001");
    world.refuses(&north, &certify, IdentityRejection::VouchingSuspended);
    assert_eq!(world.chain.read(|view, _| query::validators(view)), validators);
    let height = world.chain.height();
    world.chain.block(&[]);
    assert!(world.chain.height() > height);
}

#[test]
fn a_node_of_a_suspended_authority_goes_on() {
    let mut world = World::new();
    let (office, north) = (world.office.clone(), world.north.clone());
    let node = chancery_kernel::identity::transaction::NewMember {
        kind: chancery_types::member::MemberKind::Node,
        name: Some("Node of the North".to_owned()),
        ..super::world::person("node", "01")
    };
    let batch = world.batch("node", vec![node], vec![]);
    world.accepts(&north, &batch);
    let node = world.join(&north, "node");
    assert!(!touches(&world, &north, &node));
    world.suspend(&office, &north);
    assert_eq!(world.acts(&node), Ok(()));
}

#[test]
fn roles_given_by_a_suspended_authority_rest_and_others_hold() {
    let mut world = World::new();
    let (office, north) = (world.office.clone(), world.north.clone());
    let carl = world.person(&office, "carl", "01");
    let checker = scope(&carl, Role::Checker, "statistics.labour", "01");
    world.accepts(&north, &give(checker.clone(), world.in_days(300)));
    world.accepts(&office, &give(scope(&carl, Role::Filer, "statistics.labour", "01"), world.in_days(300)));
    let grant = world.chain.read(|view, _| query::role_grant(view, &checker)).unwrap();
    assert!(world.chain.read(|view, context| query::would_touch_role(view, context, &north.member, &grant)));
    assert!(!world.chain.read(|view, context| query::would_touch_role(view, context, &carl.member, &grant)));
    world.suspend(&office, &north);
    assert!(!world.has_role(&carl, Role::Checker, "statistics.labour", "01"));
    assert!(world.has_role(&carl, Role::Filer, "statistics.labour", "01"));
    // The office gives its own word for the same role; it holds whatever becomes of the north.
    world.accepts(&office, &give(checker, world.in_days(300)));
    assert!(world.has_role(&carl, Role::Checker, "statistics.labour", "01"));
    world.accepts(&office, &lifting(&north));
    assert!(world.has_role(&carl, Role::Checker, "statistics.labour", "01"));
}

#[test]
fn another_authority_takes_over_and_gives_back() {
    let mut world = World::new();
    let (state, office, north) = (world.state.clone(), world.office.clone(), world.north.clone());
    let deputy = world.authority(&office, "deputy", &["statistics.labour"], "XX");
    let (anna, ben) = (world.person(&north, "anna", "01"), world.person(&deputy, "ben", "01"));
    world.refuses(&office, &taking_over(&north, &deputy), IdentityRejection::InOffice);
    // It is said with the notice who takes over: then the suspension touches nobody but the authority.
    world.accepts(&office, &suspension(&north, world.in_days(2)));
    world.accepts(&office, &taking_over(&north, &deputy));
    assert!(!touches(&world, &north, &anna));
    world.chain.wait_ms(2 * DAY_MS);
    assert_eq!(world.acts(&anna), Ok(()));
    assert_eq!(world.acts(&north), Err(IdentityRejection::SenderSuspended.code()));
    let ending = Ending { member: anna.member, reason: "moved away".to_owned() };
    world.refuses(&ben, &IdentityTransaction::RevokeMember(ending.clone()), IdentityRejection::NotAuthority);
    // Whoever answers in its place stands or falls with its own line.
    world.suspend(&state, &deputy);
    assert_eq!((world.acts(&anna), world.acts(&ben)), (RESTS(), RESTS()));
    world.accepts(&office, &taking_over(&north, &office));
    assert_eq!(world.acts(&anna), Ok(()), "the superior takes back what it handed on");
    world.accepts(&state, &lifting(&deputy));
    world.accepts(&office, &lifting(&north));
    let end = IdentityTransaction::RevokeMember(ending);
    world.refuses(&deputy, &end, IdentityRejection::NotAnswerable);
    world.accepts(&north, &end);
}

#[test]
fn who_takes_over_answers_and_stands_elsewhere_with_enough_jurisdiction() {
    let mut world = World::new();
    let (state, office, north) = (world.state.clone(), world.office.clone(), world.north.clone());
    let anna = world.person(&north, "anna", "01");
    let below = world.authority(&north, "below", &["statistics.labour"], "01");
    let narrow = world.authority(&office, "narrow", &["statistics.labour.men"], "XX");
    let aside = world.authority(&office, "aside", &["statistics"], "02");
    let finance = world.authority(&state, "finance", &["finance"], "XX");
    let deputy = world.authority(&office, "deputy", &["statistics.labour"], "01");
    world.accepts(&office, &suspension(&north, world.in_days(2)));
    for unfit in [&below, &narrow, &aside, &north] {
        world.refuses(&office, &taking_over(&north, unfit), IdentityRejection::SuccessorUnfit);
    }
    world.refuses(&office, &taking_over(&north, &finance), IdentityRejection::NotAnswerable);
    world.refuses(&state, &taking_over(&north, &finance), IdentityRejection::SuccessorUnfit);
    world.refuses(&finance, &taking_over(&north, &finance), IdentityRejection::NotAnswerable);
    world.accepts(&office, &taking_over(&north, &deputy));
    let ending = Ending { member: anna.member, reason: "moved away".to_owned() };
    world.accepts(&deputy, &IdentityTransaction::RevokeMember(ending));
}

#[test]
fn no_ring_can_be_made_by_taking_over() {
    let mut world = World::new();
    let office = world.office.clone();
    let [first, second, third] =
        ["first", "second", "third"].map(|name| world.authority(&office, name, &["statistics"], "XX"));
    let below = world.authority(&first, "below first", &["statistics"], "XX");
    world.accepts(&office, &suspension(&first, world.in_days(2)));
    world.accepts(&office, &taking_over(&first, &second));
    world.accepts(&office, &suspension(&second, world.in_days(2)));
    world.refuses(&office, &taking_over(&second, &first), IdentityRejection::SuccessorUnfit);
    // Below the first stands, over the first, on the second: it cannot hold the second up.
    world.refuses(&office, &taking_over(&second, &below), IdentityRejection::SuccessorUnfit);
    world.accepts(&office, &taking_over(&second, &third));
    world.chain.wait_ms(3 * DAY_MS);
    assert_eq!(world.acts(&below), Ok(()));
}

#[test]
fn who_rests_can_still_end_own_keys_and_nothing_else() {
    let mut world = World::new();
    let (office, north) = (world.office.clone(), world.north.clone());
    let (anna, ben) = (world.person(&north, "anna", "01"), world.person(&north, "ben", "01"));
    world.suspend(&office, &north);
    let add = IdentityTransaction::AddKey(new_key(anna.member, "anna 2"));
    world.refuses(&anna, &add, IdentityRejection::VouchingSuspended);
    let others = IdentityTransaction::RevokeKey(ben.public_key());
    world.refuses(&north, &others, IdentityRejection::SenderSuspended);
    world.accepts(&anna, &IdentityTransaction::RevokeKey(anna.public_key()));
    // Those above still answer for her.
    world.accepts(&office, &others);
}
