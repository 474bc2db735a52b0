//! What becomes of a fetch whose signal is aborted.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::{Rc, Weak},
};

use boa_engine::{
    Context, JsData, JsError, JsObject, JsResult, JsValue, NativeFunction,
    builtins::promise::ResolvingFunctions, object::builtins::JsWeakMap,
};
use boa_gc::{Finalize, Trace};
use taipan_web::abort::{AbortSignal, add_algorithm};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use crate::environment;

/// Whether a fetch was aborted, and why.
///
/// A fetch and the body of its response share one, and with the last of them it goes away. It holds no JavaScript
/// objects, and a signal knows it weakly: a signal that lives long keeps no responses alive.
#[derive(Debug, Clone)]
pub(crate) struct Abort(Rc<Inner>);

#[derive(Debug)]
struct Inner {
    id: u64,
    token: CancellationToken,
    reasons: Rc<Reasons>,
}

/// Why fetches of a context were aborted, by their numbers.
///
/// A body may be in the hands of Rust when it is aborted, where the collector would not find its reason.
#[derive(Debug, Default)]
pub(crate) struct Reasons {
    last_id: Cell<u64>,
    reasons: RefCell<HashMap<u64, JsValue>>,
    /// Those that nobody asks for any more. They cannot be dropped at once: it may be the collector that runs.
    gone: RefCell<Vec<u64>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        if self.token.is_cancelled() {
            self.reasons.gone.borrow_mut().push(self.id);
        }
    }
}

impl Abort {
    /// What `signal`, which is not aborted, aborts: that, and at once the promise of `functions`, as long as
    /// [`take_promise`](Self::take_promise) was not called.
    ///
    /// <https://fetch.spec.whatwg.org/#dom-global-fetch>, step 11
    pub(crate) fn add(
        signal: &JsObject<AbortSignal>,
        functions: ResolvingFunctions,
        context: &mut Context,
    ) -> JsResult<(Self, JsObject<Fetches>)> {
        let reasons = environment::abort_reasons(context)?;
        reasons.last_id.set(reasons.last_id.get() + 1);
        let abort = Self(Rc::new(Inner {
            id: reasons.last_id.get(),
            token: CancellationToken::new(),
            reasons,
        }));
        let fetches = fetches_of(signal, context)?;
        fetches.borrow_mut().data_mut().add(&abort, functions);
        Ok((abort, fetches))
    }

    /// The promise of the response, unless it was rejected.
    pub(crate) fn take_promise(&self, fetches: &JsObject<Fetches>) -> Option<ResolvingFunctions> {
        let mut fetches = fetches.borrow_mut();
        let mut entries = fetches.data_mut().entries.iter_mut();
        entries
            .find(|entry| std::ptr::eq(entry.abort.as_ptr(), Rc::as_ptr(&self.0)))?
            .promise
            .take()
    }

    pub(crate) fn is_aborted(&self) -> bool {
        self.0.token.is_cancelled()
    }

    /// Resolves when it is aborted.
    pub(crate) fn aborted(&self) -> WaitForCancellationFutureOwned {
        self.0.token.clone().cancelled_owned()
    }

    /// For whoever must know of it on another thread.
    pub(crate) fn token(&self) -> CancellationToken {
        self.0.token.clone()
    }

    /// Why it was aborted.
    pub(crate) fn reason(&self) -> JsValue {
        let reasons = self.0.reasons.reasons.borrow();
        reasons.get(&self.0.id).cloned().unwrap_or_default()
    }

    /// What everybody who waits for it gets.
    pub(crate) fn error(&self) -> JsError {
        JsError::from_opaque(self.reason())
    }
}

/// The fetches that a signal aborts.
#[derive(Debug, Default, Trace, Finalize, JsData)]
pub(crate) struct Fetches {
    entries: Vec<Entry>,
    /// How many there were when those that have ended were last left out.
    #[unsafe_ignore_trace]
    swept: usize,
}

#[derive(Debug, Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
struct Entry {
    #[unsafe_ignore_trace]
    abort: Weak<Inner>,
    /// The promise of the response, as long as there is none.
    promise: Option<ResolvingFunctions>,
}

/// The least number of fetches of a signal among which those that have ended are looked for.
const MIN_SWEPT: usize = 16;

impl Fetches {
    fn add(&mut self, abort: &Abort, promise: ResolvingFunctions) {
        if self.entries.len() >= self.swept.max(MIN_SWEPT) * 2 {
            self.entries.retain(|entry| entry.abort.strong_count() > 0);
            self.swept = self.entries.len();
        }
        self.entries.push(Entry {
            abort: Rc::downgrade(&abort.0),
            promise: Some(promise),
        });
    }
}

/// The fetches of every signal that has any, by signal.
#[derive(Trace, Finalize, JsData)]
struct SignalFetches(JsWeakMap);

/// The fetches of `signal`. The first time it is told to abort them.
fn fetches_of(
    signal: &JsObject<AbortSignal>,
    context: &mut Context,
) -> JsResult<JsObject<Fetches>> {
    let realm = context.realm().clone();
    let known = realm
        .host_defined()
        .get::<SignalFetches>()
        .map(|known| known.0.clone());
    let map = match known {
        Some(map) => map,
        None => {
            let map = JsWeakMap::new(context);
            realm.host_defined_mut().insert(SignalFetches(map.clone()));
            map
        }
    };
    let key = signal.clone().upcast();
    if let Some(known) = map.get(&key, context)?.as_object()
        && let Ok(fetches) = known.downcast::<Fetches>()
    {
        return Ok(fetches);
    }
    let fetches = JsObject::new(context.root_shape(), None, Fetches::default());
    map.set(&key, fetches.clone().upcast().into(), context)?;
    let run = NativeFunction::from_copy_closure_with_captures(
        |_, args, fetches: &JsObject<Fetches>, context| {
            let reason = args.first().cloned().unwrap_or_default();
            abort_all(fetches, &reason, context)?;
            Ok(JsValue::undefined())
        },
        fetches.clone(),
    );
    add_algorithm(signal, run, context);
    Ok(fetches)
}

fn abort_all(fetches: &JsObject<Fetches>, reason: &JsValue, context: &mut Context) -> JsResult<()> {
    let entries = std::mem::take(&mut fetches.borrow_mut().data_mut().entries);
    for entry in entries {
        let Some(abort) = entry.abort.upgrade() else {
            continue;
        };
        let reasons = &abort.reasons;
        let gone = std::mem::take(&mut *reasons.gone.borrow_mut());
        for id in gone {
            reasons.reasons.borrow_mut().remove(&id);
        }
        reasons
            .reasons
            .borrow_mut()
            .insert(abort.id, reason.clone());
        abort.token.cancel();
        if let Some(promise) = entry.promise {
            promise
                .reject
                .call(&JsValue::undefined(), std::slice::from_ref(reason), context)?;
        }
    }
    Ok(())
}
