//! The compiler proper: bytes go in as they come, a module comes out.

use std::sync::Arc;

use bytes::Bytes;
use wasmparser::{BinaryReader, WasmFeatures};

use crate::bodies::{Bodies, ErrorCallback};
use crate::data::DataSection;
use crate::encode::{self, Init};
use crate::framing::{Framing, PREAMBLE, SectionId, check_preamble};
use crate::header::Header;
use crate::info::count;
use crate::leb::{self, Leb};
use crate::lowering::Lowering;
use crate::lowering::rewrite::{Additions, Rewriter, Rewritten};
use crate::net::{self, Net};
use crate::validated::Validated;
use crate::{CompileError, CompileOptions, CompiledModule};

/// Compiles a module whose bytes arrive in chunks.
///
/// Everything is checked as soon as it can be, most of it on worker threads: the function bodies
/// in batches, the data segments one by one, the other sections as wholes, and what a section's
/// first bytes say about it before its contents arrive.
///
/// The first problem in the order of the module is reported, by [`push`](Self::push) or
/// [`finish`](Self::finish); which of them depends on the timing, the error does not. Dropping the
/// compiler stops the workers.
///
/// ```
/// use taipan_compile::{CompileOptions, StreamingCompiler};
///
/// let mut compiler = StreamingCompiler::new(CompileOptions::default());
/// compiler.push(b"\0asm")?;
/// compiler.push(b"\x01\0\0\0")?;
/// let module = compiler.finish()?;
/// assert!(module.info().exports.is_empty());
/// # Ok::<(), taipan_compile::CompileError>(())
/// ```
pub struct StreamingCompiler {
    options: CompileOptions,
    /// What the module may use.
    features: WasmFeatures,
    /// What the lowered module may use, before exceptions are lowered.
    engine_features: WasmFeatures,
    /// How many bytes have been consumed.
    offset: usize,
    state: State,
    framing: Framing,
    header: Option<Header>,
    lowered: Option<Lowered>,
    bodies: Option<Bodies>,
    data: Option<DataSection>,
    on_error: Option<ErrorCallback>,
    /// The compilation, for whoever watches.
    span: tracing::Span,
}

/// What is written once the sections before the code are complete.
struct Lowered {
    lowering: Lowering,
    init: Option<Init>,
    out: Vec<u8>,
    /// Where the code section's size and number of bodies are to be filled in.
    code_at: Option<usize>,
    /// How many bodies the code section has.
    bodies: u32,
    /// The contents of the data section, if they cannot be written yet as the code section is
    /// going to have one more body.
    data: Vec<u8>,
    /// Where the data section's size is to be filled in.
    data_at: Option<usize>,
}

enum State {
    Preamble,
    SectionId,
    SectionSize {
        id: SectionId,
        size: Leb,
    },
    /// A section that is taken as a whole.
    Section {
        id: SectionId,
        start: usize,
        missing: usize,
        bytes: Vec<u8>,
    },
    CodeCount {
        end: usize,
        count: Leb,
    },
    BodySize {
        code: Code,
        start: usize,
        size: Leb,
    },
    Body {
        code: Code,
        start: usize,
        missing: usize,
    },
    Data,
    Failed(CompileError),
}

/// Where in the code section we are.
#[derive(Clone, Copy)]
struct Code {
    /// Where the section ends.
    end: usize,
    /// How many bodies have still to start.
    remaining: u32,
    /// The index of the next function.
    function: u32,
}

impl StreamingCompiler {
    /// A compiler that has seen nothing yet.
    pub fn new(options: CompileOptions) -> Self {
        Self {
            features: options.features.source(),
            engine_features: options.features.engine(),
            options,
            offset: 0,
            state: State::Preamble,
            framing: Framing::default(),
            header: None,
            lowered: None,
            bodies: None,
            data: None,
            on_error: None,
            span: tracing::info_span!(
                target: "taipan::compile", "compile", bytes = tracing::field::Empty
            ),
        }
    }

