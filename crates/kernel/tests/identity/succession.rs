//! Regions and authorities are renamed, merged and split on a date; what was, stays readable.

use super::world::{World, certify, give, person, reform_bodies, reform_regions, region, scope};
use chancery_kernel::identity::query;
use chancery_kernel::identity::record::Role;
use chancery_kernel::identity::rejection::IdentityRejection;
use chancery_kernel::identity::transaction::{Ending, IdentityTransaction, Named, Renaming};
use chancery_ledger::testing::Party;
use chancery_types::code::RegionCode;
use chancery_types::ids::MemberId;
use chancery_types::time::{BlockTime, DAY_MS};

fn code(text: &str) -> RegionCode {
    text.parse().unwrap()
}

fn rename(of: Named, name: &str, from: BlockTime) -> IdentityTransaction {
    IdentityTransaction::Rename(Renaming { of, name: name.to_owned(), from, act: "Naming Act 2".to_owned() })
}

fn region_name(world: &World, region: &str, time: BlockTime) -> String {
    world.chain.read(|view, _| query::region_at(view, &code(region), time)).unwrap().name
}

fn member_name(world: &World, member: MemberId, time: BlockTime) -> Option<String> {
    world.chain.read(|view, _| query::member_at(view, &member, time)).unwrap().name
}

#[test]
fn a_region_has_the_name_of_the_date_that_is_asked_for() {
    let mut world = World::new();
    let north = world.north.clone();
    let (before, first, second) = (world.chain.time(), world.in_days(10), world.in_days(20));
    let county = || Named::Region(code("01001"));
    world.accepts(&north, &rename(county(), "Upper County", first));
    world.accepts(&north, &rename(county(), "Old Upper County", second));
    for (time, expected) in [
        (BlockTime(0), "A region"),
        (before, "A region"),
        (first, "Upper County"),
        (second.plus_ms(1), "Old Upper County"),
    ] {
        assert_eq!(region_name(&world, "01001", time), expected);
    }
    // Names follow one another, and none is announced for the past.
    world.refuses(&north, &rename(county(), "Between", first), IdentityRejection::DateUnfit);
    world.chain.wait_ms(30 * DAY_MS);
    world.refuses(&north, &rename(county(), "Late", before), IdentityRejection::DateUnfit);
    let far = world.in_days(11 * 366);
    world.refuses(&north, &rename(county(), "Far", far), IdentityRejection::DateUnfit);
    let other = rename(Named::Region(code("02")), "Mine", world.in_days(1));
    world.refuses(&north, &other, IdentityRejection::OutsideJurisdiction);
    let unknown = rename(Named::Region(code("77")), "Mine", world.in_days(1));
    world.refuses(&north, &unknown, IdentityRejection::RegionUnknown);
}

#[test]
fn a_member_is_renamed_by_who_answers_for_it_and_not_by_itself() {
    let mut world = World::new();
    let (office, north) = (world.office.clone(), world.north.clone());
    let (now, from) = (world.chain.time(), world.in_days(5));
    let renamed = rename(Named::Member(north.member), "Office of the North and the Isles", from);
    world.refuses(&north, &renamed, IdentityRejection::NotAnswerable);
    world.accepts(&office, &renamed);
    assert_eq!(member_name(&world, north.member, now).as_deref(), Some("north"));
    assert_eq!(member_name(&world, north.member, from).as_deref(), Some("Office of the North and the Isles"));
    let anna = world.person(&north, "anna", "01");
    let named = rename(Named::Member(anna.member), "Anna", world.in_days(1));
    world.refuses(&north, &named, IdentityRejection::NameUnfit);
    assert_eq!(member_name(&world, anna.member, now), None);
}

#[test]
fn names_are_bounded() {
    let mut world = World::new();
    let north = world.north.clone();
    for number in 1..=16 {
        let named = rename(Named::Region(code("01")), &format!("Name {number}"), world.in_days(number));
        world.accepts(&north, &named);
    }
    let more = rename(Named::Region(code("01")), "Name 17", world.in_days(17));
    world.refuses(&north, &more, IdentityRejection::TooManyNames);
}

