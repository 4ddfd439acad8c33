use super::*;
use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

const NETWORK: NetworkId = NetworkId([7; 32]);
const FILER: MemberId = MemberId([1; 16]);
const RECORD: RecordId = RecordId([2; 16]);

fn rng() -> ChaCha20Rng {
    ChaCha20Rng::from_seed([42; 32])
}

fn register() -> RegisterId {
    "labour".parse().unwrap()
}

fn context(register: &RegisterId) -> SealContext<'_> {
    SealContext { network: &NETWORK, register, filer: &FILER, record: &RECORD }
}

#[test]
fn what_is_sealed_is_opened_by_its_recipient_in_its_context_only() {
    let (register, key) = (register(), SealingKey::generate(&mut rng()));
    let context = context(&register);
    let sealed = seal(&key.public_key(), &context, b"opening", &mut rng()).unwrap();
    assert_eq!(open(&key, &context, &sealed).unwrap().as_slice(), b"opening");

    let bad = |key: &SealingKey, context: &SealContext<'_>, sealed: &[u8]| {
        assert_eq!(open(key, context, sealed).unwrap_err(), CryptoError::SealInvalid);
    };
    bad(&SealingKey::from_seed(&[1; 32]), &context, &sealed);
    let (network, filer, record) = (NetworkId([8; 32]), MemberId([9; 16]), RecordId([9; 16]));
    let other: RegisterId = "labour-2".parse().unwrap();
    bad(&key, &SealContext { network: &network, ..context }, &sealed);
    bad(&key, &SealContext { register: &other, ..context }, &sealed);
    bad(&key, &SealContext { filer: &filer, ..context }, &sealed);
    bad(&key, &SealContext { record: &record, ..context }, &sealed);
    for length in 0..sealed.len() {
        bad(&key, &context, &sealed[..length]);
    }
    for place in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[place] ^= 1;
        bad(&key, &context, &changed);
    }
}

#[test]
fn the_highest_bit_of_the_encapsulated_key_is_bound_too() {
    // X25519 ignores this bit; HPKE hashes the encapsulated key as it stands.
    let (register, key) = (register(), SealingKey::generate(&mut rng()));
    let mut sealed = seal(&key.public_key(), &context(&register), b"opening", &mut rng()).unwrap();
    sealed[31] ^= 0x80;
    assert_eq!(open(&key, &context(&register), &sealed).unwrap_err(), CryptoError::SealInvalid);
}

#[test]
fn the_length_tells_nothing_within_a_block_of_padding() {
    let (register, key) = (register(), SealingKey::generate(&mut rng()));
    for (message, expected) in [(0, 256), (1, 256), (255, 256), (256, 512), (600, 768)] {
        let sealed = seal(&key.public_key(), &context(&register), &vec![0x80; message], &mut rng()).unwrap();
        assert_eq!(sealed.len(), expected + SEAL_OVERHEAD_BYTES, "{message}");
        assert_eq!(open(&key, &context(&register), &sealed).unwrap().as_slice(), vec![0x80; message]);
    }
    let too_long = vec![0; SEAL_MESSAGE_BYTES_MAX + 1];
    assert_eq!(seal(&key.public_key(), &context(&register), &too_long, &mut rng()), Err(CryptoError::SealImpossible));
}

#[test]
fn padding_has_one_form() {
    for bad in [vec![], vec![0; 256], vec![1; 256], [vec![0x80], vec![0; 511]].concat()] {
        assert_eq!(unpad(Zeroizing::new(bad)).unwrap_err(), CryptoError::SealInvalid);
    }
}

#[test]
fn a_key_of_small_order_is_refused() {
    let register = register();
    let result = seal(&SealingPublicKey([0; 32]), &context(&register), b"x", &mut rng());
    assert_eq!(result, Err(CryptoError::SealImpossible));
}

#[test]
fn a_key_survives_its_seed_and_is_not_printed() {
    let key = SealingKey::generate(&mut rng());
    assert_eq!(SealingKey::from_seed(&key.to_seed()).public_key(), key.public_key());
    assert!(!format!("{key:?}").contains(&hex::encode(*key.to_seed())));
}

#[test]
fn a_key_is_derived_as_the_rfc_says() {
    // RFC 9180, appendix A.2.1 (this very suite): ikmR and pkRm.
    let mut ikm = [0; 32];
    hex::decode_to_slice("1ac01f181fdf9f352797655161c58b75c656a6cc2716dcb66372da835542e1df", &mut ikm).unwrap();
    let public = SealingKey::from_seed(&ikm).public_key();
    assert_eq!(public.to_string(), "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn every_message_comes_back(message in prop::collection::vec(any::<u8>(), 0..700)) {
        let padded = pad(&message);
        prop_assert_eq!(padded.len() % SEAL_PADDING_BYTES, 0);
        prop_assert_eq!(unpad(padded).unwrap().to_vec(), message);
    }
}
