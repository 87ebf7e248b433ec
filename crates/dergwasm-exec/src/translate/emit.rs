//! Emitting instructions, and what is known about accumulators and the last result.

use super::stack::Place;
use super::{Translator, narrow};
use crate::ir::code::slots;
use crate::ir::forms::{Loc, To};
use crate::ir::layout::{self, Layout, Word};
use crate::ir::{Class, OpWord, Opcode, Pair, Shape, forms, vector_words};
use dergwasm_types::ValType;

/// What the accumulators hold. Integers of both widths share one.
///
/// In few bytes, since it is remembered with every result.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Accumulators {
    int: Held,
    f32: Held,
    f64: Held,
    v128: Held,
}

/// What an accumulator holds.
#[derive(Clone, Copy, Debug)]
struct Held {
    value: HeldValue,
    /// The word of the instruction that made it, if it could do without writing the slot.
    producer: u32,
}

/// A value that is also elsewhere, as one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct HeldValue(u32);

/// No instruction could do without writing the slot.
const NO_PRODUCER: u32 = u32::MAX;

impl HeldValue {
    const NOTHING: Self = Self(u32::MAX);

    /// The operand of a height.
    fn operand(height: usize) -> Self {
        Self(narrow(height))
    }

    /// A local. There are fewer than 2^31 operands and locals each.
    fn local(index: u32) -> Self {
        Self(index | 1 << 31)
    }

    /// An operand of this height and place, if an accumulator can hold it.
    #[inline]
    fn of(place: Place, height: usize) -> Option<Self> {
        match place {
            Place::Slot => Some(Self::operand(height)),
            Place::Local(local) => Some(Self::local(local)),
            Place::Const(_) => None,
        }
    }
}

impl Default for Held {
    fn default() -> Self {
        Self { value: HeldValue::NOTHING, producer: NO_PRODUCER }
    }
}

impl Accumulators {
    #[inline]
    fn of(&mut self, class: Class) -> &mut Held {
        match class {
            Class::I32 | Class::I64 | Class::Ref => &mut self.int,
            Class::F32 => &mut self.f32,
            Class::F64 => &mut self.f64,
            Class::V128 => &mut self.v128,
        }
    }

    /// What it holds is in the slot too, whoever made it.
    fn set(&mut self, class: Class, value: HeldValue) {
        *self.of(class) = Held { value, producer: NO_PRODUCER };
    }

    fn forget_if(&mut self, class: Class, value: HeldValue) {
        let acc = self.of(class);
        if acc.value == value {
            *acc = Held::default();
        }
    }

    /// What holds a popped operand, which is in no accumulator from now on unless it is a local.
    #[inline]
    fn take(&mut self, class: Class, place: Place, height: usize) -> Option<Held> {
        let acc = self.of(class);
        let held = *acc;
        if held.value == HeldValue::operand(height) {
            *acc = Held::default();
        }
        (Some(held.value) == HeldValue::of(place, height)).then_some(held)
    }
}

/// The result of the last instruction, while nothing came after it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Last {
    /// Where the instruction is.
    pub(super) at: usize,
    /// Its opcode.
    pub(super) op: OpWord,
    /// The height of its result.
    pub(super) height: usize,
    /// Where its result's slot is written down.
    dst: Dst,
    /// The accumulators before it.
    pub(super) accs_before: Accumulators,
    /// The wasm offset it comes from.
    pub(super) offset: usize,
    /// Whether it says that a comparison is false: the one in `Translator::negated`, right before it.
    pub(super) negates: bool,
}

impl Last {
    /// Whether an operand that was just popped is its result.
    pub(super) fn made(&self, used: Used) -> bool {
        used.place == Place::Slot && used.height == self.height
    }
}

/// A comparison whose truth value only the next instruction uses.
///
/// Not a part of [`Last`], which is written with almost every instruction.
#[derive(Clone, Copy, Debug)]
pub(super) struct Negated {
    /// Where it is.
    pub(super) at: usize,
    /// Its opcode.
    pub(super) op: OpWord,
    /// The accumulators before it.
    pub(super) accs_before: Accumulators,
}

