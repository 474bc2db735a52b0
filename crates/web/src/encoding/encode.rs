//! From strings of the engine to UTF-8.

use boa_engine::{
    Context, JsResult, JsString,
    object::builtins::{AlignedVec, JsArrayBuffer, JsUint8Array},
    string::JsStrVariant,
};
use encoding_rs::mem;

/// How much is encoded at a time when the length of the result is not known.
const CHUNK: usize = 4096;

/// What UTF-8 can be appended to.
pub(crate) trait Sink {
    fn reserve(&mut self, additional: usize);
    fn extend_from_slice(&mut self, bytes: &[u8]);
}

impl Sink for Vec<u8> {
    fn reserve(&mut self, additional: usize) {
        self.reserve(additional);
    }

    fn extend_from_slice(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

impl Sink for AlignedVec<u8> {
    fn reserve(&mut self, additional: usize) {
        self.reserve(additional);
    }

    fn extend_from_slice(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

/// The string in UTF-8; lone surrogates become U+FFFD.
///
/// <https://encoding.spec.whatwg.org/#utf-8-encode>
#[must_use]
pub fn utf8_encode(string: &JsString) -> Vec<u8> {
    let mut bytes = Vec::new();
    append(string, &mut bytes);
    bytes
}

/// Appends the string in UTF-8 to `bytes`.
pub(crate) fn append(string: &JsString, bytes: &mut impl Sink) {
    // No fewer bytes than code units, so there is no need to ask for room again if it is ASCII.
    bytes.reserve(string.len());
    let mut chunk = [0; CHUNK];
    match string.variant() {
        JsStrVariant::Latin1(units) if units.is_ascii() => bytes.extend_from_slice(units),
        JsStrVariant::Latin1(mut units) => {
            while !units.is_empty() {
                let (read, written) = mem::convert_latin1_to_utf8_partial(units, &mut chunk);
                bytes.extend_from_slice(chunk.get(..written).unwrap_or_default());
                units = units.get(read..).unwrap_or_default();
            }
        }
        JsStrVariant::Utf16(mut units) => {
            // A pair that does not fit into a chunk as a whole is left for the next one.
            while !units.is_empty() {
                let (read, written) = mem::convert_utf16_to_utf8_partial(units, &mut chunk);
                bytes.extend_from_slice(chunk.get(..written).unwrap_or_default());
                units = units.get(read..).unwrap_or_default();
            }
        }
    }
}

/// Writes as much of the string as there is room for, whole characters alone. Returns how many
/// code units were read and how many bytes were written; the bytes after those are left as they
/// are.
pub(crate) fn encode_into(string: &JsString, bytes: &mut [u8]) -> (usize, usize) {
    match string.variant() {
        JsStrVariant::Latin1(units) => mem::convert_latin1_to_utf8_partial(units, bytes),
        JsStrVariant::Utf16(units) => mem::convert_utf16_to_utf8_partial(units, bytes),
    }
}

/// A new `Uint8Array` of the string in UTF-8.
pub(crate) fn encoded_array(string: &JsString, context: &mut Context) -> JsResult<JsUint8Array> {
    let mut bytes = AlignedVec::new(0);
    append(string, &mut bytes);
    let buffer = JsArrayBuffer::from_byte_block(bytes, context)?;
    JsUint8Array::from_array_buffer(buffer, context)
}

#[cfg(test)]
mod tests {
    use super::*;
    use boa_engine::js_string;

    fn strings() -> Vec<JsString> {
        ["", "plain", "\u{e9}", "a\u{20ac}", "\u{1f40d}"]
            .into_iter()
            .flat_map(|text| [1, 3, CHUNK - 1, CHUNK, CHUNK + 1].map(|count| text.repeat(count)))
            .map(JsString::from)
            .chain([js_string!(&[0x61, 0xD800, 0x62, 0xDC00])])
            .collect()
    }

    #[test]
    fn agrees_with_the_standard_library() {
        for string in strings() {
            let expected = string.to_std_string_lossy();
            assert_eq!(utf8_encode(&string), expected.as_bytes());
            let mut aligned = AlignedVec::new(0);
            append(&string, &mut aligned);
            assert_eq!(&*aligned, expected.as_bytes());
        }
    }

    #[test]
    fn writes_whole_characters_and_touches_nothing_else() {
        for string in strings() {
            let expected = string.to_std_string_lossy();
            for room in 0..20.min(expected.len() + 2) {
                let mut bytes = vec![0xAA; room + 20];
                let (read, written) = match bytes.get_mut(..room) {
                    Some(bytes) => encode_into(&string, bytes),
                    None => unreachable!(),
                };
                let fits = (0..=room.min(expected.len()))
                    .rev()
                    .find(|end| expected.is_char_boundary(*end))
                    .unwrap_or(0);
                assert_eq!(written, fits);
                assert_eq!(read, expected[..fits].encode_utf16().count());
                assert_eq!(&bytes[..fits], &expected.as_bytes()[..fits]);
                assert!(bytes[fits..].iter().all(|byte| *byte == 0xAA));
            }
        }
    }
}
