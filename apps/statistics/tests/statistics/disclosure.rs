//! Whatever the history: no combination of the figures that were published is about fewer than three owners.
//!
//! The oracle is linear algebra. Every accepted version of every company is an unknown; every published figure is the
//! sum of some of them, a row of zeros and ones. A combination of rows is about a set of owners if it is zero in the
//! columns of all others. Such a combination exists exactly if leaving out the owners' columns lowers the rank. This
//! is tried for every set of one or two owners. The oracle knows nothing of parts, rests or counters.

use super::random::{COMPANIES, Company, REGIONS, Step, country, rounds};
use super::sealed::Desk;
use super::world::CONFIDENTIAL;
use chancery_statistics::transaction::StatisticsTransaction;
use proptest::prelude::{ProptestConfig, proptest};
use std::collections::BTreeSet;

/// A prime; ranks of small matrices of zeros and ones over it are those over the rationals, but for a chance that no
/// test will meet.
const PRIME: u128 = (1 << 61) - 1;

/// An unknown: which company's, and which of its accepted versions.
type Unknown = (usize, u32);

fn rank(rows: &[BTreeSet<Unknown>], without: &dyn Fn(&Unknown) -> bool) -> usize {
    let columns: BTreeSet<&Unknown> = rows.iter().flatten().filter(|unknown| !without(unknown)).collect();
    let line = |row: &BTreeSet<Unknown>| columns.iter().map(|column| u128::from(row.contains(column))).collect();
    let mut matrix: Vec<Vec<u128>> = rows.iter().map(line).collect();
    let mut rank = 0;
    for column in 0..columns.len() {
        let Some(pivot) = (rank..matrix.len()).find(|row| matrix[*row][column] != 0) else { continue };
        matrix.swap(rank, pivot);
        let pivot = matrix[rank].clone();
        for row in matrix.iter_mut().skip(rank + 1).filter(|row| row[column] != 0) {
            // row ← pivot's head × row − row's head × pivot
            let (head, own) = (pivot[column], row[column]);
            for (value, of_pivot) in row.iter_mut().zip(&pivot) {
                *value = (*value * head % PRIME + PRIME - own * of_pivot % PRIME) % PRIME;
            }
        }
        rank += 1;
    }
    rank
}

/// The owners, one or two, about whom a combination of figures says something.
fn exposed(companies: &[Company], figures: &[BTreeSet<Unknown>]) -> Option<BTreeSet<usize>> {
    let owners: BTreeSet<usize> = companies.iter().map(|company| company.owner).collect();
    let all = rank(figures, &|_| false);
    for first in &owners {
        for second in owners.range(first..) {
            let about = BTreeSet::from([*first, *second]);
            if rank(figures, &|(company, _)| about.contains(&companies[*company].owner)) < all {
                return Some(about);
            }
        }
    }
    None
}

/// Plays a history, in which filing means filing and being accepted. Every figure that is not refused is noted.
fn play(steps: &[Step]) -> (Vec<Company>, Vec<BTreeSet<Unknown>>) {
    let (mut world, companies) = country();
    let (mut desk, office) = (Desk::default(), world.office.clone());
    let mut versions = [0_u32; COMPANIES];
    let mut figures = Vec::new();
    for step in steps {
        match step {
            Step::File(who, ..) | Step::Accept(who) | Step::Refuse(who) => {
                desk.files(&mut world, &companies[*who].party, 1, 1);
                versions[*who] += 1;
            }
            Step::Publish(region) => {
                let region = REGIONS[*region];
                let publication = desk.publication(&world, region);
                if world.submit(&office, &StatisticsTransaction::Publish(publication)).is_ok() {
                    let counting = (0..COMPANIES).filter(|who| companies[*who].path.contains(&region));
                    let counting = counting.filter(|who| versions[*who] > 0).map(|who| (who, versions[who]));
                    figures.push(counting.collect());
                }
            }
        }
    }
    assert!(world.aggregate(CONFIDENTIAL, "XX").is_none_or(|country| country.refused == 0));
    (companies, figures)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn no_combination_of_figures_is_about_fewer_than_three_owners(steps in rounds()) {
        let (companies, figures) = play(&steps);
        assert_eq!(exposed(&companies, &figures), None, "about these owners, by {figures:?}");
    }
}

#[test]
fn the_oracle_sees_what_is_to_be_seen() {
    let (_, companies) = country();
    let row = |unknowns: &[Unknown]| unknowns.iter().copied().collect::<BTreeSet<_>>();
    let four = row(&[(1, 1), (2, 1), (3, 1), (4, 1)]);
    assert_eq!(exposed(&companies, std::slice::from_ref(&four)), None);
    // One is late.
    let five = row(&[(1, 1), (2, 1), (3, 1), (4, 1), (5, 1)]);
    assert_eq!(exposed(&companies, &[four.clone(), five]), Some(BTreeSet::from([0, 5])));
    // Two have corrected.
    let corrected = row(&[(1, 2), (2, 2), (3, 1), (4, 1)]);
    assert_eq!(exposed(&companies, &[four.clone(), corrected]), Some(BTreeSet::from([1, 2])));
    // Three differences, of three owners each, of which two leave one owner.
    let first = row(&[(1, 1), (2, 1), (3, 1)]);
    let second = row(&[(2, 1), (3, 1), (4, 1)]);
    let both = row(&[(1, 1), (4, 1), (5, 1)]);
    assert_eq!(exposed(&companies, &[first, second, both]), Some(BTreeSet::from([1, 4])));
}

#[test]
fn histories_are_dense_enough_to_mean_something() {
    // Everyone files, everything that may come out does, three of a county correct, everything once more.
    let everyone = (0..COMPANIES).map(|who| Step::File(who, 1, 1));
    let outside_in = || (0..REGIONS.len()).map(Step::Publish);
    let inside_out = || (0..REGIONS.len()).rev().map(Step::Publish);
    let correcting = (0..4).map(|who| Step::File(who, 1, 1));
    let steps: Vec<Step> = everyone.chain(outside_in()).chain(correcting).chain(inside_out()).collect();
    let (companies, figures) = play(&steps);
    assert!(figures.len() >= 8, "{} figures", figures.len());
    assert_eq!(exposed(&companies, &figures), None);
}
