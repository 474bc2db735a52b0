//! Requests, response headers and connections.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::FutureExt;
use http::Method;
use taipan_fetch::net::{Client, ClientOptions, FetchErrorKind, Request};
use tokio::sync::Notify;

use crate::{
    common::{Received, Server, response, within},
    get, get_body,
};

/// A server that keeps what it received.
async fn recording() -> (Server, Arc<Mutex<Vec<Received>>>) {
    let log = Arc::new(Mutex::new(Vec::new()));
    let server = {
        let log = Arc::clone(&log);
        Server::new(move |mut connection| {
            let log = Arc::clone(&log);
            async move {
                while let Some(request) = connection.request().await {
                    log.lock().unwrap().push(request);
                    connection.respond("200 OK", "").await;
                }
            }
        })
        .await
    };
    (server, log)
}

#[tokio::test]
async fn status_headers_and_body() {
    let server = Server::once(response(
        "201 Made Up\r\nX-Twice: a\r\nX-Twice: b\r\nContent-Type: text/plain",
        "hello",
    ))
    .await;
    let url = server.url("/path?query#fragment");
    let mut response = get(&url).await.unwrap();
    assert_eq!(response.status(), 201);
    assert_eq!(response.status_text(), "Made Up");
    assert!(response.ok());
    assert!(!response.redirected());
    assert_eq!(response.url().as_str(), url);
    let twice: Vec<_> = response.headers().get_all("x-twice").iter().collect();
    assert_eq!(twice, ["a", "b"]);
    assert_eq!(response.body_mut().size_hint(), Some(5));
    assert_eq!(&response.into_body().bytes().await.unwrap()[..], b"hello");
}

#[tokio::test]
async fn an_error_status_is_a_response() {
    let server = Server::once(response("404 Not Found", "no")).await;
    let response = get(&server.url("/")).await.unwrap();
    assert_eq!(response.status(), 404);
    assert!(!response.ok());
    assert_eq!(&response.into_body().bytes().await.unwrap()[..], b"no");
}

#[tokio::test]
async fn default_headers() {
    let (server, log) = recording().await;
    get_body(&server.url("/a?b#c")).await.unwrap();
    let log = log.lock().unwrap();
    let [request] = &log[..] else {
        panic!("{log:?}")
    };
    assert_eq!(request.method, "GET");
    assert_eq!(request.target, "/a?b");
    for (name, value) in [
        ("accept", "*/*"),
        ("accept-language", "*"),
        ("accept-encoding", "gzip, deflate, br, zstd"),
        ("user-agent", concat!("Taipan/", env!("CARGO_PKG_VERSION"))),
        ("host", &format!("127.0.0.1:{}", server.port)),
    ] {
        assert_eq!(request.header(name), Some(value), "{name}");
    }
    assert_eq!(request.header("content-length"), None);
}

#[tokio::test]
async fn given_headers_win_unless_they_frame_the_message() {
    let (server, log) = recording().await;
    let mut request = Request::get(server.url("/").parse().unwrap());
    request.method = Method::PUT;
    request.body = Some(Bytes::from_static(b"12345").into());
    for (name, value) in [
        ("user-agent", "mine"),
        ("accept", "text/html"),
        ("x-own", "yes"),
        ("host", "elsewhere"),
        ("content-length", "99"),
        ("transfer-encoding", "chunked"),
        ("connection", "close"),
    ] {
        request.headers.insert(name, value.parse().unwrap());
    }
    within(Client::new().fetch(request)).await.unwrap();
    let log = log.lock().unwrap();
    let received = &log[0];
    assert_eq!(received.method, "PUT");
    assert_eq!(received.body, b"12345");
    assert_eq!(received.header("user-agent"), Some("mine"));
    assert_eq!(received.header("accept"), Some("text/html"));
    assert_eq!(received.header("x-own"), Some("yes"));
    assert_eq!(received.header("content-length"), Some("5"));
    assert_eq!(received.header("transfer-encoding"), None);
    assert_eq!(received.header("connection"), None);
    assert_ne!(received.header("host"), Some("elsewhere"));
}

