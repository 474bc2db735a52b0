//! Bodies of requests that come while they are sent.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::Method;
use taipan_fetch::net::{
    BodySender, Client, FetchError, FetchErrorKind, NativeBody, Request, RequestBody,
};
use tokio::sync::Notify;

use crate::common::{Server, response, within};

/// A request to `url` and what fills its body.
fn upload(url: &str, length: Option<u64>) -> (Request, BodySender) {
    let mut request = Request::get(url.parse().unwrap());
    request.method = Method::POST;
    let (sender, body) = NativeBody::channel(&request.url, length);
    request.body = Some(RequestBody::Stream(body));
    (request, sender)
}

#[tokio::test]
async fn chunks_arrive_while_others_have_yet_to_come() {
    let arrived = Arc::new(Notify::new());
    let server = {
        let arrived = Arc::clone(&arrived);
        Server::new(move |mut connection| {
            let arrived = Arc::clone(&arrived);
            async move {
                let head = connection.head().await.unwrap();
                assert!(
                    head.to_ascii_lowercase()
                        .contains("transfer-encoding: chunked")
                );
                let mut all = Vec::new();
                while let Some(Some(chunk)) = connection.chunk().await {
                    all.extend(chunk);
                    arrived.notify_one();
                }
                connection.respond("200 OK", all).await;
            }
        })
        .await
    };
    let (request, sender) = upload(&server.url("/"), None);
    let response = Client::new().fetch(request);
    for part in ["a", "b", "c"] {
        sender.send(Bytes::from(part)).await.unwrap();
        within(arrived.notified()).await;
    }
    sender.finish().await;
    let body = within(response).await.unwrap().into_body();
    assert_eq!(within(body.bytes()).await.unwrap(), "abc");
}

#[tokio::test]
async fn a_known_length_is_sent() {
    let log = Arc::new(Mutex::new(Vec::new()));
    let server = {
        let log = Arc::clone(&log);
        Server::answering(move |request| {
            log.lock().unwrap().push((
                request.header("content-length").map(str::to_owned),
                request.body.clone(),
            ));
            response("200 OK", "")
        })
        .await
    };
    let (request, sender) = upload(&server.url("/"), Some(5));
    let response = Client::new().fetch(request);
    sender.send(Bytes::from("12345")).await.unwrap();
    sender.finish().await;
    within(response).await.unwrap();
    let expected = (Some("5".to_owned()), b"12345".to_vec());
    assert_eq!(log.lock().unwrap()[..], [expected]);
}

#[tokio::test]
async fn a_slow_server_holds_the_sender_back() {
    let server = Server::new(|mut connection| async move {
        connection.head().await;
        std::future::pending::<()>().await;
    })
    .await;
    let (request, sender) = upload(&server.url("/"), None);
    let response = Client::new().fetch(request);
    let chunk = Bytes::from(vec![0; 1 << 20]);
    let send_all = async { while sender.send(chunk.clone()).await.is_ok() {} };
    let sent = tokio::time::timeout(Duration::from_millis(500), send_all).await;
    assert!(sent.is_err());
    // Whoever gives up the response tells the sender so.
    drop(response);
    within(sender.closed()).await;
}

#[tokio::test]
async fn a_body_that_breaks_off_is_the_reason() {
    let server = Server::new(|mut connection| async move {
        connection.head().await;
        connection.closed().await;
    })
    .await;
    let (request, sender) = upload(&server.url("/"), None);
    let url = request.url.clone();
    let response = Client::new().fetch(request);
    sender.send(Bytes::from("a")).await.unwrap();
    let reason = FetchError::new(FetchErrorKind::Upload, &url, "no more");
    sender.fail(reason).await;
    let error = within(response).await.unwrap_err();
    assert_eq!(error.kind(), FetchErrorKind::Upload);
    assert_eq!(error.reason(), "no more");
}

#[tokio::test]
async fn a_response_may_come_before_the_end() {
    let server = Server::new(|mut connection| async move {
        connection.head().await;
        connection.respond("200 OK", "early").await;
        connection.closed().await;
    })
    .await;
    let (request, sender) = upload(&server.url("/"), None);
    let response = within(Client::new().fetch(request)).await.unwrap();
    assert_eq!(within(response.into_body().bytes()).await.unwrap(), "early");
    drop(sender);
}

#[tokio::test]
async fn a_stream_does_not_follow_redirects() {
    for (status, allowed) in [(303, true), (307, false)] {
        let server = Server::answering(move |request| match request.target.as_str() {
            "/" => response(&format!("{status} Moved\r\nLocation: /to"), ""),
            _ => response("200 OK", &request.method),
        })
        .await;
        let (request, sender) = upload(&server.url("/"), None);
        let response = Client::new().fetch(request);
        sender.send(Bytes::from("body")).await.unwrap();
        sender.finish().await;
        match within(response).await {
            Ok(response) => {
                assert!(allowed);
                assert_eq!(within(response.into_body().bytes()).await.unwrap(), "GET");
            }
            Err(error) => {
                assert!(!allowed, "{error}");
                assert_eq!(error.kind(), FetchErrorKind::Redirect);
            }
        }
    }
}
