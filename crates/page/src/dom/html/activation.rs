//! What a click does.
//!
//! <https://dom.spec.whatwg.org/#eventtarget-activation-behavior>

use boa_engine::{Context, JsResult};
use html5ever::ns;
use taipan_web::{
    console::{self, Level},
    events::{Event, EventInit, dispatch},
};
use taipan_webidl::implementation;

use super::{
    super::{
        document::element_by_id,
        node_object::{fire_bubbling, fire_with, object_of},
        ui_event,
    },
    html_element::set_flag,
};
use crate::{
    tree::{ElementData, NodeRef},
    window,
};

/// Whether an element can have the focus.
pub(super) fn is_focusable(node: &NodeRef) -> bool {
    let Some(element) = node.as_element() else {
        return false;
    };
    let is_control = ["button", "input", "select", "textarea"]
        .iter()
        .any(|name| element.is_html(name));
    let is_link = element.is_html("a") && element.has_attribute("href");
    element.has_attribute("tabindex")
        || element.has_attribute("contenteditable")
        || is_link
        || is_control && !element.has_attribute("disabled")
}

/// What an element is to a click on it or in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Behavior {
    CheckBox,
    Radio,
    Submit,
    Reset,
    Link,
    Label,
    Summary,
}

fn behavior(node: &NodeRef) -> Option<Behavior> {
    let element = node.as_element()?;
    if element.name.ns != ns!(html) {
        return None;
    }
    let kind = element
        .attribute("type")
        .unwrap_or_default()
        .to_ascii_lowercase();
    match (&*element.name.local, kind.as_str()) {
        ("input", "checkbox") => Some(Behavior::CheckBox),
        ("input", "radio") => Some(Behavior::Radio),
        ("input", "submit" | "image") => Some(Behavior::Submit),
        ("input" | "button", "reset") => Some(Behavior::Reset),
        ("button", "button") => None,
        ("button", _) => Some(Behavior::Submit),
        ("a" | "area", _) if element.has_attribute("href") => Some(Behavior::Link),
        ("label", _) => Some(Behavior::Label),
        ("summary", _) => Some(Behavior::Summary),
        _ => None,
    }
}

/// Clicks on an element.
///
/// <https://html.spec.whatwg.org/multipage/interaction.html#dom-click>
///
/// # Errors
/// An error of the engine itself.
pub(super) fn click(node: &NodeRef, context: &mut Context) -> JsResult<()> {
    let is_disabled = node.as_element().is_some_and(|element| {
        ["button", "input", "select", "textarea"]
            .iter()
            .any(|name| element.is_html(name))
            && element.has_attribute("disabled")
    });
    if is_disabled {
        return Ok(());
    }
    let activated = node
        .inclusive_ancestors()
        .find_map(|node| behavior(&node).map(|behavior| (node, behavior)));
    // What a control shows has changed when its listeners are called.
    let before = activated
        .as_ref()
        .and_then(|(node, behavior)| match behavior {
            Behavior::CheckBox => Some(check(node, None)),
            Behavior::Radio => Some(check(node, Some(true))),
            _ => None,
        });
    let event = ui_event::click(context);
    let target = object_of(node, context);
    dispatch(&target, &event, context)?;
    let is_canceled =
        implementation::<Event>(&event).is_some_and(|event| event.borrow().data().is_canceled());
    let Some((node, behavior)) = activated else {
        return Ok(());
    };
    if is_canceled {
        if let Some(before) = before {
            before.restore();
        }
        return Ok(());
    }
    activate(
        &node,
        behavior,
        before.is_some_and(|before| before.changed),
        context,
    )
}

fn activate(
    node: &NodeRef,
    behavior: Behavior,
    changed: bool,
    context: &mut Context,
) -> JsResult<()> {
    match behavior {
        Behavior::CheckBox | Behavior::Radio => {
            if changed && node.root().is_document() {
                fire_bubbling(node, "input", context)?;
                fire_bubbling(node, "change", context)?;
            }
            Ok(())
        }
        Behavior::Submit => match form_of(node) {
            Some(form) => submit(&form, context),
            None => Ok(()),
        },
        Behavior::Reset => match form_of(node) {
            Some(form) => reset(&form, context),
            None => Ok(()),
        },
        Behavior::Link => {
            let href = node.as_element().and_then(|link| link.attribute("href"));
            match href {
                Some(href) => window::follow(&href, context),
                None => Ok(()),
            }
        }
        Behavior::Label => match labeled_control(node) {
            Some(control) => click(&control, context),
            None => Ok(()),
        },
        Behavior::Summary => {
            let details = node
                .parent()
                .filter(|parent| parent.as_html("details").is_some());
            match details {
                Some(details) => {
                    let is_open = details
                        .as_element()
                        .is_some_and(|element| element.has_attribute("open"));
                    set_flag(&details, "open", !is_open, context)?;
                    super::super::fire_later(&details, "toggle", context);
                    Ok(())
                }
                None => Ok(()),
            }
        }
    }
}

