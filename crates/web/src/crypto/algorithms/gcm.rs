//! Galois/Counter Mode, with vectors and tags of all lengths that the standard allows.
//!
//! <https://nvlpubs.nist.gov/nistpubs/Legacy/SP/nistspecialpublication800-38d.pdf>

use aes::cipher::{BlockEncrypt, BlockSizeUser, InnerIvInit, StreamCipher, consts::U16};
use ctr::{CtrCore, flavors::Ctr32BE};
use ghash::{
    GHash,
    universal_hash::{KeyInit, UniversalHash},
};
use subtle::ConstantTimeEq;

use super::aes::{BLOCK, encrypt_block};

/// What ciphers need to be for this mode.
pub(super) trait Cipher:
    BlockEncrypt + BlockSizeUser<BlockSize = U16> + aes::cipher::BlockCipher + Clone
{
}

impl<C> Cipher for C where
    C: BlockEncrypt + BlockSizeUser<BlockSize = U16> + aes::cipher::BlockCipher + Clone
{
}

/// Encrypts, and appends the tag.
pub(super) fn seal<C: Cipher>(
    cipher: &C,
    iv: &[u8],
    additional_data: &[u8],
    tag_length: usize,
    mut data: Vec<u8>,
) -> Vec<u8> {
    let start = start(cipher, iv);
    apply(cipher, start, &mut data);
    let tag = tag(cipher, start, additional_data, &data);
    data.extend(tag.into_iter().take(tag_length));
    data
}

/// Checks the tag at the end, and decrypts what is before it.
pub(super) fn open<C: Cipher>(
    cipher: &C,
    iv: &[u8],
    additional_data: &[u8],
    tag_length: usize,
    mut data: Vec<u8>,
) -> Option<Vec<u8>> {
    let start = start(cipher, iv);
    let end = data.len().checked_sub(tag_length)?;
    let given = data.split_off(end);
    let tag = tag(cipher, start, additional_data, &data);
    if !bool::from(tag.get(..tag_length)?.ct_eq(&given)) {
        return None;
    }
    apply(cipher, start, &mut data);
    Some(data)
}

/// The hash, keyed with the cipher's block of zeros.
fn hash<C: Cipher>(cipher: &C) -> GHash {
    GHash::new(&encrypt_block(cipher, [0; BLOCK]).into())
}

/// The lengths of two texts in bits, as a block.
fn lengths(first: usize, second: usize) -> [u8; BLOCK] {
    (((first as u128 * 8) << 64) | (second as u128 * 8)).to_be_bytes()
}

/// The counter block before the first.
fn start<C: Cipher>(cipher: &C, iv: &[u8]) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    if let (12, Some(head)) = (iv.len(), block.get_mut(..12)) {
        head.copy_from_slice(iv);
        block[15] = 1;
        return block;
    }
    let mut hash = hash(cipher);
    hash.update_padded(iv);
    hash.update(&[lengths(0, iv.len()).into()]);
    hash.finalize().into()
}

/// Encrypts or decrypts; the counter takes the last 32 bits of the block.
fn apply<C: Cipher>(cipher: &C, start: [u8; BLOCK], data: &mut [u8]) {
    let core = CtrCore::<C, Ctr32BE>::inner_iv_init(cipher.clone(), &start.into());
    let mut stream = aes::cipher::StreamCipherCoreWrapper::from_core(core);
    // The first block of the key stream is for the tag.
    stream.apply_keystream(&mut [0; BLOCK]);
    stream.apply_keystream(data);
}

fn tag<C: Cipher>(
    cipher: &C,
    start: [u8; BLOCK],
    additional_data: &[u8],
    data: &[u8],
) -> [u8; BLOCK] {
    let mut hash = hash(cipher);
    hash.update_padded(additional_data);
    hash.update_padded(data);
    hash.update(&[lengths(additional_data.len(), data.len()).into()]);
    let mut tag: [u8; BLOCK] = hash.finalize().into();
    let mask = encrypt_block(cipher, start);
    for (byte, mask) in tag.iter_mut().zip(mask) {
        *byte ^= mask;
    }
    tag
}
