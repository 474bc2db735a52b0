//! The source text behind a URL.

use std::{
    fs::File,
    io::{self, Read as _},
};

use boa_engine::{Context, JsError, JsNativeError};
use data_url::DataUrl;
use taipan_fetch::net::{Client, FetchError, Request};
use taipan_web::{
    blob::url_store::BlobUrlEntry,
    permissions::{NotCapable, ReadError},
};
use url::Url;

use super::short;
use crate::Error;

/// Source text, and what was said about it.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The text, decoded as UTF-8, without a byte order mark.
    pub(crate) text: String,
    /// Where it came from at last, after redirects.
    pub(crate) url: Url,
    /// Its MIME type's essence, in lower case, empty if there was none; a file has none.
    pub(crate) mime: Option<String>,
}

/// Why something could not be loaded.
#[derive(Debug, Clone)]
pub(crate) struct LoadError {
    pub(crate) url: Url,
    pub(crate) message: String,
    /// The permission that is missing, if that is why.
    refusal: Option<NotCapable>,
}

impl LoadError {
    pub(crate) fn new(url: &Url, message: impl Into<String>) -> Self {
        Self {
            url: url.clone(),
            message: message.into(),
            refusal: None,
        }
    }

    fn not_capable(url: &Url, refusal: NotCapable) -> Self {
        Self {
            refusal: Some(refusal),
            ..Self::new(url, "")
        }
    }

    fn fetch(url: &Url, error: &FetchError) -> Self {
        match error.refusal() {
            Some(refusal) => Self::not_capable(url, refusal.clone()),
            None => Self::new(url, error.reason()),
        }
    }

    fn read(url: &Url, error: ReadError) -> Self {
        match error {
            ReadError::NotCapable(refusal) => Self::not_capable(url, refusal),
            ReadError::Io(error) if error.kind() == io::ErrorKind::IsADirectory => {
                Self::new(url, "it is not a regular file")
            }
            other => Self::new(url, other.to_string()),
        }
    }

    /// As script sees it.
    pub(crate) fn into_js(self, context: &mut Context) -> JsError {
        self.into_js_or(context, |message, _| {
            JsNativeError::typ().with_message(message).into()
        })
    }

    /// The same with another kind of error; a missing permission is an error of its own.
    pub(crate) fn into_js_or(
        self,
        context: &mut Context,
        error: impl FnOnce(String, &mut Context) -> JsError,
    ) -> JsError {
        match self.refusal {
            Some(refusal) => refusal.into_js(context),
            None => {
                let message = format!("cannot load {}: {}", short(&self.url), self.message);
                error(message, context)
            }
        }
    }
}

impl From<LoadError> for Error {
    fn from(error: LoadError) -> Self {
        match error.refusal {
            Some(refusal) => Self::NotCapable(refusal),
            None => Self::Load {
                url: error.url,
                message: error.message,
            },
        }
    }
}

/// Who wants something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asker {
    /// The embedder, who needs no permission.
    Embedder,
    /// A script that imports it, if it may. A file must be a regular one then: a device or a pipe may have no end.
    Script,
}

/// Whether what `url` names is for the client's thread to get.
pub(crate) fn is_fetched(url: &Url, client: &Client) -> bool {
    matches!(url.scheme(), "http" | "https") || client.options().schemes.contains_key(url.scheme())
}

/// Reads what `url` names.
pub(crate) async fn load(url: &Url, client: &Client, asker: Asker) -> Result<Loaded, LoadError> {
    match url.scheme() {
        _ if is_fetched(url, client) => {
            load_fetched(Request::get(url.clone()), client, asker).await
        }
        "file" => load_file(url, client, asker),
        "data" => load_data(url),
        scheme => Err(LoadError::new(
            url,
            format!("the scheme \"{scheme}:\" is not supported for scripts and modules"),
        )),
    }
}

/// Reads a file, and no more than a byte beyond `limit`.
fn read(mut file: File, limit: Option<u64>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    match limit {
        Some(limit) => file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?,
        None => file.read_to_end(&mut bytes)?,
    };
    Ok(bytes)
}

/// Files are read where they are needed: handing them to another thread takes longer.
fn load_file(url: &Url, client: &Client, asker: Asker) -> Result<Loaded, LoadError> {
    let path = url
        .to_file_path()
        .map_err(|()| LoadError::new(url, "the URL names no local file"))?;
    let file = match asker {
        Asker::Embedder => File::open(&path).map_err(ReadError::from),
        Asker::Script => client.permissions().open(&path),
    };
    let limit = client.options().max_response_size;
    let bytes = file.and_then(|file| read(file, limit).map_err(ReadError::from));
    let bytes = bytes.map_err(|error| LoadError::read(url, error))?;
    if let Some(limit) = limit
        && bytes.len() as u64 > limit
    {
        let message = format!("it has more than the {limit} bytes that it may have");
        return Err(LoadError::new(url, message));
    }
    Ok(Loaded {
        text: decode(&bytes),
        url: url.clone(),
        mime: None,
    })
}

/// <https://html.spec.whatwg.org/multipage/webappapis.html#fetch-a-single-module-script>
pub(crate) async fn load_fetched(
    request: Request,
    client: &Client,
    asker: Asker,
) -> Result<Loaded, LoadError> {
    let url = &request.url.clone();
    let failed = |error: FetchError| LoadError::fetch(url, &error);
    let response = match asker {
        Asker::Embedder => client.fetch_unasked(request),
        Asker::Script => client.fetch(request),
    };
    let response = response.await.map_err(failed)?;
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
    /// Source text from `url` with a MIME type.
    pub(super) fn new(text: String, url: Url, mime: &str) -> Self {
        Self {
            text,
            url,
            mime: Some(mime.to_owned()),
        }
    }

    /// What the URL of a blob stands for, if there is one with that URL.
    ///
    /// <https://fetch.spec.whatwg.org/#scheme-fetch>, "blob"
    pub(crate) fn of_blob(url: &Url, blob: Option<BlobUrlEntry>) -> Result<Self, LoadError> {
        let Some((bytes, kind)) = blob else {
            return Err(LoadError::new(url, "there is no such blob"));
        };
        let essence = kind.split(';').next().unwrap_or_default();
        Ok(Self {
            text: decode(&bytes),
            url: url.clone(),
            mime: Some(essence.trim().to_ascii_lowercase()),
        })
    }

    fn has_extension(&self, extension: &str) -> bool {
        let name = self.url.path().rsplit('.').next().unwrap_or_default();
        name.eq_ignore_ascii_case(extension)
    }

    /// Whether it may be a JavaScript module.
    pub(crate) fn check_javascript(&self) -> Result<(), LoadError> {
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
