//! Calls whose signature is known at compile time.
//!
//! The general way to call a function of the store checks the types of all arguments against the
//! function's, at every call, and the general way to be called by it allocates memory for the
//! values. For the signatures that most functions have, the types are checked once, when the
//! function object or the host function is made.

use boa_engine::{Context, JsBigInt, JsResult, JsValue};
use taipan_compile::{FuncType, ValType};
use wasmi::{Caller, Func, StoreContextMut, TypedFunc, WasmParams, WasmResults};

use crate::{agent::Agent, host_function, limiter::StoreData};

/// A number type of WebAssembly as a Rust type.
trait Number: Sized {
    /// `ToWebAssemblyValue`.
    fn from_js(value: &JsValue, context: &mut Context) -> JsResult<Self>;
    /// `ToJSValue`.
    fn to_js(self) -> JsValue;
}

impl Number for i32 {
    #[inline]
    fn from_js(value: &JsValue, context: &mut Context) -> JsResult<Self> {
        match value.as_i32() {
            Some(value) => Ok(value),
            None => value.to_i32(context),
        }
    }
    #[inline]
    fn to_js(self) -> JsValue {
        self.into()
    }
}

impl Number for i64 {
    fn from_js(value: &JsValue, context: &mut Context) -> JsResult<Self> {
        value.to_big_int64(context)
    }
    fn to_js(self) -> JsValue {
        JsBigInt::from(self).into()
    }
}

impl Number for f32 {
    #[inline]
    fn from_js(value: &JsValue, context: &mut Context) -> JsResult<Self> {
        Ok(value.to_number(context)? as Self)
    }
    #[inline]
    fn to_js(self) -> JsValue {
        f64::from(self).into()
    }
}

impl Number for f64 {
    #[inline]
    fn from_js(value: &JsValue, context: &mut Context) -> JsResult<Self> {
        value.to_number(context)
    }
    #[inline]
    fn to_js(self) -> JsValue {
        self.into()
    }
}

/// A list of parameters.
trait Params: WasmParams {
    fn from_js(args: &[JsValue], context: &mut Context) -> JsResult<Self>;
}

/// No result or one.
pub(crate) trait Results: WasmResults + Default {
    /// What a call returns to JavaScript.
    fn to_js(self) -> JsValue;
    /// What an import returned, coerced.
    fn from_js(value: &JsValue, context: &mut Context) -> JsResult<Self>;
}

impl Results for () {
    fn to_js(self) -> JsValue {
        JsValue::undefined()
    }
    fn from_js(_: &JsValue, _: &mut Context) -> JsResult<Self> {
        Ok(())
    }
}

macro_rules! impl_results {
    ($($ty:ty)*) => {$(
        impl Results for $ty {
            #[inline]
            fn to_js(self) -> JsValue {
                Number::to_js(self)
            }
            #[inline]
            fn from_js(value: &JsValue, context: &mut Context) -> JsResult<Self> {
                Number::from_js(value, context)
            }
        }
    )*};
}
impl_results!(i32 i64 f32 f64);

const UNDEFINED: JsValue = JsValue::undefined();

macro_rules! impl_params {
    ($(($($ty:ident)*))*) => {$(
        impl Params for ($($ty,)*) {
            #[inline]
            #[allow(unused_variables, unused_mut)]
            fn from_js(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
                let mut args = args.iter();
                Ok(($(<$ty as Number>::from_js(args.next().unwrap_or(&UNDEFINED), context)?,)*))
            }
        }
    )*};
}

/// A function whose signature was checked once.
pub(crate) trait TypedCall {
    /// <https://webassembly.github.io/spec/js-api/#call-an-exported-function>
    fn call(&self, agent: &Agent, args: &[JsValue], context: &mut Context) -> JsResult<JsValue>;
}

impl<P: Params, R: Results> TypedCall for TypedFunc<P, R> {
    fn call(&self, agent: &Agent, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
        let params = P::from_js(args, context)?;
        let results = agent.enter(context, |store| TypedFunc::call(self, store, params))?;
        Ok(results.to_js())
    }
}

fn typed<P: Params + 'static, R: Results + 'static>(
    func: Func,
    store: StoreContextMut<'_, StoreData>,
) -> Option<Box<dyn TypedCall>> {
    match func.typed::<P, R>(&store) {
        Ok(typed) => Some(Box::new(typed)),
        Err(_) => None,
    }
}

/// Of a list of parameters: their types as a tuple, or as a pattern; a host function of them.
macro_rules! params {
    (tuple ($($arg:ident $ty:ident),*)) => { ($($ty,)*) };
    (pattern ($($arg:ident $ty:ident),*)) => { [$(value_type!($ty)),*] };
    (host ($($arg:ident $ty:ident),*) $id:ident $store:ident $result:ty) => {
        Func::wrap($store, move |caller: Caller<'_, StoreData>, $($arg: $ty),*| {
            host_function::enter_typed::<$result>(caller, $id, &[$(Number::to_js($arg)),*])
        })
    };
    (implement ($($arg:ident $ty:ident),*)) => { impl_params!(($($ty)*)); };
}

macro_rules! value_type {
    (i32) => {
        ValType::I32
    };
    (i64) => {
        ValType::I64
    };
    (f32) => {
        ValType::F32
    };
    (f64) => {
        ValType::F64
    };
}

macro_rules! signatures {
    ($($params:tt -> $($result:ident)*;)*) => {
        $(params!(implement $params);)*

        /// A typed call for `func`, if its signature is one of the common ones. Not for code that uses fuel.
        pub(crate) fn of(
            func: Func,
            ty: &FuncType,
            store: StoreContextMut<'_, StoreData>,
        ) -> Option<Box<dyn TypedCall>> {
            match (&*ty.params, &*ty.results) {
                $(
                    (params!(pattern $params), []) => typed::<params!(tuple $params), ()>(func, store),
                    $((params!(pattern $params), [value_type!($result)]) => {
                        typed::<params!(tuple $params), $result>(func, store)
                    })*
                )*
                _ => None,
            }
        }

        /// A host function that runs the callable with number `id`, if its signature is one of
        /// the common ones.
        pub(crate) fn host(
            id: usize,
            ty: &FuncType,
            store: StoreContextMut<'_, StoreData>,
        ) -> Option<Func> {
            Some(match (&*ty.params, &*ty.results) {
                $(
                    (params!(pattern $params), []) => params!(host $params id store ()),
                    $((params!(pattern $params), [value_type!($result)]) => params!(host $params id store $result),)*
                )*
                _ => return None,
            })
        }
    };
}

// By parameters the results besides none. Each pair is some kilobytes of code.
signatures! {
    () -> i32 i64 f32 f64;
    (a i32) -> i32 i64 f32 f64;
    (a i64) -> i32 i64;
    (a f32) -> f32;
    (a f64) -> i32 f64;
    (a i32, b i32) -> i32 f64;
    (a i64, b i64) -> i64;
    (a f32, b f32) -> f32;
    (a f64, b f64) -> f64;
    (a i32, b i64) -> i32;
    (a i32, b f64) -> ;
    (a i32, b i32, c i32) -> i32;
    (a i32, b i32, c i32, d i32) -> i32;
    (a i32, b i32, c i32, d i32, e i32) -> i32;
    (a i32, b i32, c i32, d i32, e i32, f i32) -> i32;
}
