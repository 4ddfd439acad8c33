//! What the doctor makes of measurements.

use super::compare;
use super::measured::{Measured, judge};
use super::{Finding, Grade, SOON_MS, ends, free_kib};
use chancery_api::view;

const SOUND: &str = "\
# HELP chancery_build_info Always 1.
# TYPE chancery_build_info gauge
chancery_build_info{version=\"0.1.0\",network=\"aa\"} 1
chancery_height 100
chancery_idle_interval_seconds 1
chancery_peer_behind_blocks{validator=\"Audit, \\\"north\\\"\",key=\"00112233\"} -1
chancery_peer_clock_difference_seconds{validator=\"Audit\",key=\"00112233\"} -0.004
chancery_disk_free_bytes 50000000000
chancery_disk_growth_bytes_per_second 1000000
chancery_disk_growth_observed_seconds 30
chancery_disk_sync_seconds_bucket{le=\"0.001\"} 8
chancery_disk_sync_seconds_bucket{le=\"0.1\"} 9
chancery_disk_sync_seconds_bucket{le=\"+Inf\"} 10
chancery_disk_sync_seconds_sum 0.3
chancery_disk_sync_seconds_count 0
chancery_disk_sync_failures_total 0
chancery_decisions_overdue 0
chancery_roles_ending{within_days=\"30\"} 5
chancery_roles_ending{within_days=\"7\"} 0
process_open_fds 100
process_max_fds 1024
engine_nonsense 7
";

fn read(text: &str) -> Measured {
    Measured::read("http://a", text)
}

/// What is found when one line is another.
fn check(before: &str, after: &str, expected: Grade, words: &str) {
    assert!(SOUND.contains(before), "{before}");
    let findings = judge(&read(&SOUND.replace(before, after)));
    let found = findings.iter().any(|finding| finding.grade == expected && finding.what.contains(words));
    assert!(found, "{words:?} is not among {findings:?}");
}

#[test]
fn a_sound_node_is_found_sound() {
    assert_eq!(judge(&read(SOUND)), [Finding::good("http://a: clocks, disk and deadlines are in order")]);
    assert_eq!(judge(&read("")).len(), 1, "a node that measures nothing is blamed for nothing");
}

#[test]
fn what_is_wrong_is_graded() {
    check(
        "blocks{validator=\"Audit, \\\"north\\\"\",key=\"00112233\"} -1",
        "blocks{validator=\"Audit\"} 65",
        Grade::Soon,
        "Audit is 65 blocks behind",
    );
    check("-0.004", "-0.9", Grade::Soon, "by -0.9 s");
    check("-0.004", "7", Grade::Wrong, "by 7.0 s");
    check("free_bytes 50000000000", "free_bytes 1000", Grade::Wrong, "0 MiB are free");
    check("observed_seconds 30", "observed_seconds 3600", Grade::Wrong, "full in 0.6 days");
    check(
        "second 1000000\nchancery_disk_growth_observed_seconds 30",
        "second 50000\nchancery_disk_growth_observed_seconds 3600",
        Grade::Soon,
        "full in 11.6 days",
    );
    check("sync_seconds_count 0", "sync_seconds_count 10", Grade::Soon, "takes up to 0.1 s");
    check("failures_total 0", "failures_total 2", Grade::Wrong, "durable writes failed");
    check("decisions_overdue 0", "decisions_overdue 12", Grade::Soon, "12 returns");
    check("within_days=\"7\"} 0", "within_days=\"7\"} 3", Grade::Soon, "3 roles end within a week");
    check("open_fds 100", "open_fds 900", Grade::Soon, "900 of at most 1024");
}

#[test]
fn growth_seen_for_half_a_minute_is_no_reason_to_worry() {
    let findings = judge(&read(SOUND));
    assert!(findings.iter().all(|finding| !finding.what.contains("days")), "{findings:?}");
}

#[test]
fn nodes_are_compared() {
    let sound = read(SOUND);
    let differing = |before: &str, after: &str| {
        let other = Measured::read("http://b", &SOUND.replace(before, after));
        compare::judge(&[sound.clone(), other])
    };
    assert_eq!(compare::judge(std::slice::from_ref(&sound)), []);
    assert_eq!(differing("x", "x")[0].grade, Grade::Good);
    let found = differing("interval_seconds 1", "interval_seconds 0.25");
    assert_eq!(found[0].grade, Grade::Wrong);
    assert!(found[0].what.contains("0.25 s at http://b; 1 s at http://a"), "{found:?}");
    assert_eq!(differing("network=\"aa\"", "network=\"bb\"")[0].grade, Grade::Wrong);
    assert_eq!(differing("0.1.0", "0.2.0")[0].grade, Grade::Soon);
    assert!(differing("chancery_height 100", "chancery_height 300")[0].what.contains("http://a by 200 blocks"));
}

#[test]
fn free_space_is_read_from_the_portable_listing() {
    let listing = "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/sda1 100 40 60 40% /\n";
    assert_eq!(free_kib(listing), Some(60));
    assert_eq!(free_kib("nonsense"), None);
}

#[test]
fn ends_are_graded_by_how_near_they_are() {
    let at = |ms: u64| view::Moment { ms, iso: String::new() };
    let grade = |expires: Option<u64>| ends("x", expires.map(at).as_ref(), SOON_MS, "").grade;
    assert_eq!(grade(None), Grade::Good);
    assert_eq!(grade(Some(SOON_MS - 1)), Grade::Wrong);
    assert_eq!(grade(Some(SOON_MS + 1)), Grade::Soon);
    assert_eq!(grade(Some(3 * SOON_MS)), Grade::Good);
}
