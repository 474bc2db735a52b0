//! Errors of linking: the engine says which export it did not find, but neither where nor
//! for whom.

use std::collections::{HashMap, HashSet, VecDeque};

use boa_engine::{
    JsError, JsNativeError, Source,
    ast::{
        ModuleItemList,
        declaration::{ExportEntry, ImportName, ReExportImportName},
        scope::Scope,
    },
    interner::{Interner, Sym},
    parser::Parser,
};
use url::Url;

use super::{continued, resolve, short};
use crate::nesting;

/// A module's text and its URL, by the URL it was asked for.
pub(super) type Texts = HashMap<Url, (String, Url)>;

/// One name that a module wants of another.
struct Want {
    /// What the engine calls it when it is missing.
    told: String,
    /// Its name in the other module.
    name: String,
    specifier: String,
}

/// What of a module matters here.
struct Outline {
    wants: Vec<Want>,
    /// All modules it imports.
    requests: Vec<String>,
    exports: HashSet<String>,
    /// Whether it has more exports, those of others.
    has_more: bool,
}

impl Outline {
    fn of(text: &str) -> Option<Self> {
        let mut interner = Interner::default();
        let text = continued(text);
        let parsed = nesting::with_stack(&text, || {
            Parser::new(Source::from_bytes(&text))
                .parse_module(&Scope::new_global(), &mut interner)
                .ok()
        });
        Some(Self::read(parsed.ok()??.items(), &interner))
    }

    fn read(items: &ModuleItemList, interner: &Interner) -> Self {
        let text = |name: Sym| interner.resolve_expect(name).to_string();
        let want = |told: Sym, name: Sym, specifier: Sym| Want {
            told: text(told),
            name: text(name),
            specifier: text(specifier),
        };
        let imports = items.import_entries();
        let mut wants = Vec::new();
        let mut local = HashMap::new();
        for import in &imports {
            if let ImportName::Name(name) = import.import_name() {
                wants.push(want(name, name, import.module_request()));
                local.insert(import.local_name().sym(), (name, import.module_request()));
            }
        }
        let mut has_more = false;
        for export in items.export_entries() {
            match export {
                // What was imported is not exported locally, even if it looks so.
                ExportEntry::Ordinary(export) => {
                    if let Some((name, specifier)) = local.get(&export.local_name()) {
                        wants.push(want(export.export_name(), *name, *specifier));
                    }
                }
                ExportEntry::ReExport(export) => {
                    if let ReExportImportName::Name(name) = export.import_name() {
                        wants.push(want(export.export_name(), name, export.module_request()));
                    }
                }
                ExportEntry::StarReExport { .. } => has_more = true,
            }
        }
        Self {
            wants,
            requests: items.requests().into_iter().map(text).collect(),
            exports: items.exported_names().into_iter().map(text).collect(),
            has_more,
        }
    }
}

/// Adds to an error of linking the module at `main` which import it is about, if that can be
/// told.
pub(super) fn explain(error: JsError, main: &Url, texts: &Texts) -> JsError {
    let explained = error.as_native().filter(|native| native.is_syntax());
    let explained = explained.and_then(|native| {
        let missing = native.message().strip_suffix('`')?.rsplit_once('`')?.1;
        let (name, target, importer) = find(missing, main, texts)?;
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
fn find(missing: &str, main: &Url, texts: &Texts) -> Option<(String, Url, Url)> {
    let mut outlines: HashMap<Url, Option<Outline>> = HashMap::new();
    let mut queue = VecDeque::from([main.clone()]);
    let mut candidates = Vec::new();
    // Everything that the program imports, breadth first.
    while let Some(asked) = queue.pop_front() {
        if outlines.contains_key(&asked) {
            continue;
        }
        let known = texts.get(&asked);
        let outline = known.and_then(|(text, _)| Outline::of(text));
        if let (Some(outline), Some((_, url))) = (&outline, known) {
            let target = |specifier: &str| resolve(specifier, Some(url)).ok();
            for want in outline.wants.iter().filter(|want| want.told == missing) {
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
        Some(Some(outline)) => !outline.exports.contains(name) && !outline.has_more,
        _ => name != "default",
    };
    let certain = candidates
        .iter()
        .position(|(name, target, _)| lacks(name, target));
    candidates.into_iter().nth(certain.unwrap_or(0))
}
