//! The format "brotli": <https://www.rfc-editor.org/rfc/rfc7932>.

use std::io::Write;

use brotli::{
    BrotliDecompressStream, BrotliResult, BrotliState, CompressorWriter,
    enc::{BrotliEncoderParams, StandardAlloc},
};

use super::codec::{Codec, Corrupt, Output};

/// As good as the other formats' default level, and as quick.
const QUALITY: i32 = 5;

/// Compresses.
pub(super) struct Compressor(Option<CompressorWriter<Vec<u8>>>);

impl Compressor {
    pub(super) fn new() -> Self {
        let params = BrotliEncoderParams {
            quality: QUALITY,
            ..BrotliEncoderParams::default()
        };
        Self(Some(CompressorWriter::with_params(
            Vec::new(),
            4096,
            &params,
        )))
    }
}

impl Codec for Compressor {
    fn push(&mut self, input: &[u8], output: &mut Output) -> Result<(), Corrupt> {
        if let Some(writer) = &mut self.0 {
            writer.write_all(input).map_err(|_| Corrupt::Data)?;
            output.push(&std::mem::take(writer.get_mut()));
        }
        Ok(())
    }

    fn finish(&mut self, output: &mut Output) -> Result<(), Corrupt> {
        if let Some(writer) = self.0.take() {
            output.push(&writer.into_inner());
        }
        Ok(())
    }
}

/// Decompresses.
pub(super) struct Decompressor {
    state: Box<BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>>,
    has_ended: bool,
}

impl Decompressor {
    pub(super) fn new() -> Self {
        let alloc = StandardAlloc::default;
        Self {
            state: Box::new(BrotliState::new(alloc(), alloc(), alloc())),
            has_ended: false,
        }
    }
}

impl Codec for Decompressor {
    fn push(&mut self, input: &[u8], output: &mut Output) -> Result<(), Corrupt> {
        if input.is_empty() {
            return Ok(());
        }
        if self.has_ended {
            return Err(Corrupt::TrailingData);
        }
        let mut left = input.len();
        let mut offset = 0;
        let mut total = 0;
        loop {
            let result = output.write(|room| {
                let mut room_left = room.len();
                let mut written = 0;
                let result = BrotliDecompressStream(
                    &mut left,
                    &mut offset,
                    input,
                    &mut room_left,
                    &mut written,
                    room,
                    &mut total,
                    &mut self.state,
                );
                (written, result)
            });
            match result {
                BrotliResult::NeedsMoreOutput => {}
                BrotliResult::NeedsMoreInput => return Ok(()),
                BrotliResult::ResultFailure => return Err(Corrupt::Data),
                BrotliResult::ResultSuccess => {
                    self.has_ended = true;
                    return if left == 0 {
                        Ok(())
                    } else {
                        Err(Corrupt::TrailingData)
                    };
                }
            }
        }
    }

    fn finish(&mut self, _: &mut Output) -> Result<(), Corrupt> {
        if self.has_ended {
            Ok(())
        } else {
            Err(Corrupt::Truncated)
        }
    }
}
