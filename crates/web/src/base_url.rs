//! The API base URL of an environment.
//!
//! Relative URLs given to `fetch`, `new URL`-less APIs and module specifiers without a
//! referrer resolve against it. It belongs to the [`Context`], so every crate that extends
//! one context agrees on it.
//!
//! Spec: <https://html.spec.whatwg.org/multipage/webappapis.html#api-base-url>

use boa_engine::Context;
use url::Url;

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
