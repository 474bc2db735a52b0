//! How deeply source text nests, told before it is parsed.
//!
//! The engine's parser and compiler recurse with the source, on the native stack, and
//! nothing stops them: some thousand nested parentheses would end the process. So the
//! stack they are going to need is estimated from the tokens. A parser that needs more
//! than this thread has left is given a stack of its own; what needs more than that, or
//! more than the compiler can have, is a `SyntaxError`.
//!
//! This is no parser. It knows strings, comments, templates and regular expressions, and
//! it counts what makes the engine recurse: brackets, and operators within one statement
//! (`!!!…x`, `a ? b : c ? …`, `x => y => …`, `if (a) if (b) …`, `a + b + …`). It may
//! count too much; it is generous enough that only machine-made source notices.

use crate::limits;

/// What one level of nesting takes of the native stack, at most.
#[derive(Debug, Clone, Copy)]
struct Costs {
    /// An open bracket.
    bracket: usize,
    /// An operator whose operand is parsed by recursion: a prefix, an assignment, a
    /// conditional, an arrow, a statement's head.
    nested: usize,
    /// An operator that groups to the left: the parser loops, the compiler recurses.
    chained: usize,
}

/// Parsing, as compiled with this crate: the engine's parser is generic over its source,
/// so its frames are as large as this crate's optimisation makes them.
const PARSE: Costs = if cfg!(debug_assertions) {
    Costs {
        bracket: 224 << 10,
        nested: 32 << 10,
        chained: 1 << 10,
    }
} else {
    Costs {
        bracket: 56 << 10,
        nested: 8 << 10,
        chained: 1 << 10,
    }
};

/// Parsing and compiling what `eval` is given, which the engine does by itself.
const EVAL: Costs = Costs {
    bracket: 40 << 10,
    nested: 6 << 10,
    chained: 1 << 10,
};

/// Compiling.
const COMPILE: Costs = Costs {
    bracket: 6 << 10,
    nested: 4 << 10,
    chained: 1 << 10,
};

/// The most stack that is given to a parser.
const MAX_PARSER_STACK: usize = 1 << 30;

/// Source text nests more deeply than the stack allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the source text is nested too deeply, at line {line}")]
pub(crate) struct TooDeep {
    /// Where the limit was met, counted from one.
    pub(crate) line: usize,
}

/// Checks whether the engine may parse and compile `source` on what is left of this
/// thread's stack.
pub(crate) fn check_eval(source: &str) -> Result<(), TooDeep> {
    needed(source, EVAL, limits::remaining_stack()).map(drop)
}

/// Calls `parse`, which parses `source`, with as much stack as that takes.
pub(crate) fn with_stack<R>(source: &str, parse: impl FnOnce() -> R) -> Result<R, TooDeep> {
    needed(source, COMPILE, limits::remaining_stack())?;
    let needed = needed(source, PARSE, MAX_PARSER_STACK)? + limits::RESERVE;
    Ok(stacker::maybe_grow(needed, needed, parse))
}

/// What the last token was, as far as it matters for what may follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Last {
    /// An operator or a keyword behind which an operand must follow, or nothing yet.
    Operator,
    /// The end of an operand.
    Operand,
    /// The closing brace of a block or literal.
    Brace,
    /// The closing parenthesis behind `if`, `for`, `while` or `with`.
    Head,
}

/// An open bracket.
struct Open {
    /// The bracket; a template's `${` is `$`.
    bracket: u8,
    /// Whether it is the parenthesis behind `if`, `for`, `while` or `with`.
    head: bool,
    /// The cost of the operators so far in the statement around it.
    operators: usize,
}

/// Reads a text token by token.
pub(crate) struct Scanner<'a> {
    costs: Costs,
    bytes: &'a [u8],
    at: usize,
    line: usize,
    open: Vec<Open>,
    /// The cost of the open brackets and of the operators in the statements around them.
    outer: usize,
    /// The cost of the operators in this statement, on this level.
    operators: usize,
    last: Last,
    /// Whether a keyword that takes a parenthesised head came last.
    head_follows: bool,
    /// Whether a line ended since the last token.
    newline: bool,
    /// What the statement that a semicolon has just ended had cost: an `else` goes on with it.
    ended: usize,
}

