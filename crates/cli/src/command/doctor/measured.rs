//! What a node's own measurements say about it: clocks, lag, disk, deadlines.

use super::Finding;
use std::collections::BTreeMap;

/// A node that is further behind than this cannot keep up.
const LAG_BLOCKS_MAX: f64 = 64.0;
/// A validator whose clock differs by more holds back its votes, or others theirs.
const CLOCK_S_SOON: f64 = 0.5;
/// And by more than this it is not let in by the others.
const CLOCK_S_MAX: f64 = 5.0;
/// Less free space than this is too little, and less than that will be soon, in bytes.
const DISK_BYTES_MIN: f64 = 1_073_741_824.0;
/// How many days the disk must last.
const DISK_DAYS_MIN: f64 = 3.0;
/// How many days it should last.
const DISK_DAYS_SOON: f64 = 30.0;
/// Growth that was observed for less time than this is a guess.
const GROWTH_OBSERVED_S_MIN: f64 = 600.0;
/// A disk on which most durable writes take longer than this is no good for a validator.
const SYNC_S_MAX: f64 = 0.05;
/// The share of the files and connections it may open that a process may use.
const OPEN_FILES_MAX: f64 = 0.8;

/// What tells the values of one measurement apart, by name.
type Labels = BTreeMap<String, String>;

/// The measurements of one node that are our own.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Measured {
    /// The node's address.
    pub(super) address: String,
    values: BTreeMap<String, Vec<(Labels, f64)>>,
}

impl Measured {
    /// Reads the Prometheus text format; what is not written like that is passed over.
    pub(super) fn read(address: &str, text: &str) -> Self {
        let mut values: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for line in text.lines().filter(|line| line.starts_with("chancery_") || line.starts_with("process_")) {
            let Some((name, value)) = line.rsplit_once(' ') else { continue };
            let Ok(value) = value.parse::<f64>() else { continue };
            let (name, labels) = name.split_once('{').unwrap_or((name, ""));
            values.entry(name.to_owned()).or_default().push((labels_of(labels.trim_end_matches('}')), value));
        }
        Self { address: address.to_owned(), values }
    }

    /// The first value of a measurement.
    pub(super) fn one(&self, name: &str) -> Option<f64> {
        self.all(name).next().map(|(_, value)| value)
    }

    /// All values of a measurement with their labels.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = (&Labels, f64)> {
        self.values.get(name).into_iter().flatten().map(|(labels, value)| (labels, *value))
    }

    /// A value with one label.
    fn labelled(&self, name: &str, label: &str, wanted: &str) -> Option<f64> {
        self.all(name).find(|(labels, _)| labels.get(label).is_some_and(|found| found == wanted)).map(|(_, v)| v)
    }

    /// The least bound under which a share of a histogram's durations lies, in seconds. None where nothing was measured.
    fn quantile(&self, name: &str, share: f64) -> Option<f64> {
        let count = self.one(&format!("{name}_count")).filter(|count| *count > 0.0)?;
        let buckets = format!("{name}_bucket");
        let mut bounds = self.all(&buckets).filter_map(|(labels, below)| Some((bound(labels.get("le")?)?, below)));
        bounds.find(|(_, below)| *below >= share * count).map(|(bound, _)| bound)
    }
}

fn bound(text: &str) -> Option<f64> {
    if text == "+Inf" { Some(f64::INFINITY) } else { text.parse().ok() }
}

/// Labels as they stand between the braces. The values of ours hold no `",`.
fn labels_of(text: &str) -> BTreeMap<String, String> {
    let pairs = text.split("\",").filter_map(|pair| pair.split_once("=\""));
    pairs.map(|(name, value)| (name.to_owned(), value.trim_end_matches('"').to_owned())).collect()
}

/// What is wrong with a node, by its own measurements. What is well is said in one finding.
pub(super) fn judge(node: &Measured) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(peers(node));
    findings.extend(disk(node));
    findings.extend(deadlines(node));
    findings.extend(open_files(node));
    if findings.is_empty() {
        findings.push(Finding::good(format!("{}: clocks, disk and deadlines are in order", node.address)));
    }
    findings
}

