//! A node in memory: a small network with one open and one confidential register, true to the contract of
//! [`Backend`] and to nothing else. Used by the tests and by the example.
#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    unused_imports,
    reason = "each user of the double uses a part of it"
)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "the double is test code")]

mod ask;
mod keys;
mod sample;

pub use ask::{
    CBOR, OCTETS, Reply, World, envelope, envelope_until, intake_request, session_statement, sign_session,
    signed_session,
};
pub use keys::{AUTHORITY, FILER, NODE, STRANGER, holder, member};
pub use sample::{confidential, digest, figure_id, open, record_id, register};

use chancery_api::backend::*;
use chancery_api::{InterfaceRejection, view};
use chancery_crypto::hash::{Tag, hash};
use chancery_crypto::signature::{Purpose, verify};
use chancery_ledger::Refusal as _;
use chancery_ledger::admission::{check_expiry, open as open_envelope};
use chancery_ledger::rejection::{LedgerRejection, RejectionText};
use chancery_types::code::{RegionCode, RegisterId};
use chancery_types::encoding::to_bytes;
use chancery_types::event::Event;
use chancery_types::hash::Digest;
use chancery_types::ids::{ApplicationId, Height, MemberId, NetworkId, RecordId, StateKey, TransactionId, Version};
use chancery_types::intake::{IntakeStatement, SignedIntake};
use chancery_types::key::PublicKey;
use chancery_types::outcome::Outcome;
use chancery_types::storage_receipt::{StorageReceipt, StorageStatement};
use chancery_types::time::{BlockTime, DAY_MS};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::watch;

pub const NETWORK: NetworkId = NetworkId([7; 32]);
pub const NOW: BlockTime = BlockTime(1_795_363_199_000);

#[derive(Default)]
struct Inside {
    transactions: BTreeMap<TransactionId, KnownTransaction>,
    events: Vec<PlacedEvent>,
    openings: BTreeMap<Digest, KeptOpening>,
    revoked: Vec<PublicKey>,
    now: Option<BlockTime>,
}

pub struct Double {
    inside: Mutex<Inside>,
    height: watch::Sender<Height>,
    /// Whether a transaction that is taken in is final at once.
    pub quick: AtomicBool,
    /// Whether the pool has room.
    pub full: AtomicBool,
    /// Whether anything can be read.
    pub broken: AtomicBool,
    /// How many events were asked for at once at most.
    pub asked_events: AtomicUsize,
}

impl Double {
    pub fn new() -> Self {
        Self {
            inside: Mutex::default(),
            height: watch::Sender::new(Height(3)),
            quick: AtomicBool::new(true),
            full: AtomicBool::new(false),
            broken: AtomicBool::new(false),
            asked_events: AtomicUsize::new(0),
        }
    }

    /// Adds a block with so many events.
    pub fn grow(&self, events: u32) -> Height {
        let height = Height(self.height.borrow().0 + 1);
        let placed = (0..events).map(|event| PlacedEvent {
            place: EventPlace { height, entry: 0, event },
            time: NOW,
            transaction: Some(TransactionId([9; 32])),
            event: Event { application: ApplicationId(2), kind: 1, payload: vec![0xa0] },
        });
        self.inside.lock().unwrap().events.extend(placed);
        self.height.send_replace(height);
        height
    }

    pub fn revoke(&self, key: PublicKey) {
        self.inside.lock().unwrap().revoked.push(key);
    }

    pub fn set_now(&self, now: BlockTime) {
        self.inside.lock().unwrap().now = Some(now);
    }

    fn check<T>(&self, value: T) -> Answer<T> {
        if self.broken.load(Ordering::SeqCst) { Err(BackendError::Unavailable) } else { Ok(value) }
    }

    fn list<T, K: Ord>(&self, items: Vec<T>, id: impl Fn(&T) -> K, page: &Paging<K>) -> Answer<Vec<T>> {
        assert!((2..=PAGE_ITEMS_MAX + 1).contains(&page.limit));
        let after = |item: &T| page.after.as_ref().is_none_or(|after| id(item) > *after);
        self.check(items.into_iter().filter(after).take(page.limit).collect())
    }
}

