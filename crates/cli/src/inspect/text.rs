//! An inspection for people.

use std::fmt::Write as _;

use taipan_compile::{ExternType, ModuleInfo};

use super::module::{Inspection, describe, global, memory, table};
use crate::{
    report::Style,
    size::{bytes, count},
};

/// The globals of one module are too many to look at all of them; those of a program that was
/// compiled are its own business.
const MAX_GLOBALS: usize = 16;

/// All that is known, in paragraphs.
pub(super) fn show(name: &str, inspection: &Inspection, style: &Style) -> String {
    let mut text = format!("{}: {}", style.heading(name), bytes(inspection.size as u64));
    match &inspection.error {
        None => text.push_str(", valid\n"),
        Some(error) => {
            let _ = write!(text, "\n{}: {error}\n", style.failure("CompileError"));
        }
    }
    paragraph(
        &mut text,
        style,
        "Features",
        inspection.features.iter().map(ToString::to_string),
    );
    let rows: Vec<[String; 5]> = inspection
        .sections
        .iter()
        .map(|section| {
            [
                section.name.to_owned(),
                section
                    .custom
                    .as_ref()
                    .map_or_else(String::new, |name| format!("{name:?}")),
                section
                    .entries
                    .map_or_else(String::new, |entries| entries.to_string()),
                bytes(section.size as u64),
                format!("at {:#x}", section.offset),
            ]
        })
        .collect();
    paragraph(&mut text, style, "Sections", columns(&rows, &[2, 3]));
    if let Some(compiled) = &inspection.compiled {
        show_info(&mut text, compiled.info(), inspection, style);
    }
    paragraph(
        &mut text,
        style,
        "Lowered",
        inspection.lowerings().into_iter(),
    );
    text
}

fn show_info(text: &mut String, info: &ModuleInfo, inspection: &Inspection, style: &Style) {
    let imports: Vec<[String; 2]> = info
        .imports
        .iter()
        .map(|import| {
            [
                format!("{:?} {:?}", import.module, import.name),
                describe(&import.ty),
            ]
        })
        .collect();
    paragraph(text, style, "Imports", columns(&imports, &[]));
    let exports: Vec<[String; 3]> = info
        .exports
        .iter()
        .map(|export| {
            let internal = match &export.ty {
                ExternType::Func(_) => info.function_name(export.index),
                _ => None,
            };
            let internal = internal.filter(|name| *name != export.name);
            let internal = internal.map_or_else(String::new, |name| format!("${name}"));
            [format!("{:?}", export.name), describe(&export.ty), internal]
        })
        .collect();
    paragraph(text, style, "Exports", columns(&exports, &[]));
    let functions = [format!(
        "{} defined, {} imported, {} with names",
        info.defined_functions(),
        info.imported_functions,
        inspection.named_functions()
    )];
    paragraph(text, style, "Functions", functions.into_iter());
    if let Some(start) = info.start {
        let name = info.function_name(start);
        let name = name.map_or_else(String::new, |name| format!(" ${name}"));
        paragraph(
            text,
            style,
            "Start",
            [format!("function {start}{name}")].into_iter(),
        );
    }
    paragraph(text, style, "Memories", info.memories.iter().map(memory));
    paragraph(text, style, "Tables", info.tables.iter().map(table));
    let globals = info.globals.iter().take(MAX_GLOBALS).map(global);
    let more = info.globals.len().saturating_sub(MAX_GLOBALS);
    let more = (more > 0).then(|| format!("... and {}", count(more, "more", "more")));
    paragraph(text, style, "Globals", globals.chain(more));
}

/// A heading with lines below it, if there are any.
fn paragraph(text: &mut String, style: &Style, heading: &str, lines: impl Iterator<Item = String>) {
    let mut lines = lines.peekable();
    if lines.peek().is_none() {
        return;
    }
    let _ = writeln!(text, "\n{}", style.heading(heading));
    for line in lines {
        let _ = writeln!(text, "  {}", line.trim_end());
    }
}

/// Rows with their columns aligned, those of `right` to the right. The last column is as wide as
/// it is.
fn columns<'a, const N: usize>(
    rows: &'a [[String; N]],
    right: &'a [usize],
) -> impl Iterator<Item = String> + 'a {
    let width = |column: usize| {
        let widths = rows.iter().map(|row| row[column].chars().count());
        widths.max().unwrap_or_default().min(60)
    };
    let widths: [usize; N] = std::array::from_fn(width);
    rows.iter().map(move |row| {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
            // A column without anything in it takes no room.
            if width == 0 {
                continue;
            }
            let _ = match right.contains(&column) {
                true => write!(line, "{cell:>width$}  "),
                false => write!(line, "{cell:<width$}  "),
            };
        }
        line
    })
}
