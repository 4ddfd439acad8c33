//! Many transactions in one request, and what became of them: for whoever sends a stream and follows finality itself.

use super::{CBOR, Client, REQUEST_TIMEOUT, Request, body, json, plain_cause, problem};
use crate::error::ClientError;
use crate::signing::SignedTransaction;
use chancery_api::backend::BlockOutcomes;
use chancery_api::limits::BATCH_BYTES_MAX;
pub use chancery_api::limits::BATCH_TRANSACTIONS_MAX;
use chancery_api::view::BatchEntry;
use chancery_types::encoding::from_bytes;
use chancery_types::ids::Height;
use reqwest::header;

/// The longest head of a CBOR array or byte string.
const HEAD_BYTES_MAX: usize = 9;

/// Transactions as they travel together: encoded once, sent as often as it takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// Byte strings, one after the other.
    strings: Vec<u8>,
    count: usize,
}

impl Batch {
    /// Adds a transaction, if there is room for it.
    pub fn push(&mut self, transaction: &SignedTransaction) -> bool {
        let fits = self.count < BATCH_TRANSACTIONS_MAX
            && self.strings.len() + transaction.bytes.len() + 2 * HEAD_BYTES_MAX <= BATCH_BYTES_MAX;
        if fits {
            // Writing to memory does not fail.
            let _ = minicbor::Encoder::new(&mut self.strings).bytes(&transaction.bytes);
            self.count += 1;
        }
        fits
    }

    /// How many.
    pub const fn len(&self) -> usize {
        self.count
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The body of the request.
    pub fn to_body(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.strings.len() + HEAD_BYTES_MAX);
        let mut encoder = minicbor::Encoder::new(&mut bytes);
        // Writing to memory does not fail.
        let _ = encoder.array(self.count as u64);
        bytes.extend_from_slice(&self.strings);
        bytes
    }
}

impl Client {
    /// Sends a batch ([`Batch::to_body`]) to the current node, once: no other node is tried, and nothing is sent again.
    /// Gives what the node says about each, in order.
    ///
    /// # Errors
    /// [`ClientError::Unreachable`] if the node does not answer; any of the transactions may have been taken in then.
    pub async fn submit_batch(&self, batch: Vec<u8>) -> Result<Vec<BatchEntry>, ClientError> {
        let path = "/api/v1/transactions/batch";
        let node = self.current_node();
        let request = self.http.post(format!("{node}{path}")).timeout(REQUEST_TIMEOUT).body(batch);
        let answered = request.header(header::CONTENT_TYPE, CBOR).send().await;
        let response = answered
            .map_err(|error| ClientError::Unreachable { nodes: node.to_owned(), cause: plain_cause(&error) })?;
        if response.status().is_success() { json(path, response).await } else { Err(problem(path, response).await) }
    }

    /// The transactions of a final block with their outcomes.
    ///
    /// # Errors
    /// As every request.
    pub async fn outcomes(&self, height: Height) -> Result<BlockOutcomes, ClientError> {
        let path = format!("/api/v1/blocks/{height}/outcomes");
        let request = Request { accept: Some(CBOR), ..Request::get(&path) };
        let bytes = body(&path, self.exchange(&request).await?).await?;
        from_bytes(&bytes).map_err(|error| ClientError::Answer { request: path, cause: error.to_string() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chancery_types::ids::TransactionId;
    use chancery_types::time::BlockTime;

    fn transaction(bytes: usize) -> SignedTransaction {
        SignedTransaction { id: TransactionId([0; 32]), expires: BlockTime(0), bytes: vec![7; bytes] }
    }

    #[test]
    fn a_batch_is_a_canonical_array_of_byte_strings() {
        let mut batch = Batch::default();
        assert_eq!((batch.to_body(), batch.is_empty()), (vec![0x80], true));
        for bytes in [1, 300] {
            assert!(batch.push(&transaction(bytes)));
        }
        let body = batch.to_body();
        let strings: Vec<minicbor::bytes::ByteVec> = from_bytes(&body).unwrap();
        assert_eq!((batch.len(), strings.iter().map(|one| one.len()).collect::<Vec<_>>()), (2, vec![1, 300]));
    }

    #[test]
    fn a_batch_is_bounded_in_number_and_in_bytes() {
        let mut many = Batch::default();
        while many.push(&transaction(1)) {}
        assert_eq!(many.len(), BATCH_TRANSACTIONS_MAX);
        let mut large = Batch::default();
        while large.push(&transaction(250 * 1024)) {}
        assert_eq!(large.len(), 16);
        assert!(large.to_body().len() <= BATCH_BYTES_MAX);
    }
}
