//! Runs suites of JavaScript tests.

#![forbid(unsafe_code)]

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use taipan_alloc::CountingAllocator;
use taipan_testkit::child;
use taipan_testkit::differential;
use taipan_testkit::expectations::{Comparison, Expectations};
use taipan_testkit::fuzz;
use taipan_testkit::hostile;
use taipan_testkit::mounts::Mounts;
use taipan_testkit::outcome::{FileOutcome, FileStatus};
use taipan_testkit::runner::Runner;
use taipan_testkit::server::Server;
use taipan_testkit::server::files::Files;
use taipan_testkit::soak;
use taipan_testkit::suite::Suite;
use taipan_testkit::suites::{self, Entry};
use taipan_testkit::summary;

/// What limits of the heap go by.
#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::new();

#[derive(Debug, Parser)]
#[command(about = "Runs suites of JavaScript tests")]
struct Cli {
    #[command(subcommand)]
    command: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Run a suite in the style of web-platform-tests
    Wpt(One),
    /// Run every suite of a web-platform-tests checkout, and tell the counts
    WptAll(All),
    /// Compare what comes of generated modules here and in node
    Differential(differential::Options),
    /// Try inputs that nobody thought of
    Fuzz {
        /// What with: module, chunks, imports, http, text, clone, or all
        target: String,
        /// How long, for each
        #[arg(long, default_value_t = 10)]
        seconds: u64,
        /// What inputs are made by
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Write the seeds for another fuzzer
    FuzzCorpus {
        /// Where to, a directory for each target in it
        directory: PathBuf,
    },
    /// Try what is in files
    FuzzInput {
        /// What with
        target: String,
        /// The inputs
        files: Vec<PathBuf>,
    },
    /// Run the hostile programs of js-tests/hostile, each in a process of its own
    Hostile {
        /// Run them with this command, which is `taipan`, instead of a runtime that is embedded and limited
        #[arg(long, value_name = "PROGRAM")]
        command: Option<String>,
        /// Embed the runtime on threads with small stacks
        #[arg(long, conflicts_with = "command")]
        small: bool,
        /// Only those whose names contain this
        #[arg(long)]
        filter: Vec<String>,
        /// How many at once
        #[arg(long, short, default_value_t = 2)]
        jobs: usize,
        /// Tell the outcome of each
        #[arg(long, short)]
        verbose: bool,
    },
    /// Run one such program in an embedded runtime
    #[command(hide = true)]
    HostileEmbedded {
        /// On a thread with a small stack
        #[arg(long)]
        small: bool,
        /// How many seconds it may run
        #[arg(long, default_value_t = 30)]
        timeout: u64,
        /// The program
        file: PathBuf,
    },
    /// Do what must not leak many times, and tell how much memory that takes, every second and in the end
    Soak(Soak),
    /// Serve a directory on 127.0.0.1, as badly as the queries of its URLs ask
    Serve {
        /// The directory
        directory: PathBuf,
    },
}

#[derive(Debug, Args)]
struct Soak {
    /// Only these scenarios; all if there is none
    #[arg(long)]
    scenario: Vec<String>,
    /// Do each less often, with limits of its own: less than a minute in all
    #[arg(long)]
    short: bool,
    /// Do each so often
    #[arg(long)]
    count: Option<u64>,
    /// Tell only how each has ended
    #[arg(long, short)]
    quiet: bool,
    /// Name the scenarios, and run none
    #[arg(long)]
    list: bool,
}

#[derive(Debug, Args)]
struct One {
    /// Which suite: js-tests (the repository's own), js-api, webapi, core, or one of a checkout
    #[arg(long)]
    suite: String,
    /// Where the files of js-api, webapi or core are (or those of js-tests, if not the repository's)
    #[arg(long)]
    tests: Option<PathBuf>,
    /// The web-platform-tests checkout the suite is of
    #[arg(long)]
    wpt: Option<PathBuf>,
    /// Another directory at a URL path, as /wasm/jsapi=DIR
    #[arg(long, value_name = "PATH=DIR")]
    mount: Vec<String>,
    /// The expectation file, in the place of js-tests/expectations/SUITE.json
    #[arg(long)]
    expectations: Option<PathBuf>,
    #[command(flatten)]
    how: How,
}

#[derive(Debug, Args)]
struct All {
    /// The checkout
    #[arg(long)]
    wpt: PathBuf,
    /// Only these suites
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Where expectation files are, in the place of js-tests/expectations
    #[arg(long)]
    expectations: Option<PathBuf>,
    /// Write the table of counts to this file as well
    #[arg(long)]
    table: Option<PathBuf>,
    #[command(flatten)]
    how: How,
}

/// How files are run, and what is done with the outcome.
#[derive(Debug, Args)]
struct How {
    /// Only files whose names contain this
    #[arg(long)]
    filter: Vec<String>,
    /// No files whose names contain this
    #[arg(long)]
    exclude: Vec<String>,
    /// Write the outcome into the expectation file; refused if anything got worse
    #[arg(long)]
    update: bool,
    /// With --update: even if something got worse
    #[arg(long, requires = "update")]
    accept_worse: bool,
    /// Run each file with this program and all arguments that follow, instead of Taipan;
    /// without --expectations none are looked at
    #[arg(long, num_args = 1.., value_name = "PROGRAM", allow_hyphen_values = true)]
    command: Vec<OsString>,
    /// Do not start the checkout's own server (python3) for the suites that talk to it
    #[arg(long)]
    no_wptserve: bool,
    /// Collect garbage at every Nth passage between script and native code; at every one if no number is given
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "1")]
    gc_stress: Option<u32>,
    /// How many files at once
    #[arg(long, short, default_value_t = 2)]
    jobs: usize,
    /// Seconds a file may take; those that ask for more get four times as much
    #[arg(long)]
    timeout: Option<u64>,
    /// Tell every failure, expected or not, and what the files wrote
    #[arg(long, short)]
    verbose: bool,
}

