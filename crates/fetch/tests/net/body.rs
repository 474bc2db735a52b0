//! Bodies: framing, truncation, cancellation, tees.

use std::sync::Arc;

use futures_util::FutureExt;
use taipan_fetch::net::{Client, FetchErrorKind, Request};
use tokio::sync::Notify;

use crate::{
    common::{Server, response, within},
    get, get_body,
};

#[tokio::test]
async fn every_framing() {
    for bytes in [
        "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabcdef",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3;x=y\r\ndef\r\n0\r\nTrailer: x\r\n\r\n",
        // Until the connection closes.
        "HTTP/1.1 200 OK\r\n\r\nabcdef",
        "HTTP/1.0 200 OK\r\n\r\nabcdef",
    ] {
        let server = Server::once(bytes).await;
        assert_eq!(get_body(&server.url("/")).await.unwrap(), b"abcdef");
    }
}

#[tokio::test]
async fn one_byte_at_a_time() {
    let text: Vec<u8> = (0..=255).cycle().take(1000).collect();
    let bytes = response("200 OK", &text);
    let server = Server::new(move |mut connection| {
        let bytes = bytes.clone();
        async move {
            connection.request().await;
            for byte in bytes {
                connection.write([byte]).await;
                tokio::task::yield_now().await;
            }
        }
    })
    .await;
    assert_eq!(get_body(&server.url("/")).await.unwrap(), text);
}

#[tokio::test]
async fn bytes_come_as_they_arrive() {
    let next = Arc::new(Notify::new());
    let server = {
        let next = Arc::clone(&next);
        Server::new(move |mut connection| {
            let next = Arc::clone(&next);
            async move {
                connection.request().await;
                connection
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n")
                    .await;
                for byte in [b"a", b"b", b"c"] {
                    // Only after the client has seen the byte before.
                    next.notified().await;
                    connection.write(byte).await;
                }
            }
        })
        .await
    };
    let mut body = get(&server.url("/")).await.unwrap().into_body();
    for byte in ["a", "b", "c"] {
        next.notify_one();
        assert_eq!(within(body.chunk()).await.unwrap().unwrap(), byte);
    }
    assert_eq!(within(body.chunk()).await.unwrap(), None);
    assert_eq!(within(body.chunk()).await.unwrap(), None);
}

#[tokio::test]
async fn truncated_and_broken_bodies_are_errors() {
    for bytes in [
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n",
    ] {
        let server = Server::once(bytes).await;
        let url = server.url("/");
        // The header is whole: only the body fails.
        let mut body = get(&url).await.unwrap().into_body();
        let error = loop {
            match within(body.chunk()).await {
                Ok(Some(_)) => {}
                Ok(None) => panic!("taken for complete: {bytes:?}"),
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), FetchErrorKind::Body, "{error}");
        assert_eq!(error.url(), url);
        // It stays an error: who asks again must not take it for the end.
        assert!(within(body.chunk()).await.is_err());
    }
}

#[tokio::test]
async fn a_reset_is_an_error() {
    let next = Arc::new(Notify::new());
    let server = {
        let next = Arc::clone(&next);
        Server::new(move |mut connection| {
            let next = Arc::clone(&next);
            async move {
                connection.request().await;
                connection.write("HTTP/1.1 200 OK\r\n\r\nabc").await;
                // The bytes are read before the reset, which would discard them.
                next.notified().await;
                connection.reset_on_drop();
            }
        })
        .await
    };
    let mut body = get(&server.url("/")).await.unwrap().into_body();
    assert_eq!(within(body.chunk()).await.unwrap().unwrap(), "abc");
    next.notify_one();
    let error = within(body.chunk()).await.unwrap_err();
    assert_eq!(error.kind(), FetchErrorKind::Body, "{error}");
}

#[tokio::test]
async fn dropping_the_body_drops_the_connection() {
    for coding in ["", "\r\nContent-Encoding: gzip"] {
        let closed = Arc::new(Notify::new());
        let server = {
            let closed = Arc::clone(&closed);
            Server::new(move |mut connection| {
                let closed = Arc::clone(&closed);
                async move {
                    connection.request().await;
                    connection
                        .write(format!(
                            "HTTP/1.1 200 OK{coding}\r\nContent-Length: 9\r\n\r\na"
                        ))
                        .await;
                    connection.closed().await;
                    closed.notify_one();
                }
            })
            .await
        };
        let response = get(&server.url("/")).await.unwrap();
        drop(response);
        within(closed.notified()).await;
    }
}

