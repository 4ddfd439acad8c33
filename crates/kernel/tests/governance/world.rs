//! The network in which the stories happen, and short ways to say who does what.
//!
//! The State, the Assembly and the Court constitute it: two of three are two thirds, and three of three what three
//! quarters ask for. Four nodes validate. An epoch has 32 blocks.

use chancery_crypto::hash::{Tag, hash};
use chancery_crypto::signature::Purpose;
use chancery_kernel::governance::event::GovernanceEvent;
use chancery_kernel::governance::ids::GOVERNANCE;
use chancery_kernel::governance::params::{Parameter, Setting};
use chancery_kernel::governance::record::{Choice, Committee, Proposal, Seat, Stage};
use chancery_kernel::governance::rejection::GovernanceRejection;
use chancery_kernel::governance::transaction::{Action, Announcement, GovernanceTransaction, NewProposal, NewVote};
use chancery_kernel::governance::{self, Governance};
use chancery_kernel::identity::genesis::{Founding, FoundingAuthority, FoundingValidator, found_with};
use chancery_kernel::identity::ids::IDENTITY;
use chancery_kernel::identity::transaction::{
    Acceptance, IdentityTransaction, InvitationOffer, NewAuthority, NewKey, NewMember, NewMembers,
};
use chancery_kernel::identity::{self, Identity, check_key_purpose};
use chancery_ledger::rejection::LedgerRejection;
use chancery_ledger::testing::{Chain, NETWORK, Party, key_of};
use chancery_ledger::{Applications, BlockContext, Changes, Refusal, Sender, View, run};
use chancery_types::event::Event;
use chancery_types::ids::{ApplicationId, Height, MemberId};
use chancery_types::member::MemberKind;
use chancery_types::rejection::RejectionCode;
use chancery_types::time::{BlockTime, DAY_MS, MINUTE_MS};
use chancery_types::transaction::Envelope;

/// Identity and governance, installed the way `registry` installs all applications. Number 99 stands for any other.
struct Installed;

pub(crate) const OTHER: ApplicationId = ApplicationId(99);
pub(crate) const EPOCH: u64 = 32;

impl Applications for Installed {
    fn identify(&self, view: &View<'_>, context: &BlockContext, envelope: &Envelope) -> Result<Sender, RejectionCode> {
        identity::query::identify(view, context, envelope).map_err(|refusal| refusal.code())
    }

    fn run(
        &self,
        view: &View<'_>,
        context: &BlockContext,
        sender: Sender,
        application: ApplicationId,
        payload: &[u8],
    ) -> Result<Changes, RejectionCode> {
        if application != IDENTITY {
            check_key_purpose(&sender).map_err(|refusal| refusal.code())?;
        }
        match application {
            IDENTITY => run::<Identity>(view, context, sender, payload),
            GOVERNANCE => run::<Governance>(view, context, sender, payload),
            OTHER => governance::query::check_open(view, context, OTHER)
                .map(|()| Changes::new())
                .map_err(|refusal| refusal.code()),
            _ => Err(LedgerRejection::UnknownApplication.code()),
        }
    }

    fn end_block(&self, view: &View<'_>, context: &BlockContext) -> Changes {
        use chancery_ledger::Application;
        Governance::end_block(view, context)
    }
}

pub(crate) struct World {
    pub(crate) chain: Chain,
    pub(crate) state: Party,
    pub(crate) assembly: Party,
    pub(crate) court: Party,
    /// The four founding validators.
    pub(crate) nodes: Vec<Party>,
}

impl World {
    /// The network, with all validators ready.
    pub(crate) fn new() -> Self {
        Self::with(4, vec![])
    }

    pub(crate) fn with(validators: u8, parameters: Vec<Setting>) -> Self {
        let (founding, others) = founding(validators);
        let mut changes = found_with(&founding, &others).unwrap();
        changes.append(governance::genesis::found(&government(&founding, &others, parameters)).unwrap());
        let writes = changes.into_parts().0;
        let chain = Chain::new(Installed, writes.into_iter().map(|(key, value)| (key, value.unwrap())).collect());
        let seats = (1..).zip(&founding.validators);
        let mut world = Self {
            chain,
            state: Party::new(founding.authority.id(), "state"),
            assembly: Party::new(others[0].id(), "assembly"),
            court: Party::new(others[1].id(), "court"),
            nodes: seats.map(|(number, node): (u8, _)| Party::new(node.id(), &format!("node {number}"))).collect(),
        };
        world.all_ready();
        world
    }

    pub(crate) fn submit(&mut self, by: &Party, what: &GovernanceTransaction) -> Result<Vec<Event>, RejectionCode> {
        self.chain.submit(by, GOVERNANCE, what)
    }

