//! The source text behind a URL.

use std::{
    fs::File,
    io::{self, Read as _},
};

use boa_engine::{Context, JsError, JsNativeError};
use data_url::DataUrl;
use taipan_fetch::net::{Client, FetchError, Integrity, Request};
use taipan_wasm::esm::{ImportableModule, ModuleCompilation, ModuleCompiler, ModuleError};
use taipan_web::{
    blob::url_store::BlobUrlEntry,
    mime_type,
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
    /// What it is compiled to, in the place of the text, if it is a WebAssembly module and there
    /// was a compiler for such.
    pub(super) wasm: Option<Result<ImportableModule, ModuleError>>,
}

/// The MIME type of WebAssembly modules.
const WASM: &str = "application/wasm";

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
    load_with(url, client, asker, None, Integrity::default()).await
}

/// Reads a classic script that a page names. It must be what `integrity` says, if that says anything.
pub(crate) async fn load_script(
    url: &Url,
    client: &Client,
    integrity: &Integrity,
) -> Result<Loaded, LoadError> {
    load_with(url, client, Asker::Script, None, integrity.clone()).await
}

/// Reads what `url` names, for a script that imports it. A WebAssembly module is compiled while it
/// arrives. It must be what `integrity` says, if that says anything.
pub(super) async fn load_import(
    url: &Url,
    client: &Client,
    compiler: &ModuleCompiler,
    integrity: Integrity,
) -> Result<Loaded, LoadError> {
    load_with(url, client, Asker::Script, Some(compiler), integrity).await
}

async fn load_with(
    url: &Url,
    client: &Client,
    asker: Asker,
    compiler: Option<&ModuleCompiler>,
    integrity: Integrity,
) -> Result<Loaded, LoadError> {
    match url.scheme() {
        _ if is_fetched(url, client) => {
            let mut request = Request::get(url.clone());
            request.integrity = integrity;
            fetch(request, client, asker, compiler).await
        }
        "file" => load_file(url, client, asker, compiler, &integrity).await,
        "data" => load_data(url, compiler, &integrity).await,
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
async fn load_file(
    url: &Url,
    client: &Client,
    asker: Asker,
    compiler: Option<&ModuleCompiler>,
    integrity: &Integrity,
) -> Result<Loaded, LoadError> {
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
    check(&bytes, url, integrity)?;
    let compiler = compiler.filter(|_| has_extension(url, "wasm"));
    Ok(Loaded::of(bytes, url, None, compiler).await)
}

/// <https://html.spec.whatwg.org/multipage/webappapis.html#fetch-a-single-module-script>
pub(crate) async fn load_fetched(
    request: Request,
    client: &Client,
    asker: Asker,
) -> Result<Loaded, LoadError> {
    fetch(request, client, asker, None).await
}

async fn fetch(
    request: Request,
    client: &Client,
    asker: Asker,
    compiler: Option<&ModuleCompiler>,
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
    let mut body = response.into_body();
    if let Some(compiler) = compiler.filter(|_| mime == WASM) {
        let (mut sink, compilation) = compiler.start();
        loop {
            match body.chunk().await.map_err(failed)? {
                None => {
                    sink.finish();
                    break;
                }
                // The compiler has seen enough to refuse it: the rest need not come.
                Some(chunk) => {
                    if sink.push(chunk).await.is_err() {
                        break;
                    }
                }
            }
        }
        return Ok(Loaded {
            text: String::new(),
            url: final_url,
            mime: Some(mime),
            wasm: compiled(compilation).await,
        });
    }
    let bytes = body.bytes().await.map_err(failed)?;
    Ok(Loaded::of(bytes.into(), &final_url, Some(mime), None).await)
}

/// What a compilation comes to, whose bytes were all handed over.
async fn compiled(compilation: ModuleCompilation) -> Option<Result<ImportableModule, ModuleError>> {
    match compilation.finish().await {
        Ok(module) => Some(Ok(module)),
        Err(error) => error.map(Err),
    }
}

/// <https://fetch.spec.whatwg.org/#data-url-processor>
async fn load_data(
    url: &Url,
    compiler: Option<&ModuleCompiler>,
    integrity: &Integrity,
) -> Result<Loaded, LoadError> {
    let parsed =
        DataUrl::process(url.as_str()).map_err(|error| LoadError::new(url, error.to_string()))?;
    let (bytes, _fragment) = parsed
        .decode_to_vec()
        .map_err(|error| LoadError::new(url, error.to_string()))?;
    check(&bytes, url, integrity)?;
    let mime = parsed.mime_type();
    let mime = format!("{}/{}", mime.type_, mime.subtype);
    let compiler = compiler.filter(|_| mime == WASM);
    Ok(Loaded::of(bytes, url, Some(mime), compiler).await)
}

/// Whether something is what integrity metadata says.
fn check(bytes: &[u8], url: &Url, integrity: &Integrity) -> Result<(), LoadError> {
    if integrity.matches(&[bytes]) {
        return Ok(());
    }
    let message = "it has none of the digests that are asked for";
    Err(LoadError::new(url, message))
}

/// <https://encoding.spec.whatwg.org/#utf-8-decode>
pub(crate) fn decode(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    String::from_utf8_lossy(bytes).into_owned()
}

fn has_extension(url: &Url, extension: &str) -> bool {
    let name = url.path().rsplit('.').next().unwrap_or_default();
    name.eq_ignore_ascii_case(extension)
}

impl Loaded {
    /// Source text from `url` with a MIME type.
    pub(super) fn new(text: String, url: Url, mime: &str) -> Self {
        Self {
            text,
            url,
            mime: Some(mime.to_owned()),
            wasm: None,
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
            wasm: None,
        })
    }

    /// Source text, or a module if there is a compiler for it.
    async fn of(
        bytes: Vec<u8>,
        url: &Url,
        mime: Option<String>,
        compiler: Option<&ModuleCompiler>,
    ) -> Self {
        let (text, wasm) = match compiler {
            None => (decode(&bytes), None),
            Some(compiler) => {
                let (mut sink, compilation) = compiler.start();
                if sink.push(bytes.into()).await.is_ok() {
                    sink.finish();
                }
                (String::new(), compiled(compilation).await)
            }
        };
        Self {
            text,
            url: url.clone(),
            mime,
            wasm,
        }
    }

    fn has_extension(&self, extension: &str) -> bool {
        has_extension(&self.url, extension)
    }

    /// Whether it is a WebAssembly module.
    pub(super) fn check_wasm(&self) -> Result<(), LoadError> {
        let refused = match self.mime.as_deref() {
            _ if self.wasm.is_some() => return Ok(()),
            Some("") => "it was served without a MIME type".to_owned(),
            Some(mime) => format!("its MIME type is \"{mime}\", not \"{WASM}\""),
            None => "the name of a WebAssembly module's file must end in \".wasm\"".to_owned(),
        };
        Err(LoadError::new(&self.url, refused))
    }

    /// Whether it may be a JavaScript module.
    pub(crate) fn check_javascript(&self) -> Result<(), LoadError> {
        let refused = match self.mime.as_deref() {
            Some(mime) if mime_type::is_javascript(mime) => return Ok(()),
            Some("") => "it was served without a MIME type".to_owned(),
            Some(mime) => format!("its MIME type is \"{mime}\", not that of JavaScript"),
            None if self.has_extension("json") => {
                "a JSON module is imported `with { type: \"json\" }`".to_owned()
            }
            None if self.has_extension("wasm") => {
                "a WebAssembly module is no script; import it from one".to_owned()
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
