//! Where the console of a worker writes.

use std::{rc::Rc, sync::Arc};

use taipan_web::{
    agent::Mailbox,
    console::{self, ConsoleSink, Level},
};

/// The console of a parent, as far as workers need to know it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Console {
    /// The standard streams, which take text from any thread.
    Standard,
    /// A sink that belongs to the parent's thread; whether it wants colours, for texts that are no errors and for those
    /// that are.
    Own { colors: [bool; 2] },
}

impl Console {
    pub(crate) fn of(sink: Option<&dyn ConsoleSink>) -> Self {
        match sink {
            None => Self::Standard,
            Some(sink) => Self::Own {
                colors: [Level::Log, Level::Error].map(|level| sink.has_colors(level)),
            },
        }
    }

    /// The sink of a worker, unless it is the standard one.
    pub(crate) fn for_worker(self, parent: &Arc<Mailbox>) -> Option<Rc<dyn ConsoleSink>> {
        match self {
            Self::Standard => None,
            Self::Own { colors } => Some(Rc::new(Relay {
                parent: Arc::clone(parent),
                colors,
            })),
        }
    }
}

/// Has the parent write what the worker logs.
struct Relay {
    parent: Arc<Mailbox>,
    colors: [bool; 2],
}

impl ConsoleSink for Relay {
    fn write(&self, level: Level, text: &str) {
        let text = text.to_owned();
        self.parent.send(Box::new(move |context| {
            console::write(level, &text, context);
            Ok(())
        }));
    }

    fn has_colors(&self, level: Level) -> bool {
        let [others, errors] = self.colors;
        if level.is_error() { errors } else { others }
    }
}
