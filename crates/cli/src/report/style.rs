//! Colours of reports.

/// The colours of texts for people, or none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    colors: bool,
}

impl Style {
    pub(crate) fn new(colors: bool) -> Self {
        Self { colors }
    }

    fn paint(self, code: &str, text: &str) -> String {
        match self.colors {
            true => format!("\x1b[{code}m{text}\x1b[0m"),
            false => text.to_owned(),
        }
    }

    /// What went wrong.
    pub(crate) fn failure(self, text: &str) -> String {
        self.paint("1;31", text)
    }

    /// What went well.
    pub(crate) fn success(self, text: &str) -> String {
        self.paint("32", text)
    }

    /// A heading.
    pub(crate) fn heading(self, text: &str) -> String {
        self.paint("1", text)
    }

    /// What is of less interest.
    pub(crate) fn faint(self, text: &str) -> String {
        self.paint("2", text)
    }

    /// What a place is in.
    pub(crate) fn location_name(self, name: &str) -> String {
        self.paint("36", name)
    }

    /// A place in a source text.
    pub(crate) fn location(self, url: &str, line: u32, column: u32) -> String {
        let url = self.location_name(url);
        format!("{url}:{}", self.paint("33", &format!("{line}:{column}")))
    }
}
