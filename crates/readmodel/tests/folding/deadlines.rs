//! What is due soon, and what is overdue.

use super::ledger::{AUTHORITY, Block, Did, decided, filed, record};
use chancery_kernel::identity::event::IdentityEvent;
use chancery_kernel::identity::record::{KeyBinding, Role, RoleGrant};
use chancery_kernel::identity::transaction::RoleScope;
use chancery_readmodel::{Deadlines, ReadModel};
use chancery_statistics::event::{Overdue, StatisticsEvent};
use chancery_types::event::Event;
use chancery_types::ids::{Height, MemberId, NetworkId, Version};
use chancery_types::key::PublicKey;
use chancery_types::member::KeyPurpose;
use chancery_types::time::{BlockTime, DAY_MS};

const REGISTER: &str = "labour";
const NOW: BlockTime = BlockTime(1_000 * DAY_MS);

fn folded(blocks: &[Vec<Event>]) -> ReadModel {
    let model = ReadModel::open(None, NetworkId([7; 32])).unwrap();
    let mut all = vec![Block::founding()];
    all.extend((1..).zip(blocks).map(|(height, events)| Block::new(height, vec![Did::These(events.clone())], vec![])));
    model.apply(&all.iter().map(Block::fold).collect::<Vec<_>>()).unwrap();
    model
}

fn overdue(subject: u8, version: u32) -> Event {
    let overdue = Overdue {
        register: REGISTER.parse().unwrap(),
        period: "2016".parse().unwrap(),
        region: "01".parse().unwrap(),
        subject: MemberId([subject; 16]),
        record: record(REGISTER, subject),
        version: Version(version),
        filed: BlockTime(5),
        authority: AUTHORITY,
    };
    StatisticsEvent::DecisionOverdue(overdue).to_event()
}

fn version(subject: u8, version: u32) -> Event {
    filed(REGISTER, subject, version, "01", [1, 2])
}

#[test]
fn a_decision_is_overdue_until_it_is_made_or_a_correction_takes_its_place() {
    let mut blocks = vec![vec![version(1, 1), version(2, 1), version(3, 1)], vec![overdue(1, 1)], vec![overdue(2, 1)]];
    let found = |blocks: &[Vec<Event>]| {
        let Deadlines { decisions_overdue, overdue_since, .. } = folded(blocks).deadlines(NOW).unwrap();
        (decisions_overdue, overdue_since)
    };
    assert_eq!(found(&blocks[..1]), (0, None));
    assert_eq!(found(&blocks), (2, Some(BlockTime(2_000))));
    blocks.push(vec![decided(REGISTER, 1, 1, None)]);
    assert_eq!(found(&blocks), (1, Some(BlockTime(3_000))));
    blocks.push(vec![version(2, 2)]);
    assert_eq!(found(&blocks), (0, None), "the version that waited no longer counts");
}

#[test]
fn ends_are_counted_when_they_are_near_and_not_when_they_are_past() {
    let key = |byte: u8, days: i64| {
        let expires = Some(BlockTime((1_000 + days).cast_unsigned() * DAY_MS));
        let member = MemberId([byte; 16]);
        let binding = KeyBinding { member, purpose: KeyPurpose::Business, from: Height(1), expires, revoked: None };
        IdentityEvent::KeyBound(PublicKey([byte; 32]), binding).to_event()
    };
    let role = |byte: u8, days: i64| {
        let (domain, region) = ("statistics".parse().unwrap(), "01".parse().unwrap());
        let scope = RoleScope { member: MemberId([byte; 16]), role: Role::Checker, domain, region };
        let expires = BlockTime((1_000 + days).cast_unsigned() * DAY_MS);
        let grant = RoleGrant { granted_by: AUTHORITY, from: Height(1), expires, revoked: None };
        IdentityEvent::RoleGranted(scope, grant).to_event()
    };
    let ending = IdentityEvent::KeyRevoked(PublicKey([5; 32]), MemberId([5; 16])).to_event();
    let model = folded(&[
        vec![key(1, -1), key(2, 0), key(3, 8), key(4, 31), key(5, 3), role(1, 6), role(2, 29), role(3, 400)],
        vec![ending],
    ]);
    let found = model.deadlines(NOW).unwrap();
    assert_eq!((found.keys_ending, found.roles_ending), ([2, 1], [2, 1]));
}

#[test]
fn an_empty_ledger_has_no_deadlines() {
    assert_eq!(folded(&[]).deadlines(NOW).unwrap(), Deadlines::default());
}
