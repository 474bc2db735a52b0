//! `DOMException`: <https://webidl.spec.whatwg.org/#idl-DOMException>.

use boa_engine::{Context, JsData, JsError, JsResult, JsString, JsValue, js_string};
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
}

impl DomException {
    /// An exception named `name`, such as `"AbortError"`.
    #[must_use]
    pub fn new(name: &str, message: &str) -> Self {
        Self {
            name: js_string!(name),
            message: js_string!(message),
        }
    }

    /// Makes the JavaScript object and an error that throws it.
    pub fn into_error(self, context: &mut Context) -> JsError {
        JsError::from_opaque(wrap(self, context).upcast().into())
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
        Ok(Self { name, message })
    }
}
