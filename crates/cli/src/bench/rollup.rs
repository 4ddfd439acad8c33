//! Running totals over counties, provinces and the country: returns come in, the authority decides on all of them, and
//! then publishes every figure of the period with its proof, level by level. Each of these is a run of its own.

use super::reads::state_holds;
use super::register::{Asked, period};
use super::report::{Purpose, Run};
use super::schedule::Schedule;
use super::session::Session;
use super::workload::batch::{self, BATCHES_PER_COUNTY};
use super::workload::rollup::{Figure, Known, Publications};
use super::workload::{Batches, Decided};
use super::world::{COUNTRY, PROVINCE_COUNTIES, county_code, province_code, written};
use crate::exit::Exit;
use chancery_statistics::record::{Aggregate, AggregateId};
use chancery_statistics::state;
use chancery_types::code::RegionCode;
use chancery_types::encoding::from_bytes;

/// The most publications and decisions that fall due in a second: all of them are signed by one authority.
const BY_AUTHORITY_MAX: u32 = 200;

/// Whether a region, beside the whole country, is of a level.
type IsOf = fn(&RegionCode, &RegionCode) -> bool;

/// The levels from the inside out. A code has one part for each level.
const LEVELS: [(&str, IsOf); 3] = [
    ("counties", |_, region| region.as_str().matches('-').count() == 2),
    ("provinces", |_, region| region.as_str().matches('-').count() == 1),
    ("the country", |country, region| region == country),
];

/// Measures the runs for as many whole periods as fall due in the time.
pub(crate) async fn rollup(session: &mut Session, rate: u32, seconds: u32) -> Result<Vec<Run>, Exit> {
    let size = session.world.size;
    let per_period = size.counties() * BATCHES_PER_COUNTY;
    let wanted = usize::try_from(u64::from(rate) * u64::from(seconds)).unwrap_or(usize::MAX);
    let periods = wanted.div_ceil(per_period).max(1);
    let count = periods * per_period;
    let first = session.take_whole_periods(Asked::SealedTurnover, count as u64, per_period as u64).await?;
    let filed = Batches::new(&session.world, Asked::SealedTurnover, first)?;
    let mut runs = Vec::new();

    let schedule = Schedule { rate, count };
    let prepared = session.prepare(&filed, schedule, schedule_ms(schedule))?;
    runs.push(session.measure("rollup: returns", prepared, seconds_of(schedule), Purpose::AsAsked, None).await?);

    let schedule = Schedule { rate: rate.min(BY_AUTHORITY_MAX), count };
    let decided = Decided { world: &session.world, filed };
    let prepared = session.prepare(&decided, schedule, schedule_ms(schedule))?;
    runs.push(session.measure("rollup: decisions", prepared, seconds_of(schedule), Purpose::AsAsked, None).await?);

    // From the inside out, each level when the one within is final: a whole may not be published before its parts.
    let figures = figures(session, &decided.filed, first, periods).await?;
    let country = written::<RegionCode>(COUNTRY)?;
    for (level, is_of) in LEVELS {
        let figures: Vec<Figure> =
            figures.iter().filter(|figure| is_of(&country, &figure.id.region)).cloned().collect();
        let schedule = Schedule { rate: rate.min(BY_AUTHORITY_MAX), count: figures.len() };
        let publications = Publications { world: &session.world, asked: Asked::SealedTurnover, figures };
        let prepared = session.prepare(&publications, schedule, schedule_ms(schedule))?;
        let name = format!("rollup: figures of {level} with proof");
        runs.push(session.measure(&name, prepared, seconds_of(schedule), Purpose::AsAsked, None).await?);
    }
    Ok(runs)
}

const fn seconds_of(schedule: Schedule) -> u32 {
    let count = schedule.count as u64;
    let rate = if schedule.rate == 0 { 1 } else { schedule.rate as u64 };
    // A run has fewer seconds than there are transactions, and those fit.
    count.div_ceil(rate) as u32
}

const fn schedule_ms(schedule: Schedule) -> u64 {
    seconds_of(schedule) as u64 * 1_000
}

