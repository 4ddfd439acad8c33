//! What this machine says about itself and about the validators' processes, from `/proc` (Linux; elsewhere it says
//! nothing, and the report says so by leaving it out).

use super::report::Validator;
use crate::local::Site;
use serde::{Deserialize, Serialize};
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// Processor time in `/proc` is counted in hundredths of a second on every Linux that user programs see.
const TICKS_PER_SECOND: f64 = 100.0;

/// A process at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sample {
    /// Memory that it holds, files that are mapped included.
    pub(crate) rss_bytes: u64,
    /// Memory of its own: what remains when the system drops cached files.
    pub(crate) anonymous_bytes: u64,
    /// The most that it ever held.
    pub(crate) rss_max_bytes: u64,
    /// Processor time since it started.
    pub(crate) cpu_seconds: f64,
}

impl Sample {
    /// Of a process; nothing if there is none.
    pub(crate) fn of(process: u32) -> Option<Self> {
        let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        Some(Self {
            rss_bytes: kibibytes(&status, "VmRSS:")?,
            anonymous_bytes: kibibytes(&status, "RssAnon:")?,
            rss_max_bytes: kibibytes(&status, "VmHWM:")?,
            cpu_seconds: cpu_seconds(&stat)?,
        })
    }
}

fn kibibytes(status: &str, field: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(field))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1_024)
}

fn cpu_seconds(stat: &str) -> Option<f64> {
    // The second field is the program's name in parentheses and may hold anything; times are fields 14 and 15.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let (user, system): (u32, u32) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some((f64::from(user) + f64::from(system)) / TICKS_PER_SECOND)
}

/// The processes of a site's validators, by the configuration that they were started with; nothing for one that does
/// not run.
fn validators(site: &Site) -> Vec<Option<u32>> {
    let mut found = vec![None; site.validators];
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    for process in processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok()) {
        let Ok(line) = fs::read(format!("/proc/{process}/cmdline")) else { continue };
        let arguments = line.split(|byte| *byte == 0);
        for (number, slot) in site.numbers().zip(&mut found) {
            let config = site.config(number);
            let config = config.as_os_str().as_encoded_bytes();
            // A name that was typed from elsewhere ends in the same way.
            if arguments.clone().any(|argument| !argument.is_empty() && same_file(argument, config)) {
                *slot = Some(process);
            }
        }
    }
    found
}

fn same_file(argument: &[u8], config: &[u8]) -> bool {
    let path = |bytes: &[u8]| fs::canonicalize(Path::new(std::str::from_utf8(bytes).unwrap_or_default())).ok();
    argument == config
        || (argument.ends_with(b"node.toml") && path(argument).is_some_and(|one| Some(one) == path(config)))
}

/// The validators' processes at this moment; a validator that does not run has none.
pub(crate) fn samples(site: &Site) -> Vec<Option<(u32, Sample)>> {
    let sampled = |process: Option<u32>| process.and_then(|process| Some((process, Sample::of(process)?)));
    validators(site).into_iter().map(sampled).collect()
}

/// What each validator did between two moments, and where it stood at the second.
pub(crate) fn compared(
    site: &Site,
    before: &[Option<(u32, Sample)>],
    after: &[Option<(u32, Sample)>],
) -> Vec<Validator> {
    let moments = before.iter().zip(after).zip(site.numbers());
    let validators = moments.map(|((before, after), number)| {
        // One that was started in between has spent all its time in between.
        let same = before.filter(|(process, _)| after.is_some_and(|(now, _)| now == *process));
        let begun = same.map_or_else(Sample::default, |(_, sample)| sample);
        Validator {
            process: after.map(|(_, sample)| sample),
            cpu_seconds: spent(Some(begun), after.map(|(_, sample)| sample)),
            disk_bytes: disk_bytes(&site.data(number)),
        }
    });
    validators.collect()
}

/// Processor time between two moments of one process.
pub(crate) fn spent(before: Option<Sample>, after: Option<Sample>) -> f64 {
    let both = before.zip(after);
    both.map_or(0.0, |(before, after)| (after.cpu_seconds - before.cpu_seconds).max(0.0))
}

/// How many bytes a folder takes on the disk.
pub(crate) fn disk_bytes(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let metadata = entry.metadata().ok()?;
            Some(if metadata.is_dir() { disk_bytes(&entry.path()) } else { metadata.blocks() * 512 })
        })
        .sum()
}

/// How many processes wanted a core on average in the last 1, 5 and 15 minutes.
pub(crate) fn load_average() -> Option<[f64; 3]> {
    let text = fs::read_to_string("/proc/loadavg").ok()?;
    let mut numbers = text.split_whitespace().map(str::parse::<f64>);
    let mut next = || numbers.next()?.ok();
    Some([next()?, next()?, next()?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_read_whatever_its_name_is() {
        let status = "Name:\tx\nVmHWM:\t    20 kB\nVmRSS:\t    12 kB\nRssAnon:\t     8 kB\n";
        assert_eq!(kibibytes(status, "VmRSS:"), Some(12_288));
        assert_eq!(kibibytes(status, "VmSwap:"), None);
        let stat = "7 (a ) b) S 1 2 3 4 5 6 7 8 9 10 250 150 0 0";
        assert_eq!(cpu_seconds(stat), Some(4.0));
        assert_eq!(cpu_seconds("7 (a) S"), None);
    }

    #[test]
    fn this_process_has_memory() {
        if cfg!(target_os = "linux") {
            let sample = Sample::of(std::process::id()).unwrap();
            assert!(sample.rss_bytes > 0 && sample.rss_max_bytes >= sample.rss_bytes);
        }
    }
}
