//! The JavaScript side of the prompt.

use std::{cell::RefCell, rc::Rc};

use taipan::{
    ConsoleSink, Error, Exception, InspectOptions, Level, Runtime, Url,
    engine::{
        Context, JsError, JsNativeError, JsObject, JsResult, JsString, JsValue, NativeFunction,
        builtins::promise::PromiseState,
        object::{
            FunctionObjectBuilder,
            builtins::{JsArray, JsPromise},
        },
        property::{PropertyDescriptor, PropertyKey},
    },
    syntax,
};

use super::{
    complete::{self, Completions},
    rewrite::{self, Input},
};
use crate::{
    args::ReplArgs,
    program::place,
    report::{Reporter, Sources},
};

/// The property of the global object whose function runs an input. No script could name it by
/// chance.
const RUN: &str = "%repl%";

/// What goes into that function and comes out of it. It holds values of script for as long as the
/// prompt wants them.
#[derive(Default)]
struct Exchange {
    /// The code that is to be run, and its URL.
    code: RefCell<Option<(String, Url)>>,
    /// What it threw.
    thrown: RefCell<Option<JsValue>>,
}

/// An environment that inputs are run in one after the other.
pub(super) struct Session {
    pub(super) runtime: Runtime,
    exchange: Rc<Exchange>,
    sources: Sources,
    reporter: Reporter,
    sink: Rc<dyn ConsoleSink>,
    base: Url,
    inputs: usize,
    /// What `_` and `_error` were set to last, until the program uses the names itself.
    results: [Option<JsValue>; 2],
}

/// The names of the last value and of the last exception.
const RESULTS: [&str; 2] = ["_", "_error"];

