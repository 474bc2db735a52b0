//! What an algorithm of a stream results in.

use boa_engine::{
    Context, JsObject, JsResult, JsValue, NativeFunction, js_string, object::builtins::JsPromise,
};
use boa_gc::{Finalize, Gc, GcRefCell, Trace};
use taipan_webidl::promise;

use super::{Deferred, Settlement, Steps, microtask, reason};

/// A promise as an algorithm returns one: most of them need no object.
#[derive(Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub(in crate::streams) enum Outcome {
    /// A promise resolved with `undefined`.
    Fulfilled,
    /// A promise resolved with a value that is no object.
    Resolved(JsValue),
    /// A promise rejected with this.
    Rejected(JsValue),
    /// A promise of this module.
    Deferred(Deferred),
    /// A promise that a script made.
    Promise(JsPromise),
}

impl Outcome {
    /// What an algorithm resulted in that is written in Rust.
    ///
    /// # Errors
    ///
    /// An error of the engine itself.
    pub(in crate::streams) fn from_result(
        result: JsResult<()>,
        context: &mut Context,
    ) -> JsResult<Self> {
        match result {
            Ok(()) => Ok(Self::Fulfilled),
            Err(error) => Ok(Self::Rejected(reason(error, context)?)),
        }
    }

    /// What a callback resulted in whose return type is a promise.
    ///
    /// # Errors
    ///
    /// An error of the engine itself.
    pub(in crate::streams) fn from_completion(
        completion: JsResult<JsValue>,
        context: &mut Context,
    ) -> JsResult<Self> {
        match completion {
            Ok(value) => Self::resolved_with(value, context),
            Err(error) => Ok(Self::Rejected(reason(error, context)?)),
        }
    }

    /// "A promise resolved with": if the value is a promise, it is followed as any thenable is.
    ///
    /// # Errors
    ///
    /// An error of the engine itself.
    pub(in crate::streams) fn resolved_with(
        value: JsValue,
        context: &mut Context,
    ) -> JsResult<Self> {
        match Self::promise_of(value, context)? {
            promise @ Self::Promise(_) => Ok(promise.followed(context)),
            settled => Ok(settled),
        }
    }

    /// A promise for a value: the value itself, if it is one.
    ///
    /// # Errors
    ///
    /// An error of the engine itself.
    pub(in crate::streams) fn promise_of(value: JsValue, context: &mut Context) -> JsResult<Self> {
        let Some(object) = value.as_object() else {
            return Ok(Self::Resolved(value));
        };
        if let Ok(promise) = JsPromise::from_object(object.clone())
            && is_plain_promise(&object, context)
        {
            return Ok(Self::Promise(promise));
        }
        Ok(Self::Promise(promise::resolved(value, context)?))
    }

    /// A promise resolved with this one: it follows it, as it would follow any thenable, two
    /// microtasks later.
    pub(in crate::streams) fn followed(self, context: &mut Context) -> Self {
        match self {
            Self::Deferred(_) | Self::Promise(_) => {
                let result = Deferred::new();
                result.follow(self, context);
                Self::Deferred(result)
            }
            settled => settled,
        }
    }

    /// <https://webidl.spec.whatwg.org/#dfn-perform-steps-once-promise-is-settled>
    ///
    /// # Errors
    ///
    /// An error of the engine itself.
    pub(in crate::streams) fn react(
        self,
        steps: Box<dyn Steps>,
        context: &mut Context,
    ) -> JsResult<()> {
        match self {
            Self::Fulfilled => microtask(steps, Ok(JsValue::undefined()), context),
            Self::Resolved(value) => microtask(steps, Ok(value), context),
            Self::Rejected(reason) => microtask(steps, Err(reason), context),
            Self::Deferred(deferred) => deferred.react(steps, context),
            Self::Promise(promise) => {
                let steps = Gc::new(GcRefCell::new(Some(steps)));
                let run = |steps: &Gc<GcRefCell<Option<Box<dyn Steps>>>>,
                           settlement: Settlement,
                           context: &mut Context| {
                    let steps = steps.borrow_mut().take();
                    if let Some(steps) = steps {
                        steps.run(settlement, context)?;
                    }
                    Ok(JsValue::undefined())
                };
                let on_fulfilled = NativeFunction::from_copy_closure_with_captures(
                    move |_, args, steps, context| {
                        let value = args.first().cloned().unwrap_or_default();
                        run(steps, Ok(value), context)
                    },
                    steps.clone(),
                );
                let on_rejected = NativeFunction::from_copy_closure_with_captures(
                    move |_, args, steps, context| {
                        let reason = args.first().cloned().unwrap_or_default();
                        run(steps, Err(reason), context)
                    },
                    steps,
                );
                promise::react(&promise, Some(on_fulfilled), Some(on_rejected), context)?;
            }
        }
        Ok(())
    }

