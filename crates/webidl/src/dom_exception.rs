//! `DOMException`: <https://webidl.spec.whatwg.org/#idl-DOMException>.

use boa_engine::{
    Context, JsArgs, JsData, JsError, JsNativeError, JsObject, JsResult, JsString, JsValue,
    js_string, object::builtins::JsFunction,
};
use boa_gc::{Finalize, Trace};

use crate::{Interface, InterfaceBuilder, convert, this_object, wrap};

/// The names that have a legacy code, in the order of the codes from 1.
const LEGACY: [(&str, &str); 25] = [
    ("IndexSizeError", "INDEX_SIZE_ERR"),
    ("", "DOMSTRING_SIZE_ERR"),
    ("HierarchyRequestError", "HIERARCHY_REQUEST_ERR"),
    ("WrongDocumentError", "WRONG_DOCUMENT_ERR"),
    ("InvalidCharacterError", "INVALID_CHARACTER_ERR"),
    ("", "NO_DATA_ALLOWED_ERR"),
    ("NoModificationAllowedError", "NO_MODIFICATION_ALLOWED_ERR"),
    ("NotFoundError", "NOT_FOUND_ERR"),
    ("NotSupportedError", "NOT_SUPPORTED_ERR"),
    ("InUseAttributeError", "INUSE_ATTRIBUTE_ERR"),
    ("InvalidStateError", "INVALID_STATE_ERR"),
    ("SyntaxError", "SYNTAX_ERR"),
    ("InvalidModificationError", "INVALID_MODIFICATION_ERR"),
    ("NamespaceError", "NAMESPACE_ERR"),
    ("InvalidAccessError", "INVALID_ACCESS_ERR"),
    ("", "VALIDATION_ERR"),
    ("TypeMismatchError", "TYPE_MISMATCH_ERR"),
    ("SecurityError", "SECURITY_ERR"),
    ("NetworkError", "NETWORK_ERR"),
    ("AbortError", "ABORT_ERR"),
    ("URLMismatchError", "URL_MISMATCH_ERR"),
    ("QuotaExceededError", "QUOTA_EXCEEDED_ERR"),
    ("TimeoutError", "TIMEOUT_ERR"),
    ("InvalidNodeTypeError", "INVALID_NODE_TYPE_ERR"),
    ("DataCloneError", "DATA_CLONE_ERR"),
];

/// An exception of the web platform, known by its name.
#[derive(Debug, Clone, Trace, Finalize, JsData)]
pub struct DomException {
    #[unsafe_ignore_trace]
    name: JsString,
    #[unsafe_ignore_trace]
    message: JsString,
    /// An error of the engine that was made together with this one, for its `stack`.
    origin: Option<JsObject>,
}

impl DomException {
    /// An exception named `name`, such as `"AbortError"`.
    #[must_use]
    pub fn new(name: &str, message: &str) -> Self {
        Self {
            name: js_string!(name),
            message: js_string!(message),
            origin: None,
        }
    }

    /// An exception with this name and this message, whatever code units they have.
    #[must_use]
    pub fn from_parts(name: JsString, message: JsString) -> Self {
        Self {
            name,
            message,
            origin: None,
        }
    }

    /// Name and message alone, apart from the objects of a context.
    #[must_use]
    pub fn detached(&self) -> Self {
        Self {
            name: self.name.clone(),
            message: self.message.clone(),
            origin: None,
        }
    }

    /// Makes the JavaScript object.
    pub fn into_object(mut self, context: &mut Context) -> JsObject<Self> {
        self.origin = origin(context);
        wrap(self, context)
    }

    /// Makes the JavaScript object and an error that throws it.
    pub fn into_error(self, context: &mut Context) -> JsError {
        JsError::from_opaque(self.into_object(context).upcast().into())
    }

    /// The exception's name.
    #[must_use]
    pub fn name(&self) -> &JsString {
        &self.name
    }

