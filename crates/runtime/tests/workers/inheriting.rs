//! What workers have from the runtime that starts them.

use std::{
    cell::RefCell,
    fs,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use taipan::{
    HostModule, Limits, MemoryModules, Permissions, Runtime, SourceKind,
    engine::{Context, JsResult, JsValue, js_string, property::Attribute},
    net::{FetchError, FetchErrorKind, NativeResponse, Request},
};

use super::{alone, logged, runtime_of};

#[test]
fn workers_write_where_their_parent_does() {
    let _alone = alone();
    let (builder, log) = logged();
    let mut runtime = runtime_of(builder);
    runtime
        .eval(
            "start(`console.log('outer', { x: 1 }); const inner = new Worker(URL.createObjectURL(new Blob([\"console.warn('inner')\"])))`);",
        )
        .expect("a script");
    runtime.run().expect("the loop");
    assert_eq!(log.take(), ["outer { x: 1 }", "inner"]);
}

#[test]
fn errors_of_workers_reach_the_embedder_unless_a_script_takes_care() {
    let _alone = alone();
    let (builder, _) = logged();
    let reports = Rc::new(RefCell::new(Vec::new()));
    let heard = Rc::clone(&reports);
    let builder = builder.on_uncaught(move |uncaught| heard.borrow_mut().push(uncaught.report()));
    let mut runtime = runtime_of(builder);
    let cases = [
        ("throw new RangeError('thrown')", 1, "RangeError: thrown"),
        ("let x = ;", 1, "SyntaxError"),
        (
            "Promise.reject(new TypeError('rejected'))",
            1,
            "(in promise) TypeError: rejected",
        ),
        (
            "new Worker(URL.createObjectURL(new Blob([\"throw new Error('inner')\"])))",
            1,
            "Error: inner",
        ),
        ("new Worker('nothing:here')", 1, "nothing:here"),
        ("onerror = () => true; throw 1", 0, ""),
    ];
    for (source, count, part) in cases {
        let before = runtime.uncaught_errors();
        runtime
            .eval(&format!("start(`{source}`)"))
            .expect("a script");
        runtime.run().expect("the loop");
        let reports = reports.take();
        assert_eq!(reports.len(), count, "{source}: {reports:?}");
        assert_eq!(runtime.uncaught_errors() - before, count, "{source}");
        assert!(
            reports.iter().all(|report| report.contains(part)),
            "{source}: {reports:?}"
        );
    }
    let handlers = "{
        const worker = start('throw new Error()');
        worker.onerror = event => event.preventDefault();
        const missing = new Worker('nothing:here');
        missing.onerror = () => {};
    }";
    runtime.eval(handlers).expect("a script");
    runtime.run().expect("the loop");
    assert!(reports.take().is_empty());
}

#[test]
fn an_embedder_configures_the_runtimes_of_workers() {
    fn define(context: &mut Context) -> JsResult<()> {
        context.register_global_property(js_string!("given"), 7, Attribute::all())
    }
    let _alone = alone();
    let (builder, log) = logged();
    let mut runtime = runtime_of(builder.on_worker(|builder| builder.with_context(define)));
    runtime
        .eval(
            "start('console.log(given); new Worker(URL.createObjectURL(new Blob([\"console.log(given + 1)\"])))');
             console.log(typeof given);",
        )
        .expect("a script");
    runtime.run().expect("the loop");
    assert_eq!(log.take(), ["undefined", "7", "8"]);
}

