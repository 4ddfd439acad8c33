//! A node's configuration file.

use crate::keep::KeepConfig;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The configuration of one node, as TOML. Relative paths are relative to the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The network's genesis document.
    pub genesis: PathBuf,
    /// This validator's key file, encrypted at rest.
    pub key: PathBuf,
    /// Where the node keeps its data.
    pub data: PathBuf,
    /// Where the HTTP interface and the pages are served.
    pub api: SocketAddr,
    /// Where the other validators reach this one.
    pub listen: SocketAddr,
    /// The other validators.
    pub peers: Vec<PeerConfig>,
    /// Whether this node keeps sealed openings for the authorities whose registers it is asked about.
    #[serde(default)]
    pub vault: bool,
    /// Whether this node keeps the SQL tables that lists, searches and pages are answered from. A validator that only
    /// orders and proves saves their cost; what it cannot answer it refuses, and another node answers. The pages need
    /// them.
    #[serde(default = "yes")]
    pub tables: bool,
    /// Whether the pages are served beside the HTTP interface.
    #[serde(default = "yes")]
    pub portal: bool,
    /// Memory for pages of the state, in MiB, taken at the start. The state's own file is read past the system's cache, so
    /// a validator of a large network that has memory to spare is faster with more.
    #[serde(default = "cache_mib")]
    pub cache_mib: u32,
    /// What the node logs, where the environment does not say.
    #[serde(default, skip_serializing_if = "LogConfig::is_default")]
    pub log: LogConfig,
    /// How long what is kept.
    #[serde(default, skip_serializing_if = "KeepConfig::is_default")]
    pub keep: KeepConfig,
}

/// What a node logs, to standard error.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogConfig {
    /// Which lines, as directives of `tracing`: `warn,chancery_node=info`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// Whether each line is a JSON object.
    #[serde(default)]
    pub json: bool,
}

impl LogConfig {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// Under full load a validator was seen to wait for its disk with this, once some hundred thousand returns were filed.
pub const CACHE_MIB: u32 = 128;

const fn cache_mib() -> u32 {
    CACHE_MIB
}

const fn yes() -> bool {
    true
}

/// Another validator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeerConfig {
    /// Its identity key.
    pub key: chancery_types::key::PublicKey,
    /// Where it listens.
    pub address: SocketAddr,
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {path}: {reason}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The file does not parse.
    #[error("{path} is not a node's configuration: {reason}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong, with its line.
        reason: String,
    },
}

impl Config {
    /// Reads a configuration file and makes its paths absolute.
    ///
    /// # Errors
    /// The file cannot be read or does not parse.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| ConfigError::Unreadable { path: path.to_owned(), reason: error.to_string() })?;
        let mut config: Self = toml::from_str(&text)
            .map_err(|error| ConfigError::Malformed { path: path.to_owned(), reason: error.to_string() })?;
        if let Some(reason) = config.keep.refusal() {
            return Err(ConfigError::Malformed { path: path.to_owned(), reason });
        }
        let folder = path.parent().unwrap_or(Path::new("."));
        for file in [&mut config.genesis, &mut config.key, &mut config.data] {
            *file = folder.join(&*file);
        }
        Ok(config)
    }

    /// The configuration as a file.
    ///
    /// # Errors
    /// A path is not valid text.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        toml::to_string_pretty(self)
    }
}
