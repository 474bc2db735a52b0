//! The import of keys.

use rsa::{
    BigUint, RsaPrivateKey, RsaPublicKey,
    pkcs1::{self, der::Decode as _},
    pkcs8::{ObjectIdentifier, PrivateKeyInfo, spki::SubjectPublicKeyInfoRef},
    traits::PublicKeyParts,
};
use sec1::EcPrivateKey;
use zeroize::Zeroizing;

use super::{
    algorithm::{Algorithm, Name, Params},
    algorithms::{aes, ec::Curve, hmac, okp},
    failure::{Failure, Outcome},
    hash::Hash,
    json_web_key::{JsonWebKey, decode},
    key::{Details, Key, KeyType, Material, check_usages},
    usages::Usages,
};

/// <https://w3c.github.io/webcrypto/#dfn-KeyFormat>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Raw,
    Pkcs8,
    Spki,
    Jwk,
}

impl Format {
    /// The names of the formats.
    pub(super) const NAMES: [&'static str; 4] = ["raw", "pkcs8", "spki", "jwk"];

    pub(super) fn named(name: &str) -> Self {
        match name {
            "raw" => Self::Raw,
            "pkcs8" => Self::Pkcs8,
            "spki" => Self::Spki,
            _ => Self::Jwk,
        }
    }
}

/// What a key is imported from.
pub(super) enum KeyData {
    Raw(Zeroizing<Vec<u8>>),
    Pkcs8(Zeroizing<Vec<u8>>),
    Spki(Vec<u8>),
    Jwk(Box<JsonWebKey>),
}

/// What is imported, besides the data.
#[derive(Clone, Copy)]
struct Import {
    name: Name,
    extractable: bool,
    usages: Usages,
}

/// id-ecPublicKey
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
/// id-X25519
const X25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.110");
/// id-Ed25519
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// The largest RSA modulus, in bits.
const MAX_MODULUS: usize = 16_384;

/// The object identifier of Ed25519 or X25519.
pub(super) const fn okp_identifier(name: Name) -> ObjectIdentifier {
    match name {
        Name::X25519 => X25519,
        _ => ED25519,
    }
}

/// The object identifier of keys on the NIST curves.
pub(super) const fn ec_identifier() -> ObjectIdentifier {
    EC_PUBLIC_KEY
}

/// The `alg` of JSON Web Keys of AES.
pub(super) fn aes_algorithm(name: Name, bits: u16) -> String {
    let mode = match name {
        Name::AesCbc => "CBC",
        Name::AesCtr => "CTR",
        Name::AesGcm => "GCM",
        _ => "KW",
    };
    format!("A{bits}{mode}")
}

/// The `alg` of JSON Web Keys of RSA.
pub(super) fn rsa_algorithm(name: Name, hash: Hash) -> String {
    match (name, hash) {
        (Name::RsaSsa, _) => format!("RS{}", hash.suffix()),
        (Name::RsaPss, _) => format!("PS{}", hash.suffix()),
        (_, Hash::Sha1) => "RSA-OAEP".to_owned(),
        _ => format!("RSA-OAEP-{}", hash.suffix()),
    }
}

/// The usages of public keys and those of private ones.
pub(super) fn pair_usages(name: Name) -> (Usages, Usages) {
    match name {
        Name::Ecdh | Name::X25519 => (Usages::NONE, Usages::DERIVE),
        Name::RsaOaep => (
            Usages::ENCRYPT.or(Usages::WRAP_KEY),
            Usages::DECRYPT.or(Usages::UNWRAP_KEY),
        ),
        _ => (Usages::VERIFY, Usages::SIGN),
    }
}

/// The usages of secret keys.
pub(super) fn secret_usages(name: Name) -> Usages {
    let wrap = Usages::WRAP_KEY.or(Usages::UNWRAP_KEY);
    match name {
        Name::AesKw => wrap,
        Name::Hmac => Usages::SIGN.or(Usages::VERIFY),
        Name::Hkdf | Name::Pbkdf2 => Usages::DERIVE,
        _ => wrap.or(Usages::ENCRYPT).or(Usages::DECRYPT),
    }
}

/// What `use` is in JSON Web Keys of an algorithm.
fn purpose(name: Name) -> &'static str {
    match name {
        Name::Ecdsa | Name::Ed25519 | Name::Hmac | Name::RsaPss | Name::RsaSsa => "sig",
        _ => "enc",
    }
}

