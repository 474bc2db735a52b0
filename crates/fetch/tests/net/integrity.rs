//! Subresource integrity.

use taipan_fetch::net::{Client, FetchErrorKind, Integrity, Request};

use crate::common::{Server, response, within};

#[tokio::test]
async fn a_body_is_checked_before_anybody_sees_it() {
    let server = Server::answering(|_| response("200 OK", "abc")).await;
    for (metadata, expected) in [
        ("sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=", true),
        ("sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", false),
    ] {
        let mut request = Request::get(server.url("/").parse().unwrap());
        request.integrity = Integrity::parse(metadata);
        match within(Client::new().fetch(request)).await {
            Ok(response) => {
                assert!(expected);
                assert_eq!(response.into_body().into_bytes().unwrap(), "abc");
            }
            Err(error) => {
                assert!(!expected, "{error}");
                assert_eq!(error.kind(), FetchErrorKind::Integrity);
            }
        }
    }
}