fn main() -> ExitCode {
    if let Some(code) = child::main_if_child() {
        return code;
    }
    if let Some(code) = soak::main_if_child() {
        return code;
    }
    let result = match Cli::parse().command {
        Task::Wpt(options) => run_one(&options),
        Task::WptAll(options) => run_all(&options),
        Task::Soak(options) => run_soak(&options),
        Task::Serve { directory } => serve(&directory),
        Task::Differential(options) => differential::main(&options),
        Task::Fuzz {
            target,
            seconds,
            seed,
        } => fuzz::main(&target, Duration::from_secs(seconds), seed),
        Task::FuzzCorpus { directory } => fuzz::write_corpus(&directory).map(|()| true),
        Task::FuzzInput { target, files } => fuzz::inputs(&target, &files),
        Task::Hostile {
            command,
            small,
            filter,
            jobs,
            verbose,
        } => run_hostile(command.as_deref(), small, jobs, &filter, verbose),
        Task::HostileEmbedded {
            small,
            timeout,
            file,
        } => match hostile::embedded::run(&file, small, Duration::from_secs(timeout)) {
            Ok(code) => return code,
            Err(error) => Err(error),
        },
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn serve(directory: &Path) -> std::io::Result<bool> {
    let files = Files::new(Mounts::new().with("/", directory));
    let server = Server::start(move |request| files.answer(request))?;
    println!("{}/", server.origin());
    loop {
        std::thread::park();
    }
}

fn run_hostile(
    command: Option<&str>,
    small: bool,
    jobs: usize,
    filter: &[String],
    verbose: bool,
) -> std::io::Result<bool> {
    let how = match command {
        Some(command) => hostile::How::command(command),
        None => hostile::How::embedded(&std::env::current_exe()?.display().to_string(), small),
    };
    let select = |case: &hostile::Case| {
        (filter.is_empty() || filter.iter().any(|part| case.name.contains(part)))
            && (command.is_some() || !case.needs_supervision())
    };
    hostile::main(select, &hostile::How { jobs, ..how }, verbose)
}

/// Runs the scenarios that are wanted, one after the other, and then tells how each has ended.
fn run_soak(options: &Soak) -> std::io::Result<bool> {
    if options.list {
        for scenario in soak::SCENARIOS {
            println!(
                "{:<18} {:>10}  {}",
                scenario.name, scenario.count, scenario.about
            );
        }
        return Ok(true);
    }
    let names: Vec<_> = soak::SCENARIOS
        .iter()
        .map(|scenario| scenario.name)
        .collect();
    if let Some(unknown) = (options.scenario.iter()).find(|name| !names.contains(&name.as_str())) {
        let names = names.join(", ");
        return Err(std::io::Error::other(format!(
            "no scenario is called {unknown}; there are {names}"
        )));
    }
    let how = soak::Options {
        short: options.short,
        count: options.count,
        quiet: options.quiet,
    };
    let mut ends = Vec::new();
    for scenario in soak::SCENARIOS {
        if options.scenario.is_empty() || options.scenario.iter().any(|name| name == scenario.name)
        {
            let verdict = soak::run(scenario, how)?;
            println!("{}", verdict.text);
            ends.push(verdict);
        }
    }
    if ends.len() > 1 {
        println!();
        for verdict in &ends {
            println!("{}", verdict.text);
        }
    }
    Ok(ends.iter().all(|verdict| verdict.good))
}

/// The repository's own tests, from where this program was built.
fn own_tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../js-tests")
}

fn suite_of(options: &One) -> std::io::Result<Suite> {
    let tests = || {
        options
            .tests
            .as_deref()
            .ok_or_else(|| std::io::Error::other("--tests DIR is needed for this suite"))
    };
    let mut suite = match options.suite.as_str() {
        "js-api" => Suite::js_api(tests()?),
        "core" => Suite::core(tests()?),
        "webapi" => Suite::webapi(tests()?, &tests()?.join("../jsapi")),
        "js-tests" => Suite::js_tests(options.tests.as_deref().unwrap_or(&own_tests())),
        name => {
            let entry = entry_of(name)?;
            let checkout = options
                .wpt
                .as_deref()
                .ok_or_else(|| std::io::Error::other("--wpt DIR is needed for this suite"))?;
            Suite::wpt(entry, checkout)
        }
    };
    for mount in &options.mount {
        let (prefix, directory) = mount
            .split_once('=')
            .ok_or_else(|| std::io::Error::other(format!("--mount wants PATH=DIR, not {mount}")))?;
        suite.mount(prefix, Path::new(directory));
    }
    Ok(suite)
}

fn entry_of(name: &str) -> std::io::Result<&'static Entry> {
    suites::named(name).ok_or_else(|| {
        let names: Vec<_> = suites::SUITES.iter().map(|entry| entry.name).collect();
        std::io::Error::other(format!(
            "no suite is called {name}; there are js-tests, js-api, webapi, core, {}",
            names.join(", ")
        ))
    })
}

