//! RSA: <https://w3c.github.io/webcrypto/#rsassa-pkcs1>, <https://w3c.github.io/webcrypto/#rsa-pss>,
//! <https://w3c.github.io/webcrypto/#rsa-oaep>.
//!
//! Whatever uses a private key is blinded.

use rsa::{
    BigUint, Pkcs1v15Sign, Pss, RsaPrivateKey, RsaPublicKey,
    hazmat::{rsa_decrypt_and_check, rsa_encrypt},
    traits::PublicKeyParts,
};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroizing;

use crate::crypto::{
    failure::{Failure, Outcome, fill},
    hash::{Hash, with_hash},
    key::Material,
};
use crate::random::Random;

/// The lengths in bits that generated keys may have.
const LENGTHS: std::ops::RangeInclusive<u32> = 512..=16_384;
/// Public exponents may have so many bits.
const EXPONENT_BITS: usize = 33;

/// A new pair of keys, the public one first.
pub(in crate::crypto) fn generate(
    modulus_length: u32,
    public_exponent: &[u8],
) -> Outcome<(Material, Material)> {
    check_generation(modulus_length, public_exponent)?;
    let exponent = BigUint::from_bytes_be(public_exponent);
    let private = RsaPrivateKey::new_with_exp(&mut Random, modulus_length as usize, &exponent)
        .map_err(|error| Failure::operation(format!("no key can be generated: {error}")))?;
    let public = private.to_public_key();
    Ok((
        Material::RsaPublic(Box::new(public)),
        Material::RsaPrivate(Box::new(private)),
    ))
}

/// Throws for keys that there are none of.
pub(in crate::crypto) fn check_generation(length: u32, public_exponent: &[u8]) -> Outcome<()> {
    if !LENGTHS.contains(&length) {
        return Err(Failure::operation(format!(
            "modulusLength must be between {} and {}",
            LENGTHS.start(),
            LENGTHS.end()
        )));
    }
    let exponent = BigUint::from_bytes_be(public_exponent);
    let is_odd = public_exponent.last().is_some_and(|byte| byte & 1 == 1);
    if !is_odd || exponent < BigUint::from(3_u8) || exponent.bits() > EXPONENT_BITS {
        return Err(Failure::operation(
            "publicExponent must be an odd number between 3 and 2^33",
        ));
    }
    Ok(())
}

/// <https://w3c.github.io/webcrypto/#rsassa-pkcs1-operations-sign>
pub(in crate::crypto) fn sign_pkcs1(
    key: &RsaPrivateKey,
    hash: Hash,
    data: &[u8],
) -> Outcome<Vec<u8>> {
    let scheme = with_hash!(hash, H => Pkcs1v15Sign::new::<H>());
    key.sign_with_rng(&mut Random, scheme, &hash.digest(data))
        .map_err(cannot_sign)
}

/// <https://w3c.github.io/webcrypto/#rsassa-pkcs1-operations-verify>
pub(in crate::crypto) fn verify_pkcs1(
    key: &RsaPublicKey,
    hash: Hash,
    data: &[u8],
    signature: &[u8],
) -> bool {
    let scheme = with_hash!(hash, H => Pkcs1v15Sign::new::<H>());
    key.verify(scheme, &hash.digest(data), signature).is_ok()
}

/// <https://w3c.github.io/webcrypto/#rsa-pss-operations-sign>
pub(in crate::crypto) fn sign_pss(
    key: &RsaPrivateKey,
    hash: Hash,
    salt_length: u32,
    data: &[u8],
) -> Outcome<Vec<u8>> {
    let digest = hash.digest(data);
    // The encoded message has a bit less than the modulus.
    let room = (key.n().bits().saturating_sub(1)).div_ceil(8);
    if (salt_length as usize).saturating_add(digest.len() + 2) > room {
        return Err(Failure::operation("the key is too short for such a salt"));
    }
    let scheme = with_hash!(hash, H => Pss::new_with_salt::<H>(salt_length as usize));
    key.sign_with_rng(&mut Random, scheme, &digest)
        .map_err(cannot_sign)
}

/// <https://w3c.github.io/webcrypto/#rsa-pss-operations-verify>
pub(in crate::crypto) fn verify_pss(
    key: &RsaPublicKey,
    hash: Hash,
    salt_length: u32,
    data: &[u8],
    signature: &[u8],
) -> bool {
    let digest = hash.digest(data);
    if (salt_length as usize).saturating_add(digest.len() + 2) > key.size() {
        return false;
    }
    let scheme = with_hash!(hash, H => Pss::new_with_salt::<H>(salt_length as usize));
    key.verify(scheme, &digest, signature).is_ok()
}

