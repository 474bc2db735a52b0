//! Algorithm identifiers and their parameters.

use std::sync::Arc;

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsString, JsValue,
    builtins::typed_array::TypedArrayKind, js_string,
};
use taipan_webidl::{
    BufferSource, Dictionary, ViewKind,
    buffer_source::Allow,
    convert::{self, IntegerMode},
};

use crate::bytes::array_buffer;

use super::{convert::crypto_key, failure::Failure, hash::Hash, key::Key};

/// The algorithms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    Sha(Hash),
    AesCbc,
    AesCtr,
    AesGcm,
    AesKw,
    Ecdh,
    Ecdsa,
    Ed25519,
    Hkdf,
    Hmac,
    Pbkdf2,
    RsaOaep,
    RsaPss,
    RsaSsa,
    X25519,
}

impl Name {
    const ALL: [Self; 18] = [
        Self::Sha(Hash::Sha1),
        Self::Sha(Hash::Sha256),
        Self::Sha(Hash::Sha384),
        Self::Sha(Hash::Sha512),
        Self::AesCbc,
        Self::AesCtr,
        Self::AesGcm,
        Self::AesKw,
        Self::Ecdh,
        Self::Ecdsa,
        Self::Ed25519,
        Self::Hkdf,
        Self::Hmac,
        Self::Pbkdf2,
        Self::RsaOaep,
        Self::RsaPss,
        Self::RsaSsa,
        Self::X25519,
    ];

    /// The name that scripts know it by.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Sha(hash) => hash.name(),
            Self::AesCbc => "AES-CBC",
            Self::AesCtr => "AES-CTR",
            Self::AesGcm => "AES-GCM",
            Self::AesKw => "AES-KW",
            Self::Ecdh => "ECDH",
            Self::Ecdsa => "ECDSA",
            Self::Ed25519 => "Ed25519",
            Self::Hkdf => "HKDF",
            Self::Hmac => "HMAC",
            Self::Pbkdf2 => "PBKDF2",
            Self::RsaOaep => "RSA-OAEP",
            Self::RsaPss => "RSA-PSS",
            Self::RsaSsa => "RSASSA-PKCS1-v1_5",
            Self::X25519 => "X25519",
        }
    }

    pub(super) const fn is_aes(self) -> bool {
        matches!(
            self,
            Self::AesCbc | Self::AesCtr | Self::AesGcm | Self::AesKw
        )
    }

    pub(super) const fn is_rsa(self) -> bool {
        matches!(self, Self::RsaOaep | Self::RsaPss | Self::RsaSsa)
    }
}

/// What an algorithm is named for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Encrypt,
    Decrypt,
    Sign,
    Verify,
    Digest,
    GenerateKey,
    DeriveBits,
    ImportKey,
    WrapKey,
    UnwrapKey,
    GetKeyLength,
}

/// The parameters of an algorithm, by the dictionary types that hold them.
#[derive(Clone)]
pub(super) enum Params {
    None,
    /// `AesCbcParams`
    Iv(Vec<u8>),
    /// `AesCtrParams`
    Counter {
        counter: Vec<u8>,
        length: u8,
    },
    /// `AesGcmParams`
    Gcm {
        additional_data: Vec<u8>,
        iv: Vec<u8>,
        /// In bits.
        tag_length: u8,
    },
    /// `RsaOaepParams`
    Label(Vec<u8>),
    /// `RsaPssParams`
    SaltLength(u32),
    /// `EcdsaParams`, `RsaHashedImportParams`
    Hash(Hash),
    /// `AesKeyGenParams`, `AesDerivedKeyParams`
    KeyLength(u16),
    /// `HmacKeyGenParams`, `HmacImportParams`
    Hmac {
        hash: Hash,
        length: Option<u32>,
    },
    /// `RsaHashedKeyGenParams`
    RsaKeyGen {
        modulus_length: u32,
        public_exponent: Vec<u8>,
        hash: Hash,
    },
    /// `EcKeyGenParams`, `EcKeyImportParams`
    Curve(String),
    /// `EcdhKeyDeriveParams`
    Peer(Arc<Key>),
    /// `HkdfParams`
    Hkdf {
        hash: Hash,
        info: Vec<u8>,
        salt: Vec<u8>,
    },
    /// `Pbkdf2Params`
    Pbkdf2 {
        hash: Hash,
        iterations: u32,
        salt: Vec<u8>,
    },
}

