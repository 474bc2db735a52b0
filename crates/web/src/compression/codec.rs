//! What the formats have in common, and the transform that is made of each.

use boa_engine::{Context, JsNativeError, JsObject, JsResult, JsValue};
use bytes::Bytes;
use taipan_webidl::{BufferSource, Interface, buffer_source::Allow, convert};

use super::{brotli, deflate, gzip};
use crate::streams::{NativeTransform, TransformStreamDefaultController};

/// The most that is enqueued as one chunk.
const PIECE: usize = 1 << 16;

/// Why data cannot be decompressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Corrupt {
    /// It is not in the format, or a checksum is wrong.
    Data,
    /// It goes on after its end.
    TrailingData,
    /// It ends too early.
    Truncated,
}

impl Corrupt {
    fn message(self) -> &'static str {
        match self {
            Self::Data => "the compressed data is not valid",
            Self::TrailingData => "there is data after the end of the compressed data",
            Self::Truncated => "the compressed data ends too early",
        }
    }
}

/// Where a codec puts what it makes.
#[derive(Debug)]
pub(super) struct Output {
    /// Where codecs write to, as long as a stream lives.
    scratch: Vec<u8>,
    pieces: Vec<Bytes>,
}

impl Output {
    pub(super) fn new() -> Self {
        Self {
            scratch: vec![0; PIECE],
            pieces: Vec::new(),
        }
    }

    /// Hands out room to write to, and takes what was written, as many bytes as `write` says.
    pub(super) fn write<R>(&mut self, write: impl FnOnce(&mut [u8]) -> (usize, R)) -> R {
        let (written, result) = write(&mut self.scratch);
        let piece = self.scratch.get(..written).unwrap_or_default();
        if !piece.is_empty() {
            self.pieces.push(Bytes::copy_from_slice(piece));
        }
        result
    }

    /// Takes bytes that were written elsewhere.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let pieces = bytes.chunks(PIECE).map(Bytes::copy_from_slice);
        self.pieces.extend(pieces);
    }

    #[cfg(test)]
    pub(super) fn concat(&self) -> Vec<u8> {
        self.pieces.concat()
    }
}

/// One direction of a format.
pub(super) trait Codec {
    /// Takes the next bytes.
    fn push(&mut self, input: &[u8], output: &mut Output) -> Result<(), Corrupt>;

    /// There are no more bytes.
    fn finish(&mut self, output: &mut Output) -> Result<(), Corrupt>;
}

/// <https://compression.spec.whatwg.org/#compression-format>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Brotli,
    Deflate,
    DeflateRaw,
    Gzip,
}

impl Format {
    /// The argument of the constructor of `T`.
    pub(super) fn of_arguments<T: Interface>(
        args: &[JsValue],
        context: &mut Context,
    ) -> JsResult<Self> {
        let format = convert::required::<T>(args, 0, 1)?;
        let names = ["deflate", "deflate-raw", "gzip", "brotli"];
        Ok(
            match convert::enumeration(format, &names, T::NAME, context)? {
                "brotli" => Self::Brotli,
                "deflate" => Self::Deflate,
                "deflate-raw" => Self::DeflateRaw,
                _ => Self::Gzip,
            },
        )
    }

    pub(super) fn compressor(self) -> Box<dyn Codec> {
        match self {
            Self::Brotli => Box::new(brotli::Compressor::new()),
            Self::Deflate => Box::new(deflate::Compressor::new(true)),
            Self::DeflateRaw => Box::new(deflate::Compressor::new(false)),
            Self::Gzip => Box::new(gzip::Compressor::new()),
        }
    }

    pub(super) fn decompressor(self) -> Box<dyn Codec> {
        match self {
            Self::Brotli => Box::new(brotli::Decompressor::new()),
            Self::Deflate => Box::new(deflate::Decompressor::new(true)),
            Self::DeflateRaw => Box::new(deflate::Decompressor::new(false)),
            Self::Gzip => Box::new(gzip::Decompressor::new()),
        }
    }
}

/// The transform of a codec.
pub(super) struct CodecTransform {
    name: &'static str,
    codec: Box<dyn Codec>,
    /// Made when the first chunk comes.
    output: Option<Output>,
}

impl CodecTransform {
    pub(super) fn new(name: &'static str, codec: Box<dyn Codec>) -> Self {
        Self {
            name,
            codec,
            output: None,
        }
    }

    /// Runs the codec and enqueues what it made, which may be something even if it failed.
    fn run(
        &mut self,
        run: impl FnOnce(&mut dyn Codec, &mut Output) -> Result<(), Corrupt>,
        controller: &JsObject<TransformStreamDefaultController>,
        context: &mut Context,
    ) -> JsResult<()> {
        let output = self.output.get_or_insert_with(Output::new);
        let result = run(self.codec.as_mut(), output);
        for piece in std::mem::take(&mut output.pieces) {
            TransformStreamDefaultController::enqueue_bytes(controller, piece, context)?;
        }
        result.map_err(|corrupt| {
            JsNativeError::typ()
                .with_message(format!("{}: {}", self.name, corrupt.message()))
                .into()
        })
    }
}

