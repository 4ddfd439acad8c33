use super::*;
use crate::error::CryptoError;
use chancery_types::ids::{Height, NetworkId};
use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

fn rng() -> ChaCha20Rng {
    ChaCha20Rng::from_seed([42; 32])
}

fn blinding(number: u64) -> Blinding {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&number.to_le_bytes());
    Blinding::from_bytes(&bytes).unwrap()
}

#[test]
fn known_commitments() {
    // v = 1, r = 0 is G itself (RFC 9496, appendix A.1); v = 0, r = 1 is H.
    for (value, r, expected) in [
        (0, 0, "0000000000000000000000000000000000000000000000000000000000000000"),
        (1, 0, "e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76"),
        (0, 1, "2640ae68882f33d239abd16b6c206a4371f287612d90cba7381364bc0a573a12"),
        (159_824_216, 12_345, "94c342987ecee29bd21c52ac7fa07e5ff68f0db874fa1c5a2e43cb69c15ec62c"),
        (-5, 12_345, "fa8e02955cbaaaffde18651f795f2cb99c2ca2d0ff885cee60833998eee98133"),
    ] {
        assert_eq!(commit(value, &blinding(r)).encode().to_string(), expected, "{value}, {r}");
    }
}

#[test]
fn a_negative_value_is_the_order_less_its_magnitude() {
    // ℓ − 5, little-endian, as a scalar taken from bytes.
    let mut bytes = [0; 32];
    hex::decode_to_slice("e8d3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010", &mut bytes).unwrap();
    let order_less_five = Blinding::from_bytes(&bytes).unwrap().0;
    let point = curve25519_dalek::constants::RISTRETTO_BASEPOINT_POINT * order_less_five;
    assert_eq!(AmountPoint(point), AmountPoint::public(-5));
    // It cancels five, so an identity alone cannot notice it; it opens to no value from zero upwards.
    let hidden = commit(-5, &blinding(9));
    assert!(identity_holds(&[(1, &hidden), (1, &commit(5, &-&blinding(9)))]));
    assert!(hidden.opens_to(-5, &blinding(9)));
    for value in [0, 5, 1 << 42, i64::MAX] {
        assert!(!hidden.opens_to(value, &blinding(9)));
    }
}

#[test]
fn what_is_not_a_canonical_point_is_refused() {
    // Cases of RFC 9496, appendix A.2: non-canonical, negative, and not on the curve.
    for bad in [
        "00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371",
    ] {
        let commitment: AmountCommitment = bad.parse().unwrap();
        assert_eq!(AmountPoint::decode(&commitment), Err(CryptoError::PointInvalid), "{bad}");
    }
}

#[test]
fn what_is_not_a_canonical_scalar_is_refused() {
    let mut order = [0; 32];
    hex::decode_to_slice("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010", &mut order).unwrap();
    assert_eq!(Blinding::from_bytes(&order), Err(CryptoError::ScalarInvalid));
    order[0] -= 1;
    assert!(Blinding::from_bytes(&order).is_ok());
    assert_eq!(Blinding::from_bytes(&[0xff; 32]), Err(CryptoError::ScalarInvalid));
}

#[test]
fn an_identity_is_checked_without_opening() {
    let mut rng = rng();
    let (employed, unemployed) = (Blinding::generate(&mut rng), Blinding::generate(&mut rng));
    let labour_force = dependent_blinding(&[(1, &employed), (1, &unemployed)], -1).unwrap();
    let (e, u) = (commit(950, &employed), commit(50, &unemployed));
    let holds = |l: &AmountPoint| identity_holds(&[(1, &e), (1, &u), (-1, l)]);
    assert!(holds(&commit(1_000, &labour_force)));
    assert!(!holds(&commit(1_001, &labour_force)));
    assert!(!holds(&commit(1_000, &employed)));
    assert_eq!(dependent_blinding(&[(1, &employed)], 0), Err(CryptoError::CoefficientZero));
}

#[test]
fn a_blinding_is_not_printed() {
    assert_eq!(format!("{:?}", blinding(5)), "Blinding(secret)");
}

/// A sum of three returns, with what its publisher knows.
fn returns() -> (AmountPoint, i128, Blinding) {
    let mut rng = rng();
    let parts =
        [(11, Blinding::generate(&mut rng)), (0, Blinding::generate(&mut rng)), (31, Blinding::generate(&mut rng))];
    let sum = parts.iter().map(|(value, blinding)| commit(*value, blinding)).sum();
    (sum, 42, parts.iter().map(|(_, blinding)| blinding).sum())
}

const NETWORK: NetworkId = NetworkId([7; 32]);
const CONTEXT: TotalContext<'static> =
    TotalContext { network: &NETWORK, publication: b"employment 2016 01", cutoff: Height(1_000) };

#[test]
fn a_proof_holds_for_its_statement_and_context_only() {
    let (sum, total, blinding) = returns();
    let proof = prove_total(&CONTEXT, &sum, total, &blinding, &mut rng()).unwrap();
    let other_network = NetworkId([8; 32]);
    for replayed in [
        TotalContext { network: &other_network, ..CONTEXT },
        TotalContext { publication: b"employment 2016 02", ..CONTEXT },
        TotalContext { publication: b"", ..CONTEXT },
        TotalContext { cutoff: Height(1_001), ..CONTEXT },
    ] {
        assert_eq!(verify_total(&replayed, &sum, total, &proof), Err(CryptoError::TotalProofInvalid));
    }
    assert_eq!(verify_total(&CONTEXT, &sum, total + 1, &proof), Err(CryptoError::TotalProofInvalid));
    // Adding a public amount to sum and total alike proves the same s, but is another statement.
    let moved = sum + AmountPoint::public(1);
    assert_eq!(verify_total(&CONTEXT, &moved, total + 1, &proof), Err(CryptoError::TotalProofInvalid));
}

