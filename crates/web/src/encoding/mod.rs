//! Encoding and decoding of text.
//!
//! Spec: <https://encoding.spec.whatwg.org/>

mod decode;
mod encode;
mod text_decoder;
mod text_decoder_stream;
mod text_encoder;
mod text_encoder_stream;

pub use decode::{utf8_decode, utf8_decode_without_bom};
pub use encode::utf8_encode;
pub use text_decoder::TextDecoder;
pub use text_decoder_stream::TextDecoderStream;
pub use text_encoder::TextEncoder;
pub use text_encoder_stream::TextEncoderStream;

use boa_engine::{Context, JsResult};
use taipan_webidl::expose;

/// Defines the interfaces on the global object of the current realm.
///
/// # Errors
///
/// Fails when the global object refuses a property.
pub fn register(context: &mut Context) -> JsResult<()> {
    let global = context.global_object();
    expose::<TextDecoder>(&global, context);
    expose::<TextEncoder>(&global, context);
    expose::<TextDecoderStream>(&global, context);
    expose::<TextEncoderStream>(&global, context);
    Ok(())
}
