//! What happened to structures and periods. Versions, decisions and figures are events of the records application
//! ([`chancery_types::event`]), because citizens hold receipts of them.

use crate::record::{Collection, Structure};
use minicbor::{Decode, Encode};

/// An event of this application. The kind is the number of the variant and the payload is the whole value.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum StatisticsEvent {
    /// A register's structure was defined.
    #[n(1)]
    StructureDefined(#[n(0)] Structure),
    /// A period was opened.
    #[n(2)]
    PeriodOpened(#[n(0)] Collection),
}
