//! Tables.

use boa_engine::{Context, JsObject, JsResult, JsValue};
use taipan_wasm::embed;

use super::{RefType, TableType, ValType, handle, wasm_value};
use crate::{FromJs, IntoJs};

/// A table: a `WebAssembly.Table`.
///
/// ```
/// use taipan::{Runtime, engine::JsValue, wasm::{RefType, Table}};
///
/// let mut runtime = Runtime::new()?;
/// let table = runtime.with(|context| Table::new(RefType::EXTERNREF, 2, None, "empty", context))?;
/// runtime.set("table", &table)?;
/// runtime.eval("table.set(1, 42); table.grow(1, true)")?;
/// runtime.with(|context| {
///     assert_eq!(table.get::<String>(0, context)?, "empty");
///     assert_eq!(table.get::<u8>(1, context)?, 42);
///     assert_eq!(table.len(context)?, 3);
///     table.set(2, false, context)
/// })?;
/// # Ok::<_, taipan::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    object: JsObject,
}

handle!(Table, "a WebAssembly.Table", |object| {
    embed::table_type(object).is_ok()
});

impl Table {
    /// A new table of `initial` elements, all of them `init`.
    ///
    /// # Errors
    ///
    /// Fails with a `RangeError` if there is no room for it or a limit forbids it, with a `TypeError` if `init` is not
    /// of the type.
    pub fn new(
        element: RefType,
        initial: u64,
        maximum: Option<u64>,
        init: impl IntoJs,
        context: &mut Context,
    ) -> JsResult<Self> {
        let init = wasm_value(init.into_js(context)?, ValType::Ref(element));
        embed::table(element, initial, maximum, init, context).map(|object| Self { object })
    }

    /// Its type, with the size that it was made with.
    #[must_use]
    pub fn ty(&self) -> TableType {
        embed::table_type(&self.object)
            .unwrap_or_else(|_| unreachable!("the handle is made for tables only"))
    }

    /// A value that is to be an element.
    fn element(&self, value: JsValue) -> JsValue {
        wasm_value(value, ValType::Ref(self.ty().element))
    }

    /// How many elements it has.
    ///
    /// # Errors
    ///
    /// Fails if the runtime it belongs to is gone.
    pub fn len(&self, _: &mut Context) -> JsResult<u64> {
        embed::table_length(&self.object)
    }

    /// An element: a [`Func`](super::Func), or `None`; of a table of values, any of script.
    ///
    /// # Errors
    ///
    /// Fails with a `RangeError` if there is none at the index, with a `TypeError` if it cannot be converted.
    pub fn get<T: FromJs>(&self, index: u64, context: &mut Context) -> JsResult<T> {
        let value = embed::table_element(&self.object, index, context)?;
        T::from_js(&value, context)
    }

    /// Sets an element.
    ///
    /// # Errors
    ///
    /// Fails with a `RangeError` if there is none at the index, with a `TypeError` if the value is not of the table's
    /// type.
    pub fn set(&self, index: u64, value: impl IntoJs, context: &mut Context) -> JsResult<()> {
        let value = self.element(value.into_js(context)?);
        embed::set_table_element(&self.object, index, value, context)
    }

    /// Adds `delta` elements, all of them `value`, and gives how many there were before.
    ///
    /// # Errors
    ///
    /// Fails with a `RangeError` if it cannot grow so much or a limit forbids it, with a `TypeError` if the value is not
    /// of the table's type.
    pub fn grow(&self, delta: u64, value: impl IntoJs, context: &mut Context) -> JsResult<u64> {
        let value = self.element(value.into_js(context)?);
        embed::grow_table(&self.object, delta, value, context)
    }
}
