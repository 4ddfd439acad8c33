//! A small country that does not exist, for demonstrations and tests: the same seed gives the same country.
//!
//! It has what real registers have and programs stumble over: leading zeros, names with commas, quotes' worth of
//! accents and Chinese characters, companies that own several works, a province with one county and one enterprise,
//! mistyped and faulty returns.

mod draw;
mod enterprises;
mod names;

pub use enterprises::{Answers, Enterprise, Group, Mistake};

use draw::Draw;

/// A place with its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// With leading zeros.
    pub code: String,
    /// The official name.
    pub name: String,
}

/// The whole country.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Country {
    /// The whole.
    pub place: Place,
    /// Its parts.
    pub provinces: Vec<Province>,
    /// Companies that own several works.
    pub groups: Vec<Group>,
    /// Who files to the confidential register.
    pub enterprises: Vec<Enterprise>,
}

/// A province and its counties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Province {
    /// The province.
    pub place: Place,
    /// Its statistics office.
    pub office: String,
    /// Its counties.
    pub counties: Vec<County>,
}

/// A county and what it files to the open register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct County {
    /// The county.
    pub place: Place,
    /// Persons employed.
    pub employed: i64,
    /// Persons unemployed.
    pub unemployed: i64,
    /// What goes wrong with its first return.
    pub mistake: Option<CountyMistake>,
}

/// What goes wrong in a county's office.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountyMistake {
    /// The first attempt does not add up.
    DoesNotAddUp,
    /// It files the same return twice.
    FilesTwice,
    /// It files for the next county.
    FilesForAnother,
    /// Digits are transposed; found later and corrected with a reason.
    TransposedDigits,
}

impl County {
    /// Persons in the labour force.
    pub const fn labour_force(&self) -> i64 {
        self.employed.saturating_add(self.unemployed)
    }
}

/// The seed of the country that `chancery demo` shows.
pub const DEMONSTRATION_SEED: u64 = 2026;

impl Country {
    /// Makes the country of a seed.
    pub fn generate(seed: u64) -> Self {
        let mut draw = Draw::new(seed);
        let provinces: Vec<Province> = names::PROVINCES
            .iter()
            .zip(1..)
            .map(|(province, number)| province_of(&mut draw, province, number))
            .collect();
        let groups = enterprises::groups();
        let enterprises = enterprises::enterprises(&mut draw, &provinces, &groups);
        let place = Place { code: "LR".to_owned(), name: names::COUNTRY.to_owned() };
        let mut country = Self { place, provinces, groups, enterprises };
        country.make_mistakes();
        country
    }

    /// All counties.
    pub fn counties(&self) -> impl Iterator<Item = &County> {
        self.provinces.iter().flat_map(|province| &province.counties)
    }

    fn make_mistakes(&mut self) {
        let mistakes = [
            ("0102", CountyMistake::DoesNotAddUp),
            ("0203", CountyMistake::FilesTwice),
            ("0301", CountyMistake::FilesForAnother),
            ("0404", CountyMistake::TransposedDigits),
        ];
        for county in self.provinces.iter_mut().flat_map(|province| &mut province.counties) {
            let found = mistakes.iter().find(|(code, _)| *code == county.place.code);
            county.mistake = found.map(|(_, mistake)| *mistake);
        }
    }
}

fn province_of(draw: &mut Draw, province: &names::ProvinceNames, number: usize) -> Province {
    let counties = province.counties.iter().zip(1..).map(|(name, county)| {
        let labour_force = draw.between(18_000, 260_000);
        let unemployed = labour_force * draw.between(28, 94) / 1_000;
        County {
            place: Place { code: format!("{number:02}{county:02}"), name: (*name).to_owned() },
            employed: labour_force - unemployed,
            unemployed,
            mistake: None,
        }
    });
    Province {
        place: Place { code: format!("{number:02}"), name: province.name.to_owned() },
        office: province.office.to_owned(),
        counties: counties.collect(),
    }
}

#[cfg(test)]
mod tests;
