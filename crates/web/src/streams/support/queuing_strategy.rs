//! Queuing strategies: <https://streams.spec.whatwg.org/#qs-api>.

use boa_engine::{
    Context, JsData, JsNativeError, JsObject, JsResult, JsValue, NativeFunction, js_string,
    native_function::NativeFunctionPointer, object::FunctionObjectBuilder,
};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Dictionary, convert};

use super::{Chunk, type_error};

/// A `QueuingStrategy` dictionary.
#[derive(Default)]
pub(in crate::streams) struct QueuingStrategy {
    high_water_mark: Option<f64>,
    size: Option<JsObject>,
}

impl QueuingStrategy {
    /// Converts an argument.
    ///
    /// # Errors
    ///
    /// A `TypeError` for what is no such dictionary, and whatever getting its members throws.
    pub(in crate::streams) fn from_argument(
        argument: Option<&JsValue>,
        context: &mut Context,
    ) -> JsResult<Self> {
        let Some(value) = argument else {
            return Ok(Self::default());
        };
        let dictionary = Dictionary::new(value, "QueuingStrategy")?;
        let high_water_mark = match dictionary.get("highWaterMark", context)? {
            Some(value) => Some(convert::unrestricted_double(&value, context)?),
            None => None,
        };
        let size = match dictionary.get("size", context)? {
            Some(value) => Some(
                value
                    .as_callable()
                    .ok_or_else(|| type_error("QueuingStrategy: size is not a function"))?,
            ),
            None => None,
        };
        Ok(Self {
            high_water_mark,
            size,
        })
    }

    /// <https://streams.spec.whatwg.org/#validate-and-normalize-high-water-mark>
    ///
    /// # Errors
    ///
    /// A `RangeError` if it is negative or not a number.
    pub(in crate::streams) fn high_water_mark(&self, default: f64) -> JsResult<f64> {
        match self.high_water_mark {
            None => Ok(default),
            Some(mark) if mark.is_nan() || mark < 0.0 => Err(JsNativeError::range()
                .with_message("highWaterMark must be a number that is not negative")
                .into()),
            Some(mark) => Ok(mark),
        }
    }

    /// Whether the strategy has a size function.
    pub(in crate::streams) fn has_size(&self) -> bool {
        self.size.is_some()
    }

    /// <https://streams.spec.whatwg.org/#make-size-algorithm-from-size-function>
    ///
    /// # Errors
    ///
    /// An error of the engine itself.
    pub(in crate::streams) fn size_algorithm(self, context: &mut Context) -> SizeAlgorithm {
        match self.size {
            Some(size) if SizeFunctions::count(context).is_some_and(|f| same(&f, &size)) => {
                SizeAlgorithm::One
            }
            Some(size) => SizeAlgorithm::Callback(size),
            None => SizeAlgorithm::One,
        }
    }
}

fn same(a: &JsObject, b: &JsObject) -> bool {
    JsObject::equals(a, b)
}

/// `[[strategySizeAlgorithm]]`
#[derive(Clone, Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub(in crate::streams) enum SizeAlgorithm {
    /// Every chunk counts 1.
    One,
    /// The function of a strategy.
    Callback(JsObject),
}

impl SizeAlgorithm {
    /// The size of a chunk.
    ///
    /// # Errors
    ///
    /// Whatever the function and the conversion of its result throw.
    pub(in crate::streams) fn size(
        &self,
        chunk: &mut Chunk,
        context: &mut Context,
    ) -> JsResult<f64> {
        match self {
            Self::One => Ok(1.0),
            Self::Callback(function) => {
                let value = chunk.clone().into_value(context)?;
                *chunk = Chunk::Value(value.clone());
                let size = function.call(&JsValue::undefined(), &[value], context)?;
                convert::unrestricted_double(&size, context)
            }
        }
    }
}

/// The size functions of a global object: every strategy of it has the same ones.
///
/// <https://streams.spec.whatwg.org/#count-queuing-strategy-size-function>
#[derive(Trace, Finalize, JsData, Default)]
pub(in crate::streams) struct SizeFunctions {
    byte_length: Option<JsObject>,
    count: Option<JsObject>,
}

impl SizeFunctions {
    /// That of `CountQueuingStrategy`, if it was ever asked for.
    fn count(context: &Context) -> Option<JsObject> {
        let host_defined = context.realm().host_defined();
        host_defined.get::<Self>()?.count.clone()
    }

    /// The one in `slot`, made of `f` the first time.
    fn get_or_make(
        slot: fn(&mut Self) -> &mut Option<JsObject>,
        length: usize,
        f: NativeFunctionPointer,
        context: &mut Context,
    ) -> JsObject {
        let realm = context.realm().clone();
        let mut host_defined = realm.host_defined_mut();
        if host_defined.get::<Self>().is_none() {
            host_defined.insert(Self::default());
        }
        if let Some(known) = host_defined
            .get_mut::<Self>()
            .and_then(|all| slot(all).clone())
        {
            return known;
        }
        let function: JsObject = FunctionObjectBuilder::new(&realm, NativeFunction::from_fn_ptr(f))
            .name(js_string!("size"))
            .length(length)
            .constructor(false)
            .build()
            .into();
        if let Some(all) = host_defined.get_mut::<Self>() {
            *slot(all) = Some(function.clone());
        }
        function
    }

    /// <https://streams.spec.whatwg.org/#byte-length-queuing-strategy-size-function>
    pub(in crate::streams) fn byte_length_function(context: &mut Context) -> JsObject {
        Self::get_or_make(
            |all| &mut all.byte_length,
            1,
            |_, args, context| {
                let chunk = args.first().cloned().unwrap_or_default();
                chunk
                    .to_object(context)
                    .map_err(|_| type_error("ByteLengthQueuingStrategy.size: not an object"))?
                    .get(js_string!("byteLength"), context)
            },
            context,
        )
    }

    /// <https://streams.spec.whatwg.org/#count-queuing-strategy-size-function>
    pub(in crate::streams) fn count_function(context: &mut Context) -> JsObject {
        Self::get_or_make(|all| &mut all.count, 0, |_, _, _| Ok(1.into()), context)
    }
}
