//! Programs that are HTML pages.

use taipan::{Error, Runtime, Url};

/// Whether what `url` names is a page by its name.
pub(crate) fn is_page(url: &Url) -> bool {
    let name = url.path().rsplit('/').next().unwrap_or_default();
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    extension.is_some_and(|extension| {
        ["html", "htm"]
            .iter()
            .any(|page| extension.eq_ignore_ascii_case(page))
    })
}

/// Runs the page at `url`.
pub(crate) fn run_page(_runtime: &mut Runtime, url: &Url) -> Result<(), Error> {
    Err(Error::Load {
        url: url.clone(),
        message: "it is a page, and this build runs scripts and modules only".to_owned(),
    })
}
