//! The index spaces of a module, and what is added to them.

use wasmparser::{
    CompositeInnerType, FuncType, Parser, Payload, RefType as ParsedRefType, TypeRef, WasmFeatures,
};

use super::{ExceptionImport, HELPERS};
use crate::CompileError;
use crate::info::count;
use crate::types::{RefType, ValType};

/// A tag, as code gets to see it.
#[derive(Clone, Debug)]
pub(super) struct Tag {
    /// The global with its address.
    pub(super) address: u32,
    /// The globals that the payload passes through.
    pub(super) registers: Vec<u32>,
}

/// Where everything is.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    /// The types of the module.
    pub(super) types: Vec<FuncType>,
    /// The indices of the types of the functions that the module defines.
    pub(super) functions: Vec<u32>,
    pub(super) imported_functions: u32,
    pub(super) imported_globals: u32,
    /// For each imported table whether it has functions for elements.
    pub(super) imported_tables: Vec<bool>,
    pub(super) tags: Vec<Tag>,
    /// The globals that are added to the imports.
    pub(super) hidden_globals: Vec<ExceptionImport>,
    /// The registers of all tags, and their types.
    pub(super) registers: Vec<(u32, ValType)>,
}

impl Layout {
    pub(super) fn new(module: &[u8], features: WasmFeatures) -> Result<Self, CompileError> {
        let mut layout = Self::default();
        let mut tags = Vec::new();
        let mut parser = Parser::new(0);
        parser.set_features(features);
        for payload in parser.parse_all(module) {
            match payload? {
                Payload::TypeSection(section) => {
                    for group in section {
                        for ty in group?.into_types() {
                            // Nothing else gets through the header.
                            if let CompositeInnerType::Func(ty) = ty.composite_type.inner {
                                layout.types.push(ty);
                            }
                        }
                    }
                }
                Payload::ImportSection(section) => {
                    for import in section {
                        match import?.ty {
                            TypeRef::Func(_) => layout.imported_functions += 1,
                            TypeRef::Global(_) => layout.imported_globals += 1,
                            TypeRef::Table(ty) => {
                                let is_func = ty.element_type.is_func_ref()
                                    || is_function_reference(ty.element_type);
                                layout.imported_tables.push(is_func);
                            }
                            TypeRef::Tag(ty) => tags.push(ty.func_type_idx),
                            TypeRef::Memory(_) => {}
                        }
                    }
                }
                Payload::FunctionSection(section) => {
                    layout.functions = section.into_iter().collect::<Result<_, _>>()?;
                }
                Payload::TagSection(section) => {
                    for tag in section {
                        tags.push(tag?.func_type_idx);
                    }
                }
                Payload::CodeSectionStart { .. } => break,
                _ => {}
            }
        }
        layout.add_globals(&tags);
        Ok(layout)
    }

    fn add_globals(&mut self, tags: &[u32]) {
        self.hidden_globals = vec![ExceptionImport::Pending, ExceptionImport::Exception];
        self.hidden_globals
            .extend((0..count(tags.len())).map(ExceptionImport::Tag));
        let first_address = self.exception() + 1;
        for (address, ty) in (first_address..).zip(tags) {
            let params: Vec<ValType> = (self.types.get(*ty as usize))
                .map(|ty| ty.params().iter().map(|&ty| erased(ty.into())).collect())
                .unwrap_or_default();
            let registers = params
                .iter()
                .enumerate()
                .map(|(position, ty)| {
                    let index = params[..position].iter().filter(|other| *other == ty);
                    self.register(*ty, count(index.count()))
                })
                .collect();
            self.tags.push(Tag { address, registers });
        }
    }

    /// The global for the `index`th element of type `ty` in a payload.
    fn register(&mut self, ty: ValType, index: u32) -> u32 {
        let register = ExceptionImport::Payload { ty, index };
        let known = self
            .hidden_globals
            .iter()
            .position(|global| *global == register);
        let position = known.unwrap_or(self.hidden_globals.len());
        let global = self.imported_globals + count(position);
        if known.is_none() {
            self.hidden_globals.push(register);
            self.registers.push((global, ty));
        }
        global
    }

    /// The global with the address of the pending tag.
    pub(super) fn pending(&self) -> u32 {
        self.imported_globals
    }

    /// The global with the reference to the pending exception.
    pub(super) fn exception(&self) -> u32 {
        self.imported_globals + 1
    }

    /// The index of a hidden function.
    pub(super) fn helper(&self, helper: ExceptionImport) -> u32 {
        let position = HELPERS.iter().position(|other| *other == helper);
        self.imported_functions + count(position.unwrap_or(0))
    }

    /// What a function index becomes.
    pub(super) fn function(&self, index: u32) -> u32 {
        if index < self.imported_functions {
            index
        } else {
            index + count(HELPERS.len())
        }
    }

    /// What a global's index becomes.
    pub(super) fn global(&self, index: u32) -> u32 {
        if index < self.imported_globals {
            index
        } else {
            index + count(self.hidden_globals.len())
        }
    }

    /// Whether this is an imported table of functions.
    pub(super) fn is_foreign_function_table(&self, index: u32) -> bool {
        self.imported_tables.get(index as usize) == Some(&true)
    }
}

fn is_function_reference(ty: ParsedRefType) -> bool {
    RefType::from(ty).to_wasmi() == Some(wasmi::RefType::Func)
}

/// The type that the engine knows values of this type by.
pub(crate) fn erased(ty: ValType) -> ValType {
    match ty {
        ValType::Ref(ty) if ty.to_wasmi() == Some(wasmi::RefType::Func) => {
            ValType::Ref(RefType::FUNCREF)
        }
        ValType::Ref(_) => ValType::Ref(RefType::EXTERNREF),
        plain => plain,
    }
}
