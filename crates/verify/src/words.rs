//! What a receipt proves, in plain words.

use crate::statement::{Statement, Verified};
use chancery_types::amount::CellValue;
use chancery_types::figure::Figure;
use chancery_types::outcome::Outcome;
use chancery_types::record::{Assurance, Cell, Decision, RecordVersion, RegisterClass};

/// Three lists of sentences, to be shown at the same size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// What the receipt proves.
    pub proves: Vec<String>,
    /// What the proof rests on.
    pub rests_on: Vec<String>,
    /// What it does not prove.
    pub does_not_prove: Vec<String>,
}

/// The sentences for a receipt that holds.
pub fn words(verified: &Verified) -> Words {
    let mut proves = statement_words(&verified.statement);
    proves.push(format!(
        "This stands in block {} of the network '{}', agreed at {}, and the block is final.",
        verified.height, verified.network_name, verified.time
    ));
    if let Some(sender) = verified.sender {
        proves.push(format!("It was signed by a key that the ledger held to be member {sender}'s at that time."));
    }
    Words { proves, rests_on: foundations(verified), does_not_prove: limits(verified) }
}

fn foundations(verified: &Verified) -> Vec<String> {
    let mut lines = vec![
        format!("You named the network by its identity {}; compare it with where it was printed.", verified.network),
        format!(
            "At most {} of the {} founding validators lied or had their keys stolen.",
            verified.faults_max, verified.validators
        ),
    ];
    if let Some(anchor) = verified.anchor {
        lines.push(format!(
            "The block is final because the later block {anchor} is, whose history contains it; block {anchor} has the \
             validators' signature."
        ));
    }
    if verified.dealt {
        lines.push("All keys of this network were made by one party: it is a demonstration, not an office.".to_owned());
    }
    if verified.clock_factor != 1 {
        lines.push(format!("The network's clock runs {} times faster than the world's.", verified.clock_factor));
    }
    lines.push("No witness outside the validators has cosigned.".to_owned());
    lines
}

fn limits(verified: &Verified) -> Vec<String> {
    let mut lines = Vec::new();
    match &verified.statement {
        Statement::Record(version) => {
            lines.push("It does not prove that what was stated is true of the world.".to_owned());
            lines.push(format!("It does not prove that version {} is still the latest.", version.version));
        }
        Statement::Figure(figure) => {
            lines.push("It does not prove that each return behind the total is true.".to_owned());
            lines.push("It does not prove that no later revision has been published.".to_owned());
            if figure.class == RegisterClass::Confidential {
                lines.push(
                    "That each part lies in its range, and that none dominates, is the publishing authority's signed \
                     word."
                        .to_owned(),
                );
            }
        }
        Statement::Decision(_) => {
            lines.push("It does not prove that the decision was right, or that it still stands.".to_owned());
        }
        Statement::Transaction { .. } => {
            lines.push("It does not prove that what was stated is true of the world.".to_owned());
        }
        Statement::Event { .. } => {
            lines.push("This verifier knows no words for this kind of event; it proves the bytes only.".to_owned());
        }
    }
    lines
}

fn statement_words(statement: &Statement) -> Vec<String> {
    match statement {
        Statement::Transaction { envelope, id, outcome } => vec![match outcome {
            Outcome::Accepted { count, .. } => format!(
                "Transaction {id} to application {} was accepted, with {count} effects.",
                envelope.body.application
            ),
            Outcome::Rejected { code } => format!(
                "Transaction {id} to application {} was refused with number {code}, and changed nothing.",
                envelope.body.application
            ),
        }],
        Statement::Record(version) => record_words(version),
        Statement::Decision(decision) => vec![decision_words(decision)],
        Statement::Figure(figure) => figure_words(figure),
        Statement::Event { application, kind, .. } => {
            vec![format!("Application {application} recorded an event of kind {kind}.")]
        }
    }
}

fn record_words(version: &RecordVersion) -> Vec<String> {
    let mut lines = vec![format!(
        "Member {} filed version {} of record {} in register '{}' about member {}, for {} in region {}, at {}.",
        version.filer,
        version.version,
        version.record,
        version.register,
        version.subject,
        version.period,
        version.region,
        version.filed
    )];
    lines.extend(version.cells.iter().map(cell_words));
    if let Some(reason) = &version.reason {
        lines.push(format!("It corrects the version before it. The reason given: {reason}"));
    }
    lines
}

fn cell_words(cell: &Cell) -> String {
    match cell.value {
        CellValue::Clear(value) => format!("{}: {value}.", cell.id),
        CellValue::Committed(_) => format!("{}: sealed; the ledger holds a commitment to it.", cell.id),
        CellValue::Nil => format!("{}: nil.", cell.id),
        CellValue::Missing => format!("{}: missing.", cell.id),
        CellValue::NotApplicable => format!("{}: not applicable.", cell.id),
    }
}

fn decision_words(decision: &Decision) -> String {
    let (authority, version, record) = (&decision.authority, &decision.version, &decision.record);
    match (decision.assurance, decision.code) {
        (Assurance::Accepted, _) => format!("Authority {authority} accepted version {version} of record {record}."),
        (Assurance::Refused, Some(code)) => {
            format!("Authority {authority} refused version {version} of record {record} with number {code}.")
        }
        (assurance, _) => {
            format!("Authority {authority} left version {version} of record {record} as {assurance:?}.")
        }
    }
}

fn figure_words(figure: &Figure) -> Vec<String> {
    let mut lines = vec![format!(
        "Authority {} published figure {} of register '{}' for {} in region {}: the totals over all {} returns, of {} \
         different owners, accepted up to block {}.",
        figure.authority,
        figure.sequence,
        figure.register,
        figure.period,
        figure.region,
        figure.returns,
        figure.respondents,
        figure.cutoff
    )];
    lines.extend(figure.cells.iter().map(|cell| format!("{}: {}.", cell.id, cell.total)));
    lines.push(match figure.class {
        RegisterClass::Open => {
            "Each total equals the sum of the values that stand in the register: a quorum of validators summed them."
                .to_owned()
        }
        RegisterClass::Confidential => {
            "Each total equals the sum of the sealed values: the proof in the receipt was checked here, and that the \
             sum is over all accepted returns a quorum of validators checked."
                .to_owned()
        }
    });
    lines
}
