//! `--watch`: runs a program again whenever one of its files changes.
//!
//! The program runs in a process of its own, which can be ended whatever it does. It writes the
//! names of the files that it reads to a list; this process looks at them several times a second.

use std::{
    collections::BTreeMap,
    env,
    ffi::OsString,
    fs,
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    process::{Child, ExitCode, ExitStatus},
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, SystemTime},
};

use taipan::{ConsoleSink as _, Level, StdSink};

use crate::{
    args::{Program, RunArgs},
    program::place,
    report::Style,
};

/// How often the files are looked at.
const INTERVAL: Duration = Duration::from_millis(100);

/// Files that change together are mostly written within this time.
const QUIET: Duration = Duration::from_millis(50);

/// The variable of the environment by which the program knows the list.
const VARIABLE: &str = "TAIPAN_WATCH_LIST";

/// Where a program that is watched writes the names of the files that it reads.
pub(crate) fn list() -> Option<PathBuf> {
    env::var_os(VARIABLE).map(PathBuf::from)
}

/// The list of files of this process, to be removed at its end.
static LIST: Mutex<Option<PathBuf>> = Mutex::new(None);

/// The program that runs, to be ended at the end of this process.
static PROGRAM: Mutex<Option<Child>> = Mutex::new(None);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends and removes what watching has begun, at the end of the process.
pub(crate) fn clean_up() {
    // It may have ended itself, and somebody else may have been tidy.
    let _ = stop();
    if let Some(list) = lock(&LIST).take() {
        let _ = fs::remove_file(list);
    }
}

/// Ends the program, if it still runs.
fn stop() -> io::Result<()> {
    match lock(&PROGRAM).take() {
        Some(mut program) => {
            // One that has ended cannot be.
            let _ = program.kill();
            program.wait().map(drop)
        }
        None => Ok(()),
    }
}

/// How the program has ended, once, if it has.
fn ended() -> io::Result<Option<ExitStatus>> {
    let mut program = lock(&PROGRAM);
    let status = match &mut *program {
        Some(program) => program.try_wait()?,
        None => None,
    };
    if status.is_some() {
        program.take();
    }
    Ok(status)
}

/// What can be seen of a file from outside: when it was changed, and its size. Nothing if there is
/// no such file.
type Stamp = Option<(SystemTime, u64)>;

