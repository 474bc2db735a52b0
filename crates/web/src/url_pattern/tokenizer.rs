//! Pattern strings to tokens.
//!
//! <https://urlpattern.spec.whatwg.org/#tokenizing>

use icu_properties::{
    CodePointSetData,
    props::{IdContinue, IdStart},
};

use super::Invalid;

/// <https://urlpattern.spec.whatwg.org/#token-type>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenType {
    Open,
    Close,
    Regexp,
    Name,
    Char,
    EscapedChar,
    OtherModifier,
    Asterisk,
    End,
    InvalidChar,
}

/// <https://urlpattern.spec.whatwg.org/#token>
#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'a> {
    pub(super) kind: TokenType,
    /// Where it starts, in bytes.
    pub(super) index: usize,
    pub(super) value: &'a str,
}

/// <https://urlpattern.spec.whatwg.org/#tokenize-policy>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Policy {
    Strict,
    Lenient,
}

/// <https://urlpattern.spec.whatwg.org/#is-a-valid-name-code-point>
pub(super) fn is_valid_name_code_point(c: char, is_first: bool) -> bool {
    if is_first {
        matches!(c, '$' | '_') || CodePointSetData::new::<IdStart>().contains(c)
    } else {
        matches!(c, '$' | '\u{200C}' | '\u{200D}')
            || CodePointSetData::new::<IdContinue>().contains(c)
    }
}

/// <https://urlpattern.spec.whatwg.org/#tokenize>
pub(super) fn tokenize(input: &str, policy: Policy) -> Result<Vec<Token<'_>>, Invalid> {
    let mut tokens = Vec::new();
    let mut rest = input;
    while let Some(c) = rest.chars().next() {
        let index = input.len() - rest.len();
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        // The type, the value, and what is left.
        let token = match c {
            '*' => Some((TokenType::Asterisk, 1, after)),
            '+' | '?' => Some((TokenType::OtherModifier, 1, after)),
            '{' => Some((TokenType::Open, 1, after)),
            '}' => Some((TokenType::Close, 1, after)),
            '\\' => after.chars().next().map(|escaped| {
                let after_escaped = after.get(escaped.len_utf8()..).unwrap_or_default();
                (TokenType::EscapedChar, escaped.len_utf8(), after_escaped)
            }),
            ':' => name(after),
            '(' => regexp(after),
            c => Some((TokenType::Char, c.len_utf8(), after)),
        };
        match token {
            Some((kind, length, left)) => {
                // A backslash, a colon or a parenthesis is not part of the value.
                let value = match kind {
                    TokenType::EscapedChar | TokenType::Name | TokenType::Regexp => after,
                    _ => rest,
                };
                tokens.push(Token {
                    kind,
                    index,
                    value: value.get(..length).unwrap_or_default(),
                });
                rest = left;
            }
            None if policy == Policy::Strict => {
                return Err(Invalid(format!(
                    "\"{input}\" has a {c:?} at {index} that starts nothing"
                )));
            }
            None => {
                tokens.push(Token {
                    kind: TokenType::InvalidChar,
                    index,
                    value: rest.get(..c.len_utf8()).unwrap_or_default(),
                });
                rest = after;
            }
        }
    }
    tokens.push(Token {
        kind: TokenType::End,
        index: input.len(),
        value: "",
    });
    Ok(tokens)
}

/// A token's type, the length of its value, and what comes after it.
type Found<'a> = Option<(TokenType, usize, &'a str)>;

/// What follows a colon.
fn name(after: &str) -> Found<'_> {
    let end = after
        .char_indices()
        .find(|(index, c)| !is_valid_name_code_point(*c, *index == 0))
        .map_or(after.len(), |(index, _)| index);
    let left = after.get(end..).unwrap_or_default();
    (end > 0).then_some((TokenType::Name, end, left))
}

/// What follows an opening parenthesis.
fn regexp(after: &str) -> Found<'_> {
    let mut depth = 1;
    let mut bytes = after.bytes().enumerate().peekable();
    while let Some((index, byte)) = bytes.next() {
        if !byte.is_ascii() || index == 0 && byte == b'?' {
            return None;
        }
        match byte {
            b'\\' => {
                bytes.next().filter(|(_, escaped)| escaped.is_ascii())?;
            }
            b')' => {
                depth -= 1;
                if depth == 0 {
                    let left = after.get(index + 1..).unwrap_or_default();
                    return (index > 0).then_some((TokenType::Regexp, index, left));
                }
            }
            b'(' => {
                depth += 1;
                // Capturing groups would be counted with those of the pattern itself.
                bytes.peek().filter(|(_, next)| *next == b'?')?;
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(input: &str, policy: Policy) -> Option<Vec<(TokenType, &str)>> {
        let tokens = tokenize(input, policy).ok()?;
        Some(
            tokens
                .iter()
                .map(|token| (token.kind, token.value))
                .collect(),
        )
    }

    #[test]
    fn every_kind() {
        use TokenType::{
            Asterisk, Char, Close, End, EscapedChar, Name, Open, OtherModifier, Regexp,
        };
        assert_eq!(
            tokens("{é:né2}?*\\:(a(?:\\)))", Policy::Strict),
            Some(vec![
                (Open, "{"),
                (Char, "é"),
                (Name, "né2"),
                (Close, "}"),
                (OtherModifier, "?"),
                (Asterisk, "*"),
                (EscapedChar, ":"),
                (Regexp, "a(?:\\))"),
                (End, ""),
            ])
        );
    }

    #[test]
    fn what_starts_nothing() {
        for input in [
            ":", ":1", "\\", "(", "()", "(?a)", "(a", "((a))", "(é)", "(\\é)", "(\\",
        ] {
            assert_eq!(tokens(input, Policy::Strict), None, "{input}");
            let lenient = tokens(input, Policy::Lenient).expect("tokens");
            assert_eq!(
                lenient.first().map(|token| token.0),
                Some(TokenType::InvalidChar)
            );
        }
    }
}
