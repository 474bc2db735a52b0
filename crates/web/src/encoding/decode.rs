//! From bytes to strings of the engine.
//!
//! Strings of the engine are Latin-1 or UTF-16. Whatever can be is made Latin-1: it takes half the
//! memory, and ASCII, which most text is, becomes a string by one copy.

use boa_engine::{
    JsString,
    string::{JsStr, Utf16JsStringBuilder},
};
use encoding_rs::{CoderResult, Decoder, DecoderResult, Encoding, UTF_8, mem};

/// Input of fewer bytes is decoded on the stack, at once.
const SMALL: usize = 256;

/// How many code units are decoded at a time when there are more.
const CHUNK: usize = 1024;

const UTF_8_BOM: &[u8] = b"\xEF\xBB\xBF";

/// Bytes that a fatal decoder does not accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed;

/// Decodes UTF-8, without the byte order mark if there is one; what is not UTF-8 becomes U+FFFD.
///
/// <https://encoding.spec.whatwg.org/#utf-8-decode>
#[must_use]
pub fn utf8_decode(bytes: &[u8]) -> JsString {
    utf8_decode_without_bom(bytes.strip_prefix(UTF_8_BOM).unwrap_or(bytes))
}

/// Decodes UTF-8; a byte order mark is a character as any other.
///
/// <https://encoding.spec.whatwg.org/#utf-8-decode-without-bom>
#[must_use]
pub fn utf8_decode_without_bom(bytes: &[u8]) -> JsString {
    if let Some(string) = latin1_of_utf8(bytes) {
        return string;
    }
    if bytes.len() < SMALL {
        let mut units = [0; SMALL];
        let written = mem::convert_utf8_to_utf16(bytes, &mut units);
        return utf16(&units, written);
    }
    decode(&mut UTF_8.new_decoder_without_bom_handling(), bytes, true)
}

/// <https://encoding.spec.whatwg.org/#utf-8-decode-without-bom-or-fail>
pub(crate) fn utf8_decode_without_bom_or_fail(bytes: &[u8]) -> Result<JsString, Malformed> {
    if let Some(string) = latin1_of_utf8(bytes) {
        return Ok(string);
    }
    if bytes.len() < SMALL {
        let mut units = [0; SMALL];
        let written =
            mem::convert_utf8_to_utf16_without_replacement(bytes, &mut units).ok_or(Malformed)?;
        return Ok(utf16(&units, written));
    }
    decode_or_fail(&mut UTF_8.new_decoder_without_bom_handling(), bytes, true)
}

/// The string, if `bytes` are UTF-8 of no character above U+00FF.
fn latin1_of_utf8(bytes: &[u8]) -> Option<JsString> {
    if bytes.is_ascii() {
        return Some(latin1(bytes));
    }
    if !mem::is_utf8_latin1(bytes) {
        return None;
    }
    let mut small = [0; SMALL];
    let mut large = Vec::new();
    let units = match small.get_mut(..bytes.len()) {
        Some(units) => units,
        None => {
            large.resize(bytes.len(), 0);
            &mut large
        }
    };
    let written = mem::convert_utf8_to_latin1_lossy(bytes, units);
    units.get(..written).map(latin1)
}

/// A string of one code unit a byte.
pub(crate) fn latin1(bytes: &[u8]) -> JsString {
    JsString::from(JsStr::latin1(bytes))
}

fn utf16(units: &[u16], length: usize) -> JsString {
    JsString::from(JsStr::utf16(units.get(..length).unwrap_or_default()))
}

/// What `TextDecoder` and `TextDecoderStream` have in common.
///
/// <https://encoding.spec.whatwg.org/#textdecodercommon>
#[derive(Debug, Clone, Copy)]
pub(crate) struct DecoderOptions {
    pub(crate) encoding: &'static Encoding,
    pub(crate) fatal: bool,
    pub(crate) ignore_bom: bool,
}

