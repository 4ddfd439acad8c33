//! `chancery doctor`
//!
//! - here: files, keys, and whether nodes answer
//! - [`measured`]: what a node's measurements say about it
//! - [`compare`]: what the nodes that were asked do not agree on

mod compare;
mod measured;

use super::remote::RemoteArguments;
use super::wait_for;
use crate::command::doctor::measured::Measured;
use crate::exit::Exit;
use crate::keystore::{self, MEMBER_KEY};
use crate::output::Output;
use crate::passphrase::PassphraseArguments;
use chancery_api::view;
use chancery_client::Client;
use chancery_node::config::Config;
use chancery_node::run::read_genesis;
use chancery_types::time::DAY_MS;
use serde::Serialize;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Say what is wrong, and what to do about it.
///
/// Asks the nodes that are named with --node, compares them if there are several, and looks at their clocks, disks and
/// deadlines; looks at a validator's files with --config, and at a member's key and roles with --key. Exits with 1 if something is wrong, with 5 if something will be soon.
#[derive(Clone, Debug, clap::Args)]
#[command(
    after_help = "Example:\n  chancery doctor --config network/validator-1/node.toml --node http://127.0.0.1:8800"
)]
pub(crate) struct Arguments {
    /// A validator's configuration on this machine.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// A validator's configuration on this machine: read everything that the stopped node keeps, and hold every file to what
    /// it must be. Exits with 6 if one is damaged.
    #[arg(long, value_name = "FILE")]
    scrub: Option<PathBuf>,
    /// A member's key file, to see whether key and roles are valid and for how long.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    #[command(flatten)]
    remote: RemoteArguments,
    #[command(flatten)]
    passphrase: PassphraseArguments,
}

