//! The country in which the stories happen, and short ways to say who does what.
//!
//! The Office supervises two registers for the whole country `XX`: `labour` is open, `wages` confidential; both ask
//! for employed + unemployed = force, and for a number of months that is not added up. The month is `2026-01`: due
//! after 10 days, figures from day 12, closed after 20. The country has the provinces `01` (counties `01001`,
//! `01003`), `02` (`02001`, `02003`) and `03` (`03001` alone).

use chancery_crypto::hash::{Tag, hash};
use chancery_crypto::seal::SealingKey;
use chancery_crypto::signature::Purpose;
use chancery_kernel::governance::ids::GOVERNANCE;
use chancery_kernel::governance::record::Seat;
use chancery_kernel::governance::{self, Governance};
use chancery_kernel::identity::genesis::{Founding, FoundingAuthority, FoundingValidator, found};
use chancery_kernel::identity::ids::IDENTITY;
use chancery_kernel::identity::record::Role;
use chancery_kernel::identity::transaction::{
    Acceptance, BatchRole, IdentityTransaction, InvitationOffer, NewAuthority, NewKey, NewMember, NewMembers,
    NewRegion, RoleOffer, RoleScope,
};
use chancery_kernel::identity::{Identity, check_key_purpose, query as members};
use chancery_kernel::records::ids::RECORDS;
use chancery_kernel::records::record::RecordHead;
use chancery_kernel::records::transaction::{NewRegister, RecordsTransaction};
use chancery_kernel::records::{Records, query as records};
use chancery_ledger::rejection::LedgerRejection;
use chancery_ledger::testing::{BEGIN, Chain, NETWORK, Party, key_of};
use chancery_ledger::{Application, Applications, BlockContext, Changes, Refusal, Sender, View, run};
use chancery_statistics::Statistics;
use chancery_statistics::ids::STATISTICS;
use chancery_statistics::query;
use chancery_statistics::record::{Aggregate, AggregateId, CellSpecification, Identity as Sum, Ratio, Term};
use chancery_statistics::transaction::{
    Correction, Filing, NewCollection, NewStructure, Publication, Return, StatisticsTransaction, Total,
};
use chancery_types::amount::{CellValue, Quantity};
use chancery_types::code::{RegionCode, RegisterId};
use chancery_types::encoding::from_bytes;
use chancery_types::event::{Event, FIGURE_PUBLISHED};
use chancery_types::figure::Figure;
use chancery_types::hash::Digest;
use chancery_types::ids::{ApplicationId, MemberId, RecordId, StateKey, Version};
use chancery_types::member::MemberKind;
use chancery_types::period::Period;
use chancery_types::record::RegisterClass;
use chancery_types::rejection::RejectionCode;
use chancery_types::time::{BlockTime, DAY_MS};
use chancery_types::transaction::Envelope;

/// The applications under test, installed the way `registry` installs them.
pub(crate) struct Installed;

impl Applications for Installed {
    fn identify(&self, view: &View<'_>, context: &BlockContext, envelope: &Envelope) -> Result<Sender, RejectionCode> {
        members::identify(view, context, envelope).map_err(|refusal| refusal.code())
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
            RECORDS => run::<Records>(view, context, sender, payload),
            STATISTICS => run::<Statistics>(view, context, sender, payload),
            _ => Err(LedgerRejection::UnknownApplication.code()),
        }
    }

    fn foresee(&self, envelope: &Envelope) -> Vec<StateKey> {
        let mut keys = members::identification_keys(envelope).to_vec();
        if envelope.body.application == STATISTICS {
            keys.extend(Statistics::foresee(&envelope.body.sender, &envelope.body.payload));
        }
        keys
    }

    fn end_block(&self, view: &View<'_>, context: &BlockContext) -> Changes {
        let mut changes = Governance::end_block(view, context);
        let own = view.after(&changes, |view| Statistics::end_block(view, context));
        changes.append(own);
        changes
    }
}

pub(crate) const OPEN: &str = "labour";
pub(crate) const CONFIDENTIAL: &str = "wages";
pub(crate) const DECISION_TERM_MS: u64 = 2 * DAY_MS;
const REGIONS: [(&str, &str); 8] = [
    ("01", "XX"),
    ("02", "XX"),
    ("03", "XX"),
    ("01001", "01"),
    ("01003", "01"),
    ("02001", "02"),
    ("02003", "02"),
    ("03001", "03"),
];

