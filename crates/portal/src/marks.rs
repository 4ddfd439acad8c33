//! Small pieces that stand on many pages: marks, badges, identifiers, values. The word comes first, then the shape,
//! then the colour.

use crate::frame::Frame;
use crate::number;
use crate::view::{
    Cell, Class, MemberLink, Outcome, Proof, Stamp, Standing, StepState, TransactionSummary, Value, Verdict,
};
use crate::words::{Markup, Whole};
use std::fmt::Display;

impl Frame {
    /// A mark of the sprite, for eyes only: the word beside it says the same.
    pub(crate) fn mark(&self, name: &str) -> Markup {
        self.mark_of_class(name, "")
    }

    /// The same with a class for the style sheet.
    pub(crate) fn mark_of_class(&self, name: &str, class: &str) -> Markup {
        let mut out = Markup::default();
        out.raw("<svg aria-hidden=\"true\"");
        if !class.is_empty() {
            out.raw(&format!(" class=\"{class}\""));
        }
        out.raw("><use href=\"");
        out.text(&format!("{}/marks.svg#{name}", self.assets));
        out.raw("\"/></svg>");
        out
    }

    fn badge(&self, class: &str, mark: &str, word: &Markup) -> Markup {
        let mut out = Markup::default();
        out.raw(&format!("<span class=\"proof {class}\">{}{word}</span>", self.mark(mark)));
        out
    }

    /// The state of a figure's proof.
    pub(crate) fn proof(&self, proof: &Proof) -> Markup {
        let words = &self.words;
        match proof {
            Proof::Proven => self.badge("proven", "proven", &words.state_proven()),
            Proof::Open => self.badge("wait", "wait", &words.state_open()),
            Proof::Discrepant => self.badge("discrepant", "late", &words.state_discrepant()),
            Proof::Refused(_) => self.badge("refused", "refused", &words.state_refused()),
        }
    }

    /// What became of a transaction, with the number if it was refused.
    pub(crate) fn outcome(&self, outcome: &Outcome) -> Markup {
        match outcome {
            Outcome::Accepted => self.words.outcome_accepted(),
            Outcome::Refused(number) => {
                let mut out = self.badge("refused", "refused", &self.words.state_refused());
                out.raw(" ");
                out.raw(&self.refusal(number).to_string());
                out
            }
        }
    }

    /// A refusal's number as a link to its page.
    pub(crate) fn refusal(&self, number: &str) -> Markup {
        let mut out = Markup::default();
        out.link_opens(&self.words.to(format!("/refusals/{number}")));
        out.raw("<code>");
        out.text(number);
        out.raw("</code></a>");
        out
    }

    /// How a record stands.
    pub(crate) fn standing(&self, standing: &Standing) -> Markup {
        let words = &self.words;
        match standing {
            Standing::Filed => self.badge("wait", "wait", &words.standing_filed()),
            Standing::Accepted => self.badge("drawn", "ring", &words.standing_accepted()),
            Standing::Refused(_) => self.badge("refused", "refused", &words.state_refused()),
            Standing::Superseded => self.badge("late", "late", &words.standing_superseded()),
            Standing::Checked => self.badge("drawn", "ring", &words.standing_checked()),
            Standing::Approved => self.badge("drawn", "ring", &words.standing_approved()),
            Standing::Drawn => self.badge("drawn", "drawn", &words.standing_drawn()),
            Standing::Inspected => self.badge("drawn", "ring", &words.standing_inspected()),
            Standing::Confirmed => self.badge("drawn", "ring", &words.standing_confirmed()),
            Standing::Discrepant => self.badge("discrepant", "late", &words.state_discrepant()),
            Standing::Fraudulent => self.badge("discrepant", "late", &words.standing_fraudulent()),
        }
    }

    /// Open or confidential.
    pub(crate) fn class(&self, class: &Class) -> Markup {
        match class {
            Class::Open => self.words.class_open(),
            Class::Confidential => self.words.class_confidential(),
        }
    }

    /// An identifier in short, with the whole of it in the title and for copying. `what` names it.
    pub(crate) fn hash(&self, id: &str, what: impl Display) -> Markup {
        let mut out = Markup::default();
        out.raw("<span class=\"hash\"><code title=\"");
        out.text(id);
        out.raw("\">");
        out.text(&number::short_id(id));
        out.raw("</code><button class=\"copy\" type=\"button\" data-copied=\"");
        out.raw(&self.words.copied().to_string());
        out.raw("\" data-copy=\"");
        out.text(id);
        out.raw(&format!("\">{}<span class=\"vh\"> {what}</span></button></span>", self.words.copy()));
        out
    }