    /// The exception's message.
    #[must_use]
    pub fn message(&self) -> &JsString {
        &self.message
    }

    /// The legacy code of the name, 0 if it has none.
    #[must_use]
    pub fn code(&self) -> u16 {
        LEGACY
            .iter()
            .position(|(name, _)| !name.is_empty() && self.name == **name)
            .map_or(0, |index| index as u16 + 1)
    }
}

/// An error made here and now: it knows the frames of the calls that led here.
fn origin(context: &mut Context) -> Option<JsObject> {
    let error = context.intrinsics().constructors().error().constructor();
    error.construct(&[], None, context).ok()
}

/// The engine's own accessor `Error.prototype.stack`, as it was when `DOMException` was registered.
#[derive(Trace, Finalize, JsData)]
struct StackGetter(JsFunction);

/// <https://webidl.spec.whatwg.org/#js-DOMException-specialness>: what implementations give native
/// errors, `stack` that is, `DOMException` objects are to have as well.
fn get_stack(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let origin = this_object::<DomException>(this)?
        .borrow()
        .data()
        .origin
        .clone();
    let getter = context
        .realm()
        .host_defined()
        .get::<StackGetter>()
        .map(|getter| getter.0.clone());
    match (origin, getter) {
        (Some(origin), Some(getter)) => {
            let stack = getter.call(&origin.into(), &[], context)?;
            let stack = stack.to_string(context)?.to_std_string_lossy();
            Ok(js_string!(without_constructor(&stack)).into())
        }
        _ => Ok(js_string!().into()),
    }
}

/// The stack without the frame of the constructor, which errors of the language do not have.
fn without_constructor(stack: &str) -> &str {
    match stack.split_once('\n') {
        Some((first, rest)) if first.starts_with("    at DOMException (native") => rest,
        _ => stack,
    }
}

/// As that of `Error.prototype`: assigning defines a property of the object itself.
fn set_stack(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this.as_object().ok_or_else(|| {
        JsNativeError::typ().with_message("DOMException.prototype.stack: not an object")
    })?;
    let value = args.get_or_undefined(0).clone();
    this.create_data_property_or_throw(js_string!("stack"), value, context)?;
    Ok(JsValue::undefined())
}

impl Interface for DomException {
    const NAME: &'static str = "DOMException";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .getter("name", |this, _, _| {
                Ok(this_object::<Self>(this)?
                    .borrow()
                    .data()
                    .name
                    .clone()
                    .into())
            })
            .getter("message", |this, _, _| {
                Ok(this_object::<Self>(this)?
                    .borrow()
                    .data()
                    .message
                    .clone()
                    .into())
            })
            .getter("code", |this, _, _| {
                Ok(this_object::<Self>(this)?.borrow().data().code().into())
            });
        for (index, (_, constant)) in LEGACY.into_iter().enumerate() {
            interface.constant(constant, index as i32 + 1);
        }
        // Its prototype inherits from %Error.prototype%, though the interface object does not
        // inherit from %Error%.
        let error = interface
            .context()
            .intrinsics()
            .constructors()
            .error()
            .prototype();
        let stack = error.borrow().properties().get(&js_string!("stack").into());
        let getter = stack
            .and_then(|stack| stack.get()?.as_object())
            .and_then(JsFunction::from_object);
        if let Some(getter) = getter {
            let realm = interface.context().realm().clone();
            realm.host_defined_mut().insert(StackGetter(getter));
            interface.hidden_attribute("stack", get_stack, set_stack);
        }
        interface.prototype().set_prototype(Some(error));
    }

    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let message = match args.first() {
            Some(message) if !message.is_undefined() => convert::dom_string(message, context)?,
            _ => js_string!(),
        };
        let name = match args.get(1) {
            Some(name) if !name.is_undefined() => convert::dom_string(name, context)?,
            _ => js_string!("Error"),
        };
        let origin = origin(context);
        Ok(Self {
            name,
            message,
            origin,
        })
    }
}
