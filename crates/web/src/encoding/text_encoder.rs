//! The `TextEncoder` interface.

use boa_engine::{
    Context, JsData, JsNativeError, JsObject, JsResult, JsString, JsValue,
    builtins::{
        object::OrdinaryObject,
        typed_array::{TypedArray, TypedArrayKind},
    },
    js_string,
    object::builtins::{JsTypedArray, JsUint8Array},
    property::PropertyDescriptor,
    value::TryFromJs,
};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{BufferSource, Interface, InterfaceBuilder, convert, this_object};

use super::encode::{encode_into, encoded_array};
use crate::bytes::uint8_array;

/// <https://encoding.spec.whatwg.org/#interface-textencoder>
#[derive(Debug, Trace, Finalize, JsData)]
pub struct TextEncoder;

/// The attribute of `TextEncoderCommon`.
///
/// <https://encoding.spec.whatwg.org/#textencodercommon>
pub(crate) fn common_members<T: Interface>(interface: &mut InterfaceBuilder<'_>) {
    interface.getter("encoding", |this, _, _| {
        this_object::<T>(this)?;
        Ok(js_string!("utf-8").into())
    });
}

impl Interface for TextEncoder {
    const NAME: &'static str = "TextEncoder";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .method("encode", 0, encode)
            .method("encodeInto", 2, encode_into_view);
        common_members::<Self>(interface);
    }

    /// <https://encoding.spec.whatwg.org/#dom-textencoder>
    fn construct(_: &[JsValue], _: &mut Context) -> JsResult<Self> {
        Ok(Self)
    }
}

/// <https://encoding.spec.whatwg.org/#dom-textencoder-encode>
fn encode(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    this_object::<TextEncoder>(this)?;
    let input = match args.first() {
        Some(input) if !input.is_undefined() => convert::dom_string(input, context)?,
        _ => js_string!(),
    };
    Ok(encoded_array(&input, context)?.into())
}

/// <https://encoding.spec.whatwg.org/#dom-textencoder-encodeinto>
///
/// Resizable buffers are accepted, as they are by `TextDecoder`.
fn encode_into_view(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    this_object::<TextEncoder>(this)?;
    let source = convert::required::<TextEncoder>(args, 0, 2)?;
    let destination = convert::required::<TextEncoder>(args, 1, 2)?;
    let source = convert::dom_string(source, context)?;
    if !is_uint8_array(destination) {
        return Err(JsNativeError::typ()
            .with_message("TextEncoder.encodeInto: the destination is not a Uint8Array")
            .into());
    }
    let (read, written) = match BufferSource::try_new(destination, context)? {
        Some(view) => view.with_bytes_mut(|bytes| encode_into(&source, bytes)),
        None => encode_into_shared(&source, destination, context)?,
    };
    let result = JsObject::new(
        context.root_shape(),
        context.intrinsics().constructors().object().prototype(),
        OrdinaryObject,
    )
    .upcast();
    for (key, value) in [(js_string!("read"), read), (js_string!("written"), written)] {
        result.insert_property(
            key,
            PropertyDescriptor::builder()
                .value(value)
                .writable(true)
                .enumerable(true)
                .configurable(true),
        );
    }
    Ok(result.into())
}

fn is_uint8_array(value: &JsValue) -> bool {
    value.as_object().is_some_and(|object| {
        object
            .downcast_ref::<TypedArray>()
            .is_some_and(|array| array.kind() == TypedArrayKind::Uint8)
    })
}

/// The engine lends nobody the bytes of a shared buffer, but it copies from an array into it.
fn encode_into_shared(
    source: &JsString,
    destination: &JsValue,
    context: &mut Context,
) -> JsResult<(usize, usize)> {
    let destination = JsTypedArray::try_from_js(destination, context)?;
    let mut bytes = vec![
        0;
        destination
            .byte_length(context)?
            .min(source.len().saturating_mul(3))
    ];
    let (read, written) = encode_into(source, &mut bytes);
    let bytes: JsUint8Array = uint8_array(bytes.get(..written).unwrap_or_default(), context)?;
    destination.set_values(bytes.into(), None, context)?;
    Ok((read, written))
}
