//! How a command can end other than well.

use chancery_client::ClientError;

/// Wrong usage.
pub(crate) const USAGE: u8 = 2;

/// Why a command did not do all that it was asked to.
#[derive(Debug)]
pub(crate) enum Exit {
    /// It failed or was refused: what was wrong, and what to do if that is known.
    Failed {
        /// What was wrong.
        cause: String,
        /// What to do.
        remedy: Option<String>,
    },
    /// The arguments do not go together.
    Usage(String),
    /// No node could be reached.
    Unreachable(String),
    /// A receipt or figure is not proven.
    NotProven(String),
    /// Some of it was done.
    Partly(String),
    /// A file on disk is not what was written.
    Damaged {
        /// Which file, and what is wrong with it.
        cause: String,
        /// What to do.
        remedy: String,
    },
}

impl Exit {
    /// Something failed, with no particular remedy.
    pub(crate) fn failed(cause: impl Into<String>) -> Self {
        Self::Failed { cause: cause.into(), remedy: None }
    }

    /// Something failed, and this helps.
    pub(crate) fn remedied(cause: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Failed { cause: cause.into(), remedy: Some(remedy.into()) }
    }

    /// What was typed makes no sense, and this would.
    pub(crate) fn usage(cause: impl std::fmt::Display, instead: impl std::fmt::Display) -> Self {
        Self::Usage(format!("{cause}. {instead}"))
    }

    /// A file or folder could not be used.
    pub(crate) fn file(path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::failed(format!("cannot use {}: {error}", path.display()))
    }

    /// The process's exit code.
    pub(crate) const fn code(&self) -> u8 {
        match self {
            Self::Failed { .. } => 1,
            Self::Usage(_) => USAGE,
            Self::Unreachable(_) => 3,
            Self::NotProven(_) => 4,
            Self::Partly(_) => 5,
            Self::Damaged { .. } => 6,
        }
    }

    /// What was wrong.
    pub(crate) fn cause(&self) -> &str {
        match self {
            Self::Failed { cause, .. } | Self::Damaged { cause, .. } => cause,
            Self::Usage(text) | Self::Unreachable(text) | Self::NotProven(text) | Self::Partly(text) => text,
        }
    }

    /// What to do.
    pub(crate) fn remedy(&self) -> Option<&str> {
        match self {
            Self::Failed { remedy, .. } => remedy.as_deref(),
            Self::Damaged { remedy, .. } => Some(remedy),
            Self::Usage(_) => Some("Run the command with --help."),
            Self::Unreachable(_) => {
                Some("Start the network (`chancery demo` does on this machine) or name a node with --node.")
            }
            Self::NotProven(_) | Self::Partly(_) => None,
        }
    }
}

impl From<ClientError> for Exit {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Unreachable { .. } => Self::Unreachable(error.to_string()),
            other => Self::failed(other.to_string()),
        }
    }
}
