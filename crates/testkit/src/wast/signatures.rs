//! What the functions return that modules of a script export.

use std::collections::HashMap;

use wasmparser::{
    AbstractHeapType, CompositeInnerType, ExternalKind, HeapType, Parser, Payload, TypeRef, ValType,
};

/// Types of results by the name of the instance and that of the export.
#[derive(Debug, Default)]
pub(super) struct Signatures(HashMap<Option<String>, HashMap<String, Vec<&'static str>>>);

impl Signatures {
    /// Notes the exports of a module that is instantiated under `name`, and as the latest.
    pub(super) fn note(&mut self, name: Option<&str>, module: &[u8]) {
        // What cannot be read will not be instantiated either.
        let exports = exports(module).unwrap_or_default();
        if name.is_some() {
            self.0.insert(name.map(str::to_owned), exports.clone());
        }
        self.0.insert(None, exports);
    }

    /// The types of what a function returns, if it is known.
    pub(super) fn results(&self, name: Option<&str>, export: &str) -> Option<&[&'static str]> {
        let exports = self.0.get(&name.map(str::to_owned))?;
        exports.get(export).map(Vec::as_slice)
    }
}

fn exports(module: &[u8]) -> wasmparser::Result<HashMap<String, Vec<&'static str>>> {
    let mut types = Vec::new();
    let mut functions = Vec::new();
    let mut exported = HashMap::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::TypeSection(section) => {
                for group in section {
                    for ty in group?.into_types() {
                        types.push(match ty.composite_type.inner {
                            CompositeInnerType::Func(ty) => {
                                ty.results().iter().copied().map(text).collect()
                            }
                            _ => Vec::new(),
                        });
                    }
                }
            }
            Payload::ImportSection(section) => {
                for import in section {
                    if let TypeRef::Func(ty) = import?.ty {
                        functions.push(ty);
                    }
                }
            }
            Payload::FunctionSection(section) => {
                for ty in section {
                    functions.push(ty?);
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export?;
                    if export.kind == ExternalKind::Func
                        && let Some(&ty) = functions.get(export.index as usize)
                        && let Some(results) = types.get(ty as usize)
                    {
                        exported.insert(export.name.to_owned(), results.clone());
                    }
                }
            }
            _ => {}
        }
    }
    Ok(exported)
}

fn text(ty: ValType) -> &'static str {
    match ty {
        ValType::I32 => "i32",
        ValType::I64 => "i64",
        ValType::F32 => "f32",
        ValType::F64 => "f64",
        ValType::V128 => "v128",
        ValType::Ref(ty) if ty.is_func_ref() => "funcref",
        ValType::Ref(ty) => match ty.heap_type() {
            HeapType::Abstract {
                ty: AbstractHeapType::Exn,
                ..
            } => "exnref",
            HeapType::Abstract {
                ty: AbstractHeapType::NoExn,
                ..
            } => "nullexnref",
            _ => "externref",
        },
    }
}
