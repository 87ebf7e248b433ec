//! The driver: one pass over the bytes, section by section.
//!
//! Spec: [Binary Format › Modules](https://webassembly.github.io/spec/core/binary/modules.html).
//! Each part is read into what is kept, then handed to the validator. Reading comes first, so
//! that a malformed part is told from an invalid one.

#[cfg(feature = "parallel")]
use crate::parallel;
use crate::{
    DecodeError, DecodeOptions, FuncLabel, Names, ParseLimits, Section, SectionKind, Validation,
    body, check,
    error::{Fault, position},
    module::Contents,
    names::LazyNames,
    room,
    section::{
        custom, data, elements, exports, exports::ExportMap, functions, globals, imports, memories,
        tables, tags, types,
    },
};
use alloc::{borrow::Cow, string::ToString, sync::Arc, vec::Vec};
use core::ops::Range;
use dergwasm_types::FuncIdx;
use wasmparser::{
    Encoding, FuncToValidate, FuncValidatorAllocations, FunctionBody, Parser, Payload, Validator,
};

/// Takes `bytes` apart.
pub(crate) fn decode(
    bytes: Cow<'_, [u8]>,
    options: &DecodeOptions,
) -> Result<Contents, DecodeError> {
    let unsupported = options.features.difference(crate::Features::supported());
    if unsupported.names().next().is_some() {
        return Err(DecodeError::UnsupportedFeatures(unsupported));
    }
    check_size(&bytes, &options.limits)?;
    let bytes = Arc::new(copy(bytes)?);
    Decoder::new(options, Arc::clone(&bytes)).run(&bytes)
}

/// The bytes for the module to keep.
fn copy(bytes: Cow<'_, [u8]>) -> Result<Vec<u8>, DecodeError> {
    match bytes {
        Cow::Owned(bytes) => Ok(bytes),
        Cow::Borrowed(bytes) => {
            let mut copy = Vec::new();
            let room = copy.try_reserve_exact(bytes.len());
            let none = |_| room::none::<u8>(bytes.len(), "the bytes of the module", 0);
            room.map_err(|error| none(error).into_error(None, None))?;
            copy.extend_from_slice(bytes);
            Ok(copy)
        }
    }
}

/// Refuses more bytes than the limit.
pub(crate) fn check_size(bytes: &[u8], limits: &ParseLimits) -> Result<(), DecodeError> {
    let (found, limit) = (bytes.len(), limits.module_size);
    limit_to("bytes", found, limit, 0).map_err(|fault| fault.into_error(None, None))
}

fn limit_to(what: &'static str, found: usize, limit: usize, offset: usize) -> Result<(), Fault> {
    match found <= limit {
        true => Ok(()),
        false => {
            let (found, limit) = (found as u64, limit as u64);
            Err(Fault::Limit { offset, what, found, limit })
        }
    }
}

struct Decoder<'o> {
    options: &'o DecodeOptions,
    /// `None` when the module is trusted.
    validator: Option<Validator>,
    allocations: FuncValidatorAllocations,
    /// How many bodies have been read.
    bodies: usize,
    /// How many threads validate bodies.
    #[cfg(feature = "parallel")]
    threads: usize,
    /// How many bodies, from the first on, are still to be validated, by all threads together, and
    /// what that needs.
    #[cfg(feature = "parallel")]
    waiting: Option<(usize, wasmparser::ValidatorResources)>,
    to: Contents,
}

impl<'o> Decoder<'o> {
    fn new(options: &'o DecodeOptions, bytes: Arc<Vec<u8>>) -> Self {
        let (features, validation) = (options.features, options.validation);
        let validator = || Validator::new_with_features(features.section_features());
        Self {
            options,
            validator: (validation != Validation::None).then(validator),
            allocations: FuncValidatorAllocations::default(),
            bodies: 0,
            #[cfg(feature = "parallel")]
            threads: 1,
            #[cfg(feature = "parallel")]
            waiting: None,
            to: Contents {
                bytes,
                features,
                validation,
                // Most modules have no more.
                sections: Vec::with_capacity(16),
                ..Contents::default()
            },
        }
    }

