//! Registers.

use super::{Answered, Limit, page, paging};
use crate::interface::Interface;
use crate::request::{NoQuery, PathOf, QueryOf};
use crate::schema;
use crate::view::{self, Page};
use axum::Json;
use axum::extract::State;
use chancery_types::code::RegisterId;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct RegistersQuery {
    /// Only after this id.
    #[param(value_type = schema::CodeText, required = false, inline)]
    after: Option<RegisterId>,
    /// How many at most.
    #[param(value_type = u64, required = false, minimum = 1, maximum = 1000, default = 100)]
    limit: Option<Limit>,
}

/// Registers, in the order of their ids.
#[utoipa::path(get, path = "/api/v1/registers", tag = "registers", params(RegistersQuery),
    responses((status = 200, description = "The registers.", body = Page<view::Register>)))]
pub(super) async fn registers(
    State(interface): State<Arc<Interface>>,
    QueryOf(query): QueryOf<RegistersQuery>,
) -> Answered<Page<view::Register>> {
    let (limit, paging) = paging(query.after, query.limit);
    let registers = interface.answered(interface.backend.registers(paging).await)?;
    Ok(page(registers, limit, |register| register.id.to_string()))
}

/// A register: what is asked, under which law, and when.
#[utoipa::path(get, path = "/api/v1/registers/{id}", tag = "registers",
    params(("id" = inline(schema::CodeText), Path, description = "The register's id.")),
    responses((status = 200, description = "The register.", body = view::RegisterDetail)))]
pub(super) async fn register(
    State(interface): State<Arc<Interface>>,
    PathOf(id): PathOf<RegisterId>,
    _: NoQuery,
) -> Answered<view::RegisterDetail> {
    interface.found(interface.backend.register(&id).await).map(Json)
}
