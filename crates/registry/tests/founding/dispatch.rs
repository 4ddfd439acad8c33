//! Transactions reach the application that they name, and no other.

use super::document;
use chancery_kernel::governance::ids::GOVERNANCE;
use chancery_kernel::governance::record::Choice;
use chancery_kernel::governance::rejection::GovernanceRejection;
use chancery_kernel::governance::transaction::{Action, GovernanceTransaction, NewProposal, NewVote};
use chancery_kernel::identity::genesis::founding_member_id;
use chancery_kernel::identity::ids::IDENTITY;
use chancery_kernel::identity::query::member_id;
use chancery_kernel::identity::rejection::IdentityRejection;
use chancery_kernel::identity::transaction::{
    Acceptance, IdentityTransaction, InvitationOffer, NewAuthority, NewKey, NewMember, NewMembers, NewRegion,
    SuspensionNotice,
};
use chancery_kernel::records::ids::RECORDS;
use chancery_kernel::records::transaction::{NewRegister, RecordsTransaction};
use chancery_ledger::Refusal;
use chancery_ledger::rejection::{LEDGER, LedgerRejection};
use chancery_ledger::testing::{Chain, NETWORK, Party, key_of};
use chancery_registry::Registry;
use chancery_statistics::ids::STATISTICS;
use chancery_types::hash::Digest;
use chancery_types::ids::ApplicationId;
use chancery_types::member::MemberKind;
use chancery_types::record::RegisterClass;
use chancery_types::time::{DAY_MS, HOUR_MS};

/// A chain over the founding state, and the constituting authority.
fn founded() -> (Chain, Party) {
    let genesis = document().assemble().unwrap();
    let state = genesis.writes.into_iter().map(|(key, value)| (key, value.unwrap())).collect();
    let act = [document().authority.name, document().authority.act];
    let legal =
        chancery_crypto::hash::hash(chancery_crypto::hash::Tag::LegalIdentity, &[act[0].as_bytes(), act[1].as_bytes()]);
    (Chain::new(Registry, state), Party::new(founding_member_id(&legal), "state"))
}

fn open_register() -> RecordsTransaction {
    RecordsTransaction::OpenRegister(NewRegister {
        id: "labour-force".parse().unwrap(),
        class: RegisterClass::Open,
        domain: "statistics".parse().unwrap(),
        region: "XX".parse().unwrap(),
        legal_basis: "Act 2".to_owned(),
        title: "Labour force".to_owned(),
    })
}

#[test]
fn applications_are_listed_by_number_and_without_gaps_in_dispatch() {
    let applications = Registry.applications();
    let names: Vec<_> = applications.iter().map(|(id, name)| (id.0, *name)).collect();
    assert_eq!(names, [(1, "identity"), (2, "records"), (3, "governance"), (16, "statistics")]);
    let (mut chain, state) = founded();
    for (application, _) in applications {
        // Each refuses nonsense with its own number 1.
        let refused = chain.submit(&state, application, &"nonsense").unwrap_err();
        assert_eq!((refused.application, refused.number), (application, 1));
    }
    for nobody in [LEDGER, ApplicationId(4), ApplicationId(u16::MAX)] {
        let refused = chain.submit(&state, nobody, &"nonsense");
        assert_eq!(refused, Err(LedgerRejection::UnknownApplication.code()));
    }
}

#[test]
fn a_transaction_for_one_application_is_none_for_another() {
    let (mut chain, state) = founded();
    let region = IdentityTransaction::RegisterRegion(NewRegion {
        code: "01".parse().unwrap(),
        parent: "XX".parse().unwrap(),
        name: "North".to_owned(),
    });
    assert!(chain.submit(&state, IDENTITY, &region).is_ok());
    assert!(chain.submit(&state, RECORDS, &open_register()).is_ok());
    for (application, accepted) in [(RECORDS, false), (STATISTICS, false)] {
        assert_eq!(chain.submit(&state, application, &region).is_ok(), accepted);
    }
}

