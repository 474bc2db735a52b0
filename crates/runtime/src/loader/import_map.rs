//! Import maps.
//!
//! Spec: <https://html.spec.whatwg.org/multipage/webappapis.html#import-maps>

use std::collections::{BTreeMap, HashMap, HashSet, btree_map, hash_map};

use serde_json::{Map, Value};
use url::Url;

/// What is wrong with the text of an [`ImportMap`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImportMapError {
    /// It is not JSON.
    #[error("the import map is not JSON: {0}")]
    Syntax(String),
    /// The value of a member is not what it must be.
    #[error("the import map's {0} must be an object")]
    NotAnObject(&'static str),
}

/// Which modules the specifiers of imports stand for: an [import map], as pages have it in
/// `<script type="importmap">`.
///
/// Members that it does not know are left alone, so configuration files that have `imports` and `scopes` beside others can
/// be used as they are.
///
/// ```
/// use taipan::{ImportMap, MemoryModules, Runtime, Url};
///
/// let base = Url::parse("app:///")?;
/// let map = ImportMap::parse(r#"{ "imports": { "answer": "/lib/answer.js", "lib/": "/lib/" } }"#, &base)?;
/// let modules = MemoryModules::new().javascript("app:///lib/answer.js", "export default 42")?;
/// let mut runtime = Runtime::builder().module_loader(modules).import_map(map).build()?;
/// let answer: u32 = runtime.eval_as("import('answer').then(answer => answer.default)")?;
/// assert_eq!(answer, 42);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
///
/// [import map]: https://html.spec.whatwg.org/multipage/webappapis.html#import-maps
#[derive(Debug, Clone, Default)]
pub struct ImportMap {
    imports: SpecifierMap,
    /// By what the URLs of the importing modules start with, or are.
    scopes: BTreeMap<String, SpecifierMap>,
    integrity: HashMap<Url, String>,
    warnings: Vec<String>,
}

/// What specifiers stand for; nothing for those that must not be imported. The last one that fits is the longest one.
type SpecifierMap = BTreeMap<String, Option<Url>>;

/// A specifier that was resolved: what comes of it does not change any more.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Resolved {
    /// The URL of the importing module.
    base: String,
    specifier: String,
    /// Whether a rule for specifiers that begin in some way applies to it.
    can_be_prefixed: bool,
}

impl ImportMap {
    /// Reads an import map, whose relative URLs are relative to `base`.
    ///
    /// <https://html.spec.whatwg.org/multipage/webappapis.html#parse-an-import-map-string>
    ///
    /// # Errors
    ///
    /// Fails when the text is not a JSON object, or its `imports`, `scopes` or `integrity` are no objects. What is wrong
    /// with a single rule makes it a [warning](Self::warnings).
    pub fn parse(text: &str, base: &Url) -> Result<Self, ImportMapError> {
        let value: Value = serde_json::from_str(text)
            .map_err(|error| ImportMapError::Syntax(error.to_string()))?;
        let value = value
            .as_object()
            .ok_or(ImportMapError::NotAnObject("top level"))?;
        let mut map = Self::default();
        if let Some(imports) = member(value, "imports", "\"imports\"")? {
            map.imports = map.specifiers(imports, base);
        }
        if let Some(scopes) = member(value, "scopes", "\"scopes\"")? {
            for (prefix, specifiers) in scopes {
                let specifiers = specifiers
                    .as_object()
                    .ok_or(ImportMapError::NotAnObject("scope"))?;
                match base.join(prefix) {
                    Ok(prefix) => {
                        let specifiers = map.specifiers(specifiers, base);
                        map.scopes.insert(prefix.into(), specifiers);
                    }
                    Err(error) => map.warn(format!("the scope \"{prefix}\" is no URL: {error}")),
                }
            }
        }
        if let Some(integrity) = member(value, "integrity", "\"integrity\"")? {
            for (key, metadata) in integrity {
                match (url_like(key, Some(base)), metadata.as_str()) {
                    (None, _) => map.warn(format!("\"{key}\", which has an integrity, is no URL")),
                    (_, None) => map.warn(format!("the integrity of \"{key}\" is not a string")),
                    (Some(url), Some(metadata)) => {
                        map.integrity.insert(url, metadata.to_owned());
                    }
                }
            }
        }
        Ok(map)
    }

