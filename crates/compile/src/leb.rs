//! Unsigned LEB128 numbers whose bytes arrive one by one.

use crate::CompileError;

/// A `u32` that is being read, in the [encoding][leb] of the binary format.
///
/// [leb]: https://webassembly.github.io/spec/core/binary/values.html#integers
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Leb {
    value: u32,
    shift: u32,
}

impl Leb {
    /// Takes the next byte, which is at `offset` in the module; gives the number after its last.
    pub(crate) fn push(&mut self, byte: u8, offset: usize) -> Result<Option<u32>, CompileError> {
        let more = byte & 0x80 != 0;
        // The fifth byte has room for four bits.
        if self.shift == 28 && byte > 0x0f {
            return Err(CompileError::invalid(
                if more {
                    "integer representation too long"
                } else {
                    "integer too large"
                },
                offset,
            ));
        }
        self.value |= u32::from(byte & 0x7f) << self.shift;
        self.shift += 7;
        Ok((!more).then_some(self.value))
    }
}

/// Appends `value` in as few bytes as possible.
pub(crate) fn write(out: &mut Vec<u8>, value: u32) {
    write64(out, value.into());
}

/// Appends a signed `value` in as few bytes as possible.
pub(crate) fn write_signed(out: &mut Vec<u8>, mut value: i32) {
    loop {
        let byte = value.to_le_bytes()[0] & 0x7f;
        value >>= 7;
        // What is left must be the extension of the sign bit of the last byte.
        if value == if byte & 0x40 == 0 { 0 } else { -1 } {
            out.push(byte);
            return;
        }
        out.push(byte | 0x80);
    }
}

/// Appends a wide `value` in as few bytes as possible.
pub(crate) fn write64(out: &mut Vec<u8>, mut value: u64) {
    loop {
        let byte = value.to_le_bytes()[0] & 0x7f;
        value >>= 7;
        if value == 0 {
            out.push(byte);
            return;
        }
        out.push(byte | 0x80);
    }
}

/// `value` in five bytes, for places that are filled in later.
pub(crate) fn padded(value: u32) -> [u8; 5] {
    let mut bytes = [0; 5];
    for (index, byte) in (0u32..).zip(&mut bytes) {
        *byte = (value >> (7 * index)).to_le_bytes()[0] | 0x80;
    }
    bytes[4] &= 0x7f;
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use wasmparser::BinaryReader;

    use super::{Leb, padded, write, write_signed, write64};

    fn read(bytes: &[u8]) -> Result<Option<u32>, String> {
        let mut leb = Leb::default();
        for (offset, &byte) in bytes.iter().enumerate() {
            if let Some(value) = leb.push(byte, offset).map_err(|error| error.to_string())? {
                assert_eq!(offset + 1, bytes.len(), "ends early");
                return Ok(Some(value));
            }
        }
        Ok(None)
    }

    proptest! {
        #[test]
        fn both_encodings_round_trip(value: u32) {
            let mut short = Vec::new();
            write(&mut short, value);
            prop_assert_eq!(read(&short), Ok(Some(value)));
            prop_assert_eq!(read(&padded(value)), Ok(Some(value)));
        }

        #[test]
        fn the_parser_reads_what_is_written(wide: u64, signed: i32) {
            let mut bytes = Vec::new();
            write64(&mut bytes, wide);
            write_signed(&mut bytes, signed);
            let mut reader = BinaryReader::new(&bytes, 0);
            prop_assert_eq!(reader.read_var_u64().unwrap(), wide);
            prop_assert_eq!(reader.read_var_i32().unwrap(), signed);
            prop_assert!(reader.eof());
        }
    }

    #[test]
    fn overlong_numbers_are_refused() {
        assert_eq!(
            read(&[0x80, 0x80, 0x80, 0x80, 0x80]),
            Err("integer representation too long at offset 4".into())
        );
        assert_eq!(
            read(&[0xff, 0xff, 0xff, 0xff, 0x1f]),
            Err("integer too large at offset 4".into())
        );
    }
}
