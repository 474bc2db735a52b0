//! The `FileReader` interface.

use boa_engine::{
    Context, JsData, JsNativeError, JsObject, JsResult, JsValue,
    context::intrinsics::StandardConstructor,
};
use boa_gc::{Finalize, Trace};
use bytes::Bytes;
use taipan_webidl::{
    DomException, Inherits, Interface, InterfaceBuilder, convert, implementation, inherit,
    this_object,
};

use super::package::Package;
use crate::{
    blob::Blob,
    events::{EventTarget, ProgressEvent, dispatch, event_handler},
    task,
};

/// <https://w3c.github.io/FileAPI/#filereader-state>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Empty,
    Loading,
    Done,
}

/// Reads blobs, and tells by events how far it is.
///
/// <https://w3c.github.io/FileAPI/#APIASynch>
#[derive(Debug, Trace, Finalize, JsData)]
pub struct FileReader {
    target: JsObject<EventTarget>,
    #[unsafe_ignore_trace]
    state: State,
    result: JsValue,
    error: JsValue,
    /// The number of the read operation under way; the tasks of those before it do nothing.
    operation: u64,
}

/// A read operation.
struct Read {
    reader: JsObject<FileReader>,
    operation: u64,
    bytes: Bytes,
    mime_type: String,
    package: Package,
}

impl Inherits<EventTarget> for FileReader {
    fn base(&self) -> &JsObject<EventTarget> {
        &self.target
    }
}

impl Interface for FileReader {
    const NAME: &'static str = "FileReader";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .method("readAsArrayBuffer", 1, |this, args, context| {
                read(this, args, |_, _| Ok(Package::ArrayBuffer), context)
            })
            .method("readAsBinaryString", 1, |this, args, context| {
                read(this, args, |_, _| Ok(Package::BinaryString), context)
            })
            .method("readAsText", 1, |this, args, context| {
                read(this, args, text, context)
            })
            .method("readAsDataURL", 1, |this, args, context| {
                read(this, args, |_, _| Ok(Package::DataUrl), context)
            })
            .method("abort", 0, abort)
            .constant("EMPTY", State::Empty as i32)
            .constant("LOADING", State::Loading as i32)
            .constant("DONE", State::Done as i32)
            .getter("readyState", |this, _, _| {
                let state = this_object::<Self>(this)?.borrow().data().state;
                Ok(JsValue::from(state as i32))
            })
            .getter("result", |this, _, _| {
                Ok(this_object::<Self>(this)?.borrow().data().result.clone())
            })
            .getter("error", |this, _, _| {
                Ok(this_object::<Self>(this)?.borrow().data().error.clone())
            });
        for handler in [
            "onloadstart",
            "onprogress",
            "onload",
            "onabort",
            "onerror",
            "onloadend",
        ] {
            event_handler(interface, handler);
        }
    }

    /// <https://w3c.github.io/FileAPI/#filereaderConstrctr>
    fn construct(_: &[JsValue], context: &mut Context) -> JsResult<Self> {
        Ok(Self {
            target: EventTarget::new_base(context),
            state: State::Empty,
            result: JsValue::null(),
            error: JsValue::null(),
            operation: 0,
        })
    }

    fn parent(context: &mut Context) -> Option<StandardConstructor> {
        inherit::<Self, EventTarget>(context)
    }
}

/// The package of `readAsText`.
fn text(args: &[JsValue], context: &mut Context) -> JsResult<Package> {
    Ok(Package::Text(match args.get(1) {
        Some(label) if !label.is_undefined() => Some(convert::usv_string(label, context)?),
        _ => None,
    }))
}

