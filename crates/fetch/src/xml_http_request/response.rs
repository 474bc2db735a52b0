//! The response of an `XMLHttpRequest`.

use boa_engine::{Context, JsArgs, JsResult, JsString, JsValue};
use bytes::Bytes;
use data_url::mime::Mime;
use taipan_web::{blob::Blob, bytes::array_buffer, encoding::utf8_decode, json};
use taipan_webidl::{InterfaceBuilder, convert, this_object};
use url::Url;

use super::{State, Xhr, XmlHttpRequest, byte_string, invalid_state, options, read};
use crate::{header_list::HeaderList, net::NativeResponse};

/// <https://xhr.spec.whatwg.org/#xmlhttprequestresponsetype>
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum ResponseType {
    #[default]
    Empty,
    ArrayBuffer,
    Blob,
    Document,
    Json,
    Text,
}

const RESPONSE_TYPES: [(&str, ResponseType); 6] = [
    ("", ResponseType::Empty),
    ("arraybuffer", ResponseType::ArrayBuffer),
    ("blob", ResponseType::Blob),
    ("document", ResponseType::Document),
    ("json", ResponseType::Json),
    ("text", ResponseType::Text),
];

/// What has arrived.
#[derive(Debug, Default)]
pub(super) struct Received {
    url: Option<Url>,
    status: u16,
    status_text: String,
    headers: HeaderList,
    pub(super) bytes: Vec<u8>,
}

impl Received {
    /// The header of a response.
    pub(super) fn from_header(response: &NativeResponse) -> Self {
        Self {
            url: Some(response.url().clone()),
            status: response.status(),
            status_text: response.status_text().to_owned(),
            headers: HeaderList::from(response.headers()),
            bytes: Vec::new(),
        }
    }
}

impl XmlHttpRequest {
    /// <https://xhr.spec.whatwg.org/#final-mime-type>
    fn mime_type(&self) -> Option<Mime> {
        match &self.override_mime_type {
            Some(mime_type) => mime_type.parse().ok(),
            None => self.received.headers.mime_type(),
        }
    }

    /// <https://xhr.spec.whatwg.org/#text-response>
    fn text(&self) -> JsString {
        let mime_type = self.mime_type();
        let label = mime_type
            .as_ref()
            .and_then(|mime| mime.get_parameter("charset"));
        let encoding = label.and_then(|label| encoding_rs::Encoding::for_label(label.as_bytes()));
        match encoding {
            Some(encoding) if encoding != encoding_rs::UTF_8 => {
                let (text, ..) = encoding.decode(&self.received.bytes);
                JsString::from(&*text)
            }
            _ => utf8_decode(&self.received.bytes),
        }
    }
}

pub(super) fn members(interface: &mut InterfaceBuilder<'_>) {
    interface
        .getter("responseURL", |this, _, _| {
            read(this, |this| match &this.received.url {
                Some(url) => {
                    let mut url = url.clone();
                    url.set_fragment(None);
                    JsString::from(url.as_str()).into()
                }
                None => JsString::default().into(),
            })
        })
        .getter("status", |this, _, _| {
            read(this, |this| this.received.status.into())
        })
        .getter("statusText", |this, _, _| {
            read(this, |this| {
                byte_string(this.received.status_text.as_bytes()).into()
            })
        })
        .method("getResponseHeader", 1, |this, args, context| {
            let this = this_object::<XmlHttpRequest>(this)?;
            let name = convert::required::<XmlHttpRequest>(args, 0, 1)?;
            let name = convert::byte_string(name, "the name", context)?;
            let value = str::from_utf8(&name)
                .ok()
                .and_then(|name| this.borrow().data().received.headers.get(name));
            Ok(value.map_or_else(JsValue::null, |value| byte_string(&value).into()))
        })
        .method("getAllResponseHeaders", 0, |this, _, _| {
            read(this, |this| {
                let mut text = Vec::new();
                for (name, value) in this.received.headers.sort_and_combine() {
                    text.extend_from_slice(name.as_bytes());
                    text.extend_from_slice(b": ");
                    text.extend_from_slice(&value);
                    text.extend_from_slice(b"\r\n");
                }
                byte_string(&text).into()
            })
        })
        .method("overrideMimeType", 1, |this, args, context| {
            let this = this_object::<XmlHttpRequest>(this)?;
            let mime_type = convert::required::<XmlHttpRequest>(args, 0, 1)?;
            let mime_type = convert::usv_string(mime_type, context)?;
            if this.borrow().data().state >= State::Loading {
                return Err(invalid_state("the response is there already", context));
            }
            let is_one = mime_type.parse::<Mime>().is_ok();
            let mime_type = match is_one {
                true => mime_type,
                false => "application/octet-stream".to_owned(),
            };
            this.borrow_mut().data_mut().override_mime_type = Some(mime_type);
            Ok(JsValue::undefined())
        })
        .attribute("responseType", get_response_type, set_response_type)
        .getter("response", get_response)
        .getter("responseText", |this, _, context| {
            let this = this_object::<XmlHttpRequest>(this)?;
            let (kind, state) = kind_and_state(&this);
            if !matches!(kind, ResponseType::Empty | ResponseType::Text) {
                let message = "the response is not text: see its responseType";
                return Err(invalid_state(message, context));
            }
            Ok(match state >= State::Loading {
                true => this.borrow().data().text(),
                false => JsString::default(),
            }
            .into())
        })
        .getter("responseXML", |this, _, context| {
            let this = this_object::<XmlHttpRequest>(this)?;
            let (kind, state) = kind_and_state(&this);
            match kind {
                ResponseType::Document if state == State::Done => object(&this, context),
                // Without being asked for a document a browser makes none of HTML.
                ResponseType::Document | ResponseType::Empty => Ok(JsValue::null()),
                _ => {
                    let message = "the response is no document: see its responseType";
                    Err(invalid_state(message, context))
                }
            }
        });
}

