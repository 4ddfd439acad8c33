//! `/check`, `/check/how`: the verifier, run here for those who have only a browser, and how to do without us.

use crate::desk::Desk;
use crate::frame::{Frame, Section};
use crate::number;
use crate::page::failure::Kind;
use crate::view::{CheckResult, CheckStep, Step, StepState, Verdict};
use crate::words::{Markup, Words};
use askama::Template;
use axum::extract::Multipart;
use axum::extract::multipart::MultipartRejection;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

/// The most bytes that a form may carry. A receipt has at most 320 KiB; as pasted text it doubles.
pub(crate) const UPLOAD_BYTES_MAX: usize = 1024 * 1024;

/// What kept a form from being checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Problem {
    Nothing,
    NotText,
    TooLarge,
}

impl Problem {
    const fn field(&self) -> &'static str {
        match self {
            Self::Nothing | Self::TooLarge => "receipt",
            Self::NotText => "text",
        }
    }

    fn sentence(&self, words: &Words) -> Markup {
        match self {
            Self::Nothing => words.check_error_nothing(),
            Self::NotText => words.check_error_text(),
            Self::TooLarge => words.check_error_large(),
        }
    }
}

#[derive(Template)]
#[template(path = "check.html")]
struct CheckPage {
    frame: Frame,
    result: Option<CheckResult>,
    problem: Option<Problem>,
}

struct StepLine {
    class: &'static str,
    state: StepState,
    words: Markup,
    note: Option<Markup>,
}

const STEPS: [Step; 5] = [Step::Fields, Step::Inclusion, Step::Finality, Step::Identity, Step::Witnesses];

fn step_words(words: &Words, step: Step) -> Markup {
    match step {
        Step::Fields => words.step_fields(),
        Step::Inclusion => words.step_inclusion(),
        Step::Finality => words.step_finality(),
        Step::Identity => words.step_identity(),
        Step::Witnesses => words.step_witnesses(),
    }
}

impl CheckPage {
    fn steps(&self) -> Vec<StepLine> {
        let words = &self.frame.words;
        let waiting = || STEPS.map(|step| (step, None)).to_vec();
        let ended = |result: &CheckResult| {
            result.steps.iter().map(|CheckStep { step, state }| (*step, Some(*state))).collect::<Vec<_>>()
        };
        let line = |(step, state): (Step, Option<StepState>)| StepLine {
            class: match state {
                Some(StepState::Failed) => "no",
                Some(StepState::NotReached | StepState::Absent) => "skip-step",
                Some(StepState::Passed) | None => "",
            },
            state: state.unwrap_or(StepState::NotReached),
            words: step_words(words, step),
            note: match state {
                Some(StepState::Failed) => Some(words.step_failed()),
                Some(StepState::NotReached) => Some(words.step_not_reached()),
                Some(StepState::Absent) => Some(words.step_absent()),
                Some(StepState::Passed) | None => None,
            },
        };
        self.result.as_ref().map_or_else(waiting, ended).into_iter().map(line).collect()
    }
}

pub(crate) async fn form(desk: Desk) -> Response {
    desk.in_section(Section::Check).plain(|frame| CheckPage { frame, result: None, problem: None })
}

pub(crate) async fn check(desk: Desk, form: Result<Multipart, MultipartRejection>) -> Response {
    let desk = desk.in_section(Section::Check);
    let Ok(form) = form else { return desk.fail(Kind::BadQuestion) };
    let receipt = match read(form).await {
        Ok(receipt) => receipt,
        Err(problem) => return desk.plain(|frame| CheckPage { frame, result: None, problem: Some(problem) }),
    };
    let language = desk.frame.language();
    let result = desk.source.check_receipt(&receipt, language).await;
    desk.list(result, |frame, result| CheckPage { frame, result: Some(result), problem: None })
}

/// The receipt from a form: the file if there is one, else the text.
async fn read(mut form: Multipart) -> Result<Vec<u8>, Problem> {
    let mut text = String::new();
    let too_large = |_| Problem::TooLarge;
    while let Some(field) = form.next_field().await.map_err(too_large)? {
        match field.name() {
            Some("receipt") => {
                let bytes = field.bytes().await.map_err(too_large)?;
                if !bytes.is_empty() {
                    return Ok(bytes.to_vec());
                }
            }
            Some("text") => text = field.text().await.map_err(too_large)?,
            _ => {}
        }
    }
    decode(&text)
}

/// Reads pasted text as hex or base64, whatever the line breaks.
fn decode(text: &str) -> Result<Vec<u8>, Problem> {
    let compact: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    if compact.is_empty() {
        return Err(Problem::Nothing);
    }
    hex::decode(&compact)
        .or_else(|_| STANDARD.decode(&compact))
        .or_else(|_| URL_SAFE.decode(&compact))
        .map_err(|_| Problem::NotText)
}

#[derive(Template)]
#[template(path = "how.html")]
struct HowPage {
    frame: Frame,
}

impl HowPage {
    fn id(&self) -> &str {
        self.frame.state.as_ref().map_or("", |state| &state.id)
    }

    fn fours(&self, id: &str) -> String {
        number::fours(id)
    }

    fn steps(&self) -> [Markup; 5] {
        STEPS.map(|step| step_words(&self.frame.words, step))
    }
}

pub(crate) async fn how(desk: Desk) -> Response {
    desk.in_section(Section::Check).plain(|frame| HowPage { frame })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pasted_text_is_hex_or_base64() {
        let check =
            |text: &str, expected: Result<&[u8], Problem>| assert_eq!(decode(text).as_deref(), expected.as_deref());
        check("00 ff\n10", Ok(&[0, 255, 16]));
        check("AP8Q", Ok(&[0, 255, 16]));
        check("-_8=", Ok(&[251, 255]));
        check(" \n", Err(Problem::Nothing));
        check("not a receipt!", Err(Problem::NotText));
    }
}
