//! Values of the state with their proofs, and clients that speak from different addresses of this machine.

use super::{CONNECT_TIMEOUT, Client};
use crate::error::ClientError;
use chancery_api::view;
use chancery_types::ids::StateKey;
use std::net::IpAddr;
use std::sync::atomic::AtomicUsize;

impl Client {
    /// A value of the state, or its absence, with a proof at the latest final height. It is not checked here.
    ///
    /// # Errors
    /// As every request.
    pub async fn state(&self, key: &StateKey) -> Result<view::StateProof, ClientError> {
        self.get(&format!("/api/v1/state/{key}")).await
    }

    /// The same client with connections of its own, from another of this machine's addresses: a node bounds what it
    /// does for one address.
    ///
    /// # Errors
    /// If this machine has no such address, the first request fails.
    pub fn speaking_from(&self, address: IpAddr) -> Result<Self, ClientError> {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .no_proxy()
            .local_address(address)
            .build()
            .map_err(|error| ClientError::Unreachable { nodes: self.nodes.join(", "), cause: error.to_string() })?;
        Ok(Self { http, nodes: self.nodes.clone(), current: AtomicUsize::new(0), network: self.network.clone() })
    }
}