/// Where a word stands in `source` as a token of its own.
pub(crate) fn words(source: &str, word: &str) -> Vec<usize> {
    let mut scanner = Scanner::new(source, COMPILE);
    let mut places = Vec::new();
    loop {
        let start = scanner.at;
        if !scanner.step() {
            return places;
        }
        if source.as_bytes().get(start..scanner.at) == Some(word.as_bytes()) {
            places.push(start);
        }
    }
}

/// The stack that `source` needs at its deepest, if that is not more than `stack`.
fn needed(source: &str, costs: Costs, stack: usize) -> Result<usize, TooDeep> {
    let mut scanner = Scanner::new(source, costs);
    let mut deepest = 0;
    while scanner.step() {
        deepest = deepest.max(scanner.outer + scanner.operators);
        if deepest > stack {
            return Err(TooDeep { line: scanner.line });
        }
    }
    Ok(deepest)
}

impl<'a> Scanner<'a> {
    fn new(source: &'a str, costs: Costs) -> Self {
        Self {
            costs,
            bytes: source.as_bytes(),
            at: 0,
            line: 1,
            open: Vec::new(),
            outer: 0,
            operators: 0,
            last: Last::Operator,
            head_follows: false,
            newline: false,
            ended: 0,
        }
    }

    /// A scanner of `source` for those who ask for its tokens only.
    pub(crate) fn of(source: &'a str) -> Self {
        Self::new(source, COMPILE)
    }

    /// Where the next token starts, or white space before it.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// What the last token was.
    pub(crate) fn last(&self) -> Last {
        self.last
    }

    /// Whether a line has ended since the last token.
    pub(crate) fn newline(&self) -> bool {
        self.newline
    }

    /// How many brackets are open.
    pub(crate) fn depth(&self) -> usize {
        self.open.len()
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// Reads one token or one piece of white space; says whether there was any.
    pub(crate) fn step(&mut self) -> bool {
        let Some(&byte) = self.bytes.get(self.at) else {
            return false;
        };
        match byte {
            b'\n' => {
                self.line += 1;
                self.newline = true;
                self.at += 1;
            }
            b' ' | b'\t' | b'\r' => self.at += 1,
            b'/' if self.peek(1) == b'/' => self.skip_line(),
            b'/' if self.peek(1) == b'*' => self.skip_comment(),
            b'"' | b'\'' => {
                self.operand_starts();
                self.skip_string(byte);
                self.last = Last::Operand;
            }
            b'`' => {
                self.operand_starts();
                self.at += 1;
                self.skip_template();
            }
            b'/' if self.last != Last::Operand && self.regexp_end().is_some() => {
                self.operand_starts();
                self.at = self.regexp_end().unwrap_or(self.at + 1);
                self.last = Last::Operand;
            }
            b'(' | b'[' | b'{' => self.open(byte),
            b')' | b']' | b'}' => self.close(),
            b';' => {
                let ended = self.operators;
                self.end_statement();
                self.ended = ended;
            }
            b',' => {
                // Elements do not nest; the parts of a comma expression do.
                match self.open.last().map(|open| open.bracket) {
                    Some(b'[' | b'{') => self.end_statement(),
                    _ => self.operator(1, self.costs.chained),
                }
            }
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' | b'#' | b'\\' | 0x80.. => {
                self.word();
            }
            _ => self.punctuator(),
        }
        true
    }

    fn operator(&mut self, length: usize, cost: usize) {
        self.at += length;
        self.operators += cost;
        self.last = Last::Operator;
        self.head_follows = false;
        self.newline = false;
    }

    fn end_statement(&mut self) {
        self.at += 1;
        self.operators = 0;
        self.ended = 0;
        self.last = Last::Operator;
        self.head_follows = false;
        self.newline = false;
    }

    /// Something that cannot continue an operand starts: behind one it is a new statement.
    fn operand_starts(&mut self) {
        let separated = match self.last {
            Last::Operand => self.newline,
            Last::Brace => true,
            Last::Operator | Last::Head => false,
        };
        if separated {
            self.operators = 0;
        }
        self.newline = false;
        self.head_follows = false;
    }

    fn open(&mut self, bracket: u8) {
        if bracket == b'{' {
            // Behind `)` it is a body, behind an operator a literal.
            self.newline = false;
        }
        self.open.push(Open {
            bracket,
            head: bracket == b'(' && self.head_follows,
            operators: self.operators,
        });
        self.outer += self.operators + self.costs.bracket;
        self.operators = 0;
        self.ended = 0;
        self.at += 1;
        self.last = Last::Operator;
        self.head_follows = false;
        self.newline = false;
    }

