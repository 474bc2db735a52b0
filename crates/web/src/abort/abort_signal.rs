//! The `AbortSignal` interface.

use std::{rc::Rc, slice};

use boa_engine::{
    Context, JsData, JsError, JsNativeError, JsObject, JsResult, JsString, JsValue, NativeFunction,
    context::intrinsics::StandardConstructor,
    job::{NativeJob, TimeoutJob},
};
use boa_gc::{Finalize, Gc, Trace, WeakGc};
use taipan_webidl::{
    Dictionary, DomException, Inherits, Interface, InterfaceBuilder, convert, implementation,
    inherit, this_object, wrap,
};

use super::state::{AlgorithmId, SignalState, TimerSlot};
use crate::{
    events::{EventTarget, event_handler, fire, has_listeners, report_exception},
    timers,
};

/// What tells that something is to be aborted.
///
/// <https://dom.spec.whatwg.org/#interface-AbortSignal>
#[derive(Debug, Trace, Finalize, JsData)]
pub struct AbortSignal {
    target: JsObject<EventTarget>,
    state: Gc<SignalState>,
}

impl AbortSignal {
    /// A new signal, not aborted.
    pub fn create(context: &mut Context) -> JsObject<Self> {
        let state = Gc::new(SignalState::default());
        let target = EventTarget::new_observed_base(listeners_changed, context);
        let signal = wrap(
            Self {
                target,
                state: state.clone(),
            },
            context,
        );
        state.set_object(signal.clone().upcast());
        signal
    }

    fn state(signal: &JsObject<Self>) -> Gc<SignalState> {
        signal.borrow().data().state.clone()
    }

    /// <https://dom.spec.whatwg.org/#abortsignal-aborted>
    #[must_use]
    pub fn is_aborted(signal: &JsObject<Self>) -> bool {
        signal.borrow().data().state.is_aborted()
    }

    /// The abort reason; `undefined` if the signal is not aborted.
    ///
    /// <https://dom.spec.whatwg.org/#abortsignal-abort-reason>
    #[must_use]
    pub fn reason(signal: &JsObject<Self>) -> JsValue {
        signal.borrow().data().state.reason()
    }

    /// The member `signal` of a dictionary.
    ///
    /// # Errors
    /// A `TypeError` if it is there and no `AbortSignal`, and whatever getting it throws.
    pub fn from_member(
        dictionary: &Dictionary,
        context: &mut Context,
    ) -> JsResult<Option<JsObject<Self>>> {
        match dictionary.get("signal", context)? {
            Some(value) => Self::from_value(&value, "signal").map(Some),
            None => Ok(None),
        }
    }

    fn from_value(value: &JsValue, what: &str) -> JsResult<JsObject<Self>> {
        value
            .as_object()
            .and_then(|object| implementation::<Self>(&object))
            .ok_or_else(|| {
                JsNativeError::typ()
                    .with_message(format!("{what} is not an AbortSignal"))
                    .into()
            })
    }
}

/// Keeps the signal alive while somebody listens.
fn listeners_changed(target: &JsObject, kind: &JsString, context: &mut Context) {
    if *kind == *"abort"
        && let Some(signal) = implementation::<AbortSignal>(target)
    {
        let has_listeners = has_listeners(target, "abort", context);
        SignalState::set_has_listeners(&AbortSignal::state(&signal), has_listeners);
    }
}

/// Adds native steps that are run when `signal` is aborted: called once, with the abort reason. For a
/// signal that is aborted already nothing is added.
///
/// <https://dom.spec.whatwg.org/#abortsignal-add>
pub fn add_algorithm(
    signal: &JsObject<AbortSignal>,
    steps: NativeFunction,
    context: &mut Context,
) -> AlgorithmId {
    let _ = context;
    SignalState::add_algorithm(&AbortSignal::state(signal), steps)
}

/// Removes steps that [`add_algorithm`] has added.
///
/// <https://dom.spec.whatwg.org/#abortsignal-remove>
pub fn remove_algorithm(signal: &JsObject<AbortSignal>, id: AlgorithmId) {
    SignalState::remove_algorithm(&AbortSignal::state(signal), id);
}

/// The `DOMException` that is the reason where none is given.
fn abort_error(context: &mut Context) -> JsResult<JsValue> {
    DomException::new("AbortError", "This operation was aborted")
        .into_error(context)
        .into_opaque(context)
}

/// Aborts a signal and those that depend on it. Without a reason that is an `AbortError`.
///
/// <https://dom.spec.whatwg.org/#abortsignal-signal-abort>
///
/// # Errors
/// An error of the engine itself; exceptions of listeners are reported.
pub fn signal_abort(
    signal: &JsObject<AbortSignal>,
    reason: Option<JsValue>,
    context: &mut Context,
) -> JsResult<()> {
    abort_state(&AbortSignal::state(signal), reason, context)
}