/// A move of an integer or reference from slot to slot.
const COPY: OpWord = OpWord { opcode: Opcode::Copy64, form: forms::MOVE.number([Loc::Slot]) };

/// Such moves, taken back, as fields of an instruction that makes them before it does its own work.
#[derive(Debug)]
pub(super) enum Copies {
    None,
    One([u64; 1]),
    Two([u64; 2]),
}

/// The addition of a constant to a local.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// Where it is.
    pub(super) at: usize,
    /// The slot of the local.
    pub(super) slot: i32,
    /// What is added, wrapping.
    pub(super) by: i32,
}

impl Step {
    /// How many words the addition takes.
    const LEN: usize = layout::Binary::LEN;
    /// Its form: a slot and a constant.
    const FORM: u8 = forms::BINARY.with_result([Loc::Slot, Loc::Code], To::Slot);

    /// The step that the instruction at `at` is, if it is one.
    fn of(code: &[u64], at: usize) -> Option<Self> {
        let op = OpWord::decode(code[at]);
        let adds = match op.opcode {
            Opcode::I32Add => true,
            Opcode::I32Sub => false,
            _ => return None,
        };
        let layout::Binary { slot: from, dst, other } = Layout::decode(&code[at..]);
        if op.form != Self::FORM || from != dst {
            return None;
        }
        let by = other as u32 as i32;
        Some(Self { at, slot: dst, by: if adds { by } else { by.wrapping_neg() } })
    }
}

/// Where in an instruction the slot of its result is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Dst {
    /// Where shaped instructions have it.
    Half,
    /// Where those with two results have the lower one's.
    Lower,
    /// The first field of a custom instruction.
    Field,
}

/// Where the first field of a custom instruction is.
const CUSTOM_DST: Word = Opcode::RefFunc.word_named("dst");

/// An operand that an instruction is about to use.
#[derive(Clone, Copy, Debug)]
pub(super) struct Used {
    pub(super) class: Class,
    pub(super) place: Place,
    /// The height it had.
    pub(super) height: usize,
    /// Whether the accumulator holds it, and who put it there.
    held: Option<Held>,
}

/// Where an instruction finds an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// Byte offset of a slot.
    Slot(i32),
    /// The accumulator of the operand's class.
    Acc,
    /// A constant; of a vector, the index among those of the function.
    Const(u64),
}

impl Source {
    /// Where an instruction has the operand.
    #[inline]
    pub(super) fn loc(self) -> Loc {
        match self {
            Self::Slot(_) => Loc::Slot,
            Self::Acc => Loc::Acc,
            Self::Const(_) => Loc::Code,
        }
    }

    /// The slot of an operand that is in one.
    #[inline]
    pub(super) fn slot(self) -> i32 {
        if let Self::Slot(slot) = self { slot } else { 0 }
    }
}

