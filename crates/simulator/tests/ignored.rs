//! A transaction that one honest validator has taken in is final within a bounded number of blocks, while f validators
//! ignore it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that goes wrong should stop where it goes wrong"
)]

use chancery_consensus::deterministic;
use chancery_consensus::machine::Machine;
use chancery_kernel::identity::ids::IDENTITY;
use chancery_kernel::identity::transaction::{IdentityTransaction, NewRegion};
use chancery_simulator::adversary::Ignorer;
use chancery_simulator::cluster::{COUNTRY, Network};
use chancery_types::time::BlockTime;
use rand_core::SeedableRng;
use std::sync::Arc;
use std::time::Duration;

/// How many validators there are.
const NODES: usize = 4;
/// How many validators may be faulty among n ≥ 3f + 1.
const FAULTY: u64 = 1;
/// Blocks that may be under way when the transaction arrives: one agreed on and not final yet, one being proposed.
const UNDER_WAY: u64 = 2;
/// The bound. Leaders take turns, so after the blocks under way come at most f empty ones of those who ignore it, and
/// then the one of an honest leader, who has heard of it.
const BLOCKS_MAX: u64 = UNDER_WAY + FAULTY + 1;
/// Transactions for each choice of the ignoring validator, handed in at all the honest ones in turn.
const ROUNDS: usize = 12;

#[test]
fn what_one_honest_validator_took_in_is_final_within_a_bound_while_another_ignores_it() {
    for ignoring in 0..NODES {
        let seed = 40 + u64::try_from(ignoring).unwrap();
        let network = Network::found(seed, NODES).unwrap();
        let validators = network.validators().unwrap();
        let mut machines: Vec<Arc<dyn Machine>> =
            validators.iter().map(|validator| validator.machine().clone() as Arc<dyn Machine>).collect();
        machines[ignoring] = Arc::new(Ignorer(validators[ignoring].machine().clone()));
        let authority = network.authority.clone();
        deterministic::run(&network.settings, machines, move |cluster| {
            Box::pin(async move {
                let mut rng = rand_chacha::ChaCha20Rng::seed_from_u64(seed);
                let mut worst = 0;
                for round in 0..ROUNDS {
                    // Not in step with the blocks, so that it arrives at different moments of a view.
                    cluster.sleep(Duration::from_millis(137 * (round as u64 + 1))).await;
                    let at = (ignoring + 1 + round % (NODES - 1)) % NODES;
                    let message = IdentityTransaction::RegisterRegion(NewRegion {
                        code: format!("{round:02}").parse().unwrap(),
                        parent: COUNTRY.parse().unwrap(),
                        name: format!("Province {round}"),
                    });
                    let signed = authority.sign(IDENTITY, &message, BlockTime(cluster.now_ms()), &mut rng);
                    let before = validators[at].archive().latest();
                    validators[at].machine().take_in(&signed.bytes).unwrap();
                    cluster.handle(at).unwrap().submit(signed.bytes.clone());
                    let archive = validators[at].archive();
                    let is_final = |_: &_| archive.place(&signed.id).unwrap().is_some();
                    let came = cluster.until(Duration::from_secs(30), is_final).await;
                    let stopped: Vec<_> = (0..NODES).map(|node| cluster.ended(node)).collect();
                    assert!(came, "seed {seed}, round {round}: not final in 30 s; nodes that stopped: {stopped:?}");
                    let (height, _) = archive.place(&signed.id).unwrap().unwrap();
                    let blocks = height.0 - before.0;
                    worst = worst.max(blocks);
                    assert!(blocks <= BLOCKS_MAX, "seed {seed}, round {round}: final after {blocks} blocks");
                }
                println!(
                    "seed {seed}, validator {ignoring} ignores: final within {worst} of at most {BLOCKS_MAX} blocks"
                );
            })
        });
    }
}
