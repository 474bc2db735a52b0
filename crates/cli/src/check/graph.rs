//! The files that are checked: those that were named, and all that they import.

use std::{
    collections::{BTreeMap, VecDeque},
    fs,
    path::Path,
};

use taipan::{
    ImportMap, Permissions, SourceKind, Url,
    syntax::{Import, Outline, SyntaxError},
};

use crate::{
    program::place,
    report::{Style, excerpt},
};

/// Something that is wrong.
#[derive(Debug)]
pub(super) struct Problem {
    class: &'static str,
    message: String,
    /// The file, and the place in it if that is known.
    url: String,
    place: Option<Place>,
}

#[derive(Debug)]
struct Place {
    text: String,
    line: u32,
    column: u32,
}

impl Problem {
    /// The report for people.
    pub(super) fn show(&self, style: &Style) -> String {
        let Self { message, url, .. } = self;
        let class = style.failure(self.class);
        match &self.place {
            Some(Place { text, line, column }) => {
                let excerpt = excerpt(text, *column, style);
                let at = style.location(url, *line, *column);
                format!("{class}: {message}\n{excerpt}\n    at {at}")
            }
            None => format!("{class}: {message}\n    at {}", style.location_name(url)),
        }
    }
}

/// What a file turned out to be.
enum Content {
    Program(Outline),
    /// It has a default export and no other.
    Json,
    /// What no program can import, or what is wrong already.
    Other,
}

/// Files by their URLs.
pub(super) struct Graph {
    import_map: ImportMap,
    contents: BTreeMap<Url, Content>,
    pub(super) problems: Vec<Problem>,
}

impl Graph {
    /// No files yet.
    pub(super) fn new(import_map: ImportMap) -> Self {
        Self {
            import_map,
            contents: BTreeMap::new(),
            problems: Vec::new(),
        }
    }

    /// How many files were looked at.
    pub(super) fn len(&self) -> usize {
        self.contents.len()
    }

    /// Adds a file and all that it imports.
    pub(super) fn add_file(&mut self, file: &str, kind: SourceKind) {
        let url = match place::url(file).filter(|url| url.scheme() == "file") {
            Some(url) => Ok(url),
            None => place::file_url(Path::new(file)),
        };
        match url {
            Ok(url) => self.add(url, kind),
            Err(error) => self.problem("Error", error.to_string(), file, None),
        }
    }

    fn add(&mut self, url: Url, kind: SourceKind) {
        let mut queue = VecDeque::from([(url, kind, None)]);
        while let Some((url, kind, importer)) = queue.pop_front() {
            if self.contents.contains_key(&url) {
                continue;
            }
            let content = self.read(&url, kind, importer.as_ref());
            if let Content::Program(outline) = &content {
                for specifier in &outline.requests {
                    match self.resolve(specifier, &url) {
                        Ok(Some(target)) => {
                            queue.push_back((target, SourceKind::Module, Some(url.clone())));
                        }
                        // What a server has is known when the program runs.
                        Ok(None) => {}
                        Err(message) => self.problem("TypeError", message, url.as_str(), None),
                    }
                }
            }
            self.contents.insert(url, content);
        }
    }

    /// Reads a file and says what is wrong in it.
    fn read(&mut self, url: &Url, kind: SourceKind, importer: Option<&Url>) -> Content {
        let bytes = url
            .to_file_path()
            .map_err(|()| "it names no local file".to_owned())
            .and_then(|path| fs::read(path).map_err(|error| error.to_string()));
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(error) => {
                let message = format!("cannot read {url}: {error}");
                let at = importer.unwrap_or(url);
                self.problem("Error", message, at.as_str(), None);
                return Content::Other;
            }
        };
        if place::has_extension(url, "wasm") || bytes.starts_with(b"\0asm") {
            if importer.is_some() {
                let message = "WebAssembly modules cannot be imported; fetch and instantiate them";
                self.problem("TypeError", message.to_owned(), url.as_str(), None);
            }
            if let Err(error) = taipan_compile::validate(&bytes) {
                self.problem("CompileError", error.to_string(), url.as_str(), None);
            }
            return Content::Other;
        }
        if kind == SourceKind::Detect && taipan_page::is_page(None, url.path()) {
            let message = "pages cannot be checked, only scripts, modules, JSON and WebAssembly";
            self.problem("Error", message.to_owned(), url.as_str(), None);
            return Content::Other;
        }
        let text = String::from_utf8_lossy(&bytes);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        if place::has_extension(url, "json") {
            return self.read_json(text, url);
        }
        match Outline::of(text, url, place::kind_of(url, kind)) {
            Ok(outline) => Content::Program(outline),
            Err(error) => {
                let SyntaxError { line, column, .. } = error;
                let place = line_of(text, line, column);
                self.problem("SyntaxError", error.message, url.as_str(), Some(place));
                Content::Other
            }
        }
    }

    fn read_json(&mut self, text: &str, url: &Url) -> Content {
        match serde_json::from_str::<serde::de::IgnoredAny>(text) {
            Ok(_) => Content::Json,
            Err(error) => {
                let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
                let message = error.to_string();
                let suffix = format!(" at line {} column {}", error.line(), error.column());
                let message = message.strip_suffix(&suffix).unwrap_or(&message).to_owned();
                let place = line_of(text, number(error.line()), number(error.column()));
                self.problem("SyntaxError", message, url.as_str(), Some(place));
                Content::Other
            }
        }
    }

    /// Checks whether what is imported by name is exported.
    pub(super) fn check_imports(&mut self) {
        let mut missing = Vec::new();
        for (url, content) in &self.contents {
            let Content::Program(outline) = content else {
                continue;
            };
            for Import {
                name, specifier, ..
            } in &outline.imports
            {
                let Ok(Some(target)) = self.resolve(specifier, url) else {
                    continue;
                };
                let has_it = match self.contents.get(&target) {
                    Some(Content::Program(outline)) => {
                        outline.exports.contains(name) || outline.has_more_exports
                    }
                    Some(Content::Json) => name == "default",
                    _ => true,
                };
                if !has_it {
                    let message = format!("{target} has no export named \"{name}\"");
                    missing.push((message, url.to_string()));
                }
            }
        }
        for (message, url) in missing {
            self.problem("SyntaxError", message, &url, None);
        }
    }

    /// The local file that a specifier names, if it is one.
    fn resolve(&self, specifier: &str, importer: &Url) -> Result<Option<Url>, String> {
        let mapped = self.import_map.resolve(specifier, Some(importer));
        let mapped = mapped.map_err(|error| format!("cannot resolve \"{specifier}\": {error}"))?;
        let url = match mapped {
            Some(url) => url,
            None => taipan::scripts::resolve(specifier, importer, &Permissions::all())?,
        };
        Ok((url.scheme() == "file").then_some(url))
    }

    fn problem(&mut self, class: &'static str, message: String, url: &str, place: Option<Place>) {
        self.problems.push(Problem {
            class,
            message,
            url: url.to_owned(),
            place,
        });
    }
}

fn line_of(text: &str, line: u32, column: u32) -> Place {
    let index = usize::try_from(line)
        .unwrap_or(usize::MAX)
        .saturating_sub(1);
    Place {
        text: text.split('\n').nth(index).unwrap_or_default().to_owned(),
        line,
        column,
    }
}