fn stamp(path: &Path) -> Stamp {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

/// Runs the program again and again, until Ctrl-C.
///
/// # Errors
///
/// Fails when the system refuses a process or a file.
pub(crate) fn run(args: &RunArgs) -> io::Result<ExitCode> {
    let style = Style::new(StdSink.has_colors(Level::Error));
    let say = |text: &str| {
        // That nobody reads it changes nothing.
        let _ = writeln!(io::stderr(), "{} {text}", style.heading("watch:"));
    };
    if matches!(args.program(), Program::None | Program::Named("-")) {
        say("standard input cannot be run again; name a file");
        return Ok(ExitCode::from(2));
    }
    let mut files = Files::new(args)?;
    crate::interrupt::on_termination(clean_up)?;
    loop {
        files.begin_run();
        *lock(&PROGRAM) = Some(spawn(&files.list)?);
        let changed = loop {
            thread::sleep(INTERVAL);
            // In this order: what it has read is in the list when it has ended.
            let ended = ended()?;
            files.read_list()?;
            if let Some(status) = ended {
                say(&outcome(status, &files, &style));
            }
            if let Some(changed) = files.changed() {
                break changed;
            }
        };
        stop()?;
        while files.restamp() {
            thread::sleep(QUIET);
        }
        say(&format!("{} has changed, running again", changed.display()));
    }
}

fn outcome(status: ExitStatus, files: &Files, style: &Style) -> String {
    let outcome = match (status.success(), status.code()) {
        (true, _) => style.success("finished"),
        (_, Some(1)) => style.failure("failed"),
        (_, Some(code)) => style.failure(&format!("failed with exit code {code}")),
        (_, None) => style.failure(&format!("ended by {status}")),
    };
    let count = crate::size::count(files.stamps.len(), "file", "files");
    format!("{outcome}, waiting for a change of {count}")
}

/// Starts the program: this command with the same arguments, but that it does not watch.
fn spawn(list: &Path) -> io::Result<Child> {
    let mut arguments: Vec<OsString> = env::args_os().skip(1).collect();
    // The first that reads so is the option: options stand before the program.
    if let Some(option) = arguments.iter().position(|argument| argument == "--watch") {
        arguments.remove(option);
    }
    std::process::Command::new(env::current_exe()?)
        .args(arguments)
        .env(VARIABLE, list)
        .spawn()
}

/// The files that the program has read.
struct Files {
    list: PathBuf,
    /// How much of the list was read.
    read: u64,
    /// When the run began.
    begun: SystemTime,
    stamps: BTreeMap<PathBuf, Stamp>,
}

impl Files {
    fn new(args: &RunArgs) -> io::Result<Self> {
        let list = tempfile::Builder::new()
            .prefix("taipan-watch-")
            .tempfile()?
            .into_temp_path()
            .keep()
            .map_err(|error| error.error)?;
        *lock(&LIST) = Some(list.clone());
        let mut files = Self {
            list,
            read: 0,
            begun: SystemTime::now(),
            stamps: BTreeMap::new(),
        };
        // Even if it is not there yet.
        if let Program::Named(name) = args.program()
            && place::url(name).is_none_or(|url| url.scheme() == "file")
        {
            let path = place::url(name).and_then(|url| url.to_file_path().ok());
            let path = path.unwrap_or_else(|| name.into());
            let path = path
                .canonicalize()
                .or_else(|_| std::path::absolute(&path))?;
            files.stamps.insert(path.clone(), stamp(&path));
        }
        Ok(files)
    }

    /// The program is about to run: what it reads now counts.
    fn begin_run(&mut self) {
        self.begun = SystemTime::now();
    }

    /// Adds the files that were written to the list since.
    fn read_list(&mut self) -> io::Result<()> {
        let mut list = fs::File::open(&self.list)?;
        list.seek(SeekFrom::Start(self.read))?;
        let mut text = String::new();
        list.read_to_string(&mut text)?;
        // The last line may not be complete yet.
        let complete = text.rfind('\n').map_or(0, |end| end + 1);
        self.read += complete as u64;
        for name in text[..complete].lines() {
            let path = PathBuf::from(name);
            let seen = stamp(&path);
            // It may have changed before it was looked at for the first time.
            let is_newer = |(modified, _): &(SystemTime, u64)| *modified > self.begun;
            let seen = seen.filter(|stamp| !is_newer(stamp));
            self.stamps.entry(path).or_insert(seen);
        }
        Ok(())
    }

    /// A file that is not as it was.
    fn changed(&self) -> Option<PathBuf> {
        let changed = self
            .stamps
            .iter()
            .find(|(path, seen)| stamp(path) != **seen);
        changed.map(|(path, _)| path.clone())
    }

    /// Looks at all files anew; says whether any of them is not as it was.
    fn restamp(&mut self) -> bool {
        let mut changed = false;
        for (path, seen) in &mut self.stamps {
            let now = stamp(path);
            changed |= now != *seen;
            *seen = now;
        }
        changed
    }
}

/// The list that the program writes the files to that it reads.
pub(crate) struct List {
    file: fs::File,
    written: std::collections::HashSet<taipan::Url>,
}

impl List {
    /// Opens the list of the process that watches.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self {
            file: fs::OpenOptions::new().append(true).open(path)?,
            written: std::collections::HashSet::new(),
        })
    }

    /// Notes that a file is read, if it is one.
    pub(crate) fn add(&mut self, url: &taipan::Url) {
        if url.scheme() != "file" || self.written.contains(url) {
            return;
        }
        self.written.insert(url.clone());
        if let Ok(path) = url.to_file_path()
            && let Some(path) = path.to_str().filter(|path| !path.contains('\n'))
        {
            // Who watches may have gone.
            let _ = self.file.write_all(format!("{path}\n").as_bytes());
        }
    }
}
