//! Tables.
//!
//! <https://html.spec.whatwg.org/multipage/tables.html>

use boa_engine::{Context, JsArgs, JsResult, JsValue};
use taipan_webidl::{DomException, InterfaceBuilder, convert};

use super::super::{
    collection::{self, Source},
    mutation,
    node_object::{this_element, value, value_of},
    reflect,
};
use crate::tree::NodeRef;

fn children(node: &NodeRef, names: &'static [&'static str]) -> Vec<NodeRef> {
    node.children()
        .filter(|child| names.iter().any(|name| child.as_html(name).is_some()))
        .collect()
}

const SECTIONS: [&str; 3] = ["thead", "tbody", "tfoot"];

/// The rows of a table: those of its heads first, those of its feet last.
fn rows(table: &NodeRef) -> Vec<NodeRef> {
    let of = |name: &'static str| {
        table
            .children()
            .filter(move |child| child.as_html(name).is_some())
            .flat_map(|section| children(&section, &["tr"]))
    };
    let bodies = table.children().flat_map(|child| {
        if child.as_html("tr").is_some() {
            return vec![child];
        }
        match child.as_html("tbody") {
            Some(_) => children(&child, &["tr"]),
            None => Vec::new(),
        }
    });
    of("thead").chain(bodies).chain(of("tfoot")).collect()
}

fn index_error<T>(context: &mut Context) -> JsResult<T> {
    let message = "there is no such row or cell";
    Err(DomException::new("IndexSizeError", message).into_error(context))
}

/// The index that an argument is, of as many; none if it is the end.
fn index(args: &[JsValue], count: usize, context: &mut Context) -> JsResult<Option<usize>> {
    let index = match args.get_or_undefined(0) {
        index if index.is_undefined() => -1,
        index => convert::long(index, context)?,
    };
    match usize::try_from(index) {
        Err(_) if index == -1 => Ok(None),
        Ok(index) if index == count => Ok(None),
        Ok(index) if index < count => Ok(Some(index)),
        _ => index_error(context),
    }
}

/// Puts a new element before one of others, or behind the last child of `parent`.
fn insert(
    parent: &NodeRef,
    name: &str,
    others: &[NodeRef],
    args: &[JsValue],
    context: &mut Context,
) -> JsResult<JsValue> {
    let before = index(args, others.len(), context)?.and_then(|index| others.get(index));
    let node = NodeRef::html_element(name, &parent.owner());
    let parent = before
        .and_then(|before| before.parent())
        .unwrap_or_else(|| parent.clone());
    mutation::insert(&parent, &node, before, context)?;
    value(&node, context)
}

/// Takes out one of some elements.
fn delete(others: &[NodeRef], args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let index = index(args, others.len(), context)?;
    let last = others.len().checked_sub(1);
    let is_end = args.get_or_undefined(0).as_number() == Some(-1.0);
    match index
        .or(last.filter(|_| is_end))
        .and_then(|index| others.get(index))
    {
        Some(node) => node.detach(),
        None if others.is_empty() && is_end => {}
        None => return index_error(context),
    }
    Ok(JsValue::undefined())
}

