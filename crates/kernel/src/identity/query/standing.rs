//! Standing: whether somebody who vouches for a member is in office.
//!
//! It is judged when a member acts, along the line of those who vouch, so that a suspension is one write however many it
//! touches (ADR 0012). INVARIANT: the line never comes back to where it was. Certification is a tree, and whoever is put in an
//! authority's place does not stand under it by certification, take-over or succession, in force or announced
//! ([`leads_to`]); removing a step makes no ring.

use super::{jurisdiction, live_member, member, within};
use crate::identity::ids::LINE_STEPS_MAX;
use crate::identity::record::{Jurisdiction, Member, Office, RoleGrant};
use crate::identity::rejection::IdentityRejection;
use crate::identity::state;
use chancery_ledger::{BlockContext, Sender, View};
use chancery_types::ids::MemberId;
use chancery_types::member::MemberKind;
use chancery_types::time::BlockTime;

/// What has become of an authority's office; the default if nothing has.
pub fn office(view: &View<'_>, authority: &MemberId) -> Office {
    view.read(&state::office(authority)).unwrap_or_default()
}

/// The authorities that vouch for a member beside the one that registered it.
pub fn vouchers(view: &View<'_>, member: &MemberId) -> Vec<MemberId> {
    view.read(&state::vouchers(member)).unwrap_or_default()
}

/// Whether what an authority vouched for stands by its word now: neither it nor anyone on its line to a constituting
/// authority is suspended, unless another has taken over. An authority that was ended breaks no line.
pub fn word_counts(view: &View<'_>, context: &BlockContext, authority: &MemberId) -> bool {
    view.derived(&(authority, context.time), |view| Word(reaches_the_top(view, context.time, *authority, None))).0
}

struct Word(bool);

fn reaches_the_top(view: &View<'_>, time: BlockTime, from: MemberId, supposed: Option<&MemberId>) -> bool {
    let mut next = from;
    for _ in 0..LINE_STEPS_MAX {
        // Both are read before either is judged, so that a run over a state that is not loaded notes both.
        let (office, here) = (office(view, &next), member(view, &next));
        let Some(here) = here else { return false };
        next = match (office.answered_by(time), here.vouched_by) {
            (Some(other), _) => other,
            (None, _) if office.is_suspended(time) || supposed == Some(&next) => return false,
            (None, Some(above)) => above,
            (None, None) => return true,
        };
    }
    false
}

/// Whether anybody who vouches for a member is in office now.
pub fn stands(view: &View<'_>, context: &BlockContext, member: &Member) -> bool {
    anyone_vouches(view, member, |authority| word_counts(view, context, authority))
}

fn anyone_vouches(view: &View<'_>, member: &Member, counts: impl Fn(&MemberId) -> bool) -> bool {
    member.vouched_by.is_none_or(|first| counts(&first)) || vouchers(view, &member.id).iter().any(counts)
}

/// Whether the sender may do business now. `registry` asks this before every other application's transaction. Nodes
/// are not judged: what they sign keeps the network running, and that is never touched.
///
/// # Errors
/// [`IdentityRejection::SenderSuspended`], [`IdentityRejection::SenderEnded`] or
/// [`IdentityRejection::VouchingSuspended`].
pub fn check_standing(view: &View<'_>, context: &BlockContext, sender: &Sender) -> Result<(), IdentityRejection> {
    if sender.kind == MemberKind::Node {
        return Ok(());
    }
    let member = member(view, &sender.member).ok_or(IdentityRejection::MemberUnknown)?;
    may_act(view, context, &member)
}

fn may_act(view: &View<'_>, context: &BlockContext, whom: &Member) -> Result<(), IdentityRejection> {
    if whom.kind == MemberKind::Authority {
        let office = office(view, &whom.id);
        if office.is_suspended(context.time) {
            return Err(IdentityRejection::SenderSuspended);
        }
        if office.ended(context.time).is_some() {
            return Err(IdentityRejection::SenderEnded);
        }
    }
    if stands(view, context, whom) { Ok(()) } else { Err(IdentityRejection::VouchingSuspended) }
}