#[test]
fn there_are_no_more_workers_than_allowed() {
    let _alone = alone();
    let (builder, log) = logged();
    let mut runtime = runtime_of(builder.limits(Limits::new().workers(2)));
    let attempt = "globalThis.attempt = () => { try { return start('onmessage = () => {}'); } catch (error) { console.log(error.name); } };";
    runtime.eval(attempt).expect("a script");
    runtime
        .eval("globalThis.all = [attempt(), attempt(), attempt()]")
        .expect("a script");
    assert_eq!(log.take(), ["QuotaExceededError"]);
    // The place of one that ends is free again, and a worker's workers take places as well.
    let nested = "start(`try { new Worker('data:text/javascript,'); } catch (error) { console.log(error.name); }`)";
    runtime.eval("all[0].terminate()").expect("a script");
    let end = Instant::now() + Duration::from_secs(10);
    while runtime.eval(nested).is_err() {
        assert!(Instant::now() < end, "no place is free");
        thread::sleep(Duration::from_millis(2));
    }
    runtime.run().expect("the loop");
    assert_eq!(log.take(), ["QuotaExceededError"]);
}

#[test]
fn what_was_not_granted_is_not_granted_to_workers() {
    let _alone = alone();
    let directory = tempfile::tempdir().expect("a directory");
    let root = directory.path().canonicalize().expect("a path");
    for folder in ["open", "closed"] {
        fs::create_dir(root.join(folder)).expect("a folder");
        fs::write(root.join(folder).join("worker.js"), "postMessage(1)").expect("a file");
        fs::write(root.join(folder).join("import.js"), "0").expect("a file");
    }
    let source = "
        const import_ = path => `try { importScripts('${path}'); postMessage('imported'); } catch (error) { postMessage(error.name); }`;
        const told = worker => new Promise(resolve => {
            worker.onmessage = ({ data }) => resolve(data);
            worker.onerror = event => { event.preventDefault(); resolve(event.message); };
        });
        for (const folder of ['open', 'closed']) {
            console.log(folder, await told(new Worker(`../${folder}/worker.js`)));
        }
        const worker = new Worker('worker.js');
        console.log(await told(new Worker('paths.js')));
        for (const url of ['https://example.invalid/', 'http://127.0.0.1:9/']) {
            console.log(await told(new Worker(url)));
        }
    ";
    fs::write(root.join("open/main.mjs"), source).expect("a file");
    fs::write(
        root.join("open/paths.js"),
        "const tried = ['import.js', '../closed/import.js', '../open/../closed/import.js', '%2e%2e/closed/import.js'].map(path => {
             try { importScripts(path); return 'imported'; } catch (error) { return error.name; }
         });
         postMessage(tried.join());",
    )
    .expect("a file");
    let (builder, log) = logged();
    let permissions = Permissions::none().allow_read([root.join("open")]);
    let mut runtime = builder.permissions(permissions).build().expect("a runtime");
    runtime
        .run_file(root.join("open/main.mjs"), SourceKind::Detect)
        .expect("the program");
    let log = log.take();
    assert_eq!(log[0], "open 1", "{log:?}");
    assert!(log[1].contains("read access"), "{log:?}");
    assert_eq!(
        log[2], "imported,NotCapable,NotCapable,NotCapable",
        "{log:?}"
    );
    assert!(log[3].contains("net access"), "{log:?}");
    assert!(log[4].contains("net access"), "{log:?}");
}

#[test]
fn what_comes_from_a_server_starts_workers_from_there_only() {
    let _alone = alone();
    let answer = |request: Request| async move {
        let redirect = |to: &str| NativeResponse::new(302).with_header("location", to);
        let script = |text: &'static str| {
            NativeResponse::new(200)
                .with_header("content-type", "text/javascript")
                .with_body(taipan::net::NativeBody::from_bytes(text.as_bytes().into()))
        };
        let host = request.url.host_str().unwrap_or_default().to_owned();
        Ok(match (&*host, request.url.path()) {
            ("a.example", "/main.mjs") => script(
                "const told = worker => new Promise(resolve => {
                     worker.onmessage = ({ data }) => resolve(data);
                     worker.onerror = event => { event.preventDefault(); resolve('refused'); };
                 });
                 const urls = ['worker.js', 'there.js', 'away.js', 'https://b.example/worker.js', 'text', 'file:///etc/hostname'];
                 for (const url of urls) console.log(await told(new Worker(url)));",
            ),
            (_, "/worker.js") => script("postMessage(location.href)"),
            ("a.example", "/there.js") => redirect("/worker.js?redirected"),
            ("a.example", "/away.js") => redirect("https://b.example/worker.js"),
            ("a.example", "/text") => NativeResponse::new(200).with_header("content-type", "text/plain"),
            _ => return Err(FetchError::new(FetchErrorKind::Denied, &request.url, "no")),
        })
    };
    let (builder, log) = logged();
    let mut runtime = builder.transport(answer).build().expect("a runtime");
    let url = "https://a.example/main.mjs".parse().expect("a URL");
    runtime
        .run_url(&url, SourceKind::Detect)
        .expect("the program");
    assert_eq!(
        log.take(),
        [
            "https://a.example/worker.js",
            "https://a.example/worker.js?redirected",
            "refused",
            "refused",
            "refused",
            "refused"
        ]
    );
}

