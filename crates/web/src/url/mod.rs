//! The `URL` interface, and `URLSearchParams`.
//!
//! Spec: <https://url.spec.whatwg.org/>

mod host;
mod parser;
mod percent_encode;
mod record;
mod url_search_params;
mod urlencoded;

pub(crate) use record::Part;
pub use record::UrlRecord;
pub use url_search_params::UrlSearchParams;
pub use urlencoded::{parse, serialize};

use boa_engine::{Context, JsArgs, JsData, JsNativeError, JsObject, JsResult, JsString, JsValue};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Interface, InterfaceBuilder, convert, expose, this_object, wrap};

/// Defines the interfaces on the global object of the current realm.
///
/// # Errors
///
/// Fails when the global object refuses a property.
pub fn register(context: &mut Context) -> JsResult<()> {
    let global = context.global_object();
    expose::<Url>(&global, context);
    expose::<UrlSearchParams>(&global, context);
    Ok(())
}

/// <https://url.spec.whatwg.org/#url>
#[derive(Debug, Trace, Finalize, JsData)]
pub struct Url {
    /// <https://url.spec.whatwg.org/#concept-url-url>
    #[unsafe_ignore_trace]
    record: UrlRecord,
    /// <https://url.spec.whatwg.org/#concept-url-query-object>, made when it is first asked for.
    query_object: Option<JsObject<UrlSearchParams>>,
}

impl Url {
    /// A new object of the URL in the current realm.
    pub fn create(record: UrlRecord, context: &mut Context) -> JsObject<Self> {
        wrap(Self::new(record), context)
    }

    fn new(record: UrlRecord) -> Self {
        Self {
            record,
            query_object: None,
        }
    }

    /// The URL of an object.
    #[must_use]
    pub fn record(object: &JsObject<Self>) -> UrlRecord {
        object.borrow().data().record.clone()
    }

    /// Sets the query to what the query object of the URL serializes to.
    ///
    /// <https://url.spec.whatwg.org/#concept-urlsearchparams-update>
    fn set_query(object: &JsObject<Self>, query: String) {
        object.borrow_mut().data_mut().record.query = (!query.is_empty()).then_some(query);
    }
}

impl Interface for Url {
    const NAME: &'static str = "URL";
    const LENGTH: usize = 1;

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .static_method("parse", 1, parse_static)
            .static_method("canParse", 1, can_parse);
        crate::blob::url_store::url_members(interface);
        interface
            .attribute("href", href, set_href)
            .getter("origin", |this, _, _| read(this, UrlRecord::origin))
            .attribute(
                "protocol",
                |this, _, _| read(this, UrlRecord::protocol),
                |this, args, context| write(this, args, UrlRecord::set_protocol, context),
            )
            .attribute(
                "username",
                |this, _, _| read_str(this, UrlRecord::username),
                |this, args, context| write(this, args, UrlRecord::set_username, context),
            )
            .attribute(
                "password",
                |this, _, _| read_str(this, UrlRecord::password),
                |this, args, context| write(this, args, UrlRecord::set_password, context),
            )
            .attribute(
                "host",
                |this, _, _| read(this, UrlRecord::host_and_port),
                |this, args, context| write(this, args, UrlRecord::set_host, context),
            )
            .attribute(
                "hostname",
                |this, _, _| read_str(this, UrlRecord::hostname),
                |this, args, context| write(this, args, UrlRecord::set_hostname, context),
            )
            .attribute(
                "port",
                |this, _, _| read(this, |url| url.port()),
                |this, args, context| write(this, args, UrlRecord::set_port, context),
            )
            .attribute(
                "pathname",
                |this, _, _| read_str(this, UrlRecord::pathname),
                |this, args, context| write(this, args, UrlRecord::set_pathname, context),
            )
            .attribute(
                "search",
                |this, _, _| read(this, UrlRecord::search),
                set_search,
            )
            .attribute(
                "hash",
                |this, _, _| read(this, UrlRecord::hash),
                |this, args, context| write(this, args, UrlRecord::set_hash, context),
            )
            .getter("searchParams", search_params)
            .method("toJSON", 0, href)
            .stringifier(href);
    }

    /// <https://url.spec.whatwg.org/#dom-url-url>
    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let (url, base) = url_and_base(args, context)?;
        match api_parse(&url, base.as_deref()) {
            Some(record) => Ok(Self::new(record)),
            None => Err(JsNativeError::typ()
                .with_message(match base {
                    None => format!("URL: \"{url}\" is not an absolute URL"),
                    Some(base) => format!("URL: \"{url}\" with the base \"{base}\" is not a URL"),
                })
                .into()),
        }
    }
}

