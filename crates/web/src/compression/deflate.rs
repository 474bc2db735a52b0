//! The formats "deflate" (zlib) and "deflate-raw".

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use super::codec::{Codec, Corrupt, Output};

/// Compresses.
pub(super) struct Compressor(Compress);

impl Compressor {
    pub(super) fn new(has_zlib_header: bool) -> Self {
        Self(Compress::new(Compression::default(), has_zlib_header))
    }

    /// Compresses all of the input, and ends the stream with [`FlushCompress::Finish`].
    fn run(
        &mut self,
        mut input: &[u8],
        flush: FlushCompress,
        output: &mut Output,
    ) -> Result<(), Corrupt> {
        loop {
            let (read, written) = (self.0.total_in(), self.0.total_out());
            let (status, is_full) = output.write(|room| {
                let status = self.0.compress(input, room, flush);
                let written = (self.0.total_out() - written) as usize;
                (written, (status, written == room.len()))
            });
            let read = (self.0.total_in() - read) as usize;
            input = input.get(read..).unwrap_or_default();
            match status {
                Err(_) => return Err(Corrupt::Data),
                Ok(Status::StreamEnd) => return Ok(()),
                // There is no more to write before there is more to read.
                Ok(_) if input.is_empty() && !is_full => return Ok(()),
                Ok(_) => {}
            }
        }
    }
}

impl Codec for Compressor {
    fn push(&mut self, input: &[u8], output: &mut Output) -> Result<(), Corrupt> {
        if input.is_empty() {
            return Ok(());
        }
        self.run(input, FlushCompress::None, output)
    }

    fn finish(&mut self, output: &mut Output) -> Result<(), Corrupt> {
        self.run(&[], FlushCompress::Finish, output)
    }
}

/// Decompresses.
pub(super) struct Decompressor {
    inner: Decompress,
    has_ended: bool,
}

impl Decompressor {
    pub(super) fn new(has_zlib_header: bool) -> Self {
        Self {
            inner: Decompress::new(has_zlib_header),
            has_ended: false,
        }
    }

    pub(super) fn has_ended(&self) -> bool {
        self.has_ended
    }

    /// Decompresses up to the end of the stream or of the input, and returns what is left of that.
    /// `see` gets to see the output.
    pub(super) fn run<'a>(
        &mut self,
        mut input: &'a [u8],
        output: &mut Output,
        mut see: impl FnMut(&[u8]),
    ) -> Result<&'a [u8], Corrupt> {
        while !self.has_ended {
            let (read, written) = (self.inner.total_in(), self.inner.total_out());
            let (status, is_full) = output.write(|room| {
                let status = self.inner.decompress(input, room, FlushDecompress::None);
                let written = (self.inner.total_out() - written) as usize;
                see(room.get(..written).unwrap_or_default());
                (written, (status, written == room.len()))
            });
            let read = (self.inner.total_in() - read) as usize;
            input = input.get(read..).unwrap_or_default();
            match status {
                Err(_) => return Err(Corrupt::Data),
                Ok(Status::StreamEnd) => self.has_ended = true,
                Ok(_) if input.is_empty() && !is_full => break,
                // Neither the input nor the room is used up.
                Ok(_) if read == 0 && !is_full => return Err(Corrupt::Data),
                Ok(_) => {}
            }
        }
        Ok(input)
    }
}

impl Codec for Decompressor {
    fn push(&mut self, input: &[u8], output: &mut Output) -> Result<(), Corrupt> {
        match self.run(input, output, |_| {})? {
            [] => Ok(()),
            _ => Err(Corrupt::TrailingData),
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
