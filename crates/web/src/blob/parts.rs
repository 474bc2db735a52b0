//! The arguments of the constructors of `Blob` and `File`.

use boa_engine::{Context, JsResult, JsString, JsValue};
use bytes::{Bytes, BytesMut};
use taipan_webidl::{
    BufferSource, Dictionary,
    buffer_source::{Allow, external_memory},
    convert, implementation,
};

use super::Blob;
use crate::encoding::utf8_encode;

/// <https://w3c.github.io/FileAPI/#typedefdef-blobpart>
pub(super) enum BlobPart {
    Buffer(BufferSource),
    Blob(Bytes),
    /// In UTF-8.
    String(Vec<u8>),
}

impl BlobPart {
    fn convert(value: &JsValue, context: &mut Context) -> JsResult<Self> {
        if let Some(object) = value.as_object() {
            if let Some(blob) = implementation::<Blob>(&object) {
                return Ok(Self::Blob(Blob::bytes(&blob)));
            }
            if BufferSource::try_new(value, context)?.is_some() {
                return BufferSource::new(value, "Blob: a part", Allow::default(), context)
                    .map(Self::Buffer);
            }
        }
        let string = convert::dom_string(value, context)?;
        Ok(Self::String(utf8_encode(&string)))
    }

    /// `sequence<BlobPart>`; `what` names the argument in messages.
    pub(super) fn sequence(
        value: &JsValue,
        what: &str,
        context: &mut Context,
    ) -> JsResult<Vec<Self>> {
        convert::sequence(value, what, Self::convert, context)
    }
}

/// <https://w3c.github.io/FileAPI/#dfn-BlobPropertyBag>
#[derive(Default)]
pub(super) struct BlobPropertyBag {
    pub(super) native_endings: bool,
    pub(super) kind: String,
}

impl BlobPropertyBag {
    pub(super) fn convert(bag: &Dictionary, context: &mut Context) -> JsResult<Self> {
        let native_endings = match bag.get("endings", context)? {
            Some(endings) => {
                let values = ["transparent", "native"];
                convert::enumeration(&endings, &values, "Blob: endings", context)? == "native"
            }
            None => false,
        };
        let kind = match bag.get("type", context)? {
            Some(kind) => normalize_type(&convert::dom_string(&kind, context)?),
            None => String::new(),
        };
        Ok(Self {
            native_endings,
            kind,
        })
    }
}

/// The type of a blob that was asked for: lower-case, and empty if it has characters that no MIME type has.
///
/// <https://w3c.github.io/FileAPI/#constructorBlob>
pub(super) fn normalize_type(kind: &JsString) -> String {
    let mut normal = String::with_capacity(kind.len());
    for unit in kind.iter() {
        match u8::try_from(unit) {
            Ok(byte @ b' '..=b'~') => normal.push(char::from(byte.to_ascii_lowercase())),
            _ => return String::new(),
        }
    }
    normal
}

/// <https://w3c.github.io/FileAPI/#process-blob-parts>
pub(super) fn process(parts: Vec<BlobPart>, native_endings: bool) -> Bytes {
    let mut parts: Vec<BlobPart> = parts
        .into_iter()
        .map(|part| match part {
            BlobPart::String(string) if native_endings => {
                BlobPart::String(to_native_line_endings(string))
            }
            part => part,
        })
        .collect();
    let length = parts
        .iter()
        .map(|part| match part {
            BlobPart::Buffer(buffer) => buffer.byte_length(),
            BlobPart::Blob(bytes) => bytes.len(),
            BlobPart::String(string) => string.len(),
        })
        .sum();
    external_memory(length);
    // One part alone need not be copied into place.
    if parts.len() == 1
        && let Some(part) = parts.pop()
    {
        return match part {
            BlobPart::Buffer(buffer) => buffer.to_vec().into(),
            BlobPart::Blob(bytes) => bytes,
            BlobPart::String(string) => string.into(),
        };
    }
    let mut bytes = BytesMut::with_capacity(length);
    for part in &parts {
        match part {
            BlobPart::Buffer(buffer) => buffer.with_bytes(|part| bytes.extend_from_slice(part)),
            BlobPart::Blob(part) => bytes.extend_from_slice(part),
            BlobPart::String(part) => bytes.extend_from_slice(part),
        }
    }
    bytes.freeze()
}

/// What ends a line on this platform.
const NATIVE_LINE_ENDING: &[u8] = if cfg!(windows) { b"\r\n" } else { b"\n" };

/// <https://w3c.github.io/FileAPI/#convert-line-endings-to-native>
fn to_native_line_endings(string: Vec<u8>) -> Vec<u8> {
    let is_ending = |byte: &u8| matches!(byte, b'\r' | b'\n');
    if !string.iter().any(is_ending) {
        return string;
    }
    let mut native = Vec::with_capacity(string.len());
    let mut rest = string.as_slice();
    while let Some(length) = rest.iter().position(is_ending) {
        let (line, ending) = rest.split_at(length);
        native.extend_from_slice(line);
        native.extend_from_slice(NATIVE_LINE_ENDING);
        rest = match ending {
            [b'\r', b'\n', rest @ ..] | [_, rest @ ..] => rest,
            [] => &[],
        };
    }
    native.extend_from_slice(rest);
    native
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(not(windows))]
    #[test]
    fn line_endings_become_native() {
        for (given, expected) in [
            ("", ""),
            ("one", "one"),
            ("\r\n", "\n"),
            ("a\r\rb\n\nc\r\n\r\nd\n\r", "a\n\nb\n\nc\n\nd\n\n"),
            ("é\r—\n", "é\n—\n"),
        ] {
            assert_eq!(to_native_line_endings(given.into()), expected.as_bytes());
        }
    }

    #[test]
    fn types_are_printable_and_lower_case() {
        for (given, expected) in [
            ("Text/HTML; Charset=UTF-8", "text/html; charset=utf-8"),
            ("a\tb", ""),
            ("\u{7f}", ""),
            ("K\u{212a}", ""),
        ] {
            assert_eq!(normalize_type(&JsString::from(given)), expected);
        }
    }
}
