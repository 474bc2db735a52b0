//! Workers as an embedder sees them. They are counted by their threads, so no two tests run at once.

mod ending;
#[path = "../../examples/workers.rs"]
mod example;
mod inheriting;
mod modules;

use std::{
    cell::RefCell,
    fs,
    rc::Rc,
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use taipan::{Permissions, Runtime, RuntimeBuilder};

#[test]
fn the_example_runs() {
    let _alone = alone();
    example::main().expect("the example");
}

/// Has a test run alone.
fn alone() -> MutexGuard<'static, ()> {
    static RUNNING: Mutex<()> = Mutex::new(());
    let guard = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    assert!(
        comes_true(|| threads() == 0),
        "threads of an earlier test are left"
    );
    guard
}

/// How many threads of workers there are.
fn threads() -> usize {
    let tasks = fs::read_dir("/proc/self/task").expect("a directory");
    tasks
        .flatten()
        .filter_map(|task| fs::read_to_string(task.path().join("comm")).ok())
        .filter(|name| name == "worker\n" || name.starts_with("worker "))
        .count()
}

/// Whether something comes true before long.
fn comes_true(condition: impl Fn() -> bool) -> bool {
    let end = Instant::now() + Duration::from_secs(10);
    while !condition() {
        if Instant::now() > end {
            return false;
        }
        thread::sleep(Duration::from_millis(2));
    }
    true
}

/// What the console took.
type Log = Rc<RefCell<Vec<String>>>;

/// A builder with a log.
fn logged() -> (RuntimeBuilder, Log) {
    let log = Log::default();
    let entries = Rc::clone(&log);
    let builder = Runtime::builder()
        .permissions(Permissions::all())
        .console(move |_, text: &str| entries.borrow_mut().push(text.to_owned()));
    (builder, log)
}

/// The source of a function `start(source)` that makes a worker.
const START: &str = "
    globalThis.start = (source, options) => {
        const blob = new Blob([source], { type: 'text/javascript' });
        return new Worker(URL.createObjectURL(blob), options);
    };
";

/// A runtime with a log and that function.
fn runtime_of(builder: RuntimeBuilder) -> Runtime {
    let mut runtime = builder.build().expect("a runtime");
    runtime.eval(START).expect("a function");
    runtime
}

/// A WebAssembly module as an expression of its bytes.
fn wasm(text: &str) -> String {
    let bytes = wat::parse_str(text).expect("a module");
    format!("new Uint8Array({bytes:?})")
}
