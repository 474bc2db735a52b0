//! The `Document` interface.

use std::rc::Rc;

use boa_engine::{Context, JsArgs, JsResult, JsString, JsValue, js_string};
use html5ever::ns;
use taipan::Url;
use taipan_web::events::{self, Event, EventInit};
use taipan_webidl::{DomException, InterfaceBuilder, convert};

use super::{
    attr,
    collection::{self, Source},
    dom_parser,
    element::{
        get_elements_by_class_name, get_elements_by_tag_name, valid_name, validate_and_extract,
    },
    event_attributes, mutation,
    node::node_interfaces,
    node_object::{NodeObject, node_argument, string, this_kind, this_node, value, value_of},
    parent_node, ui_event,
};
use crate::{
    script,
    state::{PageState, ReadyState},
    tree::{Attribute, NodeKind, NodeRef, Parser, Step, Written, attribute_name},
    window,
};

node_interfaces! {
    /// <https://dom.spec.whatwg.org/#interface-document>
    Document "Document": NodeObject, members, new_document;
    /// What documents of HTML are in browsers; it has nothing of its own.
    HtmlDocument "HTMLDocument": Document, |_| {};
}

/// The body of a document.
///
/// <https://html.spec.whatwg.org/multipage/dom.html#the-body-element-2>
pub(crate) fn body(document: &NodeRef) -> Option<NodeRef> {
    let root = root_element(document)?;
    root.as_html("html")?;
    root.child_elements()
        .find(|node| node.as_html("body").is_some() || node.as_html("frameset").is_some())
}

fn head(document: &NodeRef) -> Option<NodeRef> {
    let root = root_element(document)?;
    root.as_html("html")?;
    root.child_elements()
        .find(|node| node.as_html("head").is_some())
}

fn root_element(document: &NodeRef) -> Option<NodeRef> {
    document.child_elements().next()
}

/// What URLs in a document resolve against.
///
/// <https://html.spec.whatwg.org/multipage/urls-and-fetching.html#document-base-url>
pub(crate) fn base_url(document: &NodeRef, context: &Context) -> Url {
    declared_base_url(document, context).unwrap_or_else(|| url(document, context))
}

/// The same, if an element says what it is.
pub(crate) fn declared_base_url(document: &NodeRef, context: &Context) -> Option<Url> {
    let base = head(document)?.child_elements().find(|node| {
        node.as_html("base")
            .is_some_and(|element| element.has_attribute("href"))
    })?;
    let base = base.as_element()?.attribute("href")?;
    script::resolve(&base, &url(document, context))
}

/// The URL that an attribute of an element is.
pub(super) fn url_attribute(node: &NodeRef, attribute: &str, context: &Context) -> Option<Url> {
    let text = node.as_element()?.attribute(attribute)?;
    script::resolve(&text, &base_url(&node.owner(), context))
}

/// The URL of a document.
fn url(document: &NodeRef, context: &Context) -> Url {
    match PageState::of(context) {
        Ok(state) if state.document == *document => state.url.borrow().clone(),
        _ => about_blank(),
    }
}

fn about_blank() -> Url {
    Url::parse("about:blank").unwrap_or_else(|_| unreachable!("this is a URL"))
}

fn this_document(this: &JsValue) -> JsResult<NodeRef> {
    this_kind(this, "Document", |node| node.is_document())
}

/// The state of the page, if the document is its.
fn page_of(document: &NodeRef, context: &Context) -> Option<Rc<PageState>> {
    PageState::of(context)
        .ok()
        .filter(|state| state.document == *document)
}

fn members(interface: &mut InterfaceBuilder<'_>) {
    information(interface);
    parts(interface);
    making(interface);
    parent_node::members(interface);
    event_attributes::members(interface);
    for handler in ["onreadystatechange", "onvisibilitychange"] {
        events::event_handler(interface, handler);
    }
    interface
        .method("getElementsByTagName", 1, get_elements_by_tag_name)
        .method("getElementsByClassName", 1, get_elements_by_class_name)
        .method("getElementById", 1, get_element_by_id)
        .method("getElementsByName", 1, |this, args, context| {
            let root = this_document(this)?;
            let name = convert::required_by(args, 0, 1, "Document.getElementsByName")?;
            let name = convert::usv_string(name, context)?;
            let is_member = move |node: &NodeRef| {
                let is_it = |value: &str| value == name;
                node.as_element().is_some_and(|element| {
                    element.name.ns == ns!(html)
                        && element.with_attribute("name", is_it) == Some(true)
                })
            };
            let is_member = Box::new(is_member);
            collection::node_list(Source::Descendants { root, is_member }, context)
        })
        .method("write", 0, |this, args, context| {
            write(this, args, "", context)
        })
        .method("writeln", 0, |this, args, context| {
            write(this, args, "\n", context)
        })
        .method("open", 0, |this, _, context| {
            let document = this_document(this)?;
            if let Some(state) = page_of(&document, context) {
                open(&state);
            }
            value(&document, context)
        })
        .method("close", 0, |this, _, context| {
            let document = this_document(this)?;
            if let Some(state) = page_of(&document, context)
                && state.ready_state.get() == ReadyState::Complete
                && let Some(parser) = state.parser.take()
            {
                parser.end();
            }
            Ok(JsValue::undefined())
        })
        .method("hasFocus", 0, |this, _, _| {
            this_document(this)?;
            Ok(true.into())
        });
}

