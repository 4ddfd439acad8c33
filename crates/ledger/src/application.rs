//! What an application is.

use crate::changes::Changes;
use crate::context::BlockContext;
use crate::view::View;
use chancery_types::ids::{ApplicationId, MemberId, StateKey};
use chancery_types::key::PublicKey;
use chancery_types::member::{KeyPurpose, MemberKind};
use chancery_types::rejection::RejectionCode;
use chancery_types::transaction::Envelope;

/// The authenticated member behind a transaction, at this height.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// Who.
    pub member: MemberId,
    /// What kind of party.
    pub kind: MemberKind,
    /// The key that signed.
    pub key: PublicKey,
    /// What that key may sign.
    pub purpose: KeyPurpose,
}

/// A refusal with a stable number.
pub trait Refusal {
    /// The number.
    fn code(&self) -> RejectionCode;
}

/// A decoded transaction that [`Application::authorize`] has let pass. Only this crate builds one, so code that
/// carries out what was not authorised does not compile:
///
/// ```compile_fail,E0451
/// # use chancery_ledger::{Permitted, Sender};
/// fn let_it_pass<T>(sender: Sender, transaction: T) -> Permitted<T> {
///     Permitted { sender, transaction }
/// }
/// ```
#[derive(Debug)]
pub struct Permitted<T> {
    sender: Sender,
    transaction: T,
}

impl<T> Permitted<T> {
    /// Who sent it.
    pub const fn sender(&self) -> &Sender {
        &self.sender
    }

    /// The sender and the transaction.
    pub fn into_parts(self) -> (Sender, T) {
        (self.sender, self.transaction)
    }
}

/// A set of transactions, who may send them, and what they do. Three phases, effects as a value, no clock, no IO.
pub trait Application {
    /// The number that is bound into transactions, refusals and state keys.
    const ID: ApplicationId;
    /// The name that people read.
    const NAME: &'static str;
    /// A well-formed transaction.
    type Transaction;
    /// Why one is refused.
    type Rejection: Refusal;

    /// Decodes a payload. Only well-formed values come out.
    ///
    /// # Errors
    /// The payload is not one of this application's transactions, or out of its bounds.
    fn decode(payload: &[u8]) -> Result<Self::Transaction, Self::Rejection>;

    /// Decides whether this sender may do this, here and now. The only place where an application decides that.
    ///
    /// # Errors
    /// The sender may not.
    fn authorize(
        view: &View<'_>,
        context: &BlockContext,
        sender: &Sender,
        transaction: &Self::Transaction,
    ) -> Result<(), Self::Rejection>;

    /// What the transaction does.
    ///
    /// # Errors
    /// It cannot be done; then nothing is.
    fn execute(
        view: &View<'_>,
        context: &BlockContext,
        permitted: Permitted<Self::Transaction>,
    ) -> Result<Changes, Self::Rejection>;

    /// Keys that a payload will ask for, as far as it shows by itself. A hint that saves a run of the block; nothing
    /// depends on it.
    fn foresee(_sender: &MemberId, _payload: &[u8]) -> Vec<StateKey> {
        Vec::new()
    }

    /// The work that falls due at the block's end, bounded; what exceeds the bound carries over in order.
    fn end_block(_view: &View<'_>, _context: &BlockContext) -> Changes {
        Changes::new()
    }
}

/// The installed applications, as the block's execution sees them. `registry` implements it.
pub trait Applications: Send + Sync {
    /// The member behind an envelope whose signature is good.
    ///
    /// # Errors
    /// The sender is unknown, or the key is not the sender's at this height.
    fn identify(&self, view: &View<'_>, context: &BlockContext, envelope: &Envelope) -> Result<Sender, RejectionCode>;

    /// Decodes, authorises and carries out a payload in the application that the body names, by [`run`].
    ///
    /// # Errors
    /// The application's refusal, or that it is not installed.
    fn run(
        &self,
        view: &View<'_>,
        context: &BlockContext,
        sender: Sender,
        application: ApplicationId,
        payload: &[u8],
    ) -> Result<Changes, RejectionCode>;

    /// Keys that a transaction will ask for, as far as it shows by itself. A hint that saves a run; nothing depends on it.
    fn foresee(&self, _envelope: &Envelope) -> Vec<StateKey> {
        Vec::new()
    }

    /// Every application's work at the block's end, in the order of their numbers.
    fn end_block(&self, view: &View<'_>, context: &BlockContext) -> Changes;
}

/// Carries a payload through an application's phases. The only place where [`Permitted`] is built.
///
/// # Errors
/// The application's refusal.
pub fn run<A: Application>(
    view: &View<'_>,
    context: &BlockContext,
    sender: Sender,
    payload: &[u8],
) -> Result<Changes, RejectionCode> {
    let transaction = A::decode(payload).map_err(|refusal| refusal.code())?;
    if let Err(refusal) = A::authorize(view, context, &sender, &transaction) {
        // A refusal that rests on keys that are not loaded says nothing, and neither will what follows: the block is run
        // again. It goes on only to find out what else has to be loaded for that.
        if !view.is_incomplete() {
            return Err(refusal.code());
        }
    }
    A::execute(view, context, Permitted { sender, transaction }).map_err(|refusal| refusal.code())
}
