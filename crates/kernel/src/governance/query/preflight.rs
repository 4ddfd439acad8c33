//! The pre-flight: what a proposal would do, and why it would do harm. Asked without writing anything it is the
//! rehearsal; asked when a proposal is made, decided and carried out it is the rule.

use super::plan::Plan;
use super::{parameter, standing};
use crate::governance::ids::{
    COMMITTEE_LEAD_EPOCHS, CONSTITUENTS_MAX, PAUSE_MS_MAX, PAUSES_MAX, ROOT_TERM_MS_MIN, ROOTS_MAX, VALIDATORS_MIN,
};
use crate::governance::params::{Parameter, Parameters, Threshold, Thresholds};
use crate::governance::query;
use crate::governance::record::{Readiness, Seat, quorum};
use crate::governance::rejection::GovernanceRejection;
use crate::governance::transaction::{Action, NewRoot};
use crate::identity;
use chancery_ledger::rejection::LEDGER;
use chancery_ledger::{BlockContext, View};
use chancery_types::ids::{ApplicationId, Epoch, Height, MemberId};
use chancery_types::member::MemberKind;
use chancery_types::network::{VALIDATORS_MAX, faults_max};
use chancery_types::time::{BlockTime, MINUTE_MS};

/// What a proposal would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rehearsal {
    /// Why it would be refused.
    pub refusal: Option<GovernanceRejection>,
    /// Those who would vote on it.
    pub electors: Vec<MemberId>,
    /// How many of them would have to be in favour.
    pub needed: usize,
    /// The committee decided last.
    pub before: Vec<Seat>,
    /// The committee after all that waits for the boundary, and this.
    pub after: Vec<Seat>,
    /// How many of the committee after it are ready.
    pub ready: usize,
    /// How many of the committee after it must be.
    pub quorum: usize,
    /// What nodes have said about themselves, which the answer rests on; empty if it rests on none of it.
    pub rests_on: Vec<RestsOn>,
    /// The first boundary at which it could be carried out; absent if it takes effect at once.
    pub boundary: Option<Height>,
    /// The first epoch in which another committee would sign.
    pub effective: Option<Epoch>,
}

/// What is known of one node's readiness.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RestsOn {
    /// The node.
    pub member: MemberId,
    /// What it said last.
    pub said: Option<Readiness>,
    /// How long ago, in milliseconds.
    pub age_ms: Option<u64>,
    /// Whether that makes it ready.
    pub ready: bool,
}

impl Rehearsal {
    /// The time of the oldest announcement that it rests on.
    pub fn oldest(&self) -> Option<BlockTime> {
        self.rests_on.iter().filter_map(|one| one.said).map(|said| said.time).min()
    }
}

/// What a proposal would do if it were made now. Nothing is written.
pub fn rehearse(view: &View<'_>, context: &BlockContext, action: &Action) -> Rehearsal {
    let standing = standing(view);
    let boundary = standing.map_or(context.height, |standing| standing.boundary_from(context.height));
    let plan = Plan::with_waiting(view, boundary);
    let mut after = plan.clone();
    after.apply(action);
    let electors = query::constituents(view);
    let rests_on = readiness_of(view, context, &after.seats, &after.parameters);
    let at_boundary = !action.kind().is_immediate();
    let effective = standing
        .filter(|_| plan.seats_before != after.seats)
        .map(|standing| Epoch(standing.epoch(boundary).0.saturating_add(COMMITTEE_LEAD_EPOCHS)));
    Rehearsal {
        refusal: check(view, context, &plan, action).err(),
        needed: votes_needed(&query::thresholds(view), action, electors.len()),
        electors,
        ready: rests_on.iter().filter(|one| one.ready).count(),
        quorum: quorum(after.seats.len()),
        rests_on: if rests_on_readiness(action) { rests_on } else { Vec::new() },
        before: plan.seats_before,
        after: after.seats,
        boundary: at_boundary.then_some(boundary),
        effective,
    }
}

