//! Modules, and what there is to know of them.

use std::{io, ops::Range};

use arbitrary::Unstructured;
use serde_json::{Value, json};
use wasm_smith::{Config, Module};
use wasmparser::{
    CompositeInnerType, ExternalKind, FuncType, GlobalType, MemoryType, Parser, Payload, RefType,
    TableType, TypeRef, ValType, Validator, WasmFeatures,
};

use crate::random::Random;

/// How much a module may execute, in loops and calls.
const FUEL: u32 = 1_000;

/// How many bytes of randomness a module is made of.
const ENTROPY: Range<u64> = 200..6_000;

/// A module and what is done with it.
#[derive(Debug)]
pub struct Case {
    /// The module.
    pub wasm: Vec<u8>,
    /// Its imports and exports with their types.
    pub info: Value,
    /// What the calls are chosen by.
    pub seed: u32,
}

/// What both hosts have.
fn config(random: &mut Random) -> Config {
    Config {
        bulk_memory_enabled: true,
        canonicalize_nans: true,
        compact_imports_enabled: false,
        exceptions_enabled: false,
        export_everything: random.below(4) != 0,
        extended_const_enabled: false,
        gc_enabled: false,
        max_data_segments: 4,
        max_element_segments: 6,
        max_elements: 12,
        max_exports: 12,
        max_funcs: 8,
        max_globals: 8,
        max_imports: 8,
        max_instructions: 30 + random.below(170) as usize,
        max_memories: 1,
        max_memory32_bytes: 3 << 16,
        max_table_elements: 30,
        max_tables: 1 + random.below(3) as usize,
        max_types: 10,
        memory64_enabled: false,
        memory_max_size_required: true,
        min_funcs: 2,
        min_exports: 2,
        multi_value_enabled: true,
        reference_types_enabled: true,
        relaxed_simd_enabled: false,
        saturating_float_to_int_enabled: true,
        sign_extension_ops_enabled: true,
        simd_enabled: random.below(3) == 0,
        table_max_size_required: true,
        tail_call_enabled: false,
        threads_enabled: false,
        wide_arithmetic_enabled: false,
        ..Config::default()
    }
}

impl Case {
    /// The case with a number: always the same one.
    ///
    /// # Errors
    ///
    /// Fails when the generator does, which is an error in it.
    pub fn generate(seed: u64, index: u64) -> io::Result<Self> {
        let mut random = Random::new(seed ^ index.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        loop {
            let config = config(&mut random);
            let length = ENTROPY.start + random.below(ENTROPY.end - ENTROPY.start);
            let entropy: Vec<u8> = (0..length).map(|_| random.next() as u8).collect();
            let Ok(mut module) = Module::new(config, &mut Unstructured::new(&entropy)) else {
                continue;
            };
            module
                .ensure_termination(FUEL)
                .map_err(|error| io::Error::other(error.to_string()))?;
            let mut wasm = module.to_bytes();
            // Some are not valid.
            if random.below(25) == 0 {
                let mut spoiled = wasm.clone();
                let at = random.below(wasm.len() as u64) as usize;
                if let Some(byte) = spoiled.get_mut(at) {
                    *byte ^= 1 << random.below(8);
                }
                if !is_of_newer_proposal(&spoiled) {
                    wasm = spoiled;
                }
            }
            let info = describe(&wasm, 20 + random.below(40));
            return Ok(Self {
                wasm,
                info,
                seed: random.next() as u32,
            });
        }
    }
}

/// Whether a module is valid to who knows every proposal, and not to who knows the second edition of the standard: hosts
/// need not agree about it.
fn is_of_newer_proposal(wasm: &[u8]) -> bool {
    let is_valid = |features| {
        let mut validator = Validator::new_with_features(features);
        validator.validate_all(wasm).is_ok()
    };
    is_valid(WasmFeatures::all()) != is_valid(WasmFeatures::WASM2)
}

fn value_type(ty: ValType) -> &'static str {
    match ty {
        ValType::I32 => "i32",
        ValType::I64 => "i64",
        ValType::F32 => "f32",
        ValType::F64 => "f64",
        ValType::V128 => "v128",
        ValType::Ref(ty) => reference_type(ty),
    }
}

