//! Sessions, sealed openings, and validators' words about filings.

use super::{CBOR, Client, OCTETS, Request, body, json};
use crate::error::ClientError;
use crate::signing::Signer;
use chancery_api::view;
use chancery_crypto::signature::{Purpose, verify};
use chancery_types::code::{RegionCode, RegisterId};
use chancery_types::encoding::{from_bytes, to_bytes};
use chancery_types::hash::Digest;
use chancery_types::ids::{MemberId, RecordId};
use chancery_types::intake::{IntakeClaim, IntakeRequest, SignedIntake};
use chancery_types::period::Period;
use chancery_types::storage_receipt::StorageReceipt;
use rand_core::CryptoRng;
use std::collections::BTreeMap;

/// A session at the node that gave it.
#[derive(Clone)]
pub struct SessionToken(String);

impl std::fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionToken(secret)")
    }
}

impl Client {
    /// Opens a session at the current node for reading what is not public. The client should know that node only.
    ///
    /// # Errors
    /// As every request; refused if the key is not a valid key of the member.
    pub async fn open_session(&self, signer: &Signer, rng: &mut impl CryptoRng) -> Result<SessionToken, ClientError> {
        let node = self.network().await?.node;
        let statement = to_bytes(&signer.session(node, self.now(), rng));
        let path = "/api/v1/sessions";
        let session: view::Session = json(path, self.exchange(&Request::post(path, CBOR, &statement)).await?).await?;
        Ok(SessionToken(session.token))
    }

    /// Hands sealed openings over to the authority's node and gives its receipt.
    ///
    /// # Errors
    /// As every request; refused if the node keeps no vault for the register's authority.
    pub async fn hand_over(
        &self,
        session: &SessionToken,
        filer: MemberId,
        register: &RegisterId,
        record: RecordId,
        sealed: &[u8],
    ) -> Result<StorageReceipt, ClientError> {
        let path = format!("/api/v1/openings?register={register}&record={record}&filer={filer}");
        let mut request = Request::post(&path, OCTETS, sealed);
        request.bearer = Some(&session.0);
        let bytes = body(&path, self.exchange(&request).await?).await?;
        from_bytes(&bytes).map_err(|error| ClientError::Answer { request: path, cause: error.to_string() })
    }

    /// Sealed openings by their hash; for the authority that they are sealed to.
    ///
    /// # Errors
    /// As every request.
    pub async fn opening(&self, session: &SessionToken, digest: Digest) -> Result<Vec<u8>, ClientError> {
        let path = format!("/api/v1/openings/{digest}");
        let mut request = Request::get(&path);
        request.bearer = Some(&session.0);
        body(&path, self.exchange(&request).await?).await
    }

    /// The running totals of a region: public for an open register; otherwise for the supervising authority only.
    ///
    /// # Errors
    /// As every request.
    pub async fn aggregate(
        &self,
        session: Option<&SessionToken>,
        register: &RegisterId,
        period: Period,
        region: &RegionCode,
    ) -> Result<view::Aggregate, ClientError> {
        let path = format!("/api/v1/aggregates/{register}/{period}/{region}");
        let mut request = Request::get(&path);
        request.bearer = session.map(|session| session.0.as_str());
        json(&path, self.exchange(&request).await?).await
    }

    /// Collects the signed words of validators that a filing arrived, until f + 1 different ones have spoken. Each
    /// node is asked once; one that is silent or whose word does not hold is passed over.
    ///
    /// # Errors
    /// [`ClientError::Unreachable`] if too few validators gave their word.
    pub async fn intake(&self, signer: &Signer, filing: Digest) -> Result<Vec<SignedIntake>, ClientError> {
        let claim = to_bytes(&IntakeClaim { filing, filer: signer.member });
        let signature = signer.key.sign(Purpose::Intake, &signer.network, &claim);
        let asked = IntakeRequest { filing, filer: signer.member, key: signer.key.public_key(), signature };
        let bytes = to_bytes(&asked);
        let wanted = usize::try_from(self.network.faults_max).unwrap_or(usize::MAX).saturating_add(1);
        let mut words = BTreeMap::new();
        for node in &self.nodes {
            if let Ok(word) = self.word_of(node, &bytes).await
                && self.holds(&word, signer, filing)
            {
                words.insert(word.validator, word);
            }
            if words.len() == wanted {
                return Ok(words.into_values().collect());
            }
        }
        let cause = format!("{} validators gave their word, {wanted} are needed", words.len());
        Err(ClientError::Unreachable { nodes: self.nodes.join(", "), cause })
    }

    async fn word_of(&self, node: &str, request: &[u8]) -> Result<SignedIntake, ClientError> {
        let path = "/api/v1/intake";
        let current = std::sync::atomic::AtomicUsize::new(0);
        let nodes = [node.to_owned()];
        let response = super::exchange(&self.http, &nodes, &current, &Request::post(path, CBOR, request)).await?;
        let bytes = body(path, response).await?;
        from_bytes(&bytes).map_err(|error| ClientError::Answer { request: path.to_owned(), cause: error.to_string() })
    }

    /// Whether a word is one of this network's validators about this very filing.
    fn holds(&self, word: &SignedIntake, signer: &Signer, filing: Digest) -> bool {
        let said = &word.statement;
        let about = said.network == signer.network && said.filing == filing && said.filer == signer.member;
        let signed =
            verify(Purpose::Intake, &signer.network, &to_bytes(said), &word.validator, &word.signature).is_ok();
        about && signed && self.network.validators.contains(&word.validator)
    }
}
