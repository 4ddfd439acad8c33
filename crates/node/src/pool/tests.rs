use super::*;
use chancery_crypto::hash::{Tag, hash};
use chancery_types::ids::{ApplicationId, NetworkId};
use chancery_types::key::{PublicKey, Signature};
use chancery_types::transaction::{Body, Envelope};
use proptest::prelude::*;
use std::collections::BTreeMap;

const NOW: BlockTime = BlockTime(1_000);
const LATER: BlockTime = BlockTime(9_000);
const NONE: BTreeSet<TransactionId> = BTreeSet::new();
const VOUCHED: Seal = Seal::VouchedBy(PublicKey([3; 32]));

/// A transaction of a member, by number. The pool looks at neither form nor signature, so its bytes say what it is.
fn transaction(member: u8, number: u64, size: usize, expires: BlockTime) -> (Arc<Opened>, Vec<u8>) {
    let mut bytes = vec![member];
    bytes.extend(number.to_be_bytes());
    bytes.resize(size.max(9), 0);
    let digest = hash(Tag::Content, &[&bytes]);
    let body = Body {
        network: NetworkId([7; 32]),
        application: ApplicationId(16),
        sender: MemberId([member; 16]),
        expires,
        salt: number,
        payload: Vec::new(),
    };
    let envelope = Envelope { body, key: PublicKey([1; 32]), signature: Signature([2; 64]) };
    (Arc::new(Opened { envelope, id: TransactionId(digest.0), digest, size: bytes.len() }), bytes)
}

fn admit(pool: &mut Pool, member: u8, number: u64) -> Result<(), NotNow> {
    let (opened, bytes) = transaction(member, number, 100, LATER);
    pool.admit(opened, bytes, Seal::Checked)
}

fn id(member: u8, number: u64) -> TransactionId {
    transaction(member, number, 100, LATER).0.id
}

/// Who and which stands in chosen bytes.
fn chosen(bytes: &[Vec<u8>]) -> Vec<(u8, u64)> {
    bytes.iter().map(|b| (b[0], u64::from_be_bytes(b[1..9].try_into().unwrap()))).collect()
}

fn pool(count_max: usize, bytes_max: usize) -> Pool {
    Pool::new(PoolLimits { count_max, bytes_max })
}

/// Admits of a member until the pool takes no more; returns how many and why it stopped.
fn flood(pool: &mut Pool, member: u8, size: usize) -> (usize, NotNow) {
    for number in 0.. {
        let (opened, bytes) = transaction(member, number, size, LATER);
        if let Err(not_now) = pool.admit(opened, bytes, Seal::Checked) {
            return (usize::try_from(number).unwrap(), not_now);
        }
    }
    panic!("the pool has no bound")
}

/// The invariant, restated.
fn check_sound(pool: &Pool) {
    let mut named = BTreeSet::new();
    for (member, queue) in &pool.queues {
        assert!(!queue.ids.is_empty());
        let mut bytes = 0;
        for (arrival, id) in &queue.ids {
            let waiting = &pool.waiting[id];
            assert_eq!((waiting.opened.envelope.body.sender, waiting.arrival), (*member, *arrival));
            assert!(pool.by_expiry.contains(&(waiting.expires(), *id)));
            assert_eq!(pool.digests.get(&waiting.opened.digest), Some(id));
            assert!(named.insert(*id), "{id} stands in two queues");
            bytes += waiting.bytes.len();
        }
        assert_eq!(queue.bytes, bytes);
    }
    let count = pool.waiting.len();
    assert_eq!((named.len(), pool.by_expiry.len(), pool.digests.len()), (count, count, count));
    assert_eq!(pool.bytes, pool.waiting.values().map(|waiting| waiting.bytes.len()).sum::<usize>());
    assert!(count <= pool.limits.count_max && pool.bytes <= pool.limits.bytes_max);
}

#[test]
fn what_is_taken_in_is_known_until_it_is_final() {
    let mut pool = pool(10, 10_000);
    let (opened, bytes) = transaction(1, 1, 100, LATER);
    assert!(pool.is_empty() && !pool.has_work() && !pool.contains(&opened.id) && pool.opened(&opened.digest).is_none());
    pool.admit(opened.clone(), bytes.clone(), Seal::Checked).unwrap();
    assert!(pool.has_work() && pool.contains(&opened.id) && pool.opened(&opened.digest).is_some());
    assert_eq!((pool.len(), pool.bytes()), (1, 100));
    assert_eq!(pool.room_for(&opened, Seal::Checked), Err(NotNow::AlreadyHere));
    assert_eq!(pool.admit(opened.clone(), bytes, Seal::Checked), Err(NotNow::AlreadyHere));
    // The same transaction with other bytes (another signature) is not known: its signature was never checked.
    assert!(pool.opened(&Digest([9; 32])).is_none());
    pool.settle(&[opened.id], NOW);
    assert!(pool.is_empty() && !pool.contains(&opened.id) && pool.opened(&opened.digest).is_none());
    assert_eq!(pool.bytes(), 0);
    pool.settle(&[opened.id], NOW);
    pool.remove(&opened.id);
    check_sound(&pool);
}

