//! `console.table`.
//!
//! Spec: <https://console.spec.whatwg.org/#table>

use boa_engine::{
    Context, JsObject, JsResult, JsValue,
    object::builtins::{JsMap, JsSet},
    property::PropertyKey,
};

use super::inspect::{InspectOptions, try_inspect_at, width, without_colors};

/// The heading of the column of row names.
const INDEX: &str = "(index)";
/// The heading of the column of row numbers of what has no names.
const ITERATION: &str = "(iteration index)";
/// The heading of the column of a map's keys.
const KEY: &str = "Key";
/// The heading of the column of values that are no objects.
const VALUES: &str = "Values";

/// The table of `data`, or `None` when it is no tabular data. `columns` restricts the
/// columns if it is an array.
pub(super) fn table(
    data: &JsValue,
    columns: &JsValue,
    options: &InspectOptions,
    context: &mut Context,
) -> JsResult<Option<String>> {
    let Some(data) = data.as_object() else {
        return Ok(None);
    };
    let cells = Cells {
        options: InspectOptions {
            max_array_length: 3,
            break_length: usize::MAX,
            ..options.with_depth(0)
        },
    };
    let rows = if let Ok(map) = JsMap::from_object(data.clone()) {
        let mut pairs = Vec::new();
        map.for_each_native(|key, value| {
            pairs.push((key, value));
            Ok(())
        })?;
        cells.of_pairs(&pairs, context)?
    } else if let Ok(set) = JsSet::from_object(data.clone()) {
        let mut items = Vec::new();
        set.for_each_native(|item| {
            items.push(item);
            Ok(())
        })?;
        cells.of_items(&items, context)?
    } else {
        let wanted = columns
            .as_object()
            .map(|columns| strings(&columns, context))
            .transpose()?;
        cells.of_properties(&data, wanted, context)?
    };
    Ok(Some(draw(&rows)))
}

/// Makes the cells, row by row; the first row is that of the headings.
struct Cells {
    options: InspectOptions,
}

impl Cells {
    fn cell(&self, value: &JsValue, context: &mut Context) -> JsResult<String> {
        // An object of more than two properties would make the column too wide.
        let level = match value.as_object() {
            Some(object) if !object.is_array() => {
                usize::from(properties(&object, context)?.len() > 2)
            }
            _ => 0,
        };
        try_inspect_at(level, value, &self.options, context)
    }

    fn of_pairs(
        &self,
        pairs: &[(JsValue, JsValue)],
        context: &mut Context,
    ) -> JsResult<Vec<Vec<String>>> {
        let mut rows = vec![[ITERATION, KEY, VALUES].map(str::to_owned).to_vec()];
        for (index, (key, value)) in pairs.iter().enumerate() {
            rows.push(vec![
                self.cell(&JsValue::from(index), context)?,
                self.cell(key, context)?,
                self.cell(value, context)?,
            ]);
        }
        Ok(rows)
    }

    fn of_items(&self, items: &[JsValue], context: &mut Context) -> JsResult<Vec<Vec<String>>> {
        let mut rows = vec![[ITERATION, VALUES].map(str::to_owned).to_vec()];
        for (index, item) in items.iter().enumerate() {
            rows.push(vec![
                self.cell(&JsValue::from(index), context)?,
                self.cell(item, context)?,
            ]);
        }
        Ok(rows)
    }

    fn of_properties(
        &self,
        data: &JsObject,
        wanted: Option<Vec<String>>,
        context: &mut Context,
    ) -> JsResult<Vec<Vec<String>>> {
        let mut headings = vec![INDEX.to_owned()];
        let mut rows: Vec<Vec<(String, String)>> = Vec::new();
        let mut has_values = false;
        for (name, value) in properties(data, context)? {
            let mut row = vec![(INDEX.to_owned(), name)];
            match value.as_object() {
                Some(object) => {
                    let own = properties(&object, context)?;
                    for (key, value) in &own {
                        if wanted.as_ref().is_none_or(|wanted| wanted.contains(key)) {
                            row.push((key.clone(), self.cell(value, context)?));
                        }
                    }
                    let keys = own.into_iter().map(|(key, _)| key);
                    for key in wanted.clone().unwrap_or_else(|| keys.collect()) {
                        if !headings.contains(&key) {
                            headings.push(key);
                        }
                    }
                }
                None => {
                    has_values = true;
                    row.push((VALUES.to_owned(), self.cell(&value, context)?));
                }
            }
            rows.push(row);
        }
        // The values come last.
        if has_values {
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
        Ok(cells)
    }
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
        let width = |row: &Vec<String>| row.get(column).map_or(0, |cell| cell_width(cell));
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
            .map(|(cell, width)| {
                let padding = " ".repeat((width - 1).saturating_sub(cell_width(cell)));
                format!(" {cell}{padding}")
            })
            .collect();
        lines.push(format!("│{}│", padded.join("│")));
        if index == 0 {
            lines.push(rule('├', "┼", '┤'));
        }
    }
    lines.push(rule('└', "┴", '┘'));
    lines.join("\n")
}

/// How many columns of a terminal a cell takes.
fn cell_width(cell: &str) -> usize {
    width(&without_colors(cell))
}
