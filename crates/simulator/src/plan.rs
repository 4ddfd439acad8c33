//! What is to happen in a run: all of it is drawn from the seed before the run begins, and each part can be left out, so
//! that the story of a run that fails can be made shorter.

use crate::adversary::Adversary;
use crate::draw::Draw;
use crate::faults::Fault;
use chancery_consensus::links::Weather;
use std::collections::BTreeSet;
use std::fmt;

/// A fault and its moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planned {
    /// In which act.
    pub act: usize,
    /// So long after the act's transactions were handed in, in milliseconds. Blocks take some tens of them, so most faults
    /// strike while blocks are being agreed on.
    pub after_ms: u64,
    /// For how long.
    pub lasts_ms: u64,
    /// What.
    pub fault: Fault,
}

impl fmt::Display for Planned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { act, after_ms, lasts_ms, fault } = self;
        write!(f, "act {act}, after {after_ms} ms: {fault}")?;
        if matches!(fault, Fault::PowerLoss) { Ok(()) } else { write!(f, ", for {lasts_ms} ms") }
    }
}

/// What is to happen in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The seed of everything.
    pub seed: u64,
    /// How many validators there are: four or seven.
    pub nodes: usize,
    /// Who does not keep to the rules.
    pub adversary: Option<Adversary>,
    /// What all links are like from the beginning to the end.
    pub weather: Option<Weather>,
    /// How far each clock is off, in milliseconds.
    pub clocks_ms: Vec<i64>,
    /// Of a thousand bytes that were not synced, how many survive a loss of power.
    pub kept_of_unsynced: u16,
    /// The faults, with the numbers by which they are kept or left out.
    pub faults: Vec<(usize, Planned)>,
}

/// A part of a plan that can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The adversary.
    Adversary,
    /// The weather.
    Weather,
    /// Clocks that are off.
    Clocks,
    /// A fault, by its number.
    Fault(usize),
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Adversary => f.write_str("adversary"),
            Self::Weather => f.write_str("weather"),
            Self::Clocks => f.write_str("clocks"),
            Self::Fault(number) => number.fmt(f),
        }
    }
}

impl std::str::FromStr for Part {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "adversary" => Self::Adversary,
            "weather" => Self::Weather,
            "clocks" => Self::Clocks,
            number => Self::Fault(number.parse()?),
        })
    }
}

impl Plan {
    /// Draws the plan of a seed, for a story of so many acts. Every third cluster has seven validators.
    pub fn draw(seed: u64, acts: usize) -> Self {
        let mut draw = Draw::new(seed, "plan");
        let nodes = if seed.is_multiple_of(3) { 7 } else { 4 };
        let adversary = (draw.between(0, 2) > 0).then(|| Adversary::draw(&mut draw, nodes));
        let mut trust = (nodes - 1) / 3 - adversary.map_or(0, |adversary| adversary.validators().len());
        let weather = (draw.between(0, 1) == 1).then(|| Weather {
            lost: u32::try_from(draw.between(0, 20)).unwrap_or_default(),
            doubled: u32::try_from(draw.between(0, 20)).unwrap_or_default(),
            delay_min_ms: draw.between(0, 10),
            delay_max_ms: draw.between(10, 40),
            ..Weather::default()
        });
        let off = crate::oracle::bounds::CLOCK_OFF_MS_MAX;
        let clocks_ms = (0..nodes).map(|_| draw.between(0, 2 * off).cast_signed() - off.cast_signed()).collect();
        let kept_of_unsynced = [0, 300, 900, 995].get(draw.place(4)).copied().unwrap_or_default();
        let mut faults = Vec::new();
        let bad: Vec<usize> = adversary.map_or_else(Vec::new, |adversary| adversary.validators());
        for _ in 0..draw.between(3, 7) {
            let fault = match (trust, draw.between(0, 7)) {
                (1.., 0) => Fault::Rot(draw.place(nodes), draw.between(0, u64::MAX - 1)),
                (1.., 1) => Fault::Wipe(draw.place(nodes)),
                _ => Fault::draw(&mut draw, nodes),
            };
            let planned = Planned {
                act: draw.place(acts),
                after_ms: draw.between(0, 300),
                lasts_ms: draw.between(100, 5_000),
                fault,
            };
            // What an adversary does is chosen with it; its machine is not struck on top of that.
            let strikes_adversary = fault.strikes().is_some_and(|node| bad.contains(&node));
            if !strikes_adversary {
                trust -= usize::from(fault.uses_up_trust());
                faults.push(planned);
            }
        }
        faults.sort_by_key(|planned| (planned.act, planned.after_ms));
        let faults = faults.into_iter().enumerate().collect();
        Self { seed, nodes, adversary, weather, clocks_ms, kept_of_unsynced, faults }
    }

