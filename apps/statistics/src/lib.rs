//! Regulatory statistics: returns are filed, accepted by their supervising authority, and their totals published
//! with proof.
//!
//! Promises: a published total equals the sum of all returns accepted for it up to its cut-off, or consensus refuses
//! it; a confidential return's values are never on the ledger; no combination of a period's confidential figures says
//! anything about fewer than three owners (`execute/guard.rs` gives the argument). Does not promise: that a return is
//! true (that is what supervision is for), that a confidential value is in its range (that is what its authority
//! says, by name), or that tables which overlap across registers reveal nothing in combination.
#![deny(clippy::float_arithmetic, clippy::cast_possible_truncation)]

mod authorize;
pub mod event;
mod execute;
pub mod ids;
pub mod query;
pub mod record;
pub mod rejection;
pub mod state;
pub mod transaction;

use chancery_ledger::{Application, BlockContext, Changes, Permitted, Sender, View};
use chancery_types::ids::{ApplicationId, MemberId, StateKey};
use rejection::Refused;
use transaction::StatisticsTransaction;

/// The statistics application.
#[derive(Clone, Copy, Debug)]
pub struct Statistics;

impl Application for Statistics {
    const ID: ApplicationId = ids::STATISTICS;
    const NAME: &'static str = "statistics";
    type Transaction = StatisticsTransaction;
    type Rejection = Refused;

    fn decode(payload: &[u8]) -> Result<StatisticsTransaction, Refused> {
        Ok(StatisticsTransaction::decode(payload)?)
    }

    fn authorize(
        view: &View<'_>,
        context: &BlockContext,
        sender: &Sender,
        transaction: &StatisticsTransaction,
    ) -> Result<(), Refused> {
        authorize::authorize(view, context, sender, transaction)
    }

    fn execute(
        view: &View<'_>,
        context: &BlockContext,
        permitted: Permitted<StatisticsTransaction>,
    ) -> Result<Changes, Refused> {
        execute::execute(view, context, permitted)
    }

    fn foresee(_sender: &MemberId, payload: &[u8]) -> Vec<StateKey> {
        query::foreseen(payload)
    }

    fn end_block(view: &View<'_>, context: &BlockContext) -> Changes {
        execute::name_overdue(view, context)
    }
}
