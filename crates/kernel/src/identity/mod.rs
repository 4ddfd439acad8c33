//! Authorities, members, keys, roles, regions, invitations: who everyone is, by real name.
//!
//! Promises: only an authority certifies others, and only inside its jurisdiction; what it hands on is never wider
//! than what it holds; a key is bound only to a member whom the key itself signed for, and never twice; from the
//! block on in which a member or key is ended, it can do nothing more. Does not promise: that an authority looked
//! closely. That is for the people who supervise it, and every certification names it.

mod authorize;
pub mod event;
mod execute;
pub mod genesis;
pub mod ids;
pub mod query;
pub mod record;
pub mod rejection;
pub mod state;
pub mod transaction;

pub use authorize::check_key_purpose;
pub use query::check_standing;

use chancery_ledger::{Application, BlockContext, Changes, Permitted, Sender, View};
use chancery_types::ids::ApplicationId;
use rejection::IdentityRejection;
use transaction::IdentityTransaction;

/// The identity application.
#[derive(Clone, Copy, Debug)]
pub struct Identity;

impl Application for Identity {
    const ID: ApplicationId = ids::IDENTITY;
    const NAME: &'static str = "identity";
    type Transaction = IdentityTransaction;
    type Rejection = IdentityRejection;

    fn decode(payload: &[u8]) -> Result<IdentityTransaction, IdentityRejection> {
        IdentityTransaction::decode(payload)
    }

    fn authorize(
        view: &View<'_>,
        context: &BlockContext,
        sender: &Sender,
        transaction: &IdentityTransaction,
    ) -> Result<(), IdentityRejection> {
        authorize::authorize(view, context, sender, transaction)
    }

    fn execute(
        view: &View<'_>,
        context: &BlockContext,
        permitted: Permitted<IdentityTransaction>,
    ) -> Result<Changes, IdentityRejection> {
        execute::execute(view, context, permitted)
    }
}
