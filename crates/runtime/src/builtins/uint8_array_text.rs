//! Bytes as base64 and as hexadecimal digits: what `Uint8Array` has for it, which the engine lacks.
//!
//! Spec: <https://tc39.es/proposal-arraybuffer-base64/spec/>

use std::borrow::Cow;

use base64::{
    Engine,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose},
};
use boa_engine::{
    Context, JsError, JsNativeError, JsObject, JsResult, JsString, JsValue, js_string,
    object::builtins::{JsTypedArray, JsUint8Array},
    string::{JsStr, JsStrVariant},
};
use taipan_web::bytes::uint8_array;
use taipan_webidl::buffer_source::{Allow, BufferSource, shared_to_vec};

use super::method;

pub(super) fn register(context: &mut Context) -> JsResult<()> {
    let constructors = context.intrinsics().constructors().typed_uint8_array();
    let (constructor, prototype) = (constructors.constructor(), constructors.prototype());
    method(
        &constructor,
        js_string!("fromBase64"),
        1,
        from_base64,
        context,
    )?;
    method(&constructor, js_string!("fromHex"), 1, from_hex, context)?;
    method(
        &prototype,
        js_string!("setFromBase64"),
        1,
        set_from_base64,
        context,
    )?;
    method(
        &prototype,
        js_string!("setFromHex"),
        1,
        set_from_hex,
        context,
    )?;
    method(&prototype, js_string!("toBase64"), 0, to_base64, context)?;
    method(&prototype, js_string!("toHex"), 0, to_hex, context)
}

/// <https://tc39.es/proposal-arraybuffer-base64/spec/#sec-uint8array.frombase64>
fn from_base64(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let text = text(args)?;
    let reading = Reading::from_options(args.get(1), context)?;
    let read = reading.decode(&characters(&text), usize::MAX);
    read.check()?;
    Ok(uint8_array(&read.bytes, context)?.into())
}

/// <https://tc39.es/proposal-arraybuffer-base64/spec/#sec-uint8array.fromhex>
fn from_hex(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let read = decode_hex(&characters(&text(args)?), usize::MAX);
    read.check()?;
    Ok(uint8_array(&read.bytes, context)?.into())
}

/// <https://tc39.es/proposal-arraybuffer-base64/spec/#sec-uint8array.prototype.setfrombase64>
fn set_from_base64(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let array = this_array(this)?;
    let text = text(args)?;
    let reading = Reading::from_options(args.get(1), context)?;
    let length = length(&array, context)?;
    let read = reading.decode(&characters(&text), length);
    read.write(&array, context)
}

/// <https://tc39.es/proposal-arraybuffer-base64/spec/#sec-uint8array.prototype.setfromhex>
fn set_from_hex(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let array = this_array(this)?;
    let text = text(args)?;
    let length = length(&array, context)?;
    let read = decode_hex(&characters(&text), length);
    read.write(&array, context)
}

/// <https://tc39.es/proposal-arraybuffer-base64/spec/#sec-uint8array.prototype.tobase64>
fn to_base64(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let array = this_array(this)?;
    let options = options(args.first())?;
    let alphabet = Alphabet::from_options(options.as_ref(), context)?;
    let omits_padding = match &options {
        Some(options) => options
            .get(js_string!("omitPadding"), context)?
            .to_boolean(),
        None => false,
    };
    let encoding = match (alphabet, omits_padding) {
        (Alphabet::Base64, false) => &general_purpose::STANDARD,
        (Alphabet::Base64, true) => &general_purpose::STANDARD_NO_PAD,
        (Alphabet::Base64Url, false) => &general_purpose::URL_SAFE,
        (Alphabet::Base64Url, true) => &general_purpose::URL_SAFE_NO_PAD,
    };
    let encoded = with_bytes(&array, |bytes| encoding.encode(bytes), context)?;
    Ok(latin1(encoded.as_bytes()))
}

/// <https://tc39.es/proposal-arraybuffer-base64/spec/#sec-uint8array.prototype.tohex>
fn to_hex(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let array = this_array(this)?;
    let digits: Vec<u8> = with_bytes(
        &array,
        |bytes| {
            let digit = |number: u8| DIGITS[usize::from(number)];
            let digits = |byte: &u8| [digit(byte >> 4), digit(byte & 15)];
            bytes.iter().flat_map(digits).collect()
        },
        context,
    )?;
    Ok(latin1(&digits))
}

fn latin1(text: &[u8]) -> JsValue {
    JsString::from(JsStr::latin1(text)).into()
}

