//! `--time`: how long the phases of a run took.

use std::{
    fmt::Write as _,
    sync::OnceLock,
    time::{Duration, Instant},
};

use crate::{
    size::{bytes, count, milliseconds},
    trace::{self, Work, Works},
};

/// When the process began, as far as it can tell itself.
static BEGUN: OnceLock<Instant> = OnceLock::new();

/// Notes the beginning of the process.
pub(crate) fn begin() {
    BEGUN.get_or_init(Instant::now);
}

/// The times of a run.
pub(crate) struct Timing {
    begun: Instant,
    /// When the program could start.
    ready: Option<Instant>,
}

impl Timing {
    /// Of a run that begins now. Needs [`trace::watch`].
    pub(crate) fn start() -> Self {
        Self {
            begun: *BEGUN.get_or_init(Instant::now),
            ready: None,
        }
    }

    /// The runtime is there, and the program starts.
    pub(crate) fn ready(&mut self) {
        self.ready = Some(Instant::now());
    }

    /// The table of all phases; the program has ended.
    pub(crate) fn report(&self) -> String {
        let now = Instant::now();
        let ready = self.ready.unwrap_or(now);
        let mut table = String::new();
        let mut row = |name: &str, time: Duration, note: &str| {
            let row = format!("{name:<14}{}  {note}", milliseconds(time));
            table.push_str(row.trim_end());
            table.push('\n');
        };
        row("start-up", ready - self.begun, "");
        let works = trace::works();
        for (kind, name, one, many) in [
            ("fetch", "  fetch", "request", "requests"),
            ("compile", "  compile", "module", "modules"),
            ("instantiate", "  instantiate", "instance", "instances"),
        ] {
            let (number, received, time) = sum(&works, kind, now);
            if number == 0 {
                continue;
            }
            let mut note = count(number, one, many);
            if received > 0 {
                let _ = write!(note, ", {}", bytes(received));
            }
            row(name, time, &note);
        }
        row("run", now - ready, "");
        row("total", now - self.begun, "");
        table.pop();
        table
    }
}

/// How many works of a kind there were, their bytes, and how long any of them was going on.
fn sum(works: &Works, kind: &str, now: Instant) -> (usize, u64, Duration) {
    let mut works: Vec<&Work> = works.iter().filter(|work| work.kind == kind).collect();
    works.sort_by_key(|work| work.begun);
    let mut time = Duration::ZERO;
    let mut until: Option<Instant> = None;
    for work in &works {
        let ended = work.ended.unwrap_or(now);
        let begun = until.map_or(work.begun, |until| until.max(work.begun));
        time += ended.saturating_duration_since(begun);
        until = Some(until.map_or(ended, |until| until.max(ended)));
    }
    let received = works.iter().map(|work| work.received).sum();
    (works.len(), received, time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_that_overlap_count_once() {
        let begun = Instant::now();
        let at = |milliseconds| begun + Duration::from_millis(milliseconds);
        let work = |from, to: Option<u64>| {
            let mut work = Work::fetch("", at(from), 10, None);
            work.ended = to.map(at);
            work
        };
        let works = [
            work(0, Some(10)),
            work(5, Some(20)),
            work(6, Some(7)),
            work(30, Some(40)),
            // It still goes on.
            work(45, None),
        ]
        .into_iter()
        .collect();
        let (number, received, time) = sum(&works, "fetch", at(50));
        assert_eq!((number, received), (5, 50));
        assert_eq!(time, Duration::from_millis(35));
        assert_eq!(sum(&works, "compile", at(50)), (0, 0, Duration::ZERO));
    }
}
