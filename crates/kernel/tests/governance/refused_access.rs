//! Every transaction of the application, and everyone who may not send it.

use super::hearings::twice;
use super::world::{World, propose, vote};
use chancery_kernel::governance::ids::GOVERNANCE;
use chancery_kernel::governance::params::Parameter;
use chancery_kernel::governance::record::Choice;
use chancery_kernel::governance::rejection::GovernanceRejection;
use chancery_kernel::governance::transaction::{Action, GovernanceTransaction, NewAnswer};
use chancery_kernel::identity::ids::IDENTITY;
use chancery_kernel::identity::rejection::IdentityRejection;
use chancery_kernel::identity::transaction::{Ending, IdentityTransaction};
use chancery_ledger::Refusal;
use chancery_ledger::rejection::LedgerRejection;
use chancery_ledger::testing::{BAD_SIGNATURE, Party};
use chancery_types::encoding::{from_bytes, to_bytes};
use chancery_types::member::MemberKind;
use chancery_types::time::{DAY_MS, HOUR_MS};
use chancery_types::transaction::Envelope;

/// A network with an open proposal and an open hearing about the fourth validator; a clerk, and an authority that does
/// not constitute the network.
struct Scene {
    world: World,
    clerk: Party,
    council: Party,
}

fn scene() -> Scene {
    let mut world = World::new();
    let clerk = world.member("clerk", MemberKind::Person, None);
    let council = world.authority("council");
    world.proposes(&Action::ChangeParameter(Parameter::RespondentsMin, 5));
    let evidence = twice(&world.nodes[3].clone(), 7);
    world.accepts(&clerk, &GovernanceTransaction::ReportDoubleProposal(Box::new(evidence)));
    Scene { world, clerk, council }
}

/// Each kind of transaction, with someone who may send it.
fn every_kind(scene: &Scene) -> Vec<(Party, GovernanceTransaction)> {
    let world = &scene.world;
    let answer = NewAnswer { hearing: 1, statement: "It was restored from an old copy.".to_owned() };
    let kinds = vec![
        (world.court.clone(), propose(&Action::ChangeParameter(Parameter::RespondentsMin, 4))),
        (world.court.clone(), vote(1, Choice::For)),
        (world.nodes[0].clone(), GovernanceTransaction::AnnounceReadiness(world.announcement())),
        (scene.clerk.clone(), GovernanceTransaction::ReportDoubleProposal(Box::new(twice(&world.nodes[3], 8)))),
        (world.nodes[3].clone(), GovernanceTransaction::AnswerHearing(answer)),
    ];
    for (number, (_, kind)) in kinds.iter().enumerate() {
        // The second byte of `[variant, [...]]` is the variant: no kind is forgotten and none stands twice.
        assert_eq!(usize::from(to_bytes(kind)[1]), number);
    }
    kinds
}

#[test]
fn the_right_sender_may_send_every_kind() {
    let mut scene = scene();
    for (by, kind) in every_kind(&scene) {
        scene.world.accepts(&by, &kind);
    }
}

#[test]
fn everyone_else_is_refused() {
    let mut scene = scene();
    let (clerk, council, node, state) =
        (scene.clerk.clone(), scene.council.clone(), scene.world.nodes[0].clone(), scene.world.state.clone());
    for (_, kind) in every_kind(&scene) {
        let (refusal, wrong) = match kind {
            GovernanceTransaction::Propose(_) | GovernanceTransaction::Vote(_) => {
                (GovernanceRejection::NotConstituent, vec![&clerk, &council, &node])
            }
            GovernanceTransaction::AnnounceReadiness(_) => {
                (GovernanceRejection::NotNode, vec![&clerk, &council, &state])
            }
            // Evidence speaks for itself, whoever shows it.
            GovernanceTransaction::ReportDoubleProposal(_) => continue,
            GovernanceTransaction::AnswerHearing(_) => {
                (GovernanceRejection::NotAccused, vec![&clerk, &council, &node, &state])
            }
        };
        for by in wrong {
            scene.world.refuses(by, &kind, refusal);
        }
    }
}

#[test]
fn the_key_of_an_invitation_signs_none_of_them() {
    let mut scene = scene();
    let state = scene.world.state.clone();
    let again = chancery_kernel::identity::transaction::NewInvitation {
        members: vec![scene.clerk.member],
        invitation: chancery_kernel::identity::transaction::InvitationOffer {
            key: chancery_ledger::testing::key_of("again").public_key(),
            expires: scene.world.chain.time().plus_ms(DAY_MS),
        },
    };
    scene.world.chain.submit(&state, IDENTITY, &IdentityTransaction::InviteAgain(again)).unwrap();
    let invited = Party::new(scene.clerk.member, "again");
    for (_, kind) in every_kind(&scene) {
        assert_eq!(scene.world.submit(&invited, &kind), Err(IdentityRejection::InvitationKeyOnly.code()));
    }
}

#[test]
fn an_ended_member_and_a_stranger_are_barred() {
    let mut scene = scene();
    let kinds = every_kind(&scene);
    let stranger = Party::new(chancery_types::ids::MemberId([9; 16]), "stranger");
    for (by, kind) in &kinds {
        assert_eq!(scene.world.submit(&stranger, kind), Err(LedgerRejection::UnknownSender.code()));
        let borrowed = Party { member: by.member, key: scene.council.key.clone() };
        assert_eq!(scene.world.submit(&borrowed, kind), Err(LedgerRejection::KeyNotValid.code()));
    }
    let state = scene.world.state.clone();
    for member in [scene.clerk.member, scene.world.nodes[0].member, scene.world.nodes[3].member] {
        let ending = Ending { member, reason: "dissolved".to_owned() };
        scene.world.chain.submit(&state, IDENTITY, &IdentityTransaction::RevokeMember(ending)).unwrap();
    }
    for (by, kind) in kinds.iter().skip(2) {
        assert_eq!(scene.world.submit(by, kind), Err(LedgerRejection::UnknownSender.code()));
    }
}

#[test]
fn a_replayed_an_expired_and_a_forged_transaction_are_barred() {
    let mut scene = scene();
    for (by, kind) in every_kind(&scene) {
        let chain = &mut scene.world.chain;
        let bytes = chain.sign(&by, GOVERNANCE, &kind);
        let mut forged: Envelope = from_bytes(&bytes).unwrap();
        forged.signature = BAD_SIGNATURE;
        assert_eq!(chain.submit_bytes(to_bytes(&forged)), Err(LedgerRejection::BadSignature.code()));
        let stale = chain.sign_until(&by, GOVERNANCE, &kind, chain.time());
        assert_eq!(chain.submit_bytes(stale), Err(LedgerRejection::Expired.code()));
        let early = chain.sign_until(&by, GOVERNANCE, &kind, chain.time().plus_ms(DAY_MS + HOUR_MS));
        assert_eq!(chain.submit_bytes(early), Err(LedgerRejection::ExpiresTooLate.code()));
        assert!(chain.submit_bytes(bytes.clone()).is_ok());
        assert_eq!(chain.submit_bytes(bytes), Err(LedgerRejection::AlreadyFinal.code()));
    }
}
