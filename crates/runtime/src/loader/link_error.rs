//! Errors of linking: the engine says which export it did not find, but neither where nor
//! for whom.

use std::collections::{HashMap, VecDeque};

use boa_engine::{JsError, JsNativeError};
use taipan_web::permissions::Permissions;
use url::Url;

use super::{resolve, short};
use crate::syntax::Outline;

/// A module's text and its URL, by the URL it was asked for.
pub(super) type Texts = HashMap<Url, (String, Url)>;

/// Adds to an error of linking the module at `main` which import it is about, if that can be
/// told.
pub(super) fn explain(
    error: JsError,
    main: &Url,
    texts: &Texts,
    permissions: &Permissions,
) -> JsError {
    let explained = error.as_native().filter(|native| native.is_syntax());
    let explained = explained.and_then(|native| {
        let missing = native.message().strip_suffix('`')?.rsplit_once('`')?.1;
        let (name, target, importer) = find(missing, main, texts, permissions)?;
        let kind = if native.message().contains("ambiguous") {
            "has more than one export"
        } else {
            "has no export"
        };
        Some(JsNativeError::syntax().with_message(format!(
            "{} {kind} named \"{name}\" (imported by {})",
            short(&target),
            short(&importer)
        )))
    });
    explained.map_or(error, JsError::from)
}

/// The name that is missing, the module it is missing from, and the one that imports it.
fn find(
    missing: &str,
    main: &Url,
    texts: &Texts,
    permissions: &Permissions,
) -> Option<(String, Url, Url)> {
    let mut outlines: HashMap<Url, Option<Outline>> = HashMap::new();
    let mut queue = VecDeque::from([main.clone()]);
    let mut candidates = Vec::new();
    // Everything that the program imports, breadth first.
    while let Some(asked) = queue.pop_front() {
        if outlines.contains_key(&asked) {
            continue;
        }
        let known = texts.get(&asked);
        let outline = known.and_then(|(text, _)| Outline::of_module(text).ok());
        if let (Some(outline), Some((_, url))) = (&outline, known) {
            let target = |specifier: &str| resolve(specifier, Some(url), permissions).ok();
            for want in outline.imports.iter().filter(|want| want.told == missing) {
                if let Some(target) = target(&want.specifier) {
                    candidates.push((want.name.clone(), target, url.clone()));
                }
            }
            queue.extend(
                outline
                    .requests
                    .iter()
                    .filter_map(|request| target(request)),
            );
        }
        outlines.insert(asked, outline);
    }
    // Others may import the same name from where it is. JSON modules have no outline.
    let lacks = |name: &str, target: &Url| match outlines.get(target) {
        Some(Some(outline)) => !outline.exports.contains(name) && !outline.has_more_exports,
        _ => name != "default",
    };
    let certain = candidates
        .iter()
        .position(|(name, target, _)| lacks(name, target));
    candidates.into_iter().nth(certain.unwrap_or(0))
}
