//! Over random trees, in whatever order authorities are certified, suspended, taken over and cleared: a suspension touches
//! exactly whom it was said to touch, and standing is what the rule says when it is restated.

use super::world::{OTHER, World, lifting, reform_bodies, suspension, taking_over};
use chancery_kernel::identity::query;
use chancery_kernel::identity::transaction::IdentityTransaction;
use chancery_ledger::testing::Party;
use chancery_types::ids::MemberId;
use chancery_types::time::{DAY_MS, HOUR_MS};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug)]
enum Step {
    Certify(usize),
    Register(usize),
    Vouch(usize, usize),
    Suspend(usize),
    Lift(usize),
    TakeOver(usize, usize),
    Merge(usize, usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let any = || 0..12usize;
    let step = prop_oneof![
        3 => any().prop_map(Step::Certify),
        3 => any().prop_map(Step::Register),
        2 => (any(), any()).prop_map(|(by, whom)| Step::Vouch(by, whom)),
        4 => any().prop_map(Step::Suspend),
        2 => any().prop_map(Step::Lift),
        4 => (any(), any()).prop_map(|(whose, by)| Step::TakeOver(whose, by)),
        1 => (any(), any()).prop_map(|(whose, by)| Step::Merge(whose, by)),
    ];
    prop::collection::vec(step, 1..30)
}

/// The rule, restated over what was accepted.
#[derive(Default)]
struct Rule {
    above: BTreeMap<MemberId, MemberId>,
    beside: BTreeMap<MemberId, BTreeSet<MemberId>>,
    suspended: BTreeSet<MemberId>,
    in_place: BTreeMap<MemberId, MemberId>,
    ended: BTreeSet<MemberId>,
}

impl Rule {
    fn word_counts(&self, authority: MemberId) -> bool {
        match (self.in_place.get(&authority), self.above.get(&authority)) {
            (Some(other), _) => self.word_counts(*other),
            (None, _) if self.suspended.contains(&authority) => false,
            (None, Some(above)) => self.word_counts(*above),
            (None, None) => true,
        }
    }

    fn acts(&self, member: MemberId) -> bool {
        let first = self.above.get(&member).is_none_or(|above| self.word_counts(*above));
        let vouched = first || self.beside.get(&member).into_iter().flatten().any(|by| self.word_counts(*by));
        vouched && !self.suspended.contains(&member) && !self.ended.contains(&member)
    }
}

struct Play {
    world: World,
    rule: Rule,
    authorities: Vec<Party>,
    persons: Vec<Party>,
}

impl Play {
    fn new() -> Self {
        let world = World::new();
        let mut rule = Rule::default();
        rule.above.insert(world.office.member, world.state.member);
        let authorities = vec![world.state.clone(), world.office.clone()];
        Self { world, rule, authorities, persons: Vec::new() }
    }

    fn authority(&self, index: usize) -> Party {
        self.authorities[index % self.authorities.len()].clone()
    }

    fn acts(&self, party: &Party) -> bool {
        self.world.chain.read(|view, context| {
            let member = query::member(view, &party.member).unwrap();
            let sender = chancery_ledger::Sender {
                member: member.id,
                kind: member.kind,
                key: party.public_key(),
                purpose: chancery_types::member::KeyPurpose::Business,
            };
            query::check_standing(view, context, &sender).is_ok()
        })
    }

    fn all(&self) -> impl Iterator<Item = &Party> {
        self.authorities.iter().chain(&self.persons)
    }

    fn acting(&self) -> BTreeSet<MemberId> {
        self.all().filter(|party| self.acts(party)).map(|party| party.member).collect()
    }

    fn accepted(&mut self, by: &Party, transaction: &IdentityTransaction) -> bool {
        self.world.submit(by, transaction).is_ok()
    }

