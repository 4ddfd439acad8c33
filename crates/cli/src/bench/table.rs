//! Reports as a table in Markdown, for the documentation: what stands there comes from a run and from nobody's hand.

use super::report::{Report, Run};
use super::words::{by_number, load, megabytes, percent, purpose, whole};
use crate::exit::Exit;
use std::path::Path;

/// Reads a report that was kept as JSON.
pub(crate) fn read(path: &Path) -> Result<Report, Exit> {
    let bytes = std::fs::read(path).map_err(|error| Exit::file(path, &error))?;
    serde_json::from_slice(&bytes).map_err(|error| {
        Exit::usage(format!("{}: {error}", path.display()), "Give what `chancery bench --json` wrote.")
    })
}

/// The tables of several reports.
pub(crate) fn markdown(reports: &[Report]) -> String {
    let mut text = String::new();
    for report in reports {
        text.push_str(&setting(report));
        text.push_str(
            "\n| workload | due /s | final /s | records /s | median | 99 % | 99.9 % | failed | of signatures | of decodings | \
             client /s before | memory each | kept up |\n|---|---:|---:|---:|---:|---:|---:|---|---:|---:|---:|---:|---|\n",
        );
        report.runs.iter().for_each(|run| text.push_str(&row(run)));
        let away = report.runs.iter().filter_map(|run| run.catch_up.map(|catch_up| (run, catch_up)));
        for (run, away) in away {
            text.push_str(&format!(
                "\nCatch-up at {} a second: {} s away, level {} s after its start; {} transactions a second while the others \
                 ordered {}{}.\n",
                whole(f64::from(run.rate)),
                away.seconds_away,
                away.caught_up_after_s,
                whole(away.caught_up_per_second),
                whole(away.live_per_second),
                away.ratio.map_or_else(String::new, |ratio| format!(" ({ratio} times)"))
            ));
        }
        text.push('\n');
    }
    text
}

fn setting(report: &Report) -> String {
    let (network, limits) = (&report.network, &report.limits);
    let mut text = format!("`{}`, begun {}", report.command, report.begun);
    if !report.optimised {
        text.push_str(" (**compiled without optimisation**)");
    }
    text.push_str(&format!(
        ". {} validators{}, {} members; {} cores; limits: {} verifications/s by all cores, {} decodings/s per core, {} \
         flushes/s, {} update hashes/s per core. Load average {} before, {} after.",
        network.validators,
        if network.with_tables { " with tables" } else { " without tables" },
        whole(network.members as f64),
        limits.cores,
        whole(limits.verifications),
        whole(limits.decodings_per_core),
        whole(limits.flushes),
        whole(limits.update_hashes_per_core),
        load(report.load_average_before),
        load(report.load_average_after)
    ));
    if let Some(ms) = network.first_block_ms {
        text.push_str(&format!(" Created to first final block: {:.2} s.", ms / 1_000.0));
    }
    if let Some(filled) = &report.filled {
        text.push_str(&format!(" About {} keys before.", whole(filled.keys as f64)));
    }
    if let Some(why) = &report.broken_off {
        text.push_str(&format!(" **The measurement broke off: {why}**"));
    }
    text.push('\n');
    text
}

fn row(run: &Run) -> String {
    let latency = |of: fn(&super::latency::Latency) -> f64| {
        run.latency.as_ref().map_or_else(|| "–".to_owned(), |latency| format!("{} ms", of(latency)))
    };
    let counts = &run.counts;
    let mut failed = Vec::new();
    for (what, count) in [("refused", by_number(&counts.refused)), ("rejected", by_number(&counts.rejected))] {
        if count != "0" {
            failed.push(format!("{what} {count}"));
        }
    }
    for (what, count) in [("lost", counts.lost), ("unanswered", counts.unanswered), ("late", counts.late)] {
        if count > 0 {
            failed.push(format!("{what} {}", whole(count as f64)));
        }
    }
    let prepared = if run.client.prepare_s > 0.0 { counts.due as f64 / run.client.prepare_s } else { 0.0 };
    let memory = run.validators.iter().filter_map(|validator| validator.process).map(|process| process.rss_bytes).max();
    format!(
        "| {}{} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |\n",
        run.workload,
        purpose(run.purpose),
        whole(f64::from(run.rate)),
        whole(run.final_per_second),
        whole(run.records_per_second),
        latency(|latency| latency.p50_ms),
        latency(|latency| latency.p99_ms),
        latency(|latency| latency.p999_ms),
        if failed.is_empty() { "none".to_owned() } else { failed.join("; ") },
        percent(run.ratios.verifications),
        percent(run.ratios.decodings),
        whole(prepared),
        memory.map_or_else(|| "unknown".to_owned(), megabytes),
        if run.kept_up { "yes" } else { "**no**" }
    )
}
