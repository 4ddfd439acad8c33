//! Registers, record versions and the links between them.
//!
//! Promises: a record has one line of versions, each naming the one that it replaces and why; nothing is ever removed;
//! every version, decision and figure is an event that a receipt can prove; whoever links to a record is found from
//! it. Does not promise: who may file, or what a record means. That is decided by the application that files it
//! through [`execute`].

mod authorize;
pub mod event;
pub mod execute;
pub mod ids;
pub mod query;
pub mod record;
pub mod rejection;
pub mod state;
pub mod transaction;

use chancery_ledger::{Application, BlockContext, Changes, Permitted, Sender, View};
use chancery_types::ids::ApplicationId;
use rejection::RecordsRejection;
use transaction::RecordsTransaction;

/// The records application.
#[derive(Clone, Copy, Debug)]
pub struct Records;

impl Application for Records {
    const ID: ApplicationId = ids::RECORDS;
    const NAME: &'static str = "records";
    type Transaction = RecordsTransaction;
    type Rejection = RecordsRejection;

    fn decode(payload: &[u8]) -> Result<RecordsTransaction, RecordsRejection> {
        RecordsTransaction::decode(payload)
    }

    fn authorize(
        view: &View<'_>,
        context: &BlockContext,
        sender: &Sender,
        transaction: &RecordsTransaction,
    ) -> Result<(), RecordsRejection> {
        authorize::authorize(view, context, sender, transaction)
    }

    fn execute(
        view: &View<'_>,
        context: &BlockContext,
        permitted: Permitted<RecordsTransaction>,
    ) -> Result<Changes, RecordsRejection> {
        execute::execute(view, context, permitted)
    }
}