/// The "import key" operation of the algorithm.
pub(super) fn import(
    algorithm: &Algorithm,
    data: &KeyData,
    extractable: bool,
    usages: Usages,
) -> Outcome<Key> {
    let import = Import {
        name: algorithm.name,
        extractable,
        usages,
    };
    match (&algorithm.params, algorithm.name) {
        (Params::Hmac { hash, length }, _) => import.hmac(data, *hash, *length),
        (Params::Hash(hash), _) => import.rsa(data, *hash),
        (Params::Curve(name), _) => import.ec(data, Curve::named(name)?),
        (_, Name::Hkdf | Name::Pbkdf2) => import.password(data),
        (_, Name::Ed25519 | Name::X25519) => import.okp(data),
        (_, name) if name.is_aes() => import.aes(data),
        (_, name) => Err(Failure::not_supported(format!(
            "there are no keys of {}",
            name.as_str()
        ))),
    }
}

fn bad_format(name: Name) -> Failure {
    Failure::not_supported(format!("{} has no keys in that format", name.as_str()))
}

fn bad_encoding<E>(_: E) -> Failure {
    Failure::data("the key is not encoded as it should be")
}

impl Import {
    /// A secret key's bytes.
    fn secret(
        self,
        data: &KeyData,
        algorithm: impl FnOnce(usize) -> Outcome<String>,
    ) -> Outcome<Zeroizing<Vec<u8>>> {
        check_usages(self.usages, secret_usages(self.name))?;
        match data {
            KeyData::Raw(bytes) => Ok(bytes.clone()),
            KeyData::Jwk(jwk) => {
                if jwk.kty.as_deref() != Some("oct") {
                    return Err(Failure::data("kty must be \"oct\""));
                }
                let bytes = decode(jwk.k.as_ref(), "k")?;
                jwk.check_algorithm(&[&algorithm(bytes.len())?])?;
                jwk.check("oct", purpose(self.name), self.extractable, self.usages)?;
                Ok(bytes)
            }
            _ => Err(bad_format(self.name)),
        }
    }

    /// <https://w3c.github.io/webcrypto/#aes-cbc-operations-import-key> and its like
    fn aes(self, data: &KeyData) -> Outcome<Key> {
        let length = |bytes: usize| aes::check_length(bytes.saturating_mul(8), Failure::data);
        let bytes = self.secret(data, |bytes| Ok(aes_algorithm(self.name, length(bytes)?)))?;
        let details = Details::Aes(length(bytes.len())?);
        Ok(Key::secret(
            self.name,
            details,
            bytes,
            self.extractable,
            self.usages,
        ))
    }

    /// <https://w3c.github.io/webcrypto/#hmac-operations-import-key>
    fn hmac(self, data: &KeyData, hash: Hash, length: Option<u32>) -> Outcome<Key> {
        let bytes = self.secret(data, |_| Ok(format!("HS{}", hash.suffix())))?;
        let bits = u32::try_from(bytes.len().saturating_mul(8))
            .map_err(|_| Failure::data("the key is too long"))?;
        if bits == 0 {
            return Err(Failure::data("the key is empty"));
        }
        let length = length.map_or(Ok(bits), |length| {
            if length > bits || length <= bits - 8 {
                return Err(Failure::data("length does not fit the key"));
            }
            Ok(length)
        })?;
        hmac::length(hash, Some(length), Failure::data)?;
        let details = Details::Hmac(hash, length);
        Ok(Key::secret(
            self.name,
            details,
            bytes,
            self.extractable,
            self.usages,
        ))
    }

    /// <https://w3c.github.io/webcrypto/#hkdf-operations-import-key>,
    /// <https://w3c.github.io/webcrypto/#pbkdf2-operations-import-key>
    fn password(self, data: &KeyData) -> Outcome<Key> {
        let KeyData::Raw(bytes) = data else {
            return Err(bad_format(self.name));
        };
        check_usages(self.usages, secret_usages(self.name))?;
        if self.extractable {
            return Err(Failure::syntax("such a key cannot be extractable"));
        }
        Ok(Key::secret(
            self.name,
            Details::None,
            bytes.clone(),
            false,
            self.usages,
        ))
    }