    fn step(&mut self, number: usize, step: &Step) -> Result<(), TestCaseError> {
        let (name, state) = (format!("number {number}"), self.world.state.clone());
        match step {
            Step::Certify(by) => {
                let by = self.authority(*by);
                let certify = super::world::certify(self.world.chain.time(), &name, &["statistics"], "XX");
                if self.accepted(&by, &certify) {
                    let new = self.world.join(&by, &name);
                    self.rule.above.insert(new.member, by.member);
                    self.authorities.push(new);
                }
            }
            Step::Register(by) => {
                let by = self.authority(*by);
                let batch = self.world.batch(&name, vec![super::world::person(&name, "XX")], vec![]);
                if self.accepted(&by, &batch) {
                    let new = self.world.join(&by, &name);
                    self.rule.above.insert(new.member, by.member);
                    self.persons.push(new);
                }
            }
            Step::Vouch(by, whom) => {
                let by = self.authority(*by);
                let Some(whom) = self.persons.get(whom % self.persons.len().max(1)).cloned() else { return Ok(()) };
                if self.accepted(&by, &IdentityTransaction::Vouch(whom.member)) {
                    self.rule.beside.entry(whom.member).or_default().insert(by.member);
                }
            }
            Step::Suspend(whom) => {
                let whom = self.authority(*whom);
                self.suspend(&state, &whom)?;
            }
            Step::Lift(whom) => {
                let whom = self.authority(*whom);
                if self.accepted(&state, &lifting(&whom)) {
                    self.rule.suspended.remove(&whom.member);
                    if !self.rule.ended.contains(&whom.member) {
                        self.rule.in_place.remove(&whom.member);
                    }
                }
            }
            Step::TakeOver(whose, by) => {
                let (whose, by) = (self.authority(*whose), self.authority(*by));
                if self.accepted(&state, &taking_over(&whose, &by)) {
                    self.rule.in_place.insert(whose.member, by.member);
                }
            }
            Step::Merge(whose, by) => {
                let (whose, by) = (self.authority(*whose), self.authority(*by));
                let from = self.world.chain.time().plus_ms(HOUR_MS);
                if self.accepted(&state, &reform_bodies(&[&whose], &[&by], from)) {
                    let heir = self.world.chain.read(|view, _| query::office(view, &whose.member)).end.unwrap().heir;
                    self.world.chain.wait_ms(HOUR_MS);
                    self.rule.ended.insert(whose.member);
                    if let Some(heir) = heir {
                        self.rule.in_place.entry(whose.member).or_insert(heir);
                    }
                }
            }
        }
        Ok(())
    }

    /// What is said before is what comes about.
    fn suspend(&mut self, state: &Party, whom: &Party) -> Result<(), TestCaseError> {
        let before = self.acting();
        let said: BTreeSet<MemberId> = self.world.chain.read(|view, context| {
            let touched = |party: &&Party| {
                let member = query::member(view, &party.member).unwrap();
                query::would_touch(view, context, &whom.member, &member)
            };
            self.all().filter(touched).map(|party| party.member).collect()
        });
        if self.accepted(state, &suspension(whom, self.world.in_days(1).plus_ms(HOUR_MS))) {
            self.world.chain.wait_ms(DAY_MS + HOUR_MS);
            self.rule.suspended.insert(whom.member);
            let after = self.acting();
            prop_assert_eq!(before.difference(&after).copied().collect::<BTreeSet<_>>(), said);
            prop_assert!(after.is_subset(&before));
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_suspension_touches_exactly_whom_it_was_said_to_touch(steps in steps()) {
        let mut play = Play::new();
        for (number, step) in steps.iter().enumerate() {
            play.step(number, step)?;
            let expected: BTreeSet<MemberId> =
                play.all().map(|party| party.member).filter(|member| play.rule.acts(*member)).collect();
            prop_assert_eq!(play.acting(), expected, "after {:?}", step);
        }
        let acting = play.acting();
        for party in play.all().cloned().collect::<Vec<_>>() {
            let went_through = play.world.chain.submit(&party, OTHER, &()).is_ok();
            prop_assert_eq!(went_through, acting.contains(&party.member));
        }
    }
}