    /// Has `callback` called when a function body turns out invalid on a worker thread.
    pub(crate) fn on_error(&mut self, callback: ErrorCallback) {
        self.on_error = Some(callback);
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    ///
    /// If the module is known to be invalid. Every later call gives the same error.
    pub fn push(&mut self, chunk: &[u8]) -> Result<(), CompileError> {
        if let State::Failed(error) = &self.state {
            return Err(error.clone());
        }
        let parsed = self.parse(chunk);
        self.settle(parsed)
    }

    /// Validates the function bodies that have arrived, however few, instead of waiting for more.
    ///
    /// Useful when no bytes are expected for a while.
    ///
    /// # Errors
    ///
    /// If the module is known to be invalid. Every later call gives the same error.
    pub fn flush(&mut self) -> Result<(), CompileError> {
        if let State::Failed(error) = &self.state {
            return Err(error.clone());
        }
        if let Some(bodies) = &mut self.bodies {
            bodies.flush();
        }
        self.settle(Ok(()))
    }

    /// Completes the module.
    ///
    /// # Errors
    ///
    /// If the module is invalid or incomplete.
    pub fn finish(mut self) -> Result<CompiledModule, CompileError> {
        if let State::Failed(error) = &self.state {
            return Err(error.clone());
        }
        self.span.record("bytes", self.offset);
        let ended = self.end();
        // An invalid function body comes before whatever is wrong after it.
        if let Some(bodies) = &mut self.bodies {
            bodies.finish()?;
        }
        ended?;
        self.complete()
    }

    /// Finds out which error is the first when the parser found one or a worker did.
    fn settle(&mut self, parsed: Result<(), CompileError>) -> Result<(), CompileError> {
        let failed = self.bodies.as_ref().is_some_and(Bodies::failed);
        if parsed.is_ok() && !failed {
            return Ok(());
        }
        // All bodies before the point which the parser has reached come before its own error.
        let outcome = match &mut self.bodies {
            Some(bodies) => bodies.finish().and(parsed),
            None => parsed,
        };
        if let Err(error) = &outcome {
            self.state = State::Failed(error.clone());
            self.bodies = None;
            self.lowered = None;
            self.data = None;
        }
        outcome
    }

    fn parse(&mut self, mut chunk: &[u8]) -> Result<(), CompileError> {
        while !chunk.is_empty() {
            let taken = self.step(chunk)?;
            chunk = &chunk[taken..];
            self.offset += taken;
        }
        Ok(())
    }

    /// Takes some bytes of a chunk that is not empty.
    fn step(&mut self, chunk: &[u8]) -> Result<usize, CompileError> {
        let (byte, offset) = (chunk[0], self.offset);
        match &mut self.state {
            State::Preamble => {
                check_preamble(byte, offset)?;
                if offset + 1 == PREAMBLE.len() {
                    self.header = Some(Header::new(
                        self.features,
                        self.options.limits,
                        self.options.builtins.clone(),
                    )?);
                    self.state = State::SectionId;
                }
                Ok(1)
            }
            State::SectionId => {
                let id = self.framing.section(byte, offset)?;
                self.state = State::SectionSize {
                    id,
                    size: Leb::default(),
                };
                Ok(1)
            }
            State::SectionSize { id, size } => {
                if let Some(size) = size.push(byte, offset)? {
                    let id = *id;
                    self.begin_section(id, size, offset + 1)?;
                }
                Ok(1)
            }
            State::Section { missing, bytes, .. } => {
                let taken = chunk.len().min(*missing);
                bytes.extend_from_slice(&chunk[..taken]);
                *missing -= taken;
                if *missing == 0 {
                    self.end_section()?;
                }
                Ok(taken)
            }
            State::CodeCount { end, count } => {
                let end = *end;
                let count = count.push(byte, offset)?;
                if let Some(count) = count {
                    self.begin_code(count, offset + 1, end)?;
                } else if offset + 1 == end {
                    return Err(unexpected_end(SectionId::Code, end));
                }
                Ok(1)
            }
            State::BodySize { code, start, size } => {
                let (code, start) = (*code, *start);
                let size = size.push(byte, offset)?;
                if let Some(size) = size {
                    self.begin_body(code, start, size, offset + 1)?;
                } else if offset + 1 == code.end {
                    return Err(unexpected_end(SectionId::Code, code.end));
                }
                Ok(1)
            }
            State::Body {
                code,
                start,
                missing,
            } => {
                let taken = chunk.len().min(*missing);
                *missing -= taken;
                let finished = (*missing == 0).then_some((*code, *start));
                self.body(&chunk[..taken], finished)?;
                Ok(taken)
            }
            State::Data => self.data(chunk),
            State::Failed(error) => Err(error.clone()),
        }
    }

    fn begin_section(
        &mut self,
        id: SectionId,
        size: u32,
        start: usize,
    ) -> Result<(), CompileError> {
        Framing::size(id, size, start, &self.options.limits)?;
        let end = start + size as usize;
        self.state = match id {
            SectionId::Code => State::CodeCount {
                end,
                count: Leb::default(),
            },
            SectionId::Data => {
                let lowered = self.lowered()?;
                let make_passive = lowered.init.is_some();
                if !make_passive {
                    lowered.begin_data();
                }
                self.data = Some(DataSection::new(end, self.features, make_passive));
                State::Data
            }
            _ => State::Section {
                id,
                start,
                missing: size as usize,
                // The declared size is not believed until the bytes are there.
                bytes: Vec::with_capacity((size as usize).min(MAX_RESERVE)),
            },
        };
        Ok(())
    }

    fn end_section(&mut self) -> Result<(), CompileError> {
        let state = std::mem::replace(&mut self.state, State::SectionId);
        if let State::Section {
            id, start, bytes, ..
        } = state
        {
            self.header()?.section(id, bytes, start)?;
        }
        Ok(())
    }

    fn header(&mut self) -> Result<&mut Header, CompileError> {
        // The preamble makes it, and nothing comes before the preamble.
        self.header
            .as_mut()
            .ok_or_else(|| CompileError::internal("a section before the preamble"))
    }

    /// What is written, from now on, as no section before the code can come any more.
    fn lowered(&mut self) -> Result<&mut Lowered, CompileError> {
        if self.lowered.is_none() {
            if self.header()?.has_exceptions {
                self.keep_exceptions();
            }
            let (features, engine_features) = (self.features, self.engine_features);
            let header = self.header()?;
            let lowering = Lowering::new(header);
            let additions = Additions {
                helpers: header.uses_helpers,
                ..Additions::default()
            };
            let mut lowered = Lowered::new(header, lowering, additions, features)?;
            let checked = Net::header(&lowered.out, engine_features);
            if checked.is_err() && features != engine_features {
                header.erase()?;
                lowered = Lowered::new(header, lowered.lowering, additions, features)?;
                Net::header(&lowered.out, engine_features)?;
            } else {
                checked?;
            }
            self.lowered = Some(lowered);
        }
        self.lowered
            .as_mut()
            .ok_or_else(|| CompileError::internal("no header"))
    }

    /// Has exceptions stay in the module for now: they are lowered last.
    fn keep_exceptions(&mut self) {
        self.engine_features = self.options.features.with_exceptions();
    }

    fn begin_code(&mut self, bodies: u32, offset: usize, end: usize) -> Result<(), CompileError> {
        self.header()?.code_start(bodies, offset)?;
        let function = self.header()?.info.imported_functions;
        let lowered = self.lowered()?;
        lowered.begin_code(bodies);
        self.next_body(
            Code {
                end,
                remaining: bodies,
                function,
            },
            offset,
        )
    }

    fn next_body(&mut self, code: Code, offset: usize) -> Result<(), CompileError> {
        self.state = match (code.remaining > 0, offset < code.end) {
            (false, false) => State::SectionId,
            (false, true) => {
                return Err(CompileError::invalid(
                    "section size mismatch: unexpected data at the end of the section",
                    offset,
                ));
            }
            (true, false) => return Err(unexpected_end(SectionId::Code, offset)),
            (true, true) => State::BodySize {
                code,
                start: offset,
                size: Leb::default(),
            },
        };
        Ok(())
    }

    fn begin_body(
        &mut self,
        code: Code,
        size_at: usize,
        size: u32,
        start: usize,
    ) -> Result<(), CompileError> {
        let limit = self.options.limits.function_body_size;
        if size as usize > limit {
            return Err(CompileError::limit(
                format!("a function body of {size} bytes is larger than {limit} bytes"),
                size_at,
            ));
        }
        if size as usize > code.end - start {
            return Err(CompileError::invalid(
                format!("a function body of {size} bytes ends after its section"),
                size_at,
            ));
        }
        if self.bodies.is_none() {
            let (features, engine_features) = (self.features, self.engine_features);
            let header = self.header()?;
            let first = header.info.imported_functions;
            let resources = header.resources(start)?;
            let rewriter = (features != engine_features).then(|| Rewriter {
                features,
                tables: count(header.info.tables.len()),
                helpers: header.helpers(),
                globals: count(header.info.globals.len()),
                segments: header.coded_segments.as_slice().into(),
                checks_types: header.checks_types,
            });
            self.bodies = Some(Bodies::new(
                resources,
                engine_features,
                rewriter,
                self.options.parallelism,
                first,
                self.on_error.clone(),
            ));
        }
        leb::write(&mut self.lowered()?.out, size);
        let code = Code {
            remaining: code.remaining - 1,
            ..code
        };
        self.state = State::Body {
            code,
            start,
            missing: size as usize,
        };
        if size == 0 {
            // No byte will come that could end it.
            self.body(&[], Some((code, start)))?;
        }
        Ok(())
    }

    /// Takes some bytes of a body; `finished` says which one if they are the last.
    fn body(&mut self, bytes: &[u8], finished: Option<(Code, usize)>) -> Result<(), CompileError> {
        self.lowered()?.out.extend_from_slice(bytes);
        if let Some(bodies) = &mut self.bodies {
            bodies.extend(bytes);
        }
        let Some((code, start)) = finished else {
            return Ok(());
        };
        let ty = self.header()?.info.functions[code.function as usize];
        if let Some(bodies) = &mut self.bodies {
            bodies.end(ty, start);
        }
        let code = Code {
            function: code.function + 1,
            ..code
        };
        let end = if bytes.is_empty() {
            start
        } else {
            self.offset + bytes.len()
        };
        self.next_body(code, end)
    }

    fn data(&mut self, chunk: &[u8]) -> Result<usize, CompileError> {
        let offset = self.offset;
        let (Some(data), Some(header), Some(lowered)) =
            (&mut self.data, &self.header, &mut self.lowered)
        else {
            return Err(CompileError::internal("no data section"));
        };
        let out = match lowered.data_at {
            Some(_) => &mut lowered.out,
            None => &mut lowered.data,
        };
        let (taken, complete) = data.push(chunk, offset, header, out)?;
        if complete {
            self.state = State::SectionId;
        }
        Ok(taken)
    }

    /// Checks that the module may end here.
    fn end(&mut self) -> Result<(), CompileError> {
        let end = self.offset;
        let section = match &self.state {
            State::SectionId => {
                let data_seen = self.data.is_some();
                self.header()?.end(data_seen, end)?;
                return self.lowered().map(drop);
            }
            State::Failed(error) => return Err(error.clone()),
            State::Preamble => {
                return Err(CompileError::invalid(
                    "unexpected end of the module: its preamble is incomplete",
                    end,
                ));
            }
            State::SectionSize { id, .. } | State::Section { id, .. } => id.name(),
            State::CodeCount { .. } | State::BodySize { .. } | State::Body { .. } => {
                SectionId::Code.name()
            }
            State::Data => SectionId::Data.name(),
        };
        Err(CompileError::invalid(
            format!("unexpected end of the module in its {section} section"),
            end,
        ))
    }

    /// Puts the lowered module together, everything being valid.
    fn complete(mut self) -> Result<CompiledModule, CompileError> {
        let (Some(mut lowered), Some(header)) = (self.lowered.take(), self.header.take()) else {
            return Err(CompileError::internal("an incomplete module"));
        };
        let rewritten =
            (self.bodies.take()).map_or_else(Vec::new, |mut bodies| bodies.take_rewritten());
        if rewritten.iter().any(|body| body.additions.exceptions) {
            self.keep_exceptions();
        }
        if !rewritten.is_empty() {
            lowered = self.replace_bodies(&header, lowered, &rewritten)?;
        }
        drop(rewritten);
        if let Some(init) = lowered.init.take() {
            let (active, segments) = match &self.data {
                Some(data) => (data.active.as_slice(), data.segments()),
                None => (&[][..], 0),
            };
            init.set_data_count(segments, &mut lowered.out);
            let body = init.body(active);
            if lowered.code_at.is_none() {
                lowered.begin_code(0);
            }
            lowered.bodies += 1;
            leb::write(&mut lowered.out, count(body.len()));
            lowered.out.extend_from_slice(&body);
            Net::header(lowered.header_bytes(), self.engine_features)?.body(
                &body,
                init.index,
                init.ty,
                lowered.bodies,
            )?;
        }
        lowered.end_sections();
        let mut out = lowered.out;
        out.shrink_to_fit();
        if cfg!(debug_assertions) {
            Net::everything(&out, self.engine_features)?;
        }
        let info = Arc::new(header.info);
        let features = self.options.features;
        let bytes = Bytes::from(out);
        if self.engine_features == features.engine() {
            let valid = Validated::new(bytes, features);
            return Ok(CompiledModule::new(valid, info, lowered.lowering));
        }
        let parallelism = self.options.parallelism;
        Validated::with_exceptions(&bytes, &lowered.lowering, features, parallelism)
            .map(|(bytes, lowering)| CompiledModule::new(bytes, info, lowering))
    }

    /// Writes the module again with function bodies that were rewritten, and validates these.
    fn replace_bodies(
        &self,
        header: &Header,
        original: Lowered,
        rewritten: &[Rewritten],
    ) -> Result<Lowered, CompileError> {
        let mut additions = Additions {
            helpers: header.uses_helpers,
            ..Additions::default()
        };
        for body in rewritten {
            additions |= body.additions;
        }
        let Lowered {
            lowering,
            out: bytes,
            code_at: Some(code_at),
            bodies,
            data,
            data_at,
            ..
        } = original
        else {
            return Err(CompileError::internal("bodies without a code section"));
        };
        let mut lowered = Lowered::new(header, lowering, additions, self.features)?;
        let functions = bodies + u32::from(lowered.init.is_some());
        let net = Net::header(&lowered.out, self.engine_features)?;
        let resources = net.into_resources(functions)?;
        let mut check = Bodies::new(
            resources,
            self.engine_features,
            None,
            self.options.parallelism,
            header.info.imported_functions,
            None,
        );
        lowered.begin_code(bodies);
        let mut rewritten = rewritten.iter().peekable();
        // After the size and the number, which are padded.
        let mut at = code_at + 10;
        for index in (header.info.imported_functions..).take(bodies as usize) {
            let mut reader = BinaryReader::new(&bytes[at..], at);
            let size = reader.read_var_u32()? as usize;
            let start = reader.original_position();
            at = start + size;
            let body = match rewritten.next_if(|body| body.index == index) {
                Some(body) => {
                    check.push(body.index, body.ty, &body.body, start);
                    &body.body
                }
                None => &bytes[start..at],
            };
            leb::write(&mut lowered.out, count(body.len()));
            lowered.out.extend_from_slice(body);
        }
        check.finish().map_err(net::caught)?;
        lowered.data = data;
        if let Some(data_at) = data_at {
            lowered.begin_data();
            // After the size, which is padded.
            lowered.out.extend_from_slice(&bytes[data_at + 5..]);
        }
        Ok(lowered)
    }
}

impl Lowered {
    /// The sections before the code, with what rewritten bodies need.
    fn new(
        header: &Header,
        mut lowering: Lowering,
        additions: Additions,
        features: WasmFeatures,
    ) -> Result<Self, CompileError> {
        if additions.helpers {
            lowering = lowering.with_helpers(header);
        }
        let mut out = Vec::new();
        let init = encode::header(header, &lowering, additions, features, &mut out)?;
        Ok(Self {
            lowering,
            init,
            out,
            code_at: None,
            bodies: 0,
            data: Vec::new(),
            data_at: None,
        })
    }

