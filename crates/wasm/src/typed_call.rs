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
        Ok(agent.call_typed(context, self, params)?.to_js())
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

macro_rules! signatures {
    ($(($($arg:ident $ty:ident),*))*) => {
        impl_params!($(($($ty)*))*);

        /// A typed call for `func`, if its signature is one of the common ones.
        pub(crate) fn of(
            func: Func,
            ty: &FuncType,
            store: StoreContextMut<'_, StoreData>,
        ) -> Option<Box<dyn TypedCall>> {
            $(
                if *ty.params == [$(signatures!(@$ty)),*] as [ValType; signatures!(#$($ty)*)] {
                    return match &*ty.results {
                        [] => typed::<($($ty,)*), ()>(func, store),
                        [ValType::I32] => typed::<($($ty,)*), i32>(func, store),
                        [ValType::I64] => typed::<($($ty,)*), i64>(func, store),
                        [ValType::F32] => typed::<($($ty,)*), f32>(func, store),
                        [ValType::F64] => typed::<($($ty,)*), f64>(func, store),
                        _ => None,
                    };
                }
            )*
            None
        }

        /// A host function that runs the callable with number `id`, if its signature is one of
        /// the common ones.
        pub(crate) fn host(
            id: usize,
            ty: &FuncType,
            store: StoreContextMut<'_, StoreData>,
        ) -> Option<Func> {
            $(
                if *ty.params == [$(signatures!(@$ty)),*] as [ValType; signatures!(#$($ty)*)] {
                    return match &*ty.results {
                        [] => Some(signatures!(% id, store, (), $($arg $ty)*)),
                        [ValType::I32] => Some(signatures!(% id, store, i32, $($arg $ty)*)),
                        [ValType::I64] => Some(signatures!(% id, store, i64, $($arg $ty)*)),
                        [ValType::F32] => Some(signatures!(% id, store, f32, $($arg $ty)*)),
                        [ValType::F64] => Some(signatures!(% id, store, f64, $($arg $ty)*)),
                        _ => None,
                    };
                }
            )*
            None
        }
    };
    (% $id:ident, $store:ident, $result:ty, $($arg:ident $ty:ident)*) => {
        Func::wrap($store, move |caller: Caller<'_, StoreData>, $($arg: $ty),*| {
            host_function::enter_typed::<$result>(caller, $id, &[$(Number::to_js($arg)),*])
        })
    };
    (@i32) => { ValType::I32 };
    (@i64) => { ValType::I64 };
    (@f32) => { ValType::F32 };
    (@f64) => { ValType::F64 };
    (#) => { 0 };
    (#$first:ident $($rest:ident)*) => { 1 + signatures!(#$($rest)*) };
}

signatures! {
    ()
    (a i32) (a i64) (a f32) (a f64)
    (a i32, b i32) (a i64, b i64) (a f32, b f32) (a f64, b f64)
    (a i32, b i64) (a i32, b f32) (a i32, b f64)
    (a i32, b i32, c i32) (a f64, b f64, c f64)
    (a i32, b i32, c i32, d i32)
    (a i32, b i32, c i32, d i32, e i32)
    (a i32, b i32, c i32, d i32, e i32, f i32)
}
