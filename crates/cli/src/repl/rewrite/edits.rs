//! Changes of a text at places that the parser names.

use taipan::{
    engine::ast::{Declaration, Position, StatementListItem},
    syntax,
};

/// Changes that have not been made yet.
pub(super) struct Edits<'a> {
    text: &'a str,
    /// How many lines stood before the text when it was parsed.
    lines_before: u32,
    /// Where each line begins.
    lines: Vec<usize>,
    /// Where, how many bytes are deleted, and what comes in their place.
    edits: Vec<(usize, usize, String)>,
    failed: bool,
}

impl<'a> Edits<'a> {
    pub(super) fn new(text: &'a str, lines_before: u32) -> Self {
        let breaks = text.match_indices(['\n', '\r', '\u{2028}', '\u{2029}']);
        let lines = breaks.map(|(index, line_break)| index + line_break.len());
        Self {
            text,
            lines_before,
            lines: std::iter::once(0).chain(lines).collect(),
            edits: Vec::new(),
            failed: false,
        }
    }

    /// Gives up: a place was not found.
    pub(super) fn fail(&mut self) {
        self.failed = true;
    }

    /// Where a position is in the text, in bytes.
    fn offset(&self, position: Position) -> Option<usize> {
        let line = position.line_number().checked_sub(self.lines_before + 1)?;
        let start = *self.lines.get(usize::try_from(line).ok()?)?;
        let column = usize::try_from(position.column_number())
            .ok()?
            .checked_sub(1)?;
        let rest = self.text.get(start..)?;
        let mut characters = rest.char_indices().map(|(index, _)| index);
        Some(start + characters.nth(column).unwrap_or(rest.len()))
    }

    /// Puts `text` at a position.
    pub(super) fn insert(&mut self, position: Position, text: &str) {
        match self.offset(position) {
            Some(offset) => self.insert_at(offset, text),
            None => self.fail(),
        }
    }

    /// The same at a byte.
    pub(super) fn insert_at(&mut self, offset: usize, text: &str) {
        self.edits.push((offset, 0, text.to_owned()));
    }

    /// Puts `text` in the place of the keyword that stands before a position.
    pub(super) fn replace_before(&mut self, position: Option<Position>, keyword: &str, text: &str) {
        let start = position
            .and_then(|position| self.offset(position))
            .and_then(|offset| self.text.get(..offset)?.rfind(keyword));
        match start {
            Some(start) => self.edits.push((start, keyword.len(), text.to_owned())),
            None => self.fail(),
        }
    }

    /// Where the declaration of the class begins whose name is at `name`, and where it ends: the
    /// parser does not tell, but it knows one when it sees one.
    pub(super) fn class_at(&self, name: Position) -> Option<(usize, usize)> {
        let name = self.offset(name)?;
        let start = self.text.get(..name)?.rfind("class")?;
        let rest = self.text.get(start..)?;
        rest.match_indices('}')
            .map(|(index, _)| index + 1)
            .find(|&end| rest.get(..end).is_some_and(is_class))
            .map(|end| (start, start + end))
    }

    /// The changed text, if all places were found.
    pub(super) fn apply(mut self) -> Option<String> {
        if self.failed {
            return None;
        }
        // In the order they were made where they are at one place.
        self.edits.sort_by_key(|(offset, ..)| *offset);
        let mut changed = String::new();
        let mut done = 0;
        for (offset, deleted, text) in self.edits {
            changed.push_str(self.text.get(done..offset)?);
            changed.push_str(&text);
            done = offset + deleted;
        }
        changed.push_str(self.text.get(done..)?);
        Some(changed)
    }
}

fn is_class(text: &str) -> bool {
    syntax::parse(text, |text, interner| {
        let script = syntax::script_tree(text, interner)?;
        Ok(match script.statements().statements() {
            [StatementListItem::Declaration(declaration)] => {
                matches!(**declaration, Declaration::ClassDeclaration(_))
            }
            _ => false,
        })
    })
    .unwrap_or(false)
}
