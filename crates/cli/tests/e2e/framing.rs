//! Bodies that arrive in odd ways, and bodies that don't.

use taipan_testkit::server::{Ending, Framing, Pace, Reply};

use super::command::run_on;
use super::{PROGRAM, answer, long_module, serve};

#[track_caller]
fn works(reply: Reply) {
    let server = serve(reply);
    assert_eq!(run_on(&server, PROGRAM).success(), "answer 42\n");
}

#[track_caller]
fn is_a_network_error(reply: Reply) {
    let server = serve(reply);
    let out = run_on(&server, PROGRAM).success();
    assert!(out.starts_with("TypeError: "), "{out}");
    assert!(out.trim_end().len() > "TypeError:".len(), "a message");
}

#[test]
fn whole_in_every_framing() {
    for framing in [Framing::Length, Framing::Chunked, Framing::Close] {
        works(Reply::wasm(answer()).framing(framing));
    }
}

#[test]
fn byte_by_byte_in_every_framing() {
    for framing in [Framing::Length, Framing::Chunked, Framing::Close] {
        works(Reply::wasm(answer()).framing(framing).pace(Pace::Pieces(1)));
    }
}

#[test]
fn long_ones_in_pieces_of_odd_sizes() {
    let module = long_module(200_000);
    for size in [977, 4_096, 65_537] {
        works(
            Reply::wasm(module.clone())
                .framing(Framing::Chunked)
                .pace(Pace::Pieces(size)),
        );
    }
}

#[test]
fn at_a_rate() {
    works(Reply::wasm(long_module(200_000)).pace(Pace::Rate(2_000_000)));
}

#[test]
fn shorter_than_the_length_says() {
    let length = answer().len();
    for cut in [1, 8, 20, length / 2, length - 1] {
        is_a_network_error(Reply::wasm(answer()).truncated(cut));
    }
    is_a_network_error(Reply::wasm(answer()).framing(Framing::ClaimedLength(1 << 20)));
}

#[test]
fn without_a_last_chunk() {
    is_a_network_error(
        Reply::wasm(answer())
            .framing(Framing::Chunked)
            .ending(Ending::Cut),
    );
    is_a_network_error(
        Reply::wasm(answer())
            .framing(Framing::Chunked)
            .truncated(20),
    );
}

#[test]
fn with_a_broken_chunk() {
    is_a_network_error(
        Reply::wasm(answer())
            .framing(Framing::Chunked)
            .ending(Ending::BrokenChunk),
    );
}

#[test]
fn a_long_one_that_is_cut() {
    let module = long_module(500_000);
    is_a_network_error(Reply::wasm(module).truncated(400_000));
}

#[test]
fn cut_by_closing_where_nothing_else_tells_the_end() {
    // To the client this is a whole body, and no module.
    let server = serve(Reply::wasm(answer()).framing(Framing::Close).truncated(20));
    let out = run_on(&server, PROGRAM).success();
    assert!(out.starts_with("CompileError: "), "{out}");
}

#[test]
fn more_than_the_length_says() {
    // The rest is not a part of the message; what is, is no module.
    let server = serve(Reply::wasm(answer()).framing(Framing::ClaimedLength(20)));
    let out = run_on(&server, PROGRAM).success();
    assert!(out.starts_with("CompileError: "), "{out}");
}
