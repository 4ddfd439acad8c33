//! The HTTP interface, typed.
//!
//! A [`Client`] knows one or more nodes of one network. It stays with one node as long as that one answers, so that
//! what was written can be read back, and goes on to the next when it does not. Being told to slow down (429) is no
//! error: the client waits as long as it is told and tries again.

mod batch;
mod events;
mod handover;
mod messages;
mod read;
mod state;
mod submit;

pub use batch::{BATCH_TRANSACTIONS_MAX, Batch};
pub use chancery_api::view::BatchEntry;
pub use events::{EventStream, FinalityStream};
pub use handover::SessionToken;
pub use submit::Finalised;

use crate::error::{ClientError, Problem};
use chancery_api::view;
use chancery_types::ids::NetworkId;
use chancery_types::time::BlockTime;
use reqwest::{Method, Response, StatusCode, header};
use serde::de::DeserializeOwned;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How long a request may take beyond what it asks the node to wait.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// How often a request that was told to slow down is tried again.
const SLOWED_MAX: u32 = 200;
/// How often all nodes are tried before they count as unreachable.
const ROUNDS_MAX: u32 = 3;
/// The most bytes of an answer.
const ANSWER_BYTES_MAX: usize = 64 * 1024 * 1024;

/// A client of one network's nodes.
#[derive(Debug)]
pub struct Client {
    http: reqwest::Client,
    nodes: Vec<String>,
    /// The node that answered last.
    current: AtomicUsize,
    network: view::Network,
}

/// A request, as it is repeated at one node after another.
#[derive(Clone, Debug)]
struct Request<'a> {
    method: Method,
    path: &'a str,
    body: Option<(&'static str, &'a [u8])>,
    accept: Option<&'static str>,
    bearer: Option<&'a str>,
    timeout: Duration,
}

impl<'a> Request<'a> {
    const fn get(path: &'a str) -> Self {
        Self { method: Method::GET, path, body: None, accept: None, bearer: None, timeout: REQUEST_TIMEOUT }
    }

    fn post(path: &'a str, media_type: &'static str, body: &'a [u8]) -> Self {
        Self { method: Method::POST, body: Some((media_type, body)), ..Self::get(path) }
    }
}

const CBOR: &str = "application/cbor";
const OCTETS: &str = "application/octet-stream";

impl Client {
    /// Connects: asks the nodes, in turn, which network they belong to.
    ///
    /// # Errors
    /// If an address is none, or no node answers.
    pub async fn connect(nodes: &[String]) -> Result<Self, ClientError> {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .no_proxy()
            .build()
            .map_err(|error| ClientError::Unreachable { nodes: nodes.join(", "), cause: error.to_string() })?;
        let nodes = nodes.iter().map(|node| address(node)).collect::<Result<Vec<_>, _>>()?;
        if nodes.is_empty() {
            return Err(ClientError::Address(String::new()));
        }
        let current = AtomicUsize::new(0);
        let answer = exchange(&http, &nodes, &current, &Request::get("/api/v1/network")).await?;
        let network = json("/api/v1/network", answer).await?;
        Ok(Self { http, nodes, current, network })
    }

    /// The same client, beginning with another of its nodes: several of them share the work among the nodes.
    #[must_use]
    pub fn beginning_with(&self, node: usize) -> Self {
        let mut nodes = self.nodes.clone();
        nodes.rotate_left(node % self.nodes.len().max(1));
        Self { http: self.http.clone(), nodes, current: AtomicUsize::new(0), network: self.network.clone() }
    }

    /// The same client, confined to one of its nodes.
    #[must_use]
    pub fn only(&self, node: usize) -> Self {
        let mut client = self.beginning_with(node);
        client.nodes.truncate(1);
        client
    }

    /// The network's public identity.
    pub fn network_id(&self) -> NetworkId {
        self.network.id
    }

    /// The network as it was at the time of connecting.
    pub const fn founded_network(&self) -> &view::Network {
        &self.network
    }

    /// The addresses of the nodes.
    pub fn nodes(&self) -> &[String] {
        &self.nodes
    }

    /// The network's time by this machine's clock: the world's, or faster where the network's clock is accelerated.
    pub fn now(&self) -> BlockTime {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let wall = u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX);
        let founded = self.network.founded.ms;
        let elapsed = wall.saturating_sub(founded).saturating_mul(u64::from(self.network.clock_factor.max(1)));
        BlockTime(founded.saturating_add(elapsed))
    }

    /// The node that answered last.
    fn current_node(&self) -> &str {
        let at = self.current.load(Ordering::Relaxed) % self.nodes.len().max(1);
        self.nodes.get(at).map_or("", String::as_str)
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        json(path, self.exchange(&Request::get(path)).await?).await
    }

    async fn get_bytes(&self, path: &str) -> Result<Vec<u8>, ClientError> {
        body(path, self.exchange(&Request::get(path)).await?).await
    }

    async fn exchange(&self, request: &Request<'_>) -> Result<Response, ClientError> {
        exchange(&self.http, &self.nodes, &self.current, request).await
    }
}

