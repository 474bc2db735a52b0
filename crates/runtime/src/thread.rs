//! A thread with a stack that suits script.

use std::{io, panic, thread};

use crate::limits::JS_STACK;

/// Runs `f` on a thread with 256 MiB of stack and returns its result.
///
/// Script may recurse as deep as the stack allows: some 50,000 calls there, some 1,500 on
/// a main thread of 8 MiB. The stack is address space, not memory: an ordinary script
/// touches a few pages of it.
///
/// ```
/// let depth = taipan::on_js_thread(|| {
///     let mut runtime = taipan::Runtime::new()?;
///     let source = "let n = 0; const f = () => { n++; if (n < 20000) f(); }; f(); n";
///     Ok::<_, taipan::Error>(runtime.eval(source)?.as_number())
/// })??;
/// assert_eq!(depth, Some(20_000.0));
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// Fails when the system refuses the thread.
///
/// # Panics
///
/// Goes on with the panic of `f`, if it panics.
pub fn on_js_thread<R: Send>(f: impl FnOnce() -> R + Send) -> io::Result<R> {
    thread::scope(|scope| {
        let thread = js_thread().spawn_scoped(scope, f)?;
        Ok(thread
            .join()
            .unwrap_or_else(|payload| panic::resume_unwind(payload)))
    })
}

/// What a thread is started with that runs script: 256 MiB of stack. See [`on_js_thread`].
///
/// ```
/// let thread = taipan::js_thread().spawn(|| {
///     let mut runtime = taipan::Runtime::new()?;
///     Ok::<_, taipan::Error>(runtime.eval("6 * 7")?.as_number())
/// })?;
/// assert_eq!(thread.join().unwrap()?, Some(42.0));
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
pub fn js_thread() -> thread::Builder {
    thread::Builder::new()
        .name("javascript".to_owned())
        .stack_size(JS_STACK)
}
