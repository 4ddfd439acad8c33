//! Carrying out one transaction.

use crate::admission::{Opened, check_expiry};
use crate::application::{Applications, Refusal};
use crate::changes::Changes;
use crate::context::BlockContext;
use crate::rejection::LedgerRejection;
use crate::replay::placed;
use crate::view::View;
use chancery_types::rejection::RejectionCode;

/// What became of a transaction.
pub(crate) enum Fate {
    /// It has no place in this block: nobody can be held to it.
    Ineligible(RejectionCode),
    /// Refused with a number; it stands in the block.
    Rejected(RejectionCode),
    /// Carried out.
    Accepted(Changes),
}

/// Carries out a transaction whose signature is good over the state that the transactions before it left.
pub(crate) fn carry_out(
    applications: &dyn Applications,
    view: &View<'_>,
    context: &BlockContext,
    opened: &Opened,
) -> Fate {
    let body = &opened.envelope.body;
    if let Err(refusal) = check_expiry(body, context.time) {
        return Fate::Ineligible(refusal.code());
    }
    if view.has(&placed(&opened.id)) {
        return Fate::Ineligible(LedgerRejection::AlreadyFinal.code());
    }
    let sender = match applications.identify(view, context, &opened.envelope) {
        Ok(sender) => sender,
        Err(code) => return Fate::Ineligible(code),
    };
    match applications.run(view, context, sender, body.application, &body.payload) {
        Ok(changes) if changes.oversized() => Fate::Rejected(LedgerRejection::EffectsTooLarge.code()),
        Ok(changes) => Fate::Accepted(changes),
        Err(code) => Fate::Rejected(code),
    }
}
