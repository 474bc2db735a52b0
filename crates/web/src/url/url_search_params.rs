//! The `URLSearchParams` interface.

use boa_engine::{Context, JsData, JsNativeError, JsObject, JsResult, JsString, JsSymbol, JsValue};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{
    Interface, InterfaceBuilder, convert,
    iterable::{PairIterable, pair_iterable},
    this_object, wrap,
};

use super::{Url, urlencoded};

/// Names and values, in their order.
type List = Vec<(String, String)>;

/// <https://url.spec.whatwg.org/#urlsearchparams>
#[derive(Debug, Default, Trace, Finalize, JsData)]
pub struct UrlSearchParams {
    /// <https://url.spec.whatwg.org/#concept-urlsearchparams-list>
    #[unsafe_ignore_trace]
    list: List,
    /// <https://url.spec.whatwg.org/#concept-urlsearchparams-url-object>
    url: Option<JsObject<Url>>,
}

impl UrlSearchParams {
    /// A new object of the names and values in the current realm.
    pub fn create(list: List, context: &mut Context) -> JsObject<Self> {
        wrap(Self { list, url: None }, context)
    }

    /// The query object of `url`.
    pub(super) fn of_url(list: List, url: JsObject<Url>, context: &mut Context) -> JsObject<Self> {
        let url = Some(url);
        wrap(Self { list, url }, context)
    }

    /// The names and values of an object.
    #[must_use]
    pub fn list(object: &JsObject<Self>) -> List {
        object.borrow().data().list.clone()
    }

    /// The names and values of an object, serialized.
    #[must_use]
    pub fn serialize(object: &JsObject<Self>) -> String {
        urlencoded::serialize(&object.borrow().data().list)
    }

    pub(super) fn set_list(object: &JsObject<Self>, list: List) {
        object.borrow_mut().data_mut().list = list;
    }

    /// Changes the list, and with it the URL that the object belongs to.
    ///
    /// <https://url.spec.whatwg.org/#concept-urlsearchparams-update>
    fn change(object: &JsObject<Self>, change: impl FnOnce(&mut List)) {
        let (url, query) = {
            let mut object = object.borrow_mut();
            let this = object.data_mut();
            change(&mut this.list);
            let Some(url) = &this.url else {
                return;
            };
            (url.clone(), urlencoded::serialize(&this.list))
        };
        Url::set_query(&url, query);
    }
}

impl Interface for UrlSearchParams {
    const NAME: &'static str = "URLSearchParams";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .getter("size", |this, _, _| {
                let this = this_object::<Self>(this)?;
                let size = this.borrow().data().list.len();
                Ok(size.into())
            })
            .method("append", 2, append)
            .method("delete", 1, delete)
            .method("get", 1, get)
            .method("getAll", 1, get_all)
            .method("has", 1, has)
            .method("set", 2, set)
            .method("sort", 0, sort)
            .stringifier(|this, _, _| {
                let this = this_object::<Self>(this)?;
                Ok(JsString::from(Self::serialize(&this)).into())
            });
        pair_iterable::<Self>(interface);
    }

    /// <https://url.spec.whatwg.org/#dom-urlsearchparams-urlsearchparams>
    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let list = match args.first() {
            Some(init) if !init.is_undefined() => init_list(init, context)?,
            _ => List::new(),
        };
        Ok(Self { list, url: None })
    }
}

/// Converts what the constructor accepts: a sequence of pairs, a record or a string.
///
/// <https://url.spec.whatwg.org/#urlsearchparams-initialize>
fn init_list(init: &JsValue, context: &mut Context) -> JsResult<List> {
    let Some(object) = init.as_object() else {
        let init = convert::usv_string(init, context)?;
        let query = init.strip_prefix('?').unwrap_or(&init);
        return Ok(urlencoded::parse(query.as_bytes()));
    };
    if let Some(iterator) = convert::get_method(&object, JsSymbol::iterator(), context)? {
        return convert::iterate(&object, &iterator, pair, context);
    }
    convert::record(
        init,
        "URLSearchParams",
        convert::usv_string,
        convert::usv_string,
        context,
    )
}

/// A pair of a sequence of pairs.
fn pair(value: &JsValue, context: &mut Context) -> JsResult<(String, String)> {
    let pair = convert::sequence(
        value,
        "URLSearchParams: a pair",
        convert::usv_string,
        context,
    )?;
    let [name, value] = <[String; 2]>::try_from(pair).map_err(|pair| {
        JsNativeError::typ().with_message(format!(
            "URLSearchParams: a pair must be a name and a value, not {} items",
            pair.len()
        ))
    })?;
    Ok((name, value))
}

