//! Servers that take their time.

use std::{future::pending, time::Duration};

use taipan_fetch::net::{Client, ClientOptions, FetchError, FetchErrorKind, Request};

use crate::common::{Server, within};

const LIMIT: Duration = Duration::from_millis(80);

fn patient_for(idle: Option<Duration>, total: Option<Duration>) -> Client {
    Client::with_options(ClientOptions {
        idle_timeout: idle,
        total_timeout: total,
        ..ClientOptions::default()
    })
}

async fn get(client: &Client, server: &Server) -> Result<usize, FetchError> {
    let request = Request::get(server.url("/").parse().unwrap());
    let response = within(client.fetch(request)).await?;
    within(response.into_body().bytes())
        .await
        .map(|bytes| bytes.len())
}

/// Checks that both limits end a request that is answered with `answer` and nothing more.
async fn times_out(answer: &'static str) {
    let server = Server::new(move |mut connection| async move {
        connection.request().await;
        connection.write(answer).await;
        pending::<()>().await;
    })
    .await;
    for client in [
        patient_for(Some(LIMIT), None),
        patient_for(None, Some(LIMIT)),
    ] {
        let error = get(&client, &server).await.unwrap_err();
        assert_eq!(error.kind(), FetchErrorKind::Timeout, "{error}");
    }
}

#[tokio::test]
async fn a_server_that_says_nothing() {
    times_out("").await;
}

#[tokio::test]
async fn a_body_that_stalls() {
    times_out("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc").await;
}

#[tokio::test]
async fn slow_is_not_idle() {
    let server = Server::new(|mut connection| async move {
        connection.request().await;
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n";
        connection.write(head).await;
        for _ in 0..8 {
            tokio::time::sleep(Duration::from_millis(50)).await;
            connection.write("x").await;
        }
    })
    .await;
    let idle = Duration::from_millis(300);
    assert_eq!(
        get(&patient_for(Some(idle), None), &server).await.unwrap(),
        8
    );
    let client = patient_for(Some(idle), Some(Duration::from_millis(200)));
    let error = get(&client, &server).await.unwrap_err();
    assert_eq!(error.kind(), FetchErrorKind::Timeout, "{error}");
}
