//! The first key of an officer or of a batch of filers arrives by invitation: single use, expiring, for nothing else.

use super::world::{OTHER, World, acceptance, certify, invited, legal, new_key, offer, person};
use chancery_kernel::identity::query;
use chancery_kernel::identity::rejection::IdentityRejection;
use chancery_kernel::identity::transaction::{Acceptance, IdentityTransaction, NewInvitation};
use chancery_ledger::Refusal;
use chancery_ledger::rejection::LedgerRejection;
use chancery_ledger::testing::{NETWORK, Party, key_of};
use chancery_types::ids::MemberId;
use chancery_types::time::DAY_MS;

/// Registers anna and ben in one batch, not yet accepted; who holds the invitation, and their ids.
fn anna_and_ben(world: &mut World) -> (Party, MemberId, MemberId) {
    let north = world.north.clone();
    let batch = world.batch("both", vec![person("anna", "01"), person("ben", "01")], vec![]);
    world.accepts(&north, &batch);
    let [anna, ben] = ["anna", "ben"].map(|name| query::member_id(&NETWORK, &north.member, &legal(name)));
    (invited(anna, "both"), anna, ben)
}

#[test]
fn an_invitation_works_once() {
    let mut world = World::new();
    let (holder, anna, ben) = anna_and_ben(&mut world);
    world.accepts(&holder, &acceptance(&[(anna, "anna"), (ben, "ben")]));
    world.bars(&holder, &acceptance(&[(anna, "anna 2"), (ben, "ben 2")]), LedgerRejection::KeyNotValid);
    let keys = world.chain.read(|view, context| query::valid_keys(view, context, &anna));
    assert_eq!(keys, [key_of("anna").public_key()]);
}

#[test]
fn an_invitation_runs_out() {
    let mut world = World::new();
    let (holder, anna, ben) = anna_and_ben(&mut world);
    world.chain.wait_ms(10 * DAY_MS);
    world.bars(&holder, &acceptance(&[(anna, "anna"), (ben, "ben")]), LedgerRejection::KeyNotValid);
}

#[test]
fn an_invitation_lasts_at_most_ninety_days() {
    let mut world = World::new();
    let office = world.office.clone();
    let too_far = certify(world.in_days(81), "slow office", &["statistics"], "XX");
    world.refuses(&office, &too_far, IdentityRejection::ExpiryTooFar);
    let now = world.chain.time();
    let certified = certify(now, "slow office", &["statistics"], "XX");
    world.chain.wait_ms(11 * DAY_MS);
    world.refuses(&office, &certified, IdentityRejection::ExpiryPast);
}

#[test]
fn every_invited_member_gets_one_key_in_order() {
    let mut world = World::new();
    let (holder, anna, ben) = anna_and_ben(&mut world);
    let stranger = world.north.member;
    for keys in [
        &[(anna, "anna")][..],
        &[(ben, "ben"), (anna, "anna")],
        &[(anna, "anna"), (stranger, "mine")],
        &[(anna, "anna"), (ben, "ben"), (stranger, "mine")],
    ] {
        world.refuses(&holder, &acceptance(keys), IdentityRejection::NotTheInvited);
    }
    world.refuses(&holder, &acceptance(&[(anna, "same"), (ben, "same")]), IdentityRejection::TooMany);
    world.accepts(&holder, &acceptance(&[(anna, "anna"), (ben, "ben")]));
}

#[test]
fn a_key_that_is_not_in_hand_is_not_bound() {
    let mut world = World::new();
    let (holder, anna, ben) = anna_and_ben(&mut world);
    let mut stolen = new_key(ben, "ben");
    stolen.key = key_of("state").public_key();
    let for_another = chancery_kernel::identity::transaction::NewKey { member: ben, ..new_key(anna, "ben") };
    for second in [stolen, for_another] {
        let acceptance = Acceptance { keys: vec![new_key(anna, "anna"), second] };
        let acceptance = IdentityTransaction::AcceptInvitation(acceptance);
        world.refuses(&holder, &acceptance, IdentityRejection::PossessionNotShown);
    }
    let (state, known) = (world.state.clone(), acceptance(&[(anna, "anna"), (ben, "state")]));
    world.refuses(&holder, &known, IdentityRejection::KeyKnown);
    // Refused acceptances have not used the invitation up, and have bound nothing.
    world.accepts(&holder, &acceptance(&[(anna, "anna"), (ben, "ben")]));
    assert_eq!(state.public_key(), key_of("state").public_key());
}

#[test]
fn the_key_of_an_invitation_signs_nothing_else() {
    let mut world = World::new();
    let (holder, anna, _) = anna_and_ben(&mut world);
    let add = IdentityTransaction::AddKey(new_key(anna, "anna"));
    world.refuses(&holder, &add, IdentityRejection::InvitationKeyOnly);
    let revoke = IdentityTransaction::RevokeKey(holder.public_key());
    world.refuses(&holder, &revoke, IdentityRejection::InvitationKeyOnly);
    let elsewhere = world.chain.submit(&holder, OTHER, &());
    assert_eq!(elsewhere, Err(IdentityRejection::InvitationKeyOnly.code()));
    assert!(world.chain.read(|view, context| query::valid_keys(view, context, &anna)).is_empty());
}

#[test]
fn an_acceptance_needs_the_key_of_an_invitation() {
    let mut world = World::new();
    let north = world.north.clone();
    let own = acceptance(&[(north.member, "second key")]);
    world.refuses(&north, &own, IdentityRejection::NotInvitationKey);
}

#[test]
fn an_authority_withdraws_an_open_invitation() {
    let mut world = World::new();
    let (holder, anna, ben) = anna_and_ben(&mut world);
    let north = world.north.clone();
    world.accepts(&north, &IdentityTransaction::RevokeKey(holder.public_key()));
    world.bars(&holder, &acceptance(&[(anna, "anna"), (ben, "ben")]), LedgerRejection::KeyNotValid);
}

#[test]
fn members_are_invited_again_by_those_who_answer_for_them() {
    let mut world = World::new();
    let (_, anna, ben) = anna_and_ben(&mut world);
    world.chain.wait_ms(11 * DAY_MS);
    let expires = world.in_days(1);
    let again =
        |members| IdentityTransaction::InviteAgain(NewInvitation { members, invitation: offer("again", expires) });
    let outsider = world.authority(&world.state.clone(), "finance", &["finance"], "XX");
    world.refuses(&outsider, &again(vec![anna, ben]), IdentityRejection::NotAnswerable);
    let state = world.state.clone();
    world.refuses(&state, &again(vec![MemberId([9; 16])]), IdentityRejection::MemberUnknown);
    world.accepts(&state, &again(vec![ben, anna]));
    world.accepts(&invited(ben, "again"), &acceptance(&[(ben, "ben"), (anna, "anna")]));
}

#[test]
fn an_unsound_key_is_not_bound() {
    let mut world = World::new();
    let (holder, anna, ben) = anna_and_ben(&mut world);
    // The identity of the group: a point of small order, under which one signature fits many messages.
    let mut identity = [0; 32];
    identity[0] = 1;
    let mut unsound = new_key(ben, "ben");
    unsound.key.0 = identity;
    unsound.possession.0 = [0; 64];
    unsound.possession.0[0] = 1;
    let acceptance = Acceptance { keys: vec![new_key(anna, "anna"), unsound] };
    world.refuses(&holder, &IdentityTransaction::AcceptInvitation(acceptance), IdentityRejection::KeyUnsound);
}
