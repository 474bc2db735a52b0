//! Requests to a server that is not granted.

use taipan::{
    Permissions,
    net::{ClientOptions, Proxy, ProxyRules},
};

use super::attack::{self, Attack, Ground};

#[test]
fn urls_that_lead_elsewhere() {
    attack::all(&[
        Attack::new("another port", "return fetch('http://$CLOSED/')"),
        Attack::new(
            "another name of the host",
            "return fetch('http://localhost:$CLOSED_PORT/')",
        ),
        Attack::untold(
            "another name of a granted host",
            "return fetch('http://localhost:$OPEN_PORT/')",
        ),
        Attack::untold(
            "the port of the scheme",
            "return fetch('http://127.0.0.1/')",
        ),
        Attack::untold(
            "the port of the other scheme",
            "return fetch('https://127.0.0.1/')",
        ),
        Attack::new(
            "a decimal address",
            "return fetch('http://2130706433:$CLOSED_PORT/')",
        ),
        Attack::new(
            "a hexadecimal address",
            "return fetch('http://0x7f000001:$CLOSED_PORT/')",
        ),
        Attack::new(
            "an octal address",
            "return fetch('http://0177.0.0.1:$CLOSED_PORT/')",
        ),
        Attack::new(
            "a short address",
            "return fetch('http://127.1:$CLOSED_PORT/')",
        ),
        Attack::new(
            "a mixed address",
            "return fetch('http://0x7f.0.1:$CLOSED_PORT/')",
        ),
        Attack::new(
            "an address with a dot",
            "return fetch('http://127.0.0.1.:$CLOSED_PORT/')",
        ),
        Attack::new(
            "wide digits",
            "return fetch('http://\u{ff11}\u{ff12}\u{ff17}.0.0.1:$CLOSED_PORT/')",
        ),
        Attack::new(
            "an encoded host",
            "return fetch('http://127%2E0%2E0%2E1:$CLOSED_PORT/')",
        ),
        Attack::new(
            "IPv4 within IPv6",
            "return fetch('http://[::ffff:127.0.0.1]:$CLOSED_PORT/')",
        ),
        Attack::new(
            "the same in hexadecimal",
            "return fetch('http://[0:0:0::ffff:7f00:1]:$CLOSED_PORT/')",
        ),
        Attack::new(
            "no address in particular",
            "return fetch('http://0.0.0.0:$CLOSED_PORT/')",
        ),
        Attack::new("zero", "return fetch('http://0:$CLOSED_PORT/')"),
        Attack::untold(
            "the other loopback",
            "return fetch('http://[::1]:$OPEN_PORT/')",
        ),
        Attack::untold(
            "another loopback address",
            "return fetch('http://127.0.0.2:$OPEN_PORT/')",
        ),
        Attack::new(
            "leading zeros",
            "return fetch('http://127.0.0.1:00$CLOSED_PORT/')",
        ),
        Attack::new(
            "blanks and line ends",
            "return fetch(' http://127.0\\t.0.1:\\n$CLOSED_PORT/ ')",
        ),
        Attack::new("capitals", "return fetch('HTTP://$CLOSED/')"),
        Attack::new("no slashes", "return fetch('http:$CLOSED')"),
        Attack::new("many slashes", "return fetch('http:////$CLOSED/')"),
        Attack::new(
            "backslashes",
            "return fetch('http:\\\\\\\\$CLOSED\\\\@$OPEN/')",
        ),
        Attack::new(
            "a fragment that looks like a host",
            "return fetch('http://$CLOSED/#@$OPEN/')",
        ),
        Attack::new(
            "a query that looks like a host",
            "return fetch('http://$CLOSED?@$OPEN/')",
        ),
        Attack::new(
            "a path that looks like a host",
            "return fetch('http://$CLOSED/@$OPEN/')",
        ),
        Attack::never(
            "a user that looks like a host",
            "return fetch('http://$OPEN@$CLOSED/')",
            "TypeError",
        ),
        Attack::never(
            "a user and a password",
            "return fetch('http://127.0.0.1:$OPEN_PORT@$CLOSED/')",
            "TypeError",
        ),
        Attack::untold("a scheme of TLS", "return fetch('https://$CLOSED/')"),
        Attack::never(
            "another scheme",
            "return fetch('ftp://$CLOSED/')",
            "TypeError",
        ),
        Attack::never(
            "a socket's scheme",
            "return fetch('ws://$CLOSED/')",
            "TypeError",
        ),
        Attack::never("about:", "return fetch('about:blank')", "TypeError"),
        Attack::harmless(
            "a host behind another",
            "return (await fetch('http://$OPEN/http://$CLOSED/')).status",
        ),
        Attack::harmless(
            "a host in a header",
            "return (await fetch('http://$OPEN/', { headers: { Host: '$CLOSED' } })).status",
        ),
    ]);
}