    /// A public or private key of the material.
    fn key(self, details: Details, material: Material) -> Key {
        let kind = match &material {
            Material::Secret(_) => KeyType::Secret,
            Material::EcPublic(_) | Material::OkpPublic(_) | Material::RsaPublic(_) => {
                KeyType::Public
            }
            _ => KeyType::Private,
        };
        Key {
            kind,
            extractable: self.extractable,
            name: self.name,
            details,
            usages: self.usages,
            material,
        }
    }

    /// Throws unless the usages fit a key of that type.
    fn check_usages(self, is_private: bool) -> Outcome<()> {
        let (public, private) = pair_usages(self.name);
        check_usages(self.usages, if is_private { private } else { public })
    }

    /// <https://w3c.github.io/webcrypto/#ecdsa-operations-import-key>,
    /// <https://w3c.github.io/webcrypto/#ecdh-operations-import-key>
    fn ec(self, data: &KeyData, curve: Curve) -> Outcome<Key> {
        let public = |bytes: &[u8]| {
            let point = curve.read_public(bytes);
            point
                .map(Material::EcPublic)
                .ok_or_else(|| Failure::data("the key is no point of the curve"))
        };
        let material = match data {
            KeyData::Raw(bytes) => {
                self.check_usages(false)?;
                public(bytes)?
            }
            KeyData::Spki(bytes) => {
                self.check_usages(false)?;
                let info = SubjectPublicKeyInfoRef::from_der(bytes).map_err(bad_encoding)?;
                if info.algorithm.assert_algorithm_oid(EC_PUBLIC_KEY).is_err()
                    || info.algorithm.parameters_oid() != Ok(curve.object_identifier())
                {
                    return Err(Failure::data("the key is not one of the curve"));
                }
                let bytes = info.subject_public_key.as_bytes();
                public(bytes.ok_or_else(|| bad_encoding(()))?)?
            }
            KeyData::Pkcs8(bytes) => {
                self.check_usages(true)?;
                ec_from_pkcs8(bytes, curve)?
            }
            KeyData::Jwk(jwk) => {
                self.check_usages(jwk.d.is_some())?;
                jwk.check("EC", purpose(self.name), self.extractable, self.usages)?;
                if jwk.crv.as_deref() != Some(curve.name()) {
                    return Err(Failure::data(format!("crv must be \"{}\"", curve.name())));
                }
                if self.name == Name::Ecdsa {
                    jwk.check_algorithm(&[curve.signature_algorithm()])?;
                }
                ec_from_jwk(jwk, curve)?
            }
        };
        Ok(self.key(Details::Ec(curve), material))
    }