pub(crate) struct World {
    pub(crate) chain: Chain,
    /// The constituting authority.
    pub(crate) state: Party,
    /// The supervising authority of both registers.
    pub(crate) office: Party,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::over(Changes::new())
    }

    /// The country with a government: the State alone votes.
    pub(crate) fn governed() -> Self {
        let founding = founding();
        let government = governance::genesis::Founding {
            constituents: vec![founding.authority.id()],
            seats: founding.validators.iter().map(|node| Seat { key: node.key, member: node.id() }).collect(),
            epoch_blocks: 64,
            parameters: Vec::new(),
            thresholds: Vec::new(),
        };
        Self::over(governance::genesis::found(&government).unwrap())
    }

    fn over(government: Changes) -> Self {
        let founding = founding();
        let mut founded = found(&founding).unwrap();
        founded.append(government);
        let writes = founded.into_parts().0;
        let founded = writes.into_iter().map(|(key, value)| (key, value.unwrap())).collect();
        let chain = Chain::new(Installed, founded);
        let state = Party::new(founding.authority.id(), "state");
        let mut world = Self { chain, office: state.clone(), state: state.clone() };
        for (code, parent) in REGIONS {
            world.region(code, parent);
        }
        world.office = world.authority("office");
        for (id, class) in [(OPEN, RegisterClass::Open), (CONFIDENTIAL, RegisterClass::Confidential)] {
            world.open_register(id, class);
            let office = world.office.clone();
            world.accepts(&office, &StatisticsTransaction::DefineStructure(structure(id)));
            world.accepts(&office, &StatisticsTransaction::OpenPeriod(month(id)));
        }
        world
    }

    pub(crate) fn region(&mut self, code: &str, parent: &str) {
        let (code, parent) = (code.parse().unwrap(), parent.parse().unwrap());
        let region = NewRegion { code, parent, name: "A region".to_owned() };
        let state = self.state.clone();
        done(self.chain.submit(&state, IDENTITY, &IdentityTransaction::RegisterRegion(region)));
    }

    pub(crate) fn open_register(&mut self, id: &str, class: RegisterClass) {
        let register = NewRegister {
            id: id.parse().unwrap(),
            class,
            domain: "statistics.labour".parse().unwrap(),
            region: "XX".parse().unwrap(),
            legal_basis: "Statistics Act, section 5".to_owned(),
            title: "A register".to_owned(),
        };
        let office = self.office.clone();
        done(self.chain.submit(&office, RECORDS, &RecordsTransaction::OpenRegister(register)));
    }

    /// An authority for statistics in the whole country.
    pub(crate) fn authority(&mut self, name: &str) -> Party {
        let authority = NewAuthority {
            name: name.to_owned(),
            domains: vec!["statistics".parse().unwrap()],
            region: "XX".parse().unwrap(),
            legal: legal(name),
            sealing_key: Some(SealingKey::from_seed(&[5; 32]).public_key()),
            invitation: self.invitation(name),
        };
        let state = self.state.clone();
        done(self.chain.submit(&state, IDENTITY, &IdentityTransaction::RegisterAuthority(authority)));
        self.join(&state, &[name]).remove(0)
    }

    /// Companies in a region, each a filer for itself.
    pub(crate) fn companies(&mut self, region: &str, names: &[&str]) -> Vec<Party> {
        self.members(region, names, None)
    }

    /// A company in a region, a filer for itself.
    pub(crate) fn company(&mut self, region: &str, name: &str) -> Party {
        self.companies(region, &[name]).remove(0)
    }

    /// Works of one owner, each a filer for itself.
    pub(crate) fn works(&mut self, region: &str, names: &[&str], owner: &Party) -> Vec<Party> {
        self.members(region, names, Some(owner.member))
    }

    fn members(&mut self, region: &str, names: &[&str], owner: Option<MemberId>) -> Vec<Party> {
        let region: RegionCode = region.parse().unwrap();
        let member = |name: &&str| NewMember {
            kind: MemberKind::Organisation,
            name: Some((*name).to_owned()),
            region: region.clone(),
            owner,
            legal: legal(name),
        };
        let role = BatchRole { role: Role::Filer, domain: "statistics".parse().unwrap(), expires: self.in_days(400) };
        let batch = NewMembers {
            members: names.iter().map(member).collect(),
            roles: vec![role],
            invitation: self.invitation(names[0]),
        };
        let office = self.office.clone();
        done(self.chain.submit(&office, IDENTITY, &IdentityTransaction::RegisterMembers(batch)));
        self.join(&office, names)
    }

    /// A company that was invited and has not answered, with the key of its invitation.
    pub(crate) fn invite(&mut self, region: &str, name: &str) -> Party {
        let member = NewMember {
            kind: MemberKind::Organisation,
            name: Some(name.to_owned()),
            region: region.parse().unwrap(),
            owner: None,
            legal: legal(name),
        };
        let batch = NewMembers { members: vec![member], roles: Vec::new(), invitation: self.invitation(name) };
        let office = self.office.clone();
        done(self.chain.submit(&office, IDENTITY, &IdentityTransaction::RegisterMembers(batch)));
        let member = members::member_id(&NETWORK, &office.member, &legal(name));
        Party::new(member, &format!("invitation {name}"))
    }

    fn invitation(&self, name: &str) -> InvitationOffer {
        InvitationOffer { key: key_of(&format!("invitation {name}")).public_key(), expires: self.in_days(10) }
    }

    fn join(&mut self, by: &Party, names: &[&str]) -> Vec<Party> {
        let joined = names.iter().map(|name| {
            let member = members::member_id(&NETWORK, &by.member, &legal(name));
            Party::new(member, name)
        });
        let joined: Vec<Party> = joined.collect();
        let keys = joined.iter().map(|party| {
            let possession = party.key.sign(Purpose::KeyPossession, &NETWORK, party.member.as_bytes());
            NewKey { member: party.member, key: party.public_key(), expires: None, possession }
        });
        let acceptance = IdentityTransaction::AcceptInvitation(Acceptance { keys: keys.collect() });
        let invited = Party::new(joined[0].member, &format!("invitation {}", names[0]));
        done(self.chain.submit(&invited, IDENTITY, &acceptance));
        joined
    }

    /// Makes a member a filer in a region and all within it.
    pub(crate) fn make_filer(&mut self, member: &Party, region: &str) {
        let scope = RoleScope {
            member: member.member,
            role: Role::Filer,
            domain: "statistics".parse().unwrap(),
            region: region.parse().unwrap(),
        };
        let offer = IdentityTransaction::GrantRole(RoleOffer { scope, expires: self.in_days(400) });
        let office = self.office.clone();
        done(self.chain.submit(&office, IDENTITY, &offer));
    }

    pub(crate) fn in_days(&self, days: u64) -> BlockTime {
        self.chain.time().plus_ms(days * DAY_MS)
    }

    /// Lets time pass until a day of the story.
    pub(crate) fn wait_until_day(&mut self, day: u64) {
        let ahead = BEGIN.plus_ms(day * DAY_MS).0 - self.chain.time().0;
        self.chain.wait_ms(ahead);
    }

    pub(crate) fn submit(&mut self, by: &Party, what: &StatisticsTransaction) -> Result<Vec<Event>, RejectionCode> {
        self.chain.submit(by, STATISTICS, what)
    }

    /// The transaction goes through.
    #[track_caller]
    pub(crate) fn accepts(&mut self, by: &Party, what: &StatisticsTransaction) -> Vec<Event> {
        done(self.submit(by, what))
    }

    /// The transaction is refused with this number.
    #[track_caller]
    pub(crate) fn refuses(&mut self, by: &Party, what: &StatisticsTransaction, expected: impl Refusal) {
        assert_eq!(self.submit(by, what), Err(expected.code()));
    }

    /// What counts in a region.
    pub(crate) fn aggregate(&self, register: &str, region: &str) -> Option<Aggregate> {
        self.chain.read(|view, _| query::aggregate(view, &aggregate_id(register, region)))
    }

    pub(crate) fn head(&self, register: &str, subject: &Party) -> Option<RecordHead> {
        self.chain.read(|view, _| records::head(view, &record_of(register, subject)))
    }

    /// A publication of a region's open sums, over everything accepted so far.
    pub(crate) fn open_publication(&self, region: &str) -> Publication {
        let aggregate = self.aggregate(OPEN, region).unwrap_or_else(Aggregate::nothing);
        let totals = CELLS.iter().zip(&aggregate.sums).map(|(cell, sum)| Total {
            cell: cell.parse().unwrap(),
            total: clear(sum),
            proof: None,
        });
        Publication {
            register: OPEN.parse().unwrap(),
            period: period(),
            region: region.parse().unwrap(),
            sequence: aggregate.publications + 1,
            cutoff: self.chain.height(),
            totals: totals.collect(),
            dominance_statement: false,
        }
    }

    #[track_caller]
    pub(crate) fn publishes(&mut self, publication: Publication) -> Figure {
        let office = self.office.clone();
        let events = self.accepts(&office, &StatisticsTransaction::Publish(publication));
        let figure = events.iter().find(|event| event.kind == FIGURE_PUBLISHED).unwrap();
        from_bytes(&figure.payload).unwrap()
    }
}

