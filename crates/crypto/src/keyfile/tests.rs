use super::*;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

const PASSPHRASE: &[u8] = b"correct horse";

fn file() -> Vec<u8> {
    let mut rng = ChaCha20Rng::from_seed([42; 32]);
    write("signing-key", &[9; 32], PASSPHRASE, PassphraseCost::DEMONSTRATION, &mut rng).unwrap()
}

/// Writes the checksum anew after a change, as an attacker would.
fn reseal(mut bytes: Vec<u8>) -> Vec<u8> {
    let end = bytes.len() - 32;
    let checksum = crate::hash::hash(crate::hash::Tag::KeyFileChecksum, &[&bytes[..end]]);
    bytes.truncate(end);
    bytes.extend(checksum.as_bytes());
    bytes
}

#[test]
fn what_is_written_is_read() {
    let opened = read(&file(), PASSPHRASE).unwrap();
    assert_eq!(opened.kind, "signing-key");
    assert_eq!(opened.secret.as_slice(), [9; 32]);
    assert_eq!(kind(&file()).unwrap(), "signing-key");
    assert!(!format!("{opened:?}").contains('9'));
}

#[test]
fn a_wrong_passphrase_is_called_so() {
    for wrong in [&b""[..], b"correct horsf", b"correct horse "] {
        assert_eq!(read(&file(), wrong).unwrap_err(), CryptoError::PassphraseWrong);
    }
}

#[test]
fn a_file_cut_short_is_called_so() {
    let file = file();
    for length in 0..file.len() {
        assert_eq!(read(&file[..length], PASSPHRASE).unwrap_err(), CryptoError::KeyFileTruncated, "{length}");
    }
    assert_eq!(read(b"ssh-ed25519 AAAA", PASSPHRASE).unwrap_err(), CryptoError::KeyFileTruncated);
}

#[test]
fn an_unknown_version_is_called_so() {
    let mut file = file();
    file[13] = 2;
    let expected = CryptoError::KeyFileVersion { version: 2, known: 1 };
    assert_eq!(read(&file, PASSPHRASE).unwrap_err(), expected);
    assert_eq!(kind(&file).unwrap_err(), expected);
}

#[test]
fn every_damaged_byte_is_noticed_before_the_passphrase_is_tried() {
    let file = file();
    for place in 18..file.len() {
        let mut damaged = file.clone();
        damaged[place] ^= 1;
        assert_eq!(read(&damaged, PASSPHRASE).unwrap_err(), CryptoError::KeyFileDamaged, "{place}");
    }
    let longer = [file, vec![0]].concat();
    assert_eq!(read(&longer, PASSPHRASE).unwrap_err(), CryptoError::KeyFileDamaged);
}

#[test]
fn what_stands_in_clear_is_bound_to_the_secret() {
    let file = file();
    let at = file.windows(11).position(|window| window == b"signing-key").unwrap();
    let mut renamed = file.clone();
    renamed[at] = b'S';
    assert_eq!(read(&reseal(renamed), PASSPHRASE).unwrap_err(), CryptoError::PassphraseWrong);
    let mut swapped = file;
    let ciphertext = swapped.len() - 33;
    swapped[ciphertext] ^= 1;
    assert_eq!(read(&reseal(swapped), PASSPHRASE).unwrap_err(), CryptoError::PassphraseWrong);
}

#[test]
fn a_file_cannot_ask_for_unbounded_work() {
    assert_eq!(PassphraseCost::new(MEMORY_KIB_MAX + 1, 1, 1), Err(CryptoError::KeyFileCost));
    assert_eq!(PassphraseCost::new(64, PASSES_MAX + 1, 1), Err(CryptoError::KeyFileCost));
    assert_eq!(PassphraseCost::new(64, 1, LANES_MAX + 1), Err(CryptoError::KeyFileCost));
    for (memory, passes, lanes) in [(7, 1, 1), (64, 0, 1), (64, 1, 0), (31, 1, 4)] {
        assert_eq!(PassphraseCost::new(memory, passes, lanes), Err(CryptoError::KeyFileCost));
    }
    // A file made with such a cost is refused before any work is done.
    let cost = PassphraseCost { memory_kib: u32::MAX, passes: u32::MAX, lanes: 1 };
    let header = Header::new("k", cost, [0; 16], [0; 24]);
    let file = format::frame(&Body { header, ciphertext: vec![0; 16] }).unwrap();
    assert_eq!(read(&file, PASSPHRASE).unwrap_err(), CryptoError::KeyFileCost);
}

#[test]
fn what_is_too_long_is_not_written() {
    let mut rng = ChaCha20Rng::from_seed([1; 32]);
    let mut try_writing = |kind: &str, secret: &[u8]| {
        write(kind, secret, PASSPHRASE, PassphraseCost::DEMONSTRATION, &mut rng).map(|file| read(&file, PASSPHRASE))
    };
    assert!(try_writing(&"k".repeat(KIND_BYTES_MAX), &vec![1; SECRET_BYTES_MAX]).unwrap().is_ok());
    let too_long = CryptoError::KeyFileTooLong { bytes: KIND_BYTES_MAX + 1, max: KIND_BYTES_MAX };
    assert_eq!(try_writing(&"k".repeat(KIND_BYTES_MAX + 1), &[]).unwrap_err(), too_long);
    let too_long = CryptoError::KeyFileTooLong { bytes: SECRET_BYTES_MAX + 1, max: SECRET_BYTES_MAX };
    assert_eq!(try_writing("k", &vec![1; SECRET_BYTES_MAX + 1]).unwrap_err(), too_long);
}

#[test]
fn two_files_of_one_secret_share_nothing() {
    let mut rng = ChaCha20Rng::from_seed([42; 32]);
    let mut make = || write("k", &[9; 32], PASSPHRASE, PassphraseCost::DEMONSTRATION, &mut rng).unwrap();
    assert_ne!(make(), make());
}