/// How many of `electors` must be in favour. A change of a threshold needs the higher of the old and the new one, so
/// that nobody lowers a hurdle with fewer votes than it asks for, or raises one that they could not take themselves.
fn votes_needed(thresholds: &Thresholds, action: &Action, electors: usize) -> usize {
    let needed = |threshold: Threshold| threshold.needed(electors);
    let own = needed(thresholds.get(action.kind()));
    match action {
        Action::ChangeThreshold(kind, new) => own.max(needed(thresholds.get(*kind))).max(needed(*new)),
        _ => own,
    }
}

/// Whether an action may be carried out on top of what is planned.
///
/// # Errors
/// The first reason why not.
pub(in crate::governance) fn check(
    view: &View<'_>,
    context: &BlockContext,
    plan: &Plan,
    action: &Action,
) -> Result<(), GovernanceRejection> {
    match action {
        Action::AdmitValidator(seat) => may_sit(view, context, plan, seat, None)?,
        Action::RemoveValidator(member) => has_seat(plan, member)?,
        Action::ReplaceValidator(member, seat) => {
            has_seat(plan, member)?;
            may_sit(view, context, plan, seat, Some(member))?;
        }
        Action::ChangeParameter(parameter, value) => return check_parameter(view, context, plan, *parameter, *value),
        Action::ChangeThreshold(kind, threshold) => {
            return match (threshold.is_sound(), plan.thresholds.get(*kind) == *threshold) {
                (false, _) => Err(GovernanceRejection::ThresholdUnfit),
                (true, true) => Err(GovernanceRejection::NothingChanges),
                (true, false) => Ok(()),
            };
        }
        Action::AdmitRoot(root) => return check_new_root(context, plan, root),
        Action::RetireRoot(certificate) => {
            let live = |root: &&_| crate::governance::record::Root::is_live(root, context.time);
            let others = plan.roots.iter().filter(live).filter(|root| root.certificate != *certificate).count();
            let known = plan.roots.iter().any(|root| root.certificate == *certificate && root.retired.is_none());
            return match (known, others) {
                (false, _) => Err(GovernanceRejection::RootUnknown),
                (true, 0) => Err(GovernanceRejection::LastRoot),
                (true, _) => Ok(()),
            };
        }
        Action::AdoptVersion(version, height) => return check_version(view, context, *version, *height),
        Action::BackOutVersion(version) => {
            let planned = query::rules(view).planned.filter(|planned| planned.version == *version);
            return planned.map(drop).ok_or(GovernanceRejection::NoVersionPlanned);
        }
        Action::Suspend(member, hearing) => {
            has_seat(plan, member)?;
            let hearing = query::hearing(view, *hearing).filter(|hearing| hearing.accused == *member);
            let hearing = hearing.ok_or(GovernanceRejection::HearingUnknown)?;
            if !hearing.is_over(context.time) {
                return Err(GovernanceRejection::NotHeard);
            }
        }
        Action::LiftSuspension(member) => {
            return if plan.is_suspended(view, member) { Ok(()) } else { Err(GovernanceRejection::NotSuspended) };
        }
        Action::Emergency(application, term_ms) => return check_pause(view, context, *application, *term_ms),
        Action::SeatConstituent(member) => return check_new_constituent(view, context, plan, member),
        Action::UnseatConstituent(member) => return check_leaving_constituent(view, context, plan, member),
    }
    keeps_quorum(view, context, plan, action)
}

/// What the committee is after an action, judged as a whole: nothing may take the quorum away.
fn keeps_quorum(
    view: &View<'_>,
    context: &BlockContext,
    plan: &Plan,
    action: &Action,
) -> Result<(), GovernanceRejection> {
    let mut after = plan.clone();
    after.apply(action);
    let ready = ready_among(view, context, &after.seats, &after.parameters, query::rules(view).version);
    // A network of fewer than four, which only a trial is, may grow.
    let shrinks = after.seats.len() < plan.seats.len();
    if after.seats.is_empty() || (shrinks && after.seats.len() < VALIDATORS_MIN) {
        return Err(GovernanceRejection::TooFewValidators);
    }
    if after.seats.len() > VALIDATORS_MAX {
        return Err(GovernanceRejection::CommitteeFull);
    }
    if after.leaving() > faults_max(after.seats_before.len()) {
        return Err(GovernanceRejection::TooManyLeaving);
    }
    if ready < quorum(after.seats.len()) { Err(GovernanceRejection::QuorumNotReady) } else { Ok(()) }
}

