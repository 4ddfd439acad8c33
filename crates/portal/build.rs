//! Turns the message files into code, so that a missing or ill-formed string fails the build.

use message::Notes;
use std::path::Path;
use std::process::ExitCode;

#[path = "build/code.rs"]
mod code;
#[path = "build/message.rs"]
mod message;
#[path = "build/refusal.rs"]
mod refusal;

fn generate() -> Result<(), String> {
    let read = |name: &str| {
        let path = Path::new("messages").join(name);
        println!("cargo::rerun-if-changed={}", path.display());
        std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
    };
    let write = |name: &str, text: String| {
        let folder = std::env::var("OUT_DIR").map_err(|error| error.to_string())?;
        std::fs::write(Path::new(&folder).join(name), text).map_err(|error| error.to_string())
    };
    let english =
        message::parse(&read("en.txt")?, Notes::Required).map_err(|error| format!("messages/en.txt: {error}"))?;
    let chinese =
        message::parse(&read("zh.txt")?, Notes::Elsewhere).map_err(|error| format!("messages/zh.txt: {error}"))?;
    message::compare(&english, &chinese)?;
    write("messages.rs", code::methods(&english, &chinese))?;
    let refusals =
        refusal::parse(&read("refusals.zh.txt")?).map_err(|error| format!("messages/refusals.zh.txt: {error}"))?;
    write("refusals.rs", refusal::table(&refusals))
}

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build");
    match generate() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("cargo::error={error}");
            ExitCode::FAILURE
        }
    }
}
