//! Instances.

use boa_engine::{Context, JsNativeError, JsObject, JsResult, JsString};
use taipan_wasm::embed;

use super::{Func, handle};
use crate::{FromJs, IntoArguments, convert::within};

/// An instance: a `WebAssembly.Instance`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    object: JsObject,
}

handle!(Instance, "a WebAssembly.Instance", |object| {
    embed::exports(object).is_ok()
});

impl Instance {
    pub(super) fn of(object: JsObject) -> Self {
        Self { object }
    }

    /// The object with the exports.
    #[must_use]
    pub fn exports(&self) -> JsObject {
        embed::exports(&self.object)
            .unwrap_or_else(|_| unreachable!("the handle is made for instances only"))
    }

    /// An export, by its name: a [`Func`], a [`Memory`](super::Memory), a [`Table`](super::Table), a
    /// [`Global`](super::Global), or the function as script has it.
    ///
    /// # Errors
    ///
    /// Fails with a `TypeError` if there is no such export or it is something else.
    pub fn get<T: FromJs>(&self, name: &str, context: &mut Context) -> JsResult<T> {
        let key = JsString::from(name);
        let exports = self.exports();
        if !exports.has_own_property(key.clone(), context)? {
            return Err(JsNativeError::typ()
                .with_message(format!("the instance has no export {name:?}"))
                .into());
        }
        let value = exports.get(key, context)?;
        T::from_js(&value, context).map_err(|error| within(|| format!("export {name:?}"), error))
    }

    /// Calls an exported function.
    ///
    /// # Errors
    ///
    /// See [`get`](Self::get) and [`Func::call`].
    pub fn call<R: FromJs>(
        &self,
        name: &str,
        arguments: impl IntoArguments,
        context: &mut Context,
    ) -> JsResult<R> {
        self.get::<Func>(name, context)?.call(arguments, context)
    }
}
