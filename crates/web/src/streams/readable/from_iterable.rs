//! `ReadableStreamFromIterable`: <https://streams.spec.whatwg.org/#readable-stream-from-iterable>.

use boa_engine::{Context, JsError, JsObject, JsResult, JsSymbol, JsValue, js_string};
use boa_gc::{Finalize, Gc, GcRefCell, Trace};
use taipan_webidl::convert::get_method;

use super::{
    operations::create_readable_stream, readable_stream::ReadableStream,
    readable_stream_default_controller::ReadableStreamDefaultController, source::Source,
};
use crate::streams::support::{
    Chunk, Deferred, Outcome, Settlement, SizeAlgorithm, reason, steps, type_error,
};

/// An iterator that a stream takes its chunks from.
#[derive(Trace, Finalize)]
pub(in crate::streams) struct FromIterable {
    iterator: JsObject,
    next: JsValue,
    /// A synchronous iterator is made an asynchronous one, as `for await` does.
    is_sync: bool,
    controller: GcRefCell<Option<JsObject<ReadableStreamDefaultController>>>,
}

/// What an iterator's `next` gave.
struct IterResult {
    done: bool,
    value: JsValue,
}

impl IterResult {
    fn new(value: &JsValue, context: &mut Context) -> JsResult<Self> {
        let Some(result) = value.as_object() else {
            return Err(type_error("the iterator's result is not an object"));
        };
        let done = result.get(js_string!("done"), context)?.to_boolean();
        let value = result.get(js_string!("value"), context)?;
        Ok(Self { done, value })
    }
}

impl FromIterable {
    /// Makes a stream of an iterable object.
    ///
    /// <https://webidl.spec.whatwg.org/#js-async-iterable>
    pub(super) fn stream(
        iterable: &JsValue,
        context: &mut Context,
    ) -> JsResult<JsObject<ReadableStream>> {
        if iterable.is_null_or_undefined() {
            return Err(type_error(
                "ReadableStream.from: null and undefined are not iterable",
            ));
        }
        // A string is iterable, too.
        let object = iterable.to_object(context)?;
        let mut is_sync = false;
        let mut method = get_method(&object, JsSymbol::async_iterator(), context)?;
        if method.is_none() {
            is_sync = true;
            method = get_method(&object, JsSymbol::iterator(), context)?;
        }
        let Some(method) = method else {
            return Err(type_error(
                "ReadableStream.from: the object is not iterable",
            ));
        };
        let iterator = method.call(iterable, &[], context)?;
        let Some(iterator) = iterator.as_object() else {
            return Err(type_error(
                "ReadableStream.from: the iterator is not an object",
            ));
        };
        let next = iterator.get(js_string!("next"), context)?;
        let this = Gc::new(Self {
            iterator,
            next,
            is_sync,
            controller: GcRefCell::default(),
        });
        let (stream, controller) = create_readable_stream(
            Outcome::Fulfilled,
            Source::Iterable(this.clone()),
            0.0,
            SizeAlgorithm::One,
            context,
        )?;
        *this.controller.borrow_mut() = Some(controller);
        Ok(stream)
    }

    fn call_next(&self, context: &mut Context) -> JsResult<JsValue> {
        match self.next.as_callable() {
            Some(next) => next.call(&self.iterator.clone().into(), &[], context),
            None => Err(type_error("the iterator's next is not a function")),
        }
    }

    /// `pullAlgorithm`
    pub(super) fn pull(this: &Gc<Self>, context: &mut Context) -> JsResult<Outcome> {
        let next = this.call_next(context);
        if this.is_sync {
            return Self::pull_sync(this, next, context);
        }
        let next = Outcome::from_completion(next, context)?;
        let result = Deferred::new();
        let then = steps(
            (this.clone(), result.clone()),
            |(this, result): (Gc<Self>, Deferred), settlement, context| {
                let delivered = match settlement {
                    Ok(value) => IterResult::new(&value, context)
                        .and_then(|result| this.deliver(result, context)),
                    Err(reason) => Err(JsError::from_opaque(reason)),
                };
                settle(&result, delivered, context)
            },
        );
        next.react(then, context)?;
        Ok(Outcome::Deferred(result))
    }