/// A decoder, and what it remembers from one chunk to the next.
#[derive(Debug)]
pub(crate) struct Decoding {
    options: DecoderOptions,
    /// There while a stream is being decoded.
    decoder: Option<Decoder>,
}

impl Decoding {
    pub(crate) fn new(options: DecoderOptions) -> Self {
        Self {
            options,
            decoder: None,
        }
    }

    pub(crate) fn options(&self) -> DecoderOptions {
        self.options
    }

    /// Decodes the next bytes. Unless `stream` is set they are the last ones, and the next call
    /// starts anew, as it does after an error.
    pub(crate) fn decode(&mut self, bytes: &[u8], stream: bool) -> Result<JsString, Malformed> {
        if self.decoder.is_none() && !stream && self.options.encoding == UTF_8 {
            return self.decode_utf8(bytes);
        }
        let mut decoder = match self.decoder.take() {
            Some(decoder) => decoder,
            None if self.options.ignore_bom => {
                self.options.encoding.new_decoder_without_bom_handling()
            }
            None => self.options.encoding.new_decoder_with_bom_removal(),
        };
        let string = if is_latin1(&decoder, bytes) {
            latin1(bytes)
        } else if self.options.fatal {
            decode_or_fail(&mut decoder, bytes, !stream)?
        } else {
            decode(&mut decoder, bytes, !stream)
        };
        if stream {
            self.decoder = Some(decoder);
        }
        Ok(string)
    }

    fn decode_utf8(&self, bytes: &[u8]) -> Result<JsString, Malformed> {
        let bytes = if self.options.ignore_bom {
            bytes
        } else {
            bytes.strip_prefix(UTF_8_BOM).unwrap_or(bytes)
        };
        if self.options.fatal {
            utf8_decode_without_bom_or_fail(bytes)
        } else {
            Ok(utf8_decode_without_bom(bytes))
        }
    }
}

/// Whether the bytes decode to the code points of their values, by a decoder that is between two
/// characters before and after.
fn is_latin1(decoder: &Decoder, bytes: &[u8]) -> bool {
    let Some(compatible) = decoder.latin1_byte_compatible_up_to(bytes) else {
        return false;
    };
    match bytes.get(compatible..) {
        None | Some([]) => true,
        // For a single-byte encoding the decoder does not count the ASCII at the end.
        Some(rest) => decoder.encoding().is_single_byte() && rest.is_ascii(),
    }
}

/// Decodes with replacement characters.
fn decode(decoder: &mut Decoder, mut bytes: &[u8], last: bool) -> JsString {
    let mut string = builder(decoder, bytes);
    let mut units = [0; CHUNK];
    loop {
        let (result, read, written, _) = decoder.decode_to_utf16(bytes, &mut units, last);
        string.extend_from_slice(units.get(..written).unwrap_or_default());
        bytes = bytes.get(read..).unwrap_or_default();
        if result == CoderResult::InputEmpty {
            return string.build();
        }
    }
}

/// Decodes up to the first error.
fn decode_or_fail(
    decoder: &mut Decoder,
    mut bytes: &[u8],
    last: bool,
) -> Result<JsString, Malformed> {
    let mut string = builder(decoder, bytes);
    let mut units = [0; CHUNK];
    loop {
        let (result, read, written) =
            decoder.decode_to_utf16_without_replacement(bytes, &mut units, last);
        string.extend_from_slice(units.get(..written).unwrap_or_default());
        bytes = bytes.get(read..).unwrap_or_default();
        match result {
            DecoderResult::InputEmpty => return Ok(string.build()),
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => return Err(Malformed),
        }
    }
}