/// What a document tells of itself.
fn information(interface: &mut InterfaceBuilder<'_>) {
    for name in ["URL", "documentURI"] {
        interface.getter(name, |this, _, context| {
            Ok(string(url(&this_document(this)?, context).as_str()))
        });
    }
    for name in ["characterSet", "charset", "inputEncoding"] {
        interface.getter(name, |this, _, _| {
            this_document(this)?;
            Ok(string("UTF-8"))
        });
    }
    interface
        .getter("contentType", |this, _, _| {
            this_document(this)?;
            Ok(string("text/html"))
        })
        .getter("compatMode", |this, _, context| {
            let document = this_document(this)?;
            Ok(string(match parent_node::is_quirky(&document, context) {
                true => "BackCompat",
                false => "CSS1Compat",
            }))
        })
        .getter("readyState", |this, _, context| {
            let state = page_of(&this_document(this)?, context);
            let ready_state = state.map_or(ReadyState::Complete, |state| state.ready_state.get());
            Ok(string(ready_state.as_str()))
        })
        .getter("referrer", |this, _, _| {
            this_document(this)?;
            Ok(string(""))
        })
        .getter("hidden", |this, _, _| {
            this_document(this)?;
            Ok(false.into())
        })
        .getter("visibilityState", |this, _, _| {
            this_document(this)?;
            Ok(string("visible"))
        })
        .getter("domain", |this, _, context| {
            let url = url(&this_document(this)?, context);
            Ok(string(url.host_str().unwrap_or_default()))
        })
        .getter("implementation", |this, _, context| {
            this_document(this)?;
            Ok(dom_parser::implementation(context))
        })
        .getter("defaultView", |this, _, context| {
            Ok(match page_of(&this_document(this)?, context) {
                Some(_) => context.global_object().into(),
                None => JsValue::null(),
            })
        })
        .attribute(
            "location",
            |this, _, context| match page_of(&this_document(this)?, context) {
                Some(_) => window::location(context),
                None => Ok(JsValue::null()),
            },
            |this, args, context| {
                this_document(this)?;
                window::navigate(args.get_or_undefined(0), context)
            },
        )
        // There is no jar of cookies.
        .attribute(
            "cookie",
            |this, _, _| {
                this_document(this)?;
                Ok(string(""))
            },
            |this, args, context| {
                this_document(this)?;
                convert::usv_string(args.get_or_undefined(0), context)?;
                Ok(JsValue::undefined())
            },
        )
        .attribute(
            "designMode",
            |this, _, _| {
                this_document(this)?;
                Ok(string("off"))
            },
            |this, _, _| {
                this_document(this)?;
                Ok(JsValue::undefined())
            },
        )
        .attribute("title", get_title, set_title);
}

/// The nodes that a document has a name for.
fn parts(interface: &mut InterfaceBuilder<'_>) {
    interface
        .getter("doctype", |this, _, context| {
            let document = this_document(this)?;
            let mut children = document.children();
            let doctype =
                children.find(|node| matches!(node.kind(), NodeKind::DocumentType { .. }));
            Ok(value_of(doctype, context))
        })
        .getter("documentElement", |this, _, context| {
            Ok(value_of(root_element(&this_document(this)?), context))
        })
        .getter("scrollingElement", |this, _, context| {
            Ok(value_of(root_element(&this_document(this)?), context))
        })
        .getter("head", |this, _, context| {
            Ok(value_of(head(&this_document(this)?), context))
        })
        .attribute(
            "body",
            |this, _, context| Ok(value_of(body(&this_document(this)?), context)),
            set_body,
        )
        .getter("currentScript", |this, _, context| {
            let state = page_of(&this_document(this)?, context);
            let script = state.and_then(|state| state.current_script.borrow().clone());
            Ok(value_of(script, context))
        })
        .getter("activeElement", |this, _, context| {
            let document = this_document(this)?;
            let state = page_of(&document, context);
            let active = state.and_then(|state| {
                let active = state.active_element.borrow().clone();
                active.filter(|active| state.holds(active))
            });
            let active = active.or_else(|| body(&document));
            Ok(value_of(active, context))
        });
    macro_rules! collections {
        ($($name:literal: $names:expr;)*) => {$(
            interface.getter($name, |this, _, context| {
                let source = Source::html(this_document(this)?, &$names);
                collection::html_collection(source, context)
            });
        )*};
    }
    collections! {
        "images": ["img"];
        "embeds": ["embed"];
        "plugins": ["embed"];
        "forms": ["form"];
        "scripts": ["script"];
    }
    interface.getter("links", |this, _, context| {
        let root = this_document(this)?;
        let is_member = |node: &NodeRef| {
            let element = node.as_html("a").or_else(|| node.as_html("area"));
            element.is_some_and(|element| element.has_attribute("href"))
        };
        let is_member = Box::new(is_member);
        collection::html_collection(Source::Descendants { root, is_member }, context)
    });
}

