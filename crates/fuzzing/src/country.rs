//! A small country whose state arbitrary transactions meet: two registers, an office, companies that have filed, a
//! figure that is out, an invitation that is open, a company that has been ended.

use chancery_client::filing::{Desk, SealedReturn, open_return};
use chancery_crypto::hash::{Tag, hash};
use chancery_crypto::seal::SealingKey;
use chancery_crypto::signature::Purpose;
use chancery_kernel::identity::genesis::{Founding, FoundingAuthority, FoundingValidator, found};
use chancery_kernel::identity::ids::IDENTITY;
use chancery_kernel::identity::query::member_id;
use chancery_kernel::identity::record::Role;
use chancery_kernel::identity::transaction::{
    Acceptance, BatchRole, Ending, IdentityTransaction, InvitationOffer, NewAuthority, NewKey, NewMember, NewMembers,
    NewRegion,
};
use chancery_kernel::records::ids::RECORDS;
use chancery_kernel::records::query::record_id;
use chancery_kernel::records::transaction::{NewRegister, RecordsTransaction};
use chancery_ledger::EMPTY_MINUTES_MAX;
use chancery_ledger::testing::{BEGIN, Chain, NETWORK, Party, key_of};
use chancery_registry::Registry;
use chancery_statistics::ids::STATISTICS;
use chancery_statistics::record::{CellSpecification, Identity, Ratio, Term};
use chancery_statistics::transaction::{
    Decisions, Filing, NewCollection, NewStructure, Publication, Return, StatisticsTransaction, Total, Verdict,
};
use chancery_types::amount::Quantity;
use chancery_types::hash::Digest;
use chancery_types::ids::{ApplicationId, Height, MemberId, StateKey, Version};
use chancery_types::member::MemberKind;
use chancery_types::period::Period;
use chancery_types::record::RegisterClass;
use chancery_types::time::{BlockTime, DAY_MS, MINUTE_MS};
use minicbor::Encode;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use std::collections::BTreeMap;

/// The open register.
pub const OPEN: &str = "labour";
/// The confidential register.
pub const CONFIDENTIAL: &str = "wages";
/// The period of both.
pub const PERIOD: Period = Period::Month(2026, 1);
const REGIONS: [(&str, &str); 4] = [("01", "XX"), ("02", "XX"), ("01001", "01"), ("02001", "02")];
const COMPANIES: usize = 6;

/// The state of the country, and who can sign in it.
pub struct Country {
    /// Every key with its value.
    pub state: BTreeMap<StateKey, Vec<u8>>,
    /// The last block.
    pub height: Height,
    /// Its time.
    pub time: BlockTime,
    /// The constituting authority, the office, the companies, one that has ended, an invitation, a stranger.
    pub parties: Vec<Party>,
    /// A transaction of every kind that was carried out on the way, with the place of its sender in `parties`.
    pub told: Vec<(usize, ApplicationId, Vec<u8>)>,
}

/// What the office keeps for itself.
pub fn sealing_key() -> SealingKey {
    SealingKey::from_seed(&[5; 32])
}

/// What both registers ask.
pub fn structure(register: &str) -> NewStructure {
    let cell = |id: &str, high| CellSpecification {
        id: id.parse().unwrap(),
        label: format!("The cell {id}"),
        unit: "persons".to_owned(),
        scale: 0,
        low: Quantity(0),
        high: Quantity(high),
        additive: true,
    };
    let term = |coefficient, id: &str| Term { coefficient, cell: id.parse().unwrap() };
    NewStructure {
        register: register.parse().unwrap(),
        cells: vec![cell("employed", 1_000_000), cell("unemployed", 1_000_000), cell("force", 2_000_000)],
        identities: vec![Identity { terms: vec![term(1, "employed"), term(1, "unemployed"), term(-1, "force")] }],
        ratios: vec![Ratio {
            id: "rate".parse().unwrap(),
            label: "Unemployment rate".to_owned(),
            numerator: "unemployed".parse().unwrap(),
            denominator: "force".parse().unwrap(),
            decimals: 1,
        }],
    }
}

/// A confidential return of a company with these numbers.
pub fn sealed_return(company: MemberId, employed: i64, unemployed: i64) -> SealedReturn {
    let register = CONFIDENTIAL.parse().unwrap();
    let structure = structure(CONFIDENTIAL);
    let desk = Desk {
        network: NETWORK,
        register: &register,
        period: PERIOD,
        structure: &structure,
        sealing_key: sealing_key().public_key(),
    };
    let values = [employed, unemployed, employed + unemployed].map(Quantity);
    let mut rng = ChaCha20Rng::from_seed(hash(Tag::Derivation, &[company.as_bytes()]).0);
    desk.confidential_return(company, company, &values, None, &mut rng).unwrap()
}

