//! What the votes have made of the network so far, and what one more of them would make of it.

use crate::governance::params::{Parameters, Thresholds};
use crate::governance::query;
use crate::governance::record::{Root, Seat};
use crate::governance::transaction::Action;
use chancery_ledger::View;
use chancery_types::ids::{Height, MemberId};

/// The network as it would stand after a boundary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::governance) struct Plan {
    /// The seats of the committee decided last, before the boundary.
    pub(in crate::governance) seats_before: Vec<Seat>,
    /// The seats after it, in ascending order of keys.
    pub(in crate::governance) seats: Vec<Seat>,
    /// The constituting authorities.
    pub(in crate::governance) constituents: Vec<MemberId>,
    /// The parameters.
    pub(in crate::governance) parameters: Parameters,
    /// The thresholds.
    pub(in crate::governance) thresholds: Thresholds,
    /// The certificate roots.
    pub(in crate::governance) roots: Vec<Root>,
    /// Suspensions that begin (with their hearing) or end at the boundary.
    pub(in crate::governance) suspensions: Vec<(MemberId, Option<u64>)>,
    /// The boundary, as far as what is planned names it.
    boundary: Height,
}

impl Plan {
    /// What stands in the state, without what waits for the boundary.
    pub(in crate::governance) fn standing(view: &View<'_>, boundary: Height) -> Self {
        let seats = query::decided_committee(view).map(|committee| committee.seats).unwrap_or_default();
        Self {
            seats_before: seats.clone(),
            seats,
            constituents: query::constituents(view),
            parameters: Parameters::clone(&query::parameters(view)),
            thresholds: query::thresholds(view),
            roots: query::roots(view),
            suspensions: Vec::new(),
            boundary,
        }
    }

    /// What stands in the state, with all that waits for the boundary.
    pub(in crate::governance) fn with_waiting(view: &View<'_>, boundary: Height) -> Self {
        let mut plan = Self::standing(view, boundary);
        for proposal in query::agenda(view).waiting.iter().filter_map(|number| query::proposal(view, *number)) {
            plan.apply(&proposal.action);
        }
        plan
    }

    /// Adds what an action does at the boundary. Actions that take effect at once do nothing then.
    pub(in crate::governance) fn apply(&mut self, action: &Action) {
        match action {
            Action::AdmitValidator(seat) => self.seats.push(*seat),
            Action::RemoveValidator(member) => self.unseat(member),
            Action::ReplaceValidator(member, seat) => {
                self.unseat(member);
                self.seats.push(*seat);
            }
            Action::ChangeParameter(parameter, value) => self.parameters.set(*parameter, *value),
            Action::ChangeThreshold(kind, threshold) => self.thresholds.set(*kind, *threshold),
            Action::AdmitRoot(new) => self.roots.push(Root {
                certificate: new.certificate,
                name: new.name.clone(),
                expires: new.expires,
                retired: None,
            }),
            Action::RetireRoot(certificate) => {
                for root in self.roots.iter_mut().filter(|root| root.certificate == *certificate) {
                    root.retired = Some(self.boundary);
                }
            }
            Action::Suspend(member, hearing) => {
                self.unseat(member);
                self.suspensions.push((*member, Some(*hearing)));
            }
            Action::LiftSuspension(member) => self.suspensions.push((*member, None)),
            Action::SeatConstituent(member) => self.constituents.push(*member),
            Action::UnseatConstituent(member) => self.constituents.retain(|seated| seated != member),
            Action::AdoptVersion(..) | Action::BackOutVersion(_) | Action::Emergency(..) => {}
        }
        self.seats.sort();
        self.constituents.sort();
    }

    /// Whether a member is suspended by what is planned, or by what stands.
    pub(in crate::governance) fn is_suspended(&self, view: &View<'_>, member: &MemberId) -> bool {
        let planned = self.suspensions.iter().rev().find(|(suspended, _)| suspended == member);
        match planned {
            Some((_, hearing)) => hearing.is_some(),
            None => query::tenure(view, member).is_some_and(|tenure| tenure.suspended.is_some()),
        }
    }

    /// Whether a member has a seat in what is planned.
    pub(in crate::governance) fn seats_member(&self, member: &MemberId) -> bool {
        self.seats.iter().any(|seat| seat.member == *member)
    }

    /// How many seats of before are gone, by their keys: who votes with another key is dealt a new share.
    pub(in crate::governance) fn leaving(&self) -> usize {
        let kept = |seat: &&Seat| self.seats.iter().any(|after| after.key == seat.key);
        self.seats_before.iter().filter(|seat| !kept(seat)).count()
    }

    fn unseat(&mut self, member: &MemberId) {
        self.seats.retain(|seat| seat.member != *member);
    }
}
