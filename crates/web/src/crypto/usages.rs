//! What keys may be used for.

/// <https://w3c.github.io/webcrypto/#dfn-RecognizedKeyUsage>
pub(super) const NAMES: [&str; 8] = [
    "encrypt",
    "decrypt",
    "sign",
    "verify",
    "deriveKey",
    "deriveBits",
    "wrapKey",
    "unwrapKey",
];

/// A set of usages, one bit each, in the order of [`NAMES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Usages(u8);

impl Usages {
    pub(super) const NONE: Self = Self(0);
    pub(super) const ENCRYPT: Self = Self(1);
    pub(super) const DECRYPT: Self = Self(1 << 1);
    pub(super) const SIGN: Self = Self(1 << 2);
    pub(super) const VERIFY: Self = Self(1 << 3);
    pub(super) const DERIVE: Self = Self(1 << 4 | 1 << 5);
    pub(super) const DERIVE_KEY: Self = Self(1 << 4);
    pub(super) const DERIVE_BITS: Self = Self(1 << 5);
    pub(super) const WRAP_KEY: Self = Self(1 << 6);
    pub(super) const UNWRAP_KEY: Self = Self(1 << 7);

    /// The usages in either set.
    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The usages in both sets.
    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether all usages of `other` are in this set.
    pub(super) const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The usage of that name.
    pub(super) fn named(name: &str) -> Option<Self> {
        NAMES
            .iter()
            .position(|known| *known == name)
            .map(|index| Self(1 << index))
    }

    /// The names of the usages in the set.
    pub(super) fn names(self) -> impl Iterator<Item = &'static str> {
        NAMES
            .into_iter()
            .enumerate()
            .filter(move |(index, _)| self.0 & (1 << index) != 0)
            .map(|(_, name)| name)
    }
}

impl FromIterator<Self> for Usages {
    fn from_iter<I: IntoIterator<Item = Self>>(usages: I) -> Self {
        usages.into_iter().fold(Self::NONE, Self::or)
    }
}
