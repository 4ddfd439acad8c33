//! The genesis of a network: a document that people can read, and what follows from it.
//!
//! The document is JSON. Everything in it but `idle_interval_ms` and `polynomial` goes into the founding state or the
//! network's identity, whose hash is the network's id; two documents that differ in anything else found two networks.
//! (The polynomial is bound by the finality key, its value at zero, which `node` compares before it starts.)

use chancery_crypto::digest::network_id;
use chancery_crypto::hash::{Hasher, Tag};
use chancery_kernel::governance;
use chancery_kernel::governance::ids::EPOCH_BLOCKS_DEFAULT;
use chancery_kernel::governance::params::{Setting, ThresholdOf};
use chancery_kernel::governance::record::Seat;
use chancery_kernel::identity::genesis::{Founding, FoundingAuthority, FoundingError, FoundingValidator, found_with};
use chancery_types::code::{Domain, RegionCode};
use chancery_types::event::Event;
use chancery_types::hash::Digest;
use chancery_types::ids::{NetworkId, StateKey};
use chancery_types::key::{FinalityKey, PublicKey, SealingPublicKey};
use chancery_types::network::NetworkIdentity;
use chancery_types::time::BlockTime;
use serde::{Deserialize, Serialize};

/// The format that this version reads and writes.
pub const GENESIS_FORMAT: u16 = 1;
/// The largest genesis document, in bytes.
pub const GENESIS_BYTES_MAX: usize = 1024 * 1024;

/// The genesis document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenesisDocument {
    /// [`GENESIS_FORMAT`].
    pub format: u16,
    /// What people call the network.
    pub name: String,
    /// When it was founded, UTC milliseconds.
    pub founded_ms: u64,
    /// How many times faster than the world its clock runs; 1 for every real network.
    pub clock_factor: u32,
    /// Whether one party made all keys; false for every real network.
    pub dealt: bool,
    /// How long a leader waits for something to order before it proposes an empty block.
    pub idle_interval_ms: u64,
    /// The whole country.
    pub region: GenesisRegion,
    /// The constituting authority.
    pub authority: GenesisAuthority,
    /// The validators, in ascending order of their keys.
    pub validators: Vec<GenesisValidator>,
    /// How the network is governed.
    #[serde(default)]
    pub governance: GenesisGovernance,
    /// The key under which blocks are final.
    pub finality_key: FinalityKey,
    /// The public polynomial behind the finality key, in the engine's encoding, hexadecimal.
    pub polynomial: String,
}

/// The region of everything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenesisRegion {
    /// Its code.
    pub code: RegionCode,
    /// Its official name.
    pub name: String,
}

/// The constituting authority.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenesisAuthority {
    /// Its public name.
    pub name: String,
    /// The act that constitutes it, as cited.
    pub act: String,
    /// Its first key.
    pub key: PublicKey,
    /// The domains that it may hand on.
    pub domains: Vec<Domain>,
    /// The key to which filers seal what only this authority may read.
    pub sealing_key: Option<SealingPublicKey>,
}

/// A founding validator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenesisValidator {
    /// Its public name.
    pub name: String,
    /// Who operates it.
    pub operator: String,
    /// Its identity key.
    pub key: PublicKey,
}

/// How the network is governed from the first block on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenesisGovernance {
    /// The length of an epoch, in blocks. What votes decide is carried out at its last block.
    pub epoch_blocks: u64,
    /// Constituting authorities beside the first: all of them vote.
    pub authorities: Vec<GenesisAuthority>,
    /// Parameters that differ from their defaults.
    pub parameters: Vec<Setting>,
    /// Thresholds of votes that differ from their defaults.
    pub thresholds: Vec<ThresholdOf>,
}

impl Default for GenesisGovernance {
    fn default() -> Self {
        let (authorities, parameters, thresholds) = (Vec::new(), Vec::new(), Vec::new());
        Self { epoch_blocks: EPOCH_BLOCKS_DEFAULT, authorities, parameters, thresholds }
    }
}

impl From<&GenesisAuthority> for FoundingAuthority {
    fn from(authority: &GenesisAuthority) -> Self {
        Self {
            name: authority.name.clone(),
            act: authority.act.clone(),
            key: authority.key,
            domains: authority.domains.clone(),
            sealing_key: authority.sealing_key,
        }
    }
}

/// What follows from a genesis document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Genesis {
    /// The document.
    pub document: GenesisDocument,
    /// The network's identity.
    pub identity: NetworkIdentity,
    /// Its hash: the network's id.
    pub network: NetworkId,
    /// The founding state, in ascending order of keys.
    pub writes: Vec<(StateKey, Option<Vec<u8>>)>,
    /// The founding events, which readers fold as block 0.
    pub events: Vec<Event>,
}

