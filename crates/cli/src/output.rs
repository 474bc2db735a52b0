//! Where the console of the command writes.

use std::{
    cell::RefCell,
    io::{self, Write as _},
    rc::Rc,
};

use taipan::{ConsoleSink, Level, StdSink};

/// The standard streams; it remembers whether standard output failed.
#[derive(Clone, Default)]
pub(crate) struct Output(Rc<RefCell<Option<io::Error>>>);

impl Output {
    /// Why standard output could not be written, if so. A reader that has gone away wants no
    /// more, and is no failure.
    pub(crate) fn failure(&self) -> Option<io::Error> {
        self.note(io::stdout().flush());
        self.0.take()
    }

    fn note(&self, result: io::Result<()>) {
        if let Err(error) = result
            && error.kind() != io::ErrorKind::BrokenPipe
        {
            self.0.borrow_mut().get_or_insert(error);
        }
    }
}

impl ConsoleSink for Output {
    fn write(&self, level: Level, text: &str) {
        crate::progress::erase();
        match level {
            Level::Debug | Level::Log | Level::Info => {
                self.note(writeln!(io::stdout(), "{text}"));
            }
            Level::Warn | Level::Error => StdSink.write(level, text),
        }
    }

    fn has_colors(&self, level: Level) -> bool {
        StdSink.has_colors(level)
    }
}