    fn run(mut self, bytes: &[u8]) -> Result<Contents, DecodeError> {
        let mut parser = Parser::new(0);
        parser.set_features(self.options.features.reader_features());
        for payload in parser.parse_all(bytes) {
            match payload {
                Ok(Payload::CodeSectionEntry(body)) => {
                    let result = self.body(&body);
                    let result = result.and_then(|()| self.validate_waiting(true));
                    let result =
                        result.or_else(|fault| self.validate_waiting(false).and(Err(fault)));
                    result.map_err(|fault| {
                        fault.into_error(Some(SectionKind::Code), self.last_func())
                    })?;
                }
                Ok(payload) => self
                    .payload(&payload)
                    .map_err(|fault| fault.into_error(self.section_of(&payload), None))?,
                Err(error) => {
                    self.validate_waiting(false).map_err(|fault| {
                        fault.into_error(Some(SectionKind::Code), self.last_func())
                    })?;
                    let section = self.section_at(position(error.offset()));
                    return Err(Fault::from(error).into_error(section, None));
                }
            }
        }
        if self.validator.is_none() {
            check::check(&self.to).map_err(|(kind, fault)| fault.into_error(Some(kind), None))?;
        }
        self.to.export_map = ExportMap::new(&self.to.exports)
            .map_err(|fault| fault.into_error(Some(SectionKind::Export), None))?;
        Ok(self.to)
    }

    /// Reads and validates everything but function bodies.
    fn payload(&mut self, payload: &Payload<'_>) -> Result<(), Fault> {
        let read = self.read(payload);
        // What the validator says is closer to the specification's words, except when the bytes
        // could not be read at all.
        let unread = matches!(
            read,
            Err(Fault::Read(_)
                | Fault::Malformed { .. }
                | Fault::Limit { .. }
                | Fault::OutOfMemory { .. })
        );
        if !unread && let Some(validator) = &mut self.validator {
            validator.payload(payload).map_err(Fault::Invalid)?;
        }
        read
    }

    fn read(&mut self, payload: &Payload<'_>) -> Result<(), Fault> {
        match payload {
            Payload::Version { encoding: Encoding::Component, range, .. } => {
                let reason = "unknown binary version: a component, not a module".to_string();
                // The version follows the magic number.
                return Err(Fault::Malformed { offset: position(range.start) + 4, reason });
            }
            Payload::UnknownSection { id, range, .. } => {
                let reason = alloc::format!("malformed section id: {id}");
                return Err(Fault::Malformed { offset: position(range.start), reason });
            }
            Payload::StartSection { func, range } => {
                self.section(SectionKind::Start, range, 1)?;
                self.to.start = Some(FuncIdx(*func));
            }
            Payload::DataCountSection { count, range } => {
                self.section(SectionKind::DataCount, range, *count)?;
            }
            Payload::CodeSectionStart { count, unchecked_range, .. } => {
                self.section(SectionKind::Code, unchecked_range, *count)?;
                #[cfg(feature = "parallel")]
                if self.options.parallel
                    && self.options.validation == Validation::Full
                    && unchecked_range.end - unchecked_range.start >= parallel::WORTHWHILE
                {
                    self.threads = parallel::threads();
                }
            }
            Payload::CustomSection(section) => {
                self.section(SectionKind::Custom, &section.range(), 1)?;
                let range = section.data_range();
                if section.name() == "name" {
                    let range = position(range.start)..position(range.end);
                    self.to.names = LazyNames::new(range, &self.to.bytes);
                }
                custom::read(section, &mut self.to)?;
            }
            sections => return self.read_items(sections),
        }
        Ok(())
    }

    /// Reads a section that is a list.
    fn read_items(&mut self, payload: &Payload<'_>) -> Result<(), Fault> {
        use SectionKind as Kind;
        macro_rules! read {
            ($Kind:ident, $section:expr, $what:literal, $read:expr, $before:expr, $limit:ident) => {{
                let (section, range) = ($section.clone(), $section.range());
                let (found, limit) =
                    ($before + section.count() as usize, self.options.limits.$limit);
                self.section(Kind::$Kind, &range, section.count())?;
                limit_to($what, found, limit as usize, position(range.start))?;
                $read(section, &mut self.to)
            }};
        }
        let (to, limits) = (&self.to, &self.options.limits);
        match payload {
            Payload::TypeSection(s) => read!(Type, s, "types", types::read, 0, types),
            Payload::ImportSection(s) => {
                let read = |section, to: &mut _| imports::read(section, limits, to);
                read!(Import, s, "imports", read, 0, imports)
            }
            Payload::FunctionSection(s) => {
                read!(Function, s, "functions", functions::read, to.funcs.len(), functions)
            }
            Payload::TableSection(s) => {
                read!(Table, s, "tables", tables::read, to.tables.len(), tables)
            }
            Payload::MemorySection(s) => {
                read!(Memory, s, "memories", memories::read, to.memories.len(), memories)
            }
            Payload::TagSection(s) => read!(Tag, s, "tags", tags::read, to.tags.len(), tags),
            Payload::GlobalSection(s) => {
                read!(Global, s, "globals", globals::read, to.globals.len(), globals)
            }
            Payload::ExportSection(s) => read!(Export, s, "exports", exports::read, 0, exports),
            Payload::ElementSection(s) => {
                read!(Element, s, "element segments", elements::read, 0, element_segments)
            }
            Payload::DataSection(s) => {
                read!(Data, s, "data segments", data::read, 0, data_segments)
            }
            _ => Ok(()),
        }
    }

