//! Types that the engine does not know, replaced by those that it does.
//!
//! References to functions of a certain type become references to functions, and references that
//! are never null become ones that may be. This is sound because nothing relies on what gets lost:
//! wherever a function is called by reference, its type is compared again.

use wasm_encoder::reencode::{self, Reencode};
use wasm_encoder::{
    ElementMode, ElementSection, ElementSegment, Elements, Encode, GlobalSection, ImportSection,
    Section, TableSection, TypeSection,
};
use wasmparser::{
    AbstractHeapType, BinaryReader, CompositeInnerType, Element, ElementItems, ElementKind,
    FromReader, Global, HeapType, Operator, RecGroup, RefType, SectionLimited, TableInit,
    WasmFeatures,
};

use super::constant::{Constant, Constants};
use crate::CompileError;
use crate::header::RawSections;

/// A reference type of the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Erased {
    Func,
    Extern,
    /// What is lowered after this, by the lowering of exceptions.
    Exception,
}

impl Erased {
    pub(crate) fn val_type(self) -> wasm_encoder::ValType {
        wasm_encoder::ValType::Ref(self.ref_type())
    }

    fn ref_type(self) -> wasm_encoder::RefType {
        match self {
            Self::Func => wasm_encoder::RefType::FUNCREF,
            Self::Extern => wasm_encoder::RefType::EXTERNREF,
            Self::Exception => wasm_encoder::RefType::EXNREF,
        }
    }
}

/// The engine's type for references to `heap`; `None` if it has none.
///
/// Every type that a module defines is one of functions: others are refused.
pub(crate) fn erase(heap: HeapType) -> Option<Erased> {
    match heap {
        HeapType::Concrete(_) => Some(Erased::Func),
        HeapType::Abstract { shared: false, ty } => match ty {
            AbstractHeapType::Func | AbstractHeapType::NoFunc => Some(Erased::Func),
            AbstractHeapType::Extern | AbstractHeapType::NoExtern => Some(Erased::Extern),
            AbstractHeapType::Exn | AbstractHeapType::NoExn => Some(Erased::Exception),
            // See `internal_references`.
            AbstractHeapType::Any
            | AbstractHeapType::Eq
            | AbstractHeapType::I31
            | AbstractHeapType::Struct
            | AbstractHeapType::Array
            | AbstractHeapType::None => Some(Erased::Extern),
            _ => None,
        },
        HeapType::Abstract { .. } => None,
    }
}

/// Writes types and instructions with the engine's types.
pub(crate) struct Eraser;

/// A type that has no counterpart: the validator was given a feature that cannot be lowered.
#[derive(Debug)]
pub(crate) struct NoSuchType;

impl Reencode for Eraser {
    type Error = NoSuchType;

    fn heap_type(
        &mut self,
        heap: HeapType,
    ) -> Result<wasm_encoder::HeapType, reencode::Error<NoSuchType>> {
        let erased = erase(heap).ok_or(reencode::Error::UserError(NoSuchType))?;
        Ok(erased.ref_type().heap_type)
    }

    fn ref_type(
        &mut self,
        ty: RefType,
    ) -> Result<wasm_encoder::RefType, reencode::Error<NoSuchType>> {
        Ok(wasm_encoder::RefType {
            nullable: true,
            heap_type: self.heap_type(ty.heap_type())?,
        })
    }
}

impl Eraser {
    /// A local's type.
    pub(crate) fn local(
        &mut self,
        ty: wasmparser::ValType,
    ) -> Result<wasm_encoder::ValType, CompileError> {
        self.val_type(ty).map_err(failed)
    }

    /// Writes an instruction whose immediates are types.
    pub(crate) fn instruction(
        &mut self,
        operator: Operator<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), CompileError> {
        Reencode::instruction(self, operator)
            .map_err(failed)?
            .encode(out);
        Ok(())
    }
}

