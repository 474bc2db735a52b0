//! Hosts: <https://url.spec.whatwg.org/#hosts-(domains-and-ip-addresses)>.

use std::{fmt::Write, net::Ipv6Addr};

use idna::AsciiDenyList;
use percent_encoding::percent_decode_str;

use super::percent_encode;

/// Parses a host and serializes it again; `None` is failure.
///
/// <https://url.spec.whatwg.org/#concept-host-parser>
pub(super) fn parse(input: &str, is_opaque: bool) -> Option<String> {
    if let Some(address) = input.strip_prefix('[') {
        return parse_ipv6(address.strip_suffix(']')?);
    }
    if is_opaque {
        return parse_opaque(input);
    }
    let domain: Vec<u8> = percent_decode_str(input).collect();
    let domain = String::from_utf8_lossy(&domain);
    let ascii = idna::domain_to_ascii_cow(domain.as_bytes(), AsciiDenyList::URL).ok()?;
    if ascii.is_empty() || ascii.bytes().any(is_forbidden_in_domain) {
        return None;
    }
    if ends_in_number(&ascii) {
        return parse_ipv4(&ascii);
    }
    Some(ascii.into_owned())
}

/// <https://url.spec.whatwg.org/#concept-opaque-host-parser>
fn parse_opaque(input: &str) -> Option<String> {
    if input.bytes().any(is_forbidden) {
        return None;
    }
    let mut host = String::with_capacity(input.len());
    percent_encode::append(input, percent_encode::c0_control, &mut host);
    Some(host)
}

/// <https://url.spec.whatwg.org/#forbidden-host-code-point>
fn is_forbidden(byte: u8) -> bool {
    matches!(
        byte,
        0 | b'\t'
            | b'\n'
            | b'\r'
            | b' '
            | b'#'
            | b'/'
            | b':'
            | b'<'
            | b'>'
            | b'?'
            | b'@'
            | b'['
            | b'\\'
            | b']'
            | b'^'
            | b'|'
    )
}

/// <https://url.spec.whatwg.org/#forbidden-domain-code-point>
fn is_forbidden_in_domain(byte: u8) -> bool {
    is_forbidden(byte) || matches!(byte, 0..0x20 | b'%' | 0x7F)
}

/// <https://url.spec.whatwg.org/#ends-in-a-number-checker>
fn ends_in_number(domain: &str) -> bool {
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    let last = domain.rsplit('.').next().unwrap_or_default();
    !last.is_empty()
        && (last.bytes().all(|byte| byte.is_ascii_digit()) || ipv4_number(last).is_some())
}

/// <https://url.spec.whatwg.org/#concept-ipv4-parser>
fn parse_ipv4(input: &str) -> Option<String> {
    let input = input.strip_suffix('.').unwrap_or(input);
    let mut numbers = Vec::with_capacity(4);
    for part in input.split('.') {
        if numbers.len() == 4 {
            return None;
        }
        numbers.push(ipv4_number(part)?);
    }
    let last = numbers.pop()?;
    let room = 256_u64.pow(4 - numbers.len() as u32);
    if last >= room || numbers.iter().any(|number| *number > 255) {
        return None;
    }
    let address = numbers
        .iter()
        .zip([24, 16, 8])
        .fold(last, |address, (number, shift)| address + (number << shift));
    let [a, b, c, d] = (address as u32).to_be_bytes();
    Some(format!("{a}.{b}.{c}.{d}"))
}

/// A part of an IPv4 address. What does not fit is as large as can be, and so out of every range.
///
/// <https://url.spec.whatwg.org/#ipv4-number-parser>
fn ipv4_number(input: &str) -> Option<u64> {
    let (digits, radix) = match input.as_bytes() {
        [] => return None,
        [b'0', b'x' | b'X', ..] => (input.get(2..)?, 16),
        [b'0', _, ..] => (input.get(1..)?, 8),
        _ => (input, 10),
    };
    let mut number = 0_u64;
    for digit in digits.chars() {
        let digit = digit.to_digit(radix)?;
        number = number
            .saturating_mul(u64::from(radix))
            .saturating_add(u64::from(digit));
    }
    Some(number)
}

/// What stands between the brackets.
///
/// <https://url.spec.whatwg.org/#concept-ipv6-parser>
fn parse_ipv6(input: &str) -> Option<String> {
    let pieces = input.parse::<Ipv6Addr>().ok()?.segments();
    Some(serialize_ipv6(pieces))
}

/// <https://url.spec.whatwg.org/#concept-ipv6-serializer>
fn serialize_ipv6(pieces: [u16; 8]) -> String {
    let compressed = longest_run_of_zeros(&pieces);
    let mut output = String::from("[");
    let mut index = 0;
    while let Some(piece) = pieces.get(index) {
        match compressed {
            Some((start, length)) if start == index => {
                output.push_str(if index == 0 { "::" } else { ":" });
                index += length;
            }
            _ => {
                // Writing to a string does not fail.
                let _ = write!(output, "{piece:x}");
                index += 1;
                if index < pieces.len() {
                    output.push(':');
                }
            }
        }
    }
    output.push(']');
    output
}

/// Where the first longest run of more than one zero is, and how long it is.
fn longest_run_of_zeros(pieces: &[u16]) -> Option<(usize, usize)> {
    let mut longest: Option<(usize, usize)> = None;
    let mut start = 0;
    for run in pieces.chunk_by(|a, b| (*a == 0) == (*b == 0)) {
        let is_longer = longest.is_none_or(|(_, length)| run.len() > length);
        if run.len() > 1 && run.first() == Some(&0) && is_longer {
            longest = Some((start, run.len()));
        }
        start += run.len();
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        for (input, expected) in [
            ("EXAMPLE.com", Some("example.com")),
            ("ex%41mple.com", Some("example.com")),
            ("fa\u{df}.example", Some("xn--fa-hia.example")),
            ("a b", None),
            ("a%00b", None),
            ("%", None),
            ("\u{ad}", None),
            ("1.2.3.4", Some("1.2.3.4")),
            ("1.2.3.4.", Some("1.2.3.4")),
            ("0x7f.1", Some("127.0.0.1")),
            ("0300.0xA8.0.1", Some("192.168.0.1")),
            ("4294967295", Some("255.255.255.255")),
            ("4294967296", None),
            ("99999999999999999999999", None),
            ("1.2.3.4.5", None),
            ("256.1.1.1", None),
            ("08", None),
            ("a.0x", None),
            ("a.1x", Some("a.1x")),
            ("[1:0::]", Some("[1::]")),
            ("[0:0:1:0:0:0:1:0]", Some("[0:0:1::1:0]")),
            ("[1:0:0:2:3:0:0:4]", Some("[1::2:3:0:0:4]")),
            ("[::127.0.0.1]", Some("[::7f00:1]")),
            ("[::ffff:1.2.3.4]", Some("[::ffff:102:304]")),
            ("[::1%251]", None),
            ("[1:2:3:4:5:6:7::]", Some("[1:2:3:4:5:6:7:0]")),
            ("[::", None),
        ] {
            assert_eq!(parse(input, false).as_deref(), expected, "{input}");
        }
    }

    #[test]
    fn opaque_hosts() {
        assert_eq!(parse("A%41\u{e9}", true).as_deref(), Some("A%41%C3%A9"));
        assert_eq!(parse("a b", true), None);
        assert_eq!(parse("[::1]", true).as_deref(), Some("[::1]"));
        assert_eq!(
            parse("256.256.256.256", true).as_deref(),
            Some("256.256.256.256")
        );
    }
}
