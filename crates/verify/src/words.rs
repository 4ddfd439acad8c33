//! What a receipt proves, in plain words.
//!
//! A receipt carries text that its makers chose: a network's name, a reason. It is always quoted, and cannot contain
//! line breaks or marks that turn the direction of writing, so that it can never pass for the verifier's own words.

mod quote;

use crate::statement::{Statement, Verified};
use chancery_types::amount::CellValue;
use chancery_types::figure::Figure;
use chancery_types::ids::TransactionId;
use chancery_types::outcome::Outcome;
use chancery_types::record::{Assurance, Cell, Decision, RecordVersion, RegisterClass};
use quote::quoted;

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
        "This stands in block {} of the network {}, agreed at {}. The block is final.",
        verified.height,
        quoted(&verified.network_name),
        verified.time
    ));
    proves.push(match verified.sender {
        Some(sender) => {
            format!("Behind it is a transaction signed with a key that the ledger held to be member {sender}'s.")
        }
        None => "No transaction caused it: it is work that the ledger does at the end of a block.".to_owned(),
    });
    Words { proves, rests_on: foundations(verified), does_not_prove: limits(verified) }
}

fn foundations(verified: &Verified) -> Vec<String> {
    let (validators, faults_max) = (verified.validators, verified.faults_max);
    let mut lines = vec![
        format!("You named the network by its identity {}; compare it with where it was printed.", verified.network),
        match faults_max {
            0 => format!("None of the network's {validators} founding validators lied or lost a key to a thief."),
            _ => format!(
                "At most {faults_max} of the network's {validators} founding validators lied or lost a key to a thief."
            ),
        },
        "SHA-256, Ed25519 and BLS12-381 are sound, so hashes and signatures cannot be forged.".to_owned(),
    ];
    if let Some(anchor) = verified.anchor {
        lines.push(format!(
            "The validators signed the later block {anchor}; this block is final because it stands in that one's \
             history."
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
    const TRUE_OF_THE_WORLD: &str = "It does not prove that what was stated is true of the world.";
    const UNITS: &str = "The unit of each number is declared by the register; this receipt does not show it.";
    match &verified.statement {
        Statement::Record(version) => {
            let latest = format!("It does not prove that version {} is still the latest.", version.version);
            let accepted = "It does not prove that the authority accepted this version.";
            let clear = version.cells.iter().any(|cell| matches!(cell.value, CellValue::Clear(_)));
            let units = clear.then(|| UNITS.to_owned());
            [TRUE_OF_THE_WORLD.to_owned(), accepted.to_owned(), latest].into_iter().chain(units).collect()
        }
        Statement::Figure(figure) => figure_limits(figure, UNITS),
        Statement::Decision(_) => {
            vec!["It does not prove that the decision was right, or that it still stands.".to_owned()]
        }
        Statement::Transaction { .. } => vec![
            TRUE_OF_THE_WORLD.to_owned(),
            "It does not say what the transaction asked for: that is written in the application's own language."
                .to_owned(),
        ],
        Statement::Event { .. } => {
            vec!["This verifier knows no words for this kind of event; it proves the bytes only.".to_owned()]
        }
    }
}

fn figure_limits(figure: &Figure, units: &str) -> Vec<String> {
    let mut lines = vec![
        "It does not prove that each return behind the totals is true.".to_owned(),
        "It does not prove that no later revision has been published.".to_owned(),
        units.to_owned(),
    ];
    if figure.class == RegisterClass::Confidential {
        lines.push(
            "That each sealed value lies in its declared range is the word of the authorities that accepted the \
             returns, not a proof."
                .to_owned(),
        );
        if let Some(percent) = figure.dominance_max_percent {
            lines.push(format!(
                "That no owner has more than {percent} per cent of a total is the signed word of authority {}, not a \
                 proof.",
                figure.authority
            ));
        }
    }
    lines
}

fn statement_words(statement: &Statement) -> Vec<String> {
    match statement {
        Statement::Transaction { envelope, id, outcome } => {
            vec![transaction_words(id, envelope.body.application.0, outcome)]
        }
        Statement::Record(version) => record_words(version),
        Statement::Decision(decision) => vec![decision_words(decision)],
        Statement::Figure(figure) => figure_words(figure),
        Statement::Event { application, kind, .. } => {
            vec![format!("{} recorded an event of kind {kind}.", capitalised(&application_name(*application)))]
        }
    }
}

fn transaction_words(id: &TransactionId, application: u16, outcome: &Outcome) -> String {
    let to = application_name(application);
    match outcome {
        Outcome::Accepted { count: 1, .. } => format!("Transaction {id} to {to} was accepted and had one effect."),
        Outcome::Accepted { count, .. } => format!("Transaction {id} to {to} was accepted and had {count} effects."),
        Outcome::Rejected { code } => {
            format!("Transaction {id} to {to} was refused with number {code} and changed nothing.")
        }
    }
}

/// The applications that exist today, by name; others by their number.
fn application_name(number: u16) -> String {
    match number {
        1 => "the application 'identity'".to_owned(),
        2 => "the application 'records'".to_owned(),
        16 => "the application 'statistics'".to_owned(),
        _ => format!("application {number}"),
    }
}

fn capitalised(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map(|first| first.to_uppercase().chain(rest).collect()).unwrap_or_default()
}

fn record_words(version: &RecordVersion) -> Vec<String> {
    let mut lines = vec![
        format!(
            "Member {} filed version {} of record {} at {}.",
            version.filer, version.version, version.record, version.filed
        ),
        format!(
            "It is a return to the register '{}' about member {}, for the period {} in region {}.",
            version.register, version.subject, version.period, version.region
        ),
    ];
    lines.extend(version.cells.iter().map(cell_words));
    if let Some(reason) = &version.reason {
        lines.push(format!("It corrects the version before it. The filer's reason: {}.", quoted(reason)));
    }
    lines
}

fn cell_words(cell: &Cell) -> String {
    match cell.value {
        CellValue::Clear(value) => format!("{}: {value}.", cell.id),
        CellValue::Committed(_) => {
            format!("{}: sealed. The ledger holds a commitment to one value, which cannot be changed.", cell.id)
        }
        CellValue::Nil => format!("{}: nil.", cell.id),
        CellValue::Missing => format!("{}: asked for and not answered.", cell.id),
        CellValue::NotApplicable => format!("{}: not asked of this filer.", cell.id),
    }
}

fn decision_words(decision: &Decision) -> String {
    let (authority, version, record) = (&decision.authority, &decision.version, &decision.record);
    let number = decision.code.map(|code| format!(" with number {code}")).unwrap_or_default();
    match decision.assurance {
        Assurance::Accepted => format!("Authority {authority} accepted version {version} of record {record}."),
        Assurance::Refused => format!("Authority {authority} refused version {version} of record {record}{number}."),
        Assurance::Filed => {
            format!("Version {version} of record {record} waits for the word of authority {authority}.")
        }
    }
}

fn figure_words(figure: &Figure) -> Vec<String> {
    let (returns, respondents) = (figure.returns, figure.respondents);
    let returns = if returns == 1 { "the one return".to_owned() } else { format!("all {returns} returns") };
    let owners = if respondents == 1 { "one owner".to_owned() } else { format!("{respondents} different owners") };
    let mut lines = vec![
        format!(
            "Authority {} published figure {} of the register '{}' for the period {} in region {}.",
            figure.authority, figure.sequence, figure.register, figure.period, figure.region
        ),
        format!("It totals {returns}, of {owners}, that were accepted up to block {}.", figure.cutoff),
    ];
    lines.extend(figure.cells.iter().map(|cell| format!("{}: {}.", cell.id, cell.total)));
    lines.push(match figure.class {
        RegisterClass::Open => {
            "Each total equals the sum of the values that stand in the register: a quorum of validators summed them."
                .to_owned()
        }
        RegisterClass::Confidential => {
            "Each total equals the sum of the sealed values: the proof was checked here. That no accepted return was \
             left out of the sum, a quorum of validators checked."
                .to_owned()
        }
    });
    lines
}
