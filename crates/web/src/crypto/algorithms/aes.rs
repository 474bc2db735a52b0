//! AES in its modes: <https://w3c.github.io/webcrypto/#aes-cbc> and the sections behind it.

use aes::{
    Aes128, Aes192, Aes256, Block,
    cipher::{
        BlockDecryptMut, BlockEncrypt, BlockEncryptMut, KeyInit, KeyIvInit, StreamCipher,
        block_padding::Pkcs7,
    },
};
use aes_kw::Kek;

use super::gcm;
use crate::crypto::failure::{Failure, Outcome, fill};
use zeroize::Zeroizing;

/// The size of a block in bytes.
pub(super) const BLOCK: usize = 16;

/// Evaluates an expression with the cipher's type, by the length of the key.
macro_rules! with_aes {
    ($key:expr, $type:ident => $expression:expr) => {
        match $key.len() {
            16 => {
                type $type = Aes128;
                $expression
            }
            24 => {
                type $type = Aes192;
                $expression
            }
            32 => {
                type $type = Aes256;
                $expression
            }
            _ => Err(Failure::operation(
                "the key has a length that AES does not have",
            )),
        }
    };
}

/// Throws unless AES has keys of so many bits.
pub(in crate::crypto) fn check_length(bits: usize, failure: fn(String) -> Failure) -> Outcome<u16> {
    match bits {
        128 | 192 | 256 => Ok(bits as u16),
        _ => Err(failure(format!(
            "AES has keys of 128, 192 or 256 bits, not of {bits}"
        ))),
    }
}

/// A new key of so many bits.
pub(in crate::crypto) fn generate(bits: u16) -> Outcome<Zeroizing<Vec<u8>>> {
    let mut key = Zeroizing::new(vec![0; usize::from(bits) / 8]);
    fill(&mut key)?;
    Ok(key)
}

fn bad_key<E>(_: E) -> Failure {
    Failure::operation("the key has a length that AES does not have")
}

fn iv(iv: &[u8]) -> Outcome<&[u8; BLOCK]> {
    iv.try_into()
        .map_err(|_| Failure::operation("iv must have 16 bytes"))
}

/// <https://w3c.github.io/webcrypto/#aes-cbc-operations-encrypt>
pub(in crate::crypto) fn encrypt_cbc(key: &[u8], vector: &[u8], data: &[u8]) -> Outcome<Vec<u8>> {
    let vector = iv(vector)?;
    with_aes!(key, Aes => {
        let cipher = cbc::Encryptor::<Aes>::new_from_slices(key, vector).map_err(bad_key)?;
        Ok(cipher.encrypt_padded_vec_mut::<Pkcs7>(data))
    })
}

/// <https://w3c.github.io/webcrypto/#aes-cbc-operations-decrypt>
pub(in crate::crypto) fn decrypt_cbc(key: &[u8], vector: &[u8], data: &[u8]) -> Outcome<Vec<u8>> {
    let vector = iv(vector)?;
    with_aes!(key, Aes => {
        let cipher = cbc::Decryptor::<Aes>::new_from_slices(key, vector).map_err(bad_key)?;
        cipher
            .decrypt_padded_vec_mut::<Pkcs7>(data)
            .map_err(|_| Failure::operation("the data cannot be decrypted"))
    })
}

