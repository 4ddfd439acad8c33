//! A filer's sealed openings, as the office's desk opens and judges them: arbitrary bytes, and arbitrary bytes that are
//! sealed as they should be.

use super::{Seed, seed};
use crate::country::{CONFIDENTIAL, PERIOD, sealed_return, sealing_key, structure};
use chancery_api::view;
use chancery_client::filing::{SealedReturn, sealed_digest};
use chancery_client::office::judge;
use chancery_crypto::seal::{SealContext, open, seal};
use chancery_ledger::testing::NETWORK;
use chancery_types::encoding::{from_bytes, to_bytes};
use chancery_types::ids::{Height, MemberId, TransactionId, Version};
use chancery_types::opening::Opening;
use chancery_types::record::Assurance;
use chancery_types::time::BlockTime;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use std::sync::OnceLock;

const FILER: MemberId = MemberId([6; 16]);

fn honest() -> &'static SealedReturn {
    static HONEST: OnceLock<SealedReturn> = OnceLock::new();
    HONEST.get_or_init(|| sealed_return(FILER, 80, 20))
}

/// The bytes that the honest filer sealed.
fn plain() -> Vec<u8> {
    with_context(|context| open(&sealing_key(), context, &honest().sealed).unwrap().to_vec())
}

fn with_context<T>(work: impl FnOnce(&SealContext<'_>) -> T) -> T {
    let register = CONFIDENTIAL.parse().unwrap();
    work(&SealContext { network: &NETWORK, register: &register, filer: &FILER, record: &honest().record })
}

pub(super) fn run(input: &[u8]) {
    let (key, honest) = (sealing_key(), honest());
    let forged = with_context(|context| open(&key, context, input).is_ok());
    assert!(!forged || input == honest.sealed, "nothing opens but what was sealed");
    let mut rng = ChaCha20Rng::from_seed([1; 32]);
    let Ok(sealed) = with_context(|context| seal(&key.public_key(), context, input, &mut rng)) else { return };
    let (summary, version) = filed(&sealed);
    let judged = judge(&key, &NETWORK, &structure(CONFIDENTIAL), &summary, &version, &sealed);
    if let Ok(opened) = judged {
        let said: Opening = from_bytes(&plain()).unwrap();
        assert_eq!(opened.values, said.values, "commitments open to the values that were committed to");
        assert_eq!(input, plain(), "one opening has one encoding");
    }
}

/// The version as the interface shows it, with these sealed bytes.
fn filed(sealed: &[u8]) -> (view::RecordSummary, view::RecordVersion) {
    let filed = &honest().filed;
    let structure = structure(CONFIDENTIAL);
    let cells = structure.cells.iter().zip(&filed.cells);
    let summary = view::RecordSummary {
        id: honest().record,
        register: CONFIDENTIAL.parse().unwrap(),
        period: PERIOD,
        region: "01001".parse().unwrap(),
        subject: FILER,
        latest: Version(1),
        assurance: Assurance::Filed,
        counted: None,
    };
    let version = view::RecordVersion {
        version: Version(1),
        filer: FILER,
        filed: BlockTime(1).into(),
        height: Height(1),
        transaction: TransactionId([1; 32]),
        cells: cells.map(|(cell, value)| view::Cell { id: cell.id.clone(), value: (*value).into() }).collect(),
        sealed: Some(sealed_digest(sealed)),
        reason: None,
        assurance: Assurance::Filed,
        decided_by: None,
        decided: None,
        code: None,
    };
    (summary, version)
}

pub(super) fn seeds() -> Vec<Seed> {
    let other = to_bytes(&super::formats::opening());
    vec![seed("sealed", honest().sealed.clone()), seed("opening", plain()), seed("other", other)]
}