fn refused<T>(code: impl chancery_ledger::Refusal) -> Answer<T> {
    Err(BackendError::Refused(code.code()))
}

#[async_trait::async_trait]
impl Backend for Double {
    fn network_id(&self) -> NetworkId {
        NETWORK
    }

    fn node_key(&self) -> PublicKey {
        keys::signing(NODE).public_key()
    }

    fn now(&self) -> BlockTime {
        self.inside.lock().unwrap().now.unwrap_or(NOW)
    }

    fn refusals(&self) -> Vec<RejectionText> {
        LedgerRejection::ALL.to_vec()
    }

    async fn metrics(&self) -> String {
        "# HELP chancery_height Latest final height.\n# TYPE chancery_height gauge\nchancery_height 3\n# EOF\n"
            .to_owned()
    }

    async fn readiness(&self) -> view::Readiness {
        let ready = !self.broken.load(Ordering::SeqCst);
        let reasons = if ready { vec![] } else { vec!["The read model is behind.".to_owned()] };
        view::Readiness { ready, height: self.height(), reasons }
    }

    async fn network(&self) -> Answer<view::Network> {
        self.check(sample::network(self.height()))
    }

    async fn peers(&self) -> Answer<Vec<view::Peer>> {
        self.check(sample::peers())
    }

    async fn submit(&self, envelope: Vec<u8>) -> Answer<TransactionId> {
        let opened = match open_envelope(&envelope, NETWORK) {
            Ok(opened) => opened,
            Err(rejection) => return refused(rejection),
        };
        if let Err(rejection) = check_expiry(&opened.envelope.body, self.now()) {
            return refused(rejection);
        }
        let (id, key) = (opened.id, opened.envelope.key);
        if verify(Purpose::Transaction, &NETWORK, id.as_bytes(), &key, &opened.envelope.signature).is_err() {
            return refused(LedgerRejection::BadSignature);
        }
        if !self.is_valid_key(opened.envelope.body.sender, key).await? {
            return refused(LedgerRejection::KeyNotValid);
        }
        if self.full.load(Ordering::SeqCst) {
            return Err(BackendError::Busy { retry_after_ms: 1_500 });
        }
        let state = if self.quick.load(Ordering::SeqCst) {
            // The application number decides the outcome, so that both can be asked for.
            let outcome = if opened.envelope.body.application == ApplicationId(99) {
                Outcome::Rejected { code: LedgerRejection::UnknownApplication.code() }
            } else {
                Outcome::Accepted { events: Digest::ZERO, count: 2 }
            };
            KnownTransaction::Final(FinalTransaction { height: Height(3), index: 0, time: NOW, outcome })
        } else {
            KnownTransaction::Pending
        };
        self.inside.lock().unwrap().transactions.entry(id).or_insert(state);
        Ok(id)
    }

    async fn transaction(&self, id: TransactionId) -> Answer<Option<KnownTransaction>> {
        let known = self.inside.lock().unwrap().transactions.get(&id).copied();
        self.check(known)
    }

    async fn wait_final(&self, id: TransactionId, at_most: Duration) -> Answer<Option<FinalTransaction>> {
        match self.transaction(id).await? {
            Some(KnownTransaction::Final(place)) => Ok(Some(place)),
            _ => {
                tokio::time::sleep(at_most).await;
                Ok(None)
            }
        }
    }

    async fn transaction_receipt(&self, id: TransactionId) -> Answer<Option<Vec<u8>>> {
        Ok(self.transaction(id).await?.map(|_| vec![0xa0]))
    }

    async fn record_receipt(&self, record: RecordId, version: Version) -> Answer<Option<Vec<u8>>> {
        self.check((record == record_id() && version == Version(1)).then(|| vec![0xa1, 0, 0]))
    }

    async fn figure_receipt(&self, figure: &FigureId, sequence: u32) -> Answer<Option<Vec<u8>>> {
        self.check((*figure == figure_id() && sequence == 1).then(|| vec![0xa1, 0, 1]))
    }

