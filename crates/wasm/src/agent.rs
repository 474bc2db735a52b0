//! The agent: the store that all WebAssembly objects of a JavaScript context share, and the object
//! caches of the JS API.
//!
//! <https://webassembly.github.io/spec/js-api/#webassembly-storage>

use std::{
    any::Any,
    cell::{Cell as StdCell, RefCell},
    collections::{BTreeMap, HashMap},
    rc::{Rc, Weak},
    sync::Arc,
    time::Duration,
};

use boa_engine::{
    Context, JsData, JsError, JsNativeError, JsObject, JsResult, JsValue,
    object::builtins::JsWeakMap,
};
use boa_gc::{Finalize, Gc, Trace, WeakGc};
use taipan_compile::{Builtins, CompileOptions, FuncType, ModuleCache, ModuleInfo};
use taipan_webidl::gc_stress;
use wasmi::{Func, StoreContextMut, TrapCode};

use crate::{
    Options,
    cell::{Cell, CellCounts},
    errors,
    esm::LiveBinding,
    exceptions::Exceptions,
    exported_function::ExportedFunction,
    externref::HostValues,
    function,
    global::GlobalInner,
    handle_key::{HandleKey, Numbering},
    host_function::HostFunction,
    js_string::CommonStrings,
    limiter::{Resources, StoreData},
    memory::MemoryInner,
    metering::{self, Meter},
    region::RegionPool,
    shared_memory::SharedMemory,
    slot::{ContextSlot, StoreSlot},
    streaming::ResponseSource,
    suspending::Suspension,
    table::TableInner,
    tag::Tags,
    trampoline::Trampolines,
};

/// A weak reference for objects of the garbage-collected heap: the context alone owns the agent.
#[derive(Clone)]
pub(crate) struct AgentRef(Weak<Agent>);

impl AgentRef {
    /// The agent, unless its context is gone.
    #[inline]
    pub(crate) fn get(&self) -> JsResult<Rc<Agent>> {
        match self.0.upgrade() {
            Some(agent) => Ok(agent),
            None => Err(gone()),
        }
    }

    /// Whether it refers to this agent.
    pub(crate) fn is(&self, agent: &Agent) -> bool {
        self.0.as_ptr() == agent.this.0.as_ptr()
    }

    /// The agent, unless its context is gone.
    #[inline]
    pub(crate) fn upgrade(&self) -> Option<Rc<Agent>> {
        self.0.upgrade()
    }
}

#[cold]
fn gone() -> JsError {
    JsNativeError::error()
        .with_message("the WebAssembly store of this object is gone")
        .into()
}

/// What a range of function addresses belongs to.
enum Owner {
    /// Functions that a module defines.
    Module {
        cell: WeakGc<Cell>,
        info: Arc<ModuleInfo>,
        /// The index of the range's first function in the module's index space.
        first: u32,
        count: u32,
    },
    /// One host function.
    Host {
        cell: WeakGc<Cell>,
        ty: Arc<FuncType>,
        index: u32,
    },
}

/// What is known of a function address.
pub(crate) struct FunctionOrigin {
    /// The cell of the instance that the function belongs to.
    pub(crate) cell: Gc<Cell>,
    /// Its type.
    pub(crate) ty: Arc<FuncType>,
    /// The index that its `name` is made of.
    pub(crate) index: u32,
    /// The module that it comes from, if it comes from one.
    pub(crate) info: Option<Arc<ModuleInfo>>,
}

/// A map from addresses to objects that does not keep the objects alive.
pub(crate) struct Cache<T: Trace + 'static> {
    entries: RefCell<HashMap<u64, WeakGc<T>>>,
    /// The number of entries at which dead ones are looked for.
    prune_at: StdCell<usize>,
}

