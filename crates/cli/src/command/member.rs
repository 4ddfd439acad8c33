//! `chancery member`

use super::remote::RemoteArguments;
use crate::exit::Exit;
use crate::keystore::{self, MemberKey};
use crate::number::table;
use crate::output::Output;
use crate::passphrase::PassphraseArguments;
use chancery_client::randomness::generator;
use chancery_client::signing::{accept_invitation, new_key};
use chancery_crypto::hash::{Tag, hash};
use chancery_crypto::keyfile::PassphraseCost;
use chancery_crypto::signature::SigningKey;
use chancery_kernel::identity::ids::IDENTITY;
use chancery_kernel::identity::query::member_id;
use chancery_kernel::identity::record::Role;
use chancery_kernel::identity::transaction::{
    BatchRole, Ending, IdentityTransaction, InvitationOffer, NewAuthority, NewMember, NewMembers, NewRegion,
};
use chancery_types::code::{Domain, RegionCode};
use chancery_types::hash::Digest;
use chancery_types::ids::MemberId;
use chancery_types::member::MemberKind;
use chancery_types::time::DAY_MS;
use rand_core::Rng as _;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Members: list them, invite them, accept an invitation, end one.
///
/// An authority invites; the invited accepts with a key of its own, which no one else ever holds.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "Example:\n  chancery member invite --key office.key --name \"Filatures Noël\" --region 0201 \
                  --domain statistics.enterprise --invitation noel.invitation\n  chancery member accept noel.invitation \
                  --output noel.key")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    remote: RemoteArguments,
    #[command(flatten)]
    passphrase: PassphraseArguments,
}

#[derive(Clone, Debug, clap::Subcommand)]
enum Action {
    /// List all members.
    List,
    /// Show a member with its keys and roles.
    Show {
        /// The member's id.
        id: MemberId,
    },
    /// Register an organisation as a filer and write its invitation.
    Invite(Invite),
    /// Certify an authority within one's own jurisdiction and write its invitation.
    Certify(Certify),
    /// Add a region within one's own jurisdiction.
    Region(AddRegion),
    /// Accept an invitation: make a key and bind it.
    Accept {
        /// The invitation file.
        invitation: PathBuf,
        /// The key file to write.
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        /// For an authority that is to supervise confidential registers: the file of `chancery key new --sealing` whose
        /// sealing key was certified; it is kept in the new key file too.
        #[arg(long, value_name = "FILE")]
        sealing: Option<PathBuf>,
    },
    /// End a member that one answers for, with a public reason.
    Revoke {
        /// The authority's key file.
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// The member's id.
        id: MemberId,
        /// Why, for the public.
        #[arg(long)]
        reason: String,
    },
}

#[derive(Clone, Debug, clap::Args)]
struct Invite {
    /// The inviting authority's key file.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The organisation's public name.
    #[arg(long)]
    name: String,
    /// Where it is at home.
    #[arg(long, value_name = "CODE")]
    region: RegionCode,
    /// In which domain it files.
    #[arg(long)]
    domain: Domain,
    /// Who stands behind it, if another member does.
    #[arg(long, value_name = "ID")]
    owner: Option<MemberId>,
    /// The invitation file to write; hand it to the invited with its passphrase, by different ways.
    #[arg(long, value_name = "FILE")]
    invitation: PathBuf,
}

#[derive(Clone, Debug, clap::Args)]
struct Certify {
    /// The certifying authority's key file.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The new authority's public name.
    #[arg(long)]
    name: String,
    /// Its region, within the sender's.
    #[arg(long, value_name = "CODE")]
    region: RegionCode,
    /// A domain of its own, within the sender's; may be given several times.
    #[arg(long, required = true)]
    domain: Vec<Domain>,
    /// The key to which filers seal, if it is to supervise confidential registers: the new authority makes it with
    /// `chancery key new --sealing` and says its public half.
    #[arg(long, value_name = "KEY")]
    sealing_key: Option<chancery_types::key::SealingPublicKey>,
    /// The invitation file to write.
    #[arg(long, value_name = "FILE")]
    invitation: PathBuf,
}

