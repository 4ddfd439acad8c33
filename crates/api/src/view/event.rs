//! Events as they are streamed.

use super::Moment;
use crate::schema;
use chancery_types::ids::{ApplicationId, Height, TransactionId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One effect of a final transaction, or of the work at a block's end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Event {
    /// Its place in the stream: height, entry in the block, event of the entry, joined by dots.
    #[schema(value_type = schema::EventPlace)]
    pub id: String,
    /// The block.
    #[schema(value_type = u64)]
    pub height: Height,
    /// The block's time.
    pub time: Moment,
    /// The transaction that caused it; absent for the work at the block's end.
    #[schema(value_type = Option<schema::LongId>)]
    pub transaction: Option<TransactionId>,
    /// The application whose vocabulary it uses.
    #[schema(value_type = u16)]
    pub application: ApplicationId,
    /// The kind of event within the application.
    pub kind: u16,
    /// The application's own message in canonical CBOR, hexadecimal.
    #[schema(value_type = schema::Bytes)]
    pub payload: String,
}
