//! What is committed runs anywhere: no path of one machine, no host of one network.

use super::Finding;
use crate::repository::Repository;

/// Folders of somebody's machine, in halves so that this file passes its own check.
const MACHINE_PATHS: &[(&str, &str)] =
    &[("/wo", "rk/"), ("/ro", "ot/"), ("/fa", "rm/"), ("/ho", "me/"), ("/Us", "ers/"), ("C:\\Us", "ers\\")];

/// Names that resolve in one organisation's network only.
const PRIVATE_ENDINGS: &[(&str, &str)] = &[(".inte", "rnal"), (".co", "rp"), (".la", "n"), (".intra", "net")];

pub(super) fn check(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &repository.files {
        for (line, number) in file.text.lines().zip(1..) {
            if let Some(place) = machine_path(line) {
                let message = format!("names `{place}…`, a folder of one machine: use a relative path or a setting");
                findings.push(Finding::new(&file.path, number, message));
            }
            if let Some(host) = private_host(line) {
                let message = format!("names `{host}`, a host of one network: use example.org or a setting");
                findings.push(Finding::new(&file.path, number, message));
            }
        }
    }
    findings
}

fn machine_path(line: &str) -> Option<String> {
    MACHINE_PATHS.iter().map(|(first, second)| format!("{first}{second}")).find(|path| {
        line.match_indices(path.as_str()).any(|(at, _)| {
            // `docs/work/` or `$HOME/work/` is a path below something else.
            let before = line.get(..at).and_then(|before| before.chars().next_back());
            before.is_none_or(|c| !c.is_alphanumeric() && !"._-}$~/".contains(c))
        })
    })
}

fn private_host(line: &str) -> Option<String> {
    line.split("://").skip(1).find_map(|rest| {
        let host = rest.split(|c: char| !c.is_alphanumeric() && c != '.' && c != '-').next()?;
        let private = PRIVATE_ENDINGS.iter().any(|(first, second)| host.ends_with(&format!("{first}{second}")));
        private.then(|| host.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::{machine_path, private_host};

    #[test]
    fn folders_of_a_machine() {
        let check = |line: &str, expected| assert_eq!(machine_path(line).is_some(), expected, "{line}");
        check(&format!("cd {}{}main", "/wo", "rk/"), true);
        check(&format!("\"{}{}data\"", "/ro", "ot/"), true);
        check(&format!("docs{}{}x", "/wo", "rk/"), false);
        check(&format!("${{HOME}}{}{}x", "/wo", "rk/"), false);
        check("/var/lib/chancery", false);
    }

    #[test]
    fn hosts_of_a_network() {
        let check = |line: &str, expected| assert_eq!(private_host(line).is_some(), expected, "{line}");
        check(&format!("see https://mirror.ministry{}{}/x", ".inte", "rnal"), true);
        check("see https://www.example.org/x.internals", false);
        check("http://127.0.0.1:8080", false);
    }
}