    /// <https://w3c.github.io/webcrypto/#ed25519-operations-import-key>,
    /// <https://w3c.github.io/webcrypto/#x25519-operations-import-key>
    fn okp(self, data: &KeyData) -> Outcome<Key> {
        let bytes = |bytes: &[u8]| {
            <[u8; 32]>::try_from(bytes).map_err(|_| Failure::data("the key must have 32 bytes"))
        };
        let oid = okp_identifier(self.name);
        let material = match data {
            KeyData::Raw(raw) => {
                self.check_usages(false)?;
                Material::OkpPublic(bytes(raw)?)
            }
            KeyData::Spki(der) => {
                self.check_usages(false)?;
                let info = SubjectPublicKeyInfoRef::from_der(der).map_err(bad_encoding)?;
                if info.algorithm.oid != oid || info.algorithm.parameters.is_some() {
                    return Err(Failure::data("the key is not one of the algorithm"));
                }
                let public = info.subject_public_key.as_bytes();
                Material::OkpPublic(bytes(public.ok_or_else(|| bad_encoding(()))?)?)
            }
            KeyData::Pkcs8(der) => {
                self.check_usages(true)?;
                let info = PrivateKeyInfo::from_der(der).map_err(bad_encoding)?;
                if info.algorithm.oid != oid || info.algorithm.parameters.is_some() {
                    return Err(Failure::data("the key is not one of the algorithm"));
                }
                // The key is an octet string within the octet string.
                let private = pkcs1::der::asn1::OctetStringRef::from_der(info.private_key)
                    .map_err(bad_encoding)?;
                Material::OkpPrivate(Zeroizing::new(bytes(private.as_bytes())?))
            }
            KeyData::Jwk(jwk) => {
                self.check_usages(jwk.d.is_some())?;
                jwk.check("OKP", purpose(self.name), self.extractable, self.usages)?;
                if jwk.crv.as_deref() != Some(self.name.as_str()) {
                    return Err(Failure::data(format!(
                        "crv must be \"{}\"",
                        self.name.as_str()
                    )));
                }
                if self.name == Name::Ed25519 {
                    jwk.check_algorithm(&["Ed25519", "EdDSA"])?;
                }
                let public = bytes(&decode(jwk.x.as_ref(), "x")?)?;
                match &jwk.d {
                    None => Material::OkpPublic(public),
                    Some(d) => {
                        let private = Zeroizing::new(bytes(&decode(Some(d), "d")?)?);
                        if okp::public_key(self.name, &private) != public {
                            return Err(Failure::data("d and x do not belong together"));
                        }
                        Material::OkpPrivate(private)
                    }
                }
            }
        };
        Ok(self.key(Details::None, material))
    }

    /// <https://w3c.github.io/webcrypto/#rsassa-pkcs1-operations-import-key> and its like
    fn rsa(self, data: &KeyData, hash: Hash) -> Outcome<Key> {
        let material = match data {
            KeyData::Raw(_) => return Err(bad_format(self.name)),
            KeyData::Spki(der) => {
                self.check_usages(false)?;
                let info = SubjectPublicKeyInfoRef::from_der(der).map_err(bad_encoding)?;
                if info.algorithm.oid != pkcs1::ALGORITHM_OID {
                    return Err(Failure::data("the key is not one of RSA"));
                }
                let bytes = info.subject_public_key.as_bytes();
                let bytes = bytes.ok_or_else(|| bad_encoding(()))?;
                let key = pkcs1::RsaPublicKey::from_der(bytes).map_err(bad_encoding)?;
                rsa_public(
                    BigUint::from_bytes_be(key.modulus.as_bytes()),
                    BigUint::from_bytes_be(key.public_exponent.as_bytes()),
                )?
            }
            KeyData::Pkcs8(der) => {
                self.check_usages(true)?;
                let info = PrivateKeyInfo::from_der(der).map_err(bad_encoding)?;
                if info.algorithm.oid != pkcs1::ALGORITHM_OID {
                    return Err(Failure::data("the key is not one of RSA"));
                }
                let key = pkcs1::RsaPrivateKey::from_der(info.private_key).map_err(bad_encoding)?;
                let number = |number: pkcs1::UintRef<'_>| BigUint::from_bytes_be(number.as_bytes());
                rsa_private(
                    number(key.modulus),
                    number(key.public_exponent),
                    number(key.private_exponent),
                    vec![number(key.prime1), number(key.prime2)],
                )?
            }
            KeyData::Jwk(jwk) => {
                self.check_usages(jwk.d.is_some())?;
                jwk.check("RSA", purpose(self.name), self.extractable, self.usages)?;
                jwk.check_algorithm(&[&rsa_algorithm(self.name, hash)])?;
                rsa_from_jwk(jwk)?
            }
        };
        let (modulus, exponent) = match &material {
            Material::RsaPrivate(key) => (key.n().bits(), key.e().to_bytes_be()),
            Material::RsaPublic(key) => (key.n().bits(), key.e().to_bytes_be()),
            _ => (0, Vec::new()),
        };
        let details = Details::Rsa {
            modulus_length: modulus as u32,
            public_exponent: exponent,
            hash,
        };
        Ok(self.key(details, material))
    }
}

