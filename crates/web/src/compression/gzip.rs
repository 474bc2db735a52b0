//! The format "gzip": <https://www.rfc-editor.org/rfc/rfc1952>.
//!
//! One member, and nothing after it.

use flate2::Crc;

use super::{
    codec::{Codec, Corrupt, Output},
    deflate,
};

/// The identification, the method (deflate), no flags, no time, no extra flags, no known system.
const HEADER: [u8; 10] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF];

/// The flags of a header.
mod flags {
    pub(super) const HEADER_CHECKSUM: u8 = 1 << 1;
    pub(super) const EXTRA: u8 = 1 << 2;
    pub(super) const NAME: u8 = 1 << 3;
    pub(super) const COMMENT: u8 = 1 << 4;
    pub(super) const RESERVED: u8 = 0b1110_0000;
}

/// Compresses.
pub(super) struct Compressor {
    body: deflate::Compressor,
    checksum: Crc,
    has_started: bool,
}

impl Compressor {
    pub(super) fn new() -> Self {
        Self {
            body: deflate::Compressor::new(false),
            checksum: Crc::new(),
            has_started: false,
        }
    }

    fn start(&mut self, output: &mut Output) {
        if !self.has_started {
            self.has_started = true;
            output.push(&HEADER);
        }
    }
}

impl Codec for Compressor {
    fn push(&mut self, input: &[u8], output: &mut Output) -> Result<(), Corrupt> {
        self.start(output);
        self.checksum.update(input);
        self.body.push(input, output)
    }

    fn finish(&mut self, output: &mut Output) -> Result<(), Corrupt> {
        self.start(output);
        self.body.finish(output)?;
        let mut trailer = self.checksum.sum().to_le_bytes().to_vec();
        trailer.extend(self.checksum.amount().to_le_bytes());
        output.push(&trailer);
        Ok(())
    }
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The first ten bytes.
    Header,
    ExtraLength,
    /// So many bytes.
    Extra(u16),
    Name,
    Comment,
    HeaderChecksum,
    Body,
    /// The checksum and the length.
    Trailer,
    Done,
}

/// Decompresses.
pub(super) struct Decompressor {
    state: State,
    flags: u8,
    /// The bytes of a field of fixed length, as far as they have come.
    field: Vec<u8>,
    header_checksum: Crc,
    body: deflate::Decompressor,
    checksum: Crc,
}

impl Decompressor {
    pub(super) fn new() -> Self {
        Self {
            state: State::Header,
            flags: 0,
            field: Vec::new(),
            header_checksum: Crc::new(),
            body: deflate::Decompressor::new(false),
            checksum: Crc::new(),
        }
    }

    /// Takes the next bytes of a field of `N`; the field, once it is complete.
    fn field<const N: usize>(&mut self, input: &mut &[u8]) -> Option<[u8; N]> {
        let missing = N.saturating_sub(self.field.len()).min(input.len());
        let (taken, left) = input.split_at(missing);
        self.field.extend_from_slice(taken);
        *input = left;
        let field = <[u8; N]>::try_from(self.field.as_slice()).ok()?;
        self.field.clear();
        Some(field)
    }

    /// Skips up to and including a zero. Whether it was there.
    fn skip_string(&mut self, input: &mut &[u8]) -> bool {
        let end = input.iter().position(|byte| *byte == 0);
        let (skipped, left) = input.split_at(end.map_or(input.len(), |end| end + 1));
        self.header_checksum.update(skipped);
        *input = left;
        end.is_some()
    }

