//! Bodies of the type `multipart/form-data`.

use boa_engine::{Context, JsNativeError, JsResult};
use bytes::{Bytes, BytesMut};

use super::FormDataValue;
use crate::{
    blob::{Blob, File},
    mime_type, random,
};

/// A boundary that no body has in it, but by a miracle.
///
/// Its letters are lower-case: the type of a blob, which may be all that remembers it, has no others.
///
/// # Errors
///
/// Fails when the [source](crate::random) of randomness has none to give.
pub fn boundary(context: &Context) -> JsResult<String> {
    let mut random = [0; 16];
    random::fill(&mut random, context)?;
    Ok(format!(
        "----taipanformboundary{}",
        random::hexadecimal(&random)
    ))
}

/// The body that the entries are sent as.
///
/// <https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart/form-data-encoding-algorithm>
#[must_use]
pub fn encode(entries: &[(String, FormDataValue)], boundary: &str) -> Bytes {
    let mut body = BytesMut::new();
    let mut text = |parts: &[&str], content: &[u8]| {
        body.reserve(parts.iter().map(|part| part.len()).sum::<usize>() + content.len());
        for part in parts {
            body.extend_from_slice(part.as_bytes());
        }
        body.extend_from_slice(content);
    };
    for (name, value) in entries {
        let name = escape(&normalize_newlines(name));
        let disposition = "\r\nContent-Disposition: form-data; name=\"";
        match value {
            FormDataValue::String(value) => text(
                &["--", boundary, disposition, &name, "\"\r\n\r\n"],
                normalize_newlines(value).as_bytes(),
            ),
            FormDataValue::File(file) => {
                let file_name = escape(&File::name(file).to_std_string_lossy());
                let blob = File::blob(file);
                let kind = Blob::mime_type(&blob);
                let kind = if kind.is_empty() {
                    "application/octet-stream"
                } else {
                    &kind
                };
                text(
                    &[
                        "--",
                        boundary,
                        disposition,
                        &name,
                        "\"; filename=\"",
                        &file_name,
                        "\"\r\nContent-Type: ",
                        kind,
                        "\r\n\r\n",
                    ],
                    &Blob::bytes(&blob),
                );
            }
        }
        text(&["\r\n"], &[]);
    }
    text(&["--", boundary, "--\r\n"], &[]);
    body.freeze()
}

/// Every line end is CR LF.
fn normalize_newlines(text: &str) -> String {
    let mut normal = String::with_capacity(text.len());
    let mut units = text.chars().peekable();
    while let Some(unit) = units.next() {
        match unit {
            '\r' => {
                units.next_if_eq(&'\n');
                normal.push_str("\r\n");
            }
            '\n' => normal.push_str("\r\n"),
            unit => normal.push(unit),
        }
    }
    normal
}

/// A name as it is written between quotation marks.
///
/// <https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data>
fn escape(name: &str) -> String {
    name.replace('\n', "%0A")
        .replace('\r', "%0D")
        .replace('"', "%22")
}

/// The entries that a body stands for, given the boundary that its type names.
///
/// Senders are many, so more is understood than browsers write: text after the last boundary, blanks
/// behind a boundary, header fields in any order, and names that are not quoted. What [`encode`]
/// escapes in names stays escaped: nothing tells it from what was there before.
///
/// <https://fetch.spec.whatwg.org/#multipart-form-data-parser>
///
/// # Errors
///
/// A `TypeError` that says what is wrong with the body.
pub fn parse(
    bytes: &Bytes,
    boundary: &str,
    context: &mut Context,
) -> JsResult<Vec<(String, FormDataValue)>> {
    let parts = split(bytes, boundary).map_err(malformed)?;
    let mut entries = Vec::with_capacity(parts.len());
    for part in parts {
        let name = text(&part.name);
        let value = match part.file_name {
            None => FormDataValue::String(text(&part.content)),
            Some(file_name) => {
                let kind = part.content_type.as_deref().unwrap_or("text/plain");
                let file_name = text(&file_name);
                // Nothing says when the file was modified.
                let modified = Some(0);
                FormDataValue::File(File::create(
                    part.content,
                    &file_name,
                    kind,
                    modified,
                    context,
                ))
            }
        };
        entries.push((name, value));
    }
    Ok(entries)
}

