//! Registers and how far their periods have come.

use super::cells::Sheet;
use super::words::as_filed;
use super::{Desk, Read, stamp, time_ms};
use chancery_portal::view::{Class, Register, RegisterSummary, Season};
use chancery_readmodel::{RecordFilter, RegisterRow};
use chancery_statistics::record::Collection;
use chancery_types::code::RegisterId;
use chancery_types::period::Period;
use chancery_types::record::RegisterClass;

/// How many registers the list shows.
const REGISTERS_MAX: usize = 500;
/// How many periods of a register are shown, the newest.
const PERIODS_MAX: usize = 24;
/// How many of a register's records its page shows.
const RECORDS_MAX: usize = 20;

impl Desk<'_> {
    pub(super) fn registers(&self) -> Read<Vec<RegisterSummary>> {
        self.model.registers(None, REGISTERS_MAX)?.iter().map(|row| self.register_summary(row)).collect()
    }

    pub(super) fn register(&self, id: &RegisterId) -> Read<Option<Register>> {
        let Some(row) = self.model.register(id)? else { return Ok(None) };
        let filter = RecordFilter { register: Some(id.clone()), ..RecordFilter::default() };
        let latest = self.model.periods(id)?.pop();
        Ok(Some(Register {
            summary: self.register_summary(&row)?,
            fields: Sheet(row.structure.as_ref()).fields(),
            respondents_min: latest.as_ref().map(|period| period.respondents_min.into()),
            dominance_max_percent: latest.as_ref().map(|period| period.dominance_max_percent.into()),
            opened: stamp(row.opened),
            records: self.record_summaries(&self.model.latest_records(&filter, RECORDS_MAX)?)?,
        }))
    }

    /// A register as a period sees it: with the structure under which the period was opened.
    pub(super) fn register_in(&self, id: &RegisterId, period: Period) -> Read<Option<RegisterRow>> {
        let Some(row) = self.model.register(id)? else { return Ok(None) };
        let structure = self.model.structure_of(id, period)?.or(row.structure);
        Ok(Some(RegisterRow { structure, ..row }))
    }

    /// Each register once for each of its newest periods, as that period sees it.
    pub(super) fn registers_by_period(&self) -> Read<Vec<(RegisterRow, Period)>> {
        let mut rows = Vec::new();
        for register in self.model.registers(None, REGISTERS_MAX)? {
            let id = register.register.id;
            for collection in self.newest_periods(&id)? {
                rows.extend(self.register_in(&id, collection.period)?.map(|row| (row, collection.period)));
            }
        }
        Ok(rows)
    }

    fn newest_periods(&self, register: &RegisterId) -> Read<Vec<Collection>> {
        let mut periods = self.model.periods(register)?;
        periods.reverse();
        periods.truncate(PERIODS_MAX);
        Ok(periods)
    }

    fn register_summary(&self, row: &RegisterRow) -> Read<RegisterSummary> {
        let register = &row.register;
        let periods = self.newest_periods(&register.id)?;
        Ok(RegisterSummary {
            id: register.id.to_string(),
            name: as_filed(&register.title),
            class: class(register.class),
            legal_basis: as_filed(&register.legal_basis),
            authority: self.link(&register.authority)?,
            seasons: periods.iter().map(|period| self.season(row, period)).collect::<Read<_>>()?,
        })
    }

    fn season(&self, row: &RegisterRow, collection: &Collection) -> Read<Season> {
        let counts = self.model.period_counts(&collection.register, collection.period)?;
        Ok(Season {
            period: collection.period.to_string(),
            due_ms: Some(time_ms(collection.due)),
            // Who is asked to file is not on the ledger yet, so nobody can say how many returns are missing.
            expected: None,
            filed: counts.accepted,
            refused: counts.refused,
            late: counts.late,
            proof: self.proof(&super::figures::whole(row, collection.period))?,
            flow: Some(collection.register.to_string()),
        })
    }
}

/// Open or confidential.
pub(super) fn class(class: RegisterClass) -> Class {
    match class {
        RegisterClass::Open => Class::Open,
        RegisterClass::Confidential => Class::Confidential,
    }
}
