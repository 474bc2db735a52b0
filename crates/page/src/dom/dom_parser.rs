//! The `DOMParser` and `DOMImplementation` interfaces.

use boa_engine::{Context, JsArgs, JsData, JsNativeError, JsResult, JsValue};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{DomException, Interface, InterfaceBuilder, convert, this_object, wrap};

use super::{document::new_html_document, node_object::value};
use crate::tree::{NodeRef, Parser, Step};

/// <https://html.spec.whatwg.org/multipage/dynamic-markup-insertion.html#domparser>
#[derive(Trace, Finalize, JsData)]
pub(super) struct DomParser;

/// <https://dom.spec.whatwg.org/#interface-domimplementation>
#[derive(Trace, Finalize, JsData)]
pub(super) struct DomImplementation;

/// Parses a whole document of HTML whose scripts do not run.
pub(crate) fn parse_document(text: &str) -> NodeRef {
    let document = NodeRef::document();
    let parser = Parser::new(&document, text);
    while let Step::Script(script) = parser.step() {
        if let Some(element) = script.as_element() {
            element.script.already_started.set(true);
        }
    }
    parser.end();
    document
}

impl Interface for DomParser {
    const NAME: &'static str = "DOMParser";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface.method("parseFromString", 2, |this, args, context| {
            this_object::<Self>(this)?;
            convert::required::<Self>(args, 1, 2)?;
            let text = convert::usv_string(args.get_or_undefined(0), context)?;
            let kind = convert::usv_string(args.get_or_undefined(1), context)?;
            match kind.as_str() {
                "text/html" => value(&parse_document(&text), context),
                "text/xml" | "application/xml" | "application/xhtml+xml" | "image/svg+xml" => {
                    let message = format!("DOMParser: \"{kind}\" is not supported, only HTML is");
                    Err(DomException::new("NotSupportedError", &message).into_error(context))
                }
                kind => {
                    let message = format!("DOMParser: \"{kind}\" is not a type of documents");
                    Err(JsNativeError::typ().with_message(message).into())
                }
            }
        });
    }

    fn construct(_: &[JsValue], _: &mut Context) -> JsResult<Self> {
        Ok(Self)
    }
}

/// The object of `document.implementation`.
pub(super) fn implementation(context: &mut Context) -> JsValue {
    wrap(DomImplementation, context).upcast().into()
}

impl Interface for DomImplementation {
    const NAME: &'static str = "DOMImplementation";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .method("createHTMLDocument", 0, |this, args, context| {
                this_object::<Self>(this)?;
                let title = match args.get_or_undefined(0) {
                    title if title.is_undefined() => None,
                    title => Some(convert::dom_string(title, context)?),
                };
                value(&new_html_document(title), context)
            })
            .method("hasFeature", 0, |this, _, _| {
                this_object::<Self>(this)?;
                Ok(true.into())
            });
    }
}
