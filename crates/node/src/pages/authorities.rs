//! The tree of authorities.

use super::words::{as_filed, role};
use super::{Desk, Read, stamp, time_ms};
use chancery_portal::view::{Authority, AuthorityLine, MemberLink, Region, Role, Slice};
use chancery_readmodel::{MemberFilter, MemberRow, RoleRow};
use chancery_types::ids::MemberId;
use chancery_types::member::MemberKind;
use std::collections::BTreeMap;

/// How many authorities the tree shows.
const AUTHORITIES_MAX: usize = 10_000;
/// How many grants the page of an authority shows, the latest.
const GRANTED_MAX: usize = 50;
/// How deep the tree can be.
const DEPTH_MAX: usize = 16;

/// Authorities by the one that certified them.
type Tree = BTreeMap<Option<MemberId>, Vec<MemberRow>>;

impl Desk<'_> {
    pub(super) fn authorities(&self) -> Read<Vec<AuthorityLine>> {
        let mut tree = Tree::new();
        let filter = MemberFilter { kind: Some(MemberKind::Authority), ..MemberFilter::default() };
        for row in self.model.members(&filter, None, AUTHORITIES_MAX)? {
            tree.entry(row.member.vouched_by).or_default().push(row);
        }
        for siblings in tree.values_mut() {
            siblings.sort_by(|one, other| one.member.name.cmp(&other.member.name));
        }
        let mut lines = Vec::new();
        self.draw(&tree, None, 0, &mut lines)?;
        Ok(lines)
    }

    pub(super) fn authority(&self, id: &MemberId, after: Option<MemberId>, limit: usize) -> Read<Option<Authority>> {
        let row = self.model.member(id)?.filter(|row| row.member.kind == MemberKind::Authority);
        let Some(row) = row else { return Ok(None) };
        let above = self.above_member(&row)?;
        let certified_by = MemberFilter { vouched_by: Some(*id), ..MemberFilter::default() };
        let authorities = MemberFilter { kind: Some(MemberKind::Authority), ..certified_by.clone() };
        let below = self.model.members(&authorities, None, AUTHORITIES_MAX)?;
        let mut below = below
            .iter()
            .map(|row| self.line(row, above.len().saturating_add(1)))
            .collect::<Read<Vec<AuthorityLine>>>()?;
        below.sort_by(|one, other| one.authority.name.text.cmp(&other.authority.name.text));
        let granted = self.model.roles_granted_by(id, GRANTED_MAX)?;
        let mut members = self.model.members(&certified_by, after, limit.saturating_add(1))?;
        let more = members.len() > limit;
        members.truncate(limit);
        Ok(Some(Authority {
            line: self.line(&row, above.len())?,
            above,
            below,
            certified: stamp(row.registered),
            granted: granted
                .iter()
                .map(|role| Ok((self.link(&role.scope.member)?, self.role(role)?)))
                .collect::<Read<_>>()?,
            members: Slice {
                next: members.last().filter(|_| more).map(|last| last.member.id.to_string()),
                items: members.iter().map(|row| self.link(&row.member.id)).collect::<Read<_>>()?,
            },
        }))
    }

    /// A role with its scope: the domain, and the region that it holds in.
    pub(super) fn role(&self, row: &RoleRow) -> Read<Role> {
        let region = self.region(&row.scope.region)?.name.text;
        Ok(Role {
            name: role(row.scope.role),
            scope: Some(as_filed(format!("{} · {region}", row.scope.domain))),
            granted_by: self.link(&row.grant.granted_by)?,
            from_ms: time_ms(row.granted.1),
            until_ms: Some(time_ms(row.grant.expires)),
            revoked: row.revoked.map(stamp),
        })
    }

    /// The authorities above a member, the constituting one first.
    fn above_member(&self, row: &MemberRow) -> Read<Vec<MemberLink>> {
        let mut above = Vec::new();
        let mut next = row.member.vouched_by;
        while let Some(id) = next.filter(|_| above.len() < DEPTH_MAX) {
            above.push(self.link(&id)?);
            next = self.model.member(&id)?.and_then(|row| row.member.vouched_by);
        }
        above.reverse();
        Ok(above)
    }

    /// Draws the authorities that `parent` certified, each with its own below it. The ledger bounds the depth.
    fn draw(&self, tree: &Tree, parent: Option<MemberId>, depth: usize, lines: &mut Vec<AuthorityLine>) -> Read<()> {
        if depth > DEPTH_MAX {
            return Ok(());
        }
        for row in tree.get(&parent).into_iter().flatten() {
            lines.push(self.line(row, depth)?);
            self.draw(tree, Some(row.member.id), depth.saturating_add(1), lines)?;
        }
        Ok(())
    }

    fn line(&self, row: &MemberRow, depth: usize) -> Read<AuthorityLine> {
        let jurisdiction = row.jurisdiction.as_ref();
        let region: Region =
            self.region(jurisdiction.map_or(&row.member.region, |jurisdiction| &jurisdiction.region))?;
        Ok(AuthorityLine {
            authority: self.link(&row.member.id)?,
            depth: u8::try_from(depth).unwrap_or(u8::MAX),
            domains: jurisdiction
                .map(|jurisdiction| jurisdiction.domains.iter().map(|domain| as_filed(domain.to_string())).collect())
                .unwrap_or_default(),
            region,
            members: self.model.registered_by(&row.member.id)?,
            suspended: row.revoked.is_some() || self.model.suspended_since(&row.member.id)?.is_some(),
        })
    }
}
