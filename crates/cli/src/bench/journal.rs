//! What became of each transaction of a run, for whoever judges a network by records of their own.

use super::drive::Taken;
use super::latency::milliseconds;
use super::prepare::Prepared;
use super::tally::Settled;
use crate::exit::Exit;
use chancery_types::ids::TransactionId;
use chancery_types::outcome::Outcome;
use serde::Serialize;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

/// A file with one JSON document a line.
#[derive(Clone, Debug)]
pub(crate) struct Journal {
    path: PathBuf,
}

/// One transaction.
#[derive(Debug, Serialize)]
struct Line<'a> {
    workload: &'a str,
    id: TransactionId,
    /// What the validator that was asked said: `in`, the number of a refusal, or nothing if nobody answered.
    taken: Option<String>,
    /// When it was due, from the start of the clock.
    due_ms: f64,
    /// When a quorum had named its block; nothing if it did not become final while the run was watched.
    final_ms: Option<f64>,
    /// What it came to: `accepted`, or the number of its rejection.
    outcome: Option<String>,
}

impl Journal {
    /// Begins an empty one.
    pub(crate) fn begin(path: &Path) -> Result<Self, Exit> {
        File::create(path).map_err(|error| Exit::file(path, &error))?;
        Ok(Self { path: path.to_owned() })
    }

    /// Adds the transactions of a run.
    pub(crate) fn add(
        &self,
        workload: &str,
        prepared: &Prepared,
        taken: &[Taken],
        settled: &[Settled],
    ) -> Result<(), Exit> {
        let failed = |error: std::io::Error| Exit::file(&self.path, &error);
        let mut file = BufWriter::new(OpenOptions::new().append(true).open(&self.path).map_err(failed)?);
        for (place, ((id, taken), settled)) in prepared.ids.iter().zip(taken).zip(settled).enumerate() {
            let line = Line {
                workload,
                id: *id,
                taken: word(*taken),
                due_ms: milliseconds(prepared.schedule.due(place)),
                final_ms: settled.as_ref().map(|(at, _)| milliseconds(*at)),
                outcome: settled.as_ref().map(|(_, outcome)| told(outcome)),
            };
            serde_json::to_writer(&mut file, &line).map_err(|error| failed(error.into()))?;
            file.write_all(b"\n").map_err(failed)?;
        }
        file.flush().map_err(failed)
    }
}

fn word(taken: Taken) -> Option<String> {
    match taken {
        Taken::In => Some("in".to_owned()),
        Taken::Refused(code) => Some(code.to_string()),
        Taken::Unanswered => None,
    }
}

fn told(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Accepted { .. } => "accepted".to_owned(),
        Outcome::Rejected { code } => code.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::schedule::Schedule;
    use chancery_types::hash::Digest;
    use std::time::Duration;

    #[test]
    fn each_transaction_has_a_line_whatever_became_of_it() {
        let path = std::env::temp_dir().join(format!("chancery-bench-journal-{}", std::process::id()));
        let journal = Journal::begin(&path).unwrap();
        let ids = (1..=3).map(|byte| TransactionId([byte; 32])).collect();
        let (parcels, records, amounts) = (Vec::new(), vec![1; 3], vec![0; 3]);
        let prepared =
            Prepared { schedule: Schedule::new(2, 2), parcels, ids, records, amounts, took: Duration::ZERO, bytes: 0 };
        let code = "16-007".parse().unwrap();
        let taken = [Taken::In, Taken::Refused(code), Taken::Unanswered];
        let accepted = Outcome::Accepted { events: Digest::ZERO, count: 1 };
        journal.add("single", &prepared, &taken, &[Some((Duration::from_millis(70), accepted)), None, None]).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 3);
        assert_eq!(
            (&lines[0]["taken"], &lines[0]["final_ms"], &lines[0]["outcome"]),
            (&"in".into(), &70.0.into(), &"accepted".into())
        );
        assert_eq!((&lines[1]["taken"], &lines[1]["due_ms"]), (&"16-007".into(), &500.0.into()));
        assert!(lines[2]["taken"].is_null() && lines[2]["final_ms"].is_null() && lines[2]["outcome"].is_null());
        std::fs::remove_file(&path).unwrap();
    }
}
