//! A client that sends every malformed thing: transactions cut short, drawn out, with one bit changed, of another network,
//! expired or expiring too late, and bytes that are none. Each must be turned away at the door; what is well-formed and
//! makes no sense to its application is refused under a number.

use crate::country::{Country, Told};
use crate::draw::Draw;
use chancery_client::signing::{SignedTransaction, Signer};
use chancery_kernel::identity::ids::IDENTITY;
use chancery_kernel::identity::rejection::IdentityRejection;
use chancery_ledger::Refusal;
use chancery_ledger::rejection::LedgerRejection;
use chancery_statistics::ids::STATISTICS;
use chancery_statistics::rejection::StatisticsRejection;
use chancery_types::ids::{ApplicationId, NetworkId};
use chancery_types::time::{BlockTime, DAY_MS};

/// How many bits are changed, one at a time.
const CHANGES: usize = 24;
/// How many transactions are cut short.
const CUTS: usize = 12;

/// What must be turned away at the door, made from a good transaction.
pub(crate) fn malformed(good: &SignedTransaction, signer: &Signer, now: BlockTime, draw: &mut Draw) -> Vec<Vec<u8>> {
    let bytes = &good.bytes;
    let mut all = vec![Vec::new(), vec![0], vec![0xff; 64], vec![0x9f; 4_096], vec![0; 300 * 1_024]];
    all.push([bytes.as_slice(), &[0]].concat());
    all.push([bytes.as_slice(), bytes].concat());
    for _ in 0..CUTS {
        all.push(bytes.iter().copied().take(draw.place(bytes.len())).collect());
    }
    for _ in 0..CHANGES {
        let mut changed = bytes.clone();
        let place = draw.place(changed.len());
        if let Some(byte) = changed.get_mut(place) {
            *byte ^= 1 << draw.place(8);
        }
        all.push(changed);
    }
    let mut foreign = signer.clone();
    foreign.network = NetworkId([7; 32]);
    let other = |signer: &Signer, at: BlockTime, draw: &mut Draw| signer.sign(IDENTITY, &0_u8, at, draw.rng()).bytes;
    all.push(other(&foreign, now, draw));
    all.push(other(signer, BlockTime(now.0.saturating_sub(DAY_MS)), draw));
    all.push(other(signer, now.plus_ms(2 * DAY_MS), draw));
    all
}

/// What is well-formed and makes no sense.
pub(crate) fn senseless(country: &mut Country, now: BlockTime) -> Vec<Told> {
    let signer = country.authority.clone();
    let unknown = Some(LedgerRejection::UnknownApplication.code());
    let identity = Some(IdentityRejection::Malformed.code());
    let statistics = Some(StatisticsRejection::Malformed.code());
    vec![
        country.tell(&signer, ApplicationId(9_999), &0_u8, now, unknown),
        country.tell(&signer, IDENTITY, &"what?", now, identity),
        country.tell(&signer, STATISTICS, &vec![1_u8; 3], now, statistics),
    ]
}
