//! `formats/finality.golden` is what the engine makes from a fixed seed: the verifier's test vector (ADR 0002), and the
//! alarm when an engine upgrade changes signed bytes.
//!
//! `UPDATE_FORMATS=1 cargo test -p chancery-consensus --test finality_golden` writes it anew.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that goes wrong should stop where it goes wrong"
)]

use chancery_consensus::{keys, namespace};
use chancery_types::ids::NetworkId;
use commonware_codec::{Copying, Decode, DecodeExt, Encode};
use commonware_consensus::simplex::scheme::bls12381_threshold::vrf::Scheme;
use commonware_consensus::simplex::types::{Finalization, Finalize, Proposal};
use commonware_consensus::types::{Epoch, Round, View};
use commonware_cryptography::bls12381::primitives::group::Share;
use commonware_cryptography::bls12381::primitives::sharing::{ModeVersion, Sharing};
use commonware_cryptography::bls12381::primitives::variant::MinSig;
use commonware_cryptography::certificate::Verifier as _;
use commonware_cryptography::{ed25519, sha256};
use commonware_parallel::Sequential;
use commonware_utils::ordered::Set;
use commonware_utils::{NZU32, non_empty};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use std::fmt::Write as _;
use std::path::Path;

type S = Scheme<ed25519::PublicKey, MinSig>;

const NETWORK: NetworkId = NetworkId([0x11; 32]);
/// Epoch, view, parent view, header hash: small numbers, and numbers that need every length of varint.
const CASES: [(u64, u64, u64, u8); 4] =
    [(0, 1, 0, 0x22), (3, 300, 299, 0x33), (128, 16_384, 127, 0x44), (u64::MAX - 1, u64::MAX, u64::MAX - 1, 0x55)];

fn golden() -> String {
    let dealt = keys::deal(&mut ChaCha20Rng::seed_from_u64(20_261_122), 4).unwrap();
    let base = namespace::base(&NETWORK);
    let participants: Set<ed25519::PublicKey> = Set::from_iter_dedup(
        dealt.committee.validators.iter().map(|key| ed25519::PublicKey::decode(Copying(&key.0)).unwrap()),
    );
    let sharing =
        Sharing::<MinSig>::decode_cfg(Copying(&dealt.committee.polynomial), &(NZU32!(4), ModeVersion::v0())).unwrap();
    let signers: Vec<S> = dealt
        .validators
        .iter()
        .map(|keys| {
            let share = Share::decode(Copying(&keys.share)).unwrap();
            S::signer(&base, participants.clone(), sharing.clone(), share).unwrap()
        })
        .collect();
    let mut text = String::from("# Made by the engine from a fixed seed; see docs/adr/0002-finality-certificate.md.\n");
    writeln!(text, "network {NETWORK}").unwrap();
    writeln!(text, "finality_key {}", dealt.committee.finality_key().unwrap()).unwrap();
    for (epoch, view, parent_view, hash) in CASES {
        let header = sha256::Digest([hash; 32]);
        let round = Round::new(Epoch::new(epoch), View::new(view));
        let proposal = Proposal::new(round, View::new(parent_view), header);
        let votes: Vec<_> = signers.iter().skip(1).map(|s| Finalize::sign(s, proposal.clone()).unwrap()).collect();
        let certificate = Finalization::from_finalizes(&signers[0], non_empty![@votes.iter()], &Sequential).unwrap();
        assert!(certificate.verify(
            &mut ChaCha20Rng::seed_from_u64(1),
            &S::certificate_verifier(&base, *sharing.public()),
            &Sequential
        ));
        let bytes = certificate.encode();
        let again =
            Finalization::<S, sha256::Digest>::decode_cfg(bytes.clone(), &S::certificate_codec_config_unbounded());
        assert_eq!(again.unwrap(), certificate);
        writeln!(text).unwrap();
        writeln!(text, "epoch {epoch}").unwrap();
        writeln!(text, "view {view}").unwrap();
        writeln!(text, "parent_view {parent_view}").unwrap();
        writeln!(text, "header {}", hex::encode(header.0)).unwrap();
        writeln!(text, "certificate {}", hex::encode(&bytes)).unwrap();
    }
    text
}

#[test]
fn the_engine_signs_what_the_decision_record_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../formats/finality.golden");
    let made = golden();
    if std::env::var_os("UPDATE_FORMATS").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    assert!(made == kept, "the engine's certificates changed; receipts would break (ADR 0002)");
}
