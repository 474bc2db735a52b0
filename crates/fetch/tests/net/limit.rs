//! The limit of requests that are under way to one host.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use futures_util::future::join_all;
use taipan_fetch::net::{Client, ClientOptions, NativeBody, Request};

use crate::common::{Connection, Server, within};

fn client(max_connections_per_host: usize) -> Client {
    Client::with_options(ClientOptions {
        max_connections_per_host,
        ..ClientOptions::default()
    })
}

/// The body of `path`, behind whatever redirects.
async fn body(client: &Client, server: &Server, path: &str) -> NativeBody {
    let request = Request::get(server.url(path).parse().unwrap());
    within(client.fetch(request)).await.unwrap().into_body()
}

/// More than the buffers on the way can take.
const LARGE: usize = 16 << 20;

/// Answers one request with a large body, and closes the connection.
async fn large(mut connection: Connection) {
    if connection.request().await.is_some() {
        connection.respond("200 OK", vec![b'x'; LARGE]).await;
    }
}

#[tokio::test]
async fn requests_to_one_host_are_limited() {
    let most = Arc::new(AtomicUsize::new(0));
    let server = {
        let most = Arc::clone(&most);
        let now = Arc::new(AtomicUsize::new(0));
        Server::new(move |mut connection| {
            let (most, now) = (Arc::clone(&most), Arc::clone(&now));
            async move {
                while let Some(request) = connection.request().await {
                    if request.target.starts_with("/from") {
                        let head = "302 Found\r\nLocation: /to";
                        connection.respond(head, "").await;
                        continue;
                    }
                    let under_way = now.fetch_add(1, Ordering::SeqCst) + 1;
                    most.fetch_max(under_way, Ordering::SeqCst);
                    connection
                        .write("HTTP/1.1 200 OK\r\nContent-Length: 20001\r\n\r\n")
                        .await;
                    for _ in 0..20 {
                        connection.write([b'x'; 1000]).await;
                        // Others have every opportunity to be under way as well.
                        tokio::task::yield_now().await;
                    }
                    // Not after the last byte: the client may react to it.
                    now.fetch_sub(1, Ordering::SeqCst);
                    connection.write("x").await;
                }
            }
        })
        .await
    };
    for (limit, requests) in [(1, 20), (4, 60), (256, 600)] {
        most.store(0, Ordering::SeqCst);
        let client = client(limit);
        let all = (0..requests).map(async |index| {
            // A redirect does not wait for itself.
            let path = if index % 2 == 0 { "/to" } else { "/from" };
            let body = body(&client, &server, path).await;
            assert_eq!(within(body.bytes()).await.unwrap().len(), 20_001);
        });
        join_all(all).await;
        let most = most.load(Ordering::SeqCst);
        assert!(most <= limit, "{most} instead of {limit}");
    }
}

#[tokio::test]
async fn a_body_that_is_dropped_lets_others_go_on() {
    let server = Server::new(large).await;
    let client = client(1);
    for _ in 0..5 {
        let mut body = body(&client, &server, "/").await;
        assert!(within(body.chunk()).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_failed_or_cancelled_request_lets_others_go_on() {
    let server = Server::new(async |mut connection: Connection| {
        // Nothing is ever answered to "/never".
        while let Some(request) = connection.request().await {
            match request.target.as_str() {
                "/never" => connection.closed().await,
                "/fail" => return,
                _ => connection.respond("200 OK", "").await,
            }
        }
    })
    .await;
    let client = client(1);
    let request = |path| client.fetch(Request::get(server.url(path).parse().unwrap()));
    for _ in 0..3 {
        let never = request("/never");
        let waiting = request("/");
        drop(never);
        within(waiting).await.unwrap();
        within(request("/fail")).await.unwrap_err();
    }
}

/// As in `const all = await Promise.all(urls.map(fetch))`, and then one body after the other.
#[tokio::test]
async fn unread_bodies_do_not_keep_other_requests_waiting_for_ever() {
    let server = Server::new(large).await;
    let client = client(2);
    let bodies = join_all((0..6).map(async |_| body(&client, &server, "/").await)).await;
    for body in bodies {
        assert_eq!(within(body.bytes()).await.unwrap().len(), LARGE);
    }
}
