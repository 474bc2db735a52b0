//! Cryptography: `crypto`, `SubtleCrypto`, `CryptoKey`.
//!
//! One file of `algorithms` for each family; none of them knows JavaScript. What takes long is done
//! on threads of its own (`work`).
//!
//! Spec: <https://w3c.github.io/webcrypto/>

mod algorithm;
mod algorithms;
mod convert;
mod crypto_key;
mod export;
mod failure;
mod hash;
mod import;
mod json_web_key;
mod key;
mod operations;
mod subtle_crypto;
mod usages;
mod work;

use boa_engine::{
    Context, JsData, JsNativeError, JsObject, JsResult, JsValue, NativeFunction,
    builtins::typed_array::TypedArrayKind, js_string, object::FunctionObjectBuilder,
    property::PropertyDescriptor,
};
use boa_gc::{Finalize, GcRefCell, Trace};
use taipan_webidl::{
    ArrayBufferView, BufferSource, DomException, Interface, InterfaceBuilder, ViewKind,
    buffer_source::Allow, convert as idl, expose, this_object, wrap,
};

pub use crypto_key::CryptoKey;
pub use subtle_crypto::SubtleCrypto;

use crate::{define::is_global_this, random};
use failure::Failure;

/// <https://w3c.github.io/webcrypto/#dfn-Crypto>
#[derive(Trace, Finalize, JsData, Default)]
pub struct Crypto {
    subtle: GcRefCell<Option<JsObject<SubtleCrypto>>>,
}

/// The one `Crypto` object of a realm.
#[derive(Trace, Finalize, JsData)]
struct Instance(JsObject<Crypto>);

/// The most bytes that `getRandomValues` gives at once.
const QUOTA: usize = 65_536;

/// Defines the interfaces, and `crypto`, on the global object of the current realm.
///
/// # Errors
///
/// Fails when the global object refuses a property.
pub fn register(context: &mut Context) -> JsResult<()> {
    let global = context.global_object();
    expose::<Crypto>(&global, context);
    expose::<SubtleCrypto>(&global, context);
    expose::<CryptoKey>(&global, context);
    crypto_key::make_serializable(context);
    let getter = FunctionObjectBuilder::new(context.realm(), NativeFunction::from_fn_ptr(crypto))
        .name(js_string!("get crypto"))
        .length(0)
        .constructor(false)
        .build();
    global.define_property_or_throw(
        js_string!("crypto"),
        PropertyDescriptor::builder()
            .get(getter)
            .enumerable(true)
            .configurable(true),
        context,
    )?;
    Ok(())
}

/// <https://w3c.github.io/webcrypto/#dom-windoworworkerglobalscope-crypto>
fn crypto(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    if !is_global_this(this, context) {
        return Err(JsNativeError::typ()
            .with_message("Illegal invocation: crypto belongs to the global object")
            .into());
    }
    let realm = context.realm().clone();
    let known = realm
        .host_defined()
        .get::<Instance>()
        .map(|instance| instance.0.clone());
    if let Some(known) = known {
        return Ok(known.upcast().into());
    }
    let crypto = wrap(Crypto::default(), context);
    realm.host_defined_mut().insert(Instance(crypto.clone()));
    Ok(crypto.upcast().into())
}

impl Interface for Crypto {
    const NAME: &'static str = "Crypto";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .getter("subtle", subtle)
            .method("getRandomValues", 1, get_random_values)
            .method("randomUUID", 0, random_uuid);
    }
}

/// <https://w3c.github.io/webcrypto/#dom-crypto-subtle>
fn subtle(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<Crypto>(this)?;
    let known = this.borrow().data().subtle.borrow().clone();
    if let Some(known) = known {
        return Ok(known.upcast().into());
    }
    let subtle = wrap(SubtleCrypto, context);
    *this.borrow().data().subtle.borrow_mut() = Some(subtle.clone());
    Ok(subtle.upcast().into())
}

/// <https://w3c.github.io/webcrypto/#Crypto-method-getRandomValues>
fn get_random_values(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    const WHAT: &str = "Crypto.getRandomValues: array";
    this_object::<Crypto>(this)?;
    let array = idl::required_by(args, 0, 1, "Crypto.getRandomValues")?;
    let view = ArrayBufferView::new(array, WHAT, context)?;
    // Step 1.
    let has_integers = match view.kind {
        ViewKind::DataView => false,
        ViewKind::TypedArray(kind) => !matches!(
            kind,
            TypedArrayKind::Float16 | TypedArrayKind::Float32 | TypedArrayKind::Float64
        ),
    };
    if !has_integers {
        let message = "Crypto.getRandomValues: the array must be one of integers";
        return Err(DomException::new("TypeMismatchError", message).into_error(context));
    }
    // Step 2.
    if view.byte_length > QUOTA {
        let message = format!(
            "Crypto.getRandomValues: {} bytes are more than the {QUOTA} that can be had at once",
            view.byte_length
        );
        return Err(DomException::new("QuotaExceededError", &message).into_error(context));
    }
    // Step 3.
    let source = BufferSource::new(array, WHAT, Allow::default(), context)?;
    source
        .with_bytes_mut(|bytes| random::fill(bytes, context))
        .map_err(|error| Failure::from(error).throw(context))?;
    Ok(array.clone())
}

/// <https://w3c.github.io/webcrypto/#Crypto-method-randomUUID>
fn random_uuid(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    this_object::<Crypto>(this)?;
    let uuid = random::uuid(context).map_err(|error| Failure::from(error).throw(context))?;
    Ok(js_string!(uuid).into())
}
