//! A report as one page that needs nothing else: no script, no request, charts as inline SVG.
//!
//! Every chart has a title and a description for those who do not see it, and the numbers behind it stand in a table.

mod chart;

use super::report::{Report, Run, Second};
use super::words::{self, percent, whole};
use chart::{Bar, Line, bars, lines};

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--faint:#5b6470;--rule:#d5dae1;--a:#0b5cad;--b:#a8430b;--c:#1b7a43}\
@media(prefers-color-scheme:dark){:root{--ink:#e8ebef;--paper:#15181c;--faint:#a4adb8;--rule:#3a424c;--a:#6db3ff;--b:#ffa06b;--c:#6fd39b}}\
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:60rem;margin:0 auto;padding:1rem}\
h1,h2,h3{line-height:1.2}p,dd{color:var(--ink)}dt{color:var(--faint)}dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}dd{margin:0}\
table{border-collapse:collapse;font-variant-numeric:tabular-nums}th,td{padding:.2rem .6rem;text-align:right;border-bottom:1px solid var(--rule)}th:first-child,td:first-child{text-align:left}\
svg{width:100%;height:auto;margin:.5rem 0}svg text{fill:var(--ink);font:12px system-ui,sans-serif}svg .axis{stroke:var(--rule)}svg .faint{fill:var(--faint)}\
.a{stroke:var(--a)}.b{stroke:var(--b);stroke-dasharray:6 3}.c{stroke:var(--c);stroke-dasharray:2 3}rect.bar{fill:var(--a)}\
.failed{font-weight:bold;color:var(--b)}.wide{overflow-x:auto}";

/// The page.
pub(crate) fn page(report: &Report) -> String {
    let mut html = String::from("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    html.push_str("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n");
    html.push_str(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n",
    );
    html.push_str(&format!(
        "<title>What the network carried, {}</title>\n<style>{STYLE}</style>\n",
        escaped(&report.begun)
    ));
    html.push_str("</head>\n<body>\n<main>\n<h1>What the network carried</h1>\n");
    html.push_str(&format!("<p><code>{}</code>, begun {}</p>\n", escaped(&report.command), escaped(&report.begun)));
    if !report.optimised {
        html.push_str(
            "<p class=\"failed\">Compiled without optimisation: these figures say nothing about speed.</p>\n",
        );
    }
    if let Some(why) = &report.broken_off {
        html.push_str(&format!("<p class=\"failed\">The measurement broke off: {}</p>\n", escaped(why)));
    }
    html.push_str(&setting(report));
    html.push_str(&summary(report));
    for (number, run) in report.runs.iter().enumerate() {
        html.push_str(&of_run(number + 1, run));
    }
    html.push_str("</main>\n</body>\n</html>\n");
    html
}

/// Text as HTML.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn setting(report: &Report) -> String {
    let (network, limits) = (&report.network, &report.limits);
    let mut rows = vec![
        (
            "Validators",
            format!("{}; a block counts once {} have it on their disks", network.validators, network.quorum),
        ),
        ("Members", whole(network.members as f64)),
        ("Tables and pages", if network.with_tables { "kept by the validators" } else { "none" }.to_owned()),
        ("Cores", limits.cores.to_string()),
        ("Signatures verified", format!("{} a second by all cores", whole(limits.verifications))),
        ("Amounts decoded", format!("{} a second by one core", whole(limits.decodings_per_core))),
        ("Flushes of the disk", format!("{} a second", whole(limits.flushes))),
        ("Update hashes", format!("{} a second by one core", whole(limits.update_hashes_per_core))),
    ];
    if let Some(ms) = network.first_block_ms {
        rows.push(("Created to first final block", format!("{:.2} s", ms / 1_000.0)));
    }
    if let Some(filled) = &report.filled {
        rows.push(("Keys before", format!("about {}", whole(filled.keys as f64))));
    }
    rows.push((
        "Load average",
        format!("{} before, {} after", words::load(report.load_average_before), words::load(report.load_average_after)),
    ));
    let rows: String = rows.iter().map(|(what, text)| format!("<dt>{what}</dt><dd>{}</dd>\n", escaped(text))).collect();
    format!(
        "<h2>Machine and network</h2>\n<p>Each limit was measured alone, before the network was founded.</p>\n<dl>\n{rows}</dl>\n"
    )
}

