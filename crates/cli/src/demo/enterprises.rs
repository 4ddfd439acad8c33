//! Loads the enterprises and their confidential returns: commitments, sealed openings, decisions, totals with proofs.

use super::authorities::domain;
use super::country::{People, fault, must_be_refused};
use super::figures::{Refusal, Report};
use super::home::Home;
use super::labour::{self, Opening, code, identity};
use crate::exit::Exit;
use crate::output::Output;
use chancery_client::country::{Answers, Country, Enterprise, Mistake};
use chancery_client::enrolment::{Enrolment, Intake, Newcomer};
use chancery_client::filing::{Desk, SealedReturn};
use chancery_client::office::{Decided, Office};
use chancery_client::pipeline::Pipeline;
use chancery_client::randomness::generator;
use chancery_client::signing::{SignedTransaction, Signer};
use chancery_client::{Client, ClientError};
use chancery_kernel::records::query::record_id;
use chancery_kernel::records::transaction::NewRegister;
use chancery_statistics::ids::STATISTICS;
use chancery_statistics::record::{CellSpecification, Ratio};
use chancery_statistics::transaction::{Correction, Filing, NewStructure, Return, StatisticsTransaction};
use chancery_types::amount::{AmountCommitment, CellValue, Quantity};
use chancery_types::code::{RegionCode, RegisterId};
use chancery_types::ids::{RecordId, Version};
use chancery_types::period::Period;
use chancery_types::record::{Assurance, RegisterClass};
use rand_core::CryptoRng;
use std::collections::BTreeMap;

const REGISTER: &str = "enterprise-survey";
const YEAR: Period = Period::Year(2025);
const LAW: &str = "Enterprise Statistics Act of Lanrivier, article 4 (invented)";
const CORRECTION: &str = "The openings that were handed over first belonged to a draft.";

const CELLS: [(&str, &str, &str, i8); 6] = [
    ("employees_women", "Women employed", "persons", 0),
    ("employees_men", "Men employed", "persons", 0),
    ("employees", "Persons employed", "persons", 0),
    ("turnover_domestic", "Turnover at home", "LRF", 3),
    ("turnover_exports", "Turnover abroad", "LRF", 3),
    ("turnover", "Turnover", "LRF", 3),
];

/// Registers groups and enterprises; gives the signers of all by their handles.
pub(super) async fn enrol(
    enrolment: &mut Enrolment<'_>,
    country: &Country,
    offices: &BTreeMap<String, Signer>,
) -> Result<BTreeMap<String, Signer>, Exit> {
    let office = |code: &str| offices.get(code).cloned().ok_or_else(|| fault("a province's office"));
    let mut signers = BTreeMap::new();
    let (mut intakes, mut handles) = (Vec::new(), Vec::new());
    for group in &country.groups {
        let newcomer = Newcomer {
            label: format!("group/{}", group.id),
            name: group.name.clone(),
            region: code(&group.province)?,
            owner: None,
        };
        let registrar = office(&group.province)?;
        intakes.push(Intake { registrar, newcomers: vec![newcomer], files_in: domain("statistics.enterprise")? });
        handles.push(group.id.clone());
    }
    signers.extend(handles.into_iter().zip(enrolment.members(intakes, |_| ()).await?.into_iter().flatten()));
    let (mut intakes, mut handles) = (Vec::new(), Vec::new());
    for province in &country.provinces {
        let theirs = country.enterprises.iter().filter(|enterprise| enterprise.province == province.place.code);
        let newcomers = theirs.map(|enterprise| {
            handles.push(enterprise.id.clone());
            let owner = enterprise.owner.as_ref().and_then(|owner| signers.get(owner)).map(|owner| owner.member);
            let region: RegionCode = code(&enterprise.county)?;
            let label = format!("enterprise/{}", enterprise.id);
            Ok(Newcomer { label, name: enterprise.name.clone(), region, owner })
        });
        let newcomers = newcomers.collect::<Result<_, Exit>>()?;
        let registrar = office(&province.place.code)?;
        intakes.push(Intake { registrar, newcomers, files_in: domain("statistics.enterprise")? });
    }
    signers.extend(handles.into_iter().zip(enrolment.members(intakes, |_| ()).await?.into_iter().flatten()));
    Ok(signers)
}

