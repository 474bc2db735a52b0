//! Lines: what fits on one, and columns of array elements.

use super::{options::InspectOptions, style::without_colors};

/// The entries of an object, ready to be put between its brackets.
pub(super) struct Layout<'a> {
    pub(super) options: &'a InspectOptions,
    /// How far the lines are indented.
    pub(super) indentation: usize,
    /// The text before the opening bracket, such as that of a function or an error.
    pub(super) base: String,
    pub(super) brackets: (String, &'static str),
    /// Whether the entries are elements of an array, which can stand in columns; and then whether
    /// these are numbers, aligned to the right.
    pub(super) elements: Option<bool>,
    /// Whether the levels within are few enough for all of them to share a line.
    pub(super) may_combine: bool,
}

impl Layout<'_> {
    /// The whole text.
    pub(super) fn join(self, mut entries: Vec<String>) -> String {
        let (open, close) = &self.brackets;
        let base = if self.base.is_empty() {
            String::new()
        } else {
            format!("{} ", self.base)
        };
        let count = entries.len();
        if self.options.compact > 0 {
            if let Some(numbers) = self.elements
                && count > 6
            {
                entries = self.columns(entries, numbers);
            }
            if self.may_combine && entries.len() == count && self.fits(&entries) {
                let line = entries.join(", ");
                if !line.contains('\n') {
                    return format!("{base}{open} {line} {close}");
                }
            }
        }
        let margin = format!("\n{}", " ".repeat(self.indentation));
        let separator = format!(",{margin}  ");
        format!(
            "{base}{open}{margin}  {}{margin}{close}",
            entries.join(&separator)
        )
    }

    /// Whether the entries are short enough for one line.
    fn fits(&self, entries: &[String]) -> bool {
        let start = entries.len()
            + self.indentation
            + length(&self.brackets.0)
            + length(&without_colors(&self.base))
            + 10;
        let mut total = entries.len() + start;
        for entry in entries {
            total += length(&without_colors(entry));
            if total > self.options.break_length {
                return false;
            }
        }
        total <= self.options.break_length && !self.base.contains('\n')
    }

    /// Puts short elements of a long array beside each other, in columns.
    fn columns(&self, entries: Vec<String>, numbers: bool) -> Vec<String> {
        /// What stands between two elements.
        const SEPARATOR: usize = 2;
        /// How much higher than wide a character is.
        const HEIGHT: f64 = 2.5;
        /// Not more columns than this, ever.
        const MAX_COLUMNS: usize = 15;

        // The last entry may be the one that counts what is left out.
        let has_rest = entries.len() > self.options.max_array_length;
        let elements = entries.len() - usize::from(has_rest);
        let widths: Vec<usize> = entries
            .iter()
            .take(elements)
            .map(|entry| width(&without_colors(entry)))
            .collect();
        let total: usize = widths.iter().map(|width| width + SEPARATOR).sum();
        let longest = widths.iter().copied().max().unwrap_or(0);
        let widest = longest + SEPARATOR;
        let room = self.options.break_length;
        // At least three fit beside each other, and no few long ones make gaps between many
        // short ones.
        let worthwhile = widest.saturating_mul(3) + self.indentation < room
            && (total as f64 / widest as f64 > 5.0 || longest <= 6);
        if !worthwhile {
            return entries;
        }
        let bias = (widest as f64 - total as f64 / entries.len() as f64).sqrt();
        let biased = (widest as f64 - 3.0 - bias).max(1.0);
        let square = ((HEIGHT * biased * elements as f64).sqrt() / biased).round() as usize;
        let columns = square
            .min(room.saturating_sub(self.indentation) / widest)
            .min(self.options.compact.saturating_mul(4))
            .min(MAX_COLUMNS);
        if columns <= 1 {
            return entries;
        }
        let column_widths: Vec<usize> = (0..columns)
            .map(|column| {
                let in_column = widths.iter().skip(column).step_by(columns);
                in_column.copied().max().unwrap_or(0)
            })
            .collect();
        let mut lines = Vec::with_capacity(elements / columns + 2);
        let cells: Vec<(&String, &usize)> = entries.iter().zip(&widths).collect();
        for row in cells.chunks(columns) {
            let mut line = String::new();
            for (index, ((text, width), column)) in row.iter().zip(&column_widths).enumerate() {
                let padding = " ".repeat(column.saturating_sub(**width));
                let last = index + 1 == row.len();
                if numbers {
                    line.push_str(&padding);
                }
                line.push_str(text);
                if !last {
                    line.push_str(", ");
                    if !numbers {
                        line.push_str(&padding);
                    }
                }
            }
            lines.push(line);
        }
        if has_rest {
            lines.extend(entries.last().cloned());
        }
        lines
    }
}

/// The length of a text as scripts count it.
pub(super) fn length(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.encode_utf16().count()
}

/// How many columns of a terminal a text takes.
pub(in crate::console) fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.chars().filter(|c| !c.is_control()).count();
    }
    text.chars().map(character_width).sum()
}

fn character_width(character: char) -> usize {
    match u32::from(character) {
        // Control characters, combining marks, joiners and variation selectors
        0..=0x1f
        | 0x7f..=0x9f
        | 0x0300..=0x036f
        | 0x200b..=0x200f
        | 0x20d0..=0x20ff
        | 0xfe00..=0xfe0f
        | 0xfe20..=0xfe2f
        | 0xe0100..=0xe01ef => 0,
        // East Asian scripts, full-width forms and pictographs
        0x1100..=0x115f
        | 0x2329
        | 0x232a
        | 0x2e80..=0x303e
        | 0x3040..=0x3247
        | 0x3250..=0x4dbf
        | 0x4e00..=0xa4c6
        | 0xa960..=0xa97c
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe10..=0xfe19
        | 0xfe30..=0xfe6b
        | 0xff01..=0xff60
        | 0xffe0..=0xffe6
        | 0x1b000..=0x1b001
        | 0x1f200..=0x1f251
        | 0x1f300..=0x1f64f
        | 0x1f680..=0x1f6ff
        | 0x1f900..=0x1f9ff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}
