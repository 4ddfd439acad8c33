//! `formats/identity.golden`: every transaction, event and value of the identity application in canonical encoding,
//! with the numbers of state keys.
//!
//! `UPDATE_FORMATS=1 cargo test -p chancery-kernel --test identity_golden` writes it anew; that is an approval.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use chancery_crypto::hash::{Tag, hash};
use chancery_kernel::identity::event::IdentityEvent;
use chancery_kernel::identity::query::duplicate_tag;
use chancery_kernel::identity::record::{
    BodyEnd, Calibration, Device, Identification, IdentityLevel, Invitation, Jurisdiction, KeyBinding, Member, Naming,
    Office, Region, RegionEnd, Role, RoleGrant, Roles, Suspension,
};
use chancery_kernel::identity::state;
use chancery_kernel::identity::transaction::{
    Acceptance, BatchRole, BodyReform, CalibrationReport, Ending, IdentifiedMember, IdentifiedMembers, IdentityCheck,
    IdentityTransaction, InvitationOffer, Lifting, Named, NewAuthority, NewInvitation, NewKey, NewMember, NewMembers,
    NewRegion, RegionReform, Renaming, RenewedCheck, RoleOffer, RoleScope, SuspensionNotice, TakingOver, Withdrawal,
};
use chancery_types::encoding::{from_bytes, to_bytes};
use chancery_types::hash::Digest;
use chancery_types::ids::{Height, MemberId, NetworkId};
use chancery_types::key::{PublicKey, SealingPublicKey, Signature};
use chancery_types::member::{KeyPurpose, MemberKind};
use chancery_types::time::BlockTime;
use std::fmt::{Debug, Write as _};
use std::path::Path;

const MEMBER: MemberId = MemberId([0x11; 16]);
const OTHER: MemberId = MemberId([0x22; 16]);
const KEY: PublicKey = PublicKey([0x33; 32]);
const LEGAL: Digest = Digest([0x44; 32]);
const SEALING: SealingPublicKey = SealingPublicKey([0x55; 32]);
const TIME: BlockTime = BlockTime(1_767_225_600_000);

fn invitation() -> InvitationOffer {
    InvitationOffer { key: KEY, expires: TIME }
}

fn new_key() -> NewKey {
    NewKey { member: MEMBER, key: KEY, expires: Some(TIME), possession: Signature([0x66; 64]) }
}

fn scope() -> RoleScope {
    RoleScope {
        member: MEMBER,
        role: Role::Checker,
        domain: "statistics.labour".parse().unwrap(),
        region: "01".parse().unwrap(),
    }
}

fn transactions() -> Vec<IdentityTransaction> {
    let region = || "01".parse().unwrap();
    let person = NewMember { kind: MemberKind::Person, name: None, region: region(), owner: None, legal: LEGAL };
    let company = NewMember {
        kind: MemberKind::Organisation,
        name: Some("Müller 有限公司".to_owned()),
        owner: Some(OTHER),
        ..person.clone()
    };
    let role = BatchRole { role: Role::Filer, domain: "statistics".parse().unwrap(), expires: TIME };
    let mut all = vec![
        IdentityTransaction::RegisterRegion(NewRegion {
            code: "01001".parse().unwrap(),
            parent: region(),
            name: "Autauga".to_owned(),
        }),
        IdentityTransaction::RegisterAuthority(NewAuthority {
            name: "Statistics Office".to_owned(),
            domains: vec!["statistics".parse().unwrap()],
            region: region(),
            legal: LEGAL,
            sealing_key: Some(SEALING),
            invitation: invitation(),
        }),
        IdentityTransaction::RegisterMembers(NewMembers {
            members: vec![person, company],
            roles: vec![role],
            invitation: invitation(),
        }),
        IdentityTransaction::AcceptInvitation(Acceptance { keys: vec![new_key()] }),
        IdentityTransaction::AddKey(NewKey { expires: None, ..new_key() }),
        IdentityTransaction::RevokeKey(KEY),
        IdentityTransaction::GrantRole(RoleOffer { scope: scope(), expires: TIME }),
        IdentityTransaction::RevokeRole(scope()),
        IdentityTransaction::RevokeMember(Ending { member: MEMBER, reason: "dissolved".to_owned() }),
        IdentityTransaction::InviteAgain(NewInvitation { members: vec![MEMBER, OTHER], invitation: invitation() }),
    ];
    all.extend(standing_transactions());
    all.extend(identification_transactions());
    all
}

fn reason() -> String {
    "keys lent".to_owned()
}

