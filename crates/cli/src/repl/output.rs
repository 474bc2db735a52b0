//! The console of the prompt.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, Ordering},
    mpsc::{SyncSender, TrySendError},
};

use taipan::{ConsoleSink, Level, StdSink};

/// Writes to the standard streams; while a line is being typed, above it.
#[derive(Clone, Default)]
pub(super) struct ReplOutput(Arc<Shared>);

#[derive(Default)]
struct Shared {
    /// Whether a line is being typed.
    is_editing: AtomicBool,
    /// What writes above it.
    printer: OnceLock<SyncSender<String>>,
}

impl ReplOutput {
    /// Sets what writes while a line is being typed.
    pub(super) fn set_printer(&self, printer: SyncSender<String>) {
        // There is one editor only.
        let _ = self.0.printer.set(printer);
    }

    /// Says whether a line is being typed.
    pub(super) fn set_editing(&self, is_editing: bool) {
        self.0.is_editing.store(is_editing, Ordering::SeqCst);
    }
}

impl ConsoleSink for ReplOutput {
    fn write(&self, level: Level, text: &str) {
        let mut text = text.to_owned();
        if let Some(printer) = self.0.printer.get() {
            while self.0.is_editing.load(Ordering::SeqCst) {
                match printer.try_send(text) {
                    Ok(()) => return,
                    // The editor takes what there is several times a second.
                    Err(TrySendError::Full(unsent)) => {
                        text = unsent;
                        std::thread::sleep(std::time::Duration::from_millis(5));
                    }
                    Err(TrySendError::Disconnected(unsent)) => {
                        text = unsent;
                        break;
                    }
                }
            }
        }
        StdSink.write(level, &text);
    }

    fn has_colors(&self, level: Level) -> bool {
        StdSink.has_colors(level)
    }
}