fn abort_state(
    state: &Gc<SignalState>,
    reason: Option<JsValue>,
    context: &mut Context,
) -> JsResult<()> {
    // Steps 1 and 2.
    if state.is_aborted() {
        return Ok(());
    }
    let reason = match reason {
        Some(reason) => reason,
        None => abort_error(context)?,
    };
    state.set_reason(reason.clone());
    // Steps 3 and 4.
    let mut dependents = state.take_dependents();
    dependents.retain(|dependent| !dependent.is_aborted());
    for dependent in &dependents {
        dependent.set_reason(reason.clone());
    }
    // Steps 5 and 6.
    run_abort_steps(state, &reason, context)?;
    for dependent in &dependents {
        run_abort_steps(dependent, &reason, context)?;
    }
    Ok(())
}

/// <https://dom.spec.whatwg.org/#run-the-abort-steps>
fn run_abort_steps(
    state: &Gc<SignalState>,
    reason: &JsValue,
    context: &mut Context,
) -> JsResult<()> {
    for steps in state.take_algorithms() {
        let result = steps.call(&JsValue::undefined(), slice::from_ref(reason), context);
        if let Err(error) = result {
            if error.as_engine().is_some() {
                return Err(error);
            }
            report_exception(error, context);
        }
    }
    if let Some(object) = state.object() {
        fire(&object, "abort", context)?;
    }
    // Nobody needs to keep it now.
    SignalState::retain(state);
    Ok(())
}

/// A signal that is aborted as soon as one of `signals` is.
///
/// <https://dom.spec.whatwg.org/#create-a-dependent-abort-signal>
pub fn dependent(
    signals: &[JsObject<AbortSignal>],
    context: &mut Context,
) -> JsObject<AbortSignal> {
    let result = AbortSignal::create(context);
    let state = AbortSignal::state(&result);
    let aborted = signals
        .iter()
        .find(|signal| AbortSignal::is_aborted(signal));
    match aborted {
        Some(aborted) => state.set_reason(AbortSignal::reason(aborted)),
        None => {
            for signal in signals {
                SignalState::depend_on(&state, &AbortSignal::state(signal));
            }
        }
    }
    result
}

/// A signal that is aborted with a `TimeoutError` after so many milliseconds. The timer does not keep
/// the event loop alive.
///
/// <https://dom.spec.whatwg.org/#dom-abortsignal-timeout>
pub fn timeout(milliseconds: u64, context: &mut Context) -> JsObject<AbortSignal> {
    let signal = AbortSignal::create(context);
    let state = AbortSignal::state(&signal);
    let slot = TimerSlot::default();
    state.set_timer(Rc::clone(&slot));
    let weak = WeakGc::new(&state);
    let realm = context.realm().clone();
    let job = NativeJob::with_realm(
        move |context| {
            let kept = slot.take();
            if let Some(state) = kept.or_else(|| weak.upgrade()) {
                let message = "The operation was aborted due to timeout";
                let reason = DomException::new("TimeoutError", message)
                    .into_error(context)
                    .into_opaque(context)?;
                abort_state(&state, Some(reason), context)?;
            }
            Ok(JsValue::undefined())
        },
        realm,
    );
    timers::enqueue_background(TimeoutJob::new(job, milliseconds), context);
    signal
}

impl Inherits<EventTarget> for AbortSignal {
    fn base(&self) -> &JsObject<EventTarget> {
        &self.target
    }
}

impl Interface for AbortSignal {
    const NAME: &'static str = "AbortSignal";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .static_method("abort", 0, |_, args, context| {
                let signal = AbortSignal::create(context);
                let reason = match args.first().filter(|reason| !reason.is_undefined()) {
                    Some(reason) => reason.clone(),
                    None => abort_error(context)?,
                };
                AbortSignal::state(&signal).set_reason(reason);
                Ok(signal.upcast().into())
            })
            .static_method("timeout", 1, |_, args, context| {
                let milliseconds = convert::required_by(args, 0, 1, "AbortSignal.timeout")?;
                let milliseconds = convert::enforce_range_unsigned_long_long(
                    milliseconds,
                    "AbortSignal.timeout: the time",
                    context,
                )?;
                Ok(timeout(milliseconds, context).upcast().into())
            })
            .static_method("any", 1, |_, args, context| {
                let signals = convert::required_by(args, 0, 1, "AbortSignal.any")?;
                let signals = convert::sequence(
                    signals,
                    "AbortSignal.any: the argument",
                    |signal, _| AbortSignal::from_value(signal, "AbortSignal.any: a member"),
                    context,
                )?;
                Ok(dependent(&signals, context).upcast().into())
            })
            .getter("aborted", |this, _, _| {
                Ok(Self::is_aborted(&this_object::<Self>(this)?).into())
            })
            .getter("reason", |this, _, _| {
                Ok(Self::reason(&this_object::<Self>(this)?))
            })
            .method("throwIfAborted", 0, |this, _, _| {
                let this = this_object::<Self>(this)?;
                if Self::is_aborted(&this) {
                    return Err(JsError::from_opaque(Self::reason(&this)));
                }
                Ok(JsValue::undefined())
            });
        event_handler(interface, "onabort");
    }

    fn parent(context: &mut Context) -> Option<StandardConstructor> {
        inherit::<Self, EventTarget>(context)
    }
}
