//! The mixin `Body`: what `Request` and `Response` have in common.
//!
//! Spec: <https://fetch.spec.whatwg.org/#body-mixin>

use boa_engine::{Context, JsResult, JsValue};
use taipan_webidl::{InterfaceBuilder, this_object};

use super::{
    HasBody,
    consume::{Package, consume},
    stream,
};

/// Adds the members of the mixin.
pub(crate) fn members<T: HasBody>(interface: &mut InterfaceBuilder<'_>) {
    interface
        .getter("body", |this, _, context| {
            let this = this_object::<T>(this)?;
            let stream = stream(&this, context)?;
            Ok(stream.map_or_else(JsValue::null, |stream| stream.upcast().into()))
        })
        .getter("bodyUsed", |this, _, _| {
            let this = this_object::<T>(this)?;
            let used = this.borrow().data().body().is_used();
            Ok(used.into())
        })
        .promise_method("arrayBuffer", 0, |this, _, context| {
            read::<T>(this, Package::ArrayBuffer, context)
        })
        .promise_method("blob", 0, |this, _, context| {
            read::<T>(this, Package::Blob, context)
        })
        .promise_method("bytes", 0, |this, _, context| {
            read::<T>(this, Package::Bytes, context)
        })
        .promise_method("formData", 0, |this, _, context| {
            read::<T>(this, Package::FormData, context)
        })
        .promise_method("json", 0, |this, _, context| {
            read::<T>(this, Package::Json, context)
        })
        .promise_method("text", 0, |this, _, context| {
            read::<T>(this, Package::Text, context)
        });
}

fn read<T: HasBody>(this: &JsValue, package: Package, context: &mut Context) -> JsResult<JsValue> {
    consume(&this_object::<T>(this)?, package, context)
}
