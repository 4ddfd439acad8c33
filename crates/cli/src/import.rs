//! Files the rows of a county file, each signed with its county's own key, as the file is read.

use crate::demo::RowReport;
use crate::exit::Exit;
use chancery_client::county::{
    CountyCode, CountyFileError, CountyRow, Entry, RefusedRow, Roll, Rows, Standing, StateCode,
};
use chancery_client::filing::open_return;
use chancery_client::office::publish_open;
use chancery_client::pipeline::Pipeline;
use chancery_client::randomness::generator;
use chancery_client::signing::{SignedTransaction, Signer};
use chancery_client::{Client, ClientError};
use chancery_kernel::records::query::record_id;
use chancery_statistics::ids::STATISTICS;
use chancery_statistics::transaction::{Filing, StatisticsTransaction};
use chancery_types::amount::Quantity;
use chancery_types::code::{RegionCode, RegisterId};
use chancery_types::ids::RecordId;
use chancery_types::period::Period;
use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;
use std::path::Path;

/// How many refused rows are shown; the others are counted.
const REFUSALS_SHOWN_MAX: usize = 1_000;

/// Where rows go.
pub(crate) struct Import<'a> {
    pub(crate) client: &'a Client,
    pub(crate) pipeline: &'a Pipeline,
    pub(crate) register: &'a RegisterId,
    pub(crate) period: Period,
    pub(crate) year: u16,
}

/// What came of a file.
#[derive(Debug)]
pub(crate) struct Imported {
    pub(crate) rows: RowReport,
    /// Labour force, employed, unemployed of all rows whose returns stand on the ledger.
    sums: [i64; 3],
    /// Returns that the ledger rejected, by line.
    pub(crate) rejected: Vec<(u64, ClientError)>,
}

impl Imported {
    /// Totals by cell.
    pub(crate) fn totals(&self) -> [(&'static str, i64); 3] {
        let [labour_force, employed, unemployed] = self.sums;
        [("labour_force", labour_force), ("employed", employed), ("unemployed", unemployed)]
    }
}

/// Why an import stopped.
pub(crate) enum ImportError {
    File(CountyFileError),
    Exit(Exit),
}

impl ImportError {
    pub(crate) fn of_file(self, path: &Path) -> Exit {
        match self {
            Self::File(error) => Exit::remedied(
                format!("{}: {error}", path.display()),
                "The first line names state_fips, county_fips, area, year, labor_force, employed and unemployed.",
            ),
            Self::Exit(failure) => failure,
        }
    }
}

impl From<ClientError> for ImportError {
    fn from(error: ClientError) -> Self {
        Self::Exit(error.into())
    }
}

/// The counties of an import, and the only state that it may touch, where it is one state's.
struct Counties<'a> {
    signers: &'a BTreeMap<CountyCode, Signer>,
    only: Option<StateCode>,
}

impl Roll for Counties<'_> {
    fn standing(&self, row: &CountyRow) -> Standing {
        match self.only {
            Some(state) if state != row.county.state && row.county.state.state().is_some() => Standing::Foreign,
            _ => self.signers.standing(row),
        }
    }
}

/// Reads rows, signs those that are sound and not filed yet, and keeps count.
struct Reader<'a, R> {
    rows: Rows<R, Counties<'a>>,
    import: &'a Import<'a>,
    signers: &'a BTreeMap<CountyCode, Signer>,
    there: BTreeSet<RecordId>,
    report: RowReport,
    /// For each transaction, the line and values of its row.
    sent: Vec<(u64, [Quantity; 3])>,
    sums: [i64; 3],
    stopped: Option<ImportError>,
}