fn kind_and_state(this: &Xhr) -> (ResponseType, State) {
    let this = this.borrow();
    (this.data().response_type, this.data().state)
}

fn get_response_type(this: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    read(this, |this| {
        let name = RESPONSE_TYPES
            .iter()
            .find(|(_, kind)| *kind == this.response_type)
            .map_or("", |(name, _)| name);
        JsString::from(name).into()
    })
}

/// <https://xhr.spec.whatwg.org/#dom-xmlhttprequest-responsetype>
fn set_response_type(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<XmlHttpRequest>(this)?;
    let name = convert::dom_string(args.get_or_undefined(0), context)?;
    // What is no value of the enumeration is ignored.
    let Some((_, kind)) = RESPONSE_TYPES.iter().find(|(known, _)| name == **known) else {
        return Ok(JsValue::undefined());
    };
    if kind_and_state(&this).1 >= State::Loading {
        return Err(invalid_state("the response is there already", context));
    }
    this.borrow_mut().data_mut().response_type = *kind;
    Ok(JsValue::undefined())
}

/// <https://xhr.spec.whatwg.org/#dom-xmlhttprequest-response>
fn get_response(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<XmlHttpRequest>(this)?;
    match kind_and_state(&this) {
        (ResponseType::Empty | ResponseType::Text, state) if state < State::Loading => {
            Ok(JsString::default().into())
        }
        (ResponseType::Empty | ResponseType::Text, _) => Ok(this.borrow().data().text().into()),
        (_, State::Done) => object(&this, context),
        _ => Ok(JsValue::null()),
    }
}

/// The response as an object, the same each time; null if there is none.
fn object(this: &Xhr, context: &mut Context) -> JsResult<JsValue> {
    let (known, kind, bytes, mime_type, has_failed) = {
        let this = this.borrow();
        let this = this.data();
        (
            this.response_object.clone(),
            this.response_type,
            this.received.bytes.clone(),
            this.mime_type(),
            this.received.url.is_none(),
        )
    };
    if let Some(known) = known {
        return Ok(known);
    }
    if has_failed {
        return Ok(JsValue::null());
    }
    let object = match kind {
        ResponseType::ArrayBuffer => array_buffer(&bytes, context)?.into(),
        ResponseType::Blob => {
            let mime_type = mime_type.map(|mime| mime.to_string());
            let mime_type = mime_type.as_deref().unwrap_or("text/xml");
            let blob = Blob::create(Bytes::from(bytes), mime_type, context);
            blob.upcast().into()
        }
        ResponseType::Json => {
            json::parse_bytes(&bytes, context).unwrap_or_else(|_| JsValue::null())
        }
        ResponseType::Document => {
            let is_html = mime_type.is_some_and(|mime| mime.matches("text", "html"));
            let parse = options(context).parse_document;
            match parse.filter(|_| is_html) {
                Some(parse) => {
                    let text = this.borrow().data().text();
                    parse(&convert::scalar_values(&text), context)?
                }
                None => JsValue::null(),
            }
        }
        ResponseType::Empty | ResponseType::Text => JsValue::null(),
    };
    this.borrow_mut().data_mut().response_object = Some(object.clone());
    Ok(object)
}
