//! What the pages show: [`Services`] as the portal's [`Source`].
//!
//! - [`network`], [`blocks`], [`refusals`]: the ledger itself
//! - [`registers`], [`records`], [`figures`]: what was filed and what was published from it
//! - [`authorities`], [`members`]: who may do what
//! - [`find`], [`check`]: finding a page; the verifier for those who have only a browser
//! - [`cells`], [`words`]: how values and kinds are named
//!
//! Promises: each page is written from one [`Desk`] on a thread that may wait for the disk; every list has a bound.
//! Does not promise: proof. What a page shows is proved by the receipt that it links to.

mod authorities;
mod blocks;
mod cells;
mod check;
mod figures;
mod find;
mod members;
mod network;
mod records;
mod refusals;
mod registers;
#[cfg(test)]
mod tests;
mod words;

use crate::services::{Services, ValidatorName};
use async_trait::async_trait;
use chancery_ledger::rejection::RejectionText;
use chancery_portal::view::{
    Authority, AuthorityLine, Block, BlockSummary, CheckResult, Figure, FigureSummary, Found, Member, MemberLink,
    Network, NetworkState, Record, Refusal, RefusalText, Region, Register, RegisterSummary, Stamp, Text, Transaction,
    TransactionSummary,
};
use chancery_portal::{Answer, Language, Source, SourceError};
use chancery_readmodel::{Place, ReadModel, ReadModelError};
use chancery_types::code::RegionCode;
use chancery_types::ids::{ApplicationId, Height, MemberId, NetworkId};
use chancery_types::network::NetworkIdentity;
use chancery_types::rejection::RejectionCode;
use chancery_types::time::BlockTime;
use network::Seen;
use words::as_filed;

/// The answer of the read model.
type Read<T> = Result<T, ReadModelError>;

/// What the pages are written from: the read model and what the node knows about the network.
struct Desk<'a> {
    model: &'a ReadModel,
    identity: &'a NetworkIdentity,
    network: NetworkId,
    validators: &'a [ValidatorName],
    applications: &'a [(ApplicationId, &'static str)],
    refusals: &'a [RejectionText],
}

impl<'a> From<&'a Services> for Desk<'a> {
    fn from(services: &'a Services) -> Self {
        Self {
            model: &services.model,
            identity: &services.identity,
            network: services.network,
            validators: &services.validators,
            applications: &services.applications,
            refusals: &services.refusals,
        }
    }
}

impl Desk<'_> {
    /// How many validators must sign.
    fn quorum(&self) -> u32 {
        count(self.identity.validators.len().saturating_sub(self.identity.faults_max()))
    }

    /// A member by name. A person or device has none on the ledger and is called by its kind and the first digits of
    /// its id.
    fn link(&self, id: &MemberId) -> Read<MemberLink> {
        let member = self.model.member(id)?;
        Ok(MemberLink { id: id.to_string(), name: words::member_name(id, member.as_ref().map(|row| &row.member)) })
    }

    /// A region by name.
    fn region(&self, code: &RegionCode) -> Read<Region> {
        let name = self.model.region(code)?.map_or_else(|| code.to_string(), |region| region.name);
        Ok(Region { code: code.to_string(), name: as_filed(name) })
    }
}

fn time_ms(time: BlockTime) -> i64 {
    i64::try_from(time.0).unwrap_or(i64::MAX)
}

fn stamp((height, time): (Height, BlockTime)) -> Stamp {
    Stamp { height: height.0, time_ms: time_ms(time) }
}

fn stamp_of(place: &Place) -> Stamp {
    stamp((place.height, place.time))
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A refusal's number as printed.
fn number(code: Option<RejectionCode>) -> String {
    code.map(|code| code.to_string()).unwrap_or_default()
}

impl Services {
    async fn at_desk<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Desk<'_>) -> Read<T> + Send + 'static,
    ) -> Answer<T> {
        self.ask(|services| question(&Desk::from(services))).await.map_err(|_| SourceError::Unavailable)
    }

    fn seen(&self) -> Seen {
        Seen {
            here: self.node_key(),
            tip: self.engine.tip(),
            peers: self.engine.peers(),
            now: self.now(),
            waiting: self.machine.waiting().0,
            idle_interval: self.idle_interval,
        }
    }
}

