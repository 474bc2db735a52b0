//! Colours of what is typed.

use reedline::{Color, Highlighter, StyledText};

use super::complete::KEYWORDS;

/// Colours keywords, texts, numbers and comments.
pub(super) struct Colors;

impl Highlighter for Colors {
    fn highlight(&self, line: &str, _: usize) -> StyledText {
        let mut styled = StyledText::new();
        let mut rest = line;
        while !rest.is_empty() {
            let (length, color) = token(rest);
            let (token, behind) = rest.split_at(length);
            styled.push((color.normal(), token.to_owned()));
            rest = behind;
        }
        styled
    }
}

/// The length in bytes of what a text begins with, and its colour.
fn token(text: &str) -> (usize, Color) {
    let Some(first) = text.chars().next() else {
        return (0, Color::Default);
    };
    let while_ = |is_part: fn(char) -> bool| text.find(|c| !is_part(c)).unwrap_or(text.len());
    match first {
        '\'' | '"' | '`' => (quoted(text, first), Color::Green),
        '/' if text.starts_with("//") => (text.find('\n').unwrap_or(text.len()), Color::DarkGray),
        '/' if text.starts_with("/*") => {
            let end = text.find("*/").map_or(text.len(), |end| end + 2);
            (end, Color::DarkGray)
        }
        '0'..='9' => (
            while_(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_')),
            Color::Yellow,
        ),
        c if c.is_alphabetic() || matches!(c, '_' | '$') => {
            let length = while_(|c| c.is_alphanumeric() || matches!(c, '_' | '$'));
            let color = match &text[..length] {
                "true" | "false" | "null" | "undefined" | "NaN" | "Infinity" => Color::Yellow,
                word if KEYWORDS.contains(&word) => Color::Cyan,
                _ => Color::Default,
            };
            (length, color)
        }
        c => (c.len_utf8(), Color::Default),
    }
}

/// The length of a text in quotation marks, to its end if there is no second one.
fn quoted(text: &str, quote: char) -> usize {
    let mut characters = text.char_indices().skip(1);
    while let Some((index, character)) = characters.next() {
        if character == '\\' {
            characters.next();
        } else if character == quote {
            return index + 1;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_stays() {
        for line in [
            "const ä = 'b\\'c' + `d` // e",
            "/* open",
            "'open \\",
            "1_000n.toFixed(0x1f)",
            "",
            "§ $a _b",
        ] {
            let styled = Colors.highlight(line, 0);
            let text: String = styled
                .buffer
                .iter()
                .map(|(_, text)| text.as_str())
                .collect();
            assert_eq!(text, line);
        }
    }

    #[test]
    fn tokens_have_their_colours() {
        assert_eq!(token("const x"), (5, Color::Cyan));
        assert_eq!(token("constant"), (8, Color::Default));
        assert_eq!(token("'a\\'b' c"), (6, Color::Green));
        assert_eq!(token("12.5 + 1"), (4, Color::Yellow));
        assert_eq!(token("// a\nb"), (4, Color::DarkGray));
        assert_eq!(token("/* a */ b"), (7, Color::DarkGray));
    }
}
