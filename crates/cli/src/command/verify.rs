//! `chancery verify`: checks a receipt offline.

use crate::exit::Exit;
use crate::output::Output;
use chancery_types::ids::NetworkId;
use chancery_types::receipt::RECEIPT_BYTES_MAX;
use chancery_verify::{verify, words};
use serde::Serialize;
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::PathBuf;

/// Checks a receipt with the network's public identity alone: no node, no network, no trust in whoever gave it to you.
///
/// Exit code 0 means proven, 4 means not proven.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  chancery verify figure.receipt --network 4f0c…  (the identity as printed by its authority)"
)]
pub(crate) struct Arguments {
    /// The receipt.
    file: PathBuf,
    /// The network's public identity: 64 hexadecimal digits. Take it from where the authority printed it, not from
    /// whoever gave you the receipt.
    #[arg(long, value_name = "IDENTITY")]
    network: NetworkId,
}

#[derive(Serialize)]
struct Report {
    proven: bool,
    reason: Option<String>,
    network: NetworkId,
    height: Option<u64>,
    time: Option<String>,
    block: Option<String>,
    proves: Vec<String>,
    rests_on: Vec<String>,
    does_not_prove: Vec<String>,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<(), Exit> {
    let bytes = read(&arguments.file)?;
    match verify(&bytes, arguments.network) {
        Ok(verified) => {
            let words = words(&verified);
            let report = Report {
                proven: true,
                reason: None,
                network: arguments.network,
                height: Some(verified.height.0),
                time: Some(verified.time.to_string()),
                block: Some(verified.block.to_string()),
                proves: words.proves,
                rests_on: words.rests_on,
                does_not_prove: words.does_not_prove,
            };
            output.result(&report, in_words)
        }
        Err(error) => {
            let report = Report {
                proven: false,
                reason: Some(error.to_string()),
                network: arguments.network,
                height: None,
                time: None,
                block: None,
                proves: Vec::new(),
                rests_on: Vec::new(),
                does_not_prove: Vec::new(),
            };
            if output.is_json() {
                output.result(&report, in_words)?;
            }
            Err(Exit::NotProven(format!(
                "NOT PROVEN: {error}. It may be an error or a change on purpose; the check cannot tell which."
            )))
        }
    }
}

/// Reads no more than a receipt can be long, and one byte to tell.
fn read(path: &PathBuf) -> Result<Vec<u8>, Exit> {
    let file = std::fs::File::open(path).map_err(|error| Exit::file(path, &error))?;
    let mut bytes = Vec::new();
    let bound = u64::try_from(RECEIPT_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    file.take(bound).read_to_end(&mut bytes).map_err(|error| Exit::file(path, &error))?;
    Ok(bytes)
}

fn in_words(report: &Report) -> String {
    let mut text = "PROVEN\n".to_owned();
    let lists = [
        ("What this proves", &report.proves),
        ("What it rests on", &report.rests_on),
        ("What it does not prove", &report.does_not_prove),
    ];
    for (title, sentences) in lists {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "\n{title}");
        for sentence in sentences {
            let _ = writeln!(text, "  - {sentence}");
        }
    }
    text
}
