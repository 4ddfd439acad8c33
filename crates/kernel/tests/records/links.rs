//! Links: whoever rests on a record is found from it.

use super::world::{Told, World, file, record_of};
use chancery_kernel::records::event::RecordsEvent;
use chancery_kernel::records::ids::LINKS_MAX;
use chancery_kernel::records::query;
use chancery_kernel::records::record::{BackLink, Link};
use chancery_kernel::records::rejection::RecordsRejection;
use chancery_types::ids::{RecordId, Version};

fn linking(links: Vec<Link>) -> Told {
    let reason = String::new();
    Told::File { register: "open".to_owned(), value: 1, replaces: None, links, reason }
}

#[test]
fn a_link_is_found_from_both_ends() {
    let mut world = World::new();
    let (anna, ben, office) = (world.anna.clone(), world.ben.clone(), world.office.clone());
    let target = record_of("open", &anna);
    world.does(&anna, &file("open", 5, None));
    let twice = vec![Link { kind: 7, target }, Link { kind: 8, target }];
    let events = world.does(&ben, &linking(twice.clone()));
    world.does(&office, &linking(vec![Link { kind: 7, target }]));

    let said = events.iter().filter_map(RecordsEvent::from_event).collect::<Vec<_>>();
    let from = record_of("open", &ben);
    assert_eq!(said, [7, 8].map(|kind| RecordsEvent::Linked { from, kind, target }));
    world.chain.read(|view, _| {
        assert_eq!(query::links(view, &from, Version(1)), twice);
        assert_eq!(query::back_links(view, &target), 3);
        let found: Vec<BackLink> = (0..4).filter_map(|place| query::back_link(view, &target, place)).collect();
        let by_office = record_of("open", &office);
        let expected = [(from, 7), (from, 8), (by_office, 7)];
        assert_eq!(found, expected.map(|(from, kind)| BackLink { from, version: Version(1), kind }));
    });
}

#[test]
fn links_lead_to_records_that_exist_and_are_bounded() {
    let mut world = World::new();
    let (anna, ben) = (world.anna.clone(), world.ben.clone());
    world.does(&anna, &file("open", 5, None));
    let nowhere = Link { kind: 7, target: RecordId([9; 16]) };
    world.refuses(&ben, &linking(vec![nowhere]), RecordsRejection::LinkUnknown);
    let link = Link { kind: 7, target: record_of("open", &anna) };
    world.refuses(&ben, &linking(vec![link.clone(); LINKS_MAX + 1]), RecordsRejection::TooManyLinks);
    world.does(&ben, &linking(vec![link; LINKS_MAX]));
}
