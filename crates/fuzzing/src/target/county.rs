//! County files: one row is judged like another however the file comes in, and what is sound adds up.

use super::{Seed, seed};
use chancery_client::county::{AnyPlausible, CountyCode, Entry, LINE_BYTES_MAX, Roll, Rows, StateCode, survey};
use std::collections::BTreeSet;
use std::io::BufReader;

const YEAR: u16 = 2016;
/// Buffers of one byte, of an odd size, and larger than any input.
const BUFFERS: [usize; 3] = [1, 61, 64 * 1024];

pub(super) fn run(input: &[u8]) {
    let surveyed = BUFFERS.map(|size| survey(BufReader::with_capacity(size, input)).ok());
    assert!(surveyed.iter().all(|survey| *survey == surveyed[0]), "however the file comes in");
    let plausible = BUFFERS.map(|size| entries(input, size, AnyPlausible));
    assert!(plausible.iter().all(|entries| *entries == plausible[0]), "however the file comes in");
    let listed: BTreeSet<CountyCode> = [1, 3].map(|county| CountyCode { state: StateCode(1), county }).into();
    let listed = entries(input, BUFFERS[1], (&listed, Some(StateCode(1))));
    for (rows, known) in [(&plausible[0], None), (&listed, Some(StateCode(1)))] {
        let Some(rows) = rows else { continue };
        sound(rows, known);
        if let Some(survey) = &surveyed[0] {
            assert_eq!(survey.rows, rows.len() as u64, "every line is accounted for");
        }
        let lines = input.split(|byte| *byte == b'\n').skip(1).filter(|line| !is_empty(line)).count();
        assert_eq!(lines, rows.len(), "a line is a row");
    }
}

fn is_empty(line: &[u8]) -> bool {
    line.is_empty() || line == b"\r"
}

/// All entries; nothing if the header is none.
fn entries(input: &[u8], buffer: usize, roll: impl Roll) -> Option<Vec<Entry>> {
    let rows = Rows::open(BufReader::with_capacity(buffer, input), YEAR, roll).ok()?;
    Some(rows.map(|entry| entry.expect("bytes in memory can be read")).collect())
}

fn sound(rows: &[Entry], state: Option<StateCode>) {
    let mut seen = BTreeSet::new();
    for entry in rows {
        let Entry::Sound(row) = entry else { continue };
        assert!(seen.insert(row.county), "a county has one row");
        assert_eq!(row.employed.0 + row.unemployed.0, row.labour_force.0);
        assert!([row.employed, row.unemployed, row.labour_force].iter().all(|value| (0..=1 << 42).contains(&value.0)));
        assert_eq!(row.year, YEAR);
        assert!(state.is_none_or(|state| row.county.state == state));
        assert!(row.area.len() <= LINE_BYTES_MAX);
        assert!(row.county.region().is_ok() && row.county.state.region().is_ok());
    }
}

pub(super) fn seeds() -> Vec<Seed> {
    let header = "state_fips,county_fips,area,year,labor_force,employed,unemployed,unemployment_rate\n";
    let sound = "01,001,\"Autauga County, AL\",2016,25648,24297,1351,5.3\n";
    let long = "x".repeat(LINE_BYTES_MAX + 1);
    [
        ("sound", format!("{header}{sound}01,003,\"Baldwin County, AL\",2016,100,90,10,10\n")),
        ("byte-order-mark", format!("\u{feff}{header}{sound}")),
        ("line-ends", format!("{header}{sound}").replace('\n', "\r\n")),
        ("no-last-line-end", format!("{header}{}", sound.trim_end())),
        ("open-quote", format!("{header}01,001,\"Autauga,2016,1,1,0,0\n{sound}")),
        ("quotes", format!("{header}01,001,\"A \"\"county\"\", AL\",2016,1,1,0,0\n")),
        ("negative", format!("{header}01,001,A,2016,-1,-1,0,0\n")),
        ("too-large", format!("{header}01,001,A,2016,99999999999999999999,1,0,0\n")),
        ("duplicate", format!("{header}{sound}{sound}")),
        ("foreign", format!("{header}02,013,\"Aleutians East, AK\",2016,2,1,1,0\n")),
        (
            "columns",
            "unemployed,employed,labor_force,year,area,county_fips,state_fips\n1,2,3,2016,A,001,01\n".to_owned(),
        ),
        ("long", format!("{header}{long}\n{sound}")),
        ("empty-lines", format!("{header}\n\r\n{sound}\n")),
    ]
    .map(|(name, text)| seed(name, text))
    .to_vec()
}
