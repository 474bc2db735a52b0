//! `console`.
//!
//! Where the text goes is the embedder's choice: a [`ConsoleSink`].
//!
//! Spec: <https://console.spec.whatwg.org/>

mod format;
mod inspect;
mod sink;
mod table;

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
    time::Duration,
};

use boa_engine::{
    Context, JsArgs, JsNativeError, JsObject, JsResult, JsSymbol, JsValue,
    context::time::JsInstant, js_string, property::PropertyDescriptor,
};

pub use inspect::{InspectOptions, inspect, inspect_properties, try_inspect};
pub use sink::{ConsoleSink, Level, StdSink};

use crate::define::{Native, operation};
use format::{display, format, label};

/// The console of one environment.
struct Console {
    sink: Rc<dyn ConsoleSink>,
    counts: RefCell<HashMap<String, u64>>,
    timers: RefCell<HashMap<String, JsInstant>>,
    groups: Cell<usize>,
}

/// Defines `console` on the global object; what is logged goes to `sink`.
///
/// # Errors
///
/// Fails when the global object refuses the property.
pub fn register(sink: Rc<dyn ConsoleSink>, context: &mut Context) -> JsResult<()> {
    context.insert_data(Rc::new(Console {
        sink,
        counts: RefCell::default(),
        timers: RefCell::default(),
        groups: Cell::new(0),
    }));
    // A namespace object whose prototype is an empty object of its own.
    // <https://console.spec.whatwg.org/#console-namespace>
    let prototype = JsObject::with_object_proto(context.intrinsics());
    let console =
        JsObject::from_proto_and_data(prototype, boa_engine::builtins::object::OrdinaryObject);
    let operations: [(&str, Native); 20] = [
        ("assert", assert),
        ("clear", clear),
        ("debug", debug),
        ("error", error),
        ("info", info),
        ("log", log),
        ("table", table),
        ("trace", trace),
        ("warn", warn),
        ("dir", dir),
        ("dirxml", log),
        ("count", count),
        ("countReset", count_reset),
        ("group", group),
        ("groupCollapsed", group),
        ("groupEnd", group_end),
        ("time", time),
        ("timeLog", time_log),
        ("timeEnd", time_end),
        ("timeStamp", clear),
    ];
    for (name, native) in operations {
        operation(&console, name, 0, native, context)?;
    }
    console.define_property_or_throw(
        JsSymbol::to_string_tag(),
        PropertyDescriptor::builder()
            .value(js_string!("console"))
            .writable(false)
            .enumerable(false)
            .configurable(true),
        context,
    )?;
    context.global_object().define_property_or_throw(
        js_string!("console"),
        PropertyDescriptor::builder()
            .value(console)
            .writable(true)
            .enumerable(false)
            .configurable(true),
        context,
    )?;
    Ok(())
}

/// Writes a text to the console of `context`; to the standard streams if it has none.
pub fn write(level: Level, text: &str, context: &Context) {
    match context.get_data::<Rc<Console>>() {
        Some(console) => console.write(level, text),
        None => StdSink.write(level, text),
    }
}

impl Console {
    /// How values are shown in a text of this level.
    fn options(&self, level: Level) -> InspectOptions {
        InspectOptions {
            colors: self.sink.has_colors(level),
            ..InspectOptions::default()
        }
    }

    fn write(&self, level: Level, text: &str) {
        let indent = self.groups.get() * 2;
        if indent == 0 {
            self.sink.write(level, text);
        } else {
            let margin = " ".repeat(indent);
            let text = text.replace('\n', &format!("\n{margin}"));
            self.sink.write(level, &format!("{margin}{text}"));
        }
    }
}

fn console(context: &Context) -> JsResult<Rc<Console>> {
    context.get_data::<Rc<Console>>().cloned().ok_or_else(|| {
        JsNativeError::typ()
            .with_message("console is not registered in this context")
            .into()
    })
}

/// <https://console.spec.whatwg.org/#logger>
fn print(level: Level, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let console = console(context)?;
    let text = format(args, &console.options(level), context)?;
    console.write(level, &text);
    Ok(JsValue::undefined())
}

fn log(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    print(Level::Log, args, context)
}

fn info(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    print(Level::Info, args, context)
}

fn debug(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    print(Level::Debug, args, context)
}

fn warn(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    print(Level::Warn, args, context)
}

fn error(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    print(Level::Error, args, context)
}

/// <https://console.spec.whatwg.org/#assert>
fn assert(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    if args.get_or_undefined(0).to_boolean() {
        return Ok(JsValue::undefined());
    }
    let data = args.get(1..).unwrap_or_default();
    let console = console(context)?;
    let text = match data {
        [] => "Assertion failed".to_owned(),
        // A format string keeps its meaning.
        data => {
            let data = format(data, &console.options(Level::Error), context)?;
            format!("Assertion failed: {data}")
        }
    };
    console.write(Level::Error, &text);
    Ok(JsValue::undefined())
}

/// <https://console.spec.whatwg.org/#clear>
fn clear(_: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    // A log is not erased: what was written may be on its way to a file.
    Ok(JsValue::undefined())
}

