//! Grants of names, before a transport that would answer for all.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use taipan::{
    Permissions,
    net::{NativeResponse, Request},
};

use crate::support::logged;

/// What a script is told of a URL, and how often the transport was asked.
fn ask(url: &str, permissions: Permissions) -> (String, usize) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let (builder, log) = logged();
    let mut runtime = builder
        .permissions(permissions)
        .transport(move |_: Request| {
            count.fetch_add(1, Ordering::SeqCst);
            async { Ok(NativeResponse::new(204)) }
        })
        .build()
        .expect("a runtime");
    let source = format!(
        "fetch(`{url}`).then(r => console.log(r.status), e => console.log(e.name, e.message))"
    );
    runtime.eval(&source).expect(url);
    runtime.run().expect("the loop");
    (log.take().join("\n"), asked.load(Ordering::SeqCst))
}

#[test]
fn names_that_look_like_granted_ones() {
    let permissions = || Permissions::none().allow_net(["example.com", "*.example.org:443"]);
    for url in [
        "http://example.com.evil.test/",
        "http://evilexample.com/",
        "http://a.example.com/",
        "http://com/",
        "http://example.co/",
        "http://evil.test/example.com",
        "http://evil.test?example.com",
        "http://evil.test#example.com",
        "http://evil.test\\\\example.com",
        "http://evil.test\\\\@example.com",
        "http://evil\u{3002}test/",
        "http://ex\u{430}mple.com/",
        "http://xn--exmple-4nf.com/",
        "http://example\u{2010}.com/",
        "http://example.com..evil.test/",
        "https://example.org/",
        "http://a.example.org/",
        "https://a.example.org:444/",
        "https://a.example.org.evil.test/",
        "https://aexample.org/",
        "http://127.0.0.1/",
        "http://[::1]/",
    ] {
        let (told, asked) = ask(url, permissions());
        assert!(told.starts_with("NotCapable"), "{url}: {told}");
        assert_eq!(asked, 0, "{url}");
        let (told, asked) = ask(url, Permissions::all());
        assert_eq!((told.as_str(), asked), ("204", 1), "{url}");
    }
    for url in [
        "http://example.com/",
        "https://EXAMPLE.com:8443/",
        "http://example.com./",
        "http://ex%61mple.com/",
        "http://ex\u{ad}ample.com/",
        "http://\u{ff45}xample.com/",
        "https://a.example.org/",
        "https://a.b.EXAMPLE.org./",
    ] {
        let (told, asked) = ask(url, permissions());
        assert_eq!((told.as_str(), asked), ("204", 1), "{url}");
    }
}

#[test]
fn forms_of_a_name_that_is_denied() {
    let permissions = || Permissions::all().deny_net(["example.com", "*.b\u{fc}cher.example"]);
    for url in [
        "http://example.com/",
        "https://example.com:8443/",
        "http://EXAMPLE.COM/",
        "http://example.com./",
        "http://example%2Ecom/",
        "http://ex%61mple.com/",
        "http://example\u{3002}com/",
        "http://ex\u{ad}ample.com/",
        "http://\u{ff45}\u{ff58}ample.com/",
        "http:example.com",
        "http:\\\\\\\\example.com",
        "http://a.xn--bcher-kva.example/",
        "http://a.B\u{dc}CHER.example/",
        "http://a.bu\u{308}cher.example/",
    ] {
        let (told, asked) = ask(url, permissions());
        assert!(told.starts_with("NotCapable"), "{url}: {told}");
        assert_eq!(asked, 0, "{url}");
        let (told, asked) = ask(url, Permissions::all());
        assert_eq!((told.as_str(), asked), ("204", 1), "{url}");
    }
    assert_eq!(ask("http://example.net/", permissions()).0, "204");
}