fn malformed(reason: &str) -> boa_engine::JsError {
    JsNativeError::typ()
        .with_message(format!(
            "the body is not valid multipart/form-data: {reason}"
        ))
        .into()
}

/// <https://encoding.spec.whatwg.org/#utf-8-decode-without-bom>
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// One part of a body.
#[derive(Debug, Default, PartialEq)]
struct Part {
    name: Vec<u8>,
    file_name: Option<Vec<u8>>,
    content_type: Option<String>,
    content: Bytes,
}

/// Where `needle` is in `bytes`, from `start` on.
fn find(bytes: &[u8], needle: &[u8], start: usize) -> Option<usize> {
    let first = *needle.first()?;
    let mut from = start;
    loop {
        let rest = bytes.get(from..)?;
        let found = from + rest.iter().position(|byte| *byte == first)?;
        if bytes.get(found..)?.starts_with(needle) {
            return Some(found);
        }
        from = found + 1;
    }
}

/// The parts of a body.
fn split(bytes: &Bytes, boundary: &str) -> Result<Vec<Part>, &'static str> {
    if boundary.is_empty() {
        return Err("the boundary is empty");
    }
    let delimiter = [b"\r\n--", boundary.as_bytes()].concat();
    // The first boundary is at a line's start, which the body's start is too.
    let opening = delimiter.get(2..).unwrap_or_default();
    if !bytes.starts_with(opening) {
        return Err("it does not begin with a boundary");
    }
    let mut position = opening.len();
    let mut parts = Vec::new();
    loop {
        let rest = bytes.get(position..).unwrap_or_default();
        let (rest, last) = match rest.strip_prefix(b"--") {
            Some(rest) => (rest, true),
            None => (rest, false),
        };
        let blanks = rest
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t'))
            .count();
        let rest = rest.get(blanks..).unwrap_or_default();
        if last && (rest.is_empty() || rest.starts_with(b"\r\n")) {
            return Ok(parts);
        }
        if last || !rest.starts_with(b"\r\n") {
            return Err("a boundary is not followed by a line end");
        }
        position += blanks + 2;
        let (mut part, content) = headers(bytes, position)?;
        // The line end before the boundary is the one after the header fields if there is no content.
        let end = find(bytes, &delimiter, content.saturating_sub(2))
            .ok_or("the last boundary is missing")?;
        part.content = bytes.slice(content.min(end)..end);
        parts.push(part);
        position = end + delimiter.len();
    }
}

/// The header fields of the part at `position`, and where its content starts.
///
/// <https://fetch.spec.whatwg.org/#multipart-form-data-parser>
fn headers(bytes: &[u8], mut position: usize) -> Result<(Part, usize), &'static str> {
    let mut part = Part::default();
    let mut named = false;
    loop {
        let end = find(bytes, b"\r\n", position).ok_or("the header fields of a part do not end")?;
        let line = bytes.get(position..end).unwrap_or_default();
        position = end + 2;
        if line.is_empty() {
            return if named {
                Ok((part, position))
            } else {
                Err("a part has no name")
            };
        }
        let colon = line
            .iter()
            .position(|byte| *byte == b':')
            .ok_or("a header field has no colon")?;
        let (name, value) = line.split_at(colon);
        let value = value.get(1..).unwrap_or_default().trim_ascii();
        if line
            .iter()
            .any(|byte| matches!(byte, b'\0' | b'\r' | b'\n'))
        {
            return Err("a header field has a character that is not allowed there");
        }
        let name = name.trim_ascii();
        if name.is_empty() || !name.iter().all(is_token_byte) {
            return Err("a header field has no valid name");
        }
        if name.eq_ignore_ascii_case(b"content-disposition") {
            let disposition = disposition(value)?;
            part.name = disposition.0;
            part.file_name = disposition.1;
            named = true;
        } else if name.eq_ignore_ascii_case(b"content-type") {
            // What is no valid type is none, and not the one that a file without a type has.
            let decoded: String = value.iter().map(|&byte| char::from(byte)).collect();
            let kind = mime_type::extract(&decoded).map(|mime| mime.to_string());
            part.content_type = Some(kind.unwrap_or_default());
        }
    }
}

