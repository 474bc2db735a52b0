//! The short run of the soak, with limits of its own: `cargo test -p taipan-testkit --test soak`.

use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use taipan_testkit::soak::{self, Options, SCENARIOS};

fn main() -> ExitCode {
    if let Some(code) = soak::main_if_child() {
        return code;
    }
    let arguments = Arguments::from_args();
    let trials = SCENARIOS.iter().map(|scenario| {
        Trial::test(scenario.name, move || {
            let options = Options {
                short: true,
                quiet: true,
                ..Options::default()
            };
            let verdict = soak::run(scenario, options).map_err(Failed::from)?;
            if verdict.good {
                Ok(())
            } else {
                Err(verdict.text.into())
            }
        })
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}