/// <https://console.spec.whatwg.org/#dir>
fn dir(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let console = console(context)?;
    let options = InspectOptions {
        custom_inspect: false,
        ..console.options(Level::Log)
    };
    let options = options.updated_from(args.get_or_undefined(1), context)?;
    let text = try_inspect(args.get_or_undefined(0), &options, context)?;
    console.write(Level::Log, &text);
    Ok(JsValue::undefined())
}

/// <https://console.spec.whatwg.org/#table>
fn table(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let console = console(context)?;
    let options = console.options(Level::Log);
    let (data, columns) = (args.get_or_undefined(0), args.get_or_undefined(1));
    match table::table(data, columns, &options, context)? {
        Some(text) => {
            console.write(Level::Log, &text);
            Ok(JsValue::undefined())
        }
        None => log(this, args.get(..1).unwrap_or_default(), context),
    }
}

/// <https://console.spec.whatwg.org/#trace>
fn trace(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let console = console(context)?;
    let mut text = "Trace".to_owned();
    if !args.is_empty() {
        text.push_str(": ");
        text.push_str(&format(args, &console.options(Level::Error), context)?);
    }
    let error = context.intrinsics().constructors().error().constructor();
    let error = error.construct(&[], None, context)?;
    let stack = inspect::engine_stack(&error, context).unwrap_or_default();
    for frame in stack.lines() {
        // The innermost frame is this function's own.
        if !frame.starts_with("    at trace (native") {
            text.push('\n');
            text.push_str(frame);
        }
    }
    console.write(Level::Error, &text);
    Ok(JsValue::undefined())
}

/// <https://console.spec.whatwg.org/#count>
fn count(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let label = label(args.get_or_undefined(0), context)?;
    let console = console(context)?;
    let count = {
        let mut counts = console.counts.borrow_mut();
        let count = counts.entry(label.clone()).or_insert(0);
        *count += 1;
        *count
    };
    console.write(Level::Info, &format!("{label}: {count}"));
    Ok(JsValue::undefined())
}

/// <https://console.spec.whatwg.org/#countreset>
fn count_reset(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let label = label(args.get_or_undefined(0), context)?;
    let console = console(context)?;
    if console.counts.borrow_mut().remove(&label).is_none() {
        console.write(Level::Warn, &format!("Count for '{label}' does not exist"));
    }
    Ok(JsValue::undefined())
}

/// <https://console.spec.whatwg.org/#group>
fn group(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    if !args.is_empty() {
        print(Level::Log, args, context)?;
    }
    let console = console(context)?;
    console.groups.set(console.groups.get() + 1);
    Ok(JsValue::undefined())
}

/// <https://console.spec.whatwg.org/#groupend>
fn group_end(_: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let console = console(context)?;
    console.groups.set(console.groups.get().saturating_sub(1));
    Ok(JsValue::undefined())
}

/// <https://console.spec.whatwg.org/#time>
fn time(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let label = label(args.get_or_undefined(0), context)?;
    let console = console(context)?;
    if console.timers.borrow().contains_key(&label) {
        console.write(Level::Warn, &format!("Timer '{label}' already exists"));
    } else {
        let start = context.clock().now();
        console.timers.borrow_mut().insert(label, start);
    }
    Ok(JsValue::undefined())
}

/// <https://console.spec.whatwg.org/#timelog>
fn time_log(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    print_time(args, false, context)
}

/// <https://console.spec.whatwg.org/#timeend>
fn time_end(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    print_time(args, true, context)
}

fn print_time(args: &[JsValue], end: bool, context: &mut Context) -> JsResult<JsValue> {
    let label = label(args.get_or_undefined(0), context)?;
    let console = console(context)?;
    let start = if end {
        console.timers.borrow_mut().remove(&label)
    } else {
        console.timers.borrow().get(&label).copied()
    };
    let Some(start) = start else {
        console.write(Level::Warn, &format!("Timer '{label}' does not exist"));
        return Ok(JsValue::undefined());
    };
    let mut text = format!(
        "{label}: {}",
        duration((context.clock().now() - start).into())
    );
    if !end {
        let options = console.options(Level::Info);
        for value in args.get(1..).unwrap_or_default() {
            text.push(' ');
            text.push_str(&display(value, &options, context)?);
        }
    }
    console.write(Level::Info, &text);
    Ok(JsValue::undefined())
}

/// A time span, in a unit that fits it.
fn duration(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs();
    let milliseconds = elapsed.subsec_millis();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, 0) => {
            let text = format!("{:.3}", elapsed.as_secs_f64() * 1000.0);
            format!("{}ms", text.trim_end_matches('0').trim_end_matches('.'))
        }
        (0, 0, seconds) => format!("{seconds}.{milliseconds:03}s"),
        (0, minutes, seconds) => format!("{minutes}:{seconds:02}.{milliseconds:03} (m:ss.mmm)"),
        (hours, minutes, seconds) => {
            format!("{hours}:{minutes:02}:{seconds:02}.{milliseconds:03} (h:mm:ss.mmm)")
        }
    }
}
