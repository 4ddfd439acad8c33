//! Values with what is needed to read them: a register's structure as cells, fields, sums and rates.

use super::words::as_filed;
use chancery_portal::view::{Cell, Field, Rate, Text, Value};
use chancery_statistics::record::{CellSpecification, Identity, Structure, Term};
use chancery_types::amount::{CellValue, Quantity};
use chancery_types::code::CellId;
use std::collections::BTreeMap;

/// Totals by cell.
pub(super) type Totals = BTreeMap<CellId, i128>;

/// Collects totals.
pub(super) fn totals<'a>(sums: impl IntoIterator<Item = (&'a CellId, Quantity)>) -> Totals {
    sums.into_iter().map(|(cell, sum)| (cell.clone(), i128::from(sum.0))).collect()
}

/// The structure of a register, which may not be defined yet.
#[derive(Clone, Copy)]
pub(super) struct Sheet<'a>(pub(super) Option<&'a Structure>);

impl<'a> Sheet<'a> {
    /// The cells of which totals are formed, in the structure's order.
    fn additive(self) -> impl Iterator<Item = &'a CellSpecification> {
        self.0.into_iter().flat_map(|structure| &structure.cells).filter(|cell| cell.additive)
    }

    fn specification(self, id: &CellId) -> Option<&'a CellSpecification> {
        self.0?.cells.iter().find(|cell| cell.id == *id)
    }

    /// A cell of a record.
    pub(super) fn cell(self, id: &CellId, value: CellValue) -> Cell {
        self.filled(
            id,
            match value {
                CellValue::Clear(quantity) => Value::Number(quantity.0.into()),
                CellValue::Committed(_) => Value::Sealed,
                // Asked and answered: nothing.
                CellValue::Nil => Value::Number(0),
                CellValue::Missing => Value::Missing,
                CellValue::NotApplicable => Value::NotApplicable,
            },
        )
    }

    /// Every total; `otherwise` stands where there is none.
    pub(super) fn totals(self, totals: &Totals, otherwise: &Value) -> Vec<Cell> {
        self.additive().map(|cell| self.filled(&cell.id, total(totals, &cell.id, otherwise))).collect()
    }

    /// The total that the register is known by: the first that others add up to, or else the first of all.
    pub(super) fn headline(self, totals: &Totals, otherwise: &Value) -> Cell {
        let whole = self.additive().find(|cell| !self.parts_of(&cell.id).is_empty());
        let known_by = whole.or_else(|| self.additive().next());
        let cell = known_by.map(|cell| self.filled(&cell.id, total(totals, &cell.id, otherwise)));
        cell.map_or_else(nameless, |cell| Cell { is_sum: false, ..cell })
    }

    /// The first rate that is derived from totals.
    pub(super) fn rate(self, totals: &Totals) -> Option<Rate> {
        let ratio = self.0?.ratios.first()?;
        let (above, below) = (self.specification(&ratio.numerator)?, self.specification(&ratio.denominator)?);
        // Both in the finer of the two scales.
        let finest = above.scale.min(below.scale);
        let scaled = |cell: &CellSpecification| {
            let steps = u32::from(cell.scale.abs_diff(finest));
            totals.get(&cell.id)?.checked_mul(10_i128.checked_pow(steps)?)
        };
        Some(Rate {
            name: as_filed(&ratio.label),
            part: scaled(above)?,
            whole: scaled(below)?,
            whole_name: as_filed(&below.label),
        })
    }

    /// What a register asks for.
    pub(super) fn fields(self) -> Vec<Field> {
        let cells = self.0.into_iter().flat_map(|structure| &structure.cells);
        cells
            .map(|cell| Field {
                code: cell.id.to_string(),
                name: as_filed(&cell.label),
                unit: unit(cell),
                scale: decimals(cell),
                least: Some(cell.low.0.into()),
                most: Some(cell.high.0.into()),
                sum_of: self.parts_of(&cell.id).iter().map(|part| part.cell.to_string()).collect(),
            })
            .collect()
    }

    /// The cells that add up to this one, by the first identity that says so.
    fn parts_of(self, id: &CellId) -> Vec<&'a Term> {
        let identities = self.0.into_iter().flat_map(|structure| &structure.identities);
        identities.map(|identity| parts_of(identity, id)).find(|parts| !parts.is_empty()).unwrap_or_default()
    }

    fn filled(self, id: &CellId, value: Value) -> Cell {
        let code = id.to_string();
        match self.specification(id) {
            Some(cell) => Cell {
                code,
                name: as_filed(&cell.label),
                unit: unit(cell),
                scale: decimals(cell),
                value,
                is_sum: !self.parts_of(id).is_empty(),
            },
            None => Cell { name: as_filed(&code), code, value, ..nameless() },
        }
    }
}

/// What stands where no structure is defined.
fn nameless() -> Cell {
    let nothing = Text::default();
    let value = Value::Missing;
    Cell { code: String::new(), name: nothing.clone(), unit: nothing, scale: 0, value, is_sum: false }
}