fn failed<E: std::fmt::Debug>(error: reencode::Error<E>) -> CompileError {
    match error {
        reencode::Error::ParseError(error) => error.into(),
        error => CompileError::internal(format!("a type cannot be erased: {error:?}")),
    }
}

/// What a table is filled with when it is made, by the function that initialises tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FilledTable {
    pub(crate) table: u32,
    /// Whether its indices are 64 bits wide.
    pub(crate) table64: bool,
    /// The number of elements.
    pub(crate) size: u64,
    /// What it is filled with.
    pub(crate) element: Constant,
}

/// An active element segment whose elements are made by code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FilledElements {
    /// The index of the segment.
    pub(crate) segment: u32,
    pub(crate) table: u32,
    pub(crate) offset: Constant,
    pub(crate) elements: Vec<Constant>,
}

/// What is initialised by a function instead of by the engine, once the types are erased.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filled {
    /// Globals, and their values.
    pub(crate) globals: Vec<(u32, Constant)>,
    pub(crate) tables: Vec<FilledTable>,
    pub(crate) elements: Vec<FilledElements>,
    /// The elements of passive segments, which are in a hidden table one after the other.
    pub(crate) segments: Vec<Vec<Constant>>,
}

impl Filled {
    /// The functions which the values refer to.
    pub(crate) fn functions(&self) -> impl Iterator<Item = u32> + '_ {
        let globals = self.globals.iter().map(|(_, value)| value);
        let tables = self.tables.iter().map(|table| &table.element);
        let elements = self.elements.iter().flat_map(|segment| &segment.elements);
        let segments = self.segments.iter().flatten();
        (globals.chain(tables).chain(elements).chain(segments))
            .flat_map(|constant| constant.functions.iter().copied())
    }
}

/// Erases the types in the sections before the code, and lowers their constant expressions.
///
/// Tables lose what they are filled with, globals and active element segments what only code can
/// make: all that is returned. `imported` are the numbers of tables and of globals that come before
/// the first defined ones.
pub(crate) fn sections(
    raw: &mut RawSections,
    imported: (u32, u32),
    constants: &mut Constants,
    features: WasmFeatures,
) -> Result<Filled, CompileError> {
    if let Some(section) = reader(&raw.types, features)? {
        raw.types = types(section)?;
    }
    if let Some(section) = reader(&raw.imports, features)? {
        let mut imports = ImportSection::new();
        Eraser
            .parse_import_section(&mut imports, section)
            .map_err(failed)?;
        raw.imports = contents(&imports)?;
    }
    let mut filled = Filled::default();
    if let Some(section) = reader::<wasmparser::Table<'_>>(&raw.tables, features)? {
        let mut tables = TableSection::new();
        for (table, definition) in (imported.0..).zip(section) {
            let definition = definition?;
            tables.table(Eraser.table_type(definition.ty).map_err(failed)?);
            if let TableInit::Expr(expression) = definition.init {
                filled.tables.push(FilledTable {
                    table,
                    table64: definition.ty.table64,
                    size: definition.ty.initial,
                    element: constants.lower(&expression)?,
                });
            }
        }
        raw.tables = contents(&tables)?;
    }
    if let Some(section) = reader(&raw.globals, features)? {
        raw.globals = globals(section, imported.1, constants, &mut filled)?;
    }
    if let Some(section) = reader(&raw.elements, features)? {
        raw.elements = elements(section, constants, &mut filled)?;
    }
    Ok(filled)
}

/// All types are of functions. Recursive groups mean nothing to the engine.
fn types(section: SectionLimited<'_, RecGroup>) -> Result<Vec<u8>, CompileError> {
    let mut types = TypeSection::new();
    for group in section {
        for ty in group?.into_types() {
            let CompositeInnerType::Func(ty) = ty.composite_type.inner else {
                return Err(CompileError::internal("a type that is not of functions"));
            };
            let erased = |types: &[wasmparser::ValType]| {
                let types = types.iter().map(|ty| Eraser.local(*ty));
                types.collect::<Result<Vec<_>, _>>()
            };
            let params = erased(ty.params())?;
            types.ty().function(params, erased(ty.results())?);
        }
    }
    contents(&types)
}

