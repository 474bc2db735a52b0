//! Promises of the specification that a script may never see.

use boa_engine::{
    Context, JsResult, JsValue, NativeFunction,
    builtins::promise::ResolvingFunctions,
    object::{FunctionObjectBuilder, builtins::JsPromise},
};
use boa_gc::{Finalize, Gc, GcRefCell, Trace};

use super::{Outcome, Settlement, Steps, microtask, steps};

/// A promise that becomes a JavaScript object only when a script asks for it.
///
/// Reactions take as many turns through the microtask queue as those of a real one.
#[derive(Clone, Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub(in crate::streams) struct Deferred(Gc<GcRefCell<Inner>>);

#[derive(Trace, Finalize)]
struct Inner {
    state: State,
    reactions: Vec<Box<dyn Steps>>,
    promise: Option<JsPromise>,
    functions: Option<ResolvingFunctions>,
    /// `[[PromiseIsHandled]]` is set as soon as there is a promise.
    #[unsafe_ignore_trace]
    handled: bool,
}

#[derive(Trace, Finalize)]
enum State {
    Pending,
    Settled(Settlement),
}

impl Deferred {
    fn with_state(state: State, handled: bool) -> Self {
        Self(Gc::new(GcRefCell::new(Inner {
            state,
            reactions: Vec::new(),
            promise: None,
            functions: None,
            handled,
        })))
    }

    /// A new promise.
    pub(in crate::streams) fn new() -> Self {
        Self::with_state(State::Pending, false)
    }

    /// A new promise whose rejection is never reported as unhandled.
    pub(in crate::streams) fn new_handled() -> Self {
        Self::with_state(State::Pending, true)
    }

    /// A settled promise whose rejection is never reported as unhandled.
    pub(in crate::streams) fn settled_handled(settlement: Settlement) -> Self {
        Self::with_state(State::Settled(settlement), true)
    }

    /// A promise resolved with `undefined`, see [`settled_handled`](Self::settled_handled).
    pub(in crate::streams) fn fulfilled() -> Self {
        Self::settled_handled(Ok(JsValue::undefined()))
    }

    /// Whether `[[PromiseState]]` is "pending".
    pub(in crate::streams) fn is_pending(&self) -> bool {
        matches!(self.0.borrow().state, State::Pending)
    }

    /// Resolves the promise with `undefined`.
    pub(in crate::streams) fn resolve(&self, context: &mut Context) -> JsResult<()> {
        self.settle(Ok(JsValue::undefined()), context)
    }

    /// Resolves the promise with what a script gave.
    pub(in crate::streams) fn resolve_with(
        &self,
        value: JsValue,
        context: &mut Context,
    ) -> JsResult<()> {
        match Outcome::promise_of(value, context)? {
            outcome @ Outcome::Promise(_) => {
                self.follow(outcome, context);
                Ok(())
            }
            _ => self.resolve(context),
        }
    }

    /// Rejects the promise.
    pub(in crate::streams) fn reject(
        &self,
        reason: JsValue,
        context: &mut Context,
    ) -> JsResult<()> {
        self.settle(Err(reason), context)
    }

    /// Settles the promise, if it is not settled yet, with what is no thenable.
    pub(in crate::streams) fn settle(
        &self,
        settlement: Settlement,
        context: &mut Context,
    ) -> JsResult<()> {
        let (reactions, functions) = {
            let mut inner = self.0.borrow_mut();
            if matches!(inner.state, State::Settled(_)) {
                return Ok(());
            }
            inner.state = State::Settled(settlement.clone());
            (std::mem::take(&mut inner.reactions), inner.functions.take())
        };
        for reaction in reactions {
            microtask(reaction, settlement.clone(), context);
        }
        match functions {
            Some(functions) => settle_promise(&functions, settlement, context),
            None => Ok(()),
        }
    }

    /// Resolves the promise with the promise of an outcome: like any thenable, that is waited for
    /// from the next microtask on.
    pub(in crate::streams) fn follow(&self, outcome: Outcome, context: &mut Context) {
        let captures = (self.clone(), outcome);
        let follow = steps(captures, |(this, outcome), _, context| {
            let settle = steps(this, |this: Self, settlement, context| {
                this.settle(settlement, context)
            });
            outcome.react(settle, context)
        });
        microtask(follow, Ok(JsValue::undefined()), context);
    }

    /// <https://webidl.spec.whatwg.org/#dfn-perform-steps-once-promise-is-settled>
    pub(in crate::streams) fn react(&self, steps: Box<dyn Steps>, context: &mut Context) {
        let settlement = {
            let mut inner = self.0.borrow_mut();
            match &inner.state {
                State::Settled(settlement) => settlement.clone(),
                State::Pending => {
                    inner.reactions.push(steps);
                    return;
                }
            }
        };
        microtask(steps, settlement, context);
    }

    /// The promise as scripts see it.
    pub(in crate::streams) fn promise(&self, context: &mut Context) -> JsResult<JsPromise> {
        if let Some(promise) = &self.0.borrow().promise {
            return Ok(promise.clone());
        }
        let (promise, functions) = JsPromise::new_pending(context);
        let (settlement, handled) = {
            let mut inner = self.0.borrow_mut();
            inner.promise = Some(promise.clone());
            match &inner.state {
                State::Settled(settlement) => (Some(settlement.clone()), inner.handled),
                State::Pending => (None, inner.handled),
            }
        };
        if handled && !matches!(settlement, Some(Ok(_))) {
            mark_handled(&promise, context)?;
        }
        match settlement {
            Some(settlement) => settle_promise(&functions, settlement, context)?,
            None => self.0.borrow_mut().functions = Some(functions),
        }
        Ok(promise)
    }
}

fn settle_promise(
    functions: &ResolvingFunctions,
    settlement: Settlement,
    context: &mut Context,
) -> JsResult<()> {
    let (function, value) = match settlement {
        Ok(value) => (&functions.resolve, value),
        Err(reason) => (&functions.reject, reason),
    };
    function.call(&JsValue::undefined(), &[value], context)?;
    Ok(())
}

/// Sets `[[PromiseIsHandled]]`.
fn mark_handled(promise: &JsPromise, context: &mut Context) -> JsResult<()> {
    let realm = context.realm().clone();
    let nothing = NativeFunction::from_fn_ptr(|_, _, _| Ok(JsValue::undefined()));
    let nothing = FunctionObjectBuilder::new(&realm, nothing).build();
    promise.catch(nothing, context)?;
    Ok(())
}
