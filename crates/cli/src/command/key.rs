//! `chancery key`: key files of members.

use crate::exit::Exit;
use crate::keystore::MemberKey;
use crate::output::Output;
use crate::passphrase::PassphraseArguments;
use crate::{keystore, random};
use chancery_crypto::keyfile::PassphraseCost;
use chancery_crypto::seal::SealingKey;
use chancery_crypto::signature::SigningKey;
use serde::Serialize;
use std::path::PathBuf;

/// Makes a key file, or shows what one holds. The secret never leaves the file unencrypted.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Make a new key in a new file.
    New {
        /// The file; it must not be there yet.
        file: PathBuf,
        /// Also make a sealing key: for an authority that is to supervise confidential registers.
        #[arg(long)]
        sealing: bool,
        #[command(flatten)]
        passphrase: PassphraseArguments,
    },
    /// Show the public key of a file, and whose it is.
    Show {
        /// The file.
        file: PathBuf,
        #[command(flatten)]
        passphrase: PassphraseArguments,
    },
}

#[derive(Serialize)]
struct Report {
    file: PathBuf,
    public_key: String,
    sealing_key: Option<String>,
    member: Option<String>,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<(), Exit> {
    let report = match &arguments.action {
        Action::New { file, sealing, passphrase } => {
            let mut rng = random()?;
            let key = SigningKey::generate(&mut rng);
            let passphrase = passphrase.choose()?;
            let public_key = key.public_key().to_string();
            let sealing = sealing.then(|| SealingKey::generate(&mut rng));
            let sealing_key = sealing.as_ref().map(|key| key.public_key().to_string());
            let held = MemberKey { key, member: None, sealing };
            keystore::write_member(file, &held, &passphrase, PassphraseCost::STANDARD, &mut rng)?;
            Report { file: file.clone(), public_key, sealing_key, member: None }
        }
        Action::Show { file, passphrase } => {
            let held = keystore::read_member(file, &passphrase.obtain()?)?;
            Report {
                file: file.clone(),
                public_key: held.key.public_key().to_string(),
                sealing_key: held.sealing.map(|key| key.public_key().to_string()),
                member: held.member.map(|member| member.to_string()),
            }
        }
    };
    output.result(&report, |report| {
        let whose = match &report.member {
            Some(member) => format!("member {member}"),
            None => "not bound to a member yet".to_owned(),
        };
        let sealing = report.sealing_key.as_ref().map(|key| format!("\nsealing key {key}")).unwrap_or_default();
        format!("{}\npublic key {}{sealing}\n{whose}", report.file.display(), report.public_key)
    })
}
