//! Making a runtime.

use std::{rc::Rc, sync::Arc, time::Duration};

use boa_engine::Context;
use taipan_fetch::{
    FetchOptions,
    net::{Client, ClientOptions, Transport},
};
use taipan_wasm::CacheLimits;
use taipan_web::{
    console::{ConsoleSink, Level, StdSink},
    events::ErrorDetails,
    permissions::Permissions,
    random::{self, RandomSource},
};
use taipan_webidl::{gc_stress, ordered::Order};
use url::Url;

use crate::{
    AsyncHostFunction, Clock, Error, Function, HostClass, HostFunction, HostModule, IntoJs,
    Runtime, SystemClock, Uncaught, builtins,
    clock::ContextClock,
    deterministic::{SeededRandom, VirtualClock},
    event_loop::EventLoop,
    guards,
    hooks::Hooks,
    host::Host,
    host_class,
    host_error::define_hidden,
    limits::{self, Governor, Limits, apart},
    loader::{Embedded, EmbedderLoader, ImportMap, Loader, Observer, SourceObserver},
    panics, serializable,
    worker::{self, Workers},
};

type Handler = Box<dyn Fn(&Uncaught)>;
type Setup = Box<dyn FnOnce(&mut Context) -> boa_engine::JsResult<()>>;

/// Configures a [`Runtime`].
///
/// ```
/// let mut runtime = taipan::Runtime::builder()
///     .base_url("https://example.org/".parse()?)
///     .console(|_level, text: &str| println!("script says: {text}"))
///     .build()?;
/// runtime.eval("console.log('hello')")?;
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[must_use = "a builder does nothing until `build`"]
pub struct RuntimeBuilder {
    base_url: Option<Url>,
    /// The standard streams if there is none.
    console: Option<Rc<dyn ConsoleSink>>,
    on_uncaught: Option<Handler>,
    setup: Vec<Setup>,
    network: ClientOptions,
    observer: Observer,
    pub(crate) embedded: Embedded,
    clock: Arc<dyn Clock>,
    random: Option<Arc<dyn RandomSource>>,
    permissions: Permissions,
    limits: Limits,
    interruptible: bool,
    time_slice: Option<Duration>,
    type_reflection: bool,
    module_cache: CacheLimits,
    gc_stress: u32,
    pub(crate) workers: worker::Settings,
    in_order: bool,
}

impl std::fmt::Debug for RuntimeBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RuntimeBuilder")
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

impl Default for RuntimeBuilder {
    fn default() -> Self {
        Self {
            base_url: None,
            console: None,
            on_uncaught: None,
            setup: Vec::new(),
            network: ClientOptions::default(),
            observer: Observer::default(),
            embedded: Embedded::default(),
            clock: Arc::new(SystemClock::default()),
            random: None,
            permissions: Permissions::none(),
            limits: Limits::default(),
            interruptible: false,
            time_slice: None,
            type_reflection: false,
            module_cache: CacheLimits::default(),
            gc_stress: 0,
            workers: worker::Settings::default(),
            in_order: false,
        }
    }
}

impl RuntimeBuilder {
    /// Sets the URL that relative URLs resolve against.
    ///
    /// Without it the URL of the first script that is run from a file or URL is used.
    pub fn base_url(mut self, url: Url) -> Self {
        self.base_url = Some(url);
        self
    }

    /// Sets where `console` writes; the standard streams by default.
    pub fn console(mut self, sink: impl ConsoleSink + 'static) -> Self {
        self.console = Some(Rc::new(sink));
        self
    }

    /// Sets what is told of errors nobody caught: exceptions that leave a callback and
    /// rejections without a handler. By default they are written to the console.
    pub fn on_uncaught(mut self, handler: impl Fn(&Uncaught) + 'static) -> Self {
        self.on_uncaught = Some(Box::new(handler));
        self
    }

    /// Sets what is told of the source texts that are loaded.
    pub fn source_observer(mut self, observer: impl SourceObserver + 'static) -> Self {
        self.observer = Observer::new(observer);
        self
    }

