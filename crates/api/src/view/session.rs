//! Sessions.

use super::Moment;
use crate::schema;
use chancery_types::ids::MemberId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A session for reading what is not public.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Session {
    /// The secret to be sent as `Authorization: Bearer …`.
    #[schema(value_type = schema::LongId)]
    pub token: String,
    /// Whose session it is.
    #[schema(value_type = schema::ShortId)]
    pub member: MemberId,
    /// Until when.
    pub expires: Moment,
}

impl std::fmt::Debug for Session {
    /// Without the token: it must not come into a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("member", &self.member).field("expires", &self.expires).finish_non_exhaustive()
    }
}
