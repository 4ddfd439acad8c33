use super::*;
use proptest::prelude::*;

const NETWORK: NetworkId = NetworkId([7; 32]);

/// A group of one: its key signs as a quorum's recovered signature would.
fn secret() -> min_sig::SecretKey {
    min_sig::SecretKey::key_gen(&[5; 32], &[]).unwrap()
}

fn key() -> FinalityKey {
    FinalityKey(secret().sk_to_pk().compress())
}

fn certificate(epoch: u64, view: u64, parent: u64) -> FinalityCertificate {
    let mut certificate = FinalityCertificate {
        epoch: Epoch(epoch),
        view: View(view),
        parent_view: View(parent),
        header: Digest([9; 32]),
        finality_signature: [0; 48],
        seed_signature: [0; 48],
    };
    let sign = |suffix: &[u8], body: &[u8]| {
        secret().sign(&signed_message(&NETWORK, suffix, body), HASH_TO_CURVE_TAG, &[]).compress()
    };
    certificate.finality_signature = sign(b"_FINALIZE", &certificate.proposal());
    certificate.seed_signature = sign(b"_SEED", &certificate.round());
    certificate
}

#[test]
fn the_signed_message_is_what_the_record_of_the_decision_says() {
    let certificate = certificate(1, 300, 299);
    let mut expected = vec![11 + 32 + 9];
    expected.extend(b"chancery/1/");
    expected.extend([7; 32]);
    expected.extend(b"_FINALIZE");
    expected.extend([1, 0xac, 0x02, 0xab, 0x02]);
    expected.extend([9; 32]);
    assert_eq!(signed_message(&NETWORK, FINALIZE_SUFFIX, &certificate.proposal()), expected);
}

/// Certificates that the engine itself made.
#[test]
fn golden_certificates_of_the_engine() {
    let golden = include_str!("../../../../formats/finality.golden");
    let (mut network, mut key, mut fields, mut certificates) = (None, None, [0u64; 3], 0);
    let mut header = Digest::ZERO;
    for (name, value) in golden.lines().filter_map(|line| line.split_once(' ')).filter(|(name, _)| *name != "#") {
        match name {
            "network" => network = Some(value.parse::<NetworkId>().unwrap()),
            "finality_key" => key = Some(value.parse::<FinalityKey>().unwrap()),
            "epoch" => fields[0] = value.parse().unwrap(),
            "view" => fields[1] = value.parse().unwrap(),
            "parent_view" => fields[2] = value.parse().unwrap(),
            "header" => header = value.parse().unwrap(),
            "certificate" => {
                let bytes = hex::decode(value).unwrap();
                let certificate = FinalityCertificate::parse(&bytes).unwrap();
                let parsed = [certificate.epoch.0, certificate.view.0, certificate.parent_view.0];
                assert_eq!((parsed, certificate.header), (fields, header));
                assert_eq!(certificate.verify(&network.unwrap(), &key.unwrap()), Ok(()));
                assert_eq!(certificate.to_bytes(), bytes);
                certificates += 1;
            }
            unknown => panic!("unknown line in finality.golden: {unknown}"),
        }
    }
    assert!(certificates >= 4);
}

#[test]
fn a_certificate_holds_for_its_network_key_and_content_only() {
    let good = certificate(1, 300, 299);
    assert_eq!(good.verify(&NETWORK, &key()), Ok(()));
    assert_eq!(good.verify(&NetworkId([8; 32]), &key()), Err(CryptoError::FinalityInvalid));
    for changed in [
        FinalityCertificate { epoch: Epoch(2), ..good },
        FinalityCertificate { view: View(301), ..good },
        FinalityCertificate { parent_view: View(298), ..good },
        FinalityCertificate { header: Digest([8; 32]), ..good },
    ] {
        assert_eq!(changed.verify(&NETWORK, &key()), Err(CryptoError::FinalityInvalid));
    }
    // The beacon of another view with its own finality signature.
    let mixed = FinalityCertificate { seed_signature: certificate(1, 301, 299).seed_signature, ..good };
    assert_eq!(mixed.verify(&NETWORK, &key()), Err(CryptoError::SeedInvalid));
    let other_key = min_sig::SecretKey::key_gen(&[6; 32], &[]).unwrap().sk_to_pk().compress();
    assert_eq!(good.verify(&NETWORK, &FinalityKey(other_key)), Err(CryptoError::FinalityInvalid));
}

