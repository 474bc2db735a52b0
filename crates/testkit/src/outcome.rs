//! What running one test file gave.

use serde_json::Value;

/// How one subtest ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubtestStatus {
    /// As it should.
    Pass,
    /// An assertion did not hold, or something was thrown.
    Fail,
    /// It ran out of its own time.
    Timeout,
    /// It never ran, or never ended.
    NotRun,
}

/// One subtest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subtest {
    /// Its name, unique in the file.
    pub name: String,
    /// How it ended.
    pub status: SubtestStatus,
    /// What it said, if it did not pass.
    pub message: String,
}

/// How the file as a whole ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileStatus {
    /// The harness came to its end; subtests may have failed.
    Ok,
    /// A script could not be run, or the harness found an error outside any subtest.
    Error(String),
    /// The process was still running when its time was up.
    Timeout,
    /// The process ended without a word from the harness.
    Crash(String),
}

impl FileStatus {
    /// The word for it in reports and expectation files.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Error(_) => "ERROR",
            Self::Timeout => "TIMEOUT",
            Self::Crash(_) => "CRASH",
        }
    }

    /// What more there is to say.
    #[must_use]
    pub fn detail(&self) -> &str {
        match self {
            Self::Ok | Self::Timeout => "",
            Self::Error(message) | Self::Crash(message) => message,
        }
    }
}

/// Everything one test file gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileOutcome {
    /// The file, relative to its suite, with the variant if it has one.
    pub name: String,
    /// How it ended.
    pub status: FileStatus,
    /// Its subtests, in the order they ended.
    pub subtests: Vec<Subtest>,
    /// How many subtests said that they do not apply.
    pub skipped: usize,
    /// What the process wrote besides, for a reader who wants to know more.
    pub output: String,
}

impl FileOutcome {
    /// How many subtests passed.
    #[must_use]
    pub fn passed(&self) -> usize {
        self.subtests
            .iter()
            .filter(|subtest| subtest.status == SubtestStatus::Pass)
            .count()
    }

    /// The subtests that did not pass.
    pub fn failures(&self) -> impl Iterator<Item = &Subtest> {
        self.subtests
            .iter()
            .filter(|subtest| subtest.status != SubtestStatus::Pass)
    }
}

/// One line of a child's report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Report {
    /// A subtest ended.
    Subtest(Subtest),
    /// A subtest did not apply here.
    Skipped,
    /// The harness ended; the message is there when something was wrong outside subtests.
    Harness(Option<String>),
}

impl Report {
    /// Reads one JSON text as the harness writes it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        let message = value
            .get("message")
            .and_then(Value::as_str)
            .map(str::to_owned);
        match value.get("type")?.as_str()? {
            "test" => Some(Self::Subtest(Subtest {
                name: value.get("name")?.as_str()?.to_owned(),
                status: match value.get("status")?.as_str()? {
                    "PASS" => SubtestStatus::Pass,
                    "FAIL" => SubtestStatus::Fail,
                    "TIMEOUT" => SubtestStatus::Timeout,
                    "NOTRUN" => SubtestStatus::NotRun,
                    _ => return None,
                },
                message: message.unwrap_or_default(),
            })),
            "skip" => Some(Self::Skipped),
            "harness" => Some(Self::Harness(
                (value.get("status")?.as_str()? != "OK").then(|| message.unwrap_or_default()),
            )),
            _ => None,
        }
    }
}
