//! A validator that votes for its blocks and shows them to one other only: of the channels on which blocks travel, nothing
//! reaches the rest, whether it was proposed or asked for. They have to get the block from the one who saw it.

use chancery_consensus::links::{Weather, channel};

/// What becomes of its messages.
pub(super) const fn link(from: usize, to: usize) -> Option<Weather> {
    // Somebody has to see it, or the block is simply not there. Its neighbour below does; node 0's is node 1.
    let friend = if from == 0 { 1 } else { from - 1 };
    if to == friend {
        return None;
    }
    let withheld = channel::BLOCKS | channel::BACKFILL;
    Some(Weather { lost: 0, doubled: 0, delay_min_ms: 0, delay_max_ms: 0, replayed: 0, garbled: 0, withheld })
}
