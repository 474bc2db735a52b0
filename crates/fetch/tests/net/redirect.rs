//! Redirects.

use bytes::Bytes;
use http::Method;
use taipan_fetch::net::{Client, FetchErrorKind, RedirectMode, Request};

use crate::{
    common::{Server, response, within},
    get,
};

fn to(location: &str) -> Vec<u8> {
    response(&format!("302 Found\r\nLocation: {location}"), "")
}

#[tokio::test]
async fn a_chain_is_followed() {
    let server = Server::answering(|request| match request.target.as_str() {
        "/a/1" => to("2"),
        "/a/2" => to("/3?x"),
        _ => response("200 OK", &request.target),
    })
    .await;
    let response = get(&server.url("/a/1#f")).await.unwrap();
    assert!(response.redirected());
    let urls: Vec<_> = response.url_list().iter().map(|url| url.as_str()).collect();
    let expected = ["/a/1#f", "/a/2#f", "/3?x#f"].map(|path| server.url(path));
    assert_eq!(urls, expected);
    let body = within(response.into_body().bytes()).await.unwrap();
    assert_eq!(&body[..], b"/3?x");
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn the_body_of_a_redirect_does_not_cost_the_connection() {
    let server = Server::answering(|request| match request.target.as_str() {
        "/" => response("302 Found\r\nLocation: /to", "<p>Moved.</p>"),
        _ => response("200 OK", ""),
    })
    .await;
    assert_eq!(get(&server.url("/")).await.unwrap().status(), 200);
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn an_endless_body_of_a_redirect_is_not_read() {
    let server = Server::new(|mut connection| async move {
        connection.request().await;
        if connection.index > 0 {
            return connection.respond("200 OK", "").await;
        }
        let head = "HTTP/1.1 302 Found\r\nLocation: /to\r\n\r\n";
        connection.write(head).await;
        while connection.write([b' '; 4096]).await {}
    })
    .await;
    assert_eq!(get(&server.url("/")).await.unwrap().status(), 200);
}

#[tokio::test]
async fn to_another_server() {
    let other = Server::answering(|request| {
        response("200 OK", request.header("authorization").unwrap_or("none"))
    })
    .await;
    let location = other.url("/there");
    let server = Server::answering(move |_| to(&location)).await;
    let mut request = Request::get(server.url("/").parse().unwrap());
    request
        .headers
        .insert("authorization", "secret".parse().unwrap());
    let response = within(Client::new().fetch(request)).await.unwrap();
    assert_eq!(response.url().as_str(), other.url("/there"));
    let body = within(response.into_body().bytes()).await.unwrap();
    assert_eq!(&body[..], b"none");
}

#[tokio::test]
async fn a_body_is_sent_again_or_dropped() {
    for (status, expected) in [
        (302, "GET None "),
        (303, "GET None "),
        (307, "POST Some(\"text/x\") body"),
    ] {
        let server = Server::answering(move |request| match request.target.as_str() {
            "/" => response(&format!("{status} Moved\r\nLocation: /to"), ""),
            _ => response(
                "200 OK",
                format!(
                    "{} {:?} {}",
                    request.method,
                    request.header("content-type"),
                    String::from_utf8_lossy(&request.body)
                ),
            ),
        })
        .await;
        let mut request = Request::get(server.url("/").parse().unwrap());
        request.method = Method::POST;
        request.body = Some(Bytes::from_static(b"body").into());
        request
            .headers
            .insert("content-type", "text/x".parse().unwrap());
        let response = within(Client::new().fetch(request)).await.unwrap();
        let body = within(response.into_body().bytes()).await.unwrap();
        assert_eq!(String::from_utf8_lossy(&body), expected, "{status}");
    }
}

#[tokio::test]
async fn a_loop_ends() {
    let server = Server::answering(|request| {
        assert!(request.target.len() < 100);
        to(&format!("{}x", request.target))
    })
    .await;
    let error = get(&server.url("/")).await.unwrap_err();
    assert_eq!(error.kind(), FetchErrorKind::Redirect);
    // The request and twenty redirects were made.
    assert_eq!(error.url(), server.url(&format!("/{}", "x".repeat(20))));
}

#[tokio::test]
async fn twenty_are_followed() {
    let server = Server::answering(|request| {
        if request.target.len() == 21 {
            response("200 OK", "there")
        } else {
            to(&format!("{}x", request.target))
        }
    })
    .await;
    let response = get(&server.url("/")).await.unwrap();
    assert_eq!(response.url_list().len(), 21);
}

#[tokio::test]
async fn other_schemes_are_not_redirected_to() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let file = format!("file://{}", file.path().display());
    for location in [file.as_str(), "data:,x", "javascript:0", "ftp://127.0.0.1/"] {
        let bytes = to(location);
        let server = Server::answering(move |_| bytes.clone()).await;
        let error = get(&server.url("/")).await.unwrap_err();
        assert_eq!(error.kind(), FetchErrorKind::Redirect, "{location}");
    }
}

#[tokio::test]
async fn modes() {
    let server = Server::answering(|_| to("/elsewhere")).await;
    let mut request = Request::get(server.url("/").parse().unwrap());
    request.redirect = RedirectMode::Manual;
    let response = within(Client::new().fetch(request.try_clone().unwrap()))
        .await
        .unwrap();
    assert_eq!(response.status(), 302);
    assert_eq!(response.headers()["location"], "/elsewhere");
    assert!(!response.redirected());

    request.redirect = RedirectMode::Error;
    let error = within(Client::new().fetch(request)).await.unwrap_err();
    assert_eq!(error.kind(), FetchErrorKind::Redirect);
}
