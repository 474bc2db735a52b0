//! The `UIEvent` interface and those that inherit from it.
//!
//! <https://w3c.github.io/uievents/>

use boa_engine::{
    Context, JsArgs, JsData, JsNativeError, JsObject, JsResult, JsString, JsValue,
    context::intrinsics::StandardConstructor, js_string,
};
use boa_gc::{Finalize, Trace};
use taipan_web::events::{Event, EventInit};
use taipan_webidl::{
    Dictionary, Inherits, Interface, InterfaceBuilder, convert, expose, inherit,
    register as registered,
};

/// The members of all the dictionaries: an event has those that its interface knows.
#[derive(Debug, Clone, Trace, Finalize)]
struct Data {
    view: JsValue,
    related_target: JsValue,
    detail: i32,
    numbers: [f64; NUMBERS.len()],
    flags: [bool; FLAGS.len()],
    #[unsafe_ignore_trace]
    strings: [JsString; STRINGS.len()],
}

const NUMBERS: [&str; 11] = [
    "screenX",
    "screenY",
    "clientX",
    "clientY",
    "button",
    "buttons",
    "location",
    "deltaX",
    "deltaY",
    "deltaZ",
    "deltaMode",
];
const FLAGS: [&str; 6] = [
    "ctrlKey",
    "shiftKey",
    "altKey",
    "metaKey",
    "repeat",
    "isComposing",
];
const STRINGS: [&str; 5] = ["key", "code", "data", "inputType", "pointerType"];

impl Default for Data {
    fn default() -> Self {
        Self {
            view: JsValue::null(),
            related_target: JsValue::null(),
            detail: 0,
            numbers: Default::default(),
            flags: Default::default(),
            strings: Default::default(),
        }
    }
}

impl Data {
    fn from_dictionary(dictionary: &Dictionary, context: &mut Context) -> JsResult<Self> {
        let mut data = Self::default();
        if let Some(view) = dictionary.get("view", context)? {
            data.view = view;
        }
        if let Some(target) = dictionary.get("relatedTarget", context)? {
            data.related_target = target;
        }
        if let Some(detail) = dictionary.get("detail", context)? {
            data.detail = convert::long(&detail, context)?;
        }
        for (slot, name) in data.numbers.iter_mut().zip(NUMBERS) {
            if let Some(value) = dictionary.get(name, context)? {
                *slot = convert::double(&value, name, context)?;
            }
        }
        for (slot, name) in data.flags.iter_mut().zip(FLAGS) {
            *slot = dictionary
                .get(name, context)?
                .is_some_and(|value| value.to_boolean());
        }
        for (slot, name) in data.strings.iter_mut().zip(STRINGS) {
            if let Some(value) = dictionary.get(name, context)?
                && !value.is_null()
            {
                *slot = convert::dom_string(&value, context)?;
            }
        }
        Ok(data)
    }

    /// The value of one of the members.
    fn member(&self, name: &str) -> JsValue {
        let number = NUMBERS.iter().position(|known| *known == name);
        let flag = FLAGS.iter().position(|known| *known == name);
        let text = STRINGS.iter().position(|known| *known == name);
        let number = number.and_then(|index| self.numbers.get(index));
        let flag = flag.and_then(|index| self.flags.get(index));
        let text = text.and_then(|index| self.strings.get(index));
        match (name, number, flag, text) {
            ("view", ..) => self.view.clone(),
            ("relatedTarget", ..) => self.related_target.clone(),
            ("detail", ..) => self.detail.into(),
            (_, Some(number), ..) => (*number).into(),
            (_, _, Some(flag), _) => (*flag).into(),
            (_, _, _, Some(text)) => text.clone().into(),
            _ => JsValue::undefined(),
        }
    }
}

