//! What members may ask of the governance application.

mod action;
mod evidence;

pub use action::{Action, NewRoot};
pub use evidence::{Evidence, SignedHeader};

use super::ids::{ANSWER_BYTES_MAX, TEXT_BYTES_MAX};
use super::record::Choice;
use super::rejection::GovernanceRejection;
use chancery_types::encoding::from_bytes;
use chancery_types::ids::Height;
use minicbor::{Decode, Encode};

/// A transaction of this application.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum GovernanceTransaction {
    /// A constituting authority proposes something.
    #[n(0)]
    Propose(#[n(0)] NewProposal),
    /// A constituting authority votes, once.
    #[n(1)]
    Vote(#[n(0)] NewVote),
    /// A node says how it stands.
    #[n(2)]
    AnnounceReadiness(#[n(0)] Announcement),
    /// Any member shows that a validator signed two proposals for one view.
    #[n(3)]
    ReportDoubleProposal(#[n(0)] Box<Evidence>),
    /// The accused answers.
    #[n(4)]
    AnswerHearing(#[n(0)] NewAnswer),
}

/// A proposal to be made.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct NewProposal {
    /// What is to be done.
    #[n(0)]
    pub action: Action,
    /// Why, in words for the public.
    #[n(1)]
    pub reason: String,
}

/// A vote to be cast.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct NewVote {
    /// On which proposal.
    #[n(0)]
    pub proposal: u64,
    /// How.
    #[n(1)]
    pub choice: Choice,
    /// Why, in words for the public.
    #[n(2)]
    pub reason: String,
}

/// How a node stands, by its own word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Announcement {
    /// The last block that it has carried out.
    #[n(0)]
    pub height: Height,
    /// The newest rules that it knows.
    #[n(1)]
    pub version: u32,
    /// Its free disk space, in MiB.
    #[n(2)]
    pub disk_free_mib: u64,
    /// How far its clock is ahead of the network's, in milliseconds; negative if behind.
    #[n(3)]
    pub clock_difference_ms: i64,
}

/// An answer to be given.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct NewAnswer {
    /// In which hearing.
    #[n(0)]
    pub hearing: u64,
    /// In words for the public.
    #[n(1)]
    pub statement: String,
}

impl GovernanceTransaction {
    /// Decodes a payload. What comes out is within its bounds.
    ///
    /// # Errors
    /// [`GovernanceRejection::Malformed`], or [`GovernanceRejection::TextUnfit`].
    pub fn decode(payload: &[u8]) -> Result<Self, GovernanceRejection> {
        let transaction: Self = from_bytes(payload).map_err(|_| GovernanceRejection::Malformed)?;
        let fit = match &transaction {
            Self::Propose(proposal) => is_line(&proposal.reason) && proposal.action.texts().all(is_line),
            Self::Vote(vote) => is_line(&vote.reason),
            Self::AnswerHearing(answer) => is_text(&answer.statement, ANSWER_BYTES_MAX),
            Self::AnnounceReadiness(_) | Self::ReportDoubleProposal(_) => true,
        };
        if fit { Ok(transaction) } else { Err(GovernanceRejection::TextUnfit) }
    }
}

/// Something to read on one line.
pub(super) fn is_line(text: &str) -> bool {
    is_text(text, TEXT_BYTES_MAX)
}

/// Something to read, of at most so many bytes, that shows as it is written: no control signs, no line separators, and
/// none of the marks of the Unicode bidirectional algorithm (UAX #9) that turn a text around.
fn is_text(text: &str, bytes_max: usize) -> bool {
    let written = !text.trim().is_empty() && text.trim().len() == text.len();
    let turns = |sign| matches!(sign, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    written && text.len() <= bytes_max && !text.chars().any(|sign: char| sign.is_control() || turns(sign))
}