#[test]
fn every_changed_bit_and_every_other_length_is_refused() {
    let bytes = certificate(1, 300, 299).to_bytes();
    let accepts = |bytes: &[u8]| {
        FinalityCertificate::parse(bytes).is_ok_and(|certificate| certificate.verify(&NETWORK, &key()).is_ok())
    };
    assert!(accepts(&bytes));
    for place in 0..bytes.len() {
        for bit in [0, 6, 7] {
            let mut changed = bytes.clone();
            changed[place] ^= 1 << bit;
            assert!(!accepts(&changed), "byte {place} bit {bit}");
        }
    }
    for length in 0..bytes.len() {
        assert_eq!(FinalityCertificate::parse(&bytes[..length]), Err(CryptoError::CertificateMalformed));
    }
    let longer = [&bytes[..], &[0]].concat();
    assert_eq!(FinalityCertificate::parse(&longer), Err(CryptoError::CertificateMalformed));
}

/// G1's and G2's identity, compressed.
fn identity<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    bytes[0] = 0xc0;
    bytes
}

#[test]
fn the_identity_is_neither_key_nor_signature() {
    let good = certificate(0, 1, 0);
    assert_eq!(good.verify(&NETWORK, &FinalityKey(identity())), Err(CryptoError::FinalityKeyInvalid));
    // With both, the pairing equation would hold for every message.
    let empty = FinalityCertificate { finality_signature: identity(), seed_signature: identity(), ..good };
    assert_eq!(empty.verify(&NETWORK, &FinalityKey(identity())), Err(CryptoError::FinalityKeyInvalid));
    assert_eq!(empty.verify(&NETWORK, &key()), Err(CryptoError::FinalityInvalid));
}

#[test]
fn a_point_outside_the_subgroup_is_refused() {
    // The first small x that is on the curve of G1; nearly all points of the curve lie outside the prime-order group.
    let mut found = None;
    for x in 0..=255u8 {
        let mut bytes = [0; 48];
        (bytes[0], bytes[47]) = (0x80, x);
        if let Ok(point) = min_sig::Signature::uncompress(&bytes)
            && !point.subgroup_check()
        {
            found = Some(bytes);
            break;
        }
    }
    let outside = FinalityCertificate { finality_signature: found.unwrap(), ..certificate(0, 1, 0) };
    assert_eq!(outside.verify(&NETWORK, &key()), Err(CryptoError::FinalityInvalid));
}

#[test]
fn integers_have_one_form() {
    for (bytes, expected) in [
        (&[0x00][..], Ok(0)),
        (&[0x7f], Ok(127)),
        (&[0x80, 0x01], Ok(128)),
        (&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], Ok(u64::MAX)),
        (&[0x80, 0x00], Err(CryptoError::CertificateMalformed)),
        (&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02], Err(CryptoError::CertificateMalformed)),
        (&[0x80; 11], Err(CryptoError::CertificateMalformed)),
        (&[0x80], Err(CryptoError::CertificateMalformed)),
        (&[], Err(CryptoError::CertificateMalformed)),
    ] {
        assert_eq!(varint::take(&mut &bytes[..]), expected, "{bytes:?}");
    }
}

proptest! {
    #[test]
    fn what_parses_is_what_was_written(epoch in any::<u64>(), view in any::<u64>(), parent in any::<u64>()) {
        let certificate = FinalityCertificate {
            epoch: Epoch(epoch),
            view: View(view),
            parent_view: View(parent),
            header: Digest([1; 32]),
            finality_signature: [2; 48],
            seed_signature: [3; 48],
        };
        let bytes = certificate.to_bytes();
        prop_assert!(bytes.len() <= FINALITY_CERTIFICATE_BYTES_MAX);
        prop_assert_eq!(FinalityCertificate::parse(&bytes), Ok(certificate));
    }

    #[test]
    fn whatever_parses_re_encodes_to_the_same_bytes(bytes in prop::collection::vec(any::<u8>(), 120..170)) {
        if let Ok(certificate) = FinalityCertificate::parse(&bytes) {
            prop_assert_eq!(certificate.to_bytes(), bytes);
        }
    }
}
