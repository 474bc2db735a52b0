//! WebAssembly text in test files: ``wat`(module …)` `` templates and `.wat` fixtures.
//!
//! The templates are found and translated before the file runs, so that any engine can run
//! the file, with or without a translator of its own.

use std::collections::BTreeMap;

/// The bytes of every literal ``wat`…` `` template in `source`, as hexadecimal text by the
/// template's raw text. The error says on which line a text is wrong.
pub fn translate_templates(
    source: &str,
    into: &mut BTreeMap<String, String>,
) -> Result<(), String> {
    for (offset, text) in templates(source) {
        if into.contains_key(text) {
            continue;
        }
        let bytes = wat::parse_str(text).map_err(|error| {
            let line = source[..offset].matches('\n').count() + 1;
            format!("line {line}: {error}")
        })?;
        into.insert(text.to_owned(), hex(&bytes));
    }
    Ok(())
}

/// Where each literal template begins, and its text. Templates with substitutions are not
/// literal and are left out; WebAssembly text has no use for a backtick or `${`.
fn templates(source: &str) -> Vec<(usize, &str)> {
    const OPENING: &str = "wat`";
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = source[at..].find(OPENING) {
        let opening = at + next;
        let begin = opening + OPENING.len();
        let Some(length) = source[begin..].find('`') else {
            break;
        };
        let text = &source[begin..begin + length];
        let part_of_a_name = source[..opening]
            .chars()
            .next_back()
            .is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$' || c == '`');
        // An empty template is the tag spoken of, not used.
        if !part_of_a_name && !text.contains("${") && !text.trim().is_empty() {
            found.push((begin, text));
        }
        at = begin + length + 1;
    }
    found
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{templates, translate_templates};
    use std::collections::BTreeMap;

    #[test]
    fn finds_literal_templates() {
        let source = "wat`(module)`; const x = wat`(module (func))`; kiwat`no`; wat`${y}`; wat``";
        let texts: Vec<&str> = templates(source)
            .into_iter()
            .map(|(_, text)| text)
            .collect();
        assert_eq!(texts, ["(module)", "(module (func))"]);
    }

    #[test]
    fn translates_and_says_where_it_cannot() {
        let mut table = BTreeMap::new();
        translate_templates("wat`(module)`", &mut table).unwrap();
        assert_eq!(table["(module)"], "0061736d01000000");
        let error = translate_templates("\n\nwat`(modul)`", &mut table).unwrap_err();
        assert!(error.starts_with("line 3: "), "{error}");
    }
}
