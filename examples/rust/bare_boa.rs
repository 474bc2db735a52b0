//! The parts alone: `WebAssembly` and `fetch` in a context of plain `boa_engine`, which has an executor of its own. Once
//! by their functions, once as extensions of `boa_runtime` beside its own.
//!
//!     cargo run -p taipan --example bare_boa

use std::{cell::RefCell, collections::VecDeque, future::poll_fn, pin::Pin, rc::Rc, task::Poll};

use boa_engine::{
    Context, JsResult, Source,
    job::{GenericJob, Job, JobExecutor, NativeAsyncJob, PromiseJob, TimeoutJob},
};
use futures_util::{Stream as _, stream::FuturesUnordered};
use taipan_fetch::FetchExtension;
use taipan_wasm::WebAssemblyExtension;
use taipan_web::{WebExtension, console};

/// As simple as an executor can be: no timer is waited for, it runs when nothing else is to be done.
#[derive(Default)]
struct Executor {
    promises: RefCell<VecDeque<PromiseJob>>,
    tasks: RefCell<VecDeque<GenericJob>>,
    timers: RefCell<VecDeque<TimeoutJob>>,
    futures: RefCell<VecDeque<NativeAsyncJob>>,
}

impl JobExecutor for Executor {
    fn enqueue_job(self: Rc<Self>, job: Job, _: &mut Context) {
        match job {
            Job::PromiseJob(job) => self.promises.borrow_mut().push_back(job),
            Job::GenericJob(job) => self.tasks.borrow_mut().push_back(job),
            Job::TimeoutJob(job) => self.timers.borrow_mut().push_back(job),
            Job::AsyncJob(job) => self.futures.borrow_mut().push_back(job),
            other => eprintln!("this executor has no use for {other:?}"),
        }
    }

    /// Everything that can be done without waiting.
    fn run_jobs(self: Rc<Self>, context: &mut Context) -> JsResult<()> {
        loop {
            while let Some(job) = { self.promises.borrow_mut().pop_front() } {
                job.call(context)?;
            }
            let Some(job) = ({ self.tasks.borrow_mut().pop_front() }) else {
                return Ok(());
            };
            job.call(context)?;
        }
    }

    /// Everything, until nothing is left.
    async fn run_jobs_async(self: Rc<Self>, context: &RefCell<&mut Context>) -> JsResult<()> {
        let mut futures = FuturesUnordered::new();
        poll_fn(|cx| {
            loop {
                Rc::clone(&self).run_jobs(&mut context.borrow_mut())?;
                for job in self.futures.take() {
                    futures.push(job.call(context));
                }
                match Pin::new(&mut futures).poll_next(cx) {
                    Poll::Ready(Some(result)) => drop(result?),
                    // A future that waits may have run script before.
                    _ if !self.promises.borrow().is_empty() || !self.tasks.borrow().is_empty() => {}
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(None) => {
                        let Some(job) = ({ self.timers.borrow_mut().pop_front() }) else {
                            return Poll::Ready(Ok(()));
                        };
                        if !job.cancelled() {
                            job.call(&mut context.borrow_mut())?;
                        }
                    }
                }
            }
        })
        .await
    }
}

/// By their functions.
fn register(context: &mut Context) -> JsResult<()> {
    // Any of these works without the others, but for streaming compilation, which wants the first and the last.
    taipan_wasm::register(context, &taipan_wasm::Options::default())?;
    taipan_web::register(context)?;
    console::register(Rc::new(console::StdSink), context)?;
    taipan_fetch::register(context, taipan_fetch::FetchOptions::default())
}

/// As extensions.
fn register_extensions(context: &mut Context) -> JsResult<()> {
    let extensions = (
        WebExtension::default().with_console(console::StdSink),
        WebAssemblyExtension::default(),
        FetchExtension::default(),
    );
    boa_runtime::register(extensions, None, context)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    run(register)?;
    run(register_extensions)
}

fn run(register: fn(&mut Context) -> JsResult<()>) -> Result<(), Box<dyn std::error::Error>> {
    let executor = Rc::new(Executor::default());
    let mut context = Context::builder()
        .job_executor(Rc::clone(&executor))
        .build()?;
    register(&mut context)?;

    context.eval(Source::from_bytes(
        "const source = 'data:application/wasm;base64,' +
             'AGFzbQEAAAABBwFgAn9/AX8DAgEABwcBA2FkZAAACgkBBwAgACABags=';
         setTimeout(() => console.log('a timer'), 1);
         WebAssembly.instantiateStreaming(fetch(source)).then(({ instance }) => {
             console.log('40 + 2 =', instance.exports.add(40, 2));
         });
         fetch('data:,some%20text').then(response => response.text()).then(text => {
             console.log(new TextEncoder().encode(text).length, 'bytes of', text);
         });",
    ))?;

    let tokio = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    tokio.block_on(executor.run_jobs_async(&RefCell::new(&mut context)))?;
    Ok(())
}