pub(super) fn table(interface: &mut InterfaceBuilder<'_>) {
    macro_rules! part {
        ($get:literal, $create:literal, $delete:literal, $name:literal) => {
            interface
                .getter($get, |this, _, context| {
                    let part = children(&this_element(this)?, &[$name]).into_iter().next();
                    Ok(value_of(part, context))
                })
                .method($create, 0, |this, _, context| {
                    let table = this_element(this)?;
                    if let Some(part) = children(&table, &[$name]).first() {
                        return value(part, context);
                    }
                    let part = NodeRef::html_element($name, &table.owner());
                    let before = match $name {
                        "caption" => table.first_child(),
                        "thead" => table.child_elements().find(|child| {
                            child.as_html("caption").is_none()
                                && child.as_html("colgroup").is_none()
                        }),
                        _ => None,
                    };
                    mutation::insert(&table, &part, before.as_ref(), context)?;
                    value(&part, context)
                })
                .method($delete, 0, |this, _, _| {
                    if let Some(part) = children(&this_element(this)?, &[$name]).first() {
                        part.detach();
                    }
                    Ok(JsValue::undefined())
                });
        };
    }
    part!("caption", "createCaption", "deleteCaption", "caption");
    part!("tHead", "createTHead", "deleteTHead", "thead");
    part!("tFoot", "createTFoot", "deleteTFoot", "tfoot");
    interface
        .getter("rows", |this, _, context| {
            let rows = rows(&this_element(this)?);
            collection::html_collection(Source::Static(rows), context)
        })
        .getter("tBodies", |this, _, context| {
            let bodies = children(&this_element(this)?, &["tbody"]);
            collection::html_collection(Source::Static(bodies), context)
        })
        .method("createTBody", 0, |this, _, context| {
            let table = this_element(this)?;
            let body = NodeRef::html_element("tbody", &table.owner());
            let last = children(&table, &["tbody"]).pop();
            let before = last.and_then(|last| last.next_sibling());
            mutation::insert(&table, &body, before.as_ref(), context)?;
            value(&body, context)
        })
        .method("insertRow", 0, |this, args, context| {
            let table = this_element(this)?;
            let rows = rows(&table);
            if !rows.is_empty() {
                let end = rows.last().and_then(|row| row.parent());
                return insert(&end.unwrap_or(table), "tr", &rows, args, context);
            }
            let body = match children(&table, &SECTIONS).pop() {
                Some(section) if section.as_html("tbody").is_some() => section,
                _ => {
                    let body = NodeRef::html_element("tbody", &table.owner());
                    mutation::insert(&table, &body, None, context)?;
                    body
                }
            };
            insert(&body, "tr", &[], args, context)
        })
        .method("deleteRow", 1, |this, args, context| {
            delete(&rows(&this_element(this)?), args, context)
        });
}

pub(super) fn section(interface: &mut InterfaceBuilder<'_>) {
    interface
        .getter("rows", |this, _, context| {
            let rows = children(&this_element(this)?, &["tr"]);
            collection::html_collection(Source::Static(rows), context)
        })
        .method("insertRow", 0, |this, args, context| {
            let section = this_element(this)?;
            insert(&section, "tr", &children(&section, &["tr"]), args, context)
        })
        .method("deleteRow", 1, |this, args, context| {
            delete(&children(&this_element(this)?, &["tr"]), args, context)
        });
}

pub(super) fn row(interface: &mut InterfaceBuilder<'_>) {
    interface
        .getter("cells", |this, _, context| {
            let cells = children(&this_element(this)?, &["td", "th"]);
            collection::html_collection(Source::Static(cells), context)
        })
        .getter("rowIndex", |this, _, _| {
            let row = this_element(this)?;
            let table = row
                .inclusive_ancestors()
                .find(|node| node.as_html("table").is_some());
            let index = table.and_then(|table| rows(&table).iter().position(|other| *other == row));
            Ok(index.map_or(JsValue::from(-1), JsValue::from))
        })
        .getter("sectionRowIndex", |this, _, _| {
            let row = this_element(this)?;
            let siblings = row.parent().map(|parent| children(&parent, &["tr"]));
            let index = siblings.and_then(|rows| rows.iter().position(|other| *other == row));
            Ok(index.map_or(JsValue::from(-1), JsValue::from))
        })
        .method("insertCell", 0, |this, args, context| {
            let row = this_element(this)?;
            insert(&row, "td", &children(&row, &["td", "th"]), args, context)
        })
        .method("deleteCell", 1, |this, args, context| {
            delete(
                &children(&this_element(this)?, &["td", "th"]),
                args,
                context,
            )
        });
}

pub(super) fn cell(interface: &mut InterfaceBuilder<'_>) {
    reflect::long(interface, "colSpan", "colspan", 1);
    reflect::long(interface, "rowSpan", "rowspan", 1);
    reflect::string(interface, "scope", "scope");
    reflect::string(interface, "headers", "headers");
    interface.getter("cellIndex", |this, _, _| {
        let cell = this_element(this)?;
        let siblings = cell.parent().map(|row| children(&row, &["td", "th"]));
        let index = siblings.and_then(|cells| cells.iter().position(|other| *other == cell));
        Ok(index.map_or(JsValue::from(-1), JsValue::from))
    });
}
