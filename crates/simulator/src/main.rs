//! Runs seeds and tells what came of them. `cargo xtask simulate` builds and starts it.

use chancery_planted::FAULTS;
use chancery_simulator::plan::{Part, Plan};
use chancery_simulator::shrink::shrink;
use chancery_simulator::story::Act;
use chancery_simulator::{Failed, Report, run_plan};
use std::collections::BTreeSet;
use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const HELP: &str = "\
cargo xtask simulate [OPTIONS]

  --seeds N         run N seeds (default 10), from --from or else from the time of day
  --from S          the first seed
  --seed S          run one seed and tell its whole story
  --keep LIST       of that seed's plan keep these parts only: numbers of faults, adversary, weather, clocks; or none
  --threads N       how many seeds run at a time (default 2)
  --quiet           print failures and the summary only
  --planted NAME    put a planted fault in and run seeds until one catches it; all for every one of them
  --help            this text

A run that fails is made shorter and told with the command that runs it again. The exit code is 0 when every run was sound
(or every planted fault was caught), 1 when not, 2 for a command line like none of these.";

/// What the command line asks for.
struct Asked {
    seeds: u64,
    from: Option<u64>,
    seed: Option<u64>,
    keep: Option<BTreeSet<Part>>,
    threads: usize,
    is_quiet: bool,
    planted: Option<String>,
    /// Stop at the first failure and do not shrink it: how a planted fault is looked for.
    until_caught: bool,
}

fn main() -> ExitCode {
    // What a node says when it dies is part of the story and told there.
    std::panic::set_hook(Box::new(|_| ()));
    #[cfg(feature = "planted")]
    std::env::var("CHANCERY_PLANTED").into_iter().for_each(chancery_planted::choose);
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.iter().any(|word| word == "--help" || word == "help") {
        println!("{HELP}");
        return ExitCode::SUCCESS;
    }
    let Some(asked) = parse(&words) else {
        eprintln!("{HELP}");
        return ExitCode::from(2);
    };
    let is_sound = match (&asked.planted, asked.seed) {
        (Some(name), _) => hunt(name, &asked),
        (None, Some(seed)) => tell(seed, &asked),
        (None, None) => many(&asked),
    };
    if is_sound { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn parse(words: &[String]) -> Option<Asked> {
    let mut asked = Asked {
        seeds: 10,
        from: None,
        seed: None,
        keep: None,
        threads: 2,
        is_quiet: false,
        planted: None,
        until_caught: false,
    };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--seeds" => asked.seeds = words.next()?.parse().ok()?,
            "--from" => asked.from = Some(words.next()?.parse().ok()?),
            "--seed" => asked.seed = Some(words.next()?.parse().ok()?),
            "--threads" => asked.threads = words.next()?.parse().ok()?,
            "--planted" => asked.planted = Some(words.next()?.clone()),
            "--quiet" => asked.is_quiet = true,
            "--until-caught" => asked.until_caught = true,
            "--keep" => {
                let list = words.next()?.split(',').filter(|part| *part != "none");
                asked.keep = Some(list.map(str::parse).collect::<Result<_, _>>().ok()?);
            }
            _ => return None,
        }
    }
    Some(asked)
}

/// One seed, told at length.
fn tell(seed: u64, asked: &Asked) -> bool {
    let mut plan = Plan::draw(seed, Act::ALL.len());
    if let Some(keep) = &asked.keep {
        plan = plan.only(keep);
    }
    println!("{plan}");
    match run_plan(&plan) {
        Ok(report) => {
            println!("{report}");
            true
        }
        Err(failed) => {
            println!("FAILED {failed}");
            if asked.keep.is_none() {
                tell_shortest(&plan, failed);
            }
            false
        }
    }
}

fn tell_shortest(plan: &Plan, failed: Failed) {
    let shortest = shrink(plan, failed);
    println!("the shortest story that fails, found in {} runs:\n{}", shortest.runs, shortest.plan);
    println!("  {}", shortest.failed.failure);
    for fault in &shortest.failed.faults {
        println!("    {fault}");
    }
    println!("again: cargo xtask simulate --seed {} --keep {}", plan.seed, shortest.kept());
}