#[test]
fn a_panic_in_a_worker_is_an_error_of_that_worker() {
    let _alone = alone();
    fn define(context: &mut Context) -> JsResult<()> {
        let panics = taipan::engine::NativeFunction::from_fn_ptr(|_, _, _| panic!("on purpose"));
        context.register_global_callable(js_string!("panics"), 0, panics)
    }
    let (builder, log) = logged();
    let mut runtime: Runtime =
        runtime_of(builder.on_worker(|builder| builder.with_context(define)));
    runtime
        .eval(
            "const worker = start('panics()');
             worker.onerror = event => { event.preventDefault(); console.log(event.message); };",
        )
        .expect("a script");
    runtime.run().expect("the loop");
    assert_eq!(log.take(), ["the engine failed: the worker has panicked"]);
    assert_eq!(runtime.eval("6 * 7").expect("a value"), JsValue::from(42));
}

#[test]
fn loaders_and_shared_modules_reach_workers() {
    let _alone = alone();
    let (builder, log) = logged();
    let modules = MemoryModules::new()
        .javascript(
            "app:/worker.js",
            "import { name } from './lib.js'; import { place } from 'app:place';
            console.log(name, place, import.meta.resolve('app:place'));
            new Worker('app:/inner.js', { type: 'module' });",
        )
        .and_then(|modules| modules.javascript("app:/lib.js", "export const name = 'lib'"))
        .and_then(|modules| {
            modules.javascript(
                "app:/inner.js",
                "import { place } from 'app:place'; console.log('inner', place); close()",
            )
        })
        .expect("modules");
    let made = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&made);
    let builder = builder
        .module_loader(modules)
        .module("app:here", HostModule::new().value("x", 1))
        .shared_module("app:place", move || {
            count.fetch_add(1, Ordering::Relaxed);
            let thread = thread::current();
            let place = thread.name().unwrap_or("main").to_owned();
            HostModule::new().value("place", place)
        });
    let mut runtime = runtime_of(builder);
    runtime
        .eval("new Worker('app:/worker.js', { type: 'module', name: 'outer' }).onerror = event => console.log(event.message)")
        .expect("a script");
    let deadline = Instant::now() + Duration::from_secs(10);
    while log.borrow().len() < 2 && Instant::now() < deadline {
        runtime
            .eval_as::<()>("new Promise(resolve => setTimeout(resolve, 5))")
            .expect("a while");
    }
    assert_eq!(log.take(), ["lib worker outer app:place", "inner worker"]);
    assert_eq!(made.load(Ordering::Relaxed), 2);
    // What belongs to one thread says so elsewhere.
    let message: String = runtime
        .eval_as(
            "new Promise(resolve => {
                 const worker = start('import(\"app:here\").catch(error => postMessage(String(error)))');
                 worker.onmessage = ({ data }) => { worker.terminate(); resolve(data) };
             })",
        )
        .expect("a message");
    assert_eq!(
        message,
        "TypeError: cannot import \"app:here\": the program has this module for its main script, not for workers"
    );
}
