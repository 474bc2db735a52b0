//! The interfaces by which scripts see the tree.
//!
//! <https://dom.spec.whatwg.org/>

mod attr;
mod character_data;
mod child_node;
mod collection;
mod css_style_declaration;
mod document;
mod dom_parser;
mod dom_string_map;
mod dom_token_list;
mod element;
mod event_attributes;
mod html;
mod indexed;
mod mutation;
mod node;
mod node_object;
mod parent_node;
mod reflect;
mod ui_event;

pub(crate) use document::{base_url, body, declared_base_url};
pub(crate) use dom_parser::parse_document;
pub(crate) use event_attributes::{
    GLOBAL as GLOBAL_HANDLERS, OF_WINDOW as WINDOW_HANDLERS, adopt_body,
};
pub(crate) use indexed::{get_inherited, has_inherited};
pub(crate) use node_object::{fire, fire_bubbling, fire_later, object_of};

use boa_engine::{Context, JsResult};

/// Defines the interfaces on the global object of the current realm.
///
/// # Errors
/// Fails when the global object refuses a property.
pub(crate) fn register(context: &mut Context) -> JsResult<()> {
    let global = context.global_object();
    node::register(context);
    collection::register(context);
    attr::register(context);
    html::register(context)?;
    ui_event::register(context);
    taipan_webidl::expose::<dom_token_list::DomTokenList>(&global, context);
    taipan_webidl::expose::<dom_string_map::DomStringMap>(&global, context);
    taipan_webidl::expose::<css_style_declaration::CssStyleDeclaration>(&global, context);
    taipan_webidl::expose::<dom_parser::DomParser>(&global, context);
    Ok(())
}