impl<R: BufRead> Iterator for Reader<'_, R> {
    type Item = SignedTransaction;

    fn next(&mut self) -> Option<SignedTransaction> {
        loop {
            let entry = match self.rows.next()? {
                Ok(entry) => entry,
                Err(error) => {
                    self.stopped = Some(ImportError::File(error));
                    return None;
                }
            };
            self.report.rows += 1;
            let row = match entry {
                Entry::Sound(row) => row,
                Entry::Refused(refused) => {
                    self.refuse(refused);
                    continue;
                }
            };
            // The roll has let the county pass, so its signer is there.
            let Some(signer) = self.signers.get(&row.county) else { continue };
            let values = [row.labour_force, row.employed, row.unemployed];
            if self.there.contains(&record_id(self.import.register, &signer.member, &self.import.period)) {
                self.report.filed_before += 1;
                self.add(values);
                continue;
            }
            match self.import.signed(signer, &values) {
                Ok(signed) => {
                    self.sent.push((row.line, values));
                    return Some(signed);
                }
                Err(error) => {
                    self.stopped = Some(error.into());
                    return None;
                }
            }
        }
    }
}

impl<R> Reader<'_, R> {
    fn refuse(&mut self, refused: RefusedRow) {
        self.report.refused += 1;
        if self.report.refusals.len() < REFUSALS_SHOWN_MAX {
            self.report.refusals.push(refused);
        }
    }

    fn add(&mut self, values: [Quantity; 3]) {
        self.report.filed += 1;
        for (sum, value) in self.sums.iter_mut().zip(values) {
            *sum = sum.saturating_add(value.0);
        }
    }
}

impl Import<'_> {
    /// Files what a file holds.
    pub(crate) async fn file(
        &self,
        input: impl BufRead,
        signers: &BTreeMap<CountyCode, Signer>,
        only: Option<StateCode>,
        progress: impl FnMut(usize),
    ) -> Result<Imported, ImportError> {
        let there = self.client.records(self.register, self.period, None).await?;
        let rows = Rows::open(input, self.year, Counties { signers, only }).map_err(ImportError::File)?;
        let mut reader = Reader {
            rows,
            import: self,
            signers,
            there: there.into_iter().map(|record| record.id).collect(),
            report: RowReport { rows: 0, filed: 0, filed_before: 0, refused: 0, refusals: Vec::new() },
            sent: Vec::new(),
            sums: [0; 3],
            stopped: None,
        };
        let mut sent = self.pipeline.send(&mut reader, progress).await?;
        if let Some(error) = reader.stopped.take() {
            return Err(error);
        }
        let lines = std::mem::take(&mut reader.sent);
        let refused: BTreeSet<usize> = sent.refused.iter().map(|(place, _)| *place).collect();
        for (_, (_, values)) in lines.iter().enumerate().filter(|(place, _)| !refused.contains(place)) {
            reader.add(*values);
        }
        let rejected = sent.refused.drain(..);
        let rejected = rejected.filter_map(|(place, error)| lines.get(place).map(|(line, _)| (*line, error))).collect();
        Ok(Imported { rows: reader.report, sums: reader.sums, rejected })
    }

    fn signed(&self, signer: &Signer, values: &[Quantity]) -> Result<SignedTransaction, ClientError> {
        let filed = open_return(signer.member, values, None);
        let filing =
            Filing { register: self.register.clone(), period: self.period, returns: vec![filed], intake: Vec::new() };
        Ok(signer.sign(STATISTICS, &StatisticsTransaction::File(filing), self.client.now(), &mut generator()?))
    }
}

/// Publishes the figures of regions of an open register, each as far as it has changed.
pub(crate) async fn publish(
    client: &Client,
    pipeline: &Pipeline,
    supervisor: &Signer,
    register: &RegisterId,
    period: Period,
    regions: &[RegionCode],
) -> Result<usize, Exit> {
    let mut published = 0;
    for region in regions {
        match publish_open(client, supervisor, register, period, region).await {
            Ok(Some(done)) => {
                published += 1;
                pipeline.caught_up(done.height).await?;
            }
            Ok(None) => {}
            // A region without a single accepted return has no totals.
            Err(error) if error.is_absent() => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(published)
}
