//! What the interface counts about itself.

use axum::http::StatusCode;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

/// Counters since the node started. They are independent of each other, so no ordering between them is needed.
#[derive(Debug, Default)]
pub(crate) struct Measurements {
    /// Answers by the first digit of their status, 1 to 5.
    answers: [AtomicU64; 5],
}

impl Measurements {
    pub(crate) fn count(&self, status: StatusCode) {
        if let Some(counter) = self.answers.get(usize::from(status.as_u16() / 100).saturating_sub(1)) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The counters and gauges in the Prometheus text format.
    pub(crate) fn to_text(&self, streams: usize, sessions: usize) -> String {
        let mut text = String::from(
            "# HELP chancery_api_answers_total Answers of the interface by class of status.\n\
             # TYPE chancery_api_answers_total counter\n",
        );
        // Writing to a string cannot fail.
        for (counter, class) in self.answers.iter().zip(1..) {
            let count = counter.load(Ordering::Relaxed);
            let _ = writeln!(text, "chancery_api_answers_total{{class=\"{class}xx\"}} {count}");
        }
        for (name, help, value) in [
            ("chancery_api_streams", "Streams of events and of final blocks that are open.", streams),
            ("chancery_api_sessions", "Sessions that are open.", sessions),
        ] {
            let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}");
        }
        text
    }
}