impl<T: Trace + 'static> Cache<T> {
    pub(crate) fn new() -> Self {
        Self {
            entries: RefCell::default(),
            prune_at: StdCell::new(64),
        }
    }

    pub(crate) fn get(&self, key: u64) -> Option<Gc<T>> {
        self.entries.borrow().get(&key)?.upgrade()
    }

    pub(crate) fn any_alive(&self) -> bool {
        self.entries.borrow().values().any(WeakGc::is_upgradable)
    }

    fn clear(&self) {
        self.entries.borrow_mut().clear();
    }

    pub(crate) fn alive(&self) -> Vec<Gc<T>> {
        self.entries
            .borrow()
            .values()
            .filter_map(WeakGc::upgrade)
            .collect()
    }

    pub(crate) fn insert(&self, key: u64, value: &Gc<T>) {
        let weak = WeakGc::new(value);
        let mut entries = self.entries.borrow_mut();
        entries.insert(key, weak);
        if entries.len() >= self.prune_at.get() {
            entries.retain(|_, weak| weak.is_upgradable());
            self.prune_at.set((entries.len() * 2).max(64));
        }
    }
}

/// How deep WebAssembly calls may nest in each other through JavaScript.
const MAX_DEPTH: usize = 20_000;

/// Puts a counter back, also when unwinding.
struct Leave<'a, T: Copy>(&'a StdCell<T>, T);

impl<T: Copy> Drop for Leave<'_, T> {
    fn drop(&mut self) {
        self.0.set(self.1);
    }
}

/// Whether a call that is nested in `depth` others must not be made.
///
/// When one of the engine's own limits is exhausted the script cannot catch it: stay well below.
fn nests_too_deeply(depth: usize, context: &Context) -> bool {
    let limits = context.runtime_limits();
    // The engine counts frames and nested entries of its own, of which there are no more than
    // frames. The iterator is over a slice: its size is exact.
    let frames = context.stack_trace().size_hint().0;
    let recursion = frames.saturating_mul(2) + limits.recursion_limit() / 8;
    depth >= MAX_DEPTH.min(limits.stack_size_limit() / 16) || recursion >= limits.recursion_limit()
}

/// At a crossing there must be this much of the native stack left, in bytes, or more is allocated.
/// It covers what the engine uses until the next crossing.
const STACK_RED_ZONE: usize = 256 << 10;

/// The size of a further stretch of stack, in bytes.
const STACK_SEGMENT: usize = 4 << 20;

