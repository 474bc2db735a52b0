//! Where a program comes from.

use std::{
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use taipan::{Error, SourceKind, Url};

use crate::args::{Program, RunArgs};

/// What is to be run.
pub(crate) enum Origin {
    /// Code that was given or read from standard input.
    Code(String),
    /// A file, by the path that was given.
    File(PathBuf),
    /// What the URL names.
    Url,
}

/// A program, not yet read if it is a file or has a URL of its own.
pub(crate) struct Place {
    pub(crate) origin: Origin,
    /// Its URL; for a file that of where the path leads to at last, for code without one that
    /// of a file in the current directory or beside the base URL.
    pub(crate) url: Url,
}

impl Place {
    /// Finds the program that the command line names.
    ///
    /// # Errors
    ///
    /// Fails when there is no such file, and when standard input cannot be read.
    pub(crate) fn of(args: &RunArgs) -> Result<Self, Error> {
        let base = args.runtime.base_url.as_ref();
        match args.program() {
            Program::Code(code) | Program::Print(code) => Ok(Self {
                origin: Origin::Code(code.to_owned()),
                url: beside("eval.js", base)?,
            }),
            Program::None | Program::Named("-") => Ok(Self {
                origin: Origin::Code(standard_input()?),
                url: beside("stdin.js", base)?,
            }),
            Program::Named(name) => match url(name) {
                Some(url) => Ok(Self {
                    origin: Origin::Url,
                    url,
                }),
                None => Ok(Self {
                    origin: Origin::File(name.into()),
                    url: file_url(Path::new(name))?,
                }),
            },
        }
    }
}

fn standard_input() -> Result<String, Error> {
    let mut source = Vec::new();
    io::stdin()
        .read_to_end(&mut source)
        .map_err(|error| file_error(Path::new("-"), error))?;
    Ok(String::from_utf8_lossy(&source).into_owned())
}

fn file_error(path: &Path, source: io::Error) -> Error {
    Error::File {
        path: path.to_owned(),
        source,
    }
}

/// The URL of a file that is there.
///
/// # Errors
///
/// Fails when it is not.
pub(crate) fn file_url(path: &Path) -> Result<Url, Error> {
    let error = |source| file_error(path, source);
    let absolute = match path.canonicalize() {
        Ok(absolute) => absolute,
        Err(missing) if missing.kind() == io::ErrorKind::NotFound && !path.exists() => {
            return Err(error(missing));
        }
        // What has no place in the tree of files, a pipe say, has a name.
        Err(_) => std::path::absolute(path).map_err(error)?,
    };
    Url::from_file_path(&absolute)
        .map_err(|()| error(io::Error::other("the path cannot be written as a URL")))
}

/// What is written like a URL is one, unless a file has that name. A drive letter is no
/// scheme.
pub(crate) fn url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    (url.scheme().len() > 1 && !Path::new(text).exists()).then_some(url)
}

/// The URL of a program that has no file: as if it were one beside the base URL, or in the
/// current directory.
pub(crate) fn beside(name: &str, base: Option<&Url>) -> Result<Url, Error> {
    // A base that nothing can stand beside, a data: URL say, is none.
    if let Some(Ok(url)) = base.map(|base| base.join(name)) {
        return Ok(url);
    }
    let error = |source| file_error(Path::new(name), source);
    let path = std::env::current_dir().map_err(error)?.join(name);
    Url::from_file_path(&path)
        .map_err(|()| error(io::Error::other("the current directory has no URL")))
}

/// How the program at `url` is to be read, if that is to be found out and its name says it.
/// Otherwise its content decides.
///
/// A `package.json` has no say: what has the syntax of a module is one in any case, and what has not is
/// more often a bundle for `<script>` inside a package of modules than a module without imports.
pub(crate) fn kind_of(url: &Url, kind: SourceKind) -> SourceKind {
    match url.path().rsplit_once('.') {
        Some((_, "cjs")) if kind == SourceKind::Detect => SourceKind::Script,
        _ => kind,
    }
}

/// Whether the name of what a URL names ends so, in whatever case.
pub(crate) fn has_extension(url: &Url, extension: &str) -> bool {
    let name = url.path().rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.')
        .is_some_and(|(_, own)| own.eq_ignore_ascii_case(extension))
}
