use super::*;
use std::collections::BTreeSet;

#[test]
fn the_same_seed_gives_the_same_country_and_another_seed_another() {
    assert_eq!(Country::generate(1), Country::generate(1));
    assert_ne!(Country::generate(1), Country::generate(2));
}

#[test]
fn codes_handles_and_names_are_distinct_and_fit_the_ledger() {
    let country = Country::generate(DEMONSTRATION_SEED);
    let codes: BTreeSet<_> = country.counties().map(|county| &county.place.code).collect();
    assert_eq!(codes.len(), country.counties().count());
    let names: BTreeSet<_> = country.enterprises.iter().map(|enterprise| &enterprise.name).collect();
    assert_eq!(names.len(), country.enterprises.len());
    assert!(names.iter().all(|name| name.len() <= 200 && name.trim() == name.as_str()));
    for code in codes {
        assert!(code.parse::<chancery_types::code::RegionCode>().is_ok(), "{code}");
    }
}

#[test]
fn it_has_what_programs_stumble_over() {
    let country = Country::generate(DEMONSTRATION_SEED);
    let lonely: Vec<_> = country.provinces.iter().filter(|province| province.counties.len() == 1).collect();
    assert_eq!(lonely.len(), 1);
    let theirs = country.enterprises.iter().filter(|enterprise| enterprise.province == lonely[0].place.code);
    assert_eq!(theirs.count(), 1);
    assert!(country.enterprises.len() > 100);
    assert!(country.counties().any(|county| county.place.name.contains(',')));
    assert!(country.counties().any(|county| county.place.name.contains('县')));
    let owned = |group: &Group| country.enterprises.iter().filter(|e| e.owner.as_ref() == Some(&group.id)).count();
    assert!(country.groups.iter().any(|group| owned(group) > 1));
    assert_eq!(country.enterprises.iter().filter(|enterprise| enterprise.mistake.is_some()).count(), 4);
    assert_eq!(country.counties().filter(|county| county.mistake.is_some()).count(), 4);
}

#[test]
fn no_owner_dominates_the_country_or_a_large_province() {
    let country = Country::generate(DEMONSTRATION_SEED);
    for region in country.provinces.iter().map(|p| Some(&p.place.code)).chain([None]) {
        let inside: Vec<_> =
            country.enterprises.iter().filter(|e| region.is_none_or(|code| e.province == *code)).collect();
        if inside.len() == 1 {
            continue;
        }
        for cell in 0..6 {
            let total: i64 = inside.iter().map(|e| e.answers.values()[cell]).sum();
            let owners: BTreeSet<_> = inside.iter().map(|e| e.owner.as_ref().unwrap_or(&e.id)).collect();
            let share = |owner: &String| {
                let theirs = inside.iter().filter(|e| e.owner.as_ref().unwrap_or(&e.id) == owner);
                theirs.map(|e| e.answers.values()[cell]).sum::<i64>()
            };
            let largest = owners.into_iter().map(share).max().unwrap();
            assert!(largest * 100 <= total * 40, "{region:?} cell {cell}: {largest} of {total}");
        }
    }
}
