//! Loads the generated country.

use super::authorities::{Constituting, INDUSTRY_MINISTRY, STATISTICS_MINISTRY, county, domain, office};
use super::enterprises;
use super::figures::{Refusal, Report};
use super::home::Home;
use super::labour::{self, LABOUR_FORCE, code};
use crate::exit::Exit;
use crate::output::Output;
use chancery_client::country::{Country, County, CountyMistake, DEMONSTRATION_SEED};
use chancery_client::enrolment::{Body, Enrolment, Intake, Newcomer};
use chancery_client::filing::open_return;
use chancery_client::office::publish_open;
use chancery_client::pipeline::Pipeline;
use chancery_client::randomness::generator;
use chancery_client::signing::Signer;
use chancery_client::{Client, ClientError};
use chancery_kernel::identity::transaction::NewRegion;
use chancery_kernel::records::query::record_id;
use chancery_statistics::ids::STATISTICS;
use chancery_statistics::transaction::{Correction, Filing, Return, StatisticsTransaction};
use chancery_types::amount::Quantity;
use chancery_types::code::RegisterId;
use chancery_types::ids::{MemberId, RecordId, Version};
use chancery_types::period::Period;
use std::collections::{BTreeMap, BTreeSet};

/// The code of the whole country.
pub(super) const COUNTRY: &str = "LR";
/// The period of both registers.
const YEAR: Period = Period::Year(2025);
const LABOUR_LAW: &str = "Statistics Act of Lanrivier, article 12 (invented)";
const TRANSPOSED: &str = "Two digits of the number of unemployed were transposed.";

/// Everyone in the country, by the codes and handles of the generator.
#[derive(Debug)]
pub(super) struct People {
    pub(super) statistics: Signer,
    pub(super) industry: Signer,
    /// Counties' offices.
    pub(super) counties: BTreeMap<String, Signer>,
    /// Enterprises.
    pub(super) enterprises: BTreeMap<String, Signer>,
}

/// Loads the country, as far as it is not there.
pub(super) async fn load(
    client: &Client,
    pipeline: &Pipeline,
    home: &Home,
    found: &Constituting,
    output: &Output,
) -> Result<Report, Exit> {
    let country = Country::generate(DEMONSTRATION_SEED);
    let people = enrol(client, pipeline, home, found, &country, output).await?;
    let mut report = Report::default();
    labour_force(client, pipeline, &country, &people, output, &mut report).await?;
    enterprises::load(client, pipeline, home, &country, &people, output, &mut report).await?;
    Ok(report)
}

async fn enrol(
    client: &Client,
    pipeline: &Pipeline,
    home: &Home,
    found: &Constituting,
    country: &Country,
    output: &Output,
) -> Result<People, Exit> {
    output.progress("Registering authorities and members …");
    let mut enrolment = Enrolment::begin(client, pipeline, &home.keyring).await?;
    let top = &found.signer;
    let provinces = country.provinces.iter().map(|province| region(top, &province.place, COUNTRY));
    enrolment.regions(provinces.collect::<Result<_, Exit>>()?, |_| ()).await?;
    let ministries = [
        (STATISTICS_MINISTRY, "Ministry of Statistics (统计部)", "statistics"),
        (INDUSTRY_MINISTRY, "Ministère de l’Industrie", "statistics.enterprise"),
    ];
    let ministries = ministries.map(|(label, name, domain)| body(top, label.to_owned(), name, domain, COUNTRY));
    let ministries = enrolment.authorities(ministries.into_iter().collect::<Result<_, Exit>>()?).await?;
    let [statistics, industry] = <[Signer; 2]>::try_from(ministries).map_err(|_| fault("the ministries"))?;
    let bodies = country.provinces.iter().map(|province| {
        let code = &province.place.code;
        body(&statistics, office(code), &province.office, "statistics", code)
    });
    let offices = enrolment.authorities(bodies.collect::<Result<_, Exit>>()?).await?;
    let codes = country.provinces.iter().map(|province| province.place.code.clone());
    let offices: BTreeMap<String, Signer> = codes.zip(offices).collect();
    let mut counties = Vec::new();
    for province in &country.provinces {
        let registrar = offices.get(&province.place.code).ok_or_else(|| fault("a province's office"))?;
        for county in &province.counties {
            counties.push(region(registrar, &county.place, &province.place.code)?);
        }
    }
    enrolment.regions(counties, |_| ()).await?;
    let counties = county_offices(&mut enrolment, country, &offices).await?;
    let enterprises = enterprises::enrol(&mut enrolment, country, &offices).await?;
    Ok(People { statistics, industry, counties, enterprises })
}

