//! Four nodes under a seed: agreement, crashes, lies.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that goes wrong should stop where it goes wrong"
)]
#![cfg(feature = "simulation")]

mod toy;

use chancery_consensus::deterministic::{self, Cluster, Settings};
use chancery_consensus::links::Link;
use chancery_consensus::machine::Machine;
use chancery_consensus::{Error, Handle};
use chancery_types::hash::Digest;
use chancery_types::ids::Height;
use chancery_types::key::PublicKey;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use toy::{Journal, Toy, check_journals, dealt, network, state_key, transaction};

const NODES: usize = 4;

fn journals() -> Vec<Journal> {
    (0..NODES).map(|_| Journal::default()).collect()
}

fn toys(journals: &[Journal]) -> Vec<Arc<Toy>> {
    journals.iter().map(|journal| Arc::new(Toy::new(journal.clone()))).collect()
}

fn machines(toys: &[Arc<Toy>]) -> Vec<Arc<dyn Machine>> {
    toys.iter().map(|toy| toy.clone() as Arc<dyn Machine>).collect()
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn submit(cluster: &Cluster, toys: &[Arc<Toy>], node: usize, transaction: Vec<u8>) {
    assert!(toys[node].take(transaction.clone()));
    cluster.handle(node).unwrap().submit(transaction);
}

fn contains(journal: &Journal, transaction: &[u8]) -> bool {
    journal.lock().unwrap().iter().any(|block| block.transactions.iter().any(|t| t == transaction))
}

/// Submits `count` transactions over all nodes and waits until all nodes have them.
async fn order(cluster: &Cluster, toys: &[Arc<Toy>], journals: &[Journal], from: u64, count: u64) {
    for salt in from..from + count {
        let node = usize::try_from(salt).unwrap() % toys.len();
        if cluster.handle(node).is_some() {
            submit(cluster, toys, node, transaction(u8::try_from(salt % 3).unwrap(), salt));
        } else {
            submit(cluster, toys, 0, transaction(u8::try_from(salt % 3).unwrap(), salt));
        }
        cluster.sleep(Duration::from_millis(3)).await;
    }
    let all = |cluster: &Cluster| {
        (0..toys.len()).filter(|node| cluster.handle(*node).is_some()).all(|node| {
            (from..from + count)
                .all(|salt| contains(&journals[node], &transaction(u8::try_from(salt % 3).unwrap(), salt)))
        })
    };
    assert!(cluster.until(seconds(60), all).await, "not all were ordered; heights {:?}", cluster.tips());
}

#[test]
fn four_nodes_agree_and_prove() {
    let journals = journals();
    let toys = toys(&journals);
    let (kept, given) = (journals.clone(), toys.clone());
    deterministic::run(&Settings::new(dealt(NODES), 1), machines(&toys), |cluster| {
        Box::pin(async move {
            order(&cluster, &given, &kept, 0, 40).await;
            let handle = cluster.handle(2).unwrap();
            let values = handle.read(vec![state_key(b"founded"), state_key(b"nothing")]).await.unwrap();
            assert_eq!(values.values, [Some(vec![1; 300]), None]);
            for (name, present) in [(&b"founded"[..], true), (b"nothing", false), (b"counter\x01", true)] {
                let key = state_key(name);
                let proved = handle.prove(key).await.unwrap();
                let value = proved.proof.verify(&proved.header.state_root, &key).unwrap();
                assert_eq!(value.is_some(), present);
                assert_eq!(handle.read(vec![key]).await.unwrap().values[0].is_some(), present);
            }
            let finality = handle.finality(Height(1)).await.unwrap().unwrap();
            assert!(finality.anchor.height >= Height(1));
            assert_eq!(handle.block(Height(1)).await.unwrap().unwrap().hash, kept[0].lock().unwrap()[0].hash);
            assert!(handle.block(Height(100_000)).await.unwrap().is_none());
            assert!(handle.metrics().await.unwrap().contains("height"));
            assert_eq!(handle.peers().len(), NODES - 1, "every node hears all others");
        })
    });
    check_journals(&journals);
}

#[test]
fn an_idle_cluster_makes_empty_blocks_at_the_idle_interval() {
    let journals = journals();
    let toys = toys(&journals);
    let settings = Settings { idle_interval: seconds(2), ..Settings::new(dealt(NODES), 2) };
    deterministic::run(&settings, machines(&toys), |cluster| {
        Box::pin(async move {
            assert!(cluster.until_height(seconds(30), Height(2)).await);
            let before = cluster.tips()[0].unwrap().0;
            cluster.sleep(seconds(20)).await;
            let made = cluster.tips()[0].unwrap().0 - before;
            assert!((8..=11).contains(&made), "{made} blocks in 20 seconds at an interval of 2");
        })
    });
    check_journals(&journals);
}

#[test]
fn work_is_ordered_long_before_the_idle_interval_is_over() {
    let journals = journals();
    let toys = toys(&journals);
    let settings = Settings { idle_interval: seconds(30), ..Settings::new(dealt(NODES), 3) };
    let (kept, given) = (journals.clone(), toys.clone());
    deterministic::run(&settings, machines(&toys), |cluster| {
        Box::pin(async move {
            cluster.sleep(seconds(5)).await;
            submit(&cluster, &given, 3, transaction(1, 1));
            let all = |_: &Cluster| kept.iter().all(|journal| contains(journal, &transaction(1, 1)));
            assert!(cluster.until(seconds(2), all).await);
        })
    });
}

#[test]
fn the_same_seed_gives_the_same_run_and_another_seed_another() {
    let run = |seed| {
        let journals = journals();
        let toys = toys(&journals);
        let (kept, given) = (journals.clone(), toys.clone());
        let outcome = deterministic::run(&Settings::new(dealt(NODES), seed), machines(&toys), |mut cluster| {
            Box::pin(async move {
                order(&cluster, &given, &kept, 0, 10).await;
                cluster.kill(1);
                order(&cluster, &given, &kept, 10, 10).await;
            })
        });
        check_journals(&journals);
        outcome.auditor
    };
    let first = run(7);
    assert_eq!(first, run(7));
    assert_ne!(first, run(8));
}

#[test]
fn a_killed_node_comes_back_and_catches_up() {
    let journals = journals();
    let toys = toys(&journals);
    let (kept, mut given) = (journals.clone(), toys.clone());
    deterministic::run(&Settings::new(dealt(NODES), 11), machines(&toys), |mut cluster| {
        Box::pin(async move {
            order(&cluster, &given, &kept, 0, 12).await;
            cluster.kill(3);
            order(&cluster, &given, &kept, 12, 24).await;
            let tip = cluster.tips()[0].unwrap();
            given[3] = Arc::new(Toy::new(kept[3].clone()));
            cluster.start(3, given[3].clone());
            assert!(cluster.until_height(seconds(60), tip).await, "heights {:?}", cluster.tips());
            order(&cluster, &given, &kept, 36, 12).await;
        })
    });
    check_journals(&journals);
}

#[test]
fn a_cluster_that_loses_power_forgets_nothing_that_was_final() {
    for seed in 0..3 {
        let journals = journals();
        let settings = Settings::new(dealt(NODES), 100 + seed);
        let before = toys(&journals);
        let (kept, given) = (journals.clone(), before.clone());
        let outcome = deterministic::run(&settings, machines(&before), |cluster| {
            Box::pin(async move {
                order(&cluster, &given, &kept, 0, 20).await;
                // The power goes while these are on their way.
                for salt in 20..40 {
                    submit(&cluster, &given, 0, transaction(0, salt));
                }
                cluster.sleep(Duration::from_millis(10 * seed)).await;
            })
        });
        let final_before: Vec<Digest> = longest(&journals);
        let after = toys(&journals);
        let (kept, given) = (journals.clone(), after.clone());
        let outcome = deterministic::resume(&settings, outcome.checkpoint, machines(&after), |cluster| {
            Box::pin(async move {
                order(&cluster, &given, &kept, 100, 20).await;
            })
        });
        assert!(!outcome.auditor.is_empty());
        check_journals(&journals);
        assert!(longest(&journals).starts_with(&final_before), "seed {seed}: what was final stays");
    }
}

fn longest(journals: &[Journal]) -> Vec<Digest> {
    let hashes = |journal: &Journal| journal.lock().unwrap().iter().map(|block| block.hash).collect::<Vec<_>>();
    journals.iter().map(hashes).max_by_key(Vec::len).unwrap()
}

#[test]
fn one_that_computes_another_state_stops_and_the_others_go_on() {
    let journals = journals();
    let mut toys = toys(&journals);
    toys[2] = Arc::new(Toy { lies: true, ..Toy::new(journals[2].clone()) });
    let (kept, given) = (journals.clone(), toys.clone());
    deterministic::run(&Settings::new(dealt(NODES), 21), machines(&toys), |cluster| {
        Box::pin(async move {
            let honest = |cluster: &Cluster| [0, 1, 3].iter().all(|i| cluster.tips()[*i] >= Some(Height(8)));
            submit(&cluster, &given, 0, transaction(1, 1));
            assert!(cluster.until(seconds(60), honest).await, "heights {:?}", cluster.tips());
            assert!(cluster.until(seconds(5), |cluster| cluster.ended(2).is_some()).await);
            assert!(matches!(cluster.ended(2), Some(Err(Error::Diverged(_)))), "{:?}", cluster.ended(2));
            let liar = dealt(NODES).committee.validators[2];
            let proposers: BTreeSet<PublicKey> =
                kept[0].lock().unwrap().iter().map(|block| block.header.proposer).collect();
            assert!(!proposers.contains(&liar) && proposers.len() == NODES - 1, "what the liar proposed was refused");
        })
    });
    check_journals(&[journals[0].clone(), journals[1].clone(), journals[3].clone()]);
}

#[test]
fn a_machine_that_cannot_write_stops_its_node_and_no_other() {
    let journals = journals();
    let mut toys = toys(&journals);
    toys[1] = Arc::new(Toy { full_at: Some(4), ..Toy::new(journals[1].clone()) });
    let given = toys.clone();
    deterministic::run(&Settings::new(dealt(NODES), 31), machines(&toys), |cluster| {
        Box::pin(async move {
            submit(&cluster, &given, 0, transaction(1, 1));
            let stopped = |cluster: &Cluster| cluster.ended(1).is_some();
            assert!(cluster.until(seconds(60), stopped).await);
            assert!(matches!(cluster.ended(1), Some(Err(Error::Machine(reason))) if reason.contains("no space left")));
            let others = |cluster: &Cluster| [0, 2, 3].iter().all(|i| cluster.tips()[*i] >= Some(Height(10)));
            assert!(cluster.until(seconds(60), others).await);
            assert!(matches!(cluster.handle(1).unwrap().read(vec![]).await, Err(Error::NotRunning)));
        })
    });
    assert_eq!(journals[1].lock().unwrap().len(), 3);
}

#[test]
fn a_transaction_that_fails_the_check_never_stands_in_a_block() {
    // Node 0's pool was tampered with: it proposes what no honest machine admits.
    struct Tampered(Arc<Toy>);
    impl Machine for Tampered {
        fn genesis(&self) -> chancery_consensus::machine::Genesis {
            self.0.genesis()
        }
        fn has_work(&self) -> bool {
            true
        }
        fn select(&self, _: &chancery_consensus::machine::Selection) -> Vec<Vec<u8>> {
            vec![b"unsigned".to_vec()]
        }
        fn check(&self, _: &[Vec<u8>]) -> bool {
            true
        }
        fn begin(
            self: Arc<Self>,
            input: chancery_consensus::machine::BlockInput,
            transactions: chancery_consensus::machine::Transactions,
        ) -> Box<dyn chancery_consensus::machine::Work> {
            self.0.clone().begin(input, transactions)
        }
        fn finalized(
            &self,
            block: chancery_consensus::machine::FinalizedBlock,
        ) -> Result<(), chancery_consensus::machine::Fault> {
            self.0.finalized(block)
        }
        fn admit(
            &self,
            from: &chancery_types::key::PublicKey,
            transactions: Vec<Vec<u8>>,
            now: chancery_types::time::BlockTime,
        ) -> bool {
            self.0.admit(from, transactions, now)
        }
    }
    let journals = journals();
    let toys = toys(&journals);
    let mut machines = machines(&toys);
    machines[0] = Arc::new(Tampered(toys[0].clone()));
    let (kept, given) = (journals.clone(), toys.clone());
    deterministic::run(&Settings::new(dealt(NODES), 41), machines, |cluster| {
        Box::pin(async move {
            submit(&cluster, &given, 1, transaction(2, 2));
            let others = |_: &Cluster| kept[1..].iter().all(|journal| contains(journal, &transaction(2, 2)));
            assert!(cluster.until(seconds(60), others).await, "one bad leader does not keep work out");
            let _ = cluster.until_height(seconds(30), Height(12)).await;
        })
    });
    check_journals(&journals);
    assert!(journals.iter().all(|journal| !contains(journal, b"unsigned")));
}

#[test]
fn a_node_of_another_network_is_not_let_in() {
    let journals = journals();
    let toys = toys(&journals);
    let mut machines = machines(&toys);
    let mut foreign = network();
    foreign.0[0] ^= 1;
    machines[3] = Arc::new(Toy::of_network(foreign));
    let heard: Arc<Mutex<BTreeSet<usize>>> = Arc::default();
    let found = heard.clone();
    deterministic::run(&Settings::new(dealt(NODES), 51), machines, |cluster| {
        Box::pin(async move {
            let three = |cluster: &Cluster| cluster.tips()[..3].iter().all(|tip| *tip >= Some(Height(6)));
            assert!(cluster.until(seconds(60), three).await, "heights {:?}", cluster.tips());
            let peers = |handle: Option<Handle>| handle.map_or(0, |handle| handle.peers().len());
            found.lock().unwrap().extend((0..NODES).map(|node| peers(cluster.handle(node))));
            assert_eq!(cluster.tips()[3], Some(Height(0)));
        })
    });
    assert_eq!(*heard.lock().unwrap(), BTreeSet::from([0, 2]));
}

#[test]
fn a_folder_of_another_network_is_refused() {
    let settings = Settings::new(dealt(NODES), 61);
    let mine = machines(&toys(&journals()));
    let outcome = deterministic::run(&settings, mine, |cluster| {
        Box::pin(async move {
            assert!(cluster.until_height(seconds(60), Height(2)).await);
        })
    });
    let mut foreign = network();
    foreign.0[0] ^= 1;
    let theirs: Vec<Arc<dyn Machine>> =
        (0..NODES).map(|_| Arc::new(Toy::of_network(foreign)) as Arc<dyn Machine>).collect();
    deterministic::resume(&settings, outcome.checkpoint, theirs, |cluster| {
        Box::pin(async move {
            assert!(cluster.until(seconds(5), |cluster| cluster.ended(0).is_some()).await);
            let expected = Error::ForeignFolder { found: network(), expected: foreign };
            assert_eq!(cluster.ended(0), Some(Err(expected)));
        })
    });
}

#[test]
fn halves_that_do_not_hear_each_other_wait_and_then_go_on() {
    let journals = journals();
    let toys = toys(&journals);
    let (kept, given) = (journals.clone(), toys.clone());
    deterministic::run(&Settings::new(dealt(NODES), 71), machines(&toys), |cluster| {
        Box::pin(async move {
            order(&cluster, &given, &kept, 0, 8).await;
            let between = [(0, 2), (0, 3), (1, 2), (1, 3)];
            between.iter().for_each(|(one, other)| cluster.link(*one, *other, Link::Cut));
            cluster.sleep(seconds(3)).await;
            let stood = cluster.tips();
            submit(&cluster, &given, 0, transaction(1, 500));
            submit(&cluster, &given, 3, transaction(1, 501));
            cluster.sleep(seconds(20)).await;
            assert_eq!(cluster.tips(), stood, "neither half is a quorum");
            between.iter().for_each(|(one, other)| cluster.link(*one, *other, Link::Open));
            let both = |_: &Cluster| [500, 501].iter().all(|salt| contains(&kept[2], &transaction(1, *salt)));
            assert!(cluster.until(seconds(60), both).await, "heights {:?}", cluster.tips());
        })
    });
    check_journals(&journals);
}

#[test]
fn lossy_links_slow_it_down_and_break_nothing() {
    let journals = journals();
    let toys = toys(&journals);
    let (kept, given) = (journals.clone(), toys.clone());
    deterministic::run(&Settings::new(dealt(NODES), 81), machines(&toys), |cluster| {
        Box::pin(async move {
            for one in 0..NODES {
                (0..one).for_each(|other| cluster.link(one, other, Link::Lossy(5)));
            }
            cluster.link(2, 3, Link::Cut);
            for salt in 0..10 {
                submit(&cluster, &given, 1, transaction(1, salt));
                cluster.sleep(Duration::from_millis(200)).await;
            }
            // Gossip may be lost too; the node that has a transaction proposes it when it leads.
            let all = |_: &Cluster| kept.iter().all(|j| (0..10).all(|salt| contains(j, &transaction(1, salt))));
            assert!(cluster.until(seconds(120), all).await, "heights {:?}", cluster.tips());
        })
    });
    check_journals(&journals);
}

#[test]
fn power_lost_while_founding_leaves_something_to_go_on_from() {
    for delay_ms in [0, 1, 3, 7, 15, 40, 100, 250] {
        let journals = journals();
        let settings = Settings::new(dealt(NODES), 90 + delay_ms);
        let outcome = deterministic::run(&settings, machines(&toys(&journals)), |cluster| {
            Box::pin(async move { cluster.sleep(Duration::from_millis(delay_ms)).await })
        });
        let after = toys(&journals);
        let (kept, given) = (journals.clone(), after.clone());
        deterministic::resume(&settings, outcome.checkpoint, machines(&after), |cluster| {
            Box::pin(async move { order(&cluster, &given, &kept, 0, 4).await })
        });
        check_journals(&journals);
    }
}
