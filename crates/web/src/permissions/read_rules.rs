//! Which files may be read.

use std::{
    error::Error,
    fmt,
    fs::File,
    io,
    path::{Component, Path, PathBuf},
    sync::{Arc, OnceLock},
};

use super::{
    InvalidRule, NotCapable,
    rule::{Rule, Verdict},
};

/// Where Linux shows processes.
const PROCESSES: &str = "/proc";

/// Why a file cannot be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// It may not be.
    NotCapable(NotCapable),
    /// The system refuses it.
    Io(io::Error),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotCapable(error) => error.fmt(f),
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl Error for ReadError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NotCapable(error) => Some(error),
            Self::Io(error) => Some(error),
        }
    }
}

impl From<NotCapable> for ReadError {
    fn from(error: NotCapable) -> Self {
        Self::NotCapable(error)
    }
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// The same with the path that is refused, and why it is.
#[derive(Debug)]
pub(super) enum Refused {
    Rule(PathBuf, Verdict),
    Io(io::Error),
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A file, or a folder with all that is in it.
#[derive(Debug, Clone)]
struct Grant {
    /// The path as it was given, from the root and without `..`.
    given: PathBuf,
    /// Where it led to when it was there for the first time.
    real: Arc<OnceLock<PathBuf>>,
}

impl Grant {
    fn new(given: PathBuf) -> Self {
        let grant = Self {
            given,
            real: Arc::default(),
        };
        grant.real();
        grant
    }

    fn real(&self) -> Option<&Path> {
        if let Some(real) = self.real.get() {
            return Some(real);
        }
        let real = self.given.canonicalize().ok()?;
        Some(self.real.get_or_init(|| real))
    }

    /// Whether a path that was asked for is inside, by its words.
    fn covers(&self, path: &Path) -> bool {
        path.starts_with(&self.given) || self.real().is_some_and(|real| path.starts_with(real))
    }

    /// Whether a path without links is inside.
    fn has(&self, real: &Path) -> bool {
        match self.real() {
            Some(own) => real.starts_with(own),
            // What is not there is not a link.
            None => real.starts_with(&self.given),
        }
    }
}

/// A file or folder that may not be read, wherever it leads to at the time.
#[derive(Debug, Clone)]
struct Denial(PathBuf);

impl Denial {
    fn has(&self, path: &Path) -> bool {
        let real = || self.0.canonicalize().ok();
        path.starts_with(&self.0) || real().is_some_and(|real| path.starts_with(real))
    }
}

#[derive(Debug, Clone, Default)]
pub(super) struct ReadRules(Rule<Grant, Denial>);

impl ReadRules {
    pub(super) fn allow<T: AsRef<Path>>(
        &mut self,
        paths: impl IntoIterator<Item = T>,
    ) -> Result<(), InvalidRule> {
        for path in paths {
            self.0.allow.push(Grant::new(given(path.as_ref())?));
        }
        Ok(())
    }

    pub(super) fn allow_all(&mut self) {
        self.0.allow_all = true;
    }

    pub(super) fn deny<T: AsRef<Path>>(
        &mut self,
        paths: impl IntoIterator<Item = T>,
    ) -> Result<(), InvalidRule> {
        for path in paths {
            self.0.deny.push(Denial(given(path.as_ref())?));
        }
        Ok(())
    }

    pub(super) fn deny_all(&mut self) {
        self.0.deny_all = true;
    }

    /// Whether nothing needs to be looked at.
    fn is_unrestricted(&self, has_all_env: bool) -> bool {
        self.0.is_unrestricted() && has_all_env
    }

    /// The file that a path leads to, if it may be read.
    pub(super) fn resolve(&self, path: &Path, has_all_env: bool) -> Result<PathBuf, Refused> {
        let asked = normal(path)?;
        if self.is_unrestricted(has_all_env) {
            return Ok(asked.canonicalize()?);
        }
        // What is outside by its words is not touched: whether it is there is nobody's business.
        let verdict = self
            .0
            .verdict(|grant| grant.covers(&asked), |denial| denial.has(&asked));
        if verdict != Verdict::Allowed {
            return Err(Refused::Rule(asked, verdict));
        }
        match asked.canonicalize() {
            Ok(real) => match self.check_real(&real, has_all_env) {
                Verdict::Allowed => Ok(real),
                verdict => Err(Refused::Rule(real, verdict)),
            },
            // Nor is it if a link on the way leads there.
            Err(error) => match self.first_refused(&asked, has_all_env) {
                Some(refused) => Err(refused),
                None => Err(error.into()),
            },
        }
    }

