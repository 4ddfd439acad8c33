//! Publishing: a figure is the sum of everything that counts, or it is refused.

use super::sealed::Desk;
use super::world::{CONFIDENTIAL, OPEN, World, aggregate_id, correcting, file, open_return};
use chancery_crypto::amount::{Blinding, commit, prove_total};
use chancery_ledger::testing::{NETWORK, Party};
use chancery_statistics::query::{self, total_context, total_id};
use chancery_statistics::rejection::StatisticsRejection;
use chancery_statistics::transaction::{Publication, StatisticsTransaction};
use chancery_types::amount::Quantity;
use chancery_types::ids::Height;
use chancery_types::record::RegisterClass;

/// Three mills in county `01001` have filed openly, and the figures may come out.
fn open_scene() -> (World, Vec<Party>) {
    let mut world = World::new();
    let mills = world.companies("01001", &["mill", "kiln", "quay"]);
    for (mill, employed) in mills.iter().zip([10, 20, 30]) {
        world.accepts(mill, &file(OPEN, vec![open_return(mill, employed, 1)]));
    }
    world.wait_until_day(12);
    (world, mills)
}

#[track_caller]
fn open_refused(world: &mut World, publication: Publication, expected: StatisticsRejection) {
    let office = world.office.clone();
    world.refuses(&office, &StatisticsTransaction::Publish(publication), expected);
}

#[test]
fn an_open_figure_is_published_at_every_level_and_kept_in_the_state() {
    let (mut world, _) = open_scene();
    for region in ["XX", "01", "01001"] {
        let publication = world.open_publication(region);
        let figure = world.publishes(publication);
        let totals: Vec<i64> = figure.cells.iter().map(|cell| cell.total.0).collect();
        assert_eq!(totals, [60, 3, 63]);
        assert_eq!((figure.class, figure.returns, figure.respondents), (RegisterClass::Open, 3, 3));
        assert_eq!((figure.sequence, figure.dominance_max_percent), (1, None));
        let kept = world.chain.read(|view, _| query::figure(view, &aggregate_id(OPEN, region), 1));
        assert_eq!(kept, Some(figure));
    }
}

#[test]
fn the_rate_is_derived_from_totals() {
    let (mut world, _) = open_scene();
    let publication = world.open_publication("XX");
    let figure = world.publishes(publication);
    let totals: Vec<_> = figure.cells.into_iter().map(|cell| (cell.id, cell.total)).collect();
    let structure = world.chain.read(|view, _| query::structure(view, &OPEN.parse().unwrap())).unwrap();
    // 3 of 63; the mean of the three rates (1/11, 1/21, 1/31) would be 5.7.
    assert_eq!(query::ratio(&structure.ratios[0], &totals).unwrap().to_string(), "4.8");
}

#[test]
fn a_total_that_leaves_a_return_out_is_refused() {
    let (mut world, _) = open_scene();
    let mut publication = world.open_publication("XX");
    publication.totals[0].total = Quantity(50);
    publication.totals[2].total = Quantity(53);
    open_refused(&mut world, publication, StatisticsRejection::TotalWrong);
}

#[test]
fn nothing_may_be_accepted_between_the_cut_off_and_the_figure() {
    let (mut world, mills) = open_scene();
    let stale = world.open_publication("XX");
    world.accepts(&mills[0], &file(OPEN, vec![correcting(open_return(&mills[0], 11, 1), 1)]));
    open_refused(&mut world, stale, StatisticsRejection::CutoffUnfit);

    let mut ahead = world.open_publication("XX");
    ahead.cutoff = Height(world.chain.height().0 + 1);
    open_refused(&mut world, ahead, StatisticsRejection::CutoffUnfit);
    let publication = world.open_publication("XX");
    world.publishes(publication);
}

#[test]
fn a_return_in_the_same_block_keeps_the_figure_out() {
    let (mut world, mills) = open_scene();
    let publication = StatisticsTransaction::Publish(world.open_publication("XX"));
    let correction = file(OPEN, vec![correcting(open_return(&mills[0], 11, 1), 1)]);
    let office = world.office.clone();
    let statistics = chancery_statistics::ids::STATISTICS;
    let block =
        [world.chain.sign(&mills[0], statistics, &correction), world.chain.sign(&office, statistics, &publication)];
    let executed = world.chain.block(&block);
    let outcome = executed.entries[1].outcome;
    let code = chancery_ledger::Refusal::code(&StatisticsRejection::CutoffUnfit);
    assert_eq!(outcome, chancery_types::outcome::Outcome::Rejected { code });
}

#[test]
fn publications_are_numbered_and_a_revision_needs_a_change() {
    let (mut world, mills) = open_scene();
    let mut second = world.open_publication("XX");
    second.sequence = 2;
    open_refused(&mut world, second, StatisticsRejection::SequenceUnfit);
    let first = world.open_publication("XX");
    world.publishes(first.clone());
    open_refused(&mut world, first, StatisticsRejection::SequenceUnfit);
    let unchanged = world.open_publication("XX");
    open_refused(&mut world, unchanged, StatisticsRejection::NothingChanged);
    world.accepts(&mills[0], &file(OPEN, vec![correcting(open_return(&mills[0], 11, 1), 1)]));
    let second = world.open_publication("XX");
    assert_eq!(world.publishes(second).cells[0].total, Quantity(61));
}

