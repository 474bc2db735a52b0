//! Runs the files of a suite, each in a process of its own.

use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use crate::child::{CHILD_ARGUMENT, REPORT_PREFIX};
use crate::host::GC_STRESS_VARIABLE;
use crate::job::Job;
use crate::outcome::{FileOutcome, FileStatus, Report, Subtest};
use crate::server::Server;
use crate::server::files::Files;
use crate::suite::{Case, Suite};
use crate::wptserve::WptServe;

/// How much of what a child writes besides its reports is kept.
const KEPT_OUTPUT: usize = 64 << 10;

/// Runs cases of one suite.
#[derive(Debug)]
pub struct Runner {
    suite: Suite,
    server: Server,
    wptserve: Option<WptServe>,
    command: Vec<OsString>,
    timeout: Duration,
    gc_stress: u32,
}

/// How long before its end a file's harness gives up, so that it can tell what it has.
const LAST_WORDS: Duration = Duration::from_secs(4);

impl Runner {
    /// A runner whose children are this executable, which must call
    /// [`main_if_child`](crate::child::main_if_child) first of all.
    pub fn new(suite: Suite) -> io::Result<Self> {
        let files = Files::new(suite.mounts.clone());
        let server = Server::start(move |request| files.answer(request))?;
        let wptserve = match &suite.served_by {
            Some(checkout) => Some(WptServe::start(checkout)?),
            None => None,
        };
        Ok(Self {
            suite,
            server,
            wptserve,
            command: vec![
                std::env::current_exe()?.into_os_string(),
                CHILD_ARGUMENT.into(),
            ],
            timeout: Duration::from_secs(60),
            gc_stress: 0,
        })
    }

    /// Makes another program the child: it gets a job on its standard input, as
    /// [`Job::to_json`] writes it, and reports as [`crate::child`] does.
    #[must_use]
    pub fn with_command(mut self, command: Vec<OsString>) -> Self {
        self.command = command;
        self
    }

    /// Changes how long a file may take; one that asks for more gets four times as much.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Has the children collect garbage at every `every`th passage between script and native code.
    #[must_use]
    pub fn with_gc_stress(mut self, every: u32) -> Self {
        self.gc_stress = every;
        self
    }

    /// The cases of the suite.
    pub fn cases(&self) -> io::Result<Vec<Case>> {
        self.suite.cases()
    }

    /// Runs one case.
    #[must_use]
    pub fn run(&self, case: &Case) -> FileOutcome {
        let origin = match &self.wptserve {
            Some(server) if case.path.contains(".h2.") => {
                server.h2_origin().unwrap_or_else(|| server.origin())
            }
            Some(server) => server.origin(),
            None => self.server.origin(),
        };
        let failed = |status| FileOutcome {
            name: case.name.clone(),
            status,
            subtests: Vec::new(),
            skipped: 0,
            output: String::new(),
        };
        let timeout = if case.long {
            self.timeout * 4
        } else {
            self.timeout
        };
        let (path, variant) = (&case.path, &case.variant);
        let mounts = &self.suite.mounts;
        let mut job = match Job::gather(path, variant, &origin, mounts, self.wptserve.as_ref()) {
            _ if self.suite.in_worker => Job::in_worker(path, variant, &origin),
            Ok(job) if self.suite.join_scripts => job.joined(),
            Ok(job) => job,
            Err(message) => return failed(FileStatus::Error(message)),
        };
        if let Some(server) = &self.wptserve {
            server.authority().clone_into(&mut job.authority);
        }
        job.type_reflection |= self.suite.type_reflection;
        if self.suite.web {
            job.web = true;
            let patience = timeout.saturating_sub(LAST_WORDS).max(timeout / 2);
            job.patience = u64::try_from(patience.as_millis()).unwrap_or(u64::MAX);
        }
        match self.run_job(&job, timeout) {
            Ok(mut raw) => {
                if let Some(server) = &self.wptserve {
                    for subtest in &mut raw.subtests {
                        subtest.name = server.without_ports(&subtest.name);
                    }
                }
                raw.judge(&case.name)
            }
            Err(error) => failed(FileStatus::Crash(format!(
                "the process could not be run: {error}"
            ))),
        }
    }

    /// Runs `cases`, `at_once` of them at a time, and tells `each` of every end.
    /// The outcomes are in the order of the cases.
    #[must_use]
    pub fn run_all(
        &self,
        cases: &[Case],
        at_once: usize,
        each: &(dyn Fn(&FileOutcome) + Sync),
    ) -> Vec<FileOutcome> {
        let next = AtomicUsize::new(0);
        let outcomes: Mutex<Vec<(usize, FileOutcome)>> = Mutex::default();
        thread::scope(|scope| {
            for _ in 0..at_once.max(1) {
                scope.spawn(|| {
                    loop {
                        let index = next.fetch_add(1, Ordering::SeqCst);
                        let Some(case) = cases.get(index) else { break };
                        let outcome = self.run(case);
                        let mut outcomes = outcomes.lock().unwrap_or_else(PoisonError::into_inner);
                        each(&outcome);
                        outcomes.push((index, outcome));
                    }
                });
            }
        });
        let mut outcomes = outcomes
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        outcomes.sort_by_key(|(index, _)| *index);
        outcomes.into_iter().map(|(_, outcome)| outcome).collect()
    }

