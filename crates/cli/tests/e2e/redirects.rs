//! Redirects on the way to a module.

use taipan_testkit::server::{Reply, Request, Server};

use super::command::run_on;
use super::{PROGRAM, answer};

/// `/module.wasm` leads to `/1`, that to `/2`, and so on; the module is at the last.
fn chain(status: u16, length: usize) -> Server {
    Server::start(move |request: &Request| {
        let at = request.path[1..].parse::<usize>().unwrap_or(0);
        if at == length {
            Reply::wasm(answer())
        } else {
            Reply::redirect(status, &format!("/{}", at + 1))
        }
    })
    .unwrap()
}

#[test]
fn of_every_status() {
    for status in [301, 302, 303, 307, 308] {
        let server = chain(status, 1);
        assert_eq!(run_on(&server, PROGRAM).success(), "answer 42\n");
    }
}

#[test]
fn twenty_are_fine_and_more_are_not() {
    assert_eq!(run_on(&chain(302, 20), PROGRAM).success(), "answer 42\n");
    let out = run_on(&chain(302, 21), PROGRAM).success();
    assert!(out.starts_with("TypeError: "), "{out}");
}

#[test]
fn without_end() {
    let server = Server::start(|_| Reply::redirect(302, "/module.wasm")).unwrap();
    let out = run_on(&server, PROGRAM).success();
    assert!(out.starts_with("TypeError: "), "{out}");
    assert_eq!(server.exchanges().len(), 21);
}

#[test]
fn to_another_server() {
    let module = Server::start(|_| Reply::wasm(answer())).unwrap();
    let target = module.url("/elsewhere.wasm");
    let server = Server::start(move |_| Reply::redirect(302, &target)).unwrap();
    assert_eq!(run_on(&server, PROGRAM).success(), "answer 42\n");
    assert_eq!(module.exchanges().len(), 1);
}

#[test]
fn to_nowhere() {
    for location in ["http://[bad", "bogus:thing", "file:///etc/hostname"] {
        let location = location.to_owned();
        let server = Server::start(move |_| Reply::redirect(302, &location)).unwrap();
        let out = run_on(&server, PROGRAM).success();
        assert!(out.starts_with("TypeError: "), "{out}");
    }
}
