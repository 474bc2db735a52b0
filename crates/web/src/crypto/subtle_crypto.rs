//! `SubtleCrypto`: <https://w3c.github.io/webcrypto/#subtlecrypto-interface>.

use std::sync::Arc;

use boa_engine::{Context, JsArgs, JsData, JsObject, JsResult, JsValue, js_string};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{BufferSource, Interface, InterfaceBuilder, convert, this_object};
use zeroize::Zeroizing;

use super::{
    algorithm::{Algorithm, Identifier, Name, Operation},
    convert::{bytes, crypto_key, key_usages},
    crypto_key::CryptoKey,
    export::{Exported, export, is_exportable},
    failure::{Failure, Outcome},
    import::{Format, KeyData, import},
    json_web_key::JsonWebKey,
    key::{Generated, Key, KeyType},
    operations,
    usages::Usages,
    work::{Cost, perform},
};
use crate::bytes::array_buffer;

/// The operations on keys and data.
#[derive(Trace, Finalize, JsData)]
pub struct SubtleCrypto;

impl Interface for SubtleCrypto {
    const NAME: &'static str = "SubtleCrypto";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .promise_method("encrypt", 3, |this, args, context| {
                cipher(this, args, Operation::Encrypt, context)
            })
            .promise_method("decrypt", 3, |this, args, context| {
                cipher(this, args, Operation::Decrypt, context)
            })
            .promise_method("sign", 3, sign)
            .promise_method("verify", 4, verify)
            .promise_method("digest", 2, digest)
            .promise_method("generateKey", 3, generate_key)
            .promise_method("deriveKey", 5, derive_key)
            .promise_method("deriveBits", 2, derive_bits)
            .promise_method("importKey", 5, import_key)
            .promise_method("exportKey", 2, export_key)
            .promise_method("wrapKey", 4, wrap_key)
            .promise_method("unwrapKey", 7, unwrap_key);
    }
}

/// Checks the receiver and the number of arguments of the operation `name`.
fn check<'a>(
    this: &JsValue,
    args: &'a [JsValue],
    name: &str,
    count: usize,
) -> JsResult<&'a [JsValue]> {
    this_object::<SubtleCrypto>(this)?;
    convert::required_by(args, 0, count, &format!("SubtleCrypto.{name}"))?;
    Ok(args)
}

/// Turns what an operation says into what JavaScript throws.
fn throwing<T>(outcome: Outcome<T>, context: &mut Context) -> JsResult<T> {
    outcome.map_err(|failure| failure.throw(context))
}

/// Throws unless the key is one of the algorithm and may be used for that.
fn check_key(key: &Key, algorithm: Name, usage: Usages, context: &mut Context) -> JsResult<()> {
    let message = if key.name != algorithm {
        format!(
            "the key is one of {}, not of {}",
            key.name.as_str(),
            algorithm.as_str()
        )
    } else if !key.usages.contains(usage) {
        let usage: Vec<_> = usage.names().collect();
        format!("the key may not be used for {}", usage.join(", "))
    } else {
        return Ok(());
    };
    Err(Failure::invalid_access(message).throw(context))
}

fn buffer(bytes: &[u8], context: &mut Context) -> JsResult<JsValue> {
    Ok(array_buffer(bytes, context)?.into())
}

/// <https://w3c.github.io/webcrypto/#SubtleCrypto-method-encrypt> and `decrypt`
fn cipher(
    this: &JsValue,
    args: &[JsValue],
    operation: Operation,
    context: &mut Context,
) -> JsResult<JsValue> {
    let (name, usage) = match operation {
        Operation::Encrypt => ("encrypt", Usages::ENCRYPT),
        _ => ("decrypt", Usages::DECRYPT),
    };
    let args = check(this, args, name, 3)?;
    let algorithm = Identifier::new(args.get_or_undefined(0), context)?;
    let key = crypto_key(args.get_or_undefined(1), "key", context)?;
    let data = bytes(args.get_or_undefined(2), "data", context)?;
    let algorithm = algorithm.normalize(operation, context)?;
    check_key(&key, algorithm.name, usage, context)?;
    let cost = operations::cost(&algorithm, data.len());
    perform(
        cost,
        move || match operation {
            Operation::Encrypt => operations::encrypt(&algorithm, &key, data),
            _ => operations::decrypt(&algorithm, &key, data),
        },
        |data, context| buffer(&data, context),
        context,
    )
}