/// Whoever passes a forgery on first must not keep the real one out.
#[test]
fn what_is_checked_takes_the_place_of_what_others_vouch_for() {
    let mut pool = pool(1, 10_000);
    let (real, bytes) = transaction(1, 1, 100, LATER);
    let forged = Arc::new(Opened { digest: Digest([9; 32]), ..Opened::clone(&real) });
    pool.admit(Arc::clone(&forged), vec![8; 100], VOUCHED).unwrap();
    assert_eq!(pool.opened(&forged.digest), Some((Arc::clone(&forged), VOUCHED)));
    assert!(!pool.contains(&real.id) && pool.has_work());
    assert_eq!(pool.admit(Arc::clone(&real), bytes.clone(), VOUCHED), Err(NotNow::AlreadyHere));
    pool.admit(Arc::clone(&real), bytes.clone(), Seal::Checked).unwrap();
    check_sound(&pool);
    assert_eq!(pool.opened(&forged.digest), None);
    assert_eq!(pool.select(NOW, 10, 1_000, &NONE), [bytes]);
    assert_eq!(pool.admit(forged, vec![8; 100], VOUCHED), Err(NotNow::AlreadyHere));
}

#[test]
fn what_turns_out_good_is_noted() {
    let mut pool = pool(2, 10_000);
    let (opened, bytes) = transaction(1, 1, 100, LATER);
    pool.admit(Arc::clone(&opened), bytes, VOUCHED).unwrap();
    pool.note_checked(&Digest([9; 32]));
    assert!(!pool.contains(&opened.id));
    pool.note_checked(&opened.digest);
    assert!(pool.contains(&opened.id));
    assert_eq!(pool.opened(&opened.digest), Some((opened, Seal::Checked)));
}

#[test]
fn it_is_bounded_in_number_and_in_bytes() {
    let mut by_count = pool(3, 10_000);
    for number in 0..3 {
        admit(&mut by_count, u8::try_from(number).unwrap(), number).unwrap();
    }
    assert_eq!(admit(&mut by_count, 9, 9), Err(NotNow::Full { retry_ms: RETRY_MS }));
    let mut by_bytes = pool(100, 250);
    admit(&mut by_bytes, 1, 1).unwrap();
    admit(&mut by_bytes, 2, 2).unwrap();
    assert_eq!(admit(&mut by_bytes, 3, 3), Err(NotNow::Full { retry_ms: RETRY_MS }));
    let (small, bytes) = transaction(3, 3, 50, LATER);
    by_bytes.admit(small.clone(), bytes, Seal::Checked).unwrap();
    by_bytes.remove(&small.id);
    check_sound(&by_bytes);
}

#[test]
fn one_member_gets_a_third_and_no_more() {
    let mut by_count = pool(3_000, 1 << 30);
    assert_eq!(flood(&mut by_count, 1, 100), (1_000, NotNow::ShareUsedUp { retry_ms: RETRY_MS }));
    let mut by_bytes = pool(1 << 30, 30 * SHARE_BYTES_MIN);
    let (count, _) = flood(&mut by_bytes, 1, SHARE_BYTES_MIN);
    assert_eq!(count, 10);
}

#[test]
fn a_member_with_little_is_let_in_while_there_is_any_room() {
    let mut pool = pool(SHARE_COUNT_MIN + 1, 1 << 30);
    assert_eq!(flood(&mut pool, 1, 100).0, SHARE_COUNT_MIN);
    assert_eq!(flood(&mut pool, 2, 100), (1, NotNow::Full { retry_ms: RETRY_MS }));
}

#[test]
fn the_oldest_of_a_member_come_first_and_members_take_turns() {
    let mut pool = pool(100, 1 << 20);
    for (member, number) in [(2, 0), (1, 5), (2, 1), (2, 2), (1, 4), (3, 7)] {
        admit(&mut pool, member, number).unwrap();
    }
    let all = pool.select(NOW, 100, 1 << 20, &NONE);
    assert_eq!(chosen(&all), [(1, 5), (2, 0), (3, 7), (1, 4), (2, 1), (2, 2)]);
    // Nothing is removed by being chosen: a block that is not agreed on loses nothing.
    assert_eq!(pool.select(NOW, 100, 1 << 20, &NONE), all);
    let taken: BTreeSet<TransactionId> = [id(1, 5), id(2, 0), id(2, 1)].into();
    assert_eq!(chosen(&pool.select(NOW, 100, 1 << 20, &taken)), [(1, 4), (2, 2), (3, 7)]);
}

