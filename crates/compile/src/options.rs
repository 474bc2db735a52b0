//! What is accepted, and the engine settings that go with it.

use wasmparser::WasmFeatures;

use crate::{Builtins, Limits};

/// Which proposals beyond the [first release][wasm1] and its uncontroversial extensions modules
/// may use.
///
/// Mutable globals, multiple values, sign extension, saturating conversions, bulk memory
/// operations and reference types are always on.
///
/// [wasm1]: https://www.w3.org/TR/wasm-core-1/
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Features {
    /// [Fixed-width SIMD](https://github.com/WebAssembly/simd).
    pub simd: bool,
    /// [Relaxed SIMD](https://github.com/WebAssembly/relaxed-simd).
    pub relaxed_simd: bool,
    /// [Multiple memories](https://github.com/WebAssembly/multi-memory).
    pub multi_memory: bool,
    /// [64-bit memories and tables](https://github.com/WebAssembly/memory64).
    pub memory64: bool,
    /// [Tail calls](https://github.com/WebAssembly/tail-call).
    pub tail_call: bool,
    /// [Extended constant expressions](https://github.com/WebAssembly/extended-const).
    pub extended_const: bool,
    /// [Wide arithmetic](https://github.com/WebAssembly/wide-arithmetic).
    pub wide_arithmetic: bool,
    /// [Custom page sizes](https://github.com/WebAssembly/custom-page-sizes).
    pub custom_page_sizes: bool,
    /// [Typed function references](https://github.com/WebAssembly/function-references).
    ///
    /// The engine knows nothing of them: modules that use them are rewritten.
    pub function_references: bool,
    /// [Exception handling](https://github.com/WebAssembly/exception-handling), which is lowered.
    pub exceptions: bool,
    /// Of [garbage collection](https://github.com/WebAssembly/gc) what needs no structures and arrays:
    /// references to 31-bit integers, casts, recursive types of functions, constant expressions that
    /// refer to any earlier global. It stands on [typed function references](Self::function_references).
    ///
    /// The engine knows nothing of it: modules that use it are rewritten.
    pub internal_references: bool,
    /// Exception handling as it was [before][legacy] `try_table` and `throw_ref`, which is lowered.
    ///
    /// [legacy]: https://github.com/WebAssembly/exception-handling/blob/main/proposals/exception-handling/legacy/Exceptions.md
    pub legacy_exceptions: bool,
    /// Atomic instructions of [threads](https://github.com/WebAssembly/threads), on memories that
    /// are not shared. There are no shared ones.
    ///
    /// The engine knows nothing of them: modules that use them are rewritten.
    pub atomics: bool,
}

impl Default for Features {
    /// All that the engine executes, or that can be rewritten to what it does.
    fn default() -> Self {
        Self {
            simd: true,
            relaxed_simd: true,
            multi_memory: true,
            memory64: true,
            tail_call: true,
            extended_const: true,
            wide_arithmetic: true,
            custom_page_sizes: true,
            function_references: true,
            internal_references: true,
            exceptions: true,
            legacy_exceptions: true,
            atomics: true,
        }
    }
}

impl Features {
    /// What a module may use.
    pub(crate) fn source(self) -> WasmFeatures {
        let mut features = self.with_exceptions();
        features.set(WasmFeatures::FUNCTION_REFERENCES, self.function_references);
        let internal = self.internal_references && self.function_references;
        features.set(WasmFeatures::GC, internal);
        features.set(WasmFeatures::THREADS, self.atomics);
        features
    }

    /// What a module may use that has been lowered in all respects but exceptions.
    pub(crate) fn with_exceptions(self) -> WasmFeatures {
        let mut features = self.engine();
        features.set(WasmFeatures::EXCEPTIONS, self.exceptions);
        features.set(WasmFeatures::LEGACY_EXCEPTIONS, self.legacy_exceptions);
        features
    }

