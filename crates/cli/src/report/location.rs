//! Places in source texts.

use taipan::Exception;

use super::Style;

/// How many characters of a line are shown.
const WIDTH: usize = 120;

/// A place in a source text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Location {
    pub(crate) url: String,
    /// From one.
    pub(crate) line: u32,
    /// In characters, from one.
    pub(crate) column: u32,
}

impl Location {
    /// The place that a line of a stack names: `at function (URL:line:column)`.
    pub(crate) fn of_frame(frame: &str) -> Option<Self> {
        let (_, place) = frame.strip_suffix(')')?.rsplit_once(" (")?;
        let (place, column) = place.rsplit_once(':')?;
        let (url, line) = place.rsplit_once(':')?;
        Some(Self {
            url: url.to_owned(),
            line: line.parse().ok()?,
            column: column.parse().ok()?,
        })
    }

    pub(crate) fn is_same_line(&self, other: &Self) -> bool {
        (&self.url, self.line) == (&other.url, other.line)
    }
}

/// The message of an exception, and the place that it names if it is one of the parser's:
/// `message at line 1, col 2 (URL)`.
pub(crate) fn of_syntax_error(exception: &Exception) -> (&str, Option<Location>) {
    let whole = exception.message.as_str();
    if exception.name.as_deref() != Some("SyntaxError") {
        return (whole, None);
    }
    let parse = || {
        let (rest, url) = whole.strip_suffix(')')?.rsplit_once(" (")?;
        let (message, place) = rest.rsplit_once(" at line ")?;
        let (line, column) = place.split_once(", col ")?;
        let place = Location {
            url: url.to_owned(),
            line: line.parse().ok()?,
            column: column.parse().ok()?,
        };
        Some((message, Some(place)))
    };
    parse().unwrap_or((whole, None))
}

/// A line of a source text with a caret under the character at `column`. Of a long line only what
/// is around it is shown.
pub(crate) fn excerpt(line: &str, column: u32, style: &Style) -> String {
    let column = usize::try_from(column).unwrap_or(usize::MAX).max(1) - 1;
    let characters: Vec<char> = line.trim_end().chars().collect();
    let column = column.min(characters.len());
    let start = match characters.len() > WIDTH {
        true => column.saturating_sub(WIDTH / 2),
        false => 0,
    };
    let end = characters.len().min(start + WIDTH);
    let shown = |range: &[char]| -> String {
        // What would move the cursor or change colours is not for a terminal.
        let clean = |&c: &char| if c.is_control() && c != '\t' { ' ' } else { c };
        range.iter().map(clean).collect()
    };
    let before = shown(&characters[start..column.min(end)]);
    let text = shown(&characters[start..end]);
    let cut_before = if start > 0 { "…" } else { "" };
    let cut_after = if end < characters.len() { "…" } else { "" };
    let mut padding: String = before
        .chars()
        .map(|c| if c == '\t' { '\t' } else { ' ' })
        .collect();
    if start > 0 {
        padding.insert(0, ' ');
    }
    format!(
        "{cut_before}{text}{cut_after}\n{padding}{}",
        style.failure("^")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_name_places() {
        let place = Location::of_frame("    at f (file:///a%20b.js:12:3)").expect("a place");
        assert_eq!(
            (place.url.as_str(), place.line, place.column),
            ("file:///a%20b.js", 12, 3)
        );
        for frame in ["    at f (native)", "    at f", "", "at f (x:y:z)"] {
            assert_eq!(Location::of_frame(frame), None, "{frame}");
        }
    }

    #[test]
    fn carets_stand_under_the_character() {
        let style = Style::new(false);
        assert_eq!(
            excerpt("\tlet x = ;  ", 10, &style),
            "\tlet x = ;\n\t        ^"
        );
        assert_eq!(excerpt("ä ö", 3, &style), "ä ö\n  ^");
        assert_eq!(excerpt("a", 99, &style), "a\n ^");
        assert_eq!(excerpt("a\u{1b}b", 3, &style), "a b\n  ^");
        let long = "x".repeat(1000) + "!" + &"y".repeat(1000);
        let shown = excerpt(&long, 1001, &style);
        let (line, caret) = shown.split_once('\n').expect("two lines");
        assert_eq!(line.chars().count(), WIDTH + 2);
        assert_eq!(line.chars().position(|c| c == '!'), Some(caret.len() - 1));
    }
}
