//! What a network is founded on: the constituting authority, the region of everything, the validators.
//!
//! The founding state is part of the network's identity, so it cannot depend on the network's id: the ids of founding
//! members are derived without it. Signatures still bind the network, so nothing signed by a founder of one network
//! is worth anything on another.

use super::event::IdentityEvent;
use super::ids::DOMAINS_MAX;
use super::query::member_id;
use super::record::{Jurisdiction, KeyBinding, Member, Region};
use super::state;
use super::transaction::is_short_text;
use chancery_crypto::hash::{Tag, hash};
use chancery_crypto::signature::check_key;
use chancery_ledger::Changes;
use chancery_types::code::{Domain, RegionCode};
use chancery_types::hash::Digest;
use chancery_types::ids::{Height, MemberId, NetworkId};
use chancery_types::key::{PublicKey, SealingPublicKey};
use chancery_types::member::{KeyPurpose, MemberKind};
use chancery_types::network::VALIDATORS_MAX;
use std::collections::BTreeSet;

/// What a network is founded on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Founding {
    /// The authority that certifies all others.
    pub authority: FoundingAuthority,
    /// The region of everything: its code and its name.
    pub region: (RegionCode, String),
    /// The validators, in the order of the network's identity.
    pub validators: Vec<FoundingValidator>,
}

/// The constituting authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundingAuthority {
    /// Its public name.
    pub name: String,
    /// The act that constitutes it, as cited. It is public, so its commitment needs no salt.
    pub act: String,
    /// Its first key.
    pub key: PublicKey,
    /// The domains that it may hand on.
    pub domains: Vec<Domain>,
    /// The key to which filers seal what only this authority may read.
    pub sealing_key: Option<SealingPublicKey>,
}

/// A founding validator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundingValidator {
    /// Its public name.
    pub name: String,
    /// Who operates it.
    pub operator: String,
    /// Its identity key.
    pub key: PublicKey,
}

/// Why a network cannot be founded so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FoundingError {
    /// A name is missing or too long.
    #[error("{0:?} is no name: one line of at most 200 bytes")]
    Name(String),
    /// The constituting authority has no domains, too many, or one twice.
    #[error("the constituting authority needs 1 to 16 domains, none of them twice")]
    Domains,
    /// One constituting authority twice.
    #[error("{0:?} stands twice with the same act")]
    Twice(String),
    /// No validators, too many, or one twice.
    #[error("a network has 1 to {VALIDATORS_MAX} validators, and every key stands for one party only")]
    Validators,
    /// A key is not sound.
    #[error("{0} is not the canonical encoding of a sound Ed25519 public key")]
    Key(PublicKey),
}

/// The id of a founding member.
pub fn founding_member_id(legal: &Digest) -> MemberId {
    member_id(&NetworkId([0; NetworkId::SIZE]), &MemberId([0; MemberId::SIZE]), legal)
}

impl FoundingAuthority {
    /// Its id on the network.
    pub fn id(&self) -> MemberId {
        founding_member_id(&self.legal())
    }

    fn legal(&self) -> Digest {
        hash(Tag::LegalIdentity, &[self.name.as_bytes(), self.act.as_bytes()])
    }
}

impl FoundingValidator {
    /// Its id on the network.
    pub fn id(&self) -> MemberId {
        founding_member_id(&self.legal())
    }

    fn legal(&self) -> Digest {
        hash(Tag::LegalIdentity, &[self.name.as_bytes(), self.operator.as_bytes(), self.key.as_bytes()])
    }
}

/// The founding state, with the events that readers fold as block 0.
///
/// # Errors
/// See [`FoundingError`].
pub fn found(founding: &Founding) -> Result<Changes, FoundingError> {
    found_with(founding, &[])
}

/// The founding state with further constituting authorities beside the first. They hold the whole country, too.
///
/// # Errors
/// See [`FoundingError`].
pub fn found_with(founding: &Founding, others: &[FoundingAuthority]) -> Result<Changes, FoundingError> {
    check(founding, others)?;
    let mut changes = Changes::new();
    let (code, name) = &founding.region;
    let region = Region { code: code.clone(), parent: None, name: name.clone() };
    changes.put(&state::region(code), &region);
    changes.emit(IdentityEvent::RegionRegistered(region).to_event());
    for authority in std::iter::once(&founding.authority).chain(others) {
        let (domains, sealing_key) = (authority.domains.clone(), authority.sealing_key);
        let jurisdiction = Jurisdiction { domains, region: code.clone(), sealing_key };
        let member = founder(authority.legal(), MemberKind::Authority, None, &authority.name, code);
        changes.put(&state::jurisdiction(&member.id), &jurisdiction);
        enter(&mut changes, member, Some(jurisdiction), authority.key);
    }
    for validator in &founding.validators {
        let vouched_by = Some(founding.authority.id());
        let member = founder(validator.legal(), MemberKind::Node, vouched_by, &validator.name, code);
        enter(&mut changes, member, None, validator.key);
    }
    let keys: Vec<PublicKey> = founding.validators.iter().map(|validator| validator.key).collect();
    changes.put(&state::validators(), &keys);
    Ok(changes)
}

fn founder(legal: Digest, kind: MemberKind, vouched_by: Option<MemberId>, name: &str, region: &RegionCode) -> Member {
    Member {
        id: founding_member_id(&legal),
        kind,
        vouched_by,
        name: Some(name.to_owned()),
        region: region.clone(),
        owner: None,
        legal,
        registered: Height(0),
        revoked: None,
    }
}

fn enter(changes: &mut Changes, member: Member, jurisdiction: Option<Jurisdiction>, key: PublicKey) {
    let binding =
        KeyBinding { member: member.id, purpose: KeyPurpose::Business, from: Height(0), expires: None, revoked: None };
    changes.put(&state::member(&member.id), &member);
    changes.put(&state::keys(&member.id), &vec![key]);
    changes.put(&state::binding(&key), &binding);
    changes.emit(IdentityEvent::MemberRegistered(member, jurisdiction).to_event());
    changes.emit(IdentityEvent::KeyBound(key, binding).to_event());
}

fn check(founding: &Founding, others: &[FoundingAuthority]) -> Result<(), FoundingError> {
    let authorities: Vec<&FoundingAuthority> = std::iter::once(&founding.authority).chain(others).collect();
    let validators = &founding.validators;
    let names = authorities.iter().flat_map(|authority| [&authority.name, &authority.act]);
    let names = names.chain([&founding.region.1]);
    let mut names = names.chain(validators.iter().flat_map(|validator| [&validator.name, &validator.operator]));
    if let Some(bad) = names.find(|name| !is_short_text(name)) {
        return Err(FoundingError::Name(bad.clone()));
    }
    let mut ids = BTreeSet::new();
    for authority in &authorities {
        let domains: BTreeSet<&Domain> = authority.domains.iter().collect();
        if domains.len() != authority.domains.len() || !(1..=DOMAINS_MAX).contains(&domains.len()) {
            return Err(FoundingError::Domains);
        }
        if !ids.insert(authority.id()) {
            return Err(FoundingError::Twice(authority.name.clone()));
        }
    }
    let keys = validators.iter().map(|validator| &validator.key);
    let keys: BTreeSet<&PublicKey> = keys.chain(authorities.iter().map(|authority| &authority.key)).collect();
    let parties = validators.len().saturating_add(authorities.len());
    if keys.len() != parties || !(1..=VALIDATORS_MAX).contains(&validators.len()) {
        return Err(FoundingError::Validators);
    }
    keys.into_iter().try_for_each(|key| check_key(key).map_err(|_| FoundingError::Key(*key)))
}
