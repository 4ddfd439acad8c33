//! What the country's members do with their transactions: hand them in at some validator, watch for them to become
//! final, and hand them in again where the validator that had them is gone.

use crate::Failure;
use crate::cluster::Validator;
use crate::country::Told;
use crate::draw::Draw;
use crate::oracle::{Acknowledged, Violation};
use chancery_client::signing::SignedTransaction;
use chancery_consensus::Standing;
use chancery_consensus::deterministic::Cluster;
use chancery_node::machine::IntakeRefusal;
use chancery_types::ids::{Height, TransactionId};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) struct Orders {
    pending: Vec<SignedTransaction>,
    acknowledged: Vec<Acknowledged>,
    /// Which validators took a transaction in, and in which of their lives.
    taken: BTreeMap<TransactionId, Vec<(usize, u32)>>,
    /// Validators that nobody asks: members know them not to be trusted.
    avoided: BTreeSet<usize>,
    draw: Draw,
}

impl Orders {
    pub(crate) fn new(seed: u64, avoided: BTreeSet<usize>) -> Self {
        let (pending, acknowledged, taken) = (Vec::new(), Vec::new(), BTreeMap::new());
        Self { pending, acknowledged, taken, avoided, draw: Draw::new(seed, "orders") }
    }

    /// How many are not final yet.
    pub(crate) fn pending(&self) -> usize {
        self.pending.len()
    }

    /// Where what is not final yet waits.
    pub(crate) fn waits_at(&self, validators: &[Validator]) -> Vec<Vec<usize>> {
        let waits = |id| {
            let nodes = validators.iter().enumerate().filter(move |(_, one)| one.machine().waits(id));
            nodes.map(|(node, _)| node).collect()
        };
        self.pending.iter().map(|signed| waits(&signed.id)).collect()
    }

    /// What was shown as final so far.
    pub(crate) fn acknowledged(&self) -> &[Acknowledged] {
        &self.acknowledged
    }

    /// The height at which everything that was shown as final stands.
    pub(crate) fn final_height(&self) -> Height {
        self.acknowledged.iter().map(|shown| shown.height).max().unwrap_or_default()
    }

    /// Hands in what an act begins with.
    pub(crate) fn begin(
        &mut self,
        told: Vec<Told>,
        cluster: &Cluster,
        validators: &[Validator],
    ) -> Result<(), Failure> {
        for Told { signed, .. } in told {
            self.hand_in(&signed, cluster, validators)?;
            self.pending.push(signed);
        }
        Ok(())
    }

    /// Looks at every validator that runs for what has become final, and hands in again what waits nowhere.
    pub(crate) fn look(&mut self, cluster: &Cluster, validators: &[Validator]) -> Result<(), Failure> {
        for signed in std::mem::take(&mut self.pending) {
            let avoided = &self.avoided;
            let asked = |node: &usize| cluster.handle(*node).is_some() && !avoided.contains(node);
            let running = || validators.iter().enumerate().filter(|(node, _)| asked(node));
            let mut shown = None;
            for (node, validator) in running() {
                if let Some((height, entry)) = validator.archive().place(&signed.id)? {
                    shown = Some(Acknowledged { id: signed.id, height, entry, node });
                    break;
                }
            }
            if let Some(shown) = shown {
                self.acknowledged.push(shown);
                self.taken.remove(&signed.id);
                continue;
            }
            for (node, life) in self.taken.get(&signed.id).into_iter().flatten() {
                let same_life = validators.get(*node).filter(|validator| validator.lives() == *life);
                if same_life.is_some_and(|validator| asked(node) && !validator.machine().waits(&signed.id)) {
                    return Err(Violation::Dropped { id: signed.id, node: *node }.into());
                }
            }
            if !running().any(|(_, validator)| validator.machine().waits(&signed.id)) {
                self.hand_in(&signed, cluster, validators)?;
            }
            self.pending.push(signed);
        }
        Ok(())
    }

    fn hand_in(
        &mut self,
        signed: &SignedTransaction,
        cluster: &Cluster,
        validators: &[Validator],
    ) -> Result<(), Failure> {
        let avoided = &self.avoided;
        let asked = validators.iter().enumerate().filter(|(node, _)| !avoided.contains(node));
        let running = asked.filter_map(|(node, one)| Some((node, one, cluster.handle(node)?)));
        // A node that does not vote never leads, so what it failed to pass on waits there until it expires: members ask those
        // that vote.
        let running: Vec<_> = running.filter(|(_, _, handle)| handle.standing() == Standing::Voter).collect();
        let Some((node, validator, handle)) = running.get(self.draw.place(running.len())) else { return Ok(()) };
        match validator.machine().take_in(&signed.bytes) {
            Ok(_) => {
                self.taken.entry(signed.id).or_default().push((*node, validator.lives()));
                // Whether there was room to pass it on or not, this validator has it now.
                handle.submit(signed.bytes.clone());
                Ok(())
            }
            Err(IntakeRefusal::NotNow(_)) => Ok(()),
            Err(refused @ IntakeRefusal::Refused(_)) => Err(Failure::Intake(refused.to_string())),
        }
    }
}
