//! What is granted works.

use taipan::{
    Capability, Error, Permissions, ReadError, Runtime,
    engine::{JsString, JsValue, NativeFunction},
    net::{NativeResponse, Request},
};

use super::attack::{Attack, Ground};
use crate::support::logged;

fn told(ground: &Ground, source: &'static str, permissions: Permissions) -> String {
    let attack = Attack::harmless("what is granted", source);
    ground.run(&attack, permissions).told
}

#[test]
fn servers_and_files() {
    let ground = Ground::new();
    for (source, expected) in [
        (
            "return (await fetch('http://$OPEN/?x')).text()",
            "returned x",
        ),
        (
            "return (await fetch('http://$OPEN/redirect?302&http://$OPEN/?y')).text()",
            "returned y",
        ),
        (
            "return (await import('http://$OPEN/?export default 1')).default",
            "returned 1",
        ),
        (
            "return (await fetch('open.txt')).text()",
            "returned harmless",
        ),
        (
            "return (await fetch('./private/../open.txt?query#fragment')).text()",
            "returned harmless",
        ),
        (
            "return (await import('./open.mjs')).default",
            "returned harmless",
        ),
        ("import x from './open.mjs'; console.log(x)", "harmless"),
        ("return (await fetch('data:,x')).text()", "returned x"),
        (
            "return (await import('data:text/javascript,export default 2')).default",
            "returned 2",
        ),
        (
            "return (await fetch(URL.createObjectURL(new Blob(['x'])))).text()",
            "returned x",
        ),
        (
            "return fetch('nothing.txt').catch(e => e.name)",
            "returned TypeError",
        ),
        (
            "return fetch('../granted').catch(e => e.name)",
            "returned TypeError",
        ),
    ] {
        assert_eq!(
            told(&ground, source, ground.permissions()),
            expected,
            "{source}"
        );
    }
}

#[cfg(unix)]
#[test]
fn folders_and_files_by_links() {
    let ground = Ground::new();
    let link = ground.tree.path("link");
    std::os::unix::fs::symlink(ground.tree.path("granted"), &link).expect("a link");
    let read = "return (await fetch('$ROOT/link/open.txt')).text()";
    // What a link that is granted leads to is granted, by both names.
    let by_link = || Permissions::none().allow_read([&link]);
    assert_eq!(told(&ground, read, by_link()), "returned harmless");
    let direct = "return (await fetch('$ROOT/granted/open.txt')).text()";
    assert_eq!(told(&ground, direct, by_link()), "returned harmless");
    // A link elsewhere is none of what is granted, wherever it leads.
    assert!(told(&ground, read, ground.permissions()).starts_with("NotCapable"));
    let one = Permissions::none().allow_read([ground.tree.path("granted/open.txt")]);
    assert_eq!(told(&ground, direct, one.clone()), "returned harmless");
    let other = "return (await fetch('$ROOT/granted/open.mjs')).text()";
    assert!(told(&ground, other, one).starts_with("NotCapable"));
    // Links within what is granted are followed.
    let around = "return (await fetch('./self/self/open.txt')).text()";
    assert_eq!(
        told(&ground, around, ground.permissions()),
        "returned harmless"
    );
    // A link that leads elsewhere after it was granted does not take the grant along.
    let permissions = by_link();
    std::fs::remove_file(&link).expect("the link");
    std::os::unix::fs::symlink(ground.tree.path("secret"), &link).expect("a link");
    let secret = "return (await fetch('$ROOT/link/secret.txt')).text()";
    let refused = told(&ground, secret, permissions);
    assert!(refused.starts_with("NotCapable"), "{refused}");
}

#[test]
fn a_folder_that_is_made_later() {
    let ground = Ground::new();
    let permissions = Permissions::none().allow_read([ground.tree.path("later")]);
    let read = "return fetch('$ROOT/later/x.txt').then(r => r.text(), e => e.name)";
    assert_eq!(
        told(&ground, read, permissions.clone()),
        "returned TypeError"
    );
    std::fs::create_dir(ground.tree.path("later")).expect("a folder");
    std::fs::write(ground.tree.path("later/x.txt"), "x").expect("a file");
    assert_eq!(told(&ground, read, permissions), "returned x");
}

#[test]
fn a_scheme_of_the_embedder_needs_no_grant() {
    let (builder, log) = logged();
    let mut runtime = builder
        .permissions(Permissions::none())
        .scheme("app", |_: Request| async { Ok(NativeResponse::new(204)) })
        .build()
        .expect("a runtime");
    let source = "fetch('app://x/').then(r => console.log(r.status))";
    runtime.eval(source).expect("a script");
    runtime.run().expect("the loop");
    assert_eq!(log.take(), ["204"]);
}

