//! Imports that whoever instantiates the module provides itself: sets of builtin functions, and
//! constant strings.

use crate::types::{ExternType, FuncType, GlobalType, RefType, ValType};
use crate::{CompileError, ImportInfo};

/// Which imports of a module are provided, instead of being imported.
///
/// Their types are checked when the module is compiled. What is provided is told by
/// [`ImportInfo::provided`].
///
/// ```
/// use taipan_compile::{Builtins, CompileOptions, JsStringBuiltin, Provided, compile};
///
/// let bytes = wat::parse_str(
///     r#"(module (import "wasm:js-string" "length" (func (param externref) (result i32))))"#,
/// )?;
/// let mut options = CompileOptions::default();
/// options.builtins = Builtins::js_string();
/// let module = compile(&bytes, &options)?;
/// assert_eq!(
///     module.info().imports[0].provided,
///     Some(Provided::JsString(JsStringBuiltin::Length))
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// <https://webassembly.github.io/spec/js-api/#builtins>
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Builtins {
    /// The names of sets of builtin functions. Unknown names mean nothing; none may be there twice.
    pub sets: Vec<String>,
    /// The module name by which immutable globals are imported that are strings: their own names.
    pub string_constants: Option<String>,
}

/// What is provided for an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Provided {
    /// A function of the set `js-string`.
    JsString(JsStringBuiltin),
    /// The string that is the import's name.
    StringConstant,
}

/// A builtin function on strings of JavaScript.
///
/// <https://webassembly.github.io/spec/js-api/#builtins-js-string>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JsStringBuiltin {
    /// Traps on what is not a string.
    Cast,
    /// Whether a value is a string.
    Test,
    /// A string of the code units in an array.
    FromCharCodeArray,
    /// Copies the code units of a string into an array.
    IntoCharCodeArray,
    /// A string of one code unit.
    FromCharCode,
    /// A string of one code point.
    FromCodePoint,
    /// The code unit at an index.
    CharCodeAt,
    /// The code point at an index.
    CodePointAt,
    /// The number of code units.
    Length,
    /// The concatenation of two strings.
    Concat,
    /// The part between two indices.
    Substring,
    /// Whether two strings are the same; both may be null.
    Equals,
    /// How two strings are ordered: -1, 0 or 1.
    Compare,
}

const NUMBER: ValType = ValType::I32;
const NULLABLE: ValType = ValType::Ref(RefType::EXTERNREF);
const STRING: ValType = ValType::Ref(RefType {
    nullable: false,
    ..RefType::EXTERNREF
});

impl JsStringBuiltin {
    /// The name of the set, as it is asked for.
    pub const SET: &'static str = "js-string";
    /// The module name that the functions are imported by.
    pub const MODULE: &'static str = "wasm:js-string";

    /// The builtin of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "cast" => Self::Cast,
            "test" => Self::Test,
            "fromCharCodeArray" => Self::FromCharCodeArray,
            "intoCharCodeArray" => Self::IntoCharCodeArray,
            "fromCharCode" => Self::FromCharCode,
            "fromCodePoint" => Self::FromCodePoint,
            "charCodeAt" => Self::CharCodeAt,
            "codePointAt" => Self::CodePointAt,
            "length" => Self::Length,
            "concat" => Self::Concat,
            "substring" => Self::Substring,
            "equals" => Self::Equals,
            "compare" => Self::Compare,
            _ => return None,
        })
    }

    /// The types of its parameters and of its result; `None` if one is an array, as there are none
    /// in a module that can be compiled.
    fn signature(self) -> Option<(&'static [ValType], ValType)> {
        Some(match self {
            Self::Cast => (&[NULLABLE], STRING),
            Self::Test | Self::Length => (&[NULLABLE], NUMBER),
            Self::FromCharCodeArray | Self::IntoCharCodeArray => return None,
            Self::FromCharCode | Self::FromCodePoint => (&[NUMBER], STRING),
            Self::CharCodeAt | Self::CodePointAt => (&[NULLABLE, NUMBER], NUMBER),
            Self::Concat => (&[NULLABLE, NULLABLE], STRING),
            Self::Substring => (&[NULLABLE, NUMBER, NUMBER], STRING),
            Self::Equals | Self::Compare => (&[NULLABLE, NULLABLE], NUMBER),
        })
    }

    /// Why an import of this type is not one of the builtin.
    fn mismatch(self, ty: &ExternType) -> Option<String> {
        let Some((params, result)) = self.signature() else {
            return Some("its type must have an array of the garbage collection proposal".into());
        };
        match ty {
            ExternType::Func(ty) if *ty.params == *params && *ty.results == [result] => None,
            _ => {
                let expected = FuncType::new(params.into(), [result].into());
                Some(format!("its type must be {expected}"))
            }
        }
    }
}

impl Builtins {
    /// The set `js-string` alone.
    pub fn js_string() -> Self {
        Self {
            sets: vec![JsStringBuiltin::SET.to_owned()],
            string_constants: None,
        }
    }

    /// <https://webassembly.github.io/spec/js-api/#validate-builtin-set-names>
    pub(crate) fn check_names(&self) -> Result<(), CompileError> {
        for (index, name) in self.sets.iter().enumerate() {
            if self.sets[..index].contains(name) {
                return Err(CompileError::invalid(
                    format!("the set of builtins \"{name}\" is asked for twice"),
                    0,
                ));
            }
        }
        Ok(())
    }

    /// What is provided for an import, whose type is at `offset`.
    ///
    /// <https://webassembly.github.io/spec/js-api/#validate-builtins-and-imported-string-for-a-webassembly-module>
    pub(crate) fn provide(
        &self,
        import: &ImportInfo,
        offset: usize,
    ) -> Result<Option<Provided>, CompileError> {
        let (provided, mismatch) = if self.string_constants.as_ref() == Some(&import.module) {
            (Provided::StringConstant, constant_mismatch(&import.ty))
        } else if import.module == JsStringBuiltin::MODULE
            && (self.sets.iter()).any(|name| name == JsStringBuiltin::SET)
            && let Some(builtin) = JsStringBuiltin::from_name(&import.name)
        {
            (Provided::JsString(builtin), builtin.mismatch(&import.ty))
        } else {
            return Ok(None);
        };
        match mismatch {
            None => Ok(Some(provided)),
            Some(reason) => Err(CompileError::invalid(
                format!(
                    "the import \"{}\" \"{}\" is provided: {reason}",
                    import.module, import.name
                ),
                offset,
            )),
        }
    }
}

fn constant_mismatch(ty: &ExternType) -> Option<String> {
    match ty {
        ExternType::Global(GlobalType {
            content: NULLABLE | STRING,
            mutable: false,
        }) => None,
        _ => Some("it must be an immutable global of type externref or (ref extern)".into()),
    }
}