/// An id from an address; nothing stands under one that is not written as ids are.
macro_rules! parsed {
    ($text:expr) => {
        match $text.parse() {
            Ok(value) => value,
            Err(_) => return Ok(None),
        }
    };
}

/// A cursor that a list gave out, or none.
fn cursor<T: std::str::FromStr>(after: Option<&str>) -> Answer<Option<T>> {
    after.map(str::parse).transpose().map_err(|_| SourceError::BadQuestion)
}

#[async_trait]
impl Source for Services {
    async fn state(&self) -> Answer<NetworkState> {
        let tip = self.engine.tip();
        self.at_desk(move |desk| desk.state(&tip)).await
    }

    async fn network(&self) -> Answer<Network> {
        let seen = self.seen();
        self.at_desk(move |desk| desk.network(&seen)).await
    }

    async fn blocks(&self, before: Option<u64>, limit: usize) -> Answer<Vec<BlockSummary>> {
        self.at_desk(move |desk| desk.blocks(before.map(Height), limit)).await
    }

    async fn block(&self, height: u64, after: Option<&str>, limit: usize) -> Answer<Option<Block>> {
        let from = cursor(after)?.unwrap_or(0);
        self.at_desk(move |desk| desk.block(Height(height), from, limit)).await
    }

    async fn transaction(&self, id: &str) -> Answer<Option<Transaction>> {
        let id = parsed!(id);
        self.at_desk(move |desk| desk.transaction(&id)).await
    }

    async fn record(&self, id: &str) -> Answer<Option<Record>> {
        let id = parsed!(id);
        self.at_desk(move |desk| desk.record(&id)).await
    }

    async fn registers(&self) -> Answer<Vec<RegisterSummary>> {
        self.at_desk(|desk| desk.registers()).await
    }

    async fn register(&self, id: &str) -> Answer<Option<Register>> {
        let id = parsed!(id);
        self.at_desk(move |desk| desk.register(&id)).await
    }

    async fn authorities(&self) -> Answer<Vec<AuthorityLine>> {
        self.at_desk(|desk| desk.authorities()).await
    }

    async fn authority(&self, id: &str, after: Option<&str>, limit: usize) -> Answer<Option<Authority>> {
        let id = parsed!(id);
        let after = cursor(after)?;
        self.at_desk(move |desk| desk.authority(&id, after, limit)).await
    }

    async fn member(&self, id: &str) -> Answer<Option<Member>> {
        let id = parsed!(id);
        let now = self.now();
        self.at_desk(move |desk| desk.member(&id, now)).await
    }

    async fn figures(&self) -> Answer<Vec<FigureSummary>> {
        self.at_desk(|desk| desk.figures()).await
    }

    async fn figure(&self, flow: &str, period: &str, region: Option<&str>) -> Answer<Option<Figure>> {
        let (register, period) = (parsed!(flow), parsed!(period));
        let region = match region {
            Some(code) => Some(parsed!(code)),
            None => None,
        };
        self.at_desk(move |desk| desk.figure(&register, period, region)).await
    }

    fn refusal_text(&self, number: &str) -> Option<RefusalText> {
        let code = number.parse().ok()?;
        let text = Desk::from(self).refusal_words(code)?;
        Some(RefusalText { cause: Text::new("en", text.cause), remedy: Text::new("en", text.remedy) })
    }

    async fn refusals(&self) -> Answer<Vec<Refusal>> {
        self.at_desk(|desk| desk.refusals()).await
    }

    async fn refusal(&self, number: &str, limit: usize) -> Answer<Option<Refusal>> {
        let code = parsed!(number);
        self.at_desk(move |desk| desk.refusal(code, limit)).await
    }

    async fn refused_publications(&self, limit: usize) -> Answer<Vec<TransactionSummary>> {
        self.at_desk(move |desk| desk.refused_publications(limit)).await
    }

    async fn find(&self, query: &str, limit: usize) -> Answer<Found> {
        let query = query.to_owned();
        self.at_desk(move |desk| desk.find(&query, limit)).await
    }

    async fn check_receipt(&self, receipt: &[u8], _language: Language) -> Answer<CheckResult> {
        // The verifier speaks English; what it says is marked so, and the reason of a refusal stands in both languages.
        let receipt = receipt.to_vec();
        self.at_desk(move |desk| desk.check(&receipt)).await
    }
}
