//! The open register of the labour force by county: what is asked, and opening it.

use super::authorities::domain;
use crate::exit::Exit;
use chancery_client::pipeline::Pipeline;
use chancery_client::randomness::generator;
use chancery_client::signing::Signer;
use chancery_client::{Client, ClientError};
use chancery_kernel::records::ids::RECORDS;
use chancery_kernel::records::transaction::{NewRegister, RecordsTransaction};
use chancery_statistics::ids::STATISTICS;
use chancery_statistics::record::{CellSpecification, Identity, Ratio, Term};
use chancery_statistics::transaction::{NewCollection, NewStructure, StatisticsTransaction};
use chancery_types::amount::Quantity;
use chancery_types::code::{CellId, RegionCode, RegisterId};
use chancery_types::period::Period;
use chancery_types::record::RegisterClass;
use chancery_types::time::DAY_MS;

/// The register's id.
pub(crate) const LABOUR_FORCE: &str = "labour-force";

/// A register with its structure and one period.
#[derive(Debug)]
pub(super) struct Opening {
    pub(super) supervisor: Signer,
    pub(super) register: NewRegister,
    pub(super) structure: NewStructure,
    pub(super) period: Period,
}

impl Opening {
    /// Opens the register, says what is asked, and opens the period, as far as that has not been done.
    pub(super) async fn carry_out(&self, client: &Client, pipeline: &Pipeline) -> Result<(), Exit> {
        let mut rng = generator()?;
        let id = &self.register.id;
        let detail = match client.register(id).await {
            Ok(detail) => Some(detail),
            Err(error) if error.is_absent() => None,
            Err(error) => return Err(error.into()),
        };
        let now = client.now();
        if detail.is_none() {
            let message = RecordsTransaction::OpenRegister(self.register.clone());
            client.carry_out(&self.supervisor.sign(RECORDS, &message, now, &mut rng)).await?;
        }
        if detail.as_ref().is_none_or(|detail| detail.structure.is_none()) {
            let message = StatisticsTransaction::DefineStructure(self.structure.clone());
            client.carry_out(&self.supervisor.sign(STATISTICS, &message, now, &mut rng)).await?;
        }
        let opened = detail.is_some_and(|detail| detail.periods.iter().any(|known| known.period == self.period));
        if !opened {
            let collection = NewCollection {
                register: id.clone(),
                period: self.period,
                due: now.plus_ms(30 * DAY_MS),
                closes: now.plus_ms(60 * DAY_MS),
                // A demonstration does not wait for its release date.
                release: chancery_types::time::BlockTime(client.founded_network().founded.ms),
                decision_term_ms: 14 * DAY_MS,
                respondents_min: 3,
                dominance_max_percent: 40,
            };
            let message = StatisticsTransaction::OpenPeriod(collection);
            let opened = client.carry_out(&self.supervisor.sign(STATISTICS, &message, now, &mut rng)).await?;
            pipeline.caught_up(opened.height).await?;
        }
        Ok(())
    }
}

/// The labour force register for a country.
pub(super) fn opening(supervisor: Signer, country: &str, period: Period, law: &str) -> Result<Opening, Exit> {
    let register: RegisterId = code(LABOUR_FORCE)?;
    let labels =
        [("labour_force", "Labour force"), ("employed", "Persons employed"), ("unemployed", "Persons unemployed")];
    let cells = labels.iter().map(|(id, label)| {
        Ok(CellSpecification {
            id: code(id)?,
            label: (*label).to_owned(),
            unit: "persons".to_owned(),
            scale: 0,
            low: Quantity(0),
            high: Quantity(50_000_000),
            additive: true,
        })
    });
    Ok(Opening {
        supervisor,
        register: NewRegister {
            id: register.clone(),
            class: RegisterClass::Open,
            domain: domain("statistics.labour")?,
            region: code::<RegionCode>(country)?,
            legal_basis: law.to_owned(),
            title: "Labour force by county".to_owned(),
        },
        structure: NewStructure {
            register,
            cells: cells.collect::<Result<_, Exit>>()?,
            identities: vec![identity(&[(1, "employed"), (1, "unemployed"), (-1, "labour_force")])?],
            ratios: vec![Ratio {
                id: code("unemployment_rate")?,
                label: "Unemployment rate".to_owned(),
                numerator: code("unemployed")?,
                denominator: code("labour_force")?,
                decimals: 1,
            }],
        },
        period,
    })
}

/// An identity, as coefficients and cells.
pub(super) fn identity(terms: &[(i8, &str)]) -> Result<Identity, Exit> {
    let terms =
        terms.iter().map(|(coefficient, cell)| Ok(Term { coefficient: *coefficient, cell: code::<CellId>(cell)? }));
    Ok(Identity { terms: terms.collect::<Result<_, Exit>>()? })
}

/// A code that is written in this program or comes from the generated country.
pub(super) fn code<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, Exit> {
    text.parse().map_err(|error| Exit::remedied(format!("{text}: {error}"), "Report this as a fault."))
}

/// Whether a region's figure is published already.
pub(super) async fn is_published(
    client: &Client,
    register: &RegisterId,
    period: Period,
    region: &RegionCode,
) -> Result<bool, ClientError> {
    match client.figure(register, period, region).await {
        Ok(publications) => Ok(!publications.is_empty()),
        Err(error) if error.is_absent() => Ok(false),
        Err(error) => Err(error),
    }
}
