//! A state with authorities, and an application of one kind of transaction that files whatever it is told, so that the
//! kernel's operations are seen the way applications use them.

use chancery_crypto::hash::{Tag, hash};
use chancery_crypto::seal::SealingKey;
use chancery_crypto::signature::Purpose;
use chancery_kernel::identity::genesis::{Founding, FoundingAuthority, FoundingValidator, found};
use chancery_kernel::identity::ids::IDENTITY;
use chancery_kernel::identity::transaction::{
    Acceptance, IdentityTransaction, InvitationOffer, NewAuthority, NewKey, NewMember, NewMembers, NewRegion,
};
use chancery_kernel::identity::{Identity, query as members};
use chancery_kernel::records::Records;
use chancery_kernel::records::execute::{NewVersion, file_version};
use chancery_kernel::records::ids::RECORDS;
use chancery_kernel::records::query;
use chancery_kernel::records::record::{Link, RecordHead};
use chancery_kernel::records::rejection::RecordsRejection;
use chancery_kernel::records::transaction::{NewRegister, RecordsTransaction};
use chancery_ledger::rejection::LedgerRejection;
use chancery_ledger::testing::{Chain, NETWORK, Party, key_of};
use chancery_ledger::{Applications, BlockContext, Changes, Refusal, Sender, View, run};
use chancery_types::amount::{CellValue, Quantity};
use chancery_types::event::Event;
use chancery_types::hash::Digest;
use chancery_types::ids::{ApplicationId, MemberId, RecordId, Version};
use chancery_types::member::MemberKind;
use chancery_types::record::{Cell, RegisterClass};
use chancery_types::rejection::RejectionCode;
use chancery_types::time::DAY_MS;
use chancery_types::transaction::Envelope;
use minicbor::{Decode, Encode};

/// The application that files what it is told.
pub(crate) const FILING: ApplicationId = ApplicationId(99);

/// What it is told.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) enum Told {
    /// File a version about the sender, in 2026.
    #[n(0)]
    File {
        #[n(0)]
        register: String,
        #[n(1)]
        value: i64,
        #[n(2)]
        replaces: Option<u32>,
        #[n(3)]
        links: Vec<Link>,
        #[n(4)]
        reason: String,
    },
    /// Decide on a version.
    #[n(1)]
    Decide {
        #[n(0)]
        record: RecordId,
        #[n(1)]
        version: u32,
        #[n(2)]
        refusal: Option<u16>,
    },
}

fn carry_out(view: &View<'_>, context: &BlockContext, who: MemberId, told: Told) -> Result<Changes, RecordsRejection> {
    match told {
        Told::File { register, value, replaces, links, reason } => {
            let register = query::register(view, &register.parse().unwrap()).unwrap();
            let cell = Cell { id: "value".parse().unwrap(), value: CellValue::Clear(Quantity(value)) };
            let cells = if value < 0 { vec![cell; 65] } else { vec![cell] };
            let new = NewVersion {
                period: "2026".parse().unwrap(),
                region: members::member(view, &who).unwrap().region.clone(),
                subject: who,
                filer: who,
                filed: context.time,
                cells,
                sealed: None,
                correction: replaces.map(|version| (Version(version), reason)),
                links,
            };
            file_version(view, &register, new)
        }
        Told::Decide { record, version, refusal } => {
            let code = refusal.map(|number| RejectionCode { application: FILING, number });
            chancery_kernel::records::execute::decide(view, who, record, Version(version), code)
        }
    }
}

struct Installed;

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
        match application {
            IDENTITY => run::<Identity>(view, context, sender, payload),
            RECORDS => run::<Records>(view, context, sender, payload),
            FILING => {
                let told = chancery_types::encoding::from_bytes(payload).unwrap();
                carry_out(view, context, sender.member, told).map_err(|refusal| refusal.code())
            }
            _ => Err(LedgerRejection::UnknownApplication.code()),
        }
    }

    fn end_block(&self, _: &View<'_>, _: &BlockContext) -> Changes {
        Changes::new()
    }
}

pub(crate) struct World {
    pub(crate) chain: Chain,
    /// Statistics, the whole country, with a sealing key.
    pub(crate) office: Party,
    /// Statistics of labour, region `01`, without a sealing key.
    pub(crate) north: Party,
    /// No authority.
    pub(crate) anna: Party,
    pub(crate) ben: Party,
}

impl World {
    pub(crate) fn new() -> Self {
        let founding = founding();
        let writes = found(&founding).unwrap().into_parts().0;
        let founded = writes.into_iter().map(|(key, value)| (key, value.unwrap())).collect();
        let state = Party::new(founding.authority.id(), "state");
        let mut world = Self {
            chain: Chain::new(Installed, founded),
            office: state.clone(),
            north: state.clone(),
            anna: state.clone(),
            ben: state.clone(),
        };
        for code in ["01", "02"] {
            let region =
                NewRegion { code: code.parse().unwrap(), parent: "XX".parse().unwrap(), name: "A region".to_owned() };
            done(world.chain.submit(&state, IDENTITY, &IdentityTransaction::RegisterRegion(region)));
        }
        world.office = world.authority(&state, "office", "statistics", "XX", true);
        world.north = world.authority(&state, "north", "statistics.labour", "01", false);
        world.anna = world.person("anna");
        world.ben = world.person("ben");
        for (id, class) in [("open", RegisterClass::Open), ("closed", RegisterClass::Confidential)] {
            let office = world.office.clone();
            done(world.open(&office, &register(id, class, "statistics.labour", "XX")));
        }
        world
    }

