//! Loads a county file: states' authorities, counties as filers, one signed return for each row.

use super::authorities::{Constituting, STATISTICS_MINISTRY, county, domain, office};
use super::figures::Report;
use super::home::Home;
use super::labour::{self, LABOUR_FORCE, code};
use super::progress;
use crate::exit::Exit;
use crate::import::{self, Import};
use crate::output::Output;
use chancery_client::Client;
use chancery_client::county::{CountyCode, CountyFileError, StateCode, Survey, survey};
use chancery_client::enrolment::{Body, Enrolment, Intake, Newcomer};
use chancery_client::pipeline::Pipeline;
use chancery_client::signing::Signer;
use chancery_kernel::identity::transaction::NewRegion;
use chancery_types::code::RegisterId;
use chancery_types::period::Period;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

/// The code of the whole country.
pub(super) const COUNTRY: &str = "US";
const LAW: &str = "Local Area Unemployment Statistics (demonstration)";

/// Loads the file, as far as it is not there.
pub(super) async fn load(
    client: &Client,
    pipeline: &Pipeline,
    home: &Home,
    found: &Constituting,
    path: &Path,
    output: &Output,
) -> Result<Report, Exit> {
    output.progress(format!("Looking through {} …", path.display()));
    let surveyed = survey(open(path)?).map_err(|error| unreadable(path, &error))?;
    output.progress(format!(
        "  {} rows about {}, {} counties of {} states",
        surveyed.rows,
        surveyed.year,
        surveyed.counties.len(),
        states(&surveyed).len()
    ));
    let (ministry, counties) = enrol(client, pipeline, home, found, &surveyed, output).await?;
    let register: RegisterId = code(LABOUR_FORCE)?;
    let period = Period::Year(surveyed.year);
    labour::opening(ministry.clone(), COUNTRY, period, LAW)?.carry_out(client, pipeline).await?;
    let import = Import { client, pipeline, register: &register, period, year: surveyed.year };
    let imported = import.file(open(path)?, &counties, None, progress(output, "returns", counties.len())).await;
    let imported = imported.map_err(|error| error.of_file(path))?;
    output.progress("The ministry publishes state and national totals …");
    let mut regions = Vec::new();
    for state in states(&surveyed) {
        regions.push(state.region().map_err(|error| Exit::remedied(error.to_string(), ""))?);
    }
    regions.push(code(COUNTRY)?);
    import::publish(client, pipeline, &ministry, &register, period, &regions).await?;
    let mut report = Report::default();
    for (cell, total) in imported.totals() {
        report.expected.insert((register.clone(), code(cell)?), total);
    }
    report.expected_returns.insert(register.clone(), imported.rows.filed);
    report.published.push((register, period));
    report.rows = Some(imported.rows);
    Ok(report)
}

fn open(path: &Path) -> Result<BufReader<File>, Exit> {
    File::open(path).map(BufReader::new).map_err(|error| Exit::file(path, &error))
}

fn unreadable(path: &Path, error: &CountyFileError) -> Exit {
    let remedy = "The first line names state_fips, county_fips, area, year, labor_force, employed and unemployed.";
    Exit::remedied(format!("{}: {error}", path.display()), remedy)
}

fn states(survey: &Survey) -> Vec<StateCode> {
    let mut states: Vec<StateCode> = survey.counties.keys().map(|county| county.state).collect();
    states.dedup();
    states
}

async fn enrol(
    client: &Client,
    pipeline: &Pipeline,
    home: &Home,
    found: &Constituting,
    survey: &Survey,
    output: &Output,
) -> Result<(Signer, BTreeMap<CountyCode, Signer>), Exit> {
    output.progress("Registering the states' authorities and their counties …");
    let mut enrolment = Enrolment::begin(client, pipeline, &home.keyring).await?;
    let top = &found.signer;
    let ministry = Body {
        label: STATISTICS_MINISTRY.to_owned(),
        name: "Bureau of Statistics (demonstration)".to_owned(),
        domains: vec![domain("statistics")?],
        region: code(COUNTRY)?,
    };
    let ministries = enrolment.authorities(vec![(top.clone(), ministry)]).await?;
    let ministry = ministries.into_iter().next().ok_or_else(|| super::country::fault("the ministry"))?;
    let (mut regions, mut bodies, mut codes) = (Vec::new(), Vec::new(), Vec::new());
    for state in states(survey) {
        let name = state.state().map(|state| state.name).unwrap_or_default();
        let region = NewRegion { code: code(&state.to_string())?, parent: code(COUNTRY)?, name: name.to_owned() };
        regions.push((ministry.clone(), region));
        let body = Body {
            label: office(&state.to_string()),
            name: format!("{name} labour statistics office"),
            domains: vec![domain("statistics.labour")?],
            region: code(&state.to_string())?,
        };
        bodies.push((ministry.clone(), body));
        codes.push(state);
    }
    enrolment.regions(regions, |_| ()).await?;
    let offices: BTreeMap<StateCode, Signer> = codes.into_iter().zip(enrolment.authorities(bodies).await?).collect();
    let mut regions = Vec::new();
    let mut intakes = BTreeMap::<StateCode, (Intake, Vec<CountyCode>)>::new();
    for (place, name) in &survey.counties {
        let Some(registrar) = offices.get(&place.state) else { continue };
        let region: chancery_types::code::RegionCode = code(&place.to_string())?;
        let parent = code(&place.state.to_string())?;
        regions.push((registrar.clone(), NewRegion { code: region.clone(), parent, name: name.clone() }));
        let files_in = domain("statistics.labour")?;
        let fresh = || (Intake { registrar: registrar.clone(), newcomers: Vec::new(), files_in }, Vec::new());
        let (intake, places) = intakes.entry(place.state).or_insert_with(fresh);
        intake.newcomers.push(Newcomer { label: county(&place.to_string()), name: name.clone(), region, owner: None });
        places.push(*place);
    }
    let total = regions.len();
    enrolment.regions(regions, progress(output, "counties", total)).await?;
    let (intakes, places): (Vec<Intake>, Vec<Vec<CountyCode>>) = intakes.into_values().unzip();
    let signers = enrolment.members(intakes, |_| ()).await?;
    let counties = places.into_iter().flatten().zip(signers.into_iter().flatten()).collect();
    Ok((ministry, counties))
}
