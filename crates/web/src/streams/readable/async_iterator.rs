//! Asynchronous iteration over a `ReadableStream`.
//!
//! <https://streams.spec.whatwg.org/#rs-asynciterator>,
//! <https://webidl.spec.whatwg.org/#js-asynchronous-iterable>

use boa_engine::{
    Context, JsData, JsObject, JsResult, JsSymbol, JsValue, NativeFunction,
    builtins::iterable::create_iter_result_object, js_string, object::FunctionObjectBuilder,
    property::PropertyDescriptor,
};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Dictionary, InterfaceBuilder, promise, this_object};

use super::{
    generic_reader::stream_of,
    operations::cancel,
    read_request::{ReadRequest, ReadSteps},
    readable_stream::ReadableStream,
    readable_stream_default_reader::ReadableStreamDefaultReader,
};
use crate::streams::support::{
    Chunk, Deferred, Outcome, Settlement, Slots, microtask, steps, type_error,
};

/// <https://webidl.spec.whatwg.org/#default-asynchronous-iterator-object>
#[derive(Trace, Finalize, JsData)]
struct ReadableStreamAsyncIterator {
    reader: JsObject<ReadableStreamDefaultReader>,
    prevent_cancel: bool,
    /// "ongoing promise"
    ongoing: Option<Deferred>,
    /// "is finished"
    finished: bool,
}

type Iterator = JsObject<ReadableStreamAsyncIterator>;

/// Its prototype, kept in the realm.
#[derive(Trace, Finalize, JsData)]
struct IteratorPrototype(JsObject);

/// Adds `values` and `@@asyncIterator`, which are the same function.
pub(super) fn members(interface: &mut InterfaceBuilder<'_>) {
    let realm = interface.context().realm().clone();
    let values = FunctionObjectBuilder::new(&realm, NativeFunction::from_fn_ptr(values))
        .name(js_string!("values"))
        .length(0)
        .constructor(false)
        .build();
    let descriptor = |enumerable| {
        PropertyDescriptor::builder()
            .value(values.clone())
            .writable(true)
            .enumerable(enumerable)
            .configurable(true)
            .build()
    };
    let prototype = interface.prototype();
    prototype.insert_property(js_string!("values"), descriptor(true));
    prototype.insert_property(JsSymbol::async_iterator(), descriptor(false));
}

/// <https://streams.spec.whatwg.org/#rs-get-iterator>
fn values(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let stream = this_object::<ReadableStream>(this)?;
    let options = args.first().cloned().unwrap_or_default();
    let options = Dictionary::new(&options, "ReadableStreamIteratorOptions")?;
    let prevent_cancel = options
        .get("preventCancel", context)?
        .is_some_and(|value| value.to_boolean());
    let reader = ReadableStreamDefaultReader::acquire(&stream, context)?;
    let prototype = prototype(context);
    let iterator = JsObject::new(
        context.root_shape(),
        prototype,
        ReadableStreamAsyncIterator {
            reader,
            prevent_cancel,
            ongoing: None,
            finished: false,
        },
    );
    Ok(iterator.upcast().into())
}

/// <https://webidl.spec.whatwg.org/#js-asynchronous-iterator-prototype-object>
fn prototype(context: &mut Context) -> JsObject {
    let realm = context.realm().clone();
    if let Some(known) = realm.host_defined().get::<IteratorPrototype>() {
        return known.0.clone();
    }
    let parent = context
        .intrinsics()
        .objects()
        .iterator_prototypes()
        .async_iterator();
    let prototype = JsObject::with_object_proto(context.intrinsics());
    prototype.set_prototype(Some(parent));
    let methods = [
        (js_string!("next"), 0, promise::returning(next)),
        (js_string!("return"), 1, promise::returning(return_)),
    ];
    for (name, length, function) in methods {
        let function = FunctionObjectBuilder::new(&realm, function)
            .name(name.clone())
            .length(length)
            .constructor(false)
            .build();
        prototype.insert_property(
            name,
            PropertyDescriptor::builder()
                .value(function)
                .writable(true)
                .enumerable(true)
                .configurable(true),
        );
    }
    prototype.insert_property(
        JsSymbol::to_string_tag(),
        PropertyDescriptor::builder()
            .value(js_string!("ReadableStream AsyncIterator"))
            .writable(false)
            .enumerable(false)
            .configurable(true),
    );
    realm
        .host_defined_mut()
        .insert(IteratorPrototype(prototype.clone()));
    prototype
}

fn this_iterator(this: &JsValue) -> JsResult<Iterator> {
    this.as_object()
        .and_then(|object| object.downcast().ok())
        .ok_or_else(|| {
            type_error("Illegal invocation: the receiver is not a ReadableStream AsyncIterator")
        })
}