/// <https://httpwg.org/specs/rfc9110.html#tokens>
fn is_token_byte(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte)
}

/// The name and the file's name that the value of a `Content-Disposition` field gives.
fn disposition(value: &[u8]) -> Result<(Vec<u8>, Option<Vec<u8>>), &'static str> {
    const KIND: &[u8] = b"form-data";
    let mut rest = match value.split_at_checked(KIND.len()) {
        Some((kind, rest)) if kind.eq_ignore_ascii_case(KIND) => rest.trim_ascii_start(),
        _ => return Err("the disposition of a part is not form-data"),
    };
    let (mut name, mut file_name, mut extended) = (None, None, None);
    while let Some(parameter) = rest.strip_prefix(b";") {
        let parameter = parameter.trim_ascii_start();
        let length = parameter
            .iter()
            .take_while(|byte| is_token_byte(byte))
            .count();
        let (key, after) = parameter.split_at(length);
        let after = after.trim_ascii_start();
        let Some(after) = after.strip_prefix(b"=") else {
            // A last semicolon with nothing behind it.
            if key.is_empty() && after.is_empty() {
                rest = after;
                break;
            }
            return Err("a parameter of a disposition has no value");
        };
        let (value, after) = parameter_value(after.trim_ascii_start())?;
        rest = after.trim_ascii_start();
        if key.eq_ignore_ascii_case(b"name") {
            name.get_or_insert(value);
        } else if key.eq_ignore_ascii_case(b"filename") {
            file_name.get_or_insert(value);
        } else if key.eq_ignore_ascii_case(b"filename*") {
            extended = extended_value(&value);
        }
    }
    if !rest.is_empty() {
        return Err("a disposition has something after its parameters");
    }
    let name = name.ok_or("a part has no name")?;
    Ok((name, extended.or(file_name)))
}

/// The value of a parameter, and what is behind it.
///
/// <https://fetch.spec.whatwg.org/#multipart-form-data-parser>
fn parameter_value(bytes: &[u8]) -> Result<(Vec<u8>, &[u8]), &'static str> {
    let Some(quoted) = bytes.strip_prefix(b"\"") else {
        let length = bytes
            .iter()
            .take_while(|byte| !matches!(byte, b';' | b' ' | b'\t' | b'"'))
            .count();
        let (value, rest) = bytes.split_at(length);
        return Ok((value.to_vec(), rest));
    };
    let length = quoted
        .iter()
        .position(|byte| *byte == b'"')
        .ok_or("a quotation mark of a disposition is not closed")?;
    let (value, rest) = quoted.split_at(length);
    Ok((value.to_vec(), rest.get(1..).unwrap_or_default()))
}

