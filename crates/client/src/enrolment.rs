//! Registering authorities and members, and binding their first keys: what a registrar and the invited do together
//! where one party holds all their keys (see [`Keyring`]).
//!
//! Everything here may be done again: who is registered is not registered twice, and who was registered but never
//! accepted is invited again.

use crate::error::ClientError;
use crate::http::Client;
use crate::keyring::Keyring;
use crate::pipeline::Pipeline;
use crate::randomness::generator;
use crate::signing::{SignedTransaction, Signer, accept_invitation, new_key};
use chancery_crypto::signature::SigningKey;
use chancery_kernel::identity::ids::{IDENTITY, MEMBERS_PER_BATCH_MAX};
use chancery_kernel::identity::query::member_id;
use chancery_kernel::identity::record::Role;
use chancery_kernel::identity::transaction::{
    BatchRole, IdentityTransaction, InvitationOffer, NewAuthority, NewInvitation, NewMember, NewMembers, NewRegion,
};
use chancery_types::code::{Domain, RegionCode};
use chancery_types::ids::MemberId;
use chancery_types::key::PublicKey;
use chancery_types::member::MemberKind;
use chancery_types::time::DAY_MS;
use std::collections::BTreeSet;

/// How long an invitation is good.
const INVITATION_MS: u64 = 7 * DAY_MS;
/// How long a role is given.
const ROLE_MS: u64 = 3 * 366 * DAY_MS;

/// An authority to be certified.
#[derive(Clone, Debug)]
pub struct Body {
    /// Under which its keys are derived.
    pub label: String,
    /// Its public name.
    pub name: String,
    /// Its domains.
    pub domains: Vec<Domain>,
    /// Its region.
    pub region: RegionCode,
}

/// A member to be registered.
#[derive(Clone, Debug)]
pub struct Newcomer {
    /// Under which its keys are derived; also stands for its documents.
    pub label: String,
    /// Its public name.
    pub name: String,
    /// Where it is at home.
    pub region: RegionCode,
    /// Who stands behind it.
    pub owner: Option<MemberId>,
}

/// Members of one registrar.
#[derive(Clone, Debug)]
pub struct Intake {
    /// Who registers them.
    pub registrar: Signer,
    /// Whom.
    pub newcomers: Vec<Newcomer>,
    /// In which domain they file.
    pub files_in: Domain,
}

/// A registrar's work, with the keys that it holds in trust.
#[derive(Debug)]
pub struct Enrolment<'a> {
    client: &'a Client,
    pipeline: &'a Pipeline,
    keyring: &'a Keyring,
    known: BTreeSet<MemberId>,
    regions: BTreeSet<RegionCode>,
}

/// Which members an invitation is for: its key and they.
type Invited = (SigningKey, Vec<Signer>);

impl<'a> Enrolment<'a> {
    /// Looks at who is there.
    ///
    /// # Errors
    /// As every request.
    pub async fn begin(client: &'a Client, pipeline: &'a Pipeline, keyring: &'a Keyring) -> Result<Self, ClientError> {
        let known = client.members(None).await?.into_iter().map(|member| member.id).collect();
        let regions = client.regions().await?.into_iter().map(|region| region.code).collect();
        Ok(Self { client, pipeline, keyring, known, regions })
    }

    /// On a network that was founded just now: nobody is there, and nobody is asked who is.
    pub const fn afresh(client: &'a Client, pipeline: &'a Pipeline, keyring: &'a Keyring) -> Self {
        Self { client, pipeline, keyring, known: BTreeSet::new(), regions: BTreeSet::new() }
    }

    /// Adds regions that are not there, each by the authority that is given with it. Parents come first.
    ///
    /// # Errors
    /// As every request, or the first rejection.
    pub async fn regions(
        &mut self,
        regions: Vec<(Signer, NewRegion)>,
        progress: impl FnMut(usize),
    ) -> Result<(), ClientError> {
        let mut rng = generator()?;
        let now = self.client.now();
        let mut messages = Vec::new();
        for (authority, region) in regions {
            if self.regions.insert(region.code.clone()) {
                let message = IdentityTransaction::RegisterRegion(region);
                messages.push(authority.sign(IDENTITY, &message, now, &mut rng));
            }
        }
        self.pipeline.send(messages, progress).await?.all_accepted().map(drop)
    }

