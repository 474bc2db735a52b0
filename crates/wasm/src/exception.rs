//! `WebAssembly.Exception`.
//!
//! <https://webassembly.github.io/spec/js-api/#exceptions>

use boa_engine::{
    Context, JsData, JsNativeError, JsObject, JsResult, JsString, JsValue, js_string,
};
use boa_gc::{Finalize, Gc, Trace};
use taipan_compile::{HeapType, RefType, ValType};
use taipan_webidl::{Dictionary, Interface, InterfaceBuilder, convert, this_object, wrap};
use wasmi::{ExternRef, Nullable, StoreContextMut, Val};

use crate::{
    agent::Agent,
    cell::Cell,
    exported_function,
    limiter::StoreData,
    tag::{Tag, TagInner, js_tag},
    values,
};

/// An element of a payload.
///
/// References are kept as values of JavaScript, which the collector sees.
#[derive(Debug, Clone, Trace, Finalize)]
enum Element {
    /// A number or vector.
    Plain(#[unsafe_ignore_trace] Val),
    /// A host value, a function or null, or the object that stands for an exception.
    Reference(JsValue),
}

/// The platform object: an exception, as it is an address of the store in the specification.
///
/// What an `exnref` refers to is an object of this class, too. If its tag is that of JavaScript
/// exceptions no script gets to see the object, but what it was thrown with.
#[derive(Trace, Finalize, JsData)]
pub(crate) struct Exception {
    tag: Gc<TagInner>,
    payload: Box<[Element]>,
    stack: Option<JsString>,
}

impl Exception {
    /// An exception that WebAssembly code throws, as an object.
    ///
    /// # Errors
    /// An error of the engine itself.
    pub(crate) fn create(
        agent: &Agent,
        tag: Gc<TagInner>,
        payload: &[Val],
        context: &mut Context,
    ) -> JsResult<JsObject> {
        let payload = payload
            .iter()
            .map(|value| {
                Ok(match value {
                    Val::FuncRef(Nullable::Val(func)) => Element::Reference(
                        exported_function::object(agent, *func, None, context)?.into(),
                    ),
                    Val::FuncRef(_) | Val::ExternRef(_) => {
                        Element::Reference(values::to_js_value(agent, value, context)?)
                    }
                    plain => Element::Plain(plain.clone()),
                })
            })
            .collect::<JsResult<_>>()?;
        let exception = Self {
            tag,
            payload,
            stack: None,
        };
        Ok(wrap(exception, context).upcast())
    }

    /// The tag of the exception that `object` is, if it is one.
    pub(crate) fn tag_of(object: &JsObject) -> Option<Gc<TagInner>> {
        Some(object.downcast_ref::<Self>()?.tag.clone())
    }

    /// What a script catches when `object`, an exception, leaves WebAssembly code.
    pub(crate) fn thrown(agent: &Agent, object: JsObject) -> JsValue {
        let payload = object.downcast_ref::<Self>().and_then(|exception| {
            let is_js = exception.tag.address == js_tag(agent).address;
            match exception.payload.first() {
                Some(Element::Reference(value)) if is_js => Some(value.clone()),
                _ => None,
            }
        });
        payload.unwrap_or_else(|| object.into())
    }

    /// The payload of the exception that `object` is, for WebAssembly code of the instance of
    /// `cell`.
    ///
    /// # Errors
    /// A `TypeError` if `object` is no exception.
    pub(crate) fn payload_of(
        agent: &Agent,
        object: &JsObject,
        cell: &Gc<Cell>,
        context: &mut Context,
    ) -> JsResult<Vec<Val>> {
        let Some((tag, payload)) = object
            .downcast_ref::<Self>()
            .map(|exception| (exception.tag.clone(), exception.payload.clone()))
        else {
            return Err(JsNativeError::typ().with_message("not an exception").into());
        };
        payload
            .iter()
            .zip(&tag.ty.params)
            .map(|(element, ty)| match (element, ty) {
                (Element::Plain(value), _) => Ok(value.clone()),
                (Element::Reference(value), ValType::Ref(ty)) if is_exception(*ty) => Ok(agent
                    .store
                    .with(|store| Val::ExternRef(reference_to(agent, value, cell, store)))),
                (Element::Reference(value), ValType::Ref(ty)) => {
                    let ty = match ty.to_wasmi() {
                        Some(wasmi::RefType::Func) => RefType::FUNCREF,
                        _ => RefType::EXTERNREF,
                    };
                    values::to_webassembly_value(agent, value, ValType::Ref(ty), cell, context)
                }
                (Element::Reference(_), _) => Ok(Val::ExternRef(Nullable::Null)),
            })
            .collect()
    }
}

/// Whether references of this type are to exceptions.
fn is_exception(ty: RefType) -> bool {
    matches!(ty.heap, HeapType::Exn | HeapType::NoExn)
}

/// The `exnref` for an object that stands for an exception, or for null.
pub(crate) fn reference_to(
    agent: &Agent,
    exception: &JsValue,
    cell: &Cell,
    store: StoreContextMut<'_, StoreData>,
) -> Nullable<ExternRef> {
    if exception.is_null() {
        return Nullable::Null;
    }
    Nullable::Val(agent.insert_value(exception, cell, store))
}

fn type_error(message: impl Into<String>) -> boa_engine::JsError {
    JsNativeError::typ().with_message(message.into()).into()
}

/// An element of a payload that a script gives.
fn element(
    value: &JsValue,
    ty: ValType,
    agent: &Agent,
    context: &mut Context,
) -> JsResult<Element> {
    const WHAT: &str = "WebAssembly.Exception()";
    Ok(match ty {
        ValType::Ref(ty) if is_exception(ty) => {
            return Err(type_error(format!(
                "{WHAT}: a value of type {ty} cannot come from JavaScript"
            )));
        }
        ValType::Ref(ty) => {
            let is_function = ty.to_wasmi() == Some(wasmi::RefType::Func);
            let accepted = match (value.is_null(), is_function) {
                (true, _) => ty.nullable,
                (false, true) => agent.exported_function(value, context)?.is_some(),
                (false, false) => true,
            };
            if !accepted {
                return Err(type_error(format!("{WHAT}: not a value of type {ty}")));
            }
            Element::Reference(value.clone())
        }
        plain => Element::Plain(values::to_plain_value(value, plain, context)?),
    })
}

impl Interface for Exception {
    const NAME: &'static str = "Exception";
    const TAG: &'static str = "WebAssembly.Exception";
    const LENGTH: usize = 2;

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .method("getArg", 2, get_arg)
            .method("is", 1, is)
            .getter("stack", stack);
    }

