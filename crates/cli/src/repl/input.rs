//! Where inputs come from.

use std::io::{self, BufRead as _};

use super::{command, rewrite};

/// What was read.
pub(super) enum Read {
    /// An input, which is complete as far as can be told.
    Input(String),
    /// Nothing, but there may be more.
    Again,
    /// There is no more.
    End,
}

/// Something that inputs come from.
pub(super) trait Lines {
    /// Waits for the next one.
    fn read(&mut self) -> Read;
}

/// Whether more lines must follow before a text can be run.
pub(super) fn is_incomplete(text: &str) -> bool {
    command(text).is_none() && rewrite::read(text).is_err_and(|error| error.is_incomplete)
}

/// Standard input that is no terminal.
#[derive(Default)]
pub(super) struct Piped {
    /// The lines of an input that is not complete.
    text: String,
}

impl Lines for Piped {
    fn read(&mut self) -> Read {
        let mut line = Vec::new();
        match io::stdin().lock().read_until(b'\n', &mut line) {
            Ok(0) | Err(_) if self.text.trim().is_empty() => return Read::End,
            // It is run as it is, and says what is missing.
            Ok(0) | Err(_) => return Read::Input(std::mem::take(&mut self.text)),
            Ok(_) => {}
        }
        let line = String::from_utf8_lossy(&line);
        if line.trim() == ".clear" {
            self.text.clear();
            return Read::Again;
        }
        self.text.push_str(&line);
        if is_incomplete(&self.text) {
            return Read::Again;
        }
        let text = std::mem::take(&mut self.text);
        Read::Input(text.trim_end_matches(['\n', '\r']).to_owned())
    }
}
