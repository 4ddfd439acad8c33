//! A small country for random histories, and the histories.

use super::world::World;
use chancery_ledger::testing::Party;
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::sample::subsequence;

/// A company of the random country.
pub(crate) struct Company {
    pub(crate) party: Party,
    /// Its region and those around it, from the inside out: said here, so that an oracle need not ask.
    pub(crate) path: Vec<&'static str>,
    /// Who stands behind it, by a number of our own.
    pub(crate) owner: usize,
}

/// Every region that has a figure.
pub(crate) const REGIONS: [&str; 9] = ["XX", "01", "02", "03", "01001", "01003", "02001", "02003", "03001"];

const HOMES: [(&str, &[&str], usize); 7] = [
    ("01001", &["01001", "01", "XX"], 4),
    ("01003", &["01003", "01", "XX"], 3),
    ("02001", &["02001", "02", "XX"], 3),
    ("02003", &["02003", "02", "XX"], 1),
    ("03001", &["03001", "03", "XX"], 3),
    ("02", &["02", "XX"], 1),
    ("XX", &["XX"], 1),
];
pub(crate) const COMPANIES: usize = 18;

/// The companies, on the day of release. The last two are works, in two provinces, of the first.
pub(crate) fn country() -> (World, Vec<Company>) {
    let mut world = World::new();
    let mut companies: Vec<Company> = Vec::new();
    for (region, path, count) in HOMES {
        let names: Vec<String> = (0..count).map(|number| format!("company {number} of {region}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        for party in world.companies(region, &names) {
            companies.push(Company { party, path: path.to_vec(), owner: companies.len() });
        }
    }
    let owner = companies[0].party.clone();
    for (region, path) in [("01003", HOMES[1].1), ("02001", HOMES[2].1)] {
        let party = world.works(region, &[&format!("works in {region}")], &owner).remove(0);
        companies.push(Company { party, path: path.to_vec(), owner: 0 });
    }
    assert_eq!(companies.len(), COMPANIES);
    world.wait_until_day(12);
    (world, companies)
}

/// One step of a history.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// A company files, or corrects what it filed.
    File(usize, i64, i64),
    /// The authority accepts what lies before it.
    Accept(usize),
    /// The authority refuses it.
    Refuse(usize),
    /// A figure is to come out; the guards may refuse it.
    Publish(usize),
}

pub(crate) fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..COMPANIES, 0..1000_i64, 0..1000_i64).prop_map(|(who, first, second)| Step::File(who, first, second)),
        4 => (0..COMPANIES).prop_map(Step::Accept),
        1 => (0..COMPANIES).prop_map(Step::Refuse),
        3 => (0..REGIONS.len()).prop_map(Step::Publish),
    ]
}

/// A history in rounds: some companies file and are accepted, then some figures are to come out, in any order. Nearly
/// everyone files in the first round, so that there is something to publish and to revise.
pub(crate) fn rounds() -> impl Strategy<Value = Vec<Step>> {
    let everyone: Vec<usize> = (0..COMPANIES).collect();
    let regions: Vec<usize> = (0..REGIONS.len()).collect();
    let files = |who: Vec<usize>| who.into_iter().map(|who| Step::File(who, 1, 1)).collect::<Vec<_>>();
    let publishing =
        Just(regions).prop_shuffle().prop_map(|all| all.into_iter().map(Step::Publish).collect::<Vec<_>>());
    let first = subsequence(everyone.clone(), COMPANIES / 2..=COMPANIES).prop_map(files);
    let some = subsequence(everyone, 0..=8).prop_map(files);
    (first, vec((publishing, some), 2..6)).prop_map(|(first, rounds)| {
        rounds.into_iter().fold(first, |so_far, (out, filed)| [so_far, out, filed].concat())
    })
}
