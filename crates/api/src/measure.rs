//! What the interface counts about itself.

use axum::http::StatusCode;
use axum::response::Response;
use chancery_types::rejection::RejectionCode;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Counters since the node started, shared by the router and the listening side. They are independent of each other, so
/// no ordering between them is needed.
#[derive(Debug, Default)]
pub struct Measurements {
    /// Answers by the first digit of their status, 1 to 5.
    answers: [AtomicU64; 5],
    /// Refusals by number. Only numbers that this program knows get here, so it stays small.
    refusals: Mutex<BTreeMap<RejectionCode, u64>>,
    /// Connections that are open.
    connections: AtomicU64,
    /// Connections that were closed at once because their address had its share.
    closed: AtomicU64,
}

/// The number of a refusal, left in an answer for whoever counts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Number(pub(crate) RejectionCode);

impl Measurements {
    /// Counts an answer on its way out.
    pub(crate) fn count(&self, response: &Response) {
        if let Some(counter) = self.answers.get(class(response.status())) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
        if let Some(Number(code)) = response.extensions().get() {
            // Every change is a single step, so the table is whole whatever a thread did before it ended.
            let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
            let count = refusals.entry(*code).or_default();
            *count = count.saturating_add(1);
        }
    }

    pub(crate) fn opened(&self) {
        self.connections.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn ended(&self) {
        self.connections.fetch_sub(1, Ordering::Relaxed);
    }

    pub(crate) fn turned_away(&self) {
        self.closed.fetch_add(1, Ordering::Relaxed);
    }

    /// The counters and gauges in the Prometheus text format. Writing to a string cannot fail.
    pub(crate) fn to_text(&self, streams: usize, sessions: usize) -> String {
        let mut text = String::new();
        head(&mut text, "chancery_api_answers_total", "counter", "Answers of the interface by class of status.");
        for (counter, class) in self.answers.iter().zip(1..) {
            let count = counter.load(Ordering::Relaxed);
            let _ = writeln!(text, "chancery_api_answers_total{{class=\"{class}xx\"}} {count}");
        }
        let refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        if !refusals.is_empty() {
            head(&mut text, "chancery_api_refusals_total", "counter", "Answers that refuse, by number.");
        }
        for (code, count) in refusals.iter() {
            let _ = writeln!(text, "chancery_api_refusals_total{{number=\"{code}\"}} {count}");
        }
        let (streams, sessions) = (streams as u64, sessions as u64);
        let connections = self.connections.load(Ordering::Relaxed);
        for (name, help, value) in [
            ("chancery_api_streams", "Streams of events and of final blocks that are open.", streams),
            ("chancery_api_sessions", "Sessions that are open.", sessions),
            ("chancery_api_connections", "Connections that are open.", connections),
        ] {
            head(&mut text, name, "gauge", help);
            let _ = writeln!(text, "{name} {value}");
        }
        let (name, closed) = ("chancery_api_connections_closed_total", self.closed.load(Ordering::Relaxed));
        head(&mut text, name, "counter", "Connections that were closed at once because their address had its share.");
        let _ = writeln!(text, "{name} {closed}");
        text
    }
}

fn class(status: StatusCode) -> usize {
    usize::from(status.as_u16() / 100).saturating_sub(1)
}

fn head(text: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Refused;
    use crate::rejection::InterfaceRejection;
    use axum::response::IntoResponse as _;

    #[test]
    fn answers_are_counted_by_class_and_refusals_by_number() {
        let measurements = Measurements::default();
        measurements.count(&StatusCode::OK.into_response());
        for rejection in [InterfaceRejection::Absent, InterfaceRejection::Absent, InterfaceRejection::TooManyRequests] {
            measurements.count(&Refused::from(rejection).into_response());
        }
        measurements.opened();
        measurements.opened();
        measurements.ended();
        let text = measurements.to_text(0, 0);
        for line in [
            "chancery_api_answers_total{class=\"2xx\"} 1",
            "chancery_api_answers_total{class=\"4xx\"} 3",
            "chancery_api_refusals_total{number=\"90-002\"} 2",
            "chancery_api_refusals_total{number=\"90-012\"} 1",
            "chancery_api_connections 1",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
        }
    }
}
