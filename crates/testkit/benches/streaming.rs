//! A large module from a socket to a settled promise.
//!
//!     cargo bench -p taipan-testkit --bench streaming [-- FILE.wasm]
//!
//! Without a file it takes a generated module of 14 MB. It prints, as the medians of five runs:
//!
//! - at 20 MB/s: the time from the last byte to the settled promise (limit: 25 ms), and the longest
//!   time for which a timer of 1 ms did not fire while the module arrived;
//! - as fast as it goes: the time from the call to the settled promise, beside one-shot
//!   `wasmi::Module::new` of the same bytes (limit: 1.3 times).
#![allow(clippy::unwrap_used, reason = "what fails here fails the benchmark")]

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener},
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant},
};

use taipan::Runtime;
use wasm_encoder::{
    CodeSection, Function, FunctionSection, Instruction, Module, TypeSection, ValType,
};

const RUNS: usize = 5;

/// Bytes a second of the slow server.
const RATE: f64 = 20e6;

fn generated() -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([ValType::I32], [ValType::I32]);
    let mut functions = FunctionSection::new();
    let mut code = CodeSection::new();
    for index in 0..28_000_i32 {
        functions.function(0);
        let mut body = Function::new([(2, ValType::I32)]);
        for step in 0..50 {
            body.instruction(&Instruction::LocalGet(0))
                .instruction(&Instruction::I32Const(index.wrapping_mul(31) ^ step))
                .instruction(&Instruction::I32Add)
                .instruction(&Instruction::LocalSet(1));
        }
        body.instruction(&Instruction::LocalGet(1))
            .instruction(&Instruction::End);
        code.function(&body);
    }
    let mut module = Module::new();
    module.section(&types).section(&functions).section(&code);
    module.finish()
}

/// Serves `bytes` to one connection at `rate` bytes a second; tells when the last was written.
fn serve(bytes: Arc<Vec<u8>>, rate: Option<f64>) -> (u16, mpsc::Receiver<Instant>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_nodelay(true).unwrap();
        let mut request = [0; 4096];
        let _ = stream.read(&mut request).unwrap();
        write!(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-type: application/wasm\r\ncontent-length: {}\r\n\r\n",
            bytes.len()
        )
        .unwrap();
        let start = Instant::now();
        let mut sent = 0;
        for chunk in bytes.chunks(64 << 10) {
            if let Some(rate) = rate {
                let due = start + Duration::from_secs_f64((sent + chunk.len()) as f64 / rate);
                thread::sleep(due.saturating_duration_since(Instant::now()));
            }
            stream.write_all(chunk).unwrap();
            sent += chunk.len();
        }
        sender.send(Instant::now()).unwrap();
        // The client closes.
        let _ = stream.read(&mut request);
    });
    (port, receiver)
}

/// What one download took.
struct Run {
    from_call: Duration,
    from_last_byte: Duration,
    longest_gap: f64,
}

fn download(bytes: &Arc<Vec<u8>>, rate: Option<f64>) -> Run {
    let (port, last_byte) = serve(Arc::clone(bytes), rate);
    let mut runtime = Runtime::builder()
        .permissions(taipan::Permissions::all())
        .build()
        .unwrap();
    let start = Instant::now();
    let promise = runtime
        .eval(&format!(
            "var last = Date.now(), gap = 0, going = true;
             (function tick() {{
                 const now = Date.now();
                 gap = Math.max(gap, now - last);
                 last = now;
                 if (going) setTimeout(tick, 1);
             }})();
             WebAssembly.compileStreaming(fetch('http://127.0.0.1:{port}/m.wasm')).then(m => {{
                 going = false;
                 return WebAssembly.Module.exports(m).length;
             }})"
        ))
        .unwrap();
    runtime.resolve(promise).unwrap();
    let end = Instant::now();
    Run {
        from_call: end - start,
        from_last_byte: end.saturating_duration_since(last_byte.recv().unwrap()),
        longest_gap: runtime.eval("gap").unwrap().as_number().unwrap(),
    }
}

fn median<T: PartialOrd>(mut values: Vec<T>) -> T {
    values.sort_by(|a, b| a.partial_cmp(b).unwrap());
    let middle = values.len() / 2;
    values.swap_remove(middle)
}

fn main() {
    let file = std::env::args().skip(1).find(|arg| !arg.starts_with('-'));
    let bytes = Arc::new(match &file {
        Some(file) => std::fs::read(file).unwrap(),
        None => generated(),
    });
    println!(
        "{}: {:.1} MB",
        file.as_deref().unwrap_or("a generated module"),
        bytes.len() as f64 / 1e6
    );
    let slow: Vec<Run> = (0..RUNS).map(|_| download(&bytes, Some(RATE))).collect();
    println!(
        "at 20 MB/s: {:.1?} from the last byte to the promise, longest gap of a 1 ms timer {:.0} ms",
        median(slow.iter().map(|run| run.from_last_byte).collect()),
        median(slow.iter().map(|run| run.longest_gap).collect())
    );
    let mut config = wasmi::Config::default();
    config.compilation_mode(wasmi::CompilationMode::LazyTranslation);
    let mut ours = Vec::new();
    let mut theirs = Vec::new();
    for _ in 0..RUNS {
        ours.push(download(&bytes, None).from_call);
        let engine = wasmi::Engine::new(&config);
        let start = Instant::now();
        let module = wasmi::Module::new(&engine, &bytes[..]).unwrap();
        theirs.push(start.elapsed());
        drop(module);
    }
    let (ours, theirs) = (median(ours), median(theirs));
    println!(
        "unthrottled: {ours:.1?} from the call to the promise, wasmi::Module::new {theirs:.1?}: {:.2} times",
        ours.as_secs_f64() / theirs.as_secs_f64()
    );
}
