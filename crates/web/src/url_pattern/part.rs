//! Tokens to parts, and parts to strings.
//!
//! <https://urlpattern.spec.whatwg.org/#parsing-pattern-strings>

use super::{
    Invalid,
    tokenizer::{Policy, Token, TokenType, is_valid_name_code_point, tokenize},
};

/// <https://urlpattern.spec.whatwg.org/#options>
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Options {
    pub(super) delimiter: Option<char>,
    pub(super) prefix: Option<char>,
    pub(super) ignore_case: bool,
}

impl Options {
    /// <https://urlpattern.spec.whatwg.org/#hostname-options>
    pub(super) const HOSTNAME: Self = Self {
        delimiter: Some('.'),
        prefix: None,
        ignore_case: false,
    };

    /// <https://urlpattern.spec.whatwg.org/#pathname-options>
    pub(super) const PATHNAME: Self = Self {
        delimiter: Some('/'),
        prefix: Some('/'),
        ignore_case: false,
    };

    /// Whether the text is the prefix of these options.
    fn is_prefix(&self, text: &str) -> bool {
        let mut characters = text.chars();
        characters.next() == self.prefix && characters.next().is_none()
    }

    /// <https://urlpattern.spec.whatwg.org/#generate-a-segment-wildcard-regexp>
    fn segment_wildcard(&self) -> String {
        let delimiter = self.delimiter.map(String::from).unwrap_or_default();
        format!("[^{}]+?", escape_regexp(&delimiter))
    }
}

/// <https://urlpattern.spec.whatwg.org/#full-wildcard-regexp-value>
const FULL_WILDCARD: &str = ".*";

/// <https://urlpattern.spec.whatwg.org/#part-type>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PartType {
    FixedText,
    Regexp,
    SegmentWildcard,
    FullWildcard,
}

/// <https://urlpattern.spec.whatwg.org/#part-modifier>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Modifier {
    None,
    Optional,
    ZeroOrMore,
    OneOrMore,
}

impl Modifier {
    fn as_str(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Optional => "?",
            Self::ZeroOrMore => "*",
            Self::OneOrMore => "+",
        }
    }
}

/// <https://urlpattern.spec.whatwg.org/#part>
#[derive(Debug)]
pub(super) struct Part {
    pub(super) kind: PartType,
    value: String,
    modifier: Modifier,
    name: String,
    prefix: String,
    suffix: String,
}

/// Brings fixed text into the form that it has in a URL.
///
/// <https://urlpattern.spec.whatwg.org/#encoding-callback>
pub(super) type Encode<'a> = &'a dyn Fn(&str) -> Result<String, Invalid>;

/// <https://urlpattern.spec.whatwg.org/#pattern-parser>
struct Parser<'a> {
    tokens: Vec<Token<'a>>,
    encode: Encode<'a>,
    options: Options,
    segment_wildcard: String,
    parts: Vec<Part>,
    pending_fixed_value: String,
    index: usize,
    next_numeric_name: usize,
}

/// <https://urlpattern.spec.whatwg.org/#parse-a-pattern-string>
pub(super) fn parse(
    input: &str,
    options: Options,
    encode: Encode<'_>,
) -> Result<Vec<Part>, Invalid> {
    Parser {
        tokens: tokenize(input, Policy::Strict)?,
        encode,
        options,
        segment_wildcard: options.segment_wildcard(),
        parts: Vec::new(),
        pending_fixed_value: String::new(),
        index: 0,
        next_numeric_name: 0,
    }
    .parse()
}

impl<'a> Parser<'a> {
    fn parse(mut self) -> Result<Vec<Part>, Invalid> {
        while self.index < self.tokens.len() {
            let character = self.try_consume(TokenType::Char);
            let name = self.try_consume(TokenType::Name);
            let regexp = self.try_consume_regexp_or_wildcard(name.is_some());
            if name.is_some() || regexp.is_some() {
                let mut prefix = character.map_or("", |token| token.value);
                if !prefix.is_empty() && !self.options.is_prefix(prefix) {
                    self.pending_fixed_value.push_str(prefix);
                    prefix = "";
                }
                self.add_pending_fixed_value()?;
                let modifier = self.try_consume_modifier();
                self.add_part(prefix, name, regexp, "", modifier)?;
                continue;
            }
            if let Some(fixed) = character.or_else(|| self.try_consume(TokenType::EscapedChar)) {
                self.pending_fixed_value.push_str(fixed.value);
                continue;
            }
            if self.try_consume(TokenType::Open).is_some() {
                let prefix = self.consume_text();
                let name = self.try_consume(TokenType::Name);
                let regexp = self.try_consume_regexp_or_wildcard(name.is_some());
                let suffix = self.consume_text();
                self.consume_required(TokenType::Close)?;
                let modifier = self.try_consume_modifier();
                self.add_part(&prefix, name, regexp, &suffix, modifier)?;
                continue;
            }
            self.add_pending_fixed_value()?;
            self.consume_required(TokenType::End)?;
        }
        Ok(self.parts)
    }

