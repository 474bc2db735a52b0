//! `WebSocket` against servers on this machine.

use std::thread;

use futures_util::{SinkExt, StreamExt};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::oneshot,
};
use tokio_tungstenite::{
    accept_hdr_async,
    tungstenite::{
        Message,
        handshake::server::{Request, Response},
        http::HeaderValue,
        protocol::CloseFrame,
    },
};

use crate::{Background, run_with};

/// A server that sends back what comes. The texts `close` and `drop` have it end the connection, with and without a
/// handshake. Of the subprotocols it takes the one called `second`.
fn echo() -> Background {
    let (stop, stopped) = oneshot::channel::<()>();
    let (started, url) = oneshot::channel();
    let thread = thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            started.send(format!("ws://{address}/")).unwrap();
            let serve = async {
                while let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(converse(stream));
                }
            };
            tokio::select! {
                // The test ends by dropping the sender.
                _ = stopped => {}
                () = serve => {}
            }
        });
    });
    Background {
        url: url.blocking_recv().unwrap(),
        stop: Some(stop),
        thread: Some(thread),
    }
}

async fn converse(stream: TcpStream) {
    #[expect(clippy::result_large_err, reason = "so it is declared")]
    let choose = |request: &Request, mut response: Response| {
        const PROTOCOL: &str = "sec-websocket-protocol";
        let offered = request.headers().get(PROTOCOL);
        if offered.is_some_and(|offered| offered.to_str().unwrap().contains("second")) {
            let headers = response.headers_mut();
            headers.insert(PROTOCOL, HeaderValue::from_static("second"));
        }
        Ok(response)
    };
    let mut socket = accept_hdr_async(stream, choose).await.unwrap();
    while let Some(Ok(message)) = socket.next().await {
        match message {
            Message::Text(text) if text.as_str() == "close" => {
                let frame = CloseFrame {
                    code: 4001.into(),
                    reason: "bye".into(),
                };
                socket.close(Some(frame)).await.unwrap();
            }
            Message::Text(text) if text.as_str() == "drop" => return,
            Message::Text(_) | Message::Binary(_) => socket.send(message).await.unwrap(),
            _ => {}
        }
    }
}

const OPENED: &str = "
    const opened = (...args) => new Promise((resolve, reject) => {
        const socket = new WebSocket(...args);
        socket.onopen = () => resolve(socket);
        socket.onerror = reject;
    });
    const next = (socket, name) => new Promise(resolve => { socket['on' + name] = resolve });
";

fn check(script: &str) {
    run_with(&echo(), &format!("{OPENED} {script}"));
}

#[test]
fn messages_of_every_kind_go_to_and_fro() {
    check(
        "const socket = await opened(server, ['first', 'second']);
        equal(socket.protocol, 'second');
        equal(socket.url, server);
        socket.send('héllo');
        equal(socket.bufferedAmount, 6);
        const event = await next(socket, 'message');
        equal([event.data, event.origin + '/'], ['héllo', server]);
        socket.binaryType = 'arraybuffer';
        for (const bytes of [new Uint8Array([1, 2, 3]), new Uint8Array([1, 2, 3]).buffer, new DataView(new Uint8Array([0, 1, 2, 3]).buffer, 1)]) {
            socket.send(bytes);
            equal([...new Uint8Array((await next(socket, 'message')).data)], [1, 2, 3]);
        }
        socket.binaryType = 'blob';
        socket.send(new Blob(['blob']));
        equal(await (await next(socket, 'message')).data.text(), 'blob');
        const large = 'x'.repeat(3_000_000);
        socket.send(large);
        equal((await next(socket, 'message')).data === large, true);
        socket.send('');
        equal((await next(socket, 'message')).data, '');
        socket.close(3001, 'done');
        equal(socket.readyState, WebSocket.CLOSING);
        const closed = await next(socket, 'close');
        equal([closed.wasClean, closed.code, closed.reason], [true, 3001, 'done']);
        equal([socket.readyState, socket.bufferedAmount], [WebSocket.CLOSED, 0]);",
    );
}

#[test]
fn many_messages_come_in_order() {
    check(
        "const socket = await opened(server);
        for (let i = 0; i < 500; i++) socket.send(String(i));
        const received = [];
        await new Promise(resolve => {
            socket.onmessage = event => { if (received.push(event.data) === 500) resolve() };
        });
        equal(received.join(), Array.from({ length: 500 }, (_, i) => i).join());
        socket.close();
        const closed = await next(socket, 'close');
        equal([closed.wasClean, closed.code], [true, 1005]);",
    );
}

#[test]
fn the_server_ends_it() {
    check(
        "const socket = await opened(server);
        let errors = 0;
        socket.onerror = () => errors++;
        socket.send('close');
        let closed = await next(socket, 'close');
        equal([closed.wasClean, closed.code, closed.reason, errors], [true, 4001, 'bye', 0]);
        const other = await opened(server);
        other.onerror = () => errors++;
        other.send('drop');
        closed = await next(other, 'close');
        equal([closed.wasClean, closed.code, closed.reason, errors], [false, 1006, '', 1]);",
    );
}

#[test]
fn what_is_no_web_socket_server_is_none() {
    let server =
        Background::answering(|_| b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".to_vec());
    run_with(
        &server,
        "const socket = new WebSocket(server.replace('http', 'ws'));
        let errors = 0;
        socket.onerror = () => errors++;
        socket.onopen = () => errors += 10;
        const closed = await new Promise(resolve => { socket.onclose = resolve });
        equal([closed.wasClean, closed.code, errors], [false, 1006, 1]);",
    );
}
