//! Measuring a network: four validators as processes of their own on this machine, and a client that loads them.
//!
//! Promises: an open loop, so a network that falls behind cannot hide it; a transaction counts once it is final and a
//! quorum of validators has it on its disk; what is refused, rejected, lost or late is counted and shown; beside each
//! figure stands what the machine could do at most, measured in the same run. Does not promise: that the machine was
//! idle. Client and validators share it, and what else ran is not known.

mod catch_up;
mod drive;
mod fill;
mod folder;
mod follow;
mod journal;
mod latency;
mod limits;
mod machine;
mod page;
mod prepare;
mod reads;
mod register;
mod report;
mod rollup;
mod schedule;
mod search;
mod session;
mod table;
mod tally;
mod words;
mod workload;
mod world;

use crate::command::{asked_to_stop, wait_for};
use crate::exit::Exit;
use crate::local::{Children, Site};
use crate::output::Output;
use chancery_client::Client;
use chancery_client::pipeline::Pipeline;
use chancery_types::ids::Height;
use folder::Folder;
use follow::Follower;
use journal::Journal;
use limits::Limits;
use report::{FORMAT, Network, Purpose, Report, Run};
use session::{Away, Kind, Session};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use workload::Singles;
use world::{MEMBERS_MAX, Size, World};

/// Measure how much a network on this machine carries.
///
/// Founds a network of four validators, each a process of its own, enrols members, signs everything beforehand and then
/// sends transactions at fixed times, whatever the answers. A transaction's latency counts from the time at which it was
/// due to the moment at which three of four validators have it on their disks.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {
    /// What is sent.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "single")]
    workload: Vec<Kind>,
    /// How many transactions fall due in a second.
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    rate: u32,
    /// For how long.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    seconds: u32,
    /// How many members there are, rounded up to whole counties of 200.
    #[arg(long, value_name = "N", default_value_t = 25_600, value_parser = members)]
    members: usize,
    /// How many validators the network has.
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=16))]
    validators: u8,
    /// Find the highest rate that the network keeps up with, beginning with --rate, and hold it for --seconds.
    #[arg(long)]
    search: bool,
    /// Then measure latency at half of that rate (of --rate without --search).
    #[arg(long)]
    half: bool,
    /// Fill the state with about so many keys first: two for each record.
    #[arg(long, value_name = "N", default_value_t = 0)]
    keys: u64,
    /// Then stop one validator for so many seconds while single returns go on at --rate, start it, and measure how fast
    /// it catches up.
    #[arg(long, value_name = "SECONDS", conflicts_with = "attach", value_parser = clap::value_parser!(u32).range(1..=600))]
    catch_up: Option<u32>,
    /// A run keeps up only if 99 of 100 transactions are final within so many milliseconds.
    #[arg(long, value_name = "MS", default_value_t = 2_000)]
    p99_max: u64,
    /// Where the network's data, keys and logs are kept while it is measured. What an earlier measurement left there is
    /// deleted.
    #[arg(long, value_name = "DIR", default_value = "bench-data")]
    data: PathBuf,
    /// The first validator's interface listens here, the others on the next ports; validators reach each other a
    /// thousand ports higher.
    #[arg(long, value_name = "PORT", default_value_t = 9_800)]
    port: u16,
    /// Load a network that `chancery bench` founded in this folder before and whose validators run.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["data", "members", "validators", "port"])]
    attach: Option<PathBuf>,
    /// With --attach: where the validators are reached, in their order, if not where they were founded.
    #[arg(long, value_name = "URL", requires = "attach")]
    node: Vec<String>,
    /// Also write what became of each transaction to this file, one JSON document a line.
    #[arg(long, value_name = "FILE.jsonl")]
    journal: Option<PathBuf>,
    /// Also write one page with charts to this file; it needs nothing else and asks nobody.
    #[arg(long, value_name = "FILE.html")]
    page: Option<PathBuf>,
    /// Measure nothing: print the tables of these reports (kept with --json) in Markdown, as the documentation has them.
    #[arg(long, value_name = "FILE.json", num_args = 1.., conflicts_with = "attach")]
    report: Vec<PathBuf>,
    /// Leave the folder in place when all is done.
    #[arg(long)]
    keep: bool,
    /// Go on running the network when all is done, until Ctrl-C, so that it can be loaded with --attach.
    #[arg(long, conflicts_with = "attach")]
    stay: bool,
}

