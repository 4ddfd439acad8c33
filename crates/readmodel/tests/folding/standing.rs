//! Whom a suspension would touch, by the tables and by the ledger's own rule over the same history.

use super::ledger::{Block, Did, File};
use chancery_kernel::identity::genesis::{Founding, FoundingAuthority, FoundingValidator, found};
use chancery_kernel::identity::ids::IDENTITY;
use chancery_kernel::identity::query::{self, member_id};
use chancery_kernel::identity::record::{Calibration, Device, IdentityLevel, Role};
use chancery_kernel::identity::transaction::{
    BodyReform, CalibrationReport, IdentifiedMember, IdentifiedMembers, IdentityCheck, IdentityTransaction,
    InvitationOffer, Lifting, Named, NewAuthority, NewMember, NewRegion, RegionReform, Renaming, RoleOffer, RoleScope,
    SuspensionNotice, TakingOver, Withdrawal,
};
use chancery_kernel::identity::{Identity, check_standing};
use chancery_ledger::testing::{Chain, NETWORK, Party, key_of};
use chancery_ledger::{Applications, BlockContext, Changes, Refusal, Sender, View, run};
use chancery_readmodel::ReadModel;
use chancery_types::hash::Digest;
use chancery_types::ids::{ApplicationId, MemberId};
use chancery_types::member::MemberKind;
use chancery_types::rejection::RejectionCode;
use chancery_types::time::{BlockTime, DAY_MS};
use chancery_types::transaction::Envelope;

struct IdentityAlone;

impl Applications for IdentityAlone {
    fn identify(&self, view: &View<'_>, context: &BlockContext, envelope: &Envelope) -> Result<Sender, RejectionCode> {
        query::identify(view, context, envelope).map_err(|refusal| refusal.code())
    }

    fn run(
        &self,
        view: &View<'_>,
        context: &BlockContext,
        sender: Sender,
        _: ApplicationId,
        payload: &[u8],
    ) -> Result<Changes, RejectionCode> {
        check_standing(view, context, &sender).map_err(|refusal| refusal.code())?;
        run::<Identity>(view, context, sender, payload)
    }

    fn end_block(&self, _: &View<'_>, _: &BlockContext) -> Changes {
        Changes::new()
    }
}

/// A chain and the tables folded from it.
struct World {
    chain: Chain,
    model: ReadModel,
    _file: File,
    blocks: u64,
    state: Party,
    members: Vec<MemberId>,
}

impl World {
    fn new() -> Self {
        let key = |name: &str| key_of(name).public_key();
        let validator = FoundingValidator { name: "Node 1".to_owned(), operator: "State".to_owned(), key: key("node") };
        let authority = FoundingAuthority {
            name: "The State".to_owned(),
            act: "Act 1".to_owned(),
            key: key("state"),
            domains: vec!["statistics".parse().unwrap()],
            sealing_key: None,
        };
        let state = Party::new(authority.id(), "state");
        let region = ("XX".parse().unwrap(), "The Country".to_owned());
        let founding = Founding { authority, region, validators: vec![validator] };
        let (writes, events) = found(&founding).unwrap().into_parts();
        let values = writes.into_iter().map(|(key, value)| (key, value.unwrap())).collect();
        let file = File::new();
        let model = file.open();
        model.apply(&[Block::new(0, vec![], events).fold()]).unwrap();
        let members = vec![state.member];
        Self { chain: Chain::new(IdentityAlone, values), model, _file: file, blocks: 0, state, members }
    }

    fn does(&mut self, by: &Party, transaction: &IdentityTransaction) {
        let events = self.chain.submit(by, IDENTITY, transaction).unwrap();
        self.blocks += 1;
        self.model.apply(&[Block::new(self.blocks, vec![Did::These(events)], vec![]).fold()]).unwrap();
    }

    fn offer(&self, name: &str) -> InvitationOffer {
        let key = key_of(&format!("invitation {name}")).public_key();
        InvitationOffer { key, expires: self.chain.time().plus_ms(10 * DAY_MS) }
    }

    /// The member of a name, once its key is bound.
    fn join(&mut self, by: &Party, name: &str) -> Party {
        use chancery_crypto::signature::Purpose;
        use chancery_kernel::identity::transaction::{Acceptance, NewKey};
        let member = member_id(&NETWORK, &by.member, &legal(name));
        let party = Party::new(member, name);
        let possession = party.key.sign(Purpose::KeyPossession, &NETWORK, member.as_bytes());
        let key = NewKey { member, key: party.public_key(), expires: None, possession };
        let acceptance = IdentityTransaction::AcceptInvitation(Acceptance { keys: vec![key] });
        self.does(&Party::new(member, &format!("invitation {name}")), &acceptance);
        self.members.push(member);
        party
    }