#[test]
fn who_found_no_room_begins_the_next_block() {
    let mut pool = pool(100, 1 << 20);
    for member in 1..=5 {
        for number in 0..3 {
            admit(&mut pool, member, number).unwrap();
        }
    }
    assert_eq!(chosen(&pool.select(NOW, 3, 1 << 20, &NONE)), [(1, 0), (2, 0), (3, 0)]);
    assert_eq!(chosen(&pool.select(NOW, 3, 1 << 20, &NONE)), [(4, 0), (5, 0), (1, 0)]);
    assert_eq!(chosen(&pool.select(NOW, 3, 250, &NONE)), [(2, 0), (3, 0)]);
    assert_eq!(chosen(&pool.select(NOW, 0, 1 << 20, &NONE)), []);
    assert_eq!(chosen(&pool.select(NOW, 1, 1 << 20, &NONE)), [(4, 0)]);
    // The one whose turn it is may be gone by then.
    pool.settle(&(0..3).map(|number| id(5, number)).collect::<Vec<_>>(), NOW);
    assert_eq!(chosen(&pool.select(NOW, 1, 1 << 20, &NONE)), [(1, 0)]);
}

#[test]
fn what_never_fits_a_block_holds_up_nobody() {
    let mut pool = pool(100, 1 << 20);
    let (large, bytes) = transaction(1, 0, 5_000, LATER);
    pool.admit(large, bytes, Seal::Checked).unwrap();
    admit(&mut pool, 1, 1).unwrap();
    admit(&mut pool, 2, 0).unwrap();
    assert_eq!(chosen(&pool.select(NOW, 10, 4_000, &NONE)), [(1, 1), (2, 0)]);
    assert_eq!(chosen(&pool.select(NOW, 10, 6_000, &NONE)), [(1, 0), (2, 0), (1, 1)]);
}

#[test]
fn what_has_expired_is_not_chosen_and_goes() {
    let mut pool = pool(100, 1 << 20);
    for (number, expires) in [(0, 999), (1, 1_000), (2, 1_001)] {
        let (opened, bytes) = transaction(1, number, 100, BlockTime(expires));
        pool.admit(opened, bytes, Seal::Checked).unwrap();
    }
    assert_eq!(chosen(&pool.select(NOW, 10, 1 << 20, &NONE)), [(1, 1), (1, 2)]);
    pool.settle(&[], NOW);
    assert_eq!((pool.len(), pool.bytes()), (2, 200));
    pool.settle(&[], BlockTime(1_002));
    assert!(pool.is_empty());
    check_sound(&pool);
}

/// A transaction that comes back after it was removed stands in its queue once, at the end.
#[test]
fn what_comes_back_is_not_chosen_twice() {
    let mut pool = pool(100, 1 << 20);
    admit(&mut pool, 1, 0).unwrap();
    admit(&mut pool, 1, 1).unwrap();
    pool.remove(&id(1, 0));
    admit(&mut pool, 1, 0).unwrap();
    check_sound(&pool);
    assert_eq!(chosen(&pool.select(NOW, 10, 1 << 20, &NONE)), [(1, 1), (1, 0)]);
}

/// With everything taken or expired, a selection looks at each transaction once.
#[test]
fn a_full_pool_of_which_nothing_is_eligible_is_passed_over_once() {
    let mut pool = pool(60_000, 1 << 30);
    let mut taken = BTreeSet::new();
    for number in 0..20_000 {
        admit(&mut pool, 1, number).unwrap();
        taken.insert(id(1, number));
    }
    for member in 2..=255 {
        admit(&mut pool, member, 0).unwrap();
    }
    let selected = pool.select(NOW, 1_000, 1 << 20, &taken);
    assert_eq!(selected.len(), 254);
}

