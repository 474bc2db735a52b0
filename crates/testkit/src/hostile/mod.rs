//! Programs that do their worst, and what must come of them.
//!
//! `js-tests/hostile` has files of small programs, each behind a line `//# NAME | OUTCOME|...`. A program is run in a
//! process of its own: by the command, or by an embedder who sets limits. No process may be ended by a signal, none may
//! run for longer than its deadline allows, and an embedder's runtime must go on afterwards. A line `//! REASON` says why
//! a program is not right, a line `//? REASON` why it is not on a thread with a small stack.

pub mod embedded;

use std::{
    fmt, fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// What programs about WebAssembly begin with.
const PRELUDE: &str = include_str!("prelude.js");

/// How much of an output is looked at.
const OUTPUT: u64 = 1 << 20;

/// What a program is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A classic script.
    Script,
    /// An expression that gives the text of a page.
    Page,
}

/// A program, and what may come of it.
#[derive(Debug, Clone)]
pub struct Case {
    /// The name of its file without the extension, and its own.
    pub name: String,
    /// The outcomes that are right, see [`outcome`].
    pub expected: Vec<String>,
    /// Its text.
    pub source: String,
    /// What it is.
    pub kind: Kind,
    /// Why it is not right yet, or cannot be.
    pub excused: Option<String>,
    /// Why it needs a thread with a large stack.
    pub excused_on_small_stack: Option<String>,
}

/// The directory of the programs.
#[must_use]
pub fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../js-tests/hostile")
}

/// Reads the programs of all files in a directory.
///
/// # Errors
///
/// Fails when a file cannot be read or has no programs.
pub fn read(directory: &Path) -> io::Result<Vec<Case>> {
    let mut files: Vec<PathBuf> = fs::read_dir(directory)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<_>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "js"));
    files.sort();
    let mut cases = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file)?;
        let group = file.file_stem().unwrap_or_default().to_string_lossy();
        cases.extend(parse(&group, &text)?);
    }
    Ok(cases)
}

/// The programs in the text of a file.
fn parse(group: &str, text: &str) -> io::Result<Vec<Case>> {
    let malformed = |line: &str| io::Error::other(format!("{group}: no outcome in {line:?}"));
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines() {
        if let Some(head) = line.strip_prefix("//# ") {
            let (name, expected) = head.rsplit_once(" | ").ok_or_else(|| malformed(line))?;
            cases.push(Case {
                name: format!("{group}: {name}"),
                expected: expected.split('|').map(str::to_owned).collect(),
                source: String::new(),
                kind: if group == "page" {
                    Kind::Page
                } else {
                    Kind::Script
                },
                excused: None,
                excused_on_small_stack: None,
            });
        } else if let Some(case) = cases.last_mut() {
            if let Some(reason) = line.strip_prefix("//! ") {
                case.excused = Some(reason.to_owned());
            } else if let Some(reason) = line.strip_prefix("//? ") {
                case.excused_on_small_stack = Some(reason.to_owned());
            } else {
                case.source.push_str(line);
                case.source.push('\n');
            }
        } else if !line.trim().is_empty() {
            return Err(malformed(line));
        }
    }
    Ok(cases)
}

impl Case {
    /// The text of the program as it is run: modules are assembled, and pages made.
    ///
    /// # Errors
    ///
    /// Fails when a module is not well formed, or the page's expression fails.
    pub fn program(&self) -> io::Result<String> {
        match self.kind {
            Kind::Script => {
                let source = assemble(&self.source)?;
                let is_about_modules = source.contains("bytes(") || source.contains("section(");
                let prelude = if is_about_modules { PRELUDE } else { "" };
                Ok(format!("{prelude}{source}"))
            }
            Kind::Page => {
                let mut runtime = taipan::Runtime::new().map_err(io::Error::other)?;
                runtime
                    .eval_as::<String>(&self.source)
                    .map_err(io::Error::other)
            }
        }
    }

    /// Whether it may run on until something outside of it ends its process.
    #[must_use]
    pub fn needs_supervision(&self) -> bool {
        let stops = |outcome: &String| match outcome.as_str() {
            // WebAssembly code can be stopped anywhere.
            "deadline" => !self.name.starts_with("webassembly"),
            outcome => outcome == "memory",
        };
        self.kind == Kind::Page || self.expected.iter().any(stops)
    }

    /// Whether an outcome is one of those that are right.
    #[must_use]
    pub fn expects(&self, outcome: &str) -> bool {
        self.expected.iter().any(|expected| expected == outcome)
    }
}

