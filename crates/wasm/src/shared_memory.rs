//! Shared memories.
//!
//! <https://webassembly.github.io/threads/js-api/#memories>
//!
//! No code of WebAssembly uses one, as modules with shared memories are refused. So such a memory
//! is what JavaScript sees of it: a `SharedArrayBuffer` of the engine's. Its storage cannot be
//! another buffer's, so a memory can grow as long as that needs no second buffer on the same
//! bytes: before anybody has seen any, or through a growable buffer.

use std::cell::Cell;

use boa_engine::{
    Context, JsData, JsError, JsNativeError, JsObject, JsResult, JsValue, js_string,
    object::{IntegrityLevel, builtins::JsSharedArrayBuffer},
};
use boa_gc::{Finalize, Gc, GcRefCell, Trace};
use taipan_compile::MemoryType;

use crate::{
    agent::{Agent, AgentRef},
    resizable_buffer,
};

/// What JavaScript sees of a shared memory.
#[derive(Trace, Finalize)]
pub(crate) struct SharedMemory {
    #[unsafe_ignore_trace]
    pub(crate) agent: AgentRef,
    #[unsafe_ignore_trace]
    pub(crate) ty: MemoryType,
    /// The most pages: such a type always has a maximum.
    #[unsafe_ignore_trace]
    maximum: u64,
    /// The length in pages, as long as there is no buffer.
    #[unsafe_ignore_trace]
    pages: Cell<u64>,
    /// The bytes that are allocated.
    #[unsafe_ignore_trace]
    allocated: Cell<usize>,
    /// `[[BufferObject]]`, if it was asked for.
    buffer: GcRefCell<Option<JsSharedArrayBuffer>>,
    /// Whether it is growable.
    #[unsafe_ignore_trace]
    growable: Cell<bool>,
}

/// Ties a growable buffer to its memory.
#[derive(Trace, Finalize, JsData)]
struct Growable(Gc<SharedMemory>);

fn range_error(message: impl Into<String>) -> JsError {
    JsNativeError::range().with_message(message.into()).into()
}

impl SharedMemory {
    /// Makes a memory of the given type, which must be valid.
    ///
    /// # Errors
    /// A `RangeError` if so much memory may not be used.
    pub(crate) fn allocate(agent: &Agent, ty: &MemoryType, maximum: u64) -> JsResult<Gc<Self>> {
        let memory = Gc::new(Self {
            agent: agent.reference(),
            ty: *ty,
            maximum,
            pages: Cell::new(ty.minimum),
            allocated: Cell::new(0),
            buffer: GcRefCell::new(None),
            growable: Cell::new(false),
        });
        let most = memory.bytes(maximum);
        if most.is_none_or(|most| most > agent.resources.memory_limit()) {
            return Err(range_error(format!(
                "could not allocate a shared memory of up to {maximum} pages: too large"
            )));
        }
        agent.cache_shared_memory(&memory);
        Ok(memory)
    }

    fn bytes(&self, pages: u64) -> Option<usize> {
        let bytes = pages.checked_mul(1 << self.ty.page_size_log2)?;
        usize::try_from(bytes).ok()
    }

    /// The bytes that are allocated.
    pub(crate) fn allocated(&self) -> usize {
        self.allocated.get()
    }

    /// The length in pages.
    pub(crate) fn size(&self) -> u64 {
        match &*self.buffer.borrow() {
            Some(buffer) => buffer.byte_length() as u64 >> self.ty.page_size_log2,
            None => self.pages.get(),
        }
    }

    /// Whether the memory has bytes that somebody may have written to, in a buffer that cannot grow.
    fn is_settled(&self) -> bool {
        !self.growable.get() && self.buffer.borrow().is_some() && self.size() > 0
    }

    /// A new buffer with storage of its own.
    fn make_buffer(&self, growable: bool, context: &mut Context) -> JsResult<JsSharedArrayBuffer> {
        let agent = self.agent.get()?;
        let too_large = || range_error("could not allocate a shared memory: too large");
        let length = self.bytes(self.size()).ok_or_else(too_large)?;
        let most = self.bytes(self.maximum).ok_or_else(too_large)?;
        let allocated = if growable { most } else { length };
        if agent.resources.wants_collection(allocated) {
            agent.collect_memories();
        }
        if !agent.resources.reserve(allocated) {
            return Err(range_error(format!(
                "could not allocate a shared memory of {allocated} bytes: the limit of all memories is met"
            )));
        }
        let made = if growable {
            let options = JsObject::with_null_proto();
            let most = JsValue::from(most as f64);
            options.create_data_property_or_throw(js_string!("maxByteLength"), most, context)?;
            let constructor = context.intrinsics().constructors().shared_array_buffer();
            let args = [JsValue::from(length as f64), options.into()];
            let buffer = constructor.constructor().construct(&args, None, context);
            buffer.and_then(JsSharedArrayBuffer::from_object)
        } else {
            JsSharedArrayBuffer::new(length, context)
        };
        match made {
            Ok(buffer) => {
                self.allocated.set(allocated);
                Ok(buffer)
            }
            Err(error) => {
                agent.resources.unreserve(allocated);
                Err(error)
            }
        }
    }

