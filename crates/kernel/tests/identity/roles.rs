//! Roles hold where they were given and within, until they end.

use super::world::{World, give, scope};
use chancery_kernel::identity::query;
use chancery_kernel::identity::record::Role;
use chancery_kernel::identity::rejection::IdentityRejection;
use chancery_kernel::identity::transaction::{Ending, IdentityTransaction};
use chancery_types::time::DAY_MS;

#[test]
fn a_role_covers_the_regions_and_domains_within_its_own() {
    let mut world = World::new();
    let north = world.north.clone();
    let anna = world.person(&north, "anna", "01");
    world.accepts(&north, &give(scope(&anna, Role::Checker, "statistics.labour", "01"), world.in_days(30)));
    for (domain, region, expected) in [
        ("statistics.labour", "01", true),
        ("statistics.labour", "01001", true),
        ("statistics.labour.men", "01001", true),
        ("statistics", "01", false),
        ("statistics.labourers", "01", false),
        ("statistics.labour", "02", false),
        ("statistics.labour", "XX", false),
        ("statistics.labour", "99", false),
    ] {
        assert_eq!(world.has_role(&anna, Role::Checker, domain, region), expected, "{domain} in {region}");
    }
    assert!(!world.has_role(&anna, Role::Approver, "statistics.labour", "01"), "another role");
    assert!(!world.has_role(&north, Role::Checker, "statistics.labour", "01"), "another member");
}

#[test]
fn a_role_expires_and_can_be_renewed() {
    let mut world = World::new();
    let north = world.north.clone();
    let anna = world.person(&north, "anna", "01");
    let checker = scope(&anna, Role::Checker, "statistics.labour", "01");
    world.accepts(&north, &give(checker.clone(), world.in_days(1)));
    world.chain.wait_ms(DAY_MS);
    assert!(!world.has_role(&anna, Role::Checker, "statistics.labour", "01"));
    world.refuses(&north, &IdentityTransaction::RevokeRole(checker.clone()), IdentityRejection::RoleNotHeld);
    world.refuses(&north, &give(checker.clone(), world.chain.time()), IdentityRejection::ExpiryPast);
    world.accepts(&north, &give(checker, world.in_days(1)));
    assert!(world.has_role(&anna, Role::Checker, "statistics.labour", "01"));
}

#[test]
fn a_role_is_taken_back_by_whose_jurisdiction_covers_it() {
    let mut world = World::new();
    let (state, north) = (world.state.clone(), world.north.clone());
    let anna = world.person(&north, "anna", "01");
    let checker = scope(&anna, Role::Checker, "statistics.labour", "01");
    let take = IdentityTransaction::RevokeRole(checker.clone());
    world.refuses(&north, &take, IdentityRejection::RoleNotHeld);
    world.accepts(&north, &give(checker, world.in_days(30)));
    let finance = world.authority(&state, "finance", &["finance"], "XX");
    world.refuses(&finance, &take, IdentityRejection::OutsideJurisdiction);
    world.refuses(&anna, &take, IdentityRejection::NotAuthority);
    world.accepts(&state, &take);
    assert!(!world.has_role(&anna, Role::Checker, "statistics.labour", "01"));
}

#[test]
fn a_role_outside_the_jurisdiction_is_not_given() {
    let mut world = World::new();
    let north = world.north.clone();
    let anna = world.person(&north, "anna", "01");
    for (domain, region) in
        [("statistics", "01"), ("finance", "01"), ("statistics.labour", "02"), ("statistics.labour", "XX")]
    {
        let wider = give(scope(&anna, Role::Auditor, domain, region), world.in_days(30));
        world.refuses(&north, &wider, IdentityRejection::OutsideJurisdiction);
    }
}

#[test]
fn the_word_of_another_authority_is_not_overwritten() {
    let mut world = World::new();
    let (office, north) = (world.office.clone(), world.north.clone());
    let anna = world.person(&north, "anna", "01");
    let checker = scope(&anna, Role::Checker, "statistics.labour", "01");
    world.accepts(&office, &give(checker.clone(), world.in_days(30)));
    world.refuses(&north, &give(checker.clone(), world.in_days(1)), IdentityRejection::RoleHeldOtherwise);
    world.accepts(&office, &give(checker.clone(), world.in_days(60)));
    let grant = world.chain.read(|view, _| query::role_grant(view, &checker)).unwrap();
    assert_eq!(grant.granted_by, office.member);
}

#[test]
fn a_role_ends_with_its_member() {
    let mut world = World::new();
    let north = world.north.clone();
    let anna = world.person(&north, "anna", "01");
    let checker = scope(&anna, Role::Checker, "statistics.labour", "01");
    world.accepts(&north, &give(checker.clone(), world.in_days(30)));
    let ending = Ending { member: anna.member, reason: "retired".to_owned() };
    world.accepts(&north, &IdentityTransaction::RevokeMember(ending));
    assert!(!world.has_role(&anna, Role::Checker, "statistics.labour", "01"));
    world.refuses(&north, &give(checker, world.in_days(30)), IdentityRejection::MemberUnknown);
}