/// A normalized algorithm.
#[derive(Clone)]
pub(super) struct Algorithm {
    pub(super) name: Name,
    pub(super) params: Params,
}

/// The dictionary types of parameters.
#[derive(Debug, Clone, Copy)]
enum Shape {
    Algorithm,
    AesCbc,
    AesCtr,
    AesGcm,
    RsaOaep,
    RsaPss,
    Hash,
    KeyLength,
    Hmac,
    RsaKeyGen,
    Curve,
    Peer,
    Hkdf,
    Pbkdf2,
}

/// The table of supported algorithms: what type the parameters have, if there are such.
fn shape(name: Name, operation: Operation) -> Option<Shape> {
    use Operation as Op;
    Some(match (name, operation) {
        (Name::Sha(_), Op::Digest) => Shape::Algorithm,
        (Name::AesCbc, Op::Encrypt | Op::Decrypt) => Shape::AesCbc,
        (Name::AesCtr, Op::Encrypt | Op::Decrypt) => Shape::AesCtr,
        (Name::AesGcm, Op::Encrypt | Op::Decrypt) => Shape::AesGcm,
        (Name::AesKw, Op::WrapKey | Op::UnwrapKey) => Shape::Algorithm,
        (
            Name::AesCbc | Name::AesCtr | Name::AesGcm | Name::AesKw,
            Op::GenerateKey | Op::GetKeyLength,
        ) => Shape::KeyLength,
        (Name::AesCbc | Name::AesCtr | Name::AesGcm | Name::AesKw, Op::ImportKey) => {
            Shape::Algorithm
        }
        (Name::Hmac, Op::Sign | Op::Verify) => Shape::Algorithm,
        (Name::Hmac, Op::GenerateKey | Op::ImportKey | Op::GetKeyLength) => Shape::Hmac,
        (Name::Hkdf, Op::DeriveBits) => Shape::Hkdf,
        (Name::Pbkdf2, Op::DeriveBits) => Shape::Pbkdf2,
        (Name::Hkdf | Name::Pbkdf2, Op::ImportKey | Op::GetKeyLength) => Shape::Algorithm,
        (Name::Ecdsa, Op::Sign | Op::Verify) => Shape::Hash,
        (Name::Ecdsa | Name::Ecdh, Op::GenerateKey | Op::ImportKey) => Shape::Curve,
        (Name::Ecdh | Name::X25519, Op::DeriveBits) => Shape::Peer,
        (Name::Ed25519, Op::Sign | Op::Verify | Op::GenerateKey | Op::ImportKey)
        | (Name::X25519, Op::GenerateKey | Op::ImportKey)
        | (Name::RsaSsa, Op::Sign | Op::Verify) => Shape::Algorithm,
        (Name::RsaOaep, Op::Encrypt | Op::Decrypt) => Shape::RsaOaep,
        (Name::RsaPss, Op::Sign | Op::Verify) => Shape::RsaPss,
        (Name::RsaOaep | Name::RsaPss | Name::RsaSsa, Op::GenerateKey) => Shape::RsaKeyGen,
        (Name::RsaOaep | Name::RsaPss | Name::RsaSsa, Op::ImportKey) => Shape::Hash,
        _ => return None,
    })
}

/// An `AlgorithmIdentifier`: an object, or a name.
#[derive(Debug, Clone)]
pub(super) enum Identifier {
    Object(JsObject),
    Name(JsString),
}

impl Identifier {
    /// Converts a value of a script.
    pub(super) fn new(value: &JsValue, context: &mut Context) -> JsResult<Self> {
        match value.as_object() {
            Some(object) => Ok(Self::Object(object)),
            None => Ok(Self::Name(value.to_string(context)?)),
        }
    }