#[test]
fn two_counties_merge_and_nothing_new_is_filed_under_the_old_ones() {
    let mut world = World::new();
    let north = world.north.clone();
    world.accepts(&north, &region("01002", "01"));
    world.accepts(&north, &region("01003", "01"));
    let anna = world.person(&north, "anna", "01001");
    let from = world.in_days(5);
    world.accepts(&north, &reform_regions(&["01001", "01002"], &["01003"], from));
    // Until the date everything goes on, but nothing is put into a region that ends.
    let batch = world.batch("before", vec![person("before", "01001")], vec![]);
    world.accepts(&north, &batch);
    world.refuses(&north, &region("01001a", "01001"), IdentityRejection::RegionEnded);
    world.chain.wait_ms(5 * DAY_MS);
    let batch = world.batch("after", vec![person("after", "01001")], vec![]);
    world.refuses(&north, &batch, IdentityRejection::RegionEnded);
    let county = certify(world.chain.time(), "county", &["statistics.labour"], "01001");
    world.refuses(&north, &county, IdentityRejection::RegionEnded);
    let role = give(scope(&anna, Role::Checker, "statistics.labour", "01001"), world.in_days(30));
    world.refuses(&north, &role, IdentityRejection::RegionEnded);
    let role = give(scope(&anna, Role::Checker, "statistics.labour", "01003"), world.in_days(30));
    world.accepts(&north, &role);
    // What the old regions were can still be asked, and what they have become.
    let old = world.chain.read(|view, _| query::region_at(view, &code("01001"), from)).unwrap();
    assert_eq!((old.name.as_str(), old.end.unwrap().successors), ("A region", vec![code("01003")]));
    let before = world.chain.read(|view, _| query::region_at(view, &code("01001"), BlockTime(0))).unwrap();
    assert_eq!(before.end, None);
    let now = world.chain.read(|view, _| query::regions_from(view, &code("01002"), from));
    assert_eq!(now, [code("01003")]);
    assert_eq!(world.acts(&anna), Ok(()), "who lives there goes on");
}