fn standing_transactions() -> Vec<IdentityTransaction> {
    let codes = |codes: [&str; 1]| codes.map(|code| code.parse().unwrap()).into();
    let act = || "Reform Act 3".to_owned();
    vec![
        IdentityTransaction::Suspend(SuspensionNotice { authority: MEMBER, from: TIME, reason: reason() }),
        IdentityTransaction::Lift(Lifting { authority: MEMBER, reason: reason() }),
        IdentityTransaction::TakeOver(TakingOver { authority: MEMBER, by: OTHER, reason: reason() }),
        IdentityTransaction::Vouch(MEMBER),
        IdentityTransaction::Withdraw(Withdrawal { member: MEMBER, reason: reason() }),
        IdentityTransaction::Rename(Renaming {
            of: Named::Region("01".parse().unwrap()),
            name: "Upper North".to_owned(),
            from: TIME,
            act: act(),
        }),
        IdentityTransaction::ReformRegions(RegionReform {
            ended: codes(["01"]),
            successors: codes(["02"]),
            from: TIME,
            act: act(),
        }),
        IdentityTransaction::ReformBodies(BodyReform {
            ended: vec![MEMBER],
            successors: vec![OTHER],
            from: TIME,
            act: act(),
        }),
    ]
}

fn check() -> IdentityCheck {
    IdentityCheck { level: IdentityLevel::High, checked_by: OTHER, checked: TIME, documents: LEGAL, tag: LEGAL }
}

fn calibration() -> Calibration {
    Calibration { by: OTHER, on: TIME, expires: TIME, certificate: LEGAL }
}

fn device() -> Device {
    Device { model: "Flow 200".to_owned(), place: "Outfall 3".to_owned(), calibration: Some(calibration()) }
}

fn identification_transactions() -> Vec<IdentityTransaction> {
    let region = "01".parse().unwrap();
    let member = NewMember { kind: MemberKind::Device, name: None, region, owner: Some(OTHER), legal: LEGAL };
    let member = IdentifiedMember { member, check: check(), device: Some(device()) };
    vec![
        IdentityTransaction::RegisterIdentified(IdentifiedMembers {
            members: vec![member],
            roles: vec![],
            invitation: invitation(),
        }),
        IdentityTransaction::Identify(vec![RenewedCheck { member: MEMBER, check: check() }]),
        IdentityTransaction::Calibrate(CalibrationReport { device: MEMBER, calibration: calibration() }),
    ]
}

fn naming() -> Naming {
    Naming { name: "Upper North".to_owned(), from: TIME, act: "Naming Act 2".to_owned() }
}

fn region_end() -> RegionEnd {
    let successors = vec!["02".parse().unwrap(), "03".parse().unwrap()];
    RegionEnd { from: TIME, successors, act: "Reform Act 3".to_owned(), announced: Height(5) }
}

fn office() -> Office {
    let suspension = Suspension { by: OTHER, reason: reason(), announced: Height(5), from: TIME };
    let end = BodyEnd {
        from: TIME,
        successors: vec![OTHER],
        act: "Reform Act 3".to_owned(),
        announced: Height(5),
        heir: Some(OTHER),
    };
    Office { suspension: Some(suspension), taken_over_by: Some(OTHER), end: Some(end) }
}

fn identification() -> Identification {
    Identification {
        level: IdentityLevel::Substantial,
        authority: OTHER,
        checked_by: MEMBER,
        checked: TIME,
        documents: LEGAL,
        tag: LEGAL,
        recorded: Height(5),
    }
}

fn region() -> Region {
    Region { code: "01".parse().unwrap(), parent: Some("XX".parse().unwrap()), name: "The North".to_owned() }
}

fn member() -> Member {
    Member {
        id: MEMBER,
        kind: MemberKind::Authority,
        vouched_by: Some(OTHER),
        name: Some("Statistics Office".to_owned()),
        region: "01".parse().unwrap(),
        owner: None,
        legal: LEGAL,
        registered: Height(5),
        revoked: Some(Height(9)),
    }
}

fn jurisdiction() -> Jurisdiction {
    Jurisdiction {
        domains: vec!["statistics".parse().unwrap()],
        region: "01".parse().unwrap(),
        sealing_key: Some(SEALING),
    }
}

fn binding() -> KeyBinding {
    KeyBinding {
        member: MEMBER,
        purpose: KeyPurpose::Invitation,
        from: Height(5),
        expires: Some(TIME),
        revoked: Some(Height(9)),
    }
}

fn grant() -> RoleGrant {
    RoleGrant { granted_by: OTHER, from: Height(5), expires: TIME, revoked: None }
}