impl PairIterable for UrlSearchParams {
    fn pair(object: &JsObject<Self>, index: usize, _: &mut Context) -> Option<(JsValue, JsValue)> {
        let object = object.borrow();
        let (name, value) = object.data().list.get(index)?;
        Some((
            JsString::from(name.as_str()).into(),
            JsString::from(value.as_str()).into(),
        ))
    }
}

/// The string argument at `index` of an operation that requires `count` of them.
fn string(args: &[JsValue], index: usize, count: usize, context: &mut Context) -> JsResult<String> {
    let value = convert::required::<UrlSearchParams>(args, index, count)?;
    convert::usv_string(value, context)
}

/// The optional argument `value`.
fn optional_value(args: &[JsValue], context: &mut Context) -> JsResult<Option<String>> {
    match args.get(1) {
        Some(value) if !value.is_undefined() => convert::usv_string(value, context).map(Some),
        _ => Ok(None),
    }
}

/// Whether a pair has the name, and the value if one is given.
fn matches(pair: &(String, String), name: &str, value: Option<&str>) -> bool {
    pair.0 == name && value.is_none_or(|value| pair.1 == value)
}

/// <https://url.spec.whatwg.org/#dom-urlsearchparams-append>
fn append(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<UrlSearchParams>(this)?;
    let name = string(args, 0, 2, context)?;
    let value = string(args, 1, 2, context)?;
    UrlSearchParams::change(&this, |list| list.push((name, value)));
    Ok(JsValue::undefined())
}

/// <https://url.spec.whatwg.org/#dom-urlsearchparams-delete>
fn delete(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<UrlSearchParams>(this)?;
    let name = string(args, 0, 1, context)?;
    let value = optional_value(args, context)?;
    UrlSearchParams::change(&this, |list| {
        list.retain(|pair| !matches(pair, &name, value.as_deref()));
    });
    Ok(JsValue::undefined())
}

/// <https://url.spec.whatwg.org/#dom-urlsearchparams-get>
fn get(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<UrlSearchParams>(this)?;
    let name = string(args, 0, 1, context)?;
    let this = this.borrow();
    let mut pairs = this.data().list.iter();
    Ok(match pairs.find(|pair| pair.0 == name) {
        Some((_, value)) => JsString::from(value.as_str()).into(),
        None => JsValue::null(),
    })
}

/// <https://url.spec.whatwg.org/#dom-urlsearchparams-getall>
fn get_all(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<UrlSearchParams>(this)?;
    let name = string(args, 0, 1, context)?;
    let values: Vec<JsValue> = {
        let this = this.borrow();
        let pairs = this.data().list.iter().filter(|pair| pair.0 == name);
        pairs
            .map(|(_, value)| JsString::from(value.as_str()).into())
            .collect()
    };
    Ok(convert::array(values, context).into())
}

/// <https://url.spec.whatwg.org/#dom-urlsearchparams-has>
fn has(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<UrlSearchParams>(this)?;
    let name = string(args, 0, 1, context)?;
    let value = optional_value(args, context)?;
    let this = this.borrow();
    let mut pairs = this.data().list.iter();
    Ok(pairs
        .any(|pair| matches(pair, &name, value.as_deref()))
        .into())
}

/// <https://url.spec.whatwg.org/#dom-urlsearchparams-set>
fn set(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<UrlSearchParams>(this)?;
    let name = string(args, 0, 2, context)?;
    let value = string(args, 1, 2, context)?;
    UrlSearchParams::change(&this, |list| {
        // The first pair of the name takes the value, the others go.
        let mut value = Some(value);
        list.retain_mut(|pair| {
            if pair.0 != name {
                return true;
            }
            match value.take() {
                Some(value) => {
                    pair.1 = value;
                    true
                }
                None => false,
            }
        });
        if let Some(value) = value {
            list.push((name, value));
        }
    });
    Ok(JsValue::undefined())
}

/// <https://url.spec.whatwg.org/#dom-urlsearchparams-sort>
fn sort(this: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<UrlSearchParams>(this)?;
    UrlSearchParams::change(&this, |list| {
        list.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
    });
    Ok(JsValue::undefined())
}
