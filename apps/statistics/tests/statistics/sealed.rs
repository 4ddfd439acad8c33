//! Both sides of a confidential return, as client and office do them: commitments and blindings with the filer,
//! openings and proofs with the authority.

use super::world::{CELLS, CONFIDENTIAL, World, aggregate_id, file, period, record_of};
use chancery_crypto::amount::{AmountPoint, Blinding, commit, dependent_blinding, prove_total};
use chancery_crypto::hash::{Tag, hash};
use chancery_ledger::testing::{NETWORK, Party};
use chancery_statistics::query::{total_context, total_id};
use chancery_statistics::record::{Aggregate, RunningSum};
use chancery_statistics::rejection::StatisticsRejection;
use chancery_statistics::transaction::{Decisions, Publication, Return, StatisticsTransaction, Total, Verdict};
use chancery_types::amount::{CellValue, Quantity};
use chancery_types::ids::{MemberId, Version};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use std::collections::BTreeMap;

/// What stands behind a committed return: employed, unemployed, force.
#[derive(Clone)]
pub(crate) struct Secret {
    pub(crate) values: [i64; 3],
    pub(crate) blindings: [Blinding; 3],
}

impl Secret {
    /// Values whose blindings satisfy the identity too.
    pub(crate) fn new(rng: &mut ChaCha20Rng, employed: i64, unemployed: i64) -> Self {
        let (first, second) = (Blinding::generate(rng), Blinding::generate(rng));
        let third = dependent_blinding(&[(1, &first), (1, &second)], -1).unwrap();
        Self { values: [employed, unemployed, employed + unemployed], blindings: [first, second, third] }
    }

    pub(crate) fn points(&self) -> [AmountPoint; 3] {
        [0, 1, 2].map(|cell| commit(self.values[cell], &self.blindings[cell]))
    }

    /// The return that carries the commitments.
    pub(crate) fn to_return(&self, subject: &Party) -> Return {
        let committed = self.points().into_iter().map(|point| CellValue::Committed(point.encode()));
        Return {
            subject: subject.member,
            cells: committed.chain([CellValue::NotApplicable]).collect(),
            sealed: Some(hash(Tag::Content, &[b"sealed bytes", subject.member.as_bytes()])),
            correction: None,
        }
    }

    /// What the authority answers when it has opened the return: whether it matches and lies in its range.
    pub(crate) fn judged(&self, filed: &Return) -> Option<StatisticsRejection> {
        for (cell, filed) in filed.cells.iter().take(3).enumerate() {
            let CellValue::Committed(commitment) = filed else { panic!("not committed") };
            let point = AmountPoint::decode(commitment).unwrap();
            if !point.opens_to(self.values[cell], &self.blindings[cell]) {
                return Some(StatisticsRejection::OpeningMismatch);
            }
            if self.values[cell] < 0 {
                return Some(StatisticsRejection::OpeningNegative);
            }
            if self.values[cell] > 1_000_000 {
                return Some(StatisticsRejection::OpeningOutOfRange);
            }
        }
        None
    }
}

/// The authority's desk: what it has opened and accepted, by subject.
#[derive(Default)]
pub(crate) struct Desk {
    accepted: BTreeMap<MemberId, (Vec<String>, Secret)>,
    rng: Option<ChaCha20Rng>,
}

impl Desk {
    pub(crate) fn rng(&mut self) -> &mut ChaCha20Rng {
        self.rng.get_or_insert_with(|| ChaCha20Rng::seed_from_u64(1))
    }

    /// A company files and the authority accepts.
    #[track_caller]
    pub(crate) fn files(&mut self, world: &mut World, subject: &Party, employed: i64, unemployed: i64) {
        let secret = Secret::new(self.rng(), employed, unemployed);
        let mut filed = secret.to_return(subject);
        if let Some(head) = world.head(CONFIDENTIAL, subject) {
            filed = super::world::correcting(filed, head.latest.0);
        }
        world.accepts(subject, &file(CONFIDENTIAL, vec![filed]));
        self.accepts(world, subject, secret);
    }