    /// What would be refused of a path that leads nowhere: what there is of it, followed by the rest.
    fn first_refused(&self, asked: &Path, has_all_env: bool) -> Option<Refused> {
        let mut ancestors = asked.ancestors().skip(1);
        let (ancestor, real) =
            ancestors.find_map(|ancestor| Some((ancestor, ancestor.canonicalize().ok()?)))?;
        let rest = asked.strip_prefix(ancestor).ok()?;
        let missing = real.join(rest);
        match self.check_real(&missing, has_all_env) {
            Verdict::Allowed => None,
            verdict => Some(Refused::Rule(missing, verdict)),
        }
    }

    /// What the rules say about a path without links.
    fn check_real(&self, real: &Path, has_all_env: bool) -> Verdict {
        let shows_processes = cfg!(target_os = "linux") && real.starts_with(PROCESSES);
        if !shows_processes || has_all_env {
            return self
                .0
                .verdict(|grant| grant.has(real), |denial| denial.has(real));
        }
        let is_meant = |grant: &Grant| {
            grant.has(real) && grant.real().is_some_and(|own| own.starts_with(PROCESSES))
        };
        let verdict = self.0.verdict(is_meant, |denial| denial.has(real));
        match verdict {
            Verdict::Allowed if !self.0.allow.iter().any(is_meant) => Verdict::NotGranted,
            verdict => verdict,
        }
    }

    /// Opens the file that a path leads to, if it may be read.
    pub(super) fn open(&self, path: &Path, has_all_env: bool) -> Result<File, Refused> {
        if self.is_unrestricted(has_all_env) {
            return Ok(open_regular(path)?);
        }
        let real = self.resolve(path, has_all_env)?;
        let file = open_regular(&real)?;
        // Somebody may have put a link in the place of what was resolved.
        let opened = path_of(&file, &real)?;
        match self.check_real(&opened, has_all_env) {
            Verdict::Allowed => Ok(file),
            verdict => Err(Refused::Rule(opened, verdict)),
        }
    }
}

/// Opens a regular file. Others are not even opened, for that may wait or have effects.
fn open_regular(path: &Path) -> io::Result<File> {
    let check = |metadata: std::fs::Metadata| {
        if metadata.is_dir() {
            Err(io::ErrorKind::IsADirectory.into())
        } else if !metadata.is_file() {
            Err(io::Error::other("it is not a regular file"))
        } else {
            Ok(())
        }
    };
    check(path.metadata()?)?;
    let file = File::open(path)?;
    check(file.metadata()?)?;
    Ok(file)
}

/// The path of a file that is open, as the system knows it; `opened` is what it was opened by.
#[cfg(target_os = "linux")]
fn path_of(file: &File, opened: &Path) -> io::Result<PathBuf> {
    use std::os::{fd::AsRawFd as _, unix::fs::MetadataExt as _};

    let link = format!("{PROCESSES}/self/fd/{}", file.as_raw_fd());
    let Ok(path) = std::fs::read_link(link) else {
        // Not mounted.
        return same_file(file, opened);
    };
    // The name of a file that was removed meanwhile is not its name any more.
    if file.metadata()?.nlink() == 0 {
        return Err(io::ErrorKind::NotFound.into());
    }
    Ok(path)
}

#[cfg(not(target_os = "linux"))]
fn path_of(file: &File, opened: &Path) -> io::Result<PathBuf> {
    same_file(file, opened)
}

/// The path without links that `opened` is now, if it leads to the file that is open.
#[cfg(unix)]
fn same_file(file: &File, opened: &Path) -> io::Result<PathBuf> {
    use std::os::unix::fs::MetadataExt as _;

    let path = opened.canonicalize()?;
    let identity = |metadata: std::fs::Metadata| (metadata.dev(), metadata.ino());
    if identity(path.symlink_metadata()?) != identity(file.metadata()?) {
        return Err(io::Error::other("the file was replaced meanwhile"));
    }
    Ok(path)
}

/// The path without links that `opened` is now.
#[cfg(not(unix))]
fn same_file(_: &File, opened: &Path) -> io::Result<PathBuf> {
    opened.canonicalize()
}

/// The path of a rule.
fn given(path: &Path) -> Result<PathBuf, InvalidRule> {
    let invalid = |reason: &str| InvalidRule::new(path.display().to_string(), reason);
    if path.as_os_str().is_empty() {
        return Err(invalid("a file has a path"));
    }
    normal(path).map_err(|error| invalid(&error.to_string()))
}

/// A path from the root, without `.` and `..`: as URLs have it, `..` takes back what is written before it, wherever a
/// link of that name leads.
fn normal(path: &Path) -> io::Result<PathBuf> {
    let mut normal = PathBuf::new();
    for component in std::path::absolute(path)?.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            component => normal.push(component),
        }
    }
    Ok(normal)
}
