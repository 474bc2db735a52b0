//! The `Headers` interface.

use boa_engine::{Context, JsData, JsNativeError, JsObject, JsResult, JsSymbol, JsValue};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{
    Interface, InterfaceBuilder, convert,
    iterable::{PairIterable, pair_iterable},
    this_object, wrap,
};

use crate::header_list::{HeaderList, is_token, is_value, normalize};

/// What may be done to a header list.
///
/// The lists of forbidden names that browsers tie to `Request` and `Response` protect a browser's user from pages; a
/// script here has no such user, and a client that may not set `Cookie` is of little use. So these guards forbid
/// nothing. `RequestNoCors` does what the standard says, because a script asks for it itself, by the mode `no-cors`.
///
/// <https://fetch.spec.whatwg.org/#concept-headers-guard>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Guard {
    None,
    Request,
    RequestNoCors,
    Response,
    Immutable,
}

/// A `Headers` object's state.
///
/// <https://fetch.spec.whatwg.org/#headers-class>
#[derive(Debug, Trace, Finalize, JsData)]
pub(crate) struct Headers {
    #[unsafe_ignore_trace]
    list: HeaderList,
    #[unsafe_ignore_trace]
    guard: Guard,
    /// The value pairs to iterate over, as long as the list does not change.
    #[unsafe_ignore_trace]
    sorted: Option<Vec<(String, Vec<u8>)>>,
}

/// A converted `HeadersInit`: names and values as given.
///
/// <https://fetch.spec.whatwg.org/#typedefdef-headersinit>
pub(crate) type HeadersInit = Vec<(Vec<u8>, Vec<u8>)>;

impl Headers {
    pub(crate) fn new(list: HeaderList, guard: Guard) -> Self {
        Self {
            list,
            guard,
            sorted: None,
        }
    }

    /// A new object in the current realm.
    pub(crate) fn create(list: HeaderList, guard: Guard, context: &mut Context) -> JsObject<Self> {
        wrap(Self::new(list, guard), context)
    }

    pub(crate) fn list(&self) -> &HeaderList {
        &self.list
    }

    pub(crate) fn guard(&self) -> Guard {
        self.guard
    }

    /// The list, to be changed.
    pub(crate) fn list_mut(&mut self) -> &mut HeaderList {
        self.sorted = None;
        &mut self.list
    }

    /// <https://fetch.spec.whatwg.org/#concept-headers-append>
    pub(crate) fn append(&mut self, name: &[u8], value: &[u8]) -> JsResult<()> {
        let value = normalize(value);
        let name = self.validate(name, Some(value))?;
        if self.guard == Guard::RequestNoCors {
            // Step 3.
            let mut whole = self.list.get(&name).unwrap_or_default();
            if self.list.contains(&name) {
                whole.extend_from_slice(b", ");
            }
            whole.extend_from_slice(value);
            if !is_no_cors_safelisted(&name, &whole) {
                return Ok(());
            }
        }
        self.list_mut().append(&name, value.to_vec());
        Ok(())
    }

    /// <https://fetch.spec.whatwg.org/#concept-headers-fill>
    pub(crate) fn fill(&mut self, init: &HeadersInit) -> JsResult<()> {
        init.iter()
            .try_for_each(|(name, value)| self.append(name, value))
    }

    /// <https://fetch.spec.whatwg.org/#headers-validate>
    fn validate(&self, name: &[u8], value: Option<&[u8]>) -> JsResult<String> {
        let name = valid_name(name)?;
        if let Some(value) = value
            && !is_value(value)
        {
            return Err(JsNativeError::typ()
                .with_message(format!(
                    "Headers: the value of \"{name}\" contains a NUL or a line break"
                ))
                .into());
        }
        if self.guard == Guard::Immutable {
            return Err(JsNativeError::typ()
                .with_message("Headers: these headers are immutable")
                .into());
        }
        Ok(name)
    }
}

/// <https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header-name>
fn is_no_cors_name(name: &str) -> bool {
    [
        "accept",
        "accept-language",
        "content-language",
        "content-type",
    ]
    .iter()
    .any(|known| known.eq_ignore_ascii_case(name))
}

/// <https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header>
fn is_no_cors_safelisted(name: &str, value: &[u8]) -> bool {
    // <https://fetch.spec.whatwg.org/#cors-unsafe-request-header-byte>
    let is_unsafe =
        |byte: &u8| (*byte < 0x20 && *byte != b'\t') || b"\"():<>?@[\\]{}\x7f".contains(byte);
    if !is_no_cors_name(name) || value.len() > 128 {
        return false;
    }
    match name.to_ascii_lowercase().as_str() {
        "accept" => !value.iter().any(is_unsafe),
        "content-type" => {
            if value.iter().any(is_unsafe) {
                return false;
            }
            let text = String::from_utf8_lossy(value);
            text.parse::<data_url::mime::Mime>().is_ok_and(|mime| {
                mime.matches("application", "x-www-form-urlencoded")
                    || mime.matches("multipart", "form-data")
                    || mime.matches("text", "plain")
            })
        }
        // The two for languages.
        _ => value
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b" *,-.;=".contains(byte)),
    }
}

/// A header name, checked.
fn valid_name(name: &[u8]) -> JsResult<String> {
    let shown = String::from_utf8_lossy(name);
    if !is_token(name) {
        return Err(JsNativeError::typ()
            .with_message(format!("Headers: \"{shown}\" is not a valid header name"))
            .into());
    }
    Ok(shown.into_owned())
}

