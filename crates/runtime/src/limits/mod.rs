//! What a runtime may use up.

pub(crate) mod apart;
mod governor;
mod heap;
mod stack;
mod terminator;

use std::{fmt, time::Duration};

pub(crate) use governor::{Governor, Run};
use taipan_fetch::net::ClientOptions;

pub(crate) use stack::{JS_STACK, RESERVE, apply, remaining_stack};
pub(crate) use terminator::Signal;
pub use terminator::Terminator;

/// What a [`Runtime`](crate::Runtime) may use up. By default nothing is limited but by the engines themselves.
///
/// A *run* is a call of one of the runtime's functions that run script or turn the event loop, as a whole: `run_file`
/// with everything that comes of the program, or one `eval`. When a run exceeds what it may use, it fails with
/// [`Error::Limit`](crate::Error::Limit), and what it left pending (microtasks, timers, requests) is discarded. The
/// runtime lives, with all its objects, and the next run has the whole of each limit again.
///
/// Workers inherit the limits of what made them. Each has all of them for itself, but those of the network, which they
/// share.
///
/// | limit | what it holds | what it does not | ends in |
/// | --- | --- | --- | --- |
/// | [`run_timeout`](Self::run_timeout), [`total_timeout`](Self::total_timeout) | WebAssembly code, within milliseconds (within half a second where all it does is filling memory); between jobs, microtasks and calls between WebAssembly and JavaScript; waiting for anything | JavaScript that calls nothing is not stopped on time: a loop ends after it has gone round 200 million times for each second, which takes a loop that does nothing some times as long as it may, and one that does much much longer. Functions of the engine that take long (sorting, regular expressions, arrays of a billion elements) are not stopped | [`Error::Limit`](crate::Error::Limit) |
/// | [`fuel`](Self::fuel) | all WebAssembly code of a run | JavaScript; translating functions at their first call; growing tables by less than a thousand elements at once | `Error::Limit` |
/// | [`loop_iterations`](Self::loop_iterations) | all loops of one call of a function together, or of one script | loops in functions called from loops count for themselves. Methods that take callbacks are no loops. In an async function that has awaited something the loop ends, but the engine loses the error: its promise stays pending, and whoever has the runtime wait for it gets [`Error::NeverSettles`](crate::Error::NeverSettles) | `Error::Limit` of the run, or of the callback |
/// | [`recursion`](Self::recursion) | calls of JavaScript, through WebAssembly, too | the error is lost in the same place as that of loops | a `RangeError` that script cannot catch |
/// | [`memory`](Self::memory) | bytes of all memories | | `memory.grow` gives -1; a `RangeError` |
/// | [`table_elements`](Self::table_elements) | elements of all tables, dead ones too | | `table.grow` gives -1; a `RangeError` |
/// | [`heap`](Self::heap) | what the thread has allocated, if the program's allocator counts | what is allocated between two looks, `s += s` in a loop for instance; memories of WebAssembly; threads of the network and of compilation | `Error::Limit`; a `RangeError` for a single thing that is too large |
/// | [`response_size`](Self::response_size) | the body of each response after decoding, modules and programs from files and URLs | event streams, messages of web sockets | a `TypeError` |
/// | [`connections`](Self::connections) | open connections | transports of the embedder's own | a `TypeError` |
/// | [`fetches`](Self::fetches) | responses under way | | a `TypeError` |
/// | [`timers`](Self::timers) | timers of `setTimeout` and `setInterval` | those of `AbortSignal.timeout` | a `RangeError` |
/// | [`workers`](Self::workers) | workers at once | | a `QuotaExceededError` |
///
/// A [`Terminator`] stops what a limit of time would.
///
/// Some things are bounded always: the depth of recursion by the size of the stack, the nesting of source text, buffers
/// to 1.5 GiB each, strings to 2^32 characters, tables to 10,000,000 elements each, modules to 1 GiB.
///
/// ```
/// use std::time::Duration;
/// use taipan::{Error, Limit, Limits, Runtime};
///
/// let limits = Limits::new()
///     .run_timeout(Duration::from_millis(50))
///     .loop_iterations(100_000);
/// let mut runtime = Runtime::builder().limits(limits).build()?;
///
/// let error = runtime.eval("for (;;) {}").unwrap_err();
/// assert!(matches!(error, Error::Limit { .. }));
/// assert!(error.limit().is_some());
///
/// // The promise's callbacks queue each other without an end.
/// let error = runtime.eval("(function again() { Promise.resolve().then(again) })()").unwrap_err();
/// assert_eq!(error.limit(), Some(Limit::RunTimeout(Duration::from_millis(50))));
///
/// assert_eq!(runtime.eval("6 * 7")?.as_number(), Some(42.0));
/// # Ok::<_, taipan::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use = "limits limit nothing until a runtime is made with them"]
pub struct Limits {
    pub(crate) run_timeout: Option<Duration>,
    pub(crate) total_timeout: Option<Duration>,
    pub(crate) fuel: Option<u64>,
    pub(crate) loop_iterations: Option<u64>,
    pub(crate) recursion: Option<usize>,
    pub(crate) memory: Option<usize>,
    pub(crate) table_elements: Option<u64>,
    pub(crate) workers: Option<usize>,
    pub(crate) heap: Option<usize>,
    pub(crate) response_size: Option<u64>,
    pub(crate) connections: Option<usize>,
    pub(crate) fetches: Option<usize>,
    pub(crate) timers: Option<usize>,
}

