//! The native client against servers on the loopback interface.

#![allow(clippy::unwrap_used, reason = "this is a test")]

#[path = "../common/mod.rs"]
mod common;

mod body;
mod coding;
mod exchange;
mod http2;
mod integrity;
mod limit;
mod local;
mod proxy;
mod redirect;
mod timeout;
mod tls;
mod transport;
mod upload;

use taipan_fetch::net::{Client, FetchError, NativeResponse, Request};

use common::within;

/// A `GET` with a client of its own.
async fn get(url: &str) -> Result<NativeResponse, FetchError> {
    within(Client::new().fetch(Request::get(url.parse().unwrap()))).await
}

/// The whole body of a `GET`, wherever it fails.
async fn get_body(url: &str) -> Result<Vec<u8>, FetchError> {
    let response = get(url).await?;
    within(response.into_body().bytes()).await.map(Into::into)
}
