//! Header lists.

use http::{HeaderMap, HeaderName, HeaderValue};

/// A list of header fields in the order of their arrival.
///
/// Names are ASCII and keep their case; they are compared without it. Values are bytes.
///
/// <https://fetch.spec.whatwg.org/#concept-header-list>
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct HeaderList(Vec<(String, Vec<u8>)>);

impl HeaderList {
    /// <https://fetch.spec.whatwg.org/#concept-header-list-append>
    pub(crate) fn append(&mut self, name: &str, value: Vec<u8>) {
        // "If list contains name, then set name to the first such header's name."
        let name = match self.0.iter().find(|(known, _)| same(known, name)) {
            Some((known, _)) => known.clone(),
            None => name.to_owned(),
        };
        self.0.push((name, value));
    }

    /// All values of `name`, joined by a comma and a space.
    ///
    /// <https://fetch.spec.whatwg.org/#concept-header-list-get>
    pub(crate) fn get(&self, name: &str) -> Option<Vec<u8>> {
        let values: Vec<&[u8]> = self.get_all(name).collect();
        (!values.is_empty()).then(|| values.join(&b", "[..]))
    }

    /// <https://fetch.spec.whatwg.org/#concept-header-extract-mime-type>
    pub(crate) fn mime_type(&self) -> Option<data_url::mime::Mime> {
        // The standard decodes the value byte by byte.
        let value: String = self
            .get("content-type")?
            .into_iter()
            .map(char::from)
            .collect();
        taipan_web::mime_type::extract(&value)
    }

    /// Every value of `name`.
    pub(crate) fn get_all(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        self.0
            .iter()
            .filter(move |(known, _)| same(known, name))
            .map(|(_, value)| value.as_slice())
    }

    /// Every field, in the order of their arrival.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_slice()))
    }

    /// <https://fetch.spec.whatwg.org/#header-list-contains>
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.get_all(name).next().is_some()
    }

    /// <https://fetch.spec.whatwg.org/#concept-header-list-set>
    pub(crate) fn set(&mut self, name: &str, value: Vec<u8>) {
        let Some(first) = self.0.iter().position(|(known, _)| same(known, name)) else {
            self.0.push((name.to_owned(), value));
            return;
        };
        self.0[first].1 = value;
        let mut index = 0;
        self.0.retain(|(known, _)| {
            let keep = index <= first || !same(known, name);
            index += 1;
            keep
        });
    }

    /// <https://fetch.spec.whatwg.org/#concept-header-list-delete>
    pub(crate) fn delete(&mut self, name: &str) {
        self.0.retain(|(known, _)| !same(known, name));
    }

    /// The fields in the order in which scripts see them: names in lower case and sorted, values of the same name
    /// joined, except those of `Set-Cookie`, which cannot be.
    ///
    /// <https://fetch.spec.whatwg.org/#concept-header-list-sort-and-combine>
    pub(crate) fn sort_and_combine(&self) -> Vec<(String, Vec<u8>)> {
        let mut sorted: Vec<(String, Vec<u8>)> = Vec::with_capacity(self.0.len());
        let mut fields: Vec<_> = self
            .0
            .iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), value))
            .collect();
        // Stable: values of one name keep their order.
        fields.sort_by(|(a, _), (b, _)| a.cmp(b));
        for (name, value) in fields {
            match sorted.last_mut() {
                Some((last, combined)) if *last == name && name != "set-cookie" => {
                    combined.extend_from_slice(b", ");
                    combined.extend_from_slice(value);
                }
                _ => sorted.push((name, value.clone())),
            }
        }
        sorted
    }

    /// The list for the network layer.
    ///
    /// # Errors
    ///
    /// If a value has a byte that HTTP cannot carry. The standard lets headers objects hold control characters.
    pub(crate) fn to_map(&self) -> Result<HeaderMap, String> {
        let mut map = HeaderMap::with_capacity(self.0.len());
        for (name, value) in &self.0 {
            let key = HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| format!("the header name \"{name}\" cannot be sent"))?;
            let value = HeaderValue::from_bytes(value)
                .map_err(|_| format!("the value of the header \"{name}\" cannot be sent"))?;
            map.append(key, value);
        }
        Ok(map)
    }
}

impl From<&HeaderMap> for HeaderList {
    fn from(map: &HeaderMap) -> Self {
        Self(
            map.iter()
                .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
                .collect(),
        )
    }
}

fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// Whether `bytes` is a `field-name`, which is a `token`.
///
/// <https://fetch.spec.whatwg.org/#header-name>
pub(crate) fn is_token(bytes: &[u8]) -> bool {
    !bytes.is_empty()
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte))
}

/// Removes HTTP whitespace from both ends.
///
/// <https://fetch.spec.whatwg.org/#concept-header-value-normalize>
pub(crate) fn normalize(value: &[u8]) -> &[u8] {
    let is_space = |byte: &u8| matches!(byte, b'\t' | b'\n' | b'\r' | b' ');
    let Some(start) = value.iter().position(|byte| !is_space(byte)) else {
        return &[];
    };
    let end = value
        .iter()
        .rposition(|byte| !is_space(byte))
        .unwrap_or(start);
    &value[start..=end]
}

/// Whether a normalised value is a header value.
///
/// <https://fetch.spec.whatwg.org/#header-value>
pub(crate) fn is_value(value: &[u8]) -> bool {
    !value.iter().any(|byte| matches!(byte, 0 | b'\n' | b'\r'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(fields: &[(&str, &str)]) -> HeaderList {
        let mut list = HeaderList::default();
        for (name, value) in fields {
            list.append(name, value.as_bytes().to_vec());
        }
        list
    }

    #[test]
    fn set_replaces_the_first_and_removes_the_others() {
        let mut headers = list(&[("a", "1"), ("X", "2"), ("b", "3"), ("x", "4"), ("X", "5")]);
        headers.set("x", b"new".to_vec());
        assert_eq!(headers, list(&[("a", "1"), ("X", "new"), ("b", "3")]));
        headers.set("y", b"6".to_vec());
        assert_eq!(headers.get("Y").unwrap(), b"6");
    }

    #[test]
    fn sorted_and_combined() {
        let headers = list(&[
            ("Set-Cookie", "z"),
            ("b", "1"),
            ("A", "2"),
            ("B", "3"),
            ("set-cookie", "y"),
        ]);
        let sorted = headers.sort_and_combine();
        let sorted: Vec<_> = sorted
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_slice()))
            .collect();
        assert_eq!(
            sorted,
            [
                ("a", &b"2"[..]),
                ("b", b"1, 3"),
                ("set-cookie", b"z"),
                ("set-cookie", b"y"),
            ]
        );
    }

    #[test]
    fn normalization() {
        assert_eq!(normalize(b"\t\r\n a b \n"), b"a b");
        assert_eq!(normalize(b" \t"), b"");
        assert_eq!(normalize(b"\x0ba"), b"\x0ba");
        assert!(is_value(b"\x01\xff"));
        assert!(!is_value(b"a\nb"));
        assert!(is_token(b"x-Y~"));
        for name in ["", "a b", "a:", "\u{e9}"] {
            assert!(!is_token(name.as_bytes()), "{name}");
        }
    }
}