    /// What is wrong with it, and was left out.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    fn warn(&mut self, message: String) {
        self.warnings.push(message);
    }

    /// <https://html.spec.whatwg.org/multipage/webappapis.html#sorting-and-normalizing-a-module-specifier-map>
    fn specifiers(&mut self, original: &Map<String, Value>, base: &Url) -> SpecifierMap {
        let mut specifiers = SpecifierMap::new();
        for (key, value) in original {
            if key.is_empty() {
                self.warn("the empty specifier stands for nothing".to_owned());
                continue;
            }
            let address = value.as_str().and_then(|value| url_like(value, Some(base)));
            let address = match address {
                None => {
                    self.warn(format!("what \"{key}\" stands for is no URL: {value}"));
                    None
                }
                Some(url) if key.ends_with('/') && !url.as_str().ends_with('/') => {
                    self.warn(format!(
                        "\"{key}\" ends with a slash, and \"{url}\" does not"
                    ));
                    None
                }
                address => address,
            };
            let key = url_like(key, Some(base)).map_or_else(|| key.clone(), String::from);
            specifiers.insert(key, address);
        }
        specifiers
    }

    /// The URL that a specifier stands for in the module at `base`, if there is a rule for it.
    ///
    /// ```
    /// use taipan::{ImportMap, Url};
    ///
    /// let base = Url::parse("https://example.org/")?;
    /// let map = ImportMap::parse(r#"{ "imports": { "lib/": "/v2/" } }"#, &base)?;
    /// let url = map.resolve("lib/a.js", Some(&base))?;
    /// assert_eq!(url, Some(base.join("v2/a.js")?));
    /// assert_eq!(map.resolve("./a.js", Some(&base))?, None);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// <https://html.spec.whatwg.org/multipage/webappapis.html#resolve-a-module-specifier>
    ///
    /// # Errors
    ///
    /// Says so if that rule makes it stand for nothing.
    pub fn resolve(&self, specifier: &str, base: Option<&Url>) -> Result<Option<Url>, String> {
        if self.imports.is_empty() && self.scopes.is_empty() {
            return Ok(None);
        }
        let url = url_like(specifier, base);
        let normalized = url.as_ref().map_or(specifier, Url::as_str);
        if let Some(base) = base.map(Url::as_str) {
            for (prefix, specifiers) in self.scopes.iter().rev() {
                if is_in_scope(base, prefix)
                    && let Some(found) = find(normalized, url.as_ref(), specifiers)?
                {
                    return Ok(Some(found));
                }
            }
        }
        find(normalized, url.as_ref(), &self.imports)
    }

    /// The hashes that the module at `url` must have, one of them.
    pub(super) fn integrity(&self, url: &Url) -> Option<&str> {
        self.integrity.get(url).map(String::as_str)
    }

    /// Adds the rules of another map, as far as there are none yet, and nothing that they are about was resolved already.
    /// Gives what is to be said about it.
    ///
    /// <https://html.spec.whatwg.org/multipage/webappapis.html#merge-existing-and-new-import-maps>
    pub(super) fn merge(&mut self, new: Self, resolved: &HashSet<Resolved>) -> Vec<String> {
        let mut warnings = new.warnings;
        for (prefix, mut specifiers) in new.scopes {
            specifiers.retain(|key, _| {
                let known = resolved
                    .iter()
                    .any(|record| is_in_scope(&record.base, &prefix) && record.is_about(key));
                if known {
                    warnings.push(format!("\"{key}\" was imported in \"{prefix}\" before"));
                }
                !known
            });
            merge(
                self.scopes.entry(prefix).or_default(),
                specifiers,
                &mut warnings,
            );
        }
        for (url, metadata) in new.integrity {
            match self.integrity.entry(url) {
                hash_map::Entry::Occupied(entry) => {
                    warnings.push(format!("\"{}\" has an integrity already", entry.key()));
                }
                hash_map::Entry::Vacant(entry) => {
                    entry.insert(metadata);
                }
            }
        }
        let mut imports = new.imports;
        imports.retain(|key, _| {
            let known = resolved.iter().any(|record| record.is_about(key));
            if known {
                warnings.push(format!("\"{key}\" was imported before"));
            }
            !known
        });
        merge(&mut self.imports, imports, &mut warnings);
        warnings
    }
}

