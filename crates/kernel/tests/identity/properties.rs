//! Whatever authorities try, in whatever order: what each holds lies within what its superior holds, and nobody acts
//! who may not.

use super::world::{OTHER, World, certify, give, new_key, person, region, scope, suspension, taking_over};
use chancery_kernel::identity::event::IdentityEvent;
use chancery_kernel::identity::query;
use chancery_kernel::identity::record::{Jurisdiction, Member, Role};
use chancery_kernel::identity::transaction::{Ending, IdentityTransaction};
use chancery_ledger::testing::Party;
use chancery_types::event::Event;
use chancery_types::ids::MemberId;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const REGIONS: [&str; 6] = ["XX", "01", "02", "01001", "01002", "02001"];
const DOMAINS: [&str; 6] =
    ["statistics", "statistics.labour", "statistics.labour.men", "statisticsx", "finance", "tax"];

#[derive(Clone, Debug)]
enum Attempt {
    Region(usize, usize),
    Authority(Vec<usize>, usize),
    Person(usize),
    Role(usize, usize, usize),
    End(usize),
    EndKey(usize),
    Suspend(usize),
    TakeOver(usize, usize),
    Act,
}

fn attempts() -> impl Strategy<Value = (usize, Attempt)> {
    let attempt = prop_oneof![
        1 => (0..6usize, 0..6usize).prop_map(|(code, parent)| Attempt::Region(code, parent)),
        6 => (prop::collection::vec(0..6usize, 1..3), 0..6usize)
            .prop_map(|(domains, region)| Attempt::Authority(domains, region)),
        3 => (0..6usize).prop_map(Attempt::Person),
        3 => (0..12usize, 0..6usize, 0..6usize).prop_map(|(who, domain, region)| Attempt::Role(who, domain, region)),
        1 => (0..12usize).prop_map(Attempt::End),
        1 => (0..12usize).prop_map(Attempt::EndKey),
        1 => (0..12usize).prop_map(Attempt::Suspend),
        2 => (0..12usize, 0..12usize).prop_map(|(whose, by)| Attempt::TakeOver(whose, by)),
        2 => Just(Attempt::Act),
    ];
    (0..12usize, attempt)
}

/// What the events say, read without the application's own questions.
#[derive(Default)]
struct Seen {
    members: BTreeMap<MemberId, (Member, Option<Jurisdiction>)>,
    parents: BTreeMap<String, String>,
    ended: BTreeSet<MemberId>,
    taken_over: Vec<(MemberId, MemberId)>,
    keyless: BTreeSet<MemberId>,
}

impl Seen {
    fn note(&mut self, events: &[Event]) {
        for event in events.iter().filter_map(IdentityEvent::from_event) {
            match event {
                IdentityEvent::RegionRegistered(region) => {
                    self.parents.insert(region.code.to_string(), region.parent.unwrap().to_string());
                }
                IdentityEvent::MemberRegistered(member, held) => {
                    self.members.insert(member.id, (member, held));
                }
                IdentityEvent::TakenOver(taking, _) => self.taken_over.push((taking.authority, taking.by)),
                IdentityEvent::MemberRevoked(member, _) => drop(self.ended.insert(member)),
                IdentityEvent::KeyRevoked(_, member) => drop(self.keyless.insert(member)),
                IdentityEvent::KeyBound(_, binding) => drop(self.keyless.remove(&binding.member)),
                _ => {}
            }
        }
    }

    fn region_within(&self, inner: &str, outer: &str) -> bool {
        inner == outer || self.parents.get(inner).is_some_and(|parent| self.region_within(parent, outer))
    }

    fn domain_within(inner: &str, outer: &str) -> bool {
        inner == outer || inner.starts_with(&format!("{outer}."))
    }

    /// The rule, restated over all that was ever certified or taken over.
    fn nothing_was_widened(&self, world: &World) {
        for (whose, by) in &self.taken_over {
            let [inner, outer] =
                [whose, by].map(|id| world.chain.read(|view, _| query::jurisdiction(view, id)).unwrap());
            assert!(self.region_within(inner.region.as_str(), outer.region.as_str()), "{outer:?} took over {inner:?}");
            for domain in &inner.domains {
                let mut outer = outer.domains.iter();
                assert!(outer.any(|outer| Self::domain_within(domain.as_str(), outer.as_str())), "{domain}");
            }
        }
        for (member, held) in self.members.values() {
            let Some(Some(above)) = member.vouched_by.and_then(|by| self.members.get(&by)).map(|(_, above)| above)
            else {
                continue;
            };
            assert!(self.region_within(member.region.as_str(), above.region.as_str()), "{member:?}");
            for domain in held.iter().flat_map(|held| &held.domains) {
                let mut outer = above.domains.iter();
                assert!(outer.any(|outer| Self::domain_within(domain.as_str(), outer.as_str())), "{member:?}");
            }
        }
    }
}

fn transaction(world: &World, name: &str, by: &Party, attempt: &Attempt, parties: &[Party]) -> IdentityTransaction {
    let whom = |index: usize| &parties[index % parties.len()];
    match attempt {
        Attempt::Region(code, parent) => region(REGIONS[*code], REGIONS[*parent]),
        Attempt::Authority(domains, region) => {
            let domains: Vec<&str> = domains.iter().map(|domain| DOMAINS[*domain]).collect();
            certify(world.chain.time(), name, &domains, REGIONS[*region])
        }
        Attempt::Person(region) => world.batch(name, vec![person(name, REGIONS[*region])], vec![]),
        Attempt::Role(who, domain, region) => {
            give(scope(whom(*who), Role::Checker, DOMAINS[*domain], REGIONS[*region]), world.in_days(30))
        }
        Attempt::End(who) => {
            IdentityTransaction::RevokeMember(Ending { member: whom(*who).member, reason: "tried".to_owned() })
        }
        Attempt::EndKey(who) => IdentityTransaction::RevokeKey(whom(*who).public_key()),
        Attempt::Suspend(who) => suspension(whom(*who), world.in_days(30)),
        Attempt::TakeOver(whose, by) => taking_over(whom(*whose), whom(*by)),
        Attempt::Act => IdentityTransaction::AddKey(new_key(by.member, name)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nothing_is_ever_widened_and_nobody_ended_acts(attempts in prop::collection::vec(attempts(), 1..60)) {
        let mut world = World::new();
        let mut seen = Seen::default();
        for (code, parent) in [("01", "XX"), ("02", "XX"), ("01001", "01")] {
            seen.parents.insert(code.to_owned(), parent.to_owned());
        }
        let mut parties = vec![world.state.clone(), world.office.clone(), world.north.clone()];
        for (number, (who, attempt)) in attempts.iter().enumerate() {
            let by = parties[who % parties.len()].clone();
            let name = format!("number {number}");
            let transaction = transaction(&world, &name, &by, attempt, &parties);
            let barred = seen.ended.contains(&by.member) || seen.keyless.contains(&by.member);
            let Ok(events) = world.submit(&by, &transaction) else { continue };
            prop_assert!(!barred, "{by:?} had been ended");
            seen.note(&events);
            if matches!(attempt, Attempt::Authority(..) | Attempt::Person(_)) {
                parties.push(world.join(&by, &name));
            }
        }
        seen.nothing_was_widened(&world);
        for party in parties.iter().filter(|party| seen.ended.contains(&party.member)) {
            prop_assert!(world.chain.submit(party, OTHER, &()).is_err());
        }
    }
}
