//! The country of a run: who there is, what is asked of them, and what the simulation knows and the ledger does not.

use crate::Failure;
use crate::cluster::{COUNTRY, Network};
use crate::draw::Draw;
use chancery_client::office::Opened;
use chancery_client::signing::{SignedTransaction, Signer};
use chancery_crypto::seal::SealingKey;
use chancery_crypto::signature::SigningKey;
use chancery_kernel::identity::query::member_id;
use chancery_statistics::record::{CellSpecification, Identity, Term};
use chancery_statistics::transaction::NewStructure;
use chancery_types::amount::{CELL_VALUE_MAX, CellValue, Quantity};
use chancery_types::code::{CellId, RegionCode, RegisterId};
use chancery_types::hash::Digest;
use chancery_types::ids::{ApplicationId, MemberId, RecordId, TransactionId, Version};
use chancery_types::period::Period;
use chancery_types::rejection::RejectionCode;
use chancery_types::time::BlockTime;
use minicbor::Encode;
use std::collections::BTreeMap;

/// The period of all returns.
pub const PERIOD: Period = Period::Month(2026, 1);
/// The cells of both registers: two parts and their whole.
pub const CELLS: [&str; 3] = ["employed", "unemployed", "labour_force"];
/// The provinces, each with how many filers live there.
const PROVINCES: [(&str, usize); 2] = [("01", 6), ("02", 4)];
/// More sealed returns than the story has, with those that are mistaken.
const SEALED_RETURNS_MAX: usize = 16;
/// How many filers of each province file to the confidential register too.
const SEALED_PER_PROVINCE: [usize; 2] = [4, 3];

/// A member that files returns about itself.
#[derive(Clone, Debug)]
pub struct Filer {
    /// With its key.
    pub signer: Signer,
    /// Where it is at home.
    pub region: RegionCode,
    /// What stands for its documents.
    pub legal: Digest,
    /// Whether it files to the confidential register.
    pub is_sealed: bool,
    /// What it last filed to the open register, and under which version.
    pub filed: ([i64; 3], Version),
}

/// Openings on the authority's desk.
#[derive(Clone, Debug)]
pub(crate) struct HandedOver {
    pub(crate) filer: MemberId,
    pub(crate) region: RegionCode,
    pub(crate) record: RecordId,
    pub(crate) version: Version,
    pub(crate) cells: Vec<CellValue>,
    pub(crate) sealed: Vec<u8>,
    /// What the authority found in them, once it has looked: nothing if they do not fit.
    pub(crate) judged: Option<Option<Opened>>,
}

/// A transaction, and what the story says becomes of it.
#[derive(Clone, Debug)]
pub struct Told {
    /// The transaction.
    pub signed: SignedTransaction,
    /// The number under which it is refused; absent if it is accepted.
    pub refusal: Option<RejectionCode>,
}

/// What the commitments of a sealed return hide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// The record.
    pub record: RecordId,
    /// The values.
    pub values: Vec<i64>,
}

/// What the simulation knows by itself: the ground on which an oracle judges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Truth {
    /// The region of everything; all other regions lie directly within it.
    pub whole: String,
    /// Where each filer is at home.
    pub homes: BTreeMap<MemberId, String>,
    /// What stands behind sealed openings, by their digest.
    pub hidden: BTreeMap<Digest, Hidden>,
    /// What the story says becomes of each transaction.
    pub told: BTreeMap<TransactionId, Option<RejectionCode>>,
    /// The network.
    pub network: [u8; 32],
    /// The constituting authority.
    pub authority: MemberId,
    /// The keys that are bound from the beginning.
    pub keys: BTreeMap<[u8; 32], MemberId>,
}

/// The country of a run.
pub struct Country {
    pub(crate) authority: Signer,
    pub(crate) sealing_key: SealingKey,
    pub(crate) invitation: SigningKey,
    pub(crate) whole: RegionCode,
    pub(crate) provinces: Vec<RegionCode>,
    pub(crate) open: NewStructure,
    pub(crate) confidential: NewStructure,
    pub(crate) filers: Vec<Filer>,
    pub(crate) desk: Vec<HandedOver>,
    pub(crate) truth: Truth,
    pub(crate) draw: Draw,
    /// What filers will file to the confidential register, the next one last.
    pub(crate) sealed_values: Vec<[i64; 3]>,
}