impl Limits {
    /// No limits.
    pub fn new() -> Self {
        Self::default()
    }

    /// How long a run may take, by the clock on the wall, waiting included.
    pub fn run_timeout(mut self, time: Duration) -> Self {
        self.run_timeout = Some(time);
        self
    }

    /// How long after it was made a runtime may still run anything. Every run after that fails at once.
    pub fn total_timeout(mut self, time: Duration) -> Self {
        self.total_timeout = Some(time);
        self
    }

    /// How much fuel WebAssembly code may use in a run. An instruction costs about one unit; copying and filling memory
    /// cost one more for every 4 KiB.
    pub fn fuel(mut self, fuel: u64) -> Self {
        self.fuel = Some(fuel);
        self
    }

    /// How often the loops of one call of a JavaScript function, or of a script, may go round in all.
    ///
    /// A generator or an async function is one call from its beginning to its end.
    pub fn loop_iterations(mut self, iterations: u64) -> Self {
        self.loop_iterations = Some(iterations);
        self
    }

    /// How deep JavaScript calls may nest. There is always a limit, which the size of the native stack sets; this one
    /// can only be lower.
    pub fn recursion(mut self, calls: usize) -> Self {
        self.recursion = Some(calls);
        self
    }

    /// How many bytes all memories of WebAssembly may have together. Beyond that, `memory.grow` gives -1, and
    /// `new WebAssembly.Memory` and instantiation throw a `RangeError`.
    pub fn memory(mut self, bytes: usize) -> Self {
        self.memory = Some(bytes);
        self
    }

    /// How many elements all tables of WebAssembly may have together, those of instances that are garbage included: the
    /// engine never frees them. Beyond that, `table.grow` gives -1, and `new WebAssembly.Table` and instantiation throw
    /// a `RangeError`.
    pub fn table_elements(mut self, elements: u64) -> Self {
        self.table_elements = Some(elements);
        self
    }

    /// How many workers there may be at once, those of workers included; 256 unless told otherwise. One more is refused
    /// with a `QuotaExceededError`.
    ///
    /// ```
    /// use taipan::{Limits, Runtime};
    ///
    /// let mut runtime = Runtime::builder().limits(Limits::new().workers(0)).build()?;
    /// let error = runtime.eval("new Worker('data:text/javascript,')").unwrap_err();
    /// assert_eq!(error.exception().and_then(|e| e.name.as_deref()), Some("QuotaExceededError"));
    /// # Ok::<_, taipan::Error>(())
    /// ```
    pub fn workers(mut self, count: usize) -> Self {
        self.workers = Some(count);
        self
    }

