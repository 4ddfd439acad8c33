//! Records, their versions, and who answers for them.

use super::cells::Sheet;
use super::registers::class;
use super::words::as_filed;
use super::{Desk, Read, number, stamp, stamp_of};
use chancery_portal::view::{Act, ActKind, Record, RecordSummary, Standing, Version};
use chancery_readmodel::{FigureKey, RecordRow, RegisterRow, VersionRow};
use chancery_types::ids::RecordId;
use chancery_types::record::{Assurance, RegisterClass};

impl Desk<'_> {
    pub(super) fn record(&self, id: &RecordId) -> Read<Option<Record>> {
        let Some(row) = self.model.record(id)? else { return Ok(None) };
        let Some(register) = self.register_in(&row.register, row.period)? else { return Ok(None) };
        let versions = self.model.versions(id)?;
        let sheet = Sheet(register.structure.as_ref());
        Ok(Some(Record {
            summary: self.record_summary(&row)?,
            register_id: row.register.to_string(),
            class: class(register.register.class),
            legal_basis: as_filed(&register.register.legal_basis),
            region: Some(self.region(&row.region)?),
            versions: versions.iter().map(|version| version_view(&row, version, sheet)).collect(),
            acts: self.acts(&register, &versions)?,
            flow: self.flow(&register, &row)?,
        }))
    }

    pub(super) fn record_summaries(&self, rows: &[RecordRow]) -> Read<Vec<RecordSummary>> {
        rows.iter().map(|row| self.record_summary(row)).collect()
    }

    fn record_summary(&self, row: &RecordRow) -> Read<RecordSummary> {
        let title = self.model.register(&row.register)?.map(|register| register.register.title);
        Ok(RecordSummary {
            id: row.id.to_string(),
            subject: self.link(&row.subject)?,
            register: as_filed(title.unwrap_or_else(|| row.register.to_string())),
            period: row.period.to_string(),
            standing: match row.assurance {
                Assurance::Filed => Standing::Filed,
                Assurance::Accepted => Standing::Accepted,
                Assurance::Refused => Standing::Refused(number(row.refusal)),
            },
            at: stamp(row.touched),
        })
    }

    /// The responsibility line, oldest first.
    fn acts(&self, register: &RegisterRow, versions: &[VersionRow]) -> Read<Vec<Act>> {
        let mut acts = Vec::new();
        for version in versions {
            let (filed, place) = (&version.filed.value, &version.filed.place);
            acts.push((
                *place,
                Act {
                    kind: if filed.version.0 == 1 { ActKind::Filed } else { ActKind::Corrected },
                    by: Some(self.link(&filed.filer)?),
                    on_behalf_of: if filed.filer == filed.subject { None } else { Some(self.link(&filed.subject)?) },
                    said: filed.reason.as_ref().map(as_filed),
                    version: filed.version.0,
                    at: stamp_of(place),
                    transaction: self.transaction_at(place.height, place.entry)?,
                },
            ));
            let Some(decision) = &version.decision else { continue };
            let place = decision.place;
            let open = register.register.class == RegisterClass::Open;
            acts.push((
                place,
                Act {
                    kind: match version.assurance {
                        Assurance::Refused => ActKind::Refused(number(decision.code)),
                        Assurance::Filed | Assurance::Accepted => ActKind::Accepted,
                    },
                    // In an open register no person decides.
                    by: if open { None } else { Some(self.link(&decision.authority)?) },
                    on_behalf_of: None,
                    said: None,
                    version: filed.version.0,
                    at: stamp_of(&place),
                    transaction: self.transaction_at(place.height, place.entry)?,
                },
            ));
        }
        acts.sort_by_key(|(place, _)| *place);
        Ok(acts.into_iter().map(|(_, act)| act).collect())
    }

    /// The figure that the record is counted in has a page while its register is open, and once it was published.
    fn flow(&self, register: &RegisterRow, row: &RecordRow) -> Read<Option<String>> {
        let key =
            FigureKey { register: row.register.clone(), period: row.period, region: register.register.region.clone() };
        let shown = register.register.class == RegisterClass::Open || !self.model.figure_history(&key)?.is_empty();
        Ok(shown.then(|| row.register.to_string()))
    }
}

fn version_view(row: &RecordRow, version: &VersionRow, sheet: Sheet<'_>) -> Version {
    let filed = &version.filed.value;
    let in_place = filed.version == row.latest || Some(filed.version) == row.counted;
    Version {
        number: filed.version.0,
        standing: match version.assurance {
            Assurance::Refused => {
                Standing::Refused(number(version.decision.as_ref().and_then(|decision| decision.code)))
            }
            _ if !in_place => Standing::Superseded,
            Assurance::Filed => Standing::Filed,
            Assurance::Accepted => Standing::Accepted,
        },
        cells: filed.cells.iter().map(|cell| sheet.cell(&cell.id, cell.value)).collect(),
        receipt_href: Some(format!("/api/v1/receipts/records/{}/{}", filed.record, filed.version)),
    }
}
