//! Source texts that the engine would compile to something else than they mean.
//!
//! What makes the difference is written in another way before the engine gets the text: [`operands`] and [`parameters`]
//! say what and how. Nothing is removed and no line is added, so lines stay what they are; columns behind a change move by
//! some characters. This knows tokens and no grammar: it does a little more than it takes, where that does no harm.

mod operands;
mod parameters;

use std::borrow::Cow;

use crate::nesting::{Last, Scanner};

/// The text that the engine is to be given for `text`.
pub(crate) fn apply(text: &str) -> Cow<'_, str> {
    let mut tokens = Tokens::new(text);
    let mut operands = operands::Operands::new(text);
    let mut parameters = parameters::Parameters::new(text);
    while let Some(token) = tokens.next() {
        operands.see(&token);
        parameters.see(&token);
    }
    let mut insertions = operands.found;
    insertions.append(&mut parameters.found);
    if insertions.is_empty() {
        return Cow::Borrowed(text);
    }
    // What belongs to a name stands right behind it: before a parenthesis, say.
    insertions.sort_by_key(|insertion| (insertion.at, insertion.order));
    let mut rewritten = String::with_capacity(text.len() + 16 * insertions.len());
    let mut copied = 0;
    for Insertion { at, text: new, .. } in &insertions {
        rewritten.push_str(&text[copied..*at]);
        rewritten.push_str(new);
        copied = *at;
    }
    rewritten.push_str(&text[copied..]);
    Cow::Owned(rewritten)
}

/// Text to be put in.
#[derive(Debug)]
struct Insertion {
    at: usize,
    /// What comes first at the same place.
    order: u8,
    text: Cow<'static, str>,
}

/// What a token is, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A word, which may be a variable.
    Word,
    /// An operator that evaluates its left operand before its right one.
    Binary,
    /// `=`.
    Assignment,
    /// `+=` and so on.
    Update,
    /// `++` or `--`.
    Step,
    /// `?`, `&&` and so on.
    Choice,
    Comma,
    Semicolon,
    Colon,
    Arrow,
    Open(u8),
    Close(u8),
    /// `.` or `?.`.
    Dot,
    Other,
}

/// A token and what is around it.
#[derive(Debug, Clone, Copy)]
struct Token {
    kind: Kind,
    start: usize,
    end: usize,
    /// What was before it.
    last: Last,
    /// Whether a line has ended before it.
    newline: bool,
    /// How many brackets are open behind it.
    depth: usize,
}

struct Tokens<'a> {
    text: &'a str,
    scanner: Scanner<'a>,
}

impl<'a> Tokens<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            scanner: Scanner::of(text),
        }
    }

    fn next(&mut self) -> Option<Token> {
        loop {
            let (start, last) = (self.scanner.position(), self.scanner.last());
            let newline = self.scanner.newline();
            if !self.scanner.step() {
                return None;
            }
            let end = self.scanner.position();
            if let Some(kind) = kind(&self.text.as_bytes()[start..end]) {
                return Some(Token {
                    kind,
                    start,
                    end,
                    last,
                    newline,
                    depth: self.scanner.depth(),
                });
            }
        }
    }
}

/// What the bytes of a token say; nothing if they are white space or a comment.
fn kind(mut bytes: &[u8]) -> Option<Kind> {
    // The scanner takes the point of `x=.5` for a part of the operator.
    if let [operator @ .., b'.'] = bytes
        && operator
            .last()
            .is_some_and(|byte| !matches!(byte, b'?' | b'.'))
        && operator.first().is_some_and(u8::is_ascii_punctuation)
    {
        bytes = operator;
    }
    Some(match bytes {
        b"in" | b"instanceof" => Kind::Binary,
        [] | [b' ' | b'\t' | b'\r' | b'\n', ..] | [b'/', b'/' | b'*', ..] => return None,
        [b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' | 0x80.., ..] => Kind::Word,
        b"++" | b"--" => Kind::Step,
        b"+" | b"-" | b"*" | b"/" | b"%" | b"**" | b"&" | b"|" | b"^" | b"<<" | b">>" | b">>>"
        | b"<" | b">" | b"<=" | b">=" | b"==" | b"!=" | b"===" | b"!==" => Kind::Binary,
        b"=" => Kind::Assignment,
        b"=>" => Kind::Arrow,
        b"," => Kind::Comma,
        b";" => Kind::Semicolon,
        b":" => Kind::Colon,
        b"?" | b"&&" | b"||" | b"??" => Kind::Choice,
        b"." | b"?." => Kind::Dot,
        [bracket @ (b'(' | b'[' | b'{'), ..] => Kind::Open(*bracket),
        [bracket @ (b')' | b']' | b'}'), ..] => Kind::Close(*bracket),
        [b'"' | b'\'' | b'`' | b'0'..=b'9', ..] => Kind::Other,
        [b'/', .., _] if bytes.len() > 2 || bytes[1] != b'=' => Kind::Other,
        [.., b'='] => Kind::Update,
        _ => Kind::Other,
    })
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn any_text_is_read_to_its_end() {
        for text in [
            "a-(a",
            "a-)a=1",
            "a-`${a",
            "a-`${a=1}${",
            "a-'",
            "é-(é=é",
            "}}a-(a=1)",
            "=.",
            "a..",
            "(a=1)=>{var a",
            "function(a=1){{{var a}",
            "f(a=1))){var a}",
            "(é=1){var é}",
        ] {
            let _ = apply(text);
        }
    }

    #[test]
    fn changes_at_one_place() {
        assert_eq!(
            apply("function f(a, b = a - (a = 1)) { var a; }"),
            "function f(a$given, b = (a$given) - (a$given = 1)) {var a=a$given; var a; }"
        );
    }
}
