//! Globals.

use boa_engine::{Context, JsObject, JsResult};
use taipan_wasm::embed;

use super::{GlobalType, handle, wasm_value};
use crate::{FromJs, IntoJs};

/// A global: a `WebAssembly.Global`.
///
/// ```
/// use taipan::{Runtime, wasm::{Global, GlobalType, ValType}};
///
/// let mut runtime = Runtime::new()?;
/// let ty = GlobalType { content: ValType::I64, mutable: true };
/// let global = runtime.with(|context| Global::new(ty, 5_i64, context))?;
/// runtime.set("counter", &global)?;
/// runtime.eval("counter.value += 2n ** 60n")?;
/// let value: i64 = runtime.with(|context| global.get(context))?;
/// assert_eq!(value, (1 << 60) + 5);
/// # Ok::<_, taipan::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Global {
    object: JsObject,
}

handle!(Global, "a WebAssembly.Global", |object| {
    embed::global_type(object).is_ok()
});

impl Global {
    /// A new global.
    ///
    /// # Errors
    ///
    /// Fails with a `TypeError` if `value` is not of the type, or JavaScript has none of it (`v128`).
    pub fn new(ty: GlobalType, value: impl IntoJs, context: &mut Context) -> JsResult<Self> {
        let value = wasm_value(value.into_js(context)?, ty.content);
        embed::global(ty, value, context).map(|object| Self { object })
    }

    /// Its type.
    #[must_use]
    pub fn ty(&self) -> GlobalType {
        embed::global_type(&self.object)
            .unwrap_or_else(|_| unreachable!("the handle is made for globals only"))
    }

    /// Its value.
    ///
    /// # Errors
    ///
    /// Fails with a `TypeError` if it cannot be converted, or JavaScript has no values of its type.
    pub fn get<T: FromJs>(&self, context: &mut Context) -> JsResult<T> {
        let value = embed::global_value(&self.object, context)?;
        T::from_js(&value, context)
    }

    /// Sets its value.
    ///
    /// # Errors
    ///
    /// Fails with a `TypeError` if it is immutable, or the value is not of its type.
    pub fn set(&self, value: impl IntoJs, context: &mut Context) -> JsResult<()> {
        let value = wasm_value(value.into_js(context)?, self.ty().content);
        embed::set_global_value(&self.object, value, context)
    }
}
