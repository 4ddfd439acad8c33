//! Who was identified how, once under one authority; devices and their calibration.

use super::world::{TAG_KEY, World, company, legal, meter, model, person};
use chancery_kernel::identity::query;
use chancery_kernel::identity::record::{Calibration, IdentityLevel};
use chancery_kernel::identity::rejection::IdentityRejection;
use chancery_kernel::identity::transaction::{
    CalibrationReport, Ending, IdentityCheck, IdentityTransaction, RenewedCheck,
};
use chancery_ledger::testing::NETWORK;
use chancery_types::ids::{MemberId, NetworkId};
use chancery_types::time::{BlockTime, DAY_MS};

#[test]
fn a_registration_says_how_well_who_checked_and_when() {
    let mut world = World::new();
    let north = world.north.clone();
    let officer = world.person(&north, "officer", "01");
    let mut registration = world.identified(&north, vec![("anna", person("anna", "01"), None)]);
    if let IdentityTransaction::RegisterIdentified(batch) = &mut registration {
        batch.members[0].check.checked_by = officer.member;
        batch.members[0].check.level = IdentityLevel::Substantial;
    }
    world.accepts(&north, &registration);
    let anna = world.join(&north, "anna");
    let known = world.chain.read(|view, _| query::identification(view, &anna.member)).unwrap();
    assert_eq!(
        (known.level, known.authority, known.checked_by),
        (IdentityLevel::Substantial, north.member, officer.member)
    );
    assert_eq!(known.documents, legal("documents of anna"));
    let at_least = |level| world.chain.read(|view, _| query::is_identified(view, &anna.member, level));
    let answers = [IdentityLevel::Low, IdentityLevel::Substantial, IdentityLevel::High].map(at_least);
    assert_eq!(answers, [true, true, false]);
    assert!(!world.chain.read(|view, _| query::is_identified(view, &officer.member, IdentityLevel::Low)), "not said");
}

#[test]
fn the_same_legal_identity_is_registered_once_under_one_authority() {
    let mut world = World::new();
    let (office, north) = (world.office.clone(), world.north.clone());
    world.accepts(&north, &world.identified(&north, vec![("anna", person("anna", "01"), None)]));
    let anna = world.join(&north, "anna");
    // The commitment has another salt, so only the tag shows who it is.
    let again = |world: &World| {
        let mut again = world.identified(&north, vec![("anna", person("anna, salted anew", "01"), None)]);
        if let IdentityTransaction::RegisterIdentified(batch) = &mut again {
            batch.invitation = super::world::offer("again", world.in_days(10));
        }
        again
    };
    world.refuses(&north, &again(&world), IdentityRejection::IdentityKnown);
    let twice =
        world.identified(&north, vec![("ben", person("ben", "01"), None), ("ben", person("ben 2", "01"), None)]);
    world.refuses(&north, &twice, IdentityRejection::TooMany);
    // Another authority has another key and does not learn of it.
    world.accepts(&office, &world.identified(&office, vec![("anna at the office", person("anna", "01"), None)]));
    // When the first has been ended, it can be registered anew.
    let ending = Ending { member: anna.member, reason: "emigrated".to_owned() };
    world.accepts(&north, &IdentityTransaction::RevokeMember(ending));
    world.accepts(&north, &again(&world));
    let anew = query::member_id(&NETWORK, &north.member, &legal("anna, salted anew"));
    let tag = world.check(&north, "anna").tag;
    assert_eq!(world.chain.read(|view, _| query::identified_as(view, &north.member, &tag)), Some(anew));
}

#[test]
fn a_check_is_renewed_by_the_registrar_and_a_corrected_tag_is_free_again() {
    let mut world = World::new();
    let (state, office, north) = (world.state.clone(), world.office.clone(), world.north.clone());
    let (anna, ben) = (world.person(&north, "anna", "01"), world.person(&north, "ben", "01"));
    let check = |world: &World, member: MemberId, name: &str| {
        IdentityTransaction::Identify(vec![RenewedCheck { member, check: world.check(&north, name) }])
    };
    world.accepts(&north, &check(&world, anna.member, "mistyped"));
    world.refuses(&north, &check(&world, ben.member, "mistyped"), IdentityRejection::IdentityKnown);
    world.accepts(&north, &check(&world, anna.member, "anna"));
    world.accepts(&north, &check(&world, ben.member, "mistyped"));
    world.refuses(&state, &check(&world, anna.member, "anna"), IdentityRejection::NotRegistrar);
    let mut future = world.check(&north, "anna");
    future.checked = world.in_days(1);
    let future = IdentityTransaction::Identify(vec![RenewedCheck { member: anna.member, check: future }]);
    world.refuses(&north, &future, IdentityRejection::CheckUnfit);
    let stranger = IdentityCheck { checked_by: office.member, ..world.check(&north, "anna") };
    let stranger = IdentityTransaction::Identify(vec![RenewedCheck { member: anna.member, check: stranger }]);
    world.refuses(&north, &stranger, IdentityRejection::CheckUnfit);
}

