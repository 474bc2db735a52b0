//! Structured cloning.
//!
//! A value is serialized into a flat list of records, which refer to each other by their places: neither making nor
//! reading it recurses, so nesting may be as deep as there is memory for. The records hold no JavaScript objects, so
//! they may wait in a queue that the garbage collector does not know. They belong to their thread all the same; what goes
//! to another is a [`Message`].
//!
//! Spec: <https://html.spec.whatwg.org/multipage/structured-data.html>

mod deserialize;
mod error;
mod global;
mod message;
mod native;
mod platform;
mod record;
mod serialize;
mod text;
mod transfer;
mod view;

pub use deserialize::deserialize;
pub use global::{structured_clone, transfer_argument};
pub use message::Message;
pub use platform::{
    PortableObject, SerializationSteps, SerializedObject, SerializedResult, add_serializable,
    add_serializable_with,
};
pub use record::Serialized;
pub use serialize::serialize_with_transfer;
pub use text::Text;

use boa_engine::{Context, JsError, JsResult};
use taipan_webidl::DomException;

use crate::define::global_operation;

/// Defines `structuredClone` on the global object of the current realm.
///
/// # Errors
///
/// Fails when the global object refuses a property.
pub fn register(context: &mut Context) -> JsResult<()> {
    native::register(context);
    global_operation(
        "structuredClone",
        1,
        global::structured_clone_operation,
        context,
    )
}

/// A `DataCloneError`.
fn data_clone_error(message: &str, context: &mut Context) -> JsError {
    DomException::new("DataCloneError", message).into_error(context)
}