#[tokio::test]
async fn an_empty_post_says_so() {
    for (method, body, expected) in [
        (Method::POST, None, Some("0")),
        (Method::PUT, Some(Bytes::new()), Some("0")),
        (Method::PATCH, Some(Bytes::new()), Some("0")),
        (Method::DELETE, None, None),
        (Method::GET, None, None),
    ] {
        let (server, log) = recording().await;
        let mut request = Request::get(server.url("/").parse().unwrap());
        request.method = method.clone();
        request.body = body.map(Into::into);
        within(Client::new().fetch(request)).await.unwrap();
        let log = log.lock().unwrap();
        assert_eq!(log[0].header("content-length"), expected, "{method}");
    }
}

#[tokio::test]
async fn ranges_are_of_the_plain_bytes() {
    let (server, log) = recording().await;
    let mut request = Request::get(server.url("/").parse().unwrap());
    request
        .headers
        .insert("range", "bytes=0-1".parse().unwrap());
    within(Client::new().fetch(request)).await.unwrap();
    let log = log.lock().unwrap();
    assert_eq!(log[0].header("accept-encoding"), Some("identity"));
}

#[tokio::test]
async fn connections_are_reused() {
    let server = Server::answering(|request| response("200 OK", &request.target)).await;
    let client = Client::new();
    for path in ["/1", "/2", "/3"] {
        let url = server.url(path).parse().unwrap();
        let response = within(client.fetch(Request::get(url))).await.unwrap();
        let body = within(response.into_body().bytes()).await.unwrap();
        assert_eq!(&body[..], path.as_bytes());
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_reused_connection_that_closes_is_replaced() {
    let server = Server::new(|mut connection| async move {
        connection.request().await;
        connection.respond("200 OK", "x").await;
        // And it closes without having announced that.
    })
    .await;
    let client = Client::new();
    for _ in 0..5 {
        let url = server.url("/").parse().unwrap();
        let response = within(client.fetch(Request::get(url))).await.unwrap();
        let body = within(response.into_body().bytes()).await.unwrap();
        assert_eq!(&body[..], b"x");
    }
    assert_eq!(server.connections(), 5);
}

#[tokio::test]
async fn requests_run_side_by_side() {
    // Every response waits until both requests have arrived.
    let both = Arc::new(tokio::sync::Barrier::new(2));
    let server = Server::new(move |mut connection| {
        let both = Arc::clone(&both);
        async move {
            connection.request().await;
            both.wait().await;
            connection.respond("200 OK", "").await;
        }
    })
    .await;
    let client = Client::new();
    let first = client.fetch(Request::get(server.url("/1").parse().unwrap()));
    let second = client.fetch(Request::get(server.url("/2").parse().unwrap()));
    let (first, second) = within(async { tokio::join!(first, second) }).await;
    assert_eq!(first.unwrap().status(), 200);
    assert_eq!(second.unwrap().status(), 200);
}

#[tokio::test]
async fn a_slow_server_is_waited_for() {
    let arrived = Arc::new(Notify::new());
    let go = Arc::new(Notify::new());
    let server = {
        let (arrived, go) = (Arc::clone(&arrived), Arc::clone(&go));
        Server::new(move |mut connection| {
            let (arrived, go) = (Arc::clone(&arrived), Arc::clone(&go));
            async move {
                connection.request().await;
                arrived.notify_one();
                go.notified().await;
                connection.write("HTTP/1.1 200 OK\r\nContent-").await;
                arrived.notify_one();
                go.notified().await;
                connection.write("Length: 0\r\n\r\n").await;
            }
        })
        .await
    };
    let mut future = Client::new().fetch(Request::get(server.url("/").parse().unwrap()));
    for _ in 0..2 {
        // The request left before anybody polled the future.
        within(arrived.notified()).await;
        assert!((&mut future).now_or_never().is_none());
        go.notify_one();
    }
    assert_eq!(within(future).await.unwrap().status(), 200);
}

#[tokio::test]
async fn dropping_the_future_drops_the_connection() {
    let arrived = Arc::new(Notify::new());
    let closed = Arc::new(Notify::new());
    let server = {
        let (arrived, closed) = (Arc::clone(&arrived), Arc::clone(&closed));
        Server::new(move |mut connection| {
            let (arrived, closed) = (Arc::clone(&arrived), Arc::clone(&closed));
            async move {
                connection.request().await;
                arrived.notify_one();
                connection.closed().await;
                closed.notify_one();
            }
        })
        .await
    };
    let client = Client::new();
    let future = client.fetch(Request::get(server.url("/").parse().unwrap()));
    within(arrived.notified()).await;
    drop(future);
    within(closed.notified()).await;
}

#[tokio::test]
async fn the_client_outlives_its_handle_while_a_body_is_read() {
    let server = Server::once(response("200 OK", vec![7; 1 << 20])).await;
    let client = Client::new();
    let url = server.url("/").parse().unwrap();
    let response = within(client.fetch(Request::get(url))).await.unwrap();
    drop(client);
    let body = within(response.into_body().bytes()).await.unwrap();
    assert_eq!(body.len(), 1 << 20);
}

#[tokio::test]
async fn a_refused_connection() {
    // A port that was free a moment ago.
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let url = format!("http://127.0.0.1:{port}/x");
    let error = get(&url).await.unwrap_err();
    assert_eq!(error.kind(), FetchErrorKind::Connect);
    assert_eq!(error.url(), url);
    assert!(error.reason().contains("refused"), "{error}");
}

#[tokio::test]
async fn a_connection_that_closes_before_the_header() {
    for bytes in ["", "HTTP/1.1 200 OK\r\nContent-Le"] {
        let server = Server::once(bytes).await;
        let error = get(&server.url("/")).await.unwrap_err();
        assert_eq!(error.kind(), FetchErrorKind::Protocol, "{error}");
    }
}

#[tokio::test]
async fn a_server_that_does_not_speak_http() {
    let server = Server::once("SSH-2.0-OpenSSH_9.9\r\n\r\n").await;
    let error = get(&server.url("/")).await.unwrap_err();
    assert_eq!(error.kind(), FetchErrorKind::Protocol, "{error}");
}

#[tokio::test]
async fn informational_responses_are_skipped() {
    let mut bytes = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n".to_vec();
    bytes.extend(response("200 OK", "x"));
    let server = Server::once(bytes).await;
    assert_eq!(get_body(&server.url("/")).await.unwrap(), b"x");
}

#[tokio::test]
async fn what_cannot_be_requested() {
    for (url, reason) in [
        ("http://127.0.0.1:25/", "port 25 is blocked"),
        ("ftp://127.0.0.1/", "scheme \"ftp\" is not supported"),
        ("about:blank", "scheme \"about\" is not supported"),
    ] {
        let error = get(url).await.unwrap_err();
        assert_eq!(error.kind(), FetchErrorKind::Request);
        assert!(error.reason().contains(reason), "{error}");
    }
}

#[tokio::test]
async fn a_filter_sees_every_url() {
    let server = Server::answering(|_| response("302 Found\r\nLocation: /forbidden", "")).await;
    let client = Client::with_options(ClientOptions {
        url_filter: Some(Arc::new(|url| match url.path() {
            "/forbidden" => Err("not on the list".to_owned()),
            _ => Ok(()),
        })),
        ..ClientOptions::default()
    });
    let url = server.url("/allowed").parse().unwrap();
    let error = within(client.fetch(Request::get(url))).await.unwrap_err();
    assert_eq!(error.kind(), FetchErrorKind::Denied);
    assert_eq!(
        error.to_string(),
        format!("{}: not on the list", server.url("/forbidden"))
    );
}

/// The first connection answers one request and closes when the second is there; the next ones answer.
async fn closing_on_the_second_request() -> Server {
    Server::new(|mut connection| async move {
        connection.request().await;
        connection.respond("200 OK", "x").await;
        if connection.request().await.is_some() && connection.index > 0 {
            connection.respond("200 OK", "x").await;
        }
    })
    .await
}

#[tokio::test]
async fn a_request_that_met_a_stale_connection_is_repeated() {
    let server = closing_on_the_second_request().await;
    let client = Client::new();
    for _ in 0..2 {
        let url = server.url("/").parse().unwrap();
        let response = within(client.fetch(Request::get(url))).await.unwrap();
        assert_eq!(within(response.into_body().bytes()).await.unwrap(), "x");
    }
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn a_post_is_not_repeated() {
    let server = closing_on_the_second_request().await;
    let client = Client::new();
    let mut request = Request::get(server.url("/").parse().unwrap());
    let response = within(client.fetch(request.try_clone().unwrap()))
        .await
        .unwrap();
    within(response.into_body().bytes()).await.unwrap();
    request.method = Method::POST;
    let error = within(client.fetch(request)).await.unwrap_err();
    assert_eq!(error.kind(), FetchErrorKind::Protocol);
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_new_connection_that_closes_is_not_tried_again() {
    let server = Server::once("").await;
    get(&server.url("/")).await.unwrap_err();
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_misdirected_request_gets_one_more_connection() {
    let server = Server::new(|mut connection| async move {
        while connection.request().await.is_some() {
            let status = if connection.index == 0 {
                "421 Misdirected Request"
            } else {
                "200 OK"
            };
            connection.respond(status, "").await;
        }
    })
    .await;
    assert_eq!(get(&server.url("/")).await.unwrap().status(), 200);
    assert_eq!(server.connections(), 2);

    let server = Server::answering(|_| response("421 Misdirected Request", "")).await;
    assert_eq!(get(&server.url("/")).await.unwrap().status(), 421);
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn origins_and_referrers() {
    let (server, log) = recording().await;
    let (other, other_log) = recording().await;
    let here: url::Url = server.url("/script.js?x#y").parse().unwrap();
    for (method, url) in [
        (Method::GET, server.url("/")),
        (Method::POST, server.url("/")),
        (Method::GET, other.url("/")),
    ] {
        let mut request = Request::get(url.parse().unwrap());
        request.method = method;
        request.cors = true;
        request.origin = Some(here.origin());
        request.referrer = Some(here.clone());
        within(Client::new().fetch(request)).await.unwrap();
    }
    let seen = |log: &Mutex<Vec<Received>>, index: usize| {
        let log = log.lock().unwrap();
        let request: &Received = &log[index];
        ["origin", "referer"].map(|name| request.header(name).unwrap_or("-").to_owned())
    };
    let origin = server.url("");
    let script = server.url("/script.js?x");
    assert_eq!(seen(&log, 0), ["-", script.as_str()]);
    assert_eq!(seen(&log, 1), [origin.as_str(), script.as_str()]);
    assert_eq!(seen(&other_log, 0), [origin.clone(), server.url("/")]);
}

#[tokio::test]
async fn what_is_left_over_from_a_response_is_no_response() {
    let server = Server::new(|mut connection| async move {
        while connection.request().await.is_some() {
            let head = "HTTP/1.1 204 No Content\r\n\r\nbut something came";
            connection.write(head).await;
        }
    })
    .await;
    let client = Client::new();
    for _ in 0..5 {
        let url = server.url("/").parse().unwrap();
        let response = within(client.fetch(Request::get(url))).await.unwrap();
        assert_eq!(response.status(), 204);
    }
}
