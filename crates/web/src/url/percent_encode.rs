//! Percent-encoding: <https://url.spec.whatwg.org/#percent-encoded-bytes>.

/// Says which bytes are encoded. Those of characters beyond ASCII always are.
///
/// <https://url.spec.whatwg.org/#percent-encode-set>
pub(super) type Set = fn(u8) -> bool;

/// <https://url.spec.whatwg.org/#c0-control-percent-encode-set>
pub(super) fn c0_control(byte: u8) -> bool {
    !(0x20..0x7F).contains(&byte)
}

/// <https://url.spec.whatwg.org/#fragment-percent-encode-set>
pub(super) fn fragment(byte: u8) -> bool {
    c0_control(byte) || matches!(byte, b' ' | b'"' | b'<' | b'>' | b'`')
}

/// <https://url.spec.whatwg.org/#query-percent-encode-set>
pub(super) fn query(byte: u8) -> bool {
    c0_control(byte) || matches!(byte, b' ' | b'"' | b'#' | b'<' | b'>')
}

/// <https://url.spec.whatwg.org/#special-query-percent-encode-set>
pub(super) fn special_query(byte: u8) -> bool {
    query(byte) || byte == b'\''
}

/// <https://url.spec.whatwg.org/#path-percent-encode-set>
pub(super) fn path(byte: u8) -> bool {
    query(byte) || matches!(byte, b'?' | b'^' | b'`' | b'{' | b'}')
}

/// <https://url.spec.whatwg.org/#userinfo-percent-encode-set>
pub(super) fn userinfo(byte: u8) -> bool {
    path(byte)
        || matches!(
            byte,
            b'/' | b':' | b';' | b'=' | b'@' | b'[' | b'\\' | b']' | b'|'
        )
}

/// Appends the text to `output`, the bytes of `set` encoded.
///
/// <https://url.spec.whatwg.org/#string-utf-8-percent-encode>
pub(super) fn append(text: &str, set: Set, output: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut rest = text;
    while let Some(position) = rest.bytes().position(set) {
        // Whatever is not ASCII is in every set, so that this is never within a character.
        let (plain, encoded) = rest.split_at(position);
        output.push_str(plain);
        let end = encoded
            .bytes()
            .position(|byte| !set(byte))
            .unwrap_or(encoded.len());
        let (encoded, after) = encoded.split_at(end);
        for byte in encoded.bytes() {
            output.push('%');
            for digit in [byte >> 4, byte & 0xF] {
                output.push(char::from(
                    HEX.get(usize::from(digit)).copied().unwrap_or(b'0'),
                ));
            }
        }
        rest = after;
    }
    output.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_what_is_in_the_set() {
        for (text, set, expected) in [
            ("", path as Set, ""),
            ("a b", path, "a%20b"),
            ("\u{e9}\u{1f40d}!", c0_control, "%C3%A9%F0%9F%90%8D!"),
            ("\u{0}\u{7f}~", c0_control, "%00%7F~"),
            ("it's", query, "it's"),
            ("it's", special_query, "it%27s"),
            ("a:b@c", userinfo, "a%3Ab%40c"),
            ("%41`", fragment, "%41%60"),
        ] {
            let mut output = String::new();
            append(text, set, &mut output);
            assert_eq!(output, expected);
        }
    }
}