/// Files, decides and publishes, as far as that has not been done.
pub(super) async fn load(
    client: &Client,
    pipeline: &Pipeline,
    home: &Home,
    country: &Country,
    people: &People,
    output: &Output,
    report: &mut Report,
) -> Result<(), Exit> {
    let register: RegisterId = code(REGISTER)?;
    expect(country, &register, report)?;
    report.published.push((register.clone(), YEAR));
    let whole: RegionCode = code(super::country::COUNTRY)?;
    if labour::is_published(client, &register, YEAR, &whole).await? {
        output.progress("The enterprise survey is published already.");
        return Ok(());
    }
    let opening = opening(people.industry.clone(), &register)?;
    opening.carry_out(client, pipeline).await?;
    output.progress("Enterprises commit to their figures and seal the openings to the ministry …");
    // The first validator keeps the vault; the ministry sits there too.
    let desk_client = super::desk(client);
    let sealing_key = home.keyring.sealing_key(super::authorities::INDUSTRY_MINISTRY);
    let desk = Desk {
        network: client.network_id(),
        register: &register,
        period: YEAR,
        structure: &opening.structure,
        sealing_key: sealing_key.public_key(),
    };
    let counter = Counter { client: &desk_client, desk, people, report };
    let mut counter = counter;
    counter.first_returns(country, pipeline).await?;

    output.progress("The ministry opens what was sealed to it and decides …");
    let mut office = Office::open(&desk_client, people.industry.clone(), sealing_key, register.clone(), YEAR).await?;
    let decided = office.decide().await?;
    note_decisions(output, &decided, report);
    pipeline.caught_up(client.network().await?.height).await?;
    let counter = &mut Counter {
        client: &desk_client,
        desk: Desk {
            network: client.network_id(),
            register: &register,
            period: YEAR,
            structure: &opening.structure,
            sealing_key: home.keyring.sealing_key(super::authorities::INDUSTRY_MINISTRY).public_key(),
        },
        people,
        report,
    };
    counter.corrections(country, pipeline).await?;
    let decided = office.decide().await?;
    note_decisions(output, &decided, report);
    publish(client, pipeline, country, &mut office, &whole, output, report).await
}

async fn publish(
    client: &Client,
    pipeline: &Pipeline,
    country: &Country,
    office: &mut Office<'_>,
    whole: &RegionCode,
    output: &Output,
    report: &mut Report,
) -> Result<(), Exit> {
    output.progress("The ministry forms totals, guards them, proves them and publishes …");
    pipeline.caught_up(client.network().await?.height).await?;
    let counted = office.counted().await?;
    let plan = office.plan(&counted, whole);
    if let Some(done) = office.publish(&counted, whole).await? {
        pipeline.caught_up(done.height).await?;
    }
    for (region, allowed) in &plan {
        if allowed.is_ok()
            && let Some(done) = office.publish(&counted, region).await?
        {
            pipeline.caught_up(done.height).await?;
        }
    }
    // The province with one filer: the ministry would not, and consensus does not let it.
    let lonely = country.provinces.iter().find(|province| province.counties.len() == 1);
    if let Some(province) = lonely {
        let what = format!("a figure of {}, where one enterprise files", province.place.name);
        match office.publish(&counted, &code(&province.place.code)?).await {
            Err(ClientError::Rejected { id, code, .. }) => {
                let reference = format!("transaction {id}");
                report.refusals.push(Refusal { what, code: code.to_string(), reference });
            }
            Err(error) => return Err(error.into()),
            Ok(_) => return Err(fault(&format!("the refusal of {what}"))),
        }
    }
    let kept_back: Vec<String> =
        plan.iter().filter(|(_, allowed)| allowed.is_err()).map(|(region, _)| region.to_string()).collect();
    output.progress(format!("  kept back, so that nobody is given away: {}", kept_back.join(", ")));
    Ok(())
}

