//! Proposals, votes, the committee of validators, the rules in force: who may change the network, and how.
//!
//! Promises: nothing about the network changes but by a proposal of a constituting authority and the votes that its
//! kind needs; every vote is signed, public and reasoned, and the order of votes changes no result; a proposal that
//! would take the network's quorum away is refused when it is made, and again before it is carried out; rules that a
//! quorum has not said it is ready for do not come into force. Does not promise: that the consensus engine follows. The
//! effective committee is decided here and **not yet handed to the engine**, which goes on with the founding validators
//! until resharing hands it over (`docs/apps/governance.md`).
//!
//! - a *boundary* is the last block of an epoch; epochs are [`record::Standing::epoch_blocks`] heights long
//! - *decided*: what the votes have made, carried out at a boundary; *effective*: whose epoch has come
//!   ([`ids::COMMITTEE_LEAD_EPOCHS`] later, so that there is time to deal new shares)

mod authorize;
pub mod event;
mod execute;
pub mod genesis;
pub mod ids;
pub mod params;
pub mod query;
pub mod record;
pub mod rejection;
pub mod state;
pub mod transaction;

use chancery_ledger::{Application, BlockContext, Changes, Permitted, Sender, View};
use chancery_types::ids::ApplicationId;
use rejection::GovernanceRejection;
use transaction::GovernanceTransaction;

/// The governance application.
#[derive(Clone, Copy, Debug)]
pub struct Governance;

impl Application for Governance {
    const ID: ApplicationId = ids::GOVERNANCE;
    const NAME: &'static str = "governance";
    type Transaction = GovernanceTransaction;
    type Rejection = GovernanceRejection;

    fn decode(payload: &[u8]) -> Result<GovernanceTransaction, GovernanceRejection> {
        GovernanceTransaction::decode(payload)
    }

    fn authorize(
        view: &View<'_>,
        _context: &BlockContext,
        sender: &Sender,
        transaction: &GovernanceTransaction,
    ) -> Result<(), GovernanceRejection> {
        authorize::authorize(view, sender, transaction)
    }

    fn execute(
        view: &View<'_>,
        context: &BlockContext,
        permitted: Permitted<GovernanceTransaction>,
    ) -> Result<Changes, GovernanceRejection> {
        execute::execute(view, context, permitted)
    }

    fn end_block(view: &View<'_>, context: &BlockContext) -> Changes {
        execute::end_block(view, context)
    }
}