macro_rules! ui_events {
    ($($type:ident $name:literal $parent:ty: [$($member:literal),*];)*) => {
        $(
            #[doc = concat!("The interface `", $name, "`.")]
            #[derive(Trace, Finalize, JsData)]
            pub(super) struct $type {
                event: JsObject<Event>,
                data: Data,
            }

            impl Inherits<Event> for $type {
                fn base(&self) -> &JsObject<Event> {
                    &self.event
                }
            }

            impl Interface for $type {
                const NAME: &'static str = $name;
                const LENGTH: usize = 1;

                fn members(interface: &mut InterfaceBuilder<'_>) {
                    members(interface, &[$($member),*]);
                }

                fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
                    let (event, dictionary) =
                        Event::construct_base::<Self>(args, concat!($name, "Init"), context)?;
                    let data = Data::from_dictionary(&dictionary, context)?;
                    Ok(Self { event, data })
                }

                fn parent(context: &mut Context) -> Option<StandardConstructor> {
                    // Its objects are events at once, and have the prototype of the interface between.
                    inherit::<Self, Event>(context);
                    Some(registered::<$parent>(context))
                }
            }
        )*

        /// Defines the interfaces on the global object.
        pub(super) fn register(context: &mut Context) {
            let global = context.global_object();
            $(expose::<$type>(&global, context);)*
        }

        /// What an event of any of the interfaces carries.
        fn data_of(this: &JsValue) -> JsResult<Data> {
            if let Some(object) = this.as_object() {
                $(if let Some(event) = object.downcast_ref::<$type>() {
                    return Ok(event.data.clone());
                })*
            }
            Err(JsNativeError::typ()
                .with_message("Illegal invocation: the receiver is not a UIEvent")
                .into())
        }

        /// What `createEvent` makes of a name in lower case.
        pub(super) fn create_uninitialized(name: &str, context: &mut Context) -> Option<JsValue> {
            $(if name.trim_end_matches('s') == $name.to_ascii_lowercase() {
                let event = $type {
                    event: Event::new_base(js_string!(), EventInit::default(), context),
                    data: Data::default(),
                };
                return Some(taipan_webidl::wrap(event, context).upcast().into());
            })*
            None
        }
    };
}

ui_events! {
    UiEvent "UIEvent" Event: ["view", "detail"];
    MouseEvent "MouseEvent" UiEvent: [
        "screenX", "screenY", "clientX", "clientY", "ctrlKey", "shiftKey", "altKey", "metaKey", "button",
        "buttons", "relatedTarget"
    ];
    PointerEvent "PointerEvent" MouseEvent: ["pointerType"];
    WheelEvent "WheelEvent" MouseEvent: ["deltaX", "deltaY", "deltaZ", "deltaMode"];
    FocusEvent "FocusEvent" UiEvent: ["relatedTarget"];
    KeyboardEvent "KeyboardEvent" UiEvent: [
        "key", "code", "location", "ctrlKey", "shiftKey", "altKey", "metaKey", "repeat", "isComposing"
    ];
    InputEvent "InputEvent" UiEvent: ["data", "inputType", "isComposing"];
}

fn members(interface: &mut InterfaceBuilder<'_>, names: &[&'static str]) {
    for &name in names {
        let get = boa_engine::NativeFunction::from_copy_closure(move |this, _, _| {
            Ok(data_of(this)?.member(name))
        });
        interface.native_attribute(name, get, None);
    }
    if names.contains(&"clientX") {
        for (alias, name) in [
            ("x", "clientX"),
            ("y", "clientY"),
            ("pageX", "clientX"),
            ("pageY", "clientY"),
        ] {
            let get = boa_engine::NativeFunction::from_copy_closure(move |this, _, _| {
                Ok(data_of(this)?.member(name))
            });
            interface.native_attribute(alias, get, None);
        }
    }
    if names.contains(&"ctrlKey") {
        interface.method("getModifierState", 1, |this, args, context| {
            let data = data_of(this)?;
            let key = convert::usv_string(args.get_or_undefined(0), context)?;
            Ok(match key.as_str() {
                "Control" => data.member("ctrlKey"),
                "Shift" => data.member("shiftKey"),
                "Alt" => data.member("altKey"),
                "Meta" => data.member("metaKey"),
                _ => false.into(),
            })
        });
    }
    if names.contains(&"detail") {
        interface.getter("which", |this, _, _| {
            data_of(this)?;
            Ok(0.into())
        });
    }
}

/// The event that a click is.
///
/// <https://html.spec.whatwg.org/multipage/webappapis.html#fire-a-synthetic-pointer-event>
pub(super) fn click(context: &mut Context) -> JsObject {
    let init = EventInit {
        bubbles: true,
        cancelable: true,
        composed: true,
    };
    let mut data = Data::default();
    data.view = context.global_object().into();
    let event = PointerEvent {
        event: Event::new_base(js_string!("click"), init, context),
        data,
    };
    // What a script does is not what a user does.
    taipan_webidl::wrap(event, context).upcast()
}
