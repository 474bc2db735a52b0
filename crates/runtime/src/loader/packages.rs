//! Packages in `node_modules`.
//!
//! A local module may import an installed package by its name, as bundlers for the web resolve it: `exports` with the
//! conditions `browser`, `import` and `default`, else `browser`, `module` or `main`. What is found must be a module; there is no
//! `require` for it. The scripts of a server cannot do that.
//!
//! Where `browser` is an object it says what modules of the package, and packages that it imports, are exchanged for on the
//! web, or that they are left out: within the package, and where it is imported.
//!
//! <https://nodejs.org/api/esm.html#resolution-algorithm-specification>
//! <https://github.com/defunctzombie/package-browser-field-spec>

use std::{
    io::Read as _,
    path::{Component, Path, PathBuf},
};

use serde_json::{Map, Value};
use taipan_web::permissions::Permissions;
use url::Url;

/// The conditions of `exports` that hold, the most telling one first.
const CONDITIONS: [&str; 3] = ["browser", "import", "default"];

/// How deep conditions may nest.
const MAX_DEPTH: usize = 16;

/// The name of the package that `specifier` starts with, and what comes behind it, from the slash on.
fn split(specifier: &str) -> Option<(&str, &str)> {
    let is_name = |part: &str| {
        !matches!(part, "" | "@")
            && !part.starts_with('.')
            && !part.contains(['\\', '%', ':', '#', '?'])
    };
    let mut slashes = specifier.match_indices('/').map(|(at, _)| at);
    let end = match specifier.starts_with('@') {
        true => {
            slashes.next()?;
            slashes.next()
        }
        false => slashes.next(),
    };
    let (name, rest) = specifier.split_at(end.unwrap_or(specifier.len()));
    name.split('/').all(is_name).then_some((name, rest))
}

/// The file that the package in reach of the local module at `referrer` has for `specifier`.
///
/// Nothing if there is no such package where may be read.
///
/// # Errors
///
/// Says what is wrong with the package that was found.
pub(super) fn resolve(
    specifier: &str,
    referrer: &Url,
    permissions: &Permissions,
) -> Option<Result<Url, String>> {
    let module = referrer.to_file_path().ok()?;
    let importer = Package::around(&module, permissions);
    let replacement = importer
        .as_ref()
        .and_then(|package| package.browser()?.get(specifier));
    let specifier = match replacement {
        Some(Value::String(other)) => match (&importer, other.strip_prefix("./")) {
            (Some(package), Some(path)) => return Some(package.found(package.module(path))),
            _ => other.as_str(),
        },
        Some(Value::Bool(false)) => return Some(nothing()),
        _ => specifier,
    };
    let (name, subpath) = split(specifier)?;
    let folders = module.ancestors().skip(1);
    let folder = folders
        .filter(|folder| folder.file_name().is_none_or(|name| name != "node_modules"))
        .map(|folder| folder.join("node_modules").join(name))
        .find(|folder| permissions.check_read(folder).is_ok() && folder.is_dir())?;
    let package = Package {
        manifest: manifest(&folder, permissions),
        folder,
    };
    let found = package.resolve(subpath);
    Some(package.found(found))
}

/// What is imported in the place of the local module at `url`, if the package that it is in has something else for the web.
///
/// # Errors
///
/// Says what is wrong with the package.
pub(super) fn in_place_of(url: &Url, permissions: &Permissions) -> Option<Result<Url, String>> {
    // Of the program's own files nothing is exchanged.
    if url.scheme() != "file" || !url.path().contains("/node_modules/") {
        return None;
    }
    let file = url.to_file_path().ok()?;
    let package = Package::around(&file, permissions)?;
    let path = file.strip_prefix(&package.folder).ok()?.to_str()?;
    let replacement = package.replacement(path)?;
    Some(package.found(replacement))
}

/// The module that stands for what a package leaves out on the web.
fn nothing() -> Result<Url, String> {
    Url::parse("data:text/javascript,export default {}").map_err(|error| error.to_string())
}

