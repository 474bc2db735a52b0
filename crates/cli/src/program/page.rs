//! Programs that are HTML pages.

use taipan::{ConsoleSink as _, Error, Level, Runtime, SourceKind, Url, scripts::SourceText};
use taipan_page::{Page, is_page};

use super::place::{Origin, Place};
use crate::{args::RunArgs, output::Output};

/// What is known of a program before it runs.
pub(crate) enum Found {
    Page(SourceText),
    /// What a URL named, which is a script or a module.
    Script(SourceText),
    /// A script or a module that is not read yet.
    Unread,
}

/// Finds out whether the program is a page.
///
/// # Errors
///
/// Fails when what the program's URL names cannot be loaded.
pub(crate) fn find(runtime: &mut Runtime, place: &Place, kind: SourceKind) -> Result<Found, Error> {
    let is_unread = match &place.origin {
        Origin::Code(_) => true,
        Origin::File(_) => !is_page(None, place.url.path()),
        Origin::Url => false,
    };
    // Whoever says what it is does not mean a page.
    if is_unread || kind != SourceKind::Detect {
        return Ok(Found::Unread);
    }
    // What a server sends tells what it is, whatever its name.
    let program = runtime.load(&place.url)?;
    match is_page(program.mime_type.as_deref(), program.url.path()) {
        true => Ok(Found::Page(program)),
        false => Ok(Found::Script(program)),
    }
}

/// Runs a page to its end.
///
/// # Errors
///
/// Fails when the engine does.
pub(crate) fn run_page(
    runtime: &mut Runtime,
    page: &SourceText,
    args: &RunArgs,
    output: &Output,
) -> Result<(), Error> {
    let page = Page::run_source(runtime, &page.text, &page.url)?;
    let text = page.text();
    let text = text.trim_end_matches('\n');
    if args.print_text && !text.is_empty() {
        output.write(Level::Log, text);
    }
    Ok(())
}

/// Why a program that is no page cannot be shown as one.
pub(crate) fn not_a_page(url: &Url) -> Error {
    Error::Load {
        url: url.clone(),
        message: "it is not an HTML page, so it has no text to print".to_owned(),
    }
}