/// See the [module documentation](self).
pub(crate) struct Agent {
    this: AgentRef,
    pub(crate) store: StoreSlot<StoreData>,
    pub(crate) regions: Rc<RegionPool>,
    pub(crate) context: ContextSlot,
    pub(crate) engine: wasmi::Engine,
    compile_options: CompileOptions,
    pub(crate) modules: Arc<ModuleCache>,
    pub(crate) resources: Rc<Resources>,
    pub(crate) meter: Option<Meter>,
    pub(crate) time_slice: Option<Duration>,
    /// Whether types can be looked at.
    pub(crate) type_reflection: bool,
    pub(crate) host_values: HostValues,
    pub(crate) common_strings: CommonStrings,
    pub(crate) tags: Tags,
    pub(crate) exceptions: Exceptions,
    pub(crate) trampolines: Trampolines,
    /// The modules of the functions that suspend, by their types.
    pub(crate) shims: RefCell<HashMap<Arc<FuncType>, wasmi::Module>>,
    /// Whether all frames since the outermost one of JavaScript are of an activation that can be
    /// suspended.
    pub(crate) may_suspend: StdCell<bool>,
    /// What the activation waits for that is being suspended.
    pub(crate) suspension: RefCell<Option<Suspension>>,
    /// How many activations are suspended.
    pub(crate) suspended: Rc<StdCell<usize>>,
    pub(crate) host_functions: RefCell<Vec<Option<HostFunction>>>,
    pub(crate) response_source: RefCell<Option<Rc<dyn ResponseSource>>>,
    /// The exception that is passing through WebAssembly frames.
    pub(crate) pending: RefCell<Option<JsError>>,
    /// The panic that is passing through WebAssembly frames.
    pub(crate) panic: RefCell<Option<Box<dyn Any + Send>>>,
    numbering: Numbering,
    depth: StdCell<usize>,
    /// How many operations are under way that pass values.
    pub(crate) passing: StdCell<usize>,
    pub(crate) next_cell: StdCell<u64>,
    pub(crate) counts: Rc<CellCounts>,
    /// The number of new edges at which unneeded ones are looked for.
    pub(crate) sweep_edges_at: StdCell<usize>,
    /// The number of cells at which the store is made anew if it can be.
    pub(crate) renew_at: StdCell<u64>,
    pub(crate) cells: Cache<Cell>,
    owners: RefCell<BTreeMap<u32, Owner>>,
    /// The number of owners, and of host functions, at which dead ones are looked for.
    prune_owners_at: StdCell<usize>,
    functions: Cache<ExportedFunction>,
    pub(crate) memories: Cache<MemoryInner>,
    shared_memories: RefCell<Vec<WeakGc<SharedMemory>>>,
    pub(crate) tables: Cache<TableInner>,
    pub(crate) globals: Cache<GlobalInner>,
    /// Memories with an `ArrayBuffer` that looks at them.
    viewed: RefCell<Vec<WeakGc<MemoryInner>>>,
    /// The instances of modules that were imported, by their namespace objects.
    pub(crate) namespaces: JsWeakMap,
    /// Bindings that follow globals.
    pub(crate) live: RefCell<Vec<WeakGc<LiveBinding>>>,
    /// From Exported Function objects to the holders of their `ExportedFunction`: their brand.
    brands: JsWeakMap,
    /// From `ArrayBuffer`s of memories to the holders of their regions, once there was one.
    views: RefCell<Option<JsWeakMap>>,
}

impl Drop for Agent {
    fn drop(&mut self) {
        // A program may still hold buffers of memories when the context is gone. What ties the
        // regions to them has to stay: this leaks the map, which is empty when the buffers are
        // gone, and with it the realm: the engine's shapes remember the prototype it was made with.
        std::mem::forget(self.views.take());
    }
}

/// The agent as it is kept with a context.
struct Registered(Rc<Agent>);

impl Agent {
    /// Creates the agent of `context`, or finds the one that it has.
    pub(crate) fn install(options: &Options, context: &mut Context) -> JsResult<Rc<Self>> {
        if let Some(Registered(agent)) = context.get_data::<Registered>() {
            return Ok(Rc::clone(agent));
        }
        let compile_options = options.compile.clone();
        let time_slice = options.time_slice;
        let meter = options
            .metering
            .clone()
            .or_else(|| time_slice.map(|_| Meter(Rc::new(metering::Unlimited))));
        let mut config = compile_options.engine_config();
        if meter.is_some() {
            metering::configure(&mut config);
        }
        let engine = wasmi::Engine::new(&config);
        let modules = Arc::new(ModuleCache::new(options.module_cache));
        let resources = Rc::new(Resources::new(options));
        let brands = JsWeakMap::new(context);
        let namespaces = JsWeakMap::new(context);
        // It may outlive the context (see `Drop`), and then must not keep the realm.
        JsObject::from(namespaces.clone()).set_prototype(None);
        let mut numbering = None;
        let agent = Rc::new_cyclic(|this| {
            let this = AgentRef(this.clone());
            let mut store = Self::new_store(&engine, this.clone(), &resources);
            let first = Func::wrap(&mut store, || {});
            let second = Func::wrap(&mut store, || {});
            numbering = Numbering::observe(first, second);
            Self {
                this,
                store: StoreSlot::new(store),
                regions: Rc::default(),
                context: ContextSlot::new(),
                engine,
                compile_options,
                modules,
                resources,
                meter,
                time_slice,
                type_reflection: options.type_reflection,
                host_values: HostValues::default(),
                common_strings: CommonStrings::default(),
                tags: Tags::new(),
                exceptions: Exceptions::default(),
                trampolines: Trampolines::default(),
                shims: RefCell::default(),
                may_suspend: StdCell::new(false),
                suspension: RefCell::default(),
                suspended: Rc::default(),
                host_functions: RefCell::default(),
                response_source: RefCell::default(),
                pending: RefCell::default(),
                panic: RefCell::default(),
                numbering: numbering.unwrap_or_default(),
                depth: StdCell::new(0),
                passing: StdCell::new(0),
                next_cell: StdCell::new(0),
                counts: Rc::default(),
                sweep_edges_at: StdCell::new(0),
                renew_at: StdCell::new(1024),
                cells: Cache::new(),
                owners: RefCell::default(),
                prune_owners_at: StdCell::new(64),
                functions: Cache::new(),
                memories: Cache::new(),
                shared_memories: RefCell::default(),
                tables: Cache::new(),
                globals: Cache::new(),
                viewed: RefCell::default(),
                namespaces,
                live: RefCell::default(),
                brands,
                views: RefCell::default(),
            }
        });
        if numbering.is_none() {
            return Err(JsNativeError::error()
                .with_message("the WebAssembly engine does not number functions consecutively")
                .into());
        }
        context.insert_data(Registered(Rc::clone(&agent)));
        Ok(agent)
    }

