//! Clients that do not keep to the rules: what they send at the beginning of an act.

use super::World;
use crate::Failure;
use crate::adversary::{Adversary, flood, malformed, senseless};
use crate::country::Told;
use crate::story::Act;
use chancery_client::signing::SignedTransaction;
use chancery_consensus::deterministic::Cluster;
use chancery_node::machine::IntakeRefusal;
use chancery_types::time::BlockTime;

impl World {
    /// Sends what must be refused, at the door or under a number.
    pub(super) fn bother(
        &mut self,
        act: Act,
        example: Option<SignedTransaction>,
        cluster: &Cluster,
    ) -> Result<(), Failure> {
        let now = BlockTime(cluster.now_ms());
        // Until then nobody but the authority is a member.
        let has_members = act as usize > Act::Joining as usize;
        match (self.plan.adversary, example) {
            (Some(Adversary::Flooder), _) if has_members => {
                for told in flood(&mut self.country, now) {
                    self.push(&told, cluster)?;
                }
            }
            (Some(Adversary::Malformed), Some(example)) => {
                let signer = self.country.authority.clone();
                for bytes in malformed(&example, &signer, now, &mut self.draw) {
                    self.push_malformed(bytes, cluster)?;
                }
                for told in senseless(&mut self.country, now) {
                    self.push(&told, cluster)?;
                }
                // What is final already is no malformed thing, and must not become final again.
                if let Some(shown) = self.orders.acknowledged().first().copied() {
                    self.push_again(&shown.id, cluster);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn push(&mut self, told: &Told, cluster: &Cluster) -> Result<(), Failure> {
        for node in self.sound(cluster) {
            let Some(validator) = self.validators.get(node) else { continue };
            match validator.machine().take_in(&told.signed.bytes) {
                Err(IntakeRefusal::Refused(code)) => return Err(Failure::Intake(code.to_string())),
                Err(IntakeRefusal::NotNow(_)) => {}
                Ok(_) => {
                    let _ = cluster.handle(node).map(|handle| handle.submit(told.signed.bytes.clone()));
                }
            }
        }
        Ok(())
    }

    /// At one door, and past it: as if a validator had let it in and passed it on.
    fn push_malformed(&mut self, bytes: Vec<u8>, cluster: &Cluster) -> Result<(), Failure> {
        let sound = self.sound(cluster);
        let Some(node) = sound.get(self.draw.place(sound.len())) else { return Ok(()) };
        let taken = self.validators.get(*node).map(|validator| validator.machine().take_in(&bytes));
        match taken {
            Some(Ok(_)) => {
                let begins: String = bytes.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
                Err(Failure::TakenIn(format!("a malformed transaction of {} bytes, {begins}…,", bytes.len())))
            }
            _ => {
                let _ = cluster.handle(*node).map(|handle| handle.submit(bytes));
                Ok(())
            }
        }
    }

    fn push_again(&self, id: &chancery_types::ids::TransactionId, cluster: &Cluster) {
        let nodes = self.sound(cluster);
        let found = nodes.iter().filter_map(|node| self.validators.get(*node)).find_map(|validator| {
            let (height, entry) = validator.archive().place(id).ok()??;
            validator.archive().block(height).ok()?.transactions.get(usize::try_from(entry).ok()?).cloned()
        });
        for node in nodes {
            if let (Some(bytes), Some(validator)) = (&found, self.validators.get(node)) {
                // Refused, waiting or taken in: all three are right, as long as it does not become final twice.
                let _ = validator.machine().take_in(bytes);
            }
        }
    }
}
