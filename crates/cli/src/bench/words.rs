//! A report in words, for a terminal.

use super::report::{Counts, Purpose, Report, Run};
use super::session::Kind;
use crate::number::{grouped, table};
use std::collections::BTreeMap;

pub(crate) fn words(report: &Report) -> String {
    let mut text = String::new();
    let (network, limits) = (&report.network, &report.limits);
    if !report.optimised {
        text.push_str("This program was compiled without optimisation: the figures below say nothing about speed.\n\n");
    }
    text.push_str(&format!(
        "Network: {} validators as processes on this machine, {} members; a block counts once {} validators have it on \
         their disks.\n",
        network.validators,
        whole(network.members as f64),
        network.quorum
    ));
    text.push_str(if network.with_tables {
        "The validators keep tables for lists beside what is measured.\n"
    } else {
        "The validators keep no tables for lists and serve no pages: they order, carry out, store and prove.\n"
    });
    if let Some(first) = network.first_block_ms {
        text.push_str(&format!("Created to first final block: {:.2} s.", first / 1_000.0));
    }
    if let Some(seconds) = network.enrolment_s {
        text.push_str(&format!(" All members enrolled in {seconds:.1} s."));
    }
    text.push_str(&format!(
        "\nThis machine at most, each alone: {} cores; {} signatures a second verified by one core in batches, {} by all; \
         {} committed amounts decoded a second by one core; {} flushes of the disk a second; {} hashes of a state's \
         update a second by one core.\n",
        limits.cores,
        whole(limits.verifications_per_core),
        whole(limits.verifications),
        whole(limits.decodings_per_core),
        whole(limits.flushes),
        whole(limits.update_hashes_per_core),
    ));
    text.push_str(&format!(
        "Load average before {}, after {}; what else ran is not known.\n",
        load(report.load_average_before),
        load(report.load_average_after)
    ));
    if let Some(filled) = report.filled {
        text.push_str(&format!(
            "Filled before with {} records, about {} keys of the state, in {} s.\n",
            whole(filled.records as f64),
            whole(filled.keys as f64),
            filled.seconds
        ));
    }
    for run in &report.runs {
        text.push('\n');
        text.push_str(&of_run(run));
    }
    text
}

/// One line for progress while a search goes on.
pub(crate) fn line(run: &Run) -> String {
    let latency = run.latency.map_or_else(
        || "nothing final".to_owned(),
        |latency| format!("median {} ms, 99 of 100 within {} ms", latency.p50_ms, latency.p99_ms),
    );
    let kept_up = if run.kept_up { "kept up" } else { "did not keep up" };
    format!(
        "  {}: {} a second due, {} final, {} records; {latency}; {kept_up}",
        run.workload,
        whole(f64::from(run.rate)),
        whole(run.final_per_second),
        whole(run.records_per_second)
    )
}

