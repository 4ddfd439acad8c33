//! Returns to a confidential register: commitments go in, the authority opens them and has the last word.

use super::sealed::{Desk, Secret, decide, points};
use super::world::{CONFIDENTIAL, OPEN, World, correcting, file, open_return, record_of};
use chancery_crypto::amount::{AmountCommitment, AmountPoint, Blinding, commit};
use chancery_kernel::records::rejection::RecordsRejection;
use chancery_ledger::Refusal;
use chancery_statistics::rejection::StatisticsRejection;
use chancery_statistics::transaction::{Decisions, Return, StatisticsTransaction, Verdict};
use chancery_types::amount::{CellValue, Quantity};
use chancery_types::encoding::from_bytes;
use chancery_types::event::RECORD_DECISION;
use chancery_types::ids::Version;
use chancery_types::record::{Assurance, Decision};
use chancery_types::time::DAY_MS;

#[test]
fn a_confidential_return_counts_when_its_authority_has_accepted_it() {
    let (mut world, mut desk) = (World::new(), Desk::default());
    let mill = world.company("01001", "mill");
    let secret = Secret::new(desk.rng(), 90, 10);
    let filed = secret.to_return(&mill);
    world.accepts(&mill, &file(CONFIDENTIAL, vec![filed.clone()]));
    assert_eq!(world.head(CONFIDENTIAL, &mill).unwrap().assurance, Assurance::Filed);
    assert_eq!(world.aggregate(CONFIDENTIAL, "XX"), None);

    assert_eq!(secret.judged(&filed), None);
    desk.accepts(&mut world, &mill, secret.clone());
    let head = world.head(CONFIDENTIAL, &mill).unwrap();
    assert_eq!((head.assurance, head.counted), (Assurance::Accepted, Some(Version(1))));
    for region in ["01001", "01", "XX"] {
        assert_eq!(points(&world.aggregate(CONFIDENTIAL, region).unwrap()), secret.points());
    }
}

#[test]
fn the_ledger_holds_no_confidential_value() {
    let (mut world, mut desk) = (World::new(), Desk::default());
    let mill = world.company("01001", "mill");
    desk.files(&mut world, &mill, 707_070, 7);
    // 707070 as CBOR: 1a 000a c9fe.
    let needle = [0x1a, 0x00, 0x0a, 0xc9, 0xfe];
    let anywhere = world.chain.state().values().any(|value| value.windows(needle.len()).any(|part| part == needle));
    assert!(!anywhere, "a value stands in the state");
}

#[test]
fn until_a_correction_is_accepted_the_version_before_it_counts() {
    let (mut world, mut desk) = (World::new(), Desk::default());
    let mill = world.company("01001", "mill");
    let first = Secret::new(desk.rng(), 90, 10);
    world.accepts(&mill, &file(CONFIDENTIAL, vec![first.to_return(&mill)]));
    desk.accepts(&mut world, &mill, first.clone());

    let refused = Secret::new(desk.rng(), 91, 10);
    world.accepts(&mill, &file(CONFIDENTIAL, vec![correcting(refused.to_return(&mill), 1)]));
    assert_eq!(points(&world.aggregate(CONFIDENTIAL, "XX").unwrap()), first.points());
    let office = world.office.clone();
    let reason = StatisticsRejection::OpeningMismatch.code().number;
    world.accepts(&office, &decide(&[(&mill, 2, Some(reason))]));
    let aggregate = world.aggregate(CONFIDENTIAL, "XX").unwrap();
    assert_eq!((points(&aggregate), aggregate.refused), (first.points().to_vec(), 1));
    assert_eq!(world.head(CONFIDENTIAL, &mill).unwrap().counted, Some(Version(1)));

    let third = Secret::new(desk.rng(), 92, 10);
    world.accepts(&mill, &file(CONFIDENTIAL, vec![correcting(third.to_return(&mill), 2)]));
    desk.accepts(&mut world, &mill, third.clone());
    let aggregate = world.aggregate(CONFIDENTIAL, "XX").unwrap();
    assert_eq!((points(&aggregate), aggregate.returns), (third.points().to_vec(), 1));
}

/// A return that consensus takes in, because it cannot see what is wrong, and the number with which the authority
/// refuses it.
#[track_caller]
fn authority_refuses(secret: &Secret, filed: impl FnOnce(Return) -> Return, expected: StatisticsRejection) {
    let mut world = World::new();
    let mill = world.company("01001", "mill");
    let filed = filed(secret.to_return(&mill));
    world.accepts(&mill, &file(CONFIDENTIAL, vec![filed.clone()]));

    let reason = secret.judged(&filed);
    assert_eq!(reason, Some(expected));
    let office = world.office.clone();
    let number = reason.map(|reason| reason.code().number);
    let events = world.accepts(&office, &decide(&[(&mill, 1, number)]));

    let decided = events.iter().find(|event| event.kind == RECORD_DECISION).unwrap();
    let decision: Decision = from_bytes(&decided.payload).unwrap();
    assert_eq!((decision.assurance, decision.code), (Assurance::Refused, Some(expected.code())));
    assert_eq!(world.aggregate(CONFIDENTIAL, "XX").unwrap().returns, 0);
}

