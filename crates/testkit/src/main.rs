//! Runs suites of JavaScript tests.

#![forbid(unsafe_code)]

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use taipan_testkit::child;
use taipan_testkit::expectations::{Comparison, Expectations};
use taipan_testkit::mounts::Mounts;
use taipan_testkit::outcome::{FileOutcome, FileStatus};
use taipan_testkit::runner::Runner;
use taipan_testkit::server::Server;
use taipan_testkit::server::files::Files;
use taipan_testkit::suite::Suite;

#[derive(Debug, Parser)]
#[command(about = "Runs suites of JavaScript tests")]
struct Cli {
    #[command(subcommand)]
    command: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Run a suite in the style of web-platform-tests
    Wpt(Wpt),
    /// Serve a directory on 127.0.0.1, as badly as the queries of its URLs ask
    Serve {
        /// The directory
        directory: PathBuf,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum SuiteName {
    /// test/js-api of the WebAssembly specification
    JsApi,
    /// wasm/webapi of web-platform-tests
    Webapi,
    /// Taipan's own tests
    JsTests,
}

#[derive(Debug, Args)]
struct Wpt {
    /// Which suite it is
    #[arg(long, value_enum)]
    suite: SuiteName,
    /// Where its files are (for js-tests: the repository's, unless said otherwise)
    #[arg(long)]
    tests: Option<PathBuf>,
    /// Another directory at a URL path, as /wasm/jsapi=DIR
    #[arg(long, value_name = "PATH=DIR")]
    mount: Vec<String>,
    /// Only files whose names contain this
    #[arg(long)]
    filter: Vec<String>,
    /// No files whose names contain this
    #[arg(long)]
    exclude: Vec<String>,
    /// The expectation file, in the place of js-tests/expectations/SUITE.json
    #[arg(long)]
    expectations: Option<PathBuf>,
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
    /// How many files at once
    #[arg(long, short, default_value_t = 2)]
    jobs: usize,
    /// Seconds a file may take; those that ask for more get four times as much
    #[arg(long, default_value_t = 60)]
    timeout: u64,
    /// Tell every failure, expected or not, and what the files wrote
    #[arg(long, short)]
    verbose: bool,
}

fn main() -> ExitCode {
    if let Some(code) = child::main_if_child() {
        return code;
    }
    let result = match Cli::parse().command {
        Task::Wpt(options) => run_suite(&options),
        Task::Serve { directory } => serve(&directory),
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

/// The repository's own tests, from where this program was built.
fn own_tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../js-tests")
}

fn suite_of(options: &Wpt) -> Result<Suite, std::io::Error> {
    let missing = || std::io::Error::other("--tests DIR is needed for this suite");
    let mut suite = match options.suite {
        SuiteName::JsApi => Suite::js_api(options.tests.as_deref().ok_or_else(missing)?),
        SuiteName::Webapi => {
            let tests = options.tests.as_deref().ok_or_else(missing)?;
            Suite::webapi(tests, &tests.join("../jsapi"))
        }
        SuiteName::JsTests => Suite::js_tests(options.tests.as_deref().unwrap_or(&own_tests())),
    };
    for mount in &options.mount {
        let (prefix, directory) = mount
            .split_once('=')
            .ok_or_else(|| std::io::Error::other(format!("--mount wants PATH=DIR, not {mount}")))?;
        suite.mount(prefix, Path::new(directory));
    }
    Ok(suite)
}

fn run_suite(options: &Wpt) -> std::io::Result<bool> {
    let suite = suite_of(options)?;
    let name = suite.name.clone();
    let other_engine = !options.command.is_empty();
    let expectation_file = options
        .expectations
        .clone()
        .unwrap_or_else(|| own_tests().join(format!("expectations/{name}.json")));
    let without = other_engine && options.expectations.is_none();
    let mut expectations = if without {
        Expectations::new(&name)
    } else {
        Expectations::read(&expectation_file, &name)?
    };

    let mut runner = Runner::new(suite)?.with_timeout(Duration::from_secs(options.timeout));
    if other_engine {
        runner = runner.with_command(options.command.clone());
    }
    let all = runner.cases()?;
    let chosen: Vec<_> = all
        .iter()
        .filter(|case| {
            let named_by = |parts: &[String]| parts.iter().any(|part| case.name.contains(part));
            if named_by(&options.exclude) {
                return false;
            }
            if !options.filter.is_empty() {
                return named_by(&options.filter);
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

    let outcomes = runner.run_all(&chosen, options.jobs, &|outcome| {
        tell(outcome, &expectations, options.verbose);
    });

    let mut difference = Comparison::default();
    for outcome in &outcomes {
        let one = expectations.compare(outcome);
        difference.regressions.extend(one.regressions);
        difference.improvements.extend(one.improvements);
    }
    tell_totals(&outcomes);
    if without {
        return Ok(difference.regressions.is_empty());
    }
    settle(
        options,
        &mut expectations,
        &expectation_file,
        &outcomes,
        &difference,
        &all.into_iter().map(|case| case.name).collect(),
    )
}

/// Compares with what was expected, and writes it down anew if that is wanted.
fn settle(
    options: &Wpt,
    expectations: &mut Expectations,
    file: &Path,
    outcomes: &[FileOutcome],
    difference: &Comparison,
    known: &BTreeSet<String>,
) -> std::io::Result<bool> {
    if !difference.regressions.is_empty() {
        println!("\n{} got worse:", difference.regressions.len());
        for line in &difference.regressions {
            println!("  {}", line.replace('\n', "\n    "));
        }
    }
    if !difference.improvements.is_empty() {
        println!("\n{} got better:", difference.improvements.len());
        for line in &difference.improvements {
            println!("  {line}");
        }
        if !options.update {
            println!("(run again with --update to keep that)");
        }
    }
    let new = outcomes
        .iter()
        .filter(|outcome| !expectations.knows(&outcome.name))
        .count();
    if new > 0 && !options.update {
        println!("\n{new} files are new to the expectation file");
    }
    let worse = !difference.regressions.is_empty();
    if options.update {
        if worse && !options.accept_worse {
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
