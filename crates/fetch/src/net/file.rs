//! `file:` URLs.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, Method, header::CONTENT_TYPE};
use taipan_web::permissions::{Permissions, ReadError};
use tokio::task::{JoinError, spawn_blocking};
use url::Url;

use super::{
    body::{BodySender, NativeBody},
    error::{FetchError, FetchErrorKind},
    request::Request,
    response::NativeResponse,
};

/// The sizes of reads: the first is small, so that a consumer can begin early.
const FIRST_READ: usize = 64 << 10;
const NEXT_READ: usize = 128 << 10;

/// Answers a request for a `file:` URL. Must run on the I/O thread; reading happens on its blocking pool.
///
/// The Fetch standard leaves this scheme open. Here it is a read-only server: `GET` and `HEAD`, 200 or a
/// network error, the type by extension; a query or fragment does not matter.
pub(super) async fn fetch(
    request: Request,
    permissions: &Permissions,
) -> Result<NativeResponse, FetchError> {
    let Request { url, method, .. } = request;
    let head = method == Method::HEAD;
    if !head && method != Method::GET {
        let reason = format!("the method {method} does not work on files");
        return Err(FetchError::new(FetchErrorKind::Request, &url, reason));
    }
    let path = url.to_file_path().map_err(|()| {
        FetchError::new(
            FetchErrorKind::File,
            &url,
            "the URL does not name a file of this machine",
        )
    })?;
    let content_type = content_type(&path);
    let shown = path.display().to_string();
    let permissions = permissions.clone();
    let opened = spawn_blocking(move || open(&path, &permissions)).await;
    let opened = opened.unwrap_or_else(|error| Err(io::Error::other(error).into()));
    let (file, size) = opened.map_err(|error| match error {
        ReadError::NotCapable(refusal) => FetchError::not_capable(&url, refusal),
        ReadError::Io(error) => file_error(&url, &shown, &error),
        other => file_error(&url, &shown, &io::Error::other(other)),
    })?;

    let body = if head {
        NativeBody::empty()
    } else {
        let (sender, body) = NativeBody::channel(&url, Some(size));
        tokio::spawn(pump(file, sender, url.clone(), shown));
        body
    };
    let mut headers = HeaderMap::with_capacity(1);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    Ok(NativeResponse {
        url_list: vec![url],
        is_cross_origin: false,
        status: 200,
        status_text: "OK".to_owned(),
        headers,
        body,
    })
}

fn open(path: &Path, permissions: &Permissions) -> Result<(File, u64), ReadError> {
    let file = permissions.open(path)?;
    let size = file.metadata()?.len();
    Ok((file, size))
}

/// Reads the file chunk by chunk for as long as somebody wants it.
async fn pump(mut file: File, sender: BodySender, url: Url, shown: String) {
    let mut size = FIRST_READ;
    loop {
        let read = spawn_blocking(move || {
            let mut buffer = BytesMut::zeroed(size);
            let length = loop {
                match file.read(&mut buffer) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    other => break other?,
                }
            };
            buffer.truncate(length);
            Ok((file, buffer.freeze()))
        });
        let (returned, bytes): (File, Bytes) = match flatten(read.await) {
            Ok(read) => read,
            Err(error) => return sender.fail(file_error(&url, &shown, &error)).await,
        };
        if bytes.is_empty() {
            return sender.finish().await;
        }
        if sender.send(bytes).await.is_err() {
            return;
        }
        file = returned;
        size = NEXT_READ;
    }
}

/// Joins the error of a blocking task with the error in it.
fn flatten<T>(result: Result<io::Result<T>, JoinError>) -> io::Result<T> {
    result.unwrap_or_else(|error| Err(io::Error::other(error)))
}

fn file_error(url: &Url, shown: &str, error: &io::Error) -> FetchError {
    let reason = match error.kind() {
        io::ErrorKind::NotFound => format!("no such file: {shown}"),
        io::ErrorKind::IsADirectory => format!("is a directory: {shown}"),
        io::ErrorKind::PermissionDenied => format!("permission denied: {shown}"),
        _ => format!("cannot read {shown}: {error}"),
    };
    FetchError::new(FetchErrorKind::File, url, reason)
}

/// The MIME type of a file by its extension.
fn content_type(path: &Path) -> &'static str {
    let extension = path
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default()
        .to_ascii_lowercase();
    match extension.as_str() {
        "avif" => "image/avif",
        "bmp" => "image/bmp",
        "css" => "text/css",
        "csv" => "text/csv",
        "gif" => "image/gif",
        "gz" => "application/gzip",
        "htm" | "html" => "text/html",
        "ico" => "image/x-icon",
        "jpeg" | "jpg" => "image/jpeg",
        "js" | "mjs" | "cjs" => "text/javascript",
        "json" | "map" => "application/json",
        "md" => "text/markdown",
        "mp3" => "audio/mpeg",
        "mp4" => "video/mp4",
        "ogg" => "audio/ogg",
        "otf" => "font/otf",
        "pdf" => "application/pdf",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "ttf" => "font/ttf",
        "txt" | "text" => "text/plain",
        "wasm" => "application/wasm",
        "wav" => "audio/wav",
        "webm" => "video/webm",
        "webmanifest" => "application/manifest+json",
        "webp" => "image/webp",
        "woff" => "font/woff",
        "woff2" => "font/woff2",
        "xhtml" => "application/xhtml+xml",
        "xml" => "application/xml",
        "zip" => "application/zip",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_by_extension() {
        for (name, expected) in [
            ("simple.wasm", "application/wasm"),
            ("SIMPLE.WASM", "application/wasm"),
            ("a.b.mjs", "text/javascript"),
            ("data.json", "application/json"),
            ("wasm", "application/octet-stream"),
            (".wasm", "application/octet-stream"),
            ("x.unknown", "application/octet-stream"),
        ] {
            assert_eq!(content_type(Path::new(name)), expected, "{name}");
        }
    }
}
