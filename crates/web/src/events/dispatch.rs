//! Dispatching events.
//!
//! No target of this crate is in a tree, so the path of an event is its target alone.

use boa_engine::{
    Context, JsError, JsNativeError, JsObject, JsResult, JsString, JsValue, js_string,
};
use taipan_webidl::implementation;

use super::{
    Event, EventInit, EventTarget,
    event::Phase,
    event_handler,
    event_target::{Callback, Listener},
    report::report_exception,
};

/// Fires a trusted event named `kind` at `target`, which is neither bubbling nor cancelable.
///
/// The result is that of [`dispatch`], so `true`.
///
/// <https://dom.spec.whatwg.org/#concept-event-fire>
///
/// # Errors
/// See [`dispatch`].
pub fn fire(target: &JsObject, kind: &str, context: &mut Context) -> JsResult<bool> {
    let event = Event::create_plain(js_string!(kind), EventInit::default(), context);
    dispatch(target, &event.upcast(), context)
}

/// Dispatches `event` to `target` and gives `false` if a listener cancelled it.
///
/// What a listener throws is reported, see [`report_exception`], and does not come back here.
///
/// <https://dom.spec.whatwg.org/#concept-event-dispatch>
///
/// # Errors
/// An error of the engine itself, such as an exceeded limit, which no script can catch. A `TypeError` if `target` is
/// no `EventTarget` or `event` no `Event`.
pub fn dispatch(target: &JsObject, event: &JsObject, context: &mut Context) -> JsResult<bool> {
    let listeners = EventTarget::of_object(target, context)
        .ok_or_else(|| JsNativeError::typ().with_message("the target is not an EventTarget"))?;
    let state = implementation::<Event>(event)
        .ok_or_else(|| JsNativeError::typ().with_message("the event is not an Event"))?;
    let dispatch = Dispatch {
        target,
        listeners,
        event,
        state,
    };
    dispatch.run(context)
}

/// An event on its way.
struct Dispatch<'a> {
    target: &'a JsObject,
    listeners: JsObject<EventTarget>,
    event: &'a JsObject,
    state: JsObject<Event>,
}

impl Dispatch<'_> {
    fn run(&self, context: &mut Context) -> JsResult<bool> {
        {
            let mut event = self.state.borrow_mut();
            let event = event.data_mut();
            event.dispatching = true;
            event.target = Some(self.target.clone());
            event.phase = Phase::AtTarget;
        }
        let result = self
            .invoke(true, context)
            .and_then(|()| self.invoke(false, context));
        let mut event = self.state.borrow_mut();
        let event = event.data_mut();
        event.phase = Phase::None;
        event.current_target = None;
        event.dispatching = false;
        event.stop_propagation = false;
        event.stop_immediate_propagation = false;
        result.map(|()| !event.canceled)
    }

    /// <https://dom.spec.whatwg.org/#concept-event-listener-invoke> and
    /// <https://dom.spec.whatwg.org/#concept-event-listener-inner-invoke>
    fn invoke(&self, capturing: bool, context: &mut Context) -> JsResult<()> {
        let kind = {
            let mut event = self.state.borrow_mut();
            let event = event.data_mut();
            if event.stop_propagation {
                return Ok(());
            }
            event.current_target = Some(self.target.clone());
            event.kind.clone()
        };
        // A copy: what is added from now on does not see this event, and what is removed says so.
        let listeners = self.listeners.borrow().data().matching(&kind, capturing);
        for listener in listeners {
            if listener.is_removed() {
                continue;
            }
            if listener.once {
                EventTarget::remove(self.target, &self.listeners, &listener, context);
            }
            if listener.passive {
                self.state.borrow_mut().data_mut().in_passive_listener = true;
            }
            let result = self.call(&listener, &kind, context);
            let mut event = self.state.borrow_mut();
            event.data_mut().in_passive_listener = false;
            let stop = event.data().stop_immediate_propagation;
            drop(event);
            if let Err(error) = result {
                // A limit of the engine ends everything.
                if error.as_engine().is_some() {
                    return Err(error);
                }
                report_exception(error, context);
            }
            super::checkpoint::after_callback(context);
            if stop {
                break;
            }
        }
        Ok(())
    }

    fn call(&self, listener: &Listener, kind: &JsString, context: &mut Context) -> JsResult<()> {
        let this = JsValue::from(self.target.clone());
        match &listener.callback {
            Callback::Handler(name) => {
                let handler = self.listeners.borrow().data().handler(name);
                match handler {
                    Some(handler) => {
                        let call = event_handler::Call {
                            handler: &handler,
                            target: self.target,
                            event: self.event,
                            state: &self.state,
                            kind,
                        };
                        call.run(context)
                    }
                    None => Ok(()),
                }
            }
            Callback::Object(callback) => {
                call_listener(callback, &this, self.event, context).map(drop)
            }
        }
    }
}

/// Calls an `EventListener`.
///
/// <https://webidl.spec.whatwg.org/#call-a-user-objects-operation>
fn call_listener(
    callback: &JsObject,
    this: &JsValue,
    event: &JsObject,
    context: &mut Context,
) -> JsResult<JsValue> {
    let event = [JsValue::from(event.clone())];
    if callback.is_callable() {
        return callback.call(this, &event, context);
    }
    let operation = callback.get(js_string!("handleEvent"), context)?;
    match operation.as_callable() {
        Some(operation) => operation.call(&callback.clone().into(), &event, context),
        None => Err(JsError::from(JsNativeError::typ().with_message(
            "EventListener: the listener has no method handleEvent",
        ))),
    }
}
