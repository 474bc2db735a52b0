//! The engine a child runs a test file in.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use taipan::Url;
use taipan::engine::{JsString, JsValue, NativeFunction};
use taipan::net::ClientOptions;
use taipan::{Permissions, Runtime};

use crate::job::Job;

/// The variable of the environment that says at every how many passages between script and native code garbage is
/// collected, see [`RuntimeBuilder::gc_stress`](taipan::RuntimeBuilder::gc_stress).
pub const GC_STRESS_VARIABLE: &str = "TAIPAN_GC_STRESS";

/// A runtime whose harness reports to a function.
#[derive(Debug)]
pub struct Host {
    runtime: Runtime,
    uncaught: Rc<RefCell<Vec<String>>>,
}

impl Host {
    /// A fresh runtime for a job that gives what the harness says to `report`.
    pub fn new(job: &Job, report: fn(&str)) -> Result<Self, String> {
        let url = Url::parse(&job.url).map_err(|error| format!("{}: {error}", job.url))?;
        let uncaught = Rc::new(RefCell::new(Vec::new()));
        let heard = Rc::clone(&uncaught);
        let mut network = ClientOptions::default();
        network.extra_root_certificates.extend(job.authority());
        let stress = std::env::var(GC_STRESS_VARIABLE).ok();
        let stress = stress.and_then(|every| every.parse().ok());
        let runtime = Runtime::builder()
            .gc_stress(stress.unwrap_or(0))
            .base_url(url)
            .network(network)
            .type_reflection(job.type_reflection)
            .permissions(Permissions::all())
            .on_uncaught(move |error| heard.borrow_mut().push(error.report()))
            .with_context(move |context| {
                let function = NativeFunction::from_copy_closure(move |_, arguments, context| {
                    let text = arguments
                        .first()
                        .cloned()
                        .unwrap_or_default()
                        .to_string(context)?;
                    report(&text.to_std_string_lossy());
                    Ok(JsValue::undefined())
                });
                context.register_global_callable(JsString::from("__report"), 1, function)?;
                let collect = NativeFunction::from_copy_closure(|_, _, _| {
                    taipan::engine::gc::force_collect();
                    Ok(JsValue::undefined())
                });
                context.register_global_callable(JsString::from("__collect"), 0, collect)
            })
            .build()
            .map_err(|error| error.report())?;
        Ok(Self { runtime, uncaught })
    }

    /// Runs a classic script that was read from `url`. The error is for people.
    pub fn eval(&mut self, source: &str, url: &str) -> Result<(), String> {
        let url = Url::parse(url).map_err(|error| format!("{url}: {error}"))?;
        match self.runtime.eval_script(source, Some(&url)) {
            Ok(_) => Ok(()),
            Err(error) => Err(error.report()),
        }
    }

    /// Turns the event loop until nothing can happen any more, or until `patience` is over;
    /// says whether it was the former. The error is for people.
    pub fn run(&mut self, patience: Option<Duration>) -> Result<bool, String> {
        let Some(patience) = patience else {
            return self
                .runtime
                .run()
                .map(|()| true)
                .map_err(|error| error.report());
        };
        let tokio = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| error.to_string())?;
        tokio.block_on(async {
            match tokio::time::timeout(patience, self.runtime.run_async()).await {
                Ok(Ok(())) => Ok(true),
                Ok(Err(error)) => Err(error.report()),
                Err(_) => Ok(false),
            }
        })
    }

    /// The exceptions and rejections that reached nobody since the last time, for people.
    pub fn take_uncaught(&mut self) -> Vec<String> {
        std::mem::take(&mut *self.uncaught.borrow_mut())
    }
}