/// <https://w3c.github.io/webcrypto/#SubtleCrypto-method-sign>
fn sign(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let args = check(this, args, "sign", 3)?;
    let algorithm = Identifier::new(args.get_or_undefined(0), context)?;
    let key = crypto_key(args.get_or_undefined(1), "key", context)?;
    let data = bytes(args.get_or_undefined(2), "data", context)?;
    let algorithm = algorithm.normalize(Operation::Sign, context)?;
    check_key(&key, algorithm.name, Usages::SIGN, context)?;
    perform(
        operations::cost(&algorithm, data.len()),
        move || operations::sign(&algorithm, &key, &data),
        |signature, context| buffer(&signature, context),
        context,
    )
}

/// <https://w3c.github.io/webcrypto/#SubtleCrypto-method-verify>
fn verify(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let args = check(this, args, "verify", 4)?;
    let algorithm = Identifier::new(args.get_or_undefined(0), context)?;
    let key = crypto_key(args.get_or_undefined(1), "key", context)?;
    let signature = bytes(args.get_or_undefined(2), "signature", context)?;
    let data = bytes(args.get_or_undefined(3), "data", context)?;
    let algorithm = algorithm.normalize(Operation::Verify, context)?;
    check_key(&key, algorithm.name, Usages::VERIFY, context)?;
    perform(
        operations::cost(&algorithm, data.len()),
        move || operations::verify(&algorithm, &key, &signature, &data),
        |is_good, _| Ok(is_good.into()),
        context,
    )
}

/// <https://w3c.github.io/webcrypto/#SubtleCrypto-method-digest>
fn digest(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let args = check(this, args, "digest", 2)?;
    let algorithm = Identifier::new(args.get_or_undefined(0), context)?;
    let data = bytes(args.get_or_undefined(1), "data", context)?;
    let algorithm = algorithm.normalize(Operation::Digest, context)?;
    let Name::Sha(hash) = algorithm.name else {
        return Err(Failure::not_supported("there is no such hash function").throw(context));
    };
    perform(
        Cost::Bytes(data.len()),
        move || Ok(hash.digest(&data)),
        |digest, context| buffer(&digest, context),
        context,
    )
}

/// <https://w3c.github.io/webcrypto/#SubtleCrypto-method-generateKey>
fn generate_key(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let args = check(this, args, "generateKey", 3)?;
    let algorithm = Identifier::new(args.get_or_undefined(0), context)?;
    let extractable = args.get_or_undefined(1).to_boolean();
    let usages = key_usages(args.get_or_undefined(2), context)?;
    let algorithm = algorithm.normalize(Operation::GenerateKey, context)?;
    let cost = operations::cost(&algorithm, 0);
    perform(
        cost,
        move || operations::generate_key(&algorithm, extractable, usages),
        |generated, context| match generated {
            Generated::Key(key) => Ok(CryptoKey::create(key, context).upcast().into()),
            Generated::Pair { public, private } => {
                let pair = JsObject::with_object_proto(context.intrinsics());
                for (name, key) in [
                    (js_string!("publicKey"), public),
                    (js_string!("privateKey"), private),
                ] {
                    let key = CryptoKey::create(key, context).upcast();
                    pair.create_data_property_or_throw(name, key, context)?;
                }
                Ok(pair.into())
            }
        },
        context,
    )
}

/// <https://w3c.github.io/webcrypto/#SubtleCrypto-method-deriveKey>
fn derive_key(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let args = check(this, args, "deriveKey", 5)?;
    let algorithm = Identifier::new(args.get_or_undefined(0), context)?;
    let base = crypto_key(args.get_or_undefined(1), "baseKey", context)?;
    let derived = Identifier::new(args.get_or_undefined(2), context)?;
    let extractable = args.get_or_undefined(3).to_boolean();
    let usages = key_usages(args.get_or_undefined(4), context)?;
    let algorithm = algorithm.normalize(Operation::DeriveBits, context)?;
    let importing = derived.normalize(Operation::ImportKey, context)?;
    let measuring = derived.normalize(Operation::GetKeyLength, context)?;
    check_key(&base, algorithm.name, Usages::DERIVE_KEY, context)?;
    let length = throwing(operations::key_length(&measuring), context)?;
    perform(
        operations::cost(&algorithm, 0),
        move || {
            let secret = operations::derive_bits(&algorithm, &base, length)?;
            let data = KeyData::Raw(Zeroizing::new(secret));
            imported(&importing, &data, extractable, usages)
        },
        |key, context| Ok(CryptoKey::create(key, context).upcast().into()),
        context,
    )
}

