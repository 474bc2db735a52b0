//! The counts of many suites beside what they are to be.

use std::fmt;

use crate::outcome::{FileOutcome, FileStatus};
use crate::suites::Entry;

/// How many of a suite's worst files are named.
const WORST: usize = 5;

/// A row of the table.
#[derive(Debug, Clone)]
struct Row {
    suite: &'static str,
    target: Option<(usize, usize)>,
    passed: usize,
    total: usize,
    counted: usize,
    /// How many of those that count failed.
    failed: usize,
    unwell: usize,
    worst: Vec<(String, usize, &'static str)>,
}

/// A table with a line for each suite, as Markdown.
#[derive(Debug, Clone, Default)]
pub struct Table(Vec<Row>);

impl Table {
    /// Adds a suite that gave `outcomes`.
    pub fn add(&mut self, entry: &Entry, outcomes: &[FileOutcome]) {
        let mut worst: Vec<_> = outcomes
            .iter()
            .map(|outcome| {
                let status = outcome.status.word();
                (outcome.name.clone(), outcome.failures().count(), status)
            })
            .filter(|(_, failed, status)| *failed > 0 || *status != FileStatus::Ok.word())
            .collect();
        worst.sort_by_key(|(_, failed, _)| std::cmp::Reverse(*failed));
        worst.truncate(WORST);
        self.0.push(Row {
            suite: entry.name,
            target: entry.target,
            passed: outcomes.iter().map(FileOutcome::passed).sum(),
            total: outcomes.iter().map(|outcome| outcome.subtests.len()).sum(),
            counted: outcomes
                .iter()
                .filter(|outcome| entry.counts(&outcome.name))
                .map(FileOutcome::passed)
                .sum(),
            failed: outcomes
                .iter()
                .filter(|outcome| entry.counts(&outcome.name))
                .map(|outcome| outcome.failures().count())
                .sum(),
            unwell: outcomes
                .iter()
                .filter(|outcome| outcome.status != FileStatus::Ok)
                .count(),
            worst,
        });
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| suite | passed | total | target | files not OK | worst files (subtests failed) |"
        )?;
        writeln!(f, "| --- | ---: | ---: | ---: | ---: | --- |")?;
        for row in &self.0 {
            let target = match row.target {
                Some((passed, total)) => {
                    // A checkout of another day has more of these files' subtests, or fewer:
                    // what may fail is what is the same.
                    let missing = if row.counted < passed && row.failed > total - passed {
                        " **missed**"
                    } else {
                        ""
                    };
                    let counted = if row.counted == row.passed {
                        String::new()
                    } else {
                        format!("{} towards ", row.counted)
                    };
                    format!("{counted}{passed} of {total}{missing}")
                }
                None => String::new(),
            };
            let worst: Vec<_> = row
                .worst
                .iter()
                .map(|(name, failed, status)| {
                    let ending = if *status == "OK" {
                        String::new()
                    } else {
                        format!(" {status}")
                    };
                    format!("{name} ({failed}{ending})")
                })
                .collect();
            writeln!(
                f,
                "| {} | {} | {} | {target} | {} | {} |",
                row.suite,
                row.passed,
                row.total,
                row.unwell,
                worst.join(", ")
            )?;
        }
        let passed: usize = self.0.iter().map(|row| row.passed).sum();
        let total: usize = self.0.iter().map(|row| row.total).sum();
        writeln!(f, "| all | {passed} | {total} | | | |")
    }
}