fn of_run(run: &Run) -> String {
    let purpose = purpose(run.purpose);
    let mut rows = vec![row("due", format!("{} a second for {} s", whole(f64::from(run.rate)), run.seconds))];
    if run.workload == Kind::Reads.name() {
        rows.push(row("answered", format!("{} requests a second", whole(run.final_per_second))));
    } else {
        rows.push(row("final and durable", format!("{} transactions a second", whole(run.final_per_second))));
        rows.push(row("records", format!("{} a second", whole(run.records_per_second))));
        rows.push(row("blocks", format!("{} a second", run.blocks_per_second)));
    }
    if let Some(latency) = run.latency {
        rows.push(row(
            "latency",
            format!(
                "median {} ms, 90 % {} ms, 99 % {} ms, 99.9 % {} ms, at most {} ms",
                latency.p50_ms, latency.p90_ms, latency.p99_ms, latency.p999_ms, latency.max_ms
            ),
        ));
    }
    rows.push(row("of all due", counted(&run.counts)));
    let ratios = run.ratios;
    rows.push(row(
        "of the limits",
        format!(
            "{} of signatures, {} of decodings, {} of flushes, {} of update hashes",
            percent(ratios.verifications),
            percent(ratios.decodings),
            percent(ratios.flushes),
            percent(ratios.updates)
        ),
    ));
    let client = run.client;
    rows.push(row("client, before", format!("{} s for {} of requests", client.prepare_s, megabytes(client.bytes))));
    rows.push(row(
        "client, meanwhile",
        format!(
            "{} s of processor time; requests left {} ms late at 99 %, {} ms at most; {} sent again",
            client.cpu_seconds, client.lag_p99_ms, client.lag_max_ms, client.sent_again
        ),
    ));
    for (number, validator) in run.validators.iter().enumerate() {
        let memory = validator.process.map_or_else(
            || "no process found".to_owned(),
            |process| {
                format!(
                    "{} resident ({} of its own), {} at most",
                    megabytes(process.rss_bytes),
                    megabytes(process.anonymous_bytes),
                    megabytes(process.rss_max_bytes)
                )
            },
        );
        let text = format!(
            "{:.1} s of processor time; {memory}; {} on disk",
            validator.cpu_seconds,
            megabytes(validator.disk_bytes)
        );
        rows.push(row(&format!("validator {}", number + 1), text));
    }
    if let Some(proofs) = run.proofs {
        rows.push(row("proofs", format!("{} checked, {} did not hold", proofs.checked, proofs.failed)));
    }
    if let Some(away) = run.catch_up {
        let ratio = away
            .ratio
            .map_or_else(|| "nothing was ordered meanwhile".to_owned(), |ratio| format!("{ratio} times as fast"));
        let text = format!(
            "{} s away; level {} s after its start (first block after {} s); {} transactions in {} blocks, {} a second \
             while the others ordered {} a second on average: {ratio}",
            away.seconds_away,
            away.caught_up_after_s,
            away.first_block_after_s,
            whole(away.transactions as f64),
            away.blocks,
            whole(away.caught_up_per_second),
            whole(away.live_per_second)
        );
        rows.push(row("catch-up", text));
    }
    let verdict = if run.kept_up { "kept up" } else { "DID NOT KEEP UP" };
    format!("{}{purpose}: {verdict}\n{}", run.workload, table(&rows))
}

/// Why a run was made, behind the workload's name.
pub(crate) const fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::AsAsked => "",
        Purpose::Probe => " (step of the search)",
        Purpose::Sustained => " (highest sustained rate)",
        Purpose::Half => " (half of the sustained rate)",
        Purpose::CatchUp => " (one validator away and back)",
    }
}

/// What became of all that was due; what went wrong is never left out.
pub(crate) fn counted(counts: &Counts) -> String {
    format!(
        "{} due; {} accepted; refused {}; rejected {}; lost {}; unanswered {}; late {}; after the clock {}",
        whole(counts.due as f64),
        whole(counts.accepted as f64),
        by_number(&counts.refused),
        by_number(&counts.rejected),
        counts.lost,
        counts.unanswered,
        counts.late,
        counts.after_the_clock
    )
}

pub(crate) fn by_number(counts: &BTreeMap<String, u64>) -> String {
    let all: u64 = counts.values().sum();
    if all == 0 {
        return "0".to_owned();
    }
    let each: Vec<String> = counts.iter().map(|(code, count)| format!("{code}: {count}")).collect();
    format!("{all} ({})", each.join(", "))
}

fn row(what: &str, text: String) -> Vec<String> {
    vec![format!("  {what}"), text]
}

pub(crate) fn whole(value: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "counts and rates are far below 2^63")]
    grouped(value.round() as i64)
}

pub(crate) fn percent(ratio: f64) -> String {
    format!("{:.1} %", ratio * 100.0)
}

pub(crate) fn megabytes(bytes: u64) -> String {
    format!("{} MB", whole(bytes as f64 / 1e6))
}

pub(crate) fn load(average: Option<[f64; 3]>) -> String {
    average.map_or_else(|| "unknown".to_owned(), |[one, five, fifteen]| format!("{one} {five} {fifteen}"))
}
