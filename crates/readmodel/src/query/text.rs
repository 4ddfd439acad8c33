//! How enumerations are spelt in columns.

use chancery_kernel::identity::record::Role;
use chancery_types::member::{KeyPurpose, MemberKind};
use chancery_types::record::{Assurance, RegisterClass};

pub(crate) fn member_kind(kind: MemberKind) -> &'static str {
    match kind {
        MemberKind::Authority => "authority",
        MemberKind::Organisation => "organisation",
        MemberKind::Person => "person",
        MemberKind::Device => "device",
        MemberKind::Node => "node",
    }
}

pub(crate) fn purpose(purpose: KeyPurpose) -> &'static str {
    match purpose {
        KeyPurpose::Business => "business",
        KeyPurpose::Invitation => "invitation",
    }
}

pub(crate) fn role(role: Role) -> &'static str {
    match role {
        Role::Filer => "filer",
        Role::Checker => "checker",
        Role::Approver => "approver",
        Role::Inspector => "inspector",
        Role::Adjudicator => "adjudicator",
        Role::Auditor => "auditor",
        Role::Operator => "operator",
        Role::Witness => "witness",
    }
}

pub(crate) fn class(class: RegisterClass) -> &'static str {
    match class {
        RegisterClass::Open => "open",
        RegisterClass::Confidential => "confidential",
    }
}

pub(crate) fn assurance(assurance: Assurance) -> &'static str {
    match assurance {
        Assurance::Filed => "filed",
        Assurance::Accepted => "accepted",
        Assurance::Refused => "refused",
    }
}

pub(crate) fn assurance_from(text: &str) -> Option<Assurance> {
    [Assurance::Filed, Assurance::Accepted, Assurance::Refused].into_iter().find(|value| assurance(*value) == text)
}
