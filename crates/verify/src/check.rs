//! The steps of verification, each of which can only refuse.

use crate::error::VerifyError;
use crate::figure::check_totals;
use crate::statement::{Statement, Verified};
use chancery_crypto::digest::{
    envelope_digest, event_leaf, header_hash, history_leaf, network_id, outcome_leaf, transaction_id,
};
use chancery_crypto::finality::FinalityCertificate;
use chancery_crypto::merkle;
use chancery_crypto::signature::{Purpose, verify as verify_signature};
use chancery_types::block::Header;
use chancery_types::encoding::{from_bytes, to_bytes};
use chancery_types::event::{Event, FIGURE_PUBLISHED, RECORD_DECISION, RECORD_VERSION, RECORDS};
use chancery_types::hash::Digest;
use chancery_types::ids::{Height, NetworkId, TransactionId};
use chancery_types::network::VALIDATORS_MAX;
use chancery_types::outcome::Outcome;
use chancery_types::receipt::{Path, RECEIPT_BYTES_MAX, RECEIPT_FORMAT, Receipt, Subject};
use chancery_types::transaction::Envelope;

/// Decides whether a receipt holds for the network of this public identity.
///
/// # Errors
/// The first thing found wrong.
pub fn verify(bytes: &[u8], network: NetworkId) -> Result<Verified, VerifyError> {
    let receipt = decode(bytes)?;
    check_identity(&receipt, network)?;
    let hash = check_header(&receipt)?;
    let anchor = check_finality(&receipt, &hash)?;
    check_entry(&receipt)?;
    let (statement, envelope) = check_subject(&receipt)?;
    let sender = envelope.map(|envelope| envelope.body.sender);
    let Receipt { identity, header, .. } = receipt;
    Ok(Verified {
        network,
        validators: identity.validators.len(),
        faults_max: identity.faults_max(),
        network_name: identity.name,
        clock_factor: identity.clock_factor,
        dealt: identity.dealt,
        height: header.height,
        time: header.time,
        block: hash,
        anchor,
        sender,
        statement,
    })
}

fn decode(bytes: &[u8]) -> Result<Receipt, VerifyError> {
    if bytes.len() > RECEIPT_BYTES_MAX {
        return Err(VerifyError::TooLong);
    }
    let receipt: Receipt = from_bytes(bytes).map_err(|_| VerifyError::Malformed)?;
    if receipt.format != RECEIPT_FORMAT {
        return Err(VerifyError::UnknownFormat(receipt.format));
    }
    if !receipt.successions.is_empty() {
        return Err(VerifyError::NotSupported("a succession of the network's finality key"));
    }
    if !receipt.cosignatures.is_empty() {
        return Err(VerifyError::NotSupported("witnesses' cosignatures"));
    }
    Ok(receipt)
}

fn check_identity(receipt: &Receipt, network: NetworkId) -> Result<(), VerifyError> {
    if receipt.identity.validators.len() > VALIDATORS_MAX {
        return Err(VerifyError::Malformed);
    }
    if network_id(&receipt.identity) == network { Ok(()) } else { Err(VerifyError::OtherNetwork) }
}

fn check_header(receipt: &Receipt) -> Result<Digest, VerifyError> {
    let header = &receipt.header;
    let network = network_id(&receipt.identity);
    if header.network != network {
        return Err(VerifyError::HeaderNetwork);
    }
    if !receipt.identity.validators.contains(&header.proposer) {
        return Err(VerifyError::UnknownProposer);
    }
    let hash = header_hash(header);
    verify_signature(Purpose::Proposal, &network, hash.as_bytes(), &header.proposer, &receipt.proposer)
        .map_err(|_| VerifyError::ProposerSignature)?;
    Ok(hash)
}