/// What a check box or the buttons of a group were like before a click.
struct Checked {
    controls: Vec<(NodeRef, Option<bool>)>,
    changed: bool,
}

impl Checked {
    fn restore(&self) {
        for (node, checked) in &self.controls {
            if let Some(element) = node.as_element() {
                element.control.borrow_mut().checked = *checked;
            }
        }
    }
}

/// Checks or unchecks a control; without a wish to the contrary of what it is.
fn check(node: &NodeRef, wanted: Option<bool>) -> Checked {
    let mut controls = vec![node.clone()];
    controls.extend(group(node));
    let controls: Vec<_> = controls
        .into_iter()
        .map(|node| {
            let checked = node
                .as_element()
                .and_then(|element| element.control.borrow().checked);
            (node, checked)
        })
        .collect();
    let was_checked = node.as_element().is_some_and(ElementData::is_checked);
    let wanted = wanted.unwrap_or(!was_checked);
    set_checked(node, wanted);
    Checked {
        controls,
        changed: was_checked != wanted,
    }
}

/// Checks a control, which unchecks the others of its group, or unchecks it.
pub(super) fn set_checked(node: &NodeRef, checked: bool) {
    if let Some(element) = node.as_element() {
        element.control.borrow_mut().checked = Some(checked);
    }
    if checked {
        for other in group(node) {
            if let Some(element) = other.as_element() {
                element.control.borrow_mut().checked = Some(false);
            }
        }
    }
}

/// The other buttons of a group of radio buttons.
///
/// <https://html.spec.whatwg.org/multipage/input.html#radio-button-group>
fn group(node: &NodeRef) -> Vec<NodeRef> {
    let is_radio = |node: &NodeRef| behavior(node) == Some(Behavior::Radio);
    let name = |node: &NodeRef| {
        let name = node
            .as_element()
            .and_then(|element| element.attribute("name"));
        name.filter(|name| !name.is_empty())
    };
    let (true, Some(own_name)) = (is_radio(node), name(node)) else {
        return Vec::new();
    };
    let form = form_of(node);
    node.root()
        .descendant_elements()
        .filter(|other| {
            other != node
                && is_radio(other)
                && name(other).as_ref() == Some(&own_name)
                && form_of(other) == form
        })
        .collect()
}

/// The form that a control belongs to.
///
/// <https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#form-owner>
pub(super) fn form_of(node: &NodeRef) -> Option<NodeRef> {
    let by_id = node
        .as_element()
        .and_then(|element| element.attribute("form"));
    match by_id {
        Some(id) => element_by_id(&node.root(), &id).filter(|form| form.as_html("form").is_some()),
        None => node
            .inclusive_ancestors()
            .skip(1)
            .find(|ancestor| ancestor.as_html("form").is_some()),
    }
}

/// The control that a label labels.
///
/// <https://html.spec.whatwg.org/multipage/forms.html#labeled-control>
pub(super) fn labeled_control(label: &NodeRef) -> Option<NodeRef> {
    let is_labelable = |node: &NodeRef| {
        node.as_element().is_some_and(|element| {
            let hidden = element.attribute("type").as_deref() == Some("hidden");
            [
                "button", "input", "meter", "output", "progress", "select", "textarea",
            ]
            .iter()
            .any(|name| element.is_html(name))
                && !hidden
        })
    };
    let by_id = label
        .as_element()
        .and_then(|element| element.attribute("for"));
    match by_id {
        Some(id) => element_by_id(&label.root(), &id).filter(is_labelable),
        None => label.descendants().find(is_labelable),
    }
}

/// Fires `submit` at a form. There is nowhere to navigate to from here, which the console says.
///
/// <https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#form-submission-algorithm>
pub(super) fn submit(form: &NodeRef, context: &mut Context) -> JsResult<()> {
    let init = EventInit {
        bubbles: true,
        cancelable: true,
        composed: false,
    };
    if form.root().is_document() && fire_with(form, "submit", init, context)? {
        let message = "a page does not navigate here: the form is not submitted";
        console::write(Level::Warn, message, context);
    }
    Ok(())
}

/// <https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#concept-form-reset>
pub(super) fn reset(form: &NodeRef, context: &mut Context) -> JsResult<()> {
    let init = EventInit {
        bubbles: true,
        cancelable: true,
        composed: false,
    };
    if !fire_with(form, "reset", init, context)? {
        return Ok(());
    }
    for node in form.root().descendant_elements() {
        if form_of(&node).as_ref() == Some(form)
            && let Some(element) = node.as_element()
        {
            element.control.take();
        }
        let in_form = node.as_html("option").is_some() && node.is_in(form);
        if let Some(option) = node.as_element().filter(|_| in_form) {
            option.control.take();
        }
    }
    Ok(())
}