/// Runs `run` when what the iterator is busy with is done, or at once.
fn in_turn<C: Trace + 'static>(
    this: &Iterator,
    captures: C,
    run: fn(&Iterator, C, &mut Context) -> JsResult<Deferred>,
    context: &mut Context,
) -> JsResult<Deferred> {
    let ongoing = this.with(|slots| slots.ongoing.clone());
    let promise = match ongoing {
        None => run(this, captures, context)?,
        Some(ongoing) => {
            let after = Deferred::new();
            let then = steps(
                InTurn {
                    iterator: this.clone(),
                    captures,
                    after: after.clone(),
                    run,
                },
                |turn: InTurn<C>, _, context| {
                    let promise = (turn.run)(&turn.iterator, turn.captures, context)?;
                    turn.after.follow(Outcome::Deferred(promise), context);
                    Ok(())
                },
            );
            ongoing.react(then, context);
            after
        }
    };
    this.with(|slots| slots.ongoing = Some(promise.clone()));
    Ok(promise)
}

#[derive(Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
struct InTurn<C: Trace> {
    iterator: Iterator,
    captures: C,
    after: Deferred,
    #[unsafe_ignore_trace]
    run: fn(&Iterator, C, &mut Context) -> JsResult<Deferred>,
}

/// The iterator's `next`.
fn next(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_iterator(this)?;
    let promise = in_turn(
        &this,
        (),
        |this, (), context| next_steps(this, context),
        context,
    )?;
    Ok(promise.promise(context)?.into())
}

fn next_steps(this: &Iterator, context: &mut Context) -> JsResult<Deferred> {
    let result = Deferred::new();
    if this.with(|slots| slots.finished) {
        let end = create_iter_result_object(JsValue::undefined(), true, context);
        result.settle(Ok(end), context)?;
        return Ok(result);
    }
    let reader = this.with(|slots| slots.reader.clone());
    let request = ReadRequest::Native(Box::new(IteratorRead {
        iterator: this.clone(),
        result: result.clone(),
    }));
    ReadableStreamDefaultReader::read(&reader, request, context)?;
    Ok(result)
}

/// <https://streams.spec.whatwg.org/#rs-asynciterator-prototype-next>
#[derive(Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
struct IteratorRead {
    iterator: Iterator,
    result: Deferred,
}

impl IteratorRead {
    /// What the iterator does once the promise of the next value is settled; with `None` at the
    /// end.
    fn finish(
        self,
        settlement: Result<Option<JsValue>, JsValue>,
        context: &mut Context,
    ) -> JsResult<()> {
        let ended = !matches!(settlement, Ok(Some(_)));
        self.iterator.with(|slots| {
            slots.ongoing = None;
            slots.finished |= ended;
        });
        let settlement = settlement
            .map(|value| create_iter_result_object(value.unwrap_or_default(), ended, context));
        self.result.settle(settlement, context)
    }

    fn release(&self, context: &mut Context) -> JsResult<()> {
        let reader = self.iterator.with(|slots| slots.reader.clone());
        ReadableStreamDefaultReader::release_reader(&reader, context)
    }
}

impl ReadSteps for IteratorRead {
    fn chunk(self: Box<Self>, chunk: Chunk, context: &mut Context) -> JsResult<()> {
        let chunk = chunk.into_value(context)?;
        let then = steps(*self, |this: Self, settlement: Settlement, context| {
            this.finish(settlement.map(Some), context)
        });
        // Chunks that are promises are waited for.
        Outcome::resolved_with(chunk, context)?.react(then, context)
    }

    fn close(self: Box<Self>, context: &mut Context) -> JsResult<()> {
        self.release(context)?;
        let then = steps(*self, |this: Self, _, context| {
            this.finish(Ok(None), context)
        });
        microtask(then, Ok(JsValue::undefined()), context);
        Ok(())
    }

    fn error(self: Box<Self>, error: JsValue, context: &mut Context) -> JsResult<()> {
        self.release(context)?;
        let then = steps(*self, |this: Self, settlement: Settlement, context| {
            this.finish(settlement.map(Some), context)
        });
        microtask(then, Err(error), context);
        Ok(())
    }
}

/// The iterator's `return`.
fn return_(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_iterator(this)?;
    let value = args.first().cloned().unwrap_or_default();
    let ongoing = in_turn(&this, value.clone(), return_steps, context)?;
    let result = Deferred::new();
    let then = steps(
        (result.clone(), value),
        |(result, value): (Deferred, JsValue), settlement: Settlement, context| {
            let settlement = settlement.map(|_| create_iter_result_object(value, true, context));
            result.settle(settlement, context)
        },
    );
    ongoing.react(then, context);
    Ok(result.promise(context)?.into())
}

/// The steps up to <https://streams.spec.whatwg.org/#rs-asynciterator-prototype-return>
fn return_steps(this: &Iterator, value: JsValue, context: &mut Context) -> JsResult<Deferred> {
    let result = Deferred::new();
    if this.with(|slots| std::mem::replace(&mut slots.finished, true)) {
        result.resolve(context)?;
        return Ok(result);
    }
    let (reader, prevent_cancel) = this.with(|slots| (slots.reader.clone(), slots.prevent_cancel));
    if prevent_cancel {
        ReadableStreamDefaultReader::release_reader(&reader, context)?;
        result.resolve(context)?;
        return Ok(result);
    }
    let outcome = cancel(&stream_of(&reader)?, value, context)?;
    ReadableStreamDefaultReader::release_reader(&reader, context)?;
    outcome.then_undefined(context)
}