fn members(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(members @ 1..=MEMBERS_MAX) => Ok(members),
        _ => Err(format!("a number from 1 to {MEMBERS_MAX} is wanted")),
    }
}

pub(crate) fn run(bench: &Arguments, output: &Output) -> Result<(), Exit> {
    if !bench.report.is_empty() {
        let reports = bench.report.iter().map(|path| table::read(path)).collect::<Result<Vec<_>, _>>()?;
        if let (Some(path), [report]) = (&bench.page, reports.as_slice()) {
            write_page(path, report)?;
        }
        return output.result(&reports, |reports| table::markdown(reports));
    }
    match &bench.attach {
        Some(folder) => attached(bench, folder, output),
        None => founded(bench, output),
    }
}

/// Says what was measured; what could not be measured does not take the rest with it.
fn finish(bench: &Arguments, mut report: Report, output: &Output) -> Result<(), Exit> {
    report.load_average_after = machine::load_average();
    if let Some(path) = &bench.page {
        write_page(path, &report)?;
    }
    output.result(&report, words::words)?;
    report.broken_off.map_or(Ok(()), |why| Err(Exit::Partly(format!("the measurement broke off: {why}"))))
}

fn write_page(path: &std::path::Path, report: &Report) -> Result<(), Exit> {
    std::fs::write(path, page::page(report)).map_err(|error| Exit::file(path, &error))
}

/// Founds a network, measures it, and stops it.
fn founded(bench: &Arguments, output: &Output) -> Result<(), Exit> {
    let load_average_before = machine::load_average();
    Site::remove(&bench.data, folder::MARKER, "Name another with --data; only measured networks are ever deleted.")?;
    output.progress("Measuring what this machine could do at most …");
    std::fs::create_dir_all(&bench.data).map_err(|error| Exit::file(&bench.data, &error))?;
    let limits = Limits::measure(&bench.data)?;
    output.progress(format!("Founding a network of {} validators …", bench.validators));
    let begun = Instant::now();
    let size = Size::of(bench.members);
    let folder = Folder::found(&bench.data, bench.port, usize::from(bench.validators), size)?;
    let mut children = Children::start(&folder.site)?;
    let outcome = wait_for(async {
        let stopped = asked_to_stop();
        tokio::pin!(stopped);
        let measured = tokio::select! {
            () = &mut stopped => return Err(Exit::failed("stopped before it was done")),
            measured = found_and_measure(bench, folder, limits, begun, load_average_before, &mut children, output) => measured?,
        };
        let site = measured.site;
        let finished = finish(bench, measured.report, output);
        if bench.stay {
            output.progress(format!(
                "The network goes on; load it with `chancery bench --attach {}`. Ctrl-C stops it.",
                bench.data.display()
            ));
            children.watch(&site, output, stopped).await;
        }
        finished
    });
    output.progress("Stopping the validators …");
    children.stop(output);
    if !bench.keep {
        Site::remove(&bench.data, folder::MARKER, "It is left as it is.")?;
    }
    outcome
}

/// What was measured, and where.
struct Measured {
    report: Report,
    site: Site,
}

async fn found_and_measure(
    bench: &Arguments,
    folder: Folder,
    limits: Limits,
    begun: Instant,
    load_average_before: Option<[f64; 3]>,
    children: &mut Children,
    output: &Output,
) -> Result<Measured, Exit> {
    let first_block = first_block(&folder, begun).await?;
    let client = children.wait_until_ready(&folder.site, output).await?;
    let world = World::of(&folder)?;
    let mut report = begin(bench, &folder, limits.clone(), load_average_before);
    report.network.first_block_ms = Some(latency::milliseconds(first_block));
    let mut session = session(bench, folder, world, client, limits, output)?;
    let enrolling = Instant::now();
    let keyring = session.folder.site.keyring()?;
    let pipeline = Pipeline::new(&session.client, ENROLMENTS_MAX);
    session.world.enrol(&session.client, &pipeline, &keyring, output).await?;
    report.network.enrolment_s = Some((enrolling.elapsed().as_secs_f64() * 10.0).round() / 10.0);
    measure(bench, &mut session, &mut report).await;
    if let (Some(seconds), None) = (bench.catch_up, &report.broken_off) {
        let away = Away { children, seconds };
        // Long enough for it to be level again while the load still goes on.
        let lasting = seconds * 3 + CATCH_UP_SECONDS;
        match session.run(Kind::Single, bench.rate, lasting, Purpose::CatchUp, Some(away)).await {
            Ok(run) => report.runs.push(run),
            Err(failure) => report.broken_off = Some(failure.cause().to_owned()),
        }
    }
    Ok(Measured { report, site: session.folder.site })
}

