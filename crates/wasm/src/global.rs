//! `WebAssembly.Global`.
//!
//! <https://webassembly.github.io/spec/js-api/#globals>

use std::rc::Rc;

use boa_engine::{Context, JsData, JsError, JsNativeError, JsObject, JsResult, JsValue};
use boa_gc::{Finalize, Gc, GcRefCell, Trace};
use taipan_compile::{GlobalType, ValType};
use taipan_webidl::{Dictionary, Interface, InterfaceBuilder, convert, this_object, wrap};
use wasmi::{Mutability, Ref, Val};

use crate::{
    agent::{Agent, AgentRef},
    cell::Cell,
    trampoline::Linkage,
    type_reflection, value_type,
    values::{self, to_js_value, to_webassembly_value},
};

/// A global address, and what JavaScript sees of it.
#[derive(Trace, Finalize)]
pub(crate) struct GlobalInner {
    #[unsafe_ignore_trace]
    pub(crate) agent: AgentRef,
    #[unsafe_ignore_trace]
    pub(crate) global: wasmi::Global,
    #[unsafe_ignore_trace]
    pub(crate) ty: GlobalType,
    /// What keeps the global's value alive: the cell of the instance that defines it, or its own.
    pub(crate) cell: Gc<Cell>,
    /// How those who use it take part in exceptions.
    #[unsafe_ignore_trace]
    pub(crate) linkage: Linkage,
    object: GcRefCell<Option<JsObject>>,
}

impl GlobalInner {
    /// Notes a global of the store whose value `cell` keeps alive.
    pub(crate) fn new(
        agent: &Agent,
        global: wasmi::Global,
        ty: GlobalType,
        cell: Gc<Cell>,
    ) -> Gc<Self> {
        let inner = Gc::new(Self {
            agent: agent.reference(),
            global,
            ty,
            linkage: cell.linkage.of_definition(),
            cell,
            object: GcRefCell::new(None),
        });
        agent.cache_global(&inner);
        inner
    }
}

impl GlobalInner {
    /// The value as JavaScript has it.
    pub(crate) fn value(&self, agent: &Agent, context: &mut Context) -> JsResult<JsValue> {
        let value = agent.store.with(|store| self.global.get(&store));
        to_js_value(agent, &value, context)
    }
}

/// Allocates a global in the store.
pub(crate) fn allocate(agent: &Agent, value: Val, mutable: bool) -> wasmi::Global {
    let mutability = if mutable {
        Mutability::Var
    } else {
        Mutability::Const
    };
    agent
        .store
        .with(|store| wasmi::Global::new(store, value, mutability))
}

/// The global of the store for code that imports it.
///
/// An immutable one that a function initialises is a mutable one in the store. Its value does not
/// change any more, so importers get a copy.
pub(crate) fn importable(agent: &Agent, global: &GlobalInner) -> wasmi::Global {
    let ty = (agent.store).with(|store| global.global.ty(&store));
    if global.ty.mutable || ty.mutability() == Mutability::Const {
        return global.global;
    }
    let value = agent.store.with(|store| global.global.get(&store));
    allocate(agent, value, false)
}

/// The `Global` object of a global address.
///
/// <https://webassembly.github.io/spec/js-api/#create-a-global-object>
pub(crate) fn object(inner: &Gc<GlobalInner>, context: &mut Context) -> JsObject {
    if let Some(object) = inner.object.borrow().clone() {
        return object;
    }
    let object = wrap(Global(inner.clone()), context).upcast();
    *inner.object.borrow_mut() = Some(object.clone());
    object
}

/// The platform object.
#[derive(Trace, Finalize, JsData)]
pub(crate) struct Global(pub(crate) Gc<GlobalInner>);

fn this_global(this: &JsValue) -> JsResult<(Gc<GlobalInner>, Rc<Agent>)> {
    let inner = this_object::<Global>(this)?.borrow().data().0.clone();
    let agent = inner.agent.get()?;
    Ok((inner, agent))
}

fn type_error(message: impl Into<String>) -> JsError {
    JsNativeError::typ().with_message(message.into()).into()
}