    fn authority(&mut self, by: &Party, name: &str) -> Party {
        let invitation = self.offer(name);
        let new = NewAuthority {
            name: name.to_owned(),
            domains: vec!["statistics".parse().unwrap()],
            region: "XX".parse().unwrap(),
            legal: legal(name),
            sealing_key: None,
            invitation,
        };
        self.does(by, &IdentityTransaction::RegisterAuthority(new));
        self.join(by, name)
    }

    fn registered(&mut self, by: &Party, name: &str, kind: MemberKind, device: Option<Device>) -> Party {
        let owner = device.as_ref().map(|_| self.state.member);
        let region = "XX".parse().unwrap();
        let member = NewMember { kind, name: None, region, owner, legal: legal(name) };
        let check = IdentityCheck {
            level: IdentityLevel::High,
            checked_by: by.member,
            checked: self.chain.time(),
            documents: legal("documents"),
            tag: query::duplicate_tag(&[7; 32], &NETWORK, &by.member, "national-id", name),
        };
        let members = vec![IdentifiedMember { member, check, device }];
        let batch = IdentifiedMembers { members, roles: vec![], invitation: self.offer(name) };
        self.does(by, &IdentityTransaction::RegisterIdentified(batch));
        self.join(by, name)
    }

    fn person(&mut self, by: &Party, name: &str) -> Party {
        self.registered(by, name, MemberKind::Person, None)
    }

    fn suspend(&mut self, by: &Party, authority: &Party) {
        let from = self.chain.time().plus_ms(2 * DAY_MS);
        let notice = SuspensionNotice { authority: authority.member, from, reason: "lent its keys".to_owned() };
        self.does(by, &IdentityTransaction::Suspend(notice));
    }

    fn take_over(&mut self, authority: &Party, by: &Party) {
        let taking = TakingOver { authority: authority.member, by: by.member, reason: "in its place".to_owned() };
        self.does(&self.state.clone(), &IdentityTransaction::TakeOver(taking));
    }

    fn lift(&mut self, authority: &Party) {
        let lifting = Lifting { authority: authority.member, reason: "cleared".to_owned() };
        self.does(&self.state.clone(), &IdentityTransaction::Lift(lifting));
    }

    /// Every authority's answer, by the tables, page by page, equals the ledger's own.
    #[track_caller]
    fn agrees(&self) -> Vec<usize> {
        let (members, time) = (&self.members, self.chain.context().time);
        let answers = members.iter().map(|authority| {
            let mut by_rule: Vec<MemberId> = self.chain.read(|view, context| {
                let touched = |id: &&MemberId| {
                    query::member(view, id).is_some_and(|whom| query::would_touch(view, context, authority, &whom))
                };
                members.iter().filter(touched).copied().collect()
            });
            by_rule.sort();
            let (mut by_tables, mut after) = (Vec::new(), None);
            loop {
                let page = self.model.would_touch(authority, time, after, 2).unwrap();
                assert_eq!(page.counts.members, by_rule.len() as u64, "counted over all pages");
                let Some(last) = page.members.last() else { break };
                after = Some(last.member.id);
                by_tables.extend(page.members.iter().map(|row| row.member.id));
            }
            assert_eq!(by_tables, by_rule, "if {authority} were suspended");
            by_rule.len()
        });
        answers.collect()
    }
}

fn legal(name: &str) -> Digest {
    chancery_crypto::hash::hash(chancery_crypto::hash::Tag::LegalIdentity, &[name.as_bytes()])
}

#[test]
fn the_tables_say_exactly_whom_the_ledger_would_refuse() {
    let mut world = World::new();
    let state = world.state.clone();
    let office = world.authority(&state, "office");
    let (north, south) = (world.authority(&office, "north"), world.authority(&office, "south"));
    let (anna, ben) = (world.person(&north, "anna"), world.person(&south, "ben"));
    let carl = world.person(&office, "carl");
    // The state, office, north, south, anna, ben, carl. A suspension of the state would touch it too, if there were one.
    assert_eq!(world.agrees(), [7, 6, 2, 2, 1, 1, 1], "who is no authority has only itself");
    world.does(&state, &IdentityTransaction::Vouch(anna.member));
    world.does(&south, &IdentityTransaction::Vouch(carl.member));
    assert_eq!(world.agrees(), [7, 5, 1, 2, 1, 1, 1]);
    world.suspend(&state, &north);
    world.agrees();
    world.chain.wait_ms(2 * DAY_MS);
    world.agrees();
    world.take_over(&north, &south);
    let withdrawal = Withdrawal { member: anna.member, reason: "moved".to_owned() };
    world.does(&state, &IdentityTransaction::Withdraw(withdrawal));
    assert_eq!(world.agrees(), [6, 5, 0, 3, 1, 1, 1], "anna rests on the south now");
    world.suspend(&state, &office);
    world.chain.wait_ms(2 * DAY_MS);
    world.agrees();
    world.lift(&office);
    world.lift(&north);
    let from = world.chain.time().plus_ms(DAY_MS);
    let (ended, successors, act) = (vec![south.member], vec![north.member], "Reform Act 3".to_owned());
    world.does(&state, &IdentityTransaction::ReformBodies(BodyReform { ended, successors, from, act }));
    world.agrees();
    world.chain.wait_ms(DAY_MS);
    assert_eq!(world.agrees()[2], 3, "the north answers for ben too, and is touched itself");
    let _ = ben;
}

