//! `chancery statistics`

use super::remote::RemoteArguments;
use crate::demo::{RowReport, authorities, row_words};
use crate::exit::Exit;
use crate::import::{self, Import};
use crate::keystore::read_keyring;
use crate::output::Output;
use crate::passphrase::PassphraseArguments;
use chancery_client::Client;
use chancery_client::county::{CountyCode, STATES, StateCode};
use chancery_client::keyring::Keyring;
use chancery_client::office::Office;
use chancery_client::pipeline::Pipeline;
use chancery_client::signing::Signer;
use chancery_types::code::{RegionCode, RegisterId};
use chancery_types::ids::MemberId;
use chancery_types::period::Period;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

const IN_FLIGHT_MAX: usize = 128;

/// Regulatory statistics: import returns, decide on them, publish figures.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Clone, Debug, clap::Subcommand)]
enum Action {
    /// File the rows of a county file, each signed with its county's own key.
    ///
    /// A row that is faulty stays out, with its line, a number and what to do; the others go in. Exits with 5 if any
    /// row stayed out.
    Import(ImportFile),
    /// Decide on filed returns of a confidential register: open each, check it, accept or refuse it.
    Decide(AtTheDesk),
    /// Publish figures: of an open register from the ledger's own sums, of a confidential one with proofs and guards.
    Publish(PublishFigures),
}

#[derive(Clone, Debug, clap::Args)]
#[command(
    after_help = "Example:\n  chancery statistics import counties_2016.csv --register labour-force --period 2016 \
                        --keyring counties.key --publish"
)]
struct ImportFile {
    /// The file: state_fips, county_fips, area, year, labor_force, employed, unemployed.
    file: PathBuf,
    /// The register.
    #[arg(long)]
    register: RegisterId,
    /// The year that the rows are about.
    #[arg(long)]
    period: Period,
    /// The keyring from which the counties' keys are derived.
    #[arg(long, value_name = "FILE")]
    keyring: PathBuf,
    /// Take rows of this state only; those of others are refused as foreign.
    #[arg(long, value_name = "CODE")]
    state: Option<String>,
    /// Publish state and national totals afterwards, with the supervising ministry's key from the keyring.
    #[arg(long)]
    publish: bool,
    #[command(flatten)]
    remote: RemoteArguments,
    #[command(flatten)]
    passphrase: PassphraseArguments,
}

#[derive(Clone, Debug, clap::Args)]
struct AtTheDesk {
    /// The register.
    #[arg(long)]
    register: RegisterId,
    /// The period.
    #[arg(long)]
    period: Period,
    /// The supervising authority's key file.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    #[command(flatten)]
    remote: RemoteArguments,
    #[command(flatten)]
    passphrase: PassphraseArguments,
}

#[derive(Clone, Debug, clap::Args)]
struct PublishFigures {
    #[command(flatten)]
    desk: AtTheDesk,
    /// A region to publish; may be given several times.
    #[arg(long, value_name = "CODE", required = true)]
    region: Vec<RegionCode>,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<(), Exit> {
    match &arguments.action {
        Action::Import(import) => import_file(import, output),
        Action::Decide(desk) => decide(desk, output),
        Action::Publish(publish) => publish_figures(publish, output),
    }
}

#[derive(Debug, Serialize)]
struct ImportReport {
    #[serde(flatten)]
    rows: RowReport,
    rejected: Vec<RejectedReturn>,
    published: usize,
}

#[derive(Debug, Serialize)]
struct RejectedReturn {
    line: u64,
    code: Option<String>,
    cause: String,
}

fn import_file(import: &ImportFile, output: &Output) -> Result<(), Exit> {
    let Period::Year(year) = import.period else {
        return Err(Exit::usage("a county file is about a year", "Give --period as a year, like 2016."));
    };
    let only = import.state.as_deref().map(state).transpose()?;
    let file = File::open(&import.file).map_err(|error| Exit::file(&import.file, &error))?;
    let keyring = read_keyring(&import.keyring, &import.passphrase.obtain()?)?;
    let report = import.remote.with(|client| async move {
        let pipeline = Pipeline::new(&client, IN_FLIGHT_MAX);
        let holders = Holders::find(&client, &keyring, &import.keyring).await?;
        let importing =
            Import { client: &client, pipeline: &pipeline, register: &import.register, period: import.period, year };
        let done = importing.file(BufReader::new(file), &holders.counties, only, |_| ()).await;
        let imported = done.map_err(|error| error.of_file(&import.file))?;
        let mut published = 0;
        if import.publish {
            let regions = holders.regions(only);
            published = import::publish(
                &client,
                &pipeline,
                &holders.ministry,
                &import.register,
                import.period,
                &regions.map_err(|error| Exit::remedied(error.to_string(), "Report this as a fault."))?,
            )
            .await?;
        }
        let rejected = imported.rejected.iter().map(|(line, error)| RejectedReturn {
            line: *line,
            code: error.code().map(|code| code.to_string()),
            cause: error.to_string(),
        });
        Ok(ImportReport { rejected: rejected.collect(), rows: imported.rows, published })
    })?;
    output.result(&report, import_words)?;
    if report.rows.refused == 0 && report.rejected.is_empty() {
        return Ok(());
    }
    let out = report.rows.refused + u64::try_from(report.rejected.len()).unwrap_or(u64::MAX);
    Err(Exit::Partly(format!("{out} rows stayed out. Correct them as said and import the file again")))
}

fn import_words(report: &ImportReport) -> String {
    let mut text = row_words(&report.rows);
    for rejected in &report.rejected {
        text.push_str(&format!("  line {}: {}\n", rejected.line, rejected.cause));
    }
    text.push_str(&format!("Figures published: {}\n", report.published));
    text
}

fn state(text: &str) -> Result<StateCode, Exit> {
    let code = text.parse().ok().map(StateCode).filter(|code| code.to_string() == text && code.state().is_some());
    code.ok_or_else(|| Exit::usage(format!("{text:?} is no state's code"), "Write two digits, like 01."))
}

/// Whose keys a keyring holds, as far as they are members.
struct Holders {
    ministry: Signer,
    counties: BTreeMap<CountyCode, Signer>,
    country: RegionCode,
}

impl Holders {
    /// Derives the members under the constituting authority and keeps those that the network knows.
    async fn find(client: &Client, keyring: &Keyring, path: &Path) -> Result<Self, Exit> {
        let known: std::collections::BTreeSet<MemberId> =
            client.members(None).await?.into_iter().map(|member| member.id).collect();
        let authorities = client.authorities().await?;
        let top = authorities.iter().find(|authority| authority.member.vouched_by.is_none());
        let top = top.ok_or_else(|| Exit::remedied("the network shows no constituting authority", ""))?;
        let derive = |registrar, label: &str| authorities::derived(keyring, client.network_id(), registrar, label);
        let ministry = derive(top.member.id, authorities::STATISTICS_MINISTRY);
        if !known.contains(&ministry.member) {
            let cause = format!("the keys of {} belong to nobody on this network", path.display());
            return Err(Exit::usage(cause, "Name the keyring with which the counties were registered."));
        }
        let mut counties = BTreeMap::new();
        for state in STATES {
            let office = derive(ministry.member, &authorities::office(&state.code.to_string()));
            if !known.contains(&office.member) {
                continue;
            }
            for county in 1..=state.county_max {
                let code = CountyCode { state: state.code, county };
                let signer = derive(office.member, &authorities::county(&code.to_string()));
                if known.contains(&signer.member) {
                    counties.insert(code, signer);
                }
            }
        }
        Ok(Self { ministry, counties, country: top.jurisdiction.region.clone() })
    }

