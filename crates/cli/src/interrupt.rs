//! Ctrl-C.
//!
//! The main thread waits for it while script runs on another one. What was written is flushed and
//! the process ends with the code that shells give it: whatever script does, be it a loop without
//! end. A second Ctrl-C ends it at once, should the first one have to wait.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

/// What a process exits with that Ctrl-C has ended: 128 and the number of the signal.
const INTERRUPTED: i32 = 130;

/// Ends the process as Ctrl-C does.
fn end() -> ! {
    crate::progress::end();
    crate::watch::clean_up();
    // That it could not be written is no news for who wants no more.
    let _ = io::stdout().flush();
    std::process::exit(INTERRUPTED)
}

/// Runs `f` on a thread with a stack that suits script, and waits for it or for Ctrl-C.
///
/// # Errors
///
/// Fails when the system refuses the thread.
#[cfg(unix)]
pub(crate) fn supervise(f: impl FnOnce() -> ExitCode + Send + 'static) -> io::Result<ExitCode> {
    use signal_hook::iterator::Handle;

    /// Tells the main thread of the end, however it comes.
    struct Ending(Handle);

    impl Drop for Ending {
        fn drop(&mut self) {
            self.0.close();
        }
    }

    let mut signals = signals()?;
    let ending = Ending(signals.handle());
    let thread = taipan::js_thread().spawn(move || {
        let _ending = ending;
        f()
    })?;
    if signals.forever().next().is_some() {
        end();
    }
    join(thread)
}

/// The same where there are no signals: the system ends the process.
#[cfg(not(unix))]
pub(crate) fn supervise(f: impl FnOnce() -> ExitCode + Send + 'static) -> io::Result<ExitCode> {
    join(taipan::js_thread().spawn(f)?)
}

fn join(thread: std::thread::JoinHandle<ExitCode>) -> io::Result<ExitCode> {
    Ok(thread
        .join()
        .unwrap_or_else(|payload| std::panic::resume_unwind(payload)))
}

/// Ctrl-C as something to wait for, from now on. The second one ends the process at once.
#[cfg(unix)]
fn signals() -> io::Result<signal_hook::iterator::Signals> {
    use std::sync::{Arc, atomic::AtomicBool};

    use signal_hook::{consts::SIGINT, flag, iterator::Signals};

    let again = Arc::new(AtomicBool::new(false));
    // In this order: the first signal finds it not set, and sets it.
    flag::register_conditional_shutdown(SIGINT, INTERRUPTED, Arc::clone(&again))?;
    flag::register(SIGINT, again)?;
    Signals::new([SIGINT])
}

/// Calls `f` at every Ctrl-C that is no key of the line editor. When it comes twice within a
/// second, what runs does not listen, and the process ends.
///
/// # Errors
///
/// Fails when the system refuses.
#[cfg(unix)]
pub(crate) fn interrupts(f: impl Fn() + Send + 'static) -> io::Result<()> {
    use std::time::{Duration, Instant};

    use signal_hook::{consts::SIGINT, iterator::Signals};

    let mut signals = Signals::new([SIGINT])?;
    std::thread::Builder::new().spawn(move || {
        let mut last: Option<Instant> = None;
        for _ in signals.forever() {
            if last.is_some_and(|last| last.elapsed() < Duration::from_secs(1)) {
                end();
            }
            last = Some(Instant::now());
            f();
        }
    })?;
    Ok(())
}

/// The same where there are no signals.
#[cfg(not(unix))]
pub(crate) fn interrupts(_: impl Fn() + Send + 'static) -> io::Result<()> {
    Ok(())
}

/// Calls `f` before the process ends by a request to terminate, or because its terminal is gone.
///
/// # Errors
///
/// Fails when the system refuses.
#[cfg(unix)]
pub(crate) fn on_termination(f: impl Fn() + Send + 'static) -> io::Result<()> {
    use signal_hook::{
        consts::{SIGHUP, SIGTERM},
        iterator::Signals,
        low_level::emulate_default_handler,
    };

    let mut signals = Signals::new([SIGTERM, SIGHUP])?;
    std::thread::Builder::new().spawn(move || {
        for signal in signals.forever() {
            f();
            // Nothing else can be done if the process does not end.
            let _ = emulate_default_handler(signal);
        }
    })?;
    Ok(())
}

/// The same where there are no signals.
#[cfg(not(unix))]
pub(crate) fn on_termination(_: impl Fn() + Send + 'static) -> io::Result<()> {
    Ok(())
}
