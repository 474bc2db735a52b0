//! Randomness of the operating system.

use std::fmt::Write;

use boa_engine::{JsNativeError, JsResult};

/// `N` random bytes.
pub(crate) fn bytes<const N: usize>() -> JsResult<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| {
        JsNativeError::error().with_message(format!("there is no source of randomness: {error}"))
    })?;
    Ok(bytes)
}

/// The bytes in hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let mut digits = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

/// A UUID of version 4.
///
/// <https://www.rfc-editor.org/rfc/rfc9562#section-5.4>
pub(crate) fn uuid() -> JsResult<String> {
    let mut value = u128::from_be_bytes(bytes()?);
    value = value & !(0xf << 76) | 4 << 76;
    value = value & !(0b11 << 62) | 0b10 << 62;
    let digits = hexadecimal(&value.to_be_bytes());
    let mut uuid = String::with_capacity(36);
    for (index, digit) in digits.chars().enumerate() {
        if matches!(index, 8 | 12 | 16 | 20) {
            uuid.push('-');
        }
        uuid.push(digit);
    }
    Ok(uuid)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_uuid_tells_its_version() {
        for _ in 0..100 {
            let uuid = super::uuid().expect("a source of randomness");
            let groups: Vec<&str> = uuid.split('-').collect();
            let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
            assert_eq!(lengths, [8, 4, 4, 4, 12]);
            assert!(groups[2].starts_with('4'), "{uuid}");
            assert!(groups[3].starts_with(['8', '9', 'a', 'b']), "{uuid}");
        }
    }
}
