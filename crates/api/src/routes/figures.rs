//! Published figures and running totals.

use super::{Answered, Limit, page, paging};
use crate::access::{Session, supervisor_only};
use crate::backend::{FigureFilter, FigureId};
use crate::interface::Interface;
use crate::rejection::InterfaceRejection;
use crate::request::{NoQuery, PathOf, QueryOf};
use crate::schema;
use crate::view::{self, FigureHistory, Page};
use axum::Json;
use axum::extract::State;
use chancery_types::code::{RegionCode, RegisterId};
use chancery_types::period::Period;
use chancery_types::record::RegisterClass;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use std::sync::Arc;
use utoipa::IntoParams;

/// A figure's address in one word: `register/period/region`.
#[derive(Debug)]
pub(super) struct FigurePlace(FigureId);

impl<'de> Deserialize<'de> for FigurePlace {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <Cow<'de, str>>::deserialize(deserializer)?;
        let mut parts = text.split('/');
        let (Some(register), Some(period), Some(region), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(D::Error::custom("a figure is named as register/period/region"));
        };
        Ok(Self(FigureId {
            register: register.parse().map_err(D::Error::custom)?,
            period: period.parse().map_err(D::Error::custom)?,
            region: region.parse().map_err(D::Error::custom)?,
        }))
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct FiguresQuery {
    /// Only of this register.
    #[param(value_type = schema::CodeText, required = false, inline)]
    register: Option<RegisterId>,
    /// Only about this period.
    #[param(value_type = schema::PeriodText, required = false, inline)]
    period: Option<Period>,
    /// Only after this figure: the `next` of the page before.
    #[param(value_type = schema::FigurePlaceText, required = false, inline)]
    after: Option<FigurePlace>,
    /// How many at most.
    #[param(value_type = u64, required = false, minimum = 1, maximum = 1000, default = 100)]
    limit: Option<Limit>,
}

/// The latest publication of each figure, in the order of register, period and region.
#[utoipa::path(get, path = "/api/v1/figures", tag = "figures", params(FiguresQuery),
    responses((status = 200, description = "The figures.", body = Page<view::Figure>)))]
pub(super) async fn figures(
    State(interface): State<Arc<Interface>>,
    QueryOf(query): QueryOf<FiguresQuery>,
) -> Answered<Page<view::Figure>> {
    let filter = FigureFilter { register: query.register, period: query.period };
    let (limit, paging) = paging(query.after.map(|FigurePlace(id)| id), query.limit);
    let figures = interface.answered(interface.backend.figures(&filter, paging).await)?;
    Ok(page(figures, limit, |figure| format!("{}/{}/{}", figure.register, figure.period, figure.region)))
}

/// Every publication of one figure.
#[utoipa::path(get, path = "/api/v1/figures/{register}/{period}/{region}", tag = "figures",
    params(("register" = inline(schema::CodeText), Path, description = "The register."),
        ("period" = inline(schema::PeriodText), Path, description = "The period."),
        ("region" = inline(schema::CodeText), Path, description = "The region.")),
    responses((status = 200, description = "The publications, the latest first.", body = FigureHistory)))]
pub(super) async fn figure(
    State(interface): State<Arc<Interface>>,
    PathOf((register, period, region)): PathOf<(RegisterId, Period, RegionCode)>,
    _: NoQuery,
) -> Answered<FigureHistory> {
    let figure = FigureId { register, period, region };
    let publications = interface.answered(interface.backend.figure_history(&figure).await)?;
    if publications.is_empty() {
        return Err(InterfaceRejection::Absent.into());
    }
    Ok(Json(FigureHistory { publications }))
}

/// The running totals of a region.
///
/// Public for open registers. For confidential registers they stand as sums of commitments, and only the supervising
/// authority may read them before they are published.
#[utoipa::path(get, path = "/api/v1/aggregates/{register}/{period}/{region}", tag = "figures",
    params(("register" = inline(schema::CodeText), Path, description = "The register."),
        ("period" = inline(schema::PeriodText), Path, description = "The period."),
        ("region" = inline(schema::CodeText), Path, description = "The region.")),
    security((), ("session" = [])),
    responses(
        (status = 200, description = "The totals.", body = view::Aggregate),
        (status = 401, description = "The register is confidential and there is no session, or the session is not good.",
            body = crate::Problem, content_type = "application/problem+json"),
        (status = 403, description = "The session is not the supervising authority's.", body = crate::Problem,
            content_type = "application/problem+json"),
    ))]
pub(super) async fn aggregate(
    State(interface): State<Arc<Interface>>,
    PathOf((register, period, region)): PathOf<(RegisterId, Period, RegionCode)>,
    _: NoQuery,
    session: Option<Session>,
) -> Answered<view::Aggregate> {
    let found = interface.found(interface.backend.register(&register).await)?;
    if found.register.class == RegisterClass::Confidential {
        supervisor_only(session.as_ref(), found.register.authority)?;
    }
    let figure = FigureId { register, period, region };
    interface.found(interface.backend.aggregate(&figure).await).map(Json)
}
