//! Content codings.

use async_compression::tokio::bufread::{
    BrotliEncoder, DeflateEncoder, GzipEncoder, ZlibEncoder, ZstdEncoder,
};
use taipan_fetch::net::{Client, FetchErrorKind, Request};
use tokio::io::AsyncReadExt;

use crate::{
    common::{Server, response, within},
    get, get_body,
};

/// Something that compresses, but not to nothing.
fn text() -> Vec<u8> {
    (0..200_000_u32)
        .map(|number| (number.wrapping_mul(2_654_435_761) >> 27) as u8)
        .collect()
}

async fn read(mut encoder: impl tokio::io::AsyncRead + Unpin) -> Vec<u8> {
    let mut bytes = Vec::new();
    encoder.read_to_end(&mut bytes).await.unwrap();
    bytes
}

/// Every coding: its name in the header and the encoded `text`.
async fn encoded(text: &[u8]) -> [(&'static str, Vec<u8>); 6] {
    [
        ("gzip", read(GzipEncoder::new(text)).await),
        ("X-GZip", read(GzipEncoder::new(text)).await),
        ("deflate", read(ZlibEncoder::new(text)).await),
        // Wrong, yet out there.
        ("deflate", read(DeflateEncoder::new(text)).await),
        ("br", read(BrotliEncoder::new(text)).await),
        ("zstd", read(ZstdEncoder::new(text)).await),
    ]
}

fn encoded_response(coding: &str, body: &[u8]) -> Vec<u8> {
    response(&format!("200 OK\r\nContent-Encoding: {coding}"), body)
}

#[tokio::test]
async fn each_is_undone() {
    let text = text();
    for (coding, body) in encoded(&text).await {
        let server = Server::once(encoded_response(coding, &body)).await;
        let response = get(&server.url("/")).await.unwrap();
        assert_eq!(response.headers()["content-encoding"], coding);
        let decoded = within(response.into_body().bytes()).await.unwrap();
        assert!(decoded == text, "{coding}");
    }
}

#[tokio::test]
async fn one_byte_at_a_time() {
    let text = &text()[..2000];
    for (coding, body) in encoded(text).await {
        let bytes = encoded_response(coding, &body);
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
        assert_eq!(get_body(&server.url("/")).await.unwrap(), text, "{coding}");
    }
}

#[tokio::test]
async fn several_are_undone_from_the_last_to_the_first() {
    let text = text();
    let inner = read(ZstdEncoder::new(&text[..])).await;
    let body = read(GzipEncoder::new(&inner[..])).await;
    for headers in [
        "zstd, gzip",
        "zstd,identity , GZIP",
        "zstd\r\nContent-Encoding: gzip",
    ] {
        let server = Server::once(encoded_response(headers, &body)).await;
        assert!(
            get_body(&server.url("/")).await.unwrap() == text,
            "{headers}"
        );
    }
}

#[tokio::test]
async fn gzip_and_zstd_come_in_series() {
    for (coding, [first, second]) in [
        (
            "gzip",
            [
                read(GzipEncoder::new(&b"abc"[..])).await,
                read(GzipEncoder::new(&b"def"[..])).await,
            ],
        ),
        (
            "zstd",
            [
                read(ZstdEncoder::new(&b"abc"[..])).await,
                read(ZstdEncoder::new(&b"def"[..])).await,
            ],
        ),
    ] {
        let server = Server::once(encoded_response(coding, &[first, second].concat())).await;
        assert_eq!(
            get_body(&server.url("/")).await.unwrap(),
            b"abcdef",
            "{coding}"
        );
    }
}

#[tokio::test]
async fn padding_after_gzip_is_ignored() {
    let member = read(GzipEncoder::new(&b"abc"[..])).await;
    let empty = read(GzipEncoder::new(&b""[..])).await;
    for (padding, expected) in [
        (vec![0; 1], "abc"),
        (vec![0; 100_000], "abc"),
        (b"\r\n".to_vec(), "abc"),
        // Half of what a member begins with.
        (vec![0x1f, 0], "abc"),
        ([&member[..], &[0; 512]].concat(), "abcabc"),
        ([&empty[..], &member, &[0; 512]].concat(), "abcabc"),
        // What comes after padding is part of it.
        ([&[0; 512], &member[..]].concat(), "abc"),
    ] {
        let bytes = encoded_response("gzip", &[&member[..], &padding].concat());
        let slowly = bytes.len() < 2000;
        let server = Server::new(move |mut connection| {
            let bytes = bytes.clone();
            async move {
                while connection.request().await.is_some() {
                    let size = if slowly { 1 } else { bytes.len() };
                    for piece in bytes.chunks(size) {
                        connection.write(piece).await;
                        tokio::task::yield_now().await;
                    }
                }
            }
        })
        .await;
        let client = Client::new();
        for _ in 0..2 {
            let request = Request::get(server.url("/").parse().unwrap());
            let response = within(client.fetch(request)).await.unwrap();
            let body = within(response.into_body().bytes()).await.unwrap();
            assert_eq!(body, expected, "{}", padding.len());
        }
        // It was read to its end.
        assert_eq!(server.connections(), 1);
    }
}

#[tokio::test]
async fn a_second_gzip_member_that_ends_early_is_an_error() {
    let member = read(GzipEncoder::new(&b"abc"[..])).await;
    for length in 1..member.len() {
        let body = [&member[..], &member[..length]].concat();
        let server = Server::once(encoded_response("gzip", &body)).await;
        let error = get_body(&server.url("/")).await.unwrap_err();
        assert_eq!(error.kind(), FetchErrorKind::Decode, "{error} ({length})");
        assert!(error.reason().contains("ended in the middle"), "{error}");
    }
}

#[tokio::test]
async fn an_unknown_coding_is_passed_through() {
    let server = Server::once(encoded_response("gzip, compress", b"as it is")).await;
    assert_eq!(get_body(&server.url("/")).await.unwrap(), b"as it is");
}

#[tokio::test]
async fn an_empty_body_needs_no_coding() {
    for coding in ["gzip", "deflate", "br", "zstd"] {
        // Chunked, so that nobody can tell from the header that it is empty.
        let bytes = format!(
            "HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        );
        let server = Server::once(bytes).await;
        assert_eq!(get_body(&server.url("/")).await.unwrap(), b"", "{coding}");
    }
}

#[tokio::test]
async fn data_that_ends_early_is_an_error() {
    let text = text();
    for (coding, body) in encoded(&text).await {
        for length in [1, body.len() / 2, body.len() - 1] {
            let server = Server::once(encoded_response(coding, &body[..length])).await;
            let error = get_body(&server.url("/")).await.unwrap_err();
            assert_eq!(error.kind(), FetchErrorKind::Decode, "{error} ({length})");
            assert!(error.reason().contains("ended in the middle"), "{error}");
        }
    }
}

#[tokio::test]
async fn broken_data_is_an_error() {
    for coding in ["gzip", "br", "zstd", "deflate"] {
        let server = Server::once(encoded_response(coding, &[0xff; 100])).await;
        let error = get_body(&server.url("/")).await.unwrap_err();
        assert_eq!(error.kind(), FetchErrorKind::Decode, "{error}");
    }
    // A checksum that is wrong at the very end.
    let mut body = read(GzipEncoder::new(&b"abc"[..])).await;
    let checksum = body.len() - 5;
    body[checksum] ^= 1;
    let server = Server::once(encoded_response("gzip", &body)).await;
    let error = get_body(&server.url("/")).await.unwrap_err();
    assert_eq!(error.kind(), FetchErrorKind::Decode, "{error}");
}

#[tokio::test]
async fn a_truncated_transfer_is_told_from_truncated_data() {
    let text = text();
    for (coding, body) in encoded(&text).await {
        // All of the data, and then the framing breaks off.
        let mut bytes = format!(
            "HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n",
            body.len()
        )
        .into_bytes();
        bytes.extend_from_slice(&body);
        bytes.extend_from_slice(b"\r\n");
        let server = Server::once(bytes).await;
        let error = get_body(&server.url("/")).await.unwrap_err();
        assert_eq!(error.kind(), FetchErrorKind::Body, "{coding}: {error}");
    }
}

#[tokio::test]
async fn decoded_bodies_give_their_connection_back() {
    for (coding, body) in encoded(b"abc").await {
        let bytes = encoded_response(coding, &body);
        let server = Server::answering(move |_| bytes.clone()).await;
        let client = Client::new();
        for _ in 0..3 {
            let url = server.url("/").parse().unwrap();
            let response = within(client.fetch(Request::get(url))).await.unwrap();
            let body = within(response.into_body().bytes()).await.unwrap();
            assert_eq!(&body[..], b"abc");
        }
        assert_eq!(server.connections(), 1, "{coding}");
    }
}

#[tokio::test]
async fn too_many_codings() {
    let server = Server::once(encoded_response(&["gzip"; 6].join(","), b"x")).await;
    let error = get(&server.url("/")).await.unwrap_err();
    assert_eq!(error.kind(), FetchErrorKind::Decode, "{error}");
}
