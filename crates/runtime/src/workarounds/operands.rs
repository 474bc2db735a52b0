//! Operands that the engine would read too late.
//!
//! In `x - (x = 3)` with a local variable `x` the engine subtracts from the new value: its compiler hands the variable's
//! register to the operator and evaluates the right operand before the operator runs
//! (<https://github.com/boa-dev/boa/issues/5456>). Minifiers write such expressions. Of a parenthesised operand the engine
//! takes a copy, so a left operand that something behind it may assign to gets parentheses: `(x) - (x = 3)`. They change
//! nothing else.

use super::{Insertion, Kind, Last, Token};

/// How many operands of one list of operators are looked after. Longer ones are in generated tables.
const MOST: usize = 32;

/// How many brackets around an assignment are looked at.
const MOST_LEVELS: usize = 32;

/// A variable that is the left operand of an operator.
#[derive(Debug, Clone, Copy)]
struct Operand {
    start: usize,
    end: usize,
    /// Whether a statement starts with it, behind a brace: there a parenthesis alone might make a call of what is
    /// before the brace.
    behind_brace: bool,
}

pub(super) struct Operands<'a> {
    text: &'a str,
    /// For every open bracket the operands whose operators may still be waiting for the other one.
    levels: Vec<Vec<Operand>>,
    /// The last token if it is a variable that is read.
    word: Option<Operand>,
    previous: Kind,
    pub(super) found: Vec<Insertion>,
}

impl<'a> Operands<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            levels: vec![Vec::new()],
            word: None,
            previous: Kind::Other,
            found: Vec::new(),
        }
    }

    pub(super) fn see(&mut self, token: &Token) {
        let before = self.word.take();
        match token.kind {
            Kind::Word => self.see_word(token),
            Kind::Binary => {
                if let (Some(operand), Some(level)) = (before, self.levels.last_mut())
                    && level.len() < MOST
                {
                    level.push(operand);
                }
            }
            Kind::Assignment | Kind::Update => {
                match before {
                    Some(operand) => self.assigned(operand.start, operand.end),
                    // To a pattern, perhaps.
                    None if matches!(self.previous, Kind::Close(_)) => self.all_assigned(),
                    None => {}
                }
                self.separate();
            }
            Kind::Step => {
                if let Some(operand) = before {
                    self.assigned(operand.start, operand.end);
                }
            }
            Kind::Comma | Kind::Semicolon | Kind::Colon | Kind::Arrow | Kind::Choice => {
                self.separate();
            }
            Kind::Open(_) | Kind::Close(_) | Kind::Dot | Kind::Other => {}
        }
        // Brackets, those of templates among them.
        self.levels.truncate(token.depth + 1);
        self.levels.resize_with(token.depth + 1, Vec::new);
        self.previous = token.kind;
    }

    fn see_word(&mut self, token: &Token) {
        let Token {
            start, end, last, ..
        } = *token;
        // A statement starts.
        if last == Last::Brace || last == Last::Operand && token.newline {
            self.separate();
        }
        if self.previous == Kind::Step && last == Last::Operator {
            self.assigned(start, end);
        }
        // A name behind a word is declared by it, or a statement starts with it.
        let is_read = !matches!(self.previous, Kind::Dot | Kind::Step);
        self.word = (is_read && last != Last::Operand).then_some(Operand {
            start,
            end,
            behind_brace: last == Last::Brace,
        });
    }

    /// No operator that is before this waits for its right operand any more.
    fn separate(&mut self) {
        if let Some(level) = self.levels.last_mut() {
            level.clear();
        }
    }

    fn assigned(&mut self, start: usize, end: usize) {
        let text = self.text;
        let name = &text[start..end];
        let found = &mut self.found;
        for level in self.levels.iter_mut().rev().take(MOST_LEVELS) {
            level.retain(|operand| {
                let is_assigned = &text[operand.start..operand.end] == name;
                if is_assigned {
                    parenthesize(*operand, found);
                }
                !is_assigned
            });
        }
    }

    fn all_assigned(&mut self) {
        let levels = self.levels.iter_mut().rev().take(MOST_LEVELS);
        for operand in levels.flat_map(|level| level.drain(..)) {
            parenthesize(operand, &mut self.found);
        }
    }
}

fn parenthesize(operand: Operand, found: &mut Vec<Insertion>) {
    found.push(Insertion {
        at: operand.start,
        order: 2,
        text: if operand.behind_brace { ";(" } else { "(" }.into(),
    });
    found.push(Insertion {
        at: operand.end,
        order: 1,
        text: ")".into(),
    });
}

#[cfg(test)]
mod tests {
    use crate::workarounds::apply;

    #[test]
    fn operands_that_are_assigned_to_behind_them() {
        for (text, expected) in [
            ("return h-(h=3)", "return (h)-(h=3)"),
            ("a = x + x++", "a = (x) + x++"),
            ("a = x * --x", "a = (x) * --x"),
            ("if (x !== (x = f())) g()", "if ((x) !== (x = f())) g()"),
            ("if (c) x < (x = 2) && g()", "if (c) (x) < (x = 2) && g()"),
            ("{}x<(x=2)&&g()", "{};(x)<(x=2)&&g()"),
            (
                "y += x[0] + x - f(1, [x += 2])",
                "y += x[0] + (x) - f(1, [x += 2])",
            ),
            (
                "y = a + b * (b = a, a = 1)",
                "y = (a) + (b) * (b = a, a = 1)",
            ),
            ("y = k in (k = 'b', o)", "y = (k) in (k = 'b', o)"),
            ("y = x + ([x] = [1])[0]", "y = (x) + ([x] = [1])[0]"),
            ("y = `${x + (x = 1)}` + x", "y = `${(x) + (x = 1)}` + x"),
            ("y = x /* x */ % (x=.5)", "y = (x) /* x */ % (x=.5)"),
            ("ä >>> (ä = 1)", "(ä) >>> (ä = 1)"),
            ("y = x / (x = 2) / 2", "y = (x) / (x = 2) / 2"),
        ] {
            assert_eq!(apply(text), expected);
            assert_eq!(apply(expected), expected, "once is enough");
        }
    }

    #[test]
    fn everything_else_stays() {
        for text in [
            "a = x - y; x = 3",
            "a = x < y && (x = 3)",
            "a = x < y ? (x = 3) : 4",
            "if (a < b) a = b",
            "a = o.x - (x = 3)",
            "a = x - (o.x = 3)",
            "a = x - (x == 3)",
            "a = x - (y => x <= 3)",
            "a = x.y - (x = 3)",
            "a = x() - (x = 3)",
            "let a = 1\nx - (x = 3)",
            "for (var x in (x = {})) {}",
            "a = 'x' - (x = 3)",
            "a = /x/ - (x = 3)",
            "a = ++x - (x = 3)",
            "f(a < b, a = 1)",
            "a = b + c\na = 1",
            "a = x || (x = 3)",
        ] {
            assert_eq!(apply(text), text);
        }
    }
}
