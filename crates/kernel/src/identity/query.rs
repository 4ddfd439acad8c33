//! What other applications and readers ask about members. Every answer is about the state in view, at the block's
//! time: an end or an expiry counts from that block on.

mod identification;
mod standing;
mod succession;

pub use identification::{
    TAG_KEY_BYTES, check_calibration, device, duplicate_tag, identification, identified_as, is_identified,
};
pub use standing::{answers_for, check_standing, office, stands, vouchers, word_counts, would_touch, would_touch_role};
pub(super) use standing::{is_fit_for, is_in_office};
pub use succession::{MemberAt, RegionAt, member_at, region_at, region_end, region_ended, regions_from};

use super::ids::DEPTH_MAX;
use super::record::{HeldRole, Invitation, Jurisdiction, KeyBinding, Member, Region, Role, RoleGrant, Roles};
use super::state;
use super::transaction::RoleScope;
use chancery_crypto::hash::{Tag, hash};
use chancery_ledger::rejection::LedgerRejection;
use chancery_ledger::{BlockContext, Sender, View};
use chancery_types::code::{Domain, RegionCode};
use chancery_types::hash::Digest;
use chancery_types::ids::{MemberId, NetworkId, StateKey};
use chancery_types::key::PublicKey;
use chancery_types::member::{KeyPurpose, MemberKind};
use chancery_types::time::BlockTime;
use chancery_types::transaction::Envelope;
use std::sync::Arc;

/// The id that a member gets when `authority` registers it: nobody chooses it, and registering the same legal
/// identity twice with one authority gives the same id.
pub fn member_id(network: &NetworkId, authority: &MemberId, legal: &Digest) -> MemberId {
    let digest = hash(Tag::Member, &[network.as_bytes(), authority.as_bytes(), legal.as_bytes()]);
    let mut id = [0; MemberId::SIZE];
    for (target, byte) in id.iter_mut().zip(digest.0) {
        *target = byte;
    }
    MemberId(id)
}

/// The member behind an envelope whose signature is good.
///
/// # Errors
/// [`LedgerRejection::UnknownSender`] if the sender was never registered or has been ended, and
/// [`LedgerRejection::KeyNotValid`] if the key is not the sender's at this height and time.
pub fn identify(view: &View<'_>, context: &BlockContext, envelope: &Envelope) -> Result<Sender, LedgerRejection> {
    // Both are read before either is judged, so that a run over a state that is not loaded notes both.
    let (member, binding) = (member(view, &envelope.body.sender), binding(view, &envelope.key));
    let member = member.filter(|member| member.is_live()).ok_or(LedgerRejection::UnknownSender)?;
    let binding = binding
        .filter(|binding| binding.member == member.id && binding.is_valid(context))
        .ok_or(LedgerRejection::KeyNotValid)?;
    Ok(Sender { member: member.id, kind: member.kind, key: envelope.key, purpose: binding.purpose })
}

/// The keys that [`identify`] asks for, and what its sender's roles stand under.
pub fn identification_keys(envelope: &Envelope) -> [StateKey; 3] {
    let sender = &envelope.body.sender;
    [*state::member(sender).raw(), *state::binding(&envelope.key).raw(), *state::roles(sender).raw()]
}

/// The key under which a member stands.
pub fn member_key(id: &MemberId) -> StateKey {
    *state::member(id).raw()
}

/// A member, live or ended.
pub fn member(view: &View<'_>, id: &MemberId) -> Option<Arc<Member>> {
    let found = view.derived(id, |view| view.read(&state::member(id)).map(Arc::new));
    Option::clone(&found)
}

/// A member that has not been ended.
pub fn live_member(view: &View<'_>, id: &MemberId) -> Option<Arc<Member>> {
    member(view, id).filter(|member| member.is_live())
}

/// What an authority may decide about.
pub fn jurisdiction(view: &View<'_>, authority: &MemberId) -> Option<Jurisdiction> {
    view.read(&state::jurisdiction(authority))
}

/// Whose a key is, valid or not.
pub fn binding(view: &View<'_>, key: &PublicKey) -> Option<KeyBinding> {
    view.read(&state::binding(key))
}

/// The business keys of a member with which it can sign now.
pub fn valid_keys(view: &View<'_>, context: &BlockContext, member: &MemberId) -> Vec<PublicKey> {
    let mut keys = view.read(&state::keys(member)).unwrap_or_default();
    keys.retain(|key| binding(view, key).is_some_and(|binding| binding.is_valid(context)));
    keys
}

/// An invitation by its own key, open or not.
pub fn invitation(view: &View<'_>, key: &PublicKey) -> Option<Invitation> {
    view.read(&state::invitation(key))
}

/// A region.
pub fn region(view: &View<'_>, code: &RegionCode) -> Option<Region> {
    view.read(&state::region(code))
}

/// A region and every region around it, from the inside out, at most [`DEPTH_MAX`]. Empty if there is no such region.
pub fn region_path(view: &View<'_>, code: &RegionCode) -> Arc<Vec<RegionCode>> {
    view.derived(code, |view| {
        let mut path = Vec::new();
        let mut next = Some(code.clone());
        while let Some(region) = next.filter(|_| path.len() < DEPTH_MAX).and_then(|code| region(view, &code)) {
            path.push(region.code);
            next = region.parent;
        }
        path
    })
}

/// Whether a live authority may decide about a domain in a region.
pub fn jurisdiction_covers(view: &View<'_>, authority: &MemberId, domain: &Domain, region: &RegionCode) -> bool {
    live_jurisdiction(view, authority)
        .is_some_and(|held| held.domains.iter().any(|outer| outer.contains(domain)) && within(view, &held, region))
}

