//! `atob` and `btoa`.
//!
//! Spec: <https://html.spec.whatwg.org/multipage/webappapis.html#atob>

use std::borrow::Cow;

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose},
};
use boa_engine::{
    Context, JsResult, JsString, JsValue,
    string::{JsStr, JsStrVariant},
};
use taipan_webidl::{DomException, convert};

use crate::define::global_operation;

/// What is left after white space and padding were taken away. The bits after the last whole byte
/// count for nothing.
const FORGIVING: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// Defines the functions on the global object of the current realm.
///
/// # Errors
///
/// Fails when the global object refuses a property.
pub fn register(context: &mut Context) -> JsResult<()> {
    global_operation("atob", 1, atob, context)?;
    global_operation("btoa", 1, btoa, context)
}

/// <https://html.spec.whatwg.org/multipage/webappapis.html#dom-atob>
fn atob(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let data = convert::required_by(args, 0, 1, "atob")?;
    let data = convert::dom_string(data, context)?;
    match latin1(&data).and_then(|data| forgiving_decode(&data)) {
        Some(bytes) => Ok(JsString::from(JsStr::latin1(&bytes)).into()),
        None => Err(invalid("atob: the string is not base64", context)),
    }
}

/// <https://html.spec.whatwg.org/multipage/webappapis.html#dom-btoa>
fn btoa(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let data = convert::required_by(args, 0, 1, "btoa")?;
    let data = convert::dom_string(data, context)?;
    match latin1(&data) {
        Some(data) => {
            let encoded = general_purpose::STANDARD.encode(data);
            Ok(JsString::from(JsStr::latin1(encoded.as_bytes())).into())
        }
        None => Err(invalid(
            "btoa: the string has a character above U+00FF",
            context,
        )),
    }
}

fn invalid(message: &str, context: &mut Context) -> boa_engine::JsError {
    DomException::new("InvalidCharacterError", message).into_error(context)
}

/// The string as one byte a code unit, if there is no code unit above 255.
fn latin1(string: &JsString) -> Option<Cow<'_, [u8]>> {
    match string.variant() {
        JsStrVariant::Latin1(units) => Some(Cow::Borrowed(units)),
        JsStrVariant::Utf16(units) => units
            .iter()
            .map(|unit| u8::try_from(*unit).ok())
            .collect::<Option<Vec<u8>>>()
            .map(Cow::Owned),
    }
}

/// <https://infra.spec.whatwg.org/#forgiving-base64-decode>
fn forgiving_decode(data: &[u8]) -> Option<Vec<u8>> {
    let mut data = if data.iter().any(u8::is_ascii_whitespace) {
        let data = data.iter().filter(|byte| !byte.is_ascii_whitespace());
        Cow::Owned(data.copied().collect::<Vec<u8>>())
    } else {
        Cow::Borrowed(data)
    };
    if data.len().is_multiple_of(4) {
        let padding = data.iter().rev().take(2).take_while(|byte| **byte == b'=');
        let length = data.len() - padding.count();
        match &mut data {
            Cow::Owned(data) => data.truncate(length),
            Cow::Borrowed(data) => *data = data.get(..length)?,
        }
    }
    FORGIVING.decode(data).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_forgivingly() {
        for (data, expected) in [
            ("", Some(&b""[..])),
            ("YQ==", Some(b"a")),
            ("YQ", Some(b"a")),
            (" Y\tQ\n=\x0C=\r", Some(b"a")),
            ("YR", Some(b"a")),
            ("YWI=", Some(b"ab")),
            ("YWJj", Some(b"abc")),
            ("Y", None),
            ("YQ=", None),
            ("YQ===", None),
            ("=", None),
            ("====", None),
            ("YWJj=", None),
            ("YWJj====", None),
            ("Y=Q=", None),
            ("YQ\x0B==", None),
            ("YQ-_", None),
        ] {
            assert_eq!(
                forgiving_decode(data.as_bytes()).as_deref(),
                expected,
                "{data:?}"
            );
        }
    }
}
