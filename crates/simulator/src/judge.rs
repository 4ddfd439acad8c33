//! Asks every oracle about what the nodes have kept.

use crate::chain::Chain;
use crate::country::{PERIOD, parsed};
use crate::oracle::{self, Sums, Violation, bounds};
use crate::world::World;
use crate::{Failure, Report};
use chancery_archive::Archive;
use chancery_node::follow::{fold_founding, fold_next};
use chancery_readmodel::{FigureKey, ReadModel};
use chancery_types::ids::Height;
use std::collections::BTreeMap;

impl World {
    /// Asks every oracle.
    pub(crate) fn judge(&self, auditors: Vec<String>) -> Result<Report, Failure> {
        let bad = self.adversaries();
        let chains = (0..).zip(&self.validators).filter(|(node, _)| !bad.contains(node));
        let chains = chains.map(|(node, one)| Chain::read(node, one.archive()));
        let chains: Vec<Chain> = chains.collect::<Result<_, _>>()?;
        let (truth, acknowledged) = (self.country.truth(), self.orders.acknowledged());
        oracle::one_history(&chains)?;
        oracle::nothing_lost(&chains, acknowledged)?;
        let mut figures = 0;
        for chain in &chains {
            oracle::as_told(chain, &truth.told)?;
            oracle::nothing_unauthorised(chain, truth)?;
            figures = figures.max(oracle::figures_are_sums(chain, truth)?);
        }
        // They all agree, so the longest of those that run has what all have.
        let longest = chains.iter().max_by_key(|chain| chain.blocks.len()).ok_or(Failure::Unfinished)?;
        self.check_states(longest)?;
        self.check_disks(longest)?;
        if let Some(validator) = self.validators.get(longest.node) {
            self.check_tables(longest, validator.archive())?;
        }
        let last = longest.blocks.last().ok_or(Failure::Unfinished)?;
        let mut refused = BTreeMap::new();
        let mut accepted = 0_usize;
        for entry in longest.blocks.iter().flat_map(|block| &block.entries) {
            match entry.refusal {
                None => accepted = accepted.saturating_add(1),
                Some(code) => {
                    let count: &mut usize = refused.entry(code.to_string()).or_default();
                    *count = count.saturating_add(1);
                }
            }
        }
        Ok(Report {
            seed: self.plan.seed,
            nodes: self.plan.nodes,
            height: last.height,
            state_root: last.state_root,
            accepted,
            refused,
            figures,
            acknowledged: acknowledged.len(),
            faults: self.noted(),
            lasted_ms: self.ended_ms.saturating_sub(self.began_ms),
            bytes_searched: self.secrets().check()?,
            disk_bytes_max: self.disk_bytes.iter().max().copied().unwrap_or_default(),
            auditors,
        })
    }

    /// Every node's own state leads to the root that all agreed on.
    fn check_states(&self, chain: &Chain) -> Result<(), Violation> {
        for shown in &self.shown {
            let (node, height) = (shown.node, shown.height);
            let wrong = |what: &str| Violation::OtherState { node, height, what: what.to_owned() };
            if let Err(error) = &shown.verdict {
                return Err(wrong(error));
            }
            let agreed = chain.blocks.iter().find(|block| block.height == height);
            if agreed.is_some_and(|agreed| agreed.state_root != shown.root) {
                return Err(wrong("the header is not the agreed one"));
            }
        }
        Ok(())
    }

    fn check_disks(&self, chain: &Chain) -> Result<(), Violation> {
        let blocks = chain.blocks.len() as u64;
        let transactions: u64 = chain.blocks.iter().map(|block| block.entries.len() as u64).sum();
        let most = bounds::DISK_BYTES_BASE
            .saturating_add(bounds::DISK_BYTES_PER_BLOCK.saturating_mul(blocks))
            .saturating_add(bounds::DISK_BYTES_PER_TRANSACTION.saturating_mul(transactions));
        let bad = self.adversaries();
        let judged = self.disk_bytes.iter().enumerate().filter(|(node, _)| !bad.contains(node));
        judged.into_iter().try_for_each(|(node, bytes)| bounds::check(node, "the engine's disk in bytes", *bytes, most))
    }

    /// The tables that a node folds from its blocks say of the open register what its returns sum up to.
    fn check_tables(&self, chain: &Chain, archive: &Archive) -> Result<(), Failure> {
        let truth = self.country.truth();
        let model = ReadModel::open(None, self.genesis.network).map_err(Failure::setup)?;
        fold_founding(&model, self.genesis.identity.founded, self.genesis.events.clone()).map_err(Failure::setup)?;
        let latest = chain.blocks.last().map_or(Height(0), |block| block.height);
        while fold_next(&model, archive).map_err(Failure::setup)? < latest {}
        let period = PERIOD.to_string();
        let regions: Vec<&String> = std::iter::once(&truth.whole).chain(truth.homes.values()).collect();
        for region in regions {
            let expected = oracle::sums_at_the_end(chain, truth, ("labour", &period, region))?;
            let key = FigureKey { register: parsed("labour")?, period: PERIOD, region: parsed(region)? };
            let row = model.sum(&key).map_err(Failure::setup)?;
            let sums: BTreeMap<&str, i128> = row.sums.iter().map(|(cell, sum)| (cell.as_str(), sum.0.into())).collect();
            let cells = crate::country::CELLS.iter();
            let totals = cells.map(|cell| sums.get(cell).copied().unwrap_or_default()).collect();
            let found = Sums { totals, returns: usize::try_from(row.returns).unwrap_or(usize::MAX) };
            if found != expected {
                return Err(Violation::OtherTables { which: format!("labour in {region}"), found, expected }.into());
            }
        }
        Ok(())
    }
}
