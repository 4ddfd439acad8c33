//! The whole text that `/metrics` gives, but for what the interface counts about itself.

use super::exposition::{Exposition, Family};
use super::process::Usage;
use super::sampling::Samples;
use super::{Source, families as f, locked};
use crate::readiness::{Facts, SILENT, silence_max};
use crate::services::Services;
use chancery_consensus::Standing;
use chancery_readmodel::{Deadlines, NEAR_DAYS};
use chancery_types::time::BlockTime;
use std::collections::BTreeMap;
use std::time::Duration;

/// The node's own measurements, then the engine's.
pub fn text(services: &Services, engine: &str) -> String {
    let mut out = Exposition::default();
    out.many(
        &f::BUILD,
        [(vec![("version", env!("CARGO_PKG_VERSION").to_owned()), ("network", services.network.to_string())], 1.0)],
    );
    let facts = Facts::of(services);
    out.one(&f::READY, if facts.reasons().is_empty() { 1.0 } else { 0.0 });
    let votes = services.engine.standing() == Standing::Voter;
    out.one(&f::OBSERVES, if votes { 0.0 } else { 1.0 });
    blocks(&mut out, services, &facts);
    intake(&mut out, services);
    peers(&mut out, services, &facts);
    storage(&mut out, services, &facts);
    process(&mut out, services);
    let mut text = out.into_text();
    text.push_str(engine);
    text
}

fn blocks(out: &mut Exposition, services: &Services, facts: &Facts) {
    let metrics = services.machine.metrics();
    let totals = metrics.totals();
    out.one(&f::HEIGHT, count(facts.height.0));
    out.one(&f::SILENCE, facts.silence.as_secs_f64());
    out.one(&f::SILENCE_MAX, silence_max(services.idle_interval).as_secs_f64());
    out.one(&f::IDLE_INTERVAL, services.idle_interval.as_secs_f64());
    out.one(&f::BLOCKS, count(totals.blocks));
    out.one(&f::BLOCKS_EMPTY, count(totals.empty));
    let refused = totals.refused.values().fold(0u64, |sum, count| sum.saturating_add(*count));
    let outcomes = [("accepted", totals.accepted), ("refused", refused), ("unknown", totals.unknown)];
    out.many(
        &f::TRANSACTIONS,
        outcomes.map(|(outcome, number)| (vec![("outcome", outcome.to_owned())], count(number))),
    );
    out.many(&f::REFUSALS, totals.refused.iter().map(|(code, n)| (vec![("number", code.to_string())], count(*n))));
    out.histogram(&f::FINALITY, &metrics.finality.snapshot());
    out.histogram(&f::BLOCK_FINAL, &metrics.block_final.snapshot());
    out.one(&f::CLOCK_DIFFERENCE, milliseconds(metrics.clock_difference_ms()));
    out.histogram(&f::EXECUTION, &metrics.execution.snapshot());
    out.one(&f::RUNS, count(metrics.runs()));
}

fn intake(out: &mut Exposition, services: &Services) {
    let metrics = services.machine.metrics();
    let (waiting, bytes) = services.machine.waiting();
    out.one(&f::POOL_TRANSACTIONS, size(waiting));
    out.one(&f::POOL_BYTES, size(bytes));
    out.one(&f::UNDER_WAY, size(metrics.under_way()));
    let intake = metrics.intake();
    let mut met = Vec::new();
    let mut refusals = Vec::new();
    for source in [Source::Member, Source::Validator] {
        let counts = intake.get(&source).cloned().unwrap_or_default();
        let from = || ("from", source.name().to_owned());
        let refused = counts.refused.values().fold(0u64, |sum, count| sum.saturating_add(*count));
        let all = [("taken", counts.taken), ("refused", refused), ("no_room", counts.no_room), ("known", counts.known)];
        met.extend(all.map(|(what, number)| (vec![from(), ("outcome", what.to_owned())], count(number))));
        refusals.extend(
            counts.refused.iter().map(|(code, number)| (vec![from(), ("number", code.to_string())], count(*number))),
        );
    }
    out.many(&f::INTAKE, met);
    out.many(&f::INTAKE_REFUSALS, refusals);
    out.one(&f::GOSSIP_DROPPED, count(metrics.gossip_dropped()));
}

