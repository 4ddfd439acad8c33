//! What a node says while it runs, on standard error.
//!
//! The environment goes before the configuration: an operator who looks into something sets a variable for one run.

use crate::exit::Exit;
use chancery_node::config::LogConfig;
use tracing_subscriber::EnvFilter;

/// What is logged where nobody says: what needs attention, and what the node itself has to report.
const FILTER_DEFAULT: &str = "warn,chancery_node=info";
/// The variables that say what is logged; the first that is set counts.
const FILTERS: [&str; 2] = ["CHANCERY_LOG", "RUST_LOG"];
/// The variable that says how: `json`, or anything else for words.
const FORMAT: &str = "CHANCERY_LOG_FORMAT";

/// Begins to log. Called once per process.
pub(crate) fn start(config: &LogConfig) -> Result<(), Exit> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let filter = FILTERS.iter().find_map(|name| variable(name)).or_else(|| config.filter.clone());
    let filter = filter.as_deref().unwrap_or(FILTER_DEFAULT);
    let filter = EnvFilter::try_new(filter).map_err(|error| {
        Exit::usage(format!("'{filter}' does not say what to log: {error}"), "Write it like warn,chancery_node=info.")
    })?;
    let json = variable(FORMAT).map_or(config.json, |format| format == "json");
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false);
    // An error means that something logs already; nothing here does.
    let _ = if json { builder.json().flatten_event(true).try_init() } else { builder.try_init() };
    Ok(())
}