    /// The agent of `context`.
    ///
    /// # Errors
    /// If the WebAssembly API was not registered in it.
    pub(crate) fn of(context: &Context) -> JsResult<Rc<Self>> {
        context
            .get_data::<Registered>()
            .map(|Registered(agent)| Rc::clone(agent))
            .ok_or_else(|| {
                JsNativeError::error()
                    .with_message("WebAssembly is not registered in this context")
                    .into()
            })
    }

    /// How to compile a module whose imports are provided as `builtins` say.
    pub(crate) fn compile_options(&self, builtins: Builtins) -> CompileOptions {
        let mut options = self.compile_options.clone();
        options.builtins = builtins;
        options
    }

    /// A reference for objects of the garbage-collected heap.
    pub(crate) fn reference(&self) -> AgentRef {
        self.this.clone()
    }

    /// A new cell.
    pub(crate) fn new_cell(&self) -> Gc<Cell> {
        let id = self.next_cell.get();
        self.next_cell.set(id + 1);
        let cell = Cell::new(id, &self.counts);
        self.cells.insert(id, &cell);
        cell
    }

    /// The cell with this number.
    ///
    /// # Errors
    /// If it is gone.
    pub(crate) fn cell(&self, id: u64) -> JsResult<Gc<Cell>> {
        self.cells.get(id).ok_or_else(|| {
            JsNativeError::error()
                .with_message("an instance that is gone")
                .into()
        })
    }

    /// Has values pass between JavaScript and WebAssembly in `f`: references may be on their way,
    /// in no table and no global.
    pub(crate) fn passing<R>(&self, f: impl FnOnce() -> R) -> R {
        let leave = Leave(&self.passing, self.passing.get());
        self.passing.set(self.passing.get() + 1);
        let result = f();
        drop(leave);
        self.settle_values();
        result
    }

    /// Whether WebAssembly code is running.
    pub(crate) fn is_running(&self) -> bool {
        self.depth.get() > 0
    }

