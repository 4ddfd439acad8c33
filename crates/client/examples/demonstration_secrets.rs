//! Everything about a demonstration that must never stand in a log, for the system test that looks for it there.
//!
//! `demonstration_secrets PASSPHRASE_FILE KEY_FILE…` prints, a line each: `secret` and what a key file holds, in
//! hexadecimal; `values` and what one enterprise has committed to.

use chancery_client::country::{Country, DEMONSTRATION_SEED};
use chancery_crypto::keyfile;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut paths = std::env::args().skip(1);
    let passphrase = std::fs::read(paths.next().ok_or("demonstration_secrets PASSPHRASE_FILE KEY_FILE…")?)?;
    for path in paths {
        let opened = keyfile::read(&std::fs::read(path)?, &passphrase)?;
        println!("secret {}", opened.secret.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    }
    for enterprise in Country::generate(DEMONSTRATION_SEED).enterprises {
        let values = enterprise.answers.values().map(|value| value.to_string());
        println!("values {}", values.join(" "));
    }
    Ok(())
}
