//! Modules that may not be loaded.

use taipan::{Error, Permissions, SourceKind, Url};

use super::attack::{self, Attack, Ground};
use crate::support::{Files, logged};

#[test]
fn of_servers() {
    attack::all(&[
        Attack::new("a static import", "import 'http://$CLOSED/a.js'"),
        Attack::new(
            "a static import of JSON",
            "import x from 'http://$CLOSED/a.json' with { type: 'json' }",
        ),
        Attack::new("an export from", "export * from 'http://$CLOSED/a.js'"),
        Attack::new("a dynamic import", "return (await import('http://$CLOSED/a.js')).default"),
        Attack::new(
            "a dynamic import of a module",
            "export default (await import('http://$CLOSED/a.js')).default",
        ),
        Attack::new(
            "an import from eval",
            "return (await eval(\"import('http://$CLOSED/a.js')\")).default",
        ),
        Attack::new(
            "an import from Function",
            "return (await new Function(\"return import('http://$CLOSED/a.js')\")()).default",
        ),
        Attack::new(
            "an import from a timer",
            "return await new Promise((ok, no) => setTimeout(() => import('http://$CLOSED/a.js').then(m => ok(m.default), no)))",
        ),
        Attack::new(
            "a redirect",
            "return (await import('http://$OPEN/redirect?302&http://$CLOSED/a.js')).default",
        ),
        Attack::new(
            "a static import that is redirected",
            "import 'http://$OPEN/redirect?308&http://$CLOSED/a.js'",
        ),
        Attack::new(
            "a module of a granted server that imports another",
            "return (await import('http://$OPEN/?' + encodeURIComponent(\"export { default } from 'http://$CLOSED/a.js'\"))).default",
        ),
        Attack::new(
            "a module of a granted server that imports later",
            "const script = encodeURIComponent(\"export default () => import('http://$CLOSED/a.js')\");
             return (await (await import('http://$OPEN/?' + script)).default()).default",
        ),
        Attack::new(
            "a module in a URL",
            "return (await import('data:text/javascript,' + encodeURIComponent(\"export { default } from 'http://$CLOSED/a.js'\"))).default",
        ),
        Attack::new(
            "a module in a URL that fetches",
            "await import('data:text/javascript,' + encodeURIComponent(\"await fetch('http://$CLOSED/')\"))",
        ),
        Attack::new("a user that looks like a host", "await import('http://$OPEN@$CLOSED/a.js')"),
        Attack::new("a decimal address", "await import('http://2130706433:$CLOSED_PORT/a.js')"),
        Attack::new(
            "no scheme",
            "await import('http://$OPEN/?' + encodeURIComponent(\"import '//$CLOSED/a.js'\"))",
        ),
        Attack::never("a bare name", "await import('$CLOSED/a.js')", "TypeError"),
        // What a script has in hand it may run; what that imports is asked for.
        Attack::harmless(
            "a blob",
            "await import(URL.createObjectURL(new Blob(['1'], { type: 'text/javascript' })))",
        ),
        Attack::new(
            "out of a blob",
            "const text = \"export { default } from 'http://$CLOSED/a.js'\";
             return (await import(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })))).default",
        ),
        Attack::never("javascript:", "await import('javascript:fetch(1)')", "TypeError"),
        Attack::harmless(
            "resolving",
            "return (await import('data:text/javascript,export default import.meta.resolve(`http://$CLOSED/`)')).default",
        ),
        Attack::harmless(
            "a module that says that it is elsewhere",
            "const script = encodeURIComponent(\"import.meta.url = 'http://$CLOSED/'; export default (await import('./?export%20default%205')).default\");
             return (await import('http://$OPEN/?' + script)).default",
        ),
    ]);
}

#[test]
fn of_files() {
    attack::all(&[
        Attack::new("a static import", "import '../secret/secret.mjs'"),
        Attack::new(
            "a dynamic import",
            "return (await import('../secret/secret.mjs')).default",
        ),
        Attack::new(
            "the whole URL",
            "return (await import('$ROOT/secret/secret.mjs')).default",
        ),
        Attack::new(
            "a path from the root",
            "return (await import(new URL('$ROOT').pathname + '/secret/secret.mjs')).default",
        ),
        Attack::new(
            "encoded dots",
            "return (await import('./%2e%2e/secret/secret.mjs')).default",
        ),
        Attack::new(
            "encoded slashes",
            "return (await import('./..%2Fsecret%2Fsecret.mjs')).default",
        ),
        Attack::never(
            "backslashes",
            "return (await import('.\\\\..\\\\secret\\\\secret.mjs')).default",
            "TypeError",
        ),
        Attack::new(
            "a query",
            "return (await import('../secret/secret.mjs?open.mjs')).default",
        ),
        Attack::new(
            "JSON",
            "return (await import('../secret/secret.json', { with: { type: 'json' } })).default.secret",
        ),
        Attack::new(
            "text as JSON",
            "return (await import('../secret/secret.txt', { with: { type: 'json' } })).default",
        ),
        Attack::new(
            "a folder whose name begins alike",
            "return (await import('../granted-not/secret.mjs')).default",
        ),
        Attack::new(
            "eval",
            "return (await eval(\"import('../secret/secret.mjs')\")).default",
        ),
        Attack::never(
            "a module in a URL",
            "await import('data:text/javascript,' + encodeURIComponent(\"import '$ROOT/secret/secret.mjs'\"))",
            "TypeError",
        ),
        Attack::never(
            "a module of a server",
            "await import('http://$OPEN/?' + encodeURIComponent(\"import '$ROOT/secret/secret.mjs'\"))",
            "TypeError",
        ),
        Attack::never(
            "a module of a server, even what is granted",
            "await import('http://$OPEN/?' + encodeURIComponent(\"import '$ROOT/granted/open.mjs'\"))",
            "TypeError",
        ),
        Attack::never(
            "a redirect",
            "await import('http://$OPEN/redirect?302&$ROOT/secret/secret.mjs')",
            "TypeError",
        ),
        Attack::untold("WebAssembly", "await import('../secret/secret.wasm')"),
        Attack::untold(
            "the source of WebAssembly",
            "await import('../secret/secret.wasm', { with: { phase: 'source' } })",
        ),
    ]);
}

