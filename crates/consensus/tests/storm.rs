//! Everything at once, under many seeds: nodes die and come back, links fail and heal, the power goes, and work keeps
//! coming. `CHANCERY_SEEDS=50` runs more of them than a test run should.
#![cfg(feature = "simulation")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that goes wrong should stop where it goes wrong"
)]

mod toy;

use chancery_consensus::deterministic::{self, Cluster, Settings};
use chancery_consensus::links::Link;
use chancery_consensus::machine::Machine;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng as _, SeedableRng};
use std::sync::Arc;
use std::time::Duration;
use toy::{Journal, Toy, check_journals, dealt, transaction};

const NODES: usize = 4;
const LIVES: u64 = 3;
const STEPS: u64 = 12;

fn toys(journals: &[Journal]) -> Vec<Arc<Toy>> {
    journals.iter().map(|journal| Arc::new(Toy::new(journal.clone()))).collect()
}

fn below(rng: &mut ChaCha20Rng, bound: usize) -> usize {
    usize::try_from(rng.next_u32()).unwrap() % bound
}

/// One life of the cluster: mischief with at most one node dead and one link bad at a time, then peace and one more
/// transaction that must become final everywhere.
async fn life(mut cluster: Cluster, mut toys: Vec<Arc<Toy>>, journals: Vec<Journal>, seed: u64, life: u64) {
    let mut rng = ChaCha20Rng::seed_from_u64(seed * 1_000 + life);
    let mut dead: Option<usize> = None;
    for step in 0..STEPS {
        match below(&mut rng, 4) {
            0 if dead.is_none() => {
                let node = below(&mut rng, NODES);
                cluster.kill(node);
                dead = Some(node);
            }
            1 => {
                if let Some(node) = dead.take() {
                    toys[node] = Arc::new(Toy::new(journals[node].clone()));
                    cluster.start(node, toys[node].clone());
                }
            }
            2 => {
                let (one, other) = (below(&mut rng, NODES), below(&mut rng, NODES));
                let link = if rng.next_u32().is_multiple_of(2) { Link::Cut } else { Link::Lossy(3) };
                cluster.link(one, other, link);
                cluster.sleep(Duration::from_millis(u64::from(rng.next_u32() % 3_000))).await;
                cluster.link(one, other, Link::Open);
            }
            _ => {}
        }
        let node = (0..NODES).find(|node| Some(*node) != dead).unwrap();
        let work = transaction(u8::try_from(step % 3).unwrap(), life * 1_000 + step);
        toys[node].take(work.clone());
        cluster.handle(node).unwrap().submit(work);
        cluster.sleep(Duration::from_millis(u64::from(rng.next_u32() % 1_500))).await;
    }
    if let Some(node) = dead {
        toys[node] = Arc::new(Toy::new(journals[node].clone()));
        cluster.start(node, toys[node].clone());
    }
    let last = transaction(9, life);
    toys[0].take(last.clone());
    cluster.handle(0).unwrap().submit(last.clone());
    let everywhere = |_: &Cluster| {
        journals.iter().all(|journal| journal.lock().unwrap().iter().any(|block| block.transactions.contains(&last)))
    };
    let patience = Duration::from_secs(120);
    assert!(cluster.until(patience, everywhere).await, "seed {seed}, life {life}: stuck at {:?}", cluster.tips());
    // The power goes while something is on its way.
    let work = transaction(8, life);
    toys[1].take(work.clone());
    cluster.handle(1).unwrap().submit(work);
    cluster.sleep(Duration::from_millis(u64::from(rng.next_u32() % 200))).await;
}

fn storm(seed: u64) -> Vec<String> {
    let journals: Vec<Journal> = (0..NODES).map(|_| Journal::default()).collect();
    let settings = Settings::new(dealt(NODES), seed);
    let mut auditors = Vec::new();
    let mut checkpoint = None;
    for number in 0..LIVES {
        let toys = toys(&journals);
        let machines = toys.iter().map(|toy| toy.clone() as Arc<dyn Machine>).collect();
        let kept = journals.clone();
        let scenario = move |cluster| -> futures::future::BoxFuture<'static, ()> {
            Box::pin(life(cluster, toys, kept, seed, number))
        };
        let outcome = match checkpoint.take() {
            None => deterministic::run(&settings, machines, scenario),
            Some(checkpoint) => deterministic::resume(&settings, checkpoint, machines, scenario),
        };
        check_journals(&journals);
        auditors.push(outcome.auditor);
        checkpoint = Some(outcome.checkpoint);
    }
    auditors
}

#[test]
fn a_storm_breaks_nothing() {
    let seeds = std::env::var("CHANCERY_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(2);
    for seed in 0..seeds {
        println!("seed {seed}");
        storm(seed);
    }
}

#[test]
fn a_storm_is_the_same_storm_again() {
    assert_eq!(storm(1_000), storm(1_000));
}