/// Making nodes.
fn making(interface: &mut InterfaceBuilder<'_>) {
    interface
        .method("createElement", 1, |this, args, context| {
            let document = this_document(this)?;
            let name = convert::required_by(args, 0, 1, "Document.createElement")?;
            let name = valid_name(name, true, context)?.to_ascii_lowercase();
            value(&NodeRef::html_element(&name, &document), context)
        })
        .method("createElementNS", 2, |this, args, context| {
            let document = this_document(this)?;
            convert::required_by(args, 1, 2, "Document.createElementNS")?;
            let (namespace, name) = (args.get_or_undefined(0), args.get_or_undefined(1));
            let name = validate_and_extract(namespace, name, true, context)?;
            value(&NodeRef::element(name, Vec::new(), &document), context)
        })
        .method("createDocumentFragment", 0, |this, _, context| {
            value(&NodeRef::fragment(&this_document(this)?), context)
        })
        .method("createTextNode", 1, |this, args, context| {
            let document = this_document(this)?;
            let data = convert::required_by(args, 0, 1, "Document.createTextNode")?;
            let data = convert::dom_string(data, context)?;
            value(&NodeRef::text(data, &document), context)
        })
        .method("createComment", 1, |this, args, context| {
            let document = this_document(this)?;
            let data = convert::required_by(args, 0, 1, "Document.createComment")?;
            let data = convert::dom_string(data, context)?;
            value(&NodeRef::comment(data, &document), context)
        })
        .method("createAttribute", 1, |this, args, context| {
            this_document(this)?;
            let name = convert::required_by(args, 0, 1, "Document.createAttribute")?;
            let name = valid_name(name, false, context)?.to_ascii_lowercase();
            let attribute = Attribute {
                name: attribute_name(&name),
                value: String::new(),
            };
            Ok(attr::object(attribute, None, context).into())
        })
        .method("createEvent", 1, create_event)
        .method("importNode", 1, |this, args, context| {
            let document = this_document(this)?;
            let node = node_argument(args, 0, 1, "Document.importNode")?;
            refuse_document(&node, context)?;
            let copy = node.clone_node(args.get_or_undefined(1).to_boolean(), &document);
            value(&copy, context)
        })
        .method("adoptNode", 1, |this, args, context| {
            let document = this_document(this)?;
            let node = node_argument(args, 0, 1, "Document.adoptNode")?;
            refuse_document(&node, context)?;
            let fragment = NodeRef::fragment(&document);
            fragment.append(&node);
            node.detach();
            value(&node, context)
        });
}

fn refuse_document(node: &NodeRef, context: &mut Context) -> JsResult<()> {
    if !node.is_document() {
        return Ok(());
    }
    let message = "a document cannot be put into another one";
    Err(DomException::new("NotSupportedError", message).into_error(context))
}

/// <https://dom.spec.whatwg.org/#dom-nonelementparentnode-getelementbyid>
pub(super) fn get_element_by_id(
    this: &JsValue,
    args: &[JsValue],
    context: &mut Context,
) -> JsResult<JsValue> {
    let root = this_node(this)?;
    let id = convert::required_by(args, 0, 1, "getElementById")?;
    let id = convert::usv_string(id, context)?;
    Ok(value_of(element_by_id(&root, &id), context))
}

/// The first element in a node that has an ID.
pub(crate) fn element_by_id(root: &NodeRef, id: &str) -> Option<NodeRef> {
    let is_it = |value: &str| value == id;
    let has_it = |node: &NodeRef| {
        node.as_element()
            .is_some_and(|element| element.with_attribute("id", is_it) == Some(true))
    };
    root.descendants()
        .find(|node| !id.is_empty() && has_it(node))
}

fn get_title(this: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    let title = this_document(this)?.first_html("title");
    let text = title.map_or_else(JsString::default, |title| title.child_text());
    let text = text.to_std_string_lossy();
    let words: Vec<&str> = text
        .split(|character: char| character.is_ascii_whitespace())
        .filter(|word| !word.is_empty())
        .collect();
    Ok(string(words.join(" ")))
}