#[test]
fn an_opening_that_does_not_match_is_refused_by_the_authority() {
    let mut desk = Desk::default();
    let sealed = Secret::new(desk.rng(), 90, 10);
    let other = Secret::new(desk.rng(), 91, 10);
    let committed_to_other = |filed: Return| {
        let committed = other.points().map(|point| CellValue::Committed(point.encode()));
        Return { cells: committed.into_iter().chain([CellValue::Missing]).collect(), ..filed }
    };
    authority_refuses(&sealed, committed_to_other, StatisticsRejection::OpeningMismatch);
}

#[test]
fn a_negative_value_is_refused_by_the_authority() {
    let secret = Secret::new(Desk::default().rng(), 90, -5);
    authority_refuses(&secret, |filed| filed, StatisticsRejection::OpeningNegative);
}

#[test]
fn a_value_out_of_range_is_refused_by_the_authority() {
    let secret = Secret::new(Desk::default().rng(), 1_000_001, 0);
    authority_refuses(&secret, |filed| filed, StatisticsRejection::OpeningOutOfRange);
}

#[test]
fn the_order_less_five_is_minus_five_and_no_opening_in_range_fits_it() {
    // ℓ − 5 as a scalar; an opening is an integer of 64 bits, which cannot say it, so it must say −5 or not match.
    let mut order_less_five = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    order_less_five[0] -= 5;
    // A blinding times H plus (ℓ − 5) times G, made by halves: −5·G is all that (ℓ − 5)·G can be.
    assert!(Blinding::from_bytes(&order_less_five).is_ok(), "ℓ − 5 is a scalar");
    let blinding = Blinding::generate(Desk::default().rng());
    let point = commit(-5, &blinding);
    assert_eq!(point, commit(0, &blinding) - AmountPoint::public(5));
    for claimed in [0, 5, i64::MAX, i64::MIN] {
        assert!(!point.opens_to(claimed, &blinding));
    }
    let secret = Secret::new(Desk::default().rng(), 90, -5);
    authority_refuses(&secret, |filed| filed, StatisticsRejection::OpeningNegative);
    let mut claims_five = secret.clone();
    claims_five.values = [90, 5, 95];
    authority_refuses(&claims_five, |_| secret_return(&secret), StatisticsRejection::OpeningMismatch);
}

fn secret_return(secret: &Secret) -> Return {
    let mut world = World::new();
    let mill = world.company("01001", "mill");
    secret.to_return(&mill)
}

#[test]
fn consensus_refuses_what_it_can_see() {
    let (mut world, mut desk) = (World::new(), Desk::default());
    let mill = world.company("01001", "mill");
    let one = Secret::new(desk.rng(), 90, 10).to_return(&mill);
    let with = |cell: usize, value: CellValue| {
        let mut cells = one.cells.clone();
        cells[cell] = value;
        file(CONFIDENTIAL, vec![Return { cells, ..one.clone() }])
    };
    let committed = |bytes: [u8; 32]| CellValue::Committed(AmountCommitment(bytes));
    // Neither a field element above the modulus, nor a negative one, nor one off the curve is a point.
    let mut negative = [0; 32];
    negative[0] = 1;
    for bytes in [[0xff; 32], negative, [0x0a; 32]] {
        world.refuses(&mill, &with(0, committed(bytes)), StatisticsRejection::PointUnsound);
    }
    let other = commit(90, &Blinding::generate(desk.rng())).encode();
    world.refuses(&mill, &with(0, CellValue::Committed(other)), StatisticsRejection::IdentityBroken);
    for bare in [CellValue::Clear(Quantity(90)), CellValue::Nil, CellValue::Missing, CellValue::NotApplicable] {
        world.refuses(&mill, &with(0, bare), StatisticsRejection::CellNotCommitted);
    }
    world.refuses(&mill, &with(3, CellValue::Clear(Quantity(9))), StatisticsRejection::CellNotCommitted);
    let unsealed = Return { sealed: None, ..one.clone() };
    world.refuses(&mill, &file(CONFIDENTIAL, vec![unsealed]), StatisticsRejection::SealedMissing);
    world.accepts(&mill, &file(CONFIDENTIAL, vec![one]));
}