    /// <https://tc39.es/ecma262/#sec-asyncfromsynciteratorcontinuation>
    fn pull_sync(
        this: &Gc<Self>,
        next: JsResult<JsValue>,
        context: &mut Context,
    ) -> JsResult<Outcome> {
        let next = match next.and_then(|next| IterResult::new(&next, context)) {
            Ok(next) => next,
            Err(error) => return Outcome::from_result(Err(error), context),
        };
        let value = Outcome::resolved_with(next.value, context)?;
        let result = Deferred::new();
        let then = steps(
            (this.clone(), result.clone(), next.done),
            |(this, result, done): (Gc<Self>, Deferred, bool), settlement, context| {
                let delivered = match settlement {
                    Ok(value) => this.deliver(IterResult { done, value }, context),
                    Err(reason) => {
                        if !done {
                            // The value's rejection wins over whatever this throws.
                            let _ = this.call_return(None, context);
                        }
                        Err(JsError::from_opaque(reason))
                    }
                };
                settle(&result, delivered, context)
            },
        );
        value.react(then, context)?;
        Ok(Outcome::Deferred(result))
    }

    /// Gives the stream what the iterator gave.
    fn deliver(&self, result: IterResult, context: &mut Context) -> JsResult<()> {
        let controller = self.controller.borrow().clone();
        match controller {
            Some(controller) if result.done => {
                ReadableStreamDefaultController::close(&controller, context)
            }
            Some(controller) => {
                let chunk = Chunk::Value(result.value);
                ReadableStreamDefaultController::enqueue(&controller, chunk, context)
            }
            None => Ok(()),
        }
    }

    /// Calls the iterator's `return`, if it has one.
    fn call_return(
        &self,
        reason: Option<JsValue>,
        context: &mut Context,
    ) -> JsResult<Option<JsValue>> {
        let Some(method) = get_method(&self.iterator, js_string!("return"), context)? else {
            return Ok(None);
        };
        let arguments: Vec<JsValue> = reason.into_iter().collect();
        let result = method.call(&self.iterator.clone().into(), &arguments, context)?;
        Ok(Some(result))
    }

    /// `cancelAlgorithm`: <https://webidl.spec.whatwg.org/#async-sequence-close>
    pub(super) fn cancel(&self, reason: JsValue, context: &mut Context) -> JsResult<Outcome> {
        let mut returned = match self.call_return(Some(reason), context) {
            Ok(Some(returned)) => returned,
            Ok(None) => return Ok(Outcome::Fulfilled),
            Err(error) => return Outcome::from_result(Err(error), context),
        };
        if self.is_sync {
            match IterResult::new(&returned, context) {
                // What is awaited is the value; that the result is an object is known.
                Ok(result) => returned = result.value,
                Err(error) => return Outcome::from_result(Err(error), context),
            }
            return Outcome::resolved_with(returned, context);
        }
        let returned = Outcome::resolved_with(returned, context)?;
        let result = Deferred::new();
        let then = steps(
            result.clone(),
            |result: Deferred, settlement: Settlement, context| {
                let checked = match settlement {
                    Ok(value) if value.is_object() => Ok(()),
                    Ok(_) => Err(type_error(
                        "the result of the iterator's return is not an object",
                    )),
                    Err(reason) => Err(JsError::from_opaque(reason)),
                };
                settle(&result, checked, context)
            },
        );
        returned.react(then, context)?;
        Ok(Outcome::Deferred(result))
    }
}

fn settle(promise: &Deferred, result: JsResult<()>, context: &mut Context) -> JsResult<()> {
    match result {
        Ok(()) => promise.resolve(context),
        Err(error) => {
            let error = reason(error, context)?;
            promise.reject(error, context)
        }
    }
}
