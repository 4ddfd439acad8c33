//! What regions and members were called and what has become of them; identifications and devices.

use super::decode;
use crate::error::ReadModelError;
use crate::store::ReadModel;
use chancery_kernel::identity::record::{BodyEnd, Device, Identification, Naming, RegionEnd};
use chancery_types::code::RegionCode;
use chancery_types::ids::MemberId;
use rusqlite::{OptionalExtension, params};

/// The names of a region after its first, and its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegionHistory {
    /// Names after the first, oldest first.
    pub names: Vec<Naming>,
    /// Its end, announced or come.
    pub end: Option<RegionEnd>,
    /// The regions that it succeeds, in the order of codes.
    pub predecessors: Vec<RegionCode>,
}

/// What has become of a member beyond its registration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemberHistory {
    /// Names after the first, oldest first.
    pub names: Vec<Naming>,
    /// Its end by succession, announced or come.
    pub end: Option<BodyEnd>,
    /// How it was identified last.
    pub identification: Option<Identification>,
    /// The authorities that vouch for it beside the one that registered it.
    pub vouchers: Vec<MemberId>,
    /// Who took over what it vouched for.
    pub taken_over_by: Option<MemberId>,
    /// What it is, if it is a device.
    pub device: Option<Device>,
}

/// A device whose calibration runs out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceRow {
    /// The device.
    pub member: MemberId,
    /// What it is.
    pub device: Device,
}

impl ReadModel {
    /// What a region was called and has become.
    ///
    /// # Errors
    /// The database failed.
    pub fn region_history(&self, code: &RegionCode) -> Result<RegionHistory, ReadModelError> {
        let names = self.names("region", code.as_str())?;
        let connection = self.connection()?;
        let end: Option<Vec<u8>> = connection
            .prepare_cached("SELECT value FROM region_ends WHERE code = ?1")?
            .query_row(params![code.as_str()], |row| row.get(0))
            .optional()?;
        // Reforms are few: all are looked at.
        let mut statement = connection.prepare_cached("SELECT code, value FROM region_ends ORDER BY code")?;
        let all = statement.query_and_then([], |row| {
            let (predecessor, value): (String, Vec<u8>) = (row.get(0)?, row.get(1)?);
            let end: RegionEnd = decode(&value, "region_ends")?;
            Ok((super::parse::<RegionCode>(&predecessor, "region_ends")?, end))
        })?;
        let all: Vec<(RegionCode, RegionEnd)> = all.collect::<Result<_, ReadModelError>>()?;
        let before = all.into_iter().filter(|(_, end)| end.successors.contains(code));
        Ok(RegionHistory {
            names,
            end: end.map(|value| decode(&value, "region_ends")).transpose()?,
            predecessors: before.map(|(predecessor, _)| predecessor).collect(),
        })
    }

    /// What a member was called and has become, how it was identified, and what it is as a device.
    ///
    /// # Errors
    /// The database failed.
    pub fn member_history(&self, id: &MemberId) -> Result<MemberHistory, ReadModelError> {
        let (id, names) = (id.to_string(), self.names("member", &id.to_string())?);
        let connection = self.connection()?;
        let one = |statement: &str| -> Result<Option<Vec<u8>>, ReadModelError> {
            let found = connection.prepare_cached(statement)?.query_row(params![id], |row| row.get(0)).optional()?;
            Ok(found.flatten())
        };
        let end = one("SELECT end FROM offices WHERE authority = ?1")?;
        let identification = one("SELECT value FROM identifications WHERE member = ?1")?;
        let device = one("SELECT value FROM devices WHERE member = ?1")?;
        let taken_over_by: Option<Option<String>> = connection
            .prepare_cached("SELECT taken_over_by FROM offices WHERE authority = ?1")?
            .query_row(params![id], |row| row.get(0))
            .optional()?;
        let mut statement =
            connection.prepare_cached("SELECT authority FROM vouchers WHERE member = ?1 ORDER BY from_height")?;
        let vouchers = statement
            .query_and_then(params![id], |row| super::parse(&row.get::<_, String>(0)?, "vouchers"))?
            .collect::<Result<_, ReadModelError>>()?;
        Ok(MemberHistory {
            names,
            end: end.map(|value| decode(&value, "offices")).transpose()?,
            identification: identification.map(|value| decode(&value, "identifications")).transpose()?,
            vouchers,
            taken_over_by: taken_over_by.flatten().map(|by| super::parse(&by, "offices")).transpose()?,
            device: device.map(|value| decode(&value, "devices")).transpose()?,
        })
    }

    /// Devices by the end of their calibration, soonest first, those that have run out among them.
    ///
    /// # Errors
    /// The database failed.
    pub fn devices_by_calibration(&self, items: usize) -> Result<Vec<DeviceRow>, ReadModelError> {
        let connection = self.connection()?;
        let mut statement = connection.prepare_cached(
            "SELECT member, value FROM devices WHERE expires_ms IS NOT NULL ORDER BY expires_ms LIMIT ?1",
        )?;
        let rows = statement.query_and_then(params![super::limit(items)], |row| {
            let (member, value): (String, Vec<u8>) = (row.get(0)?, row.get(1)?);
            Ok(DeviceRow { member: super::parse(&member, "devices")?, device: decode(&value, "devices")? })
        })?;
        rows.collect()
    }

    fn names(&self, kind: &str, id: &str) -> Result<Vec<Naming>, ReadModelError> {
        let connection = self.connection()?;
        let mut statement =
            connection.prepare_cached("SELECT value FROM names WHERE kind = ?1 AND id = ?2 ORDER BY from_ms")?;
        let rows = statement.query_and_then(params![kind, id], |row| decode(&row.get::<_, Vec<u8>>(0)?, "names"))?;
        rows.collect()
    }
}
