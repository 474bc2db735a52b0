//! The controls of a form as its properties.
//!
//! As for collections (see [`indexed`](super::super::indexed)), a proxy that is the prototype of the form's object knows
//! them. They go before the attributes of the interface, as browsers have it.
//!
//! <https://html.spec.whatwg.org/multipage/forms.html#dom-form-nameditem>

use boa_engine::{Context, JsArgs, JsData, JsObject, JsResult, JsValue, object::builtins::JsProxy};
use boa_gc::{Finalize, Trace};

use super::{
    super::{
        collection::{self, Source},
        indexed::{get_inherited, has_inherited, index_of},
        node_object::object_of,
    },
    controls::controls_of,
};
use crate::tree::NodeRef;

/// What the proxy finds the form by.
#[derive(Trace, Finalize, JsData)]
struct Form(NodeRef);

/// Gives the object of a form its controls as properties.
///
/// # Errors
/// An error of the engine itself.
pub(in crate::dom) fn install(
    form: &NodeRef,
    object: &JsObject,
    context: &mut Context,
) -> JsResult<()> {
    let target = JsObject::new(context.root_shape(), object.prototype(), Form(form.clone()));
    let proxy = JsProxy::builder(target.upcast())
        .get(get)
        .has(has)
        .build(context)?;
    object.set_prototype(Some(proxy.into()));
    Ok(())
}

/// The controls that a key stands for.
fn named(args: &[JsValue]) -> Vec<NodeRef> {
    let target = args.get_or_undefined(0).as_object();
    let form = target.and_then(|target| Some(target.downcast_ref::<Form>()?.0.clone()));
    let (Some(form), Some(key)) = (form, args.get_or_undefined(1).as_string()) else {
        return Vec::new();
    };
    let controls = controls_of(&form);
    if let Some(index) = index_of(&key) {
        return controls.get(index).cloned().into_iter().collect();
    }
    let name = key.to_std_string_lossy();
    let is_it = |value: &str| !name.is_empty() && value == name;
    let has_name = |node: &NodeRef| {
        node.as_element().is_some_and(|element| {
            element.with_attribute("id", is_it) == Some(true)
                || element.with_attribute("name", is_it) == Some(true)
        })
    };
    controls.into_iter().filter(has_name).collect()
}

fn get(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (target, key) = (args.get_or_undefined(0), args.get_or_undefined(1));
    let controls = named(args);
    match controls.as_slice() {
        [] => get_inherited(target, key, args.get_or_undefined(2), context),
        [control] => Ok(object_of(control, context).into()),
        _ => collection::node_list(Source::Static(controls), context),
    }
}

fn has(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    match named(args).is_empty() {
        true => has_inherited(args.get_or_undefined(0), args.get_or_undefined(1), context),
        false => Ok(true.into()),
    }
}