/// Whether a region lies in a live authority's jurisdiction, in whatever domain.
pub fn region_covered(view: &View<'_>, authority: &MemberId, region: &RegionCode) -> bool {
    live_jurisdiction(view, authority).is_some_and(|held| within(view, &held, region))
}

fn live_jurisdiction(view: &View<'_>, authority: &MemberId) -> Option<Jurisdiction> {
    let held = jurisdiction(view, authority);
    live_member(view, authority).filter(|member| member.kind == MemberKind::Authority).and(held)
}

fn within(view: &View<'_>, held: &Jurisdiction, region: &RegionCode) -> bool {
    region_path(view, region).contains(&held.region)
}

/// Whether an authority vouched for a member, or stands above the one that did. Ended authorities in between do not
/// break the line: those above them answer for their members.
pub fn stands_above(view: &View<'_>, authority: &MemberId, member_id: &MemberId) -> bool {
    vouching_line(view, member_id).contains(authority)
}

/// The authorities that answer for a member, from the one that vouched for it outwards, at most [`DEPTH_MAX`].
pub fn vouching_line(view: &View<'_>, member_id: &MemberId) -> Vec<MemberId> {
    let mut line = Vec::new();
    let mut next = member(view, member_id).and_then(|member| member.vouched_by);
    while let Some(authority) = next.filter(|_| line.len() < DEPTH_MAX) {
        line.push(authority);
        next = member(view, &authority).and_then(|member| member.vouched_by);
    }
    line
}

/// Whether a live member that stands holds a role that covers a domain in a region: given there or in any region around it, for
/// that domain or one around it, neither expired nor taken back, by an authority whose word counts.
pub fn has_role(
    view: &View<'_>,
    context: &BlockContext,
    member: &MemberId,
    role: Role,
    domain: &Domain,
    region: &RegionCode,
) -> bool {
    let domains = domains_around(domain);
    let regions = region_path(view, region);
    let first = roles(view, member);
    let in_force = |grant: &RoleGrant| grant.is_live(context.time) && word_counts(view, context, &grant.granted_by);
    let covers = |held: &HeldRole| {
        held.role == role && domains.contains(&held.domain) && regions.contains(&held.region) && in_force(&held.grant)
    };
    let mut held = first.0.iter().any(covers);
    if !held && first.is_full() {
        // All are looked at before it is judged, so that a run over a state that is not loaded notes all of them.
        for (region, domain) in regions.iter().flat_map(|region| domains.iter().map(move |domain| (region, domain))) {
            let scope = RoleScope { member: *member, role, domain: domain.clone(), region: region.clone() };
            held |= view.read(&state::role(&scope)).is_some_and(|grant| in_force(&grant));
        }
    }
    held && live_member(view, member).is_some_and(|member| stands(view, context, &member))
}

/// The first roles of a member.
pub(super) fn roles(view: &View<'_>, member: &MemberId) -> Roles {
    view.read(&state::roles(member)).unwrap_or_default()
}

/// A role as it was given, live or not.
pub fn role_grant(view: &View<'_>, scope: &RoleScope) -> Option<RoleGrant> {
    let first = roles(view, &scope.member);
    match first.get(scope) {
        Some(grant) => Some(grant.clone()),
        None if first.is_full() => view.read(&state::role(scope)),
        None => None,
    }
}

/// A domain and every domain that contains it.
fn domains_around(domain: &Domain) -> Vec<Domain> {
    let text = domain.as_str();
    let outer = text.match_indices('.').filter_map(|(dot, _)| text.get(..dot)?.parse().ok());
    std::iter::once(domain.clone()).chain(outer).collect()
}

/// The validators' identity keys, in the order of the network's identity.
pub fn validators(view: &View<'_>) -> Vec<PublicKey> {
    view.read(&state::validators()).unwrap_or_default()
}

impl Member {
    /// Whether the member has not been ended.
    pub const fn is_live(&self) -> bool {
        self.revoked.is_none()
    }
}

impl KeyBinding {
    /// Whether the key may sign in this block.
    pub fn is_valid(&self, context: &BlockContext) -> bool {
        let unexpired = self.expires.is_none_or(|expires| context.time <= expires);
        self.revoked.is_none() && self.from <= context.height && unexpired
    }

    /// Whether the key signs its member's business, rather than the acceptance of an invitation.
    pub fn is_business(&self) -> bool {
        self.purpose == KeyPurpose::Business
    }
}

impl RoleGrant {
    /// Whether the role holds at this time.
    pub fn is_live(&self, time: BlockTime) -> bool {
        self.revoked.is_none() && time <= self.expires
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_around_are_all_that_contain_it() {
        let around = |text: &str| -> Vec<String> {
            domains_around(&text.parse().unwrap()).iter().map(ToString::to_string).collect()
        };
        assert_eq!(around("a.b.c"), ["a.b.c", "a", "a.b"]);
        assert_eq!(around("a"), ["a"]);
        assert_eq!(around("a..b"), ["a..b", "a", "a."]);
    }

    #[test]
    fn a_member_id_is_the_first_half_of_its_digest() {
        let (network, authority, legal) = (NetworkId([1; 32]), MemberId([2; 16]), Digest([3; 32]));
        let digest = hash(Tag::Member, &[&[1; 32], &[2; 16], &[3; 32]]);
        assert_eq!(member_id(&network, &authority, &legal).as_bytes(), &digest.0[..16]);
        assert_ne!(
            member_id(&network, &authority, &legal),
            member_id(&NetworkId([9; 32]), &authority, &legal),
            "another network, another member"
        );
    }
}
