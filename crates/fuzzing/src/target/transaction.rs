//! The payloads of every installed application: what decodes is canonical and within the bounds that are restated here.

use super::{Seed, prefixed};
use crate::cbor::Value;
use crate::country::country;
use chancery_kernel::identity::Identity;
use chancery_kernel::identity::transaction::IdentityTransaction;
use chancery_kernel::records::Records;
use chancery_ledger::{Application, Refusal as _};
use chancery_registry::Registry;
use chancery_statistics::Statistics;
use chancery_statistics::transaction::StatisticsTransaction;
use chancery_types::encoding::to_bytes;
use chancery_types::ids::ApplicationId;
use minicbor::Encode;
use std::collections::BTreeSet;

/// An input's first byte is the application's number.
pub(super) fn run(input: &[u8]) {
    let Some((application, payload)) = input.split_first() else { return };
    match ApplicationId(u16::from(*application)) {
        Identity::ID => {
            if let Some(transaction) = decoded::<Identity>(payload) {
                identity(&transaction);
            }
        }
        Records::ID => drop(decoded::<Records>(payload)),
        Statistics::ID => {
            if let Some(transaction) = decoded::<Statistics>(payload) {
                statistics(&transaction);
            }
        }
        _ => {}
    }
}

fn decoded<A: Application<Transaction: Encode<()> + PartialEq>>(payload: &[u8]) -> Option<A::Transaction> {
    match A::decode(payload) {
        Ok(transaction) => {
            assert_eq!(to_bytes(&transaction), payload, "what decodes encodes to the same bytes");
            assert!(Value::read(payload).is_some(), "what decodes is canonical");
            Some(transaction)
        }
        Err(refusal) => {
            let code = refusal.code();
            assert!(Registry.refusals().iter().any(|text| text.code == code), "{code} stands in no list");
            None
        }
    }
}

fn identity(transaction: &IdentityTransaction) {
    match transaction {
        IdentityTransaction::RegisterMembers(batch) => {
            distinct(batch.members.iter().map(|member| member.legal), 1, 256);
            distinct(batch.roles.iter().map(|role| (role.role, role.domain.clone())), 0, 8);
        }
        IdentityTransaction::AcceptInvitation(acceptance) => {
            distinct(acceptance.keys.iter().map(|key| key.key), 1, 256);
        }
        IdentityTransaction::InviteAgain(again) => distinct(again.members.iter().copied(), 1, 256),
        _ => {}
    }
}

fn statistics(transaction: &StatisticsTransaction) {
    match transaction {
        StatisticsTransaction::DefineStructure(structure) => {
            distinct(structure.cells.iter().map(|cell| cell.id.clone()), 1, 64);
            assert!(structure.identities.len() <= 32 && structure.ratios.len() <= 16);
            let sound = structure.cells.iter().all(|cell| 0 <= cell.low.0 && cell.low <= cell.high);
            assert!(sound && structure.cells.iter().all(|cell| cell.high.0 <= 1 << 42));
        }
        StatisticsTransaction::OpenPeriod(period) => assert!(period.due <= period.closes),
        StatisticsTransaction::File(filing) => {
            distinct(filing.returns.iter().map(|one| one.subject), 1, 256);
            assert!(filing.returns.iter().all(|one| one.cells.len() <= 64));
        }
        StatisticsTransaction::Decide(decisions) => {
            distinct(decisions.verdicts.iter().map(|verdict| verdict.record), 1, 512);
        }
        StatisticsTransaction::Publish(publication) => assert!(publication.totals.len() <= 64),
    }
}

fn distinct<T: Ord>(items: impl ExactSizeIterator<Item = T>, least: usize, most: usize) {
    let count = items.len();
    assert!((least..=most).contains(&count), "{count} items");
    assert_eq!(items.collect::<BTreeSet<T>>().len(), count, "nothing twice");
}

/// Every kind of transaction that the country's story knows, one of each length.
pub(super) fn seeds() -> Vec<Seed> {
    let mut kinds = BTreeSet::new();
    let mut seeds = Vec::new();
    for (_, application, payload) in country().told {
        let kind = Value::read(&payload).and_then(|value| value.as_array()?.first()?.as_number()).unwrap_or_default();
        if kinds.insert((application, kind, payload.len())) {
            let name = format!("{}-{kind}-{}", application.0, payload.len());
            seeds.push(prefixed(name, u8::try_from(application.0).unwrap(), &payload));
        }
    }
    seeds
}