    fn run_job(&self, job: &Job, timeout: Duration) -> io::Result<Raw> {
        let (program, arguments) = self
            .command
            .split_first()
            .ok_or_else(|| io::Error::other("no program to run"))?;
        let mut command = Command::new(program);
        if self.gc_stress != 0 {
            command.env(GC_STRESS_VARIABLE, self.gc_stress.to_string());
        }
        let mut child = command
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let job = job.to_json().to_string();
        let stdin = child.stdin.take();
        let writer = thread::spawn(move || {
            if let Some(mut stdin) = stdin {
                // A child that dies before it has read everything is judged by its end.
                let _ = stdin.write_all(job.as_bytes());
            }
        });
        let (lines_out, lines) = mpsc::channel();
        let reader = child.stdout.take().map(|stdout| {
            thread::spawn(move || {
                let mut stdout = BufReader::new(stdout);
                let mut line = Vec::new();
                while matches!(stdout.read_until(b'\n', &mut line), Ok(1..)) {
                    let text = String::from_utf8_lossy(&line).into_owned();
                    if lines_out.send(text).is_err() {
                        break;
                    }
                    line.clear();
                }
            })
        });
        let errors = Arc::new(Mutex::new(Vec::new()));
        let error_reader = child.stderr.take().map(|mut stderr| {
            let errors = Arc::clone(&errors);
            thread::spawn(move || {
                let mut buffer = [0; 4096];
                while let Ok(length @ 1..) = stderr.read(&mut buffer) {
                    let mut kept = errors.lock().unwrap_or_else(PoisonError::into_inner);
                    // What was written last tells the most: the first half gives way.
                    if kept.len() > KEPT_OUTPUT {
                        kept.drain(..KEPT_OUTPUT / 2);
                    }
                    kept.extend_from_slice(&buffer[..length]);
                }
            })
        });

        let mut raw = Raw::default();
        let deadline = Instant::now() + timeout;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match lines.recv_timeout(left) {
                Ok(line) => raw.take_line(&line),
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    raw.timed_out = true;
                    break;
                }
            }
        }
        raw.end = end(&mut child, raw.timed_out)?;
        for thread in [Some(writer), reader, error_reader].into_iter().flatten() {
            // These threads only copy bytes.
            let _ = thread.join();
        }
        while let Ok(line) = lines.try_recv() {
            raw.take_line(&line);
        }
        let errors = errors.lock().unwrap_or_else(PoisonError::into_inner);
        raw.output.push_str(&String::from_utf8_lossy(&errors));
        Ok(raw)
    }
}

/// How the child ended; one that is out of time is made to.
fn end(child: &mut Child, timed_out: bool) -> io::Result<Option<ExitStatus>> {
    if timed_out {
        child.kill()?;
        child.wait()?;
        return Ok(None);
    }
    // Its standard output is closed: it is about to end, unless something in it hangs.
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() > deadline {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(Duration::from_millis(2));
    }
}

/// What a child wrote and how it ended.
#[derive(Debug, Default)]
struct Raw {
    subtests: Vec<Subtest>,
    skipped: usize,
    harness: Option<Option<String>>,
    output: String,
    timed_out: bool,
    end: Option<ExitStatus>,
}

impl Raw {
    fn take_line(&mut self, line: &str) {
        let report = line.strip_prefix(REPORT_PREFIX).and_then(Report::parse);
        match report {
            Some(Report::Subtest(subtest)) => self.subtests.push(subtest),
            Some(Report::Skipped) => self.skipped += 1,
            Some(Report::Harness(message)) => self.harness = Some(message),
            None if self.output.len() < KEPT_OUTPUT => self.output.push_str(line),
            None => {}
        }
    }

    fn judge(self, name: &str) -> FileOutcome {
        let status = match (&self.harness, self.end) {
            (Some(Some(message)), _) => FileStatus::Error(message.clone()),
            (_, None) => FileStatus::Timeout,
            (Some(None), Some(end)) if end.success() => FileStatus::Ok,
            (_, Some(end)) => {
                let last_words = self.output.trim_end();
                let from = last_words
                    .char_indices()
                    .rev()
                    .nth(500)
                    .map_or(0, |(at, _)| at);
                FileStatus::Crash(format!("{end}: {}", &last_words[from..]))
            }
        };
        FileOutcome {
            name: name.to_owned(),
            status,
            subtests: self.subtests,
            skipped: self.skipped,
            output: self.output,
        }
    }
}
