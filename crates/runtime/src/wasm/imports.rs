//! What modules are linked to.

use std::{collections::HashMap, sync::Arc};

use boa_engine::{Context, JsObject, JsResult, JsString, JsValue, object::builtins::JsArray};
use taipan_wasm::embed::{self, ExternType, FuncType, ModuleInfo};

use super::{ValType, wasm_value};
use crate::{
    ArgumentReader, AsyncHostFunction, Function, HostFunction, IntoJs,
    host_function::{Completion, async_native_with, function_object, native},
};

/// Makes the value of an import, once it is known as what it is imported.
type Make = Box<dyn FnOnce(&ExternType, &mut Context) -> JsResult<JsValue>>;

/// The imports of a [`Module`](super::Module): closures of Rust, other values, and an object of script for the rest.
///
/// ```
/// use taipan::{Runtime, wasm::Imports};
///
/// let bytes = wat::parse_str(
///     r#"(module
///          (import "math" "pow" (func $pow (param f64 f64) (result f64)))
///          (import "env" "limit" (global $limit f64))
///          (import "env" "log" (func $log (param f64)))
///          (func (export "run") (param f64)
///            (call $log (f64.min (global.get $limit) (call $pow (local.get 0) (f64.const 2))))))"#,
/// )?;
/// let mut runtime = Runtime::builder().console(|_, text: &str| println!("{text}")).build()?;
/// let module = runtime.compile_wasm(&bytes)?;
/// // What script has, and what Rust adds.
/// let script: taipan::engine::JsObject = runtime.eval_as("({ math: Math, env: { log: console.log } })")?;
/// let imports = Imports::of(script).value("env", "limit", 30.0);
/// let instance = runtime.instantiate_wasm(&module, imports)?;
/// runtime.with(|context| instance.call::<()>("run", (5,), context))?;
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Default)]
#[must_use]
pub struct Imports {
    script: Option<JsObject>,
    made: Vec<(String, String, Make)>,
}

impl std::fmt::Debug for Imports {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = self.made.iter().map(|(module, name, _)| (module, name));
        f.debug_struct("Imports")
            .field("script", &self.script)
            .field("made", &names.collect::<Vec<_>>())
            .finish()
    }
}

impl Imports {
    /// No imports.
    pub fn new() -> Self {
        Self::default()
    }

    /// An import object of script. What is added afterwards comes before what it has.
    pub fn of(script: JsObject) -> Self {
        Self {
            script: Some(script),
            made: Vec::new(),
        }
    }