fn type_error(message: impl Into<Cow<'static, str>>) -> JsError {
    JsNativeError::typ().with_message(message).into()
}

/// The first argument. It is not converted.
fn text(args: &[JsValue]) -> JsResult<JsString> {
    (args.first().and_then(JsValue::as_string))
        .ok_or_else(|| type_error("the first argument must be a string"))
}

/// A byte for each code unit. What is not in ASCII is all the same: no alphabet has it.
fn characters(text: &JsString) -> Vec<u8> {
    match text.variant() {
        JsStrVariant::Latin1(units) => units.to_vec(),
        JsStrVariant::Utf16(units) => (units.iter())
            .map(|unit| u8::try_from(*unit).unwrap_or(u8::MAX))
            .collect(),
    }
}

/// <https://tc39.es/proposal-arraybuffer-base64/spec/#sec-validateuint8array>
fn this_array(this: &JsValue) -> JsResult<JsUint8Array> {
    let array = this.as_object().map(JsUint8Array::from_object);
    match array {
        Some(Ok(array)) => Ok(array),
        _ => Err(type_error("this must be a Uint8Array")),
    }
}

/// The number of bytes.
///
/// # Errors
/// A `TypeError` if the buffer is detached, or was made so small that the array is not within it.
fn length(array: &JsUint8Array, context: &mut Context) -> JsResult<usize> {
    let array = JsTypedArray::from_object(array.clone().into())?;
    // It looks whether there still is an array, and calls no script.
    array.at(0, context)?;
    array.length(context)
}

/// Hands the bytes to `f`, which must not run script.
fn with_bytes<R>(
    array: &JsUint8Array,
    f: impl FnOnce(&[u8]) -> R,
    context: &mut Context,
) -> JsResult<R> {
    length(array, context)?;
    let value = array.clone().into();
    if let Some(shared) = shared_to_vec(&value, context)? {
        return Ok(f(&shared));
    }
    let source = BufferSource::new(&value, "this", Allow { resizable: true }, context)?;
    Ok(source.with_bytes(f))
}

/// <https://tc39.es/proposal-arraybuffer-base64/spec/#sec-getoptionsobject>
fn options(value: Option<&JsValue>) -> JsResult<Option<JsObject>> {
    match value {
        None => Ok(None),
        Some(value) if value.is_undefined() => Ok(None),
        Some(value) => match value.as_object() {
            Some(options) => Ok(Some(options)),
            None => Err(type_error("the options must be an object")),
        },
    }
}

