//! Inputs that nobody thought of.
//!
//! A [`Target`] is a function of bytes that panics when something is wrong: when Taipan panics or does not come to an end,
//! and when a rule is broken that holds for all inputs. `fuzz/` has programs of cargo-fuzz around them; [`run`] needs no
//! such tool: it mutates committed seeds, in an order that depends on a number alone.

mod http;
mod mutate;
mod script;

use std::{
    fs, io,
    panic::{self, AssertUnwindSafe},
    path::{Path, PathBuf},
    sync::{
        Mutex, OnceLock, PoisonError,
        mpsc::{self, Receiver, Sender},
    },
    time::{Duration, Instant},
};

use taipan_compile::{CompileError, CompileOptions, CompiledModule, StreamingCompiler};

use crate::random::Random;

/// Something that takes any bytes.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name, and that of the directory of its seeds.
    pub name: &'static str,
    run: fn(&[u8]),
}

/// All of them.
pub const TARGETS: [Target; 6] = [
    Target {
        name: "module",
        run: module,
    },
    Target {
        name: "chunks",
        run: chunks,
    },
    Target {
        name: "imports",
        run: |input| script::call("imports", input),
    },
    Target {
        name: "http",
        run: http::response,
    },
    Target {
        name: "text",
        run: |input| script::call("text", input),
    },
    Target {
        name: "clone",
        run: |input| script::call("clone", input),
    },
];

impl Target {
    /// The one with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        TARGETS.into_iter().find(|target| target.name == name)
    }

    /// Tries an input.
    ///
    /// # Panics
    ///
    /// When something is wrong.
    pub fn run(self, input: &[u8]) {
        (self.run)(input);
    }

    /// Tries an input on a thread for scripts, which lives on to take the next: for programs that have another thread to
    /// call this on.
    ///
    /// # Panics
    ///
    /// When something is wrong, on that thread, and then here.
    pub fn run_on_js_thread(self, input: &[u8]) {
        /// Where inputs go to, and where it comes from that they are done.
        type Ends = (Sender<Vec<u8>>, Receiver<()>);
        static THREAD: OnceLock<Mutex<Ends>> = OnceLock::new();
        let ends = THREAD.get_or_init(|| {
            let (inputs, next) = mpsc::channel::<Vec<u8>>();
            let (done, outcomes) = mpsc::channel();
            let started = taipan::js_thread().spawn(move || {
                for input in next {
                    self.run(&input);
                    if done.send(()).is_err() {
                        break;
                    }
                }
            });
            assert!(started.is_ok(), "no thread: {started:?}");
            Mutex::new((inputs, outcomes))
        });
        let (inputs, outcomes) = &*ends.lock().unwrap_or_else(PoisonError::into_inner);
        let sent = inputs.send(input.to_vec()).is_ok();
        assert!(sent && outcomes.recv().is_ok(), "the thread panicked");
    }

    /// Where its seeds are.
    #[must_use]
    pub fn seeds(self) -> PathBuf {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds");
        directory.join(self.name)
    }
}

/// A module, compiled and run.
fn module(input: &[u8]) {
    let compiled = taipan_compile::compile(input, &CompileOptions::default());
    let validated = taipan_compile::validate(input);
    assert_eq!(
        error_of(&compiled.map(drop)),
        error_of(&validated),
        "compiling and validating do not agree"
    );
    script::call("module", input);
}

/// A module in chunks: how long they are is in the first sixteen bytes.
fn chunks(input: &[u8]) {
    let Some((lengths, module)) = input.split_at_checked(16) else {
        return;
    };
    let options = CompileOptions::default();
    let whole = taipan_compile::compile(module, &options);
    let pieces = in_pieces(module, lengths, &options);
    assert_eq!(
        error_of(&whole),
        error_of(&pieces),
        "it matters how a module is cut"
    );
    if let (Ok(whole), Ok(pieces)) = (whole, pieces) {
        let describe = |module: &CompiledModule| format!("{:?}", module.info());
        assert_eq!(describe(&whole), describe(&pieces));
    }
}

fn in_pieces(
    module: &[u8],
    lengths: &[u8],
    options: &CompileOptions,
) -> Result<CompiledModule, CompileError> {
    let mut compiler = StreamingCompiler::new(options.clone());
    let mut rest = module;
    for length in lengths.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        // Never nothing for ever.
        let length = usize::from(*length).max(1).min(rest.len());
        let (chunk, after) = rest.split_at(length);
        compiler.push(chunk)?;
        rest = after;
    }
    compiler.finish()
}

fn error_of<T>(result: &Result<T, CompileError>) -> Option<String> {
    result.as_ref().err().map(ToString::to_string)
}

/// What came of a run.
#[derive(Debug)]
pub struct Summary {
    /// How many inputs were tried.
    pub inputs: u64,
    /// The input that something was wrong with, and what.
    pub failure: Option<(Vec<u8>, String)>,
}

