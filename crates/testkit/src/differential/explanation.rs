//! Differences that are no errors of Taipan's.

use std::{fs, io, path::Path};

use serde_json::Value;

/// Why lines may differ: each explanation has a part that the line has here, one that it has there, and a reason.
#[derive(Debug, Default)]
pub struct Explanations(Vec<Explanation>);

#[derive(Debug)]
struct Explanation {
    here: String,
    there: String,
    reason: String,
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
                here: field("taipan")?,
                there: field("node")?,
                reason: field("reason")?,
            };
            (!explanation.reason.is_empty()).then_some(explanation)
        };
        let explanations: Option<_> = entries.iter().map(entry).collect();
        explanations.map(Self).ok_or_else(malformed)
    }

    /// Why two lines may differ.
    pub(super) fn find(&self, [here, there]: &[String; 2]) -> Option<String> {
        let explains = |explanation: &&Explanation| {
            here.contains(&explanation.here) && there.contains(&explanation.there)
        };
        let found = self.0.iter().find(explains)?;
        Some(found.reason.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_explained() {
        let text = r#"[{ "taipan": "a", "node": "b", "reason": "because" }]"#;
        let explanations = Explanations::parse(text).expect("explanations");
        let lines = |one: &str, other: &str| [one.to_owned(), other.to_owned()];
        assert_eq!(
            explanations.find(&lines("xax", "xbx")).as_deref(),
            Some("because")
        );
        assert_eq!(explanations.find(&lines("xbx", "xax")), None);
        assert!(Explanations::parse(r#"[{ "taipan": "a" }]"#).is_err());
        assert!(Explanations::committed().is_ok());
    }
}
