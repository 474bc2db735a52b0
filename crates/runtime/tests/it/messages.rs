//! Messages and the life of the event loop.

use crate::support::runtime;

#[test]
fn an_open_port_does_not_keep_the_loop_alive_but_a_message_does() {
    let (mut runtime, log) = runtime();
    runtime
        .eval(
            r"
            const { port1, port2 } = new MessageChannel();
            const channel = new BroadcastChannel('name');
            channel.onmessage = event => console.log('broadcast', event.data);
            port2.onmessage = event => {
                console.log('message', event.data);
                if (event.data < 3) port1.postMessage(event.data + 1);
                else new BroadcastChannel('name').postMessage('end');
            };
            ",
        )
        .expect("a script");
    runtime.run().expect("the loop");
    assert!(log.take().is_empty());
    runtime.eval("port1.postMessage(1)").expect("a script");
    runtime.run().expect("the loop");
    assert_eq!(
        log.take(),
        ["message 1", "message 2", "message 3", "broadcast end"]
    );
}

#[test]
fn an_exception_of_a_listener_stops_no_other_message() {
    let (mut runtime, log) = runtime();
    runtime
        .eval(
            r"
            const { port1, port2 } = new MessageChannel();
            addEventListener('error', event => {
                console.log('error', event.error.message);
                event.preventDefault();
            });
            port2.onmessage = event => {
                console.log(event.data);
                throw new Error(`of ${event.data}`);
            };
            port1.postMessage('a');
            port1.postMessage('b');
            ",
        )
        .expect("a script");
    runtime.run().expect("the loop");
    assert_eq!(log.take(), ["a", "error of a", "b", "error of b"]);
}