    /// Begins the code section with its size and the number of its bodies still open.
    fn begin_code(&mut self, bodies: u32) {
        self.out.push(SectionId::Code.byte());
        self.code_at = Some(self.out.len());
        self.out.extend_from_slice(&leb::padded(0));
        self.out.extend_from_slice(&leb::padded(0));
        self.bodies = bodies;
    }

    /// Begins the data section with its size still open.
    fn begin_data(&mut self) {
        self.out.push(SectionId::Data.byte());
        self.data_at = Some(self.out.len());
        self.out.extend_from_slice(&leb::padded(0));
    }

    /// Fills in what [`begin_code`](Self::begin_code) and [`begin_data`](Self::begin_data) left
    /// open, and writes the data section if it had to wait.
    fn end_sections(&mut self) {
        if let Some(at) = self.code_at {
            // The data section starts with one byte before its size.
            let end = self.data_at.map_or(self.out.len(), |data_at| data_at - 1);
            let size = count(end - at - 5);
            self.out[at..at + 5].copy_from_slice(&leb::padded(size));
            self.out[at + 5..at + 10].copy_from_slice(&leb::padded(self.bodies));
        }
        if let Some(at) = self.data_at {
            let size = count(self.out.len() - at - 5);
            self.out[at..at + 5].copy_from_slice(&leb::padded(size));
        } else if !self.data.is_empty() {
            encode::section(&mut self.out, SectionId::Data, &self.data);
        }
    }

    /// The bytes before the code section.
    fn header_bytes(&self) -> &[u8] {
        match self.code_at {
            Some(at) => &self.out[..at - 1],
            None => &self.out,
        }
    }
}

/// How much memory a declared size gets at once.
const MAX_RESERVE: usize = 1 << 20;

fn unexpected_end(id: SectionId, offset: usize) -> CompileError {
    CompileError::invalid(
        format!("unexpected end of the {} section", id.name()),
        offset,
    )
}
