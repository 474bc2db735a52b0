//! Compressed modules.

use taipan_testkit::server::{Encoding, Framing, Pace, Reply};

use super::command::run_on;
use super::{PROGRAM, answer, long_module, serve};

#[test]
fn every_coding() {
    for encoding in Encoding::ALL {
        let server = serve(Reply::wasm(answer()).encoded(encoding).unwrap());
        assert_eq!(
            run_on(&server, PROGRAM).success(),
            "answer 42\n",
            "{encoding:?}"
        );
    }
}

#[test]
fn byte_by_byte() {
    for encoding in Encoding::ALL {
        let reply = Reply::wasm(answer())
            .encoded(encoding)
            .unwrap()
            .framing(Framing::Chunked)
            .pace(Pace::Pieces(1));
        assert_eq!(
            run_on(&serve(reply), PROGRAM).success(),
            "answer 42\n",
            "{encoding:?}"
        );
    }
}

#[test]
fn a_long_module() {
    let module = long_module(500_000);
    for encoding in Encoding::ALL {
        let server = serve(Reply::wasm(module.clone()).encoded(encoding).unwrap());
        assert_eq!(
            run_on(&server, PROGRAM).success(),
            "answer 42\n",
            "{encoding:?}"
        );
    }
}

#[test]
fn cut_in_the_middle() {
    for encoding in Encoding::ALL {
        let whole = encoding.encode(&answer()).unwrap();
        let reply = Reply::wasm(whole[..whole.len() / 2].to_vec())
            .header("Content-Encoding", encoding.token());
        let out = run_on(&serve(reply), PROGRAM).success();
        assert!(out.starts_with("TypeError: "), "{encoding:?}: {out}");
    }
}

#[test]
fn not_what_it_says() {
    for encoding in [Encoding::Gzip, Encoding::Brotli, Encoding::Zstd] {
        let reply = Reply::wasm(answer()).header("Content-Encoding", encoding.token());
        let out = run_on(&serve(reply), PROGRAM).success();
        assert!(out.starts_with("TypeError: "), "{encoding:?}: {out}");
    }
}
