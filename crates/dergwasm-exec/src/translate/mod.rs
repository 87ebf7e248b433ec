//! WebAssembly to internal code, one function at a time, in one pass.
//!
//! Operands are not moved when they are pushed: the [`stack`] remembers that one is a copy of a
//! local or a constant, and the instruction that uses it names that place. A result goes to the
//! slot of its height and to the accumulator of its class; if the instruction that uses it finds it
//! still in the accumulator, the write to the slot is taken back. `local.set` right after an
//! instruction redirects its result to the local. A comparison right before a branch is fused
//! with it, and an instruction that takes what the last one made becomes one with that where the table
//! has a row for both ([`fused`]).
//!
//! At labels, calls and other safepoints nothing is only in an accumulator.
//!
//! Labels exist only here. Nothing here knows what instructions do.

#![expect(clippy::cast_possible_truncation, reason = "offsets are those of bytes in memory")]

mod access;
mod aggregate;
mod atomic;
mod branch;
mod bulk;
mod call;
mod continuation;
mod control;
mod emit;
mod exception;
mod fused;
mod immediates;
mod lists;
mod locals;
mod numeric;
mod reference;
pub(crate) mod room;
mod roots;
mod stack;
mod variable;
mod vector;
mod wide;

pub(crate) use immediates::memory_argument;
pub(crate) use lists::Lists;

use crate::interrupt::InterruptState;
use crate::ir::code::{Draft, FrameLayout, FuncCode};
use crate::ir::layout::Word;
use crate::ir::{Class, Opcode, RegionId, SideTables};
use crate::module_types::{TypeFacts, is_traced_value};
use crate::{CostClass, Error, ErrorKind, FuelCosts};
use alloc::vec::Vec;
use control::Control;
use dergwasm_decode::{DecodeError, Location, Module, Operators, UseOperator};
use dergwasm_types::{FuncIdx, FuncType, Trap, ValType};
use emit::{Accumulators, Last, Step};
use locals::Locals;
use stack::Stack;
use wasmparser::{BinaryReader, FunctionBody, LocalsReader, Operator};

/// How many operands may be on the stack of a function at a time: a frame of 16 MiB.
const MAX_OPERANDS: usize = 1 << 20;

/// How many words of code a function may have for each byte of its body, and besides. Real code has
/// about half a word.
const MAX_WORDS_PER_BYTE: usize = 16;
const MAX_WORDS: usize = 1 << 18;

/// How many instructions are translated, or put into their final form, between two looks whether
/// another thread asks the run to stop that waits for the translation.
pub(crate) const LOOK_EVERY: usize = 1024;

/// Ends a translation that is to stop; the run repeats it when it goes on.
pub(crate) fn look(interrupt: &InterruptState) -> Result<(), Error> {
    if interrupt.is_requested() { Err(Error::pause(Trap::Interrupted, 0)) } else { Ok(()) }
}

/// What the code is to be able to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// Pay fuel: what costs how much.
    pub(crate) fuel: Option<FuelCosts>,
    /// Stop when another thread asks for it.
    pub(crate) interruptible: bool,
    /// Translate every instruction for itself.
    pub(crate) unfused: bool,
}

