//! Responses of a server, byte by byte as the input says.

use std::{
    cell::RefCell,
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use taipan::{Level, Limits, Permissions, Runtime, net};

/// What asks: for the body as it is, and as a module.
const ASK: &str = r"
    const settle = (promise) => promise.then(() => 'fulfilled', (error) => error?.name ?? 'no error');
    globalThis.ask = async (url) => [
      await settle(fetch(url, { redirect: 'manual' }).then((response) => {
        [...response.headers];
        return response.bytes();
      })),
      await settle(WebAssembly.compileStreaming(fetch(url, { redirect: 'manual' }))),
    ].join();
";

struct Asking {
    runtime: Runtime,
    url: String,
    /// What the server answers.
    answer: Arc<Mutex<Vec<u8>>>,
}

thread_local! {
    static ASKING: RefCell<Option<Asking>> = const { RefCell::new(None) };
}

/// A response that is the input: whatever it is, it is one or a `TypeError`, and in time.
pub(super) fn response(input: &[u8]) {
    ASKING.with(|place| {
        let mut place = place.borrow_mut();
        let mut asking = place.take().unwrap_or_else(begin);
        let mut answer = asking.answer.lock().unwrap_or_else(PoisonError::into_inner);
        *answer = input.to_vec();
        drop(answer);
        let outcome: Result<String, _> = asking.runtime.call("ask", (asking.url.as_str(),));
        match outcome {
            Ok(outcome) => {
                let known = ["fulfilled", "TypeError", "CompileError", "TimeoutError"];
                let is_known = outcome.split(',').all(|name| known.contains(&name));
                assert!(is_known, "{outcome}");
            }
            Err(error) => panic!("{}", error.report()),
        }
        *place = Some(asking);
    });
}

fn begin() -> Asking {
    let listener = TcpListener::bind("127.0.0.1:0");
    let listener = listener.unwrap_or_else(|error| panic!("no port: {error}"));
    let address = listener.local_addr();
    let address = address.unwrap_or_else(|error| panic!("no address: {error}"));
    let answer = Arc::new(Mutex::new(Vec::new()));
    thread::spawn({
        let answer = Arc::clone(&answer);
        move || {
            for mut stream in listener.incoming().flatten() {
                let answer = Arc::clone(&answer);
                thread::spawn(move || -> std::io::Result<()> {
                    for line in BufReader::new(stream.try_clone()?).lines() {
                        if line?.is_empty() {
                            break;
                        }
                    }
                    let answer = answer
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .clone();
                    // Then it closes: one response for each connection.
                    stream.write_all(&answer)
                });
            }
        }
    });
    let options = net::ClientOptions {
        idle_timeout: Some(Duration::from_secs(5)),
        proxy: net::Proxy::None,
        ..Default::default()
    };
    let runtime = Runtime::builder()
        .permissions(Permissions::all())
        .network(options)
        .limits(
            Limits::new()
                .response_size(1 << 20)
                .run_timeout(Duration::from_secs(30)),
        )
        .console(|_: Level, _: &str| {})
        .build();
    let mut runtime = runtime.unwrap_or_else(|error| panic!("no runtime: {error}"));
    if let Err(error) = runtime.eval(ASK) {
        panic!("{}", error.report());
    }
    Asking {
        runtime,
        url: format!("http://{address}/"),
        answer,
    }
}