    /// Defines a global function that calls a closure, see [`HostFunction`].
    ///
    /// ```
    /// let mut runtime = taipan::Runtime::builder()
    ///     .function("add", |a: f64, b: f64| a + b)
    ///     .build()?;
    /// assert_eq!(runtime.eval_as::<f64>("add(1, 2)")?, 3.0);
    /// # Ok::<_, taipan::Error>(())
    /// ```
    pub fn function<S: 'static>(self, name: &str, f: impl HostFunction<S>) -> Self {
        let name = name.to_owned();
        self.with_context(move |context| {
            let function = Function::new(&name, f, context);
            define_global(&name, function, context)
        })
    }

    /// Defines a global function that calls a closure which returns a future, see [`AsyncHostFunction`].
    pub fn async_function<S: 'static>(self, name: &str, f: impl AsyncHostFunction<S>) -> Self {
        let name = name.to_owned();
        self.with_context(move |context| {
            let function = Function::new_async(&name, f, context);
            define_global(&name, function, context)
        })
    }

    /// Defines a global variable.
    ///
    /// ```
    /// let mut runtime = taipan::Runtime::builder()
    ///     .global("version", "1.2.3")
    ///     .build()?;
    /// assert_eq!(runtime.eval_as::<Vec<String>>("version.split('.')")?, ["1", "2", "3"]);
    /// # Ok::<_, taipan::Error>(())
    /// ```
    pub fn global(self, name: &str, value: impl IntoJs + 'static) -> Self {
        let name = name.to_owned();
        self.with_context(move |context| define_global(&name, value, context))
    }

    /// Defines a class on the global object, see [`HostClass`].
    pub fn class<T: HostClass>(self) -> Self {
        self.with_context(|context| {
            let global = context.global_object();
            taipan_webidl::expose::<host_class::Host<T>>(&global, context);
            Ok(())
        })
    }

    /// Has scripts import a module of Rust by `specifier`, see [`HostModule`]. Workers do not have it, see
    /// [`shared_module`](Self::shared_module).
    pub fn module(mut self, specifier: &str, module: HostModule) -> Self {
        self.embedded.add_module(specifier, module);
        self
    }

    /// The same for scripts of workers, too: every runtime that imports the module has `make` make one for it, on its
    /// own thread.
    ///
    /// ```
    /// use std::sync::{Arc, atomic::{AtomicU32, Ordering}};
    /// use taipan::{HostModule, Runtime};
    ///
    /// let visits = Arc::new(AtomicU32::new(0));
    /// let counter = Arc::clone(&visits);
    /// let mut runtime = Runtime::builder()
    ///     .shared_module("app:visits", move || {
    ///         let counter = Arc::clone(&counter);
    ///         HostModule::new().function("visit", move || counter.fetch_add(1, Ordering::Relaxed) + 1)
    ///     })
    ///     .build()?;
    /// runtime.eval_module(
    ///     "import { visit } from 'app:visits';
    ///      visit();
    ///      const worker = new Worker(
    ///          'data:text/javascript,import { visit } from \"app:visits\"; visit(); postMessage(0)',
    ///          { type: 'module' },
    ///      );
    ///      await new Promise(resolve => worker.onmessage = resolve);
    ///      worker.terminate();",
    ///     None,
    /// )?;
    /// assert_eq!(visits.load(Ordering::Relaxed), 2);
    /// # Ok::<_, taipan::Error>(())
    /// ```
    pub fn shared_module(
        mut self,
        specifier: &str,
        make: impl Fn() -> HostModule + Send + Sync + 'static,
    ) -> Self {
        self.embedded.add_factory(specifier, make);
        self
    }

    /// Adds a loader for modules, see [`ModuleLoader`](crate::ModuleLoader). Workers ask it, too.
    pub fn module_loader(mut self, loader: impl EmbedderLoader) -> Self {
        self.embedded.add_loader(loader);
        self
    }

    /// Says which modules the specifiers of imports stand for. Workers have it, too. What an [`ImportMap`] says that was
    /// added before takes precedence.
    pub fn import_map(mut self, map: ImportMap) -> Self {
        self.embedded.add_import_map(map);
        self
    }

    /// Adds something to do with the context before any script runs: define globals,
    /// register classes.
    pub fn with_context(
        mut self,
        setup: impl FnOnce(&mut Context) -> boa_engine::JsResult<()> + 'static,
    ) -> Self {
        self.setup.push(Box::new(setup));
        self
    }

    /// Sets what scripts may do: which servers they may ask, which files they may read. By default nothing of that.
    ///
    /// What the embedder asks for, with [`Runtime::run_file`] or [`Runtime::run_url`], needs no permission; what that
    /// imports does, be it from the same folder. In place of what a script may not do it gets an error with the name
    /// `NotCapable`, which says what is missing.
    ///
    /// ```
    /// use taipan::Permissions;
    ///
    /// let permissions = Permissions::none()
    ///     .allow_net(["example.com", "127.0.0.1:8080"])
    ///     .allow_read(["/srv/scripts"]);
    /// let mut runtime = taipan::Runtime::builder().permissions(permissions).build()?;
    /// let promise = runtime.eval("fetch('https://example.org/').catch(error => String(error))")?;
    /// let error = runtime.resolve(promise)?;
    /// assert_eq!(
    ///     error.as_string().map(|s| s.to_std_string_lossy()).as_deref(),
    ///     Some("NotCapable: Requires net access to \"example.org:443\", which is not granted"),
    /// );
    /// # Ok::<_, taipan::Error>(())
    /// ```
    pub fn permissions(mut self, permissions: Permissions) -> Self {
        self.workers.forget_network();
        self.permissions = permissions;
        self
    }

    /// Sets what the runtime may use up.
    ///
    /// ```
    /// use std::time::Duration;
    /// use taipan::{Limits, Runtime};
    ///
    /// let limits = Limits::new().run_timeout(Duration::from_secs(5));
    /// let runtime = Runtime::builder().limits(limits).build()?;
    /// # Ok::<_, taipan::Error>(())
    /// ```
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Has WebAssembly code count what it does, so that a [`Terminator`](crate::Terminator) stops it wherever it is.
    ///
    /// It is implied by limits of time and of fuel. Code runs a few percent slower for it; tight loops, up to a
    /// third.
    pub fn interruptible(mut self, interruptible: bool) -> Self {
        self.interruptible = interruptible;
        self
    }

    /// Has calls of functions that `WebAssembly.promising` made give way to the event loop whenever they have run for
    /// so long: timers and requests go on during a long computation. All other calls run to their end.
    ///
    /// WebAssembly code runs a few percent slower for it; tight loops, up to a third.
    ///
    /// ```
    /// use std::time::Duration;
    /// use taipan::Runtime;
    ///
    /// let runtime = Runtime::builder().time_slice(Duration::from_millis(10)).build()?;
    /// # Ok::<_, taipan::Error>(())
    /// ```
    pub fn time_slice(mut self, time_slice: Duration) -> Self {
        self.time_slice = Some(time_slice);
        self
    }

    /// Has scripts see the types of what WebAssembly makes, as the [type reflection][js-types] proposal has it:
    /// `type()` of memories, tables, globals, tags and functions, the class `WebAssembly.Function`, and types in what
    /// `WebAssembly.Module.imports` and `exports` tell. Workers have it, too.
    ///
    /// ```
    /// let mut runtime = taipan::Runtime::builder().type_reflection(true).build()?;
    /// let ty: String = runtime.eval_as("JSON.stringify(new WebAssembly.Global({ value: 'i32' }).type())")?;
    /// assert_eq!(ty, r#"{"mutable":false,"value":"i32"}"#);
    /// # Ok::<_, taipan::Error>(())
    /// ```
    ///
    /// [js-types]: https://github.com/WebAssembly/js-types
    pub fn type_reflection(mut self, type_reflection: bool) -> Self {
        self.type_reflection = type_reflection;
        self
    }

    /// Sets how many compiled WebAssembly modules are kept, to be found again when the same bytes are compiled: by default
    /// up to 256 of 64 MiB together. [`CacheLimits::OFF`] keeps none.
    ///
    /// The engine frees the code of a module only with the runtime. Without a cache a program that compiles the same
    /// module again and again therefore uses more and more memory.
    ///
    /// ```
    /// use taipan::{CacheLimits, Runtime};
    ///
    /// let limits = CacheLimits { bytes: 8 << 20, modules: 16 };
    /// let runtime = Runtime::builder().module_cache(limits).build()?;
    /// # Ok::<_, taipan::Error>(())
    /// ```
    pub fn module_cache(mut self, limits: CacheLimits) -> Self {
        self.module_cache = limits;
        self
    }

    /// Has garbage be collected at every `every`th passage between script and native code: calls of the platform's
    /// functions, of exported and imported functions of WebAssembly, tasks and microtasks. 0, the default, is never;
    /// then the collector runs when much was allocated.
    ///
    /// It is for tests, and slow: an object that native code holds and that the collector does not find there comes to
    /// light at once, not some day. It is a setting of the thread; workers take it over.
    ///
    /// ```
    /// let mut runtime = taipan::Runtime::builder().gc_stress(1).build()?;
    /// runtime.eval("new TextDecoder().decode(new TextEncoder().encode('still there'))")?;
    /// # Ok::<_, taipan::Error>(())
    /// ```
    pub fn gc_stress(mut self, every: u32) -> Self {
        self.gc_stress = every;
        self
    }

    /// Sets how `fetch` and imports reach servers: time limits, proxies, certificates, what URLs are allowed.
    ///
    /// It replaces what [`transport`](Self::transport) and [`scheme`](Self::scheme) have set before.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let mut options = taipan::net::ClientOptions::default();
    /// options.total_timeout = Some(Duration::from_secs(30));
    /// options.proxy = taipan::net::Proxy::None;
    /// let runtime = taipan::Runtime::builder().network(options).build()?;
    /// # Ok::<_, taipan::Error>(())
    /// ```
    pub fn network(mut self, options: ClientOptions) -> Self {
        self.workers.forget_network();
        self.network = options;
        self
    }

    /// Has `transport` answer all requests for `http:` and `https:` URLs, in place of the network. It is asked for what
    /// the [permissions](Self::permissions) allow.
    ///
    /// ```
    /// use taipan::net::{FetchError, FetchErrorKind, NativeResponse, Request};
    ///
    /// let mut runtime = taipan::Runtime::builder()
    ///     .permissions(taipan::Permissions::none().allow_net_all())
    ///     .transport(|request: Request| async move {
    ///         match request.url.host_str() {
    ///             Some("known.example") => Ok(NativeResponse::new(204)),
    ///             _ => Err(FetchError::new(FetchErrorKind::Connect, &request.url, "not here")),
    ///         }
    ///     })
    ///     .build()?;
    /// runtime.eval("fetch('https://known.example/').then(response => globalThis.status = response.status)")?;
    /// runtime.run()?;
    /// assert_eq!(runtime.eval("status")?.as_number(), Some(204.0));
    /// # Ok::<_, taipan::Error>(())
    /// ```
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.workers.forget_network();
        self.network.transport = Some(Arc::new(transport));
        self
    }

    /// Has `transport` answer requests for URLs of a scheme, by `fetch` and by imports. No permission is needed for
    /// them.
    ///
    /// ```
    /// use taipan::net::{NativeBody, NativeResponse, Request};
    ///
    /// let mut runtime = taipan::Runtime::builder()
    ///     .scheme("app", |request: Request| async move {
    ///         let text = format!("this is {}", request.url.path());
    ///         Ok(NativeResponse::new(200)
    ///             .with_header("content-type", "text/plain")
    ///             .with_body(NativeBody::from_bytes(text.into())))
    ///     })
    ///     .build()?;
    /// runtime.eval("fetch('app://assets/logo').then(r => r.text()).then(text => globalThis.text = text)")?;
    /// runtime.run()?;
    /// let text = runtime.eval("text")?;
    /// assert_eq!(text.as_string().map(|s| s.to_std_string_lossy()).as_deref(), Some("this is /logo"));
    /// # Ok::<_, taipan::Error>(())
    /// ```
    pub fn scheme(mut self, scheme: &str, transport: impl Transport) -> Self {
        let scheme = scheme.to_ascii_lowercase();
        self.workers.forget_network();
        self.network.schemes.insert(scheme, Arc::new(transport));
        self
    }

    /// Sets what time it is for script and timers; the system's by default.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Sets where random numbers come from, those of `Math.random` and of `crypto`; the operating system by
    /// default.
    ///
    /// ```
    /// // Not random at all.
    /// let zeros = |bytes: &mut [u8]| {
    ///     bytes.fill(0);
    ///     Ok(())
    /// };
    /// let mut runtime = taipan::Runtime::builder().random(zeros).build()?;
    /// assert_eq!(runtime.eval("Math.random()")?.as_number(), Some(0.0));
    /// # Ok::<_, taipan::Error>(())
    /// ```
    pub fn random(mut self, source: impl RandomSource) -> Self {
        self.random = Some(Arc::new(source));
        self
    }

    /// Takes over what a worker has from its parent.
    pub(crate) fn inherit(
        &mut self,
        network: ClientOptions,
        permissions: Permissions,
        (limits, interruptible): (Limits, bool),
        (module_cache, gc_stress): (CacheLimits, u32),
        (clock, random): (Arc<dyn Clock>, Option<Arc<dyn RandomSource>>),
        console: Option<Rc<dyn ConsoleSink>>,
    ) {
        self.network = network;
        self.permissions = permissions;
        self.limits = limits;
        self.interruptible = interruptible;
        self.module_cache = module_cache;
        self.gc_stress = gc_stress;
        self.clock = clock;
        self.random = random;
        self.console = console;
    }

    /// Has the same script do the same every time, byte for byte.
    ///
    /// - Random numbers (`Math.random`, `crypto`, UUIDs) come of `seed`. They can be foretold: keys made of them
    ///   protect nothing.
    /// - The clock starts at the beginning of the year 2000, UTC, and stands still while anything happens. When nothing
    ///   but timers is pending it jumps to the next one, so that no timer takes any time.
    /// - Results of `fetch`, of compilations and of imports come to the script in the order in which they were asked
    ///   for, when there is nothing else to do, and responses come whole: how long each took cannot be seen. One that
    ///   never comes holds up all later ones.
    ///
    /// It cannot make servers answer the same, nor order what others begin: events of web sockets, event streams and
    /// workers come when they come, as do callbacks of `FinalizationRegistry`. Limits of time go by the real clock.
    ///
    /// It sets [`clock`](Self::clock) and [`random`](Self::random).
    ///
    /// ```
    /// let run = || {
    ///     let mut runtime = taipan::Runtime::builder().deterministic(7).build()?;
    ///     let promise = runtime.eval(
    ///         "new Promise(done => setTimeout(done, 3.6e6)).then(() => `${Math.random()} ${Date.now()}`)",
    ///     )?;
    ///     let value = runtime.resolve(promise)?;
    ///     Ok::<_, taipan::Error>(value.as_string().map(|text| text.to_std_string_lossy()))
    /// };
    /// assert_eq!(run()?, run()?);
    /// # Ok::<_, taipan::Error>(())
    /// ```
    pub fn deterministic(mut self, seed: u64) -> Self {
        self.in_order = true;
        self.clock(VirtualClock::default())
            .random(SeededRandom::new(seed))
    }

    /// Makes the runtime.
    ///
    /// # Errors
    ///
    /// Fails when a setup function does.
    pub fn build(self) -> Result<Runtime, Error> {
        panics::install_hook();
        gc_stress::set(self.gc_stress);
        self.permissions.validate()?;
        let uncaught = Rc::new(std::cell::Cell::new(0));
        let count = Rc::clone(&uncaught);
        let handler = self.on_uncaught;
        let clock = self.clock;
        let scope = self.workers.scope;
        let relays = scope.is_some() && handler.is_none();
        let report: Rc<worker::Report> = match (&scope, handler) {
            (Some(scope), None) => scope.report(),
            (_, handler) => Rc::new(move |_, uncaught, context| {
                count.set(count.get() + 1);
                match &handler {
                    Some(handler) => handler(&uncaught),
                    None => {
                        taipan_web::console::write(Level::Error, &uncaught.report(), context);
                    }
                }
            }),
        };
        let reporter = Rc::clone(&report);
        let event_loop = EventLoop::with_clock(Arc::clone(&clock), move |kind, error, context| {
            // Reading it off may run script.
            let details = relays.then(|| ErrorDetails::of(&error, context));
            let error = Error::from_js(error, context);
            reporter(
                details.unwrap_or_default(),
                Uncaught { kind, error },
                context,
            );
        });
        let mut wasm = taipan_wasm::Options::default();
        wasm.memory_limit = self.limits.memory.unwrap_or(wasm.memory_limit);
        wasm.table_limit = self.limits.table_elements.unwrap_or(wasm.table_limit);
        let interruptible = self.interruptible || self.limits.interrupt();
        let limits = self.limits.clone();
        let governor = match &scope {
            Some(scope) => Governor::with_terminator(self.limits, scope.terminator()),
            None => Governor::new(self.limits),
        };
        wasm.time_slice = self.time_slice;
        wasm.type_reflection = self.type_reflection;
        wasm.module_cache = self.module_cache;
        if interruptible {
            wasm.metering(Rc::<Governor>::clone(&governor));
        }
        event_loop.set_governor(Rc::clone(&governor));
        let mut network = self.network;
        governor.limits().apply_to_network(&mut network);
        network.whole_bodies |= self.in_order;
        let timers = governor.limits().timers;
        let client = match scope.as_ref().and_then(worker::Scope::client) {
            Some(client) => client,
            None => Client::with_permissions(network.clone(), self.permissions.clone()),
        };
        let inherited = worker::Inherited {
            client: client.clone(),
            network,
            permissions: self.permissions.clone(),
            limits,
            clock: Arc::clone(&clock),
            random: self.random.clone(),
            console: worker::Console::of(self.console.as_deref()),
            on_worker: self.workers.on_worker,
            interruptible: self.workers.interruptible,
            type_reflection: self.type_reflection,
            modules: self.embedded.to_share(),
            module_cache: self.module_cache,
            gc_stress: self.gc_stress,
        };
        let workers = Workers::new(inherited, Rc::clone(&event_loop));
        let loader = Rc::new(Loader::new(client.clone(), self.observer, self.embedded));
        let mut context = Context::builder()
            .host_hooks(Rc::new(Hooks::new(
                Rc::clone(&event_loop),
                Arc::clone(&clock),
            )))
            .clock(Rc::new(ContextClock(clock)))
            .job_executor(Rc::clone(&event_loop))
            .module_loader(Rc::clone(&loader))
            .build()
            .map_err(|error| Error::Engine(error.to_string()))?;
        limits::apply(&mut context);
        if self.in_order {
            let order = Order::default();
            order.install(&mut context);
            event_loop.set_order(order);
        }
        event_loop.attach(&mut context);
        let console = self.console.unwrap_or_else(|| Rc::new(StdSink));
        let setup = self.setup;
        let random = self.random;
        self.permissions.set(&mut context);
        let register = |context: &mut Context| {
            guards::register(context)?;
            if governor.limits_heap() {
                apart::install(context)?;
            }
            builtins::register(context)?;
            if let Some(source) = random {
                random::set_source(source, context)?;
            }
            taipan_web::register(context)?;
            taipan_web::timers::set_limit(timers, context);
            taipan_web::console::register(console, context)?;
            // The streaming functions of `WebAssembly` learn of responses from `fetch`.
            taipan_wasm::register(context, &wasm)?;
            serializable::register(context);
            taipan_fetch::register(context, FetchOptions { client })?;
            workers.register(report, context);
            if let Some(scope) = scope {
                scope.register(&event_loop, &loader, context)?;
            }
            setup.into_iter().try_for_each(|setup| setup(context))
        };
        let registered = register(&mut context);
        registered.map_err(|error| Error::from_js(error, &mut context))?;
        if let Some(url) = self.base_url {
            taipan_web::set_base_url(&mut context, url);
        }
        Ok(Runtime::from_parts(
            Host::from_context(context),
            event_loop,
            loader,
            uncaught,
            governor,
            workers,
        ))
    }
}

/// Defines a global variable as the language has its own: writable, not enumerable, configurable.
fn define_global(
    name: &str,
    value: impl IntoJs,
    context: &mut Context,
) -> boa_engine::JsResult<()> {
    let value = value.into_js(context)?;
    let global = context.global_object();
    define_hidden(&global, name.into(), value, context)
}
