//! Reading: lists are read page by page to their end.

use super::{Client, Request, json, plain_cause, problem, send};
use crate::error::ClientError;
use chancery_api::view;
use chancery_types::code::{RegionCode, RegisterId};
use chancery_types::ids::{MemberId, RecordId, TransactionId, Version};
use chancery_types::key::PublicKey;
use chancery_types::member::MemberKind;
use chancery_types::period::Period;
use chancery_types::record::Assurance;
use chancery_types::time::BlockTime;
use serde::de::DeserializeOwned;

/// How many items are asked for at once.
const PAGE_ITEMS: usize = 1_000;
/// The most pages that are read of one list.
const PAGES_MAX: usize = 10_000;

impl Client {
    /// The network now.
    ///
    /// # Errors
    /// As every request: unreachable, refused, or an answer that cannot be read.
    pub async fn network(&self) -> Result<view::Network, ClientError> {
        self.get("/api/v1/network").await
    }

    /// The other nodes as the asked one sees them.
    ///
    /// # Errors
    /// As every request.
    pub async fn peers(&self) -> Result<Vec<view::Peer>, ClientError> {
        self.get("/api/v1/network/peers").await
    }

    /// Whether the current node can serve, with what stands in the way if it cannot.
    ///
    /// # Errors
    /// As every request. A node that answers that it is not ready has answered.
    pub async fn readiness(&self) -> Result<view::Readiness, ClientError> {
        let path = "/readyz";
        let node = self.current_node();
        let answered = send(&self.http, node, &Request::get(path)).await;
        let response = answered
            .map_err(|error| ClientError::Unreachable { nodes: node.to_owned(), cause: plain_cause(&error) })?;
        if response.status().is_success() {
            return json(path, response).await;
        }
        match problem(path, response).await {
            ClientError::Refused(problem) if problem.status == 503 => {
                Ok(view::Readiness { ready: false, height: self.network.height, reasons: vec![problem.detail] })
            }
            error => Err(error),
        }
    }