impl Country {
    /// The country of a seed, on its network.
    ///
    /// # Errors
    /// [`Failure::Setup`].
    pub fn new(seed: u64, network: &Network) -> Result<Self, Failure> {
        let authority = network.authority.clone();
        let mut filers = Vec::new();
        for ((code, count), sealed) in PROVINCES.into_iter().zip(SEALED_PER_PROVINCE) {
            for number in 0..count {
                let label = format!("filer/{code}/{number}");
                let legal = network.keyring.legal_identity(&label, &label);
                let member = member_id(&authority.network, &authority.member, &legal);
                let key = network.keyring.signing_key(&label);
                filers.push(Filer {
                    signer: Signer { network: authority.network, member, key },
                    region: parsed(code)?,
                    legal,
                    is_sealed: number < sealed,
                    filed: ([0; 3], Version(0)),
                });
            }
        }
        let homes = filers.iter().map(|filer| (filer.signer.member, filer.region.to_string())).collect();
        Ok(Self {
            authority,
            sealing_key: network.sealing_key.clone(),
            invitation: network.keyring.signing_key("invitation"),
            whole: parsed(COUNTRY)?,
            provinces: PROVINCES.into_iter().map(|(code, _)| parsed(code)).collect::<Result<_, _>>()?,
            open: structure("labour")?,
            confidential: structure("wages")?,
            filers,
            desk: Vec::new(),
            truth: Truth {
                whole: COUNTRY.to_owned(),
                homes,
                hidden: BTreeMap::new(),
                told: BTreeMap::new(),
                network: network.genesis.network.0,
                authority: network.authority.member,
                keys: BTreeMap::from([(network.authority.key.public_key().0, network.authority.member)]),
            },
            sealed_values: sealed_values(seed),
            draw: Draw::new(seed, "country"),
        })
    }

    /// Every value that will stand behind a commitment in this run: it must be read nowhere.
    pub fn secrets(&self) -> Vec<i64> {
        self.sealed_values.iter().flatten().copied().collect()
    }

    /// What the simulation knows by itself.
    pub const fn truth(&self) -> &Truth {
        &self.truth
    }

    /// The registers and regions for which there are figures.
    pub fn figures(&self) -> Vec<(RegisterId, RegionCode)> {
        let regions = || std::iter::once(&self.whole).chain(&self.provinces);
        let of = |structure: &NewStructure| {
            regions().map(|region| (structure.register.clone(), region.clone())).collect::<Vec<_>>()
        };
        [of(&self.open), of(&self.confidential)].concat()
    }

    /// Signs a message, and notes what is to become of it.
    pub(crate) fn tell<T: Encode<()>>(
        &mut self,
        signer: &Signer,
        application: ApplicationId,
        message: &T,
        now: BlockTime,
        refusal: Option<RejectionCode>,
    ) -> Told {
        let signed = signer.sign(application, message, now, self.draw.rng());
        self.note(signed, refusal)
    }

    /// Notes what is to become of a transaction.
    pub(crate) fn note(&mut self, signed: SignedTransaction, refusal: Option<RejectionCode>) -> Told {
        self.truth.told.insert(signed.id, refusal);
        Told { signed, refusal }
    }
}

/// Values for more sealed returns than the story has: two parts and their whole. They are so large that none of them stands
/// anywhere by chance, and so near each other that none dominates.
fn sealed_values(seed: u64) -> Vec<[i64; 3]> {
    let mut draw = Draw::new(seed, "sealed");
    let values = (0..SEALED_RETURNS_MAX).map(|_| {
        let employed = draw.between(1 << 39, 1 << 40).cast_signed();
        let unemployed = draw.between(1 << 36, 1 << 37).cast_signed();
        [employed, unemployed, employed.saturating_add(unemployed)]
    });
    values.collect()
}

/// What is asked in a register: employed + unemployed = labour force.
fn structure(register: &str) -> Result<NewStructure, Failure> {
    let cells: Vec<CellId> = CELLS.into_iter().map(parsed).collect::<Result<_, _>>()?;
    let terms = cells.iter().zip([1, 1, -1]);
    let terms = terms.map(|(cell, coefficient)| Term { coefficient, cell: cell.clone() }).collect();
    let cells = cells.into_iter().map(|id| CellSpecification {
        label: id.to_string(),
        id,
        unit: "persons".to_owned(),
        scale: 0,
        low: Quantity(0),
        high: Quantity(CELL_VALUE_MAX),
        additive: true,
    });
    Ok(NewStructure {
        register: parsed(register)?,
        cells: cells.collect(),
        identities: vec![Identity { terms }],
        ratios: Vec::new(),
    })
}

pub(crate) fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, Failure> {
    text.parse().map_err(Failure::setup)
}
