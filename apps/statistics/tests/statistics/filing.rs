//! Returns to an open register: consensus checks every value, and what is accepted counts at once.

use super::world::{OPEN, World, correcting, file, filing, open_return, record_of, sums};
use chancery_kernel::records::query as records;
use chancery_kernel::records::rejection::RecordsRejection;
use chancery_ledger::testing::Party;
use chancery_statistics::rejection::StatisticsRejection;
use chancery_statistics::transaction::{Correction, Return, StatisticsTransaction};
use chancery_types::amount::{AmountCommitment, CellValue, Quantity};
use chancery_types::encoding::from_bytes;
use chancery_types::event::{RECORD_DECISION, RECORD_VERSION};
use chancery_types::hash::Digest;
use chancery_types::ids::{MemberId, Version};
use chancery_types::record::{Assurance, Decision, RecordVersion};

#[test]
fn a_return_is_accepted_at_once_and_counts_in_every_region_around() {
    let mut world = World::new();
    let mill = world.company("01001", "mill");
    let events = world.accepts(&mill, &file(OPEN, vec![open_return(&mill, 90, 10)]));

    let kinds: Vec<u16> = events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [RECORD_VERSION, RECORD_DECISION]);
    let version: RecordVersion = from_bytes(&events[0].payload).unwrap();
    assert_eq!((version.version, version.filer, version.subject), (Version(1), mill.member, mill.member));
    let decision: Decision = from_bytes(&events[1].payload).unwrap();
    assert_eq!((decision.assurance, decision.authority), (Assurance::Accepted, world.office.member));

    for region in ["01001", "01", "XX"] {
        let aggregate = world.aggregate(OPEN, region).unwrap();
        assert_eq!((aggregate.returns, aggregate.respondents, sums(&aggregate)), (1, 1, vec![90, 10, 100]));
    }
    assert_eq!(world.aggregate(OPEN, "02"), None);
    assert_eq!(world.aggregate(OPEN, "01003"), None);
}

#[test]
fn a_correction_takes_the_place_of_what_it_corrects() {
    let mut world = World::new();
    let mill = world.company("01001", "mill");
    world.accepts(&mill, &file(OPEN, vec![open_return(&mill, 90, 10)]));
    world.accepts(&mill, &file(OPEN, vec![correcting(open_return(&mill, 80, 5), 1)]));

    let aggregate = world.aggregate(OPEN, "XX").unwrap();
    assert_eq!((aggregate.returns, aggregate.respondents, sums(&aggregate)), (1, 1, vec![80, 5, 85]));
    let head = world.head(OPEN, &mill).unwrap();
    assert_eq!((head.latest, head.counted), (Version(2), Some(Version(2))));
    // The first version still stands, with what was said then.
    let first = world.chain.read(|view, _| records::version(view, &record_of(OPEN, &mill), Version(1))).unwrap();
    assert_eq!(first.cells[0].value, CellValue::Clear(Quantity(90)));
}

#[test]
fn a_correction_names_the_latest_version_and_says_why() {
    let mut world = World::new();
    let mill = world.company("01001", "mill");
    let one = || open_return(&mill, 90, 10);
    world.refuses(&mill, &file(OPEN, vec![correcting(one(), 1)]), RecordsRejection::RecordUnknown);
    world.accepts(&mill, &file(OPEN, vec![one()]));
    world.refuses(&mill, &file(OPEN, vec![one()]), RecordsRejection::RecordKnown);
    world.refuses(&mill, &file(OPEN, vec![correcting(one(), 2)]), RecordsRejection::VersionNotLatest);
    let unsaid = Correction { replaces: Version(1), reason: " ".to_owned() };
    let silent = Return { correction: Some(unsaid), ..one() };
    world.refuses(&mill, &file(OPEN, vec![silent]), RecordsRejection::ReasonUnfit);
}

/// Files one open return of the mill with these cells and expects a refusal.
#[track_caller]
fn check(cells: [CellValue; 4], expected: StatisticsRejection) {
    let mut world = World::new();
    let mill = world.company("01001", "mill");
    let one = Return { cells: cells.to_vec(), ..open_return(&mill, 0, 0) };
    world.refuses(&mill, &file(OPEN, vec![one]), expected);
    assert_eq!(world.aggregate(OPEN, "XX"), None);
}

#[test]
fn every_fault_of_a_value_has_its_own_number() {
    use CellValue::{Clear, Committed, Missing, Nil, NotApplicable};
    use StatisticsRejection::{CellMissing, CellNotClear, IdentityBroken, ValueNegative, ValueOutOfRange};
    let [zero, one, two, negative, most, above] =
        [0, 1, 2, -1, 1_000_000, 1_000_001].map(|value| Clear(Quantity(value)));
    check([one, one, one, Missing], IdentityBroken);
    check([negative, one, zero, Missing], ValueNegative);
    check([above, zero, above, Missing], ValueOutOfRange);
    check([most, one, above, Missing], ValueOutOfRange);
    check([one, one, two, Clear(Quantity(13))], ValueOutOfRange);
    check([one, Missing, one, Missing], CellMissing);
    check([one, Nil, one, Missing], CellMissing);
    check([one, one, NotApplicable, Missing], CellMissing);
    check([Committed(AmountCommitment([0; 32])), one, one, Missing], CellNotClear);
}