    /// How many bytes the runtime may use, by estimate.
    ///
    /// In a program whose allocator is `taipan_alloc::CountingAllocator`, as that of the command is, everything counts
    /// that the runtime's thread has allocated and not freed: objects, strings, buffers, compiled code, whether it is
    /// of this runtime or of whatever else runs on the thread. Memories of WebAssembly have a limit of their own. In
    /// any other program nothing counts.
    ///
    /// The estimate is looked at between jobs and microtasks, between WebAssembly code and JavaScript, and by `push`
    /// and `concat`; whatever is found beyond the limit, when garbage was collected, ends the run. Before that,
    /// functions that make much of little throw a `RangeError` if there is no room: constructors of buffers and
    /// typed arrays, `repeat`, `padStart`, `padEnd` and `join` of strings, `fill` and `Array.from`. In a program that
    /// does not count, they do so for anything larger than the limit.
    ///
    /// When a run was stopped, what it has left pending is let go of. What script has stored where it is still reachable,
    /// in global variables say, stays, and if that alone is more than the limit, every next run fails at its beginning with
    /// [`Limit::HeapInUse`], until the program removes some of it ([`Runtime::context`](crate::Runtime::context) works
    /// still) or makes a new runtime. What script was doing in a closure that was given to
    /// [`Runtime::with`](crate::Runtime::with) may stay in the engine's hands as well.
    ///
    /// A loop that does nothing of this, `s += s` for instance, may use more than the limit before it ends.
    pub fn heap(mut self, bytes: usize) -> Self {
        self.heap = Some(bytes);
        self
    }

    /// How many bytes the body of a response may have, after decoding; a module and a program from a URL, too. What has more
    /// fails: `fetch` or reading the body rejects with a `TypeError`.
    pub fn response_size(mut self, bytes: u64) -> Self {
        self.response_size = Some(bytes);
        self
    }

    /// How many connections may be open at once, web sockets and event streams included. When there are as many for
    /// another second, `fetch` rejects with a `TypeError`, and imports and web sockets fail.
    ///
    /// Connections are not kept for later requests then.
    pub fn connections(mut self, connections: usize) -> Self {
        self.connections = Some(connections);
        self
    }

    /// How many responses may be under way at once, those of which the body was not read to the end included. When
    /// there are as many for another second, `fetch` rejects with a `TypeError`.
    pub fn fetches(mut self, fetches: usize) -> Self {
        self.fetches = Some(fetches);
        self
    }

    /// How many timers of `setTimeout` and `setInterval` may be pending. Beyond that they throw a `RangeError`.
    pub fn timers(mut self, timers: usize) -> Self {
        self.timers = Some(timers);
        self
    }

    /// Sets what the network layer sees to.
    pub(crate) fn apply_to_network(&self, options: &mut ClientOptions) {
        fn least<T: Ord>(limit: &mut Option<T>, other: Option<T>) {
            *limit = limit.take().into_iter().chain(other).min();
        }
        least(&mut options.max_response_size, self.response_size);
        least(&mut options.max_connections, self.connections);
        least(&mut options.max_fetches, self.fetches);
    }

    /// Whether WebAssembly code has to be interrupted for these limits to hold.
    pub(crate) fn interrupt(&self) -> bool {
        self.run_timeout.is_some() || self.total_timeout.is_some() || self.fuel.is_some()
    }
}

/// A limit that was exceeded, and what it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Limit {
    /// [`Limits::run_timeout`].
    RunTimeout(Duration),
    /// [`Limits::total_timeout`].
    TotalTimeout(Duration),
    /// [`Limits::fuel`].
    Fuel(u64),
    /// [`Limits::loop_iterations`].
    LoopIterations(u64),
    /// [`Limits::heap`].
    Heap(usize),
    /// [`Limits::heap`], before anything was run: what earlier runs have left is more already.
    HeapInUse {
        /// How many bytes may be in use.
        limit: usize,
        /// How many are.
        used: usize,
    },
    /// [`Limits::recursion`], or the limit that comes of the size of the native stack.
    Recursion(usize),
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RunTimeout(time) => {
                write!(f, "the run took longer than the {time:?} it may take")
            }
            Self::TotalTimeout(time) => {
                write!(f, "the runtime has had the {time:?} that it may run for")
            }
            Self::Fuel(fuel) => write!(
                f,
                "WebAssembly code used up the {fuel} units of fuel it may use"
            ),
            Self::LoopIterations(iterations) => {
                write!(
                    f,
                    "a function went round its loops more often than the {iterations} times it may"
                )
            }
            Self::Heap(bytes) => {
                write!(f, "more than the {bytes} bytes that it may use are in use")
            }
            Self::HeapInUse { limit, used } => write!(
                f,
                "nothing can be run: {used} bytes that earlier runs have left are in use, of the {limit} that may be"
            ),
            Self::Recursion(calls) => write!(f, "calls nested deeper than the {calls} they may"),
        }
    }
}
