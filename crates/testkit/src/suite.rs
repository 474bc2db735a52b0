//! The suites a runner knows: where their files are and at which URLs.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::meta::Meta;
use crate::mounts::Mounts;
use crate::suites::Entry;

/// One run of one file of a suite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The file relative to the suite, with its variant: what reports and expectations say.
    pub name: String,
    /// Its URL path, without the variant.
    pub path: String,
    /// Its variant, with the question mark, or nothing.
    pub variant: String,
    /// It asked for more time than usual.
    pub long: bool,
}

/// Directories of test files.
#[derive(Debug, Clone)]
pub struct Suite {
    /// Its name.
    pub name: String,
    /// What is looked through for test files.
    roots: Vec<PathBuf>,
    /// What the names of its files are relative to.
    directory: PathBuf,
    prefix: String,
    /// Which of the files are test files, by their names.
    takes: Takes,
    /// What its server has at which path.
    pub mounts: Mounts,
    /// Whether a file runs as one script together with those it names.
    ///
    /// In Boa 0.22 a function of one script does not see a `let` of a later one, which is what
    /// shared helpers of the conformance suites rely on. That is not what those suites are to
    /// find out here.
    pub join_scripts: bool,
    /// Whether files are told where they are by a `location`, as the checkout's tests expect,
    /// and end when their last test has.
    pub web: bool,
    /// Whether files are run in a worker.
    pub in_worker: bool,
    /// Whether scripts see types of WebAssembly.
    pub type_reflection: bool,
    /// The checkout whose own server is to answer, if its tests need it.
    pub served_by: Option<PathBuf>,
}

/// Which files of a suite's directories are test files.
#[derive(Debug, Clone, Copy)]
enum Takes {
    AnyJs,
    Wast,
    Entry(&'static Entry),
}

impl Takes {
    fn file(self, name: &str) -> bool {
        match self {
            Self::AnyJs => name.ends_with(".any.js"),
            Self::Wast => name.ends_with(".wast"),
            Self::Entry(entry) => entry.takes(name),
        }
    }
}

impl Suite {
    /// The WebAssembly specification's tests of the JavaScript API, at `directory`.
    #[must_use]
    pub fn js_api(directory: &Path) -> Self {
        Self {
            join_scripts: true,
            ..Self::at("js-api", directory, "/wasm/jsapi", Mounts::new())
        }
    }

    /// Web-platform-tests' `wasm/webapi` at `directory`; they use scripts of `js_api`.
    #[must_use]
    pub fn webapi(directory: &Path, js_api: &Path) -> Self {
        let mounts = Mounts::new()
            .with("/wasm/jsapi", js_api)
            .with("/wasm", directory.parent().unwrap_or(directory));
        Self {
            join_scripts: true,
            ..Self::at("webapi", directory, "/wasm/webapi", mounts)
        }
    }

    /// The core specification's scripts at `directory`.
    #[must_use]
    pub fn core(directory: &Path) -> Self {
        Self {
            takes: Takes::Wast,
            ..Self::at("core", directory, "/core", Mounts::new())
        }
    }

    /// Taipan's own tests at `directory`.
    #[must_use]
    pub fn js_tests(directory: &Path) -> Self {
        Self::at("js-tests", directory, "", Mounts::new())
    }

    /// A suite of the web-platform-tests checked out at `checkout`.
    #[must_use]
    pub fn wpt(entry: &'static Entry, checkout: &Path) -> Self {
        // The checkout's own server has this rule as well.
        let parser = checkout.join("resources/webidl2/lib/webidl2.js");
        let mounts = Mounts::new().with("/resources/WebIDLParser.js", parser);
        Self {
            roots: entry.roots.iter().map(|root| checkout.join(root)).collect(),
            takes: Takes::Entry(entry),
            web: true,
            served_by: entry.served.then(|| checkout.to_owned()),
            in_worker: entry.in_worker,
            type_reflection: entry.type_reflection,
            ..Self::at(entry.name, checkout, "", mounts)
        }
    }

    fn at(name: &str, directory: &Path, prefix: &str, mounts: Mounts) -> Self {
        Self {
            name: name.to_owned(),
            roots: vec![directory.to_owned()],
            directory: directory.to_owned(),
            prefix: prefix.to_owned(),
            takes: Takes::AnyJs,
            mounts: mounts.with(prefix, directory),
            join_scripts: false,
            web: false,
            served_by: None,
            in_worker: false,
            type_reflection: false,
        }
    }

    /// Puts another directory at a URL prefix.
    pub fn mount(&mut self, prefix: &str, directory: &Path) {
        self.mounts = std::mem::take(&mut self.mounts).with(prefix, directory);
    }

    /// Every run of every file a shell can run, in order of their names.
    pub fn cases(&self) -> io::Result<Vec<Case>> {
        let mut files = Vec::new();
        for root in &self.roots {
            collect(root, &mut files)?;
        }
        files.sort();
        files.dedup();
        let mut cases = Vec::new();
        for file in files {
            let relative = file.strip_prefix(&self.directory).unwrap_or(&file);
            let relative = relative.to_string_lossy().replace('\\', "/");
            if !self.takes.file(&relative) {
                continue;
            }
            // Some are in another encoding on purpose.
            let meta = Meta::parse(&String::from_utf8_lossy(&fs::read(&file)?));
            if !meta.fits_a_shell() || self.in_worker && !meta.fits_a_worker() {
                continue;
            }
            let variants = if meta.variants.is_empty() {
                vec![String::new()]
            } else {
                meta.variants
            };
            for variant in variants {
                cases.push(Case {
                    name: format!("{relative}{variant}"),
                    path: format!("{}/{relative}", self.prefix),
                    variant,
                    long: meta.long,
                });
            }
        }
        Ok(cases)
    }
}

/// Every file at or below `path`.
fn collect(path: &Path, into: &mut Vec<PathBuf>) -> io::Result<()> {
    let told =
        |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    if fs::metadata(path).map_err(told)?.is_file() {
        into.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path).map_err(told)? {
        let path = entry?.path();
        if path.is_dir()
            || path
                .extension()
                .is_some_and(|extension| extension == "js" || extension == "wast")
        {
            collect(&path, into)?;
        }
    }
    Ok(())
}