#[derive(Clone, Debug, clap::Args)]
struct AddRegion {
    /// The authority's key file.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The region's code.
    #[arg(long)]
    code: RegionCode,
    /// The region around it.
    #[arg(long, value_name = "CODE")]
    parent: RegionCode,
    /// Its official name.
    #[arg(long)]
    name: String,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<(), Exit> {
    match &arguments.action {
        Action::List => list(arguments, output),
        Action::Show { id } => {
            let shown = arguments.remote.with(|client| async move { Ok(client.member(*id).await?) })?;
            output.result(&shown, |shown| serde_json::to_string_pretty(shown).unwrap_or_default())
        }
        Action::Invite(invite) => {
            invite_with(arguments, output, &invite.key, &invite.invitation, |offer, legal, now| {
                let role =
                    BatchRole { role: Role::Filer, domain: invite.domain.clone(), expires: now.plus_ms(366 * DAY_MS) };
                let member = NewMember {
                    kind: MemberKind::Organisation,
                    name: Some(invite.name.clone()),
                    region: invite.region.clone(),
                    owner: invite.owner,
                    legal,
                };
                IdentityTransaction::RegisterMembers(NewMembers {
                    members: vec![member],
                    roles: vec![role],
                    invitation: offer,
                })
            })
        }
        Action::Certify(certify) => {
            invite_with(arguments, output, &certify.key, &certify.invitation, |offer, legal, _| {
                IdentityTransaction::RegisterAuthority(NewAuthority {
                    name: certify.name.clone(),
                    domains: certify.domain.clone(),
                    region: certify.region.clone(),
                    legal,
                    sealing_key: certify.sealing_key,
                    invitation: offer,
                })
            })
        }
        Action::Region(region) => {
            let message = IdentityTransaction::RegisterRegion(NewRegion {
                code: region.code.clone(),
                parent: region.parent.clone(),
                name: region.name.clone(),
            });
            send(arguments, output, &region.key, &message)
        }
        Action::Revoke { key, id, reason } => {
            let message = IdentityTransaction::RevokeMember(Ending { member: *id, reason: reason.clone() });
            send(arguments, output, key, &message)
        }
        Action::Accept { invitation, output: path, sealing } => {
            accept(arguments, output, invitation, path, sealing.as_ref())
        }
    }
}

fn list(arguments: &Arguments, output: &Output) -> Result<(), Exit> {
    let members = arguments.remote.with(|client| async move { Ok(client.members(None).await?) })?;
    output.result(&members, |members| {
        let rows = members.iter().map(|member| {
            let kind = format!("{:?}", member.kind).to_lowercase();
            vec![member.id.to_string(), kind, member.region.to_string(), member.name.clone().unwrap_or_default()]
        });
        table(&rows.collect::<Vec<_>>())
    })
}

fn send(arguments: &Arguments, output: &Output, key: &Path, message: &IdentityTransaction) -> Result<(), Exit> {
    let done = arguments.remote.with(|client| async move {
        let (signer, _) = super::member_keys(key, &arguments.passphrase, &client)?;
        Ok(client.carry_out(&signer.sign(IDENTITY, message, client.now(), &mut generator()?)).await?)
    })?;
    let words = format!("Final in block {}: transaction {}", done.height, done.id);
    output.result(&serde_json::json!({ "transaction": done.id, "height": done.height }), |_| words)
}

/// Registers someone and writes the invitation. The salt of the legal identity is thrown away with this process; the
/// documents stay with the authority, which writes down what it checked.
fn invite_with(
    arguments: &Arguments,
    output: &Output,
    key: &Path,
    path: &Path,
    message: impl FnOnce(InvitationOffer, Digest, chancery_types::time::BlockTime) -> IdentityTransaction,
) -> Result<(), Exit> {
    if path.exists() {
        return Err(Exit::usage(format!("{} exists already", path.display()), "Choose another name."));
    }
    let member = arguments.remote.with(|client| async move {
        let (signer, _) = super::member_keys(key, &arguments.passphrase, &client)?;
        let mut rng = generator()?;
        let mut salt = Zeroizing::new([0; 32]);
        rng.fill_bytes(salt.as_mut());
        let legal = hash(Tag::LegalIdentity, &[salt.as_ref()]);
        let invitation = SigningKey::generate(&mut rng);
        let now = client.now();
        let offer = InvitationOffer { key: invitation.public_key(), expires: now.plus_ms(30 * DAY_MS) };
        let member = member_id(&signer.network, &signer.member, &legal);
        let secret = arguments.passphrase.choose()?;
        // Before it is registered: an invitation that cannot be written down is worth nothing.
        let invited = MemberKey { key: invitation, member: Some(member), sealing: None };
        keystore::write_invitation(path, &invited, &secret, &mut rng)?;
        client.carry_out(&signer.sign(IDENTITY, &message(offer, legal, now), now, &mut rng)).await?;
        Ok(member)
    })?;
    let words = format!("Member {member} is registered; its invitation is in {}.", path.display());
    output.result(&serde_json::json!({ "member": member, "invitation": path }), |_| words)
}

fn accept(
    arguments: &Arguments,
    output: &Output,
    invitation: &Path,
    path: &Path,
    sealing: Option<&PathBuf>,
) -> Result<(), Exit> {
    let secret = arguments.passphrase.obtain()?;
    let invited = keystore::read_invitation(invitation, &secret)?;
    let member = invited.member.ok_or_else(|| Exit::failed(format!("{} invites nobody", invitation.display())))?;
    let sealing = match sealing {
        Some(file) => keystore::read_member(file, &secret)?.sealing,
        None => None,
    };
    let mut rng = generator()?;
    let key = SigningKey::generate(&mut rng);
    // Before it is bound: a key that is bound and lost would have to be replaced.
    let held = MemberKey { key: key.clone(), member: Some(member), sealing };
    let secret = arguments.passphrase.choose()?;
    keystore::write_member(path, &held, &secret, PassphraseCost::STANDARD, &mut rng)?;
    let done = arguments.remote.with(|client| async move {
        let network = client.network_id();
        let bound = vec![new_key(&network, member, &key, None)];
        let accepted = accept_invitation(network, &invited.key, bound, client.now(), &mut generator()?);
        let accepted = accepted.ok_or_else(|| Exit::failed("the invitation is for nobody"))?;
        Ok(client.carry_out(&accepted).await?)
    })?;
    let value = serde_json::json!({ "member": member, "key": path, "height": done.height });
    output.result(&value, |_| {
        format!("The key in {} is bound to member {member} (block {}).", path.display(), done.height)
    })
}
