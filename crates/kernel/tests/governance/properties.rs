//! Whatever is proposed and however it is voted on: the order of votes changes nothing, no threshold is met by fewer,
//! and the committee never loses its quorum.

use super::world::{EPOCH, World, seat};
use chancery_kernel::governance::event::GovernanceEvent;
use chancery_kernel::governance::params::{Parameter, ProposalKind, Threshold};
use chancery_kernel::governance::record::{Choice, Committee, Stage};
use chancery_kernel::governance::transaction::Action;
use chancery_ledger::testing::Party;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const CHOICES: [Choice; 3] = [Choice::For, Choice::Against, Choice::Abstain];

/// The rule restated: so many of the electors, rounded up.
fn enough(kind: ProposalKind, electors: u32) -> u32 {
    let (numerator, denominator) = match kind {
        ProposalKind::Emergency
        | ProposalKind::ChangeThreshold
        | ProposalKind::SeatConstituent
        | ProposalKind::UnseatConstituent => (3, 4),
        ProposalKind::BackOutVersion => (51, 100),
        _ => (2, 3),
    };
    (electors * numerator).div_ceil(denominator)
}

/// A world in which five authorities vote.
fn five() -> (World, Vec<Party>) {
    let mut world = World::new();
    let mut electors = vec![world.state.clone(), world.assembly.clone(), world.court.clone()];
    for name in ["council", "chamber"] {
        let new = world.authority(name);
        let number = world.proposes(&Action::SeatConstituent(new.member));
        for by in electors.clone() {
            if world.stage(number) == Stage::Open {
                world.votes(&by, number, Choice::For);
            }
        }
        world.until_boundary();
        electors.push(new);
    }
    (world, electors)
}

/// What comes of votes in an order: whether it passed, and whether it was over before the deadline.
fn outcome(choices: &[Choice], order: &[usize], action: &Action) -> (bool, bool) {
    let (mut world, electors) = five();
    world.all_ready();
    let number = world.proposes(action);
    for index in order {
        if world.stage(number) == Stage::Open {
            world.votes(&electors[*index], number, choices[*index]);
        }
    }
    let passed = matches!(world.stage(number), Stage::Decided { .. } | Stage::Executed(_));
    (passed, world.stage(number) != Stage::Open)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_order_of_votes_changes_nothing_and_fewer_than_enough_never_pass(
        choices in prop::collection::vec(0..3usize, 5),
        order in Just((0..5).collect::<Vec<usize>>()).prop_shuffle(),
        voting in 0..6usize,
        threshold_is_changed in any::<bool>(),
    ) {
        let choices: Vec<Choice> = choices.into_iter().map(|choice| CHOICES[choice]).collect();
        let all = Threshold { numerator: 1, denominator: 1 };
        let (action, needed) = match threshold_is_changed {
            true => (Action::ChangeThreshold(ProposalKind::Suspend, all), 5),
            false => (
                Action::ChangeParameter(Parameter::RespondentsMin, 5),
                enough(ProposalKind::ChangeParameter, 5),
            ),
        };
        // The same votes, in this order and in that of the electors.
        let voting = &order[..voting];
        let mut sorted = voting.to_vec();
        sorted.sort_unstable();
        let result = outcome(&choices, voting, &action);
        prop_assert_eq!(result, outcome(&choices, &sorted, &action));
        let in_favour = voting.iter().filter(|index| choices[**index] == Choice::For).count();
        let lost = voting.len() - in_favour;
        let passed = in_favour >= usize::try_from(needed).unwrap();
        let hopeless = 5 - lost < usize::try_from(needed).unwrap();
        prop_assert_eq!(result, (passed, passed || hopeless));
    }
}

/// Something that is tried in a network of five validators and three candidates.
#[derive(Clone, Debug)]
enum Attempt {
    Admit(usize),
    Remove(usize),
    Replace(usize, usize),
    Speak(usize),
    Silence,
    Boundary,
}

fn attempts() -> impl Strategy<Value = Attempt> {
    prop_oneof![
        3 => (0..8usize).prop_map(Attempt::Admit),
        6 => (0..8usize).prop_map(Attempt::Remove),
        3 => (0..8usize, 0..8usize).prop_map(|(leaves, comes)| Attempt::Replace(leaves, comes)),
        6 => (0..8usize).prop_map(Attempt::Speak),
        1 => Just(Attempt::Silence),
        3 => Just(Attempt::Boundary),
    ]
}

/// The rule restated, from what was said and decided alone.
fn the_quorum_holds(before: &Committee, after: &Committee, spoke_lately: &BTreeSet<chancery_types::ids::MemberId>) {
    let (old, new) = (before.seats.len(), after.seats.len());
    assert!(new >= 4, "{new} validators");
    let gone = before.seats.iter().filter(|seat| !after.seats.contains(seat)).count();
    assert!(gone <= (old - 1) / 3, "{gone} of {old} leave at once");
    let ready = after.seats.iter().filter(|seat| spoke_lately.contains(&seat.member)).count();
    assert!(ready >= new - (new - 1) / 3, "{ready} of {new} are ready");
    let distinct: BTreeMap<_, _> = after.seats.iter().map(|seat| (seat.key, seat.member)).collect();
    assert_eq!(distinct.values().collect::<BTreeSet<_>>().len(), new, "nobody sits twice");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_committee_never_loses_its_quorum(tried in prop::collection::vec(attempts(), 1..40)) {
        let mut world = World::new();
        let names = ["fifth", "sixth", "seventh", "eighth"];
        let mut nodes = world.nodes.clone();
        nodes.extend(names.iter().map(|name| world.node(name)));
        let mut spoke_lately: BTreeSet<_> = world.nodes.iter().map(|node| node.member).collect();
        let mut committees = vec![world.decided()];
        let (state, court) = (world.state.clone(), world.court.clone());
        for attempt in tried {
            let mut actions = Vec::new();
            match attempt {
                Attempt::Admit(node) => actions.push(Action::AdmitValidator(seat(&nodes[node]))),
                Attempt::Remove(node) => actions.push(Action::RemoveValidator(nodes[node].member)),
                Attempt::Replace(leaves, comes) => {
                    actions.push(Action::ReplaceValidator(nodes[leaves].member, seat(&nodes[comes])));
                }
                Attempt::Speak(node) => {
                    world.ready(&nodes[node].clone());
                    spoke_lately.insert(nodes[node].member);
                }
                Attempt::Silence => {
                    world.chain.wait_ms(2 * chancery_types::time::HOUR_MS);
                    spoke_lately.clear();
                }
                Attempt::Boundary => while !(world.chain.height().0 + 2).is_multiple_of(EPOCH) { world.block(); },
            }
            for action in actions {
                // Whatever is let through is voted for.
                if world.submit(&state, &super::world::propose(&action)).is_ok() {
                    let number = world.chain.read(|view, _| chancery_kernel::governance::query::agenda(view).made);
                    for by in [&state, &court] {
                        world.votes(by, number, Choice::For);
                    }
                }
            }
            for event in world.block() {
                if let GovernanceEvent::CommitteeDecided(after) = event {
                    the_quorum_holds(committees.last().unwrap(), &after, &spoke_lately);
                    committees.push(after);
                }
            }
            // A transaction may have closed the epoch as well.
            if world.decided().number != committees.last().unwrap().number {
                let after = world.decided();
                the_quorum_holds(committees.last().unwrap(), &after, &spoke_lately);
                committees.push(after);
            }
        }
    }
}
