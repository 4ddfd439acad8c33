//! `chancery query`: asks a node.

use super::remote::RemoteArguments;
use crate::exit::Exit;
use crate::output::Output;
use chancery_types::code::{RegionCode, RegisterId};
use chancery_types::ids::{MemberId, RecordId, TransactionId};
use chancery_types::period::Period;
use serde_json::Value;

/// Asks a node. Answers come from its read model, are printed as JSON, and are not proved; use `chancery receipt` for
/// proof.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  chancery query registers\n  chancery query figures labour-force 2016\n  chancery query \
                        member 0f…"
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    remote: RemoteArguments,
}

#[derive(clap::Subcommand)]
enum What {
    /// The latest blocks.
    Blocks {
        /// How many.
        #[arg(long, default_value_t = 10)]
        limit: usize,
    },
    /// A transaction and what became of it.
    Transaction {
        /// The id.
        id: TransactionId,
    },
    /// A member with its keys and roles.
    Member {
        /// The id.
        id: MemberId,
    },
    /// What a member was called and has become, how it was identified, and on whose word it stands.
    History {
        /// The id.
        id: MemberId,
    },
    /// All authorities.
    Authorities,
    /// All regions.
    Regions,
    /// What a region was called and has become.
    Region {
        /// The region's code.
        code: RegionCode,
    },
    /// All registers.
    Registers,
    /// A register with its structure and periods.
    Register {
        /// The id.
        id: RegisterId,
    },
    /// A record with its versions.
    Record {
        /// The id.
        id: RecordId,
    },
    /// The latest figures of a register and period.
    Figures {
        /// The register.
        register: RegisterId,
        /// The period.
        period: Period,
    },
    /// Every publication of one figure.
    Figure {
        /// The register.
        register: RegisterId,
        /// The period.
        period: Period,
        /// The region's code.
        region: RegionCode,
    },
    /// Every refusal with its number, cause and remedy.
    Refusals,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<(), Exit> {
    let answer = arguments.remote.with(|client| async move {
        match &arguments.what {
            What::Blocks { limit } => json(&client.blocks(*limit).await?),
            What::Transaction { id } => json(&client.transaction(*id).await?),
            What::Member { id } => json(&client.member(*id).await?),
            What::Authorities => json(&client.authorities().await?),
            What::Regions => json(&client.regions().await?),
            What::Region { code } => json(&client.region(code).await?),
            What::History { id } => json(&client.member_history(*id).await?),
            What::Registers => json(&client.registers().await?),
            What::Register { id } => json(&client.register(id).await?),
            What::Record { id } => json(&client.record(*id).await?),
            What::Figures { register, period } => json(&client.figures(register, *period).await?),
            What::Figure { register, period, region } => json(&client.figure(register, *period, region).await?),
            What::Refusals => json(&client.refusals().await?),
        }
    })?;
    output.result(&answer, |answer| serde_json::to_string_pretty(answer).unwrap_or_default())
}

fn json<T: serde::Serialize>(value: &T) -> Result<Value, Exit> {
    serde_json::to_value(value).map_err(|error| Exit::failed(error.to_string()))
}
