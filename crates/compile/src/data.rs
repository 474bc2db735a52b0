//! The data section, segment by segment.
//!
//! The parser would wait for the whole section, which may be most of the module. Here each segment
//! is checked as it arrives and its contents are passed on at once.
//!
//! <https://webassembly.github.io/spec/core/binary/modules.html#data-section>

use wasmparser::{BinaryReader, Operator, WasmFeatures};

use crate::header::Header;
use crate::leb;
use crate::{CompileError, ValType};

/// More than the longest token of a segment, which is `i64.const` with eleven bytes.
const MAX_TOKEN: usize = 16;

/// The opcode that ends an expression.
const END: u8 = 0x0b;

/// What the reader says when a token needs more bytes than there are.
const END_OF_BYTES: &str = "unexpected end-of-file";

/// An active segment, turned into the arguments of a `memory.init`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ActiveData {
    pub(crate) segment: u32,
    pub(crate) memory: u32,
    /// The instructions of the offset expression, without the final `end`.
    pub(crate) offset: Vec<u8>,
    pub(crate) length: u32,
}

/// The data section while it arrives.
#[derive(Debug)]
pub(crate) struct DataSection {
    features: WasmFeatures,
    /// Where the section ends in the module.
    end: usize,
    state: State,
    /// How many segments have still to start.
    remaining: u32,
    segment: u32,
    /// The bytes of a token that is not complete yet.
    partial: Vec<u8>,
    /// The instructions of the current segment's offset.
    expression: Vec<u8>,
    /// Whether active segments become passive ones.
    make_passive: bool,
    /// The active segments that have become passive.
    pub(crate) active: Vec<ActiveData>,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Count,
    /// Between segments.
    Flags,
    Memory,
    Offset(Offset),
    Length {
        /// The memory which the segment goes to, if it is active.
        memory: Option<u32>,
    },
    Contents {
        remaining: usize,
    },
}

/// The state of an offset expression: a constant expression of integers of one type.
#[derive(Clone, Copy, Debug)]
struct Offset {
    memory: u32,
    ty: ValType,
    /// How many operands are on the stack.
    depth: u32,
}

impl DataSection {
    pub(crate) fn new(end: usize, features: WasmFeatures, make_passive: bool) -> Self {
        Self {
            features,
            end,
            state: State::Count,
            remaining: 0,
            segment: 0,
            partial: Vec::new(),
            expression: Vec::new(),
            make_passive,
            active: Vec::new(),
        }
    }

    /// How many segments have arrived.
    pub(crate) fn segments(&self) -> u32 {
        self.segment
    }

    /// Takes as much of `data`, which is at `offset`, as belongs to the section, and writes the
    /// contents of the lowered section to `out`.
    ///
    /// Returns how much it took and whether the section is complete.
    pub(crate) fn push(
        &mut self,
        data: &[u8],
        offset: usize,
        header: &Header,
        out: &mut Vec<u8>,
    ) -> Result<(usize, bool), CompileError> {
        let available = data.len().min(self.end - offset);
        let data = &data[..available];
        let mut position = 0;
        loop {
            if let State::Contents { remaining } = &mut self.state {
                let taken = (*remaining).min(data.len() - position);
                out.extend_from_slice(&data[position..position + taken]);
                *remaining -= taken;
                position += taken;
                if *remaining > 0 {
                    return Ok((position, false));
                }
                self.state = State::Flags;
                self.segment += 1;
            }
            if matches!(self.state, State::Flags) {
                let here = offset + position;
                if self.remaining == 0 {
                    if here < self.end {
                        return Err(CompileError::invalid(
                            "section size mismatch: unexpected data at the end of the section",
                            here,
                        ));
                    }
                    return Ok((position, true));
                }
            }
            if position == data.len() && offset + position < self.end {
                return Ok((position, false));
            }
            match self.token(&data[position..], offset + position, header, out)? {
                Some(taken) => position += taken,
                None => return Ok((data.len(), false)),
            }
        }
    }

