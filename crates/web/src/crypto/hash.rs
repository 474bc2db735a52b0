//! The hash functions.

use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

/// A hash function that algorithms can be told to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

/// Evaluates an expression with the hash function's type.
macro_rules! with_hash {
    ($hash:expr, $type:ident => $expression:expr) => {
        match $hash {
            $crate::crypto::hash::Hash::Sha1 => {
                type $type = sha1::Sha1;
                $expression
            }
            $crate::crypto::hash::Hash::Sha256 => {
                type $type = sha2::Sha256;
                $expression
            }
            $crate::crypto::hash::Hash::Sha384 => {
                type $type = sha2::Sha384;
                $expression
            }
            $crate::crypto::hash::Hash::Sha512 => {
                type $type = sha2::Sha512;
                $expression
            }
        }
    };
}
pub(super) use with_hash;

impl Hash {
    /// Its name as an algorithm.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }

    /// The digits that JSON Web Algorithms name it by.
    pub(super) const fn suffix(self) -> &'static str {
        match self {
            Self::Sha1 => "1",
            Self::Sha256 => "256",
            Self::Sha384 => "384",
            Self::Sha512 => "512",
        }
    }

    /// The size of its blocks in bits.
    pub(super) const fn block_bits(self) -> u32 {
        match self {
            Self::Sha1 | Self::Sha256 => 512,
            Self::Sha384 | Self::Sha512 => 1024,
        }
    }

    /// The hash of `data`.
    pub(super) fn digest(self, data: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => Sha1::digest(data).to_vec(),
            Self::Sha256 => Sha256::digest(data).to_vec(),
            Self::Sha384 => Sha384::digest(data).to_vec(),
            Self::Sha512 => Sha512::digest(data).to_vec(),
        }
    }
}
