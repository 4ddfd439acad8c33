//! The page of a made-up report, compared with the one that was looked at (`page.golden.html`). Run with
//! `CHANCERY_WRITE_GOLDEN=1` to write it anew; looking at it is the approval.

use super::*;
use crate::bench::latency::Latency;
use crate::bench::limits::Limits;
use crate::bench::report::{Client, Counts, FORMAT, Network, Purpose, Ratios};
use std::collections::BTreeMap;

fn report() -> Report {
    let second = |at: u32| Second {
        due: 100,
        became_final: u64::from(90 + at),
        p50_ms: (at != 2).then_some(120.5),
        p99_ms: (at != 2).then_some(300.0 + f64::from(at)),
        memory_bytes: (at != 1).then_some(200_000_000 + 1_000_000 * u64::from(at)),
    };
    let run = Run {
        workload: "single".to_owned(),
        purpose: Purpose::Sustained,
        rate: 100,
        seconds: 5,
        counts: Counts {
            due: 500,
            refused: BTreeMap::from([("90-014".to_owned(), 3)]),
            lost: 1,
            accepted: 496,
            late: 2,
            ..Counts::default()
        },
        final_per_second: 92.0,
        records_per_second: 92.0,
        amounts_per_second: 0.0,
        blocks_per_second: 7.2,
        latency: Some(Latency { p50_ms: 120.5, p90_ms: 200.0, p99_ms: 304.0, p999_ms: 1_200.0, max_ms: 1_300.0 }),
        kept_up: false,
        ratios: Ratios { verifications: 0.0061, decodings: 0.0, flushes: 0.02, updates: 0.001 },
        client: Client::default(),
        validators: Vec::new(),
        timeline: (0..5).map(second).collect(),
        catch_up: None,
        proofs: None,
    };
    Report {
        format: FORMAT,
        software: "0.1.0".to_owned(),
        command: "chancery bench --data <here> & \"there\"".to_owned(),
        begun: "2026-01-02T03:04:05Z".to_owned(),
        optimised: false,
        limits: Limits { cores: 2, verifications_per_core: 30_000.0, verifications: 60_000.0, ..Limits::default() },
        network: Network {
            validators: 4,
            quorum: 3,
            members: 25_600,
            with_tables: false,
            founded_here: true,
            first_block_ms: Some(1_234.5),
            enrolment_s: Some(9.0),
        },
        load_average_before: Some([0.1, 0.2, 0.3]),
        load_average_after: None,
        broken_off: None,
        filled: None,
        runs: vec![run],
    }
}

#[test]
fn the_page_is_the_one_that_was_looked_at() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/bench/page/page.golden.html");
    let page = page(&report());
    if std::env::var_os("CHANCERY_WRITE_GOLDEN").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    assert!(std::fs::read_to_string(path).unwrap() == page, "the page differs from {path}");
}

#[test]
fn the_page_needs_nothing_from_anywhere_and_says_everything_in_words() {
    let page = page(&report());
    for foreign in ["<script", "http://", "https://", "src=", "<link", "@import", "url("] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    assert!(page.contains("&lt;here&gt; &amp; &quot;there&quot;"));
    assert!(page.contains("refused 3 (90-014: 3)") && page.contains("lost 1"));
    let (images, titles) = (page.matches("<svg role=\"img\"").count(), page.matches("<desc id=").count());
    assert_eq!((images, titles), (4, 4));
    // A page is well-formed if every element that is opened is closed; these are the ones that it has.
    for element in ["html", "head", "body", "main", "table", "tr", "td", "svg", "dl", "details", "p", "h2", "h3"] {
        let opened = page.matches(&format!("<{element}>")).count() + page.matches(&format!("<{element} ")).count();
        assert_eq!(opened, page.matches(&format!("</{element}>")).count(), "{element}");
    }
}