fn run_one(options: &One) -> std::io::Result<bool> {
    let suite = suite_of(options)?;
    let known = options
        .expectations
        .clone()
        .unwrap_or_else(|| expectation_file(&own_tests().join("expectations"), &suite.name));
    let without = !options.how.command.is_empty() && options.expectations.is_none();
    let ended = run_suite(suite, &options.how, (!without).then_some(&known))?;
    Ok(ended.good)
}

fn expectation_file(directory: &Path, suite: &str) -> PathBuf {
    directory.join(format!("{suite}.json"))
}

/// Runs the suites one after the other, and then tells how each of them did.
fn run_all(options: &All) -> std::io::Result<bool> {
    let entries: Vec<&Entry> = if options.only.is_empty() {
        suites::SUITES.iter().collect()
    } else {
        options
            .only
            .iter()
            .map(|name| entry_of(name))
            .collect::<std::io::Result<_>>()?
    };
    let directory = options
        .expectations
        .clone()
        .unwrap_or_else(|| own_tests().join("expectations"));
    let without = !options.how.command.is_empty() && options.expectations.is_none();
    let mut good = true;
    let mut table = summary::Table::default();
    for entry in entries {
        println!("\n{}", entry.name);
        let known = expectation_file(&directory, entry.name);
        let suite = Suite::wpt(entry, &options.wpt);
        match run_suite(suite, &options.how, (!without).then_some(&known)) {
            Ok(ended) => {
                good &= ended.good;
                table.add(entry, &ended.outcomes);
            }
            Err(error) => {
                println!("error: {error}");
                good = false;
            }
        }
    }
    println!("\n{table}");
    if let Some(file) = &options.table {
        std::fs::write(file, table.to_string())?;
    }
    Ok(good)
}

/// A suite that was run.
struct Ended {
    outcomes: Vec<FileOutcome>,
    good: bool,
}

