//! Members, authorities, regions and keys.

use super::{Answered, Limit, page, paging};
use crate::backend::MemberFilter;
use crate::interface::Interface;
use crate::request::{NoQuery, PathOf, QueryOf};
use crate::schema;
use crate::view::{self, Page};
use axum::Json;
use axum::extract::State;
use chancery_types::code::RegionCode;
use chancery_types::ids::MemberId;
use chancery_types::key::PublicKey;
use chancery_types::member::MemberKind;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct MembersQuery {
    /// Only of this kind.
    #[param(value_type = schema::MemberKindText, required = false, inline)]
    kind: Option<MemberKind>,
    /// Only at home in this region itself.
    #[param(value_type = schema::CodeText, required = false, inline)]
    region: Option<RegionCode>,
    /// Only after this id.
    #[param(value_type = schema::ShortId, required = false, inline)]
    after: Option<MemberId>,
    /// How many at most.
    #[param(value_type = u64, required = false, minimum = 1, maximum = 1000, default = 100)]
    limit: Option<Limit>,
}

/// Members, in the order of their ids.
#[utoipa::path(get, path = "/api/v1/members", tag = "members", params(MembersQuery),
    responses((status = 200, description = "The members.", body = Page<view::MemberSummary>)))]
pub(super) async fn members(
    State(interface): State<Arc<Interface>>,
    QueryOf(query): QueryOf<MembersQuery>,
) -> Answered<Page<view::MemberSummary>> {
    let filter = MemberFilter { kind: query.kind, region: query.region };
    let (limit, paging) = paging(query.after, query.limit);
    let members = interface.answered(interface.backend.members(&filter, paging).await)?;
    Ok(page(members, limit, |member| member.id.to_string()))
}

/// A member with its keys and roles.
#[utoipa::path(get, path = "/api/v1/members/{id}", tag = "members",
    params(("id" = inline(schema::ShortId), Path, description = "The member's id.")),
    responses((status = 200, description = "The member.", body = view::Member)))]
pub(super) async fn member(
    State(interface): State<Arc<Interface>>,
    PathOf(id): PathOf<MemberId>,
    _: NoQuery,
) -> Answered<view::Member> {
    interface.found(interface.backend.member(id).await).map(Json)
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AuthoritiesQuery {
    /// Only after this id.
    #[param(value_type = schema::ShortId, required = false, inline)]
    after: Option<MemberId>,
    /// How many at most.
    #[param(value_type = u64, required = false, minimum = 1, maximum = 1000, default = 100)]
    limit: Option<Limit>,
}

/// Authorities, in the order of their ids; `vouched_by` gives the tree.
#[utoipa::path(get, path = "/api/v1/authorities", tag = "members", params(AuthoritiesQuery),
    responses((status = 200, description = "The authorities.", body = Page<view::Authority>)))]
pub(super) async fn authorities(
    State(interface): State<Arc<Interface>>,
    QueryOf(query): QueryOf<AuthoritiesQuery>,
) -> Answered<Page<view::Authority>> {
    let (limit, paging) = paging(query.after, query.limit);
    let authorities = interface.answered(interface.backend.authorities(paging).await)?;
    Ok(page(authorities, limit, |authority| authority.member.id.to_string()))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct RegionsQuery {
    /// Only after this code.
    #[param(value_type = schema::CodeText, required = false, inline)]
    after: Option<RegionCode>,
    /// How many at most.
    #[param(value_type = u64, required = false, minimum = 1, maximum = 1000, default = 100)]
    limit: Option<Limit>,
}

/// Regions, in the order of their codes; `parent` gives the tree.
#[utoipa::path(get, path = "/api/v1/regions", tag = "members", params(RegionsQuery),
    responses((status = 200, description = "The regions.", body = Page<view::Region>)))]
pub(super) async fn regions(
    State(interface): State<Arc<Interface>>,
    QueryOf(query): QueryOf<RegionsQuery>,
) -> Answered<Page<view::Region>> {
    let (limit, paging) = paging(query.after, query.limit);
    let regions = interface.answered(interface.backend.regions(paging).await)?;
    Ok(page(regions, limit, |region| region.code.to_string()))
}

/// A key: whose it is and what it may sign.
#[utoipa::path(get, path = "/api/v1/keys/{key}", tag = "members",
    params(("key" = inline(schema::LongId), Path, description = "The public key.")),
    responses((status = 200, description = "The key.", body = view::Key)))]
pub(super) async fn key(
    State(interface): State<Arc<Interface>>,
    PathOf(key): PathOf<PublicKey>,
    _: NoQuery,
) -> Answered<view::Key> {
    interface.found(interface.backend.key(key).await).map(Json)
}