fn summary(report: &Report) -> String {
    let mut rows = String::new();
    for run in &report.runs {
        let latency = |of: fn(&super::latency::Latency) -> f64| {
            run.latency.as_ref().map_or_else(|| "–".to_owned(), |l| of(l).to_string())
        };
        rows.push_str(&format!(
            "<tr><td>{}{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
            escaped(&run.workload),
            words::purpose(run.purpose),
            whole(f64::from(run.rate)),
            whole(run.final_per_second),
            whole(run.records_per_second),
            latency(|latency| latency.p50_ms),
            latency(|latency| latency.p99_ms),
            if run.kept_up { "yes" } else { "<span class=\"failed\">no</span>" }
        ));
    }
    format!(
        "<h2>Runs</h2>\n<div class=\"wide\"><table>\n<thead><tr><th>Workload</th><th>Due a second</th><th>Final a second</th>\
         <th>Records a second</th><th>Median, ms</th><th>99 %, ms</th><th>Kept up</th></tr></thead>\n<tbody>\n{rows}</tbody>\n\
         </table></div>\n"
    )
}

fn of_run(number: usize, run: &Run) -> String {
    let of = |value: fn(&Second) -> Option<f64>| run.timeline.iter().map(value).collect::<Vec<_>>();
    let title = format!("{}{}, {} a second", run.workload, words::purpose(run.purpose), whole(f64::from(run.rate)));
    let mut html = format!("<h2>{}</h2>\n<p>{}</p>\n", escaped(&title), escaped(&words::counted(&run.counts)));
    html.push_str(&lines(
        &format!("rate-{number}"),
        "Transactions in each second",
        &format!(
            "{} fell due and {} became final in a second on average.",
            whole(f64::from(run.rate)),
            whole(run.final_per_second)
        ),
        &[
            Line { name: "due", class: "b", values: of(|second| Some(second.due as f64)) },
            Line { name: "final and durable", class: "a", values: of(|second| Some(second.became_final as f64)) },
        ],
    ));
    let latency = run.latency.map_or_else(
        || "Nothing became final.".to_owned(),
        |latency| {
            format!(
                "The median is {} ms, 99 of 100 are within {} ms, all within {} ms.",
                latency.p50_ms, latency.p99_ms, latency.max_ms
            )
        },
    );
    html.push_str(&lines(
        &format!("latency-{number}"),
        "Latency in milliseconds, by the second in which a transaction was due",
        &latency,
        &[
            Line { name: "median", class: "a", values: of(|second| second.p50_ms) },
            Line { name: "99 of 100", class: "b", values: of(|second| second.p99_ms) },
        ],
    ));
    if run.timeline.iter().any(|second| second.memory_bytes.is_some()) {
        html.push_str(&lines(
            &format!("memory-{number}"),
            "Memory of the validator that holds most, in megabytes",
            &memory(&run.timeline),
            &[Line { name: "resident", class: "a", values: of(|second| second.memory_bytes.map(megabytes)) }],
        ));
    }
    let ratios = run.ratios;
    html.push_str(&bars(
        &format!("limits-{number}"),
        "Reached of what the machine could do at most",
        &[
            Bar { name: "signatures verified", ratio: ratios.verifications },
            Bar { name: "amounts decoded", ratio: ratios.decodings },
            Bar { name: "flushes of the disk", ratio: ratios.flushes },
            Bar { name: "update hashes", ratio: ratios.updates },
        ],
    ));
    html.push_str(&numbers(run));
    html
}

fn megabytes(bytes: u64) -> f64 {
    (bytes as f64 / 1e6).round()
}

fn memory(timeline: &[Second]) -> String {
    let mut seen = timeline.iter().filter_map(|second| second.memory_bytes).map(megabytes);
    let first = seen.next().unwrap_or(0.0);
    let (last, most) = seen.fold((first, first), |(_, most), value| (value, most.max(value)));
    format!("{} MB in the first second, {} MB in the last, at most {} MB.", whole(first), whole(last), whole(most))
}

/// The numbers behind the charts.
fn numbers(run: &Run) -> String {
    let shown = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| value.to_string());
    let mut rows = String::new();
    for (second, row) in run.timeline.iter().enumerate() {
        rows.push_str(&format!(
            "<tr><td>{second}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
            row.due,
            row.became_final,
            shown(row.p50_ms),
            shown(row.p99_ms)
        ));
    }
    let ratios = run.ratios;
    format!(
        "<p>Of the limits: {} of signatures, {} of decodings, {} of flushes, {} of update hashes.</p>\n<details><summary>Second \
         by second</summary>\n<div class=\"wide\"><table>\n<thead><tr><th>Second</th><th>Due</th><th>Final</th><th>Median, \
         ms</th><th>99 %, ms</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div></details>\n",
        percent(ratios.verifications),
        percent(ratios.decodings),
        percent(ratios.flushes),
        percent(ratios.updates)
    )
}

#[cfg(test)]
mod tests;
