//! `WebAssembly.Memory`.
//!
//! <https://webassembly.github.io/spec/js-api/#memories>

use std::rc::Rc;

use boa_engine::{
    Context, JsData, JsError, JsNativeError, JsObject, JsResult, JsValue,
    builtins::array_buffer::ArrayBuffer, object::builtins::JsArrayBuffer,
};
use boa_gc::{Finalize, Gc, GcRefCell, Trace};
use taipan_compile::{MemoryType, ModuleInfo};
use taipan_webidl::{
    Dictionary, Interface, InterfaceBuilder, buffer_source::forbid_detach, convert, this_object,
    wrap,
};

use crate::{
    agent::{Agent, AgentRef},
    limits_descriptor::LimitsDescriptor,
    region::Region,
    shared_memory::SharedMemory,
    type_reflection,
    values::{AddressType, address_value_to_u64, u64_to_address_value},
    view,
};

/// The largest number of pages of 64 KiB: the whole of a 32-bit, or of a 64-bit, address space.
const MAX_PAGES_32: u64 = 1 << 16;
const MAX_PAGES_64: u64 = 1 << 48;

/// A memory address, and what JavaScript sees of it.
#[derive(Trace, Finalize)]
pub(crate) struct MemoryInner {
    #[unsafe_ignore_trace]
    pub(crate) agent: AgentRef,
    #[unsafe_ignore_trace]
    pub(crate) memory: wasmi::Memory,
    #[unsafe_ignore_trace]
    pub(crate) ty: MemoryType,
    #[unsafe_ignore_trace]
    pub(crate) region: Rc<Region>,
    /// The length in bytes, when it was last noted.
    #[unsafe_ignore_trace]
    known_length: std::cell::Cell<usize>,
    #[unsafe_ignore_trace]
    watched: std::cell::Cell<bool>,
    /// `[[BufferObject]]`, if it was asked for since the memory last grew.
    buffer: GcRefCell<Option<JsArrayBuffer>>,
    /// Whether buffers are resizable: they follow the memory instead of being detached.
    #[unsafe_ignore_trace]
    resizable: std::cell::Cell<bool>,
    /// The [`RegionHolder`] of the region, once there was a buffer.
    holder: GcRefCell<Option<JsObject>>,
    /// The `Memory` object.
    object: GcRefCell<Option<JsObject>>,
}

/// Ties a region to an `ArrayBuffer` that looks at it.
#[derive(Trace, Finalize, JsData)]
struct RegionHolder {
    #[unsafe_ignore_trace]
    _region: Rc<Region>,
}

/// Ties a memory to a resizable `ArrayBuffer` that looks at it.
#[derive(Trace, Finalize, JsData)]
struct MemoryHolder(Gc<MemoryInner>);

fn range_error(message: impl Into<String>) -> JsError {
    JsNativeError::range().with_message(message.into()).into()
}

impl MemoryInner {
    /// Allocates a memory of the given type, which must be valid.
    ///
    /// # Errors
    /// A `RangeError` if it cannot be allocated.
    pub(crate) fn allocate(agent: &Agent, ty: &MemoryType) -> JsResult<Gc<Self>> {
        let failed = |reason: &str| {
            range_error(format!(
                "could not allocate a memory of {} pages: {reason}",
                ty.minimum
            ))
        };
        let bytes = |pages: u64| {
            pages
                .checked_shl(ty.page_size_log2)
                .filter(|bytes| bytes >> ty.page_size_log2 == pages)
                .and_then(|bytes| usize::try_from(bytes).ok())
        };
        let minimum = bytes(ty.minimum).ok_or_else(|| failed("too large"))?;
        let maximum = ty.maximum.and_then(bytes).unwrap_or(usize::MAX);
        let engine_type = ty.to_wasmi().ok_or_else(|| failed("not a memory type"))?;
        if agent.resources.wants_collection(minimum) {
            agent.collect_memories();
        }
        let maximum = maximum.max(minimum);
        let region = agent
            .regions
            .reserve(minimum, maximum)
            .or_else(|| {
                // Address space may be all used up by garbage.
                agent.collect_memories();
                agent.regions.reserve_at_most(minimum, maximum)
            })
            .ok_or_else(|| failed("not enough address space"))?;
        // SAFETY: this is the only call for this region. The memory is used by code of instances
        // whose cells hold the region, and through `MemoryInner`, which holds it too.
        let bytes = unsafe { region.bytes() };
        agent.resources.creating.set(true);
        let memory = region.zeroing(minimum, || {
            agent
                .store
                .with(|store| wasmi::Memory::new_static(store, engine_type, bytes))
        });
        agent.resources.creating.set(false);
        let memory = memory.map_err(|error| failed(&error.to_string()))?;
        let inner = Gc::new(Self {
            agent: agent.reference(),
            memory,
            ty: *ty,
            region,
            known_length: std::cell::Cell::new(minimum),
            watched: std::cell::Cell::new(false),
            buffer: GcRefCell::new(None),
            resizable: std::cell::Cell::new(false),
            holder: GcRefCell::new(None),
            object: GcRefCell::new(None),
        });
        agent.cache_memory(&inner);
        Ok(inner)
    }

