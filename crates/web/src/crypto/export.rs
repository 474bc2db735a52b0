//! The export of keys.

use rsa::{
    BigUint, RsaPrivateKey,
    pkcs1::{self, der::Encode as _},
    pkcs8::{
        AlgorithmIdentifierRef, PrivateKeyInfo,
        spki::{
            SubjectPublicKeyInfoRef,
            der::asn1::{AnyRef, BitStringRef, OctetStringRef},
        },
    },
    traits::{PrivateKeyParts, PublicKeyParts},
};
use sec1::EcPrivateKey;
use zeroize::Zeroizing;

use super::{
    algorithm::Name,
    algorithms::okp,
    failure::{Failure, Outcome},
    import::{Format, aes_algorithm, ec_identifier, okp_identifier, rsa_algorithm},
    json_web_key::{JsonWebKey, encode},
    key::{Details, Key, Material},
};

/// What a key is exported as.
pub(super) enum Exported {
    Bytes(Zeroizing<Vec<u8>>),
    Jwk(Box<JsonWebKey>),
}

impl Exported {
    fn bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self::Bytes(Zeroizing::new(bytes.into()))
    }
}

/// Whether keys of an algorithm can be exported at all.
pub(super) fn is_exportable(name: Name) -> bool {
    !matches!(name, Name::Hkdf | Name::Pbkdf2)
}

/// The "export key" operation of the key's algorithm.
pub(super) fn export(key: &Key, format: Format) -> Outcome<Exported> {
    if !is_exportable(key.name) {
        return Err(Failure::not_supported(format!(
            "keys of {} cannot be exported",
            key.name.as_str()
        )));
    }
    match (&key.material, format) {
        (_, Format::Jwk) => jwk(key).map(|jwk| Exported::Jwk(Box::new(jwk))),
        (Material::Secret(bytes), Format::Raw) => Ok(Exported::Bytes(bytes.clone())),
        (Material::Secret(_), _) => Err(Failure::not_supported(format!(
            "{} has no keys in that format",
            key.name.as_str()
        ))),
        (Material::RsaPublic(_) | Material::RsaPrivate(_), Format::Raw) => {
            Err(Failure::not_supported("RSA has no keys in that format"))
        }
        (Material::EcPublic(point), Format::Raw) => Ok(Exported::bytes(point.clone())),
        (Material::OkpPublic(public), Format::Raw) => Ok(Exported::bytes(*public)),
        (Material::EcPublic(_) | Material::OkpPublic(_) | Material::RsaPublic(_), Format::Spki) => {
            spki(key)
        }
        (
            Material::EcPrivate { .. } | Material::OkpPrivate(_) | Material::RsaPrivate(_),
            Format::Pkcs8,
        ) => pkcs8(key),
        _ => Err(Failure::invalid_access(format!(
            "a {} key has no such format",
            key.kind.name()
        ))),
    }
}

fn failed<E>(_: E) -> Failure {
    Failure::operation("the key cannot be encoded")
}

/// The bytes of a number that is not negative, the most significant first.
fn integer(bytes: &[u8]) -> Outcome<pkcs1::UintRef<'_>> {
    pkcs1::UintRef::new(bytes).map_err(failed)
}

fn spki(key: &Key) -> Outcome<Exported> {
    let bits = |bytes| BitStringRef::from_bytes(bytes).map_err(failed);
    let encoded = match (&key.material, &key.details) {
        (Material::EcPublic(point), Details::Ec(curve)) => {
            let curve = curve.object_identifier();
            SubjectPublicKeyInfoRef {
                algorithm: AlgorithmIdentifierRef {
                    oid: ec_identifier(),
                    parameters: Some(AnyRef::from(&curve)),
                },
                subject_public_key: bits(point)?,
            }
            .to_der()
        }
        (Material::OkpPublic(public), _) => SubjectPublicKeyInfoRef {
            algorithm: AlgorithmIdentifierRef {
                oid: okp_identifier(key.name),
                parameters: None,
            },
            subject_public_key: bits(public)?,
        }
        .to_der(),
        (Material::RsaPublic(public), _) => {
            let (modulus, exponent) = (public.n().to_bytes_be(), public.e().to_bytes_be());
            let public = pkcs1::RsaPublicKey {
                modulus: integer(&modulus)?,
                public_exponent: integer(&exponent)?,
            };
            let public = public.to_der().map_err(failed)?;
            SubjectPublicKeyInfoRef {
                algorithm: pkcs1::ALGORITHM_ID,
                subject_public_key: bits(&public)?,
            }
            .to_der()
        }
        _ => return Err(failed(())),
    };
    Ok(Exported::bytes(encoded.map_err(failed)?))
}

