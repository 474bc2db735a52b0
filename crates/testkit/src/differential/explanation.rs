//! Differences that are no errors of Taipan's.

use std::{fs, io, path::Path};

use serde_json::Value;

/// Why lines may differ: each explanation has a part that the line has here, one that it has there, and a reason. One of a
/// single module (`seed/number`) explains everything that comes of it from there on.
#[derive(Debug, Default)]
pub struct Explanations(Vec<Explanation>);

#[derive(Debug)]
struct Explanation {
    here: String,
    there: String,
    reason: String,
    module: Option<String>,
}

impl Explanations {
    /// Those in `js-tests/differential/explained.json`.
    ///
    /// # Errors
    ///
    /// Fails when the file cannot be read, or an entry is not as it should be.
    pub fn committed() -> io::Result<Self> {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR"));
        let text =
            fs::read_to_string(directory.join("../../js-tests/differential/explained.json"))?;
        Self::parse(&text)
    }

    pub(super) fn parse(text: &str) -> io::Result<Self> {
        let value: Value = serde_json::from_str(text)?;
        let malformed = || io::Error::other("an explanation needs taipan, node and reason");
        let entries = value.as_array().ok_or_else(malformed)?;
        let entry = |entry: &Value| {
            let field = |name| entry.get(name)?.as_str().map(str::to_owned);
            let explanation = Explanation {
                module: field("module"),
                here: field("taipan")?,
                there: field("node")?,
                reason: field("reason")?,
            };
            (!explanation.reason.is_empty()).then_some(explanation)
        };
        let explanations: Option<_> = entries.iter().map(entry).collect();
        explanations.map(Self).ok_or_else(malformed)
    }

    /// Why two lines of a module may differ, and whether all that follows may as well.
    pub(super) fn find(&self, [here, there]: &[String; 2], module: &str) -> Option<(String, bool)> {
        let explains = |explanation: &&Explanation| {
            here.contains(&explanation.here)
                && there.contains(&explanation.there)
                && explanation
                    .module
                    .as_deref()
                    .is_none_or(|known| known == module)
        };
        let found = self.0.iter().find(explains)?;
        Some((found.reason.clone(), found.module.is_some()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_explained() {
        let text = r#"[{ "taipan": "a", "node": "b", "reason": "because" },
            { "taipan": "c", "node": "d", "reason": "once", "module": "1/2" }]"#;
        let explanations = Explanations::parse(text).expect("explanations");
        let find = |one: &str, other: &str, module| {
            explanations.find(&[one.to_owned(), other.to_owned()], module)
        };
        let because = Some(("because".to_owned(), false));
        assert_eq!(find("xax", "xbx", "3/4"), because);
        assert_eq!(find("xbx", "xax", "3/4"), None);
        assert_eq!(find("c", "d", "1/2"), Some(("once".to_owned(), true)));
        assert_eq!(find("c", "d", "1/3"), None);
        assert!(Explanations::parse(r#"[{ "taipan": "a" }]"#).is_err());
        assert!(Explanations::committed().is_ok());
    }
}