/// The header itself, or a later one whose tree of earlier headers holds it, has a certificate by a quorum.
fn check_finality(receipt: &Receipt, hash: &Digest) -> Result<Option<Height>, VerifyError> {
    let finality = &receipt.finality;
    let anchored = match (&finality.anchor, &finality.history) {
        (None, None) => &receipt.header,
        (Some(anchor), Some(path)) => {
            check_history(&receipt.header, hash, anchor, path)?;
            anchor
        }
        _ => return Err(VerifyError::Malformed),
    };
    let certificate =
        FinalityCertificate::parse(&finality.certificate).map_err(|_| VerifyError::CertificateMalformed)?;
    let about = (certificate.epoch, certificate.view, certificate.parent_view, certificate.header);
    if about != (anchored.epoch, anchored.view, anchored.parent_view, header_hash(anchored)) {
        return Err(VerifyError::CertificateOther);
    }
    certificate
        .verify(&receipt.header.network, &receipt.identity.finality_key)
        .map_err(|_| VerifyError::CertificateSignature)?;
    Ok(finality.anchor.as_ref().map(|anchor| anchor.height))
}

fn check_history(header: &Header, hash: &Digest, anchor: &Header, path: &Path) -> Result<(), VerifyError> {
    let in_place = anchor.network == header.network && path.index == header.height.0 && path.size == anchor.height.0;
    if !in_place {
        return Err(VerifyError::History);
    }
    merkle::verify(path, &history_leaf(hash), &anchor.history_root).map_err(|_| VerifyError::History)
}

fn check_entry(receipt: &Receipt) -> Result<(), VerifyError> {
    // One entry for each transaction and one for the work at the block's end.
    if receipt.path.size != u64::from(receipt.header.transactions).saturating_add(1) {
        return Err(VerifyError::Outcome);
    }
    merkle::verify(&receipt.path, &outcome_leaf(&receipt.entry), &receipt.header.outcomes_root)
        .map_err(|_| VerifyError::Outcome)
}

fn check_subject(receipt: &Receipt) -> Result<(Statement, Option<&Envelope>), VerifyError> {
    match &receipt.subject {
        Subject::Transaction { envelope } => {
            let id = check_envelope(receipt, envelope)?;
            let outcome = receipt.entry.outcome;
            Ok((Statement::Transaction { envelope: envelope.clone(), id, outcome }, Some(envelope)))
        }
        Subject::Event { event, path, envelope } => {
            check_event(receipt, event, path)?;
            match envelope {
                Some(envelope) => {
                    check_envelope(receipt, envelope)?;
                }
                None if receipt.entry.transaction.is_some() => return Err(VerifyError::OtherTransaction),
                None => {}
            }
            Ok((statement(receipt, event)?, envelope.as_ref()))
        }
    }
}

fn check_envelope(receipt: &Receipt, envelope: &Envelope) -> Result<TransactionId, VerifyError> {
    let id = transaction_id(&envelope.body);
    let is_it = receipt.entry.transaction == Some(id)
        && receipt.entry.envelope == envelope_digest(&to_bytes(envelope))
        && envelope.body.network == receipt.header.network;
    if !is_it {
        return Err(VerifyError::OtherTransaction);
    }
    verify_signature(Purpose::Transaction, &envelope.body.network, id.as_bytes(), &envelope.key, &envelope.signature)
        .map_err(|_| VerifyError::TransactionSignature)?;
    Ok(id)
}

fn check_event(receipt: &Receipt, event: &Event, path: &Path) -> Result<(), VerifyError> {
    let Outcome::Accepted { events, count } = receipt.entry.outcome else {
        return Err(VerifyError::Event);
    };
    if path.size != u64::from(count) {
        return Err(VerifyError::Event);
    }
    merkle::verify(path, &event_leaf(event), &events).map_err(|_| VerifyError::Event)
}

fn statement(receipt: &Receipt, event: &Event) -> Result<Statement, VerifyError> {
    let payload = &event.payload;
    let malformed = |_| VerifyError::EventMalformed;
    Ok(match (event.application, event.kind) {
        (RECORDS, RECORD_VERSION) => Statement::Record(from_bytes(payload).map_err(malformed)?),
        (RECORDS, RECORD_DECISION) => Statement::Decision(from_bytes(payload).map_err(malformed)?),
        (RECORDS, FIGURE_PUBLISHED) => {
            let figure = from_bytes(payload).map_err(malformed)?;
            check_totals(&receipt.header.network, &figure)?;
            Statement::Figure(figure)
        }
        (application, kind) => Statement::Event { application: application.0, kind, payload: payload.clone() },
    })
}