    /// What the current node measures about itself, in the Prometheus text format.
    ///
    /// # Errors
    /// As every request.
    pub async fn metrics(&self) -> Result<String, ClientError> {
        let bytes = self.get_bytes("/metrics").await?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Every refusal by number.
    ///
    /// # Errors
    /// As every request.
    pub async fn refusals(&self) -> Result<Vec<view::Refusal>, ClientError> {
        self.get("/api/v1/refusals").await
    }

    /// A transaction and what became of it.
    ///
    /// # Errors
    /// As every request.
    pub async fn transaction(&self, id: TransactionId) -> Result<view::Transaction, ClientError> {
        self.get(&format!("/api/v1/transactions/{id}")).await
    }

    /// The latest blocks.
    ///
    /// # Errors
    /// As every request.
    pub async fn blocks(&self, limit: usize) -> Result<Vec<view::BlockSummary>, ClientError> {
        self.get(&format!("/api/v1/blocks?limit={limit}")).await
    }

    /// All members of a kind.
    ///
    /// # Errors
    /// As every request.
    pub async fn members(&self, kind: Option<MemberKind>) -> Result<Vec<view::MemberSummary>, ClientError> {
        let filter = kind.map(|kind| ("kind", kind_text(kind)));
        self.pages("/api/v1/members", filter.as_slice()).await
    }

    /// A member.
    ///
    /// # Errors
    /// As every request.
    pub async fn member(&self, id: MemberId) -> Result<view::Member, ClientError> {
        self.get(&format!("/api/v1/members/{id}")).await
    }

    /// All authorities.
    ///
    /// # Errors
    /// As every request.
    pub async fn authorities(&self) -> Result<Vec<view::Authority>, ClientError> {
        self.pages("/api/v1/authorities", &[]).await
    }

    /// All regions.
    ///
    /// # Errors
    /// As every request.
    pub async fn regions(&self) -> Result<Vec<view::Region>, ClientError> {
        self.pages("/api/v1/regions", &[]).await
    }

    /// A region with what it was called and has become.
    ///
    /// # Errors
    /// As every request.
    pub async fn region(&self, code: &RegionCode) -> Result<view::RegionHistory, ClientError> {
        self.get(&format!("/api/v1/regions/{code}")).await
    }

    /// What a member was called and has become, how it was identified, and on whose word it stands.
    ///
    /// # Errors
    /// As every request.
    pub async fn member_history(&self, id: MemberId) -> Result<view::MemberHistory, ClientError> {
        self.get(&format!("/api/v1/members/{id}/history")).await
    }

    /// Whom a suspension of an authority that is in force at a time, or now, would touch: the members after an id, at
    /// most a thousand.
    ///
    /// # Errors
    /// As every request.
    pub async fn suspension_preview(
        &self,
        authority: MemberId,
        at: Option<BlockTime>,
        after: Option<&str>,
    ) -> Result<view::SuspensionPreview, ClientError> {
        let at = at.map(|time| format!("&at={}", time.0)).unwrap_or_default();
        let after = after.map(|id| format!("&after={id}")).unwrap_or_default();
        self.get(&format!("/api/v1/authorities/{authority}/suspension?limit={PAGE_ITEMS}{at}{after}")).await
    }

    /// Whose a key is.
    ///
    /// # Errors
    /// As every request.
    pub async fn key(&self, key: PublicKey) -> Result<view::Key, ClientError> {
        self.get(&format!("/api/v1/keys/{key}")).await
    }

    /// All registers.
    ///
    /// # Errors
    /// As every request.
    pub async fn registers(&self) -> Result<Vec<view::Register>, ClientError> {
        self.pages("/api/v1/registers", &[]).await
    }

    /// A register with its structure and periods.
    ///
    /// # Errors
    /// As every request.
    pub async fn register(&self, id: &RegisterId) -> Result<view::RegisterDetail, ClientError> {
        self.get(&format!("/api/v1/registers/{id}")).await
    }

    /// All records of a register and period, known so well.
    ///
    /// # Errors
    /// As every request.
    pub async fn records(
        &self,
        register: &RegisterId,
        period: Period,
        assurance: Option<Assurance>,
    ) -> Result<Vec<view::RecordSummary>, ClientError> {
        let mut filter = vec![("register", register.to_string()), ("period", period.to_string())];
        filter.extend(assurance.map(|assurance| ("assurance", assurance_text(assurance))));
        self.pages("/api/v1/records", &filter).await
    }

    /// A record with its versions.
    ///
    /// # Errors
    /// As every request.
    pub async fn record(&self, id: RecordId) -> Result<view::Record, ClientError> {
        self.get(&format!("/api/v1/records/{id}")).await
    }

    /// The latest publication of each figure of a register and period.
    ///
    /// # Errors
    /// As every request.
    pub async fn figures(&self, register: &RegisterId, period: Period) -> Result<Vec<view::Figure>, ClientError> {
        self.pages("/api/v1/figures", &[("register", register.to_string()), ("period", period.to_string())]).await
    }

    /// Every publication of one figure, the latest first.
    ///
    /// # Errors
    /// As every request.
    pub async fn figure(
        &self,
        register: &RegisterId,
        period: Period,
        region: &RegionCode,
    ) -> Result<Vec<view::Figure>, ClientError> {
        let history: view::FigureHistory = self.get(&format!("/api/v1/figures/{register}/{period}/{region}")).await?;
        Ok(history.publications)
    }

    /// The receipt of a transaction, accepted or rejected.
    ///
    /// # Errors
    /// As every request.
    pub async fn transaction_receipt(&self, id: TransactionId) -> Result<Vec<u8>, ClientError> {
        self.get_bytes(&format!("/api/v1/receipts/transactions/{id}")).await
    }

    /// The receipt of a record's version.
    ///
    /// # Errors
    /// As every request.
    pub async fn record_receipt(&self, id: RecordId, version: Version) -> Result<Vec<u8>, ClientError> {
        self.get_bytes(&format!("/api/v1/receipts/records/{id}/{version}")).await
    }

    /// The receipt of a published figure.
    ///
    /// # Errors
    /// As every request.
    pub async fn figure_receipt(
        &self,
        register: &RegisterId,
        period: Period,
        region: &RegionCode,
        sequence: u32,
    ) -> Result<Vec<u8>, ClientError> {
        self.get_bytes(&format!("/api/v1/receipts/figures/{register}/{period}/{region}/{sequence}")).await
    }

    /// A list to its end.
    async fn pages<T: DeserializeOwned>(&self, path: &str, filter: &[(&str, String)]) -> Result<Vec<T>, ClientError> {
        let filter: String = filter.iter().map(|(name, value)| format!("&{name}={value}")).collect();
        let mut items = Vec::new();
        let mut after = String::new();
        for _ in 0..PAGES_MAX {
            let page: view::Page<T> = self.get(&format!("{path}?limit={PAGE_ITEMS}{filter}{after}")).await?;
            items.extend(page.items);
            match page.next {
                Some(next) => after = format!("&after={next}"),
                None => return Ok(items),
            }
        }
        Err(ClientError::Answer { request: path.to_owned(), cause: format!("more than {PAGES_MAX} pages") })
    }
}

/// The spelling that the interface uses in its own views.
fn kind_text(kind: MemberKind) -> String {
    let text = match kind {
        MemberKind::Authority => "authority",
        MemberKind::Organisation => "organisation",
        MemberKind::Person => "person",
        MemberKind::Device => "device",
        MemberKind::Node => "node",
    };
    text.to_owned()
}

fn assurance_text(assurance: Assurance) -> String {
    let text = match assurance {
        Assurance::Filed => "filed",
        Assurance::Accepted => "accepted",
        Assurance::Refused => "refused",
    };
    text.to_owned()
}