    /// Reads one token from what is left over and `data`, which is at `offset`.
    ///
    /// Returns how much of `data` it took, or nothing if the token is not complete: then all of
    /// `data` has been kept.
    fn token(
        &mut self,
        data: &[u8],
        offset: usize,
        header: &Header,
        out: &mut Vec<u8>,
    ) -> Result<Option<usize>, CompileError> {
        let kept = self.partial.len();
        let start = offset - kept;
        if kept == 0 {
            let taken = self.read(data, start, header, out)?;
            if taken.is_none() {
                self.partial.extend_from_slice(data);
            }
            return Ok(taken);
        }
        let mut bytes = std::mem::take(&mut self.partial);
        bytes.extend_from_slice(&data[..data.len().min(MAX_TOKEN)]);
        let taken = self.read(&bytes, start, header, out)?;
        if taken.is_none() {
            self.partial = bytes;
        }
        Ok(taken.map(|taken| taken - kept))
    }

    /// Reads one token from `bytes`, which start at `start`; nothing if it is not complete.
    fn read(
        &mut self,
        bytes: &[u8],
        start: usize,
        header: &Header,
        out: &mut Vec<u8>,
    ) -> Result<Option<usize>, CompileError> {
        let mut reader = BinaryReader::new_features(bytes, start, self.features);
        match self.read_token(bytes, &mut reader, header, out) {
            Ok(()) => Ok(Some(reader.current_position())),
            Err(error) if error.message == END_OF_BYTES => {
                if start + bytes.len() < self.end {
                    return Ok(None);
                }
                Err(CompileError::invalid(
                    "unexpected end of the data section",
                    self.end,
                ))
            }
            Err(error) => Err(error),
        }
    }

    /// Changes nothing if the token is not complete.
    fn read_token(
        &mut self,
        bytes: &[u8],
        reader: &mut BinaryReader<'_>,
        header: &Header,
        out: &mut Vec<u8>,
    ) -> Result<(), CompileError> {
        let start = reader.original_position();
        match self.state {
            State::Count => {
                let count = reader.read_var_u32()?;
                header.check_data_segments(count, start)?;
                leb::write(out, count);
                self.remaining = count;
                self.state = State::Flags;
            }
            State::Flags => {
                let flags = reader.read_var_u32()?;
                self.remaining -= 1;
                self.expression.clear();
                self.state = match flags {
                    0 => State::Offset(Offset::new(0, start, header)?),
                    1 => State::Length { memory: None },
                    2 => State::Memory,
                    _ => {
                        return Err(CompileError::invalid(
                            "invalid flags byte in data segment",
                            start,
                        ));
                    }
                };
            }
            State::Memory => {
                let memory = reader.read_var_u32()?;
                self.state = State::Offset(Offset::new(memory, start, header)?);
            }
            State::Offset(mut offset) => {
                let operator = offset.operator(reader, header, self.features)?;
                if matches!(operator, Operator::End) {
                    self.state = State::Length {
                        memory: Some(offset.memory),
                    };
                } else {
                    let instructions = match operator {
                        Operator::GlobalGet { global_index } => header.global_value(global_index),
                        _ => None,
                    };
                    let read = &bytes[..reader.current_position()];
                    self.expression
                        .extend_from_slice(instructions.unwrap_or(read));
                    let size = self.expression.len();
                    header.limits.check_constant_expression(size, start)?;
                    self.state = State::Offset(offset);
                }
            }
            State::Length { memory } => {
                let length = reader.read_var_u32()?;
                if length as usize > self.end - reader.original_position() {
                    return Err(CompileError::invalid(
                        format!("a data segment of {length} bytes ends after its section"),
                        start,
                    ));
                }
                self.begin_contents(memory, length, out);
                self.state = State::Contents {
                    remaining: length as usize,
                };
            }
            State::Contents { .. } => {}
        }
        Ok(())
    }

