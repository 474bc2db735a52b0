//! Transports of the embedder's own.

use std::sync::Arc;

use bytes::Bytes;
use taipan_fetch::net::{
    Client, ClientOptions, FetchError, FetchErrorKind, NativeBody, NativeResponse, Request,
    Transport,
};

use crate::common::within;

/// Redirects `/` to `/there` and streams the path of everything else.
async fn answer(request: Request) -> Result<NativeResponse, FetchError> {
    match request.url.path() {
        "/" => Ok(NativeResponse::new(302).with_header("location", "/there")),
        "/fail" => {
            let error = FetchError::new(FetchErrorKind::Connect, &request.url, "not today");
            Err(error)
        }
        path => {
            let (sender, body) = NativeBody::channel(&request.url, None);
            let path = path.to_owned();
            tokio::spawn(async move {
                for part in path.split_inclusive('/') {
                    let part = Bytes::from(part.to_owned());
                    if sender.send(part).await.is_err() {
                        return;
                    }
                }
                sender.finish().await;
            });
            Ok(NativeResponse::new(200).with_body(body))
        }
    }
}

#[tokio::test]
async fn in_place_of_the_network() {
    let client = Client::with_options(ClientOptions {
        transport: Some(Arc::new(answer)),
        ..ClientOptions::default()
    });
    let get = |url: &str| within(client.fetch(Request::get(url.parse().unwrap())));
    let response = get("http://nowhere.invalid/").await.unwrap();
    assert!(response.redirected());
    assert_eq!(response.url().as_str(), "http://nowhere.invalid/there");
    let body = within(response.into_body().bytes()).await.unwrap();
    assert_eq!(&body[..], b"/there");
    let error = get("https://nowhere.invalid/fail").await.unwrap_err();
    assert_eq!(error.reason(), "not today");
}

#[tokio::test]
async fn schemes() {
    let mut options = ClientOptions::default();
    let transport: Arc<dyn Transport> = Arc::new(answer);
    options.schemes.insert("app".to_owned(), transport);
    let client = Client::with_options(options);
    let get = |url: &str| within(client.fetch(Request::get(url.parse().unwrap())));
    let response = get("app://host/a/b").await.unwrap();
    assert_eq!(within(response.into_body().bytes()).await.unwrap(), "/a/b");
    // A redirect from there is a response like any other.
    assert_eq!(get("app://host/").await.unwrap().status(), 302);
    let error = get("other://host/").await.unwrap_err();
    assert!(error.reason().contains("not supported"), "{error}");
}
