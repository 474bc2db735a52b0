//! What a suite is known to give: a committed file that may only improve.
//!
//! ```json
//! {
//!   "suite": "js-api",
//!   "total": { "files": 1, "pass": 10, "fail": 2 },
//!   "skip": { "limits.any.js": "why this file is not run unless a filter names it" },
//!   "reasons": { "exception/": "why everything below this prefix fails" },
//!   "files": {
//!     "exception/is.any.js": { "pass": 10, "fail": ["the name of a subtest"], "status": "ERROR" }
//!   }
//! }
//! ```
//!
//! `fail` and `status` are left out where there is nothing to say. A reason belongs to a
//! prefix of `file: subtest`; the longest that fits is the one that is told.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::outcome::{FileOutcome, FileStatus};

/// What one file is known to give.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Expected {
    pass: usize,
    fail: BTreeSet<String>,
    status: Option<String>,
}

/// What a suite is known to give.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expectations {
    suite: String,
    skip: BTreeMap<String, String>,
    reasons: BTreeMap<String, String>,
    files: BTreeMap<String, Expected>,
}

/// How a run differs from what was expected.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// What got worse, one line each.
    pub regressions: Vec<String>,
    /// What got better, one line each.
    pub improvements: Vec<String>,
}

impl Expectations {
    /// Expectations of nothing.
    #[must_use]
    pub fn new(suite: &str) -> Self {
        Self {
            suite: suite.to_owned(),
            ..Self::default()
        }
    }

    /// Reads a file; one that is not there expects nothing.
    pub fn read(path: &Path, suite: &str) -> io::Result<Self> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::new(suite)),
            Err(error) => return Err(error),
        };
        let wrong = |what: &str| {
            io::Error::new(
                io::ErrorKind::InvalidData,
                format!("{}: {what}", path.display()),
            )
        };
        let value: Value =
            serde_json::from_str(&text).map_err(|error| wrong(&error.to_string()))?;
        Self::from_json(&value, suite).ok_or_else(|| wrong("not an expectation file"))
    }

    fn from_json(value: &Value, suite: &str) -> Option<Self> {
        let mut this = Self::new(suite);
        if let Some(reasons) = value.get("reasons") {
            for (prefix, reason) in reasons.as_object()? {
                this.reasons
                    .insert(prefix.clone(), reason.as_str()?.to_owned());
            }
        }
        if let Some(skip) = value.get("skip") {
            for (name, reason) in skip.as_object()? {
                this.skip.insert(name.clone(), reason.as_str()?.to_owned());
            }
        }
        for (name, file) in value.get("files")?.as_object()? {
            let mut expected = Expected {
                pass: usize::try_from(file.get("pass")?.as_u64()?).ok()?,
                ..Expected::default()
            };
            if let Some(fail) = file.get("fail") {
                for name in fail.as_array()? {
                    expected.fail.insert(name.as_str()?.to_owned());
                }
            }
            if let Some(status) = file.get("status") {
                expected.status = Some(status.as_str()?.to_owned());
            }
            this.files.insert(name.clone(), expected);
        }
        Some(this)
    }

    /// Writes the file.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        let mut text = serde_json::to_string_pretty(&self.to_json()).map_err(io::Error::other)?;
        text.push('\n');
        fs::write(path, text)
    }

    fn to_json(&self) -> Value {
        let mut files = Map::new();
        for (name, expected) in &self.files {
            let mut file = Map::new();
            file.insert("pass".to_owned(), json!(expected.pass));
            if !expected.fail.is_empty() {
                file.insert("fail".to_owned(), json!(expected.fail));
            }
            if let Some(status) = &expected.status {
                file.insert("status".to_owned(), json!(status));
            }
            files.insert(name.clone(), Value::Object(file));
        }
        let pass: usize = self.files.values().map(|file| file.pass).sum();
        let fail: usize = self.files.values().map(|file| file.fail.len()).sum();
        let mut root = json!({
            "suite": self.suite,
            "total": { "files": self.files.len(), "pass": pass, "fail": fail },
            "files": files,
        });
        if !self.reasons.is_empty() {
            root["reasons"] = json!(self.reasons);
        }
        if !self.skip.is_empty() {
            root["skip"] = json!(self.skip);
        }
        root
    }

    /// Why `file` is not to be run, if it is not.
    #[must_use]
    pub fn skips(&self, file: &str) -> Option<&str> {
        self.skip.get(file).map(String::as_str)
    }

    /// Whether anything is expected of `file`.
    #[must_use]
    pub fn knows(&self, file: &str) -> bool {
        self.files.contains_key(file)
    }

    /// Why a subtest (or, with an empty name, a file) is known to fail.
    #[must_use]
    pub fn reason(&self, file: &str, subtest: &str) -> Option<&str> {
        let full = format!("{file}: {subtest}");
        self.reasons
            .iter()
            .filter(|(prefix, _)| full.starts_with(prefix.as_str()))
            .max_by_key(|(prefix, _)| prefix.len())
            .map(|(_, reason)| reason.as_str())
    }

    /// Compares one file's outcome with what was expected of it. A file nothing is expected
    /// of is expected to pass.
    #[must_use]
    pub fn compare(&self, outcome: &FileOutcome) -> Comparison {
        let nothing = Expected::default();
        let expected = self.files.get(&outcome.name).unwrap_or(&nothing);
        let file = &outcome.name;
        let mut comparison = Comparison::default();
        let expected_status = expected.status.as_deref().unwrap_or("OK");
        if outcome.status.word() != expected_status {
            let line = format!(
                "{file}: {} where {expected_status} was expected {}",
                outcome.status.word(),
                outcome.status.detail()
            );
            if outcome.status == FileStatus::Ok {
                comparison.improvements.push(line);
            } else {
                comparison.regressions.push(line);
            }
        }
        let mut failed = BTreeSet::new();
        for subtest in outcome.failures() {
            failed.insert(subtest.name.as_str());
            if !expected.fail.contains(&subtest.name) {
                comparison
                    .regressions
                    .push(format!("{file}: {}: {}", subtest.name, subtest.message));
            }
        }
        for subtest in &outcome.subtests {
            if expected.fail.contains(&subtest.name) && !failed.contains(subtest.name.as_str()) {
                comparison
                    .improvements
                    .push(format!("{file}: {} passes now", subtest.name));
            }
        }
        let passed = outcome.passed();
        if passed < expected.pass && comparison.regressions.is_empty() {
            comparison.regressions.push(format!(
                "{file}: {passed} subtests passed where {} did before",
                expected.pass
            ));
        }
        if passed > expected.pass && comparison.improvements.is_empty() && self.knows(file) {
            comparison.improvements.push(format!(
                "{file}: {passed} subtests passed where {} did before",
                expected.pass
            ));
        }
        comparison
    }

    /// Makes `outcome` what is expected of its file.
    pub fn record(&mut self, outcome: &FileOutcome) {
        let expected = Expected {
            pass: outcome.passed(),
            fail: outcome
                .failures()
                .map(|subtest| subtest.name.clone())
                .collect(),
            status: (outcome.status != FileStatus::Ok).then(|| outcome.status.word().to_owned()),
        };
        self.files.insert(outcome.name.clone(), expected);
    }

    /// Forgets the files that are not among `names`.
    pub fn keep_only(&mut self, names: &BTreeSet<String>) {
        self.files.retain(|name, _| names.contains(name));
    }
}

