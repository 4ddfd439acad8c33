//! The country in which the stories happen, and short ways to say who does what.
//!
//! The State certifies the Statistics Office (all of `XX`, domain `statistics`) and the Office of the North (region
//! `01`, domain `statistics.labour`). Region `01` holds county `01001`; region `02` lies beside it.

use chancery_crypto::hash::{Tag, hash};
use chancery_crypto::signature::Purpose;
use chancery_kernel::identity::genesis::{Founding, FoundingAuthority, FoundingValidator, found};
use chancery_kernel::identity::ids::IDENTITY;
use chancery_kernel::identity::query;
use chancery_kernel::identity::record::{Calibration, Device, IdentityLevel, Role};
use chancery_kernel::identity::rejection::IdentityRejection;
use chancery_kernel::identity::transaction::{
    Acceptance, BatchRole, BodyReform, IdentifiedMember, IdentifiedMembers, IdentityCheck, IdentityTransaction,
    InvitationOffer, Lifting, NewAuthority, NewKey, NewMember, NewMembers, NewRegion, RegionReform, RoleOffer,
    RoleScope, SuspensionNotice, TakingOver,
};
use chancery_kernel::identity::{Identity, check_key_purpose, check_standing};
use chancery_ledger::rejection::LedgerRejection;
use chancery_ledger::testing::{Chain, NETWORK, Party, key_of};
use chancery_ledger::{Applications, BlockContext, Changes, Refusal, Sender, View, run};
use chancery_types::event::Event;
use chancery_types::hash::Digest;
use chancery_types::ids::{ApplicationId, MemberId};
use chancery_types::member::MemberKind;
use chancery_types::rejection::RejectionCode;
use chancery_types::time::{BlockTime, DAY_MS};
use chancery_types::transaction::Envelope;

/// Identity alone, installed the way `registry` installs all applications. Number 99 stands for any other.
struct Installed;

pub(crate) const OTHER: ApplicationId = ApplicationId(99);

impl Applications for Installed {
    fn identify(&self, view: &View<'_>, context: &BlockContext, envelope: &Envelope) -> Result<Sender, RejectionCode> {
        query::identify(view, context, envelope).map_err(|refusal| refusal.code())
    }

    fn run(
        &self,
        view: &View<'_>,
        context: &BlockContext,
        sender: Sender,
        application: ApplicationId,
        payload: &[u8],
    ) -> Result<Changes, RejectionCode> {
        match application {
            IDENTITY => run::<Identity>(view, context, sender, payload),
            OTHER => check_key_purpose(&sender)
                .and_then(|()| check_standing(view, context, &sender))
                .map(|()| Changes::new())
                .map_err(|refusal| refusal.code()),
            _ => Err(LedgerRejection::UnknownApplication.code()),
        }
    }

    fn end_block(&self, _: &View<'_>, _: &BlockContext) -> Changes {
        Changes::new()
    }
}

/// The country with its first authorities.
pub(crate) struct World {
    pub(crate) chain: Chain,
    /// The constituting authority: every domain, the whole country.
    pub(crate) state: Party,
    /// Certified by the state: `statistics`, the whole country.
    pub(crate) office: Party,
    /// Certified by the office: `statistics.labour`, region `01`.
    pub(crate) north: Party,
}

impl World {
    pub(crate) fn new() -> Self {
        let founding = founding();
        let writes = found(&founding).unwrap().into_parts().0;
        let state = writes.into_iter().map(|(key, value)| (key, value.unwrap())).collect();
        let mut chain = Chain::new(Installed, state);
        let state = Party::new(founding.authority.id(), "state");
        for (code, parent) in [("01", "XX"), ("02", "XX"), ("01001", "01")] {
            accepted(chain.submit(&state, IDENTITY, &region(code, parent)));
        }
        let (office, north) = (state.clone(), state.clone());
        let mut world = Self { chain, state, office, north };
        world.office = world.authority(&world.state.clone(), "office", &["statistics"], "XX");
        world.north = world.authority(&world.office.clone(), "north", &["statistics.labour"], "01");
        world
    }

    /// Certifies an authority and accepts its invitation.
    pub(crate) fn authority(&mut self, by: &Party, name: &str, domains: &[&str], region: &str) -> Party {
        self.accepts(by, &certify(self.chain.time(), name, domains, region));
        self.join(by, name)
    }

    /// Registers a person with a role and accepts the invitation.
    pub(crate) fn person(&mut self, by: &Party, name: &str, region: &str) -> Party {
        let members = vec![person(name, region)];
        let batch = self.batch(name, members, vec![]);
        self.accepts(by, &batch);
        self.join(by, name)
    }