#[test]
fn a_region_that_is_split_twice_is_followed_to_what_it_has_become() {
    let mut world = World::new();
    let state = world.state.clone();
    for (code, parent) in [("03", "XX"), ("04", "XX"), ("05", "XX"), ("06", "XX")] {
        world.accepts(&state, &region(code, parent));
    }
    let (first, second) = (world.in_days(1), world.in_days(2));
    world.accepts(&state, &reform_regions(&["02"], &["03", "04"], first));
    world.accepts(&state, &reform_regions(&["04"], &["05", "06"], second));
    let become_ = |time| {
        let found = world.chain.read(|view, _| query::regions_from(view, &code("02"), time));
        found.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(become_(BlockTime(0)), ["02"]);
    assert_eq!(become_(first), ["03", "04"]);
    assert_eq!(become_(second), ["03", "05", "06"]);
}

#[test]
fn a_region_ends_after_the_regions_within_it_and_once() {
    let mut world = World::new();
    let (state, north) = (world.state.clone(), world.north.clone());
    let soon = world.in_days(1);
    world.refuses(&state, &reform_regions(&["01"], &["02"], soon), IdentityRejection::RegionHasParts);
    world.refuses(&state, &reform_regions(&["01"], &["01"], soon), IdentityRejection::SuccessionUnfit);
    world.refuses(&state, &reform_regions(&["XX"], &["02"], soon), IdentityRejection::OutsideJurisdiction);
    world.refuses(&north, &reform_regions(&["01"], &["01001"], soon), IdentityRejection::OutsideJurisdiction);
    world.refuses(&state, &reform_regions(&["77"], &["02"], soon), IdentityRejection::RegionUnknown);
    let past = world.chain.time();
    world.chain.wait_ms(DAY_MS);
    let late = reform_regions(&["01001", "01"], &["02"], past);
    world.refuses(&state, &late, IdentityRejection::DateUnfit);
    let soon = world.in_days(1);
    world.accepts(&state, &reform_regions(&["01001", "01"], &["02"], soon));
    world.refuses(&state, &reform_regions(&["01001"], &["02"], soon), IdentityRejection::RegionEnded);
    world.accepts(&state, &region("03", "XX"));
    world.refuses(&state, &reform_regions(&["02"], &["01"], soon), IdentityRejection::SuccessionUnfit);
}

#[test]
fn two_authorities_merge_and_the_new_one_answers_for_their_members() {
    let mut world = World::new();
    let (office, north) = (world.office.clone(), world.north.clone());
    let south = world.authority(&office, "south", &["statistics.labour"], "02");
    let merged = world.authority(&office, "merged", &["statistics.labour"], "XX");
    let (anna, ben) = (world.person(&north, "anna", "01"), world.person(&south, "ben", "02"));
    let end = |member: &Party| {
        IdentityTransaction::RevokeMember(Ending { member: member.member, reason: "moved away".to_owned() })
    };
    world.accepts(&office, &reform_bodies(&[&north, &south], &[&merged], world.in_days(5)));
    world.refuses(&merged, &end(&anna), IdentityRejection::NotAnswerable);
    assert_eq!(world.acts(&north), Ok(()), "until the date");
    world.chain.wait_ms(5 * DAY_MS);
    let batch = world.batch("late", vec![person("late", "01")], vec![]);
    world.refuses(&north, &batch, IdentityRejection::SenderEnded);
    assert_eq!((world.acts(&anna), world.acts(&ben)), (Ok(()), Ok(())));
    let found = world.chain.read(|view, context| query::member_at(view, &north.member, context.time)).unwrap();
    let ended = found.end.unwrap();
    assert_eq!(
        (found.name.as_deref(), ended.successors, ended.heir),
        (Some("north"), vec![merged.member], Some(merged.member))
    );
    world.accepts(&merged, &end(&anna));
    // What the ended ones vouched for stands and falls with their successor.
    world.suspend(&office, &merged);
    assert!(world.acts(&ben).is_err());
    world.accepts(&office, &end(&ben));
}

#[test]
fn what_a_split_authority_vouched_for_falls_to_those_above_if_no_part_covers_it() {
    let mut world = World::new();
    let (office, north) = (world.office.clone(), world.north.clone());
    world.accepts(&north, &region("01002", "01"));
    let [left, right] = [("left", "01001"), ("right", "01002")]
        .map(|(name, region)| world.authority(&office, name, &["statistics.labour"], region));
    let anna = world.person(&north, "anna", "01001");
    world.accepts(&office, &reform_bodies(&[&north], &[&left, &right], world.in_days(1)));
    world.chain.wait_ms(DAY_MS);
    let end =
        world.chain.read(|view, context| query::member_at(view, &north.member, context.time)).unwrap().end.unwrap();
    assert_eq!((end.successors, end.heir), (vec![left.member, right.member], None));
    assert_eq!(world.acts(&anna), Ok(()));
    world.accepts(&left, &IdentityTransaction::Vouch(anna.member));
    let ending = Ending { member: anna.member, reason: "moved away".to_owned() };
    world.refuses(&left, &IdentityTransaction::RevokeMember(ending.clone()), IdentityRejection::NotAnswerable);
    world.accepts(&office, &IdentityTransaction::RevokeMember(ending));
}

#[test]
fn an_authority_is_succeeded_once_and_by_one_in_office() {
    let mut world = World::new();
    let (state, office, north) = (world.state.clone(), world.office.clone(), world.north.clone());
    let south = world.authority(&office, "south", &["statistics.labour"], "02");
    let anna = world.person(&north, "anna", "01");
    let soon = world.in_days(5);
    world.refuses(&office, &reform_bodies(&[&anna], &[&south], soon), IdentityRejection::KindUnfit);
    world.refuses(&north, &reform_bodies(&[&north], &[&south], soon), IdentityRejection::NotAnswerable);
    world.accepts(&office, &super::world::suspension(&south, soon));
    world.refuses(&office, &reform_bodies(&[&north], &[&south], soon), IdentityRejection::SuccessorUnfit);
    world.accepts(&office, &super::world::lifting(&south));
    world.accepts(&state, &reform_bodies(&[&north], &[&south], soon));
    world.refuses(&state, &reform_bodies(&[&north], &[&south], soon), IdentityRejection::AlreadyEnding);
    world.refuses(&state, &reform_bodies(&[&south], &[&north], soon), IdentityRejection::SuccessorUnfit);
}
