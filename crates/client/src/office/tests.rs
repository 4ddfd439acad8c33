use super::suppression::{Guard, KeptBack, plan};
use super::*;
use crate::filing::tests::asked;
use crate::filing::{Desk, SealedReturn};
use chancery_types::amount::{CellValue, Quantity};
use chancery_types::code::RegionCode;
use chancery_types::ids::{Height, NetworkId, TransactionId};
use chancery_types::opening::Opening;
use chancery_types::time::BlockTime;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

const NETWORK: NetworkId = NetworkId([3; 32]);
const FILER: MemberId = MemberId([1; 16]);

fn key() -> SealingKey {
    SealingKey::from_seed(&[1; 32])
}

fn filed(values: [i64; 3]) -> SealedReturn {
    let structure = asked(3, &[&[(1, "a"), (1, "b"), (-1, "c")]]);
    let register = structure.register.clone();
    let desk = Desk {
        network: NETWORK,
        register: &register,
        period: Period::Year(2025),
        structure: &structure,
        sealing_key: key().public_key(),
    };
    let rng = &mut ChaCha20Rng::seed_from_u64(1);
    desk.confidential_return(FILER, FILER, &values.map(Quantity), None, rng).unwrap()
}

/// What the interface would show of a filed return.
fn shown(made: &SealedReturn) -> (view::RecordSummary, view::RecordVersion) {
    let structure = asked(3, &[]);
    let summary = view::RecordSummary {
        id: made.record,
        register: structure.register.clone(),
        period: Period::Year(2025),
        region: "01".parse().unwrap(),
        subject: FILER,
        latest: Version(1),
        assurance: Assurance::Filed,
        counted: None,
    };
    let cells = structure.cells.iter().zip(&made.filed.cells);
    let version = view::RecordVersion {
        version: Version(1),
        filer: FILER,
        filed: BlockTime(0).into(),
        height: Height(1),
        transaction: TransactionId([0; 32]),
        cells: cells.map(|(cell, value)| view::Cell { id: cell.id.clone(), value: (*value).into() }).collect(),
        sealed: made.filed.sealed,
        reason: None,
        assurance: Assurance::Filed,
        decided_by: None,
        decided: None,
        code: None,
    };
    (summary, version)
}

#[track_caller]
fn check(made: &SealedReturn, expected: Result<(), Flaw>) {
    let (summary, version) = shown(made);
    let judged = judge(&key(), &NETWORK, &asked(3, &[]), &summary, &version, &made.sealed);
    assert_eq!(judged.map(|_| ()), expected);
}

#[test]
fn a_sound_return_is_accepted() {
    check(&filed([2, 3, 5]), Ok(()));
}

#[test]
fn a_negative_value_is_found_though_its_commitment_is_sound() {
    let cell = "a".parse().unwrap();
    check(&filed([-5, 8, 3]), Err(Flaw::Negative { cell }));
    let cell = "c".parse().unwrap();
    check(&filed([1_000_000, 1, 1_000_001]), Err(Flaw::OutOfRange { cell }));
}

#[test]
fn openings_of_other_values_do_not_match() {
    let honest = filed([2, 3, 5]);
    let mut other = filed([2, 4, 6]);
    other.filed.cells.clone_from(&honest.filed.cells);
    check(&other, Err(Flaw::DoesNotMatch));
    let mut in_clear = filed([2, 3, 5]);
    in_clear.filed.cells[0] = CellValue::Clear(Quantity(2));
    check(&in_clear, Err(Flaw::DoesNotMatch));
}

#[test]
fn sealed_bytes_that_are_not_the_returns_or_not_for_us_cannot_be_opened() {
    let mut swapped = filed([2, 3, 5]);
    swapped.sealed = filed([2, 4, 6]).sealed;
    swapped.sealed[0] ^= 1;
    check(&swapped, Err(Flaw::CannotBeOpened));

    let made = filed([2, 3, 5]);
    let (summary, version) = shown(&made);
    let other = SealingKey::from_seed(&[2; 32]);
    let judged = judge(&other, &NETWORK, &asked(3, &[]), &summary, &version, &made.sealed);
    assert_eq!(judged.map(|_| ()), Err(Flaw::CannotBeOpened));
}

#[test]
fn an_opening_of_another_version_does_not_match() {
    let structure = asked(3, &[]);
    let register = structure.register.clone();
    let period = Period::Year(2025);
    let desk =
        Desk { network: NETWORK, register: &register, period, structure: &structure, sealing_key: key().public_key() };
    let mut made = filed([2, 3, 5]);
    let opening = Opening { record: made.record, version: Version(2), values: Vec::new(), blindings: Vec::new() };
    made.sealed = desk.seal(FILER, &opening, &mut ChaCha20Rng::seed_from_u64(2)).unwrap();
    made.filed.sealed = Some(crate::filing::sealed_digest(&made.sealed));
    check(&made, Err(Flaw::DoesNotMatch));
}

fn contribution(owner: u8, value: i64) -> Contribution {
    let opened = Opened { values: vec![Quantity(value)], blindings: vec![chancery_crypto::amount::Blinding::ZERO] };
    Contribution { owner: MemberId([owner; 16]), opened }
}

fn guard() -> Guard {
    Guard { respondents_min: 3, dominance_max_percent: 50, additive: vec![true] }
}

#[test]
fn an_owners_share_counts_all_its_works_and_is_rounded_up() {
    let sums = Sums::of(1, &[contribution(1, 30), contribution(1, 21), contribution(2, 49)]);
    assert_eq!((sums.respondents(), dominant_share(&sums, &[true])), (2, 51));
    let thirds = Sums::of(1, &[contribution(1, 1), contribution(2, 1), contribution(3, 1)]);
    assert_eq!(dominant_share(&thirds, &[true]), 34);
    assert_eq!(dominant_share(&thirds, &[false]), 0);
    assert_eq!(dominant_share(&Sums::zero(1), &[true]), 0);
}

#[test]
fn a_part_with_one_owner_is_kept_back_and_another_for_its_sake() {
    let region = |code: &str| code.parse::<RegionCode>().unwrap();
    let many = |first: u8, count: u8| (first..first + count).map(|owner| contribution(owner, 10)).collect::<Vec<_>>();
    let parts = [
        (region("01"), many(10, 5)),
        (region("02"), many(30, 4)),
        (region("03"), vec![contribution(1, 10)]),
        (region("04"), Vec::new()),
    ];
    let plan = plan(&guard(), &parts.into_iter().collect());
    assert_eq!(plan[&region("01")], Ok(()));
    assert_eq!(plan[&region("02")], Err(KeptBack::ForAnother));
    assert_eq!(plan[&region("03")], Err(KeptBack::Itself));
    assert_eq!(plan[&region("04")], Err(KeptBack::Itself));
}

#[test]
fn nothing_is_kept_back_for_parts_without_returns() {
    let region = |code: &str| code.parse::<RegionCode>().unwrap();
    let many: Vec<_> = (1..5).map(|owner| contribution(owner, 10)).collect();
    let plan = plan(&guard(), &[(region("01"), many), (region("02"), Vec::new())].into_iter().collect());
    assert_eq!(plan[&region("01")], Ok(()));
}