    /// <https://webassembly.github.io/spec/js-api/#dom-exception-exception>
    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        const WHAT: &str = "WebAssembly.Exception()";
        let tag = Tag::from_value(
            convert::required::<Self>(args, 0, 2)?,
            "WebAssembly.Exception(): the first argument",
        )?;
        let payload = convert::sequence(
            convert::required::<Self>(args, 1, 2)?,
            "WebAssembly.Exception(): the payload",
            |value, _| Ok(value.clone()),
            context,
        )?;
        let options = args.get(2).cloned().unwrap_or_default();
        let trace_stack = Dictionary::new(&options, "ExceptionOptions")?
            .get("traceStack", context)?
            .is_some_and(|trace| trace.to_boolean());
        let agent = Agent::of(context)?;
        if !tag.agent.is(&agent) {
            return Err(type_error(format!(
                "{WHAT}: the tag belongs to another context"
            )));
        }
        if tag.address == js_tag(&agent).address {
            return Err(type_error(format!(
                "{WHAT}: an exception with WebAssembly.JSTag is thrown as what it is thrown with"
            )));
        }
        let types = &tag.ty.params;
        if types.len() != payload.len() {
            return Err(type_error(format!(
                "{WHAT}: the payload must have {} elements, but has {}",
                types.len(),
                payload.len()
            )));
        }
        let payload = payload
            .iter()
            .zip(types)
            .map(|(value, ty)| element(value, *ty, &agent, context))
            .collect::<JsResult<_>>()?;
        let stack = if trace_stack {
            current_stack(context)?
        } else {
            None
        };
        Ok(Self {
            tag,
            payload,
            stack,
        })
    }
}

/// The call stack as a fresh error shows it, below its first line.
fn current_stack(context: &mut Context) -> JsResult<Option<JsString>> {
    let error = context.intrinsics().constructors().error().constructor();
    let error = error.construct(&[], None, context)?;
    let stack = error.get(js_string!("stack"), context)?;
    let Some(stack) = stack.as_string() else {
        return Ok(None);
    };
    let stack = stack.to_std_string_lossy();
    let frames = stack.split_once('\n').map_or("", |(_, frames)| frames);
    Ok(Some(JsString::from(frames)))
}

/// <https://webassembly.github.io/spec/js-api/#dom-exception-getarg>
fn get_arg(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    const WHAT: &str = "WebAssembly.Exception.getArg";
    let this = this_object::<Exception>(this)?;
    let tag = Tag::from_value(
        convert::required_by(args, 0, 2, WHAT)?,
        "WebAssembly.Exception.getArg: the first argument",
    )?;
    let index = convert::required_by(args, 1, 2, WHAT)?;
    let index = convert::enforce_range_unsigned_long(index, "index", context)?;
    let (own, element) = {
        let this = this.borrow();
        let exception = this.data();
        (
            exception.tag.clone(),
            exception.payload.get(index as usize).cloned(),
        )
    };
    if !Gc::ptr_eq(&own, &tag) && own.address != tag.address {
        return Err(type_error(format!("{WHAT}: the exception has another tag")));
    }
    let Some(element) = element else {
        return Err(JsNativeError::range()
            .with_message(format!(
                "{WHAT}: index {index} is out of range of a payload of {} elements",
                own.ty.params.len()
            ))
            .into());
    };
    match (&element, own.ty.params[index as usize]) {
        (_, ValType::Ref(ty)) if is_exception(ty) => Err(type_error(format!(
            "{WHAT}: a value of type {ty} cannot pass to JavaScript"
        ))),
        (Element::Reference(value), _) => Ok(value.clone()),
        (Element::Plain(value), _) => {
            let agent = own.agent.get()?;
            values::to_js_value(&agent, value, context)
        }
    }
}

/// <https://webassembly.github.io/spec/js-api/#dom-exception-is>
fn is(this: &JsValue, args: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    const WHAT: &str = "WebAssembly.Exception.is";
    let this = this_object::<Exception>(this)?;
    let tag = Tag::from_value(
        convert::required_by(args, 0, 1, WHAT)?,
        "WebAssembly.Exception.is: the argument",
    )?;
    let this = this.borrow();
    Ok((this.data().tag.address == tag.address).into())
}

/// <https://webassembly.github.io/spec/js-api/#dom-exception-stack>
fn stack(this: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<Exception>(this)?;
    let stack = this.borrow().data().stack.clone();
    Ok(stack.map_or_else(JsValue::undefined, JsValue::from))
}
