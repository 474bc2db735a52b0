//! Types, statuses and what is no module.

use taipan_testkit::server::{Pace, Reply, Server};

use super::command::{run, run_on};
use super::{PROGRAM, answer, serve};

#[track_caller]
fn outcome(reply: Reply) -> String {
    run_on(&serve(reply), PROGRAM).success()
}

#[test]
fn the_right_type_in_any_spelling() {
    for media_type in [
        "application/wasm",
        "APPLICATION/WASM",
        " application/wasm\t",
    ] {
        let reply = Reply::new(answer()).header("Content-Type", media_type);
        assert_eq!(outcome(reply), "answer 42\n", "{media_type:?}");
    }
}

#[test]
fn another_type_or_none() {
    for media_type in [
        "",
        "text/plain",
        "application/octet-stream",
        "application/wasm;charset=utf-8",
        "application/wasm;",
        "application/x-wasm",
    ] {
        let out = outcome(Reply::new(answer()).header("Content-Type", media_type));
        assert!(out.starts_with("TypeError: "), "{media_type:?}: {out}");
        assert!(
            out.contains(media_type),
            "the message names the type: {out}"
        );
    }
    let out = outcome(Reply::new(answer()));
    assert!(out.starts_with("TypeError: "), "{out}");
}

#[test]
fn a_response_of_another_type_is_not_used_up() {
    let server = serve(Reply::new(answer()).header("Content-Type", "text/plain"));
    let code = r"(async () => {
      const response = await fetch('module.wasm');
      try {
        await WebAssembly.instantiateStreaming(response);
      } catch (error) {
        console.log(error.constructor.name, response.bodyUsed);
      }
      const { instance } = await WebAssembly.instantiate(await response.arrayBuffer());
      console.log(instance.exports.answer());
    })();";
    assert_eq!(run_on(&server, code).success(), "TypeError false\n42\n");
}

#[test]
fn a_program_does_not_wait_for_a_body_that_nobody_wants() {
    for media_type in ["text/plain", "application/wasm"] {
        let reply = Reply::new(answer())
            .header("Content-Type", media_type)
            .pace(Pace::Stalled(10));
        let server = serve(reply);
        let out = run_on(&server, "fetch('x').then(({ ok }) => console.log(ok));").success();
        assert_eq!(out, "true\n");
    }
    let out = outcome(
        Reply::new(answer())
            .header("Content-Type", "text/plain")
            .pace(Pace::Stalled(10)),
    );
    assert!(out.starts_with("TypeError: "), "{out}");
}

#[test]
fn a_status_that_is_not_ok() {
    for status in [304, 400, 404, 410, 500, 503] {
        let out = outcome(Reply::wasm(answer()).status(status));
        assert!(out.starts_with("TypeError: "), "{status}: {out}");
        assert!(
            out.contains(&status.to_string()),
            "the message names the status: {out}"
        );
    }
    assert_eq!(outcome(Reply::wasm(answer()).status(206)), "answer 42\n");
}

#[test]
fn what_is_no_module() {
    for bytes in [&b""[..], b"\0asm", b"<!doctype html>", b"\0asm\x02\0\0\0"] {
        let out = outcome(Reply::wasm(bytes.to_vec()));
        assert!(out.starts_with("CompileError: "), "{bytes:?}: {out}");
    }
}

#[test]
fn what_is_no_http() {
    let reply = Reply::wasm(answer()).header("Bad header name", "x");
    let out = outcome(reply);
    assert!(out.starts_with("TypeError: "), "{out}");
}

#[test]
fn nobody_listens() {
    let url = {
        let server = serve(Reply::empty(200));
        server.url("/")
    };
    let out = run(&["--base-url", &url, "--eval", PROGRAM]).success();
    assert!(out.starts_with("TypeError: "), "{out}");
}

#[test]
fn an_error_that_nobody_catches_is_reported() {
    let server: Server = serve(Reply::new("nothing").header("Content-Type", "text/plain"));
    let finished = run_on(
        &server,
        "WebAssembly.instantiateStreaming(fetch('module.wasm'))",
    );
    assert_eq!(finished.status.code(), Some(1), "{finished:#?}");
    assert!(finished.err.contains("TypeError"), "{finished:#?}");
    assert!(finished.err.contains("text/plain"), "{finished:#?}");
}