/// <https://html.spec.whatwg.org/multipage/dom.html#document.title>
fn set_title(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let document = this_document(this)?;
    let text = convert::dom_string(args.get_or_undefined(0), context)?;
    let title = match (document.first_html("title"), head(&document)) {
        (Some(title), _) => title,
        (None, Some(head)) => {
            let title = NodeRef::html_element("title", &document);
            head.append(&title);
            title
        }
        (None, None) => return Ok(JsValue::undefined()),
    };
    mutation::replace_all_with_text(&title, text, context)?;
    Ok(JsValue::undefined())
}

/// <https://html.spec.whatwg.org/multipage/dom.html#dom-document-body>
fn set_body(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let document = this_document(this)?;
    let new = node_argument(args, 0, 1, "Document.body")?;
    let is_body = new.as_html("body").is_some() || new.as_html("frameset").is_some();
    let (old, root) = (body(&document), root_element(&document));
    let Some(root) = root.filter(|_| is_body) else {
        let message = "the body has to be a body element in a document that has a root";
        return Err(DomException::new("HierarchyRequestError", message).into_error(context));
    };
    match old {
        Some(old) if old == new => {}
        Some(old) => mutation::replace(&root, &new, &old, context)?,
        None => mutation::insert(&root, &new, None, context)?,
    }
    Ok(JsValue::undefined())
}

/// <https://dom.spec.whatwg.org/#dom-document-createevent>
fn create_event(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    this_document(this)?;
    let name = convert::required_by(args, 0, 1, "Document.createEvent")?;
    let name = convert::usv_string(name, context)?;
    let lower = name.to_ascii_lowercase();
    let event = match lower.as_str() {
        "event" | "events" | "htmlevents" | "svgevents" => {
            let event = Event::create_plain(js_string!(), EventInit::default(), context);
            JsValue::from(event.upcast())
        }
        "customevent" => {
            let constructor =
                taipan_webidl::interface_object::<taipan_web::events::CustomEvent>(context);
            let arguments = [string("")];
            constructor.construct(&arguments, None, context)?.into()
        }
        lower => match ui_event::create_uninitialized(lower, context) {
            Some(event) => event,
            None => {
                let message = format!("\"{name}\" is no interface of events to be made like this");
                return Err(DomException::new("NotSupportedError", &message).into_error(context));
            }
        },
    };
    Ok(event)
}

/// <https://html.spec.whatwg.org/multipage/dynamic-markup-insertion.html#document-write-steps>
fn write(this: &JsValue, args: &[JsValue], end: &str, context: &mut Context) -> JsResult<JsValue> {
    let document = this_document(this)?;
    let mut text = String::new();
    for argument in args {
        text.push_str(&convert::usv_string(argument, context)?);
    }
    text.push_str(end);
    let Some(state) = page_of(&document, context) else {
        return Ok(JsValue::undefined());
    };
    if state.ignores_writes.get() {
        return Ok(JsValue::undefined());
    }
    let parser = state.parser.borrow().clone();
    let parser = parser.unwrap_or_else(|| open(&state));
    let written = Written::new(&text);
    while let Step::Script(script) = parser.write(&written) {
        script::prepare(&script, context)?;
        if state.scripts.is_blocked() {
            // The rest has to wait for it, too.
            parser.put_back(&written);
            break;
        }
    }
    Ok(JsValue::undefined())
}

/// Empties the document for what is written from now on.
///
/// <https://html.spec.whatwg.org/multipage/dynamic-markup-insertion.html#document-open-steps>
fn open(state: &PageState) -> Rc<Parser> {
    if let Some(parser) = &*state.parser.borrow() {
        return Rc::clone(parser);
    }
    state.document.clear();
    let parser = Rc::new(Parser::new(&state.document, ""));
    state.parser.replace(Some(Rc::clone(&parser)));
    parser
}

/// <https://dom.spec.whatwg.org/#dom-document-document>
fn new_document(_: &[JsValue], _: &mut Context) -> JsResult<NodeRef> {
    Ok(NodeRef::document())
}

/// A new document of HTML with this title, as scripts ask for one.
pub(super) fn new_html_document(title: Option<JsString>) -> NodeRef {
    let document = NodeRef::document();
    let doctype = NodeRef::document_type("html".into(), String::new(), String::new(), &document);
    document.append(&doctype);
    let html = NodeRef::html_element("html", &document);
    document.append(&html);
    let head = NodeRef::html_element("head", &document);
    html.append(&head);
    if let Some(title) = title {
        let element = NodeRef::html_element("title", &document);
        element.append(&NodeRef::text(title, &document));
        head.append(&element);
    }
    html.append(&NodeRef::html_element("body", &document));
    document
}