    /// The length in bytes.
    pub(crate) fn byte_length(&self, agent: &Agent) -> usize {
        agent.store.with(|store| self.memory.data_size(&store))
    }

    /// Notes the length.
    pub(crate) fn settle(&self, agent: &Agent) {
        self.known_length.set(self.byte_length(agent));
    }

    /// The length in bytes, when it was last noted.
    pub(crate) fn known_length(&self) -> usize {
        self.known_length.get()
    }

    /// The length in pages.
    pub(crate) fn size(&self, agent: &Agent) -> u64 {
        agent.store.with(|store| self.memory.size(&store))
    }

    /// Detaches the buffer if the memory has another length than it by now. A resizable one gets
    /// the memory's length.
    ///
    /// <https://webassembly.github.io/spec/js-api/#refresh-the-memory-buffer>
    pub(crate) fn refresh(&self, agent: &Agent, context: &mut Context) -> JsResult<()> {
        let length = self.byte_length(agent);
        let buffer = self.buffer.borrow().clone();
        match buffer {
            Some(buffer) if buffer.byte_length() != length => {
                if self.resizable.get() {
                    self.resize_view(&buffer, length, context)
                } else {
                    self.detach(agent, context)
                }
            }
            _ => Ok(()),
        }
    }

    /// Gives a resizable buffer the memory's length.
    ///
    /// The engine would fill what it gains with zeros, and move an empty one elsewhere. So the
    /// object gets the insides of a new buffer.
    fn resize_view(
        &self,
        buffer: &JsArrayBuffer,
        length: usize,
        context: &mut Context,
    ) -> JsResult<()> {
        // SAFETY: the region outlives the buffer that gets the new view: it is tied to this memory,
        // which holds the region. The object made here gets the old view, and nobody else gets it.
        let other = unsafe { view::array_buffer(&self.region, length, context)? };
        let other = JsObject::from(other.with_max_byte_length(self.max_byte_length() as u64));
        let buffer = JsObject::from(buffer.clone());
        if let Some(mut buffer) = buffer.downcast_mut::<ArrayBuffer>()
            && let Some(mut other) = other.downcast_mut::<ArrayBuffer>()
        {
            std::mem::swap(&mut *buffer, &mut *other);
        }
        Ok(())
    }

    /// The most bytes that a resizable buffer may have.
    fn max_byte_length(&self) -> usize {
        let pages = match (self.ty.maximum, self.ty.memory64) {
            (Some(maximum), _) => maximum,
            (None, false) => MAX_PAGES_32 << 16 >> self.ty.page_size_log2,
            (None, true) => MAX_PAGES_64 << 16 >> self.ty.page_size_log2,
        };
        let bytes = (pages.checked_shl(self.ty.page_size_log2))
            .filter(|bytes| bytes >> self.ty.page_size_log2 == pages)
            .and_then(|bytes| usize::try_from(bytes).ok());
        // Nothing lies beyond the region, and the engine would write there.
        bytes.unwrap_or(usize::MAX).min(self.region.length())
    }

