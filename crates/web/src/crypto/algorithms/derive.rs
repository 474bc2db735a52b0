//! HKDF and PBKDF2: <https://w3c.github.io/webcrypto/#hkdf>, <https://w3c.github.io/webcrypto/#pbkdf2>.

use hkdf::{Hkdf, hmac::SimpleHmac};

use crate::crypto::{
    failure::{Failure, Outcome},
    hash::{Hash, with_hash},
};

/// The number of bytes that so many bits are.
fn byte_length(bits: Option<u32>) -> Outcome<usize> {
    match bits {
        Some(bits) if bits % 8 == 0 => Ok(bits as usize / 8),
        _ => Err(Failure::operation("length must be a multiple of 8")),
    }
}

fn zeros(length: usize) -> Outcome<Vec<u8>> {
    let mut bytes = Vec::new();
    bytes
        .try_reserve_exact(length)
        .map_err(|_| Failure::operation("there is no memory for so many bits"))?;
    bytes.resize(length, 0);
    Ok(bytes)
}

/// <https://w3c.github.io/webcrypto/#hkdf-operations-derive-bits>
pub(in crate::crypto) fn hkdf(
    hash: Hash,
    key: &[u8],
    salt: &[u8],
    info: &[u8],
    bits: Option<u32>,
) -> Outcome<Vec<u8>> {
    let length = byte_length(bits)?;
    with_hash!(hash, H => {
        // More than so much cannot be had, so no memory is asked for.
        if length > 255 * <H as sha2::Digest>::output_size() {
            return Err(Failure::operation("HKDF gives no more than 255 hashes"));
        }
        let mut bytes = zeros(length)?;
        Hkdf::<H, SimpleHmac<H>>::new(Some(salt), key)
            .expand(info, &mut bytes)
            .map_err(|_| Failure::operation("HKDF gives no more than 255 hashes"))?;
        Ok(bytes)
    })
}

/// <https://w3c.github.io/webcrypto/#pbkdf2-operations-derive-bits>
pub(in crate::crypto) fn pbkdf2(
    hash: Hash,
    password: &[u8],
    salt: &[u8],
    iterations: u32,
    bits: Option<u32>,
) -> Outcome<Vec<u8>> {
    let length = byte_length(bits)?;
    if iterations == 0 {
        return Err(Failure::operation("iterations must not be 0"));
    }
    let mut bytes = zeros(length)?;
    if bytes.is_empty() {
        return Ok(bytes);
    }
    with_hash!(hash, H => pbkdf2::pbkdf2_hmac::<H>(password, salt, iterations, &mut bytes));
    Ok(bytes)
}
