//! Whatever the history: at every level the running sums, counts and published totals are what an oracle gets by
//! adding up all that was accepted. The oracle keeps plain numbers and knows nothing of the code's sums.

use super::random::{COMPANIES, Company, REGIONS, Step, country, step};
use super::sealed::{Desk, Secret, decide};
use super::world::{CONFIDENTIAL, OPEN, World, correcting, file, open_return, sums};
use chancery_crypto::amount::commit;
use chancery_statistics::rejection::StatisticsRejection;
use chancery_statistics::transaction::StatisticsTransaction;
use chancery_types::amount::Quantity;
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, proptest};
use std::collections::BTreeSet;

/// What a company has filed and what of it counts.
struct Filed<T> {
    versions: u32,
    waiting: Option<T>,
    counts: Option<T>,
}

fn nothing_filed<T>() -> Vec<Filed<T>> {
    (0..COMPANIES).map(|_| Filed { versions: 0, waiting: None, counts: None }).collect()
}

/// The oracle: what should be in a region.
fn inside<'a, T>(companies: &'a [Company], filed: &'a [Filed<T>], region: &str) -> Vec<(&'a Company, &'a T)> {
    let all = companies.iter().zip(filed).filter(|(company, _)| company.path.contains(&region));
    all.filter_map(|(company, filed)| filed.counts.as_ref().map(|counts| (company, counts))).collect()
}

fn owners<T>(inside: &[(&Company, &T)]) -> u64 {
    inside.iter().map(|(company, _)| company.owner).collect::<BTreeSet<_>>().len().try_into().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn open_totals_are_the_sums_of_all_accepted_returns(steps in vec(step(), 1..80)) {
        let (mut world, companies) = country();
        let mut filed: Vec<Filed<[i64; 3]>> = nothing_filed();
        for step in steps {
            match step {
                Step::File(who, first, second) => {
                    let (party, filed) = (companies[who].party.clone(), &mut filed[who]);
                    let mut one = open_return(&party, first, second);
                    if filed.versions > 0 {
                        one = correcting(one, filed.versions);
                    }
                    world.accepts(&party, &file(OPEN, vec![one]));
                    filed.versions += 1;
                    filed.counts = Some([first, second, first + second]);
                }
                Step::Accept(_) | Step::Refuse(_) => {}
                Step::Publish(region) => publish_open(&mut world, &companies, &filed, REGIONS[region]),
            }
        }
        for region in REGIONS {
            let inside = inside(&companies, &filed, region);
            let expected = [0, 1, 2].map(|cell| inside.iter().map(|(_, values)| values[cell]).sum::<i64>());
            let Some(aggregate) = world.aggregate(OPEN, region) else {
                assert!(inside.is_empty());
                continue;
            };
            assert_eq!(sums(&aggregate), expected);
            assert_eq!((aggregate.returns, aggregate.respondents), (inside.len() as u64, owners(&inside)));
        }
    }

    #[test]
    fn confidential_totals_are_the_sums_of_all_accepted_returns(steps in vec(step(), 1..60)) {
        let (mut world, companies) = country();
        let mut desk = Desk::default();
        let mut filed: Vec<Filed<Secret>> = nothing_filed();
        let office = world.office.clone();
        for step in steps {
            match step {
                Step::File(who, first, second) => {
                    let (party, filed) = (companies[who].party.clone(), &mut filed[who]);
                    let secret = Secret::new(desk.rng(), first, second);
                    let mut one = secret.to_return(&party);
                    if filed.versions > 0 {
                        one = correcting(one, filed.versions);
                    }
                    world.accepts(&party, &file(CONFIDENTIAL, vec![one]));
                    filed.versions += 1;
                    filed.waiting = Some(secret);
                }
                Step::Accept(who) => {
                    if let Some(secret) = filed[who].waiting.take() {
                        desk.accepts(&mut world, &companies[who].party, secret.clone());
                        filed[who].counts = Some(secret);
                    }
                }
                Step::Refuse(who) => {
                    if filed[who].waiting.take().is_some() {
                        let verdict = decide(&[(&companies[who].party, filed[who].versions, Some(81))]);
                        world.accepts(&office, &verdict);
                    }
                }
                Step::Publish(region) => {
                    let publication = desk.publication(&world, REGIONS[region]);
                    let inside = inside(&companies, &filed, REGIONS[region]);
                    if world.submit(&office, &StatisticsTransaction::Publish(publication.clone())).is_ok() {
                        let expected = [0, 1, 2].map(|cell| inside.iter().map(|(_, secret)| secret.values[cell]).sum());
                        assert_eq!(publication.totals.iter().map(|total| total.total.0).collect::<Vec<_>>(), expected);
                        assert!(owners(&inside) >= 3);
                    }
                }
            }
        }
        for region in REGIONS {
            let inside = inside(&companies, &filed, region);
            let Some(aggregate) = world.aggregate(CONFIDENTIAL, region) else {
                assert!(inside.is_empty());
                continue;
            };
            let points = super::sealed::points(&aggregate);
            for (cell, point) in points.iter().enumerate() {
                let total = inside.iter().map(|(_, secret)| secret.values[cell]).sum();
                let blinding = inside.iter().map(|(_, secret)| &secret.blindings[cell]).sum();
                assert_eq!(*point, commit(total, &blinding));
            }
            assert_eq!((aggregate.returns, aggregate.respondents), (inside.len() as u64, owners(&inside)));
        }
    }
}

/// Publishes, having tried to leave a return out.
fn publish_open(world: &mut World, companies: &[Company], filed: &[Filed<[i64; 3]>], region: &str) {
    let publication = world.open_publication(region);
    let inside = inside(companies, filed, region);
    let office = world.office.clone();
    let unchanged = world.aggregate(OPEN, region).is_none_or(|aggregate| aggregate.changed == 0);
    if inside.is_empty() || unchanged {
        assert!(world.submit(&office, &StatisticsTransaction::Publish(publication)).is_err());
        return;
    }
    let mut without_one = publication.clone();
    if let Some((_, values)) = inside.iter().find(|(_, values)| values[2] > 0) {
        for (total, value) in without_one.totals.iter_mut().zip(values.iter()) {
            total.total = Quantity(total.total.0 - value);
        }
        world.refuses(&office, &StatisticsTransaction::Publish(without_one), StatisticsRejection::TotalWrong);
    }
    let figure = world.publishes(publication);
    for (cell, total) in figure.cells.iter().enumerate() {
        assert_eq!(total.total.0, inside.iter().map(|(_, values)| values[cell]).sum::<i64>());
    }
    assert_eq!((figure.returns, figure.respondents), (inside.len() as u64, owners(&inside)));
}
