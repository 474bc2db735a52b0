//! Ed25519 and X25519: <https://w3c.github.io/webcrypto/#ed25519>,
//! <https://w3c.github.io/webcrypto/#x25519>.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

use crate::crypto::{
    algorithm::Name,
    failure::{Failure, Outcome, fill},
    key::Material,
};

/// A new pair of keys, the public one first.
pub(in crate::crypto) fn generate(name: Name) -> Outcome<(Material, Material)> {
    let mut private = Zeroizing::new([0; 32]);
    fill(&mut *private)?;
    let public = public_key(name, &private);
    Ok((Material::OkpPublic(public), Material::OkpPrivate(private)))
}

/// The public key of a private one.
pub(in crate::crypto) fn public_key(name: Name, private: &[u8; 32]) -> [u8; 32] {
    if name == Name::X25519 {
        PublicKey::from(&StaticSecret::from(*private)).to_bytes()
    } else {
        SigningKey::from_bytes(private).verifying_key().to_bytes()
    }
}

/// <https://w3c.github.io/webcrypto/#ed25519-operations-sign>
pub(in crate::crypto) fn sign(private: &[u8; 32], data: &[u8]) -> Vec<u8> {
    SigningKey::from_bytes(private).sign(data).to_vec()
}

/// <https://w3c.github.io/webcrypto/#ed25519-operations-verify>
///
/// Points of small order are refused, and the equation is the one without the cofactor.
pub(in crate::crypto) fn verify(public: &[u8; 32], data: &[u8], signature: &[u8]) -> bool {
    let Ok(key) = VerifyingKey::from_bytes(public) else {
        return false;
    };
    let Ok(signature) = Signature::from_slice(signature) else {
        return false;
    };
    key.verify_strict(data, &signature).is_ok()
}

/// <https://w3c.github.io/webcrypto/#x25519-operations-derive-bits>, up to the secret.
pub(in crate::crypto) fn agree(private: &[u8; 32], public: &[u8; 32]) -> Outcome<Vec<u8>> {
    let secret = StaticSecret::from(*private).diffie_hellman(&PublicKey::from(*public));
    if !secret.was_contributory() {
        return Err(Failure::operation("the public key is of small order"));
    }
    Ok(secret.as_bytes().to_vec())
}
