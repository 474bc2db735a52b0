//! The frame of a module: which sections there are, in which order, and how large they may be.
//!
//! The parser would wait for more data on a section with an impossible identifier, order or size.
//! Everything that can be told from a section's first bytes is checked here before its contents
//! arrive.

use crate::{CompileError, Limits};

/// The first eight bytes of every module: the magic number and the version.
///
/// <https://webassembly.github.io/spec/core/binary/modules.html#binary-module>
pub(crate) const PREAMBLE: [u8; 8] = *b"\0asm\x01\0\0\0";

/// The [sections](https://webassembly.github.io/spec/core/binary/modules.html#sections), in the
/// order in which they must come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SectionId {
    Custom,
    Type,
    Import,
    Function,
    Table,
    Memory,
    Tag,
    Global,
    Export,
    Start,
    Element,
    DataCount,
    Code,
    Data,
}

impl SectionId {
    /// The section which this byte announces.
    pub(crate) fn from_byte(byte: u8) -> Option<Self> {
        Some(match byte {
            0 => Self::Custom,
            1 => Self::Type,
            2 => Self::Import,
            3 => Self::Function,
            4 => Self::Table,
            5 => Self::Memory,
            6 => Self::Global,
            7 => Self::Export,
            8 => Self::Start,
            9 => Self::Element,
            10 => Self::Code,
            11 => Self::Data,
            12 => Self::DataCount,
            13 => Self::Tag,
            _ => return None,
        })
    }

    /// The byte which announces this section.
    pub(crate) fn byte(self) -> u8 {
        match self {
            Self::Custom => 0,
            Self::Type => 1,
            Self::Import => 2,
            Self::Function => 3,
            Self::Table => 4,
            Self::Memory => 5,
            Self::Global => 6,
            Self::Export => 7,
            Self::Start => 8,
            Self::Element => 9,
            Self::Code => 10,
            Self::Data => 11,
            Self::DataCount => 12,
            Self::Tag => 13,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Custom => "custom",
            Self::Type => "type",
            Self::Import => "import",
            Self::Function => "function",
            Self::Table => "table",
            Self::Memory => "memory",
            Self::Tag => "tag",
            Self::Global => "global",
            Self::Export => "export",
            Self::Start => "start",
            Self::Element => "element",
            Self::DataCount => "data count",
            Self::Code => "code",
            Self::Data => "data",
        }
    }
}

/// Checks the byte at `offset` of the preamble.
pub(crate) fn check_preamble(byte: u8, offset: usize) -> Result<(), CompileError> {
    if PREAMBLE.get(offset) == Some(&byte) {
        return Ok(());
    }
    Err(match offset {
        0..4 => CompileError::invalid("invalid magic", 0),
        // What the preamble of a component has here.
        4 if byte == 0x0d => CompileError::unsupported(
            "component model",
            "the bytes are a component, not a module",
            offset,
        ),
        _ => CompileError::invalid("unknown binary version", 4),
    })
}

/// The order and the sizes of the sections so far.
#[derive(Debug)]
pub(crate) struct Framing {
    last: SectionId,
}

impl Default for Framing {
    fn default() -> Self {
        Self {
            last: SectionId::Custom,
        }
    }
}

impl Framing {
    /// Checks the byte that announces a section, which is at `offset`.
    pub(crate) fn section(&mut self, byte: u8, offset: usize) -> Result<SectionId, CompileError> {
        let Some(id) = SectionId::from_byte(byte) else {
            return Err(CompileError::invalid(
                format!("unknown section id {byte}"),
                offset,
            ));
        };
        match id {
            SectionId::Custom => {}
            _ if id <= self.last => {
                return Err(CompileError::invalid(
                    format!("unexpected {} section: section out of order", id.name()),
                    offset,
                ));
            }
            _ => self.last = id,
        }
        Ok(id)
    }

    /// Checks the declared size of a section whose contents start at `start`.
    pub(crate) fn size(
        id: SectionId,
        size: u32,
        start: usize,
        limits: &Limits,
    ) -> Result<(), CompileError> {
        let size = size as usize;
        if start.saturating_add(size) > limits.module_size {
            return Err(CompileError::limit(
                format!(
                    "the {} section of {size} bytes makes the module larger than {} bytes",
                    id.name(),
                    limits.module_size
                ),
                start,
            ));
        }
        let single_number = matches!(id, SectionId::Start | SectionId::DataCount);
        if single_number && size > 5 {
            return Err(CompileError::invalid(
                format!("unexpected content in the {} section", id.name()),
                start,
            ));
        }
        if size == 0 {
            return Err(CompileError::invalid(
                format!("unexpected end of the {} section", id.name()),
                start,
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Framing, SectionId};
    use crate::Limits;

    #[test]
    fn identifiers_round_trip() {
        for byte in 0..=u8::MAX {
            match SectionId::from_byte(byte) {
                Some(id) => assert_eq!(id.byte(), byte),
                None => assert!(byte > 13),
            }
        }
    }

    #[test]
    fn sections_come_once_and_in_order_and_custom_ones_anywhere() {
        let mut framing = Framing::default();
        for byte in [0, 1, 0, 2, 3, 4, 5, 13, 6, 7, 8, 0, 9, 12, 10, 11, 0] {
            framing.section(byte, 0).unwrap();
        }
        for byte in 1..=13 {
            let error = framing.section(byte, 7).unwrap_err();
            assert!(error.to_string().ends_with("out of order at offset 7"));
        }
    }

    #[test]
    fn impossible_sizes_are_refused() {
        let size = |id, size, start| Framing::size(id, size, start, &Limits::default());
        assert!(size(SectionId::Code, (1 << 30) - 20, 20).is_ok());
        assert!(size(SectionId::Code, (1 << 30) - 20, 21).is_err());
        assert!(size(SectionId::Type, 0, 20).is_err());
        assert!(size(SectionId::Start, 5, 20).is_ok());
        assert!(size(SectionId::Start, 6, 20).is_err());
    }
}