#[cfg(test)]
mod tests {
    use super::Expectations;
    use crate::outcome::{FileOutcome, FileStatus, Subtest, SubtestStatus};

    fn outcome(status: FileStatus, subtests: &[(&str, SubtestStatus)]) -> FileOutcome {
        FileOutcome {
            name: "a.any.js".to_owned(),
            status,
            subtests: subtests
                .iter()
                .map(|(name, status)| Subtest {
                    name: (*name).to_owned(),
                    status: *status,
                    message: "because".to_owned(),
                })
                .collect(),
            skipped: 0,
            output: String::new(),
        }
    }

    use SubtestStatus::{Fail, Pass};

    #[test]
    fn what_is_expected_is_no_news() {
        let known = outcome(FileStatus::Ok, &[("x", Pass), ("y", Fail)]);
        let mut expectations = Expectations::new("s");
        expectations.record(&known);
        assert_eq!(expectations.compare(&known), super::Comparison::default());
    }

    #[test]
    fn a_subtest_that_passed_must_not_fail_or_vanish() {
        let mut expectations = Expectations::new("s");
        expectations.record(&outcome(FileStatus::Ok, &[("x", Pass), ("y", Pass)]));
        let worse = expectations.compare(&outcome(FileStatus::Ok, &[("x", Pass), ("y", Fail)]));
        assert_eq!(worse.regressions, ["a.any.js: y: because"]);
        let gone = expectations.compare(&outcome(FileStatus::Ok, &[("x", Pass)]));
        assert_eq!(gone.regressions.len(), 1);
        let crash = expectations.compare(&outcome(
            FileStatus::Crash("signal".to_owned()),
            &[("x", Pass), ("y", Pass)],
        ));
        assert_eq!(crash.regressions.len(), 1);
    }

    #[test]
    fn what_improves_is_told() {
        let mut expectations = Expectations::new("s");
        expectations.record(&outcome(FileStatus::Timeout, &[("x", Fail)]));
        let better = expectations.compare(&outcome(FileStatus::Ok, &[("x", Pass)]));
        assert!(better.regressions.is_empty());
        assert_eq!(better.improvements.len(), 2);
    }

    #[test]
    fn a_new_file_is_expected_to_pass() {
        let expectations = Expectations::new("s");
        assert_eq!(
            expectations
                .compare(&outcome(FileStatus::Ok, &[("x", Fail)]))
                .regressions
                .len(),
            1
        );
        assert_eq!(
            expectations.compare(&outcome(FileStatus::Ok, &[("x", Pass)])),
            super::Comparison::default()
        );
    }

    #[test]
    fn survives_the_file_with_its_reasons() {
        let mut expectations = Expectations::new("s");
        expectations.record(&outcome(FileStatus::Timeout, &[("x", Fail), ("y", Pass)]));
        expectations
            .reasons
            .insert("a".to_owned(), "a reason".to_owned());
        expectations
            .reasons
            .insert("a.any.js: x".to_owned(), "a better one".to_owned());
        expectations
            .skip
            .insert("b.any.js".to_owned(), "too slow".to_owned());
        let again = Expectations::from_json(&expectations.to_json(), "s").unwrap();
        assert_eq!(again, expectations);
        assert_eq!(again.reason("a.any.js", "x"), Some("a better one"));
        assert_eq!(again.reason("a.any.js", "y"), Some("a reason"));
        assert_eq!(again.reason("b.any.js", "y"), None);
        assert_eq!(again.skips("b.any.js"), Some("too slow"));
        assert_eq!(again.skips("a.any.js"), None);
    }
}
