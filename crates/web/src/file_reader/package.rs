//! What the bytes of a blob are read as.

use base64::{Engine, engine::general_purpose::STANDARD};
use boa_engine::{Context, JsResult, JsValue, js_string};
use bytes::Bytes;
use data_url::mime::Mime;
use encoding_rs::{Encoding, UTF_8};
use taipan_webidl::convert;

use crate::{bytes::array_buffer, encoding::utf8_decode};

/// The type that a read operation was started with.
pub(super) enum Package {
    ArrayBuffer,
    BinaryString,
    /// With the label of an encoding.
    Text(Option<String>),
    DataUrl,
}

impl Package {
    /// <https://w3c.github.io/FileAPI/#blob-package-data>
    pub(super) fn make(
        &self,
        bytes: &Bytes,
        mime_type: &str,
        context: &mut Context,
    ) -> JsResult<JsValue> {
        Ok(match self {
            Self::ArrayBuffer => array_buffer(bytes, context)?.into(),
            Self::BinaryString => convert::byte_string_value(bytes).into(),
            Self::Text(label) => {
                let fallback = label
                    .as_deref()
                    .and_then(|label| Encoding::for_label(label.as_bytes()))
                    .or_else(|| encoding_of_type(mime_type))
                    .unwrap_or(UTF_8);
                // A byte order mark wins over what was asked for.
                let encoding = Encoding::for_bom(bytes).map_or(fallback, |(encoding, _)| encoding);
                if encoding == UTF_8 {
                    utf8_decode(bytes).into()
                } else {
                    let (text, _) = encoding.decode_with_bom_removal(bytes);
                    js_string!(text.as_ref()).into()
                }
            }
            Self::DataUrl => {
                let mime_type = match mime_type {
                    "" => "application/octet-stream",
                    mime_type => mime_type,
                };
                let mut url = format!("data:{mime_type};base64,");
                STANDARD.encode_string(bytes, &mut url);
                js_string!(url).into()
            }
        })
    }
}

/// The encoding that the parameter `charset` of a MIME type names.
fn encoding_of_type(mime_type: &str) -> Option<&'static Encoding> {
    let mime: Mime = mime_type.parse().ok()?;
    Encoding::for_label(mime.get_parameter("charset")?.as_bytes())
}
