//! Every transaction of the application, and everyone who may not send it.

use super::sealed::{Desk, Secret, decide};
use super::world::{CONFIDENTIAL, OPEN, World, file, month, open_return, structure};
use chancery_kernel::identity::rejection::IdentityRejection;
use chancery_ledger::Refusal;
use chancery_ledger::rejection::LedgerRejection;
use chancery_ledger::testing::{Party, key_of};
use chancery_statistics::ids::STATISTICS;
use chancery_statistics::rejection::StatisticsRejection;
use chancery_statistics::transaction::{NewCollection, StatisticsTransaction};
use chancery_types::encoding::to_bytes;
use chancery_types::time::{DAY_MS, HOUR_MS};

/// The office with something to decide and to publish; the mill, which files; and those who have no business here.
struct Scene {
    world: World,
    mill: Party,
    other_office: Party,
    other_mill: Party,
}

fn scene() -> Scene {
    let mut world = World::new();
    let mills = world.companies("01001", &["mill", "other mill"]);
    let other_office = world.authority("other office");
    let sealed = Secret::new(Desk::default().rng(), 4, 2).to_return(&mills[1]);
    world.accepts(&mills[1], &file(CONFIDENTIAL, vec![sealed]));
    world.accepts(&mills[1], &file(OPEN, vec![open_return(&mills[1], 4, 2)]));
    world.wait_until_day(12);
    Scene { world, mill: mills[0].clone(), other_office, other_mill: mills[1].clone() }
}

/// Each kind of transaction, as the office would rightly send it (the return apart, which is the mill's).
fn every_kind(scene: &Scene) -> Vec<StatisticsTransaction> {
    let kinds = vec![
        StatisticsTransaction::DefineStructure(structure(OPEN)),
        StatisticsTransaction::OpenPeriod(NewCollection { period: "2026-02".parse().unwrap(), ..month(OPEN) }),
        file(OPEN, vec![open_return(&scene.mill, 4, 2)]),
        decide(&[(&scene.other_mill, 1, None)]),
        StatisticsTransaction::Publish(scene.world.open_publication("XX")),
    ];
    for (number, kind) in kinds.iter().enumerate() {
        // The second byte of `[variant, [...]]` is the variant: no kind is forgotten and none stands twice.
        assert_eq!(usize::from(to_bytes(kind)[1]), number);
    }
    kinds
}

fn is_return(kind: &StatisticsTransaction) -> bool {
    matches!(kind, StatisticsTransaction::File(_))
}

#[test]
fn the_right_sender_may_send_every_kind() {
    for index in 0..every_kind(&scene()).len() {
        let mut scene = scene();
        let kind = every_kind(&scene).swap_remove(index);
        let by = if is_return(&kind) { scene.mill.clone() } else { scene.world.office.clone() };
        scene.world.accepts(&by, &kind);
    }
}

#[test]
fn nobody_else_may_send_any() {
    let mut scene = scene();
    let (state, office) = (scene.world.state.clone(), scene.world.office.clone());
    let strangers = [scene.other_mill.clone(), scene.other_office.clone(), state, office];
    for kind in every_kind(&scene) {
        for by in &strangers {
            if by.member == scene.world.office.member && !is_return(&kind) {
                continue;
            }
            let expected =
                if is_return(&kind) { StatisticsRejection::NotFiler } else { StatisticsRejection::NotSupervisor };
            scene.world.refuses(by, &kind, expected);
        }
    }
}

#[test]
fn a_filer_whose_role_has_ended_files_no_more() {
    let mut scene = scene();
    let mill = scene.mill.clone();
    scene.world.wait_until_day(401);
    let one = file(OPEN, vec![open_return(&mill, 4, 2)]);
    scene.world.refuses(&mill, &one, StatisticsRejection::NotFiler);
}

#[test]
fn a_register_that_does_not_exist_is_nobodys() {
    let mut scene = scene();
    let office = scene.world.office.clone();
    let nowhere = StatisticsTransaction::DefineStructure(structure("nowhere"));
    scene.world.refuses(&office, &nowhere, StatisticsRejection::RegisterUnknown);
}

#[test]
fn a_strange_key_or_sender_has_no_place_in_a_block() {
    let mut scene = scene();
    let strange_key = Party { key: key_of("stranger"), ..scene.world.office.clone() };
    let strange_sender = Party::new(chancery_types::ids::MemberId([9; 16]), "stranger");
    for kind in every_kind(&scene) {
        scene.world.refuses(&strange_key, &kind, LedgerRejection::KeyNotValid);
        scene.world.refuses(&strange_sender, &kind, LedgerRejection::UnknownSender);
    }
}

#[test]
fn the_key_of_an_invitation_signs_no_business() {
    let mut scene = scene();
    // The forge was invited and has not answered.
    let forge = scene.world.invite("01001", "forge");
    for kind in every_kind(&scene) {
        scene.world.refuses(&forge, &kind, IdentityRejection::InvitationKeyOnly);
    }
}

#[test]
fn an_expired_transaction_has_no_place_in_a_block() {
    let mut scene = scene();
    let office = scene.world.office.clone();
    for kind in every_kind(&scene) {
        let past = scene.world.chain.time();
        let bytes = scene.world.chain.sign_until(&office, STATISTICS, &kind, past);
        assert_eq!(scene.world.chain.submit_bytes(bytes), Err(LedgerRejection::Expired.code()));
        let far = scene.world.chain.time().plus_ms(DAY_MS + HOUR_MS);
        let bytes = scene.world.chain.sign_until(&office, STATISTICS, &kind, far);
        assert_eq!(scene.world.chain.submit_bytes(bytes), Err(LedgerRejection::ExpiresTooLate.code()));
    }
}

#[test]
fn bytes_that_are_no_transaction_are_refused() {
    let mut scene = scene();
    let office = scene.world.office.clone();
    let refused = scene.world.chain.submit(&office, STATISTICS, &(99_u8, "nothing"));
    assert_eq!(refused, Err(StatisticsRejection::Malformed.code()));
}
