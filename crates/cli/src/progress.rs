//! A line on standard error that shows how far long downloads are, where that is a terminal.

use std::{
    io::{self, IsTerminal as _, Write as _},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crate::{
    size::bytes,
    trace::{self, Work, Works},
};

/// What takes less is not shown.
const LONG: Duration = Duration::from_millis(500);

/// How often the line is drawn.
const INTERVAL: Duration = Duration::from_millis(100);

/// What has no known length may be no download but an endless stream, and is shown from so many
/// bytes on.
const MUCH: u64 = 1 << 20;

/// How many characters a bar has.
const BAR: u64 = 24;

/// How many of a name are shown.
const NAME: usize = 28;

/// Whether the line is there.
static SHOWN: AtomicBool = AtomicBool::new(false);

/// Whether nothing is to be drawn any more.
static ENDED: AtomicBool = AtomicBool::new(false);

/// Who writes to standard error.
static TERMINAL: Mutex<()> = Mutex::new(());

/// Whether anybody would see the line.
pub(crate) fn is_wanted() -> bool {
    io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Draws the line while something is being downloaded. Needs [`trace::watch`].
pub(crate) fn show() {
    // Downloads arrive without it, too.
    let _ = thread::Builder::new()
        .name("progress".to_owned())
        .spawn(|| {
            loop {
                wait_for_downloads();
                thread::sleep(INTERVAL);
                // What is fetched must not wait for the terminal.
                let line = line(&trace::works(), Instant::now());
                match line {
                    Some(line) => draw(&line),
                    None => erase(),
                }
            }
        });
}

/// Waits until something is being downloaded.
fn wait_for_downloads() {
    let mut works = trace::works();
    while !works.iter().any(is_download) {
        if SHOWN.load(Ordering::SeqCst) {
            drop(works);
            erase();
            works = trace::works();
            continue;
        }
        works = trace::BEGUN
            .wait(works)
            .unwrap_or_else(PoisonError::into_inner);
    }
}

fn is_download(work: &Work) -> bool {
    work.kind == "fetch" && work.ended.is_none()
}

fn draw(line: &str) {
    let _terminal = TERMINAL.lock().unwrap_or_else(PoisonError::into_inner);
    if ENDED.load(Ordering::SeqCst) {
        return;
    }
    SHOWN.store(true, Ordering::SeqCst);
    // That nobody sees it changes nothing.
    let _ = write!(io::stderr(), "\r\x1b[K{line}");
}

/// Takes the line away for good: the process ends.
pub(crate) fn end() {
    {
        let _terminal = TERMINAL.lock().unwrap_or_else(PoisonError::into_inner);
        ENDED.store(true, Ordering::SeqCst);
    }
    erase();
}

/// Takes the line away, if it is there: before anything else is written.
pub(crate) fn erase() {
    if !SHOWN.load(Ordering::SeqCst) {
        return;
    }
    let _terminal = TERMINAL.lock().unwrap_or_else(PoisonError::into_inner);
    if SHOWN.swap(false, Ordering::SeqCst) {
        let _ = write!(io::stderr(), "\r\x1b[K");
    }
}

/// The line, if anything takes long.
fn line(works: &Works, now: Instant) -> Option<String> {
    let is_long = |work: &&Work| {
        is_download(work)
            && now.duration_since(work.begun) >= LONG
            && work.received > 0
            && (work.length.is_some() || work.received >= MUCH)
    };
    let downloads: Vec<&Work> = works.iter().filter(is_long).collect();
    // The one that has begun first.
    let first = downloads.iter().min_by_key(|work| work.begun)?;
    let mut line = name(&first.url);
    match first.length {
        Some(length) => {
            let done = first.received.min(length);
            let filled = usize::try_from(BAR * done / length.max(1)).unwrap_or_default();
            let rest = usize::try_from(BAR).unwrap_or_default() - filled;
            line.push_str(&format!(
                " [{}{}] {}/{}",
                "#".repeat(filled),
                "-".repeat(rest),
                bytes(done),
                bytes(length)
            ));
        }
        None => line.push_str(&format!(" {}", bytes(first.received))),
    }
    let seconds = now.duration_since(first.begun).as_secs_f64();
    let rate = first.received as f64 / seconds;
    line.push_str(&format!(" {}/s", bytes(rate as u64)));
    if downloads.len() > 1 {
        line.push_str(&format!(" (+{})", downloads.len() - 1));
    }
    Some(line)
}

/// The last part of a URL's path, or what there is.
fn name(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let name = path
        .rsplit('/')
        .find(|part| !part.is_empty())
        .unwrap_or(url);
    match name.char_indices().nth(NAME) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://example.org/some/folder/module.wasm?x#y";

    fn shown(seconds: u64, works: impl IntoIterator<Item = (u64, Option<u64>)>) -> Option<String> {
        let begun = Instant::now();
        let works = works
            .into_iter()
            .map(|(received, length)| Work::fetch(URL, begun, received, length))
            .collect();
        line(&works, begun + Duration::from_secs(seconds))
    }

    #[test]
    fn a_long_download_has_a_bar() {
        assert_eq!(
            shown(2, [(5_000_000, Some(20_000_000))]).as_deref(),
            Some("module.wasm [######------------------] 5.0 MB/20.0 MB 2.5 MB/s")
        );
        // What says less than there is does not go beyond the end.
        assert_eq!(
            shown(1, [(2000, Some(1000))]).as_deref(),
            Some("module.wasm [########################] 1.0 kB/1.0 kB 2.0 kB/s")
        );
    }

    #[test]
    fn one_without_a_length_is_counted() {
        assert_eq!(
            shown(1, [(3_000_000, None)]).as_deref(),
            Some("module.wasm 3.0 MB 3.0 MB/s")
        );
    }

    #[test]
    fn what_is_short_or_an_endless_stream_is_not_shown() {
        assert_eq!(shown(0, [(1000, Some(2000))]), None);
        assert_eq!(shown(9, [(0, Some(2000))]), None);
        assert_eq!(shown(9, [(1000, None)]), None);
        assert_eq!(shown(9, []), None);
    }

    #[test]
    fn several_share_the_line() {
        let line = shown(1, [(1000, Some(2000)), (1000, Some(2000))]);
        assert!(line.is_some_and(|line| line.ends_with(" (+1)")));
    }

    #[test]
    fn names_are_the_last_parts_of_urls() {
        assert_eq!(name("https://example.org/"), "example.org");
        assert_eq!(name("data:text/plain,1"), "plain,1");
        assert_eq!(name(&"x".repeat(100)).chars().count(), NAME + 1);
    }
}