    /// The result of reacting to the promise with a step that returns `undefined`.
    ///
    /// # Errors
    ///
    /// An error of the engine itself.
    pub(in crate::streams) fn then_undefined(self, context: &mut Context) -> JsResult<Deferred> {
        let result = Deferred::new();
        let settle = super::steps(result.clone(), |result: Deferred, settlement, context| {
            result.settle(settlement.map(|_| JsValue::undefined()), context)
        });
        self.react(settle, context)?;
        Ok(result)
    }

    /// The promise as scripts see it.
    ///
    /// # Errors
    ///
    /// An error of the engine itself.
    pub(in crate::streams) fn promise(self, context: &mut Context) -> JsResult<JsPromise> {
        match self {
            Self::Fulfilled => promise::resolved(JsValue::undefined(), context),
            Self::Resolved(value) => promise::resolved(value, context),
            Self::Rejected(reason) => {
                promise::rejected(boa_engine::JsError::from_opaque(reason), context)
            }
            Self::Deferred(deferred) => deferred.promise(context),
            Self::Promise(promise) => Ok(promise),
        }
    }
}

/// Whether reacting to a promise can be left to its internal slots: a subclass or an own property
/// may make that visible, and may throw.
fn is_plain_promise(object: &JsObject, context: &Context) -> bool {
    let prototype = context.intrinsics().constructors().promise().prototype();
    object
        .prototype()
        .is_some_and(|actual| JsObject::equals(&actual, &prototype))
        && !object
            .borrow()
            .properties()
            .contains_key(&js_string!("constructor").into())
}

/// A callback function of a script and its callback this value.
#[derive(Clone, Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub(in crate::streams) struct Callback {
    function: JsObject,
    this: JsValue,
}

impl Callback {
    /// The callback in the member `name` of an underlying object that was converted to
    /// `dictionary`, if there is one.
    ///
    /// # Errors
    ///
    /// Whatever getting the member throws, and a `TypeError` if it is not callable.
    pub(in crate::streams) fn member(
        object: &taipan_webidl::Dictionary,
        this: &JsValue,
        name: &'static str,
        context: &mut Context,
    ) -> JsResult<Option<Self>> {
        let Some(value) = object.get(name, context)? else {
            return Ok(None);
        };
        match value.as_callable() {
            Some(function) => Ok(Some(Self {
                function,
                this: this.clone(),
            })),
            None => Err(super::type_error(format!("{name} is not a function"))),
        }
    }

    /// <https://webidl.spec.whatwg.org/#invoke-a-callback-function>
    ///
    /// # Errors
    ///
    /// Whatever the function throws.
    pub(in crate::streams) fn invoke(
        &self,
        arguments: &[JsValue],
        context: &mut Context,
    ) -> JsResult<JsValue> {
        self.function.call(&self.this, arguments, context)
    }

    /// The same for a function that returns a promise.
    ///
    /// # Errors
    ///
    /// An error of the engine itself.
    pub(in crate::streams) fn invoke_promise(
        &self,
        arguments: &[JsValue],
        context: &mut Context,
    ) -> JsResult<Outcome> {
        let completion = self.invoke(arguments, context);
        Outcome::from_completion(completion, context)
    }
}