#[test]
fn ways_to_ask() {
    attack::all(&[
        Attack::new("a request object", "return fetch(new Request('http://$CLOSED/'))"),
        Attack::new(
            "a request made of another",
            "return fetch(new Request(new Request('http://$CLOSED/', { method: 'POST', body: 'x' })))",
        ),
        Attack::new("a URL object", "return fetch(new URL('http://$CLOSED/'))"),
        Attack::new(
            "an object that is a granted URL first",
            "let first = true;
             return fetch({ toString() { const url = first ? 'http://$OPEN/' : 'http://$CLOSED/'; first = false; return url } })
                 .then(() => fetch({ toString: () => 'http://$CLOSED/' }))",
        ),
        Attack::new("HEAD", "return fetch('http://$CLOSED/', { method: 'HEAD' })"),
        Attack::new("POST", "return fetch('http://$CLOSED/', { method: 'POST', body: 'x' })"),
        Attack::new(
            "a stream",
            "const body = new ReadableStream({ start(c) { c.enqueue(new Uint8Array(1)); c.close() } });
             return fetch('http://$CLOSED/', { method: 'POST', body, duplex: 'half' })",
        ),
        Attack::new("no-cors", "return fetch('http://$CLOSED/', { mode: 'no-cors' })"),
        Attack::new("keepalive", "return fetch('http://$CLOSED/', { keepalive: true })"),
        Attack::new(
            "from a timer",
            "await new Promise(r => setTimeout(r, 1)); return fetch('http://$CLOSED/')",
        ),
        Attack::new("from eval", "return eval(\"fetch('http://$CLOSED/')\")"),
        Attack::new("from Function", "return new Function(\"return fetch('http://$CLOSED/')\")()"),
        Attack::new("by call", "return Reflect.apply(fetch, globalThis, ['http://$CLOSED/'])"),
        Attack::new(
            "streaming compilation",
            "return WebAssembly.instantiateStreaming(fetch('http://$CLOSED/'))",
        ),
        Attack::new(
            "compilation of a promise for a response",
            "return WebAssembly.compileStreaming((async () => fetch('http://$CLOSED/'))())",
        ),
        Attack::new(
            "after a request that is granted",
            "await (await fetch('http://$OPEN/')).text(); return fetch('http://$CLOSED/')",
        ),
        Attack::new(
            "many at once",
            "return Promise.all(Array.from({ length: 50 }, (_, i) => fetch(`http://$CLOSED/${i}`)))",
        ),
        Attack::new(
            "with what makes URLs replaced",
            "globalThis.URL = class { host = '$OPEN' }; String.prototype.startsWith = () => true;
             Array.prototype.some = () => true; RegExp.prototype.test = () => true;
             return fetch('http://$CLOSED/')",
        ),
    ]);
}

