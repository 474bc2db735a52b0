//! The tree of nodes, without JavaScript: its nodes are collected by the engine's collector, and each knows the
//! object that scripts see of it, once there is one.

mod element;
mod inner_text;
mod node;
mod parser;
mod selector;
mod serialize;
mod sink;

pub(crate) use element::{Attribute, ElementData, attribute_name, qualified_name};
pub(crate) use inner_text::{inner_text, newlines_to_breaks};
pub(crate) use node::{NodeKind, NodeRef, version};
pub(crate) use parser::{Parser, Step, Written, parse_fragment};
pub(crate) use selector::{SelectorList, parse as parse_selectors};
pub(crate) use serialize::{inner_html, outer_html};
