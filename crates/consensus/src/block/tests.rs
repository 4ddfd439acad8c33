use super::*;
use chancery_crypto::digest::header_hash;
use chancery_types::block::SyncTarget;
use chancery_types::ids;
use chancery_types::time::BlockTime;
use commonware_codec::{Copying, Decode as _, Encode as _};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng as _, SeedableRng as _};

const NETWORK: NetworkId = NetworkId([9; 32]);

fn header(key: &SigningKey, transactions: &[Vec<u8>]) -> Header {
    Header {
        network: NETWORK,
        height: ids::Height(7),
        epoch: ids::Epoch(0),
        view: ids::View(11),
        parent: Digest([1; 32]),
        parent_view: ids::View(10),
        time: BlockTime(1_000),
        proposer: key.public_key(),
        state_root: Digest([2; 32]),
        sync: SyncTarget { root: Digest([3; 32]), start: 0, end: 5 },
        outcomes_root: Digest([4; 32]),
        history_root: Digest([5; 32]),
        body: body_digest(transactions),
        transactions: u32::try_from(transactions.len()).unwrap(),
        reshare: None,
    }
}

fn block(change: impl FnOnce(&mut Header)) -> Block {
    let key = SigningKey::from_seed(&[7; 32]);
    let transactions = vec![b"one".to_vec(), Vec::new(), b"three".to_vec()];
    let mut header = header(&key, &transactions);
    change(&mut header);
    let leader = engine_key(&key.public_key()).unwrap();
    Block::propose(header, leader, transactions.into(), &key)
}

fn decode(bytes: &[u8]) -> Result<Block, CodecError> {
    Block::decode_cfg(Copying(bytes), &NETWORK)
}

#[test]
fn a_block_comes_back_from_its_bytes() {
    let block = block(|_| ());
    let bytes = block.encode();
    assert_eq!(bytes.len(), block.encode_size());
    let again = decode(&bytes).unwrap();
    assert_eq!(again, block);
    assert_eq!(again.digest().0, header_hash(block.header()).0);
    assert_eq!(again.encode(), bytes);
    assert_eq!(again.context().round.view().get(), 11);
}

#[test]
fn no_changed_byte_passes() {
    let bytes = block(|_| ()).encode();
    for place in 0..bytes.len() {
        for bit in [1, 0x80] {
            let mut changed = bytes.to_vec();
            changed[place] ^= bit;
            assert!(decode(&changed).is_err(), "byte {place}");
        }
    }
    assert!(decode(&[&bytes[..], &[0]].concat()).is_err(), "trailing byte");
}

#[test]
fn what_does_not_belong_together_is_refused() {
    type Change = fn(&mut Header);
    let cases: [(&str, Change); 6] = [
        ("another network", |h| h.network = NetworkId([8; 32])),
        ("another body", |h| h.body = Digest([0; 32])),
        ("another count", |h| h.transactions = 2),
        ("an empty range of operations", |h| h.sync.end = h.sync.start),
        ("a payload that is not there", |h| h.reshare = Some(Digest([0; 32]))),
        ("a proposer who did not sign", |h| h.proposer = SigningKey::from_seed(&[8; 32]).public_key()),
    ];
    for (name, change) in cases {
        assert!(decode(&block(change).encode()).is_err(), "{name}");
    }
}

#[test]
fn a_block_at_height_zero_is_empty_and_unsigned() {
    let key = SigningKey::from_seed(&[7; 32]);
    let leader = engine_key(&key.public_key()).unwrap();
    let mut founding = header(&key, &[]);
    founding.height = ids::Height(0);
    let genesis = Block::genesis(founding.clone(), leader.clone());
    assert_eq!(decode(&genesis.encode()).unwrap(), genesis);
    assert!(decode(&Block::propose(founding, leader, Default::default(), &key).encode()).is_err());
}

#[test]
fn the_bound_holds_for_the_largest_block() {
    let key = SigningKey::from_seed(&[7; 32]);
    let each = BLOCK_BYTES_MAX / BLOCK_TRANSACTIONS_MAX;
    let transactions = vec![vec![0; each]; BLOCK_TRANSACTIONS_MAX];
    let header = Header { view: ids::View(u64::MAX), ..header(&key, &transactions) };
    let leader = engine_key(&key.public_key()).unwrap();
    let block = Block::propose(header, leader, transactions.into(), &key);
    assert!(block.encode_size() <= Block::max_encode_size(&NETWORK));
    assert!(decode(&block.encode()).is_ok());
}

/// The targets of `crates/fuzzing` reach everything but what only the engine's codec can decode; this is the same for it.
#[test]
fn of_all_bytes_only_a_proposers_own_are_a_block() {
    let honest = block(|_| ()).encode().to_vec();
    for seed in 0..20_000 {
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        let changed = scrambled(&honest, &mut rng);
        if let Ok(block) = decode(&changed) {
            assert_eq!((&block.encode()[..], &changed[..]), (&honest[..], &honest[..]), "seed {seed}");
        }
    }
}

/// Some bytes changed, put in, left out, or the end cut off; for some seeds nothing of the original is left.
fn scrambled(bytes: &[u8], rng: &mut ChaCha20Rng) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    if rng.next_u32().is_multiple_of(8) {
        rng.fill_bytes(&mut bytes);
    }
    for _ in 0..=rng.next_u32() % 4 {
        let place = rng.next_u32() as usize % bytes.len().max(1);
        let byte = rng.next_u32().to_le_bytes()[0];
        match rng.next_u32() % 8 {
            0 => bytes.truncate(place),
            1 => bytes.insert(place.min(bytes.len()), byte),
            2 if place < bytes.len() => drop(bytes.remove(place)),
            _ => bytes.iter_mut().skip(place).take(1).for_each(|target| *target = byte),
        }
    }
    bytes
}