impl Resolved {
    pub(super) fn new(specifier: &str, base: Option<&Url>) -> Self {
        let url = url_like(specifier, base);
        Self {
            base: base.map_or_else(String::new, Url::to_string),
            can_be_prefixed: url.as_ref().is_none_or(is_special),
            specifier: url.map_or_else(|| specifier.to_owned(), String::from),
        }
    }

    fn is_about(&self, key: &str) -> bool {
        self.specifier == key
            || self.can_be_prefixed && key.ends_with('/') && self.specifier.starts_with(key)
    }
}

/// A member that is an object, if it is there.
fn member<'a>(
    object: &'a Map<String, Value>,
    name: &str,
    what: &'static str,
) -> Result<Option<&'a Map<String, Value>>, ImportMapError> {
    match object.get(name) {
        None => Ok(None),
        Some(Value::Object(member)) => Ok(Some(member)),
        Some(_) => Err(ImportMapError::NotAnObject(what)),
    }
}

/// What is there already stays.
fn merge(old: &mut SpecifierMap, new: SpecifierMap, warnings: &mut Vec<String>) {
    for (key, address) in new {
        match old.entry(key) {
            btree_map::Entry::Occupied(entry) => {
                warnings.push(format!("\"{}\" stands for something already", entry.key()));
            }
            btree_map::Entry::Vacant(entry) => {
                entry.insert(address);
            }
        }
    }
}

/// <https://html.spec.whatwg.org/multipage/webappapis.html#resolving-a-url-like-module-specifier>
fn url_like(specifier: &str, base: Option<&Url>) -> Option<Url> {
    let is_relative = ["/", "./", "../"]
        .iter()
        .any(|start| specifier.starts_with(start));
    if is_relative {
        return base?.join(specifier).ok();
    }
    Url::parse(specifier).ok()
}

fn is_in_scope(base: &str, prefix: &str) -> bool {
    base == prefix || prefix.ends_with('/') && base.starts_with(prefix)
}

/// <https://url.spec.whatwg.org/#is-special>
fn is_special(url: &Url) -> bool {
    matches!(
        url.scheme(),
        "ftp" | "file" | "http" | "https" | "ws" | "wss"
    )
}

