//! What a module loader needs to make WebAssembly modules importable.
//!
//! Compilation starts before it is known whether the bytes are any good, and without a context:
//! [`ModuleCompiler`]. What it gives is an [`ImportableModule`], which says what it imports and
//! exports; [`instantiate`] does the rest when it is the module's turn to be evaluated.
//!
//! <https://webassembly.github.io/esm-integration/js-api/#esm-integration>

use std::{fmt, rc::Rc, sync::Arc};

use boa_engine::{
    Context, JsError, JsNativeError, JsObject, JsResult, JsString, JsValue,
    object::builtins::JsFunction,
};
use boa_gc::{Finalize, Gc, GcRefCell, Trace, WeakGc};
use taipan_compile::{
    Builtins, CompileError, CompileErrorKind, CompileFuture, CompileOptions, ExternType,
    ModuleCache, ValType,
};
use taipan_webidl::wrap;

use crate::{
    agent::Agent,
    errors::{self, Class},
    global::{Global, GlobalInner},
    instance::{Instance, Linking},
    module::{Module, SerializedModule},
    streaming::{self, ModuleSink},
};

/// What the errors of importing name as their origin.
const WHAT: &str = "import";

/// The module name of string constants.
const STRING_CONSTANTS: &str = "wasm:js/string-constants";

/// What names of modules, imports and exports must not begin with.
const RESERVED: &str = "wasm-js:";

/// Compiles modules that are imported.
#[derive(Clone)]
pub struct ModuleCompiler {
    engine: wasmi::Engine,
    options: CompileOptions,
    modules: Arc<ModuleCache>,
}

impl fmt::Debug for ModuleCompiler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ModuleCompiler").finish_non_exhaustive()
    }
}

impl ModuleCompiler {
    /// The compiler of a context.
    ///
    /// # Errors
    /// If `WebAssembly` is not registered in the context.
    pub fn of(context: &Context) -> JsResult<Self> {
        let agent = Agent::of(context)?;
        let mut builtins = Builtins::js_string();
        builtins.string_constants = Some(STRING_CONSTANTS.to_owned());
        Ok(Self {
            engine: agent.engine.clone(),
            options: agent.compile_options(builtins),
            modules: Arc::clone(&agent.modules),
        })
    }

    /// Starts a compilation, of bytes that arrive through the sink.
    #[must_use]
    pub fn start(&self) -> (ModuleSink, ModuleCompilation) {
        let modules = Arc::clone(&self.modules);
        let (sink, compilation) =
            streaming::start_with(self.engine.clone(), self.options.clone(), modules, WHAT);
        (sink, ModuleCompilation(compilation.into_future()))
    }
}

/// A compilation under way.
pub struct ModuleCompilation(CompileFuture);

impl fmt::Debug for ModuleCompilation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ModuleCompilation").finish_non_exhaustive()
    }
}

impl ModuleCompilation {
    /// Waits for its end.
    ///
    /// # Errors
    /// Why the module is refused; `None` if its bytes were not all handed over.
    pub async fn finish(self) -> Result<ImportableModule, Option<ModuleError>> {
        match self.0.await {
            Ok((compiled, translated)) => Ok(ImportableModule(SerializedModule::from_parts(
                compiled, translated,
            ))),
            Err(error) if error.kind == CompileErrorKind::Aborted => Err(None),
            Err(error) => Err(Some(ModuleError(error))),
        }
    }
}

/// Why a module cannot be imported.
#[derive(Debug, Clone)]
pub struct ModuleError(CompileError);

impl ModuleError {
    /// The `CompileError` for the module at `url`.
    pub fn into_js(self, url: &str, context: &mut Context) -> JsError {
        errors::compile_error(&format!("{WHAT} of {url}"), &self.0, context)
    }
}

/// A module that can be imported. It holds no JavaScript object.
#[derive(Debug, Clone)]
pub struct ImportableModule(SerializedModule);

impl ImportableModule {
    /// The names of modules and of what is imported of them, in the order of the declarations;
    /// without what is provided.
    #[must_use]
    pub fn imports(&self) -> Vec<(String, String)> {
        let info = self.0.info();
        info.imports
            .iter()
            .filter(|import| import.provided.is_none())
            .map(|import| (import.module.clone(), import.name.clone()))
            .collect()
    }

    /// The names of the exports.
    #[must_use]
    pub fn exports(&self) -> Vec<String> {
        let info = self.0.info();
        info.exports
            .iter()
            .map(|export| export.name.clone())
            .collect()
    }

    /// Checks the names.
    ///
    /// # Errors
    /// A `LinkError` for one that is reserved.
    pub fn check_names(&self, context: &mut Context) -> JsResult<()> {
        let imports = self.imports();
        let imported = imports.iter().flat_map(|(module, name)| [module, name]);
        let exports = self.exports();
        match imported
            .chain(&exports)
            .find(|name| name.starts_with(RESERVED))
        {
            None => Ok(()),
            Some(name) => Err(errors::new(
                Class::Link,
                format!("{WHAT}: the name \"{name}\" is reserved"),
                context,
            )),
        }
    }

    /// A new `WebAssembly.Module` object: what a source phase import gives.
    ///
    /// # Errors
    /// A `TypeError` if the module was compiled for another context.
    pub fn into_object(&self, context: &mut Context) -> JsResult<JsObject> {
        self.0.deserialize(context)
    }
}

/// A binding of an importing module that follows a mutable global.
#[derive(Trace, Finalize)]
pub(crate) struct LiveBinding {
    global: Gc<GlobalInner>,
    set: JsObject,
    last: GcRefCell<JsValue>,
}

