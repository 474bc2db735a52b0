//! Scripts that do not end by themselves.
//!
//!     cargo run -p taipan --example limits

use std::{thread, time::Duration};

use taipan::{Error, Limits, Runtime};

fn main() -> Result<(), Error> {
    let limits = Limits::new()
        .run_timeout(Duration::from_millis(300))
        .recursion(1_000);
    let mut runtime = Runtime::builder().limits(limits).build()?;
    for source in [
        "for (;;);",
        "(function endless() { Promise.resolve().then(endless) })()",
        "function deeper() { deeper() } deeper()",
    ] {
        match runtime.eval(source) {
            Ok(_) => println!("it ended"),
            Err(error) => println!("stopped by a limit: {}", error.limit().is_some()),
        }
        // The runtime lives on.
        println!("1 + 1 = {}", runtime.eval_as::<u32>("1 + 1")?);
    }

    // Another thread may stop it at any time.
    let mut runtime = Runtime::new()?;
    let terminator = runtime.terminator();
    let watchdog = thread::spawn(move || {
        thread::sleep(Duration::from_millis(100));
        terminator.terminate();
    });
    runtime.eval("setInterval(() => {}, 1)")?;
    match runtime.run() {
        Err(Error::Terminated) => println!("terminated"),
        other => println!("{other:?}"),
    }
    let _ = watchdog.join();
    println!("2 + 2 = {}", runtime.eval_as::<u32>("2 + 2")?);
    Ok(())
}
