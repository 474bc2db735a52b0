//! One run of one test file, gathered so that another process can do it.

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Map, Value, json};
use url::{Position, Url};

use crate::meta::Meta;
use crate::mounts::Mounts;
use crate::wast;
use crate::wat_text;
use crate::wptserve::WptServe;

/// A script to run: where it came from, and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Its URL path.
    pub path: String,
    /// Its text.
    pub source: String,
}

/// Everything a child needs to run one test file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The URL the file is reached at: what relative URLs in it are resolved against.
    pub url: String,
    /// The origin before every script's path.
    pub origin: String,
    /// The title the file gives itself.
    pub title: Option<String>,
    /// The variant's query string, or nothing.
    pub variant: String,
    /// The scripts, the file itself last.
    pub scripts: Vec<Script>,
    /// Hexadecimal modules by the text they were translated from.
    pub wat: BTreeMap<String, String>,
    /// Whether the file is told where it is by a `location`, and ends with its last test.
    pub web: bool,
    /// After how many milliseconds the harness gives up what has not ended; never, if 0.
    pub patience: u64,
    /// A certificate to trust besides those everybody trusts: DER, as hexadecimal digits.
    pub authority: String,
    /// Whether scripts see types of WebAssembly.
    pub type_reflection: bool,
}

/// What a file of the WebAssembly specification uses and does not have: in its checkout only another
/// test file declares it.
fn missing_helpers(path: &str) -> Option<&'static str> {
    path.ends_with("/jsapi/table/grow-memory64.any.js")
        .then_some("function nulls(count) { return new Array(count).fill(null); }")
}

impl Job {
    /// Gathers the run of the file at `path` with `variant`. What is to be filled in by
    /// `server`, if there is one, comes from there.
    pub fn gather(
        path: &str,
        variant: &str,
        origin: &str,
        mounts: &Mounts,
        server: Option<&WptServe>,
    ) -> Result<Self, String> {
        let read = |path: &str| -> Result<String, String> {
            if let (Some(server), true) = (server, path.contains(".sub.")) {
                return server.text(path).map_err(|error| error.to_string());
            }
            let file = mounts
                .resolve(path)
                .ok_or_else(|| format!("no directory is mounted for {path}"))?;
            // As a browser decodes it.
            let bytes = fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        };
        if path.ends_with(".wast") {
            let text = wast::to_javascript(&read(path)?)?;
            let script = |path: &str, source| Script {
                path: path.to_owned(),
                source,
            };
            let prelude = script("/prelude.js", wast::PRELUDE.to_owned());
            let scripts = vec![prelude, script(path, text)];
            return Ok(Self::of(path, variant, origin, scripts));
        }
        let source = read(path)?;
        let meta = Meta::parse(&source);
        let mut scripts = Vec::with_capacity(meta.scripts.len() + 1);
        for reference in &meta.scripts {
            let path = Mounts::join(path, reference);
            let source = read(&path)?;
            scripts.push(Script { path, source });
        }
        if let Some(helpers) = missing_helpers(path) {
            scripts.push(Script {
                path: "/missing-helpers.js".to_owned(),
                source: helpers.to_owned(),
            });
        }
        scripts.push(Script {
            path: path.to_owned(),
            source,
        });
        let mut wat = BTreeMap::new();
        for script in &scripts {
            wat_text::translate_templates(&script.source, &mut wat)
                .map_err(|error| format!("{}: {error}", script.path))?;
        }
        Ok(Self {
            title: meta.title,
            type_reflection: meta.type_reflection,
            wat,
            ..Self::of(path, variant, origin, scripts)
        })
    }

    fn of(path: &str, variant: &str, origin: &str, scripts: Vec<Script>) -> Self {
        Self {
            url: format!("{origin}{path}{variant}"),
            origin: origin.to_owned(),
            title: None,
            variant: variant.to_owned(),
            scripts,
            wat: BTreeMap::new(),
            web: false,
            patience: 0,
            authority: String::new(),
            type_reflection: false,
        }
    }

    /// The run of the file at `path` in a worker, as the checkout's server has it.
    #[must_use]
    pub fn in_worker(path: &str, variant: &str, origin: &str) -> Self {
        let script = match path.strip_suffix(".any.js") {
            Some(name) => format!("{name}.any.worker.js"),
            None => path.to_owned(),
        };
        let url = json!(format!("{origin}{script}{variant}")).to_string();
        let source = include_str!("in_worker.js").replace("WORKER_URL", &url);
        Self {
            url: format!("{origin}{path}{variant}"),
            origin: origin.to_owned(),
            title: None,
            variant: variant.to_owned(),
            scripts: vec![Script {
                path: path.to_owned(),
                source,
            }],
            wat: BTreeMap::new(),
            web: false,
            patience: 0,
            authority: String::new(),
            type_reflection: false,
        }
    }