    fn authority(&mut self, by: &Party, name: &str, domain: &str, region: &str, can_seal: bool) -> Party {
        let authority = NewAuthority {
            name: name.to_owned(),
            domains: vec![domain.parse().unwrap()],
            region: region.parse().unwrap(),
            legal: legal(name),
            sealing_key: can_seal.then(|| SealingKey::from_seed(&[5; 32]).public_key()),
            invitation: self.invitation(name),
        };
        done(self.chain.submit(by, IDENTITY, &IdentityTransaction::RegisterAuthority(authority)));
        self.join(by, name)
    }

    fn person(&mut self, name: &str) -> Party {
        let region = "01".parse().unwrap();
        let person = NewMember { kind: MemberKind::Person, name: None, region, owner: None, legal: legal(name) };
        let batch = NewMembers { members: vec![person], roles: Vec::new(), invitation: self.invitation(name) };
        let office = self.office.clone();
        done(self.chain.submit(&office, IDENTITY, &IdentityTransaction::RegisterMembers(batch)));
        self.join(&office, name)
    }

    fn invitation(&self, name: &str) -> InvitationOffer {
        let expires = self.chain.time().plus_ms(10 * DAY_MS);
        InvitationOffer { key: key_of(&format!("invitation {name}")).public_key(), expires }
    }

    fn join(&mut self, by: &Party, name: &str) -> Party {
        let party = Party::new(members::member_id(&NETWORK, &by.member, &legal(name)), name);
        let possession = party.key.sign(Purpose::KeyPossession, &NETWORK, party.member.as_bytes());
        let key = NewKey { member: party.member, key: party.public_key(), expires: None, possession };
        let invited = Party::new(party.member, &format!("invitation {name}"));
        let acceptance = IdentityTransaction::AcceptInvitation(Acceptance { keys: vec![key] });
        done(self.chain.submit(&invited, IDENTITY, &acceptance));
        party
    }

    pub(crate) fn open(&mut self, by: &Party, register: &NewRegister) -> Result<Vec<Event>, RejectionCode> {
        self.chain.submit(by, RECORDS, &RecordsTransaction::OpenRegister(register.clone()))
    }

    #[track_caller]
    pub(crate) fn refuses_to_open(&mut self, by: &Party, register: &NewRegister, expected: RecordsRejection) {
        assert_eq!(self.open(by, register), Err(expected.code()));
    }

    pub(crate) fn told(&mut self, by: &Party, told: &Told) -> Result<Vec<Event>, RejectionCode> {
        self.chain.submit(by, FILING, told)
    }

    #[track_caller]
    pub(crate) fn does(&mut self, by: &Party, told: &Told) -> Vec<Event> {
        done(self.told(by, told))
    }

    #[track_caller]
    pub(crate) fn refuses(&mut self, by: &Party, told: &Told, expected: RecordsRejection) {
        assert_eq!(self.told(by, told), Err(expected.code()));
    }

    pub(crate) fn head(&self, register: &str, subject: &Party) -> Option<RecordHead> {
        self.chain.read(|view, _| query::head(view, &record_of(register, subject)))
    }
}

pub(crate) fn register(id: &str, class: RegisterClass, domain: &str, region: &str) -> NewRegister {
    NewRegister {
        id: id.parse().unwrap(),
        class,
        domain: domain.parse().unwrap(),
        region: region.parse().unwrap(),
        legal_basis: "Statistics Act, section 5".to_owned(),
        title: "A register".to_owned(),
    }
}

pub(crate) fn record_of(register: &str, subject: &Party) -> RecordId {
    query::record_id(&register.parse().unwrap(), &subject.member, &"2026".parse().unwrap())
}

/// File a value, for the first time or in place of a version.
pub(crate) fn file(register: &str, value: i64, replaces: Option<u32>) -> Told {
    let reason = "A typing error".to_owned();
    Told::File { register: register.to_owned(), value, replaces, links: Vec::new(), reason }
}

#[track_caller]
fn done(result: Result<Vec<Event>, RejectionCode>) -> Vec<Event> {
    result.unwrap_or_else(|code| panic!("refused: {code}"))
}

fn founding() -> Founding {
    Founding {
        authority: FoundingAuthority {
            name: "The State".to_owned(),
            act: "Act 1".to_owned(),
            key: key_of("state").public_key(),
            domains: vec!["statistics".parse().unwrap()],
            sealing_key: None,
        },
        region: ("XX".parse().unwrap(), "The Country".to_owned()),
        validators: vec![FoundingValidator {
            name: "Node".to_owned(),
            operator: "Ministry".to_owned(),
            key: key_of("node").public_key(),
        }],
    }
}

fn legal(name: &str) -> Digest {
    hash(Tag::LegalIdentity, &[name.as_bytes()])
}
