//! `chancery status`: where the network stands.

use super::remote::RemoteArguments;
use crate::exit::Exit;
use crate::output::Output;
use chancery_api::view;
use serde::Serialize;
use std::fmt::Write as _;

/// Says where the network stands, as one of its nodes sees it.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    remote: RemoteArguments,
}

#[derive(Serialize)]
struct Report {
    network: view::Network,
    readiness: view::Readiness,
    peers: Vec<view::Peer>,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<(), Exit> {
    let report = arguments.remote.with(|client| async move {
        Ok(Report {
            network: client.network().await?,
            readiness: client.readiness().await?,
            peers: client.peers().await?,
        })
    })?;
    output.result(&report, in_words)
}

fn in_words(report: &Report) -> String {
    let network = &report.network;
    let mut text =
        format!("{} · network {}\nfinal block {} · {}\n", network.name, network.id, network.height, network.time.iso);
    // Writing to a string cannot fail.
    if network.dealt {
        let _ = writeln!(text, "all keys were made by one party: a demonstration");
    }
    if network.clock_factor != 1 {
        let _ = writeln!(text, "the clock runs {} times faster than the world's", network.clock_factor);
    }
    let connected = report.peers.iter().filter(|peer| peer.connected).count();
    let _ = writeln!(
        text,
        "{} validators, {} of the other {} are heard; {} may fail without harm",
        network.validators.len(),
        connected,
        report.peers.len(),
        network.faults_max
    );
    if let Some(reason) = &network.observes {
        let _ = writeln!(text, "this node follows without voting: {reason}");
    }
    if report.readiness.ready {
        let _ = writeln!(text, "this node is ready");
    }
    for reason in &report.readiness.reasons {
        let _ = writeln!(text, "not ready: {reason}");
    }
    text
}