impl NativeTransform for CodecTransform {
    /// <https://compression.spec.whatwg.org/#compress-and-enqueue-a-chunk> and
    /// <https://compression.spec.whatwg.org/#decompress-and-enqueue-a-chunk>
    fn transform(
        &mut self,
        chunk: JsValue,
        controller: &JsObject<TransformStreamDefaultController>,
        context: &mut Context,
    ) -> JsResult<()> {
        let what = format!("{}: a chunk", self.name);
        let chunk = BufferSource::new(&chunk, &what, Allow::default(), context)?;
        self.run(
            |codec, output| chunk.with_bytes(|bytes| codec.push(bytes, output)),
            controller,
            context,
        )
    }

    fn transform_bytes(
        &mut self,
        chunk: Bytes,
        controller: &JsObject<TransformStreamDefaultController>,
        context: &mut Context,
    ) -> JsResult<()> {
        self.run(
            |codec, output| codec.push(&chunk, output),
            controller,
            context,
        )
    }

    /// <https://compression.spec.whatwg.org/#compress-flush-and-enqueue> and
    /// <https://compression.spec.whatwg.org/#decompress-flush-and-enqueue>
    fn flush(
        &mut self,
        controller: &JsObject<TransformStreamDefaultController>,
        context: &mut Context,
    ) -> JsResult<()> {
        self.run(|codec, output| codec.finish(output), controller, context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORMATS: [Format; 4] = [
        Format::Brotli,
        Format::Deflate,
        Format::DeflateRaw,
        Format::Gzip,
    ];

    fn run(codec: &mut dyn Codec, input: &[u8], size: usize) -> Result<Vec<u8>, Corrupt> {
        let mut output = Output::new();
        for chunk in input.chunks(size) {
            codec.push(chunk, &mut output)?;
        }
        codec.push(&[], &mut output)?;
        codec.finish(&mut output)?;
        Ok(output.concat())
    }

    fn texts() -> [Vec<u8>; 4] {
        let noise = (0_u32..300_000)
            .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
            .collect();
        [
            Vec::new(),
            b"text".to_vec(),
            b"again and again ".repeat(50_000),
            noise,
        ]
    }

    #[test]
    fn there_and_back() {
        for format in FORMATS {
            for text in texts() {
                let compressed = run(format.compressor().as_mut(), &text, 10_000);
                let compressed = compressed.expect("compressed data");
                for size in [1, 7, 65_536, usize::MAX] {
                    if size == 1 && compressed.len() > 10_000 {
                        continue;
                    }
                    let decompressed = run(format.decompressor().as_mut(), &compressed, size);
                    assert!(decompressed.as_ref() == Ok(&text), "{format:?}, {size}");
                }
            }
        }
    }

    #[test]
    fn what_is_missing_or_too_much() {
        for format in FORMATS {
            let compressed = run(format.compressor().as_mut(), b"some text to compress", 5);
            let compressed = compressed.expect("compressed data");
            for length in 0..compressed.len() {
                let result = run(format.decompressor().as_mut(), &compressed[..length], 3);
                assert_eq!(result, Err(Corrupt::Truncated), "{format:?}, {length}");
            }
            for size in [1, 1000] {
                let more = [compressed.as_slice(), b"\0"].concat();
                let result = run(format.decompressor().as_mut(), &more, size);
                assert_eq!(result, Err(Corrupt::TrailingData), "{format:?}, {size}");
            }
        }
    }

    #[test]
    fn what_is_wrong() {
        for format in FORMATS {
            let result = run(format.decompressor().as_mut(), &[0xFF; 100], 10);
            assert_eq!(result, Err(Corrupt::Data), "{format:?}");
        }
        let zlib = run(Format::Deflate.compressor().as_mut(), b"text", 10).expect("data");
        let gzip = run(Format::Gzip.compressor().as_mut(), b"text", 10).expect("data");
        for (format, data, from_end) in [
            (Format::Deflate, &zlib, 4),
            (Format::Gzip, &gzip, 4),
            (Format::Gzip, &gzip, 8),
        ] {
            let mut data = data.clone();
            let index = data.len() - from_end;
            data[index] ^= 1;
            let result = run(format.decompressor().as_mut(), &data, 1000);
            assert_eq!(result, Err(Corrupt::Data), "{format:?}, {from_end}");
        }
    }

    #[test]
    fn output_comes_in_pieces() {
        let compressed = run(
            Format::Gzip.compressor().as_mut(),
            &[0; 1_000_000],
            1_000_000,
        );
        let compressed = compressed.expect("compressed data");
        let mut output = Output::new();
        let result = Format::Gzip.decompressor().push(&compressed, &mut output);
        assert_eq!(result, Ok(()));
        assert!(output.pieces.len() >= 1_000_000 / PIECE);
        assert!(output.pieces.iter().all(|piece| piece.len() <= PIECE));
    }
}
