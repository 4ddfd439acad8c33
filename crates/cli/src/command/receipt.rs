//! `chancery receipt`: fetches a receipt.

use super::remote::RemoteArguments;
use crate::exit::Exit;
use crate::output::Output;
use chancery_types::code::{RegionCode, RegisterId};
use chancery_types::ids::{RecordId, TransactionId, Version};
use chancery_types::period::Period;
use serde::Serialize;
use std::path::PathBuf;

/// Fetches the receipt of a transaction (accepted or refused), of a record's version, or of a published figure.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  chancery receipt figure labour-force 2016 US -o us.receipt\n  chancery receipt record 65b2… 1 -o return.receipt\n  chancery receipt transaction \
                        9b1c… -o mine.receipt\nThen: chancery verify us.receipt --network IDENTITY"
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    subject: Subject,
    /// Where to write the receipt.
    #[arg(short, long, value_name = "FILE", global = true, default_value = "receipt.cbor")]
    output: PathBuf,
    #[command(flatten)]
    remote: RemoteArguments,
}

#[derive(clap::Subcommand)]
enum Subject {
    /// A transaction, by its id.
    #[command(visible_alias = "tx")]
    Transaction {
        /// The id: 64 hexadecimal digits.
        id: TransactionId,
    },
    /// A record's version.
    Record {
        /// The record's id: 32 hexadecimal digits.
        id: RecordId,
        /// Which version; the latest without it.
        // Not `version`: every command has that flag.
        #[arg(value_name = "VERSION")]
        number: Option<u32>,
    },
    /// A published figure.
    Figure {
        /// The register.
        register: RegisterId,
        /// The period, like 2016 or 2016-Q1.
        period: Period,
        /// The region's code.
        region: RegionCode,
        /// Which publication; the latest without it.
        #[arg(long)]
        sequence: Option<u32>,
    },
}

#[derive(Serialize)]
struct Report {
    file: PathBuf,
    bytes: usize,
    network: String,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<(), Exit> {
    let (network, bytes) = arguments.remote.with(|client| async move {
        let bytes = match &arguments.subject {
            Subject::Transaction { id } => client.transaction_receipt(*id).await?,
            Subject::Record { id, number } => {
                let version = match number {
                    Some(number) => Version(*number),
                    None => client.record(*id).await?.summary.latest,
                };
                client.record_receipt(*id, version).await?
            }
            Subject::Figure { register, period, region, sequence } => {
                let sequence = match sequence {
                    Some(sequence) => *sequence,
                    None => {
                        let history = client.figure(register, *period, region).await?;
                        let latest = history.first().map(|figure| figure.sequence);
                        latest.ok_or_else(|| Exit::failed("this figure has not been published"))?
                    }
                };
                client.figure_receipt(register, *period, region, sequence).await?
            }
        };
        Ok((client.network_id(), bytes))
    })?;
    std::fs::write(&arguments.output, &bytes).map_err(|error| Exit::file(&arguments.output, &error))?;
    let report = Report { file: arguments.output.clone(), bytes: bytes.len(), network: network.to_string() };
    output.result(&report, |report| {
        format!(
            "Receipt of {} bytes in {}.\nCheck it offline, with the identity from where it was printed. This node says:\n  \
             chancery verify {} --network {}",
            report.bytes,
            report.file.display(),
            report.file.display(),
            report.network
        )
    })
}
