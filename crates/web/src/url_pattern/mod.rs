//! The `URLPattern` interface.
//!
//! Spec: <https://urlpattern.spec.whatwg.org/>

mod canonicalize;
mod component;
mod constructor_string;
mod init;
mod part;
mod tokenizer;

use boa_engine::{
    Context, JsData, JsError, JsNativeError, JsObject, JsResult, JsString, JsValue, js_string,
    property::{PropertyDescriptor, PropertyKey},
};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Dictionary, Interface, InterfaceBuilder, convert, expose, this_object};

use self::{
    component::Component,
    init::{Purpose, UrlPatternInit},
    part::Options,
};
use crate::url::UrlRecord;

/// Defines the interface on the global object of the current realm.
///
/// # Errors
///
/// Fails when the global object refuses a property.
pub fn register(context: &mut Context) -> JsResult<()> {
    let global = context.global_object();
    expose::<UrlPattern>(&global, context);
    Ok(())
}

/// Why something is no pattern: a `TypeError` to scripts.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Invalid(String);

impl From<Invalid> for JsError {
    fn from(Invalid(message): Invalid) -> Self {
        JsNativeError::typ()
            .with_message(format!("URLPattern: {message}"))
            .into()
    }
}

/// <https://urlpattern.spec.whatwg.org/#url-pattern>
#[derive(Debug, Trace, Finalize, JsData)]
pub struct UrlPattern {
    #[unsafe_ignore_trace]
    components: Components<Component>,
}

/// One of something for every component.
#[derive(Debug)]
struct Components<T> {
    protocol: T,
    username: T,
    password: T,
    hostname: T,
    port: T,
    pathname: T,
    search: T,
    hash: T,
}

impl<T> Components<T> {
    /// All of them, in the order of a URL.
    fn all(&self) -> [&T; 8] {
        [
            &self.protocol,
            &self.username,
            &self.password,
            &self.hostname,
            &self.port,
            &self.pathname,
            &self.search,
            &self.hash,
        ]
    }
}

impl Interface for UrlPattern {
    const NAME: &'static str = "URLPattern";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .method("test", 0, test)
            .method("exec", 0, exec)
            .getter("protocol", |this, _, _| pattern(this, |all| &all.protocol))
            .getter("username", |this, _, _| pattern(this, |all| &all.username))
            .getter("password", |this, _, _| pattern(this, |all| &all.password))
            .getter("hostname", |this, _, _| pattern(this, |all| &all.hostname))
            .getter("port", |this, _, _| pattern(this, |all| &all.port))
            .getter("pathname", |this, _, _| pattern(this, |all| &all.pathname))
            .getter("search", |this, _, _| pattern(this, |all| &all.search))
            .getter("hash", |this, _, _| pattern(this, |all| &all.hash))
            .getter("hasRegExpGroups", |this, _, _| {
                let this = this_object::<Self>(this)?;
                let this = this.borrow();
                let components = this.data().components.all();
                let has_groups = components
                    .iter()
                    .any(|component| component.has_regexp_groups);
                Ok(has_groups.into())
            });
    }

    /// <https://urlpattern.spec.whatwg.org/#dom-urlpattern-urlpattern>
    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let input = Input::new(args.first(), context)?;
        // Of two arguments the second is a base URL only if it is no dictionary.
        let is_dictionary = |value: &JsValue| value.is_null_or_undefined() || value.is_object();
        let (base, options) = match args {
            [] | [_] => (None, None),
            [_, options] if is_dictionary(options) => (None, Some(options)),
            [_, base, rest @ ..] => (Some(convert::usv_string(base, context)?), rest.first()),
        };
        let undefined = JsValue::undefined();
        let options = Dictionary::new(options.unwrap_or(&undefined), "URLPatternOptions")?;
        let ignore_case = options
            .get("ignoreCase", context)?
            .is_some_and(|ignore_case| ignore_case.to_boolean());
        let components = create(input, base, ignore_case)?;
        Ok(Self { components })
    }
}

fn pattern(
    this: &JsValue,
    component: impl FnOnce(&Components<Component>) -> &Component,
) -> JsResult<JsValue> {
    let this = this_object::<UrlPattern>(this)?;
    let this = this.borrow();
    Ok(JsString::from(component(&this.data().components).pattern.as_str()).into())
}

/// <https://urlpattern.spec.whatwg.org/#typedefdef-urlpatterninput>
enum Input {
    String(String),
    Init(UrlPatternInit),
}

