//! The interfaces of HTML elements.
//!
//! <https://html.spec.whatwg.org/multipage/indices.html#element-interfaces>

mod activation;
mod controls;
mod elements;
mod form_properties;
mod html_element;
mod select;
mod table;

use boa_engine::{Context, JsResult, context::intrinsics::StandardConstructor};
use html5ever::ns;
use taipan_webidl::{expose, register as registered};

pub(super) use super::document::HtmlDocument;
use super::{
    document::Document,
    element::{Element, MathMlElement, SvgElement},
    node::node_interfaces,
    reflect,
};
use crate::tree::ElementData;
pub(super) use controls::type_will_change;
pub(super) use form_properties::install as install_form_properties;

/// Declares the interfaces that inherit from `HTMLElement`, with the names of the elements that implement them.
macro_rules! html_interfaces {
    ($($type:ident $name:literal [$($local:literal)|*]: $members:expr;)*) => {
        node_interfaces! {
            /// <https://html.spec.whatwg.org/multipage/dom.html#htmlelement>
            HtmlElement "HTMLElement": Element, html_element::members;
            $(
                #[doc = concat!("The interface `", $name, "`.")]
                $type $name: HtmlElement, $members;
            )*
        }

        /// The interface of an HTML element with this name.
        fn interface_of_html(local: &str, context: &mut Context) -> StandardConstructor {
            match local {
                $($($local)|* => registered::<$type>(context),)*
                local if PLAIN.contains(&local) || local.contains('-') => {
                    registered::<HtmlElement>(context)
                }
                _ => registered::<HtmlUnknownElement>(context),
            }
        }

        /// Defines the interfaces on the global object.
        ///
        /// # Errors
        /// Fails when the global object refuses a property.
        pub(super) fn register(context: &mut Context) -> JsResult<()> {
            let global = context.global_object();
            expose::<Element>(&global, context);
            expose::<SvgElement>(&global, context);
            expose::<MathMlElement>(&global, context);
            expose::<Document>(&global, context);
            expose::<HtmlDocument>(&global, context);
            expose::<HtmlElement>(&global, context);
            $(expose::<$type>(&global, context);)*
            elements::legacy_factories(context)
        }
    };
}

