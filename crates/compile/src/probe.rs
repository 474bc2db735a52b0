//! A module that uses given features, to find out whether an engine has them.

use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, Function, FunctionSection, GlobalSection, GlobalType,
    Instruction, MemArg, MemorySection, MemoryType, Module, RefType, TableSection, TableType,
    TypeSection, ValType,
};

use crate::Features;

impl Features {
    /// A valid module which uses each of these features.
    pub(crate) fn build_probe(self) -> Vec<u8> {
        let mut memories = MemorySection::new();
        let memory = |memory64, page_size_log2| MemoryType {
            minimum: 0,
            maximum: None,
            memory64,
            shared: false,
            page_size_log2,
        };
        memories.memory(memory(self.memory64, self.custom_page_sizes.then_some(0)));
        if self.multi_memory {
            memories.memory(memory(false, None));
        }
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut functions = FunctionSection::new();
        functions.function(0);
        let mut tables = TableSection::new();
        tables.table(TableType {
            element_type: RefType::EXTERNREF,
            table64: false,
            minimum: 0,
            maximum: None,
            shared: false,
        });
        let mut globals = GlobalSection::new();
        if self.extended_const {
            globals.global(
                GlobalType {
                    val_type: ValType::I32,
                    mutable: true,
                    shared: false,
                },
                &ConstExpr::i32_const(1).with_i32_const(1).with_i32_add(),
            );
        }
        let mut body = Function::new([]);
        if self.simd {
            body.instruction(&Instruction::V128Const(0));
            if self.relaxed_simd {
                body.instruction(&Instruction::V128Const(0))
                    .instruction(&Instruction::I8x16RelaxedSwizzle);
            }
            body.instruction(&Instruction::Drop);
        }
        if self.wide_arithmetic {
            body.instruction(&Instruction::I64Const(0))
                .instruction(&Instruction::I64Const(0))
                .instruction(&Instruction::I64MulWideS)
                .instruction(&Instruction::Drop)
                .instruction(&Instruction::Drop);
        }
        let address = if self.memory64 {
            Instruction::I64Const(0)
        } else {
            Instruction::I32Const(0)
        };
        body.instruction(&address)
            .instruction(&Instruction::I32Load(MemArg {
                offset: 0,
                align: 0,
                memory_index: 0,
            }))
            .instruction(&Instruction::I32Extend8S)
            .instruction(&Instruction::F32ConvertI32S)
            .instruction(&Instruction::I32TruncSatF32S)
            .instruction(&Instruction::Drop)
            .instruction(&Instruction::DataDrop(0));
        if self.tail_call {
            body.instruction(&Instruction::ReturnCall(0));
        }
        body.instruction(&Instruction::End);
        let mut code = CodeSection::new();
        code.function(&body);
        let mut data = DataSection::new();
        data.passive([]);

        let mut module = Module::new();
        module
            .section(&types)
            .section(&functions)
            .section(&tables)
            .section(&memories)
            .section(&globals)
            .section(&wasm_encoder::DataCountSection { count: 1 })
            .section(&code)
            .section(&data);
        module.finish()
    }
}

#[cfg(test)]
mod tests {
    use wasmparser::Validator;

    use crate::Features;

    /// A probe tells engines with enough features from those that lack one.
    #[test]
    fn probes_are_valid_with_their_features_and_invalid_with_fewer() {
        let switches: [fn(&mut Features); 8] = [
            |features| features.simd = false,
            |features| features.relaxed_simd = false,
            |features| features.multi_memory = false,
            |features| features.memory64 = false,
            |features| features.tail_call = false,
            |features| features.extended_const = false,
            |features| features.wide_arithmetic = false,
            |features| features.custom_page_sizes = false,
        ];
        for set in 0..1u32 << switches.len() {
            let mut features = Features::default();
            for (bit, switch) in switches.iter().enumerate() {
                if set >> bit & 1 == 1 {
                    switch(&mut features);
                }
            }
            let probe = features.build_probe();
            let accepted_with = |features: Features| {
                Validator::new_with_features(features.engine())
                    .validate_all(&probe)
                    .is_ok()
            };
            assert!(accepted_with(features), "{features:?}");
            for switch in switches {
                let mut fewer = features;
                switch(&mut fewer);
                // Relaxed SIMD is of no use without SIMD.
                if fewer != features && (features.simd || !features.relaxed_simd) {
                    assert!(!accepted_with(fewer), "{features:?} {fewer:?}");
                }
            }
        }
    }
}
