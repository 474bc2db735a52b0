//! Import maps in files.

use std::{
    io::{self, Write as _},
    path::{Path, absolute},
};

use taipan::{Error, ImportMap, Url};

/// Reads an import map, and says what is wrong with its rules.
pub(crate) fn read(file: &Path) -> Result<ImportMap, Error> {
    let failed = |source: io::Error| Error::File {
        path: file.to_owned(),
        source,
    };
    let text = std::fs::read_to_string(file).map_err(failed)?;
    let path = absolute(file).map_err(failed)?;
    let base = Url::from_file_path(path);
    let base = base.map_err(|()| failed(io::Error::other("its path is no URL")))?;
    let map = ImportMap::parse(&text, &base).map_err(|error| failed(io::Error::other(error)))?;
    for warning in map.warnings() {
        // That nobody reads it changes nothing.
        let _ = writeln!(io::stderr(), "taipan: {}: {warning}", file.display());
    }
    Ok(map)
}
