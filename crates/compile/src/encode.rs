//! The bytes of a lowered module.

use wasm_encoder::{Encode, Instruction};
use wasmparser::{BinaryReader, Element, ElementItems, ElementKind, SectionLimited, WasmFeatures};

use crate::data::ActiveData;
use crate::framing::{PREAMBLE, SectionId};
use crate::header::Header;
use crate::info::{ModuleInfo, count};
use crate::lowering::erase::{Filled, FilledElements};
use crate::lowering::internal_references::{Helper, Helpers};
use crate::lowering::rewrite::Additions;
use crate::lowering::{Lowering, defined_memories};
use crate::types::{ExternKind, MemoryType, RefType};
use crate::{CompileError, leb};

/// An active element segment, turned into the arguments of a `table.init`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ActiveElement {
    segment: u32,
    table: u32,
    /// The instructions of the offset expression, without the final `end`.
    offset: Vec<u8>,
    length: u32,
}

/// The function that initialises tables and memories in place of the engine.
#[derive(Debug)]
pub(crate) struct Init {
    /// The index of its type.
    pub(crate) ty: u32,
    /// Its own index: the one after all others.
    pub(crate) index: u32,
    filled: Filled,
    helpers: Helpers,
    /// Whether the indices of each table are 64 bits wide.
    tables64: Vec<bool>,
    elements: Vec<ActiveElement>,
    start: Option<u32>,
    /// Where the number of data segments is to be filled in.
    data_count_at: Option<usize>,
}

/// Writes the sections before the code to `out`, with what rewritten function bodies need.
pub(crate) fn header(
    header: &Header,
    lowering: &Lowering,
    additions: Additions,
    features: WasmFeatures,
    out: &mut Vec<u8>,
) -> Result<Option<Init>, CompileError> {
    let (info, raw) = (&header.info, &header.raw);
    out.extend_from_slice(&PREAMBLE);

    let needs_init = lowering.init.is_some();
    let known = (0..)
        .zip(&info.types)
        .find(|(_, ty)| ty.params.is_empty() && ty.results.is_empty())
        .map(|(index, _)| index);
    let mut more = Vec::new();
    let mut added = 0;
    if additions.helpers {
        more.extend(Helper::TYPES.into_iter().flatten());
        added += count(Helper::TYPES.len());
    }
    let init_type = known.unwrap_or(count(info.types.len()) + added);
    if needs_init && known.is_none() {
        more.extend_from_slice(&[0x60, 0, 0]);
        added += 1;
    }
    extended(out, SectionId::Type, &raw.types, added, &more)?;

    more.clear();
    let mut memories = 0;
    for (_, ty) in defined_memories(info) {
        memory_import(&mut more, ty);
        memories += 1;
    }
    extended(out, SectionId::Import, &raw.imports, memories, &more)?;

    more.clear();
    if needs_init {
        leb::write(&mut more, init_type);
    }
    extended(
        out,
        SectionId::Function,
        &raw.functions,
        u32::from(needs_init),
        &more,
    )?;
    more.clear();
    added = 0;
    if additions.call_table || additions.helpers {
        // One function, or none.
        more.extend_from_slice(&[0x70, 1, 1, 1]);
        added += 1;
    }
    if additions.helpers {
        let helpers = count(Helper::ALL.len());
        more.extend_from_slice(&[0x70, 1]);
        leb::write(&mut more, helpers);
        leb::write(&mut more, helpers);
        added += 1;
        if !header.filled.segments.is_empty() {
            let size = count(header.filled.segments.iter().map(Vec::len).sum());
            more.extend_from_slice(&[0x6f, 1]);
            leb::write(&mut more, size);
            leb::write(&mut more, size);
            added += 1;
        }
    }
    extended(out, SectionId::Table, &raw.tables, added, &more)?;
    extended(out, SectionId::Tag, &raw.tags, 0, &[])?;
    more.clear();
    for elements in &header.filled.segments {
        more.extend_from_slice(&[0x7f, 1]);
        constant(&mut more, count(elements.len()));
        more.push(0x0b);
    }
    let segments = count(header.filled.segments.len());
    extended(out, SectionId::Global, &raw.globals, segments, &more)?;
    let init_index = count(info.functions.len());
    section(out, SectionId::Export, &exports(info, lowering, init_index));

    if !needs_init {
        extended(out, SectionId::Element, &raw.elements, 0, &[])?;
        if let Some(segments) = header.data_count {
            let mut contents = Vec::new();
            leb::write(&mut contents, segments);
            section(out, SectionId::DataCount, &contents);
        }
        return Ok(None);
    }
    let (contents, elements) = passive_elements(&raw.elements, &header.filled, features)?;
    section(out, SectionId::Element, &contents);
    // `memory.init` needs the number of data segments ahead of the code. If the module does not
    // say, it is known when the data section has arrived.
    section(
        out,
        SectionId::DataCount,
        &leb::padded(header.data_count.unwrap_or(0)),
    );
    Ok(Some(Init {
        ty: init_type,
        index: init_index,
        filled: header.filled.clone(),
        helpers: header.helpers(),
        tables64: info.tables.iter().map(|ty| ty.table64).collect(),
        elements,
        start: info.start,
        data_count_at: header.data_count.is_none().then(|| out.len() - 5),
    }))
}