/// The content of its `package.json`.
fn manifest(folder: &Path, permissions: &Permissions) -> Value {
    let mut text = String::new();
    permissions
        .open(folder.join("package.json"))
        .ok()
        .and_then(|mut file| file.read_to_string(&mut text).ok())
        .and_then(|_| serde_json::from_str(&text).ok())
        .unwrap_or(Value::Null)
}

/// An installed package.
struct Package {
    folder: PathBuf,
    manifest: Value,
}

/// What a package has for a specifier.
enum Found {
    File(PathBuf),
    /// Nothing, on the web.
    Nothing,
}

impl Package {
    /// The installed package that the file at `path` is in.
    fn around(path: &Path, permissions: &Permissions) -> Option<Self> {
        let is_folder_of_packages = |folder: &Path| {
            let name = folder.file_name();
            // The folder of a scope is within it.
            name.is_some_and(|name| {
                name == "node_modules" || name.as_encoded_bytes().starts_with(b"@")
            })
        };
        let mut folders = path.ancestors().skip(1);
        let folder = folders.find(|folder| folder.parent().is_some_and(is_folder_of_packages))?;
        Some(Self {
            manifest: manifest(folder, permissions),
            folder: folder.to_owned(),
        })
    }

    /// The URL of what was found.
    fn found(&self, found: Result<Found, String>) -> Result<Url, String> {
        let url = match found {
            Ok(Found::Nothing) => return nothing(),
            // A package may be a link to where it is installed, and finds its own packages from there.
            Ok(Found::File(file)) => file
                .canonicalize()
                .map_err(|error| format!("{}: {error}", file.display()))
                .and_then(|file| {
                    Url::from_file_path(file).map_err(|()| "its path is no URL".to_owned())
                }),
            Err(error) => Err(error),
        };
        url.map_err(|error| format!("in the package {}: {error}", self.folder.display()))
    }

    /// What is exchanged on the web.
    fn browser(&self) -> Option<&Map<String, Value>> {
        self.manifest.get("browser")?.as_object()
    }

    /// What the file at `path` within the package is exchanged for, if it is.
    fn replacement(&self, path: &str) -> Option<Result<Found, String>> {
        let is_named = |key: &str| {
            let Some(rest) = path.strip_prefix(key.strip_prefix("./").unwrap_or(key)) else {
                return false;
            };
            matches!(rest, "" | ".js" | ".mjs" | "/index.js")
        };
        let (_, value) = self.browser()?.iter().find(|(key, _)| is_named(key))?;
        match value {
            Value::Bool(false) => Some(Ok(Found::Nothing)),
            Value::String(other) => Some(self.module(other.strip_prefix("./").unwrap_or(other))),
            _ => None,
        }
    }

    /// The file at a path, or what that is exchanged for.
    fn exchanged(&self, path: &str) -> Result<Found, String> {
        self.replacement(path)
            .unwrap_or_else(|| self.file(path).map(Found::File))
    }

    fn resolve(&self, subpath: &str) -> Result<Found, String> {
        match self.manifest.get("exports") {
            Some(exports) if !exports.is_null() => {
                let target = exported(exports, &format!(".{subpath}"))
                    .ok_or_else(|| format!("it does not export \".{subpath}\""))?;
                match target.strip_prefix("./") {
                    Some(path) => self.exchanged(path),
                    None => Err(format!("\"{target}\" is no path within it")),
                }
            }
            _ if subpath.is_empty() => self.main(),
            _ => self.exchanged(&subpath[1..]),
        }
    }

    /// The file at a path that leads nowhere else.
    fn file(&self, path: &str) -> Result<PathBuf, String> {
        let is_inside = Path::new(path)
            .components()
            .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        match is_inside {
            true => Ok(self.folder.join(path)),
            false => Err(format!("\"{path}\" is no path within it")),
        }
    }

