//! Members are ended inside one's own jurisdiction, and can do nothing from that block on.

use super::world::{World, new_key};
use chancery_kernel::identity::ids::IDENTITY;
use chancery_kernel::identity::query;
use chancery_kernel::identity::rejection::IdentityRejection;
use chancery_kernel::identity::transaction::{Ending, IdentityTransaction};
use chancery_ledger::Refusal;
use chancery_ledger::rejection::LedgerRejection;
use chancery_ledger::testing::Party;

fn end(member: &Party) -> IdentityTransaction {
    IdentityTransaction::RevokeMember(Ending { member: member.member, reason: "dissolved".to_owned() })
}

#[test]
fn an_ended_member_can_do_nothing_from_that_transaction_on() {
    let mut world = World::new();
    let north = world.north.clone();
    let anna = world.person(&north, "anna", "01");
    let add = |name| IdentityTransaction::AddKey(new_key(anna.member, name));
    // In one block: before it, the ending, after it.
    let block = [
        world.chain.sign(&anna, IDENTITY, &add("anna 2")),
        world.chain.sign(&north, IDENTITY, &end(&anna)),
        world.chain.sign(&anna, IDENTITY, &add("anna 3")),
    ];
    let executed = world.chain.block(&block);
    assert_eq!(executed.included, [0, 1]);
    assert_eq!(executed.left_out, [(2, LedgerRejection::UnknownSender.code())]);
    world.bars(&anna, &add("anna 4"), LedgerRejection::UnknownSender);
    world.refuses(&north, &end(&anna), IdentityRejection::MemberUnknown);
    let height = world.chain.read(|view, _| query::member(view, &anna.member)).unwrap().revoked;
    assert!(height.is_some(), "it stands for ever that there was such a member");
}

#[test]
fn only_those_who_answer_for_a_member_end_it() {
    let mut world = World::new();
    let (state, office, north) = (world.state.clone(), world.office.clone(), world.north.clone());
    let anna = world.person(&north, "anna", "01");
    let ben = world.person(&north, "ben", "01");
    let finance = world.authority(&state, "finance", &["finance"], "XX");
    world.refuses(&ben, &end(&anna), IdentityRejection::NotAuthority);
    world.refuses(&finance, &end(&anna), IdentityRejection::NotAnswerable);
    world.refuses(&north, &end(&north), IdentityRejection::NotAnswerable);
    world.refuses(&north, &end(&office), IdentityRejection::NotAnswerable);
    world.accepts(&state, &end(&anna));
}

#[test]
fn an_ended_authority_decides_nothing_and_its_members_stay() {
    let mut world = World::new();
    let (office, north) = (world.office.clone(), world.north.clone());
    let anna = world.person(&north, "anna", "01");
    world.accepts(&office, &end(&north));
    let (domain, region) = ("statistics.labour".parse().unwrap(), "01".parse().unwrap());
    assert!(!world.chain.read(|view, _| query::jurisdiction_covers(view, &north.member, &domain, &region)));
    assert!(world.chain.read(|view, _| query::jurisdiction_covers(view, &office.member, &domain, &region)));
    world.accepts(&anna, &IdentityTransaction::AddKey(new_key(anna.member, "anna 2")));
    // The line goes on through the ended authority to those above it.
    world.accepts(&office, &end(&anna));
}

#[test]
fn a_reason_is_given_in_words() {
    let mut world = World::new();
    let north = world.north.clone();
    let anna = world.person(&north, "anna", "01");
    for reason in ["", "  ", &"x".repeat(201)] {
        let ending = Ending { member: anna.member, reason: reason.to_owned() };
        let refused = world.submit(&north, &IdentityTransaction::RevokeMember(ending));
        assert_eq!(refused, Err(IdentityRejection::ReasonMissing.code()), "{reason:?}");
    }
}
