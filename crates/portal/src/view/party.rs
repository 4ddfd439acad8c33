//! Authorities and members. No personal data: what stands here stands on the ledger.

use super::{Region, Slice, Stamp, Text};
use serde::Serialize;

/// A member by name, with its id for the link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MemberLink {
    /// The stable id, hex.
    pub id: String,
    /// The name.
    pub name: Text,
}

/// The kinds of member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberKind {
    /// A government body that can certify others.
    Authority,
    /// An organisation.
    Organisation,
    /// A person.
    Person,
    /// A device.
    Device,
    /// A node.
    Node,
}

/// One line of the tree, in the order in which it is drawn (each parent before its children).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuthorityLine {
    /// The authority.
    pub authority: MemberLink,
    /// Its depth; the constituting authority has 0.
    pub depth: u8,
    /// The subject domains of its jurisdiction.
    pub domains: Vec<Text>,
    /// The region of its jurisdiction.
    pub region: Region,
    /// How many members it registered itself.
    pub members: u64,
    /// Whether it is suspended.
    pub suspended: bool,
}

/// An authority's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Authority {
    /// Its line in the tree.
    pub line: AuthorityLine,
    /// The authorities above it, the constituting one first.
    pub above: Vec<MemberLink>,
    /// The authorities directly below it.
    pub below: Vec<AuthorityLine>,
    /// When it was certified.
    pub certified: Stamp,
    /// Roles that it granted, and to whom.
    pub granted: Vec<(MemberLink, Role)>,
    /// Members that it registered.
    pub members: Slice<MemberLink>,
}

/// A role of a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Role {
    /// What it may do.
    pub name: Text,
    /// For whom or in which register, if it is bound to one.
    pub scope: Option<Text>,
    /// Who granted it.
    pub granted_by: MemberLink,
    /// Since when, UTC milliseconds.
    pub from_ms: i64,
    /// Until when, UTC milliseconds; nothing if it has no end.
    pub until_ms: Option<i64>,
    /// When it was taken back.
    pub revoked: Option<Stamp>,
}

/// A key of a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MemberKey {
    /// The public key, hex.
    pub key: String,
    /// Since which block it may sign.
    pub from: Stamp,
    /// When it ends, UTC milliseconds.
    pub until_ms: Option<i64>,
    /// When it was revoked.
    pub revoked: Option<Stamp>,
}

/// A member's public page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Member {
    /// Id and name.
    pub member: MemberLink,
    /// What it is.
    pub kind: MemberKind,
    /// Its region, if it has one.
    pub region: Option<Region>,
    /// The authority that registered it.
    pub registered_by: Option<MemberLink>,
    /// When it was registered.
    pub registered: Stamp,
    /// Whether it is suspended, and since when.
    pub suspended: Option<Stamp>,
    /// Its roles, in force first.
    pub roles: Vec<Role>,
    /// Its keys, in force first.
    pub keys: Vec<MemberKey>,
    /// Records that it filed or that were filed for it, newest first.
    pub records: Vec<super::RecordSummary>,
}
