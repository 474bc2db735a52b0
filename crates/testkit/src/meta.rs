//! The `// META: key=value` comments at the head of a test file.

/// What a test file says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Meta {
    /// Scripts to run before the file, in order.
    pub scripts: Vec<String>,
    /// The kinds of global the file is for; empty when it does not say.
    pub globals: Vec<String>,
    /// The title, if it has one.
    pub title: Option<String>,
    /// Query strings (with their `?`) the file is run with, one run each.
    pub variants: Vec<String>,
    /// It asked for more time than usual.
    pub long: bool,
    /// It is about type reflection of WebAssembly, which is not there by default.
    pub type_reflection: bool,
}

impl Meta {
    /// Reads the comments at the head of `source`: they end at the first line that is
    /// neither blank nor a `//` comment.
    #[must_use]
    pub fn parse(source: &str) -> Self {
        let mut meta = Self::default();
        for line in source.trim_start_matches('\u{feff}').lines() {
            let line = line.trim();
            if line.is_empty() {
                continue;
            }
            let Some(comment) = line.strip_prefix("//") else {
                break;
            };
            let Some(setting) = comment.trim_start().strip_prefix("META:") else {
                continue;
            };
            let Some((key, value)) = setting.split_once('=') else {
                continue;
            };
            let value = value.trim();
            match key.trim() {
                "script" => meta.scripts.push(value.to_owned()),
                "global" => meta
                    .globals
                    .extend(value.split(',').map(|name| name.trim().to_owned())),
                "title" => meta.title = Some(value.to_owned()),
                "variant" => meta.variants.push(value.to_owned()),
                "feature" => meta.type_reflection |= value == "type-reflection",
                "timeout" => meta.long = value == "long",
                _ => {}
            }
        }
        meta
    }

    /// Whether a worker that belongs to one page can run the file.
    #[must_use]
    pub fn fits_a_worker(&self) -> bool {
        self.globals.is_empty()
            || self
                .globals
                .iter()
                .any(|global| matches!(global.as_str(), "worker" | "dedicatedworker"))
    }

    /// Whether a shell without a document can run the file. The only ones it cannot are
    /// those written for a kind of worker it does not have.
    #[must_use]
    pub fn fits_a_shell(&self) -> bool {
        self.globals.is_empty()
            || self.globals.iter().any(|global| {
                matches!(
                    global.trim_start_matches('!'),
                    "window" | "worker" | "dedicatedworker" | "jsshell" | "shell"
                )
            })
    }
}

#[cfg(test)]
mod tests {
    use super::Meta;

    #[test]
    fn reads_every_key() {
        let meta = Meta::parse(
            "// META: global=window, worker\n// META: script=a.js\n//META: script=/b.js\n\n\
             // a remark\n// META: title=A title = with a sign\n// META: timeout=long\n\
             // META: feature=type-reflection\n// META: variant=?1-10\n// META: variant=?11-last\n",
        );
        assert_eq!(meta.globals, ["window", "worker"]);
        assert_eq!(meta.scripts, ["a.js", "/b.js"]);
        assert_eq!(meta.title.as_deref(), Some("A title = with a sign"));
        assert_eq!(meta.variants, ["?1-10", "?11-last"]);
        assert!(meta.long);
        assert!(meta.type_reflection);
        assert!(meta.fits_a_shell());
    }

    #[test]
    fn ends_at_the_first_statement() {
        let meta = Meta::parse("// META: script=a.js\ntest();\n// META: script=b.js\n");
        assert_eq!(meta.scripts, ["a.js"]);
    }

    #[test]
    fn knows_the_globals_it_cannot_be() {
        assert!(!Meta::parse("// META: global=serviceworker\n").fits_a_shell());
        assert!(Meta::parse("// META: global=serviceworker,jsshell\n").fits_a_shell());
        assert!(Meta::parse("test();").fits_a_shell());
    }
}