fn events() -> Vec<IdentityEvent> {
    vec![
        IdentityEvent::RegionRegistered(region()),
        IdentityEvent::MemberRegistered(member(), Some(jurisdiction())),
        IdentityEvent::KeyBound(KEY, binding()),
        IdentityEvent::KeyRevoked(KEY, MEMBER),
        IdentityEvent::RoleGranted(scope(), grant()),
        IdentityEvent::RoleRevoked(scope()),
        IdentityEvent::MemberRevoked(MEMBER, "dissolved".to_owned()),
        IdentityEvent::SuspensionAnnounced(MEMBER, office().suspension.unwrap()),
        IdentityEvent::SuspensionLifted(Lifting { authority: MEMBER, reason: reason() }, OTHER),
        IdentityEvent::TakenOver(TakingOver { authority: MEMBER, by: OTHER, reason: reason() }, OTHER),
        IdentityEvent::Vouched(MEMBER, OTHER),
        IdentityEvent::VouchingWithdrawn(Withdrawal { member: MEMBER, reason: reason() }, OTHER),
        IdentityEvent::Renamed(Named::Member(MEMBER), naming()),
        IdentityEvent::RegionEndAnnounced("01".parse().unwrap(), region_end()),
        IdentityEvent::BodyEndAnnounced(MEMBER, office().end.unwrap()),
        IdentityEvent::Identified(MEMBER, identification()),
        IdentityEvent::DeviceDescribed(MEMBER, device()),
        IdentityEvent::Calibrated(MEMBER, calibration()),
    ]
}

/// One line, after having checked that the bytes read back as what they were.
fn line<T>(text: &mut String, name: &str, value: &T)
where
    T: minicbor::Encode<()> + for<'b> minicbor::Decode<'b, ()> + PartialEq + Debug,
{
    let bytes = to_bytes(value);
    assert_eq!(from_bytes::<T>(&bytes).as_ref(), Ok(value), "{name}");
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    writeln!(text, "{name} {hex} {}", hash(Tag::Content, &[&bytes])).unwrap();
}

fn name(value: &impl Debug) -> String {
    let text = format!("{value:?}");
    text.split('(').next().unwrap().to_owned()
}

fn golden() -> String {
    let mut text = String::from("# name, canonical encoding, hash of it as content; then state keys.\n");
    for transaction in transactions() {
        line(&mut text, &format!("transaction.{}", name(&transaction)), &transaction);
    }
    for event in events() {
        line(&mut text, &format!("event.{}.{}", event.kind(), name(&event)), &event.to_event());
        assert_eq!(IdentityEvent::from_event(&event.to_event()), Some(event));
    }
    line(&mut text, "value.region", &region());
    line(&mut text, "value.member", &member());
    line(&mut text, "value.jurisdiction", &jurisdiction());
    line(&mut text, "value.binding", &binding());
    line(&mut text, "value.invitation", &Invitation { members: vec![MEMBER], expires: TIME, used: Some(Height(9)) });
    line(&mut text, "value.role", &grant());
    let mut roles = Roles::default();
    roles.set(&scope(), &grant());
    line(&mut text, "value.roles", &roles);
    line(&mut text, "value.office", &office());
    line(&mut text, "value.office-undisturbed", &Office::default());
    line(&mut text, "value.naming", &naming());
    line(&mut text, "value.region-end", &region_end());
    line(&mut text, "value.identification", &identification());
    line(&mut text, "value.device", &device());
    let tag = duplicate_tag(&[7; 32], &NetworkId([8; 32]), &MEMBER, "national-id", "11010519491231002x");
    writeln!(text, "duplicate-tag {tag}").unwrap();
    let keys = [
        ("region", *state::region(&"01".parse().unwrap()).raw()),
        ("member", *state::member(&MEMBER).raw()),
        ("jurisdiction", *state::jurisdiction(&MEMBER).raw()),
        ("binding", *state::binding(&KEY).raw()),
        ("keys", *state::keys(&MEMBER).raw()),
        ("invitation", *state::invitation(&KEY).raw()),
        ("roles", *state::roles(&MEMBER).raw()),
        ("role", *state::role(&scope()).raw()),
        ("validators", *state::validators().raw()),
        ("office", *state::office(&MEMBER).raw()),
        ("vouchers", *state::vouchers(&MEMBER).raw()),
        ("region-names", *state::region_names(&"01".parse().unwrap()).raw()),
        ("member-names", *state::member_names(&MEMBER).raw()),
        ("region-end", *state::region_end(&"01".parse().unwrap()).raw()),
        ("region-parts", *state::region_parts(&"01".parse().unwrap()).raw()),
        ("identification", *state::identification(&MEMBER).raw()),
        ("identified", *state::identified(&MEMBER, &LEGAL).raw()),
        ("device", *state::device(&MEMBER).raw()),
    ];
    for (name, key) in keys {
        writeln!(text, "key.{name} {key}").unwrap();
    }
    text
}

#[test]
fn encodings_are_what_the_golden_file_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../formats/identity.golden");
    let made = golden();
    if std::env::var_os("UPDATE_FORMATS").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    for (made, kept) in made.lines().zip(kept.lines()) {
        assert_eq!(made, kept, "formats/identity.golden: UPDATE_FORMATS=1 writes it anew, if the change is meant");
    }
    assert_eq!(made, kept);
}
