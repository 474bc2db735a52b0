//! Errors among what is cloned.

use boa_engine::{
    Context, JsObject, JsResult, JsString, JsValue,
    builtins::error::{Error, ErrorKind},
    js_str, js_string,
    property::PropertyDescriptor,
};

use super::{native, record::Value};

/// An object with an `[[ErrorData]]` internal slot.
#[derive(Clone)]
pub(super) struct ErrorRecord {
    /// With the call stack, which is not to be had otherwise.
    data: Error,
    pub(super) kind: ErrorKind,
    pub(super) message: Option<JsString>,
    /// A stack that a script has given it.
    stack: Option<JsString>,
    pub(super) cause: Option<Value>,
}

/// The names that a clone keeps; with any other it is an `Error`.
const NAMES: [(&str, ErrorKind); 6] = [
    ("EvalError", ErrorKind::Eval),
    ("RangeError", ErrorKind::Range),
    ("ReferenceError", ErrorKind::Reference),
    ("SyntaxError", ErrorKind::Syntax),
    ("TypeError", ErrorKind::Type),
    ("URIError", ErrorKind::Uri),
];

/// The value of an own property that is a data property.
pub(super) fn own_value(object: &JsObject, key: JsString) -> Option<JsValue> {
    let property = object.borrow().properties().get(&key.into())?;
    property.value().cloned()
}

impl ErrorRecord {
    /// Serializes an error but for its `cause`, which is returned to be serialized as well. Specified are the name and
    /// the message; browsers keep the stack and the cause, too.
    ///
    /// <https://html.spec.whatwg.org/multipage/structured-data.html#structuredserializeinternal>
    pub(super) fn new(
        object: &JsObject,
        context: &mut Context,
    ) -> JsResult<(Self, Option<JsValue>)> {
        let name = object.get(js_string!("name"), context)?;
        let name = name.as_string();
        let kind = NAMES
            .into_iter()
            .find(|(known, _)| name.as_ref().is_some_and(|name| *name == **known))
            .map_or(ErrorKind::Error, |(_, kind)| kind);
        let message = match own_value(object, js_string!("message")) {
            Some(message) => Some(message.to_string(context)?),
            None => None,
        };
        let stack = own_value(object, js_string!("stack")).and_then(|stack| stack.as_string());
        let cause = own_value(object, js_string!("cause"));
        let fresh = Error::new(kind);
        let data = match object.downcast_ref::<Error>() {
            // Errors are equal when they are of the same kind, whatever their stacks.
            Some(data) if *data == fresh => data.clone(),
            _ => fresh,
        };
        let record = Self {
            data,
            kind,
            message,
            stack,
            cause: None,
        };
        Ok((record, cause))
    }

    /// The record of an error that has come from another agent.
    pub(super) fn from_parts(
        kind: ErrorKind,
        message: Option<JsString>,
        stack: Option<JsString>,
        cause: Option<Value>,
    ) -> Self {
        Self {
            data: Error::new(kind),
            kind,
            message,
            stack,
            cause,
        }
    }

    /// The stack as text: that which a script has given it, or the engine's, under the error's name and message.
    pub(super) fn stack_text(&self, context: &mut Context) -> JsResult<Option<JsString>> {
        if self.stack.is_some() {
            return Ok(self.stack.clone());
        }
        let Some(stack) = native::stack(self.data.clone(), context)? else {
            return Ok(None);
        };
        let names = NAMES.into_iter();
        let name = names
            .filter(|(_, kind)| *kind == self.kind)
            .map(|(name, _)| js_string!(name))
            .next()
            .unwrap_or(js_string!("Error"));
        let heading = match &self.message {
            Some(message) if !message.is_empty() => js_string!(&name, js_str!(": "), message),
            _ => name,
        };
        Ok(Some(js_string!(&heading, js_str!("\n"), &stack)))
    }

    /// A new error in the current realm, without its cause.
    pub(super) fn create(&self, context: &mut Context) -> JsObject {
        let constructors = context.intrinsics().constructors();
        let prototype = match self.kind {
            ErrorKind::Eval => constructors.eval_error(),
            ErrorKind::Range => constructors.range_error(),
            ErrorKind::Reference => constructors.reference_error(),
            ErrorKind::Syntax => constructors.syntax_error(),
            ErrorKind::Type => constructors.type_error(),
            ErrorKind::Uri => constructors.uri_error(),
            _ => constructors.error(),
        }
        .prototype();
        let error = JsObject::new(context.root_shape(), prototype, self.data.clone()).upcast();
        for (key, value) in [
            (js_string!("message"), &self.message),
            (js_string!("stack"), &self.stack),
        ] {
            if let Some(value) = value {
                define(&error, key, value.clone().into());
            }
        }
        error
    }
}

/// Defines a property as the constructors of errors do.
pub(super) fn define(error: &JsObject, key: JsString, value: JsValue) {
    error.insert_property(
        key,
        PropertyDescriptor::builder()
            .value(value)
            .writable(true)
            .enumerable(false)
            .configurable(true),
    );
}
