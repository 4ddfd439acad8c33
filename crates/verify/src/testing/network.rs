//! Keys, blocks, certificates and receipts of a network of four validators.

use blst::min_sig;
use chancery_crypto::digest::{
    body_digest, envelope_digest, event_leaf, header_hash, history_leaf, network_id, outcome_leaf, transaction_id,
};
use chancery_crypto::finality::FinalityCertificate;
use chancery_crypto::hash::{Digest, Tag, hash};
use chancery_crypto::merkle;
use chancery_crypto::signature::{Purpose, SigningKey};
use chancery_types::block::{Header, SyncTarget};
use chancery_types::encoding::to_bytes;
use chancery_types::event::Event;
use chancery_types::ids::{ApplicationId, Epoch, Height, MemberId, NetworkId, View};
use chancery_types::key::{FinalityKey, Signature};
use chancery_types::network::NetworkIdentity;
use chancery_types::outcome::{Outcome, OutcomeEntry};
use chancery_types::receipt::{Finality, RECEIPT_FORMAT, Receipt, Subject};
use chancery_types::rejection::RejectionCode;
use chancery_types::time::{BlockTime, MINUTE_MS};
use chancery_types::transaction::{Body, Envelope};

/// 2026-01-01T00:00:00Z.
const FOUNDED: BlockTime = BlockTime(1_767_225_600_000);
const VALIDATORS: u8 = 4;
/// Views are skipped, so that a view is never mistaken for a height.
const VIEWS_PER_BLOCK: u64 = 100;

/// The signing key of a name; equal names have equal keys.
pub fn signing_key(name: &str) -> SigningKey {
    SigningKey::from_seed(&hash(Tag::Derivation, &[b"testing key", name.as_bytes()]).0)
}

/// The member of a name.
pub fn member(name: &str) -> MemberId {
    MemberId(*hash(Tag::Member, &[name.as_bytes()]).0.first_chunk().unwrap())
}

/// What becomes of a transaction.
#[derive(Clone, Debug)]
pub enum Fate {
    /// Carried out, with these events.
    Accepted(Vec<Event>),
    /// Refused.
    Rejected(RejectionCode),
}

/// Where something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The block.
    pub height: u64,
    /// The entry in the block.
    pub entry: u32,
    /// The event of the entry; none for the transaction itself.
    pub event: Option<u32>,
}

/// A final block.
#[derive(Clone, Debug)]
pub struct Block {
    /// The header.
    pub header: Header,
    /// Its hash.
    pub hash: Digest,
    /// The proposer's signature.
    pub signature: Signature,
    /// The transactions.
    pub envelopes: Vec<Envelope>,
    /// What became of each; the last entry is the work at the block's end.
    pub entries: Vec<OutcomeEntry>,
    /// The events of each entry.
    pub events: Vec<Vec<Event>>,
}

impl Block {
    /// The transactions as they stand in the block.
    pub fn transactions(&self) -> Vec<Vec<u8>> {
        self.envelopes.iter().map(to_bytes).collect()
    }
}

/// A network and its chain.
pub struct Network {
    /// The public identity.
    pub identity: NetworkIdentity,
    /// Its hash.
    pub id: NetworkId,
    genesis: Digest,
    blocks: Vec<Block>,
    salt: u64,
}

impl Network {
    /// Founds a network; its keys follow from its name.
    pub fn found(name: &str) -> Self {
        let validators = (0..VALIDATORS).map(|place| validator(name, place.into()).public_key()).collect();
        let identity = NetworkIdentity {
            name: name.to_owned(),
            founded: FOUNDED,
            finality_key: FinalityKey(group(name).sk_to_pk().compress()),
            validators,
            state: hash(Tag::StateValue, &[b"founding state"]),
            clock_factor: 1,
            dealt: true,
        };
        let (id, genesis) = (network_id(&identity), hash(Tag::Header, &[b"genesis", name.as_bytes()]));
        Self { identity, id, genesis, blocks: Vec::new(), salt: 0 }
    }

    /// Signs a transaction. No two are the same.
    pub fn sign(&mut self, sender: &str, application: u16, payload: &[u8]) -> Envelope {
        self.salt += 1;
        let body = Body {
            network: self.id,
            application: ApplicationId(application),
            sender: member(sender),
            expires: FOUNDED.plus_ms(MINUTE_MS),
            salt: self.salt,
            payload: payload.to_vec(),
        };
        let key = signing_key(sender);
        let signature = key.sign(Purpose::Transaction, &self.id, transaction_id(&body).as_bytes());
        Envelope { body, key: key.public_key(), signature }
    }

    /// Adds a block of transactions, with the events at its end.
    pub fn append(&mut self, transactions: Vec<(Envelope, Fate)>, end: Vec<Event>) -> Height {
        let height = self.blocks.len() as u64 + 1;
        let (mut envelopes, mut entries, mut events) = (Vec::new(), Vec::new(), Vec::new());
        for (envelope, fate) in transactions {
            let (outcome, caused) = match fate {
                Fate::Accepted(caused) => (accepted(&caused), caused),
                Fate::Rejected(code) => (Outcome::Rejected { code }, Vec::new()),
            };
            let transaction = Some(transaction_id(&envelope.body));
            entries.push(OutcomeEntry { transaction, envelope: envelope_digest(&to_bytes(&envelope)), outcome });
            envelopes.push(envelope);
            events.push(caused);
        }
        entries.push(OutcomeEntry { transaction: None, envelope: Digest::ZERO, outcome: accepted(&end) });
        events.push(end);
        let encoded: Vec<Vec<u8>> = envelopes.iter().map(to_bytes).collect();
        let leaves: Vec<Digest> = entries.iter().map(outcome_leaf).collect();
        let header = Header {
            network: self.id,
            height: Height(height),
            epoch: Epoch(0),
            view: View(height * VIEWS_PER_BLOCK),
            parent: self.blocks.last().map_or(self.genesis, |block| block.hash),
            parent_view: View((height - 1) * VIEWS_PER_BLOCK),
            time: FOUNDED.plus_ms(height * 1_000),
            proposer: self.proposer(height).public_key(),
            state_root: hash(Tag::StateValue, &[&height.to_be_bytes()]),
            sync: SyncTarget { root: hash(Tag::StateValue, &[b"sync"]), start: 0, end: height },
            outcomes_root: merkle::root(&leaves),
            history_root: merkle::root(&self.history(height)),
            body: body_digest(&encoded),
            transactions: u32::try_from(envelopes.len()).unwrap(),
            reshare: None,
        };
        let hash = header_hash(&header);
        let signature = self.proposer(height).sign(Purpose::Proposal, &self.id, hash.as_bytes());
        self.blocks.push(Block { header, hash, signature, envelopes, entries, events });
        Height(height)
    }

