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
use chancery_types::ids::{NetworkId, TransactionId};
use chancery_types::network::VALIDATORS_MAX;
use chancery_types::outcome::Outcome;
use chancery_types::receipt::{Path, RECEIPT_BYTES_MAX, RECEIPT_FORMAT, Receipt, Subject};
use chancery_types::transaction::Envelope;

/// Decides whether a receipt holds for the network of this public identity.
///
/// What costs little is checked first (form, hashes, places in trees), then Ed25519 signatures, then the proofs of
/// totals, and the pairings last: whoever sends nonsense buys little work with it.
///
/// # Errors
/// The first thing found wrong.
pub fn verify(bytes: &[u8], network: NetworkId) -> Result<Verified, VerifyError> {
    let receipt = decode(bytes)?;
    check_identity(&receipt, network)?;
    let hash = check_header(&receipt)?;
    check_entry(&receipt)?;
    let signed = check_subject(&receipt)?;
    let certificate = check_finality(&receipt, &hash)?;
    check_signatures(&receipt, &hash, signed)?;
    let statement = statement(&receipt)?;
    certificate.verify(&network, &receipt.identity.finality_key).map_err(|_| VerifyError::CertificateSignature)?;
    let sender = signed.map(|(_, envelope)| envelope.body.sender);
    let Receipt { identity, header, finality, .. } = receipt;
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
        anchor: finality.anchor.map(|anchor| anchor.height),
        sender,
        statement,
    })
}

/// A transaction's id and the transaction.
type Identified<'a> = (TransactionId, &'a Envelope);

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
    if network_id(&receipt.identity) != network {
        return Err(VerifyError::OtherNetwork);
    }
    if receipt.header.network == network { Ok(()) } else { Err(VerifyError::HeaderNetwork) }
}

fn check_header(receipt: &Receipt) -> Result<Digest, VerifyError> {
    let known = receipt.identity.validators.contains(&receipt.header.proposer);
    if known { Ok(header_hash(&receipt.header)) } else { Err(VerifyError::UnknownProposer) }
}

fn check_entry(receipt: &Receipt) -> Result<(), VerifyError> {
    let (entry, path) = (&receipt.entry, &receipt.path);
    let transactions = u64::from(receipt.header.transactions);
    // One entry for each transaction, and a last one, which names none, for the work at the block's end.
    let in_place =
        path.size == transactions.saturating_add(1) && entry.transaction.is_none() == (path.index == transactions);
    if !in_place {
        return Err(VerifyError::Outcome);
    }
    merkle::verify(path, &outcome_leaf(entry), &receipt.header.outcomes_root).map_err(|_| VerifyError::Outcome)
}

/// Everything about the subject that follows from hashes. Returns the transaction, whose signature is still to be
/// checked; none for the work at a block's end.
fn check_subject(receipt: &Receipt) -> Result<Option<Identified<'_>>, VerifyError> {
    let envelope = match &receipt.subject {
        Subject::Transaction { envelope } => Some(envelope),
        Subject::Event { event, path, envelope } => {
            check_event(receipt, event, path)?;
            envelope.as_ref()
        }
    };
    match envelope {
        Some(envelope) => check_envelope(receipt, envelope).map(|id| Some((id, envelope))),
        // The transaction behind an event cannot be left out: who signed it is part of what is proved.
        None if receipt.entry.transaction.is_some() => Err(VerifyError::OtherTransaction),
        None => Ok(None),
    }
}

fn check_envelope(receipt: &Receipt, envelope: &Envelope) -> Result<TransactionId, VerifyError> {
    let id = transaction_id(&envelope.body);
    let is_it = receipt.entry.transaction == Some(id)
        && receipt.entry.envelope == envelope_digest(&to_bytes(envelope))
        && envelope.body.network == receipt.header.network;
    if is_it { Ok(id) } else { Err(VerifyError::OtherTransaction) }
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

/// The certificate, whose signatures are still to be checked, is about the header itself or about a later one whose
/// tree of earlier headers holds it.
fn check_finality(receipt: &Receipt, hash: &Digest) -> Result<FinalityCertificate, VerifyError> {
    let finality = &receipt.finality;
    let (anchored, anchored_hash) = match (&finality.anchor, &finality.history) {
        (None, None) => (&receipt.header, *hash),
        (Some(anchor), Some(path)) => {
            check_history(&receipt.header, hash, anchor, path)?;
            (anchor, header_hash(anchor))
        }
        _ => return Err(VerifyError::Malformed),
    };
    let certificate =
        FinalityCertificate::parse(&finality.certificate).map_err(|_| VerifyError::CertificateMalformed)?;
    let about = (certificate.epoch, certificate.view, certificate.parent_view, certificate.header);
    if about == (anchored.epoch, anchored.view, anchored.parent_view, anchored_hash) {
        Ok(certificate)
    } else {
        Err(VerifyError::CertificateOther)
    }
}

/// A path of index `height` in a tree of `anchor.height` leaves exists only below a later block.
fn check_history(header: &Header, hash: &Digest, anchor: &Header, path: &Path) -> Result<(), VerifyError> {
    let in_place = anchor.network == header.network && path.index == header.height.0 && path.size == anchor.height.0;
    if !in_place {
        return Err(VerifyError::History);
    }
    merkle::verify(path, &history_leaf(hash), &anchor.history_root).map_err(|_| VerifyError::History)
}

fn check_signatures(receipt: &Receipt, hash: &Digest, signed: Option<Identified<'_>>) -> Result<(), VerifyError> {
    let Header { network, proposer, .. } = &receipt.header;
    verify_signature(Purpose::Proposal, network, hash.as_bytes(), proposer, &receipt.proposer)
        .map_err(|_| VerifyError::ProposerSignature)?;
    let Some((id, Envelope { key, signature, .. })) = signed else { return Ok(()) };
    verify_signature(Purpose::Transaction, network, id.as_bytes(), key, signature)
        .map_err(|_| VerifyError::TransactionSignature)
}

fn statement(receipt: &Receipt) -> Result<Statement, VerifyError> {
    match &receipt.subject {
        Subject::Transaction { envelope } => {
            let id = transaction_id(&envelope.body);
            Ok(Statement::Transaction { envelope: envelope.clone(), id, outcome: receipt.entry.outcome })
        }
        Subject::Event { event, .. } => event_statement(&receipt.header, event),
    }
}

fn event_statement(header: &Header, event: &Event) -> Result<Statement, VerifyError> {
    let payload = &event.payload;
    let malformed = |_| VerifyError::EventMalformed;
    Ok(match (event.application, event.kind) {
        (RECORDS, RECORD_VERSION) => Statement::Record(from_bytes(payload).map_err(malformed)?),
        (RECORDS, RECORD_DECISION) => Statement::Decision(from_bytes(payload).map_err(malformed)?),
        (RECORDS, FIGURE_PUBLISHED) => {
            let figure = from_bytes(payload).map_err(malformed)?;
            check_totals(&header.network, header.height, &figure)?;
            Statement::Figure(figure)
        }
        (application, kind) => Statement::Event { application: application.0, kind, payload: payload.clone() },
    })
}
