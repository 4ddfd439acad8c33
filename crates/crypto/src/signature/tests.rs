use super::*;
use curve25519_dalek::constants::EIGHT_TORSION;
use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use std::num::NonZeroUsize;

const NETWORK: NetworkId = NetworkId([7; 32]);

fn key(number: u8) -> SigningKey {
    SigningKey::from_seed(&[number; 32])
}

#[test]
fn the_signed_message_is_what_the_module_says() {
    let mut expected = b"chancery/1/signature".to_vec();
    expected.push(1);
    expected.extend([7; 32]);
    expected.extend(b"hello");
    assert_eq!(signed_bytes(Purpose::Transaction, &NETWORK, b"hello"), expected);
}

#[test]
fn a_signature_holds_for_its_purpose_network_message_and_key_only() {
    let signer = key(1);
    let public = signer.public_key();
    let signature = signer.sign(Purpose::Transaction, &NETWORK, b"hello");
    let bad = Err(CryptoError::SignatureInvalid);
    assert_eq!(verify(Purpose::Transaction, &NETWORK, b"hello", &public, &signature), Ok(()));
    assert_eq!(verify(Purpose::Proposal, &NETWORK, b"hello", &public, &signature), bad);
    assert_eq!(verify(Purpose::Transaction, &NetworkId([8; 32]), b"hello", &public, &signature), bad);
    assert_eq!(verify(Purpose::Transaction, &NETWORK, b"hello ", &public, &signature), bad);
    assert_eq!(verify(Purpose::Transaction, &NETWORK, b"hello", &key(2).public_key(), &signature), bad);
    for bit in 0..512 {
        let mut changed = signature;
        changed.0[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(verify(Purpose::Transaction, &NETWORK, b"hello", &public, &changed), bad, "bit {bit}");
    }
}

#[test]
fn a_scalar_above_the_order_is_refused() {
    // s + ℓ satisfies the equation as well as s does; accepting both would give every signature a twin.
    let signer = key(3);
    let mut signature = signer.sign(Purpose::Session, &NETWORK, b"m");
    let order = hex::decode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010").unwrap();
    let mut carry = 0u16;
    for (byte, add) in signature.0[32..].iter_mut().zip(order) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = (sum & 0xff) as u8;
        carry = sum >> 8;
    }
    assert!(verify(Purpose::Session, &NETWORK, b"m", &signer.public_key(), &signature).is_err());
}

/// Encodings of the eight points of small order, with those that are not canonical.
fn small_order_encodings() -> Vec<[u8; 32]> {
    let mut encodings: Vec<[u8; 32]> = EIGHT_TORSION.iter().map(|p| p.compress().0).collect();
    // y = p, p + 1 (that is 0 and 1), with either sign, and y = 1, −1 with the sign of a negative zero.
    for low in [0xed, 0xee] {
        for high in [0x7f, 0xff] {
            let mut encoding = [0xff; 32];
            (encoding[0], encoding[31]) = (low, high);
            encodings.push(encoding);
        }
    }
    let (mut one, mut minus_one) = ([0; 32], [0xff; 32]);
    (one[0], one[31]) = (1, 0x80);
    minus_one[0] = 0xec;
    encodings.extend([one, minus_one]);
    encodings
}

#[test]
fn the_zip_215_rule_holds_alone_and_in_batches() {
    // With s = 0 and R, A of small order the cofactored equation holds for every message: the rule's test cases.
    let encodings = small_order_encodings();
    assert_eq!(encodings.len(), 14);
    let mut cases = Vec::new();
    for r in &encodings {
        for a in &encodings {
            let mut signature = Signature([0; 64]);
            signature.0[..32].copy_from_slice(r);
            cases.push((PublicKey(*a), signature));
        }
    }
    let items: Vec<_> = cases
        .iter()
        .map(|(key, signature)| Signed {
            purpose: Purpose::Session,
            network: &NETWORK,
            message: b"Zcash",
            key,
            signature,
        })
        .collect();
    for item in &items {
        assert_eq!(verify(item.purpose, item.network, item.message, item.key, item.signature), Ok(()));
    }
    assert!(BatchVerifier::new(NonZeroUsize::MIN).all_good(&items));
}