fn region(above: &Signer, place: &chancery_client::country::Place, parent: &str) -> Result<(Signer, NewRegion), Exit> {
    Ok((above.clone(), NewRegion { code: code(&place.code)?, parent: code(parent)?, name: place.name.clone() }))
}

fn body(above: &Signer, label: String, name: &str, within: &str, region: &str) -> Result<(Signer, Body), Exit> {
    let body = Body { label, name: name.to_owned(), domains: vec![domain(within)?], region: code(region)? };
    Ok((above.clone(), body))
}

async fn county_offices(
    enrolment: &mut Enrolment<'_>,
    country: &Country,
    offices: &BTreeMap<String, Signer>,
) -> Result<BTreeMap<String, Signer>, Exit> {
    let (mut intakes, mut codes) = (Vec::new(), Vec::new());
    for province in &country.provinces {
        let newcomers = province.counties.iter().map(|place| {
            Ok(Newcomer {
                label: county(&place.place.code),
                name: format!("Office of {}", place.place.name),
                region: code(&place.place.code)?,
                owner: None,
            })
        });
        let registrar = offices.get(&province.place.code).cloned().ok_or_else(|| fault("a province's office"))?;
        let newcomers = newcomers.collect::<Result<_, Exit>>()?;
        intakes.push(Intake { registrar, newcomers, files_in: domain("statistics.labour")? });
        codes.extend(province.counties.iter().map(|county| county.place.code.clone()));
    }
    let signers = enrolment.members(intakes, |_| ()).await?;
    Ok(codes.into_iter().zip(signers.into_iter().flatten()).collect())
}

/// The open register: every county files for itself, some with a mistake that must be refused.
async fn labour_force(
    client: &Client,
    pipeline: &Pipeline,
    country: &Country,
    people: &People,
    output: &Output,
    report: &mut Report,
) -> Result<(), Exit> {
    let register: RegisterId = code(LABOUR_FORCE)?;
    expect(country, &register, report)?;
    report.published.push((register.clone(), YEAR));
    if labour::is_published(client, &register, YEAR, &code(COUNTRY)?).await? {
        output.progress("The labour force is published already.");
        return Ok(());
    }
    output.progress("Counties file the labour force …");
    labour::opening(people.statistics.clone(), COUNTRY, YEAR, LABOUR_LAW)?.carry_out(client, pipeline).await?;
    let there = client.records(&register, YEAR, None).await?;
    let there: BTreeMap<RecordId, Version> = there.into_iter().map(|record| (record.id, record.latest)).collect();
    let file = Counter { client, register: &register };
    file.mistakes(country, people, &there, report).await?;
    let mut first = Vec::new();
    for county in country.counties() {
        let signer = people.counties.get(&county.place.code).ok_or_else(|| fault("a county's office"))?;
        if !there.contains_key(&record_id(&register, &signer.member, &YEAR)) {
            first.push(file.signed(signer, open_return(signer.member, &values(county), None))?);
        }
    }
    pipeline.send(first, |_| ()).await?.all_accepted()?;
    file.afterwards(country, people, &there, report).await?;
    output.progress("The ministry publishes the labour force …");
    let parts: BTreeSet<&str> = country.provinces.iter().map(|province| province.place.code.as_str()).collect();
    for region in parts.into_iter().chain([COUNTRY]) {
        if let Some(done) = publish_open(client, &people.statistics, &register, YEAR, &code(region)?).await? {
            pipeline.caught_up(done.height).await?;
        }
    }
    Ok(())
}

fn expect(country: &Country, register: &RegisterId, report: &mut Report) -> Result<(), Exit> {
    let sum = |of: fn(&County) -> i64| country.counties().map(of).sum::<i64>();
    let sums = [
        ("labour_force", sum(County::labour_force)),
        ("employed", sum(|county| county.employed)),
        ("unemployed", sum(|county| county.unemployed)),
    ];
    for (cell, total) in sums {
        report.expected.insert((register.clone(), code(cell)?), total);
    }
    let returns = u64::try_from(country.counties().count()).unwrap_or(u64::MAX);
    report.expected_returns.insert(register.clone(), returns);
    Ok(())
}

