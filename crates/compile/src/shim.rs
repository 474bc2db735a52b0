//! Modules that do nothing but call a function.

use wasm_encoder::{
    CodeSection, EntityType, ExportKind, ExportSection, Function, FunctionSection, ImportSection,
    Instruction, Module, TypeSection,
};

use crate::lowering::exceptions::{encoded, erased};
use crate::{FuncType, ValType};

/// A module that imports a function of type `ty` and exports one of the same type, named `f`, which
/// calls it. It has no other imports and exports.
///
/// A host function that is called from such a function is never called from the host itself nor in
/// tail position, of which the engine could not resume either.
///
/// ```
/// use taipan_compile::{FuncType, ValType, shim};
///
/// let ty = FuncType::new([ValType::I32].into(), [].into());
/// let bytes = shim(&ty);
/// let module = wasmi::Module::new(&wasmi::Engine::default(), &bytes)?;
/// assert_eq!(module.imports().count(), 1);
/// # Ok::<(), wasmi::Error>(())
/// ```
pub fn shim(ty: &FuncType) -> Vec<u8> {
    let encode =
        |types: &[ValType]| -> Vec<_> { types.iter().map(|&ty| encoded(erased(ty))).collect() };
    let mut types = TypeSection::new();
    types.ty().function(encode(&ty.params), encode(&ty.results));
    let mut imports = ImportSection::new();
    imports.import("", "f", EntityType::Function(0));
    let mut functions = FunctionSection::new();
    functions.function(0);
    let mut exports = ExportSection::new();
    exports.export("f", ExportKind::Func, 1);
    let mut body = Function::new([]);
    for (local, _) in (0..).zip(&ty.params) {
        body.instruction(&Instruction::LocalGet(local));
    }
    body.instruction(&Instruction::Call(0))
        .instruction(&Instruction::End);
    let mut code = CodeSection::new();
    code.function(&body);
    let mut module = Module::new();
    module
        .section(&types)
        .section(&imports)
        .section(&functions)
        .section(&exports)
        .section(&code);
    module.finish()
}