fn ec_private(
    curve: Curve,
    scalar: Zeroizing<Vec<u8>>,
    public: Option<&[u8]>,
) -> Outcome<Material> {
    let known = curve
        .public_of(&scalar)
        .ok_or_else(|| Failure::data("the key is no number of the curve"))?;
    if let Some(public) = public
        && curve.read_public(public).as_ref() != Some(&known)
    {
        return Err(Failure::data(
            "the private key and the public one do not belong together",
        ));
    }
    Ok(Material::EcPrivate {
        scalar,
        public: known,
    })
}

fn ec_from_pkcs8(bytes: &[u8], curve: Curve) -> Outcome<Material> {
    let info = PrivateKeyInfo::from_der(bytes).map_err(bad_encoding)?;
    if info.algorithm.assert_algorithm_oid(EC_PUBLIC_KEY).is_err()
        || info.algorithm.parameters_oid() != Ok(curve.object_identifier())
    {
        return Err(Failure::data("the key is not one of the curve"));
    }
    let key = EcPrivateKey::from_der(info.private_key).map_err(bad_encoding)?;
    if let Some(parameters) = &key.parameters
        && parameters.named_curve() != Some(curve.object_identifier())
    {
        return Err(Failure::data("the key is not one of the curve"));
    }
    ec_private(
        curve,
        Zeroizing::new(key.private_key.to_vec()),
        key.public_key,
    )
}

fn ec_from_jwk(jwk: &JsonWebKey, curve: Curve) -> Outcome<Material> {
    let size = curve.field_bytes();
    let coordinate = |member: Option<&String>, name| {
        let bytes = decode(member, name)?;
        if bytes.len() != size {
            return Err(Failure::data(format!("{name} must have {size} bytes")));
        }
        Ok(bytes)
    };
    let mut public = vec![4];
    public.extend_from_slice(&coordinate(jwk.x.as_ref(), "x")?);
    public.extend_from_slice(&coordinate(jwk.y.as_ref(), "y")?);
    match &jwk.d {
        Some(d) => ec_private(curve, coordinate(Some(d), "d")?, Some(&public)),
        None => curve
            .read_public(&public)
            .map(Material::EcPublic)
            .ok_or_else(|| Failure::data("the key is no point of the curve")),
    }
}

fn rsa_public(modulus: BigUint, exponent: BigUint) -> Outcome<Material> {
    RsaPublicKey::new_with_max_size(modulus, exponent, MAX_MODULUS)
        .map(|key| Material::RsaPublic(Box::new(key)))
        .map_err(|error| Failure::data(format!("the key is none of RSA: {error}")))
}

fn rsa_private(
    modulus: BigUint,
    exponent: BigUint,
    private: BigUint,
    primes: Vec<BigUint>,
) -> Outcome<Material> {
    if modulus.bits() > MAX_MODULUS {
        return Err(Failure::data(format!(
            "RSA keys of more than {MAX_MODULUS} bits are not supported"
        )));
    }
    RsaPrivateKey::from_components(modulus, exponent, private, primes)
        .map(|key| Material::RsaPrivate(Box::new(key)))
        .map_err(|error| Failure::data(format!("the key is none of RSA: {error}")))
}

fn rsa_from_jwk(jwk: &JsonWebKey) -> Outcome<Material> {
    let number = |member: Option<&String>, name| {
        Ok::<_, Failure>(BigUint::from_bytes_be(&decode(member, name)?))
    };
    let modulus = number(jwk.n.as_ref(), "n")?;
    let exponent = number(jwk.e.as_ref(), "e")?;
    if jwk.d.is_none() {
        return rsa_public(modulus, exponent);
    }
    if jwk.oth {
        return Err(Failure::not_supported(
            "keys of more than two primes are not supported",
        ));
    }
    let private = number(jwk.d.as_ref(), "d")?;
    let rest = [&jwk.p, &jwk.q, &jwk.dp, &jwk.dq, &jwk.qi];
    if rest.iter().all(|member| member.is_none()) {
        return rsa_private(modulus, exponent, private, Vec::new());
    }
    let primes = vec![number(jwk.p.as_ref(), "p")?, number(jwk.q.as_ref(), "q")?];
    for (member, name) in [(&jwk.dp, "dp"), (&jwk.dq, "dq"), (&jwk.qi, "qi")] {
        number(member.as_ref(), name)?;
    }
    rsa_private(modulus, exponent, private, primes)
}