fn note_decisions(output: &Output, decided: &Decided, report: &mut Report) {
    output.progress(format!("  accepted {}, refused {}", decided.accepted, decided.refused.len()));
    for (record, version, flaw) in &decided.refused {
        report.refusals.push(Refusal {
            what: format!("a sealed return: {flaw}"),
            code: format!("{STATISTICS}-{:03}", flaw.number()),
            reference: format!("record {record} version {version}"),
        });
    }
}

/// What is asked.
fn opening(supervisor: Signer, register: &RegisterId) -> Result<Opening, Exit> {
    let cells = CELLS.iter().map(|(id, label, unit, scale)| {
        Ok(CellSpecification {
            id: code(id)?,
            label: (*label).to_owned(),
            unit: (*unit).to_owned(),
            scale: *scale,
            low: Quantity(0),
            high: Quantity(100_000_000),
            additive: true,
        })
    });
    Ok(Opening {
        supervisor,
        register: NewRegister {
            id: register.clone(),
            class: RegisterClass::Confidential,
            domain: domain("statistics.enterprise")?,
            region: code(super::country::COUNTRY)?,
            legal_basis: LAW.to_owned(),
            title: "Enterprise survey".to_owned(),
        },
        structure: NewStructure {
            register: register.clone(),
            cells: cells.collect::<Result<_, Exit>>()?,
            identities: vec![
                identity(&[(1, "employees_women"), (1, "employees_men"), (-1, "employees")])?,
                identity(&[(1, "turnover_domestic"), (1, "turnover_exports"), (-1, "turnover")])?,
            ],
            ratios: vec![Ratio {
                id: code("export_share")?,
                label: "Share of exports".to_owned(),
                numerator: code("turnover_exports")?,
                denominator: code("turnover")?,
                decimals: 1,
            }],
        },
        period: YEAR,
    })
}

/// What the published totals must be: all but the return that stays refused.
fn expect(country: &Country, register: &RegisterId, report: &mut Report) -> Result<(), Exit> {
    let counted = || country.enterprises.iter().filter(|enterprise| enterprise.mistake != Some(Mistake::Negative));
    for (place, (cell, ..)) in CELLS.iter().enumerate() {
        let total = counted().filter_map(|enterprise| enterprise.answers.values().get(place).copied()).sum();
        report.expected.insert((register.clone(), code(cell)?), total);
    }
    report.expected_returns.insert(register.clone(), u64::try_from(counted().count()).unwrap_or(u64::MAX));
    Ok(())
}

/// Where enterprises file.
struct Counter<'a> {
    client: &'a Client,
    desk: Desk<'a>,
    people: &'a People,
    report: &'a mut Report,
}