/// Whether a suspension of an authority would end a member's business that it may do now.
pub fn would_touch(view: &View<'_>, context: &BlockContext, authority: &MemberId, whom: &Member) -> bool {
    if !whom.is_live() || whom.kind == MemberKind::Node || may_act(view, context, whom).is_err() {
        return false;
    }
    whom.id == *authority || !anyone_vouches(view, whom, |by| word_would_count(view, context, authority, by))
}

/// Whether a suspension of an authority would take a role's force that it has now.
pub fn would_touch_role(view: &View<'_>, context: &BlockContext, authority: &MemberId, grant: &RoleGrant) -> bool {
    let by = &grant.granted_by;
    grant.is_live(context.time) && word_counts(view, context, by) && !word_would_count(view, context, authority, by)
}

fn word_would_count(view: &View<'_>, context: &BlockContext, suspended: &MemberId, authority: &MemberId) -> bool {
    reaches_the_top(view, context.time, *authority, Some(suspended))
}

/// Whether an authority answers for a member now: it registered it, stands above the one that did, or is in the place of
/// one of these.
pub fn answers_for(view: &View<'_>, context: &BlockContext, authority: &MemberId, whom: &MemberId) -> bool {
    let first = member(view, whom).and_then(|member| member.vouched_by);
    first.is_some_and(|first| {
        leads(view, first, authority, |office| office.answered_by(context.time).into_iter().collect())
    })
}

/// Whether any line that is in force or may come into force leads from one authority to another.
pub(in crate::identity) fn leads_to(view: &View<'_>, from: MemberId, to: &MemberId) -> bool {
    leads(view, from, to, |office| {
        office.taken_over_by.into_iter().chain(office.end.and_then(|end| end.heir)).collect()
    })
}

/// Follows certification and the steps that an office adds. A net too wide to be looked through counts as leading there:
/// then nothing is handed on over it.
fn leads(view: &View<'_>, from: MemberId, to: &MemberId, beside: impl Fn(Office) -> Vec<MemberId>) -> bool {
    let (mut open, mut seen) = (vec![from], Vec::new());
    while let Some(next) = open.pop() {
        if next == *to {
            return true;
        }
        if seen.contains(&next) {
            continue;
        }
        if seen.len() >= LINE_STEPS_MAX {
            return true;
        }
        seen.push(next);
        open.extend(beside(office(view, &next)));
        open.extend(member(view, &next).and_then(|member| member.vouched_by));
    }
    false
}

/// Whether an authority is fit to be put in another's place: a live authority in office, nothing announced against it,
/// standing elsewhere, with a jurisdiction that covers the other's.
pub(in crate::identity) fn is_fit_for(
    view: &View<'_>,
    context: &BlockContext,
    successor: &MemberId,
    predecessor: &MemberId,
) -> bool {
    let covers = match (jurisdiction(view, successor), jurisdiction(view, predecessor)) {
        (Some(outer), Some(inner)) => jurisdiction_within(view, &inner, &outer),
        _ => false,
    };
    covers && is_in_office(view, context, successor) && !leads_to(view, *successor, predecessor)
}

/// Whether this is a live authority that stands, with neither suspension nor end announced.
pub(in crate::identity) fn is_in_office(view: &View<'_>, context: &BlockContext, authority: &MemberId) -> bool {
    let office = office(view, authority);
    let live = live_member(view, authority).filter(|member| member.kind == MemberKind::Authority);
    let undisturbed = office.suspension.is_none() && office.end.is_none();
    undisturbed && live.is_some_and(|member| stands(view, context, &member))
}

fn jurisdiction_within(view: &View<'_>, inner: &Jurisdiction, outer: &Jurisdiction) -> bool {
    let mut domains = inner.domains.iter();
    within(view, outer, &inner.region) && domains.all(|domain| outer.domains.iter().any(|held| held.contains(domain)))
}