/// The option `name`, which is not converted: one of `values`, the first of them if it is absent.
fn choice<T: Copy>(
    options: Option<&JsObject>,
    name: JsString,
    values: &[(&str, T)],
    context: &mut Context,
) -> JsResult<Option<T>> {
    let Some(options) = options else {
        return Ok(None);
    };
    let value = options.get(name.clone(), context)?;
    if value.is_undefined() {
        return Ok(None);
    }
    let text = value.as_string();
    let found = (text.as_ref()).and_then(|text| values.iter().find(|(value, _)| *text == **value));
    match found {
        Some((_, value)) => Ok(Some(*value)),
        None => {
            let names: Vec<&str> = values.iter().map(|(value, _)| *value).collect();
            Err(type_error(format!(
                "{} must be one of {}",
                name.to_std_string_lossy(),
                names.join(", ")
            )))
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Alphabet {
    Base64,
    Base64Url,
}

impl Alphabet {
    fn from_options(options: Option<&JsObject>, context: &mut Context) -> JsResult<Self> {
        let values = [("base64", Self::Base64), ("base64url", Self::Base64Url)];
        let chosen = choice(options, js_string!("alphabet"), &values, context)?;
        Ok(chosen.unwrap_or(Self::Base64))
    }

    /// The character of the standard alphabet that stands for the same bits.
    fn standard(self, character: u8) -> Option<u8> {
        match (self, character) {
            (_, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9') | (Self::Base64, b'+' | b'/') => {
                Some(character)
            }
            (Self::Base64Url, b'-') => Some(b'+'),
            (Self::Base64Url, b'_') => Some(b'/'),
            _ => None,
        }
    }
}

/// What becomes of the last characters, if they are fewer than four.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LastChunk {
    Loose,
    Strict,
    StopBeforePartial,
}

/// How base64 is read.
#[derive(Clone, Copy, Debug)]
struct Reading {
    alphabet: Alphabet,
    last_chunk: LastChunk,
}

/// What was read.
#[derive(Debug, Default, PartialEq, Eq)]
struct Read {
    /// The number of characters that the bytes were read from.
    read: usize,
    bytes: Vec<u8>,
    /// What is wrong with the characters behind.
    error: Option<&'static str>,
}

impl Read {
    fn check(&self) -> JsResult<()> {
        match self.error {
            Some(error) => Err(JsNativeError::syntax()
                .with_message(format!(
                    "{error}, behind the first {} characters",
                    self.read
                ))
                .into()),
            None => Ok(()),
        }
    }

    /// Puts the bytes into an array, which is as long as they are, at least.
    fn write(&self, array: &JsUint8Array, context: &mut Context) -> JsResult<JsValue> {
        let value = array.clone().into();
        match BufferSource::try_new(&value, context)? {
            Some(target) => target.with_bytes_mut(|target| {
                if let Some(target) = target.get_mut(..self.bytes.len()) {
                    target.copy_from_slice(&self.bytes);
                }
            }),
            // It is shared.
            None => {
                let array = JsObject::from(array.clone());
                for (index, byte) in (0_u64..).zip(&self.bytes) {
                    array.set(index, *byte, true, context)?;
                }
            }
        }
        self.check()?;
        let result = JsObject::with_object_proto(context.intrinsics());
        let mut number = |name, number: usize| {
            result.create_data_property_or_throw(name, number as f64, context)
        };
        number(js_string!("read"), self.read)?;
        number(js_string!("written"), self.bytes.len())?;
        Ok(result.into())
    }
}

/// Bits behind the last whole byte count for nothing.
const LOOSE: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

impl Reading {
    fn from_options(value: Option<&JsValue>, context: &mut Context) -> JsResult<Self> {
        let options = options(value)?;
        let alphabet = Alphabet::from_options(options.as_ref(), context)?;
        let values = [
            ("loose", LastChunk::Loose),
            ("strict", LastChunk::Strict),
            ("stop-before-partial", LastChunk::StopBeforePartial),
        ];
        let name = js_string!("lastChunkHandling");
        let last_chunk = choice(options.as_ref(), name, &values, context)?;
        Ok(Self {
            alphabet,
            last_chunk: last_chunk.unwrap_or(LastChunk::Loose),
        })
    }

    /// <https://tc39.es/proposal-arraybuffer-base64/spec/#sec-frombase64>
    fn decode(self, text: &[u8], most: usize) -> Read {
        let mut out = Read::default();
        if most == 0 {
            return out;
        }
        // What is whole is decoded at once, in the end.
        let mut chunks: Vec<u8> = Vec::with_capacity(text.len().min(most.saturating_mul(2)));
        let mut written = 0;
        let mut partial = 0;
        let mut index = 0;
        let outcome = loop {
            index = skip_white_space(text, index);
            let Some(&character) = text.get(index) else {
                break self.end(partial, text.len(), &mut out.read);
            };
            index += 1;
            if character == b'=' {
                break self.padding(&chunks, partial, text, index, &mut out.read);
            }
            let Some(character) = self.alphabet.standard(character) else {
                break Err("a character that is not of the alphabet");
            };
            let room = most - written;
            if (room == 1 && partial == 2) || (room == 2 && partial == 3) {
                break Ok(0);
            }
            chunks.push(character);
            partial += 1;
            if partial == 4 {
                partial = 0;
                written += 3;
                out.read = index;
                if written >= most {
                    break Ok(0);
                }
            }
        };
        // The characters of the last chunk that count.
        let kept = outcome.unwrap_or(0);
        chunks.truncate(chunks.len() - partial + kept);
        out.bytes = LOOSE.decode(&chunks).unwrap_or_default();
        out.error = outcome.err();
        out
    }

    /// Where the text ends without padding. Gives how many characters of the last chunk count.
    fn end(self, partial: usize, length: usize, read: &mut usize) -> Result<usize, &'static str> {
        match (partial, self.last_chunk) {
            (0, _) => {}
            (_, LastChunk::StopBeforePartial) => return Ok(0),
            (1, LastChunk::Loose) => return Err("a character too few"),
            (_, LastChunk::Loose) => {}
            (_, LastChunk::Strict) => return Err("no padding"),
        }
        *read = length;
        Ok(partial)
    }

    /// Where padding begins; `index` is that of the character behind the first `=`.
    fn padding(
        self,
        chunks: &[u8],
        partial: usize,
        text: &[u8],
        index: usize,
        read: &mut usize,
    ) -> Result<usize, &'static str> {
        const MISPLACED: &str = "padding in the wrong place";
        if partial < 2 {
            return Err(MISPLACED);
        }
        let mut index = skip_white_space(text, index);
        if partial == 2 {
            match text.get(index) {
                Some(b'=') => index = skip_white_space(text, index + 1),
                None if self.last_chunk == LastChunk::StopBeforePartial => return Ok(0),
                _ => return Err(MISPLACED),
            }
        }
        if index < text.len() {
            return Err("characters behind the padding");
        }
        let last = &chunks[chunks.len() - partial..];
        let is_exact = general_purpose::STANDARD_NO_PAD.decode(last).is_ok();
        if self.last_chunk == LastChunk::Strict && !is_exact {
            return Err("bits behind the last byte");
        }
        *read = text.len();
        Ok(partial)
    }
}

