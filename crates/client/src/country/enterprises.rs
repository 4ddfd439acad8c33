//! Enterprises, who owns them, and what they file.

use super::Province;
use super::draw::Draw;
use super::names;

/// How many enterprises a province has; the one with a single county has one.
const PER_PROVINCE: i64 = 28;

/// A company that owns several works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// A short handle.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The code of the province where it is at home.
    pub province: String,
}

/// An enterprise: one works, with its own return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enterprise {
    /// A short handle.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The code of its province.
    pub province: String,
    /// The code of its county.
    pub county: String,
    /// The handle of the group that owns it, where one does.
    pub owner: Option<String>,
    /// What it files.
    pub answers: Answers,
    /// What is wrong with its first return.
    pub mistake: Option<Mistake>,
}

/// A return to the confidential register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answers {
    /// Women employed.
    pub women: i64,
    /// Men employed.
    pub men: i64,
    /// Turnover at home, thousands.
    pub domestic: i64,
    /// Turnover abroad, thousands.
    pub exports: i64,
}

impl Answers {
    /// In the order of the register's cells: women, men, all employees; domestic, exports, all turnover.
    pub const fn values(&self) -> [i64; 6] {
        let employees = self.women.saturating_add(self.men);
        let turnover = self.domestic.saturating_add(self.exports);
        [self.women, self.men, employees, self.domestic, self.exports, turnover]
    }
}

/// What is wrong with a return.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// The commitments do not add up: consensus refuses. A sound return follows.
    DoesNotAddUp,
    /// A commitment is no point of the group: consensus refuses. A sound return follows.
    NoPoint,
    /// The openings are of other values: the authority refuses. A correction follows.
    OpensToOtherValues,
    /// A value is negative, hidden by its commitment: the authority refuses, and no correction comes.
    Negative,
}

pub(super) fn groups() -> Vec<Group> {
    let groups = names::GROUPS.iter().zip(1..);
    groups
        .map(|((name, province), number)| Group {
            id: format!("G{number:03}"),
            name: (*name).to_owned(),
            province: format!("{province:02}"),
        })
        .collect()
}

pub(super) fn enterprises(draw: &mut Draw, provinces: &[Province], groups: &[Group]) -> Vec<Enterprise> {
    let mut all = Vec::new();
    for (province, names) in provinces.iter().zip(names::PROVINCES) {
        let count = if province.counties.len() > 1 { PER_PROVINCE } else { 1 };
        for _ in 0..count {
            let number = all.len() + 1;
            // About every fourth works belongs to a group, which need not be at home in the same province.
            let owned = count > 1 && draw.between(1, 4) == 1;
            let owner = if owned { draw.one_of(groups).map(|group| group.id.clone()) } else { None };
            let county = draw.one_of(&province.counties).map(|county| county.place.code.clone());
            all.push(Enterprise {
                id: format!("E{number:04}"),
                name: name(draw, names, number),
                province: province.place.code.clone(),
                county: county.unwrap_or_else(|| province.place.code.clone()),
                owner,
                answers: answers(draw),
                mistake: mistake(number),
            });
        }
    }
    all
}

/// A company's name, with its number in the company register so that no two are alike.
fn name(draw: &mut Draw, names: &names::ProvinceNames, number: usize) -> String {
    let pattern = draw.one_of(names.companies).copied().unwrap_or("{}");
    let word = draw.one_of(names.words).copied().unwrap_or_default();
    format!("{} (No. {number:04})", pattern.replace("{}", word))
}

/// Sizes lie close enough together that no owner dominates a province.
fn answers(draw: &mut Draw) -> Answers {
    let (women, men) = (draw.between(12, 180), draw.between(12, 180));
    let turnover = (women + men) * draw.between(90, 260);
    let exports = turnover * draw.between(0, 55) / 100;
    Answers { women, men, domestic: turnover - exports, exports }
}

const fn mistake(number: usize) -> Option<Mistake> {
    match number {
        7 => Some(Mistake::DoesNotAddUp),
        40 => Some(Mistake::NoPoint),
        66 => Some(Mistake::OpensToOtherValues),
        101 => Some(Mistake::Negative),
        _ => None,
    }
}
