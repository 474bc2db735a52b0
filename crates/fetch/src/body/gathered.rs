//! A body that was read to its end.

use boa_engine::{
    Context, JsNativeError, JsResult, builtins::array_buffer::AlignedVec,
    object::builtins::JsArrayBuffer,
};
use bytes::Bytes;
use taipan_web::bytes::array_buffer;
use taipan_webidl::buffer_source::external_memory;

use crate::net::{FetchError, FetchErrorKind, NativeBody};

/// All bytes of a body.
#[derive(Debug)]
pub(super) enum Gathered {
    /// As they came, in one piece.
    Bytes(Bytes),
    /// In the memory of an `ArrayBuffer` that is yet to be made.
    Block(AlignedVec<u8>),
}

impl Gathered {
    /// Reads a body to its end, and copies its chunks to where they will stay.
    pub(super) async fn read(mut body: NativeBody) -> Result<Self, FetchError> {
        let Some(first) = body.chunk().await? else {
            return Ok(Self::Bytes(Bytes::new()));
        };
        let Some(second) = body.chunk().await? else {
            return Ok(Self::Bytes(first));
        };
        // A hint is a claim of the server. Memory that is reserved and not written to costs nothing, up to a point.
        const MAX_TRUSTED: u64 = 256 << 20;
        let hint = body.size_hint().unwrap_or(0).min(MAX_TRUSTED);
        let mut block = AlignedVec::new(0);
        // What cannot be reserved is asked for again when it is there.
        let _ = block.try_reserve_exact(usize::try_from(hint).unwrap_or(0));
        let mut next = Some(first);
        let mut after = Some(second);
        while let Some(chunk) = next {
            if block.try_reserve(chunk.len()).is_err() {
                let reason = "there is not enough memory for the body";
                return Err(body.error(FetchErrorKind::Body, reason));
            }
            block.extend_from_slice(&chunk);
            next = match after.take() {
                Some(after) => Some(after),
                None => body.chunk().await?,
            };
        }
        Ok(Self::Block(block))
    }

    /// An `ArrayBuffer` of the bytes.
    pub(super) fn into_buffer(self, context: &mut Context) -> JsResult<JsArrayBuffer> {
        let block = match self {
            Self::Bytes(bytes) => return array_buffer(&bytes, context),
            Self::Block(block) => block,
        };
        let length = block.len();
        if length as u64 > context.host_hooks().max_buffer_size(context) {
            return Err(JsNativeError::range()
                .with_message(format!("{length} bytes do not fit in an ArrayBuffer"))
                .into());
        }
        external_memory(length);
        JsArrayBuffer::from_byte_block(block, context)
    }

    pub(super) fn into_bytes(self) -> Bytes {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Block(block) => Bytes::from_owner(block),
        }
    }
}

impl AsRef<[u8]> for Gathered {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Block(block) => block,
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn of_any_number_of_chunks() {
        for (chunks, hint) in [
            (&[][..], None),
            (&["one"], Some(3)),
            (&["o", "ne"], None),
            (&["o", "n", "e", "s"], Some(u64::MAX)),
        ] {
            let url = "http://host/".parse().unwrap();
            let (sender, body) = NativeBody::channel(&url, hint);
            for chunk in chunks {
                let send = sender.send(Bytes::from_static(chunk.as_bytes()));
                send.now_or_never().unwrap().unwrap();
            }
            sender.finish().now_or_never().unwrap();
            let gathered = Gathered::read(body).now_or_never().unwrap().unwrap();
            assert_eq!(gathered.as_ref(), chunks.concat().as_bytes());
            assert_eq!(gathered.into_bytes(), chunks.concat());
        }
    }
}