/// How long the load of a catch-up lasts beyond three times the absence.
const CATCH_UP_SECONDS: u32 = 20;
/// How many enrolments are on their way at once: each holds the keys of many members.
const ENROLMENTS_MAX: usize = 32;

/// Measures a network that runs already.
fn attached(bench: &Arguments, path: &std::path::Path, output: &Output) -> Result<(), Exit> {
    let folder = Folder::open(path)?;
    let world = World::of(&folder)?;
    let load_average_before = machine::load_average();
    output.progress("Measuring what this machine could do at most, while the network runs …");
    let limits = Limits::measure(path)?;
    let nodes = if bench.node.is_empty() { folder.site.addresses() } else { bench.node.clone() };
    if nodes.len() != folder.site.validators {
        let validators = folder.site.validators;
        return Err(Exit::usage(
            format!("--node is given {} times", nodes.len()),
            format!("Name all {validators} validators"),
        ));
    }
    wait_for(async {
        let client = Client::connect(&nodes).await?;
        let mut report = begin(bench, &folder, limits.clone(), load_average_before);
        let mut session = session(bench, folder, world, client, limits, output)?;
        measure(bench, &mut session, &mut report).await;
        finish(bench, report, output)
    })
}

fn session(
    bench: &Arguments,
    folder: Folder,
    world: World,
    client: Client,
    limits: Limits,
    output: &Output,
) -> Result<Session, Exit> {
    let mut session = Session::new(folder, world, client, limits, *output, Duration::from_millis(bench.p99_max));
    session.journal = bench.journal.as_deref().map(Journal::begin).transpose()?;
    Ok(session)
}

fn begin(bench: &Arguments, folder: &Folder, limits: Limits, load_average_before: Option<[f64; 3]>) -> Report {
    let validators = folder.site.validators;
    let configured = chancery_node::config::Config::read(&folder.site.config(1));
    Report {
        format: FORMAT,
        software: env!("CARGO_PKG_VERSION").to_owned(),
        command: command(),
        begun: chancery_node::run::now().to_string(),
        optimised: !cfg!(debug_assertions),
        limits,
        network: Network {
            validators,
            quorum: follow::quorum(validators),
            members: folder.size().members(),
            with_tables: configured.is_ok_and(|config| config.tables || config.portal),
            founded_here: bench.attach.is_none(),
            first_block_ms: None,
            enrolment_s: None,
        },
        load_average_before,
        load_average_after: None,
        broken_off: None,
        filled: None,
        runs: Vec::new(),
    }
}

/// What was typed; where programs and folders lie on this machine is nobody's business.
fn command() -> String {
    let shown = |argument: String| {
        let path = std::path::Path::new(&argument);
        let name = path.file_name().filter(|_| path.is_absolute());
        name.map(|name| name.to_string_lossy().into_owned()).unwrap_or(argument)
    };
    let arguments: Vec<String> = std::env::args().skip(1).map(shown).collect();
    format!("chancery {}", arguments.join(" "))
}

/// Measures what was asked for, as far as it goes.
async fn measure(bench: &Arguments, session: &mut Session, report: &mut Report) {
    if let Err(failure) = measure_all(bench, session, report).await {
        report.broken_off = Some(failure.cause().to_owned());
    }
}