html_interfaces! {
    HtmlUnknownElement "HTMLUnknownElement" ["bgsound" | "blink" | "isindex" | "keygen" | "multicol" | "nextid" | "spacer"]: |_| {};
    HtmlAnchorElement "HTMLAnchorElement" ["a"]: elements::anchor;
    HtmlAreaElement "HTMLAreaElement" ["area"]: elements::anchor;
    HtmlAudioElement "HTMLAudioElement" ["audio"]: elements::media;
    HtmlBaseElement "HTMLBaseElement" ["base"]: |interface| {
        reflect::url(interface, "href", "href");
        reflect::string(interface, "target", "target");
    };
    HtmlBodyElement "HTMLBodyElement" ["body"]: elements::body;
    HtmlBrElement "HTMLBRElement" ["br"]: |_| {};
    HtmlButtonElement "HTMLButtonElement" ["button"]: controls::button;
    HtmlCanvasElement "HTMLCanvasElement" ["canvas"]: elements::canvas;
    HtmlDataElement "HTMLDataElement" ["data"]: |interface| reflect::string(interface, "value", "value");
    HtmlDataListElement "HTMLDataListElement" ["datalist"]: |_| {};
    HtmlDetailsElement "HTMLDetailsElement" ["details"]: |interface| {
        reflect::boolean(interface, "open", "open");
        reflect::string(interface, "name", "name");
    };
    HtmlDialogElement "HTMLDialogElement" ["dialog"]: elements::dialog;
    HtmlDivElement "HTMLDivElement" ["div"]: |interface| reflect::string(interface, "align", "align");
    HtmlDListElement "HTMLDListElement" ["dl"]: |_| {};
    HtmlEmbedElement "HTMLEmbedElement" ["embed"]: |interface| reflect::url(interface, "src", "src");
    HtmlFieldSetElement "HTMLFieldSetElement" ["fieldset"]: controls::fieldset;
    HtmlFontElement "HTMLFontElement" ["font"]: |interface| {
        reflect::string(interface, "color", "color");
        reflect::string(interface, "face", "face");
        reflect::string(interface, "size", "size");
    };
    HtmlFormElement "HTMLFormElement" ["form"]: controls::form;
    HtmlHeadElement "HTMLHeadElement" ["head"]: |_| {};
    HtmlHeadingElement "HTMLHeadingElement" ["h1" | "h2" | "h3" | "h4" | "h5" | "h6"]: |_| {};
    HtmlHrElement "HTMLHRElement" ["hr"]: |_| {};
    HtmlHtmlElement "HTMLHtmlElement" ["html"]: |_| {};
    HtmlIFrameElement "HTMLIFrameElement" ["iframe"]: elements::iframe;
    HtmlImageElement "HTMLImageElement" ["img"]: elements::image;
    HtmlInputElement "HTMLInputElement" ["input"]: controls::input;
    HtmlLabelElement "HTMLLabelElement" ["label"]: controls::label;
    HtmlLegendElement "HTMLLegendElement" ["legend"]: |_| {};
    HtmlLiElement "HTMLLIElement" ["li"]: |interface| reflect::long(interface, "value", "value", 0);
    HtmlLinkElement "HTMLLinkElement" ["link"]: elements::link;
    HtmlMapElement "HTMLMapElement" ["map"]: |interface| reflect::string(interface, "name", "name");
    HtmlMenuElement "HTMLMenuElement" ["menu"]: |_| {};
    HtmlMetaElement "HTMLMetaElement" ["meta"]: |interface| {
        for (name, attribute) in
            [("name", "name"), ("content", "content"), ("httpEquiv", "http-equiv"), ("media", "media")]
        {
            reflect::string(interface, name, attribute);
        }
    };
    HtmlMeterElement "HTMLMeterElement" ["meter"]: |interface| {
        reflect::double(interface, "value", "value", 0.0);
        reflect::double(interface, "min", "min", 0.0);
        reflect::double(interface, "max", "max", 1.0);
    };
    HtmlModElement "HTMLModElement" ["ins" | "del"]: |interface| {
        reflect::url(interface, "cite", "cite");
        reflect::string(interface, "dateTime", "datetime");
    };
    HtmlObjectElement "HTMLObjectElement" ["object"]: |interface| reflect::url(interface, "data", "data");
    HtmlOListElement "HTMLOListElement" ["ol"]: |interface| {
        reflect::boolean(interface, "reversed", "reversed");
        reflect::long(interface, "start", "start", 1);
        reflect::string(interface, "type", "type");
    };
    HtmlOptGroupElement "HTMLOptGroupElement" ["optgroup"]: |interface| {
        reflect::boolean(interface, "disabled", "disabled");
        reflect::string(interface, "label", "label");
    };
    HtmlOptionElement "HTMLOptionElement" ["option"]: select::option;
    HtmlOutputElement "HTMLOutputElement" ["output"]: controls::output;
    HtmlParagraphElement "HTMLParagraphElement" ["p"]: |interface| reflect::string(interface, "align", "align");
    HtmlPictureElement "HTMLPictureElement" ["picture"]: |_| {};
    HtmlPreElement "HTMLPreElement" ["pre" | "listing" | "xmp"]: |_| {};
    HtmlProgressElement "HTMLProgressElement" ["progress"]: elements::progress;
    HtmlQuoteElement "HTMLQuoteElement" ["q" | "blockquote"]: |interface| reflect::url(interface, "cite", "cite");
    HtmlScriptElement "HTMLScriptElement" ["script"]: elements::script;
    HtmlSelectElement "HTMLSelectElement" ["select"]: select::select;
    HtmlSlotElement "HTMLSlotElement" ["slot"]: |interface| reflect::string(interface, "name", "name");
    HtmlSourceElement "HTMLSourceElement" ["source"]: |interface| {
        reflect::url(interface, "src", "src");
        reflect::string(interface, "type", "type");
    };
    HtmlSpanElement "HTMLSpanElement" ["span"]: |_| {};
    HtmlStyleElement "HTMLStyleElement" ["style"]: |interface| {
        reflect::string(interface, "media", "media");
        reflect::string(interface, "type", "type");
    };
    HtmlTableCaptionElement "HTMLTableCaptionElement" ["caption"]: |_| {};
    HtmlTableCellElement "HTMLTableCellElement" ["td" | "th"]: table::cell;
    HtmlTableColElement "HTMLTableColElement" ["col" | "colgroup"]: |interface| {
        reflect::long(interface, "span", "span", 1);
    };
    HtmlTableElement "HTMLTableElement" ["table"]: table::table;
    HtmlTableRowElement "HTMLTableRowElement" ["tr"]: table::row;
    HtmlTableSectionElement "HTMLTableSectionElement" ["thead" | "tbody" | "tfoot"]: table::section;
    HtmlTemplateElement "HTMLTemplateElement" ["template"]: elements::template;
    HtmlTextAreaElement "HTMLTextAreaElement" ["textarea"]: controls::text_area;
    HtmlTimeElement "HTMLTimeElement" ["time"]: |interface| reflect::string(interface, "dateTime", "datetime");
    HtmlTitleElement "HTMLTitleElement" ["title"]: |interface| elements::own_text(interface, "text");
    HtmlTrackElement "HTMLTrackElement" ["track"]: |interface| reflect::url(interface, "src", "src");
    HtmlUListElement "HTMLUListElement" ["ul"]: |interface| reflect::string(interface, "type", "type");
    HtmlVideoElement "HTMLVideoElement" ["video"]: elements::media;
}

/// The elements that have no interface of their own.
const PLAIN: [&str; 51] = [
    "abbr",
    "acronym",
    "address",
    "article",
    "aside",
    "b",
    "basefont",
    "bdi",
    "bdo",
    "big",
    "center",
    "cite",
    "code",
    "dd",
    "dfn",
    "dt",
    "em",
    "figcaption",
    "figure",
    "footer",
    "header",
    "hgroup",
    "i",
    "kbd",
    "main",
    "mark",
    "nav",
    "nobr",
    "noembed",
    "noframes",
    "noscript",
    "plaintext",
    "rb",
    "rp",
    "rt",
    "rtc",
    "ruby",
    "s",
    "samp",
    "search",
    "section",
    "small",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "tt",
    "u",
    "var",
    "wbr",
];

/// The interface that the object of an element implements.
pub(super) fn interface_of(element: &ElementData, context: &mut Context) -> StandardConstructor {
    match &element.name.ns {
        namespace if *namespace == ns!(html) => interface_of_html(&element.name.local, context),
        namespace if *namespace == ns!(svg) => registered::<SvgElement>(context),
        namespace if *namespace == ns!(mathml) => registered::<MathMlElement>(context),
        _ => registered::<Element>(context),
    }
}