/// Puts bytes in the place of `wat('...')`.
fn assemble(source: &str) -> io::Result<String> {
    let mut text = String::new();
    let mut rest = source;
    while let Some((before, after)) = rest.split_once("wat('") {
        let (module, after) = after
            .split_once("')")
            .ok_or_else(|| io::Error::other("a module without an end"))?;
        let bytes = wat::parse_str(format!("(module {module})")).map_err(io::Error::other)?;
        text.push_str(before);
        text.push_str(&format!("new Uint8Array({bytes:?})"));
        rest = after;
    }
    text.push_str(rest);
    Ok(text)
}

/// How programs are run.
#[derive(Debug, Clone)]
pub struct How {
    /// The program that runs them, and its arguments before the name of the file.
    pub command: Vec<String>,
    /// What the command is told of how long a program may take: those that go on for ever, and others.
    pub timeout: fn(Duration) -> String,
    /// When a process is ended that should have ended by itself.
    pub deadline: Duration,
    /// How many run at once.
    pub jobs: usize,
    /// Whether the stack they run on is small.
    pub small: bool,
}

/// What came of a program.
#[derive(Debug)]
pub struct Outcome {
    /// The program.
    pub case: Case,
    /// See [`outcome`].
    pub got: String,
    /// The end of what it wrote to standard error.
    pub stderr: String,
    /// How long it took.
    pub time: Duration,
}

impl Outcome {
    /// Whether it is what should have come.
    #[must_use]
    pub fn is_right(&self) -> bool {
        self.case.expects(&self.got)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            case, got, stderr, ..
        } = self;
        let expected = case.expected.join(" or ");
        let end: String = stderr.chars().take(300).collect();
        write!(
            f,
            "{}: {got} instead of {expected} after {:.1?}\n    {}",
            case.name,
            self.time,
            end.trim_end().replace('\n', "\n    ")
        )
    }
}

/// How long a program may take that goes on for ever.
const SHORT: Duration = Duration::from_secs(2);

/// How long any other may take: longer than it does when others take the processor's time.
const LONG: Duration = Duration::from_secs(30);

impl How {
    /// With the command at this path, supervised and bounded by its options.
    #[must_use]
    pub fn command(path: &str) -> Self {
        Self {
            command: vec![path.to_owned(), "--max-rss=1536MiB".to_owned()],
            timeout: |time| format!("--timeout={}s", time.as_secs()),
            deadline: Duration::from_secs(100),
            jobs: 2,
            small: false,
        }
    }

    /// Embedded by the program at this path, which is `taipan-testkit`; on a thread with a small stack or a large one.
    #[must_use]
    pub fn embedded(path: &str, small: bool) -> Self {
        let mut command = vec![path.to_owned(), "hostile-embedded".to_owned()];
        command.extend(small.then(|| "--small".to_owned()));
        Self {
            command,
            timeout: |time| format!("--timeout={}", time.as_secs()),
            deadline: Duration::from_secs(100),
            jobs: 2,
            small,
        }
    }
}

/// Runs programs, and gives what came of each of them.
///
/// # Errors
///
/// Fails when a process or a file cannot be made.
pub fn run(cases: &[Case], how: &How) -> io::Result<Vec<Outcome>> {
    let directory = tempfile::tempdir()?;
    let next = AtomicUsize::new(0);
    let outcomes = Mutex::new(Vec::new());
    thread::scope(|scope| {
        let worker = || -> io::Result<()> {
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(case) = cases.get(index) else {
                    return Ok(());
                };
                let extension = match case.kind {
                    Kind::Script => "js",
                    Kind::Page => "html",
                };
                let file = directory.path().join(format!("{index}.{extension}"));
                fs::write(&file, case.program()?)?;
                let outcome = run_one(case, &file, how)?;
                let mut outcomes = outcomes.lock().unwrap_or_else(PoisonError::into_inner);
                outcomes.push((index, outcome));
            }
        };
        let workers: Vec<_> = (0..how.jobs.max(1)).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().try_for_each(|worker| {
            worker
                .join()
                .unwrap_or_else(|_| Err(io::Error::other("a thread panicked")))
        })
    })?;
    let mut outcomes = outcomes
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    outcomes.sort_by_key(|(index, _)| *index);
    Ok(outcomes.into_iter().map(|(_, outcome)| outcome).collect())
}

