//! Taipan's own JavaScript tests, one test a file.
//!
//! Each runs in a process of its own, which is this executable again.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use taipan_testkit::child;
use taipan_testkit::expectations::Expectations;
use taipan_testkit::outcome::{FileOutcome, FileStatus};
use taipan_testkit::runner::Runner;
use taipan_testkit::suite::Suite;

fn main() -> ExitCode {
    if let Some(code) = child::main_if_child() {
        return code;
    }
    let arguments = Arguments::from_args();
    match trials() {
        Ok(trials) => libtest_mimic::run(&arguments, trials).exit_code(),
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn trials() -> std::io::Result<Vec<Trial>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../js-tests");
    let known = directory.join("expectations/js-tests.json");
    let expectations = Arc::new(Expectations::read(&known, "js-tests")?);
    let runner = Arc::new(Runner::new(Suite::js_tests(&directory))?);
    let cases = runner.cases()?;
    if cases.is_empty() {
        return Err(std::io::Error::other("there are no tests"));
    }
    Ok(cases
        .into_iter()
        .map(|case| {
            let runner = Arc::clone(&runner);
            let expectations = Arc::clone(&expectations);
            Trial::test(case.name.clone(), move || {
                judge(&runner.run(&case), &expectations)
            })
        })
        .collect())
}

fn judge(outcome: &FileOutcome, expectations: &Expectations) -> Result<(), Failed> {
    let comparison = expectations.compare(outcome);
    if outcome.status == FileStatus::Ok
        && outcome.subtests.is_empty()
        && outcome.skipped == 0
        && !expectations.knows(&outcome.name)
    {
        return Err("the file has no subtests".into());
    }
    if !comparison.regressions.is_empty() {
        return Err(format!(
            "{}\n\n{}",
            comparison.regressions.join("\n"),
            outcome.output
        )
        .into());
    }
    // What is known to fail and passes is to be written down as passing.
    if !comparison.improvements.is_empty() {
        return Err(format!(
            "better than js-tests/expectations/js-tests.json says:\n{}",
            comparison.improvements.join("\n")
        )
        .into());
    }
    Ok(())
}
