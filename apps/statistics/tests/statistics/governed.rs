//! What a vote changes about statistics.

use super::sealed::Desk;
use super::world::World;
use chancery_kernel::governance::ids::GOVERNANCE;
use chancery_kernel::governance::params::Parameter;
use chancery_kernel::governance::query;
use chancery_kernel::governance::record::Choice;
use chancery_kernel::governance::transaction::{Action, GovernanceTransaction, NewProposal, NewVote};
use chancery_statistics::rejection::StatisticsRejection;

fn companies_file(world: &mut World, desk: &mut Desk, county: &str, names: &[&str]) {
    for company in &world.companies(county, names) {
        desk.files(world, company, 100, 7);
    }
}

#[test]
fn a_vote_raises_the_fewest_owners_behind_a_figure_from_the_boundary_on() {
    let (mut world, mut desk) = (World::governed(), Desk::default());
    companies_file(&mut world, &mut desk, "01001", &["a", "b", "c", "d"]);
    companies_file(&mut world, &mut desk, "02001", &["e", "f", "g", "h"]);
    companies_file(&mut world, &mut desk, "02003", &["i", "j", "k", "l"]);
    world.wait_until_day(12);
    desk.publishes(&mut world, "01001");

    let state = world.state.clone();
    let action = Action::ChangeParameter(Parameter::RespondentsMin, 5);
    let proposal = NewProposal { action, reason: "Act 9: four were not enough".to_owned() };
    world.chain.submit(&state, GOVERNANCE, &GovernanceTransaction::Propose(proposal)).unwrap();
    let vote = NewVote { proposal: 1, choice: Choice::For, reason: "As proposed.".to_owned() };
    world.chain.submit(&state, GOVERNANCE, &GovernanceTransaction::Vote(vote)).unwrap();

    // Decided is not in force: four are still enough.
    desk.publishes(&mut world, "02001");
    while world.chain.read(|view, _| query::parameter(view, Parameter::RespondentsMin)) == 3 {
        world.chain.block(&[]);
    }
    desk.may_not_publish(&mut world, "02003", StatisticsRejection::TooFewRespondents);
    companies_file(&mut world, &mut desk, "02003", &["m"]);
    desk.publishes(&mut world, "02003");
}