fn cannot_sign(error: rsa::Error) -> Failure {
    Failure::operation(format!("the data cannot be signed: {error}"))
}

/// <https://w3c.github.io/webcrypto/#rsa-oaep-operations-encrypt>
pub(in crate::crypto) fn encrypt(
    key: &RsaPublicKey,
    hash: Hash,
    label: &[u8],
    data: &[u8],
) -> Outcome<Vec<u8>> {
    let size = key.size();
    let label = hash.digest(label);
    let too_long = || Failure::operation("the data is too long for the key");
    let rest = size
        .checked_sub(2 * label.len() + 2)
        .and_then(|room| room.checked_sub(data.len()))
        .ok_or_else(too_long)?;
    // <https://www.rfc-editor.org/rfc/rfc8017#section-7.1.1>, step 2.
    let mut block = Zeroizing::new(label.clone());
    block.resize(label.len() + rest, 0);
    block.push(1);
    block.extend_from_slice(data);
    let mut seed = Zeroizing::new(vec![0; label.len()]);
    fill(&mut seed)?;
    mask(hash, &seed, &mut block);
    mask(hash, &block, &mut seed);
    let mut message = Zeroizing::new(Vec::with_capacity(size));
    message.push(0);
    message.extend_from_slice(&seed);
    message.extend_from_slice(&block);
    let encrypted = rsa_encrypt(key, &BigUint::from_bytes_be(&message))
        .map_err(|error| Failure::operation(format!("the data cannot be encrypted: {error}")))?;
    Ok(padded(&encrypted, size))
}

/// <https://w3c.github.io/webcrypto/#rsa-oaep-operations-decrypt>
pub(in crate::crypto) fn decrypt(
    key: &RsaPrivateKey,
    hash: Hash,
    label: &[u8],
    data: &[u8],
) -> Outcome<Vec<u8>> {
    let size = key.size();
    let label = hash.digest(label);
    let failure = || Failure::operation("the data cannot be decrypted");
    if data.len() != size || size < 2 * label.len() + 2 {
        return Err(failure());
    }
    let message = rsa_decrypt_and_check(key, Some(&mut Random), &BigUint::from_bytes_be(data))
        .map_err(|_| failure())?;
    let mut message = Zeroizing::new(padded(&message, size));
    // <https://www.rfc-editor.org/rfc/rfc8017#section-7.1.2>, step 3. What is wrong must not be told
    // by how long it takes, so everything is looked at before anything is decided.
    let (head, block) = message.split_at_mut(1 + label.len());
    let (first, seed) = head.split_at_mut(1);
    mask(hash, block, seed);
    mask(hash, seed, block);
    let (known_label, padded_data) = block.split_at(label.len());
    let mut is_good = known_label.ct_eq(&label) & first.ct_eq(&[0]);
    let mut is_found = Choice::from(0);
    let mut start = 0_u32;
    for (index, byte) in padded_data.iter().enumerate() {
        let is_zero = byte.ct_eq(&0);
        let is_one = byte.ct_eq(&1);
        start.conditional_assign(&(index as u32 + 1), !is_found & is_one);
        is_good &= is_found | is_zero | is_one;
        is_found |= is_one;
    }
    if !bool::from(is_good & is_found) {
        return Err(failure());
    }
    Ok(padded_data
        .get(start as usize..)
        .unwrap_or_default()
        .to_vec())
}

/// The number's bytes, the most significant first, as many as asked for.
fn padded(number: &BigUint, size: usize) -> Vec<u8> {
    let bytes = Zeroizing::new(number.to_bytes_be());
    let mut padded = vec![0; size.saturating_sub(bytes.len())];
    padded.extend_from_slice(&bytes);
    padded
}

/// Masks `bytes` with what MGF1 makes of `seed`:
/// <https://www.rfc-editor.org/rfc/rfc8017#appendix-B.2.1>.
fn mask(hash: Hash, seed: &[u8], bytes: &mut [u8]) {
    let mut counter = 0_u32;
    let mut input = Zeroizing::new(seed.to_vec());
    let mut rest = bytes;
    while !rest.is_empty() {
        input.truncate(seed.len());
        input.extend_from_slice(&counter.to_be_bytes());
        let digest = Zeroizing::new(hash.digest(&input));
        let (chunk, after) = rest.split_at_mut(rest.len().min(digest.len()));
        for (byte, mask) in chunk.iter_mut().zip(digest.iter()) {
            *byte ^= mask;
        }
        rest = after;
        counter += 1;
    }
}
