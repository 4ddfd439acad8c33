//! Answers to what the handle asks, from the state and the archive of blocks.

use crate::block::Block;
use crate::config::bounds;
use crate::delivery::finalized;
use crate::env::Env;
use crate::error::Error;
use crate::handle::{Finality, Proved, Request, Values};
use crate::machine::FinalizedBlock;
use crate::scheme::Scheme;
use chancery_storage::database::Shared;
use chancery_storage::{StateProof, state};
use chancery_types::ids::{Height, StateKey};
use commonware_codec::Encode as _;
use commonware_consensus::marshal::core::Mailbox;
use commonware_consensus::marshal::standard::Standard;
use commonware_consensus::types;
use commonware_cryptography::Digested;
use commonware_utils::channel::mpsc;

/// Answers requests, each in a task of its own.
pub(crate) async fn answer<E: Env>(
    context: E,
    mut requests: mpsc::Receiver<Request>,
    shared: Shared<E>,
    marshal: Mailbox<Scheme, Standard<Block>>,
) {
    while let Some(request) = requests.recv().await {
        let archive = Archive { shared: shared.clone(), marshal: marshal.clone() };
        context.child("request").spawn(move |context| async move {
            // A caller that no longer waits is no failure.
            let _ = match request {
                Request::Read { keys, answer } => answer.send(archive.read(keys).await).is_ok(),
                Request::Prove { key, answer } => answer.send(archive.prove(key).await).is_ok(),
                Request::Block { height, answer } => answer.send(Ok(archive.block(height).await)).is_ok(),
                Request::Finality { height, answer } => answer.send(Ok(archive.finality(height).await)).is_ok(),
                Request::Metrics { answer } => answer.send(Ok(context.encode())).is_ok(),
            };
        });
    }
}

struct Archive<E: Env> {
    shared: Shared<E>,
    marshal: Mailbox<Scheme, Standard<Block>>,
}

impl<E: Env> Archive<E> {
    async fn read(&self, keys: Vec<StateKey>) -> Result<Values, Error> {
        let state = self.shared.read().await;
        let height = state::height(&*state).await.map_err(storage)?;
        let values = state::read(&*state, &keys).await.map_err(storage)?;
        Ok(Values { height, values })
    }

    async fn prove(&self, key: StateKey) -> Result<Proved, Error> {
        let (height, proof) = {
            let state = self.shared.read().await;
            (state::height(&*state).await.map_err(storage)?, StateProof::make(&*state, &key).await.map_err(storage)?)
        };
        let block = self.stored(height).await.ok_or_else(|| Error::Storage(format!("block {height} is missing")))?;
        Ok(Proved { header: block.inner().header().clone(), proof, finality: self.finality(height).await })
    }

    async fn block(&self, height: Height) -> Option<FinalizedBlock> {
        let block = self.stored(height).await?;
        Some(finalized(block.inner(), self.certificate(height).await))
    }

    /// Looks for the certificate of the block or of its nearest descendant that has one.
    async fn finality(&self, height: Height) -> Option<Finality> {
        for height in (height.0..).take(bounds::CERTIFICATE_SEARCH).map(Height) {
            // Past the last final block there is nothing to find.
            let anchor = self.stored(height).await?;
            if let Some(certificate) = self.certificate(height).await {
                return Some(Finality { certificate, anchor: anchor.inner().header().clone() });
            }
        }
        None
    }

    async fn stored(&self, height: Height) -> Option<Digested<Block>> {
        self.marshal.get_block(types::Height::new(height.0)).await
    }

    async fn certificate(&self, height: Height) -> Option<Vec<u8>> {
        let certificate = self.marshal.get_finalization(types::Height::new(height.0)).await?;
        Some(certificate.encode().to_vec())
    }
}

fn storage(error: chancery_storage::Error) -> Error {
    Error::Storage(error.to_string())
}
