//! Members: no personal data, because none stands on the ledger.

use super::{Desk, Read, stamp, time_ms};
use chancery_portal::view::{Member, MemberKey, MemberKind, Role};
use chancery_readmodel::KeyRow;
use chancery_types::ids::MemberId;
use chancery_types::member::{KeyPurpose, MemberKind as Kind};
use chancery_types::time::BlockTime;

/// How many of a member's records its page shows, the latest.
const RECORDS_MAX: usize = 50;

impl Desk<'_> {
    /// A member's page, seen at `now`: what has ended by then stands behind what is in force.
    pub(super) fn member(&self, id: &MemberId, now: BlockTime) -> Read<Option<Member>> {
        let Some(row) = self.model.member(id)? else { return Ok(None) };
        let mut roles = self.model.roles_of(id)?.iter().map(|role| self.role(role)).collect::<Read<Vec<Role>>>()?;
        let ended = |until_ms: Option<i64>| until_ms.is_some_and(|until| until <= time_ms(now));
        roles.sort_by_key(|role| role.revoked.is_some() || ended(role.until_ms));
        // The key of an invitation is not the member's: whoever was handed it uses it once.
        let keys = self.model.keys_of(id)?;
        let mut keys: Vec<MemberKey> =
            keys.iter().filter(|key| key.binding.purpose == KeyPurpose::Business).map(key_view).collect();
        keys.sort_by_key(|key| key.revoked.is_some() || ended(key.until_ms));
        let member = &row.member;
        Ok(Some(Member {
            member: self.link(id)?,
            kind: kind(member.kind),
            region: Some(self.region(&member.region)?),
            registered_by: member.vouched_by.map(|authority| self.link(&authority)).transpose()?,
            registered: stamp(row.registered),
            suspended: match row.revoked {
                Some((height, time, _)) => Some(stamp((height, time))),
                None => self.model.suspended_since(id)?.map(stamp),
            },
            roles,
            keys,
            records: self.record_summaries(&self.model.records_around(id, RECORDS_MAX)?)?,
        }))
    }
}

fn kind(kind: Kind) -> MemberKind {
    match kind {
        Kind::Authority => MemberKind::Authority,
        Kind::Organisation => MemberKind::Organisation,
        Kind::Person => MemberKind::Person,
        Kind::Device => MemberKind::Device,
        Kind::Node => MemberKind::Node,
    }
}

fn key_view(row: &KeyRow) -> MemberKey {
    MemberKey {
        key: row.key.to_string(),
        from: stamp(row.bound),
        until_ms: row.binding.expires.map(time_ms),
        revoked: row.revoked.map(stamp),
    }
}