/// An address without a slash at its end.
fn address(text: &str) -> Result<String, ClientError> {
    let url = reqwest::Url::parse(text).map_err(|_| ClientError::Address(text.to_owned()))?;
    let plain = url.scheme() == "http" && url.has_host() && url.query().is_none();
    let text = url.as_str().trim_end_matches('/').to_owned();
    if plain { Ok(text) } else { Err(ClientError::Address(text)) }
}

/// Sends a request until a node answers it, for good or ill.
async fn exchange(
    http: &reqwest::Client,
    nodes: &[String],
    current: &AtomicUsize,
    request: &Request<'_>,
) -> Result<Response, ClientError> {
    let (mut slowed, mut cause) = (0, String::new());
    let attempts = ROUNDS_MAX.saturating_mul(u32::try_from(nodes.len()).unwrap_or(u32::MAX));
    let mut failed = 0;
    while failed < attempts {
        let at = current.load(Ordering::Relaxed) % nodes.len().max(1);
        let Some(node) = nodes.get(at) else { break };
        match send(http, node, request).await {
            Ok(response) if response.status() == StatusCode::TOO_MANY_REQUESTS && slowed < SLOWED_MAX => {
                slowed += 1;
                tokio::time::sleep(retry_after(&response)).await;
                continue;
            }
            Ok(response) if response.status().is_success() => return Ok(response),
            Ok(response) if !passing(response.status()) => return Err(problem(request.path, response).await),
            Ok(response) => cause = format!("{node} answered {}", problem(request.path, response).await),
            Err(error) => cause = plain_cause(&error),
        }
        failed += 1;
        // Another node may know better; if someone moved on already, stay with theirs.
        let next = (at + 1) % nodes.len().max(1);
        let _ = current.compare_exchange(at, next, Ordering::Relaxed, Ordering::Relaxed);
        if next == 0 {
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }
    Err(ClientError::Unreachable { nodes: nodes.join(", "), cause })
}

/// Whether another node, or the same one later, may answer otherwise.
const fn passing(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT
            | StatusCode::INTERNAL_SERVER_ERROR
            | StatusCode::TOO_MANY_REQUESTS
    )
}

async fn send(http: &reqwest::Client, node: &str, request: &Request<'_>) -> Result<Response, reqwest::Error> {
    let mut builder = http.request(request.method.clone(), format!("{node}{}", request.path)).timeout(request.timeout);
    if let Some((media_type, body)) = request.body {
        builder = builder.header(header::CONTENT_TYPE, media_type).body(body.to_vec());
    }
    if let Some(media_type) = request.accept {
        builder = builder.header(header::ACCEPT, media_type);
    }
    if let Some(token) = request.bearer {
        builder = builder.bearer_auth(token);
    }
    builder.send().await
}

/// The innermost cause: what the operating system said.
fn plain_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

fn retry_after(response: &Response) -> Duration {
    let seconds = response.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    // The header knows whole seconds only; "0" and an absent one mean soon.
    match seconds {
        None | Some(0) => Duration::from_millis(100),
        Some(seconds) => Duration::from_secs(u64::min(seconds, 30)),
    }
}

async fn problem(path: &str, response: Response) -> ClientError {
    let status = response.status().as_u16();
    let Ok(bytes) = body(path, response).await else {
        return ClientError::Answer { request: path.to_owned(), cause: format!("HTTP status {status}") };
    };
    match serde_json::from_slice::<Problem>(&bytes) {
        Ok(problem) => ClientError::Refused(Problem { status, ..problem }),
        Err(_) => ClientError::Answer { request: path.to_owned(), cause: format!("HTTP status {status}") },
    }
}

async fn json<T: DeserializeOwned>(path: &str, response: Response) -> Result<T, ClientError> {
    let bytes = body(path, response).await?;
    serde_json::from_slice(&bytes)
        .map_err(|error| ClientError::Answer { request: path.to_owned(), cause: error.to_string() })
}

async fn body(path: &str, mut response: Response) -> Result<Vec<u8>, ClientError> {
    let unreadable = |cause: String| ClientError::Answer { request: path.to_owned(), cause };
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| unreadable(plain_cause(&error)))? {
        if bytes.len() + chunk.len() > ANSWER_BYTES_MAX {
            return Err(unreadable(format!("longer than {ANSWER_BYTES_MAX} bytes")));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests;
