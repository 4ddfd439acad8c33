//! What the system says about this process, from `/proc`.

use std::fs;
use std::time::Duration;

/// What the process uses. Nothing where the system does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Memory that it holds in bytes.
    pub resident_bytes: Option<u64>,
    /// The most memory that it ever held, in bytes.
    pub resident_bytes_max: Option<u64>,
    /// Open files and connections.
    pub open_files: Option<u64>,
    /// How many it may open.
    pub open_files_max: Option<u64>,
    /// Threads.
    pub threads: Option<u64>,
    /// Time that it has computed, in itself and in the system for it.
    pub cpu: Option<Duration>,
}

impl Usage {
    /// Asks the system. Files of `/proc` never wait for a disk.
    pub fn of_this_process() -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
        let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
        let open_files = fs::read_dir("/proc/self/fd").ok().map(|entries| entries.count() as u64);
        Self {
            resident_bytes: kib(&status, "VmRSS:"),
            resident_bytes_max: kib(&status, "VmHWM:"),
            // The folder that is being read is open too.
            open_files: open_files.map(|count| count.saturating_sub(1)),
            open_files_max: number_after(&limits, "Max open files"),
            threads: number_after(&status, "Threads:"),
            cpu: cpu(&stat, rustix::param::clock_ticks_per_second()),
        }
    }
}

fn kib(status: &str, name: &str) -> Option<u64> {
    number_after(status, name).map(|kib| kib.saturating_mul(1_024))
}

/// The first number after a name at the beginning of a line.
fn number_after(text: &str, name: &str) -> Option<u64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
    rest.split_whitespace().next()?.parse().ok()
}

/// User and system time: fields 14 and 15 of `/proc/self/stat`, in ticks. The second field is the program's name in
/// parentheses, which may hold anything, so the fields are counted from behind it.
fn cpu(stat: &str, ticks_per_second: u64) -> Option<Duration> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    let ms = user.saturating_add(system).saturating_mul(1_000).checked_div(ticks_per_second)?;
    Some(Duration::from_millis(ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_uses_something() {
        let usage = Usage::of_this_process();
        assert!(usage.resident_bytes.unwrap() > 100 * 1_024);
        assert!(usage.resident_bytes_max >= usage.resident_bytes);
        assert!(usage.open_files.unwrap() >= 3 && usage.open_files_max > usage.open_files);
        assert!(usage.threads.unwrap() >= 1 && usage.cpu.is_some());
    }

    #[test]
    fn a_program_may_have_any_name() {
        let stat = "1 (a) b (c) d) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20";
        assert_eq!(cpu(stat, 100), Some(Duration::from_secs(3)));
        assert_eq!(cpu("nonsense", 100), None);
    }
}