#[test]
fn an_identity_holds_between_the_points_only_if_it_holds_between_the_values() {
    let (mut world, mut desk) = (World::new(), Desk::default());
    let mill = world.company("01001", "mill");
    let mut false_sum = Secret::new(desk.rng(), 90, 10);
    false_sum.values[2] = 101;
    let filed = file(CONFIDENTIAL, vec![false_sum.to_return(&mill)]);
    world.refuses(&mill, &filed, StatisticsRejection::IdentityBroken);
}

#[test]
fn a_version_is_decided_on_once_and_only_while_it_is_the_latest() {
    let (mut world, mut desk) = (World::new(), Desk::default());
    let mill = world.company("01001", "mill");
    let office = world.office.clone();
    world.refuses(&office, &decide(&[(&mill, 1, None)]), StatisticsRejection::RecordElsewhere);
    desk.files(&mut world, &mill, 1, 1);
    world.refuses(&office, &decide(&[(&mill, 1, None)]), RecordsRejection::AlreadyDecided);
    let reason = Some(StatisticsRejection::OpeningMismatch.code().number);
    world.refuses(&office, &decide(&[(&mill, 1, reason)]), RecordsRejection::AlreadyDecided);
    let second = Secret::new(desk.rng(), 2, 2).to_return(&mill);
    world.accepts(&mill, &file(CONFIDENTIAL, vec![correcting(second, 1)]));
    world.refuses(&office, &decide(&[(&mill, 1, None)]), RecordsRejection::VersionNotLatest);
    world.accepts(&office, &decide(&[(&mill, 2, None)]));
}

#[test]
fn an_authority_refuses_only_for_reasons_that_are_its_own() {
    let (mut world, mut desk) = (World::new(), Desk::default());
    let mill = world.company("01001", "mill");
    let filed = Secret::new(desk.rng(), 1, 1).to_return(&mill);
    world.accepts(&mill, &file(CONFIDENTIAL, vec![filed]));
    let office = world.office.clone();
    for number in [0, 1, StatisticsRejection::IdentityBroken.code().number, 80, 87, u16::MAX] {
        world.refuses(&office, &decide(&[(&mill, 1, Some(number))]), StatisticsRejection::ReasonNotGivable);
    }
    // Openings may arrive as long as the authority's own term runs.
    let missing = StatisticsRejection::OpeningMissing.code().number;
    world.refuses(&office, &decide(&[(&mill, 1, Some(missing))]), StatisticsRejection::TermNotOver);
    world.chain.wait_ms(2 * DAY_MS);
    world.accepts(&office, &decide(&[(&mill, 1, Some(missing))]));
    let numbers: Vec<u16> = StatisticsRejection::AUTHORITY_REASONS.iter().map(|reason| reason.code().number).collect();
    assert_eq!(numbers, [81, 82, 83, 84, 85, 86]);
}

#[test]
fn a_batch_of_decisions_stands_whole_or_not_at_all() {
    let (mut world, mut desk) = (World::new(), Desk::default());
    let mills = world.companies("01001", &["mill", "kiln"]);
    let mut secrets = Vec::new();
    for mill in &mills {
        let secret = Secret::new(desk.rng(), 4, 2);
        world.accepts(mill, &file(CONFIDENTIAL, vec![secret.to_return(mill)]));
        secrets.push(secret);
    }
    let office = world.office.clone();
    let stale = decide(&[(&mills[0], 1, None), (&mills[1], 2, None)]);
    world.refuses(&office, &stale, RecordsRejection::VersionNotLatest);
    assert_eq!(world.aggregate(CONFIDENTIAL, "XX"), None);
    world.accepts(&office, &decide(&[(&mills[0], 1, None), (&mills[1], 1, None)]));
    let [first, second] = [secrets[0].points(), secrets[1].points()];
    let sums = points(&world.aggregate(CONFIDENTIAL, "XX").unwrap());
    assert_eq!(sums, [0, 1, 2].map(|cell| first[cell] + second[cell]));
}

#[test]
fn there_is_nothing_to_decide_in_an_open_register_or_about_a_record_of_another() {
    let mut world = World::new();
    let mill = world.company("01001", "mill");
    world.accepts(&mill, &file(OPEN, vec![open_return(&mill, 1, 1)]));
    let office = world.office.clone();
    let verdict = Verdict { record: record_of(OPEN, &mill), version: Version(1), refusal: None };
    let decisions = |register: &str| {
        let register = register.parse().unwrap();
        StatisticsTransaction::Decide(Decisions { register, verdicts: vec![verdict.clone()] })
    };
    world.refuses(&office, &decisions(OPEN), StatisticsRejection::RegisterNotConfidential);
    world.refuses(&office, &decisions(CONFIDENTIAL), StatisticsRejection::RecordElsewhere);
}