    async fn state(&self, key: StateKey) -> Answer<view::StateProof> {
        self.check(sample::state(key, self.height()))
    }

    async fn blocks(&self, before: Option<Height>, limit: usize) -> Answer<Vec<view::BlockSummary>> {
        let below = before.unwrap_or(Height(4)).0.min(4);
        self.check((0..below).rev().take(limit).map(sample::block_summary).collect())
    }

    async fn block(&self, height: Height, page: Paging<u32>) -> Answer<Option<view::Block>> {
        let entries = self.list(sample::entries(), |entry| entry.index, &page)?;
        Ok((height.0 < 4).then(|| sample::block(height.0, entries)))
    }

    async fn final_blocks(&self, after: Height, limit: usize) -> Answer<Vec<view::BlockSummary>> {
        let above = after.0 + 1..=self.height().0;
        self.check(above.take(limit).map(sample::block_summary).collect())
    }

    async fn outcomes(&self, height: Height) -> Answer<Option<BlockOutcomes>> {
        let rejected = Outcome::Rejected { code: LedgerRejection::UnknownApplication.code() };
        let outcomes = [Outcome::Accepted { events: Digest::ZERO, count: 2 }, rejected];
        let entries = sample::entries()
            .into_iter()
            .zip(outcomes)
            .map(|(entry, outcome)| TransactionOutcome { id: entry.id, outcome });
        self.check((height.0 < 4).then(|| BlockOutcomes { height, entries: entries.collect() }))
    }

    async fn members(&self, filter: &MemberFilter, page: Paging<MemberId>) -> Answer<Vec<view::MemberSummary>> {
        let mut members = sample::members();
        members.retain(|member| filter.kind.is_none_or(|kind| member.kind == kind));
        members.retain(|member| filter.region.as_ref().is_none_or(|region| member.region == *region));
        self.list(members, |member| member.id, &page)
    }

    async fn member(&self, id: MemberId) -> Answer<Option<view::Member>> {
        self.check(sample::members().into_iter().find(|member| member.id == id).map(sample::member))
    }

    async fn authorities(&self, page: Paging<MemberId>) -> Answer<Vec<view::Authority>> {
        self.list(vec![sample::authority()], |authority| authority.member.id, &page)
    }

    async fn regions(&self, page: Paging<RegionCode>) -> Answer<Vec<view::Region>> {
        self.list(sample::regions(), |region| region.code.clone(), &page)
    }

    async fn region_history(&self, code: &RegionCode) -> Answer<Option<view::RegionHistory>> {
        self.check(sample::regions().into_iter().find(|region| region.code == *code).map(sample::region_history))
    }

    async fn member_history(&self, id: MemberId) -> Answer<Option<view::MemberHistory>> {
        self.check(sample::members().into_iter().find(|member| member.id == id).map(sample::member_history))
    }

    async fn suspension_preview(
        &self,
        authority: MemberId,
        _: Option<BlockTime>,
        page: Paging<MemberId>,
    ) -> Answer<Option<view::SuspensionPreview>> {
        if authority != keys::member(AUTHORITY) {
            return self.check(None);
        }
        let members = self.list(sample::members(), |member| member.id, &page)?;
        self.check(Some(sample::suspension_preview(members)))
    }

    async fn key(&self, key: PublicKey) -> Answer<Option<view::Key>> {
        self.check(keys::all().into_iter().find(|(_, known)| *known == key).map(|(who, key)| sample::key(who, key)))
    }

    async fn is_valid_key(&self, member: MemberId, key: PublicKey) -> Answer<bool> {
        let revoked = self.inside.lock().unwrap().revoked.contains(&key);
        let bound = keys::all().into_iter().any(|(who, known)| keys::member(who) == member && known == key);
        self.check(bound && !revoked)
    }

    async fn registers(&self, page: Paging<RegisterId>) -> Answer<Vec<view::Register>> {
        self.list(vec![register(open()), register(confidential())], |register| register.id.clone(), &page)
    }