    /// The authority accepts what lies before it.
    #[track_caller]
    pub(crate) fn accepts(&mut self, world: &mut World, subject: &Party, secret: Secret) {
        let head = world.head(CONFIDENTIAL, subject).unwrap();
        let office = world.office.clone();
        world.accepts(&office, &decide(&[(subject, head.latest.0, None)]));
        let around = world
            .chain
            .read(|view, _| chancery_statistics::query::path_within(view, &"XX".parse().unwrap(), &head.region));
        let around = around.iter().map(ToString::to_string).collect();
        self.accepted.insert(subject.member, (around, secret));
    }

    /// What the authority sees: the totals of a region, and the sums of blindings that prove them.
    pub(crate) fn totals(&self, region: &str) -> [(i64, Blinding); 3] {
        [0, 1, 2].map(|cell| {
            let inside = self.accepted.values().filter(|(around, _)| around.iter().any(|code| code == region));
            let inside: Vec<&Secret> = inside.map(|(_, secret)| secret).collect();
            let total = inside.iter().map(|secret| secret.values[cell]).sum();
            (total, inside.iter().map(|secret| &secret.blindings[cell]).sum())
        })
    }

    /// A publication with its proofs, over everything accepted so far.
    pub(crate) fn publication(&mut self, world: &World, region: &str) -> Publication {
        let aggregate = world.aggregate(CONFIDENTIAL, region).unwrap_or_else(Aggregate::nothing);
        let (sequence, cutoff) = (aggregate.publications + 1, world.chain.height());
        let mut totals = Vec::new();
        for (cell, (total, blinding)) in CELLS.iter().zip(self.totals(region)) {
            let which = total_id(&aggregate_id(CONFIDENTIAL, region), sequence, &cell.parse().unwrap());
            let context = total_context(&NETWORK, &which, cutoff);
            let sum = commit(total, &blinding);
            let proof = prove_total(&context, &sum, i128::from(total), &blinding, self.rng()).unwrap();
            totals.push(Total { cell: cell.parse().unwrap(), total: Quantity(total), proof: Some(proof.to_vec()) });
        }
        Publication {
            register: CONFIDENTIAL.parse().unwrap(),
            period: period(),
            region: region.parse().unwrap(),
            sequence,
            cutoff,
            totals,
            dominance_statement: true,
        }
    }

    /// The region's figure is published and carries the totals that the authority sees.
    #[track_caller]
    pub(crate) fn publishes(&mut self, world: &mut World, region: &str) {
        let figure = world.publishes(self.publication(world, region));
        let totals: Vec<i64> = figure.cells.iter().map(|cell| cell.total.0).collect();
        assert_eq!(totals, self.totals(region).map(|(total, _)| total));
    }

    #[track_caller]
    pub(crate) fn may_not_publish(&mut self, world: &mut World, region: &str, expected: StatisticsRejection) {
        let publication = self.publication(world, region);
        let office = world.office.clone();
        world.refuses(&office, &StatisticsTransaction::Publish(publication), expected);
    }
}

/// The authority's word on versions: accepted, or refused for a reason.
pub(crate) fn decide(verdicts: &[(&Party, u32, Option<u16>)]) -> StatisticsTransaction {
    let verdicts = verdicts.iter().map(|(subject, version, refusal)| Verdict {
        record: record_of(CONFIDENTIAL, subject),
        version: Version(*version),
        refusal: *refusal,
    });
    StatisticsTransaction::Decide(Decisions { register: CONFIDENTIAL.parse().unwrap(), verdicts: verdicts.collect() })
}

/// The sums of commitments as points.
pub(crate) fn points(aggregate: &Aggregate) -> Vec<AmountPoint> {
    let point = |sum: &RunningSum| match sum {
        RunningSum::Committed(commitment) => AmountPoint::decode(commitment).unwrap(),
        RunningSum::Clear(_) => panic!("not a confidential register"),
    };
    aggregate.sums.iter().map(point).collect()
}
