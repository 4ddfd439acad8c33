//! What the nodes that were asked do not agree on, and should.

use super::Finding;
use super::measured::Measured;
use std::collections::BTreeMap;

/// By how many blocks nodes may differ: they are asked one after another.
const HEIGHTS_APART_MAX: f64 = 64.0;

/// Compares nodes. With one node there is nothing to compare.
pub(super) fn judge(nodes: &[Measured]) -> Vec<Finding> {
    if nodes.len() < 2 {
        return Vec::new();
    }
    let mut findings: Vec<Finding> =
        [networks(nodes), intervals(nodes), versions(nodes), heights(nodes)].into_iter().flatten().collect();
    if findings.is_empty() {
        findings.push(Finding::good(format!("the {} nodes run the same program with the same timing", nodes.len())));
    }
    findings
}

fn networks(nodes: &[Measured]) -> Option<Finding> {
    let found = by_value(nodes, |node| node.all("chancery_build_info").next()?.0.get("network").cloned());
    (found.len() > 1).then(|| {
        Finding::wrong(
            format!("the nodes belong to different networks: {}", listed(&found)),
            "Ask nodes of one network at a time.",
        )
    })
}

/// The idle interval is not bound into the network's identity, so a genesis file may differ in it and still be accepted;
/// the timeouts of the protocol follow from it.
fn intervals(nodes: &[Measured]) -> Option<Finding> {
    let found = by_value(nodes, |node| Some(format!("{} s", node.one("chancery_idle_interval_seconds")?)));
    (found.len() > 1).then(|| {
        Finding::wrong(
            format!("validators wait differently long for work: {}", listed(&found)),
            "Make `idle_interval_ms` in genesis.json the same everywhere, and restart those that differ, one by one.",
        )
    })
}

fn versions(nodes: &[Measured]) -> Option<Finding> {
    let found = by_value(nodes, |node| node.all("chancery_build_info").next()?.0.get("version").cloned());
    (found.len() > 1)
        .then(|| Finding::soon(format!("the nodes run different versions: {}", listed(&found)), "Finish the upgrade."))
}

fn heights(nodes: &[Measured]) -> Option<Finding> {
    let heights: Vec<(&Measured, f64)> =
        nodes.iter().filter_map(|node| Some((node, node.one("chancery_height")?))).collect();
    let highest = heights.iter().map(|(_, height)| *height).fold(0.0, f64::max);
    let behind = heights.iter().filter(|(_, height)| highest - height > HEIGHTS_APART_MAX);
    let names: Vec<String> =
        behind.map(|(node, height)| format!("{} by {} blocks", node.address, highest - height)).collect();
    (!names.is_empty()).then(|| {
        Finding::soon(
            format!("nodes are behind the others: {}", names.join(", ")),
            "Wait while they catch up; if they do not, look at their logs, disks and processors.",
        )
    })
}

/// Which nodes have which value; those that do not say are left out.
fn by_value(nodes: &[Measured], value: impl Fn(&Measured) -> Option<String>) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for node in nodes {
        if let Some(value) = value(node) {
            found.entry(value).or_default().push(node.address.clone());
        }
    }
    found
}

fn listed(found: &BTreeMap<String, Vec<String>>) -> String {
    let each: Vec<String> = found.iter().map(|(value, nodes)| format!("{value} at {}", nodes.join(" and "))).collect();
    each.join("; ")
}
