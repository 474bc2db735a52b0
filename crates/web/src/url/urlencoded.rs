//! `application/x-www-form-urlencoded`.
//!
//! <https://url.spec.whatwg.org/#application/x-www-form-urlencoded>

use url::form_urlencoded;

/// <https://url.spec.whatwg.org/#concept-urlencoded-parser>
#[must_use]
pub fn parse(input: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(input).into_owned().collect()
}

/// <https://url.spec.whatwg.org/#concept-urlencoded-serializer>
#[must_use]
pub fn serialize(list: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(list)
        .finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let list = parse("?a=1&&b&=c&d=%e2%82%ac+%zz&é=%ff".as_bytes());
        let expected = [
            ("?a", "1"),
            ("b", ""),
            ("", "c"),
            ("d", "\u{20ac} %zz"),
            ("\u{e9}", "\u{fffd}"),
        ];
        assert_eq!(
            list,
            expected.map(|(name, value)| (name.into(), value.into()))
        );
        assert_eq!(
            serialize(&list),
            "%3Fa=1&b=&=c&d=%E2%82%AC+%25zz&%C3%A9=%EF%BF%BD"
        );
        assert_eq!(parse(serialize(&list).as_bytes()), list);
    }
}
