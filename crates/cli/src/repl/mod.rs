//! `taipan repl`: a prompt.
//!
//! Script runs on a thread of its own, and so does its event loop while a line is being typed.

mod complete;
mod editor;
mod highlight;
mod input;
mod output;
pub(crate) mod rewrite;
mod session;

use std::{
    fs,
    io::{self, IsTerminal as _, Write as _},
    process::ExitCode,
    sync::mpsc,
    time::Duration,
};

use taipan::{ConsoleSink as _, Error, Level, Limit, Terminator};
use tokio::sync::mpsc as requests;

use crate::{
    args::ReplArgs,
    interrupt,
    report::{Reporter, Sources},
};
use complete::Completions;
use input::{Lines, Read};
use output::ReplOutput;
use session::Session;

/// How long the prompt waits for completions: script may be busy.
const PATIENCE: Duration = Duration::from_millis(500);

const HELP: &str = "\
.clear       Forget what was typed of an input that is not complete
.exit        Leave (as Ctrl-D does)
.help        Show this
.load FILE   Run the code in a file as if it were typed

Await and import work at the prompt. The last value is in _, the last exception in _error.
Tab completes names, Ctrl-R searches what was typed before, Ctrl-C stops what
runs, twice in a second the prompt itself.";

/// What the thread of script is asked for.
enum Request {
    /// To run an input; the answer is whether one can go on.
    Run(String, mpsc::Sender<bool>),
    /// To complete a line at a place.
    Complete(String, usize, mpsc::Sender<Completions>),
}

/// The way to the thread of script.
#[derive(Clone)]
struct Script(requests::UnboundedSender<Request>);

impl Script {
    /// Runs an input and waits for the end of it; whether one can go on.
    fn run(&self, text: &str) -> bool {
        let (answer, answered) = mpsc::channel();
        let request = Request::Run(text.to_owned(), answer);
        self.0.send(request).is_ok() && answered.recv().unwrap_or(false)
    }

    fn complete(&self, line: &str, position: usize) -> Completions {
        let (answer, answered) = mpsc::channel();
        let request = Request::Complete(line.to_owned(), position, answer);
        if self.0.send(request).is_err() {
            return Completions::default();
        }
        answered.recv_timeout(PATIENCE).unwrap_or_default()
    }
}

/// Runs the prompt until its user leaves; with other input than a terminal, until its end.
pub(crate) fn run(args: ReplArgs) -> io::Result<ExitCode> {
    let (sender, receiver) = requests::unbounded_channel();
    let script = Script(sender);
    let (terminator, terminators) = mpsc::channel();
    let output = ReplOutput::default();
    let first = args.eval.clone();
    let thread = {
        let output = output.clone();
        taipan::js_thread().spawn(move || serve(&args, receiver, &terminator, &output))?
    };
    if let Some(code) = first
        && !script.run(&code)
    {
        return Ok(ended(thread.join()));
    }
    let is_terminal = io::stdin().is_terminal() && io::stdout().is_terminal();
    if is_terminal {
        // Without it there is no runtime, and the thread says why.
        if let Ok(terminator) = terminators.recv() {
            interrupt::interrupts(move || terminator.terminate())?;
        }
        let mut lines = editor::Editor::new(script.clone(), &output)?;
        lines.welcome();
        read(&mut lines, &script);
        // Who leaves does not wait for what is still going on.
        let _ = io::stdout().flush();
        return Ok(ExitCode::SUCCESS);
    }
    read(&mut input::Piped::default(), &script);
    // What was begun goes on to its end.
    drop(script);
    Ok(ended(thread.join()))
}

fn ended(result: std::thread::Result<ExitCode>) -> ExitCode {
    result.unwrap_or_else(|payload| std::panic::resume_unwind(payload))
}

/// Reads inputs and has them run.
fn read(lines: &mut dyn Lines, script: &Script) {
    loop {
        let text = match lines.read() {
            Read::Input(text) => text,
            Read::Again => continue,
            Read::End => return,
        };
        let goes_on = match command(&text) {
            None => script.run(&text),
            Some((".exit", _)) => return,
            Some((".help", _)) => say(HELP),
            Some((".clear", _)) => true,
            Some((".load", file)) => match fs::read_to_string(file) {
                Ok(code) => script.run(&code),
                Err(error) => say(&format!("cannot read {file}: {error}")),
            },
            Some((name, _)) => say(&format!(
                "there is no command {name}; .help tells which are"
            )),
        };
        if !goes_on {
            return;
        }
    }
}

/// Writes a line; one can go on.
fn say(text: &str) -> bool {
    // That nobody reads it changes nothing.
    let _ = writeln!(io::stdout(), "{text}");
    true
}

/// The name of a command of the prompt and what follows it, if a text is one. `.5` is a number.
fn command(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    let rest = text.strip_prefix('.')?;
    if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) || text.contains('\n') {
        return None;
    }
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    Some((&text[..end], text[end..].trim()))
}

/// Does what is asked for until nobody asks any more, and turns the event loop meanwhile.
fn serve(
    args: &ReplArgs,
    requests: requests::UnboundedReceiver<Request>,
    terminator: &mpsc::Sender<Terminator>,
    output: &ReplOutput,
) -> ExitCode {
    let tokio = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .map_err(Error::EventLoop);
    let result = tokio.and_then(|tokio| {
        let mut session = Session::new(args, output)?;
        // Where there is no terminal nobody wants it.
        let _ = terminator.send(session.runtime.terminator());
        tokio.block_on(turn(&mut session, requests, output))
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let report = Reporter::new(Sources::default()).error(&error);
            output.write(Level::Error, &report);
            ExitCode::FAILURE
        }
    }
}

async fn turn(
    session: &mut Session,
    mut requests: requests::UnboundedReceiver<Request>,
    output: &ReplOutput,
) -> Result<(), Error> {
    let mut is_idle = false;
    loop {
        let request = tokio::select! {
            biased;
            request = requests.recv() => request,
            result = session.runtime.run_async(), if !is_idle => {
                was_stopped(result, output)?;
                // What was stopped has left nothing.
                is_idle = true;
                continue;
            }
        };
        match request {
            Some(Request::Run(text, answer)) => {
                is_idle = false;
                let result = was_stopped(session.run(&text).await, output);
                // Nobody waits for it when the process ends.
                let _ = answer.send(result.is_ok());
                result?;
            }
            Some(Request::Complete(line, position, answer)) => {
                let _ = answer.send(session.complete(&line, position));
            }
            None => return session.runtime.run_async().await,
        }
    }
}

/// Tells if Ctrl-C or a limit has stopped what ran: one can go on.
///
/// # Errors
///
/// Fails when one cannot: when the engine has failed, or the time for all of it is up.
fn was_stopped(result: Result<(), Error>, output: &ReplOutput) -> Result<(), Error> {
    match result {
        Ok(()) => Ok(()),
        Err(Error::Terminated) => {
            output.write(Level::Log, "(interrupted; what was pending is gone)");
            Ok(())
        }
        Err(error) if matches!(error.limit(), Some(limit) if !matches!(limit, Limit::TotalTimeout(_))) =>
        {
            output.write(Level::Error, &error.report());
            output.write(Level::Log, "(stopped; what was pending is gone)");
            Ok(())
        }
        Err(error) => Err(error),
    }
}