#[test]
fn a_cell_outside_every_identity_may_be_empty_for_different_reasons() {
    for empty in [CellValue::Nil, CellValue::Missing, CellValue::NotApplicable] {
        let mut world = World::new();
        let mill = world.company("01001", "mill");
        let mut one = open_return(&mill, 3, 4);
        one.cells[3] = empty;
        world.accepts(&mill, &file(OPEN, vec![one]));
    }
}

#[test]
fn a_return_has_one_value_for_every_cell_and_no_sealed_openings() {
    let mut world = World::new();
    let mill = world.company("01001", "mill");
    let mut short = open_return(&mill, 1, 1);
    short.cells.pop();
    world.refuses(&mill, &file(OPEN, vec![short]), StatisticsRejection::CellCountUnfit);
    let sealed = Return { sealed: Some(Digest([1; 32])), ..open_return(&mill, 1, 1) };
    world.refuses(&mill, &file(OPEN, vec![sealed]), StatisticsRejection::SealedUnexpected);
}

#[test]
fn a_batch_is_filed_under_one_signature_by_a_filer_for_the_region_around() {
    let mut world = World::new();
    let mills = world.companies("01001", &["mill", "kiln", "quay"]);
    let yard = world.company("02001", "yard");
    let bureau = world.company("01", "bureau");
    let returns = |parties: &[&Party]| parties.iter().map(|party| open_return(party, 5, 1)).collect::<Vec<_>>();

    let north: Vec<&Party> = mills.iter().collect();
    world.accepts(&bureau, &file(OPEN, returns(&north)));
    assert_eq!(sums(&world.aggregate(OPEN, "01").unwrap()), [15, 3, 18]);
    let version = world.chain.read(|view, _| records::version(view, &record_of(OPEN, &mills[0]), Version(1)));
    assert_eq!(version.unwrap().filer, bureau.member);

    // The bureau's province is `01`; the yard lies elsewhere.
    world.refuses(&bureau, &file(OPEN, returns(&[&yard])), StatisticsRejection::NotFiler);
    // Being a filer at home is no mandate to file for a neighbour.
    let late = world.company("01001", "forge");
    world.refuses(&mills[0], &file(OPEN, returns(&[&late])), StatisticsRejection::NotFiler);
}

#[test]
fn an_owner_files_for_its_works_and_an_authority_that_is_a_filer_for_everyone() {
    let mut world = World::new();
    let holding = world.company("01001", "holding");
    let works = world.works("01001", &["works one", "works two"], &holding);
    let returns = works.iter().map(|one| open_return(one, 1, 0)).collect();
    world.accepts(&holding, &file(OPEN, returns));
    // Two works of one owner are two returns and one respondent.
    let aggregate = world.aggregate(OPEN, "01001").unwrap();
    assert_eq!((aggregate.returns, aggregate.respondents), (2, 1));

    let mill = world.company("02001", "mill");
    let office = world.office.clone();
    world.refuses(&office, &file(OPEN, vec![open_return(&mill, 1, 0)]), StatisticsRejection::NotFiler);
    world.make_filer(&office, "XX");
    world.accepts(&office, &file(OPEN, vec![open_return(&mill, 1, 0)]));
}

#[test]
fn a_batch_stands_whole_or_not_at_all() {
    let mut world = World::new();
    let mills = world.companies("01001", &["mill", "kiln"]);
    let bureau = world.company("01", "bureau");
    let mut broken = open_return(&mills[1], 5, 1);
    broken.cells[2] = CellValue::Clear(Quantity(7));
    let batch = file(OPEN, vec![open_return(&mills[0], 5, 1), broken]);
    world.refuses(&bureau, &batch, StatisticsRejection::IdentityBroken);
    assert_eq!(world.head(OPEN, &mills[0]), None);
    assert_eq!(world.aggregate(OPEN, "XX"), None);

    let twice = file(OPEN, vec![open_return(&mills[0], 5, 1), open_return(&mills[0], 5, 1)]);
    world.refuses(&bureau, &twice, StatisticsRejection::Malformed);
    world.refuses(&bureau, &file(OPEN, vec![]), StatisticsRejection::Malformed);
}

#[test]
fn a_return_needs_a_register_a_period_and_a_known_subject() {
    let mut world = World::new();
    let mill = world.company("01001", "mill");
    let one = || open_return(&mill, 1, 1);
    world.refuses(&mill, &file("nowhere", vec![one()]), StatisticsRejection::RegisterUnknown);
    let mut other_period = filing(OPEN, vec![one()]);
    other_period.period = "2026-02".parse().unwrap();
    world.refuses(&mill, &StatisticsTransaction::File(other_period), StatisticsRejection::PeriodUnknown);
    let stranger = Return { subject: MemberId([9; 16]), ..one() };
    world.refuses(&mill, &file(OPEN, vec![stranger]), StatisticsRejection::SubjectUnknown);
}
