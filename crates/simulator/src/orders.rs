//! What the country's members do with their transactions: hand them in at some validator, watch for them to become
//! final, and hand them in again where the validator that had them is gone.

use crate::Failure;
use crate::cluster::Validator;
use crate::country::Told;
use crate::draw::Draw;
use crate::oracle::Acknowledged;
use chancery_client::signing::SignedTransaction;
use chancery_consensus::deterministic::Cluster;
use chancery_node::machine::IntakeRefusal;
use chancery_types::ids::Height;

pub(crate) struct Orders {
    pending: Vec<SignedTransaction>,
    acknowledged: Vec<Acknowledged>,
    draw: Draw,
}

impl Orders {
    pub(crate) fn new(seed: u64) -> Self {
        Self { pending: Vec::new(), acknowledged: Vec::new(), draw: Draw::new(seed, "orders") }
    }

    /// How many are not final yet.
    pub(crate) fn pending(&self) -> usize {
        self.pending.len()
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
            let running = || validators.iter().enumerate().filter(|(node, _)| cluster.handle(*node).is_some());
            let mut shown = None;
            for (node, validator) in running() {
                if let Some((height, entry)) = validator.archive().place(&signed.id)? {
                    shown = Some(Acknowledged { id: signed.id, height, entry, node });
                    break;
                }
            }
            if let Some(shown) = shown {
                self.acknowledged.push(shown);
                continue;
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
        let handles = validators.iter().enumerate().filter_map(|(node, one)| Some((one, cluster.handle(node)?)));
        let running: Vec<_> = handles.collect();
        let Some((validator, handle)) = running.get(self.draw.place(running.len())) else { return Ok(()) };
        match validator.machine().take_in(&signed.bytes) {
            Ok(_) => {
                // Whether there was room to pass it on or not, this validator has it now.
                handle.submit(signed.bytes.clone());
                Ok(())
            }
            Err(IntakeRefusal::NotNow(_)) => Ok(()),
            Err(refused @ IntakeRefusal::Refused(_)) => Err(Failure::Intake(refused.to_string())),
        }
    }
}
