//! Asynchronous host functions, and a runtime that many threads use.
//!
//!     cargo run -p taipan --example async_host

use std::{thread, time::Duration};

use taipan::{Error, Promised, Runtime, RuntimeHandle};

fn main() -> Result<(), Error> {
    // On this thread, within the program's own tokio.
    let tokio = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Error::EventLoop)?;
    tokio.block_on(async {
        let mut runtime = Runtime::builder()
            .async_function("sleep", |milliseconds: u64| {
                tokio::time::sleep(Duration::from_millis(milliseconds))
            })
            // A promise of script is a future here, and an error of one is that of the other.
            .async_function("shout", |text: Promised<String>| async move {
                Ok::<_, Error>(text.await?.to_uppercase())
            })
            .build()?;
        let text: String = runtime
            .eval_as_async(
                "(async () => {
                     const slow = async () => { await sleep(20); return 'slow' };
                     const quick = async () => { await sleep(1); return 'quick' };
                     const first = await Promise.race([slow(), quick()]);
                     const failed = await shout(Promise.reject(new TypeError('no text'))).catch(String);
                     return [await shout(slow()), first, failed].join(', ');
                 })()",
            )
            .await?;
        println!("{text}");
        Ok::<_, Error>(())
    })?;

    // On a thread of its own, with handles anywhere.
    let script = RuntimeHandle::spawn(|| {
        Runtime::builder().async_function("work", |n: u64| async move {
            tokio::time::sleep(Duration::from_millis(30 - 10 * n)).await;
            n * n
        })
    })?;
    script
        .eval::<()>("let calls = 0; async function job(n) { calls++; return await work(n) }")
        .wait()?;
    let threads = [0, 1, 2].map(|n| {
        let script = script.clone();
        thread::spawn(move || script.call::<u64>("job", (n,)).wait())
    });
    for thread in threads {
        let result = thread.join().unwrap_or(Err(Error::Closed))?;
        println!("result: {result}");
    }
    println!("calls: {}", script.eval::<u64>("calls").wait()?);
    script.shut_down().wait()
}