    /// <https://urlpattern.spec.whatwg.org/#try-to-consume-a-token>
    fn try_consume(&mut self, kind: TokenType) -> Option<Token<'a>> {
        let token = self.tokens.get(self.index).copied();
        let token = token.filter(|token| token.kind == kind)?;
        self.index += 1;
        Some(token)
    }

    /// <https://urlpattern.spec.whatwg.org/#try-to-consume-a-regexp-or-wildcard-token>
    fn try_consume_regexp_or_wildcard(&mut self, has_name: bool) -> Option<Token<'a>> {
        let token = self.try_consume(TokenType::Regexp);
        if token.is_none() && !has_name {
            return self.try_consume(TokenType::Asterisk);
        }
        token
    }

    /// <https://urlpattern.spec.whatwg.org/#try-to-consume-a-modifier-token>
    fn try_consume_modifier(&mut self) -> Modifier {
        let token = self
            .try_consume(TokenType::OtherModifier)
            .or_else(|| self.try_consume(TokenType::Asterisk));
        match token.map(|token| token.value) {
            Some("?") => Modifier::Optional,
            Some("*") => Modifier::ZeroOrMore,
            Some("+") => Modifier::OneOrMore,
            _ => Modifier::None,
        }
    }

    /// <https://urlpattern.spec.whatwg.org/#consume-text>
    fn consume_text(&mut self) -> String {
        let mut text = String::new();
        while let Some(token) = self
            .try_consume(TokenType::Char)
            .or_else(|| self.try_consume(TokenType::EscapedChar))
        {
            text.push_str(token.value);
        }
        text
    }

    /// <https://urlpattern.spec.whatwg.org/#consume-a-required-token>
    fn consume_required(&mut self, kind: TokenType) -> Result<(), Invalid> {
        match self.try_consume(kind) {
            Some(_) => Ok(()),
            None => Err(Invalid(match self.tokens.get(self.index) {
                Some(token) if token.kind != TokenType::End => {
                    format!("unexpected \"{}\" at {}", token.value, token.index)
                }
                _ => String::from("unexpected end of the pattern"),
            })),
        }
    }

    /// <https://urlpattern.spec.whatwg.org/#maybe-add-a-part-from-the-pending-fixed-value>
    fn add_pending_fixed_value(&mut self) -> Result<(), Invalid> {
        if !self.pending_fixed_value.is_empty() {
            let value = std::mem::take(&mut self.pending_fixed_value);
            self.add_fixed_text(&value, Modifier::None)?;
        }
        Ok(())
    }

    fn add_fixed_text(&mut self, value: &str, modifier: Modifier) -> Result<(), Invalid> {
        self.parts.push(Part {
            kind: PartType::FixedText,
            value: (self.encode)(value)?,
            modifier,
            name: String::new(),
            prefix: String::new(),
            suffix: String::new(),
        });
        Ok(())
    }

    /// <https://urlpattern.spec.whatwg.org/#add-a-part>
    fn add_part(
        &mut self,
        prefix: &str,
        name: Option<Token<'a>>,
        regexp: Option<Token<'a>>,
        suffix: &str,
        modifier: Modifier,
    ) -> Result<(), Invalid> {
        let is_fixed = name.is_none() && regexp.is_none();
        if is_fixed && modifier == Modifier::None {
            self.pending_fixed_value.push_str(prefix);
            return Ok(());
        }
        self.add_pending_fixed_value()?;
        if is_fixed {
            if !prefix.is_empty() {
                self.add_fixed_text(prefix, modifier)?;
            }
            return Ok(());
        }
        let (kind, value) = match regexp {
            None => (PartType::SegmentWildcard, ""),
            Some(token) if token.kind == TokenType::Asterisk => (PartType::FullWildcard, ""),
            Some(token) if token.value == self.segment_wildcard => (PartType::SegmentWildcard, ""),
            Some(token) if token.value == FULL_WILDCARD => (PartType::FullWildcard, ""),
            Some(token) => (PartType::Regexp, token.value),
        };
        let name = match name {
            Some(token) => token.value.to_owned(),
            None => {
                let name = self.next_numeric_name.to_string();
                self.next_numeric_name += 1;
                name
            }
        };
        if self.parts.iter().any(|part| part.name == name) {
            return Err(Invalid(format!("the name \"{name}\" is there twice")));
        }
        self.parts.push(Part {
            kind,
            value: value.to_owned(),
            modifier,
            name,
            prefix: (self.encode)(prefix)?,
            suffix: (self.encode)(suffix)?,
        });
        Ok(())
    }
}

