//! The `WorkerLocation` interface.

use ::url::Url;
use boa_engine::{Context, JsData, JsObject, JsResult, JsValue, js_string};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Interface, InterfaceBuilder, this_object, wrap};

use crate::url::UrlRecord;

/// Where a worker's script has come from, after redirects.
///
/// <https://html.spec.whatwg.org/multipage/workers.html#worker-locations>
#[derive(Debug, Trace, Finalize, JsData)]
pub struct WorkerLocation {
    #[unsafe_ignore_trace]
    url: UrlRecord,
}

/// The object of a worker's realm.
#[derive(Trace, Finalize, JsData)]
struct OfRealm(JsObject<WorkerLocation>);

/// Sets the URL of a worker: its `location` and its base URL.
pub fn set_worker_url(url: &Url, context: &mut Context) {
    crate::set_base_url(context, url.clone());
    if let Some(url) = UrlRecord::parse(url.as_str(), None) {
        let location = wrap(WorkerLocation { url }, context);
        let realm = context.realm().clone();
        realm.host_defined_mut().insert(OfRealm(location));
    }
}

impl WorkerLocation {
    /// The object of the current realm.
    pub(super) fn of_realm(context: &mut Context) -> JsResult<JsValue> {
        let location = context
            .realm()
            .host_defined()
            .get::<OfRealm>()
            .map(|known| known.0.clone());
        Ok(location.map_or_else(JsValue::null, |location| location.upcast().into()))
    }
}

/// An attribute that is a part of the URL.
fn part(this: &JsValue, read: fn(&UrlRecord) -> String) -> JsResult<JsValue> {
    let this = this_object::<WorkerLocation>(this)?;
    let text = read(&this.borrow().data().url);
    Ok(js_string!(text).into())
}

impl Interface for WorkerLocation {
    const NAME: &'static str = "WorkerLocation";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .getter("href", |this, _, _| part(this, UrlRecord::href))
            .getter("origin", |this, _, _| part(this, UrlRecord::origin))
            .getter("protocol", |this, _, _| part(this, UrlRecord::protocol))
            .getter("host", |this, _, _| part(this, UrlRecord::host_and_port))
            .getter("hostname", |this, _, _| {
                part(this, |url| url.hostname().to_owned())
            })
            .getter("port", |this, _, _| part(this, UrlRecord::port))
            .getter("pathname", |this, _, _| {
                part(this, |url| url.pathname().to_owned())
            })
            .getter("search", |this, _, _| part(this, UrlRecord::search))
            .getter("hash", |this, _, _| part(this, UrlRecord::hash))
            .method("toString", 0, |this, _, _| part(this, UrlRecord::href));
    }
}
