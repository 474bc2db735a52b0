//! WebAssembly from Rust.
//!
//! A [`Module`] is compiled from bytes, linked to [`Imports`] (closures of Rust, and objects of script), and its
//! [`Instance`] has exports: a [`Func`] is called with typed arguments, a [`Memory`] is read and written, a [`Global`]
//! and a [`Table`] are looked at. Each of them *is* the object that scripts have: what is handed to script is the same
//! `WebAssembly.Memory` whenever it is, and what script hands over is taken as [`FromJs`](crate::FromJs) takes everything.
//!
//! ```
//! use taipan::{Runtime, wasm::{Func, Imports, Memory}};
//!
//! let bytes = wat::parse_str(
//!     r#"(module
//!          (import "env" "twice" (func $twice (param i32) (result i32)))
//!          (memory (export "memory") 1)
//!          (func (export "sum") (param $from i32) (param $count i32) (result i32) (local $sum i32)
//!            (loop $next
//!              (local.set $sum (i32.add (local.get $sum) (i32.load8_u (local.get $from))))
//!              (local.set $from (i32.add (local.get $from) (i32.const 1)))
//!              (br_if $next (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
//!            (call $twice (local.get $sum))))"#,
//! )?;
//! let mut runtime = Runtime::new()?;
//! let module = runtime.compile_wasm(&bytes)?;
//! let imports = Imports::new().function("env", "twice", |n: i32| n * 2);
//! let instance = runtime.instantiate_wasm(&module, imports)?;
//!
//! let (sum, memory) = runtime.with(|context| {
//!     let memory: Memory = instance.get("memory", context)?;
//!     memory.write(100, &[1, 2, 3], context)?;
//!     Ok((instance.get::<Func>("sum", context)?, memory))
//! })?;
//! assert_eq!(runtime.call_function::<i32>(&sum, (100, 3))?, 12);
//!
//! // Script sees the same objects.
//! runtime.set("memory", memory)?;
//! assert_eq!(runtime.eval_as::<u8>("new Uint8Array(memory.buffer)[101]")?, 2);
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! # Values
//!
//! | WebAssembly | Rust |
//! | --- | --- |
//! | `i32` | `i32`; what is not negative also `u32`, and the small integers if it fits |
//! | `i64` | `i64`, likewise `u64`, `isize`, `usize` |
//! | `f32`, `f64` | `f32`, `f64` |
//! | `externref` | any value of script |
//! | `funcref` | [`Func`], or `None` |
//! | several results | a tuple |
//!
//! As arguments of a [`Func`] and as results of closures numbers wrap as they do for script: `-1` and `u32::MAX` are
//! the same `i32`.
//!
//! # Limits
//!
//! [`Limits`](crate::Limits), the [`Terminator`](crate::Terminator) and [time slices](crate::RuntimeBuilder::time_slice)
//! hold for whatever Rust calls, as for script. A call is stopped in the middle only if it was made by a function of the
//! [`Runtime`]: [`call_function`](Runtime::call_function), or within [`with`](Runtime::with).
//!
//! # Modules that were compiled elsewhere
//!
//! A [`PortableModule`] is compiled without any runtime and may be sent between threads; to use it again, nothing is
//! validated again. A `wasmi::Module` cannot be taken over: it has forgotten the bytes that it was made of, and what they
//! are rewritten to before the interpreter gets them is what script needs (memories that an `ArrayBuffer` can look at,
//! references that the collector knows of). Hand over the bytes, or a [`PortableModule`] of them.

mod func;
mod global;
mod imports;
mod instance;
mod memory;
mod module;
mod table;

use boa_engine::{JsBigInt, JsValue};
pub use taipan_wasm::{
    PortableModule,
    embed::{
        CompileError, CompileErrorKind, ExportInfo, ExternKind, ExternType, FuncType, GlobalType,
        HeapType, ImportInfo, MemoryType, ModuleInfo, RefType, TableType, ValType,
    },
};

pub use self::{
    func::Func, global::Global, imports::Imports, instance::Instance, memory::Memory,
    module::Module, table::Table,
};
use crate::{Error, Runtime, convert::SAFE_INTEGER};

/// The size of a page of a memory, in bytes.
pub const PAGE: usize = 64 << 10;

/// The handle of an object of the JavaScript API, as an argument and a result.
macro_rules! handle {
    ($type:ident, $what:literal, $is:expr) => {
        impl $type {
            /// The object that scripts have.
            #[must_use]
            pub fn object(&self) -> &boa_engine::JsObject {
                &self.object
            }
        }

        impl crate::FromJs for $type {
            fn from_js(
                value: &boa_engine::JsValue,
                _: &mut boa_engine::Context,
            ) -> boa_engine::JsResult<Self> {
                let is: fn(&boa_engine::JsObject) -> bool = $is;
                match value.as_object().filter(is) {
                    Some(object) => Ok(Self { object }),
                    None => Err(crate::convert::expected($what, value)),
                }
            }
        }

        impl crate::IntoJs for $type {
            fn into_js(
                self,
                _: &mut boa_engine::Context,
            ) -> boa_engine::JsResult<boa_engine::JsValue> {
                Ok(self.object.into())
            }
        }

        impl crate::IntoJs for &$type {
            fn into_js(
                self,
                _: &mut boa_engine::Context,
            ) -> boa_engine::JsResult<boa_engine::JsValue> {
                Ok(self.object.clone().into())
            }
        }
    };
}
use handle;

/// A value that is to be one of WebAssembly: where that takes a `BigInt` only, an integer is made one, and `None` is no
/// function.
fn wasm_value(value: JsValue, ty: ValType) -> JsValue {
    match ty {
        ValType::I64 => match value.as_number() {
            Some(number) if number.trunc() == number && number.abs() <= SAFE_INTEGER as f64 => {
                JsBigInt::from(number as i64).into()
            }
            _ => value,
        },
        ValType::Ref(_) if !ty.is_extern() && value.is_undefined() => JsValue::null(),
        _ => value,
    }
}

impl Runtime {
    /// Compiles a WebAssembly module, on this thread.
    ///
    /// # Errors
    ///
    /// Fails with a `CompileError` of script.
    pub fn compile_wasm(&mut self, bytes: &[u8]) -> Result<Module, Error> {
        self.with(|context| Module::new(bytes, context))
    }

    /// Instantiates a WebAssembly module, and runs its start function.
    ///
    /// # Errors
    ///
    /// Fails with a `LinkError` of script if the imports do not fit, with a `RuntimeError` if the start function or a
    /// segment traps, and with what an import throws.
    pub fn instantiate_wasm(
        &mut self,
        module: &Module,
        imports: Imports,
    ) -> Result<Instance, Error> {
        self.with(|context| module.instantiate(imports, context))
    }
}
