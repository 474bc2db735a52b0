//! How many connections a program makes.

use taipan_testkit::server::{Reply, Server};

use super::answer;
use super::command::run_on;

#[test]
fn one_after_the_other_share_a_connection() {
    let server = Server::start(|_| Reply::wasm(answer())).unwrap();
    let code = r"(async () => {
      for (let i = 0; i < 5; i++) {
        await WebAssembly.compileStreaming(fetch(`/${i}.wasm`));
      }
      console.log('done');
    })();";
    assert_eq!(run_on(&server, code).success(), "done\n");
    assert_eq!(server.exchanges().len(), 5);
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_server_that_closes_is_connected_to_again() {
    let server =
        Server::start(|_| Reply::wasm(answer()).framing(taipan_testkit::server::Framing::Close))
            .unwrap();
    let code = r"(async () => {
      for (let i = 0; i < 3; i++) {
        await WebAssembly.compileStreaming(fetch(`/${i}.wasm`));
      }
      console.log('done');
    })();";
    assert_eq!(run_on(&server, code).success(), "done\n");
    assert_eq!(server.connections(), 3);
}

#[test]
fn many_at_once_all_arrive() {
    let server = Server::start(|_| Reply::wasm(answer())).unwrap();
    let code = r"Promise.all(Array.from({ length: 50 }, (_, i) =>
      WebAssembly.instantiateStreaming(fetch(`/${i}.wasm`)).then(({ instance }) => instance.exports.answer()),
    )).then((answers) => console.log(answers.every((answer) => answer === 42), answers.length));";
    assert_eq!(run_on(&server, code).success(), "true 50\n");
    assert_eq!(server.exchanges().len(), 50);
}
