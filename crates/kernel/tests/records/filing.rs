//! Versions: one line of them per record, each naming the one that it replaces.

use super::world::{Told, World, file, record_of};
use chancery_kernel::records::query;
use chancery_kernel::records::rejection::RecordsRejection;
use chancery_types::encoding::from_bytes;
use chancery_types::event::{RECORD_DECISION, RECORD_VERSION};
use chancery_types::ids::{RecordId, Version};
use chancery_types::record::{Assurance, Decision, RecordVersion};

fn decide(record: RecordId, version: u32, refusal: Option<u16>) -> Told {
    Told::Decide { record, version, refusal }
}

#[test]
fn an_open_version_is_accepted_as_it_is_filed() {
    let mut world = World::new();
    let anna = world.anna.clone();
    let events = world.does(&anna, &file("open", 5, None));
    assert_eq!([events[0].kind, events[1].kind], [RECORD_VERSION, RECORD_DECISION]);
    let version: RecordVersion = from_bytes(&events[0].payload).unwrap();
    let kept = world.chain.read(|view, _| query::version(view, &record_of("open", &anna), Version(1)));
    assert_eq!(kept, Some(version));
    let decision: Decision = from_bytes(&events[1].payload).unwrap();
    assert_eq!((decision.authority, decision.assurance), (world.office.member, Assurance::Accepted));
    let head = world.head("open", &anna).unwrap();
    assert_eq!((head.assurance, head.counted), (Assurance::Accepted, Some(Version(1))));
}

#[test]
fn a_confidential_version_waits_and_the_one_before_it_goes_on_counting() {
    let mut world = World::new();
    let (anna, office) = (world.anna.clone(), world.office.clone());
    let record = record_of("closed", &anna);
    world.does(&anna, &file("closed", 5, None));
    assert_eq!(world.head("closed", &anna).unwrap().counted, None);
    world.does(&office, &decide(record, 1, None));
    world.does(&anna, &file("closed", 6, Some(1)));
    let head = world.head("closed", &anna).unwrap();
    assert_eq!((head.latest, head.assurance, head.counted), (Version(2), Assurance::Filed, Some(Version(1))));
    world.does(&office, &decide(record, 2, Some(81)));
    let head = world.head("closed", &anna).unwrap();
    assert_eq!((head.assurance, head.counted), (Assurance::Refused, Some(Version(1))));
}

#[test]
fn versions_follow_one_another() {
    let mut world = World::new();
    let anna = world.anna.clone();
    world.refuses(&anna, &file("open", 5, Some(1)), RecordsRejection::RecordUnknown);
    world.does(&anna, &file("open", 5, None));
    world.refuses(&anna, &file("open", 5, None), RecordsRejection::RecordKnown);
    for other in [0, 2] {
        world.refuses(&anna, &file("open", 6, Some(other)), RecordsRejection::VersionNotLatest);
    }
    world.does(&anna, &file("open", 6, Some(1)));
    world.refuses(&anna, &file("open", 7, Some(1)), RecordsRejection::VersionNotLatest);
    let first = world.chain.read(|view, _| query::version(view, &record_of("open", &anna), Version(1)));
    assert!(first.is_some(), "what was said once stands");
}

#[test]
fn a_correction_says_why_and_a_record_has_at_most_64_cells() {
    let mut world = World::new();
    let anna = world.anna.clone();
    world.does(&anna, &file("open", 5, None));
    let silent = Told::File {
        register: "open".to_owned(),
        value: 6,
        replaces: Some(1),
        links: Vec::new(),
        reason: String::new(),
    };
    world.refuses(&anna, &silent, RecordsRejection::ReasonUnfit);
    // A negative value stands for 65 cells in this world.
    world.refuses(&anna, &file("open", -1, Some(1)), RecordsRejection::TooManyCells);
}

#[test]
fn a_version_is_decided_on_once() {
    let mut world = World::new();
    let (anna, office) = (world.anna.clone(), world.office.clone());
    let record = record_of("closed", &anna);
    world.refuses(&office, &decide(record, 1, None), RecordsRejection::RecordUnknown);
    world.does(&anna, &file("closed", 5, None));
    world.refuses(&office, &decide(record, 2, None), RecordsRejection::VersionNotLatest);
    world.does(&office, &decide(record, 1, Some(81)));
    for again in [None, Some(82)] {
        world.refuses(&office, &decide(record, 1, again), RecordsRejection::AlreadyDecided);
    }
}
