//! The API base URL of an environment.
//!
//! Relative URLs given to `fetch`, `new URL`-less APIs and module specifiers without a
//! referrer resolve against it. It belongs to the [`Context`], so every crate that extends
//! one context agrees on it.
//!
//! Spec: <https://html.spec.whatwg.org/multipage/webappapis.html#api-base-url>

use boa_engine::Context;
use url::Url;

use crate::url::UrlRecord;

/// The key under which the base URL lives in the context's host data.
struct BaseUrl(Url);

/// The API base URL of the environment, or `None` when none was set.
#[must_use]
pub fn base_url(context: &Context) -> Option<Url> {
    context.get_data::<BaseUrl>().map(|base| base.0.clone())
}

/// Sets the API base URL of the environment.
pub fn set_base_url(context: &mut Context, url: Url) {
    context.insert_data(BaseUrl(url));
}

/// Knows what relative URLs resolve against where that changes.
struct Source(fn(&Context) -> Option<Url>);

/// Has URLs that scripts give resolve against what `source` tells, if it tells anything: the base URL of a document. The
/// environment's own stays what it is, and with it what the environment may do.
pub fn set_base_url_source(source: fn(&Context) -> Option<Url>, context: &mut Context) {
    context.insert_data(Source(source));
}

/// Parses a URL that a script gives, relative to the API base URL of the environment.
///
/// <https://html.spec.whatwg.org/multipage/urls-and-fetching.html#encoding-parsing-a-url>
///
/// # Errors
///
/// What is wrong with it, for people.
pub fn parse_url(text: &str, context: &Context) -> Result<Url, String> {
    let source = context.get_data::<Source>();
    let base = source
        .and_then(|source| source.0(context))
        .or_else(|| base_url(context));
    let base_record = base
        .as_ref()
        .and_then(|base| UrlRecord::parse(base.as_str(), None));
    let parsed = match UrlRecord::parse(text, base_record.as_ref()) {
        Some(record) => Url::parse(&record.href()).map_err(|error| error.to_string()),
        // That parser gives no reason; the other one does, if it agrees.
        None => Err(Url::options()
            .base_url(base.as_ref())
            .parse(text)
            .map_or_else(
                |error| error.to_string(),
                |_| "it cannot be parsed".to_owned(),
            )),
    };
    parsed.map_err(|reason| {
        let base = match base {
            Some(base) => format!(" (relative to {base})"),
            None => String::new(),
        };
        format!("invalid URL \"{text}\"{base}: {reason}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_absent_until_set_and_then_replaced() {
        let mut context = Context::default();
        assert_eq!(base_url(&context), None);
        for text in ["file:///a/b.js", "http://127.0.0.1:8000/"] {
            let url = Url::parse(text).expect("a valid URL");
            set_base_url(&mut context, url.clone());
            assert_eq!(base_url(&context), Some(url));
        }
    }
}