#[test]
fn roles_that_would_rest_and_suspensions_that_were_announced_are_shown() {
    let mut world = World::new();
    let state = world.state.clone();
    let office = world.authority(&state, "office");
    let north = world.authority(&office, "north");
    let carl = world.person(&state, "carl");
    let (domain, region) = ("statistics".parse().unwrap(), "XX".parse().unwrap());
    let scope = RoleScope { member: carl.member, role: Role::Checker, domain, region };
    let expires = world.chain.time().plus_ms(30 * DAY_MS);
    world.does(&north, &IdentityTransaction::GrantRole(RoleOffer { scope: scope.clone(), expires }));
    let touched = world.model.would_touch(&office.member, world.chain.time(), None, 10).unwrap();
    assert_eq!((touched.counts.members, touched.counts.authorities, touched.counts.roles), (2, 2, 1));
    assert_eq!(touched.roles[0].scope, scope);
    let past = world.model.would_touch(&office.member, expires.plus_ms(1), None, 10).unwrap();
    assert_eq!(past.counts.roles, 0, "it has run out by then");
    world.suspend(&state, &office);
    world.lift(&office);
    world.suspend(&state, &office);
    let told = world.model.suspensions_of(&office.member, 10).unwrap();
    assert_eq!(told.len(), 2);
    assert_eq!((told[0].lifted.clone(), told[0].suspension.reason.as_str()), (None, "lent its keys"));
    let (_, _, by, reason) = told[1].lifted.clone().unwrap();
    assert_eq!((by, reason.as_str()), (state.member, "cleared"));
    // Blocks of this story are a second apart; the suspension begins much later.
    assert_eq!(world.model.suspended_since(&office.member).unwrap(), None);
    let late = Block::new(world.blocks + 1, vec![], vec![]).at(told[0].suspension.from);
    world.model.apply(&[late.fold()]).unwrap();
    let since = world.model.suspended_since(&office.member).unwrap();
    assert_eq!(since, Some((told[0].suspension.announced, told[0].suspension.from)));
}

#[test]
fn histories_are_shown_with_names_ends_identification_and_device() {
    let mut world = World::new();
    let state = world.state.clone();
    let office = world.authority(&state, "office");
    for code in ["01", "02"] {
        let (code, parent) = (code.parse().unwrap(), "XX".parse().unwrap());
        world.does(
            &state,
            &IdentityTransaction::RegisterRegion(NewRegion { code, parent, name: "A region".to_owned() }),
        );
    }
    let from = world.chain.time().plus_ms(DAY_MS);
    let act = || "Naming Act 2".to_owned();
    for of in [Named::Region("02".parse().unwrap()), Named::Member(office.member)] {
        let renaming = Renaming { of, name: "New name".to_owned(), from, act: act() };
        world.does(&state, &IdentityTransaction::Rename(renaming));
    }
    let (ended, successors) = (vec!["01".parse().unwrap()], vec!["02".parse().unwrap()]);
    world.does(&state, &IdentityTransaction::ReformRegions(RegionReform { ended, successors, from, act: act() }));
    let [first, second] = ["01", "02"].map(|code| world.model.region_history(&code.parse().unwrap()).unwrap());
    assert_eq!(first.end.unwrap().successors, ["02".parse().unwrap()]);
    assert_eq!((second.names[0].name.as_str(), second.predecessors), ("New name", vec!["01".parse().unwrap()]));
    assert_eq!(world.model.member_history(&office.member).unwrap().names[0].from, from);
    let device = Device { model: "Flow 200".to_owned(), place: "Outfall 3".to_owned(), calibration: None };
    let meter = world.registered(&office, "meter", MemberKind::Device, Some(device)).member;
    assert_eq!(world.model.devices_by_calibration(10).unwrap(), [], "it was never calibrated");
    let expires = world.chain.time();
    let on = BlockTime(expires.0 - DAY_MS);
    let calibration = Calibration { by: office.member, on, expires, certificate: legal("certificate") };
    let report = CalibrationReport { device: meter, calibration: calibration.clone() };
    world.does(&office, &IdentityTransaction::Calibrate(report));
    let told = world.model.member_history(&meter).unwrap();
    assert_eq!(told.identification.unwrap().level, IdentityLevel::High);
    assert_eq!(told.device.unwrap().calibration, Some(calibration));
    assert_eq!(world.model.devices_by_calibration(10).unwrap()[0].member, meter);
}