impl Translator<'_> {
    /// Takes the top operand.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn pop(&mut self) -> Used {
        let (class, place) = self.stack.pop();
        let height = self.stack.height();
        Used { class, place, height, held: self.accs.take(class, place, height) }
    }

    /// An operand that was popped, as it is to be found after the last instruction was taken back.
    pub(super) fn find(&mut self, used: Used) -> Used {
        Used { held: self.accs.take(used.class, used.place, used.height), ..used }
    }

    /// Where an operand is, preferring the accumulator.
    pub(super) fn source(&mut self, used: Used) -> Source {
        match (used.held, used.place) {
            (_, Place::Const(bits)) => Source::Const(bits),
            (Some(held), place) => {
                if held.producer != NO_PRODUCER && place == Place::Slot {
                    // Nobody else reads the slot: the producer need not write it.
                    OpWord::leave_in_acc(&mut self.code[held.producer as usize]);
                }
                Source::Acc
            }
            (None, _) => Source::Slot(self.slot_of(used)),
        }
    }

    /// The slot an operand is in, which is not a constant.
    pub(super) fn slot_of(&self, used: Used) -> i32 {
        match used.place {
            Place::Local(local) => self.layout.local(local),
            Place::Slot | Place::Const(_) => self.layout.operand(narrow(used.height)),
        }
    }

    /// The slot of an operand; a constant is moved to the slot of its height first.
    pub(super) fn slot(&mut self, used: Used) -> i32 {
        let slot = self.slot_of(used);
        if let Place::Const(bits) = used.place {
            self.copy(used.class, Source::Const(bits), slot);
        }
        slot
    }

    /// Pops the top operand into a slot.
    pub(super) fn pop_slot(&mut self) -> i32 {
        let used = self.pop();
        self.slot(used)
    }

    /// Where an operand is if it need not be a constant in the code.
    pub(super) fn source_not_const(&mut self, used: Used) -> Source {
        match used.place {
            Place::Const(_) => Source::Slot(self.slot(used)),
            _ => self.source(used),
        }
    }

    /// Emits an instruction; a constant or list that belongs to it is to be pushed to the code.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn emit<L: Layout>(&mut self, opcode: Opcode, form: u8, operands: L) -> usize {
        let at = self.begin_instr(opcode, form);
        self.code.extend_from_slice(operands.encode().as_ref());
        debug_assert!(
            OpWord { opcode, form }.has_layout::<L>(),
            "{opcode:?} is laid out as its shape says"
        );
        at
    }

    /// Begins an instruction; its operands are to be pushed to the code.
    fn begin_instr(&mut self, opcode: Opcode, form: u8) -> usize {
        let at = self.code.len();
        self.offsets.push((narrow(at), narrow(self.offset)));
        self.last = None;
        self.newest = Some(at);
        self.code.push(OpWord { opcode, form }.encode());
        at
    }

    /// Emits a custom instruction, given the first of its fields in the order of its row; the others are to
    /// be pushed to the code.
    pub(super) fn custom(&mut self, opcode: Opcode, fields: &[u64]) -> usize {
        let at = self.begin_instr(opcode, 0);
        self.code.extend_from_slice(fields);
        at
    }

    /// The slot the next pushed operand will have.
    pub(super) fn next_slot(&self) -> i32 {
        self.layout.operand(narrow(self.stack.height()))
    }

    /// Pushes the result of the instruction at `at`, which writes the accumulator too.
    pub(super) fn push_result(&mut self, at: usize, class: Class, dst: Dst, before: Accumulators) {
        let height = self.stack.height();
        let op = OpWord::decode(self.code[at]);
        let producer = if matches!(dst, Dst::Half) { narrow(at) } else { NO_PRODUCER };
        *self.accs.of(class) = Held { value: HeldValue::operand(height), producer };
        let offset = self.offset;
        self.last = Some(Last { at, op, height, dst, accs_before: before, offset, negates: false });
        self.stack.push_slot(class);
    }

    /// Pushes the result of the instruction at `at`, which has no form that leaves the slot alone.
    pub(super) fn push_result_kept(&mut self, at: usize, class: Class) {
        let before = self.accs;
        self.push_result(at, class, Dst::Half, before);
        self.accs.of(class).producer = NO_PRODUCER;
    }

    /// Pushes the halves of the result of the instruction at `at`, which are in their slots and the
    /// upper one in the accumulator.
    pub(super) fn push_wide_result(&mut self, at: usize) {
        self.stack.push_slot(Class::I64);
        self.push_result_kept(at, Class::I64);
    }

    /// Pushes the result of the instruction at `at`, which writes only its slot.
    pub(super) fn push_slot_result(&mut self, at: usize, class: Class, dst: Dst) {
        let height = self.stack.height();
        let op = OpWord::decode(self.code[at]);
        let (accs_before, offset) = (self.accs, self.offset);
        self.last = Some(Last { at, op, height, dst, accs_before, offset, negates: false });
        self.stack.push_slot(class);
    }

    /// Pushes the results of a call, which are in their slots and the first in its accumulator.
    pub(super) fn push_call_results(&mut self, types: &[ValType]) {
        self.accs = Accumulators::default();
        for (i, &ty) in types.iter().enumerate() {
            let class = self.class_of(ty);
            if i == 0 {
                self.accs.set(class, HeldValue::operand(self.stack.height()));
            }
            self.stack.push_slot(class);
        }
        self.last = None;
    }

    /// Forgets what accumulators hold: code from elsewhere arrives here, or execution may stop.
    pub(super) fn forget_accumulators(&mut self) {
        self.accs = Accumulators::default();
        self.last = None;
        self.newest = None;
        self.step = None;
    }

    /// Writes a constant or value to a slot; accumulators stay as they are.
    pub(super) fn copy(&mut self, class: Class, source: Source, dst: i32) {
        let opcode = match class {
            Class::I32 | Class::I64 | Class::Ref => Opcode::Copy64,
            Class::F32 => Opcode::CopyF32,
            Class::F64 => Opcode::CopyF64,
            Class::V128 => Opcode::CopyV128,
        };
        match source {
            Source::Slot(slot) if slot == dst => {}
            Source::Slot(slot) if opcode == Opcode::Copy64 && self.copy_too(slot, dst) => {}
            source => {
                self.emit_moving(opcode, class, source, |src| layout::Move { src, to: dst });
            }
        }
    }

    /// Emits an instruction that moves a value, given the layout for the slot that it comes from.
    pub(super) fn emit_moving<L: Layout>(
        &mut self,
        opcode: Opcode,
        class: Class,
        source: Source,
        operands: impl FnOnce(i32) -> L,
    ) {
        self.emit(opcode, forms::MOVE.number([source.loc()]), operands(source.slot()));
        if let Source::Const(bits) = source {
            self.push_constant(class, bits);
        }
    }

    /// Makes the newest instruction move a value to a slot, too, if it moves values and there is one
    /// that moves more; says whether it does.
    fn copy_too(&mut self, src: i32, dst: i32) -> bool {
        let Some(at) = self.newest else { return false };
        let opcode = match OpWord::decode(self.code[at]) {
            COPY => Opcode::CopyTwo,
            OpWord { opcode: Opcode::CopyTwo, .. } => Opcode::CopyThree,
            OpWord { opcode: Opcode::CopyThree, .. } => Opcode::CopyFour,
            _ => return false,
        };
        self.code[at] = OpWord { opcode, form: 0 }.encode();
        self.code.push(Pair(src, dst).encode());
        true
    }

    /// Takes the newest instruction back if it moves one value or two: the next one is to do so.
    pub(super) fn take_copies(&mut self) -> Copies {
        let Some(at) = self.newest else { return Copies::None };
        let op = OpWord::decode(self.code[at]);
        let copies = match self.code[at + 1..] {
            [a] if op == COPY => Copies::One([a]),
            [a, b] if op.opcode == Opcode::CopyTwo => Copies::Two([a, b]),
            _ => return Copies::None,
        };
        self.take_back(at, self.accs);
        copies
    }

    /// Ends an instruction with a constant; that of a vector is an index of those seen so far.
    pub(super) fn push_constant(&mut self, class: Class, bits: u64) {
        match class {
            Class::V128 => {
                let vector = self.vectors.get(bits as usize).copied();
                self.push_vector(vector.unwrap_or_default());
            }
            _ => self.code.push(bits),
        }
    }

    /// Ends an instruction with a constant vector.
    pub(super) fn push_vector(&mut self, vector: [u8; 16]) {
        self.code.extend(vector_words(vector));
    }

    /// Moves the top `count` operands to their slots.
    pub(super) fn settle_top(&mut self, count: usize) {
        let height = self.stack.height();
        // Downwards: the highest copy of a local is found at once.
        for height in (height.saturating_sub(count)..height).rev() {
            self.settle(height);
        }
    }

    fn settle(&mut self, height: usize) {
        let (class, place) = self.stack.get(height);
        let source = match place {
            Place::Slot => return,
            Place::Local(local) => Source::Slot(self.layout.local(local)),
            Place::Const(bits) => Source::Const(bits),
        };
        self.stack.settle(height);
        self.copy(class, source, self.layout.operand(narrow(height)));
    }

    /// Moves all operands that copy locals to their slots, as a block may change the locals.
    pub(super) fn settle_locals(&mut self) {
        while let Some((height, class, local)) = self.stack.settle_lowest() {
            let source = Source::Slot(self.layout.local(local));
            self.copy(class, source, self.layout.operand(narrow(height)));
        }
    }

    /// Moves the operands that copy a local to their slots before it is written.
    fn settle_copies(&mut self, local: u32) {
        while let Some((height, class)) = self.stack.settle_copy(local) {
            let source = Source::Slot(self.layout.local(local));
            self.copy(class, source, self.layout.operand(narrow(height)));
        }
    }

    /// Writes the top operand to a local; returns it.
    pub(super) fn set_local(&mut self, local: u32) -> Used {
        let last = self.last;
        let used = self.pop();
        let slot = self.layout.local(local);
        let value = HeldValue::local(local);
        if let Some(last) = last
            && last.height == used.height
            && used.place == Place::Slot
            && !self.stack.is_copied(local)
        {
            // Redirect the result to the local.
            let code = &mut self.code[last.at..];
            match last.dst {
                Dst::Half => {
                    layout::DST.set(code, slot);
                    self.step = Step::of(&self.code, last.at);
                }
                Dst::Lower => layout::Wide::AT.low.set(code, slot),
                Dst::Field => code[CUSTOM_DST.0] = Self::field(slot),
            }
            self.accs.forget_if(used.class, value);
            if used.held.is_some() {
                self.accs.set(used.class, value);
            }
            // The lower half of a wide result may be redirected too.
            let wide = matches!(last.op.opcode.shape(), Shape::Wide | Shape::Widening)
                && matches!(last.dst, Dst::Half);
            self.last = wide.then(|| Last { height: last.height - 1, dst: Dst::Lower, ..last });
            return used;
        }
        if used.place == Place::Local(local) {
            return used;
        }
        self.settle_copies(local);
        let source = self.source(used);
        self.copy(used.class, source, slot);
        self.accs.forget_if(used.class, value);
        if source == Source::Acc {
            self.accs.set(used.class, value);
        }
        used
    }

    /// Takes back the instructions from `at` on, whose result was just popped.
    pub(super) fn take_back(&mut self, at: usize, accs_before: Accumulators) {
        self.code.truncate(at);
        while self.offsets.last().is_some_and(|&(word, _)| word as usize >= at) {
            self.offsets.pop();
        }
        while self.targets.last().is_some_and(|&word| word as usize >= at) {
            self.targets.pop();
        }
        self.accs = accs_before;
        self.last = None;
        self.newest = None;
    }

    /// Takes back the last instruction if it is the step of a local; the accumulator is to hold the
    /// local as it did.
    pub(super) fn take_step(&mut self) -> Option<Step> {
        let step = self.step.take().filter(|step| step.at + Step::LEN == self.code.len())?;
        self.take_back(step.at, self.accs);
        Some(step)
    }

    /// Makes sure the frame has room for `count` slots from the frame's base on.
    pub(super) fn reserve(&mut self, count: u32) {
        self.frame_slots = self.frame_slots.max(count);
    }

    /// Makes the results that are still in accumulators stay in their slots as well.
    pub(super) fn keep_slots(&mut self) {
        let Accumulators { int, f32, f64, v128 } = &mut self.accs;
        for held in [int, f32, f64, v128] {
            held.producer = NO_PRODUCER;
        }
    }

    /// Goes back to what was known of the accumulators.
    pub(super) fn restore_accumulators(&mut self, accs: Accumulators) {
        self.accs = accs;
    }

    /// The accumulators, to be given to [`push_result`](Self::push_result).
    pub(super) fn accumulators(&self) -> Accumulators {
        self.accs
    }

    /// Where the frame of a callee begins whose arguments begin at a height.
    pub(super) fn callee_base(&mut self, height: usize, area: u32) -> i32 {
        let above = self.layout.locals + narrow(height) + area + 1;
        self.reserve(above);
        slots(above)
    }
}