    #[track_caller]
    pub(crate) fn accepts(&mut self, by: &Party, what: &GovernanceTransaction) -> Vec<Event> {
        self.submit(by, what).unwrap_or_else(|code| panic!("refused: {code} {:?}", named(code)))
    }

    /// The transaction stands in a block, refused with this number.
    #[track_caller]
    pub(crate) fn refuses(&mut self, by: &Party, what: &GovernanceTransaction, expected: GovernanceRejection) {
        let refused = self.submit(by, what).expect_err("it went through");
        assert_eq!(refused, expected.code(), "expected {expected:?}, refused {:?}", named(refused));
    }

    /// The State proposes; gives the proposal's number.
    #[track_caller]
    pub(crate) fn proposes(&mut self, action: &Action) -> u64 {
        let state = self.state.clone();
        self.accepts(&state, &propose(action));
        self.chain.read(|view, _| governance::query::agenda(view).made)
    }

    /// What the State proposes is refused.
    #[track_caller]
    pub(crate) fn refuses_proposal(&mut self, action: &Action, expected: GovernanceRejection) {
        let state = self.state.clone();
        self.refuses(&state, &propose(action), expected);
    }

    #[track_caller]
    pub(crate) fn votes(&mut self, by: &Party, proposal: u64, choice: Choice) -> Vec<Event> {
        self.accepts(by, &vote(proposal, choice))
    }

    /// The State proposes and all three are in favour, as long as they are asked; gives the proposal's number.
    #[track_caller]
    pub(crate) fn decides(&mut self, action: &Action) -> u64 {
        let number = self.proposes(action);
        for by in [self.state.clone(), self.assembly.clone(), self.court.clone()] {
            if self.stage(number) == Stage::Open && self.constitutes(&by) {
                self.votes(&by, number, Choice::For);
            }
        }
        number
    }

    pub(crate) fn constitutes(&self, party: &Party) -> bool {
        self.chain.read(|view, _| governance::query::constituents(view).contains(&party.member))
    }

    /// The State proposes, all are in favour, and the boundary passes.
    #[track_caller]
    pub(crate) fn enacts(&mut self, action: &Action) -> u64 {
        let number = self.decides(action);
        self.until_boundary();
        assert!(matches!(self.stage(number), Stage::Executed(_)), "{:?}", self.stage(number));
        number
    }

    pub(crate) fn proposal(&self, number: u64) -> Proposal {
        self.chain.read(|view, _| governance::query::proposal(view, number).unwrap())
    }

    pub(crate) fn stage(&self, number: u64) -> Stage {
        self.proposal(number).stage
    }

    /// A block without transactions; gives what happened at its end.
    pub(crate) fn block(&mut self) -> Vec<GovernanceEvent> {
        let executed = self.chain.block(&[]);
        executed.events.last().unwrap().iter().filter_map(GovernanceEvent::from_event).collect()
    }

    /// Blocks until the last of the epoch; gives what happened at their ends.
    pub(crate) fn until_boundary(&mut self) -> Vec<GovernanceEvent> {
        let mut seen = self.block();
        while !(self.chain.height().0 + 1).is_multiple_of(EPOCH) {
            seen.extend(self.block());
        }
        seen
    }

    /// Time passes, and with it as many blocks as it takes to work off what falls due.
    pub(crate) fn wait(&mut self, ms: u64) -> Vec<GovernanceEvent> {
        self.chain.wait_ms(ms);
        (0..ms / (256 * MINUTE_MS) + 3).flat_map(|_| self.block()).collect()
    }

    pub(crate) fn ready(&mut self, node: &Party) {
        let said = self.announcement();
        self.accepts(node, &GovernanceTransaction::AnnounceReadiness(said));
    }

    pub(crate) fn all_ready(&mut self) {
        for node in self.nodes.clone() {
            self.ready(&node);
        }
    }

    /// What a node in good order says.
    pub(crate) fn announcement(&self) -> Announcement {
        Announcement { height: self.chain.height(), version: 1, disk_free_mib: 100_000, clock_difference_ms: -3 }
    }

    /// Registers a node and binds the key of its name to it.
    pub(crate) fn node(&mut self, name: &str) -> Party {
        self.member(name, MemberKind::Node, None)
    }

    pub(crate) fn member(&mut self, name: &str, kind: MemberKind, key_expires: Option<BlockTime>) -> Party {
        let legal = hash(Tag::LegalIdentity, &[name.as_bytes()]);
        let public_name = matches!(kind, MemberKind::Node | MemberKind::Organisation).then(|| name.to_owned());
        let new = NewMember { kind, name: public_name, region: "XX".parse().unwrap(), owner: None, legal };
        let key = key_of(&format!("invitation {name}"));
        let invitation = InvitationOffer { key: key.public_key(), expires: self.chain.time().plus_ms(DAY_MS) };
        let batch = NewMembers { members: vec![new], roles: vec![], invitation };
        let state = self.state.clone();
        self.chain.submit(&state, IDENTITY, &IdentityTransaction::RegisterMembers(batch)).unwrap();
        self.joins(name, key_expires)
    }

