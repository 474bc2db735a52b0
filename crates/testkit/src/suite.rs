//! The suites a runner knows: where their files are and at which URLs.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::meta::Meta;
use crate::mounts::Mounts;

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

/// A directory of test files.
#[derive(Debug, Clone)]
pub struct Suite {
    /// Its name.
    pub name: String,
    directory: PathBuf,
    prefix: String,
    /// What its server has at which path.
    pub mounts: Mounts,
    /// Whether a file runs as one script together with those it names.
    ///
    /// In Boa 0.22 a function of one script does not see a `let` of a later one, which is what
    /// shared helpers of the conformance suites rely on. That is not what those suites are to
    /// find out here.
    pub join_scripts: bool,
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

    /// Taipan's own tests at `directory`.
    #[must_use]
    pub fn js_tests(directory: &Path) -> Self {
        Self::at("js-tests", directory, "", Mounts::new())
    }

    fn at(name: &str, directory: &Path, prefix: &str, mounts: Mounts) -> Self {
        Self {
            name: name.to_owned(),
            directory: directory.to_owned(),
            prefix: prefix.to_owned(),
            mounts: mounts.with(prefix, directory),
            join_scripts: false,
        }
    }

    /// Puts another directory at a URL prefix.
    pub fn mount(&mut self, prefix: &str, directory: &Path) {
        self.mounts = std::mem::take(&mut self.mounts).with(prefix, directory);
    }

    /// Every run of every file a shell can run, in order of their names.
    pub fn cases(&self) -> io::Result<Vec<Case>> {
        let mut files = Vec::new();
        collect(&self.directory, &mut files)?;
        files.sort();
        let mut cases = Vec::new();
        for file in files {
            let meta = Meta::parse(&fs::read_to_string(&file)?);
            if !meta.fits_a_shell() {
                continue;
            }
            let relative = file.strip_prefix(&self.directory).unwrap_or(&file);
            let relative = relative.to_string_lossy().replace('\\', "/");
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

fn collect(directory: &Path, into: &mut Vec<PathBuf>) -> io::Result<()> {
    let entries = fs::read_dir(directory).map_err(|error| {
        io::Error::new(error.kind(), format!("{}: {error}", directory.display()))
    })?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, into)?;
        } else if path.to_string_lossy().ends_with(".any.js") {
            into.push(path);
        }
    }
    Ok(())
}
