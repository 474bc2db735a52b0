//! Streaming, parallel compilation of WebAssembly modules for the [wasmi] interpreter.
//!
//! Bytes go in as they arrive, a validated [`CompiledModule`] comes out, with a [`ModuleInfo`] that
//! describes it. Function bodies are validated on worker threads while the rest is still being
//! downloaded, and the first byte that cannot be part of a valid module ends it.
//!
//! - [`compile`] and [`validate`] take a whole module;
//! - [`StreamingCompiler`] takes chunks;
//! - [`spawn`] takes chunks and does all the work on other threads;
//! - a [`ModuleCache`] keeps what was compiled for whoever brings the same bytes again.
//!
//! What the engine gets is not the module as it was written but a [lowered](Lowering) one, which
//! leaves to the embedder what the engine cannot be trusted with.
#![deny(unsafe_code)]

mod asynchronous;
mod bodies;
mod builtins;
mod cache;
mod data;
mod encode;
mod error;
mod framing;
mod header;
mod info;
mod leb;
mod limits;
mod lowering;
mod module;
mod net;
mod options;
mod pool;
mod probe;
mod resolve;
mod shim;
mod streaming;
mod types;
mod validated;

pub use asynchronous::{Closed, CompileFuture, CompileSink, spawn, spawn_cached};
pub use builtins::{Builtins, JsStringBuiltin, Provided};
pub use cache::{CacheLimits, ModuleCache};
pub use error::{CompileError, CompileErrorKind};
pub use info::{CustomSection, ExportInfo, ImportInfo, ModuleInfo};
pub use limits::Limits;
pub use lowering::{Helper, LoweredImport, Lowering, exceptions};
pub use module::CompiledModule;
pub use options::{CompileOptions, Features, Parallelism, engine_config};
pub use shim::shim;
pub use streaming::StreamingCompiler;
pub use types::{
    DefinedType, ExternKind, ExternType, FuncType, GlobalType, HeapType, MemoryType, RefType,
    TableType, TypeId, ValType,
};
pub use validated::validated_modules;

/// Compiles a whole module.
///
/// Small modules are validated on the calling thread; large ones on the worker threads, too.
///
/// # Errors
///
/// If the module is malformed or invalid, or exceeds a limit.
pub fn compile(bytes: &[u8], options: &CompileOptions) -> Result<CompiledModule, CompileError> {
    let mut compiler = StreamingCompiler::new(options.clone());
    compiler.push(bytes)?;
    compiler.finish()
}

/// Whether [`compile`] accepts a module, with the default options.
///
/// # Errors
///
/// If the module is malformed or invalid, or exceeds a limit.
pub fn validate(bytes: &[u8]) -> Result<(), CompileError> {
    compile(bytes, &CompileOptions::default()).map(drop)
}