/// The story on the way to the state.
struct Story {
    chain: Chain,
    parties: Vec<Party>,
    told: Vec<(usize, ApplicationId, Vec<u8>)>,
}

/// Tells the story and gives what it led to. The same in every run.
pub fn country() -> Country {
    let founding = founding();
    let state = Party::new(founding.authority.id(), "state");
    let writes = found(&founding).unwrap().into_parts().0;
    let founded = writes.into_iter().filter_map(|(key, value)| Some((key, value?))).collect();
    let mut story = Story { chain: Chain::new(Registry, founded), parties: vec![state], told: Vec::new() };
    story.regions_and_office();
    story.companies();
    story.registers();
    story.returns();
    story.figure();
    story.loose_ends();
    let Story { chain, parties, told } = story;
    Country { state: chain.state().clone(), height: chain.height(), time: chain.time(), parties, told }
}

const STATE: usize = 0;
const OFFICE: usize = 1;
const FIRST_COMPANY: usize = 2;

impl Story {
    fn does<T: Encode<()>>(&mut self, who: usize, application: ApplicationId, what: &T) {
        self.told.push((who, application, chancery_types::encoding::to_bytes(what)));
        let party = self.parties[who].clone();
        self.chain.submit(&party, application, what).expect("the story goes on");
    }

    fn invitation(&self, name: &str) -> InvitationOffer {
        let key = key_of(&format!("invitation {name}")).public_key();
        InvitationOffer { key, expires: self.chain.time().plus_ms(30 * DAY_MS) }
    }

    /// Members that were invited by somebody take up their keys.
    fn join(&mut self, by: usize, names: &[String]) {
        let authority = self.parties[by].member;
        let joining: Vec<Party> =
            names.iter().map(|name| Party::new(member_id(&NETWORK, &authority, &legal(name)), name)).collect();
        let keys = joining.iter().map(|party| NewKey {
            member: party.member,
            key: party.public_key(),
            expires: None,
            possession: party.key.sign(Purpose::KeyPossession, &NETWORK, party.member.as_bytes()),
        });
        let acceptance = IdentityTransaction::AcceptInvitation(Acceptance { keys: keys.collect() });
        let invited = Party::new(joining[0].member, &format!("invitation {}", names[0]));
        self.chain.submit(&invited, IDENTITY, &acceptance).expect("the invitation is good");
        self.parties.extend(joining);
    }

    fn regions_and_office(&mut self) {
        for (code, parent) in REGIONS {
            let (code, parent) = (code.parse().unwrap(), parent.parse().unwrap());
            let region = NewRegion { code, parent, name: "A region".to_owned() };
            self.does(STATE, IDENTITY, &IdentityTransaction::RegisterRegion(region));
        }
        let authority = NewAuthority {
            name: "The Office".to_owned(),
            domains: vec!["statistics".parse().unwrap()],
            region: "XX".parse().unwrap(),
            legal: legal("office"),
            sealing_key: Some(sealing_key().public_key()),
            invitation: self.invitation("office"),
        };
        self.does(STATE, IDENTITY, &IdentityTransaction::RegisterAuthority(authority));
        self.join(STATE, &["office".to_owned()]);
    }

    fn companies(&mut self) {
        let names: Vec<String> = (0..COMPANIES).map(|number| format!("company {number}")).collect();
        let batch = self.batch(&names);
        self.does(OFFICE, IDENTITY, &IdentityTransaction::RegisterMembers(batch));
        self.join(OFFICE, &names);
    }

    fn batch(&self, names: &[String]) -> NewMembers {
        let member = |(number, name): (usize, &String)| NewMember {
            kind: MemberKind::Organisation,
            name: Some(name.clone()),
            region: ["01001", "02001"][number % 2].parse().unwrap(),
            owner: None,
            legal: legal(name),
        };
        let expires = self.chain.time().plus_ms(400 * DAY_MS);
        NewMembers {
            members: names.iter().enumerate().map(|(number, name)| member((number, name))).collect(),
            roles: vec![BatchRole { role: Role::Filer, domain: "statistics".parse().unwrap(), expires }],
            invitation: self.invitation(&names[0]),
        }
    }

