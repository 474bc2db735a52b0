//! The engine a child runs a test file in.

use boa_engine::{Context, NativeFunction, Source, js_string};

/// A realm to run scripts in, and its event loop.
pub trait Host {
    /// Runs a classic script that was read from `url`. The error is for people.
    fn eval(&mut self, source: &str, url: &str) -> Result<(), String>;

    /// Turns the event loop until nothing can happen any more. The error is for people.
    fn run(&mut self) -> Result<(), String>;
}

/// A bare engine: no `WebAssembly`, no `fetch`, no timers.
pub struct BareEngine(Context);

impl BareEngine {
    /// A fresh engine that gives what the harness reports to `report`.
    pub fn new(report: fn(&str)) -> Result<Self, String> {
        let mut context = Context::default();
        let function = NativeFunction::from_copy_closure(move |_, arguments, context| {
            let text = arguments
                .first()
                .cloned()
                .unwrap_or_default()
                .to_string(context)?;
            report(&text.to_std_string_lossy());
            Ok(boa_engine::JsValue::undefined())
        });
        context
            .register_global_callable(js_string!("__report"), 1, function)
            .map_err(|error| error.to_string())?;
        Ok(Self(context))
    }
}

impl Host for BareEngine {
    fn eval(&mut self, source: &str, url: &str) -> Result<(), String> {
        let source = Source::from_bytes(source).with_path(std::path::Path::new(url));
        match self.0.eval(source) {
            Ok(_) => Ok(()),
            Err(error) => Err(error.to_string()),
        }
    }

    fn run(&mut self) -> Result<(), String> {
        self.0.run_jobs().map_err(|error| error.to_string())
    }
}