/// Many seeds, on several threads.
fn many(asked: &Asked) -> bool {
    let fresh = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_secs() % 1_000_000_000);
    let from = asked.from.unwrap_or_else(fresh);
    println!("seeds {from} to {}", from.saturating_add(asked.seeds).saturating_sub(1));
    let began = Instant::now();
    let (next, is_over, done) = (AtomicU64::new(0), AtomicBool::new(false), Mutex::new(Done::default()));
    std::thread::scope(|scope| {
        for _ in 0..asked.threads.max(1) {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= asked.seeds {
                        break;
                    }
                    let plan = Plan::draw(from.saturating_add(number), Act::ALL.len());
                    let ran = run_plan(&plan);
                    let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                    if done.note(plan, ran, asked, began.elapsed()) && asked.until_caught {
                        is_over.store(true, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    let seconds = began.elapsed().as_secs_f64();
    let per_minute = done.count as f64 * 60.0 / seconds.max(0.001);
    let Done { count, blocks, bytes, failed, .. } = &done;
    println!(
        "{count} seeds in {seconds:.0} s, {per_minute:.1} per minute; {blocks} blocks, {} MiB searched; {} failed {failed:?}",
        bytes >> 20,
        failed.len()
    );
    let is_sound = failed.is_empty();
    if !asked.until_caught {
        for (plan, failed) in done.failures {
            println!("\nFAILED {failed}");
            tell_shortest(&plan, failed);
        }
    }
    is_sound
}

/// What came of the seeds so far.
#[derive(Default)]
struct Done {
    count: u64,
    blocks: u64,
    bytes: u64,
    failed: Vec<u64>,
    failures: Vec<(Plan, Failed)>,
}

/// Failures that are made shorter at the end; there is no use in more.
const SHRUNK_MAX: usize = 5;

impl Done {
    /// Notes a run; answers whether it failed.
    fn note(&mut self, plan: Plan, ran: Result<Report, Failed>, asked: &Asked, after: Duration) -> bool {
        self.count += 1;
        match ran {
            Ok(report) => {
                self.blocks += report.height.0;
                self.bytes += report.bytes_searched;
                if !asked.is_quiet {
                    let Report { seed, nodes, height, accepted, figures, lasted_ms, disk_bytes_max, .. } = report;
                    let (lasted_s, disk_kib) = (lasted_ms / 1_000, disk_bytes_max >> 10);
                    println!(
                        "{seed}: sound; {nodes} validators, {height} blocks, {accepted} accepted, {figures} figures, \
                         {lasted_s} s, {disk_kib} KiB",
                    );
                }
                false
            }
            Err(failed) => {
                println!("{}: FAILED after {} s: {}", failed.seed, after.as_secs(), failed.failure);
                self.failed.push(failed.seed);
                if self.failures.len() < SHRUNK_MAX && !asked.until_caught {
                    self.failures.push((plan, failed));
                }
                true
            }
        }
    }
}

/// Looks for planted faults, each in a process of its own, since the choice is made once in a process.
fn hunt(name: &str, asked: &Asked) -> bool {
    if cfg!(not(feature = "planted")) {
        eprintln!("this build has no planted faults; `cargo xtask simulate --planted {name}` makes one that has");
        return false;
    }
    let wanted: Vec<_> = FAULTS.iter().filter(|fault| name == "all" || fault.name == name).collect();
    if wanted.is_empty() {
        let names: Vec<_> = FAULTS.iter().map(|fault| fault.name).collect();
        eprintln!("no planted fault is called {name}; there are: {}", names.join(", "));
        return false;
    }
    let mut missed = Vec::new();
    for fault in wanted {
        let began = Instant::now();
        let ran = std::env::current_exe().and_then(|program| {
            Command::new(program)
                .args(["--until-caught", "--quiet", "--from", &asked.from.unwrap_or(1).to_string()])
                .args(["--seeds", &asked.seeds.to_string(), "--threads", &asked.threads.to_string()])
                .env("CHANCERY_PLANTED", fault.name)
                .output()
        });
        let output = ran.map(|ran| String::from_utf8_lossy(&ran.stdout).into_owned()).unwrap_or_default();
        let caught = output.lines().find(|line| line.contains("FAILED"));
        let seconds = began.elapsed().as_secs();
        match caught {
            Some(line) => println!("caught  {} ({}) in {seconds} s by seed {line}", fault.name, fault.lies_in),
            None => {
                println!("MISSED  {} ({}): {} seeds in {seconds} s", fault.name, fault.lies_in, asked.seeds);
                missed.push(fault.name);
            }
        }
    }
    println!("{} missed {missed:?}", missed.len());
    missed.is_empty()
}
