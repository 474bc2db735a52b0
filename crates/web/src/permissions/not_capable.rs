//! Refusals.

use std::{error::Error, fmt, sync::Arc};

use boa_engine::{
    Context, JsData, JsError, JsObject, JsResult, JsString, JsValue, NativeFunction, js_string,
    object::ConstructorBuilder, property::Attribute,
};
use boa_gc::{Finalize, Trace};

use super::InvalidRule;

/// What a script may be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Capability {
    /// To ask servers.
    Net,
    /// To read files.
    Read,
    /// To look at variables of the environment.
    Env,
}

impl Capability {
    /// Its name in flags and refusals.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Net => "net",
            Self::Read => "read",
            Self::Env => "env",
        }
    }
}

/// A script wanted to do what it may not.
///
/// It is cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotCapable(Arc<Inner>);

#[derive(Debug, PartialEq, Eq)]
struct Inner {
    capability: Capability,
    target: String,
    message: String,
}

impl NotCapable {
    pub(super) fn new(
        capability: Capability,
        target: String,
        is_denied: bool,
        names_flags: bool,
    ) -> Self {
        let name = capability.name();
        let hint = match (is_denied, names_flags) {
            (false, false) => "which is not granted".to_owned(),
            (true, false) => "which is denied".to_owned(),
            (false, true) => format!("run again with the --allow-{name} flag"),
            (true, true) => format!("run again without the --deny-{name} flag"),
        };
        let message = format!("Requires {name} access to \"{target}\", {hint}");
        Self(Arc::new(Inner {
            capability,
            target,
            message,
        }))
    }

    /// Everything is refused.
    pub(super) fn invalid(capability: Capability, target: String, invalid: &InvalidRule) -> Self {
        let name = capability.name();
        let message = format!("Requires {name} access, and the permissions are invalid: {invalid}");
        Self(Arc::new(Inner {
            capability,
            target,
            message,
        }))
    }

    /// What the script may not do.
    #[must_use]
    pub fn capability(&self) -> Capability {
        self.0.capability
    }

    /// To what: a host with a port, the path of a file, the name of a variable.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.0.target
    }

    /// The error as scripts see it: an `Error` with the name `NotCapable`.
    pub fn into_js(self, context: &mut Context) -> JsError {
        create(&self.0.message, context).unwrap_or_else(|error| error)
    }
}

impl fmt::Display for NotCapable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl Error for NotCapable {}

/// The constructor of a realm. No global leads to it, only the errors do.
#[derive(Trace, Finalize, JsData)]
struct Constructor(JsObject);

fn create(message: &str, context: &mut Context) -> JsResult<JsError> {
    let constructor = constructor(context);
    let message = JsString::from(message);
    let error = constructor.construct(&[message.into()], Some(&constructor), context)?;
    Ok(JsError::from_opaque(error.into()))
}

/// The class, made when it is first needed.
fn constructor(context: &mut Context) -> JsObject {
    let known = known(context);
    if let Some(known) = known {
        return known;
    }
    let error = context.intrinsics().constructors().error().clone();
    let attributes = Attribute::WRITABLE | Attribute::NON_ENUMERABLE | Attribute::CONFIGURABLE;
    let mut builder = ConstructorBuilder::new(context, NativeFunction::from_fn_ptr(construct));
    builder
        .name("NotCapable")
        .length(1)
        .inherit(error.prototype())
        .custom_prototype(error.constructor())
        .property(js_string!("name"), js_string!("NotCapable"), attributes)
        .property(js_string!("message"), js_string!(), attributes);
    let constructor = builder.build().constructor();
    context
        .realm()
        .host_defined_mut()
        .insert(Constructor(constructor.clone()));
    constructor
}

fn known(context: &Context) -> Option<JsObject> {
    let host_defined = context.realm().host_defined();
    host_defined
        .get::<Constructor>()
        .map(|constructor| constructor.0.clone())
}

/// `%Error%` makes the object, so that it is an error to the language and has a stack.
fn construct(new_target: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let new_target = match new_target.as_object() {
        Some(new_target) => Some(new_target),
        None => known(context),
    };
    let error = context.intrinsics().constructors().error().constructor();
    Ok(error.construct(args, new_target.as_ref(), context)?.into())
}
