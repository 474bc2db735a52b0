//! Panics of the engine, told apart from those of an embedder.
//!
//! An assertion that fails in the engine is a fact about the script that ran, so it becomes an
//! error. A panic out of a host function is the embedder's own and goes on unwinding. What
//! `catch_unwind` gives does not say which it was; the panic hook is told the place.

use std::{
    any::Any,
    cell::{Cell, RefCell},
    panic::{self, AssertUnwindSafe, PanicHookInfo},
    sync::Once,
};

/// The crates that make up the engines, as their directories in a registry begin.
const ENGINE: [&str; 10] = [
    "boa_",
    "icu_",
    "num-bigint-",
    "regress-",
    "temporal_rs-",
    "timezone_provider-",
    "wasmi-",
    "wasmi_",
    "wasmparser-",
    "zerovec-",
];

thread_local! {
    /// How many calls of [`catch`] are under way.
    static CATCHING: Cell<usize> = const { Cell::new(0) };
    /// What the last panic was, if it was one of the engine.
    static ENGINE_PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Has panics of the engine noted instead of printed, on threads that are in [`catch`]. All
/// others go to the hook there was before.
pub(crate) fn install_hook() {
    static INSTALLED: Once = Once::new();
    // The hook cannot be changed by a thread that panics; what it does then is not caught.
    if std::thread::panicking() {
        return;
    }
    INSTALLED.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            // A thread that ends has no such variables any more.
            let is_catching = CATCHING.try_with(Cell::get).is_ok_and(|count| count > 0);
            let message = if is_catching {
                engine_panic(info)
            } else {
                None
            };
            let is_noted = message.is_some();
            let _ = ENGINE_PANIC.try_with(|noted| *noted.borrow_mut() = message);
            if !is_noted {
                previous(info);
            }
        }));
    });
}

/// Message and place of a panic of the engine.
fn engine_panic(info: &PanicHookInfo<'_>) -> Option<String> {
    let location = info.location()?;
    let place = engine_file(location.file())?;
    let message = text(info.payload());
    Some(format!("{message} ({place}:{})", location.line()))
}

/// A file of the engine, from the directory of its crate on.
fn engine_file(file: &str) -> Option<String> {
    let file = file.replace('\\', "/");
    let (_, in_registry) = file.split_once("/registry/src/")?;
    // The registry's own directory comes first.
    let (_, in_crate) = in_registry.split_once('/')?;
    let is_engine = ENGINE.iter().any(|start| in_crate.starts_with(start));
    is_engine.then(|| in_crate.to_owned())
}

fn text(payload: &(dyn Any + Send)) -> &str {
    if let Some(text) = payload.downcast_ref::<&str>() {
        text
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text
    } else {
        "panic"
    }
}

/// Counts a call of [`catch`].
struct Catching;

impl Catching {
    fn begin() -> Self {
        CATCHING.set(CATCHING.get() + 1);
        // What somebody else has caught since is over.
        ENGINE_PANIC.take();
        Self
    }
}

impl Drop for Catching {
    fn drop(&mut self) {
        CATCHING.set(CATCHING.get() - 1);
    }
}

/// Calls `f`, which runs script, and gives the message if the engine panics.
///
/// # Panics
///
/// Goes on with any other panic.
pub(crate) fn catch<T>(f: impl FnOnce() -> T) -> Result<T, String> {
    // What the panic left half done is not used again: the caller gives up the runtime.
    catch_if(|_| true, f)
}

/// Calls `f`, which runs script, and gives the message if the engine panics and the caller knows how to go on after that.
///
/// # Panics
///
/// Goes on with any other panic.
pub(crate) fn catch_if<T>(
    is_known: impl FnOnce(&str) -> bool,
    f: impl FnOnce() -> T,
) -> Result<T, String> {
    let catching = Catching::begin();
    let result = panic::catch_unwind(AssertUnwindSafe(f));
    drop(catching);
    result.map_err(|payload| {
        let message = ENGINE_PANIC.take();
        match message {
            Some(message) if is_known(&message) => message,
            message => {
                // Who catches it next wants to know as well.
                ENGINE_PANIC.set(message);
                panic::resume_unwind(payload)
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_the_engine_are_told_apart() {
        let registry = "/home/me/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f";
        assert_eq!(
            engine_file(&format!("{registry}/boa_engine-0.22.0/src/vm/mod.rs")).as_deref(),
            Some("boa_engine-0.22.0/src/vm/mod.rs")
        );
        assert_eq!(
            engine_file(r"C:\cargo\registry\src\index\wasmi-2.0.0\src\lib.rs").as_deref(),
            Some("wasmi-2.0.0/src/lib.rs")
        );
        for file in [
            "src/main.rs",
            "/home/me/boa_tools/src/main.rs",
            &format!("{registry}/other-1.0.0/src/lib.rs"),
        ] {
            assert_eq!(engine_file(file), None, "{file}");
        }
    }

    #[test]
    fn a_panic_of_the_engine_goes_on_to_who_knows_it() {
        let fail = || {
            ENGINE_PANIC.set(Some("a message".to_owned()));
            panic::resume_unwind(Box::new(()))
        };
        let inner = || catch_if(|message| message == "another", fail);
        let outer: Result<Result<(), String>, String> =
            catch_if(|message| message == "a message", inner);
        assert_eq!(outer, Err("a message".to_owned()));
        assert_eq!(ENGINE_PANIC.take(), None);
    }

    #[test]
    fn a_panic_that_is_not_the_engines_goes_on() {
        install_hook();
        let payload = panic::catch_unwind(|| catch(|| panic::panic_any(7))).expect_err("a panic");
        assert_eq!(payload.downcast_ref::<i32>(), Some(&7));
        assert_eq!(CATCHING.get(), 0);
    }
}