    /// Writes what comes before the contents of a segment.
    fn begin_contents(&mut self, memory: Option<u32>, length: u32, out: &mut Vec<u8>) {
        match memory {
            Some(memory) if !self.make_passive => {
                if memory == 0 {
                    out.push(0);
                } else {
                    out.push(2);
                    leb::write(out, memory);
                }
                out.append(&mut self.expression);
                out.push(END);
            }
            Some(memory) => {
                out.push(1);
                self.active.push(ActiveData {
                    segment: self.segment,
                    memory,
                    offset: std::mem::take(&mut self.expression),
                    length,
                });
            }
            None => out.push(1),
        }
        leb::write(out, length);
    }
}

impl Offset {
    /// The offset of a segment which goes to `memory`, whose index is at `start`.
    fn new(memory: u32, start: usize, header: &Header) -> Result<Self, CompileError> {
        let Some(ty) = header.info.memories.get(memory as usize) else {
            return Err(CompileError::invalid(
                format!("unknown memory {memory}"),
                start,
            ));
        };
        Ok(Self {
            memory,
            ty: if ty.memory64 {
                ValType::I64
            } else {
                ValType::I32
            },
            depth: 0,
        })
    }

    /// Reads an instruction.
    ///
    /// Of the [constant instructions][constant] only those that make or take integers of the
    /// memory's address type can be part of a valid offset, so no other type is ever on the stack.
    ///
    /// [constant]: https://webassembly.github.io/spec/core/valid/instructions.html#constant-expressions
    fn operator<'a>(
        &mut self,
        reader: &mut BinaryReader<'a>,
        header: &Header,
        features: WasmFeatures,
    ) -> Result<Operator<'a>, CompileError> {
        let start = reader.original_position();
        // The opcode is looked at alone, so that nothing waits for the immediates of an
        // instruction which cannot be here.
        let (operands, results) = match (reader.clone().read_u8()?, self.ty) {
            (0x41, ValType::I32) | (0x42, ValType::I64) | (0x23, _) => (0, 1),
            (0x6a..=0x6c, ValType::I32) | (0x7c..=0x7e, ValType::I64)
                if features.extended_const() =>
            {
                (2, 1)
            }
            (END, _) => (1, 0),
            (0x41..=0x44 | 0xd0 | 0xd2, _) => return Err(self.mismatch("another type", start)),
            (0x6a..=0x6c | 0x7c..=0x7e, _) if features.extended_const() => {
                return Err(self.mismatch("another type", start));
            }
            (opcode, _) => {
                return Err(CompileError::invalid(
                    format!("constant expression required: non-constant operator 0x{opcode:02x}"),
                    start,
                ));
            }
        };
        let operator = reader.read_operator()?;
        if let Operator::GlobalGet { global_index } = operator {
            self.global(global_index, start, header, features)?;
        }
        let ended = matches!(operator, Operator::End);
        if self.depth < operands {
            return Err(self.mismatch("nothing", start));
        }
        self.depth = self.depth - operands + results;
        if ended && self.depth > 0 {
            return Err(CompileError::invalid(
                "type mismatch: values remaining on stack at end of constant expression",
                start,
            ));
        }
        Ok(operator)
    }

    fn global(
        &self,
        index: u32,
        start: usize,
        header: &Header,
        features: WasmFeatures,
    ) -> Result<(), CompileError> {
        let invalid = |message: String| Err(CompileError::invalid(message, start));
        let Some(global) = header.info.globals.get(index as usize) else {
            return invalid(format!("unknown global {index}"));
        };
        if index >= header.info.imported_globals && !features.gc() {
            return invalid(
                "constant expression required: global.get of locally defined global".into(),
            );
        }
        if global.mutable {
            return invalid("constant expression required: global.get of mutable global".into());
        }
        if global.content != self.ty {
            return Err(self.mismatch(&global.content.to_string(), start));
        }
        Ok(())
    }

    fn mismatch(&self, found: &str, offset: usize) -> CompileError {
        CompileError::invalid(
            format!("type mismatch: expected {}, found {found}", self.ty),
            offset,
        )
    }
}
