//! Where the console's text goes.

use std::io::Write as _;

/// How a text was logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Level {
    /// `console.debug`
    Debug,
    /// `console.log` and what is printed like it
    Log,
    /// `console.info` and what is printed like it
    Info,
    /// `console.warn`
    Warn,
    /// `console.error`, failed assertions, traces and errors nobody caught
    Error,
}

/// Takes the console's text.
pub trait ConsoleSink {
    /// Takes one text. It may have several lines and has no line break at its end.
    fn write(&self, level: Level, text: &str);
}

impl<F: Fn(Level, &str)> ConsoleSink for F {
    fn write(&self, level: Level, text: &str) {
        self(level, text);
    }
}

/// The standard streams: warnings and errors on stderr, everything else on stdout.
#[derive(Debug, Clone, Copy, Default)]
pub struct StdSink;

impl ConsoleSink for StdSink {
    fn write(&self, level: Level, text: &str) {
        // That nobody reads any more is no error of the script.
        let _ = match level {
            Level::Debug | Level::Log | Level::Info => writeln!(std::io::stdout(), "{text}"),
            Level::Warn | Level::Error => writeln!(std::io::stderr(), "{text}"),
        };
    }
}
