//! WebAssembly that streams from a server into a module.
//!
//!     cargo run -p taipan --example fetch_wasm

use std::{
    io::{self, BufRead, BufReader, Write},
    net::TcpListener,
    thread,
};

use taipan::{Error, Permissions, Runtime};

/// A module that imports `env.log` and exports `run`, in its binary format.
const MODULE: &[u8] = &[
    0, b'a', b's', b'm', 1, 0, 0, 0, // magic, version
    1, 8, 2, 0x60, 1, 0x7f, 0, 0x60, 0, 0, // types: (i32) -> (), () -> ()
    2, 11, 1, 3, b'e', b'n', b'v', 3, b'l', b'o', b'g', 0, 0, // import env.log
    3, 2, 1, 1, // one function of type 1
    7, 7, 1, 3, b'r', b'u', b'n', 0, 1, // export run
    10, 8, 1, 6, 0, 0x41, 42, 0x10, 0, 0x0b, // i32.const 42, call 0
];

/// Answers one request with the module, in two pieces.
fn serve(listener: &TcpListener) -> io::Result<()> {
    let (mut stream, _) = listener.accept()?;
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    while lines
        .next()
        .transpose()?
        .is_some_and(|line| !line.is_empty())
    {}
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/wasm\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        MODULE.len()
    );
    stream.write_all(head.as_bytes())?;
    let (first, second) = MODULE.split_at(MODULE.len() / 2);
    stream.write_all(first)?;
    stream.flush()?;
    stream.write_all(second)
}

fn main() -> Result<(), Error> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(Error::EventLoop)?;
    let address = listener.local_addr().map_err(Error::EventLoop)?;
    let server = thread::spawn(move || serve(&listener));

    let mut runtime = Runtime::builder()
        .console(|_level, text: &str| println!("{text}"))
        // A script may reach what was granted, and no more.
        .permissions(Permissions::none().allow_net([address.to_string()]))
        .build()?;
    runtime.set("base", format!("http://{address}/"))?;
    runtime.eval_module(
        "const imports = { env: { log: n => console.log('from WebAssembly:', n) } };
         const { instance, module } = await WebAssembly.instantiateStreaming(fetch(base + 'module.wasm'), imports);
         instance.exports.run();
         console.log(WebAssembly.Module.exports(module));
         await fetch('http://192.0.2.1/').catch(error => console.log(error.name));",
        None,
    )?;
    if let Ok(Err(error)) = server.join() {
        println!("the server failed: {error}");
    }
    Ok(())
}
