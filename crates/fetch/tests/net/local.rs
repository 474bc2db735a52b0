//! `file:` and `data:` URLs through the client.

use std::fs;

use http::Method;
use taipan_fetch::net::{Client, FetchErrorKind, Request};
use url::Url;

use crate::{common::within, get, get_body};

#[tokio::test]
async fn a_file_is_a_response() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("some module é.wasm");
    let contents: Vec<u8> = (0..=255).cycle().take(1_000_003).collect();
    fs::write(&path, &contents).unwrap();
    let mut url = Url::from_file_path(&path).unwrap();
    url.set_query(Some("query"));
    url.set_fragment(Some("fragment"));
    let mut response = get(url.as_str()).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.url(), &url);
    assert_eq!(response.headers()["content-type"], "application/wasm");
    assert_eq!(response.body_mut().size_hint(), Some(1_000_003));
    let body = within(response.into_body().bytes()).await.unwrap();
    assert!(body == contents);
}

#[tokio::test]
async fn an_empty_file() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let url = Url::from_file_path(file.path()).unwrap();
    assert_eq!(get_body(url.as_str()).await.unwrap(), b"");
}

#[tokio::test]
async fn head_and_other_methods() {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(&file, "text").unwrap();
    let mut request = Request::get(Url::from_file_path(file.path()).unwrap());
    request.method = Method::HEAD;
    let response = within(Client::new().fetch(request.try_clone().unwrap()))
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.into_body().bytes().await.unwrap().is_empty());
    request.method = Method::PUT;
    let error = within(Client::new().fetch(request)).await.unwrap_err();
    assert_eq!(error.kind(), FetchErrorKind::Request);
    assert_eq!(fs::read(&file).unwrap(), b"text");
}

#[tokio::test]
async fn what_is_not_a_file() {
    let directory = tempfile::tempdir().unwrap();
    let missing = directory.path().join("missing.wasm");
    for (url, reason) in [
        (
            Url::from_file_path(&missing).unwrap(),
            format!("no such file: {}", missing.display()),
        ),
        (
            Url::from_directory_path(directory.path()).unwrap(),
            "is a directory".to_owned(),
        ),
        (
            "file://elsewhere/path".parse().unwrap(),
            "does not name a file of this machine".to_owned(),
        ),
    ] {
        let error = get(url.as_str()).await.unwrap_err();
        assert_eq!(error.kind(), FetchErrorKind::File);
        assert!(error.reason().contains(&reason), "{error}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_device_is_not_a_file() {
    let error = get("file:///dev/zero").await.unwrap_err();
    assert!(error.reason().contains("not a regular file"), "{error}");
}

#[tokio::test]
async fn more_unread_files_than_the_pool_has_threads() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let size = 8 << 20;
    file.as_file().set_len(size).unwrap();
    let url = Url::from_file_path(file.path()).unwrap();
    let client = Client::new();
    let mut unread = Vec::new();
    for _ in 0..100 {
        unread.push(
            within(client.fetch(Request::get(url.clone())))
                .await
                .unwrap(),
        );
    }
    let last = unread.pop().unwrap();
    let body = within(last.into_body().bytes()).await.unwrap();
    assert_eq!(body.len() as u64, size);
}

#[tokio::test]
async fn a_data_url() {
    let response = get("data:text/plain,abc#f").await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/plain");
    assert_eq!(&response.into_body().bytes().await.unwrap()[..], b"abc");
}