fn globals(
    section: SectionLimited<'_, Global<'_>>,
    imported: u32,
    constants: &mut Constants,
    filled: &mut Filled,
) -> Result<Vec<u8>, CompileError> {
    let mut globals = GlobalSection::new();
    for (index, global) in (imported..).zip(section) {
        let global = global?;
        let mut ty = Eraser.global_type(global.ty).map_err(failed)?;
        let value = constants.lower(&global.init_expr)?;
        if value.needs_code {
            // Nobody else sees that it can be written.
            ty.mutable = true;
            let null = wasm_encoder::ConstExpr::ref_null(wasm_encoder::HeapType::EXTERN);
            globals.global(ty, &null);
            filled.globals.push((index, value));
        } else {
            globals.global(ty, &value.into_expression());
        }
    }
    contents(&globals)
}

fn elements(
    section: SectionLimited<'_, Element<'_>>,
    constants: &mut Constants,
    filled: &mut Filled,
) -> Result<Vec<u8>, CompileError> {
    let mut segments = ElementSection::new();
    for (index, element) in (0..).zip(section) {
        let element = element?;
        let active = match &element.kind {
            ElementKind::Active {
                table_index,
                offset_expr,
            } => Some((*table_index, constants.lower(offset_expr)?)),
            _ => None,
        };
        let items = match element.items {
            ElementItems::Functions(functions) => {
                let functions: Vec<u32> = functions.into_iter().collect::<Result<_, _>>()?;
                Elements::Functions(functions.into())
            }
            ElementItems::Expressions(ty, expressions) => {
                let values: Vec<Constant> = expressions
                    .into_iter()
                    .map(|expression| constants.lower(&expression?))
                    .collect::<Result<_, CompileError>>()?;
                let ty = Eraser.ref_type(ty).map_err(failed)?;
                if values.iter().any(|value| value.needs_code) {
                    match (&active, &element.kind) {
                        (Some((table, offset)), _) => filled.elements.push(FilledElements {
                            segment: index,
                            table: table.unwrap_or(0),
                            offset: offset.clone(),
                            elements: values,
                        }),
                        // It says that functions are referred to; these are none.
                        (None, ElementKind::Declared) => {}
                        (None, _) => filled.segments.push(values),
                    }
                    segments.passive(Elements::Expressions(ty, Vec::new().into()));
                    continue;
                }
                let values: Vec<_> = (values.into_iter())
                    .map(Constant::into_expression)
                    .collect();
                Elements::Expressions(ty, values.into())
            }
        };
        let offset;
        let mode = match active {
            Some((table, constant)) => {
                offset = constant.into_expression();
                ElementMode::Active {
                    table,
                    offset: &offset,
                }
            }
            None if matches!(element.kind, ElementKind::Declared) => ElementMode::Declared,
            None => ElementMode::Passive,
        };
        segments.segment(ElementSegment {
            mode,
            elements: items,
        });
    }
    contents(&segments)
}

/// The section with these contents, if there is one.
fn reader<'a, T: FromReader<'a>>(
    contents: &'a [u8],
    features: WasmFeatures,
) -> Result<Option<SectionLimited<'a, T>>, CompileError> {
    if contents.is_empty() {
        return Ok(None);
    }
    let reader = BinaryReader::new_features(contents, 0, features);
    Ok(Some(SectionLimited::new(reader)?))
}

/// The contents of a section, without their size.
fn contents(section: &impl Section) -> Result<Vec<u8>, CompileError> {
    let mut bytes = Vec::new();
    section.encode(&mut bytes);
    let mut reader = BinaryReader::new(&bytes, 0);
    reader.read_var_u32()?;
    let start = reader.current_position();
    bytes.drain(..start);
    Ok(bytes)
}
