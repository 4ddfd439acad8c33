//! The node behind the HTTP interface.

mod finality;
mod intake;
mod standing;
mod vault;
mod views;

use crate::metrics::report;
use crate::readiness::{Facts, SILENT};
use crate::services::{AskError, Services};
use chancery_api::backend::{
    Answer, Backend, BackendError, BlockOutcomes, EventPlace, FigureFilter, FigureId, FinalTransaction, Handover,
    KeptOpening, KnownTransaction, MemberFilter, Paging, PlacedEvent, RecordFilter,
};
use chancery_api::{InterfaceRejection, view};
use chancery_archive::ArchiveError;
use chancery_consensus::Values;
use chancery_crypto::signature::Purpose;
use chancery_kernel::identity;
use chancery_ledger::rejection::RejectionText;
use chancery_ledger::{BlockContext, Lookup, Refusal, State, Stopped, View};
use chancery_readmodel as model;
use chancery_types::code::{RegionCode, RegisterId};
use chancery_types::encoding::to_bytes;
use chancery_types::hash::Digest;
use chancery_types::ids::{Epoch, Height, MemberId, NetworkId, RecordId, StateKey, TransactionId, Version};
use chancery_types::intake::{IntakeStatement, SignedIntake};
use chancery_types::key::PublicKey;
use chancery_types::receipt::Receipt;
use chancery_types::storage_receipt::StorageReceipt;
use chancery_types::time::BlockTime;
use std::collections::BTreeMap;
use std::time::Duration;

/// How often a question to the state may need further keys; the deepest walks a tree of regions.
const READ_ROUNDS_MAX: usize = 64;

/// How often the state is asked again while it follows the blocks, and after how long each time.
const STATE_POLLS_MAX: usize = 400;
const STATE_POLL: Duration = Duration::from_millis(5);

impl From<AskError> for BackendError {
    fn from(error: AskError) -> Self {
        match error {
            AskError::Failed => Self::Unavailable,
            AskError::NotKept => Self::Refused(InterfaceRejection::NotKept.code()),
        }
    }
}

/// What has been read of the state so far.
#[derive(Default)]
struct Read(BTreeMap<StateKey, Option<Vec<u8>>>);

impl State for Read {
    fn lookup(&self, key: &StateKey) -> Lookup<'_> {
        match self.0.get(key) {
            Some(Some(value)) => Lookup::Present(value),
            Some(None) => Lookup::Absent,
            None => Lookup::Unknown,
        }
    }
}