/// <https://w3c.github.io/webcrypto/#SubtleCrypto-method-deriveBits>
fn derive_bits(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let args = check(this, args, "deriveBits", 2)?;
    let algorithm = Identifier::new(args.get_or_undefined(0), context)?;
    let base = crypto_key(args.get_or_undefined(1), "baseKey", context)?;
    let length = match args.get_or_undefined(2) {
        length if length.is_null_or_undefined() => None,
        length => Some(convert::unsigned_long(length, context)?),
    };
    let algorithm = algorithm.normalize(Operation::DeriveBits, context)?;
    check_key(&base, algorithm.name, Usages::DERIVE_BITS, context)?;
    perform(
        operations::cost(&algorithm, 0),
        move || operations::derive_bits(&algorithm, &base, length),
        |bits, context| buffer(&bits, context),
        context,
    )
}

/// Imports a key, which must be good for something unless it is public.
fn imported(
    algorithm: &Algorithm,
    data: &KeyData,
    extractable: bool,
    usages: Usages,
) -> Outcome<Key> {
    let key = import(algorithm, data, extractable, usages)?;
    if key.kind != KeyType::Public && usages.is_empty() {
        return Err(Failure::syntax(format!(
            "a {} key must have usages",
            key.kind.name()
        )));
    }
    Ok(key)
}

fn format(value: &JsValue, context: &mut Context) -> JsResult<Format> {
    let name = convert::enumeration(value, &Format::NAMES, "format", context)?;
    Ok(Format::named(name))
}

/// <https://w3c.github.io/webcrypto/#SubtleCrypto-method-importKey>
fn import_key(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let args = check(this, args, "importKey", 5)?;
    let format = format(args.get_or_undefined(0), context)?;
    let data = args.get_or_undefined(1);
    let source = BufferSource::try_new(data, context)?;
    let jwk = match &source {
        Some(_) => None,
        None => Some(Box::new(JsonWebKey::new(data, context)?)),
    };
    let algorithm = Identifier::new(args.get_or_undefined(2), context)?;
    let extractable = args.get_or_undefined(3).to_boolean();
    let usages = key_usages(args.get_or_undefined(4), context)?;
    let data = match (format, source, jwk) {
        (Format::Jwk, None, Some(jwk)) => KeyData::Jwk(jwk),
        (Format::Raw, Some(source), _) => KeyData::Raw(Zeroizing::new(source.to_vec())),
        (Format::Pkcs8, Some(source), _) => KeyData::Pkcs8(Zeroizing::new(source.to_vec())),
        (Format::Spki, Some(source), _) => KeyData::Spki(source.to_vec()),
        _ => {
            let message = "SubtleCrypto.importKey: keyData is not in that format";
            return Err(Failure::Type(message.to_owned()).throw(context));
        }
    };
    let algorithm = algorithm.normalize(Operation::ImportKey, context)?;
    perform(
        Cost::Bytes(0),
        move || imported(&algorithm, &data, extractable, usages),
        |key, context| Ok(CryptoKey::create(key, context).upcast().into()),
        context,
    )
}

/// Throws unless the key can be, and may be, exported.
fn check_exportable(key: &Key, context: &mut Context) -> JsResult<()> {
    let failure = if !is_exportable(key.name) {
        let name = key.name.as_str();
        Failure::not_supported(format!("keys of {name} cannot be exported"))
    } else if !key.extractable {
        Failure::invalid_access("the key is not extractable")
    } else {
        return Ok(());
    };
    Err(failure.throw(context))
}

/// <https://w3c.github.io/webcrypto/#SubtleCrypto-method-exportKey>
fn export_key(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let args = check(this, args, "exportKey", 2)?;
    let format = format(args.get_or_undefined(0), context)?;
    let key = crypto_key(args.get_or_undefined(1), "key", context)?;
    check_exportable(&key, context)?;
    perform(
        Cost::Bytes(0),
        move || export(&key, format),
        |exported, context| match exported {
            Exported::Bytes(bytes) => buffer(&bytes, context),
            Exported::Jwk(jwk) => Ok(jwk.to_object(context)?.into()),
        },
        context,
    )
}

