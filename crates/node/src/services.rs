//! What the node answers with: the parts that the HTTP interface and the pages share.

use crate::machine::LedgerMachine;
use chancery_archive::{Archive, ArchiveError};
use chancery_consensus::Handle;
use chancery_crypto::signature::SigningKey;
use chancery_ledger::rejection::RejectionText;
use chancery_readmodel::{ReadModel, ReadModelError};
use chancery_types::ids::{ApplicationId, Height, NetworkId};
use chancery_types::key::PublicKey;
use chancery_types::network::NetworkIdentity;
use chancery_types::time::BlockTime;
use chancery_vault::Vault;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::watch;

/// A validator as the genesis names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidatorName {
    /// Its identity key.
    pub key: PublicKey,
    /// Its name.
    pub name: String,
    /// Who runs it.
    pub operator: String,
}

/// The parts of a running node.
#[derive(Clone)]
pub struct Services {
    /// What the network is founded on.
    pub identity: Arc<NetworkIdentity>,
    /// Its hash.
    pub network: NetworkId,
    /// Validators by name, in the order of the identity.
    pub validators: Arc<Vec<ValidatorName>>,
    /// The installed applications.
    pub applications: Arc<Vec<(ApplicationId, &'static str)>>,
    /// Every refusal of the ledger and the applications.
    pub refusals: Arc<Vec<RejectionText>>,
    /// This node's identity key.
    pub signer: Arc<SigningKey>,
    /// The ledger.
    pub machine: Arc<LedgerMachine>,
    /// The engine.
    pub engine: Handle,
    /// Final blocks.
    pub archive: Arc<Archive>,
    /// The SQL tables.
    pub model: Arc<ReadModel>,
    /// How far the tables have been folded.
    pub folded: watch::Receiver<Height>,
    /// Sealed openings, if this node keeps them for an authority.
    pub vault: Option<Arc<Vault>>,
    /// How long a leader waits for something to order.
    pub idle_interval: Duration,
    /// Addresses of nodes that keep all blocks.
    pub archives: Arc<Vec<String>>,
}

impl Services {
    /// This node's clock.
    pub fn now(&self) -> BlockTime {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        BlockTime(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }

    /// This node's identity.
    pub fn node_key(&self) -> PublicKey {
        self.signer.public_key()
    }

    /// The validators but this node.
    pub fn others(&self) -> impl Iterator<Item = &ValidatorName> + Clone {
        let me = self.node_key();
        self.validators.iter().filter(move |validator| validator.key != me)
    }

    /// Runs a question to a database on a thread that may wait for the disk.
    pub(crate) async fn ask<T, E>(
        &self,
        question: impl FnOnce(&Self) -> Result<T, E> + Send + 'static,
    ) -> Result<T, AskError>
    where
        T: Send + 'static,
        E: std::fmt::Display + Send + 'static,
    {
        let services = self.clone();
        let answer = tokio::task::spawn_blocking(move || question(&services)).await;
        match answer {
            Ok(Ok(value)) => Ok(value),
            // Nothing failed: the node keeps less than it is asked for.
            Ok(Err(error)) if is_pruned(&error) => Err(AskError::NotKept),
            // Nor here, and anybody can ask: it is not worth a line of the log each time.
            Ok(Err(error)) if keeps_no_tables(&error) => {
                tracing::debug!(%error, "a question was refused");
                Err(AskError::Failed)
            }
            Ok(Err(error)) => {
                tracing::error!(%error, "a question could not be answered");
                Err(AskError::Failed)
            }
            Err(error) => {
                tracing::error!(%error, "a question was cut off");
                Err(AskError::Failed)
            }
        }
    }
}

fn is_pruned<E: 'static>(error: &E) -> bool {
    let error = (error as &dyn std::any::Any).downcast_ref::<ArchiveError>();
    matches!(error, Some(ArchiveError::Pruned(_)))
}

fn keeps_no_tables<E: 'static>(error: &E) -> bool {
    let error = (error as &dyn std::any::Any).downcast_ref::<ReadModelError>();
    matches!(error, Some(ReadModelError::NotKept))
}

/// Why a question has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// It could not be answered; the log says why.
    #[error("the question could not be answered")]
    Failed,
    /// It is about a block of which this node keeps only the header.
    #[error("this node does not keep that block any more")]
    NotKept,
}