async fn measure_all(bench: &Arguments, session: &mut Session, report: &mut Report) -> Result<(), Exit> {
    if bench.keys > 0 {
        report.filled = Some(fill::fill(session, bench.keys).await?);
    }
    let kinds = bench.workload.iter().flat_map(|kind| match kind {
        Kind::Batch => vec![Kind::Committed, Kind::Clear],
        other => vec![*other],
    });
    for kind in kinds {
        match kind {
            Kind::Rollup => report.runs.extend(roll_up(bench, session).await?),
            Kind::Figures => report.runs.push(publish(session, bench.rate).await?),
            Kind::Reads => report.runs.push(read(session, bench.rate, bench.seconds).await?),
            _ => report.runs.extend(one_kind(bench, session, kind).await?),
        }
    }
    Ok(())
}

/// A workload at the rate that was asked for, or at the highest that is found; and at half of it.
async fn one_kind(bench: &Arguments, session: &mut Session, kind: Kind) -> Result<Vec<Run>, Exit> {
    let (mut runs, mut rate) = (Vec::new(), bench.rate);
    if bench.search {
        runs = search::search(session, kind, rate, bench.seconds).await?;
        let sustained = runs.iter().rev().find(|run| run.purpose == Purpose::Sustained);
        rate = sustained.map_or(rate, |run| run.rate);
    } else {
        runs.push(one(session, kind, rate, bench.seconds, Purpose::AsAsked).await?);
    }
    if bench.half {
        runs.push(one(session, kind, (rate / 2).max(1), bench.seconds, Purpose::Half).await?);
    }
    Ok(runs)
}

async fn roll_up(bench: &Arguments, session: &mut Session) -> Result<Vec<Run>, Exit> {
    let runs = rollup::rollup(session, bench.rate, bench.seconds).await?;
    runs.iter().for_each(|run| session.output.progress(words::line(run)));
    Ok(runs)
}

async fn publish(session: &mut Session, rate: u32) -> Result<Run, Exit> {
    let run = rollup::figures_in_clear(session, rate).await?;
    session.output.progress(words::line(&run));
    Ok(run)
}

/// The most transactions that are filed to be asked about.
const READ_TRANSACTIONS_MAX: u64 = 5_000;

async fn read(session: &mut Session, rate: u32, seconds: u32) -> Result<Run, Exit> {
    session.output.progress("Filing what is to be read …");
    // Two of the same kind of question in a row are about different transactions, and no more are needed.
    let count = (u64::from(rate) * u64::from(seconds)).clamp(100, READ_TRANSACTIONS_MAX);
    let first = session.take_singles(count).await?;
    let filed = Singles::new(&session.world, first)?;
    let ids = session.file(&filed, usize::try_from(count).unwrap_or(usize::MAX)).await?;
    let run = reads::reads(session, &ids, rate, seconds, Purpose::AsAsked).await?;
    session.output.progress(words::line(&run));
    Ok(run)
}

async fn one(session: &mut Session, kind: Kind, rate: u32, seconds: u32, purpose: Purpose) -> Result<Run, Exit> {
    let run = session.run(kind, rate, seconds, purpose, None).await?;
    session.output.progress(words::line(&run));
    Ok(run)
}

/// How long it takes from the beginning of founding until a quorum has the first block.
async fn first_block(folder: &Folder, begun: Instant) -> Result<Duration, Exit> {
    const WITHIN: Duration = Duration::from_secs(90);
    const POLL: Duration = Duration::from_millis(10);
    let late = || Exit::failed(format!("no block was final within {} s", WITHIN.as_secs()));
    for number in folder.site.numbers() {
        // A look that costs nothing, until somebody listens: a client would pause longer between its attempts.
        while std::net::TcpStream::connect(folder.site.address(number)).is_err() {
            if begun.elapsed() > WITHIN {
                return Err(late());
            }
            tokio::time::sleep(POLL).await;
        }
    }
    let client = Client::connect(&folder.site.addresses()).await?;
    let follower = Follower::start(&client, Height(0));
    loop {
        if let Some((_, (at, _))) = follower.durable().first_key_value() {
            return Ok(at.duration_since(begun));
        }
        if begun.elapsed() > WITHIN {
            return Err(late());
        }
        tokio::time::sleep(POLL).await;
    }
}