impl Input {
    fn new(value: Option<&JsValue>, context: &mut Context) -> JsResult<Self> {
        let undefined = JsValue::undefined();
        let value = value.unwrap_or(&undefined);
        if !value.is_null_or_undefined() && !value.is_object() {
            return convert::usv_string(value, context).map(Self::String);
        }
        let dictionary = Dictionary::new(value, "URLPatternInit")?;
        let mut member = |key| match dictionary.get(key, context)? {
            Some(value) => convert::usv_string(&value, context).map(Some),
            None => JsResult::Ok(None),
        };
        Ok(Self::Init(UrlPatternInit {
            base_url: member("baseURL")?,
            hash: member("hash")?,
            hostname: member("hostname")?,
            password: member("password")?,
            pathname: member("pathname")?,
            port: member("port")?,
            protocol: member("protocol")?,
            search: member("search")?,
            username: member("username")?,
        }))
    }

    /// What was given, as a value again.
    fn to_value(&self, context: &mut Context) -> JsValue {
        let init = match self {
            Self::String(string) => return JsString::from(string.as_str()).into(),
            Self::Init(init) => init,
        };
        let members = [
            (js_string!("baseURL"), &init.base_url),
            (js_string!("hash"), &init.hash),
            (js_string!("hostname"), &init.hostname),
            (js_string!("password"), &init.password),
            (js_string!("pathname"), &init.pathname),
            (js_string!("port"), &init.port),
            (js_string!("protocol"), &init.protocol),
            (js_string!("search"), &init.search),
            (js_string!("username"), &init.username),
        ];
        let members = members.into_iter().filter_map(|(key, value)| {
            let value = JsString::from(value.as_deref()?);
            Some((key.into(), value.into()))
        });
        object(members.collect(), context)
    }
}

/// An ordinary object with the properties.
fn object(properties: Vec<(PropertyKey, JsValue)>, context: &mut Context) -> JsValue {
    let object = JsObject::with_object_proto(context.intrinsics());
    for (key, value) in properties {
        object.insert_property(
            key,
            PropertyDescriptor::builder()
                .value(value)
                .writable(true)
                .enumerable(true)
                .configurable(true),
        );
    }
    object.into()
}

/// <https://urlpattern.spec.whatwg.org/#url-pattern-create>
fn create(
    input: Input,
    base: Option<String>,
    ignore_case: bool,
) -> Result<Components<Component>, Invalid> {
    let init = match input {
        Input::String(string) => {
            let mut init = constructor_string::parse(&string)?;
            if base.is_none() && init.protocol.is_none() {
                return Err(Invalid(format!(
                    "\"{string}\" has no protocol, and there is no base URL"
                )));
            }
            init.base_url = base;
            init
        }
        Input::Init(_) if base.is_some() => return Err(base_beside_init()),
        Input::Init(init) => init,
    };
    let init = init.process(Purpose::Pattern)?;
    let protocol = init.protocol.as_deref().unwrap_or("*");
    let mut port = init.port.as_deref().unwrap_or("*");
    if !port.is_empty() && UrlRecord::default_port_of(protocol).as_deref() == Some(port) {
        port = "";
    }
    let plain = Options::default();
    let protocol = Component::compile(protocol, &canonicalize::protocol, plain)?;
    let hostname = init.hostname.as_deref().unwrap_or("*");
    let hostname = if is_ipv6_address(hostname) {
        Component::compile(hostname, &canonicalize::ipv6_hostname, Options::HOSTNAME)?
    } else {
        Component::compile(hostname, &canonicalize::hostname, Options::HOSTNAME)?
    };
    let options = Options {
        ignore_case,
        ..plain
    };
    let pathname = init.pathname.as_deref().unwrap_or("*");
    let pathname = if protocol.matches_a_special_scheme() {
        let options = Options {
            ignore_case,
            ..Options::PATHNAME
        };
        Component::compile(pathname, &canonicalize::pathname, options)?
    } else {
        Component::compile(pathname, &canonicalize::opaque_pathname, options)?
    };
    let compile = |value: Option<&str>, encode, options| {
        Component::compile(value.unwrap_or("*"), encode, options)
    };
    Ok(Components {
        protocol,
        username: compile(init.username.as_deref(), &canonicalize::username, plain)?,
        password: compile(init.password.as_deref(), &canonicalize::password, plain)?,
        hostname,
        port: Component::compile(port, &|port| canonicalize::port(port, None), plain)?,
        pathname,
        search: compile(init.search.as_deref(), &canonicalize::search, options)?,
        hash: compile(init.hash.as_deref(), &canonicalize::hash, options)?,
    })
}