    /// <https://w3c.github.io/webcrypto/#dfn-normalize-an-algorithm>
    pub(super) fn normalize(
        &self,
        operation: Operation,
        context: &mut Context,
    ) -> JsResult<Algorithm> {
        let (name, dictionary) = match self {
            Self::Name(name) => (
                name.clone(),
                Dictionary::new(&JsValue::undefined(), "Algorithm")?,
            ),
            Self::Object(object) => {
                let dictionary = Dictionary::new(&object.clone().into(), "Algorithm")?;
                let name = dictionary.get_required("name", context)?;
                (name.to_string(context)?, dictionary)
            }
        };
        let name = name.to_std_string_lossy();
        let known = Name::ALL
            .into_iter()
            .filter_map(|known| Some((known, shape(known, operation)?)))
            .find(|(known, _)| known.as_str().eq_ignore_ascii_case(&name));
        let Some((name, shape)) = known else {
            let message = format!("there is no algorithm {name} for this operation");
            return Err(Failure::not_supported(message).throw(context));
        };
        let params = params(shape, &dictionary, context)?;
        Ok(Algorithm { name, params })
    }
}

/// Reads the parameters. Members of inherited dictionaries come first, and those of one dictionary in
/// lexicographical order.
fn params(shape: Shape, dictionary: &Dictionary, context: &mut Context) -> JsResult<Params> {
    Ok(match shape {
        Shape::Algorithm => Params::None,
        Shape::AesCbc => Params::Iv(required_bytes(dictionary, "iv", context)?),
        Shape::AesCtr => Params::Counter {
            counter: required_bytes(dictionary, "counter", context)?,
            length: octet(
                &dictionary.get_required("length", context)?,
                "length",
                context,
            )?,
        },
        Shape::AesGcm => {
            let additional_data = bytes(dictionary, "additionalData", context)?;
            let iv = required_bytes(dictionary, "iv", context)?;
            let tag_length = match dictionary.get("tagLength", context)? {
                Some(length) => octet(&length, "tagLength", context)?,
                None => 128,
            };
            Params::Gcm {
                additional_data: additional_data.unwrap_or_default(),
                iv,
                tag_length,
            }
        }
        Shape::RsaOaep => Params::Label(bytes(dictionary, "label", context)?.unwrap_or_default()),
        Shape::RsaPss => {
            let length = dictionary.get_required("saltLength", context)?;
            let length = convert::enforce_range_unsigned_long(&length, "saltLength", context)?;
            Params::SaltLength(length)
        }
        Shape::Hash => Params::Hash(hash(dictionary, context)?),
        Shape::KeyLength => {
            let length = dictionary.get_required("length", context)?;
            let mode = IntegerMode::EnforceRange;
            let length = convert::integer(&length, 16, false, mode, "length", context)?;
            Params::KeyLength(length as u16)
        }
        Shape::Hmac => {
            let hash = hash(dictionary, context)?;
            let length = match dictionary.get("length", context)? {
                Some(length) => Some(convert::enforce_range_unsigned_long(
                    &length, "length", context,
                )?),
                None => None,
            };
            Params::Hmac { hash, length }
        }
        Shape::RsaKeyGen => {
            let length = dictionary.get_required("modulusLength", context)?;
            let modulus_length =
                convert::enforce_range_unsigned_long(&length, "modulusLength", context)?;
            let exponent = dictionary.get_required("publicExponent", context)?;
            let public_exponent = big_integer(&exponent, context)?;
            Params::RsaKeyGen {
                modulus_length,
                public_exponent,
                hash: hash(dictionary, context)?,
            }
        }
        Shape::Curve => {
            let name = dictionary.get_required("namedCurve", context)?;
            Params::Curve(name.to_string(context)?.to_std_string_lossy())
        }
        Shape::Peer => {
            let public = dictionary.get_required("public", context)?;
            Params::Peer(crypto_key(&public, "public", context)?)
        }
        Shape::Hkdf => Params::Hkdf {
            hash: hash(dictionary, context)?,
            info: required_bytes(dictionary, "info", context)?,
            salt: required_bytes(dictionary, "salt", context)?,
        },
        Shape::Pbkdf2 => {
            let hash = hash(dictionary, context)?;
            let iterations = dictionary.get_required("iterations", context)?;
            let iterations =
                convert::enforce_range_unsigned_long(&iterations, "iterations", context)?;
            Params::Pbkdf2 {
                hash,
                iterations,
                salt: required_bytes(dictionary, "salt", context)?,
            }
        }
    })
}