/// What a county files first: with transposed digits where it makes that mistake.
fn values(county: &County) -> [Quantity; 3] {
    let wrong = county.mistake == Some(CountyMistake::TransposedDigits);
    let unemployed = if wrong { county.unemployed + 900 } else { county.unemployed };
    [county.employed + unemployed, county.employed, unemployed].map(Quantity)
}

/// Files to the open register, one return at a time.
struct Counter<'a> {
    client: &'a Client,
    register: &'a RegisterId,
}

impl Counter<'_> {
    fn signed(&self, signer: &Signer, filed: Return) -> Result<chancery_client::signing::SignedTransaction, Exit> {
        let filing = Filing { register: self.register.clone(), period: YEAR, returns: vec![filed], intake: Vec::new() };
        let message = StatisticsTransaction::File(filing);
        Ok(signer.sign(STATISTICS, &message, self.client.now(), &mut generator()?))
    }

    /// Files what must be refused, and notes the number.
    async fn refused(&self, signer: &Signer, filed: Return, what: String, report: &mut Report) -> Result<(), Exit> {
        let refusal = must_be_refused(self.client, &self.signed(signer, filed)?, what).await?;
        report.refusals.push(refusal);
        Ok(())
    }

    /// Mistakes before the sound return.
    async fn mistakes(
        &self,
        country: &Country,
        people: &People,
        there: &BTreeMap<RecordId, Version>,
        report: &mut Report,
    ) -> Result<(), Exit> {
        for (county, next) in country.counties().zip(country.counties().skip(1)) {
            let signer = people.counties.get(&county.place.code).ok_or_else(|| fault("a county's office"))?;
            let other = people.counties.get(&next.place.code).map(|other| other.member);
            if there.contains_key(&record_id(self.register, &signer.member, &YEAR)) {
                continue;
            }
            match county.mistake {
                Some(CountyMistake::DoesNotAddUp) => {
                    let wrong = [county.labour_force() + 1, county.employed, county.unemployed].map(Quantity);
                    let what = format!("{} files numbers that do not add up", county.place.name);
                    self.refused(signer, open_return(signer.member, &wrong, None), what, report).await?;
                }
                Some(CountyMistake::FilesForAnother) => {
                    let what = format!("{} files for {}", county.place.name, next.place.name);
                    let subject: MemberId = other.ok_or_else(|| fault("a county's office"))?;
                    self.refused(signer, open_return(subject, &values(county), None), what, report).await?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Mistakes after the sound return, and the correction of one.
    async fn afterwards(
        &self,
        country: &Country,
        people: &People,
        there: &BTreeMap<RecordId, Version>,
        report: &mut Report,
    ) -> Result<(), Exit> {
        for county in country.counties() {
            let signer = people.counties.get(&county.place.code).ok_or_else(|| fault("a county's office"))?;
            let version = there.get(&record_id(self.register, &signer.member, &YEAR));
            match county.mistake {
                Some(CountyMistake::FilesTwice) if version.is_none() => {
                    let what = format!("{} files the same return twice", county.place.name);
                    self.refused(signer, open_return(signer.member, &values(county), None), what, report).await?;
                }
                Some(CountyMistake::TransposedDigits) if version.is_none_or(|version| *version == Version(1)) => {
                    let right = [county.labour_force(), county.employed, county.unemployed].map(Quantity);
                    let correction = Correction { replaces: Version(1), reason: TRANSPOSED.to_owned() };
                    let filed = self.signed(signer, open_return(signer.member, &right, Some(correction)))?;
                    self.client.carry_out(&filed).await?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Sends what must be refused, and notes the number.
pub(super) async fn must_be_refused(
    client: &Client,
    transaction: &chancery_client::signing::SignedTransaction,
    what: String,
) -> Result<Refusal, Exit> {
    match client.carry_out(transaction).await {
        Err(ClientError::Rejected { id, code, .. }) => {
            Ok(Refusal { what, code: code.to_string(), reference: format!("transaction {id}") })
        }
        Err(error) => Err(error.into()),
        Ok(_) => Err(Exit::remedied(format!("accepted though it must be refused: {what}"), FAULT)),
    }
}

const FAULT: &str = "Report this as a fault.";

/// Something that this program itself put together is missing.
pub(super) fn fault(what: &str) -> Exit {
    Exit::remedied(format!("{what} is missing"), FAULT)
}
