//! `chancery doctor --scrub`: reads everything in a stopped node's data folder.

use super::folder::{Node, bytes_in_words, failed};
use crate::exit::Exit;
use crate::output::Output;
use chancery_node::folder::inspect::{Report, scrub};
use std::path::Path;

pub(crate) fn run(configuration: &Path, output: &Output) -> Result<(), Exit> {
    let node = Node::read(configuration)?;
    let report = scrub(&node.config.data, &node.genesis).map_err(failed)?;
    output.result(&report, in_words)?;
    verdict(&report)
}

/// How a command ends that found this.
pub(super) fn verdict(report: &Report) -> Result<(), Exit> {
    match report.damages.first() {
        None => Ok(()),
        Some(damage) => Err(Exit::Damaged {
            cause: format!("{}: {}", damage.file, damage.what),
            remedy: damage.belongs.remedy().to_owned(),
        }),
    }
}

pub(super) fn in_words(report: &Report) -> String {
    let mut text = format!(
        "{} files, {}, {}\n{} blocks whole, {} pruned to their headers, {} certificates, {} transactions in their places\n{} \
         operations of the state up to block {}\n",
        report.files,
        bytes_in_words(report.bytes),
        if report.sealed { "held to the seal of the last stop" } else { "without a seal" },
        report.blocks,
        report.pruned,
        report.certificates,
        report.transactions,
        report.operations,
        report.height,
    );
    for note in &report.notes {
        text.push_str(&format!("note   {note}\n"));
    }
    for damage in &report.damages {
        text.push_str(&format!("WRONG  {}: {}\n       → {}\n", damage.file, damage.what, damage.belongs.remedy()));
    }
    if report.damages.is_empty() {
        text.push_str("good   everything is what it was\n");
    }
    text
}
