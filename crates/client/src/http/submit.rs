//! Sending a transaction and waiting until it is final.

use super::{CBOR, Client, REQUEST_TIMEOUT, Request, json};
use crate::error::{ClientError, Problem};
use crate::signing::SignedTransaction;
use chancery_api::view;
use chancery_types::ids::{Height, TransactionId};
use std::time::Duration;

/// How long a node is asked to wait for finality.
const WAIT_MS: u64 = 10_000;

/// A transaction that is final.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finalised {
    /// Its id.
    pub id: TransactionId,
    /// The block in which it stands.
    pub height: Height,
    /// Why it was rejected, if it was.
    pub refusal: Option<view::Refusal>,
}

impl Finalised {
    /// The transaction was carried out.
    ///
    /// # Errors
    /// [`ClientError::Rejected`] if it was not.
    pub fn accepted(self) -> Result<Self, ClientError> {
        match self.refusal {
            None => Ok(self),
            Some(refusal) => Err(ClientError::Rejected {
                id: self.id,
                code: refusal.code,
                cause: refusal.cause,
                remedy: refusal.remedy,
            }),
        }
    }
}

impl Client {
    /// Sends a transaction and waits until it is final. Sending again what is taken in or final already changes
    /// nothing, so a lost answer is no danger: the client sends the same bytes until it hears the outcome.
    ///
    /// # Errors
    /// [`ClientError::Refused`] if no node takes it in, [`ClientError::NotFinal`] if it expires first. A transaction
    /// that the ledger rejected is final and no error here: see [`Finalised::accepted`].
    pub async fn submit(&self, transaction: &SignedTransaction) -> Result<Finalised, ClientError> {
        let path = format!("/api/v1/transactions?wait=final&timeout_ms={WAIT_MS}");
        let mut request = Request::post(&path, CBOR, &transaction.bytes);
        request.timeout = REQUEST_TIMEOUT + Duration::from_millis(WAIT_MS);
        let mut refused = None;
        while self.now() <= transaction.expires {
            match self.exchange(&request).await {
                Ok(response) => {
                    let answer: view::Transaction = json(&path, response).await?;
                    if let Some(finalised) = finalised(&answer) {
                        return Ok(finalised);
                    }
                }
                Err(ClientError::Refused(problem)) => {
                    refused = Some(problem);
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        self.outcome(transaction.id, refused).await
    }

    /// Sends a transaction and insists that it is carried out.
    ///
    /// # Errors
    /// As [`Client::submit`], and [`ClientError::Rejected`].
    pub async fn carry_out(&self, transaction: &SignedTransaction) -> Result<Finalised, ClientError> {
        self.submit(transaction).await?.accepted()
    }

    /// A node that refuses a transaction may do so because another has brought it into a block already.
    async fn outcome(&self, id: TransactionId, refused: Option<Problem>) -> Result<Finalised, ClientError> {
        let known = match self.transaction(id).await {
            Ok(known) => finalised(&known),
            Err(error) if error.is_absent() => None,
            Err(error) => return Err(error),
        };
        match (known, refused) {
            (Some(finalised), _) => Ok(finalised),
            (None, Some(problem)) => Err(ClientError::Refused(problem)),
            (None, None) => Err(ClientError::NotFinal(id)),
        }
    }
}

fn finalised(answer: &view::Transaction) -> Option<Finalised> {
    Some(Finalised { id: answer.id, height: answer.height?, refusal: answer.refusal.clone() })
}
