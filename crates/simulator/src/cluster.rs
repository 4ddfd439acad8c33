//! The network, founded from a seed, and its validators.

use crate::Failure;
use crate::draw::{Draw, secret};
use chancery_archive::{Archive, ArchiveError};
use chancery_client::keyring::Keyring;
use chancery_client::signing::Signer;
use chancery_consensus::deterministic::Settings;
use chancery_consensus::keys::deal;
use chancery_crypto::seal::SealingKey;
use chancery_kernel::identity::genesis::FoundingAuthority;
use chancery_node::machine::{Founding, LedgerMachine};
use chancery_node::pool::PoolLimits;
use chancery_registry::Registry;
use chancery_registry::genesis::{
    GENESIS_FORMAT, Genesis, GenesisAuthority, GenesisDocument, GenesisGovernance, GenesisRegion, GenesisValidator,
};
use std::num::NonZeroUsize;
use std::sync::Arc;

/// How much a validator's pool holds: little, so that a run can fill it.
pub const POOL: PoolLimits = PoolLimits { count_max: 256, bytes_max: 2 << 20 };
/// The code of the whole country.
pub const COUNTRY: &str = "LR";

/// A network that was founded, with the secrets behind it.
pub struct Network {
    /// What the deterministic runtime is told.
    pub settings: Settings,
    /// What the network is founded on.
    pub genesis: Genesis,
    /// The constituting authority, which supervises both registers.
    pub authority: Signer,
    /// With what it opens what was sealed to it.
    pub sealing_key: SealingKey,
    /// From which the members' keys are derived.
    pub keyring: Keyring,
}

impl Network {
    /// Founds the network of a seed, with so many validators.
    ///
    /// # Errors
    /// [`Failure::Setup`].
    pub fn found(seed: u64, nodes: usize) -> Result<Self, Failure> {
        let dealt = deal(Draw::new(seed, "dealer").rng(), nodes).map_err(Failure::setup)?;
        let keyring = Keyring::from_seed(secret(seed, "members"));
        let (key, sealing_key) = (keyring.signing_key("authority"), keyring.sealing_key("authority"));
        let authority = GenesisAuthority {
            name: "Office of the State".to_owned(),
            act: "Constitution, article 1".to_owned(),
            key: key.public_key(),
            domains: vec!["statistics".parse().map_err(Failure::setup)?],
            sealing_key: Some(sealing_key.public_key()),
        };
        let validators = (1..).zip(&dealt.committee.validators).map(|(number, key)| GenesisValidator {
            name: format!("Validator {number}"),
            operator: format!("Operator {number}"),
            key: *key,
        });
        let validators = validators.collect();
        let (finality_key, polynomial) = (dealt.committee.finality_key(), hex::encode(&dealt.committee.polynomial));
        let settings = Settings::new(dealt, seed);
        let document = GenesisDocument {
            format: GENESIS_FORMAT,
            name: format!("Simulation {seed}"),
            founded_ms: settings.start_ms,
            clock_factor: 1,
            dealt: true,
            idle_interval_ms: u64::try_from(settings.idle_interval.as_millis()).unwrap_or(u64::MAX),
            region: GenesisRegion {
                code: COUNTRY.parse().map_err(Failure::setup)?,
                name: "The whole country".to_owned(),
            },
            authority: authority.clone(),
            validators,
            governance: GenesisGovernance::default(),
            finality_key: finality_key.map_err(Failure::setup)?,
            polynomial,
        };
        let genesis = document.assemble().map_err(Failure::setup)?;
        let GenesisAuthority { name, act, key: public_key, domains, sealing_key: sealed_to } = authority;
        let member = FoundingAuthority { name, act, key: public_key, domains, sealing_key: sealed_to }.id();
        let authority = Signer { network: genesis.network, member, key };
        Ok(Self { settings, genesis, authority, sealing_key, keyring })
    }

    /// Validators that have never run.
    ///
    /// # Errors
    /// As [`Validator::new`].
    pub fn validators(&self) -> Result<Vec<Validator>, ArchiveError> {
        let nodes = self.settings.dealt.validators.len();
        (0..nodes).map(|_| Validator::new(&self.genesis)).collect()
    }
}

/// A validator: the machine of its present life, and the archive that outlives it.
pub struct Validator {
    founding: Founding,
    archive: Arc<Archive>,
    machine: Arc<LedgerMachine>,
    lives: u32,
}

impl Validator {
    /// One that has never run.
    ///
    /// # Errors
    /// SQLite cannot open a database in memory.
    pub fn new(genesis: &Genesis) -> Result<Self, ArchiveError> {
        let founding =
            Founding { network: genesis.network, time: genesis.identity.founded, writes: genesis.writes.clone() };
        let archive = Arc::new(Archive::open(None)?);
        let machine = machine(&founding, &archive)?;
        Ok(Self { founding, archive, machine, lives: 0 })
    }

    /// Begins a new life: what waited in the pool is gone, the archive is as it was.
    ///
    /// # Errors
    /// The archive cannot be read.
    pub fn restart(&mut self) -> Result<(), ArchiveError> {
        self.machine = machine(&self.founding, &self.archive)?;
        self.lives = self.lives.saturating_add(1);
        Ok(())
    }

    /// Begins a new life with nothing left of the old ones.
    ///
    /// # Errors
    /// SQLite cannot open a database in memory.
    pub fn wipe(&mut self) -> Result<(), ArchiveError> {
        self.archive = Arc::new(Archive::open(None)?);
        self.restart()
    }

    /// How many lives it has behind it.
    pub const fn lives(&self) -> u32 {
        self.lives
    }

    /// The machine of the present life.
    pub const fn machine(&self) -> &Arc<LedgerMachine> {
        &self.machine
    }

    /// What it has kept.
    pub const fn archive(&self) -> &Arc<Archive> {
        &self.archive
    }
}

fn machine(founding: &Founding, archive: &Arc<Archive>) -> Result<Arc<LedgerMachine>, ArchiveError> {
    // One thread checks signatures: in a simulation time comes from the runtime and from nowhere else.
    LedgerMachine::new(founding.clone(), Arc::new(Registry), archive.clone(), POOL, NonZeroUsize::MIN).map(Arc::new)
}