/// The additive cells, in order.
pub(crate) const CELLS: [&str; 3] = ["employed", "unemployed", "force"];

pub(crate) fn structure(register: &str) -> NewStructure {
    let cell = |id: &str, high, additive| CellSpecification {
        id: id.parse().unwrap(),
        label: format!("The cell {id}"),
        unit: "persons".to_owned(),
        scale: 0,
        low: Quantity(0),
        high: Quantity(high),
        additive,
    };
    let term = |coefficient, id: &str| Term { coefficient, cell: id.parse().unwrap() };
    NewStructure {
        register: register.parse().unwrap(),
        cells: vec![
            cell("employed", 1_000_000, true),
            cell("unemployed", 1_000_000, true),
            cell("force", 1_000_000, true),
            cell("months", 12, false),
        ],
        identities: vec![Sum { terms: vec![term(1, "employed"), term(1, "unemployed"), term(-1, "force")] }],
        ratios: vec![Ratio {
            id: "rate".parse().unwrap(),
            label: "Unemployment rate".to_owned(),
            numerator: "unemployed".parse().unwrap(),
            denominator: "force".parse().unwrap(),
            decimals: 1,
        }],
    }
}

pub(crate) fn month(register: &str) -> NewCollection {
    NewCollection {
        register: register.parse().unwrap(),
        period: period(),
        due: BEGIN.plus_ms(10 * DAY_MS),
        closes: BEGIN.plus_ms(20 * DAY_MS),
        release: BEGIN.plus_ms(12 * DAY_MS),
        decision_term_ms: DECISION_TERM_MS,
        respondents_min: 3,
        dominance_max_percent: 60,
    }
}