/// The value of a parameter whose key ends in an asterisk, if it is in UTF-8.
///
/// <https://httpwg.org/specs/rfc8187.html>
fn extended_value(value: &[u8]) -> Option<Vec<u8>> {
    let mut parts = value.splitn(3, |byte| *byte == b'\'');
    if !parts.next()?.eq_ignore_ascii_case(b"utf-8") {
        return None;
    }
    parts.next()?;
    Some(percent_encoding::percent_decode(parts.next()?).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(body: &str) -> Result<Vec<Part>, &'static str> {
        split(&Bytes::copy_from_slice(body.as_bytes()), "b")
    }

    fn field(name: &str, content: &'static str) -> Part {
        Part {
            name: name.into(),
            content: Bytes::from_static(content.as_bytes()),
            ..Part::default()
        }
    }

    #[test]
    fn an_encoded_body_is_exactly_this() {
        let context = &mut Context::default();
        let file = File::create(
            Bytes::from_static(b"\r\n--\n"),
            "a\"\r\n\u{e9}",
            "",
            Some(0),
            context,
        );
        let entries = [
            ("x\n\"".into(), FormDataValue::String("1\r2\n3\r\n".into())),
            ("f".into(), FormDataValue::File(file)),
        ];
        let expected = "--b\r\nContent-Disposition: form-data; name=\"x%0D%0A%22\"\r\n\r\n1\r\n2\r\n3\r\n\r\n\
             --b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a%22%0D%0A\u{e9}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n\r\n--\n\r\n--b--\r\n";
        assert_eq!(encode(&entries, "b"), expected);
        assert_eq!(encode(&[], "b"), "--b--\r\n");
    }

    #[test]
    fn what_was_encoded_is_parsed_again() {
        let context = &mut Context::default();
        let file = File::create(
            Bytes::from_static(b"\0\xff\r\n--b"),
            "%22\u{e9}\"",
            "image/png",
            Some(0),
            context,
        );
        let entries = [
            (
                "\u{1f30d}".into(),
                FormDataValue::String("\u{feff}value".into()),
            ),
            ("empty".into(), FormDataValue::String(String::new())),
            ("file".into(), FormDataValue::File(file)),
        ];
        let boundary = boundary(context).expect("a source of randomness");
        assert!((27..=70).contains(&boundary.len()));
        let body = encode(&entries, &boundary);
        let parsed = parse(&body, &boundary, context).expect("a valid body");
        let [
            (first, FormDataValue::String(value)),
            (_, FormDataValue::String(empty)),
            last,
        ] = &parsed[..]
        else {
            panic!("{parsed:?}");
        };
        assert_eq!(
            (&**first, &**value, &**empty),
            ("\u{1f30d}", "\u{feff}value", "")
        );
        let (_, FormDataValue::File(file)) = last else {
            panic!("{last:?}");
        };
        assert_eq!(File::name(file).to_std_string_lossy(), "%22\u{e9}%22");
        let blob = File::blob(file);
        assert_eq!(Blob::mime_type(&blob), "image/png");
        assert_eq!(Blob::bytes(&blob), &b"\0\xff\r\n--b"[..]);
    }

    #[test]
    fn other_senders_are_understood() {
        let header = "content-disposition:Form-Data ; name = x";
        for (body, expected) in [
            ("--b--", vec![]),
            ("--b--\r\n", vec![]),
            ("--b-- \t\r\nepilogue", vec![]),
            (
                &format!("--b \t\r\nX-Other: y\r\n{header}\r\n\r\n1\r\n--b--"),
                vec![field("x", "1")],
            ),
            // A part with nothing in it, one line end shared by header and boundary.
            (
                &format!("--b\r\n{header};\r\n\r\n--b--"),
                vec![field("x", "")],
            ),
        ] {
            assert_eq!(parts(body).as_ref(), Ok(&expected), "{body}");
        }
        let value = b"form-data; filename=\"a\"; filename*=UTF-8''%e2%82%ac.txt; name=\"q;\"";
        let file_name = "\u{20ac}.txt".as_bytes().to_vec();
        assert_eq!(disposition(value), Ok((b"q;".to_vec(), Some(file_name))));
    }

    #[test]
    fn what_is_malformed_is_refused() {
        for body in [
            "",
            "--",
            "--b",
            "preamble\r\n--b--",
            "--b--junk",
            "--b\r\nContent-Disposition: form-data; name=\"\0\"\r\n\r\n1\r\n--b--",
            "--b\r\nContent-Disposition: form-data; name=\"\n\"\r\n\r\n1\r\n--b--",
            "--c\r\n",
            "--b\r\n",
            "--b\r\n\r\n1\r\n--b--",
            "--bx\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1\r\n--b--",
            "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1",
            "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1\r\n--b",
            "--b\r\nContent-Disposition: form-data; name=\"x\r\n\r\n1\r\n--b--",
            "--b\r\nContent-Disposition: form-data; name\r\n\r\n1\r\n--b--",
            "--b\r\nContent-Disposition: form-data; name=\"x\" y\r\n\r\n1\r\n--b--",
            "--b\r\nContent-Disposition: attachment; name=\"x\"\r\n\r\n1\r\n--b--",
            "--b\r\nContent-Disposition\r\n\r\n1\r\n--b--",
        ] {
            assert!(parts(body).is_err(), "{body}");
        }
    }
}