/// Tries seeds, and then what mutation makes of them, for so long or until something is wrong.
///
/// # Errors
///
/// Fails when the seeds cannot be read.
pub fn run(target: Target, time: Duration, seed: u64) -> io::Result<Summary> {
    let seeds = read_seeds(&target.seeds())?;
    let run = move || {
        let start = Instant::now();
        let mut random = Random::new(seed);
        let mut inputs = 0;
        loop {
            let input = match seeds.get(usize::try_from(inputs).unwrap_or(usize::MAX)) {
                Some(seed) => seed.clone(),
                None if start.elapsed() > time => break,
                None => mutate::mutate(&seeds, &mut random),
            };
            inputs += 1;
            let result = panic::catch_unwind(AssertUnwindSafe(|| target.run(&input)));
            if let Err(payload) = result {
                let text = payload.downcast_ref::<String>().cloned();
                let text = text.or_else(|| payload.downcast_ref::<&str>().map(|s| (*s).to_owned()));
                let text = text.unwrap_or_else(|| "a panic without a message".to_owned());
                return Summary {
                    inputs,
                    failure: Some((input, text)),
                };
            }
        }
        Summary {
            inputs,
            failure: None,
        }
    };
    taipan::on_js_thread(run)
}

fn read_seeds(directory: &Path) -> io::Result<Vec<Vec<u8>>> {
    let mut files: Vec<PathBuf> = fs::read_dir(directory)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<_>>()?;
    files.sort();
    let mut seeds = Vec::new();
    for file in files {
        let bytes = fs::read(&file)?;
        // Modules are committed as text.
        seeds.push(match file.extension() {
            Some(extension) if extension == "wat" => {
                let mut module = wat::parse_bytes(&bytes)
                    .map_err(io::Error::other)?
                    .into_owned();
                if directory.ends_with("chunks") {
                    module.splice(
                        0..0,
                        *b"\x01\x02\x03\x05\x08\x0d\x15\x22\x01\x01\x37\x59\x90\xe9\x04\x01",
                    );
                }
                module
            }
            _ => bytes,
        });
    }
    if seeds.is_empty() {
        let message = format!("there are no seeds in {}", directory.display());
        return Err(io::Error::other(message));
    }
    Ok(seeds)
}

/// Runs one target, or all, and prints what came of it; says whether nothing was wrong. An input that something was wrong
/// with is written to a file.
///
/// # Errors
///
/// As [`run`], and when there is no such target.
pub fn main(name: &str, time: Duration, seed: u64) -> io::Result<bool> {
    let targets = match Target::named(name) {
        Some(target) => vec![target],
        None if name == "all" => TARGETS.to_vec(),
        None => {
            let names = TARGETS.map(|target| target.name).join(", ");
            return Err(io::Error::other(format!("{name} is none of {names}, all")));
        }
    };
    let mut fine = true;
    for target in targets {
        let summary = run(target, time, seed)?;
        println!("{}: {} inputs of seed {seed}", target.name, summary.inputs);
        if let Some((input, message)) = summary.failure {
            fine = false;
            let file = format!("fuzz-{}-{seed}-{}.bin", target.name, summary.inputs);
            fs::write(&file, &input)?;
            println!("    {message}\n    the input is in {file}");
        }
    }
    Ok(fine)
}

/// Writes the seeds of every target to a directory of its name in `directory`, modules as bytes: what a fuzzer that knows
/// nothing of their text begins with. What is there stays.
///
/// # Errors
///
/// Fails when a seed cannot be read or written.
pub fn write_corpus(directory: &Path) -> io::Result<()> {
    for target in TARGETS {
        let directory = directory.join(target.name);
        fs::create_dir_all(&directory)?;
        for (index, seed) in read_seeds(&target.seeds())?.iter().enumerate() {
            fs::write(directory.join(format!("seed-{index}")), seed)?;
        }
    }
    Ok(())
}

/// Tries what is in files, and stops at the first that something is wrong with.
///
/// # Errors
///
/// Fails when there is no such target or a file cannot be read.
pub fn inputs(name: &str, files: &[PathBuf]) -> io::Result<bool> {
    let target = Target::named(name).ok_or_else(|| io::Error::other("no such target"))?;
    let inputs: Vec<Vec<u8>> = files.iter().map(fs::read).collect::<io::Result<_>>()?;
    taipan::on_js_thread(move || inputs.iter().for_each(|input| target.run(input)))?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_has_seeds_that_it_takes() {
        for target in TARGETS {
            let summary = run(target, Duration::ZERO, 0).expect("seeds");
            assert!(summary.failure.is_none(), "{}: {summary:?}", target.name);
            assert!(summary.inputs > 1, "{}", target.name);
        }
    }

    #[test]
    fn a_thread_takes_one_input_after_the_other() {
        let target = Target::named("text").expect("a target");
        let seeds = read_seeds(&target.seeds()).expect("seeds");
        for seed in seeds.iter().take(3) {
            target.run_on_js_thread(seed);
        }
    }

    #[test]
    fn a_corpus_has_modules_as_bytes() {
        let directory = tempfile::tempdir().expect("a directory");
        write_corpus(directory.path()).expect("a corpus");
        let seed = fs::read(directory.path().join("module/seed-0")).expect("a seed");
        assert!(seed.starts_with(b"\0asm"));
        let files = fs::read_dir(directory.path().join("http")).expect("a directory");
        assert!(files.count() > 1);
    }

    #[test]
    fn what_is_wrong_is_told() {
        let target = Target {
            name: "text",
            run: |input| assert!(input.len() < 2, "too long"),
        };
        let summary = run(target, Duration::ZERO, 0).expect("seeds");
        let (input, message) = summary.failure.expect("a failure");
        assert!(input.len() >= 2);
        assert_eq!(message, "too long");
    }
}