fn has_seat(plan: &Plan, member: &MemberId) -> Result<(), GovernanceRejection> {
    if plan.seats_member(member) { Ok(()) } else { Err(GovernanceRejection::NotSeated) }
}

fn may_sit(
    view: &View<'_>,
    context: &BlockContext,
    plan: &Plan,
    seat: &Seat,
    instead_of: Option<&MemberId>,
) -> Result<(), GovernanceRejection> {
    let member = identity::query::live_member(view, &seat.member);
    let binding = identity::query::binding(view, &seat.key);
    let (rules, said) = (query::rules(view), query::readiness(view, &seat.member));
    let is_node = member.is_some_and(|member| member.kind == MemberKind::Node);
    let bound = binding.filter(|binding| {
        is_node && binding.member == seat.member && binding.is_business() && binding.is_valid(context)
    });
    let bound = bound.ok_or(GovernanceRejection::NodeUnfit)?;
    if bound.expires.is_some() {
        return Err(GovernanceRejection::KeyExpires);
    }
    let mut others = plan.seats.iter().filter(|other| Some(&other.member) != instead_of);
    let same_key = plan.seats.iter().any(|other| other.key == seat.key);
    if same_key || others.any(|other| other.member == seat.member) {
        return Err(GovernanceRejection::SeatedAlready);
    }
    if plan.is_suspended(view, &seat.member) {
        return Err(GovernanceRejection::Suspended);
    }
    // Whoever enters must know the rules that come next, too.
    let version = rules.planned.map_or(rules.version, |planned| planned.version.max(rules.version));
    let ready = said.is_some_and(|said| said.is_good(context.time, &plan.parameters, version));
    if ready { Ok(()) } else { Err(GovernanceRejection::NodeNotReady) }
}

fn check_parameter(
    view: &View<'_>,
    context: &BlockContext,
    plan: &Plan,
    parameter: Parameter,
    value: u64,
) -> Result<(), GovernanceRejection> {
    if !parameter.admits(value) {
        return Err(GovernanceRejection::ParameterOutOfBounds);
    }
    if plan.parameters.get(parameter) == value {
        return Err(GovernanceRejection::NothingChanges);
    }
    if !parameter.judges_readiness() {
        return Ok(());
    }
    // A stricter measure must not make a quorum unready that is ready today.
    let version = query::rules(view).version;
    let mut changed = plan.parameters.clone();
    changed.set(parameter, value);
    let before = ready_among(view, context, &plan.seats, &plan.parameters, version);
    let after = ready_among(view, context, &plan.seats, &changed, version);
    let harm = after < before && after < quorum(plan.seats.len());
    if harm { Err(GovernanceRejection::QuorumNotReady) } else { Ok(()) }
}

fn check_new_root(context: &BlockContext, plan: &Plan, new: &NewRoot) -> Result<(), GovernanceRejection> {
    if plan.roots.iter().any(|root| root.certificate == new.certificate) {
        return Err(GovernanceRejection::RootKnown);
    }
    if plan.roots.len() >= ROOTS_MAX {
        return Err(GovernanceRejection::TooManyRoots);
    }
    let soon = new.expires < context.time.plus_ms(ROOT_TERM_MS_MIN);
    if soon { Err(GovernanceRejection::RootExpiresSoon) } else { Ok(()) }
}

fn check_version(
    view: &View<'_>,
    context: &BlockContext,
    version: u32,
    height: Height,
) -> Result<(), GovernanceRejection> {
    let rules = query::rules(view);
    if version <= rules.version {
        return Err(GovernanceRejection::VersionUnfit);
    }
    if rules.planned.is_some() {
        return Err(GovernanceRejection::VersionPlannedAlready);
    }
    let notice = parameter(view, Parameter::VersionNoticeBlocksMin);
    let near = height.0 < context.height.0.saturating_add(notice);
    if near { Err(GovernanceRejection::NoticeTooShort) } else { Ok(()) }
}

