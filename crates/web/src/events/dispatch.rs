//! Dispatching events.
//!
//! No target of this crate is in a tree, so the path of an event is its target alone; those of others may be, see
//! [`EventTarget::new_tree_base`].

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
    let dispatch = Dispatch { event, state };
    let path = dispatch.path(target, listeners, context);
    dispatch.run(&path, context)
}

/// One of the targets on an event's way.
struct Stop {
    target: JsObject,
    listeners: JsObject<EventTarget>,
}

/// An event on its way.
struct Dispatch<'a> {
    event: &'a JsObject,
    state: JsObject<Event>,
}

impl Dispatch<'_> {
    /// The event's way, from its target up.
    ///
    /// <https://dom.spec.whatwg.org/#concept-event-path-append>
    fn path(
        &self,
        target: &JsObject,
        listeners: JsObject<EventTarget>,
        context: &mut Context,
    ) -> Vec<Stop> {
        let target = target.clone();
        let mut path = vec![Stop { target, listeners }];
        while let Some(last) = path.last() {
            let get_the_parent = last.listeners.borrow().data().get_the_parent();
            let parent = get_the_parent
                .and_then(|get_the_parent| get_the_parent(&last.target, self.event, context));
            let stop = parent.and_then(|target| {
                let listeners = EventTarget::of_object(&target, context)?;
                Some(Stop { target, listeners })
            });
            match stop {
                Some(stop) => path.push(stop),
                None => break,
            }
        }
        path
    }

    fn run(&self, path: &[Stop], context: &mut Context) -> JsResult<bool> {
        let bubbles = {
            let mut event = self.state.borrow_mut();
            let event = event.data_mut();
            event.dispatching = true;
            event.target = path.first().map(|stop| stop.target.clone());
            event.path = path.iter().map(|stop| stop.target.clone()).collect();
            event.init.bubbles
        };
        let result = self.walk(path, bubbles, context);
        let mut event = self.state.borrow_mut();
        let event = event.data_mut();
        event.phase = Phase::None;
        event.current_target = None;
        event.path.clear();
        event.dispatching = false;
        event.stop_propagation = false;
        event.stop_immediate_propagation = false;
        result.map(|()| !event.canceled)
    }

    /// Down to the target, and up again.
    fn walk(&self, path: &[Stop], bubbles: bool, context: &mut Context) -> JsResult<()> {
        let phase = |index, other| if index == 0 { Phase::AtTarget } else { other };
        for (index, stop) in path.iter().enumerate().rev() {
            self.invoke(stop, phase(index, Phase::Capturing), true, context)?;
        }
        for (index, stop) in path.iter().enumerate() {
            if index == 0 || bubbles {
                self.invoke(stop, phase(index, Phase::Bubbling), false, context)?;
            }
        }
        Ok(())
    }

    /// <https://dom.spec.whatwg.org/#concept-event-listener-invoke> and
    /// <https://dom.spec.whatwg.org/#concept-event-listener-inner-invoke>
    fn invoke(
        &self,
        stop: &Stop,
        phase: Phase,
        capturing: bool,
        context: &mut Context,
    ) -> JsResult<()> {
        let kind = {
            let mut event = self.state.borrow_mut();
            let event = event.data_mut();
            if event.stop_propagation {
                return Ok(());
            }
            event.phase = phase;
            event.current_target = Some(stop.target.clone());
            event.kind.clone()
        };
        // A copy: what is added from now on does not see this event, and what is removed says so.
        let listeners = stop.listeners.borrow().data().matching(&kind, capturing);
        for listener in listeners {
            if listener.is_removed() {
                continue;
            }
            if listener.once {
                EventTarget::remove(&stop.target, &stop.listeners, &listener, context);
            }
            if listener.passive {
                self.state.borrow_mut().data_mut().in_passive_listener = true;
            }
            let result = self.call(stop, &listener, &kind, context);
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

    fn call(
        &self,
        stop: &Stop,
        listener: &Listener,
        kind: &JsString,
        context: &mut Context,
    ) -> JsResult<()> {
        let this = JsValue::from(stop.target.clone());
        match &listener.callback {
            Callback::Handler(name) => {
                let handler = EventTarget::handler(&stop.target, &stop.listeners, name, context);
                match handler {
                    Some(handler) => {
                        let call = event_handler::Call {
                            handler: &handler,
                            target: &stop.target,
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