#[test]
fn the_error_is_an_error() {
    let ground = Ground::new();
    let source = "
        const error = await fetch('http://$CLOSED/').catch(e => e);
        const other = await fetch('../secret').catch(e => e);
        const own = new other.constructor('x', { cause: 1 });
        class Sub extends error.constructor {}
        return [
            error instanceof Error, error.constructor.name, error.constructor === other.constructor,
            Object.keys(error).length, typeof error.stack, Object.prototype.toString.call(error),
            own.name, own.message, own.cause, own instanceof error.constructor,
            new Sub() instanceof error.constructor, 'NotCapable' in globalThis,
            structuredClone(error).message === error.message,
            Object.getPrototypeOf(error.constructor) === Error,
        ].join()";
    assert_eq!(
        told(&ground, source, ground.permissions()),
        "returned true,NotCapable,true,0,string,[object Error],NotCapable,x,1,true,true,false,true,true"
    );
}

#[test]
fn functions_of_the_embedder_can_ask() {
    let ground = Ground::new();
    let get = NativeFunction::from_fn_ptr(|_, args, context| {
        let name = args.first().cloned().unwrap_or_default();
        let name = name.to_string(context)?.to_std_string_lossy();
        let permissions = Permissions::of(context);
        match permissions.check_env(&name) {
            Ok(()) => Ok(JsValue::from(JsString::from("granted"))),
            Err(refusal) => Err(refusal.into_js(context)),
        }
    });
    let mut runtime = Runtime::builder()
        .permissions(
            ground
                .permissions()
                .allow_env(["HOME", "LC_*"])
                .deny_env(["LC_ALL"]),
        )
        .with_context(move |context| {
            context.register_global_callable(JsString::from("getEnv"), 1, get)
        })
        .build()
        .expect("a runtime");
    for name in ["HOME", "LC_CTYPE"] {
        let value = runtime.eval(&format!("getEnv('{name}')")).expect(name);
        assert_eq!(value.as_string(), Some(JsString::from("granted")));
    }
    for name in ["PATH", "HOME2", "LC_ALL"] {
        let error = runtime.eval(&format!("getEnv('{name}')")).expect_err(name);
        let exception = error.exception().expect("an exception");
        assert_eq!(exception.name.as_deref(), Some("NotCapable"));
        assert!(
            exception
                .message
                .contains(&format!("env access to \"{name}\""))
        );
    }
}

#[test]
fn the_language_is_of_the_environment() {
    let ground = Ground::new();
    let source = "return navigator.language + navigator.languages";
    assert_eq!(
        told(&ground, source, Permissions::none()),
        "returned en-USen-US"
    );
}

#[test]
fn rust_can_ask() {
    let ground = Ground::new();
    let permissions = ground.permissions();
    let url = ground.fill("http://$CLOSED/").parse().expect("a URL");
    let refusal = permissions.check_net(&url).expect_err("a refusal");
    assert_eq!(refusal.capability(), Capability::Net);
    assert_eq!(refusal.target(), ground.fill("$CLOSED"));
    let file = ground.tree.path("secret/secret.txt");
    let error = permissions.open(&file).expect_err("a refusal");
    assert!(matches!(error, ReadError::NotCapable(_)), "{error}");
    let error = permissions.check_read(&file).expect_err("a refusal");
    assert!(matches!(error, ReadError::NotCapable(_)), "{error}");
    permissions
        .check_read(ground.tree.path("granted/open.txt"))
        .expect("a grant");
    let error = permissions
        .open(ground.tree.path("granted/x"))
        .expect_err("no file");
    assert!(matches!(error, ReadError::Io(_)), "{error}");
}

#[test]
fn what_says_nothing_is_no_permission() {
    for permissions in [
        Permissions::all().deny_net(["http://example.com/"]),
        Permissions::none().allow_net(["example.com:http"]),
        Permissions::all().deny_read([""]),
        Permissions::all().allow_env(["A=B"]),
    ] {
        let error = Runtime::builder()
            .permissions(permissions.clone())
            .build()
            .expect_err("no runtime");
        assert!(matches!(error, Error::Permissions(_)), "{error:?}");
        // Whoever does not ask gets nothing.
        let url = "http://example.org/".parse().expect("a URL");
        permissions.check_net(&url).expect_err("a refusal");
        permissions.open("/").expect_err("a refusal");
        permissions.check_env("HOME").expect_err("a refusal");
    }
}
