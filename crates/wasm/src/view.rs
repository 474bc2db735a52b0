//! `ArrayBuffer`s that look at linear memory.

use aligned_vec::{AVec, ConstAlign};
use boa_engine::{Context, JsResult, object::builtins::JsArrayBuffer};

use crate::region::Region;

/// The engine's alignment of buffer storage, in bytes.
const ALIGNMENT: usize = 64;

/// A new `ArrayBuffer` on the first `length` bytes of `region`, without a copy.
///
/// # Safety
/// The region must outlive the buffer, or the buffer must be detached before (see
/// `Memory::buffer`, which ties a region to its buffers).
///
/// # Errors
/// An error of the engine itself.
pub(crate) unsafe fn array_buffer(
    region: &Region,
    length: usize,
    context: &mut Context,
) -> JsResult<JsArrayBuffer> {
    debug_assert!(length <= region.length());
    let base = if length == 0 {
        // An empty region has no aligned address of its own.
        std::ptr::without_provenance_mut(ALIGNMENT)
    } else {
        region.base().as_ptr()
    };
    // SAFETY: the pointer is aligned to `ALIGNMENT` (a page, or the dangling address above) and
    // valid for `length` initialised bytes as long as the region lives, which the caller answers
    // for. The capacity is given as 0: the vector then neither frees nor reallocates the memory,
    // for which aligned-vec 0.6.4 computes the size to deallocate as `capacity * size` and does
    // nothing if it is 0 (its `ARawVec::drop`). A vector grows only through `&mut`, which the
    // engine does for resizable buffers alone, and this one is not.
    let block: AVec<u8, ConstAlign<ALIGNMENT>> =
        unsafe { AVec::from_raw_parts(base, ALIGNMENT, length, 0) };
    JsArrayBuffer::from_byte_block(block, context)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::region::RegionPool;
    use boa_engine::{JsValue, Source, js_string, property::Attribute};
    use std::rc::Rc;

    #[test]
    fn shares_bytes_both_ways_and_survives_detaching() {
        let mut context = Context::default();
        let pool = Rc::new(RegionPool::default());
        let region = pool.reserve(65536, 65536).expect("a region");
        // SAFETY: the region lives to the end of the test, and these are its only uses.
        let (buffer, bytes) = unsafe {
            (
                array_buffer(&region, 65536, &mut context).expect("a buffer"),
                region.bytes(),
            )
        };
        context
            .register_global_property(js_string!("buffer"), buffer.clone(), Attribute::all())
            .expect("a global");
        bytes[3] = 9;
        let read = context
            .eval(Source::from_bytes(
                "let u8 = new Uint8Array(buffer); u8[4] = 11; u8[3]",
            ))
            .expect("no exception");
        assert_eq!(read.as_number(), Some(9.0));
        assert_eq!(bytes[4], 11);
        drop(buffer.detach(&JsValue::undefined()).expect("detaches once"));
        let length = context
            .eval(Source::from_bytes("u8.length + buffer.byteLength"))
            .expect("no exception");
        assert_eq!(length.as_number(), Some(0.0));
        bytes[4] = 12;
        boa_gc::force_collect();
        assert_eq!(bytes[4], 12);
    }
}
