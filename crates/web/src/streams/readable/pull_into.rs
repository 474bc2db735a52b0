//! Pull-into descriptors and the queue of a readable byte stream.

use std::collections::VecDeque;

use boa_engine::{Context, JsObject, JsResult, object::builtins::JsArrayBuffer};
use boa_gc::{Finalize, Trace};
use bytes::{Buf, Bytes};
use taipan_webidl::{ViewKind, buffer_source};

use crate::streams::support::Chunk;

/// `reader type` of a pull-into descriptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReaderType {
    Default,
    Byob,
    None,
}

/// <https://streams.spec.whatwg.org/#pull-into-descriptor>
#[derive(Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub(super) struct PullInto {
    pub(super) buffer: JsArrayBuffer,
    pub(super) buffer_byte_length: usize,
    pub(super) byte_offset: usize,
    pub(super) byte_length: usize,
    pub(super) bytes_filled: usize,
    pub(super) minimum_fill: usize,
    #[unsafe_ignore_trace]
    pub(super) view_kind: ViewKind,
    #[unsafe_ignore_trace]
    pub(super) reader_type: ReaderType,
}

impl PullInto {
    /// How many bytes are filled beyond the last whole element.
    pub(super) fn remainder(&self) -> usize {
        self.bytes_filled % self.view_kind.element_size()
    }

    /// <https://streams.spec.whatwg.org/#readable-byte-stream-controller-convert-pull-into-descriptor>
    pub(super) fn into_view(self, context: &mut Context) -> JsResult<JsObject> {
        let buffer = buffer_source::transfer(&self.buffer, context)?;
        let length = self.bytes_filled / self.view_kind.element_size();
        self.view_kind
            .construct(buffer, self.byte_offset, length, context)
    }
}

/// <https://streams.spec.whatwg.org/#readable-byte-stream-queue-entry>
#[derive(Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub(super) enum Entry {
    /// Part of a buffer that a script gave.
    Buffer {
        buffer: JsArrayBuffer,
        byte_offset: usize,
        byte_length: usize,
    },
    /// Bytes out of Rust.
    Bytes(#[unsafe_ignore_trace] Bytes),
}

impl Entry {
    pub(super) fn byte_length(&self) -> usize {
        match self {
            Self::Buffer { byte_length, .. } => *byte_length,
            Self::Bytes(bytes) => bytes.len(),
        }
    }

    /// Copies the first bytes to `target`, which is not longer than the entry, and removes them.
    fn copy_to(&mut self, target: &mut [u8]) {
        match self {
            Self::Buffer {
                buffer,
                byte_offset,
                byte_length,
            } => {
                if let Some(data) = buffer.data()
                    && let Some(data) = data.get(*byte_offset..*byte_offset + target.len())
                {
                    target.copy_from_slice(data);
                }
                *byte_offset += target.len();
                *byte_length -= target.len();
            }
            Self::Bytes(bytes) => bytes.copy_to_slice(target),
        }
    }

    /// What a default reader is given.
    pub(super) fn into_chunk(self, context: &mut Context) -> JsResult<Chunk> {
        match self {
            Self::Bytes(bytes) => Ok(Chunk::Bytes(bytes)),
            Self::Buffer {
                buffer,
                byte_offset,
                byte_length,
            } => {
                let view =
                    ViewKind::UINT8_ARRAY.construct(buffer, byte_offset, byte_length, context)?;
                Ok(Chunk::Value(view.into()))
            }
        }
    }
}

/// `[[queue]]` and `[[queueTotalSize]]`
#[derive(Default, Trace, Finalize)]
pub(super) struct ByteQueue {
    entries: VecDeque<Entry>,
    total_size: usize,
}

impl ByteQueue {
    pub(super) fn total_size(&self) -> usize {
        self.total_size
    }

    /// <https://streams.spec.whatwg.org/#readable-byte-stream-controller-enqueue-chunk-to-queue>
    pub(super) fn enqueue(&mut self, entry: Entry) {
        self.total_size += entry.byte_length();
        self.entries.push_back(entry);
    }

    pub(super) fn dequeue(&mut self) -> Option<Entry> {
        let entry = self.entries.pop_front()?;
        self.total_size -= entry.byte_length();
        Some(entry)
    }

    /// <https://streams.spec.whatwg.org/#reset-queue>
    pub(super) fn reset(&mut self) {
        self.entries.clear();
        self.total_size = 0;
    }

    /// <https://streams.spec.whatwg.org/#readable-byte-stream-controller-fill-pull-into-descriptor-from-queue>
    pub(super) fn fill(&mut self, descriptor: &mut PullInto) -> bool {
        let most = self
            .total_size
            .min(descriptor.byte_length - descriptor.bytes_filled);
        let most_filled = descriptor.bytes_filled + most;
        let aligned = most_filled - most_filled % descriptor.view_kind.element_size();
        let is_ready = aligned >= descriptor.minimum_fill;
        let mut remaining = if is_ready {
            aligned - descriptor.bytes_filled
        } else {
            most
        };
        while remaining > 0
            && let Some(head) = self.entries.front_mut()
        {
            let count = remaining.min(head.byte_length());
            let start = descriptor.byte_offset + descriptor.bytes_filled;
            if let Some(mut data) = descriptor.buffer.data_mut()
                && let Some(target) = data.get_mut(start..start + count)
            {
                head.copy_to(target);
            }
            if head.byte_length() == 0 {
                self.entries.pop_front();
            }
            self.total_size -= count;
            descriptor.bytes_filled += count;
            remaining -= count;
        }
        is_ready
    }
}