/// Whether the parts are one wildcard that matches anything.
pub(super) fn is_full_wildcard(parts: &[Part]) -> bool {
    matches!(parts, [part] if part.kind == PartType::FullWildcard
        && part.modifier == Modifier::None
        && part.prefix.is_empty()
        && part.suffix.is_empty())
}

/// The text that the parts match, if they match no other.
pub(super) fn fixed_text(parts: &[Part]) -> Option<String> {
    let is_fixed =
        |part: &Part| part.kind == PartType::FixedText && part.modifier == Modifier::None;
    parts
        .iter()
        .map(|part| is_fixed(part).then_some(part.value.as_str()))
        .collect()
}

/// The regular expression of the parts, and the names of its groups.
///
/// <https://urlpattern.spec.whatwg.org/#generate-a-regular-expression-and-name-list>
pub(super) fn regular_expression(parts: &[Part], options: Options) -> (String, Vec<String>) {
    let mut output = String::from("^");
    let mut names = Vec::new();
    let segment_wildcard = options.segment_wildcard();
    for part in parts {
        let modifier = part.modifier.as_str();
        if part.kind == PartType::FixedText {
            let value = escape_regexp(&part.value);
            if part.modifier == Modifier::None {
                output.push_str(&value);
            } else {
                output.push_str(&format!("(?:{value}){modifier}"));
            }
            continue;
        }
        names.push(part.name.clone());
        let value = match part.kind {
            PartType::SegmentWildcard => &segment_wildcard,
            PartType::FullWildcard => FULL_WILDCARD,
            PartType::Regexp | PartType::FixedText => &part.value,
        };
        let is_repeated = matches!(part.modifier, Modifier::ZeroOrMore | Modifier::OneOrMore);
        if part.prefix.is_empty() && part.suffix.is_empty() {
            output.push_str(&if is_repeated {
                format!("((?:{value}){modifier})")
            } else {
                format!("({value}){modifier}")
            });
            continue;
        }
        let prefix = escape_regexp(&part.prefix);
        let suffix = escape_regexp(&part.suffix);
        if !is_repeated {
            output.push_str(&format!("(?:{prefix}({value}){suffix}){modifier}"));
            continue;
        }
        // Between two repetitions there are a suffix and a prefix, which belong to the group; those
        // at its ends do not.
        output.push_str(&format!(
            "(?:{prefix}((?:{value})(?:{suffix}{prefix}(?:{value}))*){suffix})"
        ));
        if part.modifier == Modifier::ZeroOrMore {
            output.push('?');
        }
    }
    output.push('$');
    (output, names)
}

/// <https://urlpattern.spec.whatwg.org/#generate-a-pattern-string>
pub(super) fn pattern_string(parts: &[Part], options: Options) -> String {
    let mut output = String::new();
    for (index, part) in parts.iter().enumerate() {
        let previous = index.checked_sub(1).and_then(|index| parts.get(index));
        let next = parts.get(index + 1);
        let modifier = part.modifier.as_str();
        if part.kind == PartType::FixedText {
            let value = escape_pattern(&part.value);
            if part.modifier == Modifier::None {
                output.push_str(&value);
            } else {
                output.push_str(&format!("{{{value}}}{modifier}"));
            }
            continue;
        }
        let has_custom_name = !starts_with_digit(&part.name);
        let needs_grouping = needs_grouping(part, previous, next, has_custom_name, &options);
        if needs_grouping {
            output.push('{');
        }
        output.push_str(&escape_pattern(&part.prefix));
        if has_custom_name {
            output.push(':');
            output.push_str(&part.name);
        }
        match part.kind {
            PartType::Regexp => output.push_str(&format!("({})", part.value)),
            PartType::SegmentWildcard if !has_custom_name => {
                output.push_str(&format!("({})", options.segment_wildcard()));
            }
            PartType::FullWildcard => {
                let is_plain = previous.is_none_or(|previous| {
                    previous.kind == PartType::FixedText || previous.modifier != Modifier::None
                });
                if !has_custom_name && (is_plain || needs_grouping || !part.prefix.is_empty()) {
                    output.push('*');
                } else {
                    output.push_str(&format!("({FULL_WILDCARD})"));
                }
            }
            PartType::SegmentWildcard | PartType::FixedText => {}
        }
        if part.kind == PartType::SegmentWildcard
            && has_custom_name
            && starts_with_name_code_point(&part.suffix)
        {
            output.push('\\');
        }
        output.push_str(&escape_pattern(&part.suffix));
        if needs_grouping {
            output.push('}');
        }
        output.push_str(modifier);
    }
    output
}

