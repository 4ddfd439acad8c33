//! A node that forgot what it has voted never votes again: nodes that lost their disk, or the part of it that remembers.
//!
//! In each story two of four nodes are gone, so that no view comes to an end: whatever a third has voted in this view, it
//! would vote a second time if it could. Votes are counted where they arrive, and where they are announced.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that goes wrong should stop where it goes wrong"
)]
#![cfg(feature = "simulation")]

mod toy;

use chancery_consensus::deterministic::{self, Cluster, Settings};
use chancery_consensus::machine::Machine;
use chancery_consensus::partitions::Part;
use chancery_consensus::{Reason, Standing};
use std::sync::Arc;
use std::time::Duration;
use toy::{Journal, Toy, check_journals, dealt, transaction};

const NODES: usize = 4;
/// The one that forgets, and the one that counts its votes.
const FORGETS: usize = 1;
const COUNTS: usize = 0;

fn toys(journals: &[Journal]) -> Vec<Arc<Toy>> {
    journals.iter().map(|journal| Arc::new(Toy::new(journal.clone()))).collect()
}

fn machines(toys: &[Arc<Toy>]) -> Vec<Arc<dyn Machine>> {
    toys.iter().map(|toy| toy.clone() as Arc<dyn Machine>).collect()
}

/// The votes of a node that another has heard, or that it has itself announced, since the one that hears has started.
fn votes_of(cluster: &Cluster, node: usize, hears: usize) -> u64 {
    let key = dealt(NODES).committee.validators[node];
    cluster.handle(hears).unwrap().votes().get(&key).map_or(0, |heard| heard.count)
}

/// The node loses these parts in the middle of a view that cannot end; gives what it stands for afterwards, and how many
/// of its votes arrive in half a minute.
fn after_losing(parts: &'static [Part], seed: u64) -> (Standing, u64) {
    let journals: Vec<Journal> = (0..NODES).map(|_| Journal::default()).collect();
    let toys = toys(&journals);
    let (given, kept) = (toys.clone(), journals.clone());
    let seen = Arc::new(std::sync::Mutex::new(None));
    let noted = seen.clone();
    deterministic::run(&Settings::new(dealt(NODES), seed), machines(&toys), move |mut cluster| {
        Box::pin(async move {
            for salt in 0..8 {
                assert!(given[COUNTS].take(transaction(1, salt)));
                cluster.handle(COUNTS).unwrap().submit(transaction(1, salt));
                cluster.sleep(Duration::from_millis(100)).await;
            }
            cluster.kill(2);
            cluster.kill(3);
            // Long enough for both that are left to have voted to give up the view they are in.
            cluster.sleep(Duration::from_secs(15)).await;
            cluster.lose(FORGETS, parts).await;
            let before = votes_of(&cluster, FORGETS, COUNTS);
            assert!(before > 0, "it has voted");
            // Its machine keeps what it has, as the archive does in its own file.
            cluster.start(FORGETS, Arc::new(Toy::new(kept[FORGETS].clone())));
            cluster.sleep(Duration::from_secs(30)).await;
            let standing = cluster.handle(FORGETS).unwrap().standing();
            let heard = votes_of(&cluster, FORGETS, COUNTS) - before;
            // The same vote sent again is not counted where it arrives; where it is announced, it is.
            *noted.lock().unwrap() = Some((standing, heard + votes_of(&cluster, FORGETS, FORGETS)));
        })
    });
    check_journals(&journals);
    seen.lock().unwrap().take().unwrap()
}

#[test]
fn a_node_that_lost_nothing_votes_on() {
    let (standing, votes) = after_losing(&[], 101);
    assert_eq!(standing, Standing::Voter);
    assert!(votes > 0, "otherwise the other stories show nothing");
}

#[test]
fn a_node_that_lost_its_vote_journal_never_votes_again() {
    assert_eq!(after_losing(&[Part::Journal], 102), (Standing::Observer(Reason::JournalMissing), 0));
}

#[test]
fn a_node_that_lost_the_record_of_its_votes_never_votes_again() {
    assert_eq!(after_losing(&[Part::Standing], 103), (Standing::Observer(Reason::NoRecord), 0));
}

#[test]
fn a_node_that_lost_its_disk_never_votes_again() {
    let everything = &[Part::Network, Part::Standing, Part::Journal, Part::Observer, Part::Blocks, Part::State];
    assert_eq!(after_losing(everything, 104), (Standing::Observer(Reason::NoRecord), 0));
}

#[test]
fn an_observer_follows_and_executes_what_the_others_agree_on() {
    let journals: Vec<Journal> = (0..NODES).map(|_| Journal::default()).collect();
    let toys = toys(&journals);
    let (given, kept) = (toys.clone(), journals.clone());
    deterministic::run(&Settings::new(dealt(NODES), 105), machines(&toys), move |mut cluster| {
        Box::pin(async move {
            cluster.sleep(Duration::from_secs(5)).await;
            let everything = &[Part::Network, Part::Standing, Part::Journal, Part::Observer, Part::Blocks, Part::State];
            cluster.lose(FORGETS, everything).await;
            // Its machine has lost everything too, and takes every block anew.
            kept[FORGETS].lock().unwrap().clear();
            cluster.start(FORGETS, Arc::new(Toy::new(kept[FORGETS].clone())));
            let wanted = transaction(2, 77);
            assert!(given[COUNTS].take(wanted.clone()));
            cluster.handle(COUNTS).unwrap().submit(wanted.clone());
            let has =
                |_: &Cluster| kept[FORGETS].lock().unwrap().iter().any(|block| block.transactions.contains(&wanted));
            assert!(cluster.until(Duration::from_secs(60), has).await, "heights {:?}", cluster.tips());
            assert_eq!(cluster.handle(FORGETS).unwrap().standing(), Standing::Observer(Reason::NoRecord));
            assert_eq!(kept[FORGETS].lock().unwrap()[0].header.height.0, 1, "from the first block on");
        })
    });
    check_journals(&journals);
}

#[test]
fn without_its_share_it_observes_until_the_share_is_back() {
    let journals: Vec<Journal> = (0..NODES).map(|_| Journal::default()).collect();
    let mut without = dealt(NODES);
    without.validators[FORGETS].share.clear();
    let standing_in = |settings: &Settings, checkpoint: Option<deterministic::Checkpoint>| {
        let seen = Arc::new(std::sync::Mutex::new(None));
        let noted = seen.clone();
        let scenario = move |cluster: Cluster| -> futures::future::BoxFuture<'static, ()> {
            Box::pin(async move {
                cluster.sleep(Duration::from_secs(5)).await;
                *noted.lock().unwrap() = Some(cluster.handle(FORGETS).unwrap().standing());
            })
        };
        let outcome = match checkpoint {
            None => deterministic::run(settings, machines(&toys(&journals)), scenario),
            Some(checkpoint) => deterministic::resume(settings, checkpoint, machines(&toys(&journals)), scenario),
        };
        (seen.lock().unwrap().take().unwrap(), outcome.checkpoint)
    };
    let (with, without) = (Settings::new(dealt(NODES), 106), Settings::new(without, 106));
    let (standing, checkpoint) = standing_in(&with, None);
    assert_eq!(standing, Standing::Voter);
    let (standing, checkpoint) = standing_in(&without, Some(checkpoint));
    assert_eq!(standing, Standing::Observer(Reason::NoShare));
    assert_eq!(standing_in(&with, Some(checkpoint)).0, Standing::Voter);
    check_journals(&journals);
}