#[test]
fn unsound_keys_are_not_registered() {
    for encoding in small_order_encodings() {
        assert_eq!(check_key(&PublicKey(encoding)), Err(CryptoError::PublicKeyInvalid));
    }
    // A sound key moved by a point of order 8, and bytes that are no point.
    let sound = key(1).public_key();
    let point = curve25519_dalek::edwards::CompressedEdwardsY(sound.0).decompress().unwrap();
    let mixed = PublicKey((point + EIGHT_TORSION[1]).compress().0);
    assert_eq!(check_key(&mixed), Err(CryptoError::PublicKeyInvalid));
    let mut no_point = [0; 32];
    no_point[0] = 2;
    assert_eq!(check_key(&PublicKey(no_point)), Err(CryptoError::PublicKeyInvalid));
    assert_eq!(check_key(&sound), Ok(()));
}

#[test]
fn a_key_shows_no_secret_and_survives_its_seed() {
    let signer = key(9);
    assert!(!format!("{signer:?}").contains(&hex::encode([9; 32])));
    let again = SigningKey::from_seed(&signer.to_seed());
    assert_eq!(again.public_key(), signer.public_key());
    let generated = SigningKey::generate(&mut ChaCha20Rng::from_seed([0; 32]));
    assert_eq!(check_key(&generated.public_key()), Ok(()));
}

struct Case {
    network: NetworkId,
    message: Vec<u8>,
    key: PublicKey,
    signature: Signature,
}

fn cases(count: usize) -> Vec<Case> {
    // Few signers, so that some repeat within a batch.
    (0..50u8)
        .cycle()
        .take(count)
        .enumerate()
        .map(|(i, signer)| {
            let network = NetworkId([signer % 2; 32]);
            let signer = key(signer);
            let message = i.to_be_bytes().to_vec();
            let signature = signer.sign(Purpose::Transaction, &network, &message);
            Case { network, message, key: signer.public_key(), signature }
        })
        .collect()
}

fn signed(cases: &[Case]) -> Vec<Signed<'_>> {
    cases
        .iter()
        .map(|c| Signed {
            purpose: Purpose::Transaction,
            network: &c.network,
            message: &c.message,
            key: &c.key,
            signature: &c.signature,
        })
        .collect()
}

#[test]
fn an_empty_batch_is_good() {
    assert!(BatchVerifier::new(NonZeroUsize::MIN).all_good(&[]));
}

#[test]
fn bad_ones_are_found_across_threads_and_batches() {
    let mut cases = cases(1_500);
    let two = BatchVerifier::new(NonZeroUsize::new(2).unwrap());
    assert!(two.all_good(&signed(&cases)));
    let expected = vec![0, 31, 32, 749, 750, 1_023, 1_024, 1_499];
    for place in &expected {
        cases[*place].signature.0[40] ^= 1;
    }
    assert_eq!(two.bad(&signed(&cases)), expected);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_batch_agrees_with_its_members(
        count in 1usize..180,
        threads in 1usize..5,
        faults in prop::collection::vec((any::<prop::sample::Index>(), 0usize..4, 0usize..256), 0..6),
    ) {
        let mut cases = cases(count);
        for (at, kind, bit) in faults {
            let case = &mut cases[at.index(count)];
            match kind {
                0 => case.signature.0[bit / 8] ^= 1 << (bit % 8),
                1 => case.signature.0[32 + bit / 8] ^= 1 << (bit % 8),
                2 => case.key.0[bit / 8] ^= 1 << (bit % 8),
                _ => case.network.0[bit / 8] ^= 1 << (bit % 8),
            }
        }
        let items = signed(&cases);
        let singles: Vec<usize> = items
            .iter()
            .enumerate()
            .filter(|(_, i)| verify(i.purpose, i.network, i.message, i.key, i.signature).is_err())
            .map(|(place, _)| place)
            .collect();
        prop_assert_eq!(BatchVerifier::new(NonZeroUsize::new(threads).unwrap()).bad(&items), singles);
    }
}