impl Session {
    pub(super) fn new<S: ConsoleSink + Clone + 'static>(
        args: &ReplArgs,
        sink: &S,
    ) -> Result<Self, Error> {
        let base = place::beside("repl.js", args.runtime.base_url.as_ref())?;
        let sources = Sources::default();
        let reporter = Reporter::new(sources.clone());
        let (uncaught, output) = (reporter.clone(), sink.clone());
        let exchange = Rc::new(Exchange::default());
        let shared = Rc::clone(&exchange);
        let runtime = args
            .runtime
            .builder(&base)?
            .base_url(
                args.runtime
                    .base_url
                    .clone()
                    .unwrap_or_else(|| base.clone()),
            )
            .console(sink.clone())
            .source_observer(sources.clone())
            .on_uncaught(move |error| output.write(Level::Error, &uncaught.uncaught(error)))
            .interruptible(true)
            .with_context(move |context| define(shared, context))
            .build()?;
        Ok(Self {
            runtime,
            exchange,
            sources,
            reporter,
            sink: Rc::new(sink.clone()),
            base,
            inputs: 0,
            results: [Some(JsValue::undefined()), Some(JsValue::undefined())],
        })
    }

    /// Runs an input and shows what comes of it.
    ///
    /// # Errors
    ///
    /// Fails when the engine does: there is no going on then.
    pub(super) async fn run(&mut self, text: &str) -> Result<(), Error> {
        if text.trim().is_empty() {
            return Ok(());
        }
        self.inputs += 1;
        let name = format!("repl-{}.js", self.inputs);
        let url = self.base.join(&name).unwrap_or_else(|_| self.base.clone());
        let input = match rewrite::read(text) {
            Ok(input) => input,
            Err(error) => {
                self.sources.keep(url.as_str(), text);
                let message = format!("{error} ({url})");
                let mut exception = Exception::default();
                exception.name = Some("SyntaxError".to_owned());
                exception.message = message;
                self.show_exception(exception);
                return Ok(());
            }
        };
        self.sources
            .keep(url.as_str(), &shown_source(&input.code, text));
        match self.evaluate(input, url).await {
            Ok(value) => {
                let note = self.set_result(0, value.clone());
                let mut options = InspectOptions::default();
                options.colors = self.sink.has_colors(Level::Log);
                options.depth = Some(4);
                let shown = taipan::inspect(&value, &options, &mut self.runtime.context());
                self.sink.write(Level::Log, &shown);
                if let Some(note) = note {
                    self.sink.write(Level::Log, &note);
                }
                Ok(())
            }
            Err(Error::Exception(exception)) => {
                self.show_exception(*exception);
                Ok(())
            }
            // Nothing can settle what was awaited.
            Err(error @ Error::NeverSettles) => {
                self.sink.write(Level::Error, &self.reporter.error(&error));
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    async fn evaluate(&mut self, input: Input, url: Url) -> Result<JsValue, Error> {
        declare(&input, &mut self.runtime.context());
        self.exchange.thrown.take();
        self.exchange.code.replace(Some((input.code, url)));
        let result = self.runtime.eval(&format!("this[\"{RUN}\"]()"));
        let result = match (result, input.awaits) {
            (Ok(promise), true) => self.awaited(promise).await,
            (result, _) => result,
        };
        if let Some(thrown) = self.exchange.thrown.take() {
            self.set_result(1, thrown);
        }
        result
    }

    /// The value of what awaits.
    async fn awaited(&mut self, promise: JsValue) -> Result<JsValue, Error> {
        let result = self.runtime.resolve_async(promise.clone()).await;
        if result.is_err()
            && let Some(promise) = promise.as_object()
            && let Ok(promise) = JsPromise::from_object(promise)
            && let PromiseState::Rejected(reason) = promise.state()
        {
            self.exchange.thrown.replace(Some(reason));
        }
        let context = &mut self.runtime.context();
        let array = result?.as_object();
        let array = array.and_then(|array| JsArray::from_object(array).ok());
        // Without a value there is no array.
        Ok(array
            .and_then(|array| array.get(0, context).ok())
            .unwrap_or_default())
    }

    fn show_exception(&self, mut exception: Exception) {
        without_prompt(&mut exception);
        let report = self.reporter.exception("Uncaught ", &exception);
        self.sink.write(Level::Error, &report);
    }

    /// Sets `_` or `_error`, unless the program has set it to something itself; says so when it has.
    fn set_result(&mut self, index: usize, value: JsValue) -> Option<String> {
        let context = &mut self.runtime.context();
        let expected = self.results[index].as_ref()?;
        let key = PropertyKey::from(JsString::from(RESULTS[index]));
        let global = context.global_object();
        let current = global.borrow().properties().get(&key);
        let current = current.and_then(|property| property.value().cloned());
        if current.is_some_and(|current| !JsValue::same_value(&current, expected)) {
            self.results[index] = None;
            let name = RESULTS[index];
            return Some(format!("({name} is the program's own from now on)"));
        }
        self.results[index] = Some(value.clone());
        define_value(&global, key, value);
        None
    }

    /// What may stand at `position` of a line.
    pub(super) fn complete(&mut self, line: &str, position: usize) -> Completions {
        complete::complete(line, position, &mut self.runtime.context())
    }
}

/// Defines what the prompt needs.
fn define(exchange: Rc<Exchange>, context: &mut Context) -> JsResult<()> {
    context.insert_data(exchange);
    let run = FunctionObjectBuilder::new(context.realm(), NativeFunction::from_fn_ptr(run))
        .name(JsString::from(RUN))
        .build();
    let global = context.global_object();
    global.define_property_or_throw(
        JsString::from(RUN),
        PropertyDescriptor::builder()
            .value(run)
            .writable(false)
            .enumerable(false)
            .configurable(false),
        context,
    )?;
    for name in RESULTS {
        define_value(&global, JsString::from(name).into(), JsValue::undefined());
    }
    Ok(())
}

/// Runs the code that was left for it.
fn run(_: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let exchange = context.get_data::<Rc<Exchange>>().cloned();
    let Some(exchange) = exchange else {
        return Ok(JsValue::undefined());
    };
    // Only the prompt leaves any.
    let Some((code, url)) = exchange.code.take() else {
        return Err(JsNativeError::typ()
            .with_message("there is nothing to run")
            .into());
    };
    let result = syntax::compile_script(&code, Some(&url), context)
        .and_then(|script| script.evaluate(context));
    match result {
        Err(error) if error.as_engine().is_none() => {
            let thrown = error.into_opaque(context)?;
            exchange.thrown.replace(Some(thrown.clone()));
            Err(JsError::from_opaque(thrown))
        }
        result => result,
    }
}

/// Makes room on the global object for the names that an input declares: what cannot be set by an
/// assignment is defined anew, as a declaration of a script would hide it.
fn declare(input: &Input, context: &mut Context) {
    let global = context.global_object();
    for name in &input.names {
        let key = PropertyKey::from(JsString::from(name.as_str()));
        let property = global.borrow().properties().get(&key);
        let is_in_the_way = match property {
            Some(property) => {
                property.configurable() == Some(true) && property.writable() != Some(true)
            }
            None => input.awaits,
        };
        if is_in_the_way {
            global.insert_property(
                key,
                PropertyDescriptor::builder()
                    .value(JsValue::undefined())
                    .writable(true)
                    .enumerable(true)
                    .configurable(true),
            );
        }
    }
}

fn define_value(global: &JsObject, key: PropertyKey, value: JsValue) {
    global.insert_property(
        key,
        PropertyDescriptor::builder()
            .value(value)
            .writable(true)
            .enumerable(false)
            .configurable(true),
    );
}

/// The lines of the code that are lines of the input, for reports; the others are empty, as nobody
/// has typed them.
fn shown_source(code: &str, input: &str) -> String {
    let typed: Vec<&str> = input.lines().collect();
    let lines = code.lines().map(|line| match typed.contains(&line) {
        true => line,
        false => "",
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Takes out of a stack what is the prompt's own part of it.
fn without_prompt(exception: &mut Exception) {
    let own = format!("at {RUN} (native)");
    let lines = exception.stack.lines();
    let lines: Vec<&str> = lines.take_while(|line| line.trim() != own).collect();
    exception.stack = lines.join("\n");
    if let Some(cause) = &mut exception.cause {
        without_prompt(cause);
    }
    exception.errors.iter_mut().for_each(without_prompt);
}
