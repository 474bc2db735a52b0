//! What each algorithm does for each operation.

use zeroize::Zeroizing;

use super::{
    algorithm::{Algorithm, Name, Params},
    algorithms::{
        aes::{self, Gcm},
        derive,
        ec::Curve,
        hmac, okp, rsa,
    },
    failure::{Failure, Outcome},
    import::{pair_usages, secret_usages},
    key::{Details, Generated, Key, KeyType, Material, check_usages},
    usages::Usages,
    work::Cost,
};

/// How long an operation on so much data takes.
pub(super) fn cost(algorithm: &Algorithm, bytes: usize) -> Cost {
    match (algorithm.name, &algorithm.params) {
        // To verify and to encrypt is cheap, but who does that does not wait for it either.
        (name, _) if name.is_rsa() => Cost::High,
        (
            Name::Pbkdf2,
            Params::Pbkdf2 {
                iterations: 100.., ..
            },
        ) => Cost::High,
        (Name::Ecdsa | Name::Ecdh, _) => Cost::High,
        _ => Cost::Bytes(bytes),
    }
}

/// The parameters are of another algorithm: that cannot be, as they are made together with its name.
fn mismatch(algorithm: &Algorithm) -> Failure {
    Failure::operation(format!("{} does not do that", algorithm.name.as_str()))
}

/// The "encrypt" operation.
pub(super) fn encrypt(algorithm: &Algorithm, key: &Key, data: Vec<u8>) -> Outcome<Vec<u8>> {
    match &algorithm.params {
        Params::Iv(iv) => aes::encrypt_cbc(key.bytes()?, iv, &data),
        Params::Counter { counter, length } => aes::apply_ctr(key.bytes()?, counter, *length, data),
        Params::Gcm { .. } => aes::encrypt_gcm(key.bytes()?, &gcm(algorithm)?, data),
        Params::Label(label) => {
            key.expect(KeyType::Public)?;
            match &key.material {
                Material::RsaPublic(public) => rsa::encrypt(public, key.hash()?, label, &data),
                _ => Err(mismatch(algorithm)),
            }
        }
        _ => Err(mismatch(algorithm)),
    }
}

/// The "decrypt" operation.
pub(super) fn decrypt(algorithm: &Algorithm, key: &Key, data: Vec<u8>) -> Outcome<Vec<u8>> {
    match &algorithm.params {
        Params::Iv(iv) => aes::decrypt_cbc(key.bytes()?, iv, &data),
        Params::Counter { counter, length } => aes::apply_ctr(key.bytes()?, counter, *length, data),
        Params::Gcm { .. } => aes::decrypt_gcm(key.bytes()?, &gcm(algorithm)?, data),
        Params::Label(label) => {
            key.expect(KeyType::Private)?;
            match &key.material {
                Material::RsaPrivate(private) => rsa::decrypt(private, key.hash()?, label, &data),
                _ => Err(mismatch(algorithm)),
            }
        }
        _ => Err(mismatch(algorithm)),
    }
}

fn gcm(algorithm: &Algorithm) -> Outcome<Gcm> {
    match &algorithm.params {
        Params::Gcm {
            additional_data,
            iv,
            tag_length,
        } => Ok(Gcm {
            iv: iv.clone(),
            additional_data: additional_data.clone(),
            tag_length: *tag_length,
        }),
        _ => Err(mismatch(algorithm)),
    }
}

/// The "wrap key" operation, or "encrypt" in its place.
pub(super) fn wrap(algorithm: &Algorithm, key: &Key, data: &[u8]) -> Outcome<Vec<u8>> {
    match algorithm.name {
        Name::AesKw => aes::wrap(key.bytes()?, data),
        _ => encrypt(algorithm, key, data.to_vec()),
    }
}

/// The "unwrap key" operation, or "decrypt" in its place.
pub(super) fn unwrap(algorithm: &Algorithm, key: &Key, data: Vec<u8>) -> Outcome<Vec<u8>> {
    match algorithm.name {
        Name::AesKw => aes::unwrap(key.bytes()?, &data),
        _ => decrypt(algorithm, key, data),
    }
}

/// The "sign" operation.
pub(super) fn sign(algorithm: &Algorithm, key: &Key, data: &[u8]) -> Outcome<Vec<u8>> {
    if algorithm.name == Name::Hmac {
        return hmac::sign(key.hash()?, key.bytes()?, data);
    }
    key.expect(KeyType::Private)?;
    match (&key.material, &algorithm.params) {
        (Material::EcPrivate { scalar, .. }, Params::Hash(hash)) => key
            .curve()?
            .sign(scalar, &hash.digest(data))
            .ok_or_else(|| Failure::operation("the data cannot be signed")),
        (Material::OkpPrivate(private), _) => Ok(okp::sign(private, data)),
        (Material::RsaPrivate(private), Params::SaltLength(length)) => {
            rsa::sign_pss(private, key.hash()?, *length, data)
        }
        (Material::RsaPrivate(private), Params::None) => {
            rsa::sign_pkcs1(private, key.hash()?, data)
        }
        _ => Err(mismatch(algorithm)),
    }
}

/// The "verify" operation.
pub(super) fn verify(
    algorithm: &Algorithm,
    key: &Key,
    signature: &[u8],
    data: &[u8],
) -> Outcome<bool> {
    if algorithm.name == Name::Hmac {
        return hmac::verify(key.hash()?, key.bytes()?, data, signature);
    }
    key.expect(KeyType::Public)?;
    match (&key.material, &algorithm.params) {
        (Material::EcPublic(public), Params::Hash(hash)) => {
            Ok(key.curve()?.verify(public, &hash.digest(data), signature))
        }
        (Material::OkpPublic(public), _) => Ok(okp::verify(public, data, signature)),
        (Material::RsaPublic(public), Params::SaltLength(length)) => Ok(rsa::verify_pss(
            public,
            key.hash()?,
            *length,
            data,
            signature,
        )),
        (Material::RsaPublic(public), Params::None) => {
            Ok(rsa::verify_pkcs1(public, key.hash()?, data, signature))
        }
        _ => Err(mismatch(algorithm)),
    }
}