fn total(totals: &Totals, id: &CellId, otherwise: &Value) -> Value {
    totals.get(id).map_or_else(|| otherwise.clone(), |total| Value::Number(*total))
}

/// The other cells of an identity, if it says that they add up to `whole`: one coefficient of one sign, all others of
/// the other, none but 1 and −1, and more than one part.
fn parts_of<'a>(identity: &'a Identity, whole: &CellId) -> Vec<&'a Term> {
    let Some(own) = identity.terms.iter().find(|term| term.cell == *whole) else { return Vec::new() };
    let others: Vec<&Term> = identity.terms.iter().filter(|term| term.cell != *whole).collect();
    let adds_up = own.coefficient.abs_diff(0) == 1
        && others.len() > 1
        && others.iter().all(|term| term.coefficient.checked_neg() == Some(own.coefficient));
    if adds_up { others } else { Vec::new() }
}

/// Digits after the decimal point.
fn decimals(cell: &CellSpecification) -> u8 {
    if cell.scale < 0 { cell.scale.unsigned_abs() } else { 0 }
}

/// The unit with its multiplier: numbers stand as they were filed, so "12" in thousands of euros stays "12".
fn unit(cell: &CellSpecification) -> Text {
    let unit = &cell.unit;
    let times = |english: String, chinese: String| Text::new("en", english).with("zh-Hans", chinese);
    match cell.scale {
        ..=0 => as_filed(unit),
        3 => times(format!("thousand {unit}"), format!("千 {unit}")),
        6 => times(format!("million {unit}"), format!("百万 {unit}")),
        9 => times(format!("billion {unit}"), format!("十亿 {unit}")),
        scale => as_filed(format!("10^{scale} {unit}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn specification(id: &str, scale: i8) -> CellSpecification {
        CellSpecification {
            id: id.parse().unwrap(),
            label: id.to_uppercase(),
            unit: "EUR".to_owned(),
            scale,
            low: Quantity(0),
            high: Quantity(9),
            additive: true,
        }
    }

    #[test]
    fn an_identity_says_which_cells_add_up_to_which() {
        let check = |terms: &[(i8, &str)], whole: &str, expected: &[&str]| {
            let terms =
                terms.iter().map(|(coefficient, cell)| Term { coefficient: *coefficient, cell: cell.parse().unwrap() });
            let identity = Identity { terms: terms.collect() };
            let parts = parts_of(&identity, &whole.parse().unwrap());
            let parts: Vec<&str> = parts.iter().map(|term| term.cell.as_str()).collect();
            assert_eq!(parts, expected, "{whole}");
        };
        check(&[(1, "force"), (-1, "employed"), (-1, "unemployed")], "force", &["employed", "unemployed"]);
        check(&[(-1, "force"), (1, "employed"), (1, "unemployed")], "force", &["employed", "unemployed"]);
        check(&[(1, "force"), (-1, "employed"), (-1, "unemployed")], "employed", &[]);
        check(&[(1, "a"), (-1, "b")], "a", &[]);
        check(&[(2, "a"), (-1, "b"), (-1, "c")], "a", &[]);
        check(&[(1, "a"), (-1, "b"), (-2, "c")], "a", &[]);
        check(&[(1, "a"), (-1, "b"), (-1, "c")], "d", &[]);
    }

    #[test]
    fn a_multiplier_stands_in_the_unit_and_a_fraction_in_the_decimals() {
        let check = |scale: i8, english: &str, digits: u8| {
            let cell = specification("a", scale);
            assert_eq!((unit(&cell).text.as_str(), decimals(&cell)), (english, digits), "{scale}");
        };
        check(0, "EUR", 0);
        check(-2, "EUR", 2);
        check(3, "thousand EUR", 0);
        check(4, "10^4 EUR", 0);
    }

    #[test]
    fn a_rate_divides_totals_in_one_scale() {
        let ratio = chancery_statistics::record::Ratio {
            id: "rate".parse().unwrap(),
            label: "rate".to_owned(),
            numerator: "a".parse().unwrap(),
            denominator: "b".parse().unwrap(),
            decimals: 1,
        };
        let structure = Structure {
            register: "r".parse().unwrap(),
            cells: vec![specification("a", -2), specification("b", 3)],
            identities: Vec::new(),
            ratios: vec![ratio],
            version: 1,
        };
        let sheet = Sheet(Some(&structure));
        let totals: Totals = [("a".parse().unwrap(), 5), ("b".parse().unwrap(), 7)].into();
        let rate = sheet.rate(&totals).unwrap();
        assert_eq!((rate.part, rate.whole), (5, 700_000));
        assert_eq!(sheet.rate(&Totals::new()), None);
        assert_eq!(sheet.headline(&Totals::new(), &Value::Sealed).value, Value::Sealed);
    }
}
