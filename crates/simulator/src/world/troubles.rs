//! What goes wrong, when, and how it is put right again.

use super::{Ending, World};
use crate::Failure;
use crate::faults::{Fault, ROTTING};
use chancery_consensus::deterministic::Cluster;
use chancery_consensus::disk::DiskState;
use std::time::Duration;

/// How long what is left of a killed process holds its files.
const LETTING_GO: Duration = Duration::from_millis(10);
/// What a full disk still takes, so that it fills up in the middle of something.
const ROOM_LEFT_BYTES: u64 = 16 << 10;

/// Something that is going to be wrong, or is.
pub(super) struct Trouble {
    state: State,
    lasts_ms: u64,
    fault: Fault,
}

enum State {
    Due { at_ms: u64 },
    Lasts { until_ms: u64 },
}

impl Trouble {
    /// Whether it has not begun yet.
    pub(super) const fn is_due(&self) -> bool {
        matches!(self.state, State::Due { .. })
    }
}

impl World {
    /// Everything that the plan has for the act that begins now.
    pub(super) fn plan_troubles(&mut self, now_ms: u64) {
        let of_act = self.plan.faults.iter().map(|(_, planned)| planned).filter(|planned| planned.act == self.act);
        let troubles = of_act.map(|planned| Trouble {
            state: State::Due { at_ms: now_ms.saturating_add(planned.after_ms) },
            lasts_ms: planned.lasts_ms,
            fault: planned.fault,
        });
        self.troubles.extend(troubles);
    }

    /// Begins and ends what is due.
    pub(super) async fn go_wrong(&mut self, cluster: &mut Cluster) -> Result<Ending, Failure> {
        let now_ms = cluster.now_ms();
        let mut still = Vec::new();
        for trouble in std::mem::take(&mut self.troubles) {
            match trouble.state {
                State::Due { at_ms } if at_ms <= now_ms => {
                    self.note(format!("act {}: {}", self.act, trouble.fault));
                    if trouble.fault == Fault::PowerLoss {
                        // What is left of the list is not forgotten.
                        self.troubles.extend(still);
                        return Ok(Ending::PowerLost);
                    }
                    self.strike(trouble.fault, cluster);
                    let until_ms = now_ms.saturating_add(trouble.lasts_ms);
                    still.push(Trouble { state: State::Lasts { until_ms }, ..trouble });
                }
                State::Lasts { until_ms } if until_ms <= now_ms => {
                    self.relieve(trouble.fault, cluster).await?;
                    self.calm_since_ms = cluster.now_ms();
                }
                State::Due { .. } | State::Lasts { .. } => still.push(trouble),
            }
        }
        self.troubles.extend(still);
        Ok(Ending::Told)
    }

    fn strike(&mut self, fault: Fault, cluster: &mut Cluster) {
        match fault {
            Fault::Crash(node) | Fault::Rot(node, _) | Fault::Wipe(node) => cluster.kill(node),
            Fault::Pause(node) => cluster.pause(node),
            Fault::Isolation(node) => drop(self.sky.isolated.insert(node)),
            Fault::Partition(bits) => self.sky.partition = Some(bits),
            Fault::OneWay(from, to) => drop(self.sky.one_way.insert((from, to))),
            Fault::SlowLinks(node, ms) => drop(self.sky.slow.insert((node, ms))),
            Fault::Storm(weather) => self.sky.storm = Some(weather),
            Fault::Clock(node, ms) => {
                self.confused.insert(node);
                cluster.set_clock(node, self.clock_ms(node).saturating_add(ms));
            }
            Fault::SlowDisk(node, delay_ms) => cluster.set_disk(node, DiskState { delay_ms, ..DiskState::default() }),
            Fault::FullDisk(node) => {
                self.sick.insert(node);
                let bytes_max = Some(cluster.disk_bytes(node).saturating_add(ROOM_LEFT_BYTES));
                cluster.set_disk(node, DiskState { bytes_max, ..DiskState::default() });
            }
            Fault::FailingDisk(node) => {
                self.sick.insert(node);
                cluster.set_disk(node, DiskState { is_failing: true, ..DiskState::default() });
            }
            Fault::PowerLoss => {}
        }
        self.sky.apply(cluster);
    }

    async fn relieve(&mut self, fault: Fault, cluster: &mut Cluster) -> Result<(), Failure> {
        match fault {
            Fault::Crash(node) => self.restart(node, cluster).await?,
            Fault::Pause(node) => cluster.proceed(node),
            Fault::Isolation(node) => drop(self.sky.isolated.remove(&node)),
            Fault::Partition(_) => self.sky.partition = None,
            Fault::OneWay(from, to) => drop(self.sky.one_way.remove(&(from, to))),
            Fault::SlowLinks(node, ms) => drop(self.sky.slow.remove(&(node, ms))),
            Fault::Storm(_) => self.sky.storm = None,
            Fault::Clock(node, _) => {
                cluster.set_clock(node, self.clock_ms(node));
                self.confused.remove(&node);
                self.lenient_until_ms = self.lenient_until_ms.max(cluster.now_ms());
            }
            Fault::SlowDisk(node, _) => cluster.set_disk(node, DiskState::default()),
            Fault::FullDisk(node) | Fault::FailingDisk(node) => {
                cluster.set_disk(node, DiskState::default());
                // Whether it has noticed or not: an operator who made room starts it again.
                self.restart(node, cluster).await?;
                self.sick.remove(&node);
            }
            Fault::Rot(node, pick) => {
                cluster.kill(node);
                let part = ROTTING.get(usize::try_from(pick % 5).unwrap_or_default()).copied().unwrap_or_default();
                if let Some(place) = cluster.rot(node, part, pick).await {
                    self.note(format!("the bit that changed on node {node}: {place}"));
                    self.rotten.insert(node);
                }
                self.restart(node, cluster).await?;
            }
            Fault::Wipe(node) => {
                cluster.kill(node);
                self.amnesiac.insert(node, self.voted_in(cluster, None));
                cluster.wipe(node).await;
                if let Some(validator) = self.validators.get_mut(node) {
                    validator.wipe()?;
                }
                self.restart(node, cluster).await?;
            }
            Fault::PowerLoss => {}
        }
        self.sky.apply(cluster);
        Ok(())
    }

    async fn restart(&mut self, node: usize, cluster: &mut Cluster) -> Result<(), Failure> {
        cluster.kill(node);
        cluster.sleep(LETTING_GO).await;
        if let Some(validator) = self.validators.get_mut(node) {
            validator.restart()?;
        }
        if let Some(machine) = self.machine(node) {
            cluster.start(node, machine);
        }
        self.fallen.remove(&node);
        Ok(())
    }

    /// How far a node's clock is off in this run.
    fn clock_ms(&self, node: usize) -> i64 {
        self.plan.clocks_ms.get(node).copied().unwrap_or_default()
    }
}