fn check_pause(
    view: &View<'_>,
    context: &BlockContext,
    application: ApplicationId,
    term_ms: u64,
) -> Result<(), GovernanceRejection> {
    use crate::governance::ids::GOVERNANCE;
    use crate::identity::ids::IDENTITY;
    if [LEDGER, IDENTITY, GOVERNANCE].contains(&application) {
        return Err(GovernanceRejection::CannotPause);
    }
    if !(MINUTE_MS..=PAUSE_MS_MAX).contains(&term_ms) {
        return Err(GovernanceRejection::TermUnfit);
    }
    let running = query::pauses(view).iter().filter(|pause| context.time <= pause.until).count();
    if running >= PAUSES_MAX { Err(GovernanceRejection::TooManyPauses) } else { Ok(()) }
}

/// Whether an authority can vote: it is live and has a key.
fn can_vote(view: &View<'_>, context: &BlockContext, member: &MemberId) -> bool {
    let live = identity::query::live_member(view, member);
    let keys = identity::query::valid_keys(view, context, member);
    live.is_some_and(|member| member.kind == MemberKind::Authority) && !keys.is_empty()
}

fn check_new_constituent(
    view: &View<'_>,
    context: &BlockContext,
    plan: &Plan,
    member: &MemberId,
) -> Result<(), GovernanceRejection> {
    if plan.constituents.contains(member) {
        return Err(GovernanceRejection::ConstituentAlready);
    }
    if plan.constituents.len() >= CONSTITUENTS_MAX {
        return Err(GovernanceRejection::TooManyConstituents);
    }
    if can_vote(view, context, member) { Ok(()) } else { Err(GovernanceRejection::AuthorityUnfit) }
}

fn check_leaving_constituent(
    view: &View<'_>,
    context: &BlockContext,
    plan: &Plan,
    member: &MemberId,
) -> Result<(), GovernanceRejection> {
    if !plan.constituents.contains(member) {
        return Err(GovernanceRejection::ConstituentUnknown);
    }
    // All are looked at before it is judged, so that a run over a state that is not loaded notes what all need.
    let others = plan.constituents.iter().filter(|other| *other != member);
    let able = others.filter(|other| can_vote(view, context, other)).count();
    // Those who are left must be able to take every hurdle there is by themselves.
    let electors = plan.constituents.len().saturating_sub(1);
    let kinds = crate::governance::params::ProposalKind::EVERY.iter();
    let highest = kinds.map(|kind| plan.thresholds.get(*kind).needed(electors)).max().unwrap_or(1);
    if able < highest { Err(GovernanceRejection::LastConstituent) } else { Ok(()) }
}

/// Whether the answer depends on what nodes have said about themselves.
const fn rests_on_readiness(action: &Action) -> bool {
    match action {
        Action::AdmitValidator(_)
        | Action::RemoveValidator(_)
        | Action::ReplaceValidator(..)
        | Action::AdoptVersion(..)
        | Action::Suspend(..) => true,
        Action::ChangeParameter(parameter, _) => parameter.judges_readiness(),
        _ => false,
    }
}

fn readiness_of(view: &View<'_>, context: &BlockContext, seats: &[Seat], parameters: &Parameters) -> Vec<RestsOn> {
    let version = query::rules(view).version;
    let of = |seat: &Seat| {
        let said = query::readiness(view, &seat.member);
        RestsOn {
            member: seat.member,
            said,
            age_ms: said.map(|said| said.age_ms(context.time)),
            ready: said.is_some_and(|said| said.is_good(context.time, parameters, version)),
        }
    };
    seats.iter().map(of).collect()
}

/// How many of these seats are ready for rules of a version.
pub(in crate::governance) fn ready_among(
    view: &View<'_>,
    context: &BlockContext,
    seats: &[Seat],
    parameters: &Parameters,
    version: u32,
) -> usize {
    // Members that were ended count as not ready: they cannot sign any more.
    let ready = |seat: &&Seat| {
        let said = query::readiness(view, &seat.member);
        let live = identity::query::live_member(view, &seat.member).is_some();
        live && said.is_some_and(|said| said.is_good(context.time, parameters, version))
    };
    seats.iter().filter(ready).count()
}