/// A builder with room for what `bytes` at most decode to, unless that is much: then it grows.
fn builder(decoder: &Decoder, bytes: &[u8]) -> Utf16JsStringBuilder {
    let room = decoder.max_utf16_buffer_length(bytes.len()).unwrap_or(0);
    Utf16JsStringBuilder::with_capacity(room.min(64 * CHUNK))
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{SHIFT_JIS, UTF_16LE, WINDOWS_1252};

    fn decoding(encoding: &'static Encoding, fatal: bool) -> Decoding {
        Decoding::new(DecoderOptions {
            encoding,
            fatal,
            ignore_bom: false,
        })
    }

    fn units(text: &str) -> Vec<u16> {
        text.encode_utf16().collect()
    }

    #[test]
    fn whatever_can_be_is_latin1() {
        for text in [
            "",
            "length",
            "plain",
            "na\u{ef}ve \u{ff}",
            &"\u{e9}".repeat(1000),
        ] {
            let string = utf8_decode(text.as_bytes());
            assert!(string.as_str().is_latin1(), "{text}");
            assert_eq!(string.to_vec(), units(text));
        }
        for text in ["\u{100}", "a\u{20ac}", &"\u{1f40d}".repeat(1000)] {
            let string = utf8_decode(text.as_bytes());
            assert!(!string.as_str().is_latin1(), "{text}");
            assert_eq!(string.to_vec(), units(text));
        }
    }

    #[test]
    fn a_byte_order_mark_is_taken_away_once() {
        let bytes = "\u{feff}\u{feff}a".as_bytes();
        assert_eq!(utf8_decode(bytes).to_vec(), units("\u{feff}a"));
        assert_eq!(
            utf8_decode_without_bom(bytes).to_vec(),
            units("\u{feff}\u{feff}a")
        );
    }

    #[test]
    fn what_is_no_utf8_is_replaced_or_fails() {
        let bytes = b"a\xF0\x9F\x90b\xFF";
        assert_eq!(utf8_decode(bytes).to_vec(), units("a\u{fffd}b\u{fffd}"));
        assert_eq!(utf8_decode_without_bom_or_fail(bytes), Err(Malformed));
        let long = [b"x".repeat(5000), b"\xC3".to_vec()].concat();
        assert_eq!(
            utf8_decode(&long).to_vec(),
            units(&format!("{}\u{fffd}", "x".repeat(5000)))
        );
    }

    #[test]
    fn characters_may_be_split_anywhere() {
        let text = "\u{feff}a\u{e9}\u{20ac}\u{1f40d}".repeat(700);
        for size in [1, 2, 3, 7, 1023, 1024, 1025] {
            let mut decoding = decoding(UTF_8, true);
            let mut result = Vec::new();
            for chunk in text.as_bytes().chunks(size) {
                result.extend(decoding.decode(chunk, true).expect("UTF-8").to_vec());
            }
            result.extend(decoding.decode(&[], false).expect("UTF-8").to_vec());
            assert_eq!(result, units(text.trim_start_matches('\u{feff}')));
        }
    }

    #[test]
    fn after_an_error_a_decoder_starts_anew() {
        let mut decoding = decoding(UTF_8, true);
        assert!(decoding.decode(b"\xE2\x82", true).is_ok());
        assert_eq!(decoding.decode(b"x", true), Err(Malformed));
        let string = decoding.decode(b"\xEF\xBB\xBFx", false).expect("UTF-8");
        assert_eq!(string.to_vec(), units("x"));
    }

    #[test]
    fn other_encodings() {
        let mut windows = decoding(WINDOWS_1252, false);
        let string = windows.decode(b"na\xEFve", false).expect("not fatal");
        assert!(string.as_str().is_latin1());
        assert_eq!(string.to_vec(), units("na\u{ef}ve"));
        let string = windows.decode(b"5 \x80", false).expect("not fatal");
        assert_eq!(string.to_vec(), units("5 \u{20ac}"));
        let mut utf16 = decoding(UTF_16LE, true);
        let string = utf16.decode(b"\xFF\xFE\x3D", true).expect("UTF-16");
        assert!(string.is_empty());
        let string = utf16.decode(b"\xD8\x0D\xDC", false).expect("UTF-16");
        assert_eq!(string.to_vec(), units("\u{1f40d}"));
        let mut japanese = decoding(SHIFT_JIS, true);
        assert_eq!(japanese.decode(b"\x83", false), Err(Malformed));
    }
}
