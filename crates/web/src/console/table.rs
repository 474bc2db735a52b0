//! `console.table`.
//!
//! Spec: <https://console.spec.whatwg.org/#table>

use boa_engine::{Context, JsObject, JsResult, JsValue, property::PropertyKey};

use super::inspect::inspect_to;

/// The heading of the column of row names.
const INDEX: &str = "(index)";
/// The heading of the column of values that are no objects.
const VALUES: &str = "Values";

/// The table of `data`, or `None` when it is no tabular data. `columns` restricts the
/// columns if it is an array.
pub(super) fn table(
    data: &JsValue,
    columns: &JsValue,
    context: &mut Context,
) -> JsResult<Option<String>> {
    let Some(data) = data.as_object() else {
        return Ok(None);
    };
    let wanted = columns
        .as_object()
        .map(|columns| strings(&columns, context))
        .transpose()?;
    let mut headings = vec![INDEX.to_owned()];
    headings.extend(wanted.iter().flatten().cloned());
    let mut rows: Vec<Vec<(String, String)>> = Vec::new();
    for (name, value) in properties(&data, context)? {
        let mut row = vec![(INDEX.to_owned(), name)];
        match value.as_object() {
            Some(object) => {
                for (key, value) in properties(&object, context)? {
                    if wanted.as_ref().is_none_or(|wanted| wanted.contains(&key)) {
                        row.push((key, inspect_to(&value, 0, context)));
                    }
                }
            }
            None if wanted.is_none() => {
                row.push((VALUES.to_owned(), inspect_to(&value, 0, context)));
            }
            None => {}
        }
        for (heading, _) in &row {
            if heading != VALUES && !headings.contains(heading) {
                headings.push(heading.clone());
            }
        }
        rows.push(row);
    }
    // The values come last.
    if rows.iter().flatten().any(|(heading, _)| heading == VALUES) {
        headings.push(VALUES.to_owned());
    }
    let mut cells = vec![headings.clone()];
    cells.extend(rows.iter().map(|row| {
        let cell = |heading: &String| row.iter().find(|(key, _)| key == heading);
        headings
            .iter()
            .map(|heading| cell(heading).map_or_else(String::new, |(_, text)| text.clone()))
            .collect()
    }));
    Ok(Some(draw(&cells)))
}

/// The enumerable own string-keyed properties.
fn properties(object: &JsObject, context: &mut Context) -> JsResult<Vec<(String, JsValue)>> {
    let mut properties = Vec::new();
    for key in object.own_property_keys(context)? {
        let name = match &key {
            PropertyKey::String(name) => name.to_std_string_lossy(),
            PropertyKey::Index(index) => index.get().to_string(),
            PropertyKey::Symbol(_) => continue,
        };
        // Exotic objects keep their elements elsewhere, and those are enumerable.
        let stored = object.borrow().properties().get(&key);
        if stored.is_none_or(|property| property.enumerable() == Some(true)) {
            properties.push((name, object.get(key, context)?));
        }
    }
    Ok(properties)
}

fn strings(array: &JsObject, context: &mut Context) -> JsResult<Vec<String>> {
    let properties = properties(array, context)?;
    properties
        .into_iter()
        .map(|(_, value)| Ok(value.to_string(context)?.to_std_string_lossy()))
        .collect()
}

/// Draws the cells, the first row being the heading.
fn draw(cells: &[Vec<String>]) -> String {
    let count = cells.first().map_or(0, Vec::len);
    let width = |column: usize| {
        let width = |row: &Vec<String>| row.get(column).map_or(0, |cell| cell.chars().count());
        cells.iter().map(width).max().unwrap_or(0) + 2
    };
    let widths: Vec<usize> = (0..count).map(width).collect();
    let rule = |left: char, middle: &str, right: char| {
        let lines: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
        format!("{left}{}{right}", lines.join(middle))
    };
    let mut lines = vec![rule('┌', "┬", '┐')];
    for (index, row) in cells.iter().enumerate() {
        let padded: Vec<String> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!(" {cell:<0$}", width - 1))
            .collect();
        lines.push(format!("│{}│", padded.join("│")));
        if index == 0 {
            lines.push(rule('├', "┼", '┤'));
        }
    }
    lines.push(rule('└', "┴", '┘'));
    lines.join("\n")
}
