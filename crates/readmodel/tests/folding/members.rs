//! Members, keys and roles, with what has become of them.

use super::ledger::{AUTHORITY, Block, Did, File};
use chancery_kernel::identity::event::IdentityEvent;
use chancery_kernel::identity::record::{KeyBinding, Member, Role, RoleGrant};
use chancery_kernel::identity::transaction::RoleScope;
use chancery_readmodel::MemberFilter;
use chancery_types::event::Event;
use chancery_types::hash::Digest;
use chancery_types::ids::{Height, MemberId};
use chancery_types::key::PublicKey;
use chancery_types::member::{KeyPurpose, MemberKind};
use chancery_types::time::BlockTime;

const ANNA: MemberId = MemberId([1; 16]);
const KEY: PublicKey = PublicKey([9; 32]);

fn registered(id: MemberId, kind: MemberKind, region: &str) -> Event {
    let member = Member {
        id,
        kind,
        vouched_by: Some(AUTHORITY),
        name: (kind == MemberKind::Organisation).then(|| "Müller 有限公司".to_owned()),
        region: region.parse().unwrap(),
        owner: None,
        legal: Digest([5; 32]),
        registered: Height(1),
        revoked: None,
    };
    IdentityEvent::MemberRegistered(member, None).to_event()
}

fn scope() -> RoleScope {
    let (domain, region) = ("statistics".parse().unwrap(), "01".parse().unwrap());
    RoleScope { member: ANNA, role: Role::Checker, domain, region }
}

fn granted(height: u64) -> Event {
    let expires = BlockTime(9_000);
    let grant = RoleGrant { granted_by: AUTHORITY, from: Height(height), expires, revoked: None };
    IdentityEvent::RoleGranted(scope(), grant).to_event()
}

#[test]
fn a_member_is_shown_with_what_has_become_of_it() {
    let file = File::new();
    let model = file.open();
    let purpose = KeyPurpose::Business;
    let binding = KeyBinding { member: ANNA, purpose, from: Height(1), expires: None, revoked: None };
    let company = MemberId([2; 16]);
    let arrival = Did::These(vec![
        registered(ANNA, MemberKind::Person, "01"),
        registered(company, MemberKind::Organisation, "02"),
        IdentityEvent::KeyBound(KEY, binding).to_event(),
        granted(1),
    ]);
    let ending = Did::These(vec![
        IdentityEvent::KeyRevoked(KEY, ANNA).to_event(),
        IdentityEvent::RoleRevoked(scope()).to_event(),
        IdentityEvent::MemberRevoked(ANNA, "retired".to_owned()).to_event(),
    ]);
    let blocks = [Block::founding(), Block::new(1, vec![arrival], vec![]), Block::new(2, vec![ending], vec![])];
    model.apply(&[blocks[0].fold(), blocks[1].fold()]).unwrap();
    let row = model.member(&ANNA).unwrap().unwrap();
    assert_eq!((row.member.kind, row.revoked), (MemberKind::Person, None));
    model.apply(&[blocks[2].fold()]).unwrap();
    let row = model.member(&ANNA).unwrap().unwrap();
    assert_eq!(row.registered, (Height(1), BlockTime(1_000)));
    assert_eq!(row.revoked, Some((Height(2), BlockTime(2_000), "retired".to_owned())));
    let key = model.key(&KEY).unwrap().unwrap();
    assert_eq!((key.binding.member, key.revoked), (ANNA, Some((Height(2), BlockTime(2_000)))));
    let roles = model.roles_of(&ANNA).unwrap();
    assert_eq!((roles.len(), &roles[0].scope, roles[0].revoked), (1, &scope(), Some((Height(2), BlockTime(2_000)))));
    // A role that is given again is live again.
    model.apply(&[Block::new(3, vec![Did::These(vec![granted(3)])], vec![]).fold()]).unwrap();
    assert_eq!(model.roles_of(&ANNA).unwrap()[0].revoked, None);
    let filter = MemberFilter { kind: Some(MemberKind::Organisation), ..MemberFilter::default() };
    let found: Vec<_> = model.members(&filter, None, 10).unwrap().iter().map(|row| row.member.id).collect();
    assert_eq!(found, [company]);
    assert_eq!(model.search("有限", 5).unwrap()[0].id, company.to_string());
    assert_eq!(model.search("%", 5).unwrap(), [], "a sign of the pattern is searched for as it stands");
}
