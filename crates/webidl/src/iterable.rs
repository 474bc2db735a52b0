//! Pair iterators: <https://webidl.spec.whatwg.org/#js-iterable>.

use boa_engine::{
    Context, JsData, JsNativeError, JsObject, JsResult, JsString, JsSymbol, JsValue,
    NativeFunction, builtins::iterable::create_iter_result_object,
};
use boa_gc::{Finalize, Trace};

use crate::{
    Interface, InterfaceBuilder, convert, define_operation, implementation, this_object,
    to_string_tag_descriptor,
};

/// An interface declared as `iterable<K, V>`.
pub trait PairIterable: Interface {
    /// The pair at `index` of the value pairs to iterate over, as they are now.
    fn pair(
        object: &JsObject<Self>,
        index: usize,
        context: &mut Context,
    ) -> Option<(JsValue, JsValue)>;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Keys,
    Values,
    Entries,
}

/// <https://webidl.spec.whatwg.org/#dfn-default-iterator-object>
#[derive(Trace, Finalize, JsData)]
struct PairIterator<T: PairIterable> {
    target: JsObject<T>,
    #[unsafe_ignore_trace]
    kind: Kind,
    #[unsafe_ignore_trace]
    index: usize,
}

/// The iterator prototype object of an interface, kept in the realm.
#[derive(Trace, Finalize, JsData)]
struct IteratorPrototype<T: PairIterable> {
    prototype: JsObject,
    #[unsafe_ignore_trace]
    _interface: std::marker::PhantomData<fn() -> T>,
}

/// Adds `entries`, `keys`, `values`, `forEach` and `@@iterator`.
pub fn pair_iterable<T: PairIterable>(interface: &mut InterfaceBuilder<'_>) {
    interface
        .described_pairs(|object, index, context| {
            T::pair(&implementation::<T>(object)?, index, context)
        })
        .method("entries", 0, |this, _, context| {
            create::<T>(this, Kind::Entries, context)
        })
        .symbol_alias(JsSymbol::iterator(), "entries")
        .method("forEach", 1, for_each::<T>)
        .method("keys", 0, |this, _, context| {
            create::<T>(this, Kind::Keys, context)
        })
        .method("values", 0, |this, _, context| {
            create::<T>(this, Kind::Values, context)
        });
}

fn create<T: PairIterable>(this: &JsValue, kind: Kind, context: &mut Context) -> JsResult<JsValue> {
    let target = this_object::<T>(this)?;
    let prototype = iterator_prototype::<T>(context)?;
    let iterator = JsObject::new(
        context.root_shape(),
        prototype,
        PairIterator {
            target,
            kind,
            index: 0,
        },
    );
    Ok(iterator.upcast().into())
}

/// <https://webidl.spec.whatwg.org/#dfn-iterator-prototype-object>
fn iterator_prototype<T: PairIterable>(context: &mut Context) -> JsResult<JsObject> {
    let realm = context.realm().clone();
    if let Some(known) = realm.host_defined().get::<IteratorPrototype<T>>() {
        return Ok(known.prototype.clone());
    }
    let iterator = context.intrinsics().constructors().iterator().prototype();
    let prototype = JsObject::with_object_proto(context.intrinsics());
    prototype.set_prototype(Some(iterator));
    define_operation(
        &realm,
        &prototype,
        "next",
        0,
        NativeFunction::from_fn_ptr(next::<T>),
    );
    prototype.insert_property(
        JsSymbol::to_string_tag(),
        to_string_tag_descriptor(JsString::from(format!("{} Iterator", T::NAME))),
    );
    realm.host_defined_mut().insert(IteratorPrototype::<T> {
        prototype: prototype.clone(),
        _interface: std::marker::PhantomData,
    });
    Ok(prototype)
}

fn next<T: PairIterable>(
    this: &JsValue,
    _: &[JsValue],
    context: &mut Context,
) -> JsResult<JsValue> {
    let iterator = this
        .as_object()
        .and_then(|object| object.downcast::<PairIterator<T>>().ok())
        .ok_or_else(|| {
            JsNativeError::typ().with_message(format!(
                "Illegal invocation: the receiver is not a {} Iterator",
                T::NAME
            ))
        })?;
    let (target, kind, index) = {
        let mut iterator = iterator.borrow_mut();
        let data = iterator.data_mut();
        let index = data.index;
        data.index += 1;
        (data.target.clone(), data.kind, index)
    };
    let Some((key, value)) = T::pair(&target, index, context) else {
        // Stay at the end: later additions are seen by a later `next`, as in the specification,
        // where the index does not move past the end.
        iterator.borrow_mut().data_mut().index = index;
        return Ok(create_iter_result_object(
            JsValue::undefined(),
            true,
            context,
        ));
    };
    let value = match kind {
        Kind::Keys => key,
        Kind::Values => value,
        Kind::Entries => convert::array([key, value], context).into(),
    };
    Ok(create_iter_result_object(value, false, context))
}

fn for_each<T: PairIterable>(
    this: &JsValue,
    args: &[JsValue],
    context: &mut Context,
) -> JsResult<JsValue> {
    let target = this_object::<T>(this)?;
    let callback = convert::required::<T>(args, 0, 1)?
        .as_callable()
        .ok_or_else(|| {
            JsNativeError::typ().with_message(format!("{}.forEach: not a function", T::NAME))
        })?;
    let this_arg = args.get(1).cloned().unwrap_or_default();
    let mut index = 0;
    while let Some((key, value)) = T::pair(&target, index, context) {
        callback.call(&this_arg, &[value, key, this.clone()], context)?;
        index += 1;
    }
    Ok(JsValue::undefined())
}
