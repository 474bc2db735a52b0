//! Functions of script, to be called from Rust.

use boa_engine::{Context, JsObject, JsResult, JsValue, object::builtins::JsFunction};

use crate::{
    FromJs, IntoArguments, IntoJs,
    convert::{expected, within},
    limits::apart,
};

/// A function of script.
///
/// It may be an argument of a host function, the result of a script, or part of either. It keeps the function alive.
///
/// ```
/// use taipan::{Function, Runtime, engine::{Context, JsResult}};
///
/// let mut runtime = Runtime::builder()
///     .function("twice", |context: &mut Context, f: Function, x: f64| -> JsResult<f64> {
///         let once: f64 = f.call((x,), context)?;
///         f.call((once,), context)
///     })
///     .build()?;
/// assert_eq!(runtime.eval_as::<f64>("twice(x => x * x, 3)")?, 81.0);
///
/// let add: Function = runtime.eval_as("(a, b) => a + b")?;
/// assert_eq!(runtime.call_function::<String>(&add, ("tai", "pan"))?, "taipan");
/// # Ok::<_, taipan::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    object: JsObject,
}

/// Functions that Rust can call: those of script ([`Function`]) and of WebAssembly ([`Func`](crate::wasm::Func)).
pub trait Callable {
    /// Calls the function with `undefined` as `this`.
    ///
    /// # Errors
    ///
    /// Fails with what the function throws.
    fn call_values(&self, arguments: Vec<JsValue>, context: &mut Context) -> JsResult<JsValue>;
}

impl Callable for Function {
    fn call_values(&self, arguments: Vec<JsValue>, context: &mut Context) -> JsResult<JsValue> {
        let function = self.object.clone();
        let call =
            move |context: &mut Context| function.call(&JsValue::undefined(), &arguments, context);
        apart::call(call, context)
    }
}

impl Function {
    /// An object that is known to be callable.
    pub(crate) fn from_object(object: JsObject) -> Self {
        Self { object }
    }

    /// The function that `value` is, if it is one.
    #[must_use]
    pub fn from_value(value: &JsValue) -> Option<Self> {
        value.as_callable().map(|object| Self { object })
    }

    /// Calls the function with `undefined` as `this`.
    ///
    /// To be used where a context is at hand, in host functions for instance; microtasks run later.
    /// [`Runtime::call_function`](crate::Runtime::call_function) is for everywhere else.
    ///
    /// # Errors
    ///
    /// Fails when an argument or the result cannot be converted, and with what the function throws.
    pub fn call<R: FromJs>(
        &self,
        arguments: impl IntoArguments,
        context: &mut Context,
    ) -> JsResult<R> {
        self.call_with(JsValue::undefined(), arguments, context)
    }

    /// Calls the function with `this`.
    ///
    /// # Errors
    ///
    /// See [`call`](Self::call).
    pub fn call_with<R: FromJs>(
        &self,
        this: impl IntoJs,
        arguments: impl IntoArguments,
        context: &mut Context,
    ) -> JsResult<R> {
        let this = this.into_js(context)?;
        let arguments = arguments.into_arguments(context)?;
        let result = self.object.call(&this, &arguments, context)?;
        R::from_js(&result, context).map_err(|error| within(|| "the result".to_owned(), error))
    }

    /// Calls the function as a constructor, as `new` does.
    ///
    /// ```
    /// use taipan::{Function, engine::JsObject};
    ///
    /// let mut runtime = taipan::Runtime::new()?;
    /// let date: Function = runtime.get("Date")?;
    /// let year = runtime.with(|context| {
    ///     let date: JsObject = date.construct((86_400_000,), context)?;
    ///     let get: Function = taipan::get_property(&date, "getUTCDate", context)?;
    ///     get.call_with::<u32>(date, (), context)
    /// })?;
    /// assert_eq!(year, 2);
    /// # Ok::<_, taipan::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [`call`](Self::call); and a `TypeError` if the function is no constructor.
    pub fn construct<R: FromJs>(
        &self,
        arguments: impl IntoArguments,
        context: &mut Context,
    ) -> JsResult<R> {
        if !self.object.is_constructor() {
            let value = JsValue::from(self.object.clone());
            return Err(expected("a constructor", &value));
        }
        let arguments = arguments.into_arguments(context)?;
        let object = self.object.construct(&arguments, None, context)?;
        R::from_js(&object.into(), context)
    }

    /// The function as an object of the engine.
    #[must_use]
    pub fn object(&self) -> &JsObject {
        &self.object
    }
}

impl From<JsFunction> for Function {
    fn from(function: JsFunction) -> Self {
        Self {
            object: function.into(),
        }
    }
}

impl From<Function> for JsObject {
    fn from(function: Function) -> Self {
        function.object
    }
}

impl From<Function> for JsValue {
    fn from(function: Function) -> Self {
        function.object.into()
    }
}

impl FromJs for Function {
    fn from_js(value: &JsValue, _: &mut Context) -> JsResult<Self> {
        Self::from_value(value).ok_or_else(|| expected("a function", value))
    }
}

impl IntoJs for Function {
    fn into_js(self, _: &mut Context) -> JsResult<JsValue> {
        Ok(self.into())
    }
}

impl IntoJs for &Function {
    fn into_js(self, _: &mut Context) -> JsResult<JsValue> {
        Ok(self.object.clone().into())
    }
}
