//! Which directory stands behind which URL path.

use std::path::{Component, Path, PathBuf};

/// Directories under URL prefixes; the longest prefix that fits decides.
#[derive(Debug, Clone, Default)]
pub struct Mounts(Vec<(String, PathBuf)>);

impl Mounts {
    /// No directories at all.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts `directory` under `prefix`, which starts with a slash, in the place of what was
    /// there. A single file can be put under its path, too.
    #[must_use]
    pub fn with(mut self, prefix: &str, directory: impl Into<PathBuf>) -> Self {
        let prefix = prefix.trim_end_matches('/').to_owned();
        self.0.retain(|(existing, _)| *existing != prefix);
        self.0.push((prefix, directory.into()));
        self.0
            .sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
        self
    }

    /// The file that `url_path` (absolute, without query) names, whether it exists or not.
    /// A path that would climb out of its directory names none.
    #[must_use]
    pub fn resolve(&self, url_path: &str) -> Option<PathBuf> {
        for (prefix, directory) in &self.0 {
            let Some(rest) = url_path.strip_prefix(prefix.as_str()) else {
                continue;
            };
            if rest.is_empty() {
                return Some(directory.clone());
            }
            let Some(rest) = rest.strip_prefix('/') else {
                continue;
            };
            let relative = Path::new(rest);
            let stays_inside = relative
                .components()
                .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
            return stays_inside.then(|| directory.join(relative));
        }
        None
    }

    /// The absolute URL path of `reference` as written in the file at `from`.
    #[must_use]
    pub fn join(from: &str, reference: &str) -> String {
        if reference.starts_with('/') {
            return reference.to_owned();
        }
        let mut parts: Vec<&str> = from.split('/').collect();
        parts.pop();
        for part in reference.split('/') {
            match part {
                "." | "" => {}
                ".." => {
                    parts.pop();
                }
                part => parts.push(part),
            }
        }
        let joined = parts.join("/");
        if joined.starts_with('/') {
            joined
        } else {
            format!("/{joined}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Mounts;
    use std::path::PathBuf;

    #[test]
    fn the_longest_prefix_decides() {
        let mounts = Mounts::new().with("/", "/root").with("/wasm/jsapi", "/api");
        assert_eq!(
            mounts.resolve("/wasm/jsapi/a.js"),
            Some(PathBuf::from("/api/a.js"))
        );
        assert_eq!(
            mounts.resolve("/wasm/b.js"),
            Some(PathBuf::from("/root/wasm/b.js"))
        );
    }

    #[test]
    fn a_file_can_be_mounted() {
        let mounts = Mounts::new().with("/", "/root").with("/a/b.js", "/c.js");
        assert_eq!(mounts.resolve("/a/b.js"), Some(PathBuf::from("/c.js")));
        assert_eq!(
            mounts.resolve("/a/b.jsx"),
            Some(PathBuf::from("/root/a/b.jsx"))
        );
    }

    #[test]
    fn nothing_climbs_out() {
        let mounts = Mounts::new().with("/", "/root");
        assert_eq!(mounts.resolve("/a/../../etc/passwd"), None);
        assert_eq!(Mounts::new().with("/x", "/root").resolve("/y"), None);
    }

    #[test]
    fn references_are_joined_as_urls() {
        assert_eq!(Mounts::join("/wasm/a/b.any.js", "c.js"), "/wasm/a/c.js");
        assert_eq!(Mounts::join("/wasm/a/b.any.js", "../c.js"), "/wasm/c.js");
        assert_eq!(Mounts::join("/wasm/a/b.any.js", "/c.js"), "/c.js");
        assert_eq!(Mounts::join("/b.any.js", "../../c.js"), "/c.js");
    }
}
