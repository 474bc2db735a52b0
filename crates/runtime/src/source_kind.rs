//! Script or module?

use boa_engine::{Context, JsError, JsResult, Module, Script};
use url::Url;

use crate::{
    loader::{Loader, parse_script},
    syntax::awaits_at_top_level,
};

/// What a program's source text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SourceKind {
    /// A module if its name ends in `.mjs`; otherwise a script, unless it can only be read
    /// as a module because of `import`, `export`, `import.meta` or a top-level `await`, or
    /// could be read as one that awaits at the top level.
    #[default]
    Detect,
    /// A classic script.
    Script,
    /// A module.
    Module,
}

/// A program that was parsed.
pub(crate) enum Program {
    Script(Script),
    Module(Module),
}

impl Program {
    /// Parses a program.
    pub(crate) fn parse(
        text: &str,
        url: &Url,
        kind: SourceKind,
        loader: &Loader,
        context: &mut Context,
    ) -> JsResult<Self> {
        match kind {
            SourceKind::Script => parse_script(text, Some(url), context).map(Self::Script),
            SourceKind::Module => loader.add_module(text, url, context).map(Self::Module),
            SourceKind::Detect if url.path().ends_with(".mjs") => {
                loader.add_module(text, url, context).map(Self::Module)
            }
            SourceKind::Detect => {
                let as_script = match parse_script(text, Some(url), context) {
                    Ok(_) if awaits_at_top_level(text) => {
                        return loader.add_module(text, url, context).map(Self::Module);
                    }
                    Ok(script) => return Ok(Self::Script(script)),
                    Err(error) => error,
                };
                match loader.add_module(text, url, context) {
                    Ok(module) => Ok(Self::Module(module)),
                    // Wrong as both: the reading that got further is what was meant.
                    Err(as_module) if place(&as_module) > place(&as_script) => Err(as_module),
                    Err(_) => Err(as_script),
                }
            }
        }
    }
}

/// Line and column that a syntax error names; the greatest place if it names none, for
/// then parsing had got past the text.
fn place(error: &JsError) -> (u32, u32) {
    let message = error.as_native().map(|error| error.message().to_owned());
    let number = |text: &str, label: &str| -> Option<u32> {
        let digits = text.rsplit_once(label)?.1;
        let end = digits
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(digits.len());
        digits.get(..end)?.parse().ok()
    };
    message
        .and_then(|text| Some((number(&text, "line ")?, number(&text, "col ")?)))
        .unwrap_or((u32::MAX, u32::MAX))
}
