//! The command as a stranger meets it: help, usage errors, and the exit codes that need no network.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::process::{Command, Output};

fn chancery(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_chancery")).args(arguments).env_remove("CHANCERY_NODE").output().unwrap()
}

#[test]
fn help_is_for_strangers_and_is_no_error() {
    let output = chancery(&["--help"]);
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).unwrap();
    for word in
        ["demo", "init", "node", "key", "member", "statistics", "query", "receipt", "verify", "status", "doctor"]
    {
        assert!(text.contains(word), "{word} is not in the help");
    }
    assert!(text.contains("Exit codes"));
}

#[test]
fn wrong_usage_ends_with_two() {
    assert_eq!(chancery(&["no-such-command"]).status.code(), Some(2));
    assert_eq!(chancery(&["verify", "x", "--network", "too short"]).status.code(), Some(2));
}

#[test]
fn a_node_that_does_not_answer_ends_with_three() {
    // Port 9 (discard) is served by nobody here.
    assert_eq!(chancery(&["status", "--node", "http://127.0.0.1:9"]).status.code(), Some(3));
}

#[test]
fn a_file_that_is_no_receipt_is_not_proven() {
    let file = std::env::temp_dir().join(format!("chancery-no-receipt-{}", std::process::id()));
    std::fs::write(&file, b"nonsense").unwrap();
    let network = "11".repeat(32);
    let output = chancery(&["verify", file.to_str().unwrap(), "--network", &network]);
    std::fs::remove_file(&file).unwrap();
    assert_eq!(output.status.code(), Some(4));
    assert!(String::from_utf8(output.stderr).unwrap().contains("NOT PROVEN"));
}