    fn set_buffer(&self, buffer: &JsSharedArrayBuffer, context: &mut Context) -> JsResult<()> {
        JsObject::from(buffer.clone()).set_integrity_level(IntegrityLevel::Frozen, context)?;
        *self.buffer.borrow_mut() = Some(buffer.clone());
        Ok(())
    }

    /// <https://webassembly.github.io/threads/js-api/#dom-memory-buffer>
    pub(crate) fn buffer(&self, context: &mut Context) -> JsResult<JsSharedArrayBuffer> {
        if let Some(buffer) = self.buffer.borrow().clone() {
            return Ok(buffer);
        }
        let buffer = self.make_buffer(false, context)?;
        self.set_buffer(&buffer, context)?;
        Ok(buffer)
    }

    /// <https://webassembly.github.io/spec/js-api/#dom-memory-tofixedlengthbuffer>
    ///
    /// # Errors
    /// A `RangeError` once there is a growable buffer.
    pub(crate) fn to_fixed_length(&self, context: &mut Context) -> JsResult<JsSharedArrayBuffer> {
        if self.growable.get() {
            return Err(range_error(
                "WebAssembly.Memory.toFixedLengthBuffer: a shared memory with a growable buffer \
                 cannot have another one (threads are not supported)",
            ));
        }
        self.buffer(context)
    }

    /// <https://webassembly.github.io/spec/js-api/#dom-memory-toresizablebuffer>
    ///
    /// # Errors
    /// A `RangeError` if there are bytes in a buffer of fixed length.
    pub(crate) fn to_resizable(
        this: &Gc<Self>,
        context: &mut Context,
    ) -> JsResult<JsSharedArrayBuffer> {
        if this.growable.get() {
            return this.buffer(context);
        }
        if this.is_settled() {
            return Err(range_error(
                "WebAssembly.Memory.toResizableBuffer: a shared memory with a buffer of fixed \
                 length cannot have another one (threads are not supported)",
            ));
        }
        let buffer = this.make_buffer(true, context)?;
        let agent = this.agent.get()?;
        let holder = JsObject::from_proto_and_data(None, Growable(this.clone())).upcast();
        agent.tie(&buffer.clone().into(), holder, context)?;
        this.set_buffer(&buffer, context)?;
        this.growable.set(true);
        Ok(buffer)
    }

    /// <https://webassembly.github.io/threads/js-api/#dom-memory-grow>
    ///
    /// # Errors
    /// A `RangeError` if it cannot grow.
    pub(crate) fn grow(&self, delta: u64, context: &mut Context) -> JsResult<u64> {
        const WHAT: &str = "WebAssembly.Memory.grow";
        let old = self.size();
        let Some(new) = (old.checked_add(delta)).filter(|new| *new <= self.maximum) else {
            return Err(range_error(format!(
                "{WHAT}: could not grow from {old} by {delta} pages"
            )));
        };
        let buffer = self.buffer.borrow().clone();
        match buffer {
            None => self.pages.set(new),
            Some(_) if self.growable.get() && delta == 0 => {}
            Some(buffer) if self.growable.get() => {
                let length = self.bytes(new).unwrap_or(usize::MAX);
                resizable_buffer::grow_shared(&buffer.into(), length, context)?;
            }
            Some(buffer) if delta == 0 => {
                // Another object, on the same bytes.
                let buffer = JsSharedArrayBuffer::from_buffer(buffer.inner(), context);
                self.set_buffer(&buffer, context)?;
            }
            Some(_) if old == 0 => {
                *self.buffer.borrow_mut() = None;
                self.pages.set(new);
            }
            Some(_) => {
                return Err(range_error(format!(
                    "{WHAT}: a shared memory with a buffer of fixed length cannot grow (the threads \
                     proposal is not supported); toResizableBuffer() gives one that can, before \
                     there is another"
                )));
            }
        }
        Ok(old)
    }
}

/// `HostGrowSharedArrayBuffer`: whether a growable buffer may have a new length, in bytes.
///
/// <https://webassembly.github.io/threads/js-api/#HostGrowSharedArrayBuffer>
///
/// # Errors
/// A `RangeError` if it is that of a memory, which has whole pages.
pub(crate) fn check_length(buffer: &JsObject, length: u64, context: &mut Context) -> JsResult<()> {
    let agent = Agent::of(context)?;
    let Some(holder) = agent.view_holder(buffer, context)? else {
        return Ok(());
    };
    let page = holder
        .downcast_ref::<Growable>()
        .map(|memory| 1 << memory.0.ty.page_size_log2);
    match page {
        Some(page) if !length.is_multiple_of(page) => Err(range_error(format!(
            "SharedArrayBuffer.prototype.grow: the buffer of a WebAssembly.Memory grows by pages of \
             {page} bytes"
        ))),
        _ => Ok(()),
    }
}