/// Translates the functions of a module, and the state of the translation of one.
#[derive(Debug)]
pub(crate) struct Translator<'m> {
    module: &'m Module,
    /// What is known of each type of the module.
    facts: &'m [TypeFacts],
    options: Options,
    /// What fuel is paid for, whether it is paid or not.
    costs: FuelCosts,
    func: FuncIdx,
    /// How much code there may be.
    max_words: usize,
    /// Where another thread asks the run to stop that waits for the translation, if one does.
    interrupt: Option<&'m InterruptState>,
    /// How many instructions are translated before the next look there.
    until_look: usize,
    /// How much code there may be before [`attend`](Self::attend) is called after each instruction.
    attend_beyond: usize,
    /// Up to how much code, and how many operands, there is room.
    room: usize,
    operand_room: usize,
    /// Whether to look if there is room for more labels, blocks and vectors.
    looks_at_lists: bool,
    /// Why the last instruction was not translated, if it was not.
    failure: Option<Error>,
    layout: FrameLayout,
    /// The classes of parameters and locals.
    locals: Locals,
    stack: Stack,
    /// The constant vectors so far.
    vectors: Vec<[u8; 16]>,
    controls: Vec<Control>,
    labels: Vec<branch::Label>,
    /// The loop whose beginning is being translated: no label and no test came after it.
    header: Option<branch::LabelId>,
    code: Vec<u64>,
    /// The word at which each instruction begins, and the wasm offset it comes from.
    offsets: Vec<(u32, u32)>,
    /// The words that refer to labels.
    targets: Vec<u32>,
    accs: Accumulators,
    last: Option<Last>,
    /// The comparison that the last instruction negates, if it does.
    negated: Option<emit::Negated>,
    /// Where the newest instruction is, while no label came after it.
    newest: Option<usize>,
    /// The last step of a local, while no label came after it.
    step: Option<Step>,
    /// Whether the next instruction can be reached.
    reachable: bool,
    /// How many slots from the frame's base on are used.
    frame_slots: u32,
    /// Where the fuel instruction is that pays for what is being translated.
    fuel_at: Option<usize>,
    fuel: u64,
    /// The wasm offset of the current instruction.
    offset: usize,
    /// Where the code of the first instruction begins.
    first: usize,
    side: SideTables,
    /// The region of code that is being translated.
    region: Option<RegionId>,
    pads: Vec<exception::Pad>,
    /// The clauses of the `try_table`s that are open, innermost last.
    catches: Vec<exception::CatchClause>,
}

/// The error for bytes that cannot be read.
#[cold]
fn malformed(error: &wasmparser::BinaryReaderError) -> Error {
    Error::from(DecodeError::Malformed {
        at: Location { offset: error.offset() as usize, ..Location::default() },
        reason: error.message().into(),
    })
}

/// A count as the code holds it; functions are far smaller than 4 GiB.
fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

impl<'m> Translator<'m> {
    pub(crate) fn new(module: &'m Module, facts: &'m [TypeFacts], options: Options) -> Self {
        Self::with_lists(module, facts, options, Lists::default())
    }

    /// A translator that writes to these lists.
    pub(crate) fn with_lists(
        module: &'m Module,
        facts: &'m [TypeFacts],
        options: Options,
        lists: Lists,
    ) -> Self {
        Self {
            module,
            facts,
            options,
            costs: options.fuel.unwrap_or_default(),
            func: FuncIdx(0),
            max_words: 0,
            interrupt: None,
            until_look: 0,
            attend_beyond: 0,
            room: 0,
            operand_room: 0,
            looks_at_lists: false,
            failure: None,
            layout: FrameLayout::default(),
            locals: lists.locals,
            stack: lists.stack,
            vectors: lists.vectors,
            controls: lists.controls,
            labels: lists.labels,
            header: None,
            code: lists.code,
            offsets: lists.offsets,
            targets: lists.targets,
            accs: Accumulators::default(),
            last: None,
            negated: None,
            newest: None,
            step: None,
            reachable: true,
            frame_slots: 0,
            fuel_at: None,
            fuel: 0,
            offset: 0,
            first: 0,
            side: lists.side,
            region: None,
            pads: lists.pads,
            catches: lists.catches,
        }
    }

    /// Lets another thread end translations.
    pub(crate) fn interruptible_by(&mut self, interrupt: Option<&'m InterruptState>) {
        self.interrupt = interrupt;
    }

    /// Whether another thread asks to stop.
    pub(crate) fn is_interrupted(&self) -> bool {
        self.interrupt.is_some_and(InterruptState::is_requested)
    }

