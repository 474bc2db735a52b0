//! Keys, apart from JavaScript.

use rsa::{RsaPrivateKey, RsaPublicKey};
use zeroize::Zeroizing;

use super::{
    algorithm::Name,
    algorithms::ec::Curve,
    failure::{Failure, Outcome},
    hash::Hash,
    usages::Usages,
};

/// <https://w3c.github.io/webcrypto/#dfn-KeyType>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyType {
    Secret,
    Public,
    Private,
}

impl KeyType {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Public => "public",
            Self::Private => "private",
        }
    }
}

/// What a key's algorithm is told by, besides its name.
#[derive(Debug, Clone)]
pub(super) enum Details {
    None,
    /// The length in bits.
    Aes(u16),
    /// The length in bits.
    Hmac(Hash, u32),
    Rsa {
        modulus_length: u32,
        public_exponent: Vec<u8>,
        hash: Hash,
    },
    Ec(Curve),
}

/// What makes the key; cleared from memory with it, if it is secret.
#[derive(Clone)]
pub(super) enum Material {
    Secret(Zeroizing<Vec<u8>>),
    /// An uncompressed point.
    EcPublic(Vec<u8>),
    EcPrivate {
        scalar: Zeroizing<Vec<u8>>,
        /// An uncompressed point.
        public: Vec<u8>,
    },
    OkpPublic([u8; 32]),
    OkpPrivate(Zeroizing<[u8; 32]>),
    RsaPublic(Box<RsaPublicKey>),
    RsaPrivate(Box<RsaPrivateKey>),
}

/// A key: <https://w3c.github.io/webcrypto/#dfn-CryptoKey>.
#[derive(Clone)]
pub(super) struct Key {
    pub(super) kind: KeyType,
    pub(super) extractable: bool,
    pub(super) name: Name,
    pub(super) details: Details,
    pub(super) usages: Usages,
    pub(super) material: Material,
}

impl Key {
    /// A secret key.
    pub(super) fn secret(
        name: Name,
        details: Details,
        bytes: Zeroizing<Vec<u8>>,
        extractable: bool,
        usages: Usages,
    ) -> Self {
        Self {
            kind: KeyType::Secret,
            extractable,
            name,
            details,
            usages,
            material: Material::Secret(bytes),
        }
    }

    /// The bytes of a secret key.
    pub(super) fn bytes(&self) -> Outcome<&[u8]> {
        match &self.material {
            Material::Secret(bytes) => Ok(bytes),
            _ => Err(Failure::invalid_access("the key is not a secret one")),
        }
    }

    /// The hash function that the key is bound to.
    pub(super) fn hash(&self) -> Outcome<Hash> {
        match self.details {
            Details::Hmac(hash, _) | Details::Rsa { hash, .. } => Ok(hash),
            _ => Err(Failure::operation("the key has no hash function")),
        }
    }

    /// The curve that the key belongs to.
    pub(super) fn curve(&self) -> Outcome<Curve> {
        match self.details {
            Details::Ec(curve) => Ok(curve),
            _ => Err(Failure::operation("the key belongs to no curve")),
        }
    }

    /// Throws unless the key is of that type.
    pub(super) fn expect(&self, kind: KeyType) -> Outcome<()> {
        if self.kind == kind {
            return Ok(());
        }
        Err(Failure::invalid_access(format!(
            "the key must be a {} one, and is a {} one",
            kind.name(),
            self.kind.name()
        )))
    }
}

/// What generating keys gives.
pub(super) enum Generated {
    Key(Key),
    Pair { public: Key, private: Key },
}

impl Generated {
    /// A pair of keys; each gets those of the usages that it can be put to.
    pub(super) fn pair(
        name: Name,
        details: Details,
        (public, private): (Material, Material),
        extractable: bool,
        usages: Usages,
        (for_public, for_private): (Usages, Usages),
    ) -> Self {
        Self::Pair {
            public: Key {
                kind: KeyType::Public,
                extractable: true,
                name,
                details: details.clone(),
                usages: usages.and(for_public),
                material: public,
            },
            private: Key {
                kind: KeyType::Private,
                extractable,
                name,
                details,
                usages: usages.and(for_private),
                material: private,
            },
        }
    }
}

/// Throws unless all usages are among those that are allowed.
pub(super) fn check_usages(usages: Usages, allowed: Usages) -> Outcome<()> {
    if allowed.contains(usages) {
        return Ok(());
    }
    let allowed: Vec<_> = allowed.names().collect();
    Err(Failure::syntax(if allowed.is_empty() {
        "such a key can have no usages".to_owned()
    } else {
        format!("such a key can only be used for {}", allowed.join(", "))
    }))
}