/// The "generate key" operation.
pub(super) fn generate_key(
    algorithm: &Algorithm,
    extractable: bool,
    usages: Usages,
) -> Outcome<Generated> {
    let name = algorithm.name;
    let secret = |details, generate: &dyn Fn() -> Outcome<Zeroizing<Vec<u8>>>| {
        check_usages(usages, secret_usages(name))?;
        let bytes = generate()?;
        if usages.is_empty() {
            return Err(Failure::syntax("a secret key must have usages"));
        }
        let key = Key::secret(name, details, bytes, extractable, usages);
        Ok(Generated::Key(key))
    };
    let pair = |details, generate: &dyn Fn() -> Outcome<(Material, Material)>| {
        let (public, private) = pair_usages(name);
        check_usages(usages, public.or(private))?;
        // Generating may take long, and would be for nothing.
        let is_useless = usages.and(private).is_empty();
        if !is_useless || !name.is_rsa() {
            let material = generate()?;
            if !is_useless {
                let kinds = (public, private);
                let pair = Generated::pair(name, details, material, extractable, usages, kinds);
                return Ok(pair);
            }
        } else if let Params::RsaKeyGen {
            modulus_length,
            public_exponent,
            ..
        } = &algorithm.params
        {
            rsa::check_generation(*modulus_length, public_exponent)?;
        }
        Err(Failure::syntax("a private key must have usages"))
    };
    match &algorithm.params {
        Params::KeyLength(length) => {
            check_usages(usages, secret_usages(name))?;
            let length = aes::check_length(usize::from(*length), Failure::operation)?;
            secret(Details::Aes(length), &|| aes::generate(length))
        }
        Params::Hmac { hash, length } => {
            check_usages(usages, secret_usages(name))?;
            let length = hmac::length(*hash, *length, Failure::operation)?;
            secret(Details::Hmac(*hash, length), &|| hmac::generate(length))
        }
        Params::Curve(curve) => {
            let (public, private) = pair_usages(name);
            check_usages(usages, public.or(private))?;
            let curve = Curve::named(curve)?;
            pair(Details::Ec(curve), &|| Ok(curve.generate()))
        }
        Params::RsaKeyGen {
            modulus_length,
            public_exponent,
            hash,
        } => {
            let details = Details::Rsa {
                modulus_length: *modulus_length,
                public_exponent: public_exponent.clone(),
                hash: *hash,
            };
            pair(details, &|| rsa::generate(*modulus_length, public_exponent))
        }
        Params::None if matches!(name, Name::Ed25519 | Name::X25519) => {
            pair(Details::None, &|| okp::generate(name))
        }
        _ => Err(mismatch(algorithm)),
    }
}

/// The "derive bits" operation.
pub(super) fn derive_bits(
    algorithm: &Algorithm,
    key: &Key,
    length: Option<u32>,
) -> Outcome<Vec<u8>> {
    match &algorithm.params {
        Params::Hkdf { hash, info, salt } => derive::hkdf(*hash, key.bytes()?, salt, info, length),
        Params::Pbkdf2 {
            hash,
            iterations,
            salt,
        } => derive::pbkdf2(*hash, key.bytes()?, salt, *iterations, length),
        Params::Peer(peer) => {
            key.expect(KeyType::Private)?;
            peer.expect(KeyType::Public)?;
            if peer.name != algorithm.name {
                return Err(Failure::invalid_access(
                    "the public key is one of another algorithm",
                ));
            }
            let secret = match (&key.material, &peer.material) {
                (Material::EcPrivate { scalar, .. }, Material::EcPublic(public)) => {
                    let curve = key.curve()?;
                    if peer.curve()? != curve {
                        return Err(Failure::invalid_access(
                            "the public key belongs to another curve",
                        ));
                    }
                    curve
                        .agree(scalar, public)
                        .ok_or_else(|| Failure::operation("the keys agree on nothing"))?
                }
                (Material::OkpPrivate(private), Material::OkpPublic(public)) => {
                    okp::agree(private, public)?
                }
                _ => return Err(mismatch(algorithm)),
            };
            truncated(secret, length)
        }
        _ => Err(mismatch(algorithm)),
    }
}

/// The first bits of a secret; all of them if no length is asked for.
fn truncated(mut secret: Vec<u8>, length: Option<u32>) -> Outcome<Vec<u8>> {
    let Some(length) = length else {
        return Ok(secret);
    };
    let bytes = length.div_ceil(8) as usize;
    if bytes > secret.len() {
        return Err(Failure::operation("length is more than the secret has"));
    }
    secret.truncate(bytes);
    hmac::clear_rest(&mut secret, length);
    Ok(secret)
}

/// The "get key length" operation.
pub(super) fn key_length(algorithm: &Algorithm) -> Outcome<Option<u32>> {
    match &algorithm.params {
        Params::KeyLength(length) => {
            aes::check_length(usize::from(*length), Failure::operation)?;
            Ok(Some(u32::from(*length)))
        }
        Params::Hmac { hash, length } => match length {
            // A `TypeError`, as the specification has it.
            Some(0) => Err(Failure::Type("length must not be 0".to_owned())),
            length => hmac::length(*hash, *length, Failure::operation).map(Some),
        },
        _ => Ok(None),
    }
}