/// How bad something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
enum Grade {
    Good,
    Soon,
    Wrong,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Finding {
    grade: Grade,
    what: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

impl Finding {
    fn good(what: impl Into<String>) -> Self {
        Self { grade: Grade::Good, what: what.into(), remedy: None }
    }

    fn soon(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { grade: Grade::Soon, what: what.into(), remedy: Some(remedy.into()) }
    }

    fn wrong(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { grade: Grade::Wrong, what: what.into(), remedy: Some(remedy.into()) }
    }
}

/// How long before an end it is said.
const SOON_MS: u64 = 30 * DAY_MS;
/// By how much clocks may differ.
const SKEW_MS_MAX: u64 = 2_000;
/// How long an idle network may be without a block before that is strange.
const SILENCE_MS_MAX: u64 = 60_000;
/// Less free space than this is too little, in KiB.
const DISK_KIB_MIN: u64 = 1024 * 1024;
/// And less than this will be soon.
const DISK_KIB_SOON: u64 = 10 * 1024 * 1024;

pub(crate) fn run(doctor: &Arguments, output: &Output) -> Result<(), Exit> {
    if let Some(path) = &doctor.scrub {
        return super::scrub::run(path, output);
    }
    let mut findings = Vec::new();
    if let Some(path) = &doctor.config {
        findings.extend(configuration(path));
    }
    wait_for(async {
        let mut connected = None;
        let mut measured = Vec::new();
        for address in doctor.remote.nodes.clone() {
            match Client::connect(std::slice::from_ref(&address)).await {
                Ok(client) => {
                    findings.extend(node(&address, &client).await);
                    match client.metrics().await {
                        Ok(text) => measured.push(Measured::read(&address, &text)),
                        Err(error) => findings.push(Finding::wrong(error.to_string(), "Look at the node's log.")),
                    }
                    connected = connected.or(Some(client));
                }
                Err(error) => findings.push(Finding::wrong(
                    format!("{error}"),
                    "Start the node, or open its port in the firewall; --config FILE looks at its files.",
                )),
            }
        }
        findings.extend(measured.iter().flat_map(measured::judge));
        findings.extend(compare::judge(&measured));
        if let (Some(path), Some(client)) = (&doctor.key, &connected) {
            findings.extend(key(path, &doctor.passphrase, client).await?);
        }
        Ok(())
    })?;
    output.result(&findings, |findings| words(findings))?;
    match findings.iter().map(|finding| finding.grade).max() {
        Some(Grade::Wrong) => Err(Exit::failed("something is wrong")),
        Some(Grade::Soon) => Err(Exit::Partly("something needs attention".to_owned())),
        _ => Ok(()),
    }
}

fn words(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        let mark = match finding.grade {
            Grade::Good => "good ",
            Grade::Soon => "soon ",
            Grade::Wrong => "WRONG",
        };
        text.push_str(&format!("{mark}  {}\n", finding.what));
        if let Some(remedy) = &finding.remedy {
            text.push_str(&format!("       → {remedy}\n"));
        }
    }
    text
}

/// What a node says of itself and its peers.
async fn node(address: &str, client: &Client) -> Vec<Finding> {
    let network = client.founded_network();
    let mut findings = vec![Finding::good(format!("{address} answers: {} at block {}", network.name, network.height))];
    match client.readiness().await {
        Ok(readiness) if readiness.ready => findings.push(Finding::good(format!("{address} is ready"))),
        Ok(readiness) => findings.push(Finding::wrong(
            format!("{address} is not ready: {}", readiness.reasons.join(" ")),
            "Wait while it catches up; if its height does not grow, look at its log.",
        )),
        Err(error) => findings.push(Finding::wrong(error.to_string(), "Look at the node's log.")),
    }
    match client.peers().await {
        Ok(peers) => findings.extend(quorum(network, &peers)),
        Err(error) => findings.push(Finding::wrong(error.to_string(), "Look at the node's log.")),
    }
    if let Some(reason) = &network.observes {
        findings.push(Finding::soon(
            format!("{address} follows without voting: {reason}"),
            "It counts as a validator that is away. It votes again only with a new share of the finality key.",
        ));
    }
    findings.push(silence(network, client.now().0));
    findings
}

/// Who is not connected, and whether blocks can still become final.
fn quorum(network: &view::Network, peers: &[view::Peer]) -> Vec<Finding> {
    let away = peers.iter().filter(|peer| peer.validator && !peer.connected);
    let mut findings: Vec<Finding> = away
        .map(|peer| {
            let heard = peer.heard.as_ref().map_or_else(|| "never".to_owned(), |heard| heard.iso.clone());
            Finding::soon(
                format!("validator {} is not connected (last heard: {heard})", peer.key),
                "Ask its operator; check address, port and firewall between the two.",
            )
        })
        .collect();
    let (validators, faults) = (network.validators.len(), usize::try_from(network.faults_max).unwrap_or(usize::MAX));
    let missing = findings.len();
    let standing = match missing {
        0 => Finding::good(format!("all {validators} validators are connected")),
        _ if missing > faults => Finding::wrong(
            format!("{missing} of {validators} validators are away; more than {faults} and no block becomes final"),
            format!("Bring {} back, any of them.", missing - faults),
        ),
        _ if missing == faults => Finding::soon(
            format!("{missing} of {validators} validators are away: the next failure stops the network"),
            "Bring it back before anything is restarted elsewhere.",
        ),
        _ => Finding::good(format!("{missing} of {validators} validators are away; {faults} may be")),
    };
    findings.push(standing);
    findings
}

/// Whether blocks come, and whether the clocks agree.
fn silence(network: &view::Network, now_ms: u64) -> Finding {
    let last = network.time.ms;
    if last > now_ms.saturating_add(SKEW_MS_MAX) {
        return Finding::wrong(
            format!("the last block's time lies {} s ahead of this machine's clock", (last - now_ms) / 1_000),
            "Set this machine's clock (NTP); if it is right, the validators' clocks are not.",
        );
    }
    let silent = now_ms.saturating_sub(last);
    if silent > SILENCE_MS_MAX {
        return Finding::wrong(
            format!("no block for {} s", silent / 1_000),
            "Too few validators are connected, their clocks differ, or one waits for its disk: see the other findings and the logs.",
        );
    }
    Finding::good(format!("the last block is {} s old", silent / 1_000))
}

/// A validator's files on this machine.
fn configuration(path: &Path) -> Vec<Finding> {
    let config = match Config::read(path) {
        Ok(config) => config,
        Err(error) => {
            return vec![Finding::wrong(error.to_string(), "Correct the file; `chancery init` writes good ones.")];
        }
    };
    let mut findings = vec![Finding::good(format!("{} reads", path.display()))];
    findings.push(match read_genesis(&config.genesis) {
        Ok(genesis) => Finding::good(format!("the genesis founds network {}", genesis.network)),
        Err(error) => Finding::wrong(error.to_string(), "Copy genesis.json anew from another validator."),
    });
    findings.push(key_file(&config.key));
    findings.push(disk(&config.data));
    for (address, what) in [(config.api, "the interface"), (config.listen, "the other validators")] {
        // In use is right while the node runs; what matters is whether something answers.
        let free = TcpListener::bind(address).is_ok();
        let text = format!("{address} ({what}) is {}", if free { "free: the node is not running" } else { "in use" });
        findings.push(if free { Finding::soon(text, "Start the node.") } else { Finding::good(text) });
    }
    for peer in &config.peers {
        let reached = TcpStream::connect_timeout(&peer.address, Duration::from_secs(2));
        findings.push(match reached {
            Ok(_) => Finding::good(format!("validator at {} can be reached", peer.address)),
            Err(error) => Finding::soon(
                format!("validator at {} cannot be reached: {error}", peer.address),
                "Ask its operator; check address, port and firewall.",
            ),
        });
    }
    findings
}

fn key_file(path: &Path) -> Finding {
    let mode = std::fs::metadata(path).map(|metadata| metadata.permissions().mode() & 0o077);
    match (mode, keystore::kind(path)) {
        (Err(error), _) => Finding::wrong(format!("{}: {error}", path.display()), "Restore the key file from a copy."),
        (_, Err(failure)) => Finding::wrong(failure.cause(), "Restore the key file from a copy."),
        (Ok(0), Ok(kind)) => Finding::good(format!("{} holds a key of the kind '{kind}'", path.display())),
        (Ok(_), Ok(_)) => Finding::wrong(
            format!("{} can be read by others on this machine", path.display()),
            format!("chmod 600 {}", path.display()),
        ),
    }
}

/// Free space, by the system's own `df`.
fn disk(data: &Path) -> Finding {
    let existing = data.ancestors().find(|folder| folder.exists()).unwrap_or(Path::new("/"));
    let listed = Command::new("df").arg("-Pk").arg(existing).output();
    let free = listed.ok().and_then(|listed| free_kib(&String::from_utf8_lossy(&listed.stdout)));
    let place = existing.display();
    match free {
        None => Finding::soon(format!("the free space at {place} cannot be told"), "Look with `df`."),
        Some(free) if free < DISK_KIB_MIN => Finding::wrong(
            format!("{} MiB are free at {place}", free / 1024),
            "Make room: a validator whose disk is full stops.",
        ),
        Some(free) if free < DISK_KIB_SOON => {
            Finding::soon(format!("{} GiB are free at {place}", free / 1024 / 1024), "Make room.")
        }
        Some(free) => Finding::good(format!("{} GiB are free at {place}", free / 1024 / 1024)),
    }
}

/// The fourth column of the second line (POSIX).
fn free_kib(listing: &str) -> Option<u64> {
    listing.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()
}

/// A member's key and roles.
async fn key(path: &Path, passphrase: &PassphraseArguments, client: &Client) -> Result<Vec<Finding>, Exit> {
    let mut findings = vec![key_file(path)];
    if keystore::kind(path).ok().as_deref() != Some(MEMBER_KEY) {
        return Ok(findings);
    }
    let held = keystore::read_member(path, &passphrase.obtain()?)?;
    let now_ms = client.now().0;
    findings.push(match client.key(held.key.public_key()).await {
        Ok(known) if known.revoked.is_some() => {
            Finding::wrong("the key has been ended", "Ask your authority to invite you again.")
        }
        Ok(known) => ends("the key", known.expires.as_ref(), now_ms, "Add a new key before then."),
        Err(error) if error.is_absent() => Finding::wrong("the key is bound to nobody", "Accept your invitation."),
        Err(error) => return Err(error.into()),
    });
    let Some(member) = held.member else { return Ok(findings) };
    let member = client.member(member).await?;
    for role in member.roles.iter().filter(|role| role.revoked.is_none()) {
        let what = format!("the role {:?} in {} for region {}", role.role, role.domain, role.region).to_lowercase();
        findings.push(ends(&what, Some(&role.expires), now_ms, "Ask your authority to give it anew."));
    }
    Ok(findings)
}

fn ends(what: &str, expires: Option<&view::Moment>, now_ms: u64, remedy: &str) -> Finding {
    match expires {
        Some(end) if end.ms < now_ms => Finding::wrong(format!("{what} ended at {}", end.iso), remedy),
        Some(end) if end.ms < now_ms.saturating_add(SOON_MS) => {
            Finding::soon(format!("{what} ends at {}", end.iso), remedy)
        }
        Some(end) => Finding::good(format!("{what} is valid until {}", end.iso)),
        None => Finding::good(format!("{what} is valid")),
    }
}

#[cfg(test)]
mod tests;