fn skip_white_space(text: &[u8], index: usize) -> usize {
    let rest = text.get(index..).unwrap_or_default();
    index
        + rest
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace())
            .count()
}

/// <https://tc39.es/proposal-arraybuffer-base64/spec/#sec-fromhex>
fn decode_hex(text: &[u8], most: usize) -> Read {
    let mut out = Read::default();
    if !text.len().is_multiple_of(2) {
        out.error = Some("an odd number of digits");
        return out;
    }
    let digit = |character: u8| char::from(character).to_digit(16);
    for pair in text.chunks_exact(2).take(most) {
        let (Some(high), Some(low)) = (digit(pair[0]), digit(pair[1])) else {
            out.error = Some("a character that is not a hexadecimal digit");
            break;
        };
        // Both are less than 16.
        out.bytes.push((high << 4 | low) as u8);
        out.read += 2;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(text: &str, last_chunk: LastChunk, most: usize) -> (usize, Vec<u8>, bool) {
        let alphabet = Alphabet::Base64;
        let reading = Reading {
            alphabet,
            last_chunk,
        };
        let read = reading.decode(text.as_bytes(), most);
        (read.read, read.bytes, read.error.is_some())
    }

    #[test]
    fn last_chunks() {
        use LastChunk::{Loose, StopBeforePartial, Strict};
        for (text, last_chunk, expected) in [
            ("", Strict, (0, &b""[..], false)),
            ("YWJj", Strict, (4, b"abc", false)),
            ("YWJjZA==", Strict, (8, b"abcd", false)),
            ("YWJjZA == ", Strict, (10, b"abcd", false)),
            ("YWJjZA", Strict, (4, b"abc", true)),
            ("YWJjZB==", Strict, (4, b"abc", true)),
            ("YWJjZA", Loose, (6, b"abcd", false)),
            ("YWJjZB==", Loose, (8, b"abcd", false)),
            ("YWJjZ", Loose, (4, b"abc", true)),
            ("YWJjZA=", Loose, (4, b"abc", true)),
            ("YWJjZA=", StopBeforePartial, (4, b"abc", false)),
            ("YWJjZA", StopBeforePartial, (4, b"abc", false)),
            ("YWJjZ", StopBeforePartial, (4, b"abc", false)),
            ("YWJjZGU=", StopBeforePartial, (8, b"abcde", false)),
            ("YWJjZGU", StopBeforePartial, (4, b"abc", false)),
            ("YWJj=", Loose, (4, b"abc", true)),
            ("YWJjZA==YWJj", Loose, (4, b"abc", true)),
            ("YWJj\u{7f}", Loose, (4, b"abc", true)),
        ] {
            let (read, bytes, fails) = decode(text, last_chunk, usize::MAX);
            assert_eq!((read, &*bytes, fails), expected, "{text:?} {last_chunk:?}");
        }
    }

    #[test]
    fn room() {
        for (most, expected) in [
            (0, (0, &b""[..])),
            (1, (0, b"")),
            (2, (0, b"")),
            (3, (4, b"abc")),
            (4, (4, b"abc")),
            (5, (8, b"abcde")),
        ] {
            let (read, bytes, fails) = decode("YWJjZGU=", LastChunk::Loose, most);
            assert_eq!((read, &*bytes, fails), (expected.0, expected.1, false));
        }
        // What is beyond is not looked at.
        assert_eq!(
            decode("YWJj*", LastChunk::Loose, 3),
            (4, b"abc".to_vec(), false)
        );
        assert_eq!(
            decode("YWJj*", LastChunk::Loose, 4),
            (4, b"abc".to_vec(), true)
        );
    }
}