    async fn register(&self, id: &RegisterId) -> Answer<Option<view::RegisterDetail>> {
        let known = *id == open() || *id == confidential();
        self.check(known.then(|| sample::register_detail(id.clone())))
    }

    async fn records(&self, filter: &RecordFilter, page: Paging<RecordId>) -> Answer<Vec<view::RecordSummary>> {
        let mut records = vec![sample::record().summary];
        records.retain(|record| filter.register.as_ref().is_none_or(|register| record.register == *register));
        records.retain(|record| filter.period.is_none_or(|period| record.period == period));
        records.retain(|record| filter.region.as_ref().is_none_or(|region| record.region == *region));
        records.retain(|record| filter.assurance.is_none_or(|assurance| record.assurance == assurance));
        self.list(records, |record| record.id, &page)
    }

    async fn record(&self, id: RecordId) -> Answer<Option<view::Record>> {
        self.check((id == record_id()).then(sample::record))
    }

    async fn figures(&self, filter: &FigureFilter, page: Paging<FigureId>) -> Answer<Vec<view::Figure>> {
        let mut figures = vec![sample::figure()];
        figures.retain(|figure| filter.register.as_ref().is_none_or(|register| figure.register == *register));
        figures.retain(|figure| filter.period.is_none_or(|period| figure.period == period));
        let id = |figure: &view::Figure| FigureId {
            register: figure.register.clone(),
            period: figure.period,
            region: figure.region.clone(),
        };
        self.list(figures, id, &page)
    }

    async fn figure_history(&self, figure: &FigureId) -> Answer<Vec<view::Figure>> {
        self.check(if *figure == figure_id() { vec![sample::figure()] } else { vec![] })
    }

    async fn aggregate(&self, figure: &FigureId) -> Answer<Option<view::Aggregate>> {
        let known = figure.period == figure_id().period && figure.region == figure_id().region;
        self.check(known.then(|| sample::aggregate(figure)))
    }

    async fn events(&self, after: Option<EventPlace>, limit: usize) -> Answer<Vec<PlacedEvent>> {
        self.asked_events.fetch_max(limit, Ordering::SeqCst);
        let inside = self.inside.lock().unwrap();
        let later = inside.events.iter().filter(|event| after.is_none_or(|after| event.place > after));
        self.check(later.take(limit).cloned().collect())
    }

    fn height(&self) -> Height {
        *self.height.borrow()
    }

    async fn wait_above(&self, height: Height) {
        // The sender lives as long as the double, so the wait ends with a block only.
        let _ = self.height.subscribe().wait_for(|now| *now > height).await;
    }

    async fn sign_intake(&self, filing: Digest, filer: MemberId) -> Answer<SignedIntake> {
        let statement = IntakeStatement { network: NETWORK, filing, filer, received: self.now() };
        let key = keys::signing(NODE);
        let signature = key.sign(Purpose::Intake, &NETWORK, &to_bytes(&statement));
        self.check(SignedIntake { statement, validator: key.public_key(), signature })
    }

    async fn keep_opening(&self, handover: Handover) -> Answer<StorageReceipt> {
        if handover.register != confidential() {
            return refused(InterfaceRejection::NoVaultHere);
        }
        let authority = keys::member(AUTHORITY);
        let digest = hash(Tag::Content, &[&handover.sealed]);
        let statement = StorageStatement {
            network: NETWORK,
            digest,
            authority,
            register: handover.register,
            record: handover.record,
            filer: handover.filer,
            received: self.now(),
            expires: self.now().plus_ms(DAY_MS),
        };
        self.inside.lock().unwrap().openings.insert(digest, KeptOpening { authority, sealed: handover.sealed });
        let key = keys::signing(NODE);
        let signature = key.sign(Purpose::StorageReceipt, &NETWORK, &to_bytes(&statement));
        self.check(StorageReceipt { statement, node: key.public_key(), signature })
    }

    async fn opening(&self, digest: Digest) -> Answer<Option<KeptOpening>> {
        let kept = self.inside.lock().unwrap().openings.get(&digest).cloned();
        self.check(kept)
    }
}
