//! Opening registers, and everyone who may not.

use super::world::{World, register};
use chancery_kernel::records::event::RecordsEvent;
use chancery_kernel::records::ids::RECORDS;
use chancery_kernel::records::query;
use chancery_kernel::records::rejection::RecordsRejection;
use chancery_kernel::records::transaction::NewRegister;
use chancery_ledger::Refusal;
use chancery_types::record::RegisterClass;

fn north() -> NewRegister {
    register("north", RegisterClass::Open, "statistics.labour", "01")
}

#[test]
fn an_authority_opens_a_register_in_its_jurisdiction_and_supervises_it() {
    let mut world = World::new();
    let by = world.north.clone();
    let events = world.open(&by, &north()).unwrap();
    let kept = world.chain.read(|view, _| query::register(view, &"north".parse().unwrap())).unwrap();
    assert_eq!((kept.authority, kept.opened), (by.member, world.chain.height()));
    assert_eq!(
        RecordsEvent::from_event(&events[0]),
        Some(RecordsEvent::RegisterOpened(chancery_kernel::records::record::Register::clone(&kept)))
    );
}

#[test]
fn nobody_opens_a_register_outside_its_jurisdiction() {
    use RecordsRejection::OutsideJurisdiction;
    let mut world = World::new();
    let (by, anna) = (world.north.clone(), world.anna.clone());
    world.refuses_to_open(&anna, &north(), OutsideJurisdiction);
    for (domain, region) in [("statistics.labour", "XX"), ("statistics.labour", "02"), ("statistics", "01")] {
        world.refuses_to_open(&by, &register("north", RegisterClass::Open, domain, region), OutsideJurisdiction);
    }
    let nowhere = register("north", RegisterClass::Open, "statistics.labour", "77");
    world.refuses_to_open(&by, &nowhere, OutsideJurisdiction);
}

#[test]
fn a_confidential_register_needs_a_key_to_seal_to() {
    let mut world = World::new();
    let by = world.north.clone();
    let confidential = NewRegister { class: RegisterClass::Confidential, ..north() };
    world.refuses_to_open(&by, &confidential, RecordsRejection::SealingKeyMissing);
    let office = world.office.clone();
    world.open(&office, &confidential).unwrap();
}

#[test]
fn a_register_is_opened_once_and_says_what_it_is_and_under_which_law() {
    let mut world = World::new();
    let by = world.north.clone();
    for text in ["", " ", "two\nlines", " padded", &"x".repeat(501)] {
        let untitled = NewRegister { title: text.to_owned(), ..north() };
        world.refuses_to_open(&by, &untitled, RecordsRejection::TextUnfit);
        let lawless = NewRegister { legal_basis: text.to_owned(), ..north() };
        world.refuses_to_open(&by, &lawless, RecordsRejection::TextUnfit);
    }
    world.open(&by, &north()).unwrap();
    world.refuses_to_open(&by, &north(), RecordsRejection::RegisterKnown);
    assert_eq!(world.chain.submit(&by, RECORDS, &(7_u8, "nothing")), Err(RecordsRejection::Malformed.code()));
}
