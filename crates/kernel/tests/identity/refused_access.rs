//! Every transaction of the application, and everyone who may not send it.

use super::world::{
    World, acceptance, certify, company, give, invited, legal, lifting, meter, model, new_key, offer, person,
    reform_bodies, reform_regions, region, scope, suspension, taking_over,
};
use chancery_kernel::identity::ids::IDENTITY;
use chancery_kernel::identity::query;
use chancery_kernel::identity::record::Role;
use chancery_kernel::identity::rejection::IdentityRejection;
use chancery_kernel::identity::transaction::{
    CalibrationReport, Ending, IdentityTransaction, Named, NewInvitation, NewKey, Renaming, RenewedCheck, Withdrawal,
};
use chancery_ledger::Refusal;
use chancery_ledger::rejection::LedgerRejection;
use chancery_ledger::testing::{BAD_SIGNATURE, NETWORK, Party};
use chancery_types::encoding::{from_bytes, to_bytes};
use chancery_types::time::{DAY_MS, HOUR_MS};
use chancery_types::transaction::Envelope;

/// The world of every case: anna (a person of the north) with the role of a checker, ben invited by the north, and
/// the west (region `02`), which answers for none of them. Below the north stand the county and the resting office,
/// whose suspension is announced. The office registered carl and dora; the north vouches for dora too. Anna owns a meter.
struct Scene {
    world: World,
    anna: Party,
    ben: Party,
    west: Party,
    county: Party,
    resting: Party,
    carl: Party,
    dora: Party,
    meter: Party,
}

fn scene() -> Scene {
    let mut world = World::new();
    let (office, north) = (world.office.clone(), world.north.clone());
    let anna = world.person(&north, "anna", "01");
    let batch = world.batch("ben", vec![person("ben", "01")], vec![]);
    world.accepts(&north, &batch);
    let ben = Party::new(query::member_id(&NETWORK, &north.member, &legal("ben")), "ben");
    world.accepts(&north, &give(scope(&anna, Role::Checker, "statistics.labour", "01"), world.in_days(300)));
    let west = world.authority(&office, "west", &["statistics.labour"], "02");
    let county = world.authority(&north, "the county", &["statistics.labour"], "01001");
    let resting = world.authority(&north, "resting", &["statistics.labour"], "01001");
    world.accepts(&north, &suspension(&resting, world.in_days(80)));
    world.accepts(&north, &region("01002", "01"));
    let (carl, dora) = (world.person(&office, "carl", "01"), world.person(&office, "dora", "01"));
    world.accepts(&north, &IdentityTransaction::Vouch(dora.member));
    world.accepts(&north, &world.identified(&north, vec![("meter", meter("meter", "01", &anna), Some(model(None)))]));
    let meter = world.join(&north, "meter");
    Scene { world, anna, ben, west, county, resting, carl, dora, meter }
}

/// Each kind of transaction as the north would rightly send it (ben's acceptance apart).
fn every_kind(scene: &Scene) -> Vec<IdentityTransaction> {
    let Scene { world, anna, ben, county, resting, carl, dora, meter, .. } = scene;
    let north = &world.north;
    let checker = scope(anna, Role::Checker, "statistics.labour", "01");
    let invitation = offer("once more", world.in_days(3));
    let kinds = vec![
        region("01003", "01"),
        certify(world.chain.time(), "county", &["statistics.labour"], "01001"),
        world.batch("works", vec![company("works", "01001", None)], vec![]),
        acceptance(&[(ben.member, "ben")]),
        IdentityTransaction::AddKey(new_key(world.north.member, "north 2")),
        IdentityTransaction::RevokeKey(anna.public_key()),
        give(scope(anna, Role::Filer, "statistics.labour", "01"), world.in_days(30)),
        IdentityTransaction::RevokeRole(checker),
        IdentityTransaction::RevokeMember(Ending { member: anna.member, reason: "moved away".to_owned() }),
        IdentityTransaction::InviteAgain(NewInvitation { members: vec![ben.member], invitation }),
        suspension(county, world.in_days(2)),
        lifting(resting),
        taking_over(resting, north),
        IdentityTransaction::Vouch(carl.member),
        IdentityTransaction::Withdraw(Withdrawal { member: dora.member, reason: "moved away".to_owned() }),
        IdentityTransaction::Rename(Renaming {
            of: Named::Region("01001".parse().unwrap()),
            name: "Upper County".to_owned(),
            from: world.in_days(5),
            act: "Naming Act 2".to_owned(),
        }),
        reform_regions(&["01001"], &["01002"], world.in_days(5)),
        reform_bodies(&[county], &[north], world.in_days(5)),
        world.identified(north, vec![("emma", person("emma", "01"), None)]),
        IdentityTransaction::Identify(vec![RenewedCheck { member: anna.member, check: world.check(north, "anna") }]),
        IdentityTransaction::Calibrate(CalibrationReport {
            device: meter.member,
            calibration: world.calibration(north, 365),
        }),
    ];
    for (number, kind) in kinds.iter().enumerate() {
        // The second byte of `[variant, [...]]` is the variant: no kind is forgotten and none stands twice.
        assert_eq!(usize::from(to_bytes(kind)[1]), number);
    }
    kinds
}