    /// The block at a height.
    pub fn block(&self, height: u64) -> &Block {
        &self.blocks[usize::try_from(height).unwrap() - 1]
    }

    /// All blocks, from height 1.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The validator who proposes at a height.
    pub fn proposer(&self, height: u64) -> SigningKey {
        validator(&self.identity.name, height % u64::from(VALIDATORS))
    }

    /// The finality certificate of a header.
    pub fn certificate(&self, header: &Header) -> Vec<u8> {
        let mut certificate = FinalityCertificate {
            epoch: header.epoch,
            view: header.view,
            parent_view: header.parent_view,
            header: header_hash(header),
            finality_signature: [0; 48],
            seed_signature: [0; 48],
        };
        let round: Vec<u8> = [header.epoch.0, header.view.0].into_iter().flat_map(varint).collect();
        let proposal = [&round[..], &varint(header.parent_view.0), certificate.header.as_bytes()].concat();
        certificate.finality_signature = self.quorum_signs(b"_FINALIZE", &proposal);
        certificate.seed_signature = self.quorum_signs(b"_SEED", &round);
        [&proposal[..], &certificate.finality_signature, &certificate.seed_signature].concat()
    }

    /// The receipt of what stands at a place, with the block's own certificate or that of a later block.
    pub fn receipt(&self, place: Place, anchor: Option<u64>) -> Receipt {
        let block = self.block(place.height);
        let index = usize::try_from(place.entry).unwrap();
        let leaves: Vec<Digest> = block.entries.iter().map(outcome_leaf).collect();
        let envelope = block.envelopes.get(index).cloned();
        let subject = match place.event {
            None => Subject::Transaction { envelope: envelope.unwrap() },
            Some(number) => {
                let events = &block.events[index];
                let leaves: Vec<Digest> = events.iter().map(event_leaf).collect();
                let path = merkle::prove(&leaves, number.into()).unwrap();
                Subject::Event { event: events[usize::try_from(number).unwrap()].clone(), path, envelope }
            }
        };
        Receipt {
            format: RECEIPT_FORMAT,
            identity: self.identity.clone(),
            successions: Vec::new(),
            header: block.header.clone(),
            proposer: block.signature,
            finality: self.finality(place.height, anchor),
            entry: block.entries[index].clone(),
            path: merkle::prove(&leaves, place.entry.into()).unwrap(),
            subject,
            cosignatures: Vec::new(),
        }
    }

    /// Why the block at a height is final: its own certificate, or that of a later one with the path to it.
    pub fn finality(&self, height: u64, anchor: Option<u64>) -> Finality {
        let certified = &self.block(anchor.unwrap_or(height)).header;
        let certificate = self.certificate(certified);
        match anchor {
            None => Finality { certificate, anchor: None, history: None },
            Some(later) => {
                let history = Some(merkle::prove(&self.history(later), height).unwrap());
                Finality { certificate, anchor: Some(certified.clone()), history }
            }
        }
    }

    /// The leaves under `history_root` of the block at a height: genesis and the blocks before it.
    fn history(&self, height: u64) -> Vec<Digest> {
        let earlier = self.blocks.iter().map(|block| block.hash);
        let all = std::iter::once(self.genesis).chain(earlier);
        all.take(usize::try_from(height).unwrap()).map(|hash| history_leaf(&hash)).collect()
    }

    /// The bytes of `docs/adr/0002-finality-certificate.md`, signed by the group's key.
    fn quorum_signs(&self, suffix: &[u8], body: &[u8]) -> [u8; 48] {
        let namespace = [b"chancery/1/", &self.id.as_bytes()[..], suffix].concat();
        let message = [&varint(namespace.len() as u64), &namespace[..], body].concat();
        let tag = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_POP_";
        group(&self.identity.name).sign(&message, tag, &[]).compress()
    }
}

fn accepted(events: &[Event]) -> Outcome {
    let leaves: Vec<Digest> = events.iter().map(event_leaf).collect();
    Outcome::Accepted { events: merkle::root(&leaves), count: u32::try_from(events.len()).unwrap() }
}

fn validator(network: &str, place: u64) -> SigningKey {
    signing_key(&format!("{network} validator {place}"))
}

fn group(network: &str) -> min_sig::SecretKey {
    let seed = hash(Tag::Derivation, &[b"testing group", network.as_bytes()]);
    min_sig::SecretKey::key_gen(seed.as_bytes(), &[]).unwrap()
}

fn varint(value: u64) -> Vec<u8> {
    let (mut bytes, mut rest) = (Vec::new(), value);
    loop {
        let group = u8::try_from(rest % 128).unwrap();
        rest /= 128;
        if rest == 0 {
            bytes.push(group);
            return bytes;
        }
        bytes.push(group + 128);
    }
}