/// Whether a part would mean something else without braces around it.
fn needs_grouping(
    part: &Part,
    previous: Option<&Part>,
    next: Option<&Part>,
    has_custom_name: bool,
    options: &Options,
) -> bool {
    if !part.suffix.is_empty() || !part.prefix.is_empty() && !options.is_prefix(&part.prefix) {
        return true;
    }
    if has_custom_name
        && part.kind == PartType::SegmentWildcard
        && part.modifier == Modifier::None
        && let Some(next) = next
        && next.prefix.is_empty()
        && next.suffix.is_empty()
    {
        let would_go_on = if next.kind == PartType::FixedText {
            starts_with_name_code_point(&next.value)
        } else {
            starts_with_digit(&next.name)
        };
        if would_go_on {
            return true;
        }
    }
    part.prefix.is_empty()
        && options.prefix.is_some()
        && previous.is_some_and(|previous| {
            previous.kind == PartType::FixedText
                && previous.value.chars().next_back() == options.prefix
        })
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

fn starts_with_name_code_point(text: &str) -> bool {
    text.starts_with(|c| is_valid_name_code_point(c, false))
}

fn escape(text: &str, is_special: impl Fn(char) -> bool) -> String {
    let mut output = String::with_capacity(text.len());
    for c in text.chars() {
        if is_special(c) {
            output.push('\\');
        }
        output.push(c);
    }
    output
}

/// <https://urlpattern.spec.whatwg.org/#escape-a-regexp-string>
fn escape_regexp(text: &str) -> String {
    escape(text, |c| {
        matches!(
            c,
            '.' | '+'
                | '*'
                | '?'
                | '^'
                | '$'
                | '{'
                | '}'
                | '('
                | ')'
                | '['
                | ']'
                | '|'
                | '/'
                | '\\'
        )
    })
}

/// <https://urlpattern.spec.whatwg.org/#escape-a-pattern-string>
pub(super) fn escape_pattern(text: &str) -> String {
    escape(text, |c| {
        matches!(c, '+' | '*' | '?' | ':' | '{' | '}' | '(' | ')' | '\\')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_and_their_regular_expressions() {
        let encode = |text: &str| Ok(text.to_owned());
        for (input, pattern, expression) in [
            ("/a.b", "/a.b", "^\\/a\\.b$"),
            (
                "/:a/:b?",
                "/:a/:b?",
                "^(?:\\/([^\\/]+?))(?:\\/([^\\/]+?))?$",
            ),
            ("/*", "/*", "^(?:\\/(.*))$"),
            ("/(.*)", "/*", "^(?:\\/(.*))$"),
            (
                "{a:b-}*",
                "{a:b-}*",
                "^(?:a((?:[^\\/]+?)(?:-a(?:[^\\/]+?))*)-)?$",
            ),
            (":a{b}", "{:a}b", "^([^\\/]+?)b$"),
            ("{:a}(\\d)", "{:a}(\\d)", "^([^\\/]+?)(\\d)$"),
            ("{x}+", "{x}+", "^(?:x)+$"),
            ("\\*{}", "\\*", "^\\*$"),
        ] {
            let parts = parse(input, Options::PATHNAME, &encode).expect("a pattern");
            assert_eq!(pattern_string(&parts, Options::PATHNAME), pattern);
            assert_eq!(regular_expression(&parts, Options::PATHNAME).0, expression);
        }
        for input in [":a:a", "{", "}", "{{a}}", "{a*b*}"] {
            assert!(parse(input, Options::PATHNAME, &encode).is_err(), "{input}");
        }
    }
}