/// What the ledger keeps about every region of the periods, beside what the authority knows about it. It is read from
/// the state with its proof: a network without tables answers that, too.
async fn figures(session: &Session, filed: &Batches<'_>, first: u64, periods: usize) -> Result<Vec<Figure>, Exit> {
    let (size, register) = (session.world.size, Asked::SealedTurnover.id()?);
    let per_period = size.counties() * BATCHES_PER_COUNTY;
    let mut figures = Vec::new();
    for number in 0..periods {
        let from = number * per_period;
        let (_, period) = filed.subjects(from)?;
        for (region, known) in known(session, filed, first, from..from + per_period)? {
            let id = AggregateId { register: register.clone(), period, region };
            let aggregate = aggregate(session, &id).await?.ok_or_else(|| unread(&id))?;
            figures.push(Figure { id, aggregate, known: Some(known) });
        }
    }
    Ok(figures)
}

/// Publishes the figures of the register of single returns that have changed since they were published last, the whole
/// country's last. Nothing may be filed meanwhile: a total that leaves a return out is rejected.
pub(crate) async fn figures_in_clear(session: &mut Session, rate: u32) -> Result<Run, Exit> {
    let (asked, size) = (Asked::LabourForce, session.world.size);
    let counties = (0..size.counties()).map(county_code);
    let codes = counties.chain((0..size.provinces()).map(province_code)).chain([COUNTRY.to_owned()]);
    let regions = codes.map(|code| written::<RegionCode>(&code)).collect::<Result<Vec<_>, _>>()?;
    let mut figures = Vec::new();
    for number in 0..session.folder.periods(asked) {
        for region in &regions {
            let id = AggregateId { register: asked.id()?, period: period(number)?, region: region.clone() };
            if let Some(aggregate) = aggregate(session, &id).await?.filter(|aggregate| aggregate.changed > 0) {
                figures.push(Figure { id, aggregate, known: None });
            }
        }
    }
    if figures.is_empty() {
        return Err(Exit::remedied("no figure has changed", "File returns first: --workload single,figures."));
    }
    let schedule = Schedule { rate: rate.min(BY_AUTHORITY_MAX), count: figures.len() };
    let publications = Publications { world: &session.world, asked, figures };
    let prepared = session.prepare(&publications, schedule, schedule_ms(schedule))?;
    session.measure("figures", prepared, seconds_of(schedule), Purpose::AsAsked, None).await
}

/// The totals of a region, read from the state with their proof.
async fn aggregate(session: &Session, id: &AggregateId) -> Result<Option<Aggregate>, Exit> {
    let key = *state::aggregate(id).raw();
    let shown = session.client.state(&key).await?;
    if !state_holds(&key, &shown) {
        return Err(unread(id));
    }
    let Some(value) = shown.value.as_deref() else { return Ok(None) };
    let bytes = hex::decode(value).map_err(|_| unread(id))?;
    from_bytes::<Aggregate>(&bytes).map(Some).map_err(|_| unread(id))
}

fn unread(id: &AggregateId) -> Exit {
    Exit::failed(format!("the totals of {} cannot be read", id.region))
}

/// The sums of one period, from its returns: counties first, then provinces, then the country.
fn known(
    session: &Session,
    filed: &Batches<'_>,
    first: u64,
    places: std::ops::Range<usize>,
) -> Result<Vec<(RegionCode, Known)>, Exit> {
    let size = session.world.size;
    let mut counties = vec![Known::zero(); size.counties()];
    for place in places {
        let (county, _, _) = batch::county(size, first.saturating_add(place as u64));
        let Some(sum) = counties.get_mut(county) else { continue };
        for (value, blinding) in filed.openings(place) {
            sum.add(i128::from(value), blinding);
        }
    }
    let mut provinces = vec![Known::zero(); size.provinces()];
    let mut country = Known::zero();
    for (number, county) in counties.iter().enumerate() {
        if let Some(province) = provinces.get_mut(number / PROVINCE_COUNTIES) {
            province.add(county.total, &county.blinding);
        }
        country.add(county.total, &county.blinding);
    }
    let mut regions = Vec::new();
    for (number, county) in counties.into_iter().enumerate() {
        regions.push((written(&county_code(number))?, county));
    }
    for (number, province) in provinces.into_iter().enumerate() {
        regions.push((written(&province_code(number))?, province));
    }
    regions.push((written(COUNTRY)?, country));
    Ok(regions)
}