/// Writes a section.
pub(crate) fn section(out: &mut Vec<u8>, id: SectionId, contents: &[u8]) {
    out.push(id.byte());
    leb::write(out, count(contents.len()));
    out.extend_from_slice(contents);
}

/// Writes a section of which `original` are the contents, with some entries added.
fn extended(
    out: &mut Vec<u8>,
    id: SectionId,
    original: &[u8],
    added: u32,
    more: &[u8],
) -> Result<(), CompileError> {
    if added == 0 {
        if !original.is_empty() {
            section(out, id, original);
        }
        return Ok(());
    }
    let (entries, rest) = if original.is_empty() {
        (0, original)
    } else {
        let mut reader = BinaryReader::new(original, 0);
        let entries = reader.read_var_u32()?;
        (entries, &original[reader.current_position()..])
    };
    let mut contents = Vec::with_capacity(original.len() + more.len() + 5);
    leb::write(&mut contents, entries.saturating_add(added));
    contents.extend_from_slice(rest);
    contents.extend_from_slice(more);
    section(out, id, &contents);
    Ok(())
}

fn string(out: &mut Vec<u8>, string: &str) {
    leb::write(out, count(string.len()));
    out.extend_from_slice(string.as_bytes());
}

/// Writes the import of a memory which the module defines.
///
/// Its name does not matter: imports are handed to the engine by position.
fn memory_import(out: &mut Vec<u8>, ty: &MemoryType) {
    string(out, "taipan");
    string(out, "memory");
    out.push(0x02);
    // https://webassembly.github.io/spec/core/binary/types.html#limits
    let custom_page_size = ty.page_size_log2 != 16;
    out.push(
        u8::from(ty.maximum.is_some())
            | u8::from(ty.shared) << 1
            | u8::from(ty.memory64) << 2
            | u8::from(custom_page_size) << 3,
    );
    leb::write64(out, ty.minimum);
    if let Some(maximum) = ty.maximum {
        leb::write64(out, maximum);
    }
    if custom_page_size {
        leb::write(out, ty.page_size_log2);
    }
}

fn exports(info: &ModuleInfo, lowering: &Lowering, init_index: u32) -> Vec<u8> {
    let hidden = lowering.hidden_exports(info, init_index);
    let mut out = Vec::new();
    leb::write(&mut out, count(info.exports.len() + hidden.len()));
    let mut write = |name: &str, kind: ExternKind, index: u32| {
        string(&mut out, name);
        out.push(match kind {
            ExternKind::Func => 0,
            ExternKind::Table => 1,
            ExternKind::Memory => 2,
            ExternKind::Global => 3,
            ExternKind::Tag => 4,
        });
        leb::write(&mut out, index);
    };
    for (position, export) in info.exports.iter().enumerate() {
        write(&lowering.export_name(position), export.kind(), export.index);
    }
    for (name, kind, index) in hidden {
        write(name, kind, index);
    }
    out
}

/// The element section with its active segments made passive, and what they did.
///
/// A segment is added that declares the functions which tables are filled with.
fn passive_elements(
    original: &[u8],
    filled: &Filled,
    features: WasmFeatures,
) -> Result<(Vec<u8>, Vec<ActiveElement>), CompileError> {
    let original = if original.is_empty() { &[0] } else { original };
    let reader = BinaryReader::new_features(original, 0, features);
    let segments: SectionLimited<'_, Element<'_>> = SectionLimited::new(reader)?;
    let functions: Vec<u32> = filled.functions().collect();
    let mut out = Vec::with_capacity(original.len());
    let mut active = Vec::new();
    let declared = u32::from(!functions.is_empty());
    leb::write(&mut out, segments.count().saturating_add(declared));
    for (index, segment) in (0..).zip(segments) {
        let segment = segment?;
        let ElementKind::Active {
            table_index,
            offset_expr,
        } = segment.kind
        else {
            out.extend_from_slice(&original[segment.range]);
            continue;
        };
        let (items, length) = match &segment.items {
            ElementItems::Functions(functions) => {
                // Passive, with the element kind of functions.
                out.extend_from_slice(&[0x01, 0x00]);
                (functions.range(), functions.count())
            }
            ElementItems::Expressions(ty, expressions) => {
                let ty = *ty;
                out.push(0x05);
                // If there were other types than these three, they have been erased.
                out.push(match RefType::from(ty) {
                    RefType::EXTERNREF => 0x6f,
                    ty if ty.is_exception() => 0x69,
                    _ => 0x70,
                });
                (expressions.range(), expressions.count())
            }
        };
        // The number of items is part of their range.
        out.extend_from_slice(&original[items]);
        active.push(ActiveElement {
            segment: index,
            table: table_index.unwrap_or(0),
            offset: without_end(offset_expr.get_binary_reader()),
            length,
        });
    }
    if !functions.is_empty() {
        // Declarative, with the element kind of functions.
        out.extend_from_slice(&[0x03, 0x00]);
        leb::write(&mut out, count(functions.len()));
        for function in functions {
            leb::write(&mut out, function);
        }
    }
    Ok((out, active))
}