    /// The invited member of a name binds its first key.
    fn joins(&mut self, name: &str, expires: Option<BlockTime>) -> Party {
        let legal = hash(Tag::LegalIdentity, &[name.as_bytes()]);
        let member = identity::query::member_id(&NETWORK, &self.state.member, &legal);
        let own = key_of(name);
        let possession = own.sign(Purpose::KeyPossession, &NETWORK, member.as_bytes());
        let bound = NewKey { member, key: own.public_key(), expires, possession };
        let acceptance = IdentityTransaction::AcceptInvitation(Acceptance { keys: vec![bound] });
        let invited = Party::new(member, &format!("invitation {name}"));
        self.chain.submit(&invited, IDENTITY, &acceptance).unwrap();
        Party::new(member, name)
    }

    /// Certifies an authority that could constitute the network, and lets it bind the key of its name.
    pub(crate) fn authority(&mut self, name: &str) -> Party {
        let legal = hash(Tag::LegalIdentity, &[name.as_bytes()]);
        let key = key_of(&format!("invitation {name}"));
        let invitation = InvitationOffer { key: key.public_key(), expires: self.chain.time().plus_ms(DAY_MS) };
        let new = NewAuthority {
            name: name.to_owned(),
            domains: vec!["statistics".parse().unwrap()],
            region: "XX".parse().unwrap(),
            legal,
            sealing_key: None,
            invitation,
        };
        let state = self.state.clone();
        self.chain.submit(&state, IDENTITY, &IdentityTransaction::RegisterAuthority(new)).unwrap();
        self.joins(name, None)
    }

    pub(crate) fn effective(&self) -> Committee {
        self.chain.read(|view, _| governance::query::effective_committee(view).unwrap())
    }

    pub(crate) fn decided(&self) -> Committee {
        self.chain.read(|view, _| governance::query::decided_committee(view).unwrap())
    }

    pub(crate) fn rehearse(&self, action: &Action) -> governance::query::Rehearsal {
        self.chain.read(|view, context| governance::query::rehearse(view, context, action))
    }

    pub(crate) fn parameter(&self, parameter: Parameter) -> u64 {
        self.chain.read(|view, _| governance::query::parameter(view, parameter))
    }

    pub(crate) fn in_blocks(&self, blocks: u64) -> Height {
        Height(self.chain.height().0 + blocks)
    }
}

pub(crate) fn named(code: RejectionCode) -> Option<&'static str> {
    GovernanceRejection::ALL.iter().find(|text| text.code == code).map(|text| text.name)
}

pub(crate) fn seat(node: &Party) -> Seat {
    Seat { key: node.public_key(), member: node.member }
}

pub(crate) fn propose(action: &Action) -> GovernanceTransaction {
    let reason = "Act 7, article 3".to_owned();
    GovernanceTransaction::Propose(NewProposal { action: action.clone(), reason })
}

pub(crate) fn vote(proposal: u64, choice: Choice) -> GovernanceTransaction {
    GovernanceTransaction::Vote(NewVote { proposal, choice, reason: "It serves the country.".to_owned() })
}

pub(crate) fn members(committee: &Committee) -> Vec<MemberId> {
    committee.seats.iter().map(|seat| seat.member).collect()
}

pub(crate) fn founding(validators: u8) -> (Founding, Vec<FoundingAuthority>) {
    let authority = |name: &str, key: &str| FoundingAuthority {
        name: name.to_owned(),
        act: "Act 1".to_owned(),
        key: key_of(key).public_key(),
        domains: vec!["statistics".parse().unwrap()],
        sealing_key: None,
    };
    let validator = |number: u8| FoundingValidator {
        name: format!("Node {number}"),
        operator: format!("Ministry {number}"),
        key: key_of(&format!("node {number}")).public_key(),
    };
    let founding = Founding {
        authority: authority("The State", "state"),
        region: ("XX".parse().unwrap(), "The Country".to_owned()),
        validators: (1..=validators).map(validator).collect(),
    };
    (founding, vec![authority("The Assembly", "assembly"), authority("The Court", "court")])
}

pub(crate) fn government(
    founding: &Founding,
    others: &[FoundingAuthority],
    parameters: Vec<Setting>,
) -> governance::genesis::Founding {
    let seats = founding.validators.iter().map(|validator| Seat { key: validator.key, member: validator.id() });
    governance::genesis::Founding {
        constituents: std::iter::once(&founding.authority).chain(others).map(FoundingAuthority::id).collect(),
        seats: seats.collect(),
        epoch_blocks: EPOCH.max(8 * u64::try_from(founding.validators.len()).unwrap()),
        parameters,
        thresholds: vec![],
    }
}
