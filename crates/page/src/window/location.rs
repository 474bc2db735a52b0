//! The `Location` interface.

use boa_engine::{
    Context, JsArgs, JsData, JsObject, JsResult, JsValue, NativeFunction, js_string,
    object::FunctionObjectBuilder, property::PropertyDescriptor,
};
use boa_gc::{Finalize, Trace};
use taipan::Url;
use taipan_web::url::UrlRecord;
use taipan_webidl::{Interface, InterfaceBuilder, convert, expose, this_object, wrap};

use super::navigation::{follow, navigate};
use crate::state::PageState;

/// <https://html.spec.whatwg.org/multipage/nav-history-apis.html#the-location-interface>
#[derive(Trace, Finalize, JsData)]
struct Location;

/// The location of the page, of which there is one object.
#[derive(Trace, Finalize, JsData)]
struct Known(JsObject);

/// Defines the interface and makes its object.
pub(super) fn register(context: &mut Context) {
    let global = context.global_object();
    expose::<Location>(&global, context);
    let location = wrap(Location, context).upcast();
    context.realm().host_defined_mut().insert(Known(location));
}

/// The object.
///
/// # Errors
/// None: a page has one.
pub(crate) fn location(context: &Context) -> JsResult<JsValue> {
    let host_defined = context.realm().host_defined();
    let known = host_defined.get::<Known>();
    Ok(known.map_or_else(JsValue::undefined, |known| known.0.clone().into()))
}

/// Defines `location` on the global object: to assign to it is to navigate.
///
/// # Errors
/// Fails when the global object refuses a property.
pub(super) fn define(context: &mut Context) -> JsResult<()> {
    let get = NativeFunction::from_fn_ptr(|_, _, context| location(context));
    let set =
        NativeFunction::from_fn_ptr(|_, args, context| navigate(args.get_or_undefined(0), context));
    let realm = context.realm().clone();
    let accessor = |name: &str, length, native| {
        FunctionObjectBuilder::new(&realm, native)
            .name(js_string!(name))
            .length(length)
            .constructor(false)
            .build()
    };
    let property = PropertyDescriptor::builder()
        .get(accessor("get location", 0, get))
        .set(accessor("set location", 1, set))
        .enumerable(true)
        .configurable(false);
    let global = context.global_object();
    global.define_property_or_throw(js_string!("location"), property, context)?;
    Ok(())
}

/// What `f` makes of the URL of the page.
fn read(
    this: &JsValue,
    context: &Context,
    f: impl FnOnce(&UrlRecord) -> String,
) -> JsResult<JsValue> {
    this_object::<Location>(this)?;
    let state = PageState::of(context)?;
    let url = state.url.borrow();
    let record = UrlRecord::parse(url.as_str(), None);
    Ok(js_string!(record.map(|record| f(&record)).unwrap_or_default()).into())
}

/// Goes to the URL of the page with a part changed.
fn write(
    this: &JsValue,
    args: &[JsValue],
    context: &mut Context,
    change: fn(&mut Url, &str),
) -> JsResult<JsValue> {
    this_object::<Location>(this)?;
    let value = convert::usv_string(args.get_or_undefined(0), context)?;
    let mut url = PageState::of(context)?.url.borrow().clone();
    change(&mut url, &value);
    follow(url.as_str(), context)?;
    Ok(JsValue::undefined())
}

fn href(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    read(this, context, UrlRecord::href)
}

impl Interface for Location {
    const NAME: &'static str = "Location";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .attribute("href", href, |this, args, context| {
                this_object::<Self>(this)?;
                navigate(args.get_or_undefined(0), context)
            })
            .stringifier(href)
            .getter("origin", |this, _, context| {
                read(this, context, UrlRecord::origin)
            })
            .attribute(
                "protocol",
                |this, _, context| read(this, context, UrlRecord::protocol),
                |this, args, context| {
                    write(this, args, context, |url, value| {
                        // What cannot be set stays.
                        let _ = url.set_scheme(value.trim_end_matches(':'));
                    })
                },
            )
            .attribute(
                "host",
                |this, _, context| read(this, context, UrlRecord::host_and_port),
                |this, args, context| {
                    write(this, args, context, |url, value| {
                        let _ = url.set_host(Some(value));
                    })
                },
            )
            .attribute(
                "hostname",
                |this, _, context| read(this, context, |url| url.hostname().to_owned()),
                |this, args, context| {
                    write(this, args, context, |url, value| {
                        let _ = url.set_host(Some(value));
                    })
                },
            )
            .attribute(
                "port",
                |this, _, context| read(this, context, UrlRecord::port),
                |this, args, context| {
                    write(this, args, context, |url, value| {
                        let _ = url.set_port(value.parse().ok());
                    })
                },
            )
            .attribute(
                "pathname",
                |this, _, context| read(this, context, |url| url.pathname().to_owned()),
                |this, args, context| write(this, args, context, |url, value| url.set_path(value)),
            )
            .attribute(
                "search",
                |this, _, context| read(this, context, UrlRecord::search),
                |this, args, context| {
                    write(this, args, context, |url, value| {
                        let query = value.strip_prefix('?').unwrap_or(value);
                        url.set_query((!query.is_empty()).then_some(query));
                    })
                },
            )
            .attribute(
                "hash",
                |this, _, context| read(this, context, UrlRecord::hash),
                |this, args, context| {
                    write(this, args, context, |url, value| {
                        url.set_fragment(Some(value.strip_prefix('#').unwrap_or(value)));
                    })
                },
            );
        for name in ["assign", "replace"] {
            interface.method(name, 1, |this, args, context| {
                this_object::<Self>(this)?;
                let url = convert::required::<Self>(args, 0, 1)?;
                navigate(url, context)
            });
        }
        interface.method("reload", 0, |this, _, context| {
            this_object::<Self>(this)?;
            let message = "a page does not navigate here: it is not loaded again";
            let level = taipan_web::console::Level::Warn;
            taipan_web::console::write(level, message, context);
            Ok(JsValue::undefined())
        });
    }
}
