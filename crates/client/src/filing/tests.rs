use super::*;
use chancery_crypto::amount::{AmountPoint, identity_holds};
use chancery_crypto::seal::{SealingKey, open};
use chancery_statistics::record::{CellSpecification, Identity, Term};
use chancery_types::encoding::from_bytes;
use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

/// A structure of cells `a`, `b`, … and identities as lists of coefficient and cell.
pub(crate) fn asked(cells: usize, identities: &[&[(i8, &str)]]) -> NewStructure {
    let cell = |at: usize| CellSpecification {
        id: char::from(b'a' + u8::try_from(at).unwrap()).to_string().parse().unwrap(),
        label: "Cell".to_owned(),
        unit: "persons".to_owned(),
        scale: 0,
        low: Quantity(0),
        high: Quantity(1_000_000),
        additive: true,
    };
    let term = |(coefficient, cell): &(i8, &str)| Term { coefficient: *coefficient, cell: cell.parse().unwrap() };
    NewStructure {
        register: "r".parse().unwrap(),
        cells: (0..cells).map(cell).collect(),
        identities: identities.iter().map(|terms| Identity { terms: terms.iter().map(term).collect() }).collect(),
        ratios: Vec::new(),
    }
}

/// The identities hold between commitments to zero, so they hold between the blindings.
#[track_caller]
fn check_chosen(structure: &NewStructure, seed: u64) {
    let blindings = blindings(structure, &mut ChaCha20Rng::seed_from_u64(seed)).unwrap();
    for identity in &structure.identities {
        let points: Vec<(i64, AmountPoint)> = identity
            .terms
            .iter()
            .map(|term| {
                let at = structure.cells.iter().position(|cell| cell.id == term.cell).unwrap();
                (i64::from(term.coefficient), commit(0, &blindings[at]))
            })
            .collect();
        let terms: Vec<_> = points.iter().map(|(coefficient, point)| (*coefficient, point)).collect();
        assert!(identity_holds(&terms), "{identity:?}");
    }
}

#[test]
fn blindings_satisfy_every_identity() {
    check_chosen(&asked(3, &[]), 1);
    check_chosen(&asked(3, &[&[(1, "a"), (1, "b"), (-1, "c")]]), 2);
    check_chosen(&asked(6, &[&[(1, "b"), (1, "c"), (-1, "a")], &[(1, "e"), (1, "f"), (-1, "d")]]), 3);
    // A whole that is a part of another whole.
    check_chosen(&asked(5, &[&[(1, "a"), (1, "b"), (-1, "c")], &[(1, "c"), (2, "d"), (-3, "e")]]), 4);
    check_chosen(&asked(5, &[&[(1, "c"), (1, "d"), (-1, "e")], &[(1, "a"), (1, "b"), (-1, "c")]]), 5);
}

#[test]
fn interwoven_identities_are_an_error_and_not_a_wrong_return() {
    let structure = asked(2, &[&[(1, "a"), (-1, "b")], &[(2, "a"), (-2, "b")]]);
    assert!(blindings(&structure, &mut ChaCha20Rng::seed_from_u64(1)).is_err());
}

#[test]
fn the_number_of_values_must_be_that_of_the_cells() {
    let structure = asked(3, &[]);
    let key = SealingKey::from_seed(&[1; 32]);
    let register = "r".parse().unwrap();
    let desk = Desk {
        network: NetworkId([0; 32]),
        register: &register,
        period: Period::Year(2025),
        structure: &structure,
        sealing_key: key.public_key(),
    };
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let member = MemberId([1; 16]);
    assert!(desk.confidential_return(member, member, &[Quantity(1)], None, &mut rng).is_err());
}

proptest! {
    #[test]
    fn the_authority_opens_what_was_committed(women in 0..1_000_000i64, men in 0..1_000_000i64, seed: u64) {
        let structure = asked(3, &[&[(1, "a"), (1, "b"), (-1, "c")]]);
        let key = SealingKey::from_seed(&[1; 32]);
        let register = "r".parse().unwrap();
        let network = NetworkId([3; 32]);
        let desk = Desk {
            network,
            register: &register,
            period: Period::Year(2025),
            structure: &structure,
            sealing_key: key.public_key(),
        };
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        let member = MemberId([1; 16]);
        let values = [women, men, women + men].map(Quantity);
        let correction = Some(Correction { replaces: Version(4), reason: "typing error".to_owned() });
        let made = desk.confidential_return(member, member, &values, correction, &mut rng).unwrap();

        prop_assert_eq!(made.filed.sealed, Some(sealed_digest(&made.sealed)));
        let context = SealContext { network: &network, register: &register, filer: &member, record: &made.record };
        let plain = open(&key, &context, &made.sealed).unwrap();
        let opening: Opening = from_bytes(&plain).unwrap();
        prop_assert_eq!(opening.version, Version(5));
        prop_assert_eq!(&opening.values, &values);
        let mut points = Vec::new();
        for ((cell, value), blinding) in made.filed.cells.iter().zip(&opening.values).zip(&opening.blindings) {
            let CellValue::Committed(commitment) = cell else { panic!("in clear") };
            let point = AmountPoint::decode(commitment).unwrap();
            let blinding = chancery_crypto::amount::Blinding::from_bytes(&blinding.0).unwrap();
            prop_assert!(point.opens_to(value.0, &blinding));
            points.push(point);
        }
        prop_assert!(identity_holds(&[(1, &points[0]), (1, &points[1]), (-1, &points[2])]));
    }
}
