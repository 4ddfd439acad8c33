//! Regions, members, registers.

use crate::Failure;
use crate::country::{Country, PERIOD, Told, parsed};
use chancery_client::signing::{accept_invitation, new_key};
use chancery_kernel::identity::ids::IDENTITY;
use chancery_kernel::identity::record::Role;
use chancery_kernel::identity::transaction::{
    BatchRole, IdentityTransaction, InvitationOffer, NewMember, NewMembers, NewRegion,
};
use chancery_kernel::records::ids::RECORDS;
use chancery_kernel::records::transaction::{NewRegister, RecordsTransaction};
use chancery_statistics::ids::STATISTICS;
use chancery_statistics::transaction::{NewCollection, StatisticsTransaction};
use chancery_types::member::MemberKind;
use chancery_types::record::RegisterClass;
use chancery_types::time::{BlockTime, DAY_MS};

/// The subject domain of both registers.
const DOMAIN: &str = "statistics.labour";
/// The largest share of one owner in a hidden total, in per cent: no filer of the story comes near it.
pub(super) const DOMINANCE_MAX_PERCENT: u8 = 75;
/// The fewest owners behind a hidden total.
const RESPONDENTS_MIN: u16 = 3;

impl Country {
    pub(super) fn add_regions(&mut self, now: BlockTime) -> Vec<Told> {
        let authority = self.authority.clone();
        let mut told = Vec::new();
        for code in self.provinces.clone() {
            let (parent, name) = (self.whole.clone(), format!("Province {code}"));
            let message = IdentityTransaction::RegisterRegion(NewRegion { code, parent, name });
            told.push(self.tell(&authority, IDENTITY, &message, now, None));
        }
        told
    }

    pub(super) fn register_filers(&mut self, now: BlockTime) -> Result<Vec<Told>, Failure> {
        let members = self.filers.iter().zip(1..).map(|(filer, number)| NewMember {
            kind: MemberKind::Organisation,
            name: Some(format!("Works {number}")),
            region: filer.region.clone(),
            owner: None,
            legal: filer.legal,
        });
        let role = BatchRole { role: Role::Filer, domain: parsed(DOMAIN)?, expires: now.plus_ms(400 * DAY_MS) };
        let batch = NewMembers {
            members: members.collect(),
            roles: vec![role],
            invitation: InvitationOffer { key: self.invitation.public_key(), expires: now.plus_ms(DAY_MS) },
        };
        let authority = self.authority.clone();
        Ok(vec![self.tell(&authority, IDENTITY, &IdentityTransaction::RegisterMembers(batch), now, None)])
    }

    pub(super) fn join(&mut self, now: BlockTime) -> Result<Vec<Told>, Failure> {
        let authority = self.authority.clone();
        let keys = self.filers.iter().map(|filer| &filer.signer);
        let keys = keys.map(|signer| new_key(&signer.network, signer.member, &signer.key, None)).collect();
        let accepted = accept_invitation(authority.network, &self.invitation, keys, now, self.draw.rng());
        let accepted = accepted.ok_or_else(|| Failure::setup("nobody was invited"))?;
        let mut told = vec![self.note(accepted, None)];
        let registers = [
            (self.open.register.clone(), RegisterClass::Open),
            (self.confidential.register.clone(), RegisterClass::Confidential),
        ];
        for (id, class) in registers {
            let register = NewRegister {
                title: format!("Register {id}"),
                id,
                class,
                domain: parsed(DOMAIN)?,
                region: self.whole.clone(),
                legal_basis: "Statistics Act, section 5".to_owned(),
            };
            told.push(self.tell(&authority, RECORDS, &RecordsTransaction::OpenRegister(register), now, None));
        }
        Ok(told)
    }

    pub(super) fn define_structures(&mut self, now: BlockTime) -> Vec<Told> {
        let authority = self.authority.clone();
        let structures = [self.open.clone(), self.confidential.clone()];
        let messages = structures.map(StatisticsTransaction::DefineStructure);
        messages.iter().map(|message| self.tell(&authority, STATISTICS, message, now, None)).collect()
    }

    pub(super) fn open_periods(&mut self, now: BlockTime) -> Vec<Told> {
        let authority = self.authority.clone();
        let registers = [self.open.register.clone(), self.confidential.register.clone()];
        let messages = registers.map(|register| {
            StatisticsTransaction::OpenPeriod(NewCollection {
                register,
                period: PERIOD,
                due: now.plus_ms(DAY_MS),
                closes: now.plus_ms(2 * DAY_MS),
                release: now,
                decision_term_ms: DAY_MS,
                respondents_min: RESPONDENTS_MIN,
                dominance_max_percent: DOMINANCE_MAX_PERCENT,
            })
        });
        messages.iter().map(|message| self.tell(&authority, STATISTICS, message, now, None)).collect()
    }
}