#[test]
fn the_key_of_an_invitation_is_refused_by_every_application() {
    let (mut chain, state) = founded();
    let legal = Digest([8; 32]);
    let members =
        vec![NewMember { kind: MemberKind::Person, name: None, region: "XX".parse().unwrap(), owner: None, legal }];
    let key = key_of("invitation").public_key();
    let invitation = InvitationOffer { key, expires: chain.time().plus_ms(DAY_MS) };
    let batch = IdentityTransaction::RegisterMembers(NewMembers { members, roles: vec![], invitation });
    chain.submit(&state, IDENTITY, &batch).unwrap();
    let holder = Party::new(member_id(&NETWORK, &state.member, &legal), "invitation");
    for (application, _) in Registry.applications() {
        let refused = chain.submit(&holder, application, &IdentityTransaction::RevokeKey(key));
        assert_eq!(refused, Err(IdentityRejection::InvitationKeyOnly.code()), "{application}");
    }
}

#[test]
fn a_suspended_authority_is_refused_by_every_application() {
    let (mut chain, state) = founded();
    let legal = Digest([9; 32]);
    let key = key_of("invitation").public_key();
    let invitation = InvitationOffer { key, expires: chain.time().plus_ms(DAY_MS) };
    let office = IdentityTransaction::RegisterAuthority(NewAuthority {
        name: "Office".to_owned(),
        domains: vec!["statistics".parse().unwrap()],
        region: "XX".parse().unwrap(),
        legal,
        sealing_key: None,
        invitation,
    });
    chain.submit(&state, IDENTITY, &office).unwrap();
    let office = Party::new(member_id(&NETWORK, &state.member, &legal), "office");
    let purpose = chancery_crypto::signature::Purpose::KeyPossession;
    let possession = office.key.sign(purpose, &NETWORK, office.member.as_bytes());
    let first = NewKey { member: office.member, key: office.public_key(), expires: None, possession };
    let acceptance = IdentityTransaction::AcceptInvitation(Acceptance { keys: vec![first] });
    chain.submit(&Party::new(office.member, "invitation"), IDENTITY, &acceptance).unwrap();
    let from = chain.time().plus_ms(2 * DAY_MS);
    let notice = SuspensionNotice { authority: office.member, from, reason: "lent its keys".to_owned() };
    chain.submit(&state, IDENTITY, &IdentityTransaction::Suspend(notice)).unwrap();
    assert_ne!(
        chain.submit(&office, STATISTICS, &"nonsense").map(drop),
        Err(IdentityRejection::SenderSuspended.code()),
        "it is only announced"
    );
    chain.wait_ms(2 * DAY_MS);
    // Well-formed for the identity application, so that it gets as far as who may send it; nonsense for all others.
    let region = IdentityTransaction::RegisterRegion(NewRegion {
        code: "01".parse().unwrap(),
        parent: "XX".parse().unwrap(),
        name: "North".to_owned(),
    });
    for (application, name) in Registry.applications() {
        let refused = chain.submit(&office, application, &region);
        assert_eq!(refused, Err(IdentityRejection::SenderSuspended.code()), "{name}");
    }
    assert!(chain.submit(&state, RECORDS, &open_register()).is_ok(), "those above go on");
}

#[test]
fn an_emergency_decision_pauses_one_application_and_no_other() {
    let (mut chain, state) = founded();
    chain.submit(&state, RECORDS, &open_register()).unwrap();
    let (action, reason) = (Action::Emergency(RECORDS, HOUR_MS), "A flaw was found".to_owned());
    chain.submit(&state, GOVERNANCE, &GovernanceTransaction::Propose(NewProposal { action, reason })).unwrap();
    let vote = NewVote { proposal: 1, choice: Choice::For, reason: "As proposed".to_owned() };
    chain.submit(&state, GOVERNANCE, &GovernanceTransaction::Vote(vote)).unwrap();
    let paused = Err(GovernanceRejection::Paused.code());
    assert_eq!(chain.submit(&state, RECORDS, &open_register()), paused);
    assert_ne!(chain.submit(&state, STATISTICS, &"nonsense").unwrap_err().application, GOVERNANCE);
    chain.wait_ms(HOUR_MS);
    assert_ne!(chain.submit(&state, RECORDS, &open_register()), paused, "it opens again by itself");
}
