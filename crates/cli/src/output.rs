//! What a command says: words for people, or one JSON document.

use crate::exit::Exit;
use serde::Serialize;
use std::io::Write as _;

/// Where results, progress and errors go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    json: bool,
}

impl Output {
    pub(crate) const fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether results are JSON.
    pub(crate) const fn is_json(self) -> bool {
        self.json
    }

    /// A result: as JSON, or in words.
    pub(crate) fn result<T: Serialize>(self, value: &T, words: impl FnOnce(&T) -> String) -> Result<(), Exit> {
        let text = if self.json {
            serde_json::to_string_pretty(value).map_err(|error| Exit::failed(error.to_string()))?
        } else {
            words(value)
        };
        // Whoever reads may have gone away, as `head` does.
        let _ = writeln!(std::io::stdout().lock(), "{}", text.trim_end());
        Ok(())
    }

    /// How far it has come; on standard error, so that results stay alone.
    pub(crate) fn progress(self, text: impl AsRef<str>) {
        let _ = writeln!(std::io::stderr().lock(), "{}", text.as_ref());
    }

    /// Why it ended.
    pub(crate) fn error(self, exit: &Exit) {
        let mut stderr = std::io::stderr().lock();
        if self.json {
            let document = serde_json::json!({
                "error": exit.cause(), "remedy": exit.remedy(), "exit": exit.code(),
            });
            let _ = writeln!(stderr, "{document}");
            return;
        }
        let _ = writeln!(stderr, "chancery: {}", exit.cause());
        if let Some(remedy) = exit.remedy() {
            let _ = writeln!(stderr, "{remedy}");
        }
    }
}