    /// Certifies authorities, each by the one above it, and binds their keys.
    ///
    /// # Errors
    /// As every request, or the first rejection.
    pub async fn authorities(&mut self, bodies: Vec<(Signer, Body)>) -> Result<Vec<Signer>, ClientError> {
        let mut rng = generator()?;
        let now = self.client.now();
        let (mut messages, mut invited, mut signers) = (Vec::new(), Vec::<Invited>::new(), Vec::new());
        for (above, body) in bodies {
            let legal = self.keyring.legal_identity(&body.label, &body.label);
            let signer = self.signer(&above, &body.label);
            signers.push(signer.clone());
            let invitation = SigningKey::generate(&mut rng);
            let offer = InvitationOffer { key: invitation.public_key(), expires: now.plus_ms(INVITATION_MS) };
            let message = if self.known.insert(signer.member) {
                IdentityTransaction::RegisterAuthority(NewAuthority {
                    name: body.name,
                    domains: body.domains,
                    region: body.region,
                    legal,
                    sealing_key: Some(self.keyring.sealing_key(&body.label).public_key()),
                    invitation: offer,
                })
            } else if self.has_key(signer.key.public_key()).await? {
                continue;
            } else {
                again(vec![signer.member], offer)
            };
            messages.push(above.sign(IDENTITY, &message, now, &mut rng));
            invited.push((invitation, vec![signer]));
        }
        self.pipeline.send(messages, |_| ()).await?.all_accepted()?;
        self.accept(invited, |_| ()).await?;
        Ok(signers)
    }

    /// Registers members in batches and binds their keys. Gives the signers in the order of the newcomers.
    ///
    /// # Errors
    /// As every request, or the first rejection.
    pub async fn members(
        &mut self,
        intakes: Vec<Intake>,
        progress: impl FnMut(usize),
    ) -> Result<Vec<Vec<Signer>>, ClientError> {
        let mut rng = generator()?;
        let (mut messages, mut invited, mut signers) = (Vec::new(), Vec::<Invited>::new(), Vec::new());
        for intake in intakes {
            let all: Vec<Signer> =
                intake.newcomers.iter().map(|newcomer| self.signer(&intake.registrar, &newcomer.label)).collect();
            let (mut fresh, mut keyless) = (Vec::new(), Vec::new());
            for (newcomer, signer) in intake.newcomers.iter().zip(&all) {
                if self.known.insert(signer.member) {
                    fresh.push((newcomer, signer.clone()));
                } else if !self.has_key(signer.key.public_key()).await? {
                    keyless.push(signer.clone());
                }
            }
            let batches = fresh.chunks(MEMBERS_PER_BATCH_MAX).map(|batch| {
                let members = batch.iter().map(|(newcomer, _)| self.new_member(newcomer)).collect();
                (Some(members), batch.iter().map(|(_, signer)| signer.clone()).collect::<Vec<_>>())
            });
            let again_batches = keyless.chunks(MEMBERS_PER_BATCH_MAX).map(|batch| (None, batch.to_vec()));
            for (members, batch) in batches.chain(again_batches) {
                let now = self.client.now();
                let invitation = SigningKey::generate(&mut rng);
                let offer = InvitationOffer { key: invitation.public_key(), expires: now.plus_ms(INVITATION_MS) };
                let message = match members {
                    Some(members) => {
                        let role = BatchRole {
                            role: Role::Filer,
                            domain: intake.files_in.clone(),
                            expires: now.plus_ms(ROLE_MS),
                        };
                        let batch = NewMembers { members, roles: vec![role], invitation: offer };
                        IdentityTransaction::RegisterMembers(batch)
                    }
                    None => again(batch.iter().map(|signer| signer.member).collect(), offer),
                };
                messages.push(intake.registrar.sign(IDENTITY, &message, now, &mut rng));
                invited.push((invitation, batch));
            }
            signers.push(all);
        }
        self.pipeline.send(messages, |_| ()).await?.all_accepted()?;
        self.accept(invited, progress).await?;
        Ok(signers)
    }

    /// The member that a registrar registers under a label, with its key.
    pub fn signer(&self, registrar: &Signer, label: &str) -> Signer {
        let legal = self.keyring.legal_identity(label, label);
        Signer {
            network: registrar.network,
            member: member_id(&registrar.network, &registrar.member, &legal),
            key: self.keyring.signing_key(label),
        }
    }

    fn new_member(&self, newcomer: &Newcomer) -> NewMember {
        NewMember {
            kind: MemberKind::Organisation,
            name: Some(newcomer.name.clone()),
            region: newcomer.region.clone(),
            owner: newcomer.owner,
            legal: self.keyring.legal_identity(&newcomer.label, &newcomer.label),
        }
    }

    async fn has_key(&self, key: PublicKey) -> Result<bool, ClientError> {
        match self.client.key(key).await {
            Ok(_) => Ok(true),
            Err(error) if error.is_absent() => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn accept(&self, invited: Vec<Invited>, progress: impl FnMut(usize)) -> Result<(), ClientError> {
        let mut rng = generator()?;
        let now = self.client.now();
        let acceptances: Vec<SignedTransaction> = invited
            .iter()
            .filter_map(|(invitation, signers)| {
                let network = signers.first()?.network;
                let keys = signers.iter().map(|signer| new_key(&network, signer.member, &signer.key, None)).collect();
                accept_invitation(network, invitation, keys, now, &mut rng)
            })
            .collect();
        self.pipeline.send(acceptances, progress).await?.all_accepted().map(drop)
    }
}

fn again(members: Vec<MemberId>, invitation: InvitationOffer) -> IdentityTransaction {
    IdentityTransaction::InviteAgain(NewInvitation { members, invitation })
}