    /// Translates a function that the module defines and that is valid or trusted.
    ///
    /// # Errors
    /// If the function's bytes cannot be read; a valid function's can.
    pub(crate) fn translate(&mut self, func: FuncIdx) -> Result<Draft<'_>, Error> {
        let imported = self.module.imported_func_count();
        let body = func.index().checked_sub(imported).and_then(|i| self.module.funcs().get(i));
        let Some(body) = body else {
            return Err(Error::usage(alloc::format!("function {func} has no body")));
        };
        let range = body.body.clone();
        let (start, size) = (range.start as u64, range.len());
        let bytes = self.module.bytes().get(range).unwrap_or_default();
        let features = self.module.features().wasm_features();
        let body = FunctionBody::new(BinaryReader::new_features(bytes, start, features));
        self.reset(func);
        self.max_words = (MAX_WORDS + MAX_WORDS_PER_BYTE * size).min(u32::MAX as usize);
        self.begin_room(size)?;
        self.until_look = LOOK_EVERY;
        let mut reader = body.get_locals_reader().map_err(|e| malformed(&e))?;
        self.read_locals(&mut reader).map_err(|e| malformed(&e))?;
        let first = reader.get_binary_reader().original_position();
        let rest = bytes.get((first - start) as usize..).unwrap_or_default();
        let mut operators = Operators::new(rest, first, features);
        self.offset = first as usize;
        self.begin();
        self.run(&mut operators)?;
        self.stop_paying();
        self.emit_pads()?;
        self.end()
    }

    /// Forgets the function before, but keeps the memory that its translation took.
    fn reset(&mut self, func: FuncIdx) {
        self.func = func;
        let ty = self.own_type();
        let params = ty.params().len();
        self.layout = FrameLayout {
            params: narrow(params),
            area: narrow(params.max(ty.results().len())),
            locals: 0,
        };
        self.locals.clear();
        self.vectors.clear();
        self.controls.clear();
        self.labels.clear();
        self.header = None;
        self.code.clear();
        self.offsets.clear();
        self.targets.clear();
        self.forget_accumulators();
        self.reachable = true;
        self.fuel_at = None;
        self.fuel = 0;
        self.side.clear();
        self.region = None;
        self.pads.clear();
        self.catches.clear();
    }

    /// The type of the function.
    fn own_type(&self) -> &'m FuncType {
        self.module.func_type(self.func)
    }

    /// Finds the classes of parameters and locals.
    fn read_locals(
        &mut self,
        groups: &mut LocalsReader<'_>,
    ) -> Result<(), wasmparser::BinaryReaderError> {
        for &ty in self.own_type().params() {
            let class = self.class_of(ty);
            self.locals.add(1, class);
        }
        for _ in 0..groups.get_count() {
            let (count, ty) = groups.read()?;
            let class = self.class_of_parsed(ty);
            self.locals.add(count, class);
        }
        self.layout.locals = self.locals.len() - self.layout.params;
        self.frame_slots = self.layout.locals;
        self.stack.reset(self.locals.len() as usize);
        Ok(())
    }

    /// The class of values of a type.
    fn class_of(&self, ty: ValType) -> Class {
        match ty {
            ValType::I32 => Class::I32,
            ValType::I64 => Class::I64,
            ValType::F32 => Class::F32,
            ValType::F64 => Class::F64,
            ValType::V128 => Class::V128,
            ValType::Ref(_) if is_traced_value(self.module, ty) => Class::Ref,
            ValType::Ref(_) => Class::I64,
        }
    }

    /// The class of values of a type as it stands in a body.
    fn class_of_parsed(&self, ty: wasmparser::ValType) -> Class {
        match ty {
            wasmparser::ValType::I32 => Class::I32,
            wasmparser::ValType::I64 => Class::I64,
            wasmparser::ValType::F32 => Class::F32,
            wasmparser::ValType::F64 => Class::F64,
            wasmparser::ValType::V128 => Class::V128,
            wasmparser::ValType::Ref(ty) => self.class_of_ref(ty),
        }
    }

    /// Emits what comes before the first instruction, as a part of it; the frame's size is not
    /// known yet.
    fn begin(&mut self) {
        let zeroed = self.layout.locals;
        let vectors = self.locals.of_class(Class::V128).any(|run| run.end > self.layout.params);
        let opcode = match zeroed {
            _ if vectors => Opcode::EnterVectors,
            0 => Opcode::Enter0,
            1 => Opcode::Enter1,
            2 => Opcode::Enter2,
            3 => Opcode::Enter3,
            4 => Opcode::Enter4,
            _ => Opcode::EnterMany,
        };
        match opcode {
            Opcode::EnterVectors | Opcode::EnterMany => self.custom(opcode, &[0, zeroed.into()]),
            _ => self.custom(opcode, &[0]),
        };
        self.pay_from_here();
        self.fuel += self.costs.of_bytes(16 * u64::from(zeroed));
        self.poll();
        self.push_function_control();
        self.first = self.code.len();
    }

    fn run(&mut self, operators: &mut Operators<'_>) -> Result<(), Error> {
        while !self.controls.is_empty() {
            self.offset = operators.offset() as usize;
            operators.next(self).and_then(|result| result).map_err(|e| malformed(&e))?;
            self.check_size()?;
        }
        Ok(())
    }

    /// The size of the code so far.
    fn size(&self) -> usize {
        self.code.len() + self.side.maps.len()
    }

    /// Whether there is more code than any sensible function of this size has.
    fn is_too_long(&self) -> bool {
        self.size() > self.max_words
    }

    /// Checks the size so far, after each instruction. Few functions have so many operands at a time: they are
    /// attended to at each instruction then.
    #[inline]
    fn check_size(&mut self) -> Result<(), Error> {
        if self.stack.height() > room::STEP || self.size() > self.attend_beyond {
            return self.attend();
        }
        Ok(())
    }

    /// Refuses functions whose frame or code is out of all proportion: an instruction of a few bytes
    /// can push a thousand operands, or move as many. Makes room for those that are not.
    ///
    /// In code without superinstructions, the next instruction is to know nothing of the last. That
    /// this is done here, where every code longer than nothing leads, keeps the question out of the
    /// translation of all other code.
    #[cold]
    fn attend(&mut self) -> Result<(), Error> {
        if self.stack.height() > MAX_OPERANDS || self.is_too_long() {
            return Err(self.out_of_proportion());
        }
        self.make_room()?;
        if let Some(interrupt) = self.interrupt {
            self.until_look = self.until_look.saturating_sub(1);
            if self.until_look == 0 {
                self.until_look = LOOK_EVERY;
                look(interrupt)?;
            }
        }
        if self.options.unfused {
            self.forget_accumulators();
            self.header = None;
        }
        Ok(())
    }

    #[cold]
    fn out_of_proportion(&self) -> Error {
        let what = if self.stack.height() > MAX_OPERANDS {
            alloc::format!("more than {MAX_OPERANDS} operands at a time")
        } else {
            alloc::format!("more than {} words of internal code", self.max_words)
        };
        ErrorKind::Limit(alloc::format!(
            "function {} needs {what} at offset {:#x}; split it up",
            self.func,
            self.offset
        ))
        .into()
    }

    /// Makes the draft of what was emitted.
    fn end(&mut self) -> Result<Draft<'_>, Error> {
        let slots = self.frame_slots.max(self.layout.locals + narrow(self.stack.highest()));
        let Word(frame) = FuncCode::FRAME;
        self.code[frame] = u64::from(slots) * 16;
        let side = self.side.finish(self.local_roots())?;
        Ok(Draft {
            words: &mut self.code,
            offsets: &self.offsets,
            targets: &self.targets,
            first: self.first,
            interrupt: self.interrupt,
            frame: self.layout,
            side,
        })
    }

    /// Translates an instruction of a category that is rare in most programs.
    fn rare(&mut self, operator: &Operator<'_>) {
        if self.bulk(operator)
            || self.reference(operator)
            || self.aggregate(operator)
            || self.exception(operator)
            || self.continuation(operator)
            || self.threads(operator)
        {
            return;
        }
        self.untranslated(operator);
    }

    /// Ends the translation after this instruction.
    #[cold]
    fn fail(&mut self, error: Error) {
        self.failure.get_or_insert(error);
        self.attend_beyond = 0;
    }

    /// Ends the translation since nothing here knows an instruction. Of a validated module that is a fault
    /// of this crate: decoding accepts more than translation knows.
    #[cold]
    fn untranslated(&mut self, operator: &Operator<'_>) {
        let operator = alloc::format!("{operator:?}");
        let name = operator.split(' ').next().unwrap_or_default();
        self.fail(
            ErrorKind::Unsupported(alloc::format!(
                "function {} has an instruction at offset {:#x} that cannot be run: {name}; turn off \
                 the proposal that it belongs to, and report it",
                self.func,
                self.offset
            ))
            .into(),
        );
    }
}

impl<'a> UseOperator<'a> for Translator<'_> {
    type Output = Result<(), wasmparser::BinaryReaderError>;

    /// Translates an instruction. Of the choices only what follows for this one instruction is left
    /// in each place where it is inlined; without optimisation nothing is left out, and it is not.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn use_operator(&mut self, operator: &Operator<'a>) -> Self::Output {
        if !self.reachable {
            self.skip(operator);
            return Ok(());
        }
        let Some(opcode) = Opcode::of(operator) else {
            self.fuel += u64::from(self.costs.get(CostClass::of_other(operator)));
            if !(self.control(operator)? || self.variable(operator)) {
                self.rare(operator);
            }
            return Ok(());
        };
        self.fuel += u64::from(self.costs.get(opcode.cost_class()));
        self.shaped(opcode, operator);
        Ok(())
    }
}