/// `HashAlgorithmIdentifier hash`
fn hash(dictionary: &Dictionary, context: &mut Context) -> JsResult<Hash> {
    let hash = dictionary.get_required("hash", context)?;
    let algorithm = Identifier::new(&hash, context)?.normalize(Operation::Digest, context)?;
    match algorithm.name {
        Name::Sha(hash) => Ok(hash),
        name => {
            let message = format!("{} is no hash function", name.as_str());
            Err(Failure::not_supported(message).throw(context))
        }
    }
}

fn octet(value: &JsValue, what: &str, context: &mut Context) -> JsResult<u8> {
    convert::integer(value, 8, false, IntegerMode::EnforceRange, what, context).map(|n| n as u8)
}

/// A member of the type `BufferSource`: a copy of its bytes.
fn bytes(
    dictionary: &Dictionary,
    key: &'static str,
    context: &mut Context,
) -> JsResult<Option<Vec<u8>>> {
    let Some(value) = dictionary.get(key, context)? else {
        return Ok(None);
    };
    let source = BufferSource::new(&value, key, Allow::default(), context)?;
    Ok(Some(source.to_vec()))
}

fn required_bytes(
    dictionary: &Dictionary,
    key: &'static str,
    context: &mut Context,
) -> JsResult<Vec<u8>> {
    let value = dictionary.get_required(key, context)?;
    Ok(BufferSource::new(&value, key, Allow::default(), context)?.to_vec())
}

/// A `BigInteger`: the bytes of a `Uint8Array`, the most significant first, without leading zeros.
fn big_integer(value: &JsValue, context: &mut Context) -> JsResult<Vec<u8>> {
    let view = taipan_webidl::ArrayBufferView::new(value, "publicExponent", context)?;
    if view.kind != ViewKind::TypedArray(TypedArrayKind::Uint8) {
        return Err(JsNativeError::typ()
            .with_message("publicExponent must be a Uint8Array")
            .into());
    }
    let bytes = BufferSource::new(value, "publicExponent", Allow::default(), context)?.to_vec();
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    Ok(bytes.get(zeros..).unwrap_or_default().to_vec())
}

impl Algorithm {
    /// The key algorithm as an object, for `CryptoKey.algorithm`.
    pub(super) fn describe(key: &Key, context: &mut Context) -> JsResult<JsObject> {
        use super::key::Details;
        let object = JsObject::with_object_proto(context.intrinsics());
        let named = |name: &'static str, context: &mut Context| -> JsResult<JsValue> {
            let object = JsObject::with_object_proto(context.intrinsics());
            object.create_data_property_or_throw(js_string!("name"), js_string!(name), context)?;
            Ok(object.into())
        };
        // The members of the dictionaries in the order that Web IDL converts them in.
        let mut members: Vec<(JsString, JsValue)> =
            vec![(js_string!("name"), js_string!(key.name.as_str()).into())];
        match &key.details {
            Details::None => {}
            Details::Aes(length) => members.push((js_string!("length"), (*length).into())),
            Details::Hmac(hash, length) => {
                members.push((js_string!("hash"), named(hash.name(), context)?));
                members.push((js_string!("length"), (*length).into()));
            }
            Details::Rsa {
                modulus_length,
                public_exponent,
                hash,
            } => {
                let buffer = array_buffer(public_exponent, context)?;
                let length = public_exponent.len();
                let exponent = ViewKind::UINT8_ARRAY.construct(buffer, 0, length, context)?;
                members.push((js_string!("modulusLength"), (*modulus_length).into()));
                members.push((js_string!("publicExponent"), exponent.into()));
                members.push((js_string!("hash"), named(hash.name(), context)?));
            }
            Details::Ec(curve) => {
                members.push((js_string!("namedCurve"), js_string!(curve.name()).into()));
            }
        }
        for (name, value) in members {
            object.create_data_property_or_throw(name, value, context)?;
        }
        Ok(object)
    }
}