    fn registers(&mut self) {
        for (id, class) in [(OPEN, RegisterClass::Open), (CONFIDENTIAL, RegisterClass::Confidential)] {
            let register = NewRegister {
                id: id.parse().unwrap(),
                class,
                domain: "statistics.labour".parse().unwrap(),
                region: "XX".parse().unwrap(),
                legal_basis: "Statistics Act, section 5".to_owned(),
                title: "A register".to_owned(),
            };
            self.does(OFFICE, RECORDS, &RecordsTransaction::OpenRegister(register));
            self.does(OFFICE, STATISTICS, &StatisticsTransaction::DefineStructure(structure(id)));
            self.does(OFFICE, STATISTICS, &StatisticsTransaction::OpenPeriod(month(id)));
        }
    }

    fn files(&mut self, company: usize, register: &str, filed: Return) {
        let filing =
            Filing { register: register.parse().unwrap(), period: PERIOD, returns: vec![filed], intake: Vec::new() };
        self.does(company, STATISTICS, &StatisticsTransaction::File(filing));
    }

    fn returns(&mut self) {
        for company in FIRST_COMPANY..FIRST_COMPANY + 4 {
            let member = self.parties[company].member;
            self.files(company, OPEN, open_return(member, &[90, 10, 100].map(Quantity), None));
            self.files(company, CONFIDENTIAL, sealed_return(member, 80, 20).filed);
        }
        let verdict = |company: usize| Verdict {
            record: record_id(&CONFIDENTIAL.parse().unwrap(), &self.parties[company].member, &PERIOD),
            version: Version(1),
            refusal: None,
        };
        let verdicts = (FIRST_COMPANY..FIRST_COMPANY + 3).map(verdict).collect();
        let decisions = Decisions { register: CONFIDENTIAL.parse().unwrap(), verdicts };
        self.does(OFFICE, STATISTICS, &StatisticsTransaction::Decide(decisions));
    }

    fn figure(&mut self) {
        self.chain.wait_ms(12 * DAY_MS);
        // Blocks that pass over the minutes in which nothing fell due, so that no later one has to.
        for _ in 0..=12 * DAY_MS / MINUTE_MS / EMPTY_MINUTES_MAX as u64 {
            self.chain.block(&[]);
        }
        let total = |cell: &str, total| Total { cell: cell.parse().unwrap(), total: Quantity(total), proof: None };
        let publication = Publication {
            register: OPEN.parse().unwrap(),
            period: PERIOD,
            region: "XX".parse().unwrap(),
            sequence: 1,
            cutoff: self.chain.height(),
            totals: vec![total("employed", 360), total("unemployed", 40), total("force", 400)],
            dominance_statement: false,
        };
        self.does(OFFICE, STATISTICS, &StatisticsTransaction::Publish(publication));
    }

    fn loose_ends(&mut self) {
        let ended = self.parties[FIRST_COMPANY + COMPANIES - 1].member;
        let ending = Ending { member: ended, reason: "It was wound up".to_owned() };
        self.does(OFFICE, IDENTITY, &IdentityTransaction::RevokeMember(ending));
        let name = "newcomer".to_owned();
        let batch = self.batch(std::slice::from_ref(&name));
        self.does(OFFICE, IDENTITY, &IdentityTransaction::RegisterMembers(batch));
        let newcomer = member_id(&NETWORK, &self.parties[OFFICE].member, &legal(&name));
        self.parties.push(Party::new(newcomer, "invitation newcomer"));
        self.parties.push(Party::new(MemberId([9; 16]), "stranger"));
    }
}

fn month(register: &str) -> NewCollection {
    NewCollection {
        register: register.parse().unwrap(),
        period: PERIOD,
        due: BEGIN.plus_ms(10 * DAY_MS),
        closes: BEGIN.plus_ms(20 * DAY_MS),
        release: BEGIN.plus_ms(12 * DAY_MS),
        decision_term_ms: 2 * DAY_MS,
        respondents_min: 3,
        dominance_max_percent: 60,
    }
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
            domains: vec!["statistics".parse().unwrap()],
            sealing_key: None,
        },
        region: ("XX".parse().unwrap(), "The Country".to_owned()),
        validators: (1..=4).map(validator).collect(),
    }
}

fn legal(name: &str) -> Digest {
    hash(Tag::LegalIdentity, &[name.as_bytes()])
}
