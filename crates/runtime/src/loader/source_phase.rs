//! `import source module from './module.wasm'`.
//!
//! <https://tc39.es/proposal-source-phase-imports/>
//!
//! The engine's parser knows no such declaration, so it is given one that it knows: an import of the
//! default export, with an attribute that says what is meant. `import source m from 'u'` and
//! `import m from 'u' with { phase: 'source' }` are the same. Positions in lines behind it do not
//! change.

use std::borrow::Cow;

use crate::nesting;

/// The import attribute that asks for a phase.
pub(super) const ATTRIBUTE: &str = "phase";

/// The text of a module in which such declarations are ones that the engine knows.
pub(super) fn rewrite(text: &str) -> Cow<'_, str> {
    if !text.contains("source") {
        return Cow::Borrowed(text);
    }
    let mut rewritten = String::new();
    let mut copied = 0;
    for start in nesting::words(text, "import") {
        let Some(declaration) = declaration(&text[start..]) else {
            continue;
        };
        let source = start + declaration.source;
        let end = start + declaration.end;
        rewritten.push_str(&text[copied..source]);
        rewritten.push_str("      ");
        rewritten.push_str(&text[source + "source".len()..end]);
        rewritten.push_str(" with { phase: \"source\" }");
        copied = end;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    rewritten.push_str(&text[copied..]);
    Cow::Owned(rewritten)
}

/// Where the parts of a declaration are.
struct Declaration {
    /// Where the word `source` begins.
    source: usize,
    /// Where the specifier ends.
    end: usize,
}

/// The declaration that `text`, which begins with `import`, begins with, if it is one of these.
fn declaration(text: &str) -> Option<Declaration> {
    let mut reader = Reader { text, at: 0 };
    reader.word().filter(|word| *word == "import")?;
    reader.space()?;
    let source = reader.at;
    reader.word().filter(|word| *word == "source")?;
    reader.space()?;
    reader.word()?;
    reader.space()?;
    reader.word().filter(|word| *word == "from")?;
    // `import source from 'u'` has ended here; it imports a default export called so.
    let _ = reader.space();
    reader.string()?;
    Some(Declaration {
        source,
        end: reader.at,
    })
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn word(&mut self) -> Option<&'a str> {
        let rest = self.rest();
        let is_part =
            |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '\u{200c}' | '\u{200d}');
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        self.at += length;
        (length > 0).then(|| &rest[..length])
    }

    /// White space, at least some.
    fn space(&mut self) -> Option<()> {
        let rest = self.rest();
        let length = rest.len() - rest.trim_start().len();
        self.at += length;
        (length > 0).then_some(())
    }

    fn string(&mut self) -> Option<()> {
        let mut characters = self.rest().char_indices();
        let (_, quote) = characters.next().filter(|(_, c)| matches!(c, '"' | '\''))?;
        while let Some((at, character)) = characters.next() {
            match character {
                '\\' => drop(characters.next()),
                '\n' => return None,
                _ if character == quote => {
                    self.at += at + 1;
                    return Some(());
                }
                _ => {}
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::rewrite;

    #[test]
    fn declarations_are_rewritten() {
        let text =
            "import a from 'a';\nimport source m from './m.wasm';\nimport source from from\"x\"; m";
        let expected = "import a from 'a';\nimport        m from './m.wasm' with { phase: \"source\" };\n\
            import        from from\"x\" with { phase: \"source\" }; m";
        assert_eq!(rewrite(text), expected);
    }

    #[test]
    fn everything_else_stays() {
        for text in [
            "import source from './m.js'",
            "import { source } from './m.js'",
            "import source, { a } from './m.js'",
            "`import source m from './m.wasm'`",
            "// import source m from './m.wasm'",
            "'import source m from \\'./m.wasm\\''",
            "/import source m from '.'/",
            "import.source('./m.wasm')",
        ] {
            assert_eq!(rewrite(text), text);
        }
    }
}