#[cfg(unix)]
#[test]
fn of_links() {
    attack::all(&[
        Attack::new("a link", "return (await import('./file.mjs')).default"),
        Attack::new("a static import of a link", "import './file.mjs'"),
        Attack::new(
            "a link to a link",
            "return (await import('./twice.mjs')).default",
        ),
        Attack::new(
            "a relative link",
            "return (await import('./relative.mjs')).default",
        ),
        Attack::new(
            "a link of a folder",
            "return (await import('./folder/secret.mjs')).default",
        ),
    ]);
}

/// A program that the embedder runs may not even import what is beside it.
#[test]
fn nothing_is_granted_to_a_program() {
    let files = Files::new(&[
        ("main.mjs", "import './lib.mjs'"),
        (
            "main.js",
            "import('./lib.mjs').catch(e => console.log(e.name))",
        ),
        ("lib.mjs", "console.log('loaded')"),
    ]);
    let run = |name: &str, permissions: Permissions| {
        let (builder, log) = logged();
        let mut runtime = builder.permissions(permissions).build().expect("a runtime");
        let result = runtime.run_file(files.path(name), SourceKind::Detect);
        (result, log.take())
    };
    let (result, log) = run("main.mjs", Permissions::none());
    let error = result.expect_err("a refusal");
    let exception = error.exception().expect("an exception");
    assert_eq!(exception.name.as_deref(), Some("NotCapable"));
    let expected = format!(
        "Requires read access to \"{}\", which is not granted",
        files.path("lib.mjs").display()
    );
    assert_eq!(exception.message, expected);
    assert!(log.is_empty(), "{log:?}");
    let (result, log) = run("main.js", Permissions::none());
    result.expect("the program");
    assert_eq!(log, ["NotCapable"]);
    let folder = Permissions::none().allow_read([files.root()]);
    let (result, log) = run("main.mjs", folder);
    result.expect("the program");
    assert_eq!(log, ["loaded"]);
}

/// What the embedder asks for is not asked of the permissions, but where it is redirected to is.
#[test]
fn the_program_itself() {
    let ground = Ground::new();
    let run = |url: &str, permissions: Permissions| {
        let (builder, log) = logged();
        let mut runtime = builder.permissions(permissions).build().expect("a runtime");
        let url = Url::parse(&ground.fill(url)).expect(url);
        (runtime.run_url(&url, SourceKind::Script), log.take())
    };
    let (result, log) = run("http://$OPEN/?console.log(1)", Permissions::none());
    result.expect("the program");
    assert_eq!(log, ["1"]);
    let (result, _) = run("$ROOT/granted/private/../open.txt", Permissions::none());
    assert!(matches!(result, Err(Error::Exception(_))), "{result:?}");

    let here = "http://$OPEN/redirect?302&http://$OPEN/?console.log(2)";
    let (result, log) = run(here, Permissions::none());
    result.expect("the program");
    assert_eq!(log, ["2"]);

    let (result, _) = run(
        "http://$OPEN/redirect?302&http://$CLOSED/",
        Permissions::none(),
    );
    let error = result.expect_err("a refusal");
    let Error::NotCapable(refusal) = &error else {
        panic!("{error:?}");
    };
    assert_eq!(refusal.target(), ground.fill("$CLOSED"));
    assert!(
        error
            .to_string()
            .starts_with("NotCapable: Requires net access")
    );
    assert_eq!(ground.closed.connections(), 0);
    let (result, _) = run(
        "http://$OPEN/redirect?302&http://$CLOSED/",
        Permissions::all(),
    );
    // It is a module.
    assert!(matches!(result, Err(Error::Exception(_))), "{result:?}");
    assert_eq!(ground.closed.connections(), 1);
}

/// A module that is there already is no import that reads.
#[test]
fn the_program_may_be_imported_again() {
    let files = Files::new(&[(
        "main.mjs",
        "export const x = 1; import('./main.mjs').then(m => console.log(m.x))",
    )]);
    let (builder, log) = logged();
    let mut runtime = builder
        .permissions(Permissions::none())
        .build()
        .expect("a runtime");
    runtime
        .run_file(files.path("main.mjs"), SourceKind::Detect)
        .expect("the program");
    assert_eq!(log.take(), ["1"]);
}