/// Converts a `HeadersInit`: a sequence of pairs, which a `Headers` object is too, or a record.
pub(crate) fn headers_init(value: &JsValue, context: &mut Context) -> JsResult<HeadersInit> {
    let Some(object) = value.as_object() else {
        return Err(JsNativeError::typ()
            .with_message("Headers: expected a sequence of pairs, a record or a Headers object")
            .into());
    };
    let string = |what: &'static str| {
        move |value: &JsValue, context: &mut Context| convert::byte_string(value, what, context)
    };
    let name = string("a header name");
    let value_of = string("a header value");
    if let Some(iterator) = convert::get_method(&object, JsSymbol::iterator(), context)? {
        let pairs = convert::iterate(
            &object,
            &iterator,
            |pair, context| convert::sequence(pair, "a header", value_of, context),
            context,
        )?;
        return pairs
            .into_iter()
            .map(|pair| {
                <[Vec<u8>; 2]>::try_from(pair)
                    .map(|[name, value]| (name, value))
                    .map_err(|pair| {
                        JsNativeError::typ()
                            .with_message(format!(
                                "Headers: a header must be a name and a value, not {} items",
                                pair.len()
                            ))
                            .into()
                    })
            })
            .collect();
    }
    convert::record(value, "Headers", name, value_of, context)
}

impl Interface for Headers {
    const NAME: &'static str = "Headers";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .method("append", 2, append)
            .method("delete", 1, delete)
            .method("get", 1, get)
            .method("getSetCookie", 0, get_set_cookie)
            .method("has", 1, has)
            .method("set", 2, set);
        pair_iterable::<Self>(interface);
    }

    /// <https://fetch.spec.whatwg.org/#dom-headers>
    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let mut headers = Self::new(HeaderList::default(), Guard::None);
        if let Some(init) = args.first().filter(|init| !init.is_undefined()) {
            headers.fill(&headers_init(init, context)?)?;
        }
        Ok(headers)
    }
}

impl PairIterable for Headers {
    fn pair(object: &JsObject<Self>, index: usize, _: &mut Context) -> Option<(JsValue, JsValue)> {
        let mut object = object.borrow_mut();
        let Self { list, sorted, .. } = object.data_mut();
        let (name, value) = sorted
            .get_or_insert_with(|| list.sort_and_combine())
            .get(index)?;
        Some((
            convert::byte_string_value(name.as_bytes()).into(),
            convert::byte_string_value(value).into(),
        ))
    }
}

/// The arguments `name` and `value` of an operation.
fn name_and_value(args: &[JsValue], context: &mut Context) -> JsResult<(Vec<u8>, Vec<u8>)> {
    let name = convert::required::<Headers>(args, 0, 2)?;
    let name = convert::byte_string(name, "a header name", context)?;
    let value = convert::required::<Headers>(args, 1, 2)?;
    let value = convert::byte_string(value, "a header value", context)?;
    Ok((name, value))
}

/// The argument `name` of an operation that has no other.
fn name(args: &[JsValue], context: &mut Context) -> JsResult<Vec<u8>> {
    let name = convert::required::<Headers>(args, 0, 1)?;
    convert::byte_string(name, "a header name", context)
}

/// <https://fetch.spec.whatwg.org/#dom-headers-append>
fn append(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<Headers>(this)?;
    let (name, value) = name_and_value(args, context)?;
    this.borrow_mut().data_mut().append(&name, &value)?;
    Ok(JsValue::undefined())
}

/// <https://fetch.spec.whatwg.org/#dom-headers-delete>
fn delete(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<Headers>(this)?;
    let name = name(args, context)?;
    let mut this = this.borrow_mut();
    let this = this.data_mut();
    let name = this.validate(&name, None)?;
    if this.guard != Guard::RequestNoCors || is_no_cors_name(&name) {
        this.list_mut().delete(&name);
    }
    Ok(JsValue::undefined())
}

/// <https://fetch.spec.whatwg.org/#dom-headers-get>
fn get(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<Headers>(this)?;
    let name = valid_name(&name(args, context)?)?;
    let value = this.borrow().data().list.get(&name);
    Ok(value.map_or_else(JsValue::null, |value| {
        convert::byte_string_value(&value).into()
    }))
}

/// <https://fetch.spec.whatwg.org/#dom-headers-getsetcookie>
fn get_set_cookie(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<Headers>(this)?;
    let values: Vec<JsValue> = this
        .borrow()
        .data()
        .list
        .get_all("set-cookie")
        .map(|value| convert::byte_string_value(value).into())
        .collect();
    Ok(convert::array(values, context).into())
}

/// <https://fetch.spec.whatwg.org/#dom-headers-has>
fn has(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<Headers>(this)?;
    let name = valid_name(&name(args, context)?)?;
    let has = this.borrow().data().list.contains(&name);
    Ok(has.into())
}

/// <https://fetch.spec.whatwg.org/#dom-headers-set>
fn set(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<Headers>(this)?;
    let (name, value) = name_and_value(args, context)?;
    let value = normalize(&value);
    let mut this = this.borrow_mut();
    let this = this.data_mut();
    let name = this.validate(&name, Some(value))?;
    if this.guard != Guard::RequestNoCors || is_no_cors_safelisted(&name, value) {
        this.list_mut().set(&name, value.to_vec());
    }
    Ok(JsValue::undefined())
}
