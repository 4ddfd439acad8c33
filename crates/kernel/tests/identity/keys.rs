//! A member outlives its keys.

use super::world::{World, new_key};
use chancery_kernel::identity::ids::KEYS_MAX;
use chancery_kernel::identity::rejection::IdentityRejection;
use chancery_kernel::identity::transaction::{IdentityTransaction, NewKey};
use chancery_ledger::rejection::LedgerRejection;
use chancery_ledger::testing::Party;
use chancery_types::time::DAY_MS;

/// A transaction that any member may send: another key for itself.
fn add(member: &Party, name: &str) -> IdentityTransaction {
    IdentityTransaction::AddKey(new_key(member.member, name))
}

fn end(key: &Party) -> IdentityTransaction {
    IdentityTransaction::RevokeKey(key.public_key())
}

#[test]
fn a_member_changes_its_key_and_stays_who_it_is() {
    let mut world = World::new();
    let north = world.north.clone();
    let anna = world.person(&north, "anna", "01");
    world.accepts(&anna, &add(&anna, "anna 2"));
    let renewed = Party::new(anna.member, "anna 2");
    world.accepts(&renewed, &end(&anna));
    world.bars(&anna, &add(&anna, "anna 3"), LedgerRejection::KeyNotValid);
    world.accepts(&renewed, &add(&anna, "anna 3"));
    world.refuses(&renewed, &end(&anna), IdentityRejection::KeyUnknown);
    world.refuses(&renewed, &add(&anna, "anna"), IdentityRejection::KeyKnown);
}

#[test]
fn a_key_is_added_by_its_own_member_only() {
    let mut world = World::new();
    let north = world.north.clone();
    let anna = world.person(&north, "anna", "01");
    world.refuses(&north, &add(&anna, "planted"), IdentityRejection::NotOwnKey);
}

#[test]
fn a_key_expires() {
    let mut world = World::new();
    let north = world.north.clone();
    let anna = world.person(&north, "anna", "01");
    let short = NewKey { expires: Some(world.in_days(1)), ..new_key(anna.member, "short") };
    world.accepts(&anna, &IdentityTransaction::AddKey(short));
    let short = Party::new(anna.member, "short");
    world.accepts(&short, &add(&anna, "anna 2"));
    world.chain.wait_ms(DAY_MS);
    world.bars(&short, &add(&anna, "anna 3"), LedgerRejection::KeyNotValid);
    let past = NewKey { expires: Some(world.chain.time()), ..new_key(anna.member, "past") };
    world.refuses(&anna, &IdentityTransaction::AddKey(past), IdentityRejection::ExpiryPast);
}

#[test]
fn a_member_has_at_most_eight_keys_and_ended_ones_make_room() {
    let mut world = World::new();
    let north = world.north.clone();
    let anna = world.person(&north, "anna", "01");
    for number in 2..=KEYS_MAX {
        world.accepts(&anna, &add(&anna, &format!("anna {number}")));
    }
    world.refuses(&anna, &add(&anna, "one more"), IdentityRejection::TooManyKeys);
    world.accepts(&anna, &end(&Party::new(anna.member, "anna 2")));
    world.accepts(&anna, &add(&anna, "one more"));
}

#[test]
fn an_authority_does_not_end_its_last_key_by_itself() {
    let mut world = World::new();
    let (office, north) = (world.office.clone(), world.north.clone());
    world.refuses(&north, &end(&north), IdentityRejection::LastKey);
    // The authority above can, and a person may end even the last.
    world.accepts(&office, &end(&north));
    world.bars(&north, &add(&north, "north 2"), LedgerRejection::KeyNotValid);
    let anna = world.person(&office, "anna", "01");
    world.accepts(&anna, &end(&anna));
}

#[test]
fn an_expired_key_does_not_count_as_another_one() {
    let mut world = World::new();
    let north = world.north.clone();
    let short = NewKey { expires: Some(world.in_days(1)), ..new_key(north.member, "short") };
    world.accepts(&north, &IdentityTransaction::AddKey(short));
    world.chain.wait_ms(2 * DAY_MS);
    world.refuses(&north, &end(&north), IdentityRejection::LastKey);
}

#[test]
fn keys_of_others_are_ended_by_those_who_answer_for_them() {
    let mut world = World::new();
    let (state, north) = (world.state.clone(), world.north.clone());
    let anna = world.person(&north, "anna", "01");
    let ben = world.person(&north, "ben", "01");
    let finance = world.authority(&state, "finance", &["finance"], "XX");
    world.refuses(&ben, &end(&anna), IdentityRejection::NotAuthority);
    world.refuses(&finance, &end(&anna), IdentityRejection::NotAnswerable);
    world.refuses(&north, &end(&state), IdentityRejection::NotAnswerable);
    world.accepts(&state, &end(&anna));
    world.bars(&anna, &add(&anna, "anna 2"), LedgerRejection::KeyNotValid);
}
