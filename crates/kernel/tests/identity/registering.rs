//! Who is registered how.

use super::world::{World, acceptance, certify, company, invited, legal, person};
use chancery_kernel::identity::event::IdentityEvent;
use chancery_kernel::identity::query;
use chancery_kernel::identity::record::Role;
use chancery_kernel::identity::rejection::IdentityRejection;
use chancery_kernel::identity::transaction::{BatchRole, IdentityTransaction, NewMember};
use chancery_ledger::testing::{NETWORK, Party, key_of};
use chancery_types::member::MemberKind;

#[test]
fn the_founding_state_names_the_validators_in_order() {
    let world = World::new();
    let expected: Vec<_> = (1..=4).map(|number| key_of(&format!("node {number}")).public_key()).collect();
    assert_eq!(world.chain.read(|view, _| query::validators(view)), expected);
    assert_eq!([1, 3, 4, 6, 7, 64].map(chancery_types::network::faults_max), [0, 0, 1, 1, 2, 21]);
}

#[test]
fn a_company_and_its_works_are_registered_in_one_batch() {
    let mut world = World::new();
    let north = world.north.clone();
    let owner = query::member_id(&NETWORK, &north.member, &legal("company"));
    let members = vec![company("company", "01", None), company("works", "01001", Some(owner))];
    let role =
        BatchRole { role: Role::Filer, domain: "statistics.labour".parse().unwrap(), expires: world.in_days(365) };
    let batch = world.batch("company", members, vec![role]);
    let events = world.accepts(&north, &batch);
    let kinds: Vec<u16> = events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [2, 5, 2, 5, 3], "registered, role; registered, role; invitation's key");
    let works = query::member_id(&NETWORK, &north.member, &legal("works"));
    world.accepts(&invited(owner, "company"), &acceptance(&[(owner, "company key"), (works, "works key")]));
    let works = Party::new(works, "works key");
    assert!(world.has_role(&works, Role::Filer, "statistics.labour", "01001"));
    assert!(!world.has_role(&works, Role::Filer, "statistics.labour", "01"), "a role is in the member's own region");
    for event in &events {
        assert_eq!(IdentityEvent::from_event(event).unwrap().to_event(), *event);
    }
}

#[test]
fn nobody_is_registered_twice() {
    let mut world = World::new();
    let north = world.north.clone();
    world.person(&north, "anna", "01");
    let again = world.batch("anna again", vec![person("anna", "01")], vec![]);
    world.refuses(&north, &again, IdentityRejection::MemberKnown);
    let twice = world.batch("twice", vec![person("ben", "01"), person("ben", "01")], vec![]);
    world.refuses(&north, &twice, IdentityRejection::TooMany);
    // Another authority knows her under another id.
    let office = world.office.clone();
    let elsewhere = world.batch("anna elsewhere", vec![person("anna", "01")], vec![]);
    world.accepts(&office, &elsewhere);
    let [here, there] = [north, office].map(|by| query::member_id(&NETWORK, &by.member, &legal("anna")));
    assert_ne!(here, there);
}

#[test]
fn persons_have_no_name_and_companies_have_one() {
    let mut world = World::new();
    let north = world.north.clone();
    let bare = |kind, name: Option<&str>| NewMember { kind, name: name.map(str::to_owned), ..person("someone", "01") };
    let long = "x".repeat(201);
    for member in [
        bare(MemberKind::Person, Some("Anna")),
        bare(MemberKind::Device, Some("Meter 7")),
        bare(MemberKind::Organisation, None),
        bare(MemberKind::Node, None),
        bare(MemberKind::Organisation, Some("")),
        bare(MemberKind::Organisation, Some("two\nlines")),
        bare(MemberKind::Organisation, Some("two\u{2028}lines")),
        bare(MemberKind::Organisation, Some("back\u{202e}wards")),
        bare(MemberKind::Organisation, Some(" spaced ")),
        bare(MemberKind::Organisation, Some(&long)),
    ] {
        let batch = world.batch("someone", vec![member], vec![]);
        world.refuses(&north, &batch, IdentityRejection::NameUnfit);
    }
    let authority = world.batch("someone", vec![bare(MemberKind::Authority, Some("Ministry"))], vec![]);
    world.refuses(&north, &authority, IdentityRejection::KindUnfit);
}

#[test]
fn an_owner_is_a_live_member_that_nobody_owns() {
    let mut world = World::new();
    let north = world.north.clone();
    let nobody = query::member_id(&NETWORK, &north.member, &legal("nobody"));
    let batch = world.batch("works", vec![company("works", "01", Some(nobody))], vec![]);
    world.refuses(&north, &batch, IdentityRejection::OwnerUnfit);
    let (mother, daughter) = (legal("mother"), legal("daughter"));
    let mother = query::member_id(&NETWORK, &north.member, &mother);
    let daughter = query::member_id(&NETWORK, &north.member, &daughter);
    let members = vec![
        company("mother", "01", None),
        company("daughter", "01", Some(mother)),
        company("granddaughter", "01", Some(daughter)),
    ];
    let chain = world.batch("chain", members, vec![]);
    world.refuses(&north, &chain, IdentityRejection::OwnerUnfit);
}

#[test]
fn lists_have_bounds() {
    let mut world = World::new();
    let north = world.north.clone();
    let empty = world.batch("empty", vec![], vec![]);
    world.refuses(&north, &empty, IdentityRejection::TooMany);
    let many = (0..257).map(|number| person(&format!("person {number}"), "01")).collect();
    let many = world.batch("many", many, vec![]);
    world.refuses(&north, &many, IdentityRejection::TooMany);
    let full: Vec<NewMember> = (0..256).map(|number| person(&format!("person {number}"), "01")).collect();
    let full = world.batch("full", full, vec![]);
    world.accepts(&north, &full);
    let domains: Vec<String> = (0..17).map(|number| format!("statistics.labour.{number}")).collect();
    let domains: Vec<&str> = domains.iter().map(String::as_str).collect();
    let wide = certify(world.chain.time(), "wide", &domains, "01");
    world.refuses(&north, &wide, IdentityRejection::TooMany);
}

#[test]
fn what_is_no_transaction_is_refused_with_a_number() {
    let mut world = World::new();
    let north = world.north.clone();
    let refused = world.chain.submit(&north, chancery_kernel::identity::ids::IDENTITY, &"not a transaction");
    assert_eq!(refused, Err(chancery_ledger::Refusal::code(&IdentityRejection::Malformed)));
    let unknown = IdentityTransaction::RevokeKey(key_of("never bound").public_key());
    world.refuses(&north, &unknown, IdentityRejection::KeyUnknown);
}
