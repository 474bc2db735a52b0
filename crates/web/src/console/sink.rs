//! Where the console's text goes.

use std::{
    io::{IsTerminal as _, Write as _},
    sync::OnceLock,
};

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

impl Level {
    /// Whether it is one of those that go to stderr.
    #[must_use]
    pub const fn is_error(self) -> bool {
        matches!(self, Self::Warn | Self::Error)
    }
}

/// Takes the console's text.
pub trait ConsoleSink {
    /// Takes one text. It may have several lines and has no line break at its end.
    fn write(&self, level: Level, text: &str);

    /// Whether texts of this level may have the escape sequences by which terminals colour.
    fn has_colors(&self, level: Level) -> bool {
        let _ = level;
        false
    }
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
        let _ = if level.is_error() {
            writeln!(std::io::stderr(), "{text}")
        } else {
            writeln!(std::io::stdout(), "{text}")
        };
    }

    /// Colours are for terminals, unless the environment says otherwise: `NO_COLOR` forbids them,
    /// `FORCE_COLOR` asks for them.
    fn has_colors(&self, level: Level) -> bool {
        static COLORS: OnceLock<[bool; 2]> = OnceLock::new();
        let [output, errors] = COLORS.get_or_init(|| {
            let is_set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
            if let Some(force) = is_set("FORCE_COLOR") {
                return [force != "0" && force != "false"; 2];
            }
            if is_set("NO_COLOR").is_some()
                || std::env::var_os("TERM").is_some_and(|term| term == "dumb")
            {
                return [false; 2];
            }
            [
                std::io::stdout().is_terminal(),
                std::io::stderr().is_terminal(),
            ]
        });
        if level.is_error() { *errors } else { *output }
    }
}