    /// The acceptance of the invitation of a name, by the key of that name.
    pub(crate) fn join(&mut self, by: &Party, name: &str) -> Party {
        let member = query::member_id(&NETWORK, &by.member, &legal(name));
        self.accepts(&invited(member, name), &acceptance(&[(member, name)]));
        Party::new(member, name)
    }

    /// A batch with an invitation of ten days.
    pub(crate) fn batch(&self, name: &str, members: Vec<NewMember>, roles: Vec<BatchRole>) -> IdentityTransaction {
        let invitation = offer(name, self.in_days(10));
        IdentityTransaction::RegisterMembers(NewMembers { members, roles, invitation })
    }

    /// How an authority checked somebody just now.
    pub(crate) fn check(&self, by: &Party, name: &str) -> IdentityCheck {
        IdentityCheck {
            level: IdentityLevel::High,
            checked_by: by.member,
            checked: self.chain.time(),
            documents: legal(&format!("documents of {name}")),
            tag: query::duplicate_tag(&TAG_KEY, &NETWORK, &by.member, "national-id", name),
        }
    }

    /// A registration of members that were checked by the sender, each under the name that its tag is of.
    pub(crate) fn identified(
        &self,
        by: &Party,
        members: Vec<(&str, NewMember, Option<Device>)>,
    ) -> IdentityTransaction {
        let name = members.first().unwrap().0;
        let invitation = offer(name, self.in_days(10));
        let members = members
            .into_iter()
            .map(|(name, member, device)| IdentifiedMember { member, check: self.check(by, name), device })
            .collect();
        IdentityTransaction::RegisterIdentified(IdentifiedMembers { members, roles: vec![], invitation })
    }

    /// A calibration of this moment.
    pub(crate) fn calibration(&self, by: &Party, days: u64) -> Calibration {
        let on = self.chain.time();
        Calibration { by: by.member, on, expires: self.in_days(days), certificate: legal("certificate") }
    }

    /// Suspends an authority and waits until that is in force.
    pub(crate) fn suspend(&mut self, by: &Party, authority: &Party) {
        self.accepts(by, &suspension(authority, self.in_days(2)));
        self.chain.wait_ms(2 * DAY_MS);
    }

    /// Whether the member may do business in any application.
    pub(crate) fn acts(&mut self, member: &Party) -> Result<(), RejectionCode> {
        self.chain.submit(member, OTHER, &()).map(drop)
    }

    pub(crate) fn in_days(&self, days: u64) -> BlockTime {
        self.chain.time().plus_ms(days * DAY_MS)
    }

    pub(crate) fn submit(
        &mut self,
        by: &Party,
        transaction: &IdentityTransaction,
    ) -> Result<Vec<Event>, RejectionCode> {
        self.chain.submit(by, IDENTITY, transaction)
    }

    /// The transaction goes through.
    #[track_caller]
    pub(crate) fn accepts(&mut self, by: &Party, transaction: &IdentityTransaction) -> Vec<Event> {
        accepted(self.submit(by, transaction))
    }

    /// The transaction stands in a block, refused with this number, and nothing else changed.
    #[track_caller]
    pub(crate) fn refuses(&mut self, by: &Party, transaction: &IdentityTransaction, expected: IdentityRejection) {
        assert_eq!(self.submit(by, transaction), Err(expected.code()), "expected {expected:?}");
    }

    /// The transaction has no place in any block.
    #[track_caller]
    pub(crate) fn bars(&mut self, by: &Party, transaction: &IdentityTransaction, expected: LedgerRejection) {
        assert_eq!(self.submit(by, transaction), Err(expected.code()), "expected {expected:?}");
    }

    pub(crate) fn has_role(&self, member: &Party, role: Role, domain: &str, region: &str) -> bool {
        let (domain, region) = (domain.parse().unwrap(), region.parse().unwrap());
        self.chain.read(|view, context| query::has_role(view, context, &member.member, role, &domain, &region))
    }
}

#[track_caller]
fn accepted(result: Result<Vec<Event>, RejectionCode>) -> Vec<Event> {
    result.unwrap_or_else(|code| {
        let text = IdentityRejection::ALL.iter().find(|text| text.code == code);
        panic!("refused: {code} {text:?}")
    })
}

pub(crate) fn founding() -> Founding {
    let validator = |number: u8| FoundingValidator {
        name: format!("Node {number}"),
        operator: format!("Ministry {number}"),
        key: key_of(&format!("node {number}")).public_key(),
    };
    Founding {
        authority: FoundingAuthority {
            name: "The State".to_owned(),
            act: "Act 1".to_owned(),
            key: key_of("state").public_key(),
            domains: vec!["statistics".parse().unwrap(), "finance".parse().unwrap()],
            sealing_key: None,
        },
        region: ("XX".parse().unwrap(), "The Country".to_owned()),
        validators: (1..=4).map(validator).collect(),
    }
}

