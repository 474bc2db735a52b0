//! `WebAssembly.Tag`.
//!
//! <https://webassembly.github.io/spec/js-api/#tags>

use std::{
    cell::{Cell as StdCell, RefCell},
    sync::Arc,
};

use boa_engine::{Context, JsData, JsNativeError, JsObject, JsResult, JsValue};
use boa_gc::{Finalize, Gc, GcRefCell, Trace};
use taipan_compile::{FuncType, RefType, ValType};
use taipan_webidl::{Dictionary, Interface, InterfaceBuilder, convert, this_object, wrap};

use crate::{
    agent::{Agent, AgentRef, Cache},
    type_reflection, value_type,
};

/// A tag address, and what JavaScript sees of it.
#[derive(Trace, Finalize)]
pub(crate) struct TagInner {
    #[unsafe_ignore_trace]
    pub(crate) agent: AgentRef,
    /// The address: a number that is never used again, and never 0.
    #[unsafe_ignore_trace]
    pub(crate) address: u32,
    /// The types of the payload, as parameters.
    #[unsafe_ignore_trace]
    pub(crate) ty: Arc<FuncType>,
    object: GcRefCell<Option<JsObject>>,
}

impl TagInner {
    /// Allocates a tag.
    pub(crate) fn allocate(agent: &Agent, ty: Arc<FuncType>) -> Gc<Self> {
        let address = agent.tags.next.get() + 1;
        agent.tags.next.set(address);
        agent.tags.types.borrow_mut().push(Arc::clone(&ty));
        Self::known(agent, address, ty)
    }

    fn known(agent: &Agent, address: u32, ty: Arc<FuncType>) -> Gc<Self> {
        let inner = Gc::new(Self {
            agent: agent.reference(),
            address,
            ty,
            object: GcRefCell::new(None),
        });
        agent.tags.cache.insert(address.into(), &inner);
        inner
    }

    /// The tag with this address, which must have been allocated.
    pub(crate) fn at(agent: &Agent, address: u32) -> Option<Gc<Self>> {
        if let Some(known) = agent.tags.cache.get(address.into()) {
            return Some(known);
        }
        // Nobody has it any more but an exception that is on its way.
        let ty = agent
            .tags
            .types
            .borrow()
            .get(address.checked_sub(1)? as usize)
            .cloned()?;
        Some(Self::known(agent, address, ty))
    }
}

/// The tags of an agent.
pub(crate) struct Tags {
    cache: Cache<TagInner>,
    /// The address that was given out last.
    next: StdCell<u32>,
    /// The types of all tags, by address.
    types: RefCell<Vec<Arc<FuncType>>>,
    js_tag: RefCell<Option<Gc<TagInner>>>,
}

impl Tags {
    pub(crate) fn new() -> Self {
        Self {
            cache: Cache::new(),
            next: StdCell::new(0),
            types: RefCell::default(),
            js_tag: RefCell::default(),
        }
    }
}

/// The tag of JavaScript exceptions.
///
/// <https://webassembly.github.io/spec/js-api/#get-the-javascript-exception-tag>
pub(crate) fn js_tag(agent: &Agent) -> Gc<TagInner> {
    let known = agent.tags.js_tag.borrow().clone();
    known.unwrap_or_else(|| {
        let ty = FuncType::new(Box::new([ValType::Ref(RefType::EXTERNREF)]), Box::new([]));
        let tag = TagInner::allocate(agent, Arc::new(ty));
        *agent.tags.js_tag.borrow_mut() = Some(tag.clone());
        tag
    })
}

/// <https://webassembly.github.io/spec/js-api/#dom-webassembly-jstag>
pub(crate) fn get_js_tag(_: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let agent = Agent::of(context)?;
    Ok(object(&js_tag(&agent), context).into())
}

/// The `Tag` object of a tag address.
///
/// <https://webassembly.github.io/spec/js-api/#create-a-tag-object>
pub(crate) fn object(inner: &Gc<TagInner>, context: &mut Context) -> JsObject {
    if let Some(object) = inner.object.borrow().clone() {
        return object;
    }
    let object = wrap(Tag(inner.clone()), context).upcast();
    *inner.object.borrow_mut() = Some(object.clone());
    object
}

/// The platform object.
#[derive(Trace, Finalize, JsData)]
pub(crate) struct Tag(pub(crate) Gc<TagInner>);

impl Tag {
    /// The tag that `value` is.
    ///
    /// # Errors
    /// A `TypeError` if it is none.
    pub(crate) fn from_value(value: &JsValue, what: &str) -> JsResult<Gc<TagInner>> {
        value
            .as_object()
            .and_then(|object| Some(object.downcast_ref::<Self>()?.0.clone()))
            .ok_or_else(|| {
                JsNativeError::typ()
                    .with_message(format!("{what} must be a WebAssembly.Tag"))
                    .into()
            })
    }
}

impl Interface for Tag {
    const NAME: &'static str = "Tag";
    const TAG: &'static str = "WebAssembly.Tag";
    const LENGTH: usize = 1;

    fn members(_: &mut InterfaceBuilder<'_>) {}

    /// <https://webassembly.github.io/spec/js-api/#dom-tag-tag>
    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let descriptor = convert::required::<Self>(args, 0, 1)?;
        let descriptor = Dictionary::new(descriptor, "TagType")?;
        let agent = Agent::of(context)?;
        let parameters = descriptor.get_required("parameters", context)?;
        let value_type = |value: &JsValue, context: &mut Context| {
            value_type::value_type(value, "parameters", &agent, context)
        };
        let params = convert::sequence(&parameters, "parameters", value_type, context)?;
        let ty = FuncType::new(params.into(), Box::new([]));
        Ok(Self(TagInner::allocate(&agent, Arc::new(ty))))
    }

    fn constructed(object: &JsObject<Self>, _: &mut Context) -> JsResult<()> {
        let inner = object.borrow().data().0.clone();
        *inner.object.borrow_mut() = Some(object.clone().upcast());
        Ok(())
    }
}

/// The type of the tag.
///
/// <https://github.com/WebAssembly/js-types>
pub(crate) fn reflect(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let tag = this_object::<Tag>(this)?.borrow().data().0.clone();
    Ok(type_reflection::tag_type(&tag.ty, context)?.into())
}
