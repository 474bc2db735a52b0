//! Modules that call functions and compare what they return within WebAssembly.

use wast::core::{WastArgCore, WastRetCore};

use super::value::{argument_type, comparison, constant, result_type};

/// A comparing module: it imports functions, and exports one function for each assertion, which is
/// called by its number, takes the references among the arguments, and returns 1 if all is well.
#[derive(Debug, Default)]
pub(super) struct Batch {
    imports: Vec<Import>,
    functions: String,
    length: usize,
}

#[derive(Debug, PartialEq, Eq)]
struct Import {
    module: Option<String>,
    name: String,
    /// The text of parameters and results.
    ty: String,
}

impl Batch {
    /// How many assertions there are.
    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// What is to be imported: the exports of these names of these instances.
    pub(super) fn functions(&self) -> impl Iterator<Item = (Option<&str>, &str)> {
        self.imports
            .iter()
            .map(|import| (import.module.as_deref(), &*import.name))
    }

    /// Adds an assertion and gives its number. The types are those of the results unless others
    /// are known.
    pub(super) fn add(
        &mut self,
        module: Option<&str>,
        name: &str,
        arguments: &[&WastArgCore<'_>],
        results: &[&WastRetCore<'_>],
        types: Option<&[&'static str]>,
    ) -> usize {
        let types: Vec<_> = match types {
            Some(types) => types.to_vec(),
            None => results.iter().map(|value| result_type(value)).collect(),
        };
        let mut checks = "(i32.const 1)".to_owned();
        for (index, expected) in results.iter().enumerate() {
            checks += &format!(" {} i32.and", comparison(expected, &format!("$r{index}")));
        }
        self.function(module, name, arguments, &types, &checks)
    }

    /// Adds a call, whatever it returns, and gives its number.
    pub(super) fn add_call(
        &mut self,
        module: Option<&str>,
        name: &str,
        arguments: &[&WastArgCore<'_>],
        results: &[&str],
    ) -> usize {
        self.function(module, name, arguments, results, "(i32.const 1)")
    }

    fn function(
        &mut self,
        module: Option<&str>,
        name: &str,
        arguments: &[&WastArgCore<'_>],
        results: &[&str],
        checks: &str,
    ) -> usize {
        let parameters: Vec<_> = arguments.iter().map(|value| argument_type(value)).collect();
        let import = Import {
            module: module.map(str::to_owned),
            name: name.to_owned(),
            ty: format!(
                "(param {}) (result {})",
                parameters.join(" "),
                results.join(" ")
            ),
        };
        let known = self.imports.iter().position(|known| *known == import);
        let function = known.unwrap_or_else(|| {
            self.imports.push(import);
            self.imports.len() - 1
        });
        let text = &mut self.functions;
        *text += &format!("(func (export \"{}\")", self.length);
        for _ in arguments.iter().filter(|value| constant(value).is_none()) {
            *text += " (param externref)";
        }
        *text += " (result i32)";
        for (index, ty) in results.iter().enumerate() {
            *text += &format!(" (local $r{index} {ty})");
        }
        let mut handed = 0;
        for value in arguments {
            match constant(value) {
                Some(constant) => *text += &format!(" {constant}"),
                None => {
                    *text += &format!(" (local.get {handed})");
                    handed += 1;
                }
            }
        }
        *text += &format!(" call {function}");
        for index in (0..results.len()).rev() {
            *text += &format!(" local.set $r{index}");
        }
        *text += &format!(" {checks})\n");
        self.length += 1;
        self.length - 1
    }

    /// The module.
    ///
    /// # Errors
    ///
    /// If it cannot be made: a mistake in here.
    pub(super) fn encode(&self) -> Result<Vec<u8>, String> {
        let mut text = "(module\n".to_owned();
        for (index, import) in self.imports.iter().enumerate() {
            text += &format!("(import \"\" \"{index}\" (func {}))\n", import.ty);
        }
        text += &self.functions;
        text += ")";
        wat::parse_str(&text).map_err(|error| error.to_string())
    }
}

/// Two modules that compare an imported global, for a constant one and for a variable one: a value
/// of script does not say which it is.
pub(super) fn global(expected: &WastRetCore<'_>) -> [Vec<u8>; 2] {
    let ty = result_type(expected);
    let comparison = comparison(expected, "$r0");
    [ty.to_owned(), format!("(mut {ty})")].map(|global| {
        let text = format!(
            "(module (import \"\" \"0\" (global {global}))
                (func (export \"0\") (result i32) (local $r0 {ty})
                    (local.set $r0 (global.get 0)) {comparison}))"
        );
        wat::parse_str(&text).unwrap_or_default()
    })
}
