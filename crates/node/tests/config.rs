//! A node's configuration: whatever stands in the file, it is read or refused in words, and what is written is read back.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use chancery_node::config::{Config, ConfigError, PeerConfig};
use chancery_types::key::PublicKey;
use proptest::prelude::*;
use std::path::PathBuf;

/// Reads a text as the file of a node; the folder ends with the test.
fn read(text: &[u8]) -> Result<Config, ConfigError> {
    let folder = std::env::temp_dir().join(format!("chancery-config-{:?}", std::thread::current().id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(format!("{}.toml", std::process::id()));
    std::fs::write(&path, text).unwrap();
    let config = Config::read(&path);
    std::fs::remove_file(&path).unwrap();
    config
}

fn config() -> Config {
    Config {
        genesis: PathBuf::from("/etc/chancery/genesis.json"),
        key: PathBuf::from("/etc/chancery/validator.key"),
        data: PathBuf::from("/var/lib/chancery"),
        peers: vec![PeerConfig { key: PublicKey([7; 32]), address: "127.0.0.1:9001".parse().unwrap() }],
        ..read(MINIMAL.as_bytes()).unwrap()
    }
}

/// The fields that a configuration cannot do without.
const MINIMAL: &str = "genesis = \"g\"\nkey = \"k\"\ndata = \"d\"\napi = \"127.0.0.1:8800\"\n\
                       listen = \"127.0.0.1:9000\"\npeers = []\n";

#[test]
fn what_is_written_is_read_back() {
    assert_eq!(read(config().to_toml().unwrap().as_bytes()).unwrap(), config());
}

#[test]
fn a_misspelt_setting_and_what_is_nested_without_end_are_refused() {
    assert!(read(format!("{MINIMAL}portl = true\n").as_bytes()).is_err());
    for (open, close) in [("[", "]"), ("{a=", "}")] {
        let nested = format!("{MINIMAL}x = {}1{}\n", open.repeat(100_000), close.repeat(100_000));
        assert!(read(nested.as_bytes()).is_err());
    }
    let dotted = format!("{MINIMAL}{}b = 1\n", "a.".repeat(100_000));
    assert!(read(dotted.as_bytes()).is_err());
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_in_words(
        place in any::<prop::sample::Index>(),
        length in 0..40_usize,
        piece in prop_oneof!["\\PC{0,20}", "[\\[\\]{}=\"'\\\\#.\n0-9a-z]{0,30}"],
    ) {
        let mut text = config().to_toml().unwrap();
        let start = place.index(text.len());
        text.replace_range(start..(start + length).min(text.len()), &piece);
        match read(text.as_bytes()) {
            Ok(config) => prop_assert_eq!(read(config.to_toml().unwrap().as_bytes()).unwrap(), config),
            Err(error) => prop_assert!(error.to_string().contains("is not a node's configuration")),
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(read(&bytes).is_err());
    }
}