    /// States and country, or one state.
    fn regions(&self, only: Option<StateCode>) -> Result<Vec<RegionCode>, chancery_types::code::InvalidCode> {
        let mut states: Vec<StateCode> = self.counties.keys().map(|county| county.state).collect();
        states.dedup();
        states.retain(|state| only.is_none_or(|only| only == *state));
        let mut regions = states.into_iter().map(StateCode::region).collect::<Result<Vec<_>, _>>()?;
        regions.extend(only.is_none().then(|| self.country.clone()));
        Ok(regions)
    }
}

fn decide(desk: &AtTheDesk, output: &Output) -> Result<(), Exit> {
    let decided = desk.remote.with(|client| async move {
        let client = client.only(0);
        let mut office = sit_down(&client, desk).await?;
        Ok(office.decide().await?)
    })?;
    let refused: Vec<_> = decided
        .refused
        .iter()
        .map(|(record, version, flaw)| {
            serde_json::json!({ "record": record, "version": version, "number": flaw.number(), "why": flaw.to_string() })
        })
        .collect();
    let waiting: Vec<_> = decided.waiting.iter().map(|(record, _)| record.to_string()).collect();
    let value = serde_json::json!({ "accepted": decided.accepted, "refused": refused, "waiting": waiting });
    output.result(&value, |_| {
        let mut text = format!("accepted {}, refused {}\n", decided.accepted, decided.refused.len());
        for (record, version, flaw) in &decided.refused {
            text.push_str(&format!("  refused 16-{:03} record {record} version {version}: {flaw}\n", flaw.number()));
        }
        for record in &waiting {
            text.push_str(&format!("  waiting for the openings of record {record}\n"));
        }
        text
    })
}

async fn sit_down<'a>(client: &'a Client, desk: &AtTheDesk) -> Result<Office<'a>, Exit> {
    let (signer, sealing) = super::member_keys(&desk.key, &desk.passphrase, client)?;
    let none = || Exit::usage(format!("{} has no sealing key", desk.key.display()), "Name the supervising authority's");
    Ok(Office::open(client, signer, sealing.ok_or_else(none)?, desk.register.clone(), desk.period).await?)
}

fn publish_figures(publish: &PublishFigures, output: &Output) -> Result<(), Exit> {
    use chancery_types::record::RegisterClass;
    let desk = &publish.desk;
    let published = desk.remote.with(|client| async move {
        let client = client.only(0);
        let class = client.register(&desk.register).await?.register.class;
        if class == RegisterClass::Open {
            let (signer, _) = super::member_keys(&desk.key, &desk.passphrase, &client)?;
            let pipeline = Pipeline::new(&client, 1);
            let regions = &publish.region;
            return import::publish(&client, &pipeline, &signer, &desk.register, desk.period, regions).await;
        }
        let mut office = sit_down(&client, desk).await?;
        let counted = office.counted().await?;
        let guard = office.guard();
        let mut published = 0;
        for region in &publish.region {
            let cells = guard.additive.len();
            let sums = chancery_client::office::Sums::of(cells, &counted.within(region));
            if !guard.is_safe(&sums) {
                let cause = format!("the figure of region {region} would give someone away");
                return Err(Exit::remedied(cause, "Publish the region around it instead."));
            }
            published += usize::from(office.publish(&counted, region).await?.is_some());
        }
        Ok(published)
    })?;
    output.result(&serde_json::json!({ "published": published }), |_| format!("Figures published: {published}"))
}
