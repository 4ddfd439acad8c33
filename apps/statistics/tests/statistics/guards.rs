//! What a confidential figure must not show: one filer, by itself or by subtraction.

use super::sealed::Desk;
use super::world::{CONFIDENTIAL, World};
use chancery_ledger::testing::Party;
use chancery_statistics::rejection::StatisticsRejection;

/// So many companies in each county, all accepted, on the day of release.
fn scene(counties: &[(&str, usize)]) -> (World, Desk, Vec<Party>) {
    let (mut world, mut desk, mut all) = (World::new(), Desk::default(), Vec::new());
    for (county, count) in counties {
        all.extend(join(&mut world, &mut desk, county, *count, "founding"));
    }
    world.wait_until_day(12);
    (world, desk, all)
}

/// More companies file and are accepted.
fn join(world: &mut World, desk: &mut Desk, county: &str, count: usize, when: &str) -> Vec<Party> {
    let names: Vec<String> = (0..count).map(|number| format!("{when} {number} of {county}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let joined = world.companies(county, &names);
    for company in &joined {
        desk.files(world, company, 100, 7);
    }
    joined
}

#[test]
fn a_province_with_one_filer_is_refused() {
    let (mut world, mut desk, _) = scene(&[("03001", 1), ("01001", 5)]);
    for region in ["03", "03001"] {
        desk.may_not_publish(&mut world, region, StatisticsRejection::TooFewRespondents);
    }
    desk.publishes(&mut world, "XX");
}

#[test]
fn many_works_of_one_owner_are_one_respondent() {
    let (mut world, mut desk, _) = scene(&[]);
    let holding = world.company("02001", "holding");
    for works in world.works("01001", &["one", "two", "three", "four"], &holding) {
        desk.files(&mut world, &works, 10, 1);
    }
    assert_eq!(world.aggregate(CONFIDENTIAL, "01001").unwrap().returns, 4);
    desk.may_not_publish(&mut world, "01001", StatisticsRejection::TooFewRespondents);
}

#[test]
fn the_province_with_one_filer_does_not_follow_by_subtraction() {
    let (mut world, mut desk, _) = scene(&[("03001", 1), ("01001", 5), ("02001", 4)]);
    desk.publishes(&mut world, "XX");
    desk.publishes(&mut world, "01");
    // The country less the provinces 01 and 02 would be province 03.
    desk.may_not_publish(&mut world, "02", StatisticsRejection::RemainderTooSmall);
}

#[test]
fn nor_when_the_provinces_come_out_before_the_country() {
    let (mut world, mut desk, _) = scene(&[("03001", 1), ("01001", 5), ("02001", 4)]);
    desk.publishes(&mut world, "01");
    desk.publishes(&mut world, "02");
    desk.may_not_publish(&mut world, "XX", StatisticsRejection::RemainderTooSmall);
}

#[test]
fn a_filer_at_home_in_the_province_itself_does_not_follow_by_subtraction() {
    let (mut world, mut desk, _) = scene(&[("01001", 3), ("01", 1)]);
    desk.publishes(&mut world, "01");
    desk.may_not_publish(&mut world, "01001", StatisticsRejection::RemainderTooSmall);

    let (mut world, mut desk, _) = scene(&[("01001", 3), ("01", 1)]);
    desk.publishes(&mut world, "01001");
    desk.may_not_publish(&mut world, "01", StatisticsRejection::RemainderTooSmall);
}

#[test]
fn a_late_filer_at_home_in_the_province_itself_is_not_shown_by_its_revision() {
    let (mut world, mut desk, _) = scene(&[("01001", 4), ("01", 3)]);
    desk.publishes(&mut world, "01");
    desk.publishes(&mut world, "01001");
    join(&mut world, &mut desk, "01001", 3, "late");
    join(&mut world, &mut desk, "01", 1, "late");
    desk.publishes(&mut world, "01001");
    desk.may_not_publish(&mut world, "01", StatisticsRejection::RevisionTooSmall);
    join(&mut world, &mut desk, "01", 2, "later");
    desk.publishes(&mut world, "01");
}

#[test]
fn a_single_county_is_shown_beside_its_province() {
    let (mut world, mut desk, _) = scene(&[("03001", 3), ("01001", 3)]);
    for region in ["XX", "03", "03001", "01", "01001"] {
        desk.publishes(&mut world, region);
    }
}

#[test]
fn a_level_that_is_left_out_would_hide_what_subtraction_shows() {
    let (mut world, mut desk, _) = scene(&[("01001", 4), ("01003", 1), ("02001", 3)]);
    // Country less province 02 less county 01001 is the one filer of 01003.
    desk.publishes(&mut world, "XX");
    desk.publishes(&mut world, "02");
    desk.may_not_publish(&mut world, "01001", StatisticsRejection::WholesNotShown);
    desk.publishes(&mut world, "01");
    desk.may_not_publish(&mut world, "01001", StatisticsRejection::RemainderTooSmall);

    let (mut world, mut desk, _) = scene(&[("01001", 4), ("01003", 1), ("02001", 3)]);
    desk.publishes(&mut world, "01001");
    desk.publishes(&mut world, "02");
    desk.may_not_publish(&mut world, "XX", StatisticsRejection::WholesNotShown);
}

#[test]
fn a_revision_that_would_show_one_late_filer_is_refused() {
    let (mut world, mut desk, founders) = scene(&[("01001", 4)]);
    desk.publishes(&mut world, "XX");
    join(&mut world, &mut desk, "01001", 1, "late");
    desk.may_not_publish(&mut world, "XX", StatisticsRejection::RevisionTooSmall);
    // The same owner twice is one owner.
    desk.files(&mut world, &founders[0], 90, 7);
    desk.files(&mut world, &founders[0], 95, 7);
    desk.may_not_publish(&mut world, "XX", StatisticsRejection::RevisionTooSmall);
    desk.files(&mut world, &founders[1], 90, 7);
    desk.publishes(&mut world, "XX");
}

#[test]
fn a_late_filer_is_not_shown_by_the_next_level() {
    let (mut world, mut desk, _) = scene(&[("01001", 4), ("02001", 4)]);
    for region in ["XX", "01", "02"] {
        desk.publishes(&mut world, region);
    }
    // One late filer in the north, three in the south: the country has four changes.
    join(&mut world, &mut desk, "01001", 1, "late");
    join(&mut world, &mut desk, "02001", 3, "late");
    desk.publishes(&mut world, "02");
    desk.may_not_publish(&mut world, "01", StatisticsRejection::RevisionTooSmall);
    // The country's difference less the south's would be the one in the north.
    desk.may_not_publish(&mut world, "XX", StatisticsRejection::PartsNotCurrent);
    join(&mut world, &mut desk, "01001", 2, "later");
    desk.publishes(&mut world, "01");
    desk.publishes(&mut world, "XX");
}

#[test]
fn a_late_filer_of_a_hidden_part_is_not_shown_by_the_revised_whole() {
    let (mut world, mut desk, _) = scene(&[("01001", 4), ("02001", 4)]);
    desk.publishes(&mut world, "XX");
    desk.publishes(&mut world, "01");
    join(&mut world, &mut desk, "01001", 3, "late");
    join(&mut world, &mut desk, "02001", 1, "late");
    desk.publishes(&mut world, "01");
    desk.may_not_publish(&mut world, "XX", StatisticsRejection::RevisionTooSmall);
    join(&mut world, &mut desk, "02003", 2, "late");
    desk.publishes(&mut world, "XX");
}

#[test]
fn a_part_that_changed_after_its_wholes_figure_comes_too_late() {
    let (mut world, mut desk, _) = scene(&[("01001", 4), ("02001", 4)]);
    desk.publishes(&mut world, "XX");
    join(&mut world, &mut desk, "01001", 1, "late");
    // The country's figure less the south less this one would be the late filer.
    desk.publishes(&mut world, "02");
    desk.may_not_publish(&mut world, "01", StatisticsRejection::TooLateToShow);
    join(&mut world, &mut desk, "01001", 2, "later");
    desk.publishes(&mut world, "XX");
    // Which parts are shown was settled with the first figure of the country.
    desk.may_not_publish(&mut world, "01", StatisticsRejection::TooLateToShow);
}

#[test]
fn a_province_has_more_counties_than_can_be_checked() {
    let (mut world, mut desk, _) = scene(&[("01001", 3)]);
    desk.publishes(&mut world, "01001");
    for county in 0..chancery_statistics::ids::PARTS_MAX {
        let code = format!("01{:03}", 100 + county);
        world.region(&code, "01");
        join(&mut world, &mut desk, &code, 1, "early");
    }
    desk.may_not_publish(&mut world, "01", StatisticsRejection::TooManyParts);
}