#[derive(Clone, Debug)]
enum Step {
    Admit { member: u8, number: u64, size: usize, expires: u64, seal: Seal },
    Select { count: usize, bytes: usize, settle: bool },
    Expire { time: u64 },
    Remove { which: prop::sample::Index },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (1..8u8, 0..40u64, 9..400usize, 0..2_000u64, prop::sample::select(vec![Seal::Checked, VOUCHED]))
            .prop_map(|(member, number, size, expires, seal)| Step::Admit { member, number, size, expires, seal }),
        2 => (0..20usize, 0..3_000usize, any::<bool>())
            .prop_map(|(count, bytes, settle)| Step::Select { count, bytes, settle }),
        1 => (0..2_000u64).prop_map(|time| Step::Expire { time }),
        1 => any::<prop::sample::Index>().prop_map(|which| Step::Remove { which }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_happens_the_pool_stays_sound(steps in prop::collection::vec(step(), 1..120)) {
        let mut pool = pool(60, 12_000);
        for step in steps {
            match step {
                Step::Admit { member, number, size, expires, seal } => {
                    let (opened, bytes) = transaction(member, number, size, BlockTime(expires));
                    let room = pool.room_for(&opened, seal);
                    let id = opened.id;
                    prop_assert_eq!(pool.admit(opened, bytes, seal), room);
                    prop_assert!(room.is_err() || pool.waiting[&id].seal == seal);
                }
                Step::Select { count, bytes, settle } => {
                    let selected = pool.select(NOW, count, bytes, &NONE);
                    prop_assert!(selected.len() <= count);
                    prop_assert!(selected.iter().map(Vec::len).sum::<usize>() <= bytes);
                    let ids: Vec<TransactionId> =
                        selected.iter().map(|b| TransactionId(hash(Tag::Content, &[b]).0)).collect();
                    prop_assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "chosen twice");
                    prop_assert!(ids.iter().all(|id| pool.waiting[id].expires() >= NOW));
                    if settle {
                        pool.settle(&ids, NOW);
                    }
                }
                Step::Expire { time } => {
                    pool.settle(&[], BlockTime(time));
                    prop_assert!(pool.waiting.values().all(|waiting| waiting.expires() >= BlockTime(time)));
                }
                Step::Remove { which } => {
                    let ids: BTreeSet<TransactionId> = pool.waiting.keys().copied().collect();
                    let ids: Vec<TransactionId> = ids.into_iter().collect();
                    if !ids.is_empty() {
                        pool.remove(which.get(&ids));
                    }
                }
            }
            check_sound(&pool);
        }
    }

    /// However many flood it with whatever sizes, they end with parts that are fair, and a newcomer gets in.
    #[test]
    fn flooding_members_leave_room_for_others(sizes in prop::collection::vec(9..3_000usize, 1..6)) {
        let mut pool = pool(2_000, 16 * SHARE_BYTES_MIN);
        for (member, size) in (1..).zip(&sizes) {
            flood(&mut pool, member, *size);
        }
        // They try again, now that others have come.
        for (member, size) in (1..).zip(&sizes) {
            let again = transaction(member, u64::MAX, *size, LATER).0;
            prop_assert!(pool.room_for(&again, Seal::Checked).is_err());
        }
        let newcomer = transaction(99, 0, SHARE_BYTES_MIN, LATER).0;
        prop_assert_eq!(pool.room_for(&newcomer, Seal::Checked), Ok(()));
        // Each takes at most a third of what the one before it left.
        let thirds = |whole: usize, grain: usize| sizes.iter().fold(whole, |free, _| free * 2 / 3 - grain);
        let (count_free, bytes_free) = (2_000 - pool.len(), pool.limits.bytes_max - pool.bytes());
        prop_assert!(count_free >= thirds(2_000, 1), "{} free", count_free);
        prop_assert!(bytes_free >= thirds(pool.limits.bytes_max, 3_000), "{} bytes free", bytes_free);
        let (most, _) = flood(&mut pool, 99, 9);
        prop_assert!(most >= count_free / 3 - 1, "{} of {}", most, count_free);
    }

    /// With n members waiting and room for c, each is chosen from within ⌈n / c⌉ selections, whoever else floods.
    #[test]
    fn every_member_is_chosen_within_a_bounded_number_of_selections(
        counts in prop::collection::vec(1..30u64, 1..40),
        room in 1..20usize,
        settle in any::<bool>(),
    ) {
        let mut pool = pool(10_000, 1 << 30);
        for (member, count) in (1..).zip(&counts) {
            for number in 0..*count {
                admit(&mut pool, member, number).unwrap();
            }
        }
        let mut last_chosen: BTreeMap<u8, usize> = (1..).zip(&counts).map(|(member, _)| (member, 0)).collect();
        let bound = counts.len().div_ceil(room);
        for round in 1..=4 * bound {
            let selected = pool.select(NOW, room, 1 << 30, &NONE);
            prop_assert_eq!(selected.len(), room.min(pool.len()));
            for (member, _) in chosen(&selected) {
                last_chosen.insert(member, round);
            }
            if settle {
                let ids: Vec<TransactionId> = chosen(&selected).iter().map(|(m, n)| id(*m, *n)).collect();
                pool.settle(&ids, NOW);
            }
            for (member, last) in &last_chosen {
                let waits = pool.queues.contains_key(&MemberId([*member; 16]));
                prop_assert!(!waits || round - last < bound, "member {} waits since {} in {}", member, last, round);
            }
        }
    }
}