/// Runs the files of `suite` that are wanted; `known` is its expectation file, unless none is
/// to be looked at.
fn run_suite(mut suite: Suite, how: &How, known: Option<&PathBuf>) -> std::io::Result<Ended> {
    let mut expectations = match known {
        Some(file) => Expectations::read(file, &suite.name)?,
        None => Expectations::new(&suite.name),
    };
    if how.no_wptserve {
        suite.served_by = None;
    }
    let seconds = how.timeout.unwrap_or(if suite.web { 25 } else { 60 });
    // Under stress everything takes many times as long.
    let slower = if how.gc_stress.is_some() { 20 } else { 1 };
    let mut runner = Runner::new(suite)?.with_timeout(Duration::from_secs(seconds * slower));
    if let Some(every) = how.gc_stress {
        runner = runner.with_gc_stress(every);
    }
    if !how.command.is_empty() {
        runner = runner.with_command(how.command.clone());
    }
    let all = runner.cases()?;
    let chosen: Vec<_> = all
        .iter()
        .filter(|case| {
            let named_by = |parts: &[String]| parts.iter().any(|part| case.name.contains(part));
            if named_by(&how.exclude) {
                return false;
            }
            if !how.filter.is_empty() {
                return named_by(&how.filter);
            }
            if let Some(reason) = expectations.skips(&case.name) {
                println!("skipped                      {}: {reason}", case.name);
                return false;
            }
            true
        })
        .cloned()
        .collect();
    if chosen.is_empty() {
        return Err(std::io::Error::other("no test file fits"));
    }

    let outcomes = runner.run_all(&chosen, how.jobs, &|outcome| {
        tell(outcome, &expectations, how.verbose);
    });

    let mut difference = Comparison::default();
    for outcome in &outcomes {
        let one = expectations.compare(outcome);
        difference.regressions.extend(one.regressions);
        difference.improvements.extend(one.improvements);
    }
    tell_totals(&outcomes);
    let good = match known {
        Some(file) => settle(
            how,
            &mut expectations,
            file,
            &outcomes,
            &difference,
            &all.into_iter().map(|case| case.name).collect(),
        )?,
        None => difference.regressions.is_empty(),
    };
    Ok(Ended { outcomes, good })
}

/// Compares with what was expected, and writes it down anew if that is wanted.
fn settle(
    how: &How,
    expectations: &mut Expectations,
    file: &Path,
    outcomes: &[FileOutcome],
    difference: &Comparison,
    known: &BTreeSet<String>,
) -> std::io::Result<bool> {
    if !difference.regressions.is_empty() {
        println!("\n{} got worse:", difference.regressions.len());
        tell_lines(&difference.regressions, how.verbose);
    }
    if !difference.improvements.is_empty() {
        println!("\n{} got better:", difference.improvements.len());
        tell_lines(&difference.improvements, how.verbose);
        if !how.update {
            println!("(run again with --update to keep that)");
        }
    }
    let new = outcomes
        .iter()
        .filter(|outcome| !expectations.knows(&outcome.name))
        .count();
    if new > 0 && !how.update {
        println!("\n{new} files are new to the expectation file");
    }
    let worse = !difference.regressions.is_empty();
    if how.update {
        if worse && !how.accept_worse {
            println!("\nnot written: something got worse");
            return Ok(false);
        }
        for outcome in outcomes {
            expectations.record(outcome);
        }
        expectations.keep_only(known);
        expectations.write(file)?;
        println!("\nwritten: {}", file.display());
        return Ok(true);
    }
    Ok(!worse)
}

/// How many differences are told, unless all are asked for.
const TOLD_LINES: usize = 30;

fn tell_lines(lines: &[String], all: bool) {
    let told = if all { lines.len() } else { TOLD_LINES };
    for line in lines.iter().take(told) {
        println!("  {}", line.replace('\n', "\n    "));
    }
    if lines.len() > told {
        println!(
            "  ... and {} more (--verbose tells them)",
            lines.len() - told
        );
    }
}

fn tell(outcome: &FileOutcome, expectations: &Expectations, verbose: bool) {
    let failed = outcome.failures().count();
    println!(
        "{:<7} {:>4} passed {:>4} failed  {}",
        outcome.status.word(),
        outcome.passed(),
        failed,
        outcome.name
    );
    if verbose && outcome.skipped > 0 {
        println!("        {} do not apply here", outcome.skipped);
    }
    if !verbose {
        return;
    }
    let because = |subtest: &str| {
        expectations
            .reason(&outcome.name, subtest)
            .map_or(String::new(), |reason| format!(" [{reason}]"))
    };
    if outcome.status != FileStatus::Ok {
        println!("        {}{}", outcome.status.detail(), because(""));
    }
    for subtest in outcome.failures() {
        println!("        - {}{}", subtest.name, because(&subtest.name));
        println!(
            "          {}",
            subtest.message.replace('\n', "\n          ")
        );
    }
    if !outcome.output.is_empty() {
        println!(
            "        | {}",
            outcome.output.trim_end().replace('\n', "\n        | ")
        );
    }
}

fn tell_totals(outcomes: &[FileOutcome]) {
    let passed: usize = outcomes.iter().map(FileOutcome::passed).sum();
    let failed: usize = outcomes
        .iter()
        .map(|outcome| outcome.failures().count())
        .sum();
    let unwell = outcomes
        .iter()
        .filter(|outcome| outcome.status != FileStatus::Ok)
        .count();
    println!(
        "\n{} files, {passed} subtests passed, {failed} failed; {unwell} files did not end well",
        outcomes.len()
    );
}
