//! A whole network on one machine: four validators, each its own process with its own keys and folder, and a country
//! that is loaded through the real interface with real signatures.
//!
//! Promises: what is loaded is what a real network would be asked, in the same way; run again, it goes on where it was;
//! Ctrl-C stops everything cleanly. Does not promise: secrecy of its keys. One party deals them all and keeps them
//! beside the data, and it says so.

pub(crate) mod authorities;
mod counties;
mod country;
mod enterprises;
mod figures;
mod home;
mod labour;
mod words;

use crate::command::{asked_to_stop, wait_for};
use crate::exit::Exit;
use crate::local::Children;
use crate::output::Output;
use authorities::Constituting;
use chancery_client::Client;
use chancery_client::pipeline::Pipeline;
pub(crate) use figures::{RowReport, row_words};
use home::{Home, Kind};
use std::path::PathBuf;

/// How many transactions are on their way at once while loading.
const IN_FLIGHT_MAX: usize = 192;

/// Run a whole network on this machine and load a country into it.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Begin anew: delete the demonstration's data first.
    #[arg(long)]
    fresh: bool,
    /// Load this county file (state_fips, county_fips, area, year, labor_force, employed, unemployed) instead of the
    /// generated country: each county files under its own state's authority.
    #[arg(long, value_name = "FILE.csv")]
    statistics: Option<PathBuf>,
    /// Stop as soon as everything is loaded; with --json, print the published figures.
    #[arg(long)]
    exit_when_loaded: bool,
    /// Where the network's data, keys and logs are kept.
    #[arg(long, value_name = "DIR", default_value = "demo-data")]
    data: PathBuf,
    /// The first validator's interface listens here, the others on the next ports; validators reach each other a
    /// thousand ports higher.
    #[arg(long, value_name = "PORT", default_value_t = 8800)]
    port: u16,
}

pub(crate) fn run(demo: &Arguments, output: &Output) -> Result<(), Exit> {
    let kind = match &demo.statistics {
        Some(file) => {
            // Before anything is started: a path that is mistyped is the commonest mistake.
            std::fs::File::open(file).map_err(|error| Exit::file(file, &error))?;
            Kind::CountyFile
        }
        None => Kind::Country,
    };
    if demo.fresh {
        Home::remove(&demo.data)?;
    }
    let home = Home::open_or_found(&demo.data, demo.port, kind, output)?;
    words::greeting(output, &home);
    let mut children = Children::start(&home.site)?;
    let outcome = wait_for(async {
        let stopped = asked_to_stop();
        tokio::pin!(stopped);
        let example = tokio::select! {
            // Ctrl-C while loading: the loader is dropped; it goes on where it was next time.
            () = &mut stopped => return Ok(()),
            loaded = load(demo, &home, &mut children, output) => loaded?,
        };
        if !demo.exit_when_loaded {
            words::invitation(output, &home, &children, &example);
            children.watch(&home.site, output, stopped).await;
        }
        Ok(())
    });
    output.progress("Stopping the validators …");
    children.stop(output);
    outcome
}

/// Loads, shows and checks; gives the figure to begin with, as `chancery receipt figure` takes it.
async fn load(demo: &Arguments, home: &Home, children: &mut Children, output: &Output) -> Result<String, Exit> {
    let client = children.wait_until_ready(&home.site, output).await?;
    let pipeline = Pipeline::new(&client, IN_FLIGHT_MAX);
    let found = Constituting::of(home, &client)?;
    let report = match &demo.statistics {
        Some(file) => counties::load(&client, &pipeline, home, &found, file, output).await?,
        None => country::load(&client, &pipeline, home, &found, output).await?,
    };
    let figures = figures::read(&client, &report).await?;
    output.result(&figures, figures::words)?;
    if figures.checks.iter().all(|check| check.holds) {
        let region = &home.genesis.document.region.code;
        let last = report.published.last().map(|(register, period)| format!("{register} {period} {region}"));
        return Ok(last.unwrap_or_default());
    }
    Err(Exit::remedied("a published figure is not what was loaded", "Report this; it must never happen."))
}

/// Shows how far a list of transactions has come.
fn progress(output: &Output, what: &'static str, total: usize) -> impl FnMut(usize) {
    let output = *output;
    let mut shown = 0;
    move |done| {
        let tenth = done * 10 / total.max(1);
        if tenth > shown || done == total {
            shown = tenth;
            output.progress(format!("  {what}: {done} of {total}"));
        }
    }
}

/// A client that asks the first validator first: it keeps the vault.
fn desk(client: &Client) -> Client {
    client.only(0)
}