fn run_one(case: &Case, file: &Path, how: &How) -> io::Result<Outcome> {
    let (program, arguments) = how
        .command
        .split_first()
        .ok_or_else(|| io::Error::other("no command"))?;
    let start = Instant::now();
    let endless = case.expects("deadline");
    let timeout = (how.timeout)(if endless { SHORT } else { LONG });
    let mut child = Command::new(program)
        .args(arguments)
        .arg(timeout)
        .arg(file)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .env_remove("RUST_BACKTRACE")
        .spawn()?;
    let stdout = child.stdout.take();
    let stderr = child.stderr.take();
    let drain = |pipe: Option<Box<dyn io::Read + Send>>| {
        move || {
            let Some(mut pipe) = pipe else {
                return String::new();
            };
            let mut bytes = Vec::new();
            let _ = pipe.by_ref().take(OUTPUT).read_to_end(&mut bytes);
            // The rest must be read all the same.
            let _ = io::copy(&mut pipe, &mut io::sink());
            String::from_utf8_lossy(&bytes).into_owned()
        }
    };
    let stdout = thread::spawn(drain(stdout.map(|pipe| Box::new(pipe) as _)));
    let stderr = thread::spawn(drain(stderr.map(|pipe| Box::new(pipe) as _)));
    let mut hangs = false;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if start.elapsed() > how.deadline {
            hangs = true;
            child.kill()?;
            break child.wait()?;
        }
        thread::sleep(Duration::from_millis(5));
    };
    let time = start.elapsed();
    let _ = stdout.join();
    let stderr = stderr.join().unwrap_or_default();
    let got = if hangs {
        "hang".to_owned()
    } else {
        outcome(status, &stderr)
    };
    Ok(Outcome {
        case: case.clone(),
        got,
        stderr,
        time,
    })
}

/// Runs the programs that `select` says, prints what is not as it should be, and says whether
/// all is.
///
/// # Errors
///
/// As [`read`] and [`run`].
pub fn main(select: impl Fn(&Case) -> bool, how: &How, verbose: bool) -> io::Result<bool> {
    let mut cases = read(&directory())?;
    cases.retain(select);
    for case in cases.iter_mut().filter(|_| how.small) {
        let on_small_stack = case.excused_on_small_stack.take();
        case.excused = case.excused.take().or(on_small_stack);
    }
    let outcomes = run(&cases, how)?;
    let (mut wrong, mut excused) = (0, 0);
    for outcome in &outcomes {
        match &outcome.case.excused {
            _ if outcome.is_right() => {}
            Some(reason) => {
                excused += 1;
                println!("{outcome}\n    {reason}");
            }
            None => {
                wrong += 1;
                println!("{outcome}");
            }
        }
        if verbose {
            println!(
                "{}: {} after {:.1?}",
                outcome.case.name, outcome.got, outcome.time
            );
        }
    }
    let right = outcomes.len() - wrong - excused;
    println!(
        "{} hostile programs: {right} came out right, {wrong} wrong, {excused} are known not to",
        outcomes.len()
    );
    Ok(wrong == 0)
}

/// What came of a program, in a word:
///
/// - `ok`, if every error was caught;
/// - the name of the error that was not, or the first word of what else was thrown;
/// - `deadline`, if it was ended because its time was up;
/// - `memory`, if memory ran out, or the native stack;
/// - anything else is what should not come.
#[must_use]
pub fn outcome(status: ExitStatus, stderr: &str) -> String {
    let thrown = stderr.lines().find_map(|line| {
        let thrown = line.strip_prefix("Uncaught ")?;
        let thrown = thrown.strip_prefix("(in promise) ").unwrap_or(thrown);
        thrown.split([':', ' ']).next().map(str::to_owned)
    });
    match status.code() {
        Some(0) => "ok".to_owned(),
        Some(1) if stderr.contains("longer than the") => "deadline".to_owned(),
        Some(1) if stderr.contains("bytes that it may use are in use") => "memory".to_owned(),
        Some(3) => "memory".to_owned(),
        Some(1) => thrown.unwrap_or_else(|| "an error that is none of script".to_owned()),
        Some(code) => format!("exit code {code}"),
        None => format!("{status}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read() {
        let text = "//# one | ok\nf()\n\n//# two | A|B\n//! because\ng()\n";
        let cases = parse("group", text).expect("two programs");
        let [one, two] = &cases[..] else {
            panic!("{cases:?}")
        };
        assert_eq!(one.name, "group: one");
        assert_eq!(one.source.trim(), "f()");
        assert!(one.expects("ok") && !one.expects("A"));
        assert!(two.expects("A") && two.expects("B"));
        assert_eq!(two.excused.as_deref(), Some("because"));
        assert!(parse("group", "f()").is_err());
        assert!(parse("group", "//# no outcome").is_err());
    }

    #[test]
    fn modules_are_assembled() {
        let text = assemble("new WebAssembly.Module(wat('(func)'))").expect("a module");
        assert!(text.starts_with("new WebAssembly.Module(new Uint8Array([0, 97, 115, 109"));
        assert!(assemble("wat('(func").is_err());
        assert!(assemble("wat('(fun)')").is_err());
    }

    #[test]
    fn all_programs_can_be_made() {
        let cases = read(&directory()).expect("programs");
        assert!(cases.len() > 300);
        for case in cases {
            if let Err(error) = case.program() {
                panic!("{}: {error}", case.name);
            }
        }
    }
}