    /// The module of a package without `exports`.
    fn main(&self) -> Result<Found, String> {
        let named = ["browser", "module", "main"]
            .iter()
            .filter_map(|field| self.manifest.get(field)?.as_str());
        for name in named.chain(["index"]) {
            if let Ok(Found::File(file)) = self.module(name) {
                let path = file.strip_prefix(&self.folder).ok().and_then(Path::to_str);
                let replacement = path.and_then(|path| self.replacement(path));
                return replacement.unwrap_or(Ok(Found::File(file)));
            }
        }
        Err("it names no module".to_owned())
    }

    /// The file that a path means, which may lack its end.
    fn module(&self, path: &str) -> Result<Found, String> {
        let file = self.file(path)?;
        let candidates = [
            file.clone(),
            file.with_added_extension("js"),
            file.with_added_extension("mjs"),
            file.join("index.js"),
        ];
        let found = candidates.into_iter().find(|file| file.is_file());
        let found = found.ok_or_else(|| format!("there is no module \"{path}\" in it"));
        found.map(Found::File)
    }
}

/// What `exports` has for a subpath, which starts with a point.
///
/// <https://nodejs.org/api/packages.html#package-entry-points>
fn exported(exports: &Value, subpath: &str) -> Option<String> {
    let paths = exports
        .as_object()
        .filter(|object| object.keys().any(|key| key.starts_with('.')));
    let Some(paths) = paths else {
        return (subpath == ".").then(|| target(exports, "", 0)).flatten();
    };
    if let Some(value) = paths.get(subpath) {
        return target(value, "", 0);
    }
    // The pattern with the longest beginning.
    let (_, value, middle) = paths
        .iter()
        .filter_map(|(key, value)| {
            let (start, end) = key.split_once('*')?;
            let middle = subpath.strip_prefix(start)?.strip_suffix(end)?;
            (!middle.is_empty()).then_some((start.len(), value, middle))
        })
        .max_by_key(|(length, ..)| *length)?;
    target(value, middle, 0)
}

/// The path that conditions lead to; `middle` is what stands for the asterisk.
fn target(value: &Value, middle: &str, depth: usize) -> Option<String> {
    if depth > MAX_DEPTH {
        return None;
    }
    match value {
        Value::String(path) => Some(path.replace('*', middle)),
        Value::Array(choices) => choices
            .iter()
            .find_map(|choice| target(choice, middle, depth + 1)),
        Value::Object(conditions) => CONDITIONS
            .iter()
            .filter_map(|condition| conditions.get(*condition))
            .find_map(|value| target(value, middle, depth + 1)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_and_subpaths() {
        assert_eq!(split("a"), Some(("a", "")));
        assert_eq!(split("a/b/c.js"), Some(("a", "/b/c.js")));
        assert_eq!(split("@s/a"), Some(("@s/a", "")));
        assert_eq!(split("@s/a/b"), Some(("@s/a", "/b")));
        for specifier in ["", "@s", ".a", "a:b", "#a", "@s/.a", "a%2fb", "a\\b", "@/a"] {
            assert_eq!(split(specifier), None, "{specifier:?}");
        }
    }

    #[test]
    fn exports() {
        let conditions = json!({
            "node": "./node.js",
            "browser": { "development": "./dev.js", "import": "./web.js" },
            "default": "./default.js",
        });
        for (exports, subpath, expected) in [
            (json!("./a.js"), ".", Some("./a.js")),
            (json!("./a.js"), "./b", None),
            (conditions.clone(), ".", Some("./web.js")),
            (
                json!({ ".": conditions, "./b": "./b.js" }),
                "./b",
                Some("./b.js"),
            ),
            (json!({ "require": "./a.cjs" }), ".", None),
            (json!([{ "node": "./a.js" }, "./b.js"]), ".", Some("./b.js")),
            (
                json!({ "./*": "./dist/*.js", "./x/*": "./y/*" }),
                "./a",
                Some("./dist/a.js"),
            ),
            (
                json!({ "./*": "./dist/*.js", "./x/*": "./y/*" }),
                "./x/a.js",
                Some("./y/a.js"),
            ),
            (json!({ "./a": null }), "./a", None),
        ] {
            assert_eq!(
                exported(&exports, subpath).as_deref(),
                expected,
                "{exports}"
            );
        }
    }
}
