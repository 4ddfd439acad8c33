//! Time of filing: the block's, or what f + 1 validators say. With four validators f is 1.

use super::sealed::{Desk, Secret};
use super::world::{CONFIDENTIAL, OPEN, World, filing, open_return, record_of};
use chancery_crypto::signature::Purpose;
use chancery_kernel::records::query as records;
use chancery_ledger::testing::{BEGIN, NETWORK, Party, key_of};
use chancery_statistics::query::filing_digest;
use chancery_statistics::rejection::StatisticsRejection;
use chancery_statistics::transaction::{Filing, StatisticsTransaction};
use chancery_types::encoding::to_bytes;
use chancery_types::ids::{NetworkId, Version};
use chancery_types::intake::{IntakeStatement, SignedIntake};
use chancery_types::time::{BlockTime, DAY_MS};

fn day(number: u64) -> BlockTime {
    BEGIN.plus_ms(number * DAY_MS)
}

/// What a filer asks validators for.
fn statement(filer: &Party, filing: &Filing, received: BlockTime) -> IntakeStatement {
    let digest = filing_digest(&NETWORK, &filer.member, filing);
    IntakeStatement { network: NETWORK, filing: digest, filer: filer.member, received }
}

fn signed(validator: &str, statement: &IntakeStatement) -> SignedIntake {
    let key = key_of(validator);
    let signature = key.sign(Purpose::Intake, &NETWORK, &to_bytes(statement));
    SignedIntake { statement: statement.clone(), validator: key.public_key(), signature }
}

/// A filing with the words of validators, each with its time.
fn with_words(filer: &Party, bare: &Filing, words: &[(&str, BlockTime)]) -> StatisticsTransaction {
    let words = words.iter().map(|(node, received)| signed(node, &statement(filer, bare, *received)));
    StatisticsTransaction::File(Filing { intake: words.collect(), ..bare.clone() })
}

fn filed_at(world: &World, register: &str, subject: &Party) -> BlockTime {
    let version = world.chain.read(|view, _| records::version(view, &record_of(register, subject), Version(1)));
    version.unwrap().filed
}

#[test]
fn a_return_between_the_due_date_and_the_close_is_taken_and_its_time_says_so() {
    let mut world = World::new();
    let mill = world.company("01001", "mill");
    world.wait_until_day(15);
    world.accepts(&mill, &StatisticsTransaction::File(filing(OPEN, vec![open_return(&mill, 1, 1)])));
    assert!(filed_at(&world, OPEN, &mill) > day(10));
}

#[test]
fn an_authority_that_was_down_on_the_last_day_makes_nobody_late() {
    let (mut world, mut desk) = (World::new(), Desk::default());
    let mill = world.company("01001", "mill");
    let bare = filing(CONFIDENTIAL, vec![Secret::new(desk.rng(), 9, 1).to_return(&mill)]);
    // The authority's node answers nobody on day 10; two validators took the filing in. It is ordered on day 13.
    world.wait_until_day(13);
    let words = [("node 2", BlockTime(day(10).0 - 5_000)), ("node 4", BlockTime(day(10).0 - 3_000))];
    world.accepts(&mill, &with_words(&mill, &bare, &words));
    assert_eq!(filed_at(&world, CONFIDENTIAL, &mill), BlockTime(day(10).0 - 3_000), "the latest word counts");
}

#[test]
fn after_the_close_only_a_filing_that_arrived_before_it_is_taken() {
    let mut world = World::new();
    let [mill, kiln] = ["mill", "kiln"].map(|name| world.company("01001", name));
    let bare = |party: &Party| filing(OPEN, vec![open_return(party, 1, 1)]);
    world.wait_until_day(21);
    world.refuses(&mill, &StatisticsTransaction::File(bare(&mill)), StatisticsRejection::PeriodClosed);
    let late = with_words(&mill, &bare(&mill), &[("node 1", day(19)), ("node 2", day(21))]);
    world.refuses(&mill, &late, StatisticsRejection::PeriodClosed);
    world.accepts(&mill, &with_words(&mill, &bare(&mill), &[("node 1", day(19)), ("node 2", day(20))]));

    world.wait_until_day(28);
    let too_old = with_words(&kiln, &bare(&kiln), &[("node 1", day(19)), ("node 2", day(20))]);
    world.refuses(&kiln, &too_old, StatisticsRejection::PeriodClosed);
}

#[test]
fn one_validator_alone_or_twice_is_not_enough() {
    let mut world = World::new();
    let mill = world.company("01001", "mill");
    let bare = filing(OPEN, vec![open_return(&mill, 1, 1)]);
    world.wait_until_day(13);
    for words in [&[("node 1", day(9))][..], &[("node 1", day(9)), ("node 1", day(8))]] {
        let filed = with_words(&mill, &bare, words);
        world.refuses(&mill, &filed, StatisticsRejection::IntakeTooFew);
    }
}

#[test]
fn a_word_about_something_else_or_by_someone_else_counts_for_nothing() {
    let mut world = World::new();
    let [mill, kiln] = ["mill", "kiln"].map(|name| world.company("01001", name));
    let bare = filing(OPEN, vec![open_return(&mill, 1, 1)]);
    let sound = statement(&mill, &bare, day(9));
    let other_filing = filing(OPEN, vec![open_return(&mill, 2, 1)]);
    world.wait_until_day(13);

    let stranger = signed("nobody", &sound);
    let other_network = signed("node 1", &IntakeStatement { network: NetworkId([8; 32]), ..sound.clone() });
    let other_filer = signed("node 1", &IntakeStatement { filer: kiln.member, ..sound.clone() });
    let about_other = signed("node 1", &statement(&mill, &other_filing, day(9)));
    let mut changed = signed("node 1", &sound);
    changed.statement.received = day(8);
    let key = key_of("node 1");
    let other_purpose = SignedIntake {
        signature: key.sign(Purpose::Proposal, &NETWORK, &to_bytes(&sound)),
        ..signed("node 1", &sound)
    };
    for bad in [stranger, other_network, other_filer, about_other, changed, other_purpose] {
        let intake = vec![signed("node 2", &sound), signed("node 3", &sound), bad];
        let filed = StatisticsTransaction::File(Filing { intake, ..bare.clone() });
        world.refuses(&mill, &filed, StatisticsRejection::IntakeUnsound);
    }
}

#[test]
fn nothing_is_filed_later_than_it_is_ordered() {
    let mut world = World::new();
    let mill = world.company("01001", "mill");
    let bare = filing(OPEN, vec![open_return(&mill, 1, 1)]);
    let ahead = world.in_days(1);
    world.accepts(&mill, &with_words(&mill, &bare, &[("node 1", ahead), ("node 2", ahead)]));
    assert_eq!(filed_at(&world, OPEN, &mill), world.chain.time());
}
