//! HMAC: <https://w3c.github.io/webcrypto/#hmac>.

use hmac::{Mac, SimpleHmac};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::crypto::{
    failure::{Failure, Outcome, fill},
    hash::{Hash, with_hash},
};

/// <https://w3c.github.io/webcrypto/#hmac-operations-sign>
pub(in crate::crypto) fn sign(hash: Hash, key: &[u8], data: &[u8]) -> Outcome<Vec<u8>> {
    with_hash!(hash, H => {
        let mut mac = SimpleHmac::<H>::new_from_slice(key)
            .map_err(|_| Failure::operation("the key has a length that HMAC does not have"))?;
        mac.update(data);
        Ok(mac.finalize().into_bytes().to_vec())
    })
}

/// <https://w3c.github.io/webcrypto/#hmac-operations-verify>
pub(in crate::crypto) fn verify(
    hash: Hash,
    key: &[u8],
    data: &[u8],
    signature: &[u8],
) -> Outcome<bool> {
    Ok(sign(hash, key, data)?.ct_eq(signature).into())
}

/// The length of keys in bits, if none is asked for.
pub(in crate::crypto) fn length(
    hash: Hash,
    length: Option<u32>,
    failure: fn(String) -> Failure,
) -> Outcome<u32> {
    match length {
        None => Ok(hash.block_bits()),
        Some(0) => Err(failure("length must not be 0".to_owned())),
        Some(length) => Ok(length),
    }
}

/// A new key of so many bits.
pub(in crate::crypto) fn generate(bits: u32) -> Outcome<Zeroizing<Vec<u8>>> {
    let length = bits.div_ceil(8) as usize;
    let mut key = Zeroizing::new(Vec::new());
    key.try_reserve_exact(length)
        .map_err(|_| Failure::operation("there is no memory for a key of that length"))?;
    key.resize(length, 0);
    fill(&mut key)?;
    clear_rest(&mut key, bits);
    Ok(key)
}

/// Clears the bits of the last byte that are beyond the length.
pub(in crate::crypto) fn clear_rest(bytes: &mut [u8], bits: u32) {
    if let (1.., Some(last)) = (bits % 8, bytes.last_mut()) {
        *last &= 0xff << (8 - bits % 8);
    }
}