#[tokio::test]
async fn dropping_a_body_nobody_reads_stops_an_endless_sender() {
    let stopped = Arc::new(Notify::new());
    let server = {
        let stopped = Arc::clone(&stopped);
        Server::new(move |mut connection| {
            let stopped = Arc::clone(&stopped);
            async move {
                connection.request().await;
                connection.write("HTTP/1.1 200 OK\r\n\r\n").await;
                while connection.write([0; 4096]).await {}
                stopped.notify_one();
            }
        })
        .await
    };
    let mut body = get(&server.url("/")).await.unwrap().into_body();
    for _ in 0..100 {
        assert!(within(body.chunk()).await.unwrap().is_some());
    }
    drop(body);
    within(stopped.notified()).await;
}

#[tokio::test]
async fn bodiless_responses() {
    for head in [
        "204 No Content",
        "304 Not Modified\r\nContent-Length: 9",
        "200 OK\r\nContent-Length: 0",
    ] {
        let server = Server::once(format!("HTTP/1.1 {head}\r\n\r\n")).await;
        assert_eq!(get_body(&server.url("/")).await.unwrap(), b"", "{head}");
    }
}

#[tokio::test]
async fn head_has_a_length_and_no_body() {
    let server = Server::answering(|_| {
        b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 9\r\n\r\n".to_vec()
    })
    .await;
    let client = Client::new();
    for _ in 0..2 {
        let mut request = Request::get(server.url("/").parse().unwrap());
        request.method = http::Method::HEAD;
        let response = within(client.fetch(request)).await.unwrap();
        assert_eq!(response.headers()["content-length"], "9");
        let body = within(response.into_body().bytes()).await.unwrap();
        assert!(body.is_empty());
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn both_branches_of_a_tee_get_everything() {
    let text: Vec<u8> = (0..=255).cycle().take(1 << 20).collect();
    let server = Server::once(response("200 OK", &text)).await;
    let (first, second) = get(&server.url("/")).await.unwrap().into_body().tee();
    // One after the other: the second is fed from what the first has read.
    assert_eq!(within(first.bytes()).await.unwrap(), text);
    assert_eq!(within(second.bytes()).await.unwrap(), text);

    let (first, second) = get(&server.url("/")).await.unwrap().into_body().tee();
    let (second, third) = second.tee();
    let (a, b, c) =
        within(async { tokio::join!(first.bytes(), second.bytes(), third.bytes()) }).await;
    assert_eq!(a.unwrap(), text);
    assert_eq!(b.unwrap(), text);
    assert_eq!(c.unwrap(), text);
}

#[tokio::test]
async fn a_tee_survives_a_dropped_branch_and_not_two() {
    let closed = Arc::new(Notify::new());
    let go = Arc::new(Notify::new());
    let server = {
        let (closed, go) = (Arc::clone(&closed), Arc::clone(&go));
        Server::new(move |mut connection| {
            let (closed, go) = (Arc::clone(&closed), Arc::clone(&go));
            async move {
                connection.request().await;
                connection
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
                    .await;
                go.notified().await;
                connection.write("def").await;
                connection.closed().await;
                closed.notify_one();
            }
        })
        .await
    };
    let (mut first, mut second) = get(&server.url("/")).await.unwrap().into_body().tee();
    assert_eq!(within(first.chunk()).await.unwrap().unwrap(), "abc");
    // The last to poll the source loses interest; the other must be woken all the same.
    let waiting = tokio::spawn(async move {
        let chunk = within(second.chunk()).await;
        assert_eq!(chunk.unwrap().unwrap(), "abc");
        let chunk = within(second.chunk()).await;
        (second, chunk)
    });
    assert!(first.chunk().now_or_never().is_none());
    drop(first);
    go.notify_one();
    let (second, chunk) = within(waiting).await.unwrap();
    assert_eq!(chunk.unwrap().unwrap(), "def");
    drop(second);
    within(closed.notified()).await;
}

#[tokio::test]
async fn both_branches_of_a_tee_get_the_error() {
    let server = Server::once("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc").await;
    let (first, second) = get(&server.url("/")).await.unwrap().into_body().tee();
    for branch in [first, second] {
        let error = within(branch.bytes()).await.unwrap_err();
        assert_eq!(error.kind(), FetchErrorKind::Body);
    }
}
