//! Where a passphrase comes from.

use crate::exit::Exit;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use zeroize::Zeroizing;

/// The environment variable that holds a passphrase.
pub(crate) const PASSPHRASE_VARIABLE: &str = "CHANCERY_PASSPHRASE";

/// Where to find the passphrase of key files.
#[derive(clap::Args, Clone, Debug, Default)]
pub(crate) struct PassphraseArguments {
    /// File whose first line is the passphrase of the key file. Without it, the variable CHANCERY_PASSPHRASE is used, or
    /// you are asked.
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) passphrase_file: Option<PathBuf>,
}

impl PassphraseArguments {
    /// The passphrase for opening a key file.
    pub(crate) fn obtain(&self) -> Result<Zeroizing<String>, Exit> {
        if let Some(path) = &self.passphrase_file {
            let text = Zeroizing::new(std::fs::read_to_string(path).map_err(|error| Exit::file(path, &error))?);
            return Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()));
        }
        if let Ok(passphrase) = std::env::var(PASSPHRASE_VARIABLE) {
            return Ok(Zeroizing::new(passphrase));
        }
        if !std::io::stdin().is_terminal() {
            return Err(Exit::remedied(
                "a passphrase is needed and nobody can be asked",
                format!("Set {PASSPHRASE_VARIABLE}, or give --passphrase-file."),
            ));
        }
        ask("Passphrase: ")
    }

    /// The passphrase for a new key file: asked twice.
    pub(crate) fn choose(&self) -> Result<Zeroizing<String>, Exit> {
        let given = self.passphrase_file.is_some() || std::env::var_os(PASSPHRASE_VARIABLE).is_some();
        let first = self.obtain()?;
        if given || *ask("The same again: ")? == *first {
            return Ok(first);
        }
        Err(Exit::failed("the two passphrases differ"))
    }
}

fn ask(prompt: &str) -> Result<Zeroizing<String>, Exit> {
    rpassword::prompt_password(prompt)
        .map(Zeroizing::new)
        .map_err(|error| Exit::failed(format!("cannot read the passphrase: {error}")))
}
