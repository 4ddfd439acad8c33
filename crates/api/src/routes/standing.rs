//! Suspensions and whom they touch; names, ends and identification.

use super::{Answered, Limit, page, paging};
use crate::interface::Interface;
use crate::request::{NoQuery, Number, PathOf, QueryOf};
use crate::schema;
use crate::view;
use axum::Json;
use axum::extract::State;
use chancery_types::code::RegionCode;
use chancery_types::ids::MemberId;
use chancery_types::time::BlockTime;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

/// The latest time that can be asked for: the last that JSON gives exactly.
const TIME_MS_MAX: u64 = (1 << 53) - 1;

/// A region: what it was called when, and what it has become.
#[utoipa::path(get, path = "/api/v1/regions/{code}", tag = "members",
    params(("code" = inline(schema::CodeText), Path, description = "The region's code.")),
    responses((status = 200, description = "The region.", body = view::RegionHistory)))]
pub(super) async fn region(
    State(interface): State<Arc<Interface>>,
    PathOf(code): PathOf<RegionCode>,
    _: NoQuery,
) -> Answered<view::RegionHistory> {
    interface.found(interface.backend.region_history(&code).await).map(Json)
}

/// A member: what it was called when, what it has become, how it was identified, and on whose word it stands.
#[utoipa::path(get, path = "/api/v1/members/{id}/history", tag = "members",
    params(("id" = inline(schema::ShortId), Path, description = "The member's id.")),
    responses((status = 200, description = "The member's history.", body = view::MemberHistory)))]
pub(super) async fn history(
    State(interface): State<Arc<Interface>>,
    PathOf(id): PathOf<MemberId>,
    _: NoQuery,
) -> Answered<view::MemberHistory> {
    interface.found(interface.backend.member_history(id).await).map(Json)
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct SuspensionQuery {
    /// When the suspension would be in force, in milliseconds since 1970-01-01; now, if it is left out.
    #[param(value_type = u64, required = false, minimum = 0, maximum = 9007199254740991_u64)]
    at: Option<Number<0, TIME_MS_MAX>>,
    /// Only members after this id.
    #[param(value_type = schema::ShortId, required = false, inline)]
    after: Option<MemberId>,
    /// How many members, and how many roles, at most.
    #[param(value_type = u64, required = false, minimum = 1, maximum = 1000, default = 100)]
    limit: Option<Limit>,
}

/// Whom and what a suspension of an authority would touch, before it is announced. From the tables: the ledger judges
/// each member by the same rule when it acts.
#[utoipa::path(get, path = "/api/v1/authorities/{id}/suspension", tag = "members",
    params(("id" = inline(schema::ShortId), Path, description = "The authority's id."), SuspensionQuery),
    responses((status = 200, description = "Whom it would touch.", body = view::SuspensionPreview)))]
pub(super) async fn suspension(
    State(interface): State<Arc<Interface>>,
    PathOf(id): PathOf<MemberId>,
    QueryOf(query): QueryOf<SuspensionQuery>,
) -> Answered<view::SuspensionPreview> {
    let (limit, paging) = paging(query.after, query.limit);
    let at = query.at.map(|Number(ms)| BlockTime(ms));
    let mut preview = interface.found(interface.backend.suspension_preview(id, at, paging).await)?;
    let Json(members) = page(preview.members, limit, |member| member.id.to_string());
    (preview.members, preview.next) = (members.items, members.next);
    preview.roles.truncate(limit);
    Ok(Json(preview))
}