    /// Runs WebAssembly code.
    ///
    /// # Errors
    /// What an import threw, a `RuntimeError` for a trap, and a `RangeError` if calls nest too
    /// deeply.
    #[inline]
    pub(crate) fn enter<R>(
        &self,
        context: &mut Context,
        f: impl FnOnce(StoreContextMut<'_, StoreData>) -> Result<R, wasmi::Error>,
    ) -> JsResult<R> {
        gc_stress::boundary();
        let depth = self.depth.get();
        if depth > 0 && nests_too_deeply(depth, context) {
            return Err(errors::stack_overflow());
        }
        self.depth.set(depth + 1);
        let leave = Leave(&self.depth, depth);
        let suspending = Leave(&self.may_suspend, self.may_suspend.replace(false));
        let result = stacker::maybe_grow(STACK_RED_ZONE, STACK_SEGMENT, || {
            self.context.lend(context, || self.store.with(f))
        });
        drop((leave, suspending));
        let result = match result {
            Ok(value) => self.refresh_views(context).and_then(|()| {
                if self.has_exception() {
                    return Err(self.take_exception(context));
                }
                Ok(value)
            }),
            Err(error) => Err(self.leave(error, context)),
        };
        self.settle_values();
        gc_stress::boundary();
        result
    }

    /// Runs WebAssembly code within other such code, without JavaScript in between.
    pub(crate) fn nest<R>(
        &self,
        f: impl FnOnce() -> Result<R, wasmi::Error>,
    ) -> Result<R, wasmi::Error> {
        let depth = self.depth.get();
        if depth >= MAX_DEPTH {
            return Err(TrapCode::StackOverflow.into());
        }
        self.depth.set(depth + 1);
        let _leave = Leave(&self.depth, depth);
        let _suspending = Leave(&self.may_suspend, self.may_suspend.replace(false));
        stacker::maybe_grow(STACK_RED_ZONE, STACK_SEGMENT, f)
    }

    /// What leaves WebAssembly code that did not return: an exception, or a panic that goes on.
    #[cold]
    fn leave(&self, error: wasmi::Error, context: &mut Context) -> JsError {
        self.drop_exception();
        let payload = self.panic.borrow_mut().take();
        if let Some(payload) = payload {
            std::panic::resume_unwind(payload);
        }
        let error = errors::from_call(self, error, context);
        match self.refresh_views(context) {
            Ok(()) => error,
            Err(error) => error,
        }
    }

    /// Detaches the buffers of memories that have grown in WebAssembly code.
    #[inline]
    pub(crate) fn refresh_views(&self, context: &mut Context) -> JsResult<()> {
        if self.resources.grown.get() {
            self.refresh_grown_views(context)
        } else {
            Ok(())
        }
    }

    #[cold]
    fn refresh_grown_views(&self, context: &mut Context) -> JsResult<()> {
        self.resources.grown.set(false);
        if self.resources.wants_settling() {
            self.settle();
        }
        let viewed: Vec<Gc<MemoryInner>> = {
            let mut viewed = self.viewed.borrow_mut();
            viewed.retain(WeakGc::is_upgradable);
            viewed.iter().filter_map(WeakGc::upgrade).collect()
        };
        for memory in viewed {
            memory.refresh(self, context)?;
        }
        if self.refresh_live(context)? {
            // What such bindings follow tells nobody when it changes.
            self.resources.grown.set(true);
        }
        Ok(())
    }

    /// Collects garbage, and corrects the account of memory to what is alive.
    pub(crate) fn collect_memories(&self) {
        boa_gc::force_collect();
        self.settle();
        self.resources.recount(self.known_bytes());
    }

    /// Notes the lengths of all memories.
    fn settle(&self) {
        for memory in self.memories.alive() {
            memory.settle(self);
        }
        self.resources.settle();
    }

    /// The bytes of all memories that are alive, by the lengths that were noted.
    pub(crate) fn known_bytes(&self) -> usize {
        let alive = self.memories.alive();
        let unshared: usize = alive.iter().map(|memory| memory.known_length()).sum();
        let shared = self.shared_memories.borrow();
        let shared = shared.iter().filter_map(WeakGc::upgrade);
        unshared + shared.map(|memory| memory.allocated()).sum::<usize>()
    }

    /// Has `memory` looked at when memories have grown.
    pub(crate) fn watch(&self, memory: &Gc<MemoryInner>) {
        let weak = WeakGc::new(memory);
        self.viewed.borrow_mut().push(weak);
    }

    /// Ties the life of `holder` to that of an `ArrayBuffer`.
    pub(crate) fn tie(
        &self,
        buffer: &JsObject,
        holder: JsObject,
        context: &mut Context,
    ) -> JsResult<()> {
        let known = self.views.borrow().clone();
        let views = known.unwrap_or_else(|| {
            let views = JsWeakMap::new(context);
            self.views.replace(Some(views.clone()));
            views
        });
        views.set(buffer, holder.into(), context)?;
        Ok(())
    }

    /// What an `ArrayBuffer` of a memory was tied to.
    pub(crate) fn view_holder(
        &self,
        buffer: &JsObject,
        context: &mut Context,
    ) -> JsResult<Option<JsObject>> {
        let views = self.views.borrow().clone();
        match views {
            Some(views) => Ok(views.get(buffer, context)?.as_object()),
            None => Ok(None),
        }
    }

    /// Unties an `ArrayBuffer` that was detached.
    pub(crate) fn untie(&self, buffer: &JsObject, context: &mut Context) -> JsResult<()> {
        let views = self.views.borrow().clone();
        if let Some(views) = views {
            views.delete(buffer, context)?;
        }
        Ok(())
    }

    /// Notes that the functions from `base` on are those that a module defines.
    pub(crate) fn own_functions(&self, base: Func, cell: &Gc<Cell>, info: &Arc<ModuleInfo>) {
        let cell = WeakGc::new(cell);
        self.own(
            base,
            Owner::Module {
                cell,
                info: Arc::clone(info),
                first: info.imported_functions,
                count: info.defined_functions(),
            },
        );
    }

    /// Notes that `func` is the host function `index` of the cell's instance.
    pub(crate) fn own_host_function(
        &self,
        func: Func,
        cell: WeakGc<Cell>,
        ty: &Arc<FuncType>,
        index: u32,
    ) {
        self.own(
            func,
            Owner::Host {
                cell,
                ty: Arc::clone(ty),
                index,
            },
        );
    }

    fn own(&self, base: Func, owner: Owner) {
        let mut owners = self.owners.borrow_mut();
        owners.insert(self.numbering.number(base), owner);
        if owners.len() >= self.prune_owners_at.get() {
            owners.retain(|_, owner| match owner {
                Owner::Module { cell, .. } | Owner::Host { cell, .. } => cell.is_upgradable(),
            });
            self.prune_owners_at.set((owners.len() * 2).max(64));
            for function in self.host_functions.borrow_mut().iter_mut() {
                // Its number is not used again: a number is all that the store has of it.
                if function
                    .as_ref()
                    .is_some_and(|function| !function.is_alive())
                {
                    *function = None;
                }
            }
        }
    }

    /// What is known of a function.
    pub(crate) fn origin(&self, func: Func) -> Option<FunctionOrigin> {
        let number = self.numbering.number(func);
        let owners = self.owners.borrow();
        let (base, owner) = owners.range(..=number).next_back()?;
        let offset = number - base;
        match owner {
            Owner::Module {
                cell,
                info,
                first,
                count,
            } if offset < *count => {
                let index = first + offset;
                Some(FunctionOrigin {
                    cell: cell.upgrade()?,
                    ty: Arc::clone(info.function_type(index)?),
                    index,
                    info: Some(Arc::clone(info)),
                })
            }
            Owner::Host { cell, ty, index } if offset == 0 => Some(FunctionOrigin {
                cell: cell.upgrade()?,
                ty: Arc::clone(ty),
                index: *index,
                info: None,
            }),
            _ => None,
        }
    }

    /// The type of a function.
    pub(crate) fn function_type(&self, func: Func) -> Option<Arc<FuncType>> {
        let number = self.numbering.number(func);
        let owners = self.owners.borrow();
        let (base, owner) = owners.range(..=number).next_back()?;
        let offset = number - base;
        match owner {
            Owner::Module {
                info, first, count, ..
            } if offset < *count => info.function_type(first + offset).cloned(),
            Owner::Host { ty, .. } if offset == 0 => Some(Arc::clone(ty)),
            _ => None,
        }
    }

    /// The cell of the instance that a function belongs to, whether it defines it or imports it from a script.
    pub(crate) fn function_cell(&self, func: Func) -> Option<Gc<Cell>> {
        let number = self.numbering.number(func);
        let owners = self.owners.borrow();
        let (base, owner) = owners.range(..=number).next_back()?;
        match owner {
            Owner::Module { cell, count, .. } if number - base < *count => cell.upgrade(),
            Owner::Host { cell, .. } if number == *base => cell.upgrade(),
            _ => None,
        }
    }

    /// Forgets all that is known of a former store, in which nothing is alive.
    pub(crate) fn forget_functions(&self) {
        self.owners.borrow_mut().clear();
        self.host_functions.borrow_mut().clear();
        self.functions.clear();
        self.memories.clear();
        self.tables.clear();
        self.globals.clear();
        self.viewed.borrow_mut().clear();
    }

    /// The cell of the instance that defines a function, if an instance does.
    pub(crate) fn module_function(&self, func: Func) -> Option<Gc<Cell>> {
        let number = self.numbering.number(func);
        let owners = self.owners.borrow();
        match owners.range(..=number).next_back()? {
            (base, Owner::Module { cell, count, .. }) if number - base < *count => cell.upgrade(),
            _ => None,
        }
    }

    pub(crate) fn cached_function(&self, func: Func) -> Option<Gc<ExportedFunction>> {
        self.functions.get(func.bits())
    }

    /// Caches and brands an Exported Function, and makes it an instance of its class if there is
    /// one.
    pub(crate) fn cache_function(
        &self,
        function: &Gc<ExportedFunction>,
        object: &JsObject,
        context: &mut Context,
    ) -> JsResult<()> {
        self.functions.insert(function.func.bits(), function);
        if let Some(prototype) = function::prototype(context) {
            object.set_prototype(Some(prototype));
        }
        let holder = JsObject::from_proto_and_data(None, Brand(function.clone()));
        self.brands.set(object, holder.into(), context)?;
        Ok(())
    }

    /// The Exported Function that `value` is, if it is one.
    pub(crate) fn exported_function(
        &self,
        value: &JsValue,
        context: &mut Context,
    ) -> JsResult<Option<Gc<ExportedFunction>>> {
        let Some(object) = value.as_callable() else {
            return Ok(None);
        };
        let holder = self.brands.get(&object, context)?;
        Ok(holder
            .as_object()
            .and_then(|holder| holder.downcast_ref::<Brand>().map(|brand| brand.0.clone())))
    }

    pub(crate) fn cached_memory(&self, memory: wasmi::Memory) -> Option<Gc<MemoryInner>> {
        self.memories.get(memory.bits())
    }

    pub(crate) fn cache_memory(&self, memory: &Gc<MemoryInner>) {
        self.memories.insert(memory.memory.bits(), memory);
    }

    pub(crate) fn cache_shared_memory(&self, memory: &Gc<SharedMemory>) {
        let weak = WeakGc::new(memory);
        let mut memories = self.shared_memories.borrow_mut();
        memories.retain(WeakGc::is_upgradable);
        memories.push(weak);
    }

    pub(crate) fn cached_table(&self, table: wasmi::Table) -> Option<Gc<TableInner>> {
        self.tables.get(table.bits())
    }

    pub(crate) fn cache_table(&self, table: &Gc<TableInner>) {
        self.tables.insert(table.table.bits(), table);
    }

    pub(crate) fn cached_global(&self, global: wasmi::Global) -> Option<Gc<GlobalInner>> {
        self.globals.get(global.bits())
    }

    pub(crate) fn cache_global(&self, global: &Gc<GlobalInner>) {
        self.globals.insert(global.global.bits(), global);
    }
}

/// Holds an Exported Function's data for the brand map.
#[derive(Trace, Finalize, JsData)]
struct Brand(Gc<ExportedFunction>);