#[test]
fn redirects() {
    attack::all(&[
        Attack::new("301", "return fetch('http://$OPEN/redirect?301&http://$CLOSED/')"),
        Attack::new("302", "return fetch('http://$OPEN/redirect?302&http://$CLOSED/')"),
        Attack::new(
            "303",
            "return fetch('http://$OPEN/redirect?303&http://$CLOSED/', { method: 'POST', body: 'x' })",
        ),
        Attack::new(
            "307",
            "return fetch('http://$OPEN/redirect?307&http://$CLOSED/', { method: 'POST', body: 'x' })",
        ),
        Attack::new(
            "308",
            "return fetch('http://$OPEN/redirect?308&http://$CLOSED/', { method: 'PUT', body: 'x' })",
        ),
        Attack::new("without a scheme", "return fetch('http://$OPEN/redirect?302&//$CLOSED/')"),
        Attack::new(
            "with backslashes",
            "return fetch('http://$OPEN/redirect?302&' + encodeURIComponent('\\\\\\\\$CLOSED/'))",
        ),
        Attack::new(
            "to another name of the host",
            "return fetch('http://$OPEN/redirect?302&http://localhost:$CLOSED_PORT/')",
        ),
        Attack::new(
            "to a decimal address",
            "return fetch('http://$OPEN/redirect?302&http://2130706433:$CLOSED_PORT/')",
        ),
        Attack::new(
            "twice",
            "const second = encodeURIComponent('http://$OPEN/redirect?302&http://$CLOSED/');
             return fetch('http://$OPEN/redirect?307&' + second)",
        ),
        Attack::new(
            "followed by hand",
            "const response = await fetch('http://$OPEN/redirect?302&http://$CLOSED/', { redirect: 'manual' });
             return fetch(response.headers.get('location'))",
        ),
        Attack::new(
            "of a compilation",
            "return WebAssembly.compileStreaming(fetch('http://$OPEN/redirect?302&http://$CLOSED/'))",
        ),
        Attack::never(
            "to a file",
            "return fetch('http://$OPEN/redirect?302&$ROOT/secret/secret.txt')",
            "TypeError",
        ),
        Attack::never("to data", "return fetch('http://$OPEN/redirect?302&data:,x')", "TypeError"),
        Attack::never(
            "to a blob",
            "return fetch('http://$OPEN/redirect?302&' + URL.createObjectURL(new Blob(['x'])))",
            "TypeError",
        ),
        Attack::harmless(
            "that are not followed",
            "return (await fetch('http://$OPEN/redirect?302&http://$CLOSED/', { redirect: 'manual' })).status",
        ),
        Attack::harmless(
            "that are none",
            "return (await fetch('http://$OPEN/redirect?201&http://$CLOSED/')).status",
        ),
        Attack::harmless(
            "that are made by the script",
            "return Response.redirect('http://$CLOSED/', 302).status",
        ),
    ]);
}

#[test]
fn headers_that_lead_elsewhere() {
    attack::all(&[
        Attack::harmless(
            "another service",
            "for (let i = 0; i < 3; i++) await (await fetch('http://$OPEN/header?alt-svc&' + encodeURIComponent('h2=\"$CLOSED\"; ma=9, http/1.1=\"$CLOSED\"'))).text()",
        ),
        Attack::harmless(
            "a refresh",
            "await (await fetch('http://$OPEN/header?refresh&0;url=http://$CLOSED/')).text(); await new Promise(r => setTimeout(r, 50))",
        ),
        Attack::harmless(
            "a preload",
            "await (await fetch('http://$OPEN/header?link&' + encodeURIComponent('<http://$CLOSED/>; rel=preload; as=script'))).text()",
        ),
        Attack::harmless(
            "another place",
            "await (await fetch('http://$OPEN/header?content-location&http://$CLOSED/')).text()",
        ),
        Attack::harmless(
            "a source map",
            "await import('http://$OPEN/header?sourcemap&http://$CLOSED/')",
        ),
        Attack::harmless(
            "a source map in a comment",
            "const script = encodeURIComponent('export default 1\\n//# sourceMappingURL=http://$CLOSED/');
             await import('http://$OPEN/?' + script)",
        ),
    ]);
}

/// A proxy would reach what the script may not: it is not asked.
#[test]
fn through_a_proxy() {
    let ground = Ground::new();
    let network = || {
        let proxy = format!("http://127.0.0.1:{}", ground.closed.port());
        ClientOptions {
            proxy: Proxy::Rules(ProxyRules {
                http: proxy.clone(),
                https: proxy,
                except: String::new(),
            }),
            ..ClientOptions::default()
        }
    };
    for attack in [
        Attack::new(
            "of a request",
            "return (await fetch('http://example.com/')).text()",
        ),
        Attack::new(
            "by a tunnel",
            "return (await fetch('https://example.com/')).text()",
        ),
        Attack::new(
            "of a socket",
            "const socket = new WebSocket('ws://example.com/'); await new Promise(r => socket.onclose = r)",
        ),
    ] {
        let configured =
            |permissions| ground.run_in(&attack, permissions, |builder| builder.network(network()));
        configured(ground.permissions()).check(&attack);
        configured(Permissions::all()).check_control(&attack);
    }
    // The proxy is the embedder's: no permission is needed for it.
    let attack = Attack::new(
        "what is granted",
        "return (await fetch('http://example.com/')).text()",
    );
    let permissions = Permissions::none().allow_net(["example.com"]);
    let outcome = ground.run_in(&attack, permissions, |builder| builder.network(network()));
    assert!(outcome.was_touched, "{outcome:?}");
}