    /// Grows the memory by pages, and refreshes what looks at it.
    ///
    /// <https://webassembly.github.io/spec/js-api/#grow-the-memory-buffer>
    ///
    /// # Errors
    /// A `RangeError` if it cannot grow; `what` is the API for the message.
    pub(crate) fn grow(
        &self,
        agent: &Agent,
        delta: u64,
        what: &str,
        context: &mut Context,
    ) -> JsResult<u64> {
        let old = self.byte_length(agent);
        let more = delta
            .checked_shl(self.ty.page_size_log2)
            .and_then(|bytes| usize::try_from(bytes).ok())
            .unwrap_or(usize::MAX);
        if agent.resources.wants_collection(more) {
            agent.collect_memories();
        }
        let grown = agent
            .store
            .with(|store| self.memory.grow(store, delta))
            .map_err(|_| {
                range_error(format!(
                    "{what}: could not grow from {} by {delta} pages",
                    self.size(agent)
                ))
            })?;
        if self.resizable.get() {
            self.refresh(agent, context)?;
        } else {
            // By zero pages, too.
            self.detach(agent, context)?;
        }
        // Nothing has been written to the new pages but zeros.
        self.region.release_zeros(old..self.byte_length(agent));
        agent.refresh_views(context)?;
        Ok(grown)
    }

    fn detach(&self, agent: &Agent, context: &mut Context) -> JsResult<()> {
        let buffer = self.buffer.borrow_mut().take();
        if let Some(buffer) = buffer {
            // A program may have detached it already.
            if buffer.data().is_some() {
                // Its storage does not own the memory: dropping it frees nothing.
                drop(buffer.detach(&JsValue::undefined())?);
            }
            agent.untie(&buffer.into(), context)?;
        }
        Ok(())
    }

    fn region_holder(&self) -> JsObject {
        if let Some(holder) = self.holder.borrow().clone() {
            return holder;
        }
        let region = RegionHolder {
            _region: Rc::clone(&self.region),
        };
        let holder = JsObject::from_proto_and_data(None, region).upcast();
        *self.holder.borrow_mut() = Some(JsObject::clone(&holder));
        holder
    }

    /// Has buffers be resizable from now on, or not, and gives the one for now.
    fn change_buffer(
        this: &Gc<Self>,
        resizable: bool,
        agent: &Agent,
        context: &mut Context,
    ) -> JsResult<JsArrayBuffer> {
        agent.refresh_views(context)?;
        if this.resizable.get() != resizable {
            this.detach(agent, context)?;
            this.resizable.set(resizable);
        }
        Self::buffer(this, agent, context)
    }

    fn buffer(this: &Gc<Self>, agent: &Agent, context: &mut Context) -> JsResult<JsArrayBuffer> {
        agent.refresh_views(context)?;
        if let Some(buffer) = this.buffer.borrow().clone() {
            return Ok(buffer);
        }
        let length = this.byte_length(agent);
        // SAFETY: the region outlives the buffer: `tie` has the buffer keep a holder of it alive.
        // Until it has, `this` does.
        let mut buffer = unsafe { view::array_buffer(&this.region, length, context)? };
        let holder = if this.resizable.get() {
            buffer = buffer.with_max_byte_length(this.max_byte_length() as u64);
            JsObject::from_proto_and_data(None, MemoryHolder(this.clone())).upcast()
        } else {
            this.region_holder()
        };
        agent.tie(&buffer.clone().into(), holder, context)?;
        forbid_detach(&buffer, context)?;
        *this.buffer.borrow_mut() = Some(buffer.clone());
        if !this.watched.replace(true) {
            agent.watch(this);
        }
        Ok(buffer)
    }
}

/// How many bytes the memories that a module defines have at first.
pub(crate) fn defined_bytes(info: &ModuleInfo) -> usize {
    let defined = info.memories.iter().skip(info.imported_memories as usize);
    defined.fold(0, |sum: usize, ty| {
        let bytes = ty.minimum.saturating_mul(1 << ty.page_size_log2);
        sum.saturating_add(usize::try_from(bytes).unwrap_or(usize::MAX))
    })
}

