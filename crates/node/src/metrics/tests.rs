//! What is counted, from the door to finality.

use super::*;
use chancery_types::ids::{ApplicationId, Epoch, NetworkId, View};
use chancery_types::key::PublicKey;

const CODE: RejectionCode = RejectionCode { application: ApplicationId(0), number: 4 };

fn id(byte: u8) -> TransactionId {
    TransactionId([byte; TransactionId::SIZE])
}

fn header(height: u64) -> Header {
    Header {
        network: NetworkId([0; 32]),
        height: Height(height),
        epoch: Epoch(0),
        view: View(height),
        parent: Digest::ZERO,
        parent_view: View(0),
        time: BlockTime(clock_ms() - 40),
        proposer: PublicKey([0; 32]),
        state_root: Digest::ZERO,
        sync: chancery_types::block::SyncTarget { root: Digest::ZERO, start: 0, end: 0 },
        outcomes_root: Digest([1; 32]),
        history_root: Digest::ZERO,
        body: Digest::ZERO,
        transactions: 1,
        reshare: None,
    }
}

#[test]
fn the_door_counts_each_by_who_brought_it() {
    let metrics = Metrics::new();
    metrics.met(Source::Member, Met::Taken(id(1)));
    metrics.met(Source::Member, Met::Refused(CODE));
    metrics.met(Source::Member, Met::Refused(CODE));
    metrics.met(Source::Validator, Met::Taken(id(2)));
    metrics.met(Source::Validator, Met::Known);
    metrics.met(Source::Validator, Met::NoRoom);
    let intake = metrics.intake();
    let (member, validator) = (&intake[&Source::Member], &intake[&Source::Validator]);
    assert_eq!((member.taken, member.refused[&CODE], member.no_room, member.known), (1, 2, 0, 0));
    assert_eq!((validator.taken, validator.refused.len(), validator.no_room, validator.known), (1, 0, 1, 1));
}

#[test]
fn finality_is_timed_where_a_member_handed_it_in() {
    let metrics = Metrics::new();
    metrics.met(Source::Member, Met::Taken(id(1)));
    metrics.met(Source::Validator, Met::Taken(id(2)));
    assert_eq!(metrics.under_way(), 1);
    metrics.executed(
        Height(1),
        Digest([1; 32]),
        Duration::ZERO,
        BlockSummary { accepted: 2, ..BlockSummary::default() },
    );
    assert_eq!(metrics.totals(), Totals::default(), "nothing is final yet");
    metrics.finalized(&header(1), &[id(1), id(2)]);
    assert_eq!((metrics.finality.snapshot().count, metrics.under_way()), (1, 0));
    assert_eq!((metrics.totals().blocks, metrics.totals().accepted), (1, 2));
    assert_eq!(metrics.block_final.snapshot().count, 1);
    assert!(metrics.clock_difference_ms() >= 40);
}

#[test]
fn silence_is_counted_from_the_last_final_block() {
    let metrics = Metrics::new();
    std::thread::sleep(Duration::from_millis(20));
    assert!(metrics.silence() >= Duration::from_millis(20), "from the start, while there is none");
    metrics.finalized(&header(1), &[]);
    assert!(metrics.silence() < metrics.uptime());
}