    /// The same job with all its scripts as one, under the name of the last.
    #[must_use]
    pub fn joined(mut self) -> Self {
        let source = self
            .scripts
            .iter()
            .map(|script| script.source.as_str())
            .collect::<Vec<_>>()
            .join("\n");
        if let Some(last) = self.scripts.pop() {
            self.scripts = vec![Script {
                path: last.path,
                source,
            }];
        }
        self
    }

    /// The job as JSON, with the harness in it: a child in any language can run it.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "url": self.url,
            "origin": self.origin,
            "title": self.title,
            "variant": self.variant,
            "wat": self.wat,
            "location": self.location(),
            "patience": self.patience,
            "authority": self.authority,
            "typeReflection": self.type_reflection,
            "asWindow": self.tests_interfaces(),
            "harness": crate::HARNESS,
            "scripts": self.scripts.iter().map(|script| json!({
                "path": script.path,
                "source": script.source,
            })).collect::<Vec<_>>(),
        })
    }

    /// Reads what [`Job::to_json`] wrote.
    #[must_use]
    pub fn from_json(value: &Value) -> Option<Self> {
        let text = |value: &Value, key: &str| -> Option<String> {
            value.get(key)?.as_str().map(str::to_owned)
        };
        let wat: &Map<String, Value> = value.get("wat")?.as_object()?;
        Some(Self {
            url: text(value, "url")?,
            origin: text(value, "origin")?,
            title: text(value, "title"),
            variant: text(value, "variant")?,
            scripts: value
                .get("scripts")?
                .as_array()?
                .iter()
                .map(|script| {
                    Some(Script {
                        path: text(script, "path")?,
                        source: text(script, "source")?,
                    })
                })
                .collect::<Option<Vec<_>>>()?,
            wat: wat
                .iter()
                .map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
                .collect::<Option<BTreeMap<_, _>>>()?,
            web: value.get("location")?.is_object(),
            patience: value.get("patience")?.as_u64()?,
            authority: text(value, "authority")?,
            type_reflection: value.get("typeReflection")?.as_bool()?,
        })
    }

    /// The certificate to trust, if there is one.
    #[must_use]
    pub fn authority(&self) -> Option<Vec<u8>> {
        let digits = self.authority.as_bytes().chunks(2);
        let bytes: Option<Vec<u8>> = digits
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
            .collect();
        bytes.filter(|bytes| !bytes.is_empty())
    }

    /// Whether the file is one of those that compare interfaces with their definitions.
    fn tests_interfaces(&self) -> bool {
        self.web
            && self
                .scripts
                .iter()
                .any(|script| script.path == "/resources/idlharness.js")
    }

    /// What `location` has, if the file is to see one.
    fn location(&self) -> Option<Value> {
        let url = self.web.then(|| Url::parse(&self.url).ok()).flatten()?;
        let host = &url[Position::BeforeHost..Position::AfterPort];
        Some(json!({
            "href": url.as_str(),
            "origin": url.origin().ascii_serialization(),
            "protocol": format!("{}:", url.scheme()),
            "host": host,
            "hostname": url.host_str().unwrap_or_default(),
            "port": url.port().map(|port| port.to_string()).unwrap_or_default(),
            "pathname": url.path(),
            "search": url.query().map(|query| format!("?{query}")).unwrap_or_default(),
            "hash": url.fragment().map(|part| format!("#{part}")).unwrap_or_default(),
        }))
    }

    /// The script that tells the harness about this run, before the harness itself.
    #[must_use]
    pub fn preamble(&self) -> String {
        let table = json!(self.wat);
        let mut out = format!("globalThis.__wat = {table};\n");
        if let Some(title) = &self.title {
            out.push_str(&format!("globalThis.META_TITLE = {};\n", json!(title)));
        }
        out.push_str(&format!(
            "globalThis.META_VARIANT = {};\n",
            json!(self.variant)
        ));
        if let Some(location) = self.location() {
            out.push_str(&format!("globalThis.__location = {location};\n"));
        }
        if self.tests_interfaces() {
            out.push_str("globalThis.__asWindow = true;\n");
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::{Job, Script};
    use std::collections::BTreeMap;

    #[test]
    fn survives_the_way_to_a_child() {
        let job = Job {
            url: "http://h/a.any.js?1".to_owned(),
            origin: "http://h".to_owned(),
            title: Some("a \"title\"".to_owned()),
            variant: "?1".to_owned(),
            scripts: vec![Script {
                path: "/a.any.js".to_owned(),
                source: "test(() => {}, 'x\u{2028}');".to_owned(),
            }],
            wat: BTreeMap::from([("(module)".to_owned(), "00".to_owned())]),
            web: true,
            patience: 5,
            authority: "30".to_owned(),
            type_reflection: true,
        };
        assert_eq!(Job::from_json(&job.to_json()), Some(job));
    }
}