    fn close(&mut self) {
        self.at += 1;
        self.ended = 0;
        self.newline = false;
        self.head_follows = false;
        let Some(open) = self.open.pop() else {
            // Unbalanced: the parser will say so.
            self.last = Last::Operand;
            return;
        };
        self.outer -= open.operators + self.costs.bracket;
        self.operators = open.operators;
        self.last = match open.bracket {
            b'{' => Last::Brace,
            b'(' if open.head => Last::Head,
            _ => Last::Operand,
        };
        if open.bracket == b'$' {
            self.skip_template();
        }
        // `f()()()` and `a[0][0]` nest to the left.
        if matches!(open.bracket, b'(' | b'[') {
            self.operators += self.costs.chained;
        }
    }

    fn word(&mut self) {
        let start = self.at;
        while let Some(byte) = self.bytes.get(self.at) {
            if !(byte.is_ascii_alphanumeric()
                || matches!(byte, b'_' | b'$' | b'#' | b'\\')
                || *byte >= 0x80)
            {
                break;
            }
            self.at += 1;
        }
        match &self.bytes[start..self.at] {
            b"else" if self.ended > 0 => {
                self.operators = std::mem::take(&mut self.ended);
                self.operator(0, self.costs.nested);
            }
            // A property's name is no keyword, but then it is preceded by an operator and
            // counts one too many: harmless.
            b"else" | b"in" | b"of" | b"instanceof" | b"extends" | b"catch" | b"finally" => {
                self.operator(0, self.costs.nested);
            }
            b"if" | b"for" | b"while" | b"with" => {
                self.operand_starts();
                self.operators += self.costs.nested;
                self.last = Last::Operator;
                self.head_follows = true;
            }
            b"new" | b"typeof" | b"void" | b"delete" | b"await" | b"yield" | b"return"
            | b"throw" | b"case" | b"do" | b"async" => {
                self.operand_starts();
                self.operators += self.costs.nested;
                self.last = Last::Operator;
            }
            _ => {
                self.operand_starts();
                self.last = Last::Operand;
            }
        }
    }

    fn punctuator(&mut self) {
        // `++` and `--` end an operand or start one, and nest neither way.
        if matches!((self.peek(0), self.peek(1)), (b'+', b'+') | (b'-', b'-')) {
            self.at += 2;
            return;
        }
        // A longer operator is one: `>>>=`. A prefix operator behind another is not a
        // part of it: `!!!a` nests three deep.
        let prefix = self.last == Last::Operator || self.last == Last::Head;
        let mut length = 1;
        while !prefix
            && length < 4
            && matches!(
                self.peek(length),
                b'=' | b'>' | b'<' | b'&' | b'|' | b'?' | b'*' | b'.'
            )
        {
            length += 1;
        }
        let end = (self.at + length).min(self.bytes.len());
        let nested = match &self.bytes[self.at..end] {
            b"==" | b"===" | b"!=" | b"!==" | b"<=" | b">=" | b"?." | b"??" | b"." => false,
            b"?" | b":" | b"**" | b"=>" => true,
            // Assignments of every kind.
            operator => prefix || operator.ends_with(b"="),
        };
        let cost = if nested {
            self.costs.nested
        } else {
            self.costs.chained
        };
        self.operator(length, cost);
    }

    fn skip_line(&mut self) {
        while self.bytes.get(self.at).is_some_and(|byte| *byte != b'\n') {
            self.at += 1;
        }
    }

    fn skip_comment(&mut self) {
        self.at += 2;
        while self.at < self.bytes.len() {
            if self.peek(0) == b'*' && self.peek(1) == b'/' {
                self.at += 2;
                return;
            }
            self.count_line();
            self.at += 1;
        }
    }

    fn skip_string(&mut self, quote: u8) {
        self.at += 1;
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'\\' => {
                    self.at += 1;
                    self.count_line();
                }
                // An unterminated string: the parser will say so.
                b'\n' => return,
                _ if byte == quote => {
                    self.at += 1;
                    return;
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Skips the characters of a template up to its end or to the next `${`.
    fn skip_template(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'\\' => self.at += 1,
                b'`' => {
                    self.at += 1;
                    self.last = Last::Operand;
                    return;
                }
                b'$' if self.peek(1) == b'{' => {
                    self.at += 1;
                    self.open(b'$');
                    return;
                }
                _ => self.count_line(),
            }
            self.at += 1;
        }
    }

