//! Records.

use super::{Answered, Limit, page, paging};
use crate::backend::RecordFilter;
use crate::interface::Interface;
use crate::request::{NoQuery, PathOf, QueryOf};
use crate::schema;
use crate::view::{self, Page};
use axum::Json;
use axum::extract::State;
use chancery_types::code::{RegionCode, RegisterId};
use chancery_types::ids::RecordId;
use chancery_types::period::Period;
use chancery_types::record::Assurance;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct RecordsQuery {
    /// Only of this register.
    #[param(value_type = schema::CodeText, required = false, inline)]
    register: Option<RegisterId>,
    /// Only about this period.
    #[param(value_type = schema::PeriodText, required = false, inline)]
    period: Option<Period>,
    /// Only about this region itself.
    #[param(value_type = schema::CodeText, required = false, inline)]
    region: Option<RegionCode>,
    /// Only those whose latest version is known so well.
    #[param(value_type = schema::AssuranceText, required = false, inline)]
    assurance: Option<Assurance>,
    /// Only after this id.
    #[param(value_type = schema::ShortId, required = false, inline)]
    after: Option<RecordId>,
    /// How many at most.
    #[param(value_type = u64, required = false, minimum = 1, maximum = 1000, default = 100)]
    limit: Option<Limit>,
}

/// Records, in the order of their ids.
#[utoipa::path(get, path = "/api/v1/records", tag = "records", params(RecordsQuery),
    responses((status = 200, description = "The records.", body = Page<view::RecordSummary>)))]
pub(super) async fn records(
    State(interface): State<Arc<Interface>>,
    QueryOf(query): QueryOf<RecordsQuery>,
) -> Answered<Page<view::RecordSummary>> {
    let filter = RecordFilter {
        register: query.register,
        period: query.period,
        region: query.region,
        assurance: query.assurance,
    };
    let (limit, paging) = paging(query.after, query.limit);
    let records = interface.answered(interface.backend.records(&filter, paging).await)?;
    Ok(page(records, limit, |record| record.id.to_string()))
}

/// A record with its versions.
#[utoipa::path(get, path = "/api/v1/records/{id}", tag = "records",
    params(("id" = inline(schema::ShortId), Path, description = "The record's id.")),
    responses((status = 200, description = "The record.", body = view::Record)))]
pub(super) async fn record(
    State(interface): State<Arc<Interface>>,
    PathOf(id): PathOf<RecordId>,
    _: NoQuery,
) -> Answered<view::Record> {
    interface.found(interface.backend.record(id).await).map(Json)
}
