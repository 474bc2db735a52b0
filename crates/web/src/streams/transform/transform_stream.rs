//! `TransformStream`: <https://streams.spec.whatwg.org/#ts-class>.

use boa_engine::{Context, JsData, JsNativeError, JsObject, JsResult, JsValue};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Interface, InterfaceBuilder, this_object, wrap};

use super::{
    native_transform::NativeTransform,
    transform_stream_default_controller::TransformStreamDefaultController,
    transformer::{Native, Transformer, TransformerDictionary},
};
use crate::streams::{
    readable::{
        ReadableStream, ReadableStreamDefaultController, Source, create_readable_stream,
        underlying_object,
    },
    support::{Deferred, Outcome, QueuingStrategy, SizeAlgorithm, Slots, type_error},
    writable::{Sink, WritableStream, WritableStreamDefaultController, create_writable_stream},
};

/// The platform object.
#[derive(Trace, Finalize, JsData)]
pub struct TransformStream {
    /// `[[backpressure]]`
    pub(super) backpressure: bool,
    /// `[[backpressureChangePromise]]`
    pub(super) backpressure_change: Deferred,
    /// `[[controller]]`
    pub(super) controller: Option<JsObject<TransformStreamDefaultController>>,
    pub(super) sides: Option<Sides>,
    /// What the constructor was given, until there is an object to set up.
    setup: Option<Setup>,
}

/// Both sides and their controllers.
#[derive(Clone, Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub(super) struct Sides {
    /// `[[readable]]`
    pub(super) readable: JsObject<ReadableStream>,
    pub(super) readable_controller: JsObject<ReadableStreamDefaultController>,
    /// `[[writable]]`
    pub(super) writable: JsObject<WritableStream>,
    pub(super) writable_controller: JsObject<WritableStreamDefaultController>,
}

/// What setting up a stream for a transformer needs.
#[derive(Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
struct Setup {
    dictionary: TransformerDictionary,
    writable_high_water_mark: f64,
    writable_size: SizeAlgorithm,
    readable_high_water_mark: f64,
    readable_size: SizeAlgorithm,
}

impl Interface for TransformStream {
    const NAME: &'static str = "TransformStream";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .getter("readable", |this, _, _| {
                let this = this_object::<Self>(this)?;
                Ok(Self::sides(&this)?.readable.clone().upcast().into())
            })
            .getter("writable", |this, _, _| {
                let this = this_object::<Self>(this)?;
                Ok(Self::sides(&this)?.writable.clone().upcast().into())
            });
    }

    /// <https://streams.spec.whatwg.org/#ts-constructor>
    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let transformer = underlying_object(args, "TransformStream: the transformer")?;
        let writable = QueuingStrategy::from_argument(args.get(1), context)?;
        let readable = QueuingStrategy::from_argument(args.get(2), context)?;
        let dictionary = TransformerDictionary::new(&transformer, context)?;
        if let Some(reserved) = dictionary.reserved {
            return Err(JsNativeError::range()
                .with_message(format!("TransformStream: no {reserved} is known"))
                .into());
        }
        let readable_high_water_mark = readable.high_water_mark(0.0)?;
        let readable_size = readable.size_algorithm(context);
        let writable_high_water_mark = writable.high_water_mark(1.0)?;
        let writable_size = writable.size_algorithm(context);
        Ok(Self::with_setup(Some(Setup {
            dictionary,
            writable_high_water_mark,
            writable_size,
            readable_high_water_mark,
            readable_size,
        })))
    }

    fn constructed(object: &JsObject<Self>, context: &mut Context) -> JsResult<()> {
        let Some(setup) = object.with(|slots| slots.setup.take()) else {
            return Ok(());
        };
        let started = Deferred::new();
        let Setup {
            dictionary,
            writable_high_water_mark,
            writable_size,
            readable_high_water_mark,
            readable_size,
        } = setup;
        Self::initialize(
            object,
            &started,
            (writable_high_water_mark, writable_size),
            (readable_high_water_mark, readable_size),
            context,
        )?;
        let controller =
            TransformStreamDefaultController::create(object, dictionary.transformer, context);
        match dictionary.start {
            Some(start) => {
                let result = start.invoke(&[controller.upcast().into()], context)?;
                started.resolve_with(result, context)
            }
            None => started.resolve(context),
        }
    }
}

impl TransformStream {
    fn new() -> Self {
        Self::with_setup(None)
    }

    fn with_setup(setup: Option<Setup>) -> Self {
        Self {
            backpressure: true,
            backpressure_change: Deferred::new(),
            controller: None,
            sides: None,
            setup,
        }
    }

    /// <https://streams.spec.whatwg.org/#initialize-transform-stream>; each side has its high
    /// water mark and size algorithm.
    fn initialize(
        this: &JsObject<Self>,
        started: &Deferred,
        writable: (f64, SizeAlgorithm),
        readable: (f64, SizeAlgorithm),
        context: &mut Context,
    ) -> JsResult<()> {
        let start = |context: &mut Context| Outcome::Deferred(started.clone()).followed(context);
        let (writable, writable_controller) = create_writable_stream(
            start(context),
            Sink::Transform(this.clone()),
            writable.0,
            writable.1,
            context,
        )?;
        let (readable, readable_controller) = create_readable_stream(
            start(context),
            Source::Transform(this.clone()),
            readable.0,
            readable.1,
            context,
        )?;
        this.with(|slots| {
            slots.sides = Some(Sides {
                readable,
                readable_controller,
                writable,
                writable_controller,
            });
        });
        Ok(())
    }

    /// Both sides. They are there from the constructor on.
    pub(super) fn sides(this: &JsObject<Self>) -> JsResult<Sides> {
        this.with(|slots| slots.sides.clone())
            .ok_or_else(|| type_error("the TransformStream is not set up"))
    }

    /// A transform stream with a transformer that is written in Rust.
    ///
    /// <https://streams.spec.whatwg.org/#transformstream-set-up>
    ///
    /// # Errors
    ///
    /// An error of the engine itself.
    pub fn from_native(
        transform: Box<dyn NativeTransform>,
        context: &mut Context,
    ) -> JsResult<JsObject<Self>> {
        let stream = wrap(Self::new(), context);
        let started = Deferred::fulfilled();
        Self::initialize(
            &stream,
            &started,
            (1.0, SizeAlgorithm::One),
            (0.0, SizeAlgorithm::One),
            context,
        )?;
        let transformer = Transformer::Native(Native::new(transform));
        TransformStreamDefaultController::create(&stream, transformer, context);
        Ok(stream)
    }

    /// The readable side.
    ///
    /// # Errors
    ///
    /// None once the stream is constructed.
    pub fn readable(stream: &JsObject<Self>) -> JsResult<JsObject<ReadableStream>> {
        Ok(Self::sides(stream)?.readable.clone())
    }

    /// The writable side.
    ///
    /// # Errors
    ///
    /// None once the stream is constructed.
    pub fn writable(stream: &JsObject<Self>) -> JsResult<JsObject<WritableStream>> {
        Ok(Self::sides(stream)?.writable.clone())
    }
}