/// Whether the kind is the acceptance, which its invitation's key alone signs.
fn signer(scene: &Scene, kind: &IdentityTransaction) -> Party {
    match kind {
        IdentityTransaction::AcceptInvitation(_) => invited(scene.ben.member, "ben"),
        _ => scene.world.north.clone(),
    }
}

#[test]
fn the_right_sender_may_send_every_kind() {
    let count = every_kind(&scene()).len();
    for index in 0..count {
        let mut scene = scene();
        let kind = every_kind(&scene).swap_remove(index);
        let by = signer(&scene, &kind);
        scene.world.accepts(&by, &kind);
    }
}

#[test]
fn the_wrong_kind_of_sender_is_refused() {
    let mut scene = scene();
    let anna = scene.anna.clone();
    for kind in every_kind(&scene) {
        let expected = match kind {
            IdentityTransaction::AcceptInvitation(_) => IdentityRejection::NotInvitationKey,
            IdentityTransaction::AddKey(_) => IdentityRejection::NotOwnKey,
            // Her own key is hers to end.
            IdentityTransaction::RevokeKey(_) => continue,
            _ => IdentityRejection::NotAuthority,
        };
        scene.world.refuses(&anna, &kind, expected);
    }
}

#[test]
fn the_wrong_jurisdiction_is_refused() {
    let mut scene = scene();
    let west = scene.west.clone();
    for kind in every_kind(&scene) {
        let expected = match kind {
            IdentityTransaction::AcceptInvitation(_) => IdentityRejection::NotInvitationKey,
            IdentityTransaction::AddKey(_) => IdentityRejection::NotOwnKey,
            IdentityTransaction::RevokeKey(_)
            | IdentityTransaction::RevokeMember(_)
            | IdentityTransaction::InviteAgain(_)
            | IdentityTransaction::Suspend(_)
            | IdentityTransaction::Lift(_)
            | IdentityTransaction::TakeOver(_)
            | IdentityTransaction::ReformBodies(_)
            | IdentityTransaction::Calibrate(_) => IdentityRejection::NotAnswerable,
            IdentityTransaction::Withdraw(_) => IdentityRejection::NotVouching,
            IdentityTransaction::Identify(_) => IdentityRejection::NotRegistrar,
            _ => IdentityRejection::OutsideJurisdiction,
        };
        scene.world.refuses(&west, &kind, expected);
    }
}

#[test]
fn a_suspended_authority_and_who_rests_on_it_are_refused() {
    let mut scene = scene();
    let (office, north) = (scene.world.office.clone(), scene.world.north.clone());
    let kinds = every_kind(&scene);
    scene.world.suspend(&office, &north);
    for kind in kinds {
        let by = signer(&scene, &kind);
        let expected = match kind {
            IdentityTransaction::AcceptInvitation(_) => IdentityRejection::VouchingSuspended,
            _ => IdentityRejection::SenderSuspended,
        };
        scene.world.refuses(&by, &kind, expected);
    }
    // Keys of one's own can be ended all the same.
    let anna = scene.anna.clone();
    scene.world.accepts(&anna, &IdentityTransaction::RevokeKey(anna.public_key()));
}

