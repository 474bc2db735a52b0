//! `WebSocket` and `EventSource`.

use super::attack::{self, Attack};

#[test]
fn web_sockets() {
    attack::all(&[
        Attack::new(
            "ws:",
            "const s = new WebSocket('ws://$CLOSED/'); await new Promise(r => s.onclose = r)",
        ),
        Attack::untold("wss:", "new WebSocket('wss://$CLOSED/')"),
        Attack::new(
            "http:",
            "const s = new WebSocket('http://$CLOSED/'); await new Promise(r => s.onclose = r)",
        ),
        Attack::untold("the port of the scheme", "new WebSocket('ws://127.0.0.1/')"),
        Attack::untold(
            "the port of the secure scheme",
            "new WebSocket('wss://127.0.0.1/')",
        ),
        Attack::new(
            "another name of the host",
            "const s = new WebSocket('ws://localhost:$CLOSED_PORT/'); await new Promise(r => s.onclose = r)",
        ),
        Attack::new(
            "a decimal address",
            "const s = new WebSocket('ws://2130706433:$CLOSED_PORT/'); await new Promise(r => s.onclose = r)",
        ),
        Attack::new(
            "a user that looks like a host",
            "const s = new WebSocket('ws://$OPEN@$CLOSED/'); await new Promise(r => s.onclose = r)",
        ),
        Attack::new(
            "with a subprotocol",
            "const s = new WebSocket('ws://$CLOSED/', ['$OPEN'.replace(/\\W/g, '')]); await new Promise(r => s.onclose = r)",
        ),
        // Sockets follow no redirects.
        Attack::harmless(
            "a redirect",
            "const s = new WebSocket('ws://$OPEN/redirect?302&ws://$CLOSED/'); await new Promise(r => s.onclose = r)",
        ),
    ]);
}

#[test]
fn event_sources() {
    attack::all(&[
        Attack::new(
            "http:",
            "const s = new EventSource('http://$CLOSED/'); await new Promise(r => s.onerror = r)",
        ),
        Attack::untold("https:", "new EventSource('https://$CLOSED/')"),
        Attack::new(
            "another name of the host",
            "const s = new EventSource('http://localhost:$CLOSED_PORT/'); await new Promise(r => s.onerror = r)",
        ),
        Attack::new(
            "with credentials",
            "const s = new EventSource('http://$CLOSED/', { withCredentials: true }); await new Promise(r => s.onerror = r)",
        ),
        Attack::fails(
            "a redirect",
            "const s = new EventSource('http://$OPEN/redirect?307&http://$CLOSED/');
             await new Promise(r => s.onerror = r);
             return s.readyState === EventSource.CLOSED ? 'closed' : await new Promise(() => {})",
        ),
        Attack::fails(
            "a file",
            "const s = new EventSource('$ROOT/secret/secret.txt'); await new Promise(r => s.onerror = r); return s.readyState",
        ),
    ]);
}