/// The `Memory` object of a memory address.
///
/// <https://webassembly.github.io/spec/js-api/#create-a-memory-object>
pub(crate) fn object(inner: &Gc<MemoryInner>, context: &mut Context) -> JsObject {
    if let Some(object) = inner.object.borrow().clone() {
        return object;
    }
    let object = wrap(Memory::Unshared(inner.clone()), context).upcast();
    *inner.object.borrow_mut() = Some(object.clone());
    object
}

/// The platform object.
#[derive(Trace, Finalize, JsData)]
pub(crate) enum Memory {
    /// One that code of WebAssembly may use.
    Unshared(Gc<MemoryInner>),
    /// One that is seen by JavaScript alone.
    Shared(Gc<SharedMemory>),
}

impl Clone for Memory {
    fn clone(&self) -> Self {
        match self {
            Self::Unshared(inner) => Self::Unshared(inner.clone()),
            Self::Shared(shared) => Self::Shared(shared.clone()),
        }
    }
}

impl Memory {
    fn ty(&self) -> &MemoryType {
        match self {
            Self::Unshared(inner) => &inner.ty,
            Self::Shared(shared) => &shared.ty,
        }
    }
}

fn this_memory(this: &JsValue) -> JsResult<(Memory, Rc<Agent>)> {
    let memory = this_object::<Memory>(this)?.borrow().data().clone();
    let agent = match &memory {
        Memory::Unshared(inner) => inner.agent.get()?,
        Memory::Shared(shared) => shared.agent.get()?,
    };
    Ok((memory, agent))
}

impl Interface for Memory {
    const NAME: &'static str = "Memory";
    const TAG: &'static str = "WebAssembly.Memory";
    const LENGTH: usize = 1;

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .method("grow", 1, grow)
            .method("toFixedLengthBuffer", 0, to_fixed_length_buffer)
            .method("toResizableBuffer", 0, to_resizable_buffer)
            .getter("buffer", buffer)
            .unlisted("buffer");
    }

    /// <https://webassembly.github.io/spec/js-api/#dom-memory-memory>
    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let descriptor = convert::required::<Self>(args, 0, 1)?;
        if !descriptor.is_object() {
            return Err(JsNativeError::typ()
                .with_message("WebAssembly.Memory: the descriptor must be an object")
                .into());
        }
        let agent = Agent::of(context)?;
        let descriptor = Dictionary::new(descriptor, "MemoryDescriptor")?;
        let LimitsDescriptor {
            address,
            initial,
            maximum,
        } = LimitsDescriptor::read(&descriptor, &agent, Self::TAG, context)?;
        // <https://webassembly.github.io/threads/js-api/#dictdef-memorydescriptor>
        let shared = descriptor.get("shared", context)?;
        let shared = shared.is_some_and(|shared| shared.to_boolean());
        let most = match address {
            AddressType::I32 => MAX_PAGES_32,
            AddressType::I64 => MAX_PAGES_64,
        };
        for (what, pages) in [("initial", Some(initial)), ("maximum", maximum)] {
            if pages.is_some_and(|pages| pages > most) {
                return Err(range_error(format!(
                    "WebAssembly.Memory: {what} must not exceed {most} pages"
                )));
            }
        }
        if maximum.is_some_and(|maximum| maximum < initial) {
            return Err(range_error(
                "WebAssembly.Memory: maximum must not be less than initial",
            ));
        }
        let ty = MemoryType {
            minimum: initial,
            maximum,
            memory64: address == AddressType::I64,
            shared,
            page_size_log2: 16,
        };
        match maximum {
            _ if !shared => MemoryInner::allocate(&agent, &ty).map(Self::Unshared),
            Some(maximum) => SharedMemory::allocate(&agent, &ty, maximum).map(Self::Shared),
            None => Err(JsNativeError::typ()
                .with_message("WebAssembly.Memory: a shared memory must have a maximum")
                .into()),
        }
    }

    fn constructed(object: &JsObject<Self>, _: &mut Context) -> JsResult<()> {
        let memory = object.borrow().data().clone();
        if let Self::Unshared(inner) = &memory {
            *inner.object.borrow_mut() = Some(object.clone().upcast());
        }
        Ok(())
    }
}