    /// What a lowered module may use: what the engine has.
    pub(crate) fn engine(self) -> WasmFeatures {
        let mut features = WasmFeatures::MUTABLE_GLOBAL
            | WasmFeatures::MULTI_VALUE
            | WasmFeatures::SATURATING_FLOAT_TO_INT
            | WasmFeatures::SIGN_EXTENSION
            | WasmFeatures::BULK_MEMORY
            | WasmFeatures::REFERENCE_TYPES
            // `externref` is behind this flag, too.
            | WasmFeatures::GC_TYPES
            | WasmFeatures::FLOATS;
        features.set(WasmFeatures::SIMD, self.simd);
        features.set(WasmFeatures::RELAXED_SIMD, self.relaxed_simd);
        features.set(WasmFeatures::MULTI_MEMORY, self.multi_memory);
        features.set(WasmFeatures::MEMORY64, self.memory64);
        features.set(WasmFeatures::TAIL_CALL, self.tail_call);
        features.set(WasmFeatures::EXTENDED_CONST, self.extended_const);
        features.set(WasmFeatures::WIDE_ARITHMETIC, self.wide_arithmetic);
        features.set(WasmFeatures::CUSTOM_PAGE_SIZES, self.custom_page_sizes);
        features
    }

    /// Sets the same features in an engine's configuration.
    pub fn configure(self, config: &mut wasmi::Config) {
        config
            .wasm_mutable_global(true)
            .wasm_multi_value(true)
            .wasm_saturating_float_to_int(true)
            .wasm_sign_extension(true)
            .wasm_bulk_memory(true)
            .wasm_reference_types(true)
            .floats(true)
            .wasm_simd(self.simd)
            .wasm_relaxed_simd(self.relaxed_simd)
            .wasm_multi_memory(self.multi_memory)
            .wasm_memory64(self.memory64)
            .wasm_tail_call(self.tail_call)
            .wasm_extended_const(self.extended_const)
            .wasm_wide_arithmetic(self.wide_arithmetic)
            .wasm_custom_page_sizes(self.custom_page_sizes);
    }
}

/// Who validates function bodies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Parallelism {
    /// The caller and the worker threads which the whole process shares.
    ///
    /// Small modules never leave the caller's thread.
    #[default]
    Shared,
    /// The caller alone.
    Caller,
}

/// How to compile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CompileOptions {
    /// Which proposals modules may use.
    pub features: Features,
    /// How large modules may be.
    pub limits: Limits,
    /// Who validates function bodies.
    pub parallelism: Parallelism,
    /// Which imports are provided, instead of being imported.
    pub builtins: Builtins,
}

impl CompileOptions {
    /// An engine configuration which agrees with these options.
    ///
    /// Start from this and add to it (fuel, for example); the features must stay.
    pub fn engine_config(&self) -> wasmi::Config {
        let mut config = wasmi::Config::default();
        self.features.configure(&mut config);
        config
            // The bytes are validated here: what remains is translation, at a function's first call.
            .compilation_mode(wasmi::CompilationMode::LazyTranslation)
            // Lowered modules have no custom sections; `ModuleInfo` keeps them.
            .ignore_custom_sections(true)
            .set_max_recursion_depth(MAX_RECURSION_DEPTH)
            .set_max_stack_height(MAX_STACK_HEIGHT)
            .set_max_cached_stacks(MAX_CACHED_STACKS);
        config
    }
}

/// As deep as the other engines let recursion go before they throw RangeError.
const MAX_RECURSION_DEPTH: usize = 50_000;

/// Bytes of value stack, which the engine allocates as it is used.
const MAX_STACK_HEIGHT: usize = 64 << 20;

/// Calls that nest through the host take a stack each; fewer cached ones make them allocate.
const MAX_CACHED_STACKS: usize = 16;

/// The engine configuration for the default options.
pub fn engine_config() -> wasmi::Config {
    CompileOptions::default().engine_config()
}