fn peers(node: &Measured) -> Vec<Finding> {
    let mut findings = Vec::new();
    let address = &node.address;
    let name = |labels: &BTreeMap<String, String>| labels.get("validator").cloned().unwrap_or_default();
    for (labels, behind) in node.all("chancery_peer_behind_blocks").filter(|(_, behind)| *behind > LAG_BLOCKS_MAX) {
        findings.push(Finding::soon(
            format!("validator {} is {behind} blocks behind {address}", name(labels)),
            "It repairs itself if its disk and processor are well; ask its operator.",
        ));
    }
    for (labels, off) in node.all("chancery_peer_clock_difference_seconds") {
        let what = format!("the clock of validator {} differs from that of {address} by {off:.1} s", name(labels));
        if off.abs() > CLOCK_S_MAX {
            findings.push(Finding::wrong(what, "Set both clocks (NTP): with more than 5 s validators do not meet."));
        } else if off.abs() > CLOCK_S_SOON {
            findings.push(Finding::soon(what, "Set both clocks (NTP): with more than 0.5 s votes are held back."));
        }
    }
    findings
}

fn disk(node: &Measured) -> Vec<Finding> {
    let mut findings = Vec::new();
    let address = &node.address;
    let free = node.one("chancery_disk_free_bytes");
    if let Some(free) = free.filter(|free| *free < DISK_BYTES_MIN) {
        findings.push(Finding::wrong(
            format!("{:.0} MiB are free on the disk of {address}", free / 1_048_576.0),
            "Make room: a validator whose disk is full stops.",
        ));
    }
    let growth = node.one("chancery_disk_growth_bytes_per_second").filter(|growth| *growth > 0.0);
    let observed = node.one("chancery_disk_growth_observed_seconds").unwrap_or(0.0);
    if let (Some(free), Some(growth)) = (free, growth)
        && observed >= GROWTH_OBSERVED_S_MIN
    {
        let days = free / growth / 86_400.0;
        let what = format!("at this rate the disk of {address} is full in {days:.1} days");
        let remedy = "Make room, enlarge the disk, or shorten what the node keeps.";
        if days < DISK_DAYS_MIN {
            findings.push(Finding::wrong(what, remedy));
        } else if days < DISK_DAYS_SOON {
            findings.push(Finding::soon(what, remedy));
        }
    }
    if let Some(bound) = node.quantile("chancery_disk_sync_seconds", 0.9).filter(|bound| *bound > SYNC_S_MAX) {
        let bound = if bound.is_finite() { format!("up to {bound} s") } else { "more than a second".to_owned() };
        findings.push(Finding::soon(
            format!("one durable write in ten takes {bound} on the disk of {address}"),
            "Finality waits for the disk: do not share it, or take a faster one.",
        ));
    }
    if node.one("chancery_disk_sync_failures_total").is_some_and(|failures| failures > 0.0) {
        findings.push(Finding::wrong(
            format!("durable writes failed on the disk of {address}"),
            "Look at its log and at the disk before it stops the node.",
        ));
    }
    findings
}

fn deadlines(node: &Measured) -> Vec<Finding> {
    let soon = |count: Option<f64>, what: &str, remedy: &str| {
        count.filter(|count| *count > 0.0).map(|count| Finding::soon(format!("{count} {what}"), remedy))
    };
    let within_a_week = |name: &str| node.labelled(name, "within_days", "7");
    [
        soon(
            node.one("chancery_decisions_overdue"),
            "returns were neither accepted nor refused in time",
            "Remind the authorities; the pages name them.",
        ),
        soon(
            node.one("chancery_publications_overdue"),
            "periods have passed their release date without a figure",
            "Ask the registers' authorities.",
        ),
        soon(within_a_week("chancery_roles_ending"), "roles end within a week", "Their authorities grant them anew."),
        soon(
            within_a_week("chancery_member_keys_ending"),
            "members' keys end within a week",
            "Their holders add new keys.",
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn open_files(node: &Measured) -> Option<Finding> {
    let (open, max) = (node.one("process_open_fds")?, node.one("process_max_fds")?);
    (open > OPEN_FILES_MAX * max).then(|| {
        Finding::soon(
            format!("{} has {open} of at most {max} files and connections open", node.address),
            "Raise the limit (LimitNOFILE), or put a proxy in front.",
        )
    })
}