    /// An identifier in short, as a link.
    pub(crate) fn id_link(&self, path: impl AsRef<str>, id: &str) -> Markup {
        let mut out = Markup::default();
        out.link_opens(&self.words.to(path));
        out.raw("<code title=\"");
        out.text(id);
        out.raw("\">");
        out.text(&number::short_id(id));
        out.raw("</code></a>");
        out
    }

    /// A member by name, as a link to its page.
    pub(crate) fn member(&self, member: &MemberLink) -> Markup {
        let mut out = Markup::default();
        if member.id.is_empty() {
            return self.words.name(&member.name);
        }
        out.link_opens(&self.words.to(format!("/members/{}", member.id)));
        out.raw(&self.words.name(&member.name).to_string());
        out.raw("</a>");
        out
    }

    /// An authority by name, as a link to its page.
    pub(crate) fn authority(&self, authority: &MemberLink) -> Markup {
        let mut out = Markup::default();
        out.link_opens(&self.words.to(format!("/authorities/{}", authority.id)));
        out.raw(&self.words.name(&authority.name).to_string());
        out.raw("</a>");
        out
    }

    /// A block by height, as a link.
    pub(crate) fn block(&self, height: impl Whole) -> Markup {
        let height = height.whole();
        let mut out = Markup::default();
        out.link_opens(&self.words.to(format!("/blocks/{height}")));
        out.raw(&self.words.block_numbered(height).to_string());
        out.raw("</a>");
        out
    }

    /// Where and when, in one line.
    pub(crate) fn stamp(&self, at: &Stamp) -> Markup {
        self.words.stamp(self.block(at.height), self.words.moment(at.time_ms))
    }

    /// The value of a cell.
    pub(crate) fn value(&self, cell: &Cell) -> Markup {
        let words = &self.words;
        let mut out = Markup::default();
        match &cell.value {
            Value::Number(value) => out.raw(&number::decimal(*value, cell.scale)),
            Value::Sealed => out.raw(&format!("<span class=\"sealed\">{}</span>", words.value_sealed())),
            Value::Missing => out.raw(&format!("<span title=\"{}\">–</span>", words.value_missing())),
            Value::NotApplicable => out.raw(&words.value_not_applicable().to_string()),
            Value::Withheld(number) => {
                out.raw(&format!("<span class=\"sealed\">{}</span> ", words.value_withheld()));
                out.raw(&self.refusal(number).to_string());
            }
        }
        out
    }

    /// A rate in thousandths as a percentage without its sign, or a dash.
    pub(crate) fn percent(&self, per_mille: Option<i128>) -> Markup {
        let mut out = Markup::default();
        out.raw(&per_mille.map_or_else(|| "–".to_owned(), number::percent));
        out
    }

    /// A bar of `part` on a scale that ends at `whole`. The number stands beside it.
    pub(crate) fn bar(&self, part: Option<i128>, whole: impl Whole) -> Markup {
        let mut out = Markup::default();
        let Some(width) = part.and_then(|part| number::per_mille(part, whole.whole())) else { return out };
        out.raw("<svg class=\"bar\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
        out.raw(&format!("<rect width=\"{}\" height=\"10\"/></svg>", width.clamp(0, 1000)));
        out
    }

    /// The mark of a verdict.
    pub(crate) fn verdict_mark(&self, verdict: &Verdict) -> Markup {
        self.mark(match verdict {
            Verdict::Proven => "proven",
            Verdict::Refused => "refused",
            Verdict::CannotTell => "unknown",
        })
    }

    /// The mark of a step of the check.
    pub(crate) fn step_mark(&self, state: &StepState) -> Markup {
        self.mark(match state {
            StepState::Passed => "proven",
            StepState::Failed => "refused",
            StepState::NotReached | StepState::Absent => "ring",
        })
    }

    /// A period as people say it.
    pub(crate) fn period(&self, period: &str) -> Markup {
        self.words.period(period)
    }

    /// The kind of a transaction as a link to it.
    pub(crate) fn transaction(&self, transaction: &TransactionSummary) -> Markup {
        let mut out = Markup::default();
        out.link_opens(&self.words.to(format!("/transactions/{}", transaction.id)));
        out.raw(&self.words.name(&transaction.kind).to_string());
        out.raw("</a>");
        out
    }
}