#[test]
fn a_tag_shows_the_same_number_however_it_is_written_and_nothing_else() {
    let authority = MemberId([1; 16]);
    let tag = |key: &[u8; 32], network, authority, register, number| {
        query::duplicate_tag(key, &network, &authority, register, number)
    };
    let of = |number| tag(&TAG_KEY, NETWORK, authority, "national-id", number);
    assert_eq!(of("11010519491231002X"), of("110105 19491231-002x"));
    assert_eq!(of("ГÄ 7"), of("гä7"), "in every script");
    let different = [
        of("110105194912310020"),
        tag(&[4; 32], NETWORK, authority, "national-id", "11010519491231002X"),
        tag(&TAG_KEY, NetworkId([9; 32]), authority, "national-id", "11010519491231002X"),
        tag(&TAG_KEY, NETWORK, MemberId([2; 16]), "national-id", "11010519491231002X"),
        tag(&TAG_KEY, NETWORK, authority, "passport", "11010519491231002X"),
    ];
    assert!(different.iter().all(|other| *other != of("11010519491231002X")));
}

#[test]
fn a_device_has_model_place_and_owner_and_nothing_else_has() {
    let mut world = World::new();
    let north = world.north.clone();
    let anna = world.person(&north, "anna", "01");
    let described = |world: &World, member, device| world.identified(&north, vec![("meter", member, device)]);
    let device = || meter("meter", "01", &anna);
    let nobodys = chancery_kernel::identity::transaction::NewMember { owner: None, ..device() };
    let nowhere = chancery_kernel::identity::record::Device { place: String::new(), ..model(None) };
    for (member, described_as) in [
        (device(), None),
        (nobodys, Some(model(None))),
        (device(), Some(nowhere)),
        (person("ben", "01"), Some(model(None))),
        (company("works", "01", None), Some(model(None))),
    ] {
        world.refuses(&north, &described(&world, member, described_as), IdentityRejection::DeviceUnfit);
    }
    world.accepts(&north, &described(&world, device(), Some(model(None))));
    let meter = world.join(&north, "meter");
    let found = world.chain.read(|view, _| query::device(view, &meter.member));
    assert_eq!(found, Some(model(None)));
}

#[test]
fn a_reading_counts_while_the_calibration_lasts() {
    let mut world = World::new();
    let north = world.north.clone();
    let (anna, laboratory) = (world.person(&north, "anna", "01"), world.person(&north, "laboratory", "01"));
    let calibration = world.calibration(&laboratory, 30);
    let described = model(Some(calibration.clone()));
    world.accepts(&north, &world.identified(&north, vec![("meter", meter("meter", "01", &anna), Some(described))]));
    let device = world.join(&north, "meter").member;
    let read_at = |world: &World, time| world.chain.read(|view, _| query::check_calibration(view, &device, time));
    assert_eq!(read_at(&world, calibration.on), Ok(()));
    assert_eq!(read_at(&world, calibration.expires), Ok(()));
    for time in [BlockTime(calibration.on.0 - 1), calibration.expires.plus_ms(1)] {
        assert_eq!(read_at(&world, time), Err(IdentityRejection::CalibrationMissing));
    }
    assert_eq!(
        world.chain.read(|view, _| query::check_calibration(view, &anna.member, calibration.on)),
        Err(IdentityRejection::CalibrationMissing),
        "she is no device"
    );
    world.chain.wait_ms(31 * DAY_MS);
    let renewed = world.calibration(&laboratory, 30);
    let report = |device, calibration| IdentityTransaction::Calibrate(CalibrationReport { device, calibration });
    world.accepts(&north, &report(device, renewed.clone()));
    assert_eq!(read_at(&world, world.chain.time()), Ok(()));
    world.refuses(&north, &report(anna.member, renewed.clone()), IdentityRejection::DeviceUnfit);
    for unfit in [
        Calibration { on: world.in_days(1), ..renewed.clone() },
        Calibration { expires: renewed.on, ..renewed.clone() },
        Calibration { expires: world.in_days(11 * 366), ..renewed.clone() },
        Calibration { by: MemberId([9; 16]), ..renewed },
    ] {
        world.refuses(&north, &report(device, unfit), IdentityRejection::CalibrationUnfit);
    }
}