impl Counter<'_> {
    async fn standing(&self) -> Result<BTreeMap<RecordId, (Version, Assurance)>, Exit> {
        let records = self.client.records(self.desk.register, YEAR, None).await?;
        Ok(records.into_iter().map(|record| (record.id, (record.latest, record.assurance))).collect())
    }

    fn signer(&self, enterprise: &Enterprise) -> Result<&Signer, Exit> {
        self.people.enterprises.get(&enterprise.id).ok_or_else(|| fault("an enterprise"))
    }

    /// Hands over and files the first returns, with their mistakes.
    async fn first_returns(&mut self, country: &Country, pipeline: &Pipeline) -> Result<(), Exit> {
        let standing = self.standing().await?;
        let mut rng = generator()?;
        let mut filings = Vec::new();
        for enterprise in &country.enterprises {
            let signer = self.signer(enterprise)?.clone();
            if standing.contains_key(&record_id(self.desk.register, &signer.member, &YEAR)) {
                continue;
            }
            let mut made = self.sealed(&signer, &first_values(enterprise), None, &mut rng)?;
            self.refused_first(enterprise, &signer, &made, &mut rng).await?;
            if enterprise.mistake == Some(Mistake::OpensToOtherValues) {
                // Commitments to one list of values, openings of another.
                let draft = Answers { women: enterprise.answers.women + 1, ..enterprise.answers };
                let other = self.sealed(&signer, &draft.values().map(Quantity), None, &mut rng)?;
                made = SealedReturn { filed: Return { sealed: other.filed.sealed, ..made.filed }, ..other };
            }
            self.hand_over(&signer, &made, &mut rng).await?;
            filings.push(self.signed(&signer, made.filed, &mut rng));
        }
        pipeline.send(filings, |_| ()).await?.all_accepted()?;
        Ok(())
    }

    /// What consensus refuses although it sees no value.
    async fn refused_first(
        &mut self,
        enterprise: &Enterprise,
        signer: &Signer,
        sound: &SealedReturn,
        rng: &mut impl CryptoRng,
    ) -> Result<(), Exit> {
        let (filed, what) = match enterprise.mistake {
            Some(Mistake::DoesNotAddUp) => {
                let mut values = enterprise.answers.values().map(Quantity);
                if let Some(employees) = values.get_mut(2) {
                    *employees = Quantity(employees.0 + 1);
                }
                let filed = self.sealed(signer, &values, None, rng)?.filed;
                (filed, format!("{} commits to employees that do not add up", enterprise.name))
            }
            Some(Mistake::NoPoint) => {
                let mut filed = sound.filed.clone();
                if let Some(cell) = filed.cells.first_mut() {
                    *cell = CellValue::Committed(AmountCommitment([0xff; 32]));
                }
                (filed, format!("{} sends a commitment that is no point of the group", enterprise.name))
            }
            _ => return Ok(()),
        };
        let refusal = must_be_refused(self.client, &self.signed(signer, filed, rng), what).await?;
        self.report.refusals.push(refusal);
        Ok(())
    }

    /// Files the correction of what the ministry refused for its openings.
    async fn corrections(&mut self, country: &Country, pipeline: &Pipeline) -> Result<(), Exit> {
        let standing = self.standing().await?;
        let mut rng = generator()?;
        let mut filings = Vec::new();
        let wrong = country.enterprises.iter().filter(|one| one.mistake == Some(Mistake::OpensToOtherValues));
        for enterprise in wrong {
            let signer = self.signer(enterprise)?.clone();
            let known = standing.get(&record_id(self.desk.register, &signer.member, &YEAR));
            if known != Some(&(Version(1), Assurance::Refused)) {
                continue;
            }
            let correction = Correction { replaces: Version(1), reason: CORRECTION.to_owned() };
            let values = enterprise.answers.values().map(Quantity);
            let made = self.sealed(&signer, &values, Some(correction), &mut rng)?;
            self.hand_over(&signer, &made, &mut rng).await?;
            filings.push(self.signed(&signer, made.filed, &mut rng));
        }
        pipeline.send(filings, |_| ()).await?.all_accepted()?;
        Ok(())
    }

    fn sealed(
        &self,
        signer: &Signer,
        values: &[Quantity],
        correction: Option<Correction>,
        rng: &mut impl CryptoRng,
    ) -> Result<SealedReturn, Exit> {
        Ok(self.desk.confidential_return(signer.member, signer.member, values, correction, rng)?)
    }

    async fn hand_over(&self, signer: &Signer, made: &SealedReturn, rng: &mut impl CryptoRng) -> Result<(), Exit> {
        let session = self.client.open_session(signer, rng).await?;
        self.client.hand_over(&session, signer.member, self.desk.register, made.record, &made.sealed).await?;
        Ok(())
    }

    fn signed(&self, signer: &Signer, filed: Return, rng: &mut impl CryptoRng) -> SignedTransaction {
        let register = self.desk.register.clone();
        let filing = Filing { register, period: YEAR, returns: vec![filed], intake: Vec::new() };
        signer.sign(STATISTICS, &StatisticsTransaction::File(filing), self.client.now(), rng)
    }
}

/// What an enterprise commits to first.
fn first_values(enterprise: &Enterprise) -> [Quantity; 6] {
    let answers = match enterprise.mistake {
        // Fewer than none: its commitment looks like any other.
        Some(Mistake::Negative) => Answers { women: -5, ..enterprise.answers },
        _ => enterprise.answers,
    };
    answers.values().map(Quantity)
}