/// <https://html.spec.whatwg.org/multipage/webappapis.html#resolving-an-imports-match>
fn find(
    specifier: &str,
    url: Option<&Url>,
    specifiers: &SpecifierMap,
) -> Result<Option<Url>, String> {
    const NOTHING: &str = "the import map has nothing for it";
    for (key, address) in specifiers.iter().rev() {
        if key == specifier {
            return address.clone().map(Some).ok_or_else(|| NOTHING.to_owned());
        }
        let Some(rest) = specifier.strip_prefix(key).filter(|_| key.ends_with('/')) else {
            continue;
        };
        if !url.is_none_or(is_special) {
            continue;
        }
        let address = address.as_ref().ok_or_else(|| NOTHING.to_owned())?;
        let found = address.join(rest).map_err(|error| error.to_string())?;
        if !found.as_str().starts_with(address.as_str()) {
            return Err(format!(
                "it leads out of {address}, where the import map has it"
            ));
        }
        return Ok(Some(found));
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("a URL")
    }

    fn base() -> Url {
        url("https://example.org/app/index.html")
    }

    fn map(text: &str) -> ImportMap {
        ImportMap::parse(text, &base()).expect("a map")
    }

    fn resolve(map: &ImportMap, specifier: &str, from: &str) -> Option<String> {
        let found = map.resolve(specifier, Some(&url(from)));
        found.expect("no error").map(String::from)
    }

    #[test]
    fn the_longest_specifier_in_the_narrowest_scope() {
        let map = map(r#"{
            "imports": {
                "a": "./a-1.mjs",
                "a/": "/a/",
                "a/b/": "https://other.example/b/",
                "./c.js": "./c-2.js",
                "https://cdn.example/": "/cdn/",
                "data:text/": "/data/"
            },
            "scopes": {
                "/app/": { "a": "./inner.js" },
                "/app/deep/": { "a": "./deeper.js" },
                "/app/deep/only.js": { "a": "./only.js" }
            }
        }"#);
        let outside = "https://example.org/main.js";
        for (specifier, from, expected) in [
            ("a", outside, Some("https://example.org/app/a-1.mjs")),
            ("a/x.js", outside, Some("https://example.org/a/x.js")),
            ("a/b/x.js", outside, Some("https://other.example/b/x.js")),
            ("b", outside, None),
            (
                "./app/c.js",
                outside,
                Some("https://example.org/app/c-2.js"),
            ),
            (
                "https://cdn.example/x",
                outside,
                Some("https://example.org/cdn/x"),
            ),
            ("data:text/plain,x", outside, None),
            (
                "a",
                "https://example.org/app/m.js",
                Some("https://example.org/app/inner.js"),
            ),
            (
                "a",
                "https://example.org/app/deep/m.js",
                Some("https://example.org/app/deeper.js"),
            ),
            (
                "a",
                "https://example.org/app/deep/only.js",
                Some("https://example.org/app/only.js"),
            ),
            (
                "a/x.js",
                "https://example.org/app/m.js",
                Some("https://example.org/a/x.js"),
            ),
        ] {
            assert_eq!(
                resolve(&map, specifier, from).as_deref(),
                expected,
                "{specifier} in {from}"
            );
        }
    }

    #[test]
    fn what_stands_for_nothing() {
        let map = map(
            r#"{ "imports": { "": "/x", "a": null, "b/": "/b", "c": "bare", "d/": "/d/" }, "more": 1 }"#,
        );
        assert_eq!(map.warnings().len(), 4, "{:?}", map.warnings());
        for specifier in ["a", "b/x", "c", "d/../../x", "d/https://example.com/"] {
            assert!(
                map.resolve(specifier, Some(&base())).is_err(),
                "{specifier}"
            );
        }
    }

    #[test]
    fn what_is_refused() {
        for text in [
            "",
            "[]",
            r#"{ "imports": [] }"#,
            r#"{ "scopes": 1 }"#,
            r#"{ "scopes": { "x": null } }"#,
            r#"{ "integrity": "" }"#,
        ] {
            assert!(ImportMap::parse(text, &base()).is_err(), "{text}");
        }
    }

    #[test]
    fn later_maps_change_nothing() {
        let mut map = map(r#"{ "imports": { "a": "/1" }, "integrity": { "/1": "sha256-x" } }"#);
        let resolved = HashSet::from([
            Resolved::new("b/x", Some(&base())),
            Resolved::new("./c.js", Some(&base())),
        ]);
        let new = ImportMap::parse(
            r#"{
                "imports": { "a": "/2", "b/": "/b/", "b/y": "/y", "d": "/d", "/app/c.js": "/x" },
                "scopes": { "/app/": { "b/": "/b/", "e": "/e" }, "/other/": { "b/": "/b/" } },
                "integrity": { "/1": "sha256-y", "/2": "sha256-z" }
            }"#,
            &base(),
        );
        let warnings = map.merge(new.expect("a map"), &resolved);
        assert_eq!(warnings.len(), 5, "{warnings:?}");
        let from = "https://example.org/app/m.js";
        let found = |specifier, from| resolve(&map, specifier, from);
        assert_eq!(found("a", from).as_deref(), Some("https://example.org/1"));
        assert_eq!(found("b/x", from), None);
        assert_eq!(found("b/y", from).as_deref(), Some("https://example.org/y"));
        assert_eq!(found("d", from).as_deref(), Some("https://example.org/d"));
        assert_eq!(found("e", from).as_deref(), Some("https://example.org/e"));
        assert_eq!(found("./c.js", from), None);
        let other = "https://example.org/other/m.js";
        assert_eq!(
            found("b/x", other).as_deref(),
            Some("https://example.org/b/x")
        );
        assert_eq!(
            map.integrity(&url("https://example.org/1")),
            Some("sha256-x")
        );
        assert_eq!(
            map.integrity(&url("https://example.org/2")),
            Some("sha256-z")
        );
    }
}