fn pkcs8(key: &Key) -> Outcome<Exported> {
    let encoded = match (&key.material, &key.details) {
        (Material::EcPrivate { scalar, public }, Details::Ec(curve)) => {
            let private = EcPrivateKey {
                private_key: scalar,
                parameters: None,
                public_key: Some(public),
            };
            let private = Zeroizing::new(private.to_der().map_err(failed)?);
            let curve = curve.object_identifier();
            let algorithm = AlgorithmIdentifierRef {
                oid: ec_identifier(),
                parameters: Some(AnyRef::from(&curve)),
            };
            PrivateKeyInfo::new(algorithm, &private).to_der()
        }
        (Material::OkpPrivate(private), _) => {
            let private = OctetStringRef::new(&**private).map_err(failed)?;
            let private = Zeroizing::new(private.to_der().map_err(failed)?);
            let algorithm = AlgorithmIdentifierRef {
                oid: okp_identifier(key.name),
                parameters: None,
            };
            PrivateKeyInfo::new(algorithm, &private).to_der()
        }
        (Material::RsaPrivate(private), _) => {
            let private = rsa_private(private)?;
            PrivateKeyInfo::new(pkcs1::ALGORITHM_ID, &private).to_der()
        }
        _ => return Err(failed(())),
    };
    Ok(Exported::bytes(encoded.map_err(failed)?))
}

/// The numbers of a private key in their usual order, n, e, d, p, q, dp, dq, qi, as bytes.
fn rsa_numbers(key: &RsaPrivateKey) -> Outcome<[Zeroizing<Vec<u8>>; 8]> {
    let [p, q] = key.primes() else {
        return Err(Failure::not_supported(
            "keys of more than two primes are not supported",
        ));
    };
    let one = BigUint::from(1_u8);
    let (dp, dq) = (key.d() % (p - &one), key.d() % (q - &one));
    let qi = key.crt_coefficient().ok_or_else(|| failed(()))?;
    Ok([key.n(), key.e(), key.d(), p, q, &dp, &dq, &qi]
        .map(|number| Zeroizing::new(number.to_bytes_be())))
}

fn rsa_private(key: &RsaPrivateKey) -> Outcome<Zeroizing<Vec<u8>>> {
    let [n, e, d, p, q, dp, dq, qi] = &rsa_numbers(key)?;
    let private = pkcs1::RsaPrivateKey {
        modulus: integer(n)?,
        public_exponent: integer(e)?,
        private_exponent: integer(d)?,
        prime1: integer(p)?,
        prime2: integer(q)?,
        exponent1: integer(dp)?,
        exponent2: integer(dq)?,
        coefficient: integer(qi)?,
        other_prime_infos: None,
    };
    Ok(Zeroizing::new(private.to_der().map_err(failed)?))
}

fn jwk(key: &Key) -> Outcome<JsonWebKey> {
    let mut jwk = JsonWebKey {
        ext: Some(key.extractable),
        key_ops: Some(key.usages.names().map(str::to_owned).collect()),
        ..JsonWebKey::default()
    };
    if key.name == Name::Ed25519 {
        jwk.alg = Some(key.name.as_str().to_owned());
    }
    let mut kind = |name: &str| jwk.kty = Some(name.to_owned());
    match (&key.material, &key.details) {
        (Material::Secret(bytes), details) => {
            kind("oct");
            jwk.k = encode(bytes);
            jwk.alg = match details {
                Details::Aes(length) => Some(aes_algorithm(key.name, *length)),
                Details::Hmac(hash, _) => Some(format!("HS{}", hash.suffix())),
                _ => None,
            };
        }
        (Material::EcPublic(public) | Material::EcPrivate { public, .. }, Details::Ec(curve)) => {
            kind("EC");
            jwk.crv = Some(curve.name().to_owned());
            // The first byte says that the point is not compressed.
            let (x, y) = public
                .get(1..)
                .and_then(|point| point.split_at_checked(curve.field_bytes()))
                .ok_or_else(|| failed(()))?;
            jwk.x = encode(x);
            jwk.y = encode(y);
            if let Material::EcPrivate { scalar, .. } = &key.material {
                jwk.d = encode(scalar);
            }
        }
        (Material::OkpPublic(public), _) => {
            kind("OKP");
            jwk.crv = Some(key.name.as_str().to_owned());
            jwk.x = encode(public);
        }
        (Material::OkpPrivate(private), _) => {
            kind("OKP");
            jwk.crv = Some(key.name.as_str().to_owned());
            jwk.x = encode(&okp::public_key(key.name, private));
            jwk.d = encode(&**private);
        }
        (Material::RsaPublic(public), Details::Rsa { hash, .. }) => {
            kind("RSA");
            jwk.alg = Some(rsa_algorithm(key.name, *hash));
            jwk.n = encode(&public.n().to_bytes_be());
            jwk.e = encode(&public.e().to_bytes_be());
        }
        (Material::RsaPrivate(private), Details::Rsa { hash, .. }) => {
            kind("RSA");
            jwk.alg = Some(rsa_algorithm(key.name, *hash));
            let numbers = rsa_numbers(private)?;
            let [n, e, d, p, q, dp, dq, qi] = numbers.map(|number| encode(&number));
            (jwk.n, jwk.e, jwk.d) = (n, e, d);
            (jwk.p, jwk.q) = (p, q);
            (jwk.dp, jwk.dq, jwk.qi) = (dp, dq, qi);
        }
        _ => return Err(failed(())),
    }
    Ok(jwk)
}