/// The instructions of a constant expression without the final `end`.
fn without_end(mut expression: BinaryReader<'_>) -> Vec<u8> {
    let length = expression.bytes_remaining();
    let bytes = expression.read_bytes(length).unwrap_or_default();
    bytes
        .split_last()
        .map_or_else(Vec::new, |(_, rest)| rest.to_vec())
}

impl Init {
    /// Fills in the number of data segments, if the header did not know it.
    pub(crate) fn set_data_count(&self, segments: u32, out: &mut [u8]) {
        if let Some(at) = self.data_count_at {
            out[at..at + 5].copy_from_slice(&leb::padded(segments));
        }
    }

    /// The body of the function.
    ///
    /// It does what [instantiation] does after evaluating the initial values.
    ///
    /// [instantiation]: https://webassembly.github.io/spec/core/exec/modules.html#instantiation
    pub(crate) fn body(&self, data: &[ActiveData]) -> Vec<u8> {
        let mut body = if self.filled.elements.is_empty() {
            // No locals.
            vec![0]
        } else {
            // The offset of a segment, of either type.
            vec![2, 1, 0x7f, 1, 0x7e]
        };
        for (global, value) in &self.filled.globals {
            body.extend_from_slice(&value.code);
            Instruction::GlobalSet(*global).encode(&mut body);
        }
        for filled in &self.filled.tables {
            address(&mut body, 0, filled.table64);
            body.extend_from_slice(&filled.element.code);
            address(&mut body, filled.size, filled.table64);
            // table.fill
            body.extend_from_slice(&[0xfc, 17]);
            leb::write(&mut body, filled.table);
        }
        for (position, element) in (0..).zip(self.filled.segments.iter().flatten()) {
            constant(&mut body, position);
            body.extend_from_slice(&element.code);
            Instruction::TableSet(self.helpers.segments()).encode(&mut body);
        }
        let mut filled = self.filled.elements.iter().peekable();
        for element in &self.elements {
            while let Some(filled) = filled.next_if(|filled| filled.segment < element.segment) {
                self.set_elements(filled, &mut body);
            }
            body.extend_from_slice(&element.offset);
            constant(&mut body, 0);
            constant(&mut body, element.length);
            // table.init
            body.extend_from_slice(&[0xfc, 12]);
            leb::write(&mut body, element.segment);
            leb::write(&mut body, element.table);
            // elem.drop
            body.extend_from_slice(&[0xfc, 13]);
            leb::write(&mut body, element.segment);
        }
        for filled in filled {
            self.set_elements(filled, &mut body);
        }
        for data in data {
            body.extend_from_slice(&data.offset);
            constant(&mut body, 0);
            constant(&mut body, data.length);
            // memory.init
            body.extend_from_slice(&[0xfc, 8]);
            leb::write(&mut body, data.segment);
            leb::write(&mut body, data.memory);
            // data.drop
            body.extend_from_slice(&[0xfc, 9]);
            leb::write(&mut body, data.segment);
        }
        if let Some(start) = self.start {
            // call
            body.push(0x10);
            leb::write(&mut body, start);
        }
        body.push(0x0b);
        body
    }
}

impl Init {
    /// Writes what an active segment does whose elements are made by code.
    fn set_elements(&self, segment: &FilledElements, body: &mut Vec<u8>) {
        let table = segment.table;
        let is_64 = self.tables64.get(table as usize) == Some(&true);
        let (offset, add) = if is_64 {
            (1, Instruction::I64Add)
        } else {
            (0, Instruction::I32Add)
        };
        let index = |position: usize, body: &mut Vec<u8>| {
            Instruction::LocalGet(offset).encode(body);
            address(body, position as u64, is_64);
            add.encode(body);
        };
        body.extend_from_slice(&segment.offset.code);
        Instruction::LocalSet(offset).encode(body);
        // It traps before anything is written if the last element does not fit.
        index(segment.elements.len().saturating_sub(1), body);
        Instruction::TableGet(table).encode(body);
        Instruction::Drop.encode(body);
        for (position, element) in segment.elements.iter().enumerate() {
            index(position, body);
            body.extend_from_slice(&element.code);
            Instruction::TableSet(table).encode(body);
        }
    }
}

/// Writes the constant for an index of a table.
fn address(out: &mut Vec<u8>, value: u64, is_64: bool) {
    if is_64 {
        Instruction::I64Const(value.cast_signed()).encode(out);
    } else {
        // Tables with 32-bit indices are smaller than 2^32.
        constant(out, value as u32);
    }
}

/// Writes an `i32.const`.
fn constant(out: &mut Vec<u8>, value: u32) {
    out.push(0x41);
    leb::write_signed(out, value.cast_signed());
}
