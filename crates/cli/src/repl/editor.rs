//! The line editor of a terminal.

use std::{borrow::Cow, env, io, path::PathBuf, time::Duration};

use reedline::{
    ColumnarMenu, Completer, CompletionResult, DefaultHinter, Emacs, ExternalPrinter,
    FileBackedHistory, KeyCode, KeyModifiers, MenuBuilder as _, Prompt, PromptEditMode,
    PromptHistorySearch, Reedline, ReedlineEvent, ReedlineMenu, Signal, Span, Suggestion,
    ValidationResult, Validator, default_emacs_keybindings,
};

use super::{
    Script,
    highlight::Colors,
    input::{Lines, Read, is_incomplete},
    output::ReplOutput,
};

/// How many inputs are remembered.
const HISTORY: usize = 10_000;

/// The file that inputs are remembered in; an empty name for none.
const HISTORY_VARIABLE: &str = "TAIPAN_REPL_HISTORY";

/// How many texts may wait to be written above the line.
const MAX_TEXTS: usize = 1024;

/// How often they are.
const INTERVAL: Duration = Duration::from_millis(40);

const MENU: &str = "completions";

/// A terminal that lines are typed at.
pub(super) struct Editor {
    reedline: Reedline,
    output: ReplOutput,
}

impl Editor {
    pub(super) fn new(script: Script, output: &ReplOutput) -> io::Result<Self> {
        let printer = ExternalPrinter::new(MAX_TEXTS);
        output.set_printer(printer.sender());
        let mut keys = default_emacs_keybindings();
        keys.add_binding(
            KeyModifiers::NONE,
            KeyCode::Tab,
            ReedlineEvent::UntilFound(vec![
                ReedlineEvent::Menu(MENU.to_owned()),
                ReedlineEvent::MenuNext,
            ]),
        );
        let menu = ColumnarMenu::default().with_name(MENU).with_marker("> ");
        let mut reedline = Reedline::create()
            .with_edit_mode(Box::new(Emacs::new(keys)))
            .with_validator(Box::new(Complete))
            .with_completer(Box::new(Names(script)))
            .with_menu(ReedlineMenu::EngineCompleter(Box::new(menu)))
            .with_quick_completions(true)
            .with_partial_completions(true)
            .with_external_printer(printer)
            .with_poll_interval(INTERVAL);
        let colors = taipan::ConsoleSink::has_colors(output, taipan::Level::Log);
        reedline = reedline.with_ansi_colors(colors);
        if colors {
            reedline = reedline
                .with_hinter(Box::new(DefaultHinter::default()))
                .with_highlighter(Box::new(Colors));
        }
        // A history that cannot be kept is no reason not to start.
        if let Some(history) =
            history_file().and_then(|file| FileBackedHistory::with_file(HISTORY, file).ok())
        {
            reedline = reedline.with_history(Box::new(history));
        }
        Ok(Self {
            reedline,
            output: output.clone(),
        })
    }

    /// Says where one is.
    pub(super) fn welcome(&self) {
        let version = env!("CARGO_PKG_VERSION");
        super::say(&format!(
            "Taipan {version}. Type .help for help, Ctrl-D to leave."
        ));
    }
}

impl Lines for Editor {
    fn read(&mut self) -> Read {
        self.output.set_editing(true);
        let signal = self.reedline.read_line(&Arrow);
        self.output.set_editing(false);
        match signal {
            Ok(Signal::Success(text)) => {
                // What cannot be kept is still in memory.
                let _ = self.reedline.sync_history();
                Read::Input(text)
            }
            Ok(Signal::CtrlC) => Read::Again,
            Ok(Signal::CtrlD) => Read::End,
            Ok(_) => Read::Again,
            Err(error) => {
                super::say(&format!("cannot read from the terminal: {error}"));
                Read::End
            }
        }
    }
}

/// Where inputs are remembered: what the environment names, or a file among the user's.
fn history_file() -> Option<PathBuf> {
    if let Some(file) = env::var_os(HISTORY_VARIABLE) {
        return (!file.is_empty()).then(|| file.into());
    }
    let variable = |name| env::var_os(name).filter(|value| !value.is_empty());
    let folder = variable("XDG_STATE_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(variable("HOME")?).join(".local/state")))
        .or_else(|| variable("LOCALAPPDATA").map(PathBuf::from))?;
    Some(folder.join("taipan").join("repl_history.txt"))
}

/// Knows when an input is complete.
struct Complete;

impl Validator for Complete {
    fn validate(&self, text: &str) -> ValidationResult {
        match is_incomplete(text) {
            true => ValidationResult::Incomplete,
            false => ValidationResult::Complete,
        }
    }
}

/// Completes names.
struct Names(Script);

impl Completer for Names {
    fn complete(&mut self, line: &str, position: usize) -> CompletionResult {
        let completions = self.0.complete(line, position);
        let suggestion = |value: String| Suggestion {
            value,
            span: Span::new(completions.start, position),
            ..Suggestion::default()
        };
        let suggestions: Vec<_> = completions.names.iter().cloned().map(suggestion).collect();
        CompletionResult::fresh(suggestions)
    }
}

/// The prompt itself.
struct Arrow;

impl Prompt for Arrow {
    fn render_prompt_left(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }

    fn render_prompt_right(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }

    fn render_prompt_indicator(&self, _: PromptEditMode) -> Cow<'_, str> {
        Cow::Borrowed("> ")
    }

    fn render_prompt_multiline_indicator(&self) -> Cow<'_, str> {
        Cow::Borrowed("… ")
    }

    fn render_prompt_history_search_indicator(&self, search: PromptHistorySearch) -> Cow<'_, str> {
        Cow::Owned(format!("(search: {}) ", search.term))
    }
}
