//! An authority's silence past its term is shown by name, a bounded number of returns in each block.

use super::sealed::{Desk, Secret, decide};
use super::world::{CONFIDENTIAL, DECISION_TERM_MS, World, correcting, file, record_of};
use chancery_ledger::SEGMENT_ITEMS_MAX;
use chancery_ledger::testing::{BEGIN, Party};
use chancery_statistics::event::{Overdue, StatisticsEvent};
use chancery_statistics::ids::OVERDUE_SEGMENTS_MAX;
use chancery_types::ids::Version;
use chancery_types::time::{DAY_MS, MINUTE_MS};

/// Carries out one empty block and gives what it says at its end.
fn overdue(world: &mut World) -> Vec<Overdue> {
    let executed = world.chain.block(&[]);
    let said = executed.events.into_iter().flatten();
    said.filter_map(|event| match StatisticsEvent::from_event(&event) {
        Some(StatisticsEvent::DecisionOverdue(overdue)) => Some(overdue),
        _ => None,
    })
    .collect()
}

/// Lets time pass in steps that the queue passes over one by one.
fn wait(world: &mut World, ms: u64) -> Vec<Overdue> {
    let (mut said, step) = (Vec::new(), 240 * MINUTE_MS);
    for _ in 0..ms.div_ceil(step) {
        world.chain.wait_ms(step);
        said.extend(overdue(world));
    }
    said
}

fn files(world: &mut World, desk: &mut Desk, company: &Party) -> Secret {
    let secret = Secret::new(desk.rng(), 9, 1);
    world.accepts(company, &file(CONFIDENTIAL, vec![secret.to_return(company)]));
    secret
}

#[test]
fn a_return_on_which_no_decision_came_is_named_once_with_its_authority() {
    let (mut world, mut desk) = (World::new(), Desk::default());
    let mill = world.company("01001", "mill");
    files(&mut world, &mut desk, &mill);
    let filed = world.chain.time();
    assert_eq!(wait(&mut world, DECISION_TERM_MS - 240 * MINUTE_MS), []);
    let expected = Overdue {
        register: CONFIDENTIAL.parse().unwrap(),
        period: "2026-01".parse().unwrap(),
        region: "01001".parse().unwrap(),
        subject: mill.member,
        record: record_of(CONFIDENTIAL, &mill),
        version: Version(1),
        filed,
        authority: world.office.member,
    };
    assert_eq!(wait(&mut world, 2 * 240 * MINUTE_MS), [expected]);
    assert_eq!(wait(&mut world, 2 * DAY_MS), []);
}

#[test]
fn a_decision_or_a_correction_ends_the_waiting() {
    let (mut world, mut desk) = (World::new(), Desk::default());
    let [mill, kiln, quay] = ["mill", "kiln", "quay"].map(|name| world.company("01001", name));
    let secret = files(&mut world, &mut desk, &mill);
    desk.accepts(&mut world, &mill, secret);
    files(&mut world, &mut desk, &kiln);
    let office = world.office.clone();
    world.accepts(&office, &decide(&[(&kiln, 1, Some(81))]));
    files(&mut world, &mut desk, &quay);
    let corrected = correcting(Secret::new(desk.rng(), 8, 1).to_return(&quay), 1);
    world.accepts(&quay, &file(CONFIDENTIAL, vec![corrected]));
    let named: Vec<_> = wait(&mut world, 3 * DAY_MS).into_iter().map(|one| (one.subject, one.version)).collect();
    assert_eq!(named, [(quay.member, Version(2))]);
}

#[test]
fn what_one_block_cannot_name_the_next_one_names_in_order() {
    let (mut world, mut desk) = (World::new(), Desk::default());
    let per_block = OVERDUE_SEGMENTS_MAX * SEGMENT_ITEMS_MAX;
    // More than one block's portion, filed by one bureau in filings of 120 returns, one a minute.
    let bureau = world.company("01", "bureau");
    let (mut filed, mut batch) = (Vec::new(), 0);
    while filed.len() <= per_block {
        let names: Vec<String> = (0..120).map(|number| format!("company {number} of {batch}")).collect();
        let companies = world.companies("01001", &names.iter().map(String::as_str).collect::<Vec<_>>());
        let returns = companies.iter().map(|company| Secret::new(desk.rng(), 9, 1).to_return(company));
        world.accepts(&bureau, &file(CONFIDENTIAL, returns.collect()));
        filed.extend(companies.into_iter().map(|company| company.member));
        batch += 1;
    }
    let early = world.chain.time().0 - BEGIN.0;
    assert!(early < MINUTE_MS, "all filed within one minute");
    wait(&mut world, DECISION_TERM_MS - 240 * MINUTE_MS);
    world.chain.wait_ms(239 * MINUTE_MS);
    let mut named = Vec::new();
    let first = loop {
        let said = overdue(&mut world);
        if !said.is_empty() {
            break said;
        }
        world.chain.wait_ms(MINUTE_MS);
    };
    assert_eq!(first.len(), per_block, "a block names at most its portion");
    named.extend(first.iter().map(|one| one.subject));
    named.extend(overdue(&mut world).iter().map(|one| one.subject));
    assert_eq!(named, filed, "nobody is forgotten and the order is kept");
}