/// <https://w3c.github.io/webcrypto/#aes-ctr-operations-encrypt>, which decrypts as well.
///
/// The last `bits` bits of the block are counted up, and wrap around.
pub(in crate::crypto) fn apply_ctr(
    key: &[u8],
    counter: &[u8],
    bits: u8,
    mut data: Vec<u8>,
) -> Outcome<Vec<u8>> {
    let counter: [u8; BLOCK] = counter
        .try_into()
        .map_err(|_| Failure::operation("counter must have 16 bytes"))?;
    if bits == 0 || bits > 128 {
        return Err(Failure::operation("length must be between 1 and 128"));
    }
    let start = u128::from_be_bytes(counter);
    let mask = u128::MAX >> (128 - u32::from(bits));
    let blocks = data.len().div_ceil(BLOCK) as u128;
    // With as many blocks as the counter has values, none is used twice.
    if mask != u128::MAX && blocks > mask + 1 {
        return Err(Failure::operation("the data is too long for the counter"));
    }
    // How many blocks there are before the counter wraps around.
    let before = (mask - (start & mask)).saturating_add(1);
    let split = usize::try_from(before.saturating_mul(BLOCK as u128)).unwrap_or(usize::MAX);
    let split = split.min(data.len());
    let (first, second) = data.split_at_mut(split);
    with_aes!(key, Aes => {
        let apply = |counter: u128, data: &mut [u8]| {
            let counter = counter.to_be_bytes();
            let mut cipher =
                ctr::Ctr128BE::<Aes>::new_from_slices(key, &counter).map_err(bad_key)?;
            cipher
                .try_apply_keystream(data)
                .map_err(|_| Failure::operation("the data is too long for the counter"))
        };
        apply(start, first)?;
        apply(start & !mask, second)
    })?;
    Ok(data)
}

/// The parts of AES-GCM's parameters.
#[derive(Debug, Clone)]
pub(in crate::crypto) struct Gcm {
    pub(in crate::crypto) iv: Vec<u8>,
    pub(in crate::crypto) additional_data: Vec<u8>,
    /// In bits.
    pub(in crate::crypto) tag_length: u8,
}

impl Gcm {
    fn tag_bytes(&self) -> Outcome<usize> {
        match self.tag_length {
            32 | 64 | 96 | 104 | 112 | 120 | 128 => Ok(usize::from(self.tag_length / 8)),
            _ => Err(Failure::operation(
                "tagLength must be 32, 64, 96, 104, 112, 120 or 128",
            )),
        }
    }
}

/// <https://w3c.github.io/webcrypto/#aes-gcm-operations-encrypt>
pub(in crate::crypto) fn encrypt_gcm(key: &[u8], params: &Gcm, data: Vec<u8>) -> Outcome<Vec<u8>> {
    let tag = params.tag_bytes()?;
    with_aes!(key, Aes => {
        let cipher = Aes::new_from_slice(key).map_err(bad_key)?;
        Ok(gcm::seal(&cipher, &params.iv, &params.additional_data, tag, data))
    })
}

/// <https://w3c.github.io/webcrypto/#aes-gcm-operations-decrypt>
pub(in crate::crypto) fn decrypt_gcm(key: &[u8], params: &Gcm, data: Vec<u8>) -> Outcome<Vec<u8>> {
    let tag = params.tag_bytes()?;
    with_aes!(key, Aes => {
        let cipher = Aes::new_from_slice(key).map_err(bad_key)?;
        gcm::open(&cipher, &params.iv, &params.additional_data, tag, data)
            .ok_or_else(|| Failure::operation("the data cannot be decrypted"))
    })
}

/// <https://w3c.github.io/webcrypto/#aes-kw-operations-wrap-key>
pub(in crate::crypto) fn wrap(key: &[u8], data: &[u8]) -> Outcome<Vec<u8>> {
    if !data.len().is_multiple_of(8) || data.len() < BLOCK {
        return Err(Failure::operation(
            "AES-KW wraps keys of 16 bytes or more, in steps of 8",
        ));
    }
    with_aes!(key, Aes => {
        Kek::<Aes>::try_from(key)
            .and_then(|kek| kek.wrap_vec(data))
            .map_err(|_| Failure::operation("the key cannot be wrapped"))
    })
}

/// <https://w3c.github.io/webcrypto/#aes-kw-operations-unwrap-key>
pub(in crate::crypto) fn unwrap(key: &[u8], data: &[u8]) -> Outcome<Vec<u8>> {
    with_aes!(key, Aes => {
        Kek::<Aes>::try_from(key)
            .and_then(|kek| kek.unwrap_vec(data))
            .map_err(|_| Failure::operation("the key cannot be unwrapped"))
    })
}

/// A block, encrypted.
pub(super) fn encrypt_block(
    cipher: &impl BlockEncrypt<BlockSize = aes::cipher::consts::U16>,
    block: [u8; BLOCK],
) -> [u8; BLOCK] {
    let mut block = Block::from(block);
    cipher.encrypt_block(&mut block);
    block.into()
}