impl Services {
    /// Asks the state at the latest final height, loading what the question turns out to need.
    ///
    /// # Errors
    /// The state cannot be read.
    pub async fn look<T: Send>(
        &self,
        question: impl Fn(&View<'_>, &BlockContext) -> T + Send + Sync,
    ) -> Result<T, BackendError> {
        let mut read = Read::default();
        let mut height = None;
        for _ in 0..READ_ROUNDS_MAX {
            let tip = *self.machine.tip().borrow();
            let context = BlockContext { network: self.network, height: tip.height, epoch: Epoch(0), time: tip.time };
            let unknown = match View::query(&read, |view| question(view, &context)) {
                Ok(answer) => return Ok(answer),
                Err(Stopped::Unknown(keys)) => keys.into_iter().collect::<Vec<_>>(),
                Err(_) => return Err(BackendError::Unavailable),
            };
            let values = self.read_at_least(tip.height, &unknown).await?;
            // Values of two heights do not go together: begin anew when a block came in between.
            if height.replace(values.height).is_some_and(|before| before != values.height) {
                read = Read::default();
            }
            read.0.extend(unknown.into_iter().zip(values.values));
        }
        Err(BackendError::Unavailable)
    }

    /// Reads the state once it has reached a block. The engine writes a block's state while the block is handed over, so
    /// a client that has just been told that a block is final could otherwise be answered from before it.
    async fn read_at_least(&self, height: Height, keys: &[StateKey]) -> Result<Values, BackendError> {
        for _ in 0..STATE_POLLS_MAX {
            let values = self.engine.read(keys.to_vec()).await.map_err(|_| BackendError::Unavailable)?;
            if values.height >= height {
                return Ok(values);
            }
            tokio::time::sleep(STATE_POLL).await;
        }
        Err(BackendError::Unavailable)
    }

    fn final_transaction(&self, id: &TransactionId) -> Result<Option<FinalTransaction>, ArchiveError> {
        let Some((height, index)) = self.archive.place(id)? else { return Ok(None) };
        let block = self.archive.block(height)?;
        let entry = block.outcomes.entries.get(index as usize).ok_or(ArchiveError::NoEntry(height))?;
        Ok(Some(FinalTransaction { height, index, time: block.header.time, outcome: entry.outcome }))
    }

    fn event_receipt(&self, place: model::Place) -> Result<Option<Vec<u8>>, ArchiveError> {
        receipt(self.archive.event_receipt(&self.identity, place.height, place.entry, place.event))
    }

    async fn answer<T: Send + 'static, E: std::fmt::Display + Send + 'static>(
        &self,
        question: impl FnOnce(&Self) -> Result<T, E> + Send + 'static,
    ) -> Answer<T> {
        Ok(self.ask(question).await?)
    }
}

/// A receipt in its encoding; none while the certificate is still on its way.
fn receipt(built: Result<Receipt, ArchiveError>) -> Result<Option<Vec<u8>>, ArchiveError> {
    match built {
        Ok(receipt) => Ok(Some(to_bytes(&receipt))),
        Err(ArchiveError::NoCertificate(_) | ArchiveError::NoBlock(_) | ArchiveError::NoEntry(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

fn figure_key(figure: &FigureId) -> model::FigureKey {
    model::FigureKey { register: figure.register.clone(), period: figure.period, region: figure.region.clone() }
}

#[async_trait::async_trait]
impl Backend for Services {
    fn network_id(&self) -> NetworkId {
        self.network
    }

    fn node_key(&self) -> PublicKey {
        Services::node_key(self)
    }

    fn now(&self) -> BlockTime {
        Services::now(self)
    }

    fn refusals(&self) -> Vec<RejectionText> {
        self.refusals.to_vec()
    }

    async fn metrics(&self) -> String {
        let engine = self.engine.metrics().await.unwrap_or_default();
        report::text(self, &engine)
    }

    async fn readiness(&self) -> view::Readiness {
        let facts = Facts::of(self);
        let reasons = facts.reasons();
        view::Readiness { ready: reasons.is_empty(), height: facts.folded, reasons }
    }

    async fn network(&self) -> Answer<view::Network> {
        let tip = *self.machine.tip().borrow();
        Ok(views::network(self, tip))
    }

    async fn peers(&self) -> Answer<Vec<view::Peer>> {
        let now = Services::now(self);
        let heard: BTreeMap<PublicKey, BlockTime> =
            self.engine.peers().into_iter().map(|peer| (peer.key, peer.heard)).collect();
        Ok(self
            .others()
            .map(|validator| {
                let heard = heard.get(&validator.key).copied();
                let connected = heard.is_some_and(|time| Duration::from_millis(now.0.saturating_sub(time.0)) < SILENT);
                view::Peer { key: validator.key, validator: true, connected, heard: heard.map(Into::into) }
            })
            .collect())
    }

    async fn submit(&self, envelope: Vec<u8>) -> Answer<TransactionId> {
        self.take_in(vec![envelope]).await.pop().unwrap_or(Err(BackendError::Unavailable))
    }

    async fn submit_many(&self, envelopes: Vec<Vec<u8>>) -> Vec<Answer<TransactionId>> {
        self.take_in(envelopes).await
    }

    async fn transaction(&self, id: TransactionId) -> Answer<Option<KnownTransaction>> {
        if let Some(transaction) = self.answer(move |s| s.final_transaction(&id)).await? {
            return Ok(Some(KnownTransaction::Final(transaction)));
        }
        Ok(self.machine.waits(&id).then_some(KnownTransaction::Pending))
    }

    async fn wait_final(&self, id: TransactionId, at_most: Duration) -> Answer<Option<FinalTransaction>> {
        let mut tip = self.machine.tip();
        let waiting = async {
            loop {
                tip.mark_unchanged();
                if let Some(transaction) = self.answer(move |s| s.final_transaction(&id)).await? {
                    return Ok(Some(transaction));
                }
                if tip.changed().await.is_err() {
                    return Err(BackendError::Unavailable);
                }
            }
        };
        tokio::time::timeout(at_most, waiting).await.unwrap_or(Ok(None))
    }

    async fn transaction_receipt(&self, id: TransactionId) -> Answer<Option<Vec<u8>>> {
        self.answer(move |s| match s.archive.place(&id)? {
            Some((height, entry)) => receipt(s.archive.transaction_receipt(&s.identity, height, entry)),
            None => Ok(None),
        })
        .await
    }

    async fn record_receipt(&self, record: RecordId, version: Version) -> Answer<Option<Vec<u8>>> {
        let versions = self.answer(move |s| s.model.versions(&record)).await?;
        let found = versions.into_iter().find(|row| row.filed.value.version == version);
        let Some(row) = found else { return Ok(None) };
        self.answer(move |s| s.event_receipt(row.filed.place)).await
    }

    async fn figure_receipt(&self, figure: &FigureId, sequence: u32) -> Answer<Option<Vec<u8>>> {
        let key = figure_key(figure);
        let history = self.answer(move |s| s.model.figure_history(&key)).await?;
        let found = history.into_iter().find(|figure| figure.value.sequence == sequence);
        let Some(figure) = found else { return Ok(None) };
        self.answer(move |s| s.event_receipt(figure.place)).await
    }

    async fn state(&self, key: StateKey) -> Answer<view::StateProof> {
        let proved = self.engine.prove(key).await.map_err(|_| BackendError::Unavailable)?;
        views::state_proof(key, &proved).ok_or(BackendError::Unavailable)
    }

    async fn blocks(&self, before: Option<Height>, limit: usize) -> Answer<Vec<view::BlockSummary>> {
        let rows = self.answer(move |s| s.model.blocks(before, limit)).await?;
        Ok(rows.iter().map(views::block_summary).collect())
    }

    async fn block(&self, height: Height, page: Paging<u32>) -> Answer<Option<view::Block>> {
        let from = page.after.map_or(0, |after| after.saturating_add(1));
        // One more than asked for tells whether the list goes on.
        let items = page.limit.saturating_add(1);
        let found = self
            .answer(move |s| {
                let block = s.model.block(height)?;
                let transactions = s.model.block_transactions(height, from, items)?;
                Ok::<_, model::ReadModelError>(block.zip(Some(transactions)))
            })
            .await?;
        Ok(found.and_then(|(block, transactions)| views::block(&block, &transactions, page.limit)))
    }

    async fn final_blocks(&self, after: Height, limit: usize) -> Answer<Vec<view::BlockSummary>> {
        self.answer(move |s| finality::blocks(s, after, limit)).await
    }

    async fn outcomes(&self, height: Height) -> Answer<Option<BlockOutcomes>> {
        self.answer(move |s| finality::outcomes(s, height)).await
    }

    async fn members(&self, filter: &MemberFilter, page: Paging<MemberId>) -> Answer<Vec<view::MemberSummary>> {
        let filter = model::MemberFilter { kind: filter.kind, region: filter.region.clone(), vouched_by: None };
        let rows = self.answer(move |s| s.model.members(&filter, page.after, page.limit)).await?;
        Ok(rows.iter().map(views::member_summary).collect())
    }

    async fn member(&self, id: MemberId) -> Answer<Option<view::Member>> {
        self.answer(move |s| {
            let Some(row) = s.model.member(&id)? else { return Ok(None) };
            let (keys, roles) = (s.model.keys_of(&id)?, s.model.roles_of(&id)?);
            Ok::<_, model::ReadModelError>(Some(views::member(&row, &keys, &roles)))
        })
        .await
    }

    async fn authorities(&self, page: Paging<MemberId>) -> Answer<Vec<view::Authority>> {
        let filter =
            model::MemberFilter { kind: Some(chancery_types::member::MemberKind::Authority), ..Default::default() };
        let rows = self.answer(move |s| s.model.members(&filter, page.after, page.limit)).await?;
        Ok(rows.iter().filter_map(views::authority).collect())
    }

    async fn regions(&self, page: Paging<RegionCode>) -> Answer<Vec<view::Region>> {
        let rows = self.answer(move |s| s.model.regions(page.after.as_ref(), page.limit)).await?;
        Ok(rows.into_iter().map(views::region).collect())
    }

    async fn region_history(&self, code: &RegionCode) -> Answer<Option<view::RegionHistory>> {
        let code = code.clone();
        self.answer(move |s| standing::region(s, &code)).await
    }

    async fn member_history(&self, id: MemberId) -> Answer<Option<view::MemberHistory>> {
        self.answer(move |s| standing::member(s, &id)).await
    }

    async fn suspension_preview(
        &self,
        authority: MemberId,
        at: Option<BlockTime>,
        page: Paging<MemberId>,
    ) -> Answer<Option<view::SuspensionPreview>> {
        let at = at.unwrap_or_else(|| self.now());
        self.answer(move |s| standing::preview(s, &authority, at, &page)).await
    }

    async fn key(&self, key: PublicKey) -> Answer<Option<view::Key>> {
        let row = self.answer(move |s| s.model.key(&key)).await?;
        Ok(row.as_ref().map(views::key))
    }

    async fn is_valid_key(&self, member: MemberId, key: PublicKey) -> Answer<bool> {
        self.look(move |view, context| {
            let bound = identity::query::binding(view, &key)
                .is_some_and(|binding| binding.member == member && binding.is_business() && binding.is_valid(context));
            bound && identity::query::live_member(view, &member).is_some()
        })
        .await
    }

    async fn registers(&self, page: Paging<RegisterId>) -> Answer<Vec<view::Register>> {
        let rows = self.answer(move |s| s.model.registers(page.after.as_ref(), page.limit)).await?;
        Ok(rows.iter().map(views::register).collect())
    }

    async fn register(&self, id: &RegisterId) -> Answer<Option<view::RegisterDetail>> {
        let id = id.clone();
        self.answer(move |s| {
            let Some(row) = s.model.register(&id)? else { return Ok(None) };
            let periods = s.model.periods(&id)?;
            Ok::<_, model::ReadModelError>(Some(views::register_detail(&row, &periods)))
        })
        .await
    }

    async fn records(&self, filter: &RecordFilter, page: Paging<RecordId>) -> Answer<Vec<view::RecordSummary>> {
        let filter = model::RecordFilter {
            register: filter.register.clone(),
            period: filter.period,
            region: filter.region.clone(),
            subject: None,
            assurance: filter.assurance,
        };
        let rows = self.answer(move |s| s.model.records(&filter, page.after, page.limit)).await?;
        Ok(rows.iter().map(views::record_summary).collect())
    }

    async fn record(&self, id: RecordId) -> Answer<Option<view::Record>> {
        self.answer(move |s| {
            let Some(row) = s.model.record(&id)? else { return Ok(None) };
            let mut versions = Vec::new();
            for version in s.model.versions(&id)? {
                let place = version.filed.place;
                let carrier = s.model.transaction_at(place.height, place.entry)?;
                versions.extend(carrier.map(|carrier| views::record_version(&version, carrier.id)));
            }
            Ok::<_, model::ReadModelError>(Some(view::Record { summary: views::record_summary(&row), versions }))
        })
        .await
    }

    async fn figures(&self, filter: &FigureFilter, page: Paging<FigureId>) -> Answer<Vec<view::Figure>> {
        let filter = filter.clone();
        self.answer(move |s| {
            let after = page.after.as_ref().map(figure_key);
            let figures = s.model.figures(filter.register.as_ref(), filter.period, after.as_ref(), page.limit)?;
            views::figures(s, &figures)
        })
        .await
    }

    async fn figure_history(&self, figure: &FigureId) -> Answer<Vec<view::Figure>> {
        let key = figure_key(figure);
        self.answer(move |s| {
            let figures = s.model.figure_history(&key)?;
            views::figures(s, &figures)
        })
        .await
    }

    async fn aggregate(&self, figure: &FigureId) -> Answer<Option<view::Aggregate>> {
        let id = chancery_statistics::record::AggregateId {
            register: figure.register.clone(),
            period: figure.period,
            region: figure.region.clone(),
        };
        let asked = id.clone();
        let found = self
            .look(move |view, _| {
                let aggregate = chancery_statistics::query::aggregate(view, &asked);
                let structure = chancery_statistics::query::structure(view, &asked.register);
                aggregate.zip(structure)
            })
            .await?;
        Ok(found.map(|(aggregate, structure)| views::aggregate(&id, &aggregate, &structure)))
    }

    async fn events(&self, after: Option<EventPlace>, limit: usize) -> Answer<Vec<PlacedEvent>> {
        self.answer(move |s| {
            let mut events = Vec::new();
            // Genesis is no block of the archive: a stream from `0.0.0` begins with the first.
            let mut height = after.map_or(Height(1), |after| after.height.max(Height(1)));
            let last = s.archive.latest();
            while height <= last && events.len() < limit {
                let block = s.archive.block(height)?;
                events
                    .extend(views::placed_events(&block).filter(|event| after.is_none_or(|after| event.place > after)));
                height = height.next();
            }
            events.truncate(limit);
            Ok::<_, ArchiveError>(events)
        })
        .await
    }

    fn height(&self) -> Height {
        self.machine.tip().borrow().height
    }

    async fn wait_above(&self, height: Height) {
        // An error means that the node stops; the caller looks at the height either way.
        let _ = self.machine.tip().wait_for(|tip| tip.height > height).await;
    }

    async fn sign_intake(&self, filing: Digest, filer: MemberId) -> Answer<SignedIntake> {
        let validator = Services::node_key(self);
        if !self.validators.iter().any(|one| one.key == validator) {
            return Err(BackendError::Refused(InterfaceRejection::NotValidator.code()));
        }
        let statement = IntakeStatement { network: self.network, filing, filer, received: Services::now(self) };
        let signature = self.signer.sign(Purpose::Intake, &self.network, &to_bytes(&statement));
        Ok(SignedIntake { statement, validator, signature })
    }

    async fn keep_opening(&self, handover: Handover) -> Answer<StorageReceipt> {
        self.keep_in_vault(handover).await
    }

    async fn opening(&self, digest: Digest) -> Answer<Option<KeptOpening>> {
        self.opening_in_vault(digest).await
    }
}
