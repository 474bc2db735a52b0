//! `WebAssembly.Table`.
//!
//! <https://webassembly.github.io/spec/js-api/#tables>

use std::rc::Rc;

use boa_engine::{Context, JsData, JsError, JsNativeError, JsObject, JsResult, JsValue};
use boa_gc::{Finalize, Gc, GcRefCell, Trace};
use taipan_compile::{TableType, ValType};
use taipan_webidl::{Dictionary, Interface, InterfaceBuilder, convert, this_object, wrap};
use wasmi::{Ref, Val};

use crate::{
    agent::{Agent, AgentRef},
    cell::Cell,
    limiter::MAX_TABLE_ELEMENTS,
    limits_descriptor::LimitsDescriptor,
    trampoline::Linkage,
    type_reflection, value_type,
    values::{
        self, AddressType, address_value_to_u64, default_reference, to_js_value, to_reference,
        u64_to_address_value,
    },
};

/// A table address, and what JavaScript sees of it.
#[derive(Trace, Finalize)]
pub(crate) struct TableInner {
    #[unsafe_ignore_trace]
    pub(crate) agent: AgentRef,
    #[unsafe_ignore_trace]
    pub(crate) table: wasmi::Table,
    #[unsafe_ignore_trace]
    pub(crate) ty: TableType,
    /// What keeps the table's elements alive: the cell of the instance that defines it, or its own.
    pub(crate) cell: Gc<Cell>,
    /// How those who use it take part in exceptions.
    #[unsafe_ignore_trace]
    pub(crate) linkage: Linkage,
    object: GcRefCell<Option<JsObject>>,
}

impl TableInner {
    /// Notes a table of the store whose elements `cell` keeps alive.
    pub(crate) fn new(
        agent: &Agent,
        table: wasmi::Table,
        ty: TableType,
        cell: Gc<Cell>,
    ) -> Gc<Self> {
        let inner = Gc::new(Self {
            agent: agent.reference(),
            table,
            ty,
            linkage: cell.linkage.of_definition(),
            cell,
            object: GcRefCell::new(None),
        });
        agent.cache_table(&inner);
        inner
    }

    /// The number of elements.
    pub(crate) fn size(&self, agent: &Agent) -> u64 {
        agent.store.with(|store| self.table.size(&store))
    }

    fn address_type(&self) -> AddressType {
        AddressType::from_is_64(self.ty.table64)
    }
}

/// The `Table` object of a table address.
///
/// <https://webassembly.github.io/spec/js-api/#create-a-table-object>
pub(crate) fn object(inner: &Gc<TableInner>, context: &mut Context) -> JsObject {
    if let Some(object) = inner.object.borrow().clone() {
        return object;
    }
    let object = wrap(Table(inner.clone()), context).upcast();
    *inner.object.borrow_mut() = Some(object.clone());
    object
}

/// The platform object.
#[derive(Trace, Finalize, JsData)]
pub(crate) struct Table(pub(crate) Gc<TableInner>);

fn this_table(this: &JsValue) -> JsResult<(Gc<TableInner>, Rc<Agent>)> {
    let inner = this_object::<Table>(this)?.borrow().data().0.clone();
    let agent = inner.agent.get()?;
    Ok((inner, agent))
}

fn range_error(message: impl Into<String>) -> JsError {
    JsNativeError::range().with_message(message.into()).into()
}

fn reference_value(reference: Ref) -> Val {
    match reference {
        Ref::Func(func) => Val::FuncRef(func),
        Ref::Extern(reference) => Val::ExternRef(reference),
    }
}

/// The argument at `index` as an element of the table; the type's default if it is missing.
fn element(
    inner: &TableInner,
    agent: &Agent,
    args: &[JsValue],
    index: usize,
    context: &mut Context,
) -> JsResult<Ref> {
    let reference = match args.get(index) {
        None => default_reference(agent, inner.ty.element, &inner.cell, context),
        Some(value) => to_reference(agent, value, inner.ty.element, &inner.cell, context),
    }?;
    Ok(agent.guarded_reference(reference, &inner.linkage))
}