#[test]
fn a_figure_has_its_date_its_region_and_its_cells() {
    let mut world = World::new();
    let mill = world.company("01001", "mill");
    world.accepts(&mill, &file(OPEN, vec![open_return(&mill, 1, 1)]));
    let early = world.open_publication("XX");
    open_refused(&mut world, early, StatisticsRejection::NotReleased);
    world.wait_until_day(12);

    let sound = world.open_publication("XX");
    let elsewhere = Publication { region: "77".parse().unwrap(), ..sound.clone() };
    open_refused(&mut world, elsewhere, StatisticsRejection::RegionUnfit);
    let empty = world.open_publication("02");
    open_refused(&mut world, empty, StatisticsRejection::NothingToPublish);
    let mut short = sound.clone();
    short.totals.pop();
    open_refused(&mut world, short, StatisticsRejection::TotalsUnfit);
    let mut swapped = sound.clone();
    swapped.totals.swap(0, 1);
    open_refused(&mut world, swapped, StatisticsRejection::TotalsUnfit);
    let mut proved = sound.clone();
    proved.totals[0].proof = Some(vec![0; 64]);
    open_refused(&mut world, proved, StatisticsRejection::ProofUnexpected);
    world.publishes(sound);
}

/// Three companies in each of the two northern counties, accepted, and the figures may come out.
fn confidential_scene() -> (World, Desk) {
    let (mut world, mut desk) = (World::new(), Desk::default());
    for (region, names) in [("01001", ["a", "b", "c"]), ("01003", ["d", "e", "f"])] {
        for company in world.companies(region, &names) {
            desk.files(&mut world, &company, 100, 7);
        }
    }
    world.wait_until_day(12);
    (world, desk)
}

#[test]
fn a_confidential_figure_is_published_with_its_proof() {
    let (mut world, mut desk) = confidential_scene();
    for region in ["01001", "01", "01003", "XX"] {
        desk.publishes(&mut world, region);
    }
    let figure = world.chain.read(|view, _| query::figure(view, &aggregate_id(CONFIDENTIAL, "01"), 1)).unwrap();
    assert_eq!((figure.class, figure.dominance_max_percent), (RegisterClass::Confidential, Some(60)));
    assert!(figure.cells.iter().all(|cell| cell.sum.is_some() && cell.proof.is_some()));
}

#[test]
fn a_forged_proof_is_refused() {
    let (mut world, mut desk) = confidential_scene();
    let sound = desk.publication(&world, "01");
    let mut unproved = sound.clone();
    unproved.totals[1].proof = None;
    open_refused(&mut world, unproved, StatisticsRejection::ProofUnsound);
    let mut other_total = sound.clone();
    other_total.totals[0].total = Quantity(601);
    open_refused(&mut world, other_total, StatisticsRejection::ProofUnsound);
    for byte in [0, 31, 32, 63] {
        let mut forged = sound.clone();
        forged.totals[2].proof.as_mut().unwrap()[byte] ^= 1;
        open_refused(&mut world, forged, StatisticsRejection::ProofUnsound);
    }
    // A proof over a sum of the forger's own, in which one return counts double.
    let mut own_sum = sound.clone();
    let which = total_id(&aggregate_id(CONFIDENTIAL, "01"), 1, &"employed".parse().unwrap());
    let blinding = Blinding::generate(desk.rng());
    let context = total_context(&NETWORK, &which, own_sum.cutoff);
    let proof = prove_total(&context, &commit(700, &blinding), 700, &blinding, desk.rng()).unwrap();
    (own_sum.totals[0].total, own_sum.totals[0].proof) = (Quantity(700), Some(proof.to_vec()));
    open_refused(&mut world, own_sum, StatisticsRejection::ProofUnsound);
    world.publishes(sound);
}

#[test]
fn a_proof_is_worth_nothing_for_another_publication() {
    let (mut world, mut desk) = confidential_scene();
    // Both counties together are the province, and the country holds nothing else: three regions, and for the last
    // two the same sums, totals and blindings.
    let province = desk.publication(&world, "01");
    let country = desk.publication(&world, "XX");
    let replayed = Publication { totals: province.totals.clone(), ..country.clone() };
    open_refused(&mut world, replayed, StatisticsRejection::ProofUnsound);

    let swapped_cells = {
        let mut one = country.clone();
        let proof = one.totals[0].proof.clone();
        one.totals[1].proof = proof;
        one
    };
    open_refused(&mut world, swapped_cells, StatisticsRejection::ProofUnsound);
    let other_cutoff = Publication { cutoff: world.chain.height(), ..country.clone() };
    open_refused(&mut world, other_cutoff, StatisticsRejection::ProofUnsound);
    // Its own cut-off still lies after the last acceptance, so it is still good.
    world.publishes(country);
}

#[test]
fn a_proof_of_an_earlier_number_is_worth_nothing_for_a_revision() {
    let (mut world, mut desk) = confidential_scene();
    let first = desk.publication(&world, "XX");
    world.publishes(first.clone());
    for company in world.companies("02001", &["g", "h", "i"]) {
        // Returns of zero leave the totals as they were.
        desk.files(&mut world, &company, 0, 0);
    }
    let sound = desk.publication(&world, "XX");
    let replayed = Publication { totals: first.totals, ..sound.clone() };
    open_refused(&mut world, replayed, StatisticsRejection::ProofUnsound);
    world.publishes(sound);
}

#[test]
fn a_confidential_figure_needs_the_dominance_statement_and_no_negative_total() {
    let (mut world, mut desk) = confidential_scene();
    let unstated = Publication { dominance_statement: false, ..desk.publication(&world, "XX") };
    open_refused(&mut world, unstated, StatisticsRejection::DominanceNotStated);
    let mut negative = desk.publication(&world, "XX");
    negative.totals[0].total = Quantity(-1);
    open_refused(&mut world, negative, StatisticsRejection::TotalNegative);
}