/// The arguments of the constructor and of the static operations.
fn url_and_base(args: &[JsValue], context: &mut Context) -> JsResult<(String, Option<String>)> {
    let url = convert::usv_string(convert::required::<Url>(args, 0, 1)?, context)?;
    let base = match args.get(1) {
        Some(base) if !base.is_undefined() => Some(convert::usv_string(base, context)?),
        _ => None,
    };
    Ok((url, base))
}

/// <https://url.spec.whatwg.org/#api-url-parser>
fn api_parse(url: &str, base: Option<&str>) -> Option<UrlRecord> {
    match base {
        None => UrlRecord::parse(url, None),
        Some(base) => UrlRecord::parse(url, Some(&UrlRecord::parse(base, None)?)),
    }
}

/// <https://url.spec.whatwg.org/#dom-url-parse>
fn parse_static(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (url, base) = url_and_base(args, context)?;
    Ok(match api_parse(&url, base.as_deref()) {
        Some(record) => Url::create(record, context).upcast().into(),
        None => JsValue::null(),
    })
}

/// <https://url.spec.whatwg.org/#dom-url-canparse>
fn can_parse(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (url, base) = url_and_base(args, context)?;
    Ok(api_parse(&url, base.as_deref()).is_some().into())
}

/// The value of an attribute that is a part of the URL.
fn read(this: &JsValue, part: impl FnOnce(&UrlRecord) -> String) -> JsResult<JsValue> {
    let this = this_object::<Url>(this)?;
    let this = this.borrow();
    Ok(JsString::from(part(&this.data().record)).into())
}

/// The same of a part that is there as it is.
fn read_str(this: &JsValue, part: impl FnOnce(&UrlRecord) -> &str) -> JsResult<JsValue> {
    let this = this_object::<Url>(this)?;
    let this = this.borrow();
    Ok(JsString::from(part(&this.data().record)).into())
}

/// Sets an attribute that is a part of the URL.
fn write(
    this: &JsValue,
    args: &[JsValue],
    set: impl FnOnce(&mut UrlRecord, &str),
    context: &mut Context,
) -> JsResult<JsValue> {
    let this = this_object::<Url>(this)?;
    let value = convert::usv_string(args.get_or_undefined(0), context)?;
    set(&mut this.borrow_mut().data_mut().record, &value);
    Ok(JsValue::undefined())
}

/// <https://url.spec.whatwg.org/#dom-url-href>
fn href(this: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    read(this, UrlRecord::href)
}

fn set_href(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<Url>(this)?;
    let href = convert::usv_string(args.get_or_undefined(0), context)?;
    let Some(record) = api_parse(&href, None) else {
        return Err(JsNativeError::typ()
            .with_message(format!("URL.href: \"{href}\" is not an absolute URL"))
            .into());
    };
    this.borrow_mut().data_mut().record = record;
    refresh_query_object(&this);
    Ok(JsValue::undefined())
}

/// <https://url.spec.whatwg.org/#dom-url-search>
fn set_search(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    write(this, args, UrlRecord::set_search, context)?;
    refresh_query_object(&this_object::<Url>(this)?);
    Ok(JsValue::undefined())
}

/// Sets the list of the query object, if there is one, to what the query says.
fn refresh_query_object(this: &JsObject<Url>) {
    let this = this.borrow();
    let this = this.data();
    if let Some(query_object) = &this.query_object {
        let list = urlencoded::parse(this.record.query().unwrap_or_default().as_bytes());
        UrlSearchParams::set_list(query_object, list);
    }
}

/// <https://url.spec.whatwg.org/#dom-url-searchparams>
fn search_params(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<Url>(this)?;
    let known = this.borrow().data().query_object.clone();
    let query_object = match known {
        Some(query_object) => query_object,
        None => {
            let list = {
                let this = this.borrow();
                urlencoded::parse(
                    this.data()
                        .record
                        .query
                        .as_deref()
                        .unwrap_or_default()
                        .as_bytes(),
                )
            };
            let query_object = UrlSearchParams::of_url(list, this.clone(), context);
            this.borrow_mut().data_mut().query_object = Some(query_object.clone());
            query_object
        }
    };
    Ok(query_object.upcast().into())
}