/// <https://webassembly.github.io/spec/js-api/#dom-memory-grow>
fn grow(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    const WHAT: &str = "WebAssembly.Memory.grow";
    let (memory, agent) = this_memory(this)?;
    let delta = convert::required_by(args, 0, 1, WHAT)?;
    let address = AddressType::from_is_64(memory.ty().memory64);
    let delta = address_value_to_u64(delta, address, "delta", context)?;
    let grown = match &memory {
        Memory::Unshared(inner) => inner.grow(&agent, delta, WHAT, context)?,
        Memory::Shared(shared) => shared.grow(delta, context)?,
    };
    Ok(u64_to_address_value(grown, address))
}

/// <https://webassembly.github.io/spec/js-api/#dom-memory-buffer>
fn buffer(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (memory, agent) = this_memory(this)?;
    Ok(match &memory {
        Memory::Unshared(inner) => MemoryInner::buffer(inner, &agent, context)?.into(),
        Memory::Shared(shared) => shared.buffer(context)?.into(),
    })
}

/// <https://webassembly.github.io/spec/js-api/#dom-memory-tofixedlengthbuffer>
fn to_fixed_length_buffer(
    this: &JsValue,
    _: &[JsValue],
    context: &mut Context,
) -> JsResult<JsValue> {
    let (memory, agent) = this_memory(this)?;
    Ok(match &memory {
        Memory::Unshared(inner) => {
            MemoryInner::change_buffer(inner, false, &agent, context)?.into()
        }
        Memory::Shared(shared) => shared.to_fixed_length(context)?.into(),
    })
}

/// <https://webassembly.github.io/spec/js-api/#dom-memory-toresizablebuffer>
///
/// A memory without a maximum has the largest that its address type allows, as in browsers: the
/// specification's `TypeError` came later.
fn to_resizable_buffer(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (memory, agent) = this_memory(this)?;
    Ok(match &memory {
        Memory::Unshared(inner) => MemoryInner::change_buffer(inner, true, &agent, context)?.into(),
        Memory::Shared(shared) => SharedMemory::to_resizable(shared, context)?.into(),
    })
}

/// The type of the memory, with its length.
///
/// <https://github.com/WebAssembly/js-types>
pub(crate) fn reflect(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (memory, agent) = this_memory(this)?;
    let size = match &memory {
        Memory::Unshared(inner) => inner.size(&agent),
        Memory::Shared(shared) => shared.size(),
    };
    Ok(type_reflection::memory_type(memory.ty(), size, context)?.into())
}

/// The memory that a resizable buffer looks at, if it looks at one.
fn memory_of(
    buffer: &JsObject,
    agent: &Agent,
    context: &mut Context,
) -> JsResult<Option<Gc<MemoryInner>>> {
    let holder = agent.view_holder(buffer, context)?;
    Ok(holder.and_then(|holder| Some(holder.downcast_ref::<MemoryHolder>()?.0.clone())))
}

/// `HostResizeArrayBuffer` for a buffer of a memory: grows the memory. `None` if it is none.
///
/// <https://webassembly.github.io/spec/js-api/#HostResizeArrayBuffer>
///
/// # Errors
/// A `RangeError` if the memory cannot have the new length, in bytes.
pub(crate) fn resize_buffer(
    buffer: &JsObject,
    length: u64,
    context: &mut Context,
) -> JsResult<Option<()>> {
    const WHAT: &str = "ArrayBuffer.prototype.resize";
    let agent = Agent::of(context)?;
    let Some(memory) = memory_of(buffer, &agent, context)? else {
        return Ok(None);
    };
    let page = 1 << memory.ty.page_size_log2;
    match length.checked_sub(memory.byte_length(&agent) as u64) {
        Some(more) if more % page == 0 && length <= memory.max_byte_length() as u64 => {
            memory.grow(&agent, more / page, WHAT, context)?;
            Ok(Some(()))
        }
        _ => Err(range_error(format!(
            "{WHAT}: the buffer of a WebAssembly.Memory only grows, by pages of {page} bytes, \
             and not beyond the memory's maximum"
        ))),
    }
}
