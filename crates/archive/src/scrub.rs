//! Reading the whole archive, to see whether it is what the headers say.

use crate::error::ArchiveError;
use crate::store::Archive;
use chancery_crypto::digest::transaction_id;
use chancery_crypto::finality::FinalityCertificate;
use chancery_crypto::signature::{self, Purpose};
use chancery_types::block::Header;
use chancery_types::encoding::from_bytes;
use chancery_types::ids::{Height, NetworkId};
use chancery_types::key::{FinalityKey, Signature};
use chancery_types::transaction::Envelope;
use rusqlite::{OptionalExtension, params};

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scrubbed {
    /// Blocks that are whole.
    pub blocks: u64,
    /// Blocks of which only the header is kept.
    pub pruned: u64,
    /// Certificates.
    pub certificates: u64,
    /// Transactions whose place was found.
    pub transactions: u64,
    /// What is wrong, in words.
    pub damages: Vec<String>,
}

impl Archive {
    /// Reads every block: transactions, outcomes and events against the header, the proposer's signature, the certificate
    /// against the finality key, and the place of every transaction. The headers were checked when the archive was opened.
    ///
    /// # Errors
    /// The database failed in a way that leaves nothing to read.
    pub fn scrub(&self, network: &NetworkId, key: &FinalityKey) -> Result<Scrubbed, ArchiveError> {
        let mut found = Scrubbed::default();
        let latest = self.latest();
        for height in (1..=latest.0).map(Height) {
            match self.block(height) {
                Ok(block) => {
                    found.blocks += 1;
                    self.check_places(height, &block.transactions, &mut found)?;
                }
                Err(ArchiveError::Pruned(_)) => found.pruned += 1,
                Err(error) => found.damages.push(error.to_string()),
            }
            self.check_signatures(height, network, key, &mut found)?;
        }
        let inner = self.lock();
        let report: String = inner.database.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
        if report != "ok" {
            found.damages.push(format!("SQLite says: {report}"));
        }
        Ok(found)
    }

    fn check_places(&self, height: Height, bodies: &[Vec<u8>], found: &mut Scrubbed) -> Result<(), ArchiveError> {
        for (entry, bytes) in (0u32..).zip(bodies) {
            let Ok(envelope) = from_bytes::<Envelope>(bytes) else { continue };
            let id = transaction_id(&envelope.body);
            match self.place(&id)? {
                Some(place) if place == (height, entry) => found.transactions += 1,
                _ => found.damages.push(format!("the place of transaction {id} of block {height} is not noted")),
            }
        }
        Ok(())
    }

    fn check_signatures(
        &self,
        height: Height,
        network: &NetworkId,
        key: &FinalityKey,
        found: &mut Scrubbed,
    ) -> Result<(), ArchiveError> {
        type Row = (Vec<u8>, Vec<u8>, Vec<u8>, Option<Vec<u8>>);
        let row: Option<Row> = self
            .lock()
            .database
            .prepare_cached("SELECT header, hash, signature, certificate FROM block WHERE height = ?1")?
            .query_row(params![height.0.cast_signed()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
            .optional()?;
        let Some((header, hash, signature, certificate)) = row else { return Ok(()) };
        let proposer = from_bytes::<Header>(&header).ok().map(|header| header.proposer);
        let signed = proposer.zip(Signature::from_slice(&signature)).is_some_and(|(proposer, signature)| {
            signature::verify(Purpose::Proposal, network, &hash, &proposer, &signature).is_ok()
        });
        if !signed {
            found.damages.push(format!("the proposer's signature of block {height} does not hold"));
        }
        let Some(certificate) = certificate else { return Ok(()) };
        let holds = FinalityCertificate::parse(&certificate)
            .is_ok_and(|certificate| certificate.header.0 == *hash && certificate.verify(network, key).is_ok());
        if holds {
            found.certificates += 1;
        } else {
            found.damages.push(format!("the certificate of block {height} does not hold"));
        }
        Ok(())
    }
}