    /// All parts that can be left out.
    pub fn parts(&self) -> Vec<Part> {
        let mut parts = Vec::new();
        parts.extend(self.adversary.map(|_| Part::Adversary));
        parts.extend(self.weather.map(|_| Part::Weather));
        parts.extend(self.clocks_ms.iter().any(|ms| *ms != 0).then_some(Part::Clocks));
        parts.extend(self.faults.iter().map(|(number, _)| Part::Fault(*number)));
        parts
    }

    /// The same with these parts only.
    #[must_use]
    pub fn only(mut self, parts: &BTreeSet<Part>) -> Self {
        self.adversary = self.adversary.filter(|_| parts.contains(&Part::Adversary));
        self.weather = self.weather.filter(|_| parts.contains(&Part::Weather));
        if !parts.contains(&Part::Clocks) {
            self.clocks_ms.fill(0);
        }
        self.faults.retain(|(number, _)| parts.contains(&Part::Fault(*number)));
        self
    }

    /// Those who may be wrong for good: adversaries, and the nodes whose disk lies or is gone.
    pub fn untrusted(&self) -> BTreeSet<usize> {
        let adversaries = self.adversary.map_or_else(Vec::new, |adversary| adversary.validators());
        let struck = self.faults.iter().filter(|(_, planned)| planned.fault.uses_up_trust());
        adversaries.into_iter().chain(struck.filter_map(|(_, planned)| planned.fault.strikes())).collect()
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "seed {}, {} validators", self.seed, self.nodes)?;
        if let Some(adversary) = self.adversary {
            write!(f, "\n  adversary: {adversary}")?;
        }
        if let Some(Weather { lost, doubled, delay_min_ms, delay_max_ms, .. }) = self.weather {
            write!(f, "\n  weather: lost {lost} ‰, doubled {doubled} ‰, delay {delay_min_ms} to {delay_max_ms} ms")?;
        }
        for (number, planned) in &self.faults {
            write!(f, "\n  {number}: {planned}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_decides_and_no_more_than_f_are_untrusted() {
        for seed in 0..500 {
            let plan = Plan::draw(seed, 12);
            assert_eq!(plan, Plan::draw(seed, 12));
            assert!(plan.untrusted().len() <= (plan.nodes - 1) / 3, "{plan}");
            assert_eq!(plan.clone().only(&plan.parts().into_iter().collect()), plan);
        }
        assert_ne!(Plan::draw(1, 12), Plan::draw(2, 12));
    }

    #[test]
    fn every_fault_and_every_adversary_comes_up() {
        let plans: Vec<Plan> = (0..500).map(|seed| Plan::draw(seed, 12)).collect();
        let kind = |text: String| text.split(|sign: char| !sign.is_alphabetic()).next().unwrap_or_default().to_owned();
        let faults: BTreeSet<String> = plans
            .iter()
            .flat_map(|plan| plan.faults.iter().map(|(_, planned)| kind(format!("{:?}", planned.fault))))
            .collect();
        let adversaries: BTreeSet<String> =
            plans.iter().filter_map(|plan| plan.adversary).map(|adversary| kind(format!("{adversary:?}"))).collect();
        assert_eq!(faults.len(), 14, "{faults:?}");
        assert_eq!(adversaries.len(), 10, "{adversaries:?}");
    }
}