impl Interface for Global {
    const NAME: &'static str = "Global";
    const TAG: &'static str = "WebAssembly.Global";
    const LENGTH: usize = 1;

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .method("valueOf", 0, value)
            .attribute("value", value, set_value);
    }

    /// <https://webassembly.github.io/spec/js-api/#dom-global-global>
    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let descriptor = convert::required::<Self>(args, 0, 1)?;
        if !descriptor.is_object() {
            return Err(type_error(
                "WebAssembly.Global: the descriptor must be an object",
            ));
        }
        let agent = Agent::of(context)?;
        // The dictionary's members in lexicographical order.
        let descriptor = Dictionary::new(descriptor, "GlobalDescriptor")?;
        let mutable = descriptor
            .get("mutable", context)?
            .is_some_and(|mutable| mutable.to_boolean());
        let content = descriptor.get_required("value", context)?;
        let content = value_type::value_type(&content, "value", &agent, context)?;
        if content == ValType::V128 || content.is_exception() {
            return Err(type_error(format!(
                "WebAssembly.Global: a global of type {content} cannot be made from JavaScript"
            )));
        }
        let cell = agent.new_cell();
        // An optional argument that is undefined is missing.
        let value = match args.get(1).filter(|value| !value.is_undefined()) {
            None => default_value(&agent, content, &cell, context)?,
            Some(value) => to_webassembly_value(&agent, value, content, &cell, context)?,
        };
        let global = allocate(&agent, value, mutable);
        if content.is_ref() {
            cell.add_global(global, content.is_extern());
        }
        let ty = GlobalType { content, mutable };
        Ok(Self(GlobalInner::new(&agent, global, ty, cell)))
    }

    fn constructed(object: &JsObject<Self>, _: &mut Context) -> JsResult<()> {
        let inner = object.borrow().data().0.clone();
        *inner.object.borrow_mut() = Some(object.clone().upcast());
        Ok(())
    }
}

/// <https://webassembly.github.io/spec/js-api/#defaultvalue>
fn default_value(
    agent: &Agent,
    ty: ValType,
    cell: &Gc<Cell>,
    context: &mut Context,
) -> JsResult<Val> {
    Ok(match ty {
        ValType::I32 => Val::I32(0),
        ValType::I64 => Val::I64(0),
        ValType::F32 => Val::F32(0.0.into()),
        ValType::F64 => Val::F64(0.0.into()),
        ValType::V128 => return Err(values::impassable_error()),
        ValType::Ref(ty) => match values::default_reference(agent, ty, cell, context)? {
            Ref::Func(func) => Val::FuncRef(func),
            Ref::Extern(reference) => Val::ExternRef(reference),
        },
    })
}

/// <https://webassembly.github.io/spec/js-api/#getglobalvalue>
pub(crate) fn value(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (inner, agent) = this_global(this)?;
    if inner.ty.content.is_exception() {
        return Err(values::impassable_error());
    }
    inner.value(&agent, context)
}

/// <https://webassembly.github.io/spec/js-api/#dom-global-value>
pub(crate) fn set_value(
    this: &JsValue,
    args: &[JsValue],
    context: &mut Context,
) -> JsResult<JsValue> {
    let (inner, agent) = this_global(this)?;
    let undefined = JsValue::undefined();
    let given = args.first().unwrap_or(&undefined);
    if inner.ty.content == ValType::V128 || inner.ty.content.is_exception() {
        return Err(values::impassable_error());
    }
    if !inner.ty.mutable {
        return Err(type_error(
            "WebAssembly.Global.value: the global is immutable",
        ));
    }
    agent.passing(|| {
        let value = to_webassembly_value(&agent, given, inner.ty.content, &inner.cell, context)?;
        let value = match value {
            Val::FuncRef(func) => match agent.guarded_reference(Ref::Func(func), &inner.linkage) {
                Ref::Func(func) => Val::FuncRef(func),
                Ref::Extern(reference) => Val::ExternRef(reference),
            },
            other => other,
        };
        agent
            .store
            .with(|store| inner.global.set(store, value))
            .map_err(|error| {
                JsError::from(
                    JsNativeError::range()
                        .with_message(format!("WebAssembly.Global.value: {error}")),
                )
            })
    })?;
    agent.refresh_views(context)?;
    Ok(JsValue::undefined())
}

/// The type of the global.
///
/// <https://github.com/WebAssembly/js-types>
pub(crate) fn reflect(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (inner, _) = this_global(this)?;
    Ok(type_reflection::global_type(&inner.ty, context)?.into())
}
