//! What is asked in the measured registers, and their periods.

use super::folder::Folder;
use super::world::{COUNTRY, DOMAIN, World, written};
use crate::exit::Exit;
use chancery_client::Client;
use chancery_client::pipeline::Pipeline;
use chancery_client::randomness::generator;
use chancery_kernel::records::ids::RECORDS;
use chancery_kernel::records::transaction::{NewRegister, RecordsTransaction};
use chancery_statistics::ids::STATISTICS;
use chancery_statistics::record::{CellSpecification, Identity, Term};
use chancery_statistics::transaction::{NewCollection, NewStructure, StatisticsTransaction};
use chancery_types::amount::Quantity;
use chancery_types::code::{CellId, RegisterId};
use chancery_types::period::Period;
use chancery_types::record::RegisterClass;
use chancery_types::time::{BlockTime, DAY_MS};
use serde::{Deserialize, Serialize};

/// The largest value of a cell.
pub(crate) const VALUE_MAX: i64 = 1_000_000_000;
/// Days of a year that every month has.
const DAYS: u64 = 28;
const MONTHS: u64 = 12;
const YEAR_FIRST: u64 = 1_000;
const YEAR_LAST: u64 = 9_999;

/// The registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Asked {
    /// In clear: three values and an identity between them, as the labour force survey asks.
    LabourForce,
    /// In clear: one amount.
    ClearTurnover,
    /// Confidential: one committed amount.
    SealedTurnover,
}

impl Asked {
    /// The register's id.
    pub(crate) fn id(self) -> Result<RegisterId, Exit> {
        written(match self {
            Self::LabourForce => "bench-labour-force",
            Self::ClearTurnover => "bench-turnover-clear",
            Self::SealedTurnover => "bench-turnover-sealed",
        })
    }

    const fn class(self) -> RegisterClass {
        match self {
            Self::LabourForce | Self::ClearTurnover => RegisterClass::Open,
            Self::SealedTurnover => RegisterClass::Confidential,
        }
    }

    /// The structure.
    pub(crate) fn structure(self) -> Result<NewStructure, Exit> {
        let (cells, identities): (&[&str], Vec<Identity>) = match self {
            Self::LabourForce => {
                let terms = [(1, "employed"), (1, "unemployed"), (-1, "labour_force")];
                let terms = terms.map(|(coefficient, cell)| Ok(Term { coefficient, cell: written::<CellId>(cell)? }));
                let identity = Identity { terms: terms.into_iter().collect::<Result<_, Exit>>()? };
                (&["labour_force", "employed", "unemployed"], vec![identity])
            }
            Self::ClearTurnover | Self::SealedTurnover => (&["turnover"], Vec::new()),
        };
        let cells = cells.iter().map(|id| {
            Ok::<_, Exit>(CellSpecification {
                id: written(id)?,
                label: (*id).to_owned(),
                unit: "1".to_owned(),
                scale: 0,
                low: Quantity(0),
                high: Quantity(VALUE_MAX),
                additive: true,
            })
        });
        let cells = cells.collect::<Result<_, _>>()?;
        Ok(NewStructure { register: self.id()?, cells, identities, ratios: Vec::new() })
    }

    /// Opens the register, if it is not open, and as many periods as are wanted.
    pub(crate) async fn open(
        self,
        folder: &mut Folder,
        world: &World,
        client: &Client,
        pipeline: &Pipeline,
        periods: u64,
    ) -> Result<(), Exit> {
        let (mut rng, authority) = (generator()?, &world.authority);
        if !folder.is_open(self) {
            let register = RecordsTransaction::OpenRegister(NewRegister {
                id: self.id()?,
                class: self.class(),
                domain: written(DOMAIN)?,
                region: written(COUNTRY)?,
                legal_basis: "No law: a measurement".to_owned(),
                title: "Measured register".to_owned(),
            });
            client.carry_out(&authority.sign(RECORDS, &register, client.now(), &mut rng)).await?;
            let structure = StatisticsTransaction::DefineStructure(self.structure()?);
            client.carry_out(&authority.sign(STATISTICS, &structure, client.now(), &mut rng)).await?;
            folder.opened(self)?;
        }
        let missing = folder.missing_periods(self, periods);
        let mut messages = Vec::new();
        for number in missing {
            let message = StatisticsTransaction::OpenPeriod(self.collection(number, client)?);
            messages.push(authority.sign(STATISTICS, &message, client.now(), &mut rng));
        }
        pipeline.send(messages, |_| ()).await?.all_accepted()?;
        folder.periods_opened(self, periods)
    }

    fn collection(self, number: u64, client: &Client) -> Result<NewCollection, Exit> {
        let now = client.now();
        Ok(NewCollection {
            register: self.id()?,
            period: period(number)?,
            due: now.plus_ms(30 * DAY_MS),
            closes: now.plus_ms(60 * DAY_MS),
            release: BlockTime(client.founded_network().founded.ms),
            decision_term_ms: 14 * DAY_MS,
            respondents_min: 3,
            dominance_max_percent: 40,
        })
    }
}

/// The periods of a register, by number: days, each of them once.
pub(crate) fn period(number: u64) -> Result<Period, Exit> {
    let year = YEAR_FIRST + number / (DAYS * MONTHS);
    let day_of_year = number % (DAYS * MONTHS);
    let part = |value: u64| u8::try_from(value + 1).unwrap_or(u8::MAX);
    match u16::try_from(year) {
        Ok(year) if u64::from(year) <= YEAR_LAST => {
            Ok(Period::Day(year, part(day_of_year / DAYS), part(day_of_year % DAYS)))
        }
        _ => Err(Exit::remedied("this network has no periods left", "Found another with --data.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn periods_are_days_and_none_comes_twice() {
        let periods: Vec<Period> = (0..2_000).map(|number| period(number).unwrap()).collect();
        assert!(periods.iter().all(|period| period.to_string().parse() == Ok(*period)));
        assert_eq!(periods.iter().collect::<BTreeSet<_>>().len(), 2_000);
        assert_eq!((periods[0], periods[336]), (Period::Day(1000, 1, 1), Period::Day(1001, 1, 1)));
        assert!(period(9_000 * 336 - 1).is_ok());
        assert!(period(9_000 * 336).is_err());
    }

    #[test]
    fn structures_are_ones_that_the_ledger_takes() {
        for asked in [Asked::LabourForce, Asked::ClearTurnover, Asked::SealedTurnover] {
            let message = StatisticsTransaction::DefineStructure(asked.structure().unwrap());
            let bytes = chancery_types::encoding::to_bytes(&message);
            assert_eq!(StatisticsTransaction::decode(&bytes), Ok(message));
        }
    }
}
