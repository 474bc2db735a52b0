//! Functions that modules export.

use std::sync::Arc;

use boa_engine::{Context, JsObject, JsResult, JsValue};
use taipan_wasm::embed;

use super::{FuncType, wasm_value};
use crate::{
    Callable, FromJs, Function, IntoArguments, IntoJs,
    convert::{expected, within},
};

/// A function of WebAssembly: the one object that scripts have of it.
///
/// It is called like any [`Function`], by [`Runtime::call_function`](crate::Runtime::call_function) say; but integers
/// become `BigInt`s where it takes an `i64`, so that Rust can hand over an `i64` of any size.
#[derive(Debug, Clone)]
pub struct Func {
    object: JsObject,
    ty: Arc<FuncType>,
}

impl PartialEq for Func {
    fn eq(&self, other: &Self) -> bool {
        self.object == other.object
    }
}

impl Eq for Func {}

impl Func {
    /// Its type.
    #[must_use]
    pub fn ty(&self) -> &FuncType {
        &self.ty
    }

    /// The object that scripts have.
    #[must_use]
    pub fn object(&self) -> &JsObject {
        &self.object
    }

    /// Calls it. Missing arguments are what `undefined` is converted to, as for script; too many are ignored.
    ///
    /// To be used where a context is at hand. [`Runtime::call_function`](crate::Runtime::call_function) is for everywhere
    /// else.
    ///
    /// # Errors
    ///
    /// Fails with a `RuntimeError` of script for a trap, with what an import throws, and when an argument or the result
    /// cannot be converted.
    pub fn call<R: FromJs>(
        &self,
        arguments: impl IntoArguments,
        context: &mut Context,
    ) -> JsResult<R> {
        let arguments = arguments.into_arguments(context)?;
        let result = self.call_values(arguments, context)?;
        R::from_js(&result, context).map_err(|error| within(|| "the result".to_owned(), error))
    }

    /// What `WebAssembly.promising` makes of it: when it is called, functions that were imported as
    /// [asynchronous ones](super::Imports::async_function) may suspend it, and it returns a promise.
    ///
    /// # Errors
    ///
    /// Fails when the engine does.
    pub fn promising(&self, context: &mut Context) -> JsResult<Self> {
        let object = embed::promising(&self.object.clone().into(), context)?;
        Ok(Self {
            object,
            ty: Arc::clone(&self.ty),
        })
    }
}

impl Callable for Func {
    fn call_values(&self, arguments: Vec<JsValue>, context: &mut Context) -> JsResult<JsValue> {
        let mut arguments = arguments;
        for (argument, ty) in arguments.iter_mut().zip(self.ty.params.iter()) {
            *argument = wasm_value(std::mem::take(argument), *ty);
        }
        self.object.call(&JsValue::undefined(), &arguments, context)
    }
}

impl FromJs for Func {
    fn from_js(value: &JsValue, context: &mut Context) -> JsResult<Self> {
        match (value.as_object(), embed::function_type(value, context)?) {
            (Some(object), Some(ty)) => Ok(Self { object, ty }),
            _ => Err(expected("a function of WebAssembly", value)),
        }
    }
}

impl IntoJs for Func {
    fn into_js(self, _: &mut Context) -> JsResult<JsValue> {
        Ok(self.object.into())
    }
}

impl IntoJs for &Func {
    fn into_js(self, _: &mut Context) -> JsResult<JsValue> {
        Ok(self.object.clone().into())
    }
}

/// The function as script calls it.
impl From<Func> for Function {
    fn from(function: Func) -> Self {
        Self::from_object(function.object)
    }
}