fn peers(out: &mut Exposition, services: &Services, facts: &Facts) {
    out.one(&f::VALIDATORS, size(facts.validators));
    out.one(&f::VALIDATORS_NEEDED, size(facts.needed));
    out.one(&f::VALIDATORS_HEARD, size(facts.heard));
    let now = services.now();
    let heard: BTreeMap<_, _> = services.engine.peers().into_iter().map(|peer| (peer.key, peer)).collect();
    let (mut present, mut silences, mut behind, mut clocks) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for validator in services.others() {
        let labels = || vec![("validator", validator.name.clone()), ("key", short(&validator.key.to_string()))];
        let peer = heard.get(&validator.key);
        let silence = peer.map_or_else(|| services.machine.metrics().uptime(), |peer| between(peer.heard, now));
        present.push((labels(), if peer.is_some() && silence < SILENT { 1.0 } else { 0.0 }));
        silences.push((labels(), silence.as_secs_f64()));
        // What was never heard has no height and no clock.
        let Some(peer) = peer else { continue };
        behind.push((labels(), count(facts.height.0) - count(peer.height.0)));
        clocks.push((labels(), (count(peer.clock.0) - count(peer.heard.0)) / 1_000.0));
    }
    for (family, values) in
        [(&f::PEER_HEARD, present), (&f::PEER_SILENCE, silences), (&f::PEER_BEHIND, behind), (&f::PEER_CLOCK, clocks)]
    {
        out.many(family, values);
    }
}

fn storage(out: &mut Exposition, services: &Services, facts: &Facts) {
    let metrics = services.machine.metrics();
    out.one(&f::ARCHIVE_HEIGHT, count(services.archive.latest().0));
    // A database that fails here fails where something is asked of it.
    some(out, &f::KEPT_FROM, services.archive.kept_from().ok().flatten().map(|height| count(height.0)));
    out.histogram(&f::ARCHIVE_WRITE, &metrics.archive_write.snapshot());
    out.one(&f::TABLES_HEIGHT, count(facts.folded.0));
    out.one(&f::TABLES_BEHIND, count(facts.height.0.saturating_sub(facts.folded.0)));
    let samples = locked(&metrics.samples).clone();
    disk(out, &samples);
    out.histogram(&f::DISK_SYNC, &metrics.disk_sync.snapshot());
    out.one(&f::DISK_SYNC_FAILURES, count(samples.sync_failures));
    if let Some(found) = &samples.deadlines {
        deadlines(out, found, services.now());
    }
}

fn disk(out: &mut Exposition, samples: &Samples) {
    let parts = samples.used_bytes.iter().map(|(part, bytes)| (vec![("part", (*part).to_owned())], count(*bytes)));
    out.many(&f::DISK_USED, parts);
    some(out, &f::DISK_FREE, samples.disk.map(|disk| count(disk.free_bytes)));
    some(out, &f::DISK_SIZE, samples.disk.map(|disk| count(disk.size_bytes)));
    some(out, &f::DISK_GROWTH, samples.growth.map(|growth| growth.bytes_per_second));
    some(out, &f::DISK_OBSERVED, samples.growth.map(|growth| growth.observed.as_secs_f64()));
}

fn deadlines(out: &mut Exposition, found: &Deadlines, now: BlockTime) {
    out.one(&f::DECISIONS_OVERDUE, count(found.decisions_overdue));
    let since = found.overdue_since.map_or(Duration::ZERO, |since| between(since, now));
    out.one(&f::DECISIONS_OVERDUE_AGE, since.as_secs_f64());
    out.one(&f::PUBLICATIONS_OVERDUE, count(found.publications_overdue));
    some(out, &f::RETURNS_DUE, found.returns_due.map(|due| between(now, due).as_secs_f64()));
    for (family, counts) in [(&f::ROLES_ENDING, found.roles_ending), (&f::KEYS_ENDING, found.keys_ending)] {
        let values = NEAR_DAYS.iter().zip(counts).map(|(days, n)| (vec![("within_days", days.to_string())], count(n)));
        out.many(family, values);
    }
}

fn process(out: &mut Exposition, services: &Services) {
    let usage = Usage::of_this_process();
    for (family, value) in [
        (&f::RESIDENT, usage.resident_bytes),
        (&f::RESIDENT_MAX, usage.resident_bytes_max),
        (&f::OPEN_FILES, usage.open_files),
        (&f::OPEN_FILES_MAX, usage.open_files_max),
        (&f::THREADS, usage.threads),
    ] {
        some(out, family, value.map(count));
    }
    some(out, &f::CPU, usage.cpu.map(|cpu| cpu.as_secs_f64()));
    out.one(&f::STARTED, services.machine.metrics().started_at().as_secs_f64());
}

fn some(out: &mut Exposition, family: &Family, value: Option<f64>) {
    out.many(family, value.map(|value| (vec![], value)));
}

/// From one moment to a later one; nothing if it is not later.
fn between(earlier: BlockTime, later: BlockTime) -> Duration {
    Duration::from_millis(later.0.saturating_sub(earlier.0))
}

fn milliseconds(ms: i64) -> f64 {
    ms as f64 / 1_000.0
}

/// A number as Prometheus keeps it: exact up to 2^53.
const fn count(number: u64) -> f64 {
    number as f64
}

const fn size(number: usize) -> f64 {
    number as f64
}

/// Enough of a key to tell validators of one name apart.
fn short(key: &str) -> String {
    key.chars().take(8).collect()
}
