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

use crate::{CompileError, CompileErrorKind};

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

    /// What validates the bodies of as many functions as the lowered module defines.
    pub(crate) fn into_resources(
        mut self,
        functions: u32,
    ) -> Result<ValidatorResources, CompileError> {
        self.resources(functions).map_err(caught)
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

/// The error for what the safety net has caught.
pub(crate) fn caught(error: impl Into<CompileError>) -> CompileError {
    let refused = error.into();
    let CompileError {
        kind,
        message,
        offset,
    } = &refused;
    if *kind == CompileErrorKind::Limit {
        // What the lowering adds counts, too: a module may be just below a limit.
        return CompileError {
            message: format!("the module is too large to be prepared for the engine: {message}"),
            offset: 0,
            ..refused
        };
    }
    CompileError::internal(format!(
        "the module was lowered to an invalid one: {message} at offset {offset} of it"
    ))
}

#[cfg(test)]
mod tests {
    use wasmparser::WasmFeatures;

    use super::Net;
    use crate::{CompileError, CompileErrorKind};

    const FEATURES: WasmFeatures = WasmFeatures::WASM2;

    fn kind<T>(outcome: Result<T, CompileError>) -> CompileErrorKind {
        match outcome {
            Ok(_) => panic!("not caught"),
            Err(error) => error.kind,
        }
    }

    /// A type, a function and an export of it.
    const HEADER: &[u8] =
        b"\0asm\x01\0\0\0\x01\x05\x01\x60\0\x01\x7f\x03\x02\x01\0\x07\x05\x01\x01f\0\0";

    #[test]
    fn headers_are_validated() {
        assert!(Net::header(HEADER, FEATURES).is_ok());
        let mut unknown_function = HEADER.to_vec();
        *unknown_function.last_mut().unwrap() = 1;
        assert_eq!(
            kind(Net::header(&unknown_function, FEATURES)),
            CompileErrorKind::Internal
        );
        let truncated = &HEADER[..HEADER.len() - 1];
        assert_eq!(
            kind(Net::header(truncated, FEATURES)),
            CompileErrorKind::Internal
        );
    }

    #[test]
    fn bodies_are_validated() {
        let body = |bytes: &[u8]| Net::header(HEADER, FEATURES)?.body(bytes, 0, 0, 1);
        assert_eq!(body(&[0, 0x41, 7, 0x0b]), Ok(()));
        assert_eq!(kind(body(&[0, 0x0b])), CompileErrorKind::Internal);
        assert_eq!(kind(body(&[0, 0x41, 7])), CompileErrorKind::Internal);
    }

    #[test]
    fn whole_modules_are_validated() {
        let code = b"\x0a\x06\x01\x04\0\x41\x07\x0b";
        let module = [HEADER, code].concat();
        assert_eq!(Net::everything(&module, FEATURES), Ok(()));
        assert_eq!(
            kind(Net::everything(HEADER, FEATURES)),
            CompileErrorKind::Internal
        );
    }

    #[test]
    fn a_module_that_grows_beyond_a_limit_is_too_large() {
        let mut module = HEADER[..8].to_vec();
        // A million and one types.
        module.extend_from_slice(&[1, 0xc6, 0x8d, 0xb7, 0x01, 0xc1, 0x84, 0x3d]);
        module.extend(std::iter::repeat_n([0x60, 0, 0], 1_000_001).flatten());
        assert_eq!(
            kind(Net::header(&module, FEATURES)),
            CompileErrorKind::Limit
        );
    }
}