/// <https://w3c.github.io/FileAPI/#readOperation>
///
/// The bytes are all there, so one `progress` tells of all of them.
fn read(
    this: &JsValue,
    args: &[JsValue],
    package: impl FnOnce(&[JsValue], &mut Context) -> JsResult<Package>,
    context: &mut Context,
) -> JsResult<JsValue> {
    let reader = this_object::<FileReader>(this)?;
    let blob = convert::required::<FileReader>(args, 0, 1)?
        .as_object()
        .and_then(|object| implementation::<Blob>(&object))
        .ok_or_else(|| {
            JsNativeError::typ().with_message("FileReader: what is to be read is not a Blob")
        })?;
    let package = package(args, context)?;
    let operation = {
        let mut reader = reader.borrow_mut();
        let reader = reader.data_mut();
        let idle = reader.state != State::Loading;
        if idle {
            reader.state = State::Loading;
            reader.result = JsValue::null();
            reader.error = JsValue::null();
            reader.operation += 1;
        }
        idle.then_some(reader.operation)
    };
    let Some(operation) = operation else {
        let message = "FileReader: another blob is being read";
        return Err(DomException::new("InvalidStateError", message).into_error(context));
    };
    let read = Read {
        reader,
        operation,
        bytes: Blob::bytes(&blob),
        mime_type: Blob::mime_type(&blob),
        package,
    };
    read.queue(Read::start, context);
    Ok(JsValue::undefined())
}

impl Read {
    /// Queues a task, which does nothing if the operation is over by then.
    fn queue(self, steps: fn(Self, &mut Context) -> JsResult<()>, context: &mut Context) {
        let realm = context.realm().clone();
        task::queue(realm, context, move |context| {
            if self.is_current() {
                steps(self, context)?;
            }
            Ok(())
        });
    }

    fn is_current(&self) -> bool {
        let reader = self.reader.borrow();
        reader.data().operation == self.operation && reader.data().state == State::Loading
    }

    fn fire(&self, kind: &str, loaded: usize, context: &mut Context) -> JsResult<()> {
        fire(&self.reader, kind, loaded, self.bytes.len(), context)
    }

    fn start(self, context: &mut Context) -> JsResult<()> {
        self.fire("loadstart", 0, context)?;
        let next = if self.bytes.is_empty() {
            Self::finish
        } else {
            Self::progress
        };
        self.queue(next, context);
        Ok(())
    }

    fn progress(self, context: &mut Context) -> JsResult<()> {
        self.fire("progress", self.bytes.len(), context)?;
        self.queue(Self::finish, context);
        Ok(())
    }

    fn finish(self, context: &mut Context) -> JsResult<()> {
        let result = self.package.make(&self.bytes, &self.mime_type, context);
        let (kind, result, error) = match result {
            Ok(result) => ("load", result, JsValue::null()),
            Err(error) => {
                let message = error.to_string();
                // An error of the engine itself is no error of reading.
                if error.as_engine().is_some() {
                    return Err(error);
                }
                let error = DomException::new("NotReadableError", &message).into_error(context);
                ("error", JsValue::null(), error.into_opaque(context)?)
            }
        };
        {
            let mut reader = self.reader.borrow_mut();
            let reader = reader.data_mut();
            reader.state = State::Done;
            reader.result = result;
            reader.error = error;
        }
        self.fire(kind, self.bytes.len(), context)?;
        fire_loadend(&self.reader, self.bytes.len(), self.bytes.len(), context)
    }
}

/// <https://w3c.github.io/FileAPI/#fire-a-progress-event>
fn fire(
    reader: &JsObject<FileReader>,
    kind: &str,
    loaded: usize,
    total: usize,
    context: &mut Context,
) -> JsResult<()> {
    let event = ProgressEvent::create(kind, true, loaded as u64, total as u64, context);
    dispatch(&reader.clone().upcast(), &event.upcast(), context)?;
    Ok(())
}

/// Fires `loadend`, unless a listener has started to read again.
fn fire_loadend(
    reader: &JsObject<FileReader>,
    loaded: usize,
    total: usize,
    context: &mut Context,
) -> JsResult<()> {
    if reader.borrow().data().state == State::Loading {
        return Ok(());
    }
    fire(reader, "loadend", loaded, total, context)
}

/// <https://w3c.github.io/FileAPI/#dfn-abort>
fn abort(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let reader = this_object::<FileReader>(this)?;
    let was_loading = {
        let mut reader = reader.borrow_mut();
        let reader = reader.data_mut();
        reader.result = JsValue::null();
        let was_loading = reader.state == State::Loading;
        if was_loading {
            reader.state = State::Done;
        }
        was_loading
    };
    if was_loading {
        fire(&reader, "abort", 0, 0, context)?;
        fire_loadend(&reader, 0, 0, context)?;
    }
    Ok(JsValue::undefined())
}