    fn section(&mut self, kind: SectionKind, range: &Range<u64>, count: u32) -> Result<(), Fault> {
        let range = position(range.start)..position(range.end);
        let offset = range.start;
        room::push(&mut self.to.sections, Section { kind, range, count }, "sections", offset)
    }

    fn body(&mut self, body: &FunctionBody<'_>) -> Result<(), Fault> {
        let range = body.range();
        let range = position(range.start)..position(range.end);
        let (size, start) = (range.len(), range.start);
        if let Some(func) = self.to.funcs.defined.get_mut(self.bodies) {
            func.body = range;
        }
        self.bodies += 1;
        limit_to("bytes of a function body", size, self.options.limits.function_size, start)?;
        let Some(validator) = &mut self.validator else { return Ok(()) };
        let func = validator.code_section_entry(body).map_err(Fault::Invalid)?;
        if self.options.validation == Validation::Deferred {
            self.to.deferred.get_or_insert(func.resources);
            return Ok(());
        }
        #[cfg(feature = "parallel")]
        if self.threads > 1 {
            self.waiting.get_or_insert((0, func.resources)).0 = self.bodies;
            return Ok(());
        }
        let FuncToValidate { resources, index, ty, .. } = func;
        let features = self.options.features.wasm_features();
        let func = FuncToValidate { resources: &resources, index, ty, features };
        body::validate(func, body, &mut self.allocations, &|| false).map(drop)
    }

    /// Validates the bodies that were put aside for several threads, so that a fault in one of them
    /// is found before any that comes later; with `all`, only once all bodies are there.
    fn validate_waiting(&mut self, all: bool) -> Result<(), Fault> {
        #[cfg(feature = "parallel")]
        if (!all || self.bodies == self.to.funcs.defined.len())
            && let Some((count, resources)) = self.waiting.take()
        {
            let (reader, threads) = (self.options.features.reader_features(), self.threads);
            let result = parallel::validate(&self.to, &resources, reader, count, threads);
            return result.map_err(|(index, fault)| {
                // The error is to name this function.
                self.bodies = index + 1;
                fault
            });
        }
        let _ = all;
        Ok(())
    }

    /// The section that `payload`, which has been read, belongs to.
    fn section_of(&self, payload: &Payload<'_>) -> Option<SectionKind> {
        match payload {
            Payload::Version { .. } | Payload::UnknownSection { .. } => None,
            _ => self.to.sections.last().map(|last| last.kind),
        }
    }

    /// The section at `offset`, where the parser gave up: in the last one or the next.
    fn section_at(&self, offset: usize) -> Option<SectionKind> {
        match self.to.sections.last() {
            Some(last) if offset < last.range.end => Some(last.kind),
            last => {
                let id = last.map_or(HEADER_SIZE, |last| last.range.end);
                (offset >= id).then(|| SectionKind::from_id(*self.to.bytes.get(id)?)).flatten()
            }
        }
    }

    /// The function whose body was read last.
    #[cold]
    fn last_func(&self) -> Option<FuncLabel> {
        let index = self.to.funcs.imported.len() + self.bodies.checked_sub(1)?;
        let index = FuncIdx(u32::try_from(index).ok()?);
        // The name section comes after the code.
        let names = Names::search(&self.to.bytes);
        Some(FuncLabel { index, name: self.to.func_name(index, &names).map(Into::into) })
    }
}

/// The magic number and the version.
const HEADER_SIZE: usize = 8;
