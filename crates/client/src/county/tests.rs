use super::*;
use chancery_types::amount::Quantity;
use std::collections::BTreeSet;

const HEADER: &str = "state_fips,county_fips,area,year,labor_force,employed,unemployed,unemployment_rate_pct\n";

fn roll() -> BTreeSet<CountyCode> {
    [(1, 1), (1, 3), (35, 13), (11, 1)]
        .map(|(state, county)| CountyCode { state: StateCode(state), county })
        .into_iter()
        .collect()
}

fn entries(rows: &[u8], only: Option<StateCode>) -> Vec<Entry> {
    let counties = roll();
    let file = [HEADER.as_bytes(), rows].concat();
    Rows::open(&file[..], 2016, (&counties, only)).unwrap().map(|entry| entry.unwrap()).collect()
}

/// What becomes of one row: its number if it is refused.
#[track_caller]
fn check(row: &str, expected: Result<(), u16>) {
    let outcome: Vec<_> = entries(row.as_bytes(), None)
        .into_iter()
        .map(|entry| match entry {
            Entry::Sound(_) => Ok(()),
            Entry::Refused(refused) => Err(refused.refusal.text().number),
        })
        .collect();
    assert_eq!(outcome, [expected], "{row}");
}

#[test]
fn sound_rows_keep_leading_zeros_commas_and_accents() {
    let rows = "01,001,\"Autauga County, AL\",2016,30,20,10,33.3\n\
                35,013,\"Doña Ana County, NM\",2016,7,7,0,0\r\n\
                11,001,District of Columbia,2016,0,0,0,\n";
    let names: Vec<_> = entries(rows.as_bytes(), None)
        .into_iter()
        .map(|entry| match entry {
            Entry::Sound(row) => (row.line, row.county.to_string(), row.area, row.labour_force),
            Entry::Refused(refused) => panic!("{refused:?}"),
        })
        .collect();
    let expected = [
        (2, "01001", "Autauga County, AL", 30),
        (3, "35013", "Doña Ana County, NM", 7),
        (4, "11001", "District of Columbia", 0),
    ];
    assert_eq!(names, expected.map(|(l, c, a, q)| (l, c.to_owned(), a.to_owned(), Quantity(q))));
}

#[test]
fn every_fault_has_its_own_number() {
    let long = format!("01,001,\"{}\",2016,3,2,1,0", "x".repeat(LINE_BYTES_MAX));
    for (row, number) in [
        (long.as_str(), 2),
        ("01,001,\"Autauga County, AL,2016,3,2,1,0", 3),
        ("01,001,Autauga County, AL,2016,3,2,1,0", 4),
        ("01,001,Autauga,2016,3,2,1", 4),
        ("01,001,Autauga,2016,3,,1,0", 5),
        ("01,001,Autauga,2016,3,N.A.,1,0", 6),
        ("01,001,Autauga,2016,3,2.0,1,0", 6),
        ("01,001,Autauga,2016,3,+2,1,0", 6),
        ("01,001,Autauga,2016,1,2,-1,0", 7),
        ("01,001,Autauga,2016,99999999999999,2,1,0", 8),
        ("01,001,Autauga,2016,99999999999999999999999999,2,1,0", 8),
        ("1,001,Autauga,2016,3,2,1,0", 9),
        ("01,1,Autauga,2016,3,2,1,0", 9),
        ("01,001,Autauga,2015,3,2,1,0", 10),
        ("01,777,Autauga,2016,3,2,1,0", 11),
        ("99,001,Autauga,2016,3,2,1,0", 11),
        ("01,001,\"Autauga County, GA\",2016,3,2,1,0", 12),
        ("01,001,Autauga,2016,4,2,1,0", 13),
    ] {
        check(row, Err(number));
    }
    check("01,001,Autauga,2016,3,2,1,not read", Ok(()));
}

#[test]
fn bytes_that_are_not_text_cost_their_own_row_only() {
    let mut rows = b"35,013,\"Do\xf1a Ana County, NM\",2016,3,2,1,0\n".to_vec();
    rows.extend(b"01,001,\"open quote,2016,3,2,1,0\n01,001,Autauga,2016,3,2,1,0\n");
    let sound: Vec<_> = entries(&rows, None).iter().map(|entry| matches!(entry, Entry::Sound(_))).collect();
    assert_eq!(sound, [false, false, true]);
}

