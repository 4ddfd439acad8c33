//! Nothing unauthorised: every accepted transaction was signed, in time, with a key of its sender, by somebody whom the
//! country lets do that. Signatures are checked by another implementation than the ledger's.

use super::Violation;
use super::figures::STATISTICS;
use crate::cbor::Value;
use crate::chain::{Block, Chain, Entry};
use crate::country::Truth;
use chancery_types::ids::MemberId;
use ed25519_dalek::{Signature, VerifyingKey};
use std::collections::BTreeMap;

const IDENTITY: i128 = 1;
const RECORDS: i128 = 2;
/// How far ahead an expiry may lie: 24 hours.
const EXPIRY_AHEAD_MS_MAX: u64 = 24 * 60 * 60 * 1_000;
/// What stands before the network and the message in every signature, and the number of a transaction's.
const PREFIX: &[u8] = b"chancery/1/signature\x01";

/// Whoever did what was accepted could do it.
///
/// # Errors
/// The first violation.
pub fn nothing_unauthorised(chain: &Chain, truth: &Truth) -> Result<(), Violation> {
    let mut keys: BTreeMap<[u8; 32], MemberId> = truth.keys.clone();
    let mut invitations: Vec<[u8; 32]> = Vec::new();
    for block in &chain.blocks {
        for entry in &block.entries {
            let unsound =
                |what: &str| Violation::Unsound { height: block.height, what: format!("{}: {what}", entry.id) };
            // A refused transaction was signed and in time too, or it would not stand in a block.
            check_form(block, entry, truth).map_err(unsound)?;
            if entry.refusal.is_none() {
                check_sender(entry, truth, &mut keys, &mut invitations).map_err(unsound)?;
            }
        }
    }
    Ok(())
}

fn check_form(block: &Block, entry: &Entry, truth: &Truth) -> Result<(), &'static str> {
    let body = entry.envelope.at(0);
    if body.at(0).bytes() != Some(truth.network) {
        return Err("it is of another network");
    }
    let expires = body.at(4).number().and_then(|expires| u64::try_from(expires).ok()).ok_or("it has no expiry")?;
    if expires < block.time_ms || expires > block.time_ms.saturating_add(EXPIRY_AHEAD_MS_MAX) {
        return Err("it had expired, or expires too late");
    }
    let key = entry.envelope.at(1).bytes().and_then(|key| VerifyingKey::from_bytes(&key).ok());
    let signature = entry.envelope.at(2).bytes().map(|signature| Signature::from_bytes(&signature));
    let message = [PREFIX, &truth.network, &entry.id.0].concat();
    match (key, signature) {
        (Some(key), Some(signature)) if key.verify_strict(&message, &signature).is_ok() => Ok(()),
        _ => Err("its signature does not hold"),
    }
}

fn check_sender(
    entry: &Entry,
    truth: &Truth,
    keys: &mut BTreeMap<[u8; 32], MemberId>,
    invitations: &mut Vec<[u8; 32]>,
) -> Result<(), &'static str> {
    let body = entry.envelope.at(0);
    let key = entry.envelope.at(1).bytes().ok_or("it names no key")?;
    let sender = MemberId(body.at(2).bytes().ok_or("it names no sender")?);
    let (variant, asked) = entry.message.variant().ok_or("its message does not read")?;
    let application = body.at(1).number().ok_or("it is for no application")?;
    if (application, variant) == (IDENTITY, 3) {
        if !invitations.contains(&key) {
            return Err("nobody was invited with its key");
        }
        let bound =
            asked.at(0).items().iter().filter_map(|new| Some((new.at(1).bytes()?, MemberId(new.at(0).bytes()?))));
        keys.extend(bound);
        return Ok(());
    }
    if keys.get(&key) != Some(&sender) {
        return Err("its key is not its sender's");
    }
    let is_authority = sender == truth.authority;
    let may = match (application, variant) {
        (IDENTITY, 2) => {
            invitations.extend(asked.at(2).at(0).bytes());
            is_authority
        }
        (IDENTITY, 0) | (RECORDS, 0) | (STATISTICS, 0 | 1 | 3 | 4) => is_authority,
        (STATISTICS, 2) => {
            asked.at(2).items().iter().all(|one| one.at(0) == &Value::Bytes(sender.0.to_vec()))
                && truth.homes.contains_key(&sender)
        }
        _ => false,
    };
    if may { Ok(()) } else { Err("its sender may not do this") }
}
