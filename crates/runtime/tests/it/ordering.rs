//! Tasks and microtasks run in the order of the HTML standard.

use crate::support::logs;

#[test]
fn script_then_microtasks_then_timers() {
    let source = "
        setTimeout(() => console.log('timer'));
        Promise.resolve().then(() => console.log('promise 1')).then(() => console.log('promise 2'));
        queueMicrotask(() => console.log('microtask'));
        console.log('script');
    ";
    let expected = ["script", "promise 1", "microtask", "promise 2", "timer"];
    assert_eq!(logs(source), expected);
}

#[test]
fn microtasks_run_between_timers_that_are_due_together() {
    let source = "
        for (const name of ['a', 'b']) {
            setTimeout(() => {
                console.log(name);
                queueMicrotask(() => console.log(name + ' micro'));
            });
        }
    ";
    assert_eq!(logs(source), ["a", "a micro", "b", "b micro"]);
}

#[test]
fn microtasks_queued_by_microtasks_run_before_the_next_task() {
    let source = "
        setTimeout(() => console.log('timer'));
        let n = 0;
        (function again() { if (++n < 1000) queueMicrotask(again); else console.log('done'); })();
    ";
    assert_eq!(logs(source), ["done", "timer"]);
}

#[test]
fn await_takes_one_microtask() {
    let source = "
        (async () => { await null; console.log(1); await null; console.log(2) })();
        Promise.resolve().then(() => {}).then(() => console.log(3)).then(() => console.log(4));
    ";
    assert_eq!(logs(source), ["1", "2", "3", "4"]);
}

#[test]
fn the_loop_is_shared_with_what_wakes_it() {
    // A chain of timers that are always due does not keep a dynamic import from running.
    let source = "
        let done = false;
        import('data:text/javascript,export default 1').then(() => { done = true; });
        let turns = 0;
        (function turn() {
            turns++;
            if (done) console.log('imported'); else if (turns < 100000) setTimeout(turn);
        })();
    ";
    assert_eq!(logs(source), ["imported"]);
}