    /// Where the regular expression that may start here ends, if it is one: it must end
    /// on its line.
    fn regexp_end(&self) -> Option<usize> {
        let mut in_class = false;
        let mut at = self.at + 1;
        loop {
            match *self.bytes.get(at)? {
                b'\n' => return None,
                b'\\' => at += 1,
                b'[' => in_class = true,
                b']' => in_class = false,
                b'/' if !in_class => return Some(at + 1),
                _ => {}
            }
            at += 1;
        }
    }

    fn count_line(&mut self) {
        if self.peek(0) == b'\n' {
            self.line += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COSTS: Costs = Costs {
        bracket: 1,
        nested: 1,
        chained: 1,
    };
    const STACK: usize = 100;

    fn check(source: &str) -> Result<(), TooDeep> {
        needed(source, COSTS, STACK).map(drop)
    }

    fn is_too_deep(source: &str) -> bool {
        check(source).is_err()
    }

    #[test]
    fn what_nests_is_counted() {
        for (unit, close) in [
            ("(", ")"),
            ("[", "]"),
            ("{", "}"),
            ("`${", "}`"),
            ("!", ""),
            ("- ", ""),
            ("typeof ", ""),
            ("new ", ""),
            ("a = ", ""),
            ("a => ", ""),
            ("a ? b : ", ""),
            ("a ** ", ""),
            ("a + ", ""),
            ("a.", ""),
            ("a, ", ""),
            ("if (a) ", ""),
            ("if (a)\n", ""),
            ("if (a) {} else ", ""),
            ("if (a); else ", ""),
            ("if (a) b()\n; else ", ""),
            ("for (;;) ", ""),
            ("while (a) ", ""),
            ("do ", ""),
            ("a: ", ""),
        ] {
            let source = |n: usize| format!("{}1{}", unit.repeat(n), close.repeat(n));
            assert!(!is_too_deep(&source(20)), "{unit:?}");
            assert!(is_too_deep(&source(1_000)), "{unit:?}");
        }
        assert!(is_too_deep(&format!("a{}", "()".repeat(1_000))));
        assert!(is_too_deep(&format!("a{}", "[0]".repeat(1_000))));
    }

    #[test]
    fn what_does_not_nest_is_not_counted() {
        for unit in [
            "f(a, b);\n",
            "f(a, b)\n",
            "x = y + 1\n",
            "x++\n",
            "if (a) { b() }\n",
            "if (a) b()\n",
            "if (a) { b() } else { c() }\n",
            "if (a) b(); else c();\n",
            "function f() { return [1, 2] }\n",
            "function f(){}",
            "class A { b() {} }\n",
            "'(((('; \"[[[[\"; `{{{{`;\n",
            "// ((((\n",
            "/* (((( */",
            "a = /[(/](((/; b = 1 / 2\n",
            "x = a / (b) / c\n",
            "const a = 1\nconst b = a\n",
            "switch (a) { case 1: b(); break; case 2: c() }\n",
            "try { a() } catch (e) { b() } finally { c() }\n",
        ] {
            let source = unit.repeat(2_000);
            assert_eq!(check(&source), Ok(()), "{unit:?}");
        }
        for unit in ["1,", "'a',", "{a: 1},", "a + 1,\n", "[1, 2],"] {
            let source = format!("[{}]", unit.repeat(2_000));
            assert_eq!(check(&source), Ok(()), "{unit:?}");
        }
    }

    #[test]
    fn names_the_line() {
        let source = format!("let a = 1\n\n{}", "(".repeat(1_000));
        assert_eq!(check(&source), Err(TooDeep { line: 3 }));
    }

    #[test]
    fn any_bytes_are_scanned_to_their_end() {
        for source in [
            "\\", "'\\", "`\\", "`${", "/", "/*", "//\0(", "}}}", "${", "/[", "é(", "\"\\\n",
        ] {
            let source = format!("{source}{}", " ".repeat(200));
            let _ = check(&source);
        }
        // Past a byte that ends nothing the scan goes on.
        let source = format!("//\0\n{}", "(".repeat(1_000));
        assert!(is_too_deep(&source));
    }
}
