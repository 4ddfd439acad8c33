//! Delegation narrows and never widens.

use super::world::{World, certify, company, legal, region};
use chancery_kernel::identity::ids::DEPTH_MAX;
use chancery_kernel::identity::query;
use chancery_kernel::identity::rejection::IdentityRejection;
use chancery_ledger::testing::NETWORK;

#[test]
fn an_authority_hands_on_what_it_holds_or_less() {
    let mut world = World::new();
    let (office, north) = (world.office.clone(), world.north.clone());
    world.authority(&office, "second office", &["statistics"], "XX");
    world.authority(&office, "labour in county 01001", &["statistics.labour"], "01001");
    world.authority(&north, "labour of men", &["statistics.labour.men", "statistics.labour.women"], "01001");
}

#[test]
fn a_wider_domain_is_refused() {
    let mut world = World::new();
    let north = world.north.clone();
    for domains in [&["statistics"][..], &["finance"], &["statistics.labourers"], &["statistics.labour", "finance"]] {
        let wider = certify(world.chain.time(), "wider", domains, "01");
        world.refuses(&north, &wider, IdentityRejection::OutsideJurisdiction);
    }
}

#[test]
fn a_wider_or_foreign_region_is_refused() {
    let mut world = World::new();
    let north = world.north.clone();
    for region in ["XX", "02"] {
        let wider = certify(world.chain.time(), "wider", &["statistics.labour"], region);
        world.refuses(&north, &wider, IdentityRejection::OutsideJurisdiction);
    }
    let nowhere = certify(world.chain.time(), "wider", &["statistics.labour"], "03");
    world.refuses(&north, &nowhere, IdentityRejection::RegionUnknown);
}

#[test]
fn members_are_registered_inside_the_region_only() {
    let mut world = World::new();
    let north = world.north.clone();
    let batch = world.batch("works", vec![company("inside", "01001", None), company("outside", "02", None)], vec![]);
    world.refuses(&north, &batch, IdentityRejection::OutsideJurisdiction);
    let inside = query::member_id(&NETWORK, &north.member, &legal("inside"));
    assert!(world.chain.read(|view, _| query::member(view, &inside)).is_none(), "all or none");
}

#[test]
fn regions_are_added_inside_the_region_only() {
    let mut world = World::new();
    let north = world.north.clone();
    world.accepts(&north, &region("01002", "01"));
    world.refuses(&north, &region("02001", "02"), IdentityRejection::OutsideJurisdiction);
    world.refuses(&north, &region("01002", "01"), IdentityRejection::RegionKnown);
    world.refuses(&north, &region("03001", "03"), IdentityRejection::RegionUnknown);
}

#[test]
fn the_tree_of_regions_has_a_bottom() {
    let mut world = World::new();
    let state = world.state.clone();
    let mut parent = "XX".to_owned();
    for depth in 2..=DEPTH_MAX {
        let code = format!("d{depth}");
        world.accepts(&state, &region(&code, &parent));
        parent = code;
    }
    world.refuses(&state, &region("d9", &parent), IdentityRejection::RegionTooDeep);
    let path = world.chain.read(|view, _| query::region_path(view, &parent.parse().unwrap()));
    assert_eq!(path.len(), DEPTH_MAX);
    assert_eq!(path.last().unwrap().as_str(), "XX", "the whole country still covers the deepest region");
}

#[test]
fn the_tree_of_authorities_has_a_bottom() {
    let mut world = World::new();
    let mut above = world.state.clone();
    for depth in 2..=DEPTH_MAX {
        above = world.authority(&above, &format!("level {depth}"), &["statistics"], "XX");
    }
    let deeper = certify(world.chain.time(), "level 9", &["statistics"], "XX");
    world.refuses(&above, &deeper, IdentityRejection::AuthorityTooDeep);
    // Its members still stand under the state.
    let person = world.person(&above, "clerk", "01");
    let (state, person) = (world.state.member, person.member);
    assert!(world.chain.read(|view, _| query::stands_above(view, &state, &person)));
}