impl Interface for Table {
    const NAME: &'static str = "Table";
    const TAG: &'static str = "WebAssembly.Table";
    const LENGTH: usize = 1;

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .method("grow", 1, grow)
            .method("get", 1, get)
            .method("set", 1, set)
            .getter("length", length);
    }

    /// <https://webassembly.github.io/spec/js-api/#dom-table-table>
    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let descriptor = convert::required::<Self>(args, 0, 1)?;
        if !descriptor.is_object() {
            return Err(JsNativeError::typ()
                .with_message("WebAssembly.Table: the descriptor must be an object")
                .into());
        }
        let agent = Agent::of(context)?;
        // All engines read `element` before `address`, which is not the lexicographical order that
        // Web IDL asks for, and tests rely on it.
        let descriptor = Dictionary::new(descriptor, "TableDescriptor")?;
        let element = descriptor.get_required("element", context)?;
        let element = value_type::reference_type(&element, "element", &agent, context)?;
        let LimitsDescriptor {
            address,
            initial,
            maximum,
        } = LimitsDescriptor::read(&descriptor, &agent, Self::TAG, context)?;
        if maximum.is_some_and(|maximum| maximum < initial) {
            return Err(range_error(
                "WebAssembly.Table: maximum must not be less than initial",
            ));
        }
        if initial > MAX_TABLE_ELEMENTS {
            return Err(range_error(format!(
                "WebAssembly.Table: initial must not exceed {MAX_TABLE_ELEMENTS} elements"
            )));
        }
        let ty = TableType {
            element,
            minimum: initial,
            maximum,
            table64: address == AddressType::I64,
        };
        let cell = agent.new_cell();
        let engine_type = ty
            .to_wasmi()
            .ok_or_else(|| range_error("WebAssembly.Table: not a valid table type"))?;
        let init = match args.get(1).filter(|value| !value.is_undefined()) {
            None => default_reference(&agent, element, &cell, context)?,
            Some(value) => to_reference(&agent, value, element, &cell, context)?,
        };
        let table = agent
            .store
            .with(|store| wasmi::Table::new(store, engine_type, init))
            .map_err(|error| {
                range_error(format!("WebAssembly.Table: could not allocate: {error}"))
            })?;
        cell.add_table(table, ValType::Ref(element).is_extern());
        let inner = TableInner::new(&agent, table, ty, cell);
        Ok(Self(inner))
    }

    fn constructed(object: &JsObject<Self>, _: &mut Context) -> JsResult<()> {
        let inner = object.borrow().data().0.clone();
        *inner.object.borrow_mut() = Some(object.clone().upcast());
        Ok(())
    }
}

/// <https://webassembly.github.io/spec/js-api/#dom-table-grow>
pub(crate) fn grow(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (inner, agent) = this_table(this)?;
    let delta = convert::required_by(args, 0, 1, "WebAssembly.Table.grow")?;
    let delta = address_value_to_u64(delta, inner.address_type(), "delta", context)?;
    let grown = agent.passing(|| {
        let value = element(&inner, &agent, args, 1, context)?;
        agent
            .store
            .with(|store| inner.table.grow(store, delta, value))
            .map_err(|_| {
                range_error(format!(
                    "WebAssembly.Table.grow: could not grow from {} by {delta} elements",
                    inner.size(&agent)
                ))
            })
    })?;
    Ok(u64_to_address_value(grown, inner.address_type()))
}

/// <https://webassembly.github.io/spec/js-api/#dom-table-get>
pub(crate) fn get(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (inner, agent) = this_table(this)?;
    let index = convert::required_by(args, 0, 1, "WebAssembly.Table.get")?;
    let index = address_value_to_u64(index, inner.address_type(), "index", context)?;
    if inner.ty.element.is_exception() {
        return Err(values::impassable_error());
    }
    let reference = agent
        .store
        .with(|store| inner.table.get(&store, index))
        .ok_or_else(|| out_of_bounds("get", index, &inner, &agent))?;
    to_js_value(&agent, &reference_value(reference), context)
}

/// <https://webassembly.github.io/spec/js-api/#dom-table-set>
pub(crate) fn set(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (inner, agent) = this_table(this)?;
    let index = convert::required_by(args, 0, 1, "WebAssembly.Table.set")?;
    let index = address_value_to_u64(index, inner.address_type(), "index", context)?;
    agent.passing(|| {
        let value = element(&inner, &agent, args, 1, context)?;
        agent
            .store
            .with(|store| inner.table.set(store, index, value))
            .map_err(|_| out_of_bounds("set", index, &inner, &agent))
    })?;
    Ok(JsValue::undefined())
}

fn out_of_bounds(what: &str, index: u64, inner: &TableInner, agent: &Agent) -> JsError {
    range_error(format!(
        "WebAssembly.Table.{what}: index {index} is out of bounds of a table of {} elements",
        inner.size(agent)
    ))
}

/// <https://webassembly.github.io/spec/js-api/#dom-table-length>
fn length(this: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    let (inner, agent) = this_table(this)?;
    Ok(values::u64_to_address_value(
        inner.size(&agent),
        inner.address_type(),
    ))
}

/// The type of the table, with its length.
///
/// <https://github.com/WebAssembly/js-types>
pub(crate) fn reflect(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (inner, agent) = this_table(this)?;
    Ok(type_reflection::table_type(&inner.ty, inner.size(&agent), context)?.into())
}
