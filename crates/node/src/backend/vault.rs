//! Handing sealed openings over, and fetching them.

use crate::services::Services;
use chancery_api::InterfaceRejection;
use chancery_api::backend::{Answer, BackendError, Handover, KeptOpening};
use chancery_crypto::signature::Purpose;
use chancery_kernel::records;
use chancery_ledger::Refusal;
use chancery_types::encoding::to_bytes;
use chancery_types::hash::Digest;
use chancery_types::storage_receipt::{StorageReceipt, StorageStatement};
use chancery_vault::{Document, VaultError};

impl Services {
    pub(super) async fn keep_in_vault(&self, handover: Handover) -> Answer<StorageReceipt> {
        let vault = self.vault.clone().ok_or_else(|| refused(InterfaceRejection::NoVaultHere))?;
        let register = handover.register.clone();
        let found = self.look(move |view, _| records::query::register(view, &register)).await?;
        let authority = found.ok_or_else(|| refused(InterfaceRejection::NotSealedHere))?.authority;
        let Handover { register, record, filer, sealed } = handover;
        let document = Document { authority, register: register.clone(), record, filer, sealed };
        let now = self.now();
        let kept = tokio::task::spawn_blocking(move || vault.keep(&document, now))
            .await
            .map_err(|_| BackendError::Unavailable)?
            .map_err(|error| vault_refusal(&error))?;
        let statement = StorageStatement {
            network: self.network,
            digest: kept.digest,
            authority,
            register,
            record,
            filer,
            received: kept.received,
            expires: kept.expires,
        };
        let signature = self.signer.sign(Purpose::StorageReceipt, &self.network, &to_bytes(&statement));
        Ok(StorageReceipt { statement, node: self.node_key(), signature })
    }

    pub(super) async fn opening_in_vault(&self, digest: Digest) -> Answer<Option<KeptOpening>> {
        let Some(vault) = self.vault.clone() else { return Ok(None) };
        let found = self.ask(move |_| vault.get(&digest)).await?;
        Ok(found.map(|document| KeptOpening { authority: document.authority, sealed: document.sealed }))
    }
}

fn refused(refusal: InterfaceRejection) -> BackendError {
    BackendError::Refused(refusal.code())
}

fn vault_refusal(error: &VaultError) -> BackendError {
    match error {
        VaultError::TooLong(_) => refused(InterfaceRejection::BodyTooLarge),
        VaultError::FilerShareUsed => refused(InterfaceRejection::FilerShareUsed),
        VaultError::Full => refused(InterfaceRejection::VaultFull),
        VaultError::KeptForAnother => refused(InterfaceRejection::NotSealedHere),
        VaultError::Database(_) | VaultError::OtherNetwork | VaultError::Damaged(_) => {
            tracing::error!(%error, "the vault failed");
            BackendError::Unavailable
        }
    }
}
