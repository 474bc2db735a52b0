//! The `TextDecoder` interface.

use boa_engine::{Context, JsData, JsError, JsNativeError, JsObject, JsResult, JsString, JsValue};
use boa_gc::{Finalize, Trace};
use encoding_rs::{Encoding, UTF_8};
use taipan_webidl::{
    BufferSource, Dictionary, Interface, InterfaceBuilder, buffer_source::shared_to_vec, convert,
    this_object,
};

use super::decode::{DecoderOptions, Decoding, Malformed};

/// <https://encoding.spec.whatwg.org/#interface-textdecoder>
#[derive(Debug, Trace, Finalize, JsData)]
pub struct TextDecoder {
    #[unsafe_ignore_trace]
    decoding: Decoding,
}

/// The arguments of the constructors of `TextDecoder` and `TextDecoderStream`.
///
/// <https://encoding.spec.whatwg.org/#dom-textdecoder>
pub(crate) fn options_of_arguments<T: Interface>(
    args: &[JsValue],
    context: &mut Context,
) -> JsResult<DecoderOptions> {
    let label = match args.first() {
        Some(label) if !label.is_undefined() => Some(convert::dom_string(label, context)?),
        _ => None,
    };
    let options = Dictionary::new(
        args.get(1).unwrap_or(&JsValue::undefined()),
        "TextDecoderOptions",
    )?;
    let fatal = flag(&options, "fatal", context)?;
    let ignore_bom = flag(&options, "ignoreBOM", context)?;
    let encoding = match label {
        None => UTF_8,
        Some(label) => {
            let label = label.to_std_string_lossy();
            Encoding::for_label_no_replacement(label.as_bytes()).ok_or_else(|| {
                JsNativeError::range().with_message(format!(
                    "{}: \"{label}\" is not the label of an encoding",
                    T::NAME
                ))
            })?
        }
    };
    Ok(DecoderOptions {
        encoding,
        fatal,
        ignore_bom,
    })
}

fn flag(options: &Dictionary, name: &'static str, context: &mut Context) -> JsResult<bool> {
    let value = options.get(name, context)?;
    Ok(value.is_some_and(|value| value.to_boolean()))
}

/// The attributes of `TextDecoderCommon`.
///
/// <https://encoding.spec.whatwg.org/#textdecodercommon>
pub(crate) trait TextDecoderCommon: Interface {
    fn options(&self) -> DecoderOptions;

    fn common_members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .getter("encoding", |this, _, _| {
                let this = this_object::<Self>(this)?;
                let name = this.borrow().data().options().encoding.name();
                Ok(JsString::from(name.to_ascii_lowercase()).into())
            })
            .getter("fatal", |this, _, _| {
                let this = this_object::<Self>(this)?;
                let fatal = this.borrow().data().options().fatal;
                Ok(fatal.into())
            })
            .getter("ignoreBOM", |this, _, _| {
                let this = this_object::<Self>(this)?;
                let ignore_bom = this.borrow().data().options().ignore_bom;
                Ok(ignore_bom.into())
            });
    }
}

/// The error of bytes that are no text in the encoding.
pub(crate) fn malformed<T: Interface>(decoding: &Decoding) -> JsError {
    JsNativeError::typ()
        .with_message(format!(
            "{}: the data is not valid {}",
            T::NAME,
            decoding.options().encoding.name()
        ))
        .into()
}

impl TextDecoderCommon for TextDecoder {
    fn options(&self) -> DecoderOptions {
        self.decoding.options()
    }
}

impl Interface for TextDecoder {
    const NAME: &'static str = "TextDecoder";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface.method("decode", 0, decode);
        Self::common_members(interface);
    }

    /// <https://encoding.spec.whatwg.org/#dom-textdecoder>
    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let options = options_of_arguments::<Self>(args, context)?;
        let decoding = Decoding::new(options);
        Ok(Self { decoding })
    }
}

/// <https://encoding.spec.whatwg.org/#dom-textdecoder-decode>
///
/// Resizable buffers are accepted: the bytes are read at once, so nothing speaks against it.
fn decode(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<TextDecoder>(this)?;
    let input = args.first().filter(|input| !input.is_undefined());
    let stream = match args.get(1) {
        None => false,
        Some(options) => {
            // The input's type is checked first, but its bytes are those after the conversion,
            // which can run script.
            if let Some(input) = input {
                Input::new::<TextDecoder>(input, context)?;
            }
            let options = Dictionary::new(options, "TextDecodeOptions")?;
            flag(&options, "stream", context)?
        }
    };
    match input {
        None => decode_bytes(&this, &[], stream),
        Some(input) => Input::new::<TextDecoder>(input, context)?
            .with_bytes(|bytes| decode_bytes(&this, bytes, stream)),
    }
}

/// `AllowSharedBufferSource`.
pub(crate) enum Input {
    Unshared(BufferSource),
    Shared(Vec<u8>),
}

impl Input {
    pub(crate) fn new<T: Interface>(value: &JsValue, context: &mut Context) -> JsResult<Self> {
        if let Some(source) = BufferSource::try_new(value, context)? {
            return Ok(Self::Unshared(source));
        }
        if let Some(bytes) = shared_to_vec(value, context)? {
            return Ok(Self::Shared(bytes));
        }
        Err(JsNativeError::typ()
            .with_message(format!(
                "{}: the input is neither a buffer nor a view on one",
                T::NAME
            ))
            .into())
    }

    /// Hands the bytes to `f`, which must not run script.
    pub(crate) fn with_bytes<R>(&self, f: impl FnOnce(&[u8]) -> R) -> R {
        match self {
            Self::Unshared(source) => source.with_bytes(f),
            Self::Shared(bytes) => f(bytes),
        }
    }
}

fn decode_bytes(this: &JsObject<TextDecoder>, bytes: &[u8], stream: bool) -> JsResult<JsValue> {
    let mut this = this.borrow_mut();
    let decoding = &mut this.data_mut().decoding;
    match decoding.decode(bytes, stream) {
        Ok(string) => Ok(string.into()),
        Err(Malformed) => Err(malformed::<TextDecoder>(decoding)),
    }
}
