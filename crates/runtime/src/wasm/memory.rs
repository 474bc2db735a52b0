//! Memories.

use std::ops::Range;

use boa_engine::{Context, JsError, JsNativeError, JsObject, JsResult};
use taipan_wasm::embed;

use super::{MemoryType, handle};

/// A memory: a `WebAssembly.Memory`.
///
/// Its bytes are read and written in place. Everything wants the context, as what runs in it may move the bytes'
/// end; no pointer to them is ever handed out for longer than a closure runs.
///
/// ```
/// use taipan::{Runtime, wasm::{Memory, PAGE}};
///
/// let mut runtime = Runtime::new()?;
/// let memory = runtime.with(|context| {
///     let memory = Memory::new(1, Some(2), context)?;
///     memory.write(8, b"hello", context)?;
///     memory.with(context, |bytes| bytes[8].make_ascii_uppercase())?;
///     assert_eq!(memory.read_to_vec(8..13, context)?, b"Hello");
///     assert_eq!(memory.grow(1, context)?, 1);
///     assert_eq!(memory.byte_length(context)?, 2 * PAGE);
///     Ok(memory)
/// })?;
/// let error = runtime.with(|context| memory.write(2 * PAGE - 1, b"hello", context)).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "RangeError: bytes 131071..131076 are out of bounds of a memory of 131072 bytes",
/// );
/// # Ok::<_, taipan::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Memory {
    object: JsObject,
}

handle!(
    Memory,
    "a WebAssembly.Memory that is not shared",
    |object| { embed::memory_type(object).is_ok() }
);

fn out_of_bounds(range: Range<usize>, length: usize) -> JsError {
    let Range { start, end } = range;
    JsNativeError::range()
        .with_message(format!(
            "bytes {start}..{end} are out of bounds of a memory of {length} bytes"
        ))
        .into()
}

impl Memory {
    /// A new memory of `initial` pages of 64 KiB, which grows up to `maximum`.
    ///
    /// # Errors
    ///
    /// Fails with a `RangeError` if there is no room for it, or a limit forbids it.
    pub fn new(initial: u64, maximum: Option<u64>, context: &mut Context) -> JsResult<Self> {
        embed::memory(initial, maximum, context).map(|object| Self { object })
    }

    /// Its type, with the size that it was made with.
    #[must_use]
    pub fn ty(&self) -> MemoryType {
        embed::memory_type(&self.object)
            .unwrap_or_else(|_| unreachable!("the handle is made for memories only"))
    }

    /// How many pages it has.
    ///
    /// # Errors
    ///
    /// Fails if the runtime it belongs to is gone.
    pub fn size(&self, _: &mut Context) -> JsResult<u64> {
        embed::memory_pages(&self.object)
    }

    /// How many bytes it has.
    ///
    /// # Errors
    ///
    /// See [`with`](Self::with).
    pub fn byte_length(&self, context: &mut Context) -> JsResult<usize> {
        self.with(context, |bytes| bytes.len())
    }

    /// Grows it by `delta` pages, and gives how many there were before. `ArrayBuffer`s of it are detached, as by
    /// `memory.grow()`.
    ///
    /// # Errors
    ///
    /// Fails with a `RangeError` if it cannot grow so much, or a limit forbids it.
    pub fn grow(&self, delta: u64, context: &mut Context) -> JsResult<u64> {
        embed::grow_memory(&self.object, delta, context)
    }

    /// Copies bytes out of it, from `offset` on.
    ///
    /// # Errors
    ///
    /// Fails with a `RangeError` if they are not all within the memory; then nothing was copied.
    pub fn read(&self, offset: usize, into: &mut [u8], context: &mut Context) -> JsResult<()> {
        let range = offset..offset.saturating_add(into.len());
        self.within(range, context, |bytes| into.copy_from_slice(bytes))
    }

    /// A copy of some of its bytes.
    ///
    /// # Errors
    ///
    /// Fails with a `RangeError` if they are not all within the memory.
    pub fn read_to_vec(&self, range: Range<usize>, context: &mut Context) -> JsResult<Vec<u8>> {
        self.within(range, context, |bytes| bytes.to_vec())
    }

    /// Copies bytes into it, from `offset` on.
    ///
    /// # Errors
    ///
    /// Fails with a `RangeError` if there is no room for all of them; then nothing was written.
    pub fn write(&self, offset: usize, bytes: &[u8], context: &mut Context) -> JsResult<()> {
        let range = offset..offset.saturating_add(bytes.len());
        self.within(range, context, |to| to.copy_from_slice(bytes))
    }

    /// Lends all its bytes to `f`, without a copy.
    ///
    /// # Errors
    ///
    /// Fails with a `TypeError` if the memory belongs to another runtime.
    pub fn with<R>(&self, context: &mut Context, f: impl FnOnce(&mut [u8]) -> R) -> JsResult<R> {
        embed::with_memory(&self.object, f, context)
    }

    fn within<R>(
        &self,
        range: Range<usize>,
        context: &mut Context,
        f: impl FnOnce(&mut [u8]) -> R,
    ) -> JsResult<R> {
        self.with(context, |bytes| {
            let length = bytes.len();
            match bytes.get_mut(range.clone()) {
                Some(bytes) => Ok(f(bytes)),
                None => Err(out_of_bounds(range, length)),
            }
        })?
    }
}
