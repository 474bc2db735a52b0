//! Modules of Rust that script can import.

use boa_engine::{
    Context, JsResult, JsString, JsValue, Module,
    module::{SyntheticModule, SyntheticModuleInitializer},
};
use boa_gc::{Finalize, Trace};
use taipan_webidl::interface_object;

use crate::{AsyncHostFunction, Function, HostClass, HostFunction, IntoJs, host_class::Host};

type Export = Box<dyn FnOnce(&mut Context) -> JsResult<JsValue>>;

/// A module whose exports are functions, classes and values of Rust.
///
/// It is imported by the specifier that it was [added](crate::RuntimeBuilder::module) under, whatever that looks like,
/// and made when it is imported for the first time. Workers have those that were added as
/// [shared ones](crate::RuntimeBuilder::shared_module).
///
/// ```
/// use taipan::{HostModule, Runtime};
///
/// let mut runtime = Runtime::builder()
///     .module(
///         "app:math",
///         HostModule::new()
///             .function("add", |a: f64, b: f64| a + b)
///             .async_function("later", |x: f64| async move { x })
///             .value("E", std::f64::consts::E)
///             .default_export("mathematics"),
///     )
///     .build()?;
/// let exports = runtime.eval_module(
///     "import name, { add, later, E } from 'app:math';
///      export const text = `${name}: ${add(1, await later(2))} ${E > 2}`;",
///     None,
/// )?;
/// let text: String = runtime.with(|context| taipan::get_property(&exports, "text", context))?;
/// assert_eq!(text, "mathematics: 3 true");
/// # Ok::<_, taipan::Error>(())
/// ```
#[derive(Default)]
#[must_use]
pub struct HostModule {
    exports: Vec<(String, Export)>,
}

impl std::fmt::Debug for HostModule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = self.exports.iter().map(|(name, _)| name);
        f.debug_set().entries(names).finish()
    }
}

/// The exports of a module, while it waits to be evaluated.
#[derive(Trace, Finalize)]
struct Exports(#[unsafe_ignore_trace] Vec<JsString>, Vec<JsValue>);

impl HostModule {
    /// A module without exports.
    pub fn new() -> Self {
        Self::default()
    }

    /// Exports a function that calls a closure.
    pub fn function<S: 'static>(self, name: &str, f: impl HostFunction<S>) -> Self {
        let text = name.to_owned();
        self.export(name, move |context| {
            Ok(Function::new(&text, f, context).into())
        })
    }

    /// Exports a function that calls a closure which returns a future.
    pub fn async_function<S: 'static>(self, name: &str, f: impl AsyncHostFunction<S>) -> Self {
        let text = name.to_owned();
        self.export(name, move |context| {
            Ok(Function::new_async(&text, f, context).into())
        })
    }

    /// Exports a class under its name.
    pub fn class<T: HostClass>(self) -> Self {
        self.export(T::NAME, |context| {
            Ok(interface_object::<Host<T>>(context).into())
        })
    }

    /// Exports a value.
    pub fn value(self, name: &str, value: impl IntoJs + 'static) -> Self {
        self.export(name, move |context| value.into_js(context))
    }

    /// Sets the default export.
    pub fn default_export(self, value: impl IntoJs + 'static) -> Self {
        self.value("default", value)
    }

    /// Exports what `make` returns when the module is first imported. An export of the same name before is replaced.
    pub fn export(
        mut self,
        name: &str,
        make: impl FnOnce(&mut Context) -> JsResult<JsValue> + 'static,
    ) -> Self {
        self.exports.retain(|(known, _)| known != name);
        self.exports.push((name.to_owned(), Box::new(make)));
        self
    }

    /// Makes the module.
    pub(crate) fn into_module(self, specifier: &str, context: &mut Context) -> JsResult<Module> {
        let mut names = Vec::new();
        let mut values = Vec::new();
        for (name, make) in self.exports {
            values.push(make(context)?);
            names.push(JsString::from(name));
        }
        let initialize = SyntheticModuleInitializer::from_copy_closure_with_captures(
            |module: &SyntheticModule, exports: &Exports, _: &mut Context| {
                for (name, value) in exports.0.iter().zip(&exports.1) {
                    module.set_export(name, value.clone())?;
                }
                Ok(())
            },
            Exports(names.clone(), values),
        );
        let path = std::path::PathBuf::from(specifier);
        Ok(Module::synthetic(
            &names,
            initialize,
            Some(path),
            None,
            context,
        ))
    }
}