#[test]
fn a_second_row_of_a_county_names_the_first_but_a_refused_row_does_not_count() {
    let rows = "01,001,A,2016,9,2,1,0\n01,001,A,2016,3,2,1,0\n\n01,001,A,2016,5,4,1,0\n";
    let entries = entries(rows.as_bytes(), None);
    let code = CountyCode { state: StateCode(1), county: 1 };
    let duplicate = RefusedRow { line: 5, refusal: RowRefusal::Duplicate { code, first: 3 } };
    assert!(matches!(entries[0], Entry::Refused(_)));
    assert!(matches!(entries[1], Entry::Sound(_)));
    assert_eq!(entries[2], Entry::Refused(duplicate));
}

#[test]
fn a_county_of_another_state_is_foreign_to_a_states_own_import() {
    let only = Some(StateCode(35));
    let entries = entries(b"01,001,A,2016,3,2,1,0\n35,013,B,2016,3,2,1,0\n", only);
    assert!(matches!(&entries[0], Entry::Refused(refused) if refused.refusal.text().number == 12));
    assert!(matches!(entries[1], Entry::Sound(_)));
}

#[test]
fn columns_are_found_by_name_and_a_missing_one_is_named() {
    let counties = roll();
    let file = "\u{feff}year,unemployed,employed,labor_force,area,county_fips,state_fips\n2016,1,2,3,A,001,01\n";
    let mut rows = Rows::open(file.as_bytes(), 2016, (&counties, None)).unwrap();
    assert!(matches!(rows.next(), Some(Ok(Entry::Sound(_)))));
    let error = Rows::open(&b"state_fips,county_fips\n"[..], 2016, (&counties, None)).err();
    assert!(matches!(error, Some(CountyFileError::MissingColumn(MissingColumn(Column::Area)))));
    assert!(matches!(Rows::open(&b""[..], 2016, (&counties, None)).err(), Some(CountyFileError::NoHeader)));
}

#[test]
fn a_survey_knows_counties_by_faulty_rows_too_but_not_by_impossible_codes() {
    let rows = "01,001,\"Autauga County, AL\",2016,9,2,1,0\n01,999,Nowhere,2016,3,2,1,0\n99,001,X,2016,3,2,1,0\n\
                01,003,\"Baldwin County, GA\",2016,3,2,1,0\n35,013,\"Doña Ana County, NM\",2015,3,2,1,0\n";
    let survey = survey([HEADER, rows].concat().as_bytes()).unwrap();
    assert_eq!(survey.year, 2016);
    assert_eq!(survey.rows, 5);
    let names: Vec<_> = survey.counties.iter().map(|(code, name)| format!("{code} {name}")).collect();
    assert_eq!(names, ["01001 Autauga County, AL", "35013 Doña Ana County, NM"]);
}

#[test]
fn the_published_files_go_in_whole() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    for (year, expected) in [(2014, 157_089_399), (2015, 157_986_393), (2016, 159_824_216)] {
        let path = folder.join(format!("bls_laus_county_{year}.csv"));
        let Ok(file) = std::fs::File::open(&path) else {
            println!("skipped: {year}: the county file is not here");
            continue;
        };
        let surveyed = survey(std::io::BufReader::new(file)).unwrap();
        assert_eq!((surveyed.year, surveyed.counties.len()), (year, 3_219));
        let file = std::fs::File::open(&path).unwrap();
        let rows = Rows::open(std::io::BufReader::new(file), year, &surveyed.counties).unwrap();
        let mut sums = (0, 0, 0, 0);
        for entry in rows {
            match entry.unwrap() {
                Entry::Sound(row) => {
                    sums =
                        (sums.0 + 1, sums.1 + row.labour_force.0, sums.2 + row.employed.0, sums.3 + row.unemployed.0);
                }
                Entry::Refused(refused) => panic!("{refused:?}"),
            }
        }
        assert_eq!((sums.0, sums.1), (3_219, expected));
        assert_eq!(sums.1, sums.2 + sums.3);
    }
}