    /// A closure for WebAssembly to call, see [`HostFunction`]. Several results are a tuple.
    ///
    /// An error that it returns passes through WebAssembly as an exception of script does.
    pub fn function<S: 'static>(self, module: &str, name: &str, f: impl HostFunction<S>) -> Self {
        let shown = name.to_owned();
        self.add(module, name, move |ty, context| {
            let ty = function_type(ty);
            Ok(host_function(&shown, f, ty, context).into())
        })
    }

    /// A closure that returns a future, for WebAssembly to wait for, see [`AsyncHostFunction`]: what calls it must have
    /// been called by a [promising](super::Func::promising) function.
    ///
    /// ```
    /// use std::time::Duration;
    /// use taipan::{Runtime, wasm::{Func, Imports}};
    ///
    /// let bytes = wat::parse_str(
    ///     r#"(module
    ///          (import "env" "load" (func $load (param i32) (result i64)))
    ///          (func (export "run") (result i64)
    ///            (i64.add (call $load (i32.const 1)) (call $load (i32.const 2)))))"#,
    /// )?;
    /// let mut runtime = Runtime::new()?;
    /// let module = runtime.compile_wasm(&bytes)?;
    /// let imports = Imports::new().async_function("env", "load", |key: i32| async move {
    ///     tokio::time::sleep(Duration::from_millis(1)).await;
    ///     i64::from(key) * 10
    /// });
    /// let instance = runtime.instantiate_wasm(&module, imports)?;
    /// let run = runtime.with(|context| instance.get::<Func>("run", context)?.promising(context))?;
    /// assert_eq!(runtime.call_function::<i64>(&run, ())?, 30);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    pub fn async_function<S: 'static>(
        self,
        module: &str,
        name: &str,
        f: impl AsyncHostFunction<S>,
    ) -> Self {
        let shown = name.to_owned();
        self.add(module, name, move |ty, context| {
            let ty = function_type(ty);
            let function = async_host_function(&shown, f, ty, context);
            Ok(embed::suspending(&JsValue::from(function), context)?.into())
        })
    }

    /// Any value: a [`Memory`](super::Memory), a [`Table`](super::Table), a [`Global`](super::Global), a
    /// [`Func`](super::Func) or another function, or a number for an immutable global.
    pub fn value(self, module: &str, name: &str, value: impl IntoJs + 'static) -> Self {
        self.add(module, name, move |ty, context| {
            let value = value.into_js(context)?;
            Ok(match ty {
                ExternType::Global(ty) => wasm_value(value, ty.content),
                _ => value,
            })
        })
    }

    fn add(
        mut self,
        module: &str,
        name: &str,
        make: impl FnOnce(&ExternType, &mut Context) -> JsResult<JsValue> + 'static,
    ) -> Self {
        self.made
            .push((module.to_owned(), name.to_owned(), Box::new(make)));
        self
    }

    /// The import object for a module.
    ///
    /// # Errors
    ///
    /// Whatever conversions and getters fail with.
    pub(super) fn object(self, info: &ModuleInfo, context: &mut Context) -> JsResult<JsValue> {
        let Self { script, made } = self;
        if made.is_empty() {
            return Ok(script.map_or(JsValue::undefined(), JsValue::from));
        }
        // What is added later replaces what was there.
        let mut made: HashMap<_, _> = made
            .into_iter()
            .map(|(module, name, make)| ((module, name), make))
            .collect();
        let imports = JsObject::with_null_proto();
        let mut modules: HashMap<&str, JsObject> = HashMap::new();
        for import in &info.imports {
            let object = match modules.get(import.module.as_str()) {
                Some(object) => object.clone(),
                None => {
                    let object = JsObject::with_null_proto();
                    let key = JsString::from(import.module.as_str());
                    imports.create_data_property_or_throw(key, object.clone(), context)?;
                    modules.insert(&import.module, object.clone());
                    object
                }
            };
            let key = JsString::from(import.name.as_str());
            let value = match made.remove(&(import.module.clone(), import.name.clone())) {
                Some(make) => make(&import.ty, context)?,
                // The same import may be declared twice.
                None if object.has_own_property(key.clone(), context)? => continue,
                None => of_script(script.as_ref(), &import.module, &import.name, context)?,
            };
            object.create_data_property_or_throw(key, value, context)?;
        }
        Ok(imports.into())
    }
}

/// What an object of script has for an import.
fn of_script(
    script: Option<&JsObject>,
    module: &str,
    name: &str,
    context: &mut Context,
) -> JsResult<JsValue> {
    let Some(script) = script else {
        return Ok(JsValue::undefined());
    };
    let module = script.get(JsString::from(module), context)?;
    match module.as_object() {
        Some(module) => module.get(JsString::from(name), context),
        None => Ok(JsValue::undefined()),
    }
}

fn function_type(ty: &ExternType) -> Option<Arc<FuncType>> {
    match ty {
        ExternType::Func(ty) => Some(Arc::clone(ty)),
        // Linking will refuse it.
        _ => None,
    }
}

fn host_function<S: 'static, F: HostFunction<S>>(
    name: &str,
    f: F,
    ty: Option<Arc<FuncType>>,
    context: &mut Context,
) -> Function {
    let native = native(name, move |name, this, arguments, context| {
        let arguments = ArgumentReader::new(name, this, arguments, F::LENGTH);
        let result = f.call(arguments, context)?;
        results(result, ty.as_deref(), context)
    });
    function_object(name, F::LENGTH, native, context)
}

fn async_host_function<S: 'static, F: AsyncHostFunction<S>>(
    name: &str,
    f: F,
    ty: Option<Arc<FuncType>>,
    context: &mut Context,
) -> Function {
    let native = async_native_with(name, f, move |completion| {
        let ty = ty.clone();
        let completion: Completion = Box::new(move |context| {
            let result = completion(context)?;
            results(result, ty.as_deref(), context)
        });
        completion
    });
    function_object(name, F::LENGTH, native, context)
}

/// The results of a function of this type.
fn results(value: JsValue, ty: Option<&FuncType>, context: &mut Context) -> JsResult<JsValue> {
    match ty.map(|ty| &*ty.results) {
        None | Some([]) => Ok(value),
        Some([ty]) => Ok(wasm_value(value, *ty)),
        Some(many) if many.contains(&ValType::I64) => {
            let array = value.as_object().map(JsArray::from_object);
            let Some(Ok(array)) = array else {
                return Ok(value);
            };
            for (index, ty) in many.iter().enumerate() {
                let element = array.get(index, context)?;
                array.set(index, wasm_value(element, *ty), true, context)?;
            }
            Ok(value)
        }
        Some(_) => Ok(value),
    }
}
