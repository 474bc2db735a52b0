//! The safety net: what the lowering has made is validated again before the engine relies on it.
//!
//! Debug builds, tests among them, validate the whole lowered module. Release builds validate what
//! differs from the original: the sections before the code, and function bodies that were written
//! or rewritten. The rest has been validated as part of the original, and the lowering keeps all
//! index spaces as they are.

use wasmparser::{
    BinaryReader, Chunk, FuncToValidate, FuncValidatorAllocations, FunctionBody, Parser, Validator,
    ValidatorResources, WasmFeatures,
};

use crate::CompileError;

/// The validated header of a lowered module.
pub(crate) struct Net {
    validator: Validator,
    features: WasmFeatures,
}

impl Net {
    /// Validates the sections before the code of a lowered module.
    pub(crate) fn header(bytes: &[u8], features: WasmFeatures) -> Result<Self, CompileError> {
        let mut validator = Validator::new_with_features(features);
        let mut parser = Parser::new(0);
        parser.set_features(features);
        let mut rest = bytes;
        while !rest.is_empty() {
            match parser.parse(rest, true).map_err(caught)? {
                Chunk::Parsed { consumed, payload } => {
                    validator.payload(&payload).map_err(caught)?;
                    rest = &rest[consumed..];
                }
                Chunk::NeedMoreData(_) => break,
            }
        }
        Ok(Self {
            validator,
            features,
        })
    }

    /// Validates the body of the function with this index, whose type has index `ty`; `functions`
    /// is the number of functions that the lowered module defines.
    pub(crate) fn body(
        mut self,
        body: &[u8],
        index: u32,
        ty: u32,
        functions: u32,
    ) -> Result<(), CompileError> {
        let resources = self.resources(functions).map_err(caught)?;
        let reader = BinaryReader::new_features(body, 0, self.features);
        FuncToValidate {
            resources,
            index,
            ty,
            features: self.features,
        }
        .into_validator(FuncValidatorAllocations::default())
        .validate(&FunctionBody::new(reader))
        .map_err(caught)
    }

    fn resources(&mut self, functions: u32) -> wasmparser::Result<ValidatorResources> {
        self.validator.code_section_start(functions, &(0..0))?;
        let any = FunctionBody::new(BinaryReader::new(&[], 0));
        Ok(self.validator.code_section_entry(&any)?.resources)
    }

    /// Validates all of a lowered module.
    pub(crate) fn everything(bytes: &[u8], features: WasmFeatures) -> Result<(), CompileError> {
        Validator::new_with_features(features)
            .validate_all(bytes)
            .map(drop)
            .map_err(caught)
    }
}

fn caught(error: wasmparser::BinaryReaderError) -> CompileError {
    CompileError::internal(format!("the module was lowered to an invalid one: {error}"))
}