    /// One step through the header; `None` if that needs more input.
    fn step(&mut self, input: &mut &[u8]) -> Result<Option<State>, Corrupt> {
        let has = |flag| self.flags & flag != 0;
        Ok(match self.state {
            State::Header => {
                // What is wrong with the first bytes is so without those after them.
                let start = [self.field.as_slice(), input].concat();
                let known = HEADER.iter().take(3);
                if known.zip(&start).any(|(known, byte)| known != byte) {
                    return Err(Corrupt::Data);
                }
                let Some(header) = self.field::<10>(input) else {
                    return Ok(None);
                };
                self.header_checksum.update(&header);
                let [_, _, _, flags, ..] = header;
                if flags & flags::RESERVED != 0 {
                    return Err(Corrupt::Data);
                }
                self.flags = flags;
                Some(State::ExtraLength)
            }
            State::ExtraLength if !has(flags::EXTRA) => Some(State::Name),
            State::ExtraLength => self.field::<2>(input).map(|length| {
                self.header_checksum.update(&length);
                State::Extra(u16::from_le_bytes(length))
            }),
            State::Extra(0) => Some(State::Name),
            State::Extra(_) if input.is_empty() => None,
            State::Extra(length) => {
                let (skipped, left) = input.split_at(input.len().min(length.into()));
                self.header_checksum.update(skipped);
                *input = left;
                Some(State::Extra(length - skipped.len() as u16))
            }
            State::Name if !has(flags::NAME) => Some(State::Comment),
            State::Name => self.skip_string(input).then_some(State::Comment),
            State::Comment if !has(flags::COMMENT) => Some(State::HeaderChecksum),
            State::Comment => self.skip_string(input).then_some(State::HeaderChecksum),
            State::HeaderChecksum if !has(flags::HEADER_CHECKSUM) => Some(State::Body),
            State::HeaderChecksum => match self.field::<2>(input) {
                None => None,
                Some(checksum)
                    if u16::from_le_bytes(checksum) == self.header_checksum.sum() as u16 =>
                {
                    Some(State::Body)
                }
                Some(_) => return Err(Corrupt::Data),
            },
            State::Body | State::Trailer | State::Done => None,
        })
    }
}

impl Codec for Decompressor {
    fn push(&mut self, mut input: &[u8], output: &mut Output) -> Result<(), Corrupt> {
        while let Some(state) = self.step(&mut input)? {
            self.state = state;
        }
        if self.state == State::Body {
            let checksum = &mut self.checksum;
            input = self
                .body
                .run(input, output, |bytes| checksum.update(bytes))?;
            if self.body.has_ended() {
                self.state = State::Trailer;
            }
        }
        if self.state == State::Trailer
            && let Some([a, b, c, d, length @ ..]) = self.field::<8>(&mut input)
        {
            if u32::from_le_bytes([a, b, c, d]) != self.checksum.sum()
                || u32::from_le_bytes(length) != self.checksum.amount()
            {
                return Err(Corrupt::Data);
            }
            self.state = State::Done;
        }
        if self.state == State::Done && !input.is_empty() {
            return Err(Corrupt::TrailingData);
        }
        Ok(())
    }

    fn finish(&mut self, _: &mut Output) -> Result<(), Corrupt> {
        if self.state == State::Done {
            Ok(())
        } else {
            Err(Corrupt::Truncated)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_a_header() {
        let mut header = vec![0x1F, 0x8B, 8, 0b1_1111, 1, 2, 3, 4, 2, 3];
        header.extend(b"\x03\x00xyzname\0comment\0");
        let mut checksum = Crc::new();
        checksum.update(&header);
        let mut output = Output::new();
        let mut plain = Compressor::new();
        plain.push(b"text", &mut output).expect("compressed data");
        plain.finish(&mut output).expect("compressed data");
        let body = &output.concat()[HEADER.len()..];
        for (sum, expected) in [(checksum.sum() as u16, Ok(())), (0, Err(Corrupt::Data))] {
            let data = [header.as_slice(), &sum.to_le_bytes(), body].concat();
            for size in [1, 4, 100] {
                let mut output = Output::new();
                let mut decompressor = Decompressor::new();
                let result = data
                    .chunks(size)
                    .try_for_each(|chunk| decompressor.push(chunk, &mut output))
                    .and_then(|()| decompressor.finish(&mut output));
                assert_eq!(result, expected);
                assert_eq!(output.concat() == b"text", expected.is_ok());
            }
        }
    }
}
