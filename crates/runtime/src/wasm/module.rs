//! Modules.

use std::sync::Arc;

use boa_engine::{Context, JsObject, JsResult};
use taipan_wasm::{PortableModule, SerializedModule, embed};

use super::{Imports, Instance, ModuleInfo, handle};

/// A compiled module: a `WebAssembly.Module`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    object: JsObject,
}

handle!(Module, "a WebAssembly.Module", |object| {
    embed::module_info(object).is_ok()
});

impl Module {
    /// Compiles bytes, on this thread. Scripts compile on other threads with `WebAssembly.compile`.
    ///
    /// # Errors
    ///
    /// Fails with a `CompileError` of script.
    pub fn new(bytes: &[u8], context: &mut Context) -> JsResult<Self> {
        embed::compile(bytes, context).map(|object| Self { object })
    }

    /// Takes a module that was compiled before, without validating it again.
    ///
    /// ```
    /// use taipan::{Runtime, wasm::{Imports, Module, PortableModule}};
    ///
    /// let bytes = wat::parse_str(r#"(module (func (export "answer") (result i64) i64.const 42))"#)?;
    /// let compiled = PortableModule::compile(&bytes)?;
    /// let threads: Vec<_> = (0..2)
    ///     .map(|_| {
    ///         let compiled = compiled.clone();
    ///         std::thread::spawn(move || {
    ///             let mut runtime = Runtime::new()?;
    ///             runtime.with(|context| {
    ///                 let module = Module::from_portable(&compiled, context)?;
    ///                 let instance = module.instantiate(Imports::new(), context)?;
    ///                 instance.call::<i64>("answer", (), context)
    ///             })
    ///         })
    ///     })
    ///     .collect();
    /// for thread in threads {
    ///     assert_eq!(thread.join().unwrap()?, 42);
    /// }
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Fails with a `CompileError` of script if this runtime lacks a feature that the module was compiled with.
    pub fn from_portable(module: &PortableModule, context: &mut Context) -> JsResult<Self> {
        module.deserialize(context).map(|object| Self { object })
    }

    /// What may go to another runtime, on any thread.
    #[must_use]
    pub fn to_portable(&self) -> PortableModule {
        SerializedModule::new(&self.object)
            .unwrap_or_else(|| unreachable!("the handle is made for modules only"))
            .to_portable()
    }

    /// What is known of it: imports, exports, types, custom sections.
    #[must_use]
    pub fn info(&self) -> Arc<ModuleInfo> {
        embed::module_info(&self.object)
            .unwrap_or_else(|_| unreachable!("the handle is made for modules only"))
    }

    /// Instantiates it, and runs its start function.
    ///
    /// # Errors
    ///
    /// Fails with a `LinkError` of script if the imports do not fit, with a `RuntimeError` if the start function or a
    /// segment traps, with a `RangeError` if there is no room for a memory or a table, and with what an import throws.
    pub fn instantiate(&self, imports: Imports, context: &mut Context) -> JsResult<Instance> {
        let imports = imports.object(&self.info(), context)?;
        embed::instantiate(&self.object, &imports, context).map(Instance::of)
    }
}