/// The algorithm for wrapping or unwrapping: one that is made for it, or one that encrypts.
fn wrapping(
    algorithm: &Identifier,
    [wrapping, encrypting]: [Operation; 2],
    context: &mut Context,
) -> JsResult<Algorithm> {
    match algorithm.normalize(wrapping, context) {
        Ok(algorithm) => Ok(algorithm),
        Err(_) => algorithm.normalize(encrypting, context),
    }
}

/// <https://w3c.github.io/webcrypto/#SubtleCrypto-method-wrapKey>
fn wrap_key(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let args = check(this, args, "wrapKey", 4)?;
    let format = format(args.get_or_undefined(0), context)?;
    let key = crypto_key(args.get_or_undefined(1), "key", context)?;
    let wrapping_key = crypto_key(args.get_or_undefined(2), "wrappingKey", context)?;
    let algorithm = Identifier::new(args.get_or_undefined(3), context)?;
    let operations = [Operation::WrapKey, Operation::Encrypt];
    let algorithm = wrapping(&algorithm, operations, context)?;
    check_key(&wrapping_key, algorithm.name, Usages::WRAP_KEY, context)?;
    check_exportable(&key, context)?;
    perform(
        operations::cost(&algorithm, 0),
        move || {
            let bytes = match export(&key, format)? {
                Exported::Bytes(bytes) => bytes,
                Exported::Jwk(jwk) => Zeroizing::new(jwk.to_json().into_bytes()),
            };
            operations::wrap(&algorithm, &wrapping_key, &bytes)
        },
        |wrapped, context| buffer(&wrapped, context),
        context,
    )
}

/// <https://w3c.github.io/webcrypto/#SubtleCrypto-method-unwrapKey>
fn unwrap_key(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let args = check(this, args, "unwrapKey", 7)?;
    let format = format(args.get_or_undefined(0), context)?;
    let wrapped = bytes(args.get_or_undefined(1), "wrappedKey", context)?;
    let unwrapping_key = crypto_key(args.get_or_undefined(2), "unwrappingKey", context)?;
    let algorithm = Identifier::new(args.get_or_undefined(3), context)?;
    let unwrapped = Identifier::new(args.get_or_undefined(4), context)?;
    let extractable = args.get_or_undefined(5).to_boolean();
    let usages = key_usages(args.get_or_undefined(6), context)?;
    let operations = [Operation::UnwrapKey, Operation::Decrypt];
    let algorithm = wrapping(&algorithm, operations, context)?;
    let importing = unwrapped.normalize(Operation::ImportKey, context)?;
    check_key(&unwrapping_key, algorithm.name, Usages::UNWRAP_KEY, context)?;
    perform(
        operations::cost(&algorithm, wrapped.len()),
        move || operations::unwrap(&algorithm, &unwrapping_key, wrapped).map(Zeroizing::new),
        move |bytes, context| {
            let data = match format {
                Format::Raw => KeyData::Raw(bytes),
                Format::Pkcs8 => KeyData::Pkcs8(bytes),
                Format::Spki => KeyData::Spki(bytes.to_vec()),
                Format::Jwk => KeyData::Jwk(Box::new(parse(&bytes, context)?)),
            };
            let key = imported(&importing, &data, extractable, usages);
            let key: Arc<Key> = throwing(key, context)?.into();
            Ok(CryptoKey::create(key, context).upcast().into())
        },
        context,
    )
}

/// <https://w3c.github.io/webcrypto/#concept-parse-a-jwk>
fn parse(bytes: &[u8], context: &mut Context) -> JsResult<JsonWebKey> {
    let invalid = || Failure::data("the unwrapped bytes are no JSON Web Key");
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Err(invalid().throw(context));
    };
    match crate::json::parse(text, context) {
        Ok(value) if value.is_object() => {
            let jwk = JsonWebKey::new(&value, context)?;
            if jwk.kty.is_none() {
                return Err(invalid().throw(context));
            }
            Ok(jwk)
        }
        _ => Err(invalid().throw(context)),
    }
}