/// Why a genesis document founds nothing.
#[derive(Debug, thiserror::Error)]
pub enum GenesisError {
    /// Too long.
    #[error("a genesis document has at most {GENESIS_BYTES_MAX} bytes")]
    TooLong,
    /// Not JSON, or not of this shape.
    #[error("the genesis document does not read: {0}")]
    Malformed(#[from] serde_json::Error),
    /// Another version's document.
    #[error("the genesis document has format {0}, which this version does not know")]
    UnknownFormat(u16),
    /// A clock that stands still.
    #[error("the clock factor is a whole number of at least 1")]
    ClockFactor,
    /// The name is missing or too long.
    #[error("a network's name has 1 to 200 bytes on one line")]
    Name,
    /// Validators out of order.
    #[error("validators stand in ascending order of their keys, none of them twice")]
    ValidatorOrder,
    /// The polynomial is not hexadecimal.
    #[error("the polynomial is not written in hexadecimal")]
    Polynomial,
    /// The founders are not well-formed.
    #[error(transparent)]
    Founding(#[from] FoundingError),
    /// The government is not well-formed.
    #[error(transparent)]
    Governance(#[from] governance::genesis::FoundingError),
    /// A real network with a demonstration's means.
    #[error("a real network has {0}; only a demonstration may")]
    NotForReal(&'static str),
}

impl GenesisDocument {
    /// Reads a document.
    ///
    /// # Errors
    /// It is too long, or does not read.
    pub fn from_json(bytes: &[u8]) -> Result<Self, GenesisError> {
        if bytes.len() > GENESIS_BYTES_MAX {
            return Err(GenesisError::TooLong);
        }
        Ok(serde_json::from_slice(bytes)?)
    }

    /// The document as people read it.
    ///
    /// # Errors
    /// A value cannot be written as JSON, which no document that was read can have.
    pub fn to_json(&self) -> Result<String, GenesisError> {
        Ok(serde_json::to_string_pretty(self)?)
    }

    /// The polynomial's bytes.
    ///
    /// # Errors
    /// [`GenesisError::Polynomial`].
    pub fn polynomial_bytes(&self) -> Result<Vec<u8>, GenesisError> {
        hex::decode(&self.polynomial).map_err(|_| GenesisError::Polynomial)
    }

    /// Refuses what only a demonstration may have.
    ///
    /// # Errors
    /// [`GenesisError::NotForReal`].
    pub fn check_real(&self) -> Result<(), GenesisError> {
        if self.clock_factor != 1 {
            return Err(GenesisError::NotForReal("an accelerated clock"));
        }
        if self.dealt {
            return Err(GenesisError::NotForReal("keys that one party made"));
        }
        Ok(())
    }

    /// Works out the network that the document founds.
    ///
    /// # Errors
    /// See [`GenesisError`].
    pub fn assemble(self) -> Result<Genesis, GenesisError> {
        self.check()?;
        let others: Vec<FoundingAuthority> = self.governance.authorities.iter().map(Into::into).collect();
        let founding = self.founding();
        let mut changes = found_with(&founding, &others)?;
        changes.append(governance::genesis::found(&self.government(&founding, &others))?);
        let (writes, events) = changes.into_parts();
        let writes: Vec<(StateKey, Option<Vec<u8>>)> = writes.into_iter().collect();
        let identity = NetworkIdentity {
            name: self.name.clone(),
            founded: BlockTime(self.founded_ms),
            finality_key: self.finality_key,
            validators: self.validators.iter().map(|validator| validator.key).collect(),
            state: state_digest(&writes),
            clock_factor: self.clock_factor,
            dealt: self.dealt,
        };
        Ok(Genesis { network: network_id(&identity), identity, writes, events, document: self })
    }

    fn check(&self) -> Result<(), GenesisError> {
        if self.format != GENESIS_FORMAT {
            return Err(GenesisError::UnknownFormat(self.format));
        }
        if self.clock_factor == 0 {
            return Err(GenesisError::ClockFactor);
        }
        if self.name.is_empty() || self.name.len() > 200 || self.name.chars().any(char::is_control) {
            return Err(GenesisError::Name);
        }
        if !self.validators.is_sorted_by(|a, b| a.key < b.key) {
            return Err(GenesisError::ValidatorOrder);
        }
        self.polynomial_bytes().map(drop)
    }

    /// All constituting authorities vote, and the founding validators are the first committee.
    fn government(&self, founding: &Founding, others: &[FoundingAuthority]) -> governance::genesis::Founding {
        let seat = |validator: &FoundingValidator| Seat { key: validator.key, member: validator.id() };
        governance::genesis::Founding {
            constituents: std::iter::once(&founding.authority).chain(others).map(FoundingAuthority::id).collect(),
            seats: founding.validators.iter().map(seat).collect(),
            epoch_blocks: self.governance.epoch_blocks,
            parameters: self.governance.parameters.clone(),
            thresholds: self.governance.thresholds.clone(),
        }
    }

    fn founding(&self) -> Founding {
        Founding {
            authority: (&self.authority).into(),
            region: (self.region.code.clone(), self.region.name.clone()),
            validators: self
                .validators
                .iter()
                .map(|validator| FoundingValidator {
                    name: validator.name.clone(),
                    operator: validator.operator.clone(),
                    key: validator.key,
                })
                .collect(),
        }
    }
}

/// One digest of the founding state.
fn state_digest(writes: &[(StateKey, Option<Vec<u8>>)]) -> Digest {
    let mut hasher = Hasher::new(Tag::StateValue);
    for (key, value) in writes {
        hasher.part(key.as_bytes()).part(value.as_deref().unwrap_or_default());
    }
    hasher.finish()
}