fn reference_type(ty: RefType) -> &'static str {
    if ty.is_func_ref() {
        "funcref"
    } else {
        "externref"
    }
}

fn function(ty: &FuncType) -> Value {
    let names = |types: &[ValType]| types.iter().map(|ty| value_type(*ty)).collect::<Vec<_>>();
    json!({ "parameters": names(ty.params()), "results": names(ty.results()) })
}

fn table(ty: &TableType) -> Value {
    json!({ "element": reference_type(ty.element_type), "initial": ty.initial, "maximum": ty.maximum })
}

fn memory(ty: &MemoryType) -> Value {
    json!({ "initial": ty.initial, "maximum": ty.maximum })
}

fn global(ty: &GlobalType) -> Value {
    json!({ "value": value_type(ty.content_type), "mutable": ty.mutable })
}

/// Imports and exports as far as the module can be read.
fn describe(wasm: &[u8], steps: u64) -> Value {
    let mut types: Vec<Value> = Vec::new();
    let (mut functions, mut tables, mut memories, mut globals) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut imports, mut exports) = (Vec::new(), Vec::new());
    let named = |types: &[Value], index: u32| types.get(index as usize).cloned();
    for payload in Parser::new(0).parse_all(wasm) {
        let Ok(payload) = payload else { break };
        match payload {
            Payload::TypeSection(section) => {
                for group in section.into_iter().flatten() {
                    for ty in group.into_types() {
                        types.push(match &ty.composite_type.inner {
                            CompositeInnerType::Func(ty) => function(ty),
                            _ => Value::Null,
                        });
                    }
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_iter().flatten() {
                    let (kind, ty) = match import.ty {
                        TypeRef::Func(index) => {
                            let ty = named(&types, index).unwrap_or_default();
                            functions.push(ty.clone());
                            ("function", ty)
                        }
                        TypeRef::Table(ty) => {
                            tables.push(table(&ty));
                            ("table", table(&ty))
                        }
                        TypeRef::Memory(ty) => {
                            memories.push(memory(&ty));
                            ("memory", memory(&ty))
                        }
                        TypeRef::Global(ty) => {
                            globals.push(global(&ty));
                            ("global", global(&ty))
                        }
                        TypeRef::Tag(_) => continue,
                    };
                    imports.push(json!({
                        "module": import.module, "name": import.name, "kind": kind, "type": ty
                    }));
                }
            }
            Payload::FunctionSection(section) => {
                let section = section.into_iter().flatten();
                functions.extend(section.map(|index| named(&types, index).unwrap_or_default()));
            }
            Payload::TableSection(section) => {
                tables.extend(section.into_iter().flatten().map(|entry| table(&entry.ty)));
            }
            Payload::MemorySection(section) => {
                memories.extend(section.into_iter().flatten().map(|ty| memory(&ty)));
            }
            Payload::GlobalSection(section) => {
                globals.extend(section.into_iter().flatten().map(|entry| global(&entry.ty)));
            }
            Payload::ExportSection(section) => {
                for export in section.into_iter().flatten() {
                    let (kind, list) = match export.kind {
                        ExternalKind::Func => ("function", &functions),
                        ExternalKind::Table => ("table", &tables),
                        ExternalKind::Memory => ("memory", &memories),
                        ExternalKind::Global => ("global", &globals),
                        ExternalKind::Tag => continue,
                    };
                    if let Some(ty) = named(list, export.index) {
                        exports.push(json!({ "name": export.name, "kind": kind, "type": ty }));
                    }
                }
            }
            _ => {}
        }
    }
    json!({ "imports": imports, "exports": exports, "steps": steps })
}
