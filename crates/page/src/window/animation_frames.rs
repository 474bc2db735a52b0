//! Animation frames: sixty a second, as long as somebody waits for one.
//!
//! <https://html.spec.whatwg.org/multipage/imagebitmap-and-animations.html#animation-frames>

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsValue,
    job::{CancellationToken, Job, NativeJob, TimeoutJob},
};
use taipan_web::{events, performance};
use taipan_webidl::convert;

use super::operation;

/// The time between two frames in milliseconds.
const INTERVAL: u64 = 16;

/// The callbacks that wait for the next frame.
#[derive(Default)]
struct Frames {
    last_handle: Cell<u32>,
    callbacks: RefCell<Vec<(u32, JsObject)>>,
    /// The timer of the next frame, if anybody waits for it.
    timer: RefCell<Option<CancellationToken>>,
}

/// Defines `requestAnimationFrame` and `cancelAnimationFrame` on the global object.
///
/// # Errors
/// Fails when the global object refuses a property.
pub(super) fn register(context: &mut Context) -> JsResult<()> {
    context.insert_data(Rc::new(Frames::default()));
    operation("requestAnimationFrame", 1, request, context)?;
    operation("cancelAnimationFrame", 1, cancel, context)
}

fn frames(context: &Context) -> JsResult<Rc<Frames>> {
    context.get_data::<Rc<Frames>>().cloned().ok_or_else(|| {
        JsNativeError::typ()
            .with_message("this is not the context of a page")
            .into()
    })
}

fn request(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let callback = convert::required_by(args, 0, 1, "requestAnimationFrame")?;
    let Some(callback) = callback.as_callable() else {
        return Err(JsNativeError::typ()
            .with_message("requestAnimationFrame: the argument is not a function")
            .into());
    };
    let frames = frames(context)?;
    let handle = frames.last_handle.get().wrapping_add(1).max(1);
    frames.last_handle.set(handle);
    frames.callbacks.borrow_mut().push((handle, callback));
    if frames.timer.borrow().is_none() {
        let realm = context.realm().clone();
        let job = TimeoutJob::new(NativeJob::with_realm(run, realm), INTERVAL);
        frames.timer.replace(Some(job.cancellation_token().clone()));
        context.enqueue_job(Job::TimeoutJob(job));
    }
    Ok(handle.into())
}

fn cancel(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let handle = convert::required_by(args, 0, 1, "cancelAnimationFrame")?;
    let handle = convert::unsigned_long(handle, context)?;
    let frames = frames(context)?;
    let is_empty = {
        let mut callbacks = frames.callbacks.borrow_mut();
        callbacks.retain(|(known, _)| *known != handle);
        callbacks.is_empty()
    };
    // Nobody waits any more: the page need not live for it.
    let timer = frames.timer.borrow_mut().take_if(|_| is_empty);
    if let Some(timer) = timer {
        timer.cancel(context);
    }
    Ok(JsValue::undefined())
}

/// <https://html.spec.whatwg.org/multipage/imagebitmap-and-animations.html#run-the-animation-frame-callbacks>
fn run(context: &mut Context) -> JsResult<JsValue> {
    let frames = frames(context)?;
    frames.timer.take();
    let now = JsValue::from(performance::now(context));
    let handles: Vec<u32> = frames
        .callbacks
        .borrow()
        .iter()
        .map(|(handle, _)| *handle)
        .collect();
    for handle in handles {
        // One of them may have cancelled another.
        let callback = {
            let mut callbacks = frames.callbacks.borrow_mut();
            let index = callbacks.iter().position(|(known, _)| *known == handle);
            index.map(|index| callbacks.remove(index).1)
        };
        let Some(callback) = callback else { continue };
        let result = callback.call(&JsValue::undefined(), std::slice::from_ref(&now), context);
        if let Err(error) = result {
            if error.as_engine().is_some() {
                return Err(error);
            }
            events::report_exception(error, context);
        }
        taipan::scripts::checkpoint(context);
    }
    Ok(JsValue::undefined())
}
