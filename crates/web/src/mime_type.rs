//! The MIME type that the header fields of a message name.

use data_url::mime::Mime;

/// The MIME type that `value` names: the values of all `Content-Type` fields, joined by commas, each
/// byte a character of its own.
///
/// ```
/// use taipan_web::mime_type;
///
/// let mime = mime_type::extract("text/plain, Text/HTML; Charset=x");
/// assert_eq!(mime.map(|mime| mime.to_string()).as_deref(), Some("text/html;charset=x"));
/// ```
///
/// <https://fetch.spec.whatwg.org/#concept-header-extract-mime-type>
#[must_use]
pub fn extract(value: &str) -> Option<Mime> {
    let mut charset: Option<String> = None;
    let mut result: Option<Mime> = None;
    for value in split(value) {
        let Ok(mut current) = value.parse::<Mime>() else {
            continue;
        };
        if current.type_ == "*" && current.subtype == "*" {
            continue;
        }
        let same_essence = result
            .as_ref()
            .is_some_and(|result| result.matches(&current.type_, &current.subtype));
        let own_charset = current.get_parameter("charset").map(str::to_owned);
        if !same_essence {
            charset = own_charset;
        } else if own_charset.is_none()
            && let Some(charset) = &charset
        {
            let parameter = ("charset".to_owned(), charset.clone());
            current.parameters.push(parameter);
        }
        result = Some(current);
    }
    result
}

/// <https://mimesniff.spec.whatwg.org/#javascript-mime-type>
const JAVASCRIPT: [&str; 16] = [
    "application/ecmascript",
    "application/javascript",
    "application/x-ecmascript",
    "application/x-javascript",
    "text/ecmascript",
    "text/javascript",
    "text/javascript1.0",
    "text/javascript1.1",
    "text/javascript1.2",
    "text/javascript1.3",
    "text/javascript1.4",
    "text/javascript1.5",
    "text/jscript",
    "text/livescript",
    "text/x-ecmascript",
    "text/x-javascript",
];

/// Whether a MIME type without parameters, in lower case, is one of JavaScript.
///
/// ```
/// use taipan_web::mime_type;
///
/// assert!(mime_type::is_javascript("text/javascript"));
/// assert!(!mime_type::is_javascript("text/plain"));
/// ```
///
/// <https://mimesniff.spec.whatwg.org/#javascript-mime-type>
#[must_use]
pub fn is_javascript(essence: &str) -> bool {
    JAVASCRIPT.contains(&essence)
}

/// Splits a value at its commas, but for those between quotation marks.
///
/// <https://fetch.spec.whatwg.org/#header-value-get-decode-and-split>
fn split(value: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    let mut escaped = false;
    value
        .split(move |unit: char| {
            if escaped {
                escaped = false;
                return false;
            }
            match unit {
                '\\' if quoted => escaped = true,
                '"' => quoted = !quoted,
                ',' => return !quoted,
                _ => {}
            }
            false
        })
        .map(|value| value.trim_matches([' ', '\t']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[&str]) -> String {
        extract(&values.join(", ")).map_or_else(|| "none".to_owned(), |mime| mime.to_string())
    }

    #[test]
    fn several_values() {
        for (values, expected) in [
            (&[][..], "none"),
            (&["nonsense"], "none"),
            (&["Text/HTML; Charset=x"], "text/html;charset=x"),
            (&["text/plain, text/html"], "text/html"),
            (
                &["text/html;charset=gbk", "text/html"],
                "text/html;charset=gbk",
            ),
            (&["text/html;charset=gbk", "text/plain"], "text/plain"),
            (
                &["text/html;charset=gbk;a=b", "text/html;x=y"],
                "text/html;x=y;charset=gbk",
            ),
            (
                &["text/html;x=\",text/plain\""],
                "text/html;x=\",text/plain\"",
            ),
            (&["text/html, */*", "bad"], "text/html"),
        ] {
            assert_eq!(of(values), expected, "{values:?}");
        }
    }
}