#[test]
fn every_changed_bit_and_every_other_length_is_refused() {
    let (sum, total, blinding) = returns();
    let proof = prove_total(&CONTEXT, &sum, total, &blinding, &mut rng()).unwrap();
    for bit in 0..TOTAL_PROOF_BYTES * 8 {
        let mut changed = proof;
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(verify_total(&CONTEXT, &sum, total, &changed).is_err(), "bit {bit}");
    }
    for length in 0..TOTAL_PROOF_BYTES {
        assert!(verify_total(&CONTEXT, &sum, total, &proof[..length]).is_err());
    }
    assert!(verify_total(&CONTEXT, &sum, total, &[&proof[..], &[0]].concat()).is_err());
}

#[test]
fn a_false_total_cannot_be_proved() {
    let (sum, total, blinding) = returns();
    assert_eq!(prove_total(&CONTEXT, &sum, total - 1, &blinding, &mut rng()), Err(CryptoError::TotalProofInvalid));
    // A forger without the blindings picks the response first; the challenge then depends on R and does not fit.
    let response = scalar(77);
    let forged_nonce = point::times_h(&response) - (sum.0 - point::times_g(total - 1));
    let mut forged = [0; TOTAL_PROOF_BYTES];
    forged[..32].copy_from_slice(&forged_nonce.compress().0);
    forged[32..].copy_from_slice(response.as_bytes());
    assert_eq!(verify_total(&CONTEXT, &sum, total - 1, &forged), Err(CryptoError::TotalProofInvalid));
    // An honest proof of another sum.
    let other = commit(42, &blinding) + AmountPoint::public(0);
    let honest = prove_total(&CONTEXT, &other, 42, &blinding, &mut rng()).unwrap();
    assert_eq!(
        verify_total(&CONTEXT, &(other + AmountPoint::public(1)), 42, &honest),
        Err(CryptoError::TotalProofInvalid)
    );
}

#[test]
fn negative_and_empty_totals_are_provable() {
    let blinding = blinding(3);
    for (sum, total, blinding) in [(commit(-7, &blinding), -7, &blinding), (AmountPoint::zero(), 0, &Blinding::ZERO)] {
        let proof = prove_total(&CONTEXT, &sum, total, blinding, &mut rng()).unwrap();
        assert_eq!(verify_total(&CONTEXT, &sum, total, &proof), Ok(()));
    }
}

#[test]
fn the_nonce_depends_on_what_is_proved() {
    // With the same randomness twice, equal nonces under two challenges would give the blinding away.
    let (sum, total, blinding) = returns();
    let other = TotalContext { cutoff: Height(2_000), ..CONTEXT };
    let first = prove_total(&CONTEXT, &sum, total, &blinding, &mut rng()).unwrap();
    let second = prove_total(&other, &sum, total, &blinding, &mut rng()).unwrap();
    assert_ne!(first[..32], second[..32]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn commitments_add_up_as_values_do(a in any::<i32>(), b in any::<i32>(), seed in any::<[u8; 32]>()) {
        let mut rng = ChaCha20Rng::from_seed(seed);
        let (r, s) = (Blinding::generate(&mut rng), Blinding::generate(&mut rng));
        let (a, b) = (i64::from(a), i64::from(b));
        let (first, second) = (commit(a, &r), commit(b, &s));
        prop_assert!((first + second).opens_to(a + b, &(&r + &s)));
        prop_assert_eq!(first + second - second, first);
        prop_assert_eq!(AmountPoint::decode(&first.encode()), Ok(first));
        prop_assert_eq!(first + -first, AmountPoint::zero());
    }

    #[test]
    fn dependent_blindings_satisfy_the_identity(
        parts in prop::collection::vec((-20i64..20, -1_000_000i64..1_000_000), 1..6),
        dependent in prop::sample::select(vec![-1i64, 1]),
        seed in any::<[u8; 32]>(),
    ) {
        let mut rng = ChaCha20Rng::from_seed(seed);
        let blindings: Vec<_> = parts.iter().map(|_| Blinding::generate(&mut rng)).collect();
        let known: Vec<_> = parts.iter().zip(&blindings).map(|((a, _), r)| (*a, r)).collect();
        let last = dependent_blinding(&known, dependent).unwrap();
        let value = -parts.iter().map(|(a, v)| a * v).sum::<i64>() * dependent;
        let points: Vec<_> = parts.iter().zip(&blindings).map(|((_, v), r)| commit(*v, r)).collect();
        let closing = commit(value, &last);
        let mut terms: Vec<_> = parts.iter().zip(&points).map(|((a, _), p)| (*a, p)).collect();
        terms.push((dependent, &closing));
        prop_assert!(identity_holds(&terms));
        let off = closing + AmountPoint::public(1);
        terms.pop();
        terms.push((dependent, &off));
        prop_assert!(!identity_holds(&terms));
    }
}
