//! The source text behind a URL.

use boa_engine::{JsError, JsNativeError};
use data_url::DataUrl;
use taipan_fetch::net::{Client, Request};
use url::Url;

use super::short;

/// Source text, and what was said about it.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The text, decoded as UTF-8, without a byte order mark.
    pub(crate) text: String,
    /// Where it came from at last, after redirects.
    pub(crate) url: Url,
    /// Its MIME type's essence, in lower case, empty if there was none; a file has none.
    mime: Option<String>,
}

/// Why something could not be loaded.
#[derive(Debug, Clone)]
pub(crate) struct LoadError {
    pub(crate) url: Url,
    pub(crate) message: String,
}

impl LoadError {
    fn new(url: &Url, message: impl Into<String>) -> Self {
        Self {
            url: url.clone(),
            message: message.into(),
        }
    }

    /// As script sees it.
    pub(super) fn into_js(self) -> JsError {
        JsNativeError::typ()
            .with_message(format!(
                "cannot load {}: {}",
                short(&self.url),
                self.message
            ))
            .into()
    }
}

/// Reads what `url` names.
pub(crate) async fn load(url: &Url, client: &Client) -> Result<Loaded, LoadError> {
    match url.scheme() {
        scheme if client.options().schemes.contains_key(scheme) => load_fetched(url, client).await,
        "http" | "https" => load_fetched(url, client).await,
        "file" => load_file(url),
        "data" => load_data(url),
        scheme => Err(LoadError::new(
            url,
            format!("the scheme \"{scheme}:\" is not supported for scripts and modules"),
        )),
    }
}

/// Reads what `url` names for an import: the same, but that a file must be a regular one. A
/// device or a pipe may have no end.
pub(crate) async fn load_import(url: &Url, client: &Client) -> Result<Loaded, LoadError> {
    if let Ok(path) = url.to_file_path()
        && let Ok(metadata) = path.metadata()
        && !metadata.is_file()
    {
        return Err(LoadError::new(url, "it is not a regular file"));
    }
    load(url, client).await
}

/// Files are read where they are needed: handing them to another thread takes longer.
fn load_file(url: &Url) -> Result<Loaded, LoadError> {
    let path = url
        .to_file_path()
        .map_err(|()| LoadError::new(url, "the URL names no local file"))?;
    let bytes = std::fs::read(&path).map_err(|error| LoadError::new(url, error.to_string()))?;
    Ok(Loaded {
        text: decode(&bytes),
        url: url.clone(),
        mime: None,
    })
}

/// <https://html.spec.whatwg.org/multipage/webappapis.html#fetch-a-single-module-script>
async fn load_fetched(url: &Url, client: &Client) -> Result<Loaded, LoadError> {
    let failed = |error: taipan_fetch::net::FetchError| LoadError::new(url, error.reason());
    let response = client
        .fetch(Request::get(url.clone()))
        .await
        .map_err(failed)?;
    if !response.ok() {
        let status = format!("{} {}", response.status(), response.status_text());
        let message = format!("the server answered with status {}", status.trim_end());
        return Err(LoadError::new(url, message));
    }
    let mime = response
        .headers()
        .get_all("content-type")
        .into_iter()
        .next_back()
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map_or_else(String::new, |essence| essence.trim().to_ascii_lowercase());
    let final_url = response.url().clone();
    let bytes = response.into_body().bytes().await.map_err(failed)?;
    Ok(Loaded {
        text: decode(&bytes),
        url: final_url,
        mime: Some(mime),
    })
}

/// <https://fetch.spec.whatwg.org/#data-url-processor>
fn load_data(url: &Url) -> Result<Loaded, LoadError> {
    let parsed =
        DataUrl::process(url.as_str()).map_err(|error| LoadError::new(url, error.to_string()))?;
    let (bytes, _fragment) = parsed
        .decode_to_vec()
        .map_err(|error| LoadError::new(url, error.to_string()))?;
    let mime = parsed.mime_type();
    Ok(Loaded {
        text: decode(&bytes),
        url: url.clone(),
        mime: Some(format!("{}/{}", mime.type_, mime.subtype)),
    })
}

/// <https://encoding.spec.whatwg.org/#utf-8-decode>
pub(crate) fn decode(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    String::from_utf8_lossy(bytes).into_owned()
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

impl Loaded {
    fn has_extension(&self, extension: &str) -> bool {
        let name = self.url.path().rsplit('.').next().unwrap_or_default();
        name.eq_ignore_ascii_case(extension)
    }

    /// Whether it may be a JavaScript module.
    pub(super) fn check_javascript(&self) -> Result<(), LoadError> {
        let refused = match self.mime.as_deref() {
            Some(mime) if JAVASCRIPT.contains(&mime) => return Ok(()),
            Some("") => "it was served without a MIME type".to_owned(),
            Some(mime) => format!("its MIME type is \"{mime}\", not that of JavaScript"),
            None if self.has_extension("json") => {
                "a JSON module is imported `with { type: \"json\" }`".to_owned()
            }
            None if self.has_extension("wasm") => {
                "WebAssembly modules cannot be imported; fetch and instantiate them".to_owned()
            }
            None => return Ok(()),
        };
        Err(LoadError::new(&self.url, refused))
    }

    /// <https://mimesniff.spec.whatwg.org/#json-mime-type>
    pub(super) fn check_json(&self) -> Result<(), LoadError> {
        let refused = match self.mime.as_deref() {
            Some(mime)
                if mime.ends_with("+json") || mime == "application/json" || mime == "text/json" =>
            {
                return Ok(());
            }
            Some("") => "it was served without a MIME type".to_owned(),
            Some(mime) => format!("its MIME type is \"{mime}\", not that of JSON"),
            None if self.has_extension("json") => return Ok(()),
            None => "a JSON module's file name must end in \".json\"".to_owned(),
        };
        Err(LoadError::new(&self.url, refused))
    }
}
