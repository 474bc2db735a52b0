//! Reading programs without running them.
//!
//! ```
//! use taipan::{SourceKind, syntax::Outline};
//!
//! let url = "file:///main.js".parse()?;
//! let outline = Outline::of("import { a } from './a.js'; export const b = a", &url, SourceKind::Detect)?;
//! assert!(outline.is_module);
//! assert_eq!(outline.requests, ["./a.js"]);
//!
//! let error = Outline::of("let x = ;", &url, SourceKind::Detect).unwrap_err();
//! assert_eq!((error.line, error.column), (1, 9));
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```

use std::{collections::HashSet, fmt};

use boa_engine::{
    Context, JsResult, Script, Source,
    ast::{
        self, ModuleItemList,
        declaration::{ExportEntry, ImportName, ReExportImportName},
        operations::{ContainsSymbol, contains},
        scope::Scope,
    },
    interner::{Interner, Sym},
    parser::{self, Parser, error::ParseResult, lexer},
};
use url::Url;

use crate::{
    SourceKind,
    loader::{continued, parse_script},
    nesting,
};

/// Where source text is no JavaScript, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SyntaxError {
    /// What is wrong.
    pub message: String,
    /// The line, from one.
    pub line: u32,
    /// The character of the line, from one.
    pub column: u32,
    /// Whether more text could make it right: the text ends within something.
    pub is_incomplete: bool,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { message, .. } = self;
        write!(f, "{message} at line {}, col {}", self.line, self.column)
    }
}

impl std::error::Error for SyntaxError {}

/// What the lexer says of text that ends within something; none of it can be on one line.
const UNTERMINATED: [&str; 2] = [
    "unterminated template literal",
    "unterminated multiline comment",
];

impl SyntaxError {
    fn of(error: &parser::Error, text: &str) -> Self {
        let message = match error {
            parser::Error::General { message, .. }
            | parser::Error::Lex {
                err: lexer::Error::Syntax(message, _),
            } => message.to_string(),
            parser::Error::AbruptEnd => "unexpected end of the source text".to_owned(),
            other => other.to_string(),
        };
        let end = end_of(text);
        let told = place_of(error);
        // What was read to see what follows is none of the text.
        let (line, column) = told.map_or(end, |place| place.min(end));
        let suffix = told.map(|(line, column)| format!(" at line {line}, col {column}"));
        let message = suffix
            .and_then(|suffix| message.strip_suffix(&suffix).map(str::to_owned))
            .unwrap_or(message);
        let is_incomplete =
            matches!(error, parser::Error::AbruptEnd) || UNTERMINATED.contains(&message.as_str());
        Self {
            message,
            line,
            column,
            is_incomplete,
        }
    }
}

/// The line and column that an error of the parser names.
fn place_of(error: &parser::Error) -> Option<(u32, u32)> {
    let position = match error {
        parser::Error::Expected { span, .. } | parser::Error::Unexpected { span, .. } => {
            span.start()
        }
        parser::Error::General { position, .. }
        | parser::Error::Lex {
            err: lexer::Error::Syntax(_, position),
        } => *position,
        _ => return None,
    };
    Some((position.line_number(), position.column_number()))
}

/// Whether an error is about the text and not about what was put behind it.
fn is_within(error: &parser::Error, text: &str) -> bool {
    place_of(error).is_some_and(|place| place < end_of(text))
}

/// Line and column behind the last character of text that is no white space.
fn end_of(text: &str) -> (u32, u32) {
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let text = text.trim_end();
    let last = text.rsplit('\n').next().unwrap_or_default();
    let line = text.bytes().filter(|&byte| byte == b'\n').count() + 1;
    (number(line), number(last.chars().count() + 1))
}

/// A name that a module wants of another.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Import {
    /// Its name in the other module.
    pub name: String,
    /// The specifier of the other module.
    pub specifier: String,
    /// What the engine calls it when it is missing.
    pub(crate) told: String,
}

/// What a program shows without being run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outline {
    /// Whether it is a module. If it is not, the rest is empty.
    pub is_module: bool,
    /// The specifiers of all modules that it imports statically, in their order.
    pub requests: Vec<String>,
    /// The names that it wants of them.
    pub imports: Vec<Import>,
    /// The names that it exports.
    pub exports: HashSet<String>,
    /// Whether it exports more, all that another module exports.
    pub has_more_exports: bool,
}

impl Outline {
    /// Reads the text of the program at `url`.
    ///
    /// # Errors
    ///
    /// Fails when the text is no JavaScript, and when it is nested too deeply.
    pub fn of(text: &str, url: &Url, kind: SourceKind) -> Result<Self, SyntaxError> {
        match kind {
            SourceKind::Module => return Self::of_module(text),
            SourceKind::Detect if url.path().ends_with(".mjs") => return Self::of_module(text),
            _ => {}
        }
        let as_script = match check_script(text) {
            Ok(()) if kind == SourceKind::Script || !awaits_at_top_level(text) => {
                return Ok(Self::default());
            }
            Ok(()) => return Self::of_module(text),
            Err(error) if kind == SourceKind::Script => return Err(error),
            Err(error) => error,
        };
        // Wrong as both: the reading that got further is what was meant.
        Self::of_module(text).map_err(|as_module| {
            let place = |error: &SyntaxError| (error.line, error.column);
            if place(&as_module) > place(&as_script) {
                as_module
            } else {
                as_script
            }
        })
    }

    /// Reads the text of a module.
    ///
    /// # Errors
    ///
    /// As [`of`](Self::of).
    pub fn of_module(text: &str) -> Result<Self, SyntaxError> {
        parse(text, |text, interner| {
            let parse = |text: &str, interner: &mut Interner| module_tree(text, interner);
            let module = match parse(text, interner) {
                // What is wrong in the text itself comes before its end.
                Err(end @ parser::Error::AbruptEnd) => parse(&continued(text), interner)
                    .map_err(|error| if is_within(&error, text) { error } else { end })?,
                result => result?,
            };
            Ok(Self::read(module.items(), interner))
        })
    }

    fn read(items: &ModuleItemList, interner: &Interner) -> Self {
        let text = |name: Sym| interner.resolve_expect(name).to_string();
        let want = |told: Sym, name: Sym, specifier: Sym| Import {
            told: text(told),
            name: text(name),
            specifier: text(specifier),
        };
        let mut wants = Vec::new();
        let mut local = std::collections::HashMap::new();
        for import in &items.import_entries() {
            if let ImportName::Name(name) = import.import_name() {
                wants.push(want(name, name, import.module_request()));
                local.insert(import.local_name().sym(), (name, import.module_request()));
            }
        }
        let mut has_more_exports = false;
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
                ExportEntry::StarReExport { .. } => has_more_exports = true,
            }
        }
        Self {
            is_module: true,
            imports: wants,
            requests: items.requests().into_iter().map(text).collect(),
            exports: items.exported_names().into_iter().map(text).collect(),
            has_more_exports,
        }
    }
}

/// Whether text is a classic script.
///
/// # Errors
///
/// As [`Outline::of`].
pub fn check_script(text: &str) -> Result<(), SyntaxError> {
    parse(text, |text, interner| script_tree(text, interner).map(drop))
}

/// Whether text that is a script is one by chance only: `await (x)` calls a function there, but
/// if it is a module as well, then `await` is no name in it, and what stands outside of all
/// functions is meant to wait.
pub(crate) fn awaits_at_top_level(text: &str) -> bool {
    text.contains("await")
        && parse(text, |text, interner| {
            let module = module_tree(text, interner)?;
            Ok(contains(module.items(), ContainsSymbol::AwaitExpression))
        })
        .unwrap_or(false)
}

/// The syntax tree of a classic script; within [`parse`].
///
/// The engine's parser is generic, and a third of a megabyte: this and [`module_tree`] are compiled once for all who
/// read source text.
///
/// # Errors
///
/// If it is none.
pub fn script_tree(text: &str, interner: &mut Interner) -> ParseResult<ast::Script> {
    Parser::new(Source::from_bytes(text)).parse_script(&Scope::new_global(), interner)
}

/// The syntax tree of a module; within [`parse`].
///
/// # Errors
///
/// If it is none.
pub fn module_tree(text: &str, interner: &mut Interner) -> ParseResult<ast::Module> {
    Parser::new(Source::from_bytes(text)).parse_module(&Scope::new_global(), interner)
}

/// Compiles a classic script.
///
/// # Errors
///
/// A `SyntaxError`, with its place in the text.
pub fn compile_script(text: &str, url: Option<&Url>, context: &mut Context) -> JsResult<Script> {
    parse_script(text, url, context)
}

/// Calls `parse`, which parses `text`, with as much stack as that takes.
///
/// # Errors
///
/// As [`Outline::of`].
pub fn parse<R>(
    text: &str,
    parse: impl FnOnce(&str, &mut Interner) -> ParseResult<R>,
) -> Result<R, SyntaxError> {
    let parsed = nesting::with_stack(text, || parse(text, &mut Interner::default()));
    match parsed {
        Ok(parsed) => parsed.map_err(|error| SyntaxError::of(&error, text)),
        Err(too_deep) => {
            let message = too_deep.to_string();
            let line = u32::try_from(too_deep.line).unwrap_or(u32::MAX);
            Err(SyntaxError {
                message,
                line,
                column: 1,
                is_incomplete: false,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> SyntaxError {
        check_script(text).expect_err(text)
    }

    #[test]
    fn every_error_has_a_place() {
        for (text, line, column) in [
            ("let x = ;", 1, 9),
            ("\n  let let = 1", 2, 7),
            ("foo(1,\n  2\n\n", 2, 4),
            ("a = `b\nc", 2, 2),
            ("", 0, 0),
        ] {
            if text.is_empty() {
                assert_eq!(check_script(text), Ok(()));
                continue;
            }
            let error = error(text);
            assert_eq!(
                (error.line, error.column),
                (line, column),
                "{text}: {error}"
            );
            assert!(!error.message.contains("line"), "{error}");
        }
        let error = Outline::of_module("export { a").expect_err("incomplete");
        assert_eq!((error.line, error.column), (1, 11), "{error}");
    }

    #[test]
    fn what_ends_within_something_is_incomplete() {
        for text in [
            "foo(",
            "{",
            "a = `b",
            "/* c",
            "x +",
            "if (a)",
            "class A {",
            "[1,",
            "a ?",
            "() => {",
        ] {
            assert!(error(text).is_incomplete, "{text}");
        }
        for text in ["foo)", "a = 'b", "let let", "x + )", "}"] {
            assert!(!error(text).is_incomplete, "{text}");
        }
    }

    #[test]
    fn an_outline_has_imports_and_exports() {
        let outline = Outline::of_module(
            "import a, { b as c } from './1.js'; export * from './2.js'; export { c as d }; export default 1",
        )
        .expect("a module");
        assert_eq!(outline.requests, ["./1.js", "./2.js"]);
        let names: Vec<_> = outline.imports.iter().map(|import| &*import.name).collect();
        assert_eq!(names, ["default", "b", "b"]);
        assert!(outline.has_more_exports && outline.exports.contains("default"));
    }
}