impl LiveBinding {
    /// Sets the binding if the global has changed.
    pub(crate) fn refresh(&self, agent: &Agent, context: &mut Context) -> JsResult<()> {
        let value = self.global.value(agent, context)?;
        if JsValue::same_value(&value, &self.last.borrow()) {
            return Ok(());
        }
        *self.last.borrow_mut() = value.clone();
        self.set
            .call(&JsValue::undefined(), &[value], context)
            .map(drop)
    }
}

/// Instantiates the module of a `WebAssembly.Module` object, and hands each of its exports to the
/// function in its place in `setters`.
///
/// What it imports is read off `namespaces`, by the module's name. `own` is the namespace object of
/// the module itself.
///
/// <https://webassembly.github.io/esm-integration/js-api/#module-evaluation>
///
/// # Errors
/// A `LinkError` for what cannot be imported, and whatever instantiation fails with.
pub fn instantiate(
    module: &JsObject,
    namespaces: &[(String, JsObject)],
    own: &JsObject,
    setters: &[JsFunction],
    context: &mut Context,
) -> JsResult<()> {
    let agent = Agent::of(context)?;
    let Ok(module) = module.clone().downcast::<Module>() else {
        return Err(JsNativeError::typ()
            .with_message("import: a WebAssembly.Module is expected")
            .into());
    };
    let info = module.borrow().data().info();
    let import_object = JsObject::with_null_proto();
    for (name, namespace) in namespaces {
        let values = JsObject::with_null_proto();
        let exports = exports_of(&agent, namespace, context)?;
        let imported = info.imports.iter().filter(|import| import.module == *name);
        for import in imported.filter(|import| import.provided.is_none()) {
            let key = JsString::from(import.name.as_str());
            let value = match &exports {
                // Of another instance: a global as such, not its value.
                Some(exports) => exports.get(key.clone(), context)?,
                None => match namespace.get(key.clone(), context) {
                    Ok(value) => value,
                    Err(error) if is_uninitialised(&error) => {
                        let message =
                            format!("{WHAT}: \"{}\" of \"{name}\" has no value yet", import.name);
                        return Err(errors::new(Class::Link, message, context));
                    }
                    Err(error) => return Err(error),
                },
            };
            values.create_data_property_or_throw(key, value, context)?;
        }
        let key = JsString::from(name.as_str());
        import_object.create_data_property_or_throw(key, values, context)?;
    }
    let import_object = import_object.into();
    let mut instance =
        Linking::read(&module, &import_object, WHAT, context)?.instantiate(context)?;
    let exports = instance.exports.clone();
    for (export, set) in info.exports.iter().zip(setters) {
        let value = exports.get(JsString::from(export.name.as_str()), context)?;
        let value = match (&export.ty, value.as_object()) {
            (ExternType::Global(ty), Some(global)) => {
                // There are no JavaScript values of these types, and so no value of the binding.
                if !has_js_value(ty.content) {
                    continue;
                }
                let Ok(global) = global.downcast::<Global>() else {
                    continue;
                };
                let inner = global.borrow().data().0.clone();
                let value = inner.value(&agent, context)?;
                if ty.mutable {
                    let live = Gc::new(LiveBinding {
                        global: inner,
                        set: set.clone().into(),
                        last: GcRefCell::new(value.clone()),
                    });
                    agent.follow(&live);
                    instance.live.push(live);
                }
                value
            }
            _ => value,
        };
        set.call(&JsValue::undefined(), &[value], context)?;
    }
    let instance: JsObject = wrap(instance, context).upcast();
    agent.namespaces.set(own, instance.into(), context)?;
    Ok(())
}

/// The exports of the instance that a namespace object is of.
fn exports_of(
    agent: &Rc<Agent>,
    namespace: &JsObject,
    context: &mut Context,
) -> JsResult<Option<JsObject>> {
    let instance = agent.namespaces.get(namespace, context)?;
    let instance = instance.as_object();
    let instance = instance.and_then(|object| object.downcast::<Instance>().ok());
    Ok(instance.map(|instance| instance.borrow().data().exports.clone()))
}

/// `WebAssembly.namespaceInstance`:
/// <https://webassembly.github.io/esm-integration/js-api/#dom-webassembly-namespaceinstance>
pub(crate) fn namespace_instance(
    _: &JsValue,
    args: &[JsValue],
    context: &mut Context,
) -> JsResult<JsValue> {
    let agent = Agent::of(context)?;
    if let Some(namespace) = args.first().and_then(JsValue::as_object) {
        let instance = agent.namespaces.get(&namespace, context)?;
        if instance.is_object() {
            return Ok(instance);
        }
    }
    Err(JsNativeError::typ()
        .with_message(
            "WebAssembly.namespaceInstance(): the argument must be the namespace of a WebAssembly module",
        )
        .into())
}

fn has_js_value(ty: ValType) -> bool {
    ty != ValType::V128 && !ty.is_exception()
}

/// Whether a binding was read before its declaration was evaluated.
fn is_uninitialised(error: &JsError) -> bool {
    error.as_native().is_some_and(JsNativeError::is_reference)
}

impl Agent {
    /// Has a binding follow its global from now on, for as long as its instance lives.
    fn follow(&self, live: &Gc<LiveBinding>) {
        self.live.borrow_mut().push(WeakGc::new(live));
        self.resources.grown.set(true);
    }

    /// Sets all bindings whose globals have changed. Says whether there are any bindings.
    pub(crate) fn refresh_live(&self, context: &mut Context) -> JsResult<bool> {
        let live: Vec<Gc<LiveBinding>> = {
            let mut live = self.live.borrow_mut();
            live.retain(WeakGc::is_upgradable);
            live.iter().filter_map(WeakGc::upgrade).collect()
        };
        for binding in &live {
            binding.refresh(self, context)?;
        }
        Ok(!live.is_empty())
    }
}
