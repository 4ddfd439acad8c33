//! The offline verifier: of all bytes in the world, it accepts the receipts that the network's own code hands out.

use super::{Seed, seed};
use chancery_types::encoding::to_bytes;
use chancery_types::ids::NetworkId;
use chancery_verify::testing::{Place, Story};
use chancery_verify::{verify, words};
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// A network and every receipt that can be had from it.
struct Honest {
    network: NetworkId,
    receipts: BTreeSet<Vec<u8>>,
}

fn honest() -> &'static Honest {
    static HONEST: OnceLock<Honest> = OnceLock::new();
    HONEST.get_or_init(|| {
        let story = Story::tell("Demonstration");
        let receipts = places(&story).flat_map(|place| {
            let later = (place.height + 1..=story.network.blocks().len() as u64).map(Some);
            let anchors: Vec<_> = std::iter::once(None).chain(later).collect();
            anchors.into_iter().map(|anchor| to_bytes(&story.network.receipt(place, anchor))).collect::<Vec<_>>()
        });
        Honest { network: story.network.id, receipts: receipts.collect() }
    })
}

/// Every transaction and every event of the story.
fn places(story: &Story) -> impl Iterator<Item = Place> {
    story.network.blocks().iter().flat_map(|block| {
        let height = block.header.height.0;
        let transactions = (0..block.envelopes.len()).map(move |entry| (entry, None));
        let events = block.events.iter().enumerate();
        let events = events.flat_map(|(entry, events)| (0..events.len()).map(move |event| (entry, Some(event))));
        let number = |index: usize| u32::try_from(index).unwrap();
        transactions.chain(events).map(move |(entry, event)| Place {
            height,
            entry: number(entry),
            event: event.map(number),
        })
    })
}

pub(super) fn run(input: &[u8]) {
    let honest = honest();
    match verify(input, honest.network) {
        Ok(verified) => {
            assert!(honest.receipts.contains(input), "a receipt that nobody handed out is accepted");
            assert!(!format!("{:?}", words(&verified)).is_empty());
        }
        Err(refusal) => {
            assert!(!honest.receipts.contains(input), "an honest receipt is refused: {refusal}");
            assert!(!refusal.to_string().is_empty());
        }
    }
}

pub(super) fn seeds() -> Vec<Seed> {
    let story = Story::tell("Demonstration");
    let receipts = Story::PLACES.iter().enumerate().map(|(number, (name, place))| {
        let anchor = (number % 2 == 0).then_some(4);
        seed(*name, to_bytes(&story.network.receipt(*place, anchor)))
    });
    receipts.collect()
}