fn base_beside_init() -> Invalid {
    Invalid(String::from(
        "a base URL goes with a string only; an object has a member baseURL",
    ))
}

/// <https://urlpattern.spec.whatwg.org/#hostname-pattern-is-an-ipv6-address>
fn is_ipv6_address(hostname: &str) -> bool {
    hostname.len() > 1
        && ["[", "{[", "\\["]
            .iter()
            .any(|start| hostname.starts_with(start))
}

/// The arguments of `test` and `exec`.
fn match_arguments(args: &[JsValue], context: &mut Context) -> JsResult<(Input, Option<String>)> {
    let input = Input::new(args.first(), context)?;
    let base = match args.get(1) {
        Some(base) if !base.is_undefined() => Some(convert::usv_string(base, context)?),
        _ => None,
    };
    Ok((input, base))
}

/// The components of what is to be matched; `None` if it is no URL, and so matches nothing.
///
/// <https://urlpattern.spec.whatwg.org/#url-pattern-match>
fn match_input(input: &Input, base: Option<&str>) -> Result<Option<Components<String>>, Invalid> {
    let init = match input {
        Input::Init(_) if base.is_some() => return Err(base_beside_init()),
        Input::Init(init) => init.process(Purpose::Url).ok(),
        Input::String(string) => {
            let url = match base {
                None => UrlRecord::parse(string, None),
                Some(base) => UrlRecord::parse(base, None)
                    .and_then(|base| UrlRecord::parse(string, Some(&base))),
            };
            url.map(|url| UrlPatternInit::of_url(&url))
        }
    };
    Ok(init.map(|init| Components {
        protocol: init.protocol.unwrap_or_default(),
        username: init.username.unwrap_or_default(),
        password: init.password.unwrap_or_default(),
        hostname: init.hostname.unwrap_or_default(),
        port: init.port.unwrap_or_default(),
        pathname: init.pathname.unwrap_or_default(),
        search: init.search.unwrap_or_default(),
        hash: init.hash.unwrap_or_default(),
    }))
}

/// <https://urlpattern.spec.whatwg.org/#dom-urlpattern-test>
fn test(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<UrlPattern>(this)?;
    let (input, base) = match_arguments(args, context)?;
    let Some(values) = match_input(&input, base.as_deref())? else {
        return Ok(false.into());
    };
    let this = this.borrow();
    let components = this.data().components.all();
    let mut pairs = components.iter().zip(values.all());
    Ok(pairs
        .all(|(component, value)| component.matches(value))
        .into())
}

/// <https://urlpattern.spec.whatwg.org/#dom-urlpattern-exec>
fn exec(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this_object::<UrlPattern>(this)?;
    let (input, base) = match_arguments(args, context)?;
    let Some(values) = match_input(&input, base.as_deref())? else {
        return Ok(JsValue::null());
    };
    let this = this.borrow();
    let mut results = Vec::with_capacity(8);
    for (component, value) in this.data().components.all().iter().zip(values.all()) {
        let Some(groups) = component.exec(value) else {
            return Ok(JsValue::null());
        };
        results.push(component_result(value, &groups, context));
    }
    let mut inputs = vec![input.to_value(context)];
    if let Some(base) = base {
        inputs.push(JsString::from(base).into());
    }
    let inputs = convert::array(inputs, context);
    let names = [
        "protocol", "username", "password", "hostname", "port", "pathname", "search", "hash",
    ];
    let mut members: Vec<(&str, JsValue)> = names.into_iter().zip(results).collect();
    members.push(("inputs", inputs.into()));
    // As the members of any dictionary.
    members.sort_by_key(|(name, _)| *name);
    let members = members
        .into_iter()
        .map(|(name, value)| (JsString::from(name).into(), value));
    Ok(object(members.collect(), context))
}

/// <https://urlpattern.spec.whatwg.org/#create-a-component-match-result>
fn component_result(
    input: &str,
    groups: &[(&str, Option<&str>)],
    context: &mut Context,
) -> JsValue {
    let groups = groups.iter().map(|(name, value)| {
        let value = value.map_or_else(JsValue::undefined, |value| JsString::from(value).into());
        (JsString::from(*name).into(), value)
    });
    let groups = object(groups.collect(), context);
    let members = vec![
        (js_string!("groups").into(), groups),
        (js_string!("input").into(), JsString::from(input).into()),
    ];
    object(members, context)
}
