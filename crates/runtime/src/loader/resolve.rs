//! Module specifiers.
//!
//! Spec: <https://html.spec.whatwg.org/multipage/webappapis.html#resolve-a-module-specifier>

use taipan_web::permissions::Permissions;
use url::Url;

use super::{packages, short};

/// The URL that `specifier` names in a script or module at `referrer`. Packages are looked for where may be read.
pub(crate) fn resolve(
    specifier: &str,
    referrer: Option<&Url>,
    permissions: &Permissions,
) -> Result<Url, String> {
    let relative = ["/", "./", "../"]
        .iter()
        .any(|start| specifier.starts_with(start));
    let url = if relative {
        let base = referrer.ok_or_else(|| {
            format!("cannot resolve \"{specifier}\": the importing script has no URL")
        })?;
        let url = base
            .join(specifier)
            .map_err(|error| failed(specifier, referrer, error))?;
        match packages::in_place_of(&url, permissions) {
            Some(found) => found.map_err(|error| failed(specifier, referrer, error))?,
            None => url,
        }
    } else {
        match Url::parse(specifier) {
            Ok(url) => url,
            Err(_) => {
                let local = referrer.filter(|url| url.scheme() == "file");
                let package = local.and_then(|url| packages::resolve(specifier, url, permissions));
                return match package {
                    Some(found) => found.map_err(|error| failed(specifier, referrer, error)),
                    None => {
                        let installed = match local {
                            Some(_) => {
                                ", and there is no such package in a node_modules folder that may be read"
                            }
                            None => "",
                        };
                        let error = format!(
                            "a relative specifier must start with \"./\", \"../\" or \"/\"{installed}"
                        );
                        Err(failed(specifier, referrer, error))
                    }
                };
            }
        }
    };
    checked(url, specifier, referrer)
}

/// What a specifier was resolved to, if the module at `referrer` may import it.
pub(super) fn checked(url: Url, specifier: &str, referrer: Option<&Url>) -> Result<Url, String> {
    let is_remote = |url: &Url| !matches!(url.scheme(), "file");
    if url.scheme() == "file" && referrer.is_some_and(is_remote) {
        let error = "only local modules may import local files";
        return Err(failed(specifier, referrer, error));
    }
    Ok(url)
}

/// Says that a specifier could not be resolved.
pub(super) fn failed(
    specifier: &str,
    referrer: Option<&Url>,
    error: impl std::fmt::Display,
) -> String {
    let from = referrer.map_or_else(String::new, |url| format!(" imported from {}", short(url)));
    format!("cannot resolve \"{specifier}\"{from}: {error}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolves_as_a_page_does() {
        let base = Url::parse("http://example.org/a/b.js").expect("a URL");
        for (specifier, expected) in [
            ("./c.js", "http://example.org/a/c.js"),
            ("../c.js?x#y", "http://example.org/c.js?x#y"),
            ("/c.js", "http://example.org/c.js"),
            ("//other.example/c.js", "http://other.example/c.js"),
            ("https://other.example/", "https://other.example/"),
            ("data:text/javascript,1", "data:text/javascript,1"),
        ] {
            let url = resolve(specifier, Some(&base), &Permissions::none()).map(String::from);
            assert_eq!(url.as_deref(), Ok(expected));
        }
    }

    #[test]
    fn refuses_what_a_page_refuses_and_says_why() {
        let base = Url::parse("http://example.org/a/b.js").expect("a URL");
        for (specifier, referrer, part) in [
            ("lodash", Some(&base), "must start with"),
            (
                "lodash",
                Some(&base),
                "\"lodash\" imported from http://example.org/a/b.js",
            ),
            ("./a.js", None, "has no URL"),
            ("file:///etc/a.js", Some(&base), "only local modules"),
        ] {
            let error = resolve(specifier, referrer, &Permissions::none()).expect_err(specifier);
            assert!(error.contains(part), "{error}");
        }
        let data = Url::parse("data:text/javascript,1").expect("a URL");
        assert!(resolve("./a.js", Some(&data), &Permissions::none()).is_err());
    }
}
