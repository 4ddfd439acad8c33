//! Publishing figures.

use super::{Survey, guard};
use crate::ids::RESPONDENTS_FLOOR;
use crate::query::{self, path_within, total_context, total_id};
use crate::record::{Aggregate, AggregateId, RunningSum};
use crate::rejection::{Refused, StatisticsRejection};
use crate::state;
use crate::transaction::{Publication, Total};
use chancery_crypto::amount::{AmountPoint, verify_total};
use chancery_kernel::governance;
use chancery_kernel::governance::params::Parameter;
use chancery_kernel::records::execute::publish_figure;
use chancery_ledger::{BlockContext, Changes, View};
use chancery_types::amount::AmountCommitment;
use chancery_types::code::RegionCode;
use chancery_types::figure::{Figure, FigureCell};
use chancery_types::ids::MemberId;
use chancery_types::record::RegisterClass;

/// Publishes the totals of a region. They are refused unless they are the sums of every return that counts.
pub(super) fn publish(
    view: &View<'_>,
    context: &BlockContext,
    authority: MemberId,
    publication: Publication,
) -> Result<Changes, Refused> {
    let survey = Survey::read(view, &publication.register, &publication.period)?;
    let path = path_within(view, &survey.register.region, &publication.region);
    if path.is_empty() {
        return Err(StatisticsRejection::RegionUnfit.into());
    }
    if context.time < survey.collection.release {
        return Err(StatisticsRejection::NotReleased.into());
    }
    let id = AggregateId {
        register: publication.register.clone(),
        period: publication.period,
        region: publication.region.clone(),
    };
    let aggregate = query::aggregate(view, &id).unwrap_or_else(Aggregate::nothing);
    check_turn(context, &aggregate, &publication)?;
    let guarded = guard_region(view, &survey, &id, &aggregate, &path, &publication)?;
    let cells = check_totals(context, &survey, &id, &aggregate, &publication)?;

    let figure = Figure {
        register: publication.register,
        period: publication.period,
        region: publication.region,
        sequence: publication.sequence,
        class: survey.register.class,
        cutoff: publication.cutoff,
        returns: aggregate.returns,
        respondents: aggregate.respondents,
        cells,
        authority,
        dominance_max_percent: (survey.register.class == RegisterClass::Confidential)
            .then_some(survey.collection.dominance_max_percent),
    };
    let mut changes = guarded;
    changes.put(&state::aggregate(&id), &Aggregate { publications: publication.sequence, changed: 0, ..aggregate });
    changes.put(&state::figure(&id, publication.sequence), &figure);
    changes.append(publish_figure(&figure));
    Ok(changes)
}

/// Whether it is this publication's turn, and over which returns.
fn check_turn(
    context: &BlockContext,
    aggregate: &Aggregate,
    publication: &Publication,
) -> Result<(), StatisticsRejection> {
    if aggregate.returns == 0 {
        return Err(StatisticsRejection::NothingToPublish);
    }
    if publication.sequence != aggregate.publications.saturating_add(1) {
        return Err(StatisticsRejection::SequenceUnfit);
    }
    // Strictly before this block: otherwise a return accepted later in the same block would be missing from a figure
    // that says it holds everything accepted at its cut-off.
    if publication.cutoff >= context.height || publication.cutoff < aggregate.last_changed {
        return Err(StatisticsRejection::CutoffUnfit);
    }
    if aggregate.publications > 0 && aggregate.changed == 0 {
        return Err(StatisticsRejection::NothingChanged);
    }
    Ok(())
}

/// The guards of a confidential figure. An open one needs none: its parts are public.
fn guard_region(
    view: &View<'_>,
    survey: &Survey,
    id: &AggregateId,
    aggregate: &Aggregate,
    path: &[RegionCode],
    publication: &Publication,
) -> Result<Changes, StatisticsRejection> {
    if survey.register.class == RegisterClass::Open {
        return Ok(Changes::new());
    }
    if !publication.dominance_statement {
        return Err(StatisticsRejection::DominanceNotStated);
    }
    // What the period declares, but never fewer than the vote in force asks for, nor than this version allows.
    let voted = governance::query::parameter(view, Parameter::RespondentsMin);
    let minimum = voted.max(u64::from(survey.collection.respondents_min.max(RESPONDENTS_FLOOR)));
    guard::check(view, id, aggregate, path, minimum)
}

fn check_totals(
    context: &BlockContext,
    survey: &Survey,
    id: &AggregateId,
    aggregate: &Aggregate,
    publication: &Publication,
) -> Result<Vec<FigureCell>, StatisticsRejection> {
    let additive = survey.structure.cells.iter().filter(|cell| cell.additive).map(|cell| &cell.id);
    if !additive.eq(publication.totals.iter().map(|total| &total.cell))
        || publication.totals.len() != aggregate.sums.len()
    {
        return Err(StatisticsRejection::TotalsUnfit);
    }
    let pairs = publication.totals.iter().zip(&aggregate.sums);
    pairs
        .map(|(total, sum)| {
            if total.total.0 < 0 {
                return Err(StatisticsRejection::TotalNegative);
            }
            let sum = check_total(context, id, publication, total, sum)?;
            Ok(FigureCell { id: total.cell.clone(), total: total.total, sum, proof: total.proof.clone() })
        })
        .collect()
}

/// Checks one total; gives the sum of commitments that it was proved against.
fn check_total(
    context: &BlockContext,
    id: &AggregateId,
    publication: &Publication,
    total: &Total,
    sum: &RunningSum,
) -> Result<Option<AmountCommitment>, StatisticsRejection> {
    match (sum, &total.proof) {
        (RunningSum::Clear(_), Some(_)) => Err(StatisticsRejection::ProofUnexpected),
        (RunningSum::Clear(_), None) if chancery_planted::is("total-unchecked") => Ok(None),
        (RunningSum::Clear(sum), None) if *sum == total.total => Ok(None),
        (RunningSum::Clear(_), None) => Err(StatisticsRejection::TotalWrong),
        (RunningSum::Committed(_), None) => Err(StatisticsRejection::ProofUnsound),
        (RunningSum::Committed(sum), Some(proof)) => {
            let which = total_id(id, publication.sequence, &total.cell);
            let bound_to = total_context(&context.network, &which, publication.cutoff);
            let point = AmountPoint::decode(sum).map_err(|_| StatisticsRejection::PointUnsound)?;
            verify_total(&bound_to, &point, i128::from(total.total.0), proof)
                .map_err(|_| StatisticsRejection::ProofUnsound)?;
            Ok(Some(*sum))
        }
    }
}