#[test]
fn an_authority_that_others_have_succeeded_is_refused() {
    let mut scene = scene();
    let (office, north) = (scene.world.office.clone(), scene.world.north.clone());
    let kinds = every_kind(&scene);
    let now = scene.world.chain.time();
    scene.world.accepts(&office, &reform_bodies(&[&north], &[&office], now.plus_ms(HOUR_MS)));
    scene.world.chain.wait_ms(HOUR_MS);
    for kind in kinds.iter().filter(|kind| !matches!(kind, IdentityTransaction::AcceptInvitation(_))) {
        scene.world.refuses(&north, kind, IdentityRejection::SenderEnded);
    }
}

#[test]
fn an_expired_or_ended_key_is_barred() {
    let mut scene = scene();
    let (office, north, invitation) =
        (scene.world.office.clone(), scene.world.north.clone(), invited(scene.ben.member, "ben"));
    let kinds = every_kind(&scene);
    let short = NewKey { expires: Some(scene.world.in_days(1)), ..new_key(north.member, "short") };
    scene.world.accepts(&north, &IdentityTransaction::AddKey(short));
    scene.world.accepts(&office, &IdentityTransaction::RevokeKey(north.public_key()));
    scene.world.accepts(&office, &IdentityTransaction::RevokeKey(invitation.public_key()));
    scene.world.chain.wait_ms(DAY_MS);
    for kind in kinds {
        let by = signer(&scene, &kind);
        scene.world.bars(&by, &kind, LedgerRejection::KeyNotValid);
        scene.world.bars(&Party::new(north.member, "short"), &kind, LedgerRejection::KeyNotValid);
    }
}

#[test]
fn an_ended_member_is_barred_and_so_is_a_stranger() {
    let mut scene = scene();
    let (office, north) = (scene.world.office.clone(), scene.world.north.clone());
    let kinds = every_kind(&scene);
    for member in [north.member, scene.ben.member] {
        let ending = Ending { member, reason: "dissolved".to_owned() };
        scene.world.accepts(&office, &IdentityTransaction::RevokeMember(ending));
    }
    let stranger = Party::new(chancery_types::ids::MemberId([9; 16]), "stranger");
    for kind in kinds {
        let by = signer(&scene, &kind);
        scene.world.bars(&by, &kind, LedgerRejection::UnknownSender);
        scene.world.bars(&stranger, &kind, LedgerRejection::UnknownSender);
        // With a valid key of somebody else.
        let borrowed = Party { member: office.member, key: scene.anna.key.clone() };
        scene.world.bars(&borrowed, &kind, LedgerRejection::KeyNotValid);
    }
}

#[test]
fn a_replayed_an_expired_and_a_forged_transaction_are_barred() {
    let count = every_kind(&scene()).len();
    for index in 0..count {
        let mut scene = scene();
        let kind = every_kind(&scene).swap_remove(index);
        let by = signer(&scene, &kind);
        let chain = &mut scene.world.chain;
        let bytes = chain.sign(&by, IDENTITY, &kind);
        let mut forged: Envelope = from_bytes(&bytes).unwrap();
        forged.signature = BAD_SIGNATURE;
        assert_eq!(chain.submit_bytes(to_bytes(&forged)), Err(LedgerRejection::BadSignature.code()));
        let stale = chain.sign_until(&by, IDENTITY, &kind, chain.time());
        assert_eq!(chain.submit_bytes(stale), Err(LedgerRejection::Expired.code()));
        let early = chain.sign_until(&by, IDENTITY, &kind, chain.time().plus_ms(DAY_MS + HOUR_MS));
        assert_eq!(chain.submit_bytes(early), Err(LedgerRejection::ExpiresTooLate.code()));
        assert!(chain.submit_bytes(bytes.clone()).is_ok());
        assert_eq!(chain.submit_bytes(bytes), Err(LedgerRejection::AlreadyFinal.code()));
    }
}