/// An open return.
pub(crate) fn open_return(subject: &Party, employed: i64, unemployed: i64) -> Return {
    let clear = |value| CellValue::Clear(Quantity(value));
    Return {
        subject: subject.member,
        cells: vec![clear(employed), clear(unemployed), clear(employed + unemployed), CellValue::Missing],
        sealed: None,
        correction: None,
    }
}

/// A return made to replace a version.
pub(crate) fn correcting(one: Return, replaces: u32) -> Return {
    let correction = Correction { replaces: Version(replaces), reason: "A typing error".to_owned() };
    Return { correction: Some(correction), ..one }
}

pub(crate) fn filing(register: &str, returns: Vec<Return>) -> Filing {
    Filing { register: register.parse().unwrap(), period: period(), returns, intake: Vec::new() }
}

pub(crate) fn file(register: &str, returns: Vec<Return>) -> StatisticsTransaction {
    StatisticsTransaction::File(filing(register, returns))
}

pub(crate) fn period() -> Period {
    "2026-01".parse().unwrap()
}

pub(crate) fn aggregate_id(register: &str, region: &str) -> AggregateId {
    AggregateId { register: register.parse().unwrap(), period: period(), region: region.parse().unwrap() }
}

pub(crate) fn record_of(register: &str, subject: &Party) -> RecordId {
    let register: RegisterId = register.parse().unwrap();
    query::record_id(&register, &subject.member, &period())
}

/// The sums of a region in an open register.
pub(crate) fn sums(aggregate: &Aggregate) -> Vec<i64> {
    aggregate.sums.iter().map(|sum| clear(sum).0).collect()
}

fn clear(sum: &chancery_statistics::record::RunningSum) -> Quantity {
    match sum {
        chancery_statistics::record::RunningSum::Clear(total) => *total,
        chancery_statistics::record::RunningSum::Committed(_) => panic!("not an open register"),
    }
}

#[track_caller]
pub(crate) fn done(result: Result<Vec<Event>, RejectionCode>) -> Vec<Event> {
    result.unwrap_or_else(|code| {
        let all = chancery_statistics::rejection::StatisticsRejection::ALL;
        panic!("refused: {code} {:?}", all.iter().find(|text| text.code == code))
    })
}

fn founding() -> Founding {
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

fn legal(name: &str) -> Digest {
    hash(Tag::LegalIdentity, &[name.as_bytes()])
}
