//! Ends the process where a program cannot be stopped any more.
//!
//! The engine looks at limits now and then. It does not while it is within one of its own functions, which may go on
//! for hours (`new Array(2 ** 32 - 1).indexOf(1)`) or allocate without an end (`[...endless]`). So somebody else looks,
//! and ends the process before the system does: with a message, an exit code, and everything written that was printed.

use std::{
    fs, io,
    io::Write as _,
    path::Path,
    thread,
    time::{Duration, Instant},
};

/// What a process exits with that cannot go on: memory or the native stack have run out.
const EXHAUSTED: i32 = 3;

/// What a process exits with that has taken too long.
const FAILURE: i32 = 1;

/// How often memory is looked at, and when there may soon be too little.
const SELDOM: Duration = Duration::from_millis(250);
const OFTEN: Duration = Duration::from_millis(10);

/// How long a program has, beyond the time it may run for, to notice that the time is up.
const GRACE: Duration = Duration::from_secs(1);

/// What a process may use up, whatever it does.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Bounds {
    /// How long it may take.
    pub(crate) timeout: Option<Duration>,
    /// How many bytes of memory it may have in use; most of what there is unless told otherwise.
    pub(crate) memory: Option<u64>,
}

/// Has failed allocations and overflows of the native stack end the process by its own doing, and not by a signal. What
/// it was is on standard error already.
#[cfg(unix)]
pub(crate) fn exit_on_abort() -> io::Result<()> {
    use std::sync::{Arc, atomic::AtomicBool};

    use signal_hook::{consts::SIGABRT, flag::register_conditional_shutdown};

    register_conditional_shutdown(SIGABRT, EXHAUSTED, Arc::new(AtomicBool::new(true)))?;
    Ok(())
}

/// There is nothing to be done about it.
#[cfg(not(unix))]
pub(crate) fn exit_on_abort() -> io::Result<()> {
    Ok(())
}

/// Watches over the process from a thread of its own.
///
/// # Errors
///
/// Fails when the system refuses the thread.
pub(crate) fn start(bounds: Bounds) -> io::Result<()> {
    let begin = Instant::now();
    let end = bounds.timeout.map(|time| (time, time * 2 + GRACE));
    let memory = bounds.memory.or_else(most_memory);
    // Where nothing can be seen, nothing is looked for.
    let memory = memory.filter(|_| resident().is_some());
    if end.is_none() && memory.is_none() {
        return Ok(());
    }
    thread::Builder::new()
        .name("watchdog".to_owned())
        .stack_size(128 << 10)
        .spawn(move || {
            loop {
                let mut pause = Duration::from_secs(3600);
                if let Some((time, end)) = end {
                    let Some(left) = end.checked_sub(begin.elapsed()) else {
                        let message = format!(
                            "the program ran longer than the {time:?} it may take, and could not be stopped \
                             where it was"
                        );
                        exit(FAILURE, &message);
                    };
                    pause = left.max(Duration::from_millis(1));
                }
                if let Some((most, used)) = memory.zip(resident()) {
                    if used > most {
                        let message = format!(
                            "out of memory: {used} bytes are in use, more than the {most} that may be"
                        );
                        exit(EXHAUSTED, &message);
                    }
                    pause = pause.min(if used > most / 4 { OFTEN } else { SELDOM });
                }
                thread::sleep(pause);
            }
        })?;
    Ok(())
}

fn exit(code: i32, message: &str) -> ! {
    crate::progress::end();
    // Standard output is not flushed: whoever is stuck may hold its lock.
    let _ = writeln!(io::stderr(), "taipan: {message}");
    std::process::exit(code)
}

/// How many bytes of memory the process has in use.
fn resident() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    kibibytes(&status, "VmRSS:")
}

/// Nine tenths of what there is: of the machine, or of what the process's group may have.
fn most_memory() -> Option<u64> {
    let machine = kibibytes(&fs::read_to_string("/proc/meminfo").ok()?, "MemTotal:")?;
    let group = fs::read_to_string(Path::new("/sys/fs/cgroup/memory.max")).ok();
    let group = group.and_then(|text| text.trim().parse().ok());
    Some(group.map_or(machine, |group: u64| group.min(machine)) / 10 * 9)
}

/// The number behind a name, in the manner of `/proc`, in bytes.
fn kibibytes(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let number: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    number.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_proc() {
        let text = "Name:\ttaipan\nVmRSS:\t    1234 kB\nThreads:\t1\n";
        assert_eq!(kibibytes(text, "VmRSS:"), Some(1234 << 10));
        assert_eq!(kibibytes(text, "Threads:"), None);
        assert_eq!(kibibytes(text, "VmSwap:"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_is_in_use_is_less_than_there_is() {
        let used = resident().expect("the process has memory");
        assert!(used > 0);
        assert!(used < most_memory().expect("the machine has memory"));
    }
}
