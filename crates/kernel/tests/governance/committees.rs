//! Validators join, leave, are replaced and change their keys; the committee that is decided and the one in effect.

use super::world::{EPOCH, World, members, seat};
use chancery_crypto::signature::Purpose;
use chancery_kernel::governance::event::GovernanceEvent;
use chancery_kernel::governance::query;
use chancery_kernel::governance::record::Seat;
use chancery_kernel::governance::transaction::Action;
use chancery_kernel::identity::ids::IDENTITY;
use chancery_kernel::identity::transaction::{IdentityTransaction, NewKey};
use chancery_ledger::testing::{NETWORK, key_of};
use chancery_types::ids::{Epoch, Height};

#[test]
fn a_node_that_is_voted_in_takes_effect_three_epochs_after_the_decision() {
    let mut world = World::new();
    let fifth = world.node("fifth");
    world.ready(&fifth);
    world.decides(&Action::AdmitValidator(seat(&fifth)));
    assert_eq!(world.decided().seats.len(), 4, "it waits for the boundary");
    let seen = world.until_boundary();
    let committee = world.decided();
    assert_eq!((committee.number, committee.from, committee.seats.len()), (1, Epoch(3), 5));
    assert!(members(&committee).contains(&fifth.member));
    assert_eq!(world.effective().number, 0, "decided is not effective");
    assert!(seen.contains(&GovernanceEvent::CommitteeDecided(committee)));
    for _ in 0..2 {
        assert_eq!(world.effective().number, 0);
        let seen = world.until_boundary();
        let handed_over = GovernanceEvent::CommitteeEffective(1, world.chain.height().next());
        assert_eq!(seen.contains(&handed_over), world.chain.height().0 == 3 * EPOCH - 1);
    }
    assert_eq!(world.chain.height(), Height(3 * EPOCH - 1), "the last block of the second epoch");
    assert_eq!(world.effective().number, 1);
}

#[test]
fn whoever_asks_for_the_committee_of_an_epoch_gets_the_right_one_or_none() {
    let mut world = World::new();
    let (fifth, fourth) = (world.node("fifth"), world.nodes[3].clone());
    world.ready(&fifth);
    let of = |world: &World, epoch: u64| {
        let height = world.chain.height();
        let found = world.chain.read(|view, _| query::committee_of(view, height, Epoch(epoch)));
        found.map(|committee| committee.number)
    };
    assert_eq!([0, 1, 2, 3].map(|epoch| of(&world, epoch)), [Some(0), Some(0), Some(0), None]);
    world.enacts(&Action::AdmitValidator(seat(&fifth)));
    assert_eq!([0, 2, 3, 4].map(|epoch| of(&world, epoch)), [Some(0), Some(0), Some(1), None]);
    world.all_ready();
    world.enacts(&Action::RemoveValidator(fourth.member));
    assert_eq!([2, 3, 4, 5].map(|epoch| of(&world, epoch)), [Some(0), Some(1), Some(2), None]);
    world.block();
    assert_eq!([2, 3, 4, 5].map(|epoch| of(&world, epoch)), [Some(0), Some(1), Some(2), None]);
}

#[test]
fn four_become_seven_and_four_again() {
    let mut world = World::new();
    let new: Vec<_> = ["fifth", "sixth", "seventh"].iter().map(|name| world.node(name)).collect();
    for node in &new {
        world.ready(node);
        world.enacts(&Action::AdmitValidator(seat(node)));
    }
    assert_eq!((world.decided().seats.len(), world.decided().faults_max()), (7, 2));
    // Two of seven may leave at one boundary.
    let old = world.nodes.clone();
    for node in &old[..2] {
        world.decides(&Action::RemoveValidator(node.member));
    }
    world.until_boundary();
    assert_eq!(world.decided().seats.len(), 5);
    world.enacts(&Action::RemoveValidator(old[2].member));
    let left: Vec<_> = [&old[3..], &new[..]].concat().iter().map(|node| node.member).collect();
    let mut seated = members(&world.decided());
    seated.sort();
    let mut expected = left.clone();
    expected.sort();
    assert_eq!(seated, expected);
    for _ in 0..3 {
        world.until_boundary();
    }
    assert_eq!(world.effective(), world.decided());
    let tenure = world.chain.read(|view, _| query::tenure(view, &old[0].member)).unwrap();
    assert_eq!((tenure.since, tenure.until), (0, Some(4)));
}

#[test]
fn a_validator_is_replaced_in_one_step() {
    let mut world = World::new();
    let (fifth, fourth) = (world.node("fifth"), world.nodes[3].clone());
    world.ready(&fifth);
    world.enacts(&Action::ReplaceValidator(fourth.member, seat(&fifth)));
    let seated = members(&world.decided());
    assert!(seated.contains(&fifth.member) && !seated.contains(&fourth.member));
    assert_eq!(seated.len(), 4);
}

#[test]
fn a_validator_gets_another_key_by_vote_and_keeps_its_name() {
    let mut world = World::new();
    let first = world.nodes[0].clone();
    let key = key_of("node 1, second key");
    let possession = key.sign(Purpose::KeyPossession, &NETWORK, first.member.as_bytes());
    let new = NewKey { member: first.member, key: key.public_key(), expires: None, possession };
    world.chain.submit(&first, IDENTITY, &IdentityTransaction::AddKey(new)).unwrap();
    let rotated = Seat { key: key.public_key(), member: first.member };
    world.enacts(&Action::ReplaceValidator(first.member, rotated));
    assert!(world.decided().seats.contains(&rotated));
    assert_eq!(world.decided().seats.len(), 4);
    let tenure = world.chain.read(|view, _| query::tenure(view, &first.member)).unwrap();
    assert_eq!((tenure.since, tenure.until), (0, None), "it never left");
}