/// The key under which the authorities of the stories compute tags.
pub(crate) const TAG_KEY: [u8; 32] = [3; 32];

pub(crate) fn suspension(authority: &Party, from: BlockTime) -> IdentityTransaction {
    let reason = "keys lent to a contractor".to_owned();
    IdentityTransaction::Suspend(SuspensionNotice { authority: authority.member, from, reason })
}

pub(crate) fn lifting(authority: &Party) -> IdentityTransaction {
    IdentityTransaction::Lift(Lifting { authority: authority.member, reason: "cleared".to_owned() })
}

pub(crate) fn taking_over(authority: &Party, by: &Party) -> IdentityTransaction {
    let reason = "until it is cleared".to_owned();
    IdentityTransaction::TakeOver(TakingOver { authority: authority.member, by: by.member, reason })
}

pub(crate) fn reform_regions(ended: &[&str], successors: &[&str], from: BlockTime) -> IdentityTransaction {
    let codes = |codes: &[&str]| codes.iter().map(|code| code.parse().unwrap()).collect();
    let (ended, successors, act) = (codes(ended), codes(successors), "Reform Act 3".to_owned());
    IdentityTransaction::ReformRegions(RegionReform { ended, successors, from, act })
}

pub(crate) fn reform_bodies(ended: &[&Party], successors: &[&Party], from: BlockTime) -> IdentityTransaction {
    let ids = |parties: &[&Party]| parties.iter().map(|party| party.member).collect();
    let (ended, successors, act) = (ids(ended), ids(successors), "Reform Act 3".to_owned());
    IdentityTransaction::ReformBodies(BodyReform { ended, successors, from, act })
}

/// A meter that somebody owns.
pub(crate) fn meter(name: &str, region: &str, owner: &Party) -> NewMember {
    NewMember { kind: MemberKind::Device, owner: Some(owner.member), ..person(name, region) }
}

pub(crate) fn model(calibration: Option<Calibration>) -> Device {
    Device { model: "Flow 200".to_owned(), place: "Outfall 3, left bank".to_owned(), calibration }
}

pub(crate) fn legal(name: &str) -> Digest {
    hash(Tag::LegalIdentity, &[name.as_bytes()])
}

/// Whoever was handed the invitation of a name.
pub(crate) fn invited(first: MemberId, name: &str) -> Party {
    Party::new(first, &format!("invitation {name}"))
}

pub(crate) fn offer(name: &str, expires: BlockTime) -> InvitationOffer {
    InvitationOffer { key: key_of(&format!("invitation {name}")).public_key(), expires }
}

pub(crate) fn region(code: &str, parent: &str) -> IdentityTransaction {
    let (code, parent) = (code.parse().unwrap(), parent.parse().unwrap());
    IdentityTransaction::RegisterRegion(NewRegion { code, parent, name: "A region".to_owned() })
}

pub(crate) fn certify(now: BlockTime, name: &str, domains: &[&str], region: &str) -> IdentityTransaction {
    IdentityTransaction::RegisterAuthority(NewAuthority {
        name: name.to_owned(),
        domains: domains.iter().map(|domain| domain.parse().unwrap()).collect(),
        region: region.parse().unwrap(),
        legal: legal(name),
        sealing_key: None,
        invitation: offer(name, now.plus_ms(10 * DAY_MS)),
    })
}

pub(crate) fn person(name: &str, region: &str) -> NewMember {
    let region = region.parse().unwrap();
    NewMember { kind: MemberKind::Person, name: None, region, owner: None, legal: legal(name) }
}

pub(crate) fn company(name: &str, region: &str, owner: Option<MemberId>) -> NewMember {
    let region = region.parse().unwrap();
    NewMember { kind: MemberKind::Organisation, name: Some(name.to_owned()), region, owner, legal: legal(name) }
}

pub(crate) fn new_key(member: MemberId, name: &str) -> NewKey {
    let key = key_of(name);
    let possession = key.sign(Purpose::KeyPossession, &NETWORK, member.as_bytes());
    NewKey { member, key: key.public_key(), expires: None, possession }
}

pub(crate) fn acceptance(keys: &[(MemberId, &str)]) -> IdentityTransaction {
    let keys = keys.iter().map(|(member, name)| new_key(*member, name)).collect();
    IdentityTransaction::AcceptInvitation(Acceptance { keys })
}

pub(crate) fn scope(member: &Party, role: Role, domain: &str, region: &str) -> RoleScope {
    RoleScope { member: member.member, role, domain: domain.parse().unwrap(), region: region.parse().unwrap() }
}

pub(crate) fn give(scope: RoleScope, expires: BlockTime) -> IdentityTransaction {
    IdentityTransaction::GrantRole(RoleOffer { scope, expires })
}
