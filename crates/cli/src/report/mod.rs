//! Reports of errors that nobody caught.

mod location;
mod sources;
mod style;

use std::fmt::Write as _;

use taipan::{ConsoleSink as _, Error, Exception, Level, StdSink, Uncaught, UncaughtKind};

use location::Location;
pub(crate) use location::excerpt;
pub(crate) use sources::Sources;
pub(crate) use style::Style;

/// Writes reports for people.
#[derive(Clone)]
pub(crate) struct Reporter {
    sources: Sources,
    style: Style,
}

impl Reporter {
    /// One that shows lines of `sources`, with colours if standard error wants them.
    pub(crate) fn new(sources: Sources) -> Self {
        Self {
            sources,
            style: Style::new(StdSink.has_colors(Level::Error)),
        }
    }

    /// The report of an error that ends the program.
    pub(crate) fn error(&self, error: &Error) -> String {
        match error {
            Error::Exception(exception) => self.exception("Uncaught ", exception),
            other => format!("{} {other}", self.style.failure("taipan:")),
        }
    }

    /// The report of an error that no script caught.
    pub(crate) fn uncaught(&self, uncaught: &Uncaught) -> String {
        let prefix = match uncaught.kind {
            UncaughtKind::Exception => "Uncaught ",
            UncaughtKind::Rejection => "Uncaught (in promise) ",
        };
        match &uncaught.error {
            Error::Exception(exception) => self.exception(prefix, exception),
            other => format!("{} {other}", self.style.failure("taipan:")),
        }
    }

    /// The report of an exception: its class and message, the line of the source, the stack, the
    /// same for every cause.
    pub(crate) fn exception(&self, prefix: &str, exception: &Exception) -> String {
        let mut text = prefix.to_owned();
        self.append(&mut text, exception, 0, None);
        text
    }

    fn append(
        &self,
        text: &mut String,
        exception: &Exception,
        indent: usize,
        shown: Option<&Location>,
    ) {
        let margin = " ".repeat(indent);
        let (message, syntax) = location::of_syntax_error(exception);
        match &exception.name {
            Some(name) => {
                text.push_str(&self.style.failure(name));
                if !message.is_empty() {
                    text.push_str(": ");
                }
                text.push_str(message);
            }
            None => text.push_str(message),
        }
        let frames: Vec<&str> = exception
            .stack
            .lines()
            .filter(|line| !is_noise(line, exception))
            .collect();
        let place = syntax.clone();
        let place = place.or_else(|| frames.iter().find_map(|frame| Location::of_frame(frame)));
        if let Some(place) = &place
            && !shown.is_some_and(|shown| shown.is_same_line(place))
            && let Some(line) = self.sources.line(&place.url, place.line)
        {
            for line in excerpt(&line, place.column, &self.style).lines() {
                text.push('\n');
                text.push_str(&margin);
                text.push_str(line);
            }
        }
        if let Some(place) = &syntax {
            let place = self.style.location(&place.url, place.line, place.column);
            let _ = write!(text, "\n{margin}    at {place}");
        }
        self.append_frames(text, &frames, &margin);
        if frames
            .first()
            .is_some_and(|frame| webassembly_frame(frame).is_some())
        {
            let note = "    (what it called within WebAssembly is not recorded)";
            let _ = write!(text, "\n{margin}{}", self.style.faint(note));
        }
        if !exception.properties.is_empty() {
            let properties: Vec<_> = exception
                .properties
                .iter()
                .map(|(key, value)| format!("{key}: {value}"))
                .collect();
            let _ = write!(text, " {{ {} }}", properties.join(", "));
        }
        let shown = place.as_ref().or(shown);
        for (index, error) in exception.errors.iter().enumerate() {
            let _ = write!(text, "\n{margin}  [{index}] ");
            self.append(text, error, indent + 4, shown);
        }
        if let Some(cause) = &exception.cause {
            let _ = write!(text, "\n{margin}Caused by: ");
            self.append(text, cause, indent, shown);
        }
    }

    fn append_frames(&self, text: &mut String, frames: &[&str], margin: &str) {
        let mut frames = frames.iter().peekable();
        while let Some(frame) = frames.next() {
            let _ = write!(text, "\n{margin}{}", self.frame(frame));
            // What recursed without end says so once.
            let mut repeated = 0;
            while frames.next_if_eq(&frame).is_some() {
                repeated += 1;
            }
            if repeated > 0 {
                let _ = write!(text, "\n{margin}    ... the same {repeated} more times");
            }
        }
    }

    fn frame(&self, frame: &str) -> String {
        if let Some((function, index)) = webassembly_frame(frame) {
            let index = self.style.location_name(&format!("wasm-function[{index}]"));
            return match function {
                "" => format!("    at {index}"),
                function => format!("    at {function} ({index})"),
            };
        }
        match (Location::of_frame(frame), frame.rsplit_once(" (")) {
            (Some(place), Some((name, _))) => {
                let place = self.style.location(&place.url, place.line, place.column);
                format!("{name} ({place})")
            }
            _ => frame.to_owned(),
        }
    }
}

/// Whether a line of a stack says nothing: the engine's own entries have no name, and the
/// constructor of the error itself is of no interest.
fn is_noise(frame: &str, exception: &Exception) -> bool {
    let native = frame.trim().strip_prefix("at ");
    let native = native.and_then(|frame| frame.strip_suffix("(native)"));
    native.is_some_and(|name| {
        let name = name.trim();
        name.is_empty() || exception.name.as_deref() == Some(name)
    })
}

/// The names and the index of an exported WebAssembly function in a line of a stack:
/// `at module.function wasm-function[index] (native)`.
fn webassembly_frame(frame: &str) -> Option<(&str, &str)> {
    let native = frame
        .trim()
        .strip_prefix("at ")?
        .strip_suffix(" (native)")?;
    let (function, index) = native.rsplit_once("wasm-function[")?;
    Some((function.trim_end(), index.strip_suffix(']')?))
}
