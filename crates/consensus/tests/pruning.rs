//! Nodes that let go of old blocks: what they keep is enough for a peer that was away for a while, and what they no longer
//! keep is gone.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that goes wrong should stop where it goes wrong"
)]
#![cfg(feature = "simulation")]

mod toy;

use chancery_consensus::deterministic::{self, Settings};
use chancery_consensus::machine::Machine;
use chancery_types::ids::Height;
use std::sync::Arc;
use std::time::Duration;
use toy::{Journal, Toy, check_journals, dealt, transaction};

const NODES: usize = 4;
const KEPT: usize = 96;

#[test]
fn old_blocks_go_and_a_peer_that_was_away_catches_up() {
    let journals: Vec<Journal> = (0..NODES).map(|_| Journal::default()).collect();
    let toys: Vec<Arc<Toy>> = journals.iter().map(|journal| Arc::new(Toy::new(journal.clone()))).collect();
    let machines = toys.iter().map(|toy| toy.clone() as Arc<dyn Machine>).collect();
    let (given, kept) = (toys.clone(), journals.clone());
    let mut settings = Settings::new(dealt(NODES), 111);
    settings.idle_interval = Duration::from_millis(50);
    settings.blocks_for_peers = Some(KEPT);
    deterministic::run(&settings, machines, move |mut cluster| {
        Box::pin(async move {
            assert!(cluster.until_height(Duration::from_secs(300), Height(1_300)).await, "{:?}", cluster.tips());
            let handle = cluster.handle(0).unwrap();
            let tip = handle.tip().height;
            // Whole sections of 1,024 go at a time.
            assert!(handle.block(Height(1)).await.unwrap().is_none(), "the first block is let go of");
            assert!(handle.block(Height(tip.0 - 90)).await.unwrap().is_some(), "what peers may need is kept");
            cluster.kill(3);
            assert!(cluster.until_height(Duration::from_secs(60), Height(tip.0 + 60)).await, "{:?}", cluster.tips());
            cluster.start(3, Arc::new(Toy::new(kept[3].clone())));
            assert!(given[0].take(transaction(1, 1)));
            cluster.handle(0).unwrap().submit(transaction(1, 1));
            let has =
                |_: &_| kept[3].lock().unwrap().iter().any(|block| block.transactions.contains(&transaction(1, 1)));
            assert!(cluster.until(Duration::from_secs(60), has).await, "heights {:?}", cluster.tips());
        })
    });
    check_journals(&journals);
}
